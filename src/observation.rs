//! What documents, sources and quotations looked like at one moment: what is remembered of a report.
//! Holds no page and no document, and says nothing about what changed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::citation::QuotationId;
use crate::report::{CheckedDocument, CheckedQuotation, Completion, Finding, Report, Verdict};
use crate::source::{ArchivedCopy, Liveness, Source, SourceId};
use crate::text::Fingerprint;

/// What is remembered of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// The documents that it read, as far as it came to its end with them.
    pub documents: Vec<ObservedDocument>,
    /// The sources that it asked.
    pub observations: Vec<Observation>,
}

/// What one document cited at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedDocument {
    /// Its path.
    pub path: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its title.
    pub title: Option<String>,
    /// When it was checked.
    pub at: Timestamp,
    /// What it cites, in document order.
    pub citations: Vec<ObservedCitation>,
    /// What was wrong with it, by position.
    pub findings: Vec<ObservedFinding>,
}

/// One source that a document cites in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedCitation {
    /// The label of the note, if it is one.
    pub note: Option<String>,
    /// The form of the source's address that is compared.
    pub canonical: String,
    /// The address as cited.
    pub url: String,
}

/// What a finding is known by from one run to the next: not by its place, which moves, nor by its words, which hold days.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObservedFinding {
    /// The id of its rule.
    pub rule: String,
    /// The name of its level.
    pub level: String,
    /// The words of the quotation or the address of the source that it is about, or its message.
    pub subject: String,
}

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
    /// Where it had moved for good.
    pub moved: Option<String>,
    /// The status code of the answer.
    pub status: Option<u16>,
    /// The SHA-256 of the body, in hexadecimal.
    pub sha256: Option<String>,
    /// The fingerprint of the text that was read.
    pub fingerprint: Option<Fingerprint>,
    /// A copy of it in an archive.
    pub archived_copy: Option<ArchivedCopy>,
    /// The documents that cite it, by path, each once.
    pub documents: Vec<String>,
    /// The quotations that were looked for on it, in document order.
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
    /// The passage of the source, or the nearest one; for a translated quotation, the passage that it translates.
    pub passage: Option<String>,
    /// The fragment directive that leads a browser to the passage: `:~:text=…`.
    pub selector: Option<String>,
    /// Where the words differ from the source, unmarked: the document's words and the source's; one may be empty.
    pub differences: Vec<(String, String)>,
    /// The address of the other source that they stand on, as cited.
    pub elsewhere: Option<String>,
}

/// Returns what is to be remembered of a report: an observation for each source that was asked. A source that the run
/// did not reach, or that a recording lacks, was not observed; and of a run that did not end, no document was.
///
/// `name` gives the path by which a document is remembered, from the one in the report.
#[must_use]
pub fn observe(report: &Report, name: &dyn Fn(&str) -> String) -> Look {
    let documents = match report.completion {
        Completion::Finished => {
            report.documents.iter().map(|d| document_of(d, report, name)).collect()
        }
        Completion::Interrupted => Vec::new(),
    };
    let mut said = said_of_sources(report, name);
    let asked = report.sources.iter().filter(|source| source.liveness != Liveness::Unresolved);
    let observations =
        asked.map(|source| observation(source, said.remove(&source.id).unwrap_or_default()));
    Look { observations: observations.collect(), documents }
}

/// Returns what each finding of a document is known by, in the order of the findings.
#[must_use]
pub fn observed_findings(document: &CheckedDocument, report: &Report) -> Vec<ObservedFinding> {
    let cited = document.citations.iter().flat_map(|citation| &citation.quotations);
    let cited = cited.map(|checked| &checked.quotation);
    let uncited = document.uncited.iter().map(|uncited| &uncited.quotation);
    let words: BTreeMap<QuotationId, &str> =
        cited.chain(uncited).map(|quotation| (quotation.id, quotation.text.as_str())).collect();
    let known_by = |finding: &Finding| {
        let quotation = finding.quotation.and_then(|id| words.get(&id).copied());
        let source = finding.source.and_then(|id| report.source(id));
        let subject = quotation.or_else(|| source.map(|source| source.target.url().as_str()));
        ObservedFinding {
            rule: finding.rule.info().id.to_owned(),
            level: finding.level.name().to_owned(),
            subject: subject.unwrap_or(&finding.message).to_owned(),
        }
    };
    document.findings.iter().map(known_by).collect()
}

fn document_of(
    document: &CheckedDocument,
    report: &Report,
    name: &dyn Fn(&str) -> String,
) -> ObservedDocument {
    let citations = document.citations.iter().flat_map(|citation| {
        let note = citation.resolved.citation.note.as_ref().map(|label| label.0.clone());
        let sources = citation.sources.iter().flatten().filter_map(|id| report.source(*id));
        sources.map(move |source| ObservedCitation {
            note: note.clone(),
            canonical: source.target.canonical().to_owned(),
            url: source.target.url().to_string(),
        })
    });
    ObservedDocument {
        path: name(&document.path),
        sha256: document.sha256.clone(),
        title: document.document.title.clone(),
        at: report.checked_at,
        citations: citations.collect(),
        findings: observed_findings(document, report),
    }
}

/// What a report says of one source, beside what it is.
#[derive(Default)]
struct Said {
    documents: Vec<String>,
    quotations: Vec<ObservedQuotation>,
}

fn said_of_sources(report: &Report, name: &dyn Fn(&str) -> String) -> BTreeMap<SourceId, Said> {
    let mut said: BTreeMap<SourceId, Said> = BTreeMap::new();
    for document in &report.documents {
        let path = name(&document.path);
        for citation in &document.citations {
            let sources: BTreeSet<SourceId> = citation.sources.iter().flatten().copied().collect();
            for source in &sources {
                let of_source = said.entry(*source).or_default();
                if of_source.documents.last() != Some(&path) {
                    of_source.documents.push(path.clone());
                }
                let on_pages = citation.quotations.iter().map(on_page);
                let about = on_pages.filter(|q| concerns(q, &sources, *source));
                of_source.quotations.extend(about.map(|q| observed(&path, q, report)));
            }
        }
    }
    said
}

fn observation(source: &Source, said: Said) -> Observation {
    Observation {
        canonical: source.target.canonical().to_owned(),
        url: source.target.url().to_string(),
        at: source.fetched_at,
        liveness: source.liveness,
        reason: source.reason.clone(),
        final_url: source.final_url.as_ref().map(ToString::to_string),
        moved: source.moved.as_ref().map(ToString::to_string),
        status: source.status,
        sha256: source.sha256.clone(),
        fingerprint: source.fingerprint,
        archived_copy: source.archived_copy.clone(),
        documents: said.documents,
        quotations: said.quotations,
    }
}

/// Returns what was said of the pages as they were: that a copy has words which a page has lost makes them no less lost.
fn on_page(checked: &CheckedQuotation) -> &CheckedQuotation {
    checked.on_page.as_deref().unwrap_or(checked)
}

/// Tells whether a verdict says something about a source that its citation names. Where the words were found on one of
/// these, it speaks of that one alone; that they are on none is said of each.
fn concerns(checked: &CheckedQuotation, cited: &BTreeSet<SourceId>, source: SourceId) -> bool {
    match checked.verdict {
        Verdict::Absent | Verdict::Elsewhere => true,
        Verdict::Verbatim
        | Verdict::Edited
        | Verdict::Altered(_)
        | Verdict::Translated
        | Verdict::Unverifiable
        | Verdict::Uncited => checked.source.is_none_or(|id| id == source || !cited.contains(&id)),
    }
}

fn observed(document: &str, checked: &CheckedQuotation, report: &Report) -> ObservedQuotation {
    let matched = checked.matched.as_ref();
    let translated = checked.translation.as_ref().and_then(|found| found.passage.as_ref());
    let differences = matched.map_or(&[][..], |matched| &matched.differences);
    let elsewhere = match checked.verdict {
        Verdict::Elsewhere => checked.source.and_then(|id| report.source(id)),
        Verdict::Verbatim
        | Verdict::Edited
        | Verdict::Altered(_)
        | Verdict::Absent
        | Verdict::Translated
        | Verdict::Unverifiable
        | Verdict::Uncited => None,
    };
    ObservedQuotation {
        document: document.to_owned(),
        text: checked.quotation.text.clone(),
        verdict: checked.verdict,
        passage: matched
            .map(|matched| matched.text.clone())
            .or_else(|| translated.map(|passage| passage.text.clone())),
        selector: matched.and_then(|matched| matched.text_fragment.clone()),
        differences: differences
            .iter()
            .map(|difference| (difference.document.clone(), difference.source.clone()))
            .collect(),
        elsewhere: elsewhere.map(|source| source.target.url().to_string()),
    }
}
