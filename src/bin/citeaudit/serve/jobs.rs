//! Checks that are under way, one after the other, and how far each has come.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use citeaudit::observation::observe;
use citeaudit::pipeline::{self, Event};
use citeaudit::render::{ReportFormat, Verbosity, render};
use citeaudit::report::{Completion, Level, Report};
use citeaudit::source::LivenessClass;
use jiff::Timestamp;
use tokio::sync::{Semaphore, watch};

use super::Server;
use super::library::{Checked, DocumentId, ReportFile};
use crate::command::date;
use crate::notices::News;
use crate::output::plain;
use crate::{input, store, trouble};

/// Why a check has no report when the server was told to end.
const INTERRUPTED: &str = "the server was told to end before the check had ended; check it again";

/// How far a check has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// Others are before it.
    Waiting,
    /// Pages are asked for.
    Checking {
        /// How many have been searched.
        done: usize,
        /// Of how many.
        pages: usize,
        /// The last one, and whether it was there.
        last: Option<(String, LivenessClass)>,
    },
    /// There is a report.
    Finished,
    /// There is none: why.
    Failed(String),
}

impl Progress {
    /// Tells whether nothing more will come.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self, Self::Finished | Self::Failed(_))
    }
}

/// The checks of this server.
pub(super) struct Jobs {
    checks: Mutex<BTreeMap<DocumentId, watch::Receiver<Progress>>>,
    turn: Arc<Semaphore>,
    counts: Mutex<Counts>,
}

/// How many checks came to which end since the server began.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) finished: u64,
    pub(super) failed: u64,
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            checks: Mutex::default(),
            turn: Arc::new(Semaphore::new(1)),
            counts: Mutex::default(),
        }
    }
}

impl Jobs {
    /// Returns how far the check of a document has come; `None` if there was none since the server began.
    pub(super) fn progress(&self, id: &DocumentId) -> Option<watch::Receiver<Progress>> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Tells whether a document is being checked.
    pub(super) fn is_running(&self, id: &DocumentId) -> bool {
        self.progress(id).is_some_and(|progress| !progress.borrow().is_over())
    }

    /// Returns how many checks are under way or wait.
    pub(super) fn running(&self) -> usize {
        let checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        checks.values().filter(|progress| !progress.borrow().is_over()).count()
    }

    /// Waits until no check is under way or waits.
    pub(super) async fn settled(&self) {
        let checks = {
            let checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
            checks.values().cloned().collect::<Vec<_>>()
        };
        for mut check in checks {
            // Without a sender it is over, too.
            let _ = check.wait_for(Progress::is_over).await;
        }
    }

    /// Returns how many checks came to an end.
    pub(super) fn counts(&self) -> Counts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a check that begins; `None` if the document is being checked.
    fn begin(&self, id: &DocumentId) -> Option<watch::Sender<Progress>> {
        let mut checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        if checks.get(id).is_some_and(|progress| !progress.borrow().is_over()) {
            return None;
        }
        let (sender, receiver) = watch::channel(Progress::Waiting);
        checks.insert(id.clone(), receiver);
        Some(sender)
    }

    fn end(&self, sender: &watch::Sender<Progress>, outcome: Progress) {
        {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            match outcome {
                Progress::Failed(_) => counts.failed += 1,
                Progress::Finished | Progress::Waiting | Progress::Checking { .. } => {
                    counts.finished += 1;
                }
            }
        }
        sender.send_replace(outcome);
    }
}

/// Whether a check was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    Now,
    /// The document is being checked already.
    Before,
}

/// Begins to check a document, after those that wait.
pub(super) fn start(server: &Arc<Server>, id: &DocumentId) -> Begun {
    let Some(sender) = server.jobs.begin(id) else { return Begun::Before };
    let (server, id) = (Arc::clone(server), id.clone());
    tokio::spawn(async move {
        let Ok(_turn) = Arc::clone(&server.jobs.turn).acquire_owned().await else { return };
        let sender = Arc::new(sender);
        let (own, told) = (Arc::clone(&server), Arc::clone(&sender));
        // Reading documents and writing reports is work for a processor.
        let checked = tokio::task::spawn_blocking(move || check(&own, &id, &told)).await;
        let outcome = match checked {
            Ok(Ok(())) => Progress::Finished,
            Ok(Err(error)) => {
                trouble::tell(&error);
                Progress::Failed(format!("{error:#}"))
            }
            Err(_) => Progress::Failed("the check ended by a fault of the program".to_owned()),
        };
        server.jobs.end(&sender, outcome);
    });
    Begun::Now
}

fn check(server: &Server, id: &DocumentId, told: &watch::Sender<Progress>) -> anyhow::Result<()> {
    // What waits when the server is told to end is not begun.
    anyhow::ensure!(!*server.stop.borrow(), INTERRUPTED);
    let card = server.library.card(id)?;
    let name = card.map_or_else(|| id.as_str().to_owned(), |card| card.name);
    let submitted = input::submitted(Path::new(&name), server.library.bytes(id)?)?;
    let on_event = |event: Event| {
        told.send_modify(|progress| see(progress, event));
    };
    let now = Timestamp::now();
    let checking = pipeline::check(
        vec![submitted.into()],
        &server.network,
        &server.plan,
        now,
        &on_event,
        server.stop.clone(),
    );
    let mut report = tokio::runtime::Handle::current().block_on(checking);
    date(&mut report, &server.network);
    match report.completion {
        Completion::Finished => keep(server, id, &report),
        Completion::Interrupted => {
            remember(server, id, &report)?;
            anyhow::bail!(INTERRUPTED)
        }
    }
}

/// Keeps the report, then what is remembered of it: a store in trouble must not cost the report.
fn keep(server: &Server, id: &DocumentId, report: &Report) -> anyhow::Result<()> {
    let style = plain(Verbosity::Normal);
    for (file, format) in
        [(ReportFile::Html, ReportFormat::Html), (ReportFile::Json, ReportFormat::Json)]
    {
        let mut bytes = Vec::new();
        render(report, format, style, &mut bytes)?;
        server.library.keep_report(id, file, &bytes)?;
    }
    server.library.note(id, counted(report))?;
    remember(server, id, report)
}

/// Adds what was seen to the store, and tells of what it changed.
fn remember(server: &Server, id: &DocumentId, report: &Report) -> anyhow::Result<()> {
    let (path, notices) = (&server.store, server.notices.as_ref());
    let (look, mut news) = (observe(report, &str::to_owned), News::of(Timestamp::now()));
    let mut kept = store::open(path)?;
    let bytes = server.library.bytes(id)?;
    for document in &look.documents {
        // What was handed in stands at no path that `watch` could read it from.
        let document = kept.keep_document(&document.sha256, &bytes);
        document.map_err(|error| store::trouble(path, error))?;
    }
    store::record(&mut kept, path, &look, notices, &mut news)?;
    if let Some(notices) = notices {
        // What is not delivered is kept, and standard error says so: the check is no worse for it.
        let _ = tokio::runtime::Handle::current().block_on(notices.send());
    }
    Ok(())
}

fn counted(report: &Report) -> Checked {
    let findings = || report.documents.iter().flat_map(|document| &document.findings);
    let level = |level: Level| findings().filter(|finding| finding.level == level).count();
    let class = |class: LivenessClass| {
        report.sources.iter().filter(|source| source.liveness.class() == class).count()
    };
    let citations = report.documents.iter().flat_map(|document| &document.citations);
    Checked {
        at: report.checked_at,
        errors: level(Level::Error),
        warnings: level(Level::Warning),
        notes: level(Level::Note),
        quotations: citations.map(|citation| citation.quotations.len()).sum(),
        live: class(LivenessClass::Live),
        dead: class(LivenessClass::Dead),
        unchecked: class(LivenessClass::Unchecked),
    }
}

fn see(progress: &mut Progress, event: Event) {
    match event {
        Event::Started { pages } => *progress = Progress::Checking { done: 0, pages, last: None },
        Event::Checked { url, liveness } => {
            if let Progress::Checking { done, last, .. } = progress {
                *done += 1;
                *last = Some((url, liveness.class()));
            }
        }
        Event::Waiting { .. }
        | Event::LookingAgain { .. }
        | Event::AskingArchives { .. }
        | Event::ServiceTrouble { .. } => {}
    }
}
