//! Makes the report of a run of what was found on its pages.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Draft;
use super::plan::{Key, Plan};
use super::search::SearchedPage;
use crate::citation::Citations;
use crate::evidence::{Evidence, QuotationEvidence, Search, Sighting};
use crate::judge::judge;
use crate::report::{CheckedDocument, Completion, Report};
use crate::source::Source;

/// Makes the report.
pub(super) fn finish(
    drafts: Vec<Draft>,
    plan: &Plan,
    pages: Vec<SearchedPage>,
    at: Timestamp,
    completion: Completion,
) -> Report {
    let mut found: BTreeMap<Key, QuotationEvidence> = BTreeMap::new();
    let mut sources = Vec::with_capacity(pages.len());
    for page in pages {
        let id = page.source.id;
        if let Some(located) = page.located {
            for (number, search) in located.cited {
                found
                    .entry(plan.keys[number])
                    .or_default()
                    .cited
                    .push(Sighting { source: id, search });
            }
            for (number, matched) in located.elsewhere {
                let sighting = Sighting { source: id, search: Search::Found(Box::new(matched)) };
                found.entry(plan.keys[number]).or_default().elsewhere.push(sighting);
            }
        }
        for (number, search) in page.in_copy {
            found
                .entry(plan.keys[number])
                .or_default()
                .archived
                .push(Sighting { source: id, search });
        }
        sources.push(page.source);
    }
    let documents = drafts
        .into_iter()
        .enumerate()
        .map(|(number, draft)| finish_document(number, draft, plan, &mut found, &sources))
        .collect();
    Report { checked_at: at, documents, sources, completion, absent: Vec::new() }
}

fn finish_document(
    number: usize,
    draft: Draft,
    plan: &Plan,
    found: &mut BTreeMap<Key, QuotationEvidence>,
    sources: &[Source],
) -> CheckedDocument {
    let evidence = draft
        .resolved
        .into_iter()
        .map(|resolved| Evidence {
            sources: resolved
                .resolutions
                .iter()
                .map(|resolution| resolution.target().and_then(|target| plan.source_of(target)))
                .collect(),
            quotations: resolved
                .citation
                .quotations
                .iter()
                .map(|quotation| found.remove(&(number, quotation.id)).unwrap_or_default())
                .collect(),
            resolved,
        })
        .collect();
    let Citations { uncited, problems, .. } = draft.citations;
    let judged = judge(evidence, &uncited, &problems, sources);
    CheckedDocument {
        path: draft.input.path,
        sha256: draft.input.sha256,
        document: draft.input.document,
        citations: judged.citations,
        uncited,
        findings: judged.findings,
    }
}
