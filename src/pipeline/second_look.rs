//! Looks again at pages that may be error pages under status 200: asks for addresses beside them that cannot exist, once
//! for each directory of a host, and holds what is shown there against them.

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::watch;

use super::search::SearchedPage;
use super::{Event, stopped};
use crate::assess::{
    Experiment, Likeness, Suspect, assess, confirm, experiments, sent_to_one_page,
};
use crate::evidence::Search;
use crate::fetch::{Fetcher, fetch_all};
use crate::report::Completion;
use crate::source::{Liveness, Purpose, SourceId};

/// Looks again at the pages of a run. A page on which a quotation stands is what it is cited as, whatever else the site
/// shows; the others become [`Liveness::Soft404`] where the experiment says so, and are then no longer searched pages.
pub(super) async fn look_again(
    pages: &mut [SearchedPage],
    fetcher: &Arc<impl Fetcher + Send + 'static>,
    workers: NonZeroUsize,
    on_event: &(dyn Fn(Event) + Sync),
    mut stop: watch::Receiver<bool>,
) -> Completion {
    let (planned, lost) = planned(pages);
    if !planned.is_empty() {
        on_event(Event::LookingAgain { addresses: planned.len() });
    }
    let siblings = planned.iter().map(|experiment| experiment.sibling.clone()).collect();
    let read = |_, fetched| {
        let sibling = assess(SourceId(0), fetched, Purpose::Presence);
        Likeness::of(&sibling).map(|likeness| (sibling.source, likeness))
    };
    let mut fetching = fetch_all(Arc::clone(fetcher), siblings, workers, read);
    let mut completion = Completion::Finished;
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => {
                completion = Completion::Interrupted;
                break;
            }
            next = fetching.next() => {
                let Some((number, sibling)) = next else { break };
                // What is no page, or nothing that our own code can read, says nothing.
                let Some((sibling, shown)) = sibling.flatten() else { continue };
                for &page in &planned[number].pages {
                    let page = &mut pages[page];
                    if let Some(likeness) = &page.likeness
                        && confirm(&mut page.source, likeness, (&sibling, &shown))
                    {
                        page.located = None;
                    }
                }
            }
        }
    }
    for (page, reason) in lost {
        let page = &mut pages[page];
        if page.source.liveness == Liveness::Live {
            page.source.liveness = Liveness::Soft404;
            page.source.reason = reason;
            page.source.moved = None;
            page.located = None;
        }
    }
    completion
}

/// Returns what to ask for, and the pages that are known to be others than the cited ones without asking. Pages go by
/// their numbers in the run.
fn planned(pages: &[SearchedPage]) -> (Vec<Experiment>, Vec<(usize, String)>) {
    let (numbers, suspects): (Vec<usize>, Vec<Suspect<'_>>) = pages
        .iter()
        .enumerate()
        .filter(|(_, page)| !page.holds_quotation())
        .filter_map(|(number, page)| {
            let likeness = page.likeness.as_ref()?;
            let lacks_quotation = page.lacks_quotation();
            Some((number, Suspect { source: &page.source, likeness, lacks_quotation }))
        })
        .unzip();
    let mut planned = experiments(&suspects);
    for experiment in &mut planned {
        for page in &mut experiment.pages {
            *page = numbers[*page];
        }
    }
    let lost = sent_to_one_page(&suspects).into_iter();
    (planned, lost.map(|(suspect, reason)| (numbers[suspect], reason)).collect())
}

impl SearchedPage {
    /// Tells whether a quotation that cites the page stands there, be it changed.
    fn holds_quotation(&self) -> bool {
        self.located.as_ref().is_some_and(|located| {
            located.cited.iter().any(|(_, search)| matches!(search, Search::Found(_)))
        })
    }

    /// Tells whether a quotation cites the page and does not stand there.
    fn lacks_quotation(&self) -> bool {
        self.located.as_ref().is_some_and(|located| {
            located.cited.iter().any(|(_, search)| matches!(search, Search::NotFound(_)))
        })
    }
}
