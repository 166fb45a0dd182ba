//! `check`: the main job, from documents to the report.

use std::path::Path;
use std::sync::Arc;

use citeaudit::observation::observe;
use citeaudit::pipeline::{self, Input};
use citeaudit::render::{ReportFormat, Verbosity};
use citeaudit::report::{Completion, Report};
use jiff::Timestamp;
use tokio::sync::watch;

use super::Outcome;
use super::archive::{Archived, Archiving};
use crate::cli::CheckArgs;
use crate::network::Network;
use crate::progress::{Progress, Wanted};
use crate::settings::{self, Settings};
use crate::trouble::{self, remark};
use crate::{input, output, store};

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
    let network = Arc::new(Network::open(&args.network, &settings)?);
    let (submitted, unreadable) = input::documents(&args.documents);
    if submitted.is_empty() {
        return Ok(Outcome::CouldNotRun);
    }
    let inputs = submitted.into_iter().map(Input::from).collect();
    let wanted = if args.no_progress || args.quiet { Wanted::No } else { Wanted::Yes };
    let mut report = checked(inputs, &network, wanted)?;
    let archived = match &archiving {
        Some(archiving) if report.completion == Completion::Finished => {
            archiving.run(&mut report, &network)?
        }
        Some(_) | None => Archived::Done,
    };
    if report.completion == Completion::Finished {
        // Else the recording stays open, and the same command goes on with it.
        network.close()?;
    }
    let format = args.format.unwrap_or(ReportFormat::Terminal);
    output::report(&report, format, verbosity(args), &files)?;
    // The report is out: whatever becomes of the store takes nothing from it.
    let kept = args.store.as_deref().map_or(Ok(()), |path| remember(&report, path));
    if let Err(error) = &kept {
        trouble::tell(error);
    }
    let outcome = outcome(&report, &settings, unreadable);
    Ok(if kept.is_ok() && archived == Archived::Done { outcome } else { Outcome::CouldNotRun })
}

/// Returns a path that means the same wherever a command is run; standard input has none.
fn absolute(path: &str) -> String {
    match path {
        "-" => path.to_owned(),
        _ => std::path::absolute(path)
            .map_or_else(|_| path.to_owned(), |path| path.display().to_string()),
    }
}

/// Adds what was seen to a store.
///
/// # Errors
///
/// When the store cannot be opened or written.
fn remember(report: &Report, path: &Path) -> anyhow::Result<()> {
    let mut store = store::open(path)?;
    let recorded = store.record(&observe(report, &absolute));
    recorded.map(drop).map_err(|error| store::trouble(path, error))
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
    wanted: Wanted,
) -> anyhow::Result<Report> {
    let runtime = super::runtime()?;
    let progress = Progress::new(wanted);
    let at = Timestamp::now();
    let told = pipeline::Settings::default();
    let mut report = runtime.block_on(watched(inputs, network, &told, at, &progress));
    progress.finish();
    date(&mut report, network);
    Ok(report)
}

/// Gives a report that was made from a recording the time of the recording.
pub(crate) fn date(report: &mut Report, network: &Network) {
    if network.is_replay() {
        let recorded = report.sources.iter().map(|source| source.fetched_at).max();
        report.checked_at = recorded.unwrap_or(Timestamp::UNIX_EPOCH);
    }
}

/// Runs a check until it ends or somebody presses Ctrl-C; a second Ctrl-C ends the program at once.
async fn watched(
    inputs: Vec<Input>,
    network: &Arc<Network>,
    settings: &pipeline::Settings,
    at: Timestamp,
    progress: &Progress,
) -> Report {
    let (stop, stopped) = watch::channel(false);
    let interrupt = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            remark("stopping; press Ctrl-C again to end without a report");
            let _ = stop.send(true);
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(Outcome::CouldNotRun.code().into());
            }
        }
        // Without signals the run simply goes on: the sender must live as long as it.
        std::future::pending::<()>().await;
    });
    let on_event = |event| progress.see(&event);
    let report = pipeline::check(inputs, network, settings, at, &on_event, stopped).await;
    interrupt.abort();
    report
}
