//! The program: flags, files, terminal and clock around the library. Decides nothing about citations.

mod cli;
mod command;
mod input;
mod memory;
mod network;
mod notices;
mod output;
mod progress;
mod serve;
mod settings;
mod stop;
mod store;
mod trouble;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match command::run(cli) {
        Ok(outcome) => ExitCode::from(outcome.code()),
        Err(error) => {
            trouble::tell(&error);
            ExitCode::from(command::Outcome::CouldNotRun.code())
        }
    }
}
