//! `quote`: one quotation against one page, or many from standard input.

use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use citeaudit::assess::assess;
use citeaudit::fetch::Fetcher;
use citeaudit::fetched::{Answer, Completeness, Fetched};
use citeaudit::pipeline;
use citeaudit::render::{Verbosity, render_quotation};
use citeaudit::report::{CheckedQuotation, Level, Rule, Verdict};
use citeaudit::source::{AssessedPage, SourceId};
use citeaudit::target::Target;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::Outcome;
use crate::cli::{PartFormat, QuoteArgs};
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
    let settings = settings::load(
        args.network.config.as_deref(),
        settings::variables(),
        args.network.overlay(),
    )?;
    let network = Network::open(&args.network, &settings)?;
    let mut pages = Pages { network, runtime: super::runtime()?, last: None };
    let outcome = match (&args.page, &args.text) {
        (Some(page), Some(text)) => one(page, text, args, &mut pages, &settings),
        (Some(_) | None, _) => batch(args.format, &mut pages, &settings),
    }?;
    pages.network.close()?;
    Ok(outcome)
}

fn one(
    page: &str,
    text: &str,
    args: &QuoteArgs,
    pages: &mut Pages,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let checked = pages.quote(page, args.content_type.as_deref(), text)?;
    let id = Value::from(checked.quotation.id.to_string());
    let style = terminal(Verbosity::Verbose);
    to_stdout(|out| render_quotation(&id, &checked, args.format.into(), style, out))?;
    Ok(outcome(checked.verdict, settings))
}

fn outcome(verdict: Verdict, settings: &Settings) -> Outcome {
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

/// Answers every line of standard input by a line. A line that cannot be answered is answered by an error.
fn batch(format: PartFormat, pages: &mut Pages, settings: &Settings) -> anyhow::Result<Outcome> {
    let mut worst = Outcome::Clean;
    for (number, line) in (1..).zip(io::stdin().lock().split(b'\n')) {
        let line = line.context("cannot read standard input")?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let outcome =
            match task(&line).and_then(|task| Ok((task.id.clone(), answer(&task, pages)?))) {
                Ok((id, checked)) => {
                    let style = terminal(Verbosity::Verbose);
                    to_stdout(|out| {
                        if format == PartFormat::Terminal {
                            write!(out, "{}  ", name(&id))?;
                        }
                        render_quotation(&id, &checked, format.into(), style, out)
                    })?;
                    outcome(checked.verdict, settings)
                }
                Err(error) => {
                    to_stdout(|out| write_error(&line, number, &error, format, out))?;
                    Outcome::CouldNotRun
                }
            };
        worst = worst.max(outcome);
    }
    Ok(worst)
}

/// One line of a batch.
struct Task {
    id: Value,
    page: String,
    quote: String,
    content_type: Option<String>,
}

fn task(line: &[u8]) -> anyhow::Result<Task> {
    let value: Value = serde_json::from_slice(line).context("the line is not JSON")?;
    let text = |key: &str| match value.get(key) {
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Null) | None => Ok(None),
        Some(other) => Err(anyhow::anyhow!("`{key}`: expected a text, but got {}", kind(other))),
    };
    let needed = |key: &str| text(key)?.with_context(|| format!("the line has no `{key}`"));
    Ok(Task {
        id: value.get("id").cloned().context("the line has no `id`")?,
        page: needed("page")?,
        quote: needed("quote")?,
        content_type: text("content_type")?,
    })
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn answer(task: &Task, pages: &mut Pages) -> anyhow::Result<CheckedQuotation> {
    pages.quote(&task.page, task.content_type.as_deref(), &task.quote)
}

fn write_error(
    line: &[u8],
    number: usize,
    error: &anyhow::Error,
    format: PartFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    let value: Option<Value> = serde_json::from_slice(line).ok();
    let id = value.and_then(|value| value.get("id").cloned()).unwrap_or(Value::Null);
    match format {
        PartFormat::Json => {
            writeln!(out, "{}", json!({ "id": id, "error": format!("{error:#}"), "line": number }))
        }
        PartFormat::Terminal => writeln!(out, "{}  error: line {number}: {error:#}", name(&id)),
    }
}

fn name(id: &Value) -> String {
    let name = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The pages that quotations are checked against. The last one is kept: batches come sorted by page.
struct Pages {
    network: Network,
    runtime: tokio::runtime::Runtime,
    last: Option<((String, Option<String>), AssessedPage)>,
}

impl Pages {
    fn quote(
        &mut self,
        page: &str,
        content_type: Option<&str>,
        text: &str,
    ) -> anyhow::Result<CheckedQuotation> {
        let page = self.page(page, content_type)?;
        let checked = pipeline::quote(&[text], page).pop();
        checked.context("the quotation was lost")
    }

    fn page(&mut self, page: &str, content_type: Option<&str>) -> anyhow::Result<&AssessedPage> {
        let key = (page.to_owned(), content_type.map(str::to_owned));
        let last = self.last.take().filter(|(known, _)| *known == key);
        let last = match last {
            Some(last) => last,
            None => (key, assess(SourceId(1), self.fetch(page, content_type)?)),
        };
        Ok(&self.last.insert(last).1)
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
