//! `quote --selfcheck`: tries the tool on the user's own quotations and pages. Every quotation that stands on its page is
//! changed by named rules: forgeries of one word, none of which may pass, and changes that editors may make, all of
//! which must.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::path::Path;

use anyhow::Context as _;
use citeaudit::locate::{Variation, variants};
use citeaudit::pipeline;
use citeaudit::report::Verdict;
use citeaudit::source::AssessedPage;
use serde_json::Value;

use super::Outcome;
use super::batch::task;
use super::quote::Pages;
use crate::input;
use crate::output::to_stdout;
use crate::trouble::Trouble;

/// A page by its name and media type, and quotations that cite it.
type Pairs = BTreeMap<(String, Option<String>), Vec<String>>;

/// Forges the quotations of standard input, or of a report, and says what was caught.
///
/// # Errors
///
/// When the quotations cannot be read or the result cannot be written. A page that cannot be read is said to be one.
pub(super) fn run(report: Option<&Path>, pages: &Pages) -> anyhow::Result<Outcome> {
    let pairs = match report {
        Some(path) => of_report(path)?,
        None => of_standard_input()?,
    };
    let mut tally = Tally::default();
    for ((page, content_type), quotations) in &pairs {
        match pages.page(page, content_type.as_deref()) {
            Ok(page) => tally.try_page(&page, quotations),
            Err(error) => tally.unread.push(format!("{error:#}")),
        }
    }
    to_stdout(|out| tally.write(out))?;
    Ok(tally.outcome())
}

fn of_standard_input() -> anyhow::Result<Pairs> {
    let mut pairs = Pairs::new();
    for (number, line) in (1..).zip(io::stdin().lock().split(b'\n')) {
        let line = line.context("cannot read standard input")?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let (page, task) = task(&line).with_context(|| format!("cannot read line {number}"))?;
        pairs.entry(page).or_default().push(task.quote);
    }
    Ok(pairs)
}

/// Takes the quotations of a JSON report that stand on their pages, and the addresses of those.
fn of_report(path: &Path) -> anyhow::Result<Pairs> {
    let bytes = input::bytes(path)?;
    let report: Value = serde_json::from_slice(&bytes).map_err(|error| {
        let problem = format!("cannot read `{}`: it is not JSON ({error})", path.display());
        Trouble::new(problem, "give a file written by `citeaudit check --format json`")
    })?;
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let urls: BTreeMap<String, String> = list(&report, "sources")
        .iter()
        .filter_map(|source| Some((source["id"].as_str()?.into(), source["url"].as_str()?.into())))
        .collect();
    let mut pairs = Pairs::new();
    for document in list(&report, "documents") {
        for citation in list(&document, "citations") {
            for quotation in list(&citation, "quotations") {
                let stands = matches!(quotation["verdict"].as_str(), Some("verbatim" | "edited"));
                let url = quotation["source"].as_str().and_then(|source| urls.get(source));
                if let (true, Some(url), Some(text)) = (stands, url, quotation["text"].as_str()) {
                    pairs.entry((url.clone(), None)).or_default().push(text.to_owned());
                }
            }
        }
    }
    Ok(pairs)
}

/// What was tried, and what came of it.
#[derive(Default)]
struct Tally {
    quotations: usize,
    /// Quotations that do not stand on their page, or are too short or too edited to be changed.
    passed_over: usize,
    /// For each rule: how often it was applied, and how often the verdict was right.
    rules: BTreeMap<Variation, (usize, usize)>,
    wrong: Vec<String>,
    unread: Vec<String>,
}

impl Tally {
    fn try_page(&mut self, page: &AssessedPage, quotations: &[String]) {
        let texts: Vec<&str> = quotations.iter().map(String::as_str).collect();
        for (text, checked) in texts.iter().zip(pipeline::quote(&texts, page, None)) {
            let variants = variants(text);
            let stands = matches!(checked.verdict, Verdict::Verbatim | Verdict::Edited);
            if !stands || variants.is_empty() {
                self.passed_over += 1;
                continue;
            }
            self.quotations += 1;
            let changed: Vec<&str> = variants.iter().map(|variant| variant.text.as_str()).collect();
            for (variant, checked) in variants.iter().zip(pipeline::quote(&changed, page, None)) {
                let accepted = matches!(checked.verdict, Verdict::Verbatim | Verdict::Edited);
                let right = accepted == variant.rule.is_permitted();
                let (tried, told) = self.rules.entry(variant.rule).or_default();
                *tried += 1;
                *told += usize::from(right);
                if !right {
                    let verdict = checked.verdict.name();
                    self.wrong.push(format!(
                        "{}, {verdict}: {}",
                        variant.rule.name(),
                        variant.text
                    ));
                }
            }
        }
    }

    fn outcome(&self) -> Outcome {
        if !self.wrong.is_empty() {
            Outcome::Findings
        } else if self.unread.is_empty() {
            Outcome::Clean
        } else {
            Outcome::CouldNotRun
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{} quotations tried, {} passed over", self.quotations, self.passed_over)?;
        for (rule, (tried, right)) in &self.rules {
            let what = if rule.is_permitted() { "accepted" } else { "caught" };
            writeln!(out, "  {:<18} {right} of {tried} {what}", rule.name())?;
        }
        let sum = |permitted: bool| {
            let rules = self.rules.iter().filter(|(rule, _)| rule.is_permitted() == permitted);
            rules.fold((0, 0), |sum, (_, count)| (sum.0 + count.0, sum.1 + count.1))
        };
        let ((forged, caught), (edited, accepted)) = (sum(false), sum(true));
        writeln!(
            out,
            "{caught} of {forged} forgeries caught, {accepted} of {edited} permitted changes accepted"
        )?;
        for wrong in &self.wrong {
            writeln!(out, "wrong: {}", without_controls(wrong))?;
        }
        for unread in &self.unread {
            writeln!(out, "not read: {}", without_controls(unread))?;
        }
        Ok(())
    }
}

fn without_controls(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
