//! Passes the verdicts and makes the findings. This is policy: it compares nothing itself and looks at no page.
//! Input: the evidence of one document and the sources of the run. Output: what the report says of the document. Pure.

mod dates;
mod echoes;
mod findings;
mod registered;
mod verdict;

use std::collections::BTreeMap;

use crate::citation::{CitationId, Problem, UncitedQuotation};
use crate::evidence::Evidence;
use crate::report::{CheckedCitation, CheckedQuotation, Finding};
use crate::source::{Source, SourceId, find_source};

use findings::Material;

/// What the report says of one document.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Its citations with their verdicts.
    pub citations: Vec<CheckedCitation>,
    /// What is wrong or worth a look.
    pub findings: Vec<Finding>,
}

/// Judges the evidence of one document.
#[must_use]
pub fn judge(
    evidence: Vec<Evidence>,
    uncited: &[UncitedQuotation],
    problems: &[Problem],
    sources: &[Source],
) -> Judged {
    let by_citation: BTreeMap<CitationId, Vec<Option<SourceId>>> = evidence
        .iter()
        .map(|evidence| (evidence.resolved.citation.id, evidence.sources.clone()))
        .collect();
    let citations: Vec<CheckedCitation> = evidence
        .into_iter()
        .map(|evidence| {
            let quotations = checked(&evidence, &by_citation, sources);
            CheckedCitation { resolved: evidence.resolved, sources: evidence.sources, quotations }
        })
        .collect();
    let findings =
        findings::findings(&Material { citations: &citations, uncited, problems, sources });
    Judged { citations, findings }
}

fn checked(
    evidence: &Evidence,
    by_citation: &BTreeMap<CitationId, Vec<Option<SourceId>>>,
    sources: &[Source],
) -> Vec<CheckedQuotation> {
    let quotations = &evidence.resolved.citation.quotations;
    quotations
        .iter()
        .zip(&evidence.quotations)
        .map(|(quotation, found)| {
            let also =
                quotation.also_claimed_by.iter().filter_map(|id| by_citation.get(id)).flatten();
            let cited: Vec<Option<&Source>> = evidence
                .sources
                .iter()
                .chain(also)
                .map(|id| id.and_then(|id| find_source(sources, id)))
                .collect();
            verdict::verdict(quotation, found, &cited)
        })
        .collect()
}
