//! Holds quotations against one page: no document names them, and no page is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::citation::{Citation, CitationId, Pairing, Quotation, QuotationId};
use crate::document::Position;
use crate::evidence::{Evidence, QuotationEvidence, Search, Sighting};
use crate::judge::judge;
use crate::locate::{Model, Quotations, locate};
use crate::report::CheckedQuotation;
use crate::source::AssessedPage;
use crate::target::ResolvedCitation;
use crate::text::detect;

/// Holds quotations against one page, each on its own: what `quote` does. The page must have been assessed. `model`
/// compares what the built-in encoder cannot.
#[must_use]
pub fn quote(
    quotations: &[&str],
    page: &AssessedPage,
    model: Option<&Arc<Model>>,
) -> Vec<CheckedQuotation> {
    let prepared = Quotations::new(quotations.iter().map(|text| (*text, detect(text))))
        .compared_by(model.cloned());
    let cited: Vec<usize> = (0..quotations.len()).collect();
    let located =
        page.text.as_ref().map(|text| locate(&prepared, text, page.source.language, &cited));
    let mut searches: BTreeMap<usize, Search> =
        located.into_iter().flat_map(|located| located.cited).collect();
    let evidence = quotations
        .iter()
        .enumerate()
        .map(|(number, text)| lone_evidence(number, text, searches.remove(&number), page))
        .collect();
    let judged = judge(evidence, &[], &[], std::slice::from_ref(&page.source));
    judged.citations.into_iter().flat_map(|citation| citation.quotations).collect()
}

/// A citation that consists of one quotation handed in with its page.
fn lone_evidence(
    number: usize,
    text: &str,
    search: Option<Search>,
    page: &AssessedPage,
) -> Evidence {
    let id = u32::try_from(number + 1).unwrap_or(u32::MAX);
    let position = Position::Line { line: 1, column: 1 };
    let quotation = Quotation {
        id: QuotationId(id),
        text: text.to_owned(),
        range: 0..text.len(),
        position,
        pairing: Pairing::Given,
        speaker: None,
        oddities: BTreeSet::new(),
        also_claimed_by: Vec::new(),
    };
    let citation = Citation {
        id: CitationId(id),
        note: None,
        position,
        note_position: None,
        references: Vec::new(),
        quotations: vec![quotation],
        dates: Vec::new(),
    };
    let cited =
        search.into_iter().map(|search| Sighting { source: page.source.id, search }).collect();
    Evidence {
        resolved: ResolvedCitation { citation, resolutions: Vec::new() },
        sources: vec![Some(page.source.id)],
        quotations: vec![QuotationEvidence { cited, ..QuotationEvidence::default() }],
    }
}
