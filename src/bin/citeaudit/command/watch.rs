//! `watch`: looks again at the sources that are due and tells what changed; once, or for as long as it is told to stay.

mod batch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use citeaudit::change::{Change, ChangeKind, DriftKind, Weight};
use citeaudit::history::Store;
use citeaudit::observation::{Look, observe};
use citeaudit::pipeline::{self, Fingerprints, Input, Scope};
use citeaudit::render::{Round, RoundFormat, Verbosity, render_round};
use citeaudit::report::{Completion, Report};
use jiff::Timestamp;

use self::batch::{Batch, batches, join};
use super::Outcome;
use super::check;
use super::schedule::Schedule;
use crate::cli::{FailOn, PartFormat, WatchArgs};
use crate::memory::{self, Keeper};
use crate::network::{self, Network};
use crate::notices::{News, Notices};
use crate::progress::Wanted;
use crate::settings::{self, Settings};
use crate::stop::Stop;
use crate::trouble::{self, Trouble};
use crate::{input, output, store};

/// Looks at what is due, once or again and again.
///
/// # Errors
///
/// When a setting is wrong, the store cannot be used, or what changed cannot be written.
pub(crate) fn run(args: &WatchArgs) -> anyhow::Result<Outcome> {
    let settings =
        settings::load(args.network.config.as_deref(), settings::variables(), args.overlay())?;
    let schedule = Schedule::of(args.every.as_deref())?;
    let path = memory::place(&settings)?;
    let mut opened = store::open(&path)?;
    opened.forget_pages(settings.keep_pages).map_err(|error| store::trouble(&path, error))?;
    let wanted = documents(args, &opened, &path)?;
    let notices = Notices::new(&settings, &path)?;
    let runtime = super::runtime()?;
    let mut stop = Stop::listen(&runtime);
    let mut watch =
        Watch { args, settings: &settings, path: &path, store: opened, wanted, notices };
    loop {
        let outcome = watch.round(&runtime, &stop);
        let Some(schedule) = &schedule else { return outcome };
        // What is to stay does not end over a disk that is full or a network that is down for an hour.
        if let Err(error) = outcome {
            trouble::tell(&error);
        }
        runtime.block_on(stop.wait_until(schedule.next(Timestamp::now())?));
        if stop.is_told() {
            return Ok(Outcome::Clean);
        }
    }
}

/// Returns the documents that are named, as the store knows them; all where none is named.
fn documents(
    args: &WatchArgs,
    store: &Store,
    path: &Path,
) -> anyhow::Result<Option<BTreeSet<String>>> {
    let known = store.documents().map_err(|error| store::trouble(path, error))?;
    if known.is_empty() {
        return Err(Trouble::new(
            format!("the store `{}` knows no document", path.display()),
            format!("check one first: `citeaudit check --store {} DOC`", path.display()),
        )
        .into());
    }
    let mut wanted = BTreeSet::new();
    for document in &args.documents {
        let name = memory::absolute(&document.display().to_string());
        if !known.iter().any(|known| known.path == name) {
            return Err(Trouble::new(
                format!("the store `{}` does not know `{name}`", path.display()),
                "check it first with the same --store; `citeaudit history` lists what is known",
            )
            .into());
        }
        wanted.insert(name);
    }
    Ok((!wanted.is_empty()).then_some(wanted))
}

/// What goes on from round to round.
struct Watch<'a> {
    args: &'a WatchArgs,
    settings: &'a Settings,
    path: &'a Path,
    store: Store,
    /// The documents whose sources are looked at; `None` for all.
    wanted: Option<BTreeSet<String>>,
    /// Whom to tell; `None` for nobody.
    notices: Option<Notices>,
}

impl Watch<'_> {
    /// Looks at everything that is due, and tells what changed.
    fn round(&mut self, runtime: &tokio::runtime::Runtime, stop: &Stop) -> anyhow::Result<Outcome> {
        let at = Timestamp::now();
        let keeper = Keeper::start(self.path, self.settings.keep_pages)?;
        let mut network = Network::open(&self.args.network, self.settings)?;
        network.keep_on(keeper.stock());
        let network = Arc::new(network);
        let (mut changes, mut news) = (Vec::new(), News::of(at));
        let mut asked = 0;
        let mut completion = Completion::Finished;
        for batch in batches(self.due(at)?) {
            let (report, look) = self.look(&batch, runtime, &network, stop)?;
            completion = report;
            let (store, notices) = (&mut self.store, self.notices.as_ref());
            changes.extend(store::record(store, self.path, &look, notices, &mut news)?);
            asked += look.observations.len();
            if completion == Completion::Interrupted {
                break;
            }
        }
        if completion == Completion::Finished {
            network.close()?;
        }
        drop(network);
        if let Some(notices) = &self.notices {
            // What could not be sent is told on standard error, and sent by a later run.
            runtime.block_on(notices.send());
        }
        // What was seen is remembered, and what changed is told, whatever becomes of the pages.
        let kept = keeper.finish();
        if let Err(error) = &kept {
            trouble::tell(error);
        }
        self.tell(at, asked, changes).map(|outcome| match (completion, kept) {
            (Completion::Finished, Ok(())) => outcome,
            (Completion::Interrupted, _) | (_, Err(_)) => Outcome::CouldNotRun,
        })
    }

    /// Returns what is due of the documents that are wanted.
    fn due(&self, at: Timestamp) -> anyhow::Result<Vec<(String, Vec<String>)>> {
        let mut due = self.store.due(at).map_err(|error| self.trouble(error))?;
        if let Some(wanted) = &self.wanted {
            due.retain(|(document, _)| wanted.contains(document));
        }
        Ok(due)
    }

    /// Looks at the due sources of a batch. Where words are gone, all that their document cites is looked at: they may
    /// stand on another page.
    fn look(
        &mut self,
        batch: &Batch,
        runtime: &tokio::runtime::Runtime,
        network: &Arc<Network>,
        stop: &Stop,
    ) -> anyhow::Result<(Completion, Look)> {
        let scope = Scope::Only(batch.sources());
        let report = self.checked(&batch.documents(), scope, runtime, network, stop)?;
        let mut look = partial(&report);
        batch.attribute(&mut look);
        let foreseen = self.store.foresee(&look).map_err(|error| self.trouble(error))?;
        let gone: BTreeSet<String> = foreseen.iter().filter_map(gone_from).collect();
        if report.completion == Completion::Interrupted || gone.is_empty() {
            return Ok((report.completion, look));
        }
        let documents: Vec<String> = gone.into_iter().collect();
        let whole = self.checked(&documents, Scope::All, runtime, network, stop)?;
        if whole.completion == Completion::Finished {
            join(&mut look, partial(&whole));
        }
        Ok((whole.completion, look))
    }

    fn checked(
        &self,
        documents: &[String],
        scope: Scope,
        runtime: &tokio::runtime::Runtime,
        network: &Arc<Network>,
        stop: &Stop,
    ) -> anyhow::Result<Report> {
        let inputs = self.inputs(documents)?;
        let wanted = if self.args.no_progress { Wanted::No } else { Wanted::Yes };
        let settings = pipeline::Settings {
            scope,
            fingerprints: Fingerprints::Made,
            // What an identifier is registered for does not rot.
            registries: None,
            ..network::plan(self.settings, network)?
        };
        Ok(check::checked_within(runtime, stop, inputs, &settings, network, wanted))
    }

    /// Reads documents as they were when they were checked; those of an older store from where they are now.
    fn inputs(&self, documents: &[String]) -> anyhow::Result<Vec<Input>> {
        let known = self.store.documents().map_err(|error| self.trouble(error))?;
        let hashes: BTreeMap<&str, &str> = known
            .iter()
            .filter_map(|known| Some((known.path.as_str(), known.sha256.as_deref()?)))
            .collect();
        let mut inputs = Vec::new();
        for document in documents {
            let path = Path::new(document);
            let kept = match hashes.get(document.as_str()) {
                Some(sha256) => self.store.body(sha256).map_err(|error| self.trouble(error))?,
                None => None,
            };
            let read = match kept {
                Some(bytes) => input::submitted(path, bytes),
                None => input::bytes(path).and_then(|bytes| input::submitted(path, bytes)),
            };
            match read {
                Ok(submitted) => inputs.push(Input::from(submitted)),
                Err(error) => trouble::tell(&error),
            }
        }
        Ok(inputs)
    }

    fn tell(&self, at: Timestamp, asked: usize, changes: Vec<Change>) -> anyhow::Result<Outcome> {
        let problem = changes.iter().any(|change| change.kind.weight() == Weight::Problem);
        let known = self.store.count_sources().map_err(|error| self.trouble(error))?;
        let next = self.store.next_due().map_err(|error| self.trouble(error))?;
        let round = Round { at, asked, known, changes, next };
        let format = match self.args.format {
            PartFormat::Terminal => RoundFormat::Terminal,
            PartFormat::Json => RoundFormat::Json,
        };
        let verbosity = match (self.args.quiet, self.args.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        output::to_stdout(|out| render_round(&round, format, output::terminal(verbosity), out))?;
        Ok(match self.settings.fail_on {
            FailOn::Error | FailOn::Warning if problem => Outcome::Findings,
            FailOn::Error | FailOn::Warning | FailOn::Never => Outcome::Clean,
        })
    }

    fn trouble(&self, error: citeaudit::history::StoreError) -> anyhow::Error {
        store::trouble(self.path, error)
    }
}

/// Returns what was seen of sources, without the documents: what they cite was not checked whole.
fn partial(report: &Report) -> Look {
    Look { documents: Vec::new(), ..observe(report, &memory::absolute) }
}

/// Returns the document from whose source words are gone.
fn gone_from(change: &Change) -> Option<String> {
    match &change.kind {
        ChangeKind::Drifted(drift) => match drift.kind {
            DriftKind::Gone { .. } => Some(drift.document.clone()),
            DriftKind::Reworded { .. }
            | DriftKind::Elsewhere { .. }
            | DriftKind::Restored { .. } => None,
        },
        ChangeKind::New { .. }
        | ChangeKind::StillFailing { .. }
        | ChangeKind::Recovered { .. }
        | ChangeKind::Moved { .. }
        | ChangeKind::Rescued { .. } => None,
    }
}
