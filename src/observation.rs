//! What a source, and each quotation that cites it, looked like at one moment: what is remembered of a report.
//! Holds no page and no document, and says nothing about what changed.

use jiff::Timestamp;

use crate::report::{CheckedQuotation, Report, Verdict};
use crate::source::{Liveness, Source};

/// What one source looked like at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The form of its address that is compared.
    pub canonical: String,
    /// Its address as cited.
    pub url: String,
    /// When it was fetched, or recorded.
    pub at: Timestamp,
    /// Whether it was there.
    pub liveness: Liveness,
    /// Why that was said, in words.
    pub reason: String,
    /// The address that answered.
    pub final_url: Option<String>,
    /// The status code of the answer.
    pub status: Option<u16>,
    /// The SHA-256 of the body, in hexadecimal.
    pub sha256: Option<String>,
    /// The documents that cite it, by path, each once.
    pub documents: Vec<String>,
    /// The quotations whose verdict speaks of it, in document order.
    pub quotations: Vec<ObservedQuotation>,
}

/// What was said of one quotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedQuotation {
    /// The path of its document.
    pub document: String,
    /// Its words.
    pub text: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The passage of the source, or the nearest one.
    pub passage: Option<String>,
}

/// Returns what is to be remembered of a report: an observation for each source that was asked. A source that the run
/// did not reach, or that a recording lacks, was not observed.
#[must_use]
pub fn observe(report: &Report) -> Vec<Observation> {
    let asked = report.sources.iter().filter(|source| source.liveness != Liveness::Unresolved);
    asked.map(|source| observation(source, report)).collect()
}

fn observation(source: &Source, report: &Report) -> Observation {
    let mut documents = Vec::new();
    let mut quotations = Vec::new();
    for document in &report.documents {
        if document.citations.iter().any(|citation| citation.sources.contains(&Some(source.id))) {
            documents.push(document.path.clone());
        }
        let checked = document.citations.iter().flat_map(|citation| &citation.quotations);
        let of_source = checked.filter(|checked| checked.source == Some(source.id));
        quotations.extend(of_source.map(|checked| observed(&document.path, checked)));
    }
    documents.dedup();
    Observation {
        canonical: source.target.canonical().to_owned(),
        url: source.target.url().to_string(),
        at: source.fetched_at,
        liveness: source.liveness,
        reason: source.reason.clone(),
        final_url: source.final_url.as_ref().map(ToString::to_string),
        status: source.status,
        sha256: source.sha256.clone(),
        documents,
        quotations,
    }
}

fn observed(document: &str, checked: &CheckedQuotation) -> ObservedQuotation {
    ObservedQuotation {
        document: document.to_owned(),
        text: checked.quotation.text.clone(),
        verdict: checked.verdict,
        passage: checked.matched.as_ref().map(|matched| matched.text.clone()),
    }
}
