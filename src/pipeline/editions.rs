//! Looks for translated quotations in the publisher's own editions: where one stands word by word in the quotation's
//! language, nobody need trust a comparison across languages.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::watch;
use url::Url;

use super::search::SearchedPage;
use super::stopped;
use crate::assess::assess;
use crate::evidence::{Edition, QuotationMatch, Search};
use crate::fetch::{Fetcher, fetch_all};
use crate::fetched::Fetched;
use crate::locate::{Quotations, locate};
use crate::report::Completion;
use crate::source::{AssessedPage, Purpose, SourceId};
use crate::target::Target;

/// An edition of a page, and the quotations that may stand in it, by number.
#[derive(Debug, Clone)]
pub(super) struct PlannedEdition {
    target: Target,
    quotations: Vec<usize>,
}

/// Returns the editions in which to look for those quotations that are in another language than a page.
pub(super) fn planned(
    page: &AssessedPage,
    searches: &[(usize, Search)],
    quotations: &Quotations,
) -> Vec<PlannedEdition> {
    let mut by_language: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (number, search) in searches {
        if let (Search::OtherLanguage(_), Some(language)) = (search, quotations.language(*number)) {
            by_language.entry(language).or_default().push(*number);
        }
    }
    let editions = by_language.into_iter().flat_map(|(language, quotations)| {
        let targets = crate::assess::editions(page, language).into_iter();
        targets.map(move |target| PlannedEdition { target, quotations: quotations.clone() })
    });
    editions.collect()
}

/// Asks for the editions of the pages of a run, and notes with each translation the edition that has its words.
pub(super) async fn look_in_editions(
    pages: &mut [SearchedPage],
    quotations: &Arc<Quotations>,
    fetcher: &Arc<impl Fetcher + Send + 'static>,
    workers: NonZeroUsize,
    mut stop: watch::Receiver<bool>,
) -> Completion {
    let planned: Vec<(usize, PlannedEdition)> = pages
        .iter_mut()
        .enumerate()
        .flat_map(|(number, page)| {
            std::mem::take(&mut page.editions).into_iter().map(move |edition| (number, edition))
        })
        .collect();
    let targets = planned.iter().map(|(_, edition)| edition.target.clone()).collect();
    let wanted: Vec<Vec<usize>> =
        planned.iter().map(|(_, edition)| edition.quotations.clone()).collect();
    let quotations = Arc::clone(quotations);
    let read = move |place: usize, fetched| search(fetched, &quotations, &wanted[place]);
    let mut fetching = fetch_all(Arc::clone(fetcher), targets, workers, read);
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return Completion::Interrupted,
            next = fetching.next() => {
                let Some((place, found)) = next else { return Completion::Finished };
                // Where our own code fails on it, the edition says nothing.
                for (quotation, edition) in found.unwrap_or_default() {
                    note(&mut pages[planned[place].0], quotation, &edition);
                }
            }
        }
    }
}

/// Searches an edition for quotations, and returns those that stand there, with nothing changed that may not be.
fn search(fetched: Fetched, quotations: &Quotations, wanted: &[usize]) -> Vec<(usize, Edition)> {
    let AssessedPage { source, text } = assess(SourceId(0), fetched, Purpose::Text);
    let Some(text) = text else { return Vec::new() };
    let url = source.final_url.unwrap_or_else(|| source.target.url().clone());
    let searches = locate(quotations, &text, source.language, wanted).cited;
    searches
        .into_iter()
        .filter_map(|(number, search)| match search {
            Search::Found(found) if found.differences.is_empty() => {
                Some((number, edition(url.clone(), *found)))
            }
            Search::Found(_) | Search::NotFound(_) | Search::OtherLanguage(_) => None,
        })
        .collect()
}

fn edition(url: Url, found: QuotationMatch) -> Edition {
    Edition { url, text: found.text }
}

fn note(page: &mut SearchedPage, quotation: usize, edition: &Edition) {
    let searches = page.located.iter_mut().flat_map(|located| &mut located.cited);
    for (number, search) in searches {
        if let (true, Search::OtherLanguage(translation)) = (*number == quotation, search) {
            translation.edition.get_or_insert_with(|| edition.clone());
        }
    }
}
