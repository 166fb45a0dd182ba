//! Writes a report as `JUnit` XML, for CI servers: a case for each finding, and for each quotation that has none.
//! Errors fail, warnings are skipped, notes pass; what warnings and notes say is in the suite's output.
//! Valid against the schema of the Ant task, <https://github.com/windyroad/JUnit-Schema>, and against that of Jenkins.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use askama::Template;

use super::inert;
use crate::report::{CheckedDocument, Finding, Level, Report};

#[derive(Template)]
#[template(path = "junit.xml")]
struct Page {
    suites: Vec<Suite>,
    timestamp: String,
    version: &'static str,
}

struct Suite {
    name: String,
    cases: Vec<Case>,
    failures: usize,
    skipped: usize,
    remarks: String,
}

struct Case {
    name: String,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Failed { rule: &'static str, message: String },
    Skipped,
}

/// Writes a report.
pub(super) fn write(report: &Report, mut out: &mut dyn Write) -> io::Result<()> {
    let page = Page {
        suites: report.documents.iter().map(suite).collect(),
        timestamp: report.checked_at.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        version: env!("CARGO_PKG_VERSION"),
    };
    page.write_into(&mut out)?;
    out.write_all(b"\n")
}

fn suite(document: &CheckedDocument) -> Suite {
    let mut cases = Vec::new();
    let mut remarks = String::new();
    let mut told = BTreeSet::new();
    for finding in &document.findings {
        told.extend(finding.quotation);
        let name = name(finding);
        let message = message(finding);
        let outcome = match finding.level {
            Level::Error => Outcome::Failed { rule: finding.rule.info().id, message },
            Level::Warning => {
                let _ = writeln!(remarks, "warning {name}: {message}");
                Outcome::Skipped
            }
            Level::Note => {
                let _ = writeln!(remarks, "note {name}: {message}");
                Outcome::Passed
            }
        };
        cases.push(Case { name, outcome });
    }
    let quotations = document.citations.iter().flat_map(|citation| &citation.quotations);
    for checked in quotations.filter(|checked| !told.contains(&checked.quotation.id)) {
        let quotation = &checked.quotation;
        let name = format!("{} {} at {}", checked.verdict.name(), quotation.id, quotation.position);
        cases.push(Case { name, outcome: Outcome::Passed });
    }
    let count = |f: fn(&Outcome) -> bool| cases.iter().filter(|case| f(&case.outcome)).count();
    Suite {
        name: inert::line(&document.path),
        failures: count(|outcome| matches!(outcome, Outcome::Failed { .. })),
        skipped: count(|outcome| matches!(outcome, Outcome::Skipped)),
        cases,
        remarks,
    }
}

fn name(finding: &Finding) -> String {
    let note = finding.note.as_ref().map_or(String::new(), |label| format!(" [{label}]"));
    let place = finding.position.map_or(String::new(), |position| format!(" at {position}"));
    inert::line(&format!("{}{note}{place}", finding.rule.info().id))
}

fn message(finding: &Finding) -> String {
    let message = inert::line(&finding.message);
    match &finding.hint {
        Some(hint) => format!("{message} (hint: {})", inert::line(hint)),
        None => message,
    }
}
