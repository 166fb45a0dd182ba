//! `quote`: one quotation against one page, or many from standard input.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use citeaudit::assess::assess;
use citeaudit::fetch::Fetcher;
use citeaudit::fetched::{Answer, Completeness, Fetched};
use citeaudit::locate::Model;
use citeaudit::pipeline;
use citeaudit::render::{Verbosity, render_quotation};
use citeaudit::report::{CheckedQuotation, Level, Rule, Verdict};
use citeaudit::source::{AssessedPage, Purpose, SourceId};
use citeaudit::target::Target;
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{Outcome, batch, selfcheck};
use crate::cli::QuoteArgs;
use crate::input;
use crate::network::Network;
use crate::output::{terminal, to_stdout};
use crate::settings::{self, Settings};
use crate::trouble::Trouble;

/// Checks one quotation, or one for each line of standard input.
///
/// # Errors
///
/// When a setting is wrong, the page cannot be read, or the result cannot be written. In a batch a page that cannot be
/// read is a line of the result.
pub(crate) fn run(args: &QuoteArgs) -> anyhow::Result<Outcome> {
    let settings =
        settings::load(args.network.config.as_deref(), settings::variables(), args.overlay())?;
    let network = Network::open(&args.network, &settings)?;
    let model = settings.encoder();
    let pages = Pages { network, runtime: super::runtime()?, model };
    let outcome = match (&args.page, &args.text) {
        _ if args.selfcheck => selfcheck::run(args.from.as_deref(), &pages),
        (Some(page), Some(text)) => one(page, text, args, &pages, &settings),
        (Some(_) | None, _) => batch::run(args.format, &pages, &settings),
    }?;
    pages.network.close()?;
    Ok(outcome)
}

fn one(
    page: &str,
    text: &str,
    args: &QuoteArgs,
    pages: &Pages,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let page = pages.page(page, args.content_type.as_deref())?;
    let checked = pages.quote(&[text], &page).pop().context("the quotation was lost")?;
    let id = Value::from(checked.quotation.id.to_string());
    let style = terminal(Verbosity::Verbose);
    to_stdout(|out| render_quotation(&id, &checked, args.format.into(), style, out))?;
    Ok(outcome(checked.verdict, settings))
}

/// Returns what a verdict makes of a run.
pub(super) fn outcome(verdict: Verdict, settings: &Settings) -> Outcome {
    match level(verdict) {
        Some(level) if settings.fail_on.fails(level) => Outcome::Findings,
        Some(_) | None => Outcome::Clean,
    }
}

/// Returns the level of the finding that a verdict would be in a report.
const fn level(verdict: Verdict) -> Option<Level> {
    let rule = match verdict {
        Verdict::Verbatim | Verdict::Edited => return None,
        Verdict::Altered(citeaudit::report::Severity::Minor) => return Some(Level::Warning),
        Verdict::Altered(citeaudit::report::Severity::Major) => Rule::QuotationAltered,
        Verdict::Absent => Rule::QuotationAbsent,
        Verdict::Elsewhere => Rule::QuotationElsewhere,
        Verdict::Translated => Rule::QuotationTranslated,
        Verdict::Unverifiable => Rule::QuotationUnverifiable,
        Verdict::Uncited => Rule::QuotationUncited,
    };
    Some(rule.info().default_level)
}

/// Where the pages come from that quotations are checked against.
pub(super) struct Pages {
    network: Network,
    runtime: tokio::runtime::Runtime,
    model: Option<Arc<Model>>,
}

impl Pages {
    /// Holds quotations against a page.
    pub(super) fn quote(&self, quotations: &[&str], page: &AssessedPage) -> Vec<CheckedQuotation> {
        pipeline::quote(quotations, page, self.model.as_ref())
    }

    /// Reads and assesses a page.
    ///
    /// # Errors
    ///
    /// When it is a file that cannot be read, or an address that is none.
    pub(super) fn page(
        &self,
        page: &str,
        content_type: Option<&str>,
    ) -> anyhow::Result<AssessedPage> {
        Ok(assess(SourceId(1), self.fetch(page, content_type)?, Purpose::Text))
    }

    fn fetch(&self, page: &str, content_type: Option<&str>) -> anyhow::Result<Fetched> {
        if page.starts_with("http://") || page.starts_with("https://") {
            let url: Url = page.parse().map_err(|error| {
                let problem = format!("cannot read `{page}`: it is not an address ({error})");
                Trouble::new(problem, "give an address such as https://example.org/page")
            })?;
            let mut fetched = self.runtime.block_on(self.network.fetch(&target(url)));
            if let (Some(content_type), Ok(answer)) = (content_type, &mut fetched.outcome) {
                answer.headers.retain(|(name, _)| name != "content-type");
                answer.headers.push(("content-type".into(), content_type.to_owned()));
            }
            return Ok(fetched);
        }
        let path = Path::new(page);
        let body = input::bytes(path)?;
        let path = std::path::absolute(path).with_context(|| format!("cannot read `{page}`"))?;
        let url =
            Url::from_file_path(&path).ok().with_context(|| format!("cannot read `{page}`"))?;
        let headers = content_type.map(|value| ("content-type".to_owned(), value.to_owned()));
        let answer = Answer {
            url: url.clone(),
            status: 200,
            headers: headers.into_iter().collect(),
            body,
            completeness: Completeness::Whole,
        };
        Ok(Fetched {
            target: target(url),
            at: Timestamp::now(),
            took: Duration::ZERO,
            hops: Vec::new(),
            outcome: Ok(answer),
        })
    }
}

fn target(url: Url) -> Target {
    let canonical = url.as_str().to_owned();
    Target::new(url, Vec::new(), canonical, Vec::new())
}
