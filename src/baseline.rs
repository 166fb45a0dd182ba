//! What is known to be wrong with documents from an earlier run, so that a later one fails only over what is new.
//! Holds no report, and decides nothing but whether a finding was there before.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::observation::{ObservedFinding, observed_findings};
use crate::report::{Level, Report};

/// How the message of a finding begins that is known.
const KNOWN: &str = "known: ";

/// Why a report cannot be a baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON.
    #[error("it is not JSON")]
    Json(#[from] serde_json::Error),
    /// It is no report in JSON.
    #[error("it is not a report of `check --format json`")]
    NoReport,
}

/// The findings of an earlier run, each as often as it was there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    known: BTreeMap<Key, usize>,
}

/// What a finding is known by: its document, what kind of trouble it is, and what that is about.
type Key = (String, String, String);

impl Baseline {
    /// Reads the findings of a report in JSON.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn of_report(json: &str) -> Result<Self, BaselineError> {
        let report: Value = serde_json::from_str(json)?;
        let is_report = report["schema"].as_str().is_some_and(|name| name == "citeaudit.report/1");
        if !is_report {
            return Err(BaselineError::NoReport);
        }
        let sources = texts(list(&report["sources"]), "url");
        let mut baseline = Self::default();
        for document in list(&report["documents"]) {
            let cited = list(&document["citations"]).iter().flat_map(|c| list(&c["quotations"]));
            let quotations = cited.chain(list(&document["uncited_quotations"]));
            let quotations = texts(quotations, "text");
            let path = document["path"].as_str().unwrap_or_default();
            for finding in list(&document["findings"]) {
                let of = |key: &str| finding[key].as_str().unwrap_or_default();
                let subject = quotations.get(of("quotation")).or_else(|| sources.get(of("source")));
                let message = of("message");
                let message = message.strip_prefix(KNOWN).unwrap_or(message);
                baseline.add_one(path, of("rule"), subject.copied().unwrap_or(message));
            }
        }
        Ok(baseline)
    }

    /// Adds the findings of a document, given by its path in the reports that are compared with them.
    pub fn add(&mut self, path: &str, findings: &[ObservedFinding]) {
        for finding in findings {
            self.add_one(path, &finding.rule, &finding.subject);
        }
    }

    fn add_one(&mut self, path: &str, rule: &str, subject: &str) {
        *self.known.entry(key(path, rule, subject)).or_default() += 1;
    }

    /// Makes notes of the findings of a report that are known, and says so in their messages: they are worth a look and
    /// fail no run. A finding that is there more often than before is new where it comes last.
    pub fn apply(mut self, report: &mut Report) {
        let observed: Vec<Vec<ObservedFinding>> =
            report.documents.iter().map(|document| observed_findings(document, report)).collect();
        for (document, observed) in report.documents.iter_mut().zip(observed) {
            for (finding, known) in document.findings.iter_mut().zip(observed) {
                let key = key(&document.path, &known.rule, &known.subject);
                let left = self.known.get_mut(&key).filter(|left| **left > 0);
                if let Some(left) = left {
                    *left -= 1;
                    finding.level = Level::Note;
                    finding.message = format!("{KNOWN}{}", finding.message);
                }
            }
        }
    }
}

fn key(path: &str, rule: &str, subject: &str) -> Key {
    // A page that is gone today may be an error page or a parked domain tomorrow, and one that cannot be checked is
    // walled or slow by turns: that is no other trouble.
    let trouble = match rule {
        "soft-404" | "source-parked" => "link-rot",
        "source-restricted" => "source-unreachable",
        _ => rule,
    };
    let path = path.strip_prefix("./").unwrap_or(path);
    (path.to_owned(), trouble.to_owned(), subject.to_owned())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Returns a text of each object, by the object's id.
fn texts<'a>(
    objects: impl IntoIterator<Item = &'a Value>,
    key: &str,
) -> BTreeMap<&'a str, &'a str> {
    let pair = |object: &'a Value| Some((object["id"].as_str()?, object[key].as_str()?));
    objects.into_iter().filter_map(pair).collect()
}
