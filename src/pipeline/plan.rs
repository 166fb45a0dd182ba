//! Plans a run: which pages are asked for, what for, and which quotations are looked for where.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Draft, Fingerprints, Scope, Settings};
use crate::citation::{CitationId, QuotationId};
use crate::locate::Quotations;
use crate::source::{Purpose, SourceId};
use crate::target::{Resolution, ResolvedCitation, Target};
use crate::text::detect;

/// A quotation of a run, by document and name.
pub(super) type Key = (usize, QuotationId);

/// What is to be asked for, and what is to be looked for where.
pub(super) struct Plan {
    pub(super) pages: Vec<PlannedPage>,
    pub(super) by_canonical: BTreeMap<String, usize>,
    pub(super) keys: Vec<Key>,
    pub(super) quotations: Arc<Quotations>,
}

/// A page that is to be asked for.
pub(super) struct PlannedPage {
    pub(super) target: Target,
    /// The numbers of the quotations that cite it.
    pub(super) cited: Vec<usize>,
    /// What it is asked for.
    pub(super) purpose: Purpose,
}

impl Plan {
    /// Plans a run over documents.
    pub(super) fn new(drafts: &[Draft], settings: &Settings) -> Self {
        let (mut pages, by_canonical) = planned_pages(drafts);
        let mut keys = Vec::new();
        let mut texts = Vec::new();
        let mut speakers = Vec::new();
        for (document, draft) in drafts.iter().enumerate() {
            let by_citation: BTreeMap<CitationId, &ResolvedCitation> =
                draft.resolved.iter().map(|resolved| (resolved.citation.id, resolved)).collect();
            for resolved in &draft.resolved {
                for quotation in &resolved.citation.quotations {
                    let number = keys.len();
                    keys.push((document, quotation.id));
                    speakers.extend(quotation.speaker.as_deref().map(|name| (number, name)));
                    texts.push((
                        quotation.text.as_str(),
                        detect(&quotation.text).or(draft.language),
                    ));
                    let also = quotation
                        .also_claimed_by
                        .iter()
                        .filter_map(|id| by_citation.get(id).copied());
                    for target in std::iter::once(resolved).chain(also).flat_map(targets) {
                        let cited = &mut pages[by_canonical[target.canonical()]].cited;
                        if cited.last() != Some(&number) {
                            cited.push(number);
                        }
                    }
                }
            }
        }
        if !texts.is_empty() || settings.fingerprints == Fingerprints::Made {
            // Every page is searched for every quotation.
            for page in &mut pages {
                page.purpose = Purpose::Text;
            }
        }
        let model = settings.model.clone();
        let quotations = Arc::new(Quotations::new(texts).spoken_by(speakers).compared_by(model));
        Self { pages, by_canonical, keys, quotations }
    }

    /// Returns the numbers of the pages that are to be asked for, in order.
    pub(super) fn asked(&self, scope: &Scope) -> Vec<usize> {
        let Scope::Only(wanted) = scope else { return (0..self.pages.len()).collect() };
        let is_wanted = |page: &&PlannedPage| wanted.contains(page.target.canonical());
        // That words are on no page that is cited for them can be said only when all of these were asked.
        let quotations: BTreeSet<usize> = self
            .pages
            .iter()
            .filter(is_wanted)
            .flat_map(|page| page.cited.iter().copied())
            .collect();
        let shares = |page: &PlannedPage| page.cited.iter().any(|n| quotations.contains(n));
        let pages = self.pages.iter().enumerate();
        pages
            .filter(|(_, page)| is_wanted(page) || shares(page))
            .map(|(number, _)| number)
            .collect()
    }

    /// Returns the source that a target will be.
    pub(super) fn source_of(&self, target: &Target) -> Option<SourceId> {
        self.by_canonical.get(target.canonical()).map(|&page| source_id(page))
    }
}

/// Lists every page that any document names, in the order of their first citations, and their numbers by the canonical
/// forms of their addresses.
fn planned_pages(drafts: &[Draft]) -> (Vec<PlannedPage>, BTreeMap<String, usize>) {
    let mut pages: Vec<PlannedPage> = Vec::new();
    let mut by_canonical = BTreeMap::new();
    for resolved in drafts.iter().flat_map(|draft| &draft.resolved) {
        let references = resolved.citation.references.iter().zip(&resolved.resolutions);
        for (reference, resolution) in references {
            let Some(target) = resolution.target() else { continue };
            let page = *by_canonical.entry(target.canonical().to_owned()).or_insert_with(|| {
                let (target, cited) = (target.clone(), Vec::new());
                pages.push(PlannedPage { target, cited, purpose: Purpose::Presence });
                pages.len() - 1
            });
            if reference.date.is_some() {
                // It is held against the date that the page gives itself, wherever on it that is.
                pages[page].purpose = Purpose::Text;
            }
        }
    }
    (pages, by_canonical)
}

fn targets(resolved: &ResolvedCitation) -> impl Iterator<Item = &Target> {
    resolved.resolutions.iter().filter_map(Resolution::target)
}

/// Returns the name of the source that a page will be.
pub(super) fn source_id(page: usize) -> SourceId {
    SourceId(u32::try_from(page + 1).unwrap_or(u32::MAX))
}
