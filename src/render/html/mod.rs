//! Writes a report as one self-contained page: the document beside the evidence for each of its quotations.
//! Nothing is fetched by the page, everything is there without scripts, and all text from outside is escaped.

mod card;
mod text;
mod view;

use std::io::{self, Write};

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::report::Report;
use view::{DocumentView, FilterGroup, Item, Piece, Said, SourceView, State, Stretch};

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");

/// How many findings are listed on top before the rest is folded away.
const FIRST: usize = 8;

/// How many cards a browser lays out together: those of a chunk that is off the screen cost nothing.
const CHUNK: usize = 50;

/// The whole page.
#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    policy: String,
    css: &'static str,
    js: &'static str,
    title: String,
    state: State,
    notes: usize,
    quotations: usize,
    uncited: usize,
    live: usize,
    dead: usize,
    unchecked: usize,
    checked_at: String,
    notice: Option<&'static str>,
    todo: Vec<Item>,
    looks: Vec<Item>,
    filters: Vec<FilterGroup>,
    documents: Vec<DocumentView>,
    sources: Vec<SourceView>,
    version: &'static str,
}

/// Writes a report.
pub(super) fn write(report: &Report, mut out: &mut dyn Write) -> io::Result<()> {
    view::page(report).write_into(&mut out)
}

/// Returns the content security policy of the page: its own style and script, and nothing from anywhere.
fn policy() -> String {
    format!("{}; script-src '{}'", policy_of_style(STYLE), source_hash(SCRIPT))
}

/// Returns the content security policy of a page with one style and nothing else.
pub(super) fn policy_of_style(style: &str) -> String {
    format!(
        "default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'none'",
        source_hash(style)
    )
}

fn source_hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}
