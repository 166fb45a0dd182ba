//! `history`: what became of the sources of a document, or of one source; without either, what is known.

use std::path::Path;

use citeaudit::extract::references;
use citeaudit::history::{Store, StoreError};
use citeaudit::render::{TimelineFormat, Verbosity, render_timeline};
use citeaudit::resolve::resolve_reference;
use citeaudit::timeline::Timeline;
use jiff::Timestamp;

use super::Outcome;
use crate::cli::HistoryArgs;
use crate::trouble::Trouble;
use crate::{memory, output, settings, store};

/// Writes a timeline, or the list of what is known.
///
/// # Errors
///
/// When a setting is wrong, the store cannot be used, or does not know what is asked for.
pub(crate) fn run(args: &HistoryArgs) -> anyhow::Result<Outcome> {
    let settings = settings::load(args.config.as_deref(), settings::variables(), args.overlay())?;
    let path = memory::place(&settings)?;
    if !path.exists() {
        return Err(Trouble::new(
            format!("there is no store `{}`", path.display()),
            "check a document with `citeaudit check --remember DOC` first, or name a store with --store",
        )
        .into());
    }
    let opened = store::open(&path)?;
    let Some(subject) = &args.subject else { return list(&opened, &path) };
    let timeline = find(&opened, subject).map_err(|error| store::trouble(&path, error))?;
    let timeline = timeline.ok_or_else(|| {
        Trouble::new(
            format!("the store `{}` does not know `{subject}`", path.display()),
            "`citeaudit history` without an argument lists the documents that it knows",
        )
    })?;
    let format = format(args);
    let verbosity = if args.verbose { Verbosity::Verbose } else { Verbosity::Normal };
    let at = Timestamp::now();
    if let Some(file) = &args.output {
        let mut bytes = Vec::new();
        let style = output::plain(verbosity);
        render_timeline(&timeline, at, format, style, &mut bytes)?;
        output::write_file(file, &bytes)?;
        return Ok(Outcome::Clean);
    }
    let style = output::terminal(verbosity);
    output::to_stdout(|out| render_timeline(&timeline, at, format, style, out))?;
    Ok(Outcome::Clean)
}

/// Writes the documents that a store knows.
fn list(known: &Store, path: &Path) -> anyhow::Result<Outcome> {
    let documents = known.documents().map_err(|error| store::trouble(path, error))?;
    output::to_stdout(|out| {
        documents.iter().try_for_each(|document| {
            let at = document.at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string());
            let at = at.unwrap_or_else(|| "never whole".to_owned());
            writeln!(out, "{}  {} sources, checked {at}", document.path, document.sources)
        })
    })?;
    Ok(Outcome::Clean)
}

/// Finds a document by its path, or else a source by its address.
fn find(store: &Store, subject: &str) -> Result<Option<Timeline>, StoreError> {
    if let Some(timeline) = store.document_timeline(&memory::absolute(subject))? {
        return Ok(Some(timeline));
    }
    for reference in references(subject) {
        if let Some(target) = resolve_reference(&reference).target()
            && let Some(timeline) = store.source_timeline(target.canonical())?
        {
            return Ok(Some(timeline));
        }
    }
    Ok(None)
}

/// Returns the format that is asked for, or else that of the file's name.
fn format(args: &HistoryArgs) -> TimelineFormat {
    let extension = args.output.as_deref().and_then(Path::extension);
    match (args.format, extension.and_then(|extension| extension.to_str())) {
        (Some(format), _) => format.into(),
        (None, Some("html" | "htm")) => TimelineFormat::Html,
        (None, Some("json")) => TimelineFormat::Json,
        (None, Some(_) | None) => TimelineFormat::Terminal,
    }
}
