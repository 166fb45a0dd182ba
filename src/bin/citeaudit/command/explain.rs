//! `explain`: what a rule means and what to do about its findings.

use std::io::{self, Write};

use citeaudit::report::Rule;

use super::Outcome;
use crate::cli::ExplainArgs;
use crate::output::to_stdout;

/// Explains one rule, or lists all.
///
/// # Errors
///
/// When standard output cannot be written to.
pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    to_stdout(|out| match args.rule {
        Some(rule) => one(rule, out),
        None => all(out),
    })?;
    Ok(Outcome::Clean)
}

fn one(rule: Rule, out: &mut dyn Write) -> io::Result<()> {
    let info = rule.info();
    writeln!(out, "{} ({}): {}\n", info.id, info.default_level.name(), info.title)?;
    writeln!(out, "{}\n", info.help)?;
    writeln!(out, "Example: {}", rule.example())
}

fn all(out: &mut dyn Write) -> io::Result<()> {
    let widest = Rule::ALL.iter().map(|rule| rule.info().id.len()).max().unwrap_or(0);
    Rule::ALL.iter().map(|rule| rule.info()).try_for_each(|info| {
        writeln!(out, "{:widest$}  {:7}  {}", info.id, info.default_level.name(), info.title)
    })
}
