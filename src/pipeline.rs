//! Runs the stages in their order: the only file that knows it. Keeps in memory what is in flight, and of each page
//! that has been searched only what was found.

mod archived;
mod asking;
mod editions;
mod finish;
mod machine;
mod plan;
mod quote;
mod registries;
mod search;
mod second_look;

pub use archived::ArchiveSettings;
pub use machine::TranslatorSettings;
pub use quote::quote;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::citation::Citations;
use crate::document::Document;
use crate::extract::extract;
use crate::fetch::Fetcher;
use crate::locate::Model;
use crate::report::{Completion, Report};
use crate::resolve::records::Registries;
use crate::resolve::resolve;
use crate::source::Liveness;
use crate::target::ResolvedCitation;
use crate::text::{Language, detect};

use finish::finish;
use plan::Plan;
use search::search_pages;

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
    let plan = Arc::new(Plan::new(&drafts, settings));
    let asked = plan.asked(&settings.scope);
    on_event(Event::Started { pages: asked.len() });
    let (mut found, mut completion) =
        search_pages(&plan, &asked, fetcher, settings, on_event, stop.clone()).await;
    if completion == Completion::Finished {
        completion =
            second_look::look_again(&mut found, fetcher, settings.workers, on_event, stop.clone())
                .await;
    }
    if completion == Completion::Finished {
        let quotations = &plan.quotations;
        completion = editions::look_in_editions(
            &mut found,
            quotations,
            fetcher,
            settings.workers,
            stop.clone(),
        )
        .await;
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
        let run = (&drafts[..], &*plan);
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

/// Waits until a run is told to stop; for ever if nobody can tell it any more.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|&stop| stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
