//! What is known to be wrong with documents from an earlier run, so that a later one fails only over what is new.
//! Holds no report, and decides nothing but whether a finding was there before.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::observation::{ObservedFinding, observed_findings};
use crate::report::{AbsentFinding, Completion, Level, Novelty, Report, Rule};

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
    /// The ids of the rules, as often as each was there.
    known: BTreeMap<Key, Vec<String>>,
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
        self.known.entry(key(path, rule, subject)).or_default().push(rule.to_owned());
    }

    /// Makes notes of the findings of a report that are known, and says so in their messages: they are worth a look and
    /// fail no run. A finding that is there more often than before is new where it comes last. What is known and was not
    /// found again is noted as absent, if the run came to its end.
    pub fn apply(mut self, report: &mut Report) {
        let observed: Vec<Vec<ObservedFinding>> =
            report.documents.iter().map(|document| observed_findings(document, report)).collect();
        for (document, observed) in report.documents.iter_mut().zip(observed) {
            for (finding, seen) in document.findings.iter_mut().zip(observed) {
                let novelty = self.take(&document.path, &seen);
                finding.novelty = Some(novelty);
                match novelty {
                    Novelty::New => {}
                    Novelty::Updated | Novelty::Unchanged => {
                        finding.level = Level::Note;
                        finding.message = format!("{KNOWN}{}", finding.message);
                    }
                }
            }
        }
        report.absent = match report.completion {
            Completion::Finished => {
                report.documents.iter().flat_map(|document| self.left(&document.path)).collect()
            }
            Completion::Interrupted => Vec::new(),
        };
    }

    /// Strikes a finding off what is known.
    fn take(&mut self, path: &str, seen: &ObservedFinding) -> Novelty {
        let Some(rules) = self.known.get_mut(&key(path, &seen.rule, &seen.subject)) else {
            return Novelty::New;
        };
        if let Some(same) = rules.iter().position(|rule| *rule == seen.rule) {
            rules.remove(same);
            return Novelty::Unchanged;
        }
        if rules.pop().is_some() { Novelty::Updated } else { Novelty::New }
    }

    /// Returns what is still known of a document. What a newer program found by a rule that this one lacks is left out.
    fn left(&self, path: &str) -> Vec<AbsentFinding> {
        let normal = normal(path);
        let of_document = self.known.iter().filter(|((document, ..), _)| document == normal);
        let absent = of_document.flat_map(|((_, _, subject), rules)| {
            let rules = rules
                .iter()
                .filter_map(|id| Rule::ALL.into_iter().find(|rule| rule.info().id == id));
            rules.map(|rule| AbsentFinding {
                path: path.to_owned(),
                rule,
                subject: subject.clone(),
            })
        });
        absent.collect()
    }
}

/// Returns a path as it is compared.
fn normal(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}

fn key(path: &str, rule: &str, subject: &str) -> Key {
    // A page that is gone today may be an error page or a parked domain tomorrow, and one that cannot be checked is
    // walled or slow by turns: that is no other trouble.
    let trouble = match rule {
        "soft-404" | "source-parked" => "link-rot",
        "source-restricted" => "source-unreachable",
        _ => rule,
    };
    (normal(path).to_owned(), trouble.to_owned(), subject.to_owned())
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
