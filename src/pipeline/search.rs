//! Fetches, assesses and searches every page of a run.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::editions::{self, PlannedEdition};
use super::machine::{self, PlannedTranslation};
use super::plan::{Plan, PlannedPage, source_id};
use super::{Event, Fingerprints, Settings, TranslatorSettings, stopped};
use crate::assess::{Likeness, assess, fingerprint_of};
use crate::evidence::Search;
use crate::fetch::{Fetcher, fetch_all};
use crate::fetched::{FetchFailure, Fetched};
use crate::locate::{Located, Quotations, locate};
use crate::report::Completion;
use crate::source::{AssessedPage, Source};

/// What one page came to.
pub(super) struct SearchedPage {
    pub(super) source: Source,
    pub(super) located: Option<Located>,
    /// What its text is like, where it is a page that might be an error page.
    pub(super) likeness: Option<Likeness>,
    /// What came of looking for quotations in its archived copy, by number.
    pub(super) in_copy: Vec<(usize, Search)>,
    /// Where its translated quotations may stand in their own language.
    pub(super) editions: Vec<PlannedEdition>,
    /// What is to be translated of it by machine.
    pub(super) translations: Vec<PlannedTranslation>,
}

/// Fetches, assesses and searches every page; what is not reached in time is noted as such.
pub(super) async fn search_pages(
    plan: &Arc<Plan>,
    asked: &[usize],
    fetcher: &Arc<impl Fetcher + Send + 'static>,
    settings: &Settings,
    on_event: &(dyn Fn(Event) + Sync),
    mut stop: watch::Receiver<bool>,
) -> (Vec<SearchedPage>, Completion) {
    let targets = asked.iter().map(|&number| plan.pages[number].target.clone()).collect();
    let (planned, numbers) = (Arc::clone(plan), asked.to_vec());
    let (fingerprints, translator) = (settings.fingerprints, settings.translator.clone());
    let search = move |place: usize, fetched| {
        search_page(&planned, numbers[place], fetched, fingerprints, translator.as_ref())
    };
    let mut fetching = fetch_all(Arc::clone(fetcher), targets, settings.workers, search);
    let mut searched: Vec<Option<SearchedPage>> = Vec::new();
    searched.resize_with(plan.pages.len(), || None);
    let mut tick = tokio::time::interval(BETWEEN_COUNTS);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut waiting = 0;
    let completion = loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => break Completion::Interrupted,
            _ = tick.tick() => {
                let hosts = fetching.waiting_hosts();
                if std::mem::replace(&mut waiting, hosts) != hosts {
                    on_event(Event::Waiting { hosts });
                }
            }
            next = fetching.next() => {
                let Some((place, page)) = next else { break Completion::Finished };
                let number = asked[place];
                // A page on which our own code fails is one that could not be checked, and the run goes on.
                let page = page.unwrap_or_else(|| {
                    without_answer(number, &plan.pages[number], FetchFailure::Mishandled)
                });
                on_event(checked(&page));
                searched[number] = Some(page);
            }
        }
    };
    drop(fetching);
    let pages = searched.into_iter().enumerate().map(|(number, page)| {
        page.unwrap_or_else(|| {
            without_answer(number, &plan.pages[number], FetchFailure::Interrupted)
        })
    });
    (pages.collect(), completion)
}

/// How often the hosts that wait are counted.
const BETWEEN_COUNTS: Duration = Duration::from_secs(1);

fn checked(page: &SearchedPage) -> Event {
    Event::Checked { url: page.source.target.url().to_string(), liveness: page.source.liveness }
}

fn search_page(
    plan: &Plan,
    number: usize,
    fetched: Fetched,
    fingerprints: Fingerprints,
    translator: Option<&TranslatorSettings>,
) -> SearchedPage {
    let planned = &plan.pages[number];
    let mut page = assess(source_id(number), fetched, planned.purpose);
    page.source.fingerprint = match fingerprints {
        Fingerprints::Made => page.text.as_ref().map(fingerprint_of),
        Fingerprints::LeftOut => None,
    };
    search_assessed(page, &plan.quotations, &planned.cited, translator)
}

fn search_assessed(
    page: AssessedPage,
    quotations: &Quotations,
    cited: &[usize],
    translator: Option<&TranslatorSettings>,
) -> SearchedPage {
    let likeness = Likeness::of(&page);
    // A document without quotations asks of a page only whether it is there.
    let searched = page.text.as_ref().filter(|_| !quotations.is_empty());
    let located = searched.map(|text| locate(quotations, text, page.source.language, cited));
    let cited_found = located.as_ref().map_or(&[][..], |located| &located.cited);
    let editions = editions::planned(&page, cited_found, quotations);
    let translations = searched
        .filter(|_| translator.is_some())
        .map_or_else(Vec::new, |text| machine::planned(text, cited_found, quotations));
    SearchedPage {
        source: page.source,
        located,
        likeness,
        in_copy: Vec::new(),
        editions,
        translations,
    }
}

/// A page of which there is no answer.
fn without_answer(number: usize, page: &PlannedPage, failure: FetchFailure) -> SearchedPage {
    let fetched = Fetched {
        target: page.target.clone(),
        at: Timestamp::UNIX_EPOCH,
        took: Duration::ZERO,
        hops: Vec::new(),
        outcome: Err(failure),
    };
    SearchedPage {
        source: assess(source_id(number), fetched, page.purpose).source,
        located: None,
        likeness: None,
        in_copy: Vec::new(),
        editions: Vec::new(),
        translations: Vec::new(),
    }
}
