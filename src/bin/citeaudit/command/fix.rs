//! `fix`: a copy of a document, or a patch, with addresses mended where that is safe. Every change is listed.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use citeaudit::fix::{Change, can_mend, fix, patch};
use citeaudit::pipeline::Input;
use citeaudit::report::Completion;
use citeaudit::whole_file;

use super::{Outcome, check};
use crate::cli::FixArgs;
use crate::network::{self, Network};
use crate::output::to_stdout;
use crate::progress::Wanted;
use crate::trouble::{Trouble, remark};
use crate::{input, settings};

/// Checks a document and mends it.
///
/// # Errors
///
/// When the document cannot be read or is no text, and when something cannot be written. Then nothing is changed.
pub(crate) fn run(args: &FixArgs) -> anyhow::Result<Outcome> {
    let settings =
        settings::load(args.network.config.as_deref(), settings::variables(), args.overlay())?;
    let network = Arc::new(Network::open(&args.network, &settings)?);
    let path = &args.document;
    let submitted = input::submitted(path, input::bytes(path)?)?;
    let format = submitted.document.format;
    if !can_mend(format) {
        return Err(cannot(path, &format!("its format is {}", format.name())));
    }
    let original = std::str::from_utf8(&submitted.bytes).map(str::to_owned);
    let original = original.map_err(|_| cannot(path, "it is not UTF-8"))?;
    let wanted = if args.no_progress { Wanted::No } else { Wanted::Yes };
    let planned = network::plan(&settings, &network)?;
    let report = check::checked(vec![Input::from(submitted)], &network, &planned, wanted)?;
    if report.completion == Completion::Interrupted {
        return Err(cannot(path, "the check was stopped"));
    }
    network.close()?;
    let mended = fix(&original, &report.documents[0], &report);
    for change in &mended.changes {
        remark(&told("changed", path, change));
    }
    for change in &mended.unplaced {
        remark(&told("left to be done by hand", path, change));
    }
    match (&args.output, args.in_place) {
        (Some(output), _) => write(output, &mended.text)?,
        (None, true) if mended.text == original => {}
        (None, true) => write(path, &mended.text)?,
        (None, false) => {
            let lines = patch(&path.display().to_string(), &original, &mended.text);
            to_stdout(|out| out.write_all(lines.as_bytes()))?;
        }
    }
    Ok(if mended.unplaced.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

fn cannot(path: &Path, why: &str) -> anyhow::Error {
    Trouble::new(
        format!("cannot mend `{}`: {why}", path.display()),
        "give a text, Markdown or HTML document in UTF-8; `citeaudit check` reads the others",
    )
    .into()
}

fn told(what: &str, path: &Path, change: &Change) -> String {
    format!(
        "{what}: {}:{}  {} -> {}  ({})",
        path.display(),
        change.position,
        change.before,
        change.after,
        change.kind.words()
    )
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    whole_file::write(path, text.as_bytes())
        .with_context(|| format!("cannot write `{}`", path.display()))
}
