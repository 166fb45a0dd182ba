//! Looks for archived copies of pages that are gone or lack a quotation, and searches the copies for what is missing.
//! Asks one question at a time, within a limit for the run; an archive that does not answer is asked no more.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::watch;
use tokio::time::Instant;
use url::Url;

use super::asking::{Asked, Asking};
use super::search::SearchedPage;
use super::{Draft, Event, Plan, stopped};
use crate::assess::assess;
use crate::evidence::Search;
use crate::fetch::{Fetcher, is_public};
use crate::fetched::Fetched;
use crate::locate::{Quotations, locate};
use crate::report::Completion;
use crate::resolve::mementos::{Archives, Wayback, timegate_answer, timegate_question};
use crate::source::{ArchivedCopy, Liveness, LivenessClass, Purpose, SourceId};
use crate::target::Target;

/// Where and how archived copies are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveSettings {
    /// The archives.
    pub archives: Archives,
    /// For how many pages of a run they are asked at most. Default: 100.
    pub most_pages: usize,
    /// How long from one question for a list of copies to the next. Default: 2 s: the Wayback Machine answers thirty such
    /// questions a minute.
    pub delay: Duration,
}

impl ArchiveSettings {
    /// Asks archives within the default limits.
    #[must_use]
    pub const fn new(archives: Archives) -> Self {
        Self { archives, most_pages: 100, delay: Duration::from_secs(2) }
    }
}

/// Looks for copies of the pages of a run that need one. What is found is noted at the pages.
pub(super) async fn search_archives(
    pages: &mut [SearchedPage],
    (drafts, plan): (&[Draft], &Plan),
    settings: &ArchiveSettings,
    fetcher: &Arc<impl Fetcher + Send + 'static>,
    on_event: &(dyn Fn(Event) + Sync),
    mut stop: watch::Receiver<bool>,
) -> Completion {
    let wanted = wanted(pages, plan);
    if wanted.is_empty() || settings.archives.is_empty() {
        return Completion::Finished;
    }
    on_event(Event::AskingArchives { pages: wanted.len().min(settings.most_pages) });
    let days = days(drafts, plan);
    let mut searching = Searching::new(settings, fetcher.as_ref(), Arc::clone(&plan.quotations));
    for (place, Wanted { page, missing }) in wanted.into_iter().enumerate() {
        if place >= settings.most_pages {
            let most = settings.most_pages;
            pages[page].source.archive_note =
                Some(format!("no archive was asked, since {most} pages before it were looked for"));
            continue;
        }
        let target = &plan.pages[page].target;
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return Completion::Interrupted,
            found = searching.search(target.url(), days[page], &missing) => {
                take(&mut pages[page], found);
            }
        }
    }
    searching.asking.tell(on_event);
    Completion::Finished
}

/// A page of which a copy is wanted.
struct Wanted {
    /// Its number.
    page: usize,
    /// The numbers of the quotations that cite it and stand unchanged on none of the pages they cite.
    missing: Vec<usize>,
}

fn wanted(pages: &[SearchedPage], plan: &Plan) -> Vec<Wanted> {
    let searches = pages.iter().flat_map(|page| &page.located).flat_map(|located| &located.cited);
    let settled: BTreeSet<usize> = searches
        .filter(|(_, search)| is_unchanged(search) || matches!(search, Search::OtherLanguage(_)))
        .map(|(number, _)| *number)
        .collect();
    let wanted =
        pages.iter().zip(&plan.pages).enumerate().filter_map(|(page, (searched, planned))| {
            let liveness = searched.source.liveness;
            let was_asked = !matches!(liveness, Liveness::Unresolved | Liveness::Refused);
            let cited = planned.cited.iter().copied();
            let missing: Vec<usize> = cited.filter(|number| !settled.contains(number)).collect();
            let is_dead = liveness.class() == LivenessClass::Dead;
            (was_asked && (is_dead || !missing.is_empty())).then_some(Wanted { page, missing })
        });
    wanted.collect()
}

fn is_unchanged(search: &Search) -> bool {
    matches!(search, Search::Found(found) if found.differences.is_empty())
}

/// The day for which a copy of each page is wanted: when the author looked at it, or the date that the first reference
/// which has one gives it.
fn days(drafts: &[Draft], plan: &Plan) -> Vec<Option<Date>> {
    let mut days = vec![None; plan.pages.len()];
    for resolved in drafts.iter().flat_map(|draft| &draft.resolved) {
        for (reference, resolution) in
            resolved.citation.references.iter().zip(&resolved.resolutions)
        {
            if let Some(target) = resolution.target() {
                let day: &mut Option<Date> = &mut days[plan.by_canonical[target.canonical()]];
                *day = day.or(reference.accessed).or(reference.date);
            }
        }
    }
    days
}

/// A copy that could be read.
struct Copy {
    copy: ArchivedCopy,
    /// For each quotation that was looked for, by number, what came of it. That one is not there is only told of a copy
    /// that was read whole.
    searches: Vec<(usize, Search)>,
}

impl Copy {
    /// Counts the quotations that stand in it unchanged.
    fn unchanged(&self) -> usize {
        self.searches.iter().filter(|(_, search)| is_unchanged(search)).count()
    }

    /// Tells whether a quotation stands in it unchanged, or changed where the page as it is now has none of it.
    fn says_more_than(&self, page: &SearchedPage) -> bool {
        let is_found = |search: &Search| matches!(search, Search::Found(_));
        let is_on_page = |number: usize| {
            let mut cited = page.located.iter().flat_map(|located| &located.cited);
            cited.any(|(other, search)| *other == number && is_found(search))
        };
        self.searches.iter().any(|(number, search)| {
            is_unchanged(search) || (is_found(search) && !is_on_page(*number))
        })
    }
}

/// What looking for a copy of one page came to.
#[derive(Default)]
struct Found {
    best: Option<Copy>,
    /// Why an archive did not answer, by its host.
    failed: Vec<String>,
    /// Whether any archive was asked and answered.
    answered: bool,
}

/// Notes at a page what was found for it.
fn take(page: &mut SearchedPage, found: Found) {
    page.source.archive_note = match (&found.best, found.failed.first()) {
        (Some(_), _) => None,
        (None, Some(why)) => Some(format!("no archive has answered ({why})")),
        (None, None) => found.answered.then(|| "no archive has a copy that can be read".to_owned()),
    };
    let is_dead = page.source.liveness.class() == LivenessClass::Dead;
    // Of a page that is there, a copy that says no more than it is no use to anybody.
    if let Some(best) = found.best.filter(|best| is_dead || best.says_more_than(page)) {
        page.source.archived_copy = Some(best.copy);
        page.in_copy = best.searches;
    }
}

/// Looks for copies of one page after the other.
struct Searching<'a, F> {
    settings: &'a ArchiveSettings,
    asking: Asking<'a, F>,
    quotations: Arc<Quotations>,
    /// When the last list of copies was asked for.
    last_list: Option<Instant>,
}

impl<'a, F: Fetcher> Searching<'a, F> {
    const fn new(
        settings: &'a ArchiveSettings,
        fetcher: &'a F,
        quotations: Arc<Quotations>,
    ) -> Self {
        Self { settings, asking: Asking::new(fetcher), quotations, last_list: None }
    }

    /// Asks one archive after the other until a copy has all that is missing.
    async fn search(&mut self, page: &Url, day: Option<Date>, missing: &[usize]) -> Found {
        let mut found = Found::default();
        let archives = &self.settings.archives;
        for timegate in archives.timegates.iter().filter(|archive| may_be_asked(archive, page)) {
            let Some(question) = timegate_question(timegate, page) else { continue };
            let at = day.and_then(noon);
            if let Some(fetched) = self.ask(&question, at, &mut found).await
                && let Ok(answer) = &fetched.outcome
                && let Some(copy) = timegate_answer(answer)
                && self.read(copy, fetched, missing, &mut found).await
            {
                return found;
            }
        }
        if let Some(wayback) =
            archives.wayback.as_ref().filter(|archive| may_be_asked(&archive.cdx, page))
        {
            self.search_wayback(wayback, page, day, missing, &mut found).await;
        }
        found
    }

    async fn search_wayback(
        &mut self,
        wayback: &Wayback,
        page: &Url,
        day: Option<Date>,
        missing: &[usize],
        found: &mut Found,
    ) {
        if let Some(last) = self.last_list {
            tokio::time::sleep_until(last + self.settings.delay).await;
        }
        self.last_list = Some(Instant::now());
        let listed = self.ask(&wayback.question(page, day), None, found).await;
        let Some(Ok(list)) = listed.map(|fetched| fetched.outcome) else { return };
        for memento in wayback.copies(&list.body, day) {
            let Some(fetched) = self.ask(&memento.body, None, found).await else { return };
            if let Ok(answer) = &fetched.outcome
                && let Some(copy) = wayback.copy_of(&memento, answer)
                && self.read(copy, fetched, missing, found).await
            {
                return;
            }
        }
    }

    /// Asks an archive. Returns its answer, if it is one.
    async fn ask(
        &self,
        question: &Target,
        at: Option<Timestamp>,
        found: &mut Found,
    ) -> Option<Fetched> {
        match self.asking.ask(question, at).await {
            Asked::Answered(fetched) => {
                found.answered = true;
                Some(*fetched)
            }
            Asked::NotRecorded => None,
            Asked::Silent(why) => {
                found.failed.push(why);
                None
            }
        }
    }

    /// Reads a copy and looks there for what is missing; keeps it if it is the best so far. Tells whether nothing is
    /// missing any more.
    async fn read(
        &self,
        copy: ArchivedCopy,
        fetched: Fetched,
        missing: &[usize],
        found: &mut Found,
    ) -> bool {
        let (quotations, numbers) = (Arc::clone(&self.quotations), missing.to_vec());
        // Reading a page is work for a processor. A copy on which our own code fails is none.
        let reading =
            tokio::task::spawn_blocking(move || read_copy(copy, fetched, &quotations, &numbers));
        let Some(copy) = reading.await.ok().flatten() else { return false };
        let is_all = copy.unchanged() == missing.len();
        if found.best.as_ref().is_none_or(|best| copy.unchanged() > best.unchanged()) {
            found.best = Some(copy);
        }
        is_all
    }
}

/// An archive of the public web knows nothing of an address that is not public, and is not told of it.
fn may_be_asked(archive: &Url, page: &Url) -> bool {
    is_public(page) || !is_public(archive)
}

fn noon(day: Date) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)).ok()
}

/// Reads a copy; `None` if it is none of the page: an error, a wall, an empty page.
fn read_copy(
    copy: ArchivedCopy,
    fetched: Fetched,
    quotations: &Quotations,
    missing: &[usize],
) -> Option<Copy> {
    let page = assess(SourceId(0), fetched, Purpose::Text);
    let text = page.text?;
    let mut searches = locate(quotations, &text, page.source.language, missing).cited;
    if !page.source.coverage.is_whole() {
        searches.retain(|(_, search)| matches!(search, Search::Found(_)));
    }
    Some(Copy { copy, searches })
}
