//! `resolve`: where references lead, one after the other. Opens no connection.

use std::io::{self, BufRead, Write};

use anyhow::Context as _;
use citeaudit::extract::references;
use citeaudit::render::{ResolvedReference, render_reference};
use citeaudit::resolve::resolve_reference;

use super::Outcome;
use crate::cli::{PartFormat, ResolveArgs};
use crate::output::to_stdout;

/// Resolves the references given as arguments, or one a line of standard input.
///
/// # Errors
///
/// When standard input cannot be read or standard output cannot be written to.
pub(crate) fn run(args: &ResolveArgs) -> anyhow::Result<Outcome> {
    if !args.references.is_empty() {
        to_stdout(|out| args.references.iter().try_for_each(|text| one(text, args.format, out)))?;
        return Ok(Outcome::Clean);
    }
    for line in io::stdin().lock().split(b'\n') {
        let line = line.context("cannot read standard input")?;
        let line = String::from_utf8_lossy(&line);
        if !line.trim().is_empty() {
            to_stdout(|out| one(line.trim(), args.format, out))?;
        }
    }
    Ok(Outcome::Clean)
}

fn one(text: &str, format: PartFormat, out: &mut dyn Write) -> io::Result<()> {
    let found = references(text);
    if found.is_empty() {
        return render_reference(text, None, format.into(), out);
    }
    found.iter().try_for_each(|reference| {
        let resolution = resolve_reference(reference);
        let resolved = ResolvedReference { reference, resolution: &resolution };
        render_reference(text, Some(resolved), format.into(), out)
    })
}
