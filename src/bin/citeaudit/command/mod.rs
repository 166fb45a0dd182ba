//! The commands: each reads what it is given, asks the library, and writes what came out.

mod archive;
mod baseline;
mod batch;
mod check;
mod explain;
mod extract;
mod fix;
mod history;
mod quote;
mod resolve;
mod schedule;
mod selfcheck;
mod serve;
mod watch;

pub(crate) use check::date;

use anyhow::Context as _;
use clap::CommandFactory;

use crate::cli::{Cli, Command};
use crate::output::to_stdout;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Nothing at or above the level that fails a run.
    Clean,
    /// Something.
    Findings,
    /// Something that was asked for could not be done.
    CouldNotRun,
}

impl Outcome {
    /// Returns the exit code.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::CouldNotRun => 2,
        }
    }
}

/// Runs a command.
///
/// # Errors
///
/// When it could not do what it was asked to.
pub(crate) fn run(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Quote(args) => quote::run(&args),
        Command::Extract(args) => extract::run(&args),
        Command::Resolve(args) => resolve::run(&args),
        Command::Fix(args) => fix::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::History(args) => history::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Completions(args) => {
            to_stdout(|out| {
                let mut script = Vec::new();
                clap_complete::generate(args.shell, &mut Cli::command(), "citeaudit", &mut script);
                out.write_all(&script)
            })?;
            Ok(Outcome::Clean)
        }
        Command::Man => {
            to_stdout(|out| clap_mangen::Man::new(Cli::command()).render(out))?;
            Ok(Outcome::Clean)
        }
    }
}

/// Starts what the asynchronous parts run on.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the threads that the network needs")
}
