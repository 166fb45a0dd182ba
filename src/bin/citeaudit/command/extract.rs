//! `extract`: what documents cite and quote, and where their references lead. Opens no connection.

use citeaudit::pipeline::read_citations;
use citeaudit::render::render_extraction;
use citeaudit::target::ResolvedDocument;

use super::Outcome;
use crate::cli::ExtractArgs;
use crate::input::{self, Submitted};
use crate::output::to_stdout;

/// Lists the citations and quotations of every document that can be read.
///
/// # Errors
///
/// When standard output cannot be written to.
pub(crate) fn run(args: &ExtractArgs) -> anyhow::Result<Outcome> {
    let (submitted, unreadable) = input::documents(&args.documents);
    let documents: Vec<_> = submitted.into_iter().map(resolved).collect();
    if !documents.is_empty() {
        to_stdout(|out| render_extraction(&documents, args.format.into(), out))?;
    }
    Ok(if unreadable == 0 { Outcome::Clean } else { Outcome::CouldNotRun })
}

fn resolved(submitted: Submitted) -> ResolvedDocument {
    let Submitted { path, sha256, document, bytes } = submitted;
    // They are held no longer than it takes to read them.
    drop(bytes);
    let (citations, rest) = read_citations(&document);
    ResolvedDocument {
        path,
        sha256,
        document,
        citations,
        uncited: rest.uncited,
        problems: rest.problems,
    }
}
