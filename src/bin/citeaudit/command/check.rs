//! `check`: the main job, from documents to the report.

use std::sync::Arc;

use citeaudit::baseline::Baseline;
use citeaudit::observation::observe;
use citeaudit::pipeline::{self, Fingerprints, Input};
use citeaudit::render::{ReportFormat, Verbosity};
use citeaudit::report::{Completion, Report};
use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::Outcome;
use super::archive::{Archived, Archiving};
use super::baseline;
use crate::cli::CheckArgs;
use crate::input::{self, Submitted};
use crate::memory::{self, Memory};
use crate::network::{self, Network};
use crate::progress::{Progress, Wanted};
use crate::settings::{self, Settings};
use crate::stop::Stop;
use crate::{output, trouble};

/// Checks every document that can be read and writes the report.
///
/// # Errors
///
/// When a setting is wrong, a recording cannot be opened, or the report cannot be written.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let settings =
        settings::load(args.network.config.as_deref(), settings::variables(), args.overlay())?;
    let files = output::files(&args.outputs, args.format)?;
    let archiving = args.archive_missing.then(|| Archiving::new(&settings)).transpose()?;
    let mut network = Network::open(&args.network, &settings)?;
    let (submitted, unreadable) = input::documents(&args.documents);
    if submitted.is_empty() {
        return Ok(Outcome::CouldNotRun);
    }
    let known =
        args.baseline.as_deref().map(|path| baseline::load(path, &submitted)).transpose()?;
    // Whatever becomes of the store takes nothing from the report.
    let memory = memory(args, &settings, &submitted).transpose();
    let mut remembered = told(&memory);
    let memory = memory.ok().flatten();
    if let Some(memory) = &memory {
        network.keep_on(memory.stock());
    }
    let network = Arc::new(network);
    let inputs = submitted.into_iter().map(Input::from).collect();
    let wanted = if args.no_progress || args.quiet { Wanted::No } else { Wanted::Yes };
    let fingerprints = match &memory {
        Some(_) => Fingerprints::Made,
        None => Fingerprints::LeftOut,
    };
    let planned = pipeline::Settings { fingerprints, ..network::plan(&settings, &network)? };
    let mut report = checked(inputs, &network, &planned, wanted)?;
    let verbosity = verbosity(args);
    let mut archived = Outcome::Clean;
    if let Some(archiving) = archiving.filter(|_| report.completion == Completion::Finished) {
        // An archive takes minutes: a run that is killed meanwhile must not cost the report.
        output::to_files(&against(report.clone(), known.clone()), verbosity, &files)?;
        archived = archive(&archiving, &mut report, &network);
    }
    // A recording that was not finished stays open, and the same command goes on with it. Whatever becomes of it takes
    // nothing from the report.
    let closed = match report.completion {
        Completion::Finished => network.close(),
        Completion::Interrupted => Ok(()),
    };
    let look = memory.as_ref().map(|_| observe(&report, &memory::absolute));
    let report = against(report, known);
    let format = args.format.unwrap_or(ReportFormat::Terminal);
    output::report(&report, format, verbosity, &files)?;
    drop(network);
    if let (Some(memory), Some(look)) = (memory, look) {
        remembered = remembered.max(told(&memory.finish(&look)));
    }
    Ok(outcome(&report, &settings, unreadable).max(remembered).max(archived).max(told(&closed)))
}

/// Returns a report in which what is known from a baseline is told as known.
fn against(mut report: Report, known: Option<Baseline>) -> Report {
    if let Some(known) = known {
        known.apply(&mut report);
    }
    report
}

fn archive(archiving: &Archiving, report: &mut Report, network: &Arc<Network>) -> Outcome {
    let archived = archiving.run(report, network);
    match archived {
        Ok(Archived::Done) => Outcome::Clean,
        Ok(Archived::Trouble) => Outcome::CouldNotRun,
        Err(_) => told(&archived),
    }
}

/// Opens the store, where the run is to be remembered.
fn memory(
    args: &CheckArgs,
    settings: &Settings,
    submitted: &[Submitted],
) -> Option<anyhow::Result<Memory>> {
    let wanted = args.remember || settings.store.is_some();
    wanted.then(|| {
        let path = memory::place(settings)?;
        Memory::start(&path, settings.keep_pages, submitted)
    })
}

/// Tells on standard error of what could not be done, and returns what that means for the run.
fn told<T>(done: &anyhow::Result<T>) -> Outcome {
    match done {
        Ok(_) => Outcome::Clean,
        Err(error) => {
            trouble::tell(error);
            Outcome::CouldNotRun
        }
    }
}

const fn verbosity(args: &CheckArgs) -> Verbosity {
    match (args.quiet, args.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, true) => Verbosity::Verbose,
        (false, false) => Verbosity::Normal,
    }
}

fn outcome(report: &Report, settings: &Settings, unreadable: usize) -> Outcome {
    let failed = report.worst().is_some_and(|level| settings.fail_on.fails(level));
    match (report.completion, unreadable) {
        (Completion::Interrupted, _) | (_, 1..) => Outcome::CouldNotRun,
        (Completion::Finished, 0) if failed => Outcome::Findings,
        (Completion::Finished, 0) => Outcome::Clean,
    }
}

/// Checks documents, with progress on standard error.
///
/// # Errors
///
/// When the threads that it needs cannot be started.
pub(super) fn checked(
    inputs: Vec<Input>,
    network: &Arc<Network>,
    settings: &pipeline::Settings,
    wanted: Wanted,
) -> anyhow::Result<Report> {
    let runtime = super::runtime()?;
    let stop = Stop::listen(&runtime);
    Ok(checked_within(&runtime, &stop, inputs, settings, network, wanted))
}

/// Checks documents as the settings say, until it is done or told to stop.
pub(super) fn checked_within(
    runtime: &Runtime,
    stop: &Stop,
    inputs: Vec<Input>,
    settings: &pipeline::Settings,
    network: &Arc<Network>,
    wanted: Wanted,
) -> Report {
    let progress = Progress::new(wanted);
    let at = Timestamp::now();
    let on_event = |event| progress.see(&event);
    let check = pipeline::check(inputs, network, settings, at, &on_event, stop.told());
    let mut report = runtime.block_on(check);
    progress.finish();
    date(&mut report, network);
    report
}

/// Gives a report that was made from a recording the time of the recording.
pub(crate) fn date(report: &mut Report, network: &Network) {
    if network.is_replay() {
        let recorded = report.sources.iter().map(|source| source.fetched_at).max();
        report.checked_at = recorded.unwrap_or(Timestamp::UNIX_EPOCH);
    }
}
