//! Runs the stages in their order: the only file that knows it. Keeps in memory what is in flight, and of each page
//! that has been searched only what was found.

mod archived;
mod asking;
mod editions;
mod machine;
mod plan;
mod registries;
mod second_look;

pub use archived::ArchiveSettings;
pub use machine::TranslatorSettings;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::assess::{Likeness, assess, fingerprint_of};
use crate::citation::{Citation, CitationId, Citations, Pairing, Quotation, QuotationId};
use crate::document::{Document, Position};
use crate::evidence::{Evidence, QuotationEvidence, Search, Sighting};
use crate::extract::extract;
use crate::fetch::{Fetcher, fetch_all};
use crate::fetched::{FetchFailure, Fetched};
use crate::judge::judge;
use crate::locate::{Located, Model, Quotations, locate};
use crate::report::{CheckedDocument, CheckedQuotation, Completion, Report};
use crate::resolve::records::Registries;
use crate::resolve::resolve;
use crate::source::{AssessedPage, Liveness, Source};
use crate::target::ResolvedCitation;
use crate::text::{Language, detect};

use editions::PlannedEdition;
use machine::PlannedTranslation;
use plan::{Key, Plan, PlannedPage, source_id};

/// A document to be checked.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its path as given, or `-`.
    pub path: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The document.
    pub document: Document,
}

/// How a run is done.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many pages are read and searched at once.
    pub workers: NonZeroUsize,
    /// Which sources are asked.
    pub scope: Scope,
    /// Where archived copies are looked for; `None` to do without. Default: `None`.
    pub archives: Option<ArchiveSettings>,
    /// Where identifiers are looked up; `None` to do without. Default: `None`.
    pub registries: Option<Registries>,
    /// What compares quotations with pages in languages that the built-in encoder does not know. Default: `None`.
    pub model: Option<Arc<Model>>,
    /// What translates passages in other languages; `None` to do without. Default: `None`.
    pub translator: Option<TranslatorSettings>,
    /// Whether sources get fingerprints. Default: they do not.
    pub fingerprints: Fingerprints,
}

/// Whether the texts of sources get fingerprints: only a run that is remembered is compared with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fingerprints {
    /// They do.
    Made,
    /// They do not.
    LeftOut,
}

/// Which sources of the documents are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Those given by the canonical forms of their addresses, and all that are cited for the same quotations as these.
    /// The others are `unresolved`.
    Only(BTreeSet<String>),
}

impl Default for Settings {
    fn default() -> Self {
        let workers = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self {
            workers,
            scope: Scope::All,
            archives: None,
            registries: None,
            model: None,
            translator: None,
            fingerprints: Fingerprints::LeftOut,
        }
    }
}

/// What happens during a run, for whoever shows progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The documents have been read; so many pages will be asked for.
    Started {
        /// How many.
        pages: usize,
    },
    /// A page has been fetched and searched.
    Checked {
        /// Its address.
        url: String,
        /// Whether it is there.
        liveness: Liveness,
    },
    /// How many hosts are left alone for a while has changed.
    Waiting {
        /// How many they are now.
        hosts: usize,
    },
    /// Every page has been asked for; addresses beside some will be, to tell error pages.
    LookingAgain {
        /// How many.
        addresses: usize,
    },
    /// Archives will be asked for copies of pages that are gone or lack a quotation.
    AskingArchives {
        /// How many pages.
        pages: usize,
    },
    /// An archive, a registry or a translator did not answer and was asked no more.
    ServiceTrouble {
        /// Its host.
        service: String,
        /// What happened.
        trouble: String,
    },
}

/// Checks documents: the whole line, from reading citations to judging them. Ends early, with what is done, when
/// `stop` turns true. `at` is the time that the report bears.
pub async fn check(
    inputs: Vec<Input>,
    fetcher: &Arc<impl Fetcher + Send + 'static>,
    settings: &Settings,
    at: Timestamp,
    on_event: &(dyn Fn(Event) + Sync),
    stop: watch::Receiver<bool>,
) -> Report {
    let drafts: Vec<Draft> = inputs.into_iter().map(Draft::new).collect();
    let plan = Plan::new(&drafts, settings);
    let asked = plan.asked(&settings.scope);
    on_event(Event::Started { pages: asked.len() });
    let (mut found, mut completion) =
        search_pages(&plan, &asked, fetcher, settings, on_event, stop.clone()).await;
    if completion == Completion::Finished {
        completion = second_look::look_again(&mut found, fetcher, on_event, stop.clone()).await;
    }
    if completion == Completion::Finished {
        let quotations = &plan.quotations;
        completion =
            editions::look_in_editions(&mut found, quotations, fetcher, stop.clone()).await;
    }
    if let Some(registries) =
        settings.registries.as_ref().filter(|_| completion == Completion::Finished)
    {
        completion =
            registries::look_up(&mut found, registries, fetcher, on_event, stop.clone()).await;
    }
    if let Some(translator) =
        settings.translator.as_ref().filter(|_| completion == Completion::Finished)
    {
        let (quotations, stop) = (&plan.quotations, stop.clone());
        completion =
            machine::translate_pages(&mut found, quotations, translator, on_event, stop).await;
    }
    if let Some(archives) =
        settings.archives.as_ref().filter(|_| completion == Completion::Finished)
    {
        let run = (&drafts[..], &plan);
        completion =
            archived::search_archives(&mut found, run, archives, fetcher, on_event, stop).await;
    }
    finish(drafts, &plan, found, at, completion)
}

/// A document whose citations have been resolved.
struct Draft {
    input: Input,
    resolved: Vec<ResolvedCitation>,
    citations: Citations,
    language: Option<Language>,
}

impl Draft {
    fn new(input: Input) -> Self {
        let mut citations = extract(&input.document);
        let resolved = resolve(std::mem::take(&mut citations.cited));
        let language = detect(&input.document.text).or(input.document.language);
        Self { input, resolved, citations, language }
    }
}

/// Reads what a document cites and where that leads, without asking anybody.
#[must_use]
pub fn read_citations(document: &Document) -> (Vec<ResolvedCitation>, Citations) {
    let mut citations = extract(document);
    let resolved = resolve(std::mem::take(&mut citations.cited));
    (resolved, citations)
}

/// What one page came to.
struct SearchedPage {
    source: Source,
    located: Option<Located>,
    /// What its text is like, where it is a page that might be an error page.
    likeness: Option<Likeness>,
    /// What came of looking for quotations in its archived copy, by number.
    in_copy: Vec<(usize, Search)>,
    /// Where its translated quotations may stand in their own language.
    editions: Vec<PlannedEdition>,
    /// What is to be translated of it by machine.
    translations: Vec<PlannedTranslation>,
}

/// How often the hosts that wait are counted.
const BETWEEN_COUNTS: Duration = Duration::from_secs(1);

/// Fetches, assesses and searches every page; what is not reached in time is noted as such.
async fn search_pages(
    plan: &Plan,
    asked: &[usize],
    fetcher: &Arc<impl Fetcher + Send + 'static>,
    settings: &Settings,
    on_event: &(dyn Fn(Event) + Sync),
    mut stop: watch::Receiver<bool>,
) -> (Vec<SearchedPage>, Completion) {
    let targets = asked.iter().map(|&number| plan.pages[number].target.clone()).collect();
    let mut fetching = fetch_all(Arc::clone(fetcher), targets);
    let mut reading: FuturesUnordered<_> = FuturesUnordered::new();
    let mut searched: BTreeMap<usize, SearchedPage> = BTreeMap::new();
    let mut completion = Completion::Finished;
    let mut all_fetched = false;
    let mut tick = tokio::time::interval(BETWEEN_COUNTS);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut waiting = 0;
    while !all_fetched || !reading.is_empty() {
        // A page more than there are workers, so that none of them waits; further ones would only take memory.
        let has_room = !all_fetched && reading.len() <= settings.workers.get();
        tokio::select! {
            biased;
            () = stopped(&mut stop) => {
                completion = Completion::Interrupted;
                break;
            }
            _ = tick.tick() => {
                let hosts = fetching.waiting_hosts();
                if std::mem::replace(&mut waiting, hosts) != hosts {
                    on_event(Event::Waiting { hosts });
                }
            }
            Some((number, page)) = reading.next() => {
                on_event(checked(&page));
                searched.insert(number, page);
            }
            next = fetching.next(), if has_room => match next {
                Some((number, page)) => {
                    reading.push(search_page(asked[number], plan, page, settings));
                }
                None => all_fetched = true,
            },
        }
    }
    drop((fetching, reading));
    let pages =
        plan.pages.iter().enumerate().map(|(number, page)| {
            searched.remove(&number).unwrap_or_else(|| unreached(number, page))
        });
    (pages.collect(), completion)
}

fn checked(page: &SearchedPage) -> Event {
    Event::Checked { url: page.source.target.url().to_string(), liveness: page.source.liveness }
}

/// Waits until a run is told to stop; for ever if nobody can tell it any more.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|&stop| stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn search_page(
    number: usize,
    plan: &Plan,
    fetched: Fetched,
    settings: &Settings,
) -> (usize, SearchedPage) {
    let planned = &plan.pages[number];
    let (cited, purpose) = (planned.cited.clone(), planned.purpose);
    let quotations = Arc::clone(&plan.quotations);
    // Reading a page is work for a processor: it must not hold up the answers that others wait for.
    let (fingerprints, translator) = (settings.fingerprints, settings.translator.clone());
    let search = tokio::task::spawn_blocking(move || {
        let mut page = assess(source_id(number), fetched, purpose);
        page.source.fingerprint = match fingerprints {
            Fingerprints::Made => page.text.as_ref().map(fingerprint_of),
            Fingerprints::LeftOut => None,
        };
        search_assessed(page, &quotations, &cited, translator.as_ref())
    });
    match search.await {
        Ok(searched) => (number, searched),
        // A page on which our own code fails is one that could not be checked, and the run goes on.
        Err(_) => (number, unreached(number, planned)),
    }
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

/// A page that was not asked for.
fn unreached(number: usize, page: &PlannedPage) -> SearchedPage {
    let fetched = Fetched {
        target: page.target.clone(),
        at: Timestamp::UNIX_EPOCH,
        took: Duration::ZERO,
        hops: Vec::new(),
        outcome: Err(FetchFailure::Interrupted),
    };
    let source = assess(source_id(number), fetched, page.purpose).source;
    SearchedPage {
        source,
        located: None,
        likeness: None,
        in_copy: Vec::new(),
        editions: Vec::new(),
        translations: Vec::new(),
    }
}

fn finish(
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
        oddities: std::collections::BTreeSet::new(),
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
