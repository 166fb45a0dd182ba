//! Finds citations by author and date, `(Smith 2020, p. 4)`, `Smith (2020)`, `[Smith20]`, in documents with a
//! bibliography, and binds each to its entry. What could be two entries, or none, is bound to none.

mod entries;

use std::collections::BTreeSet;
use std::ops::Range;

use entries::{Entries, Year, years};

use crate::document::{Block, BlockKind, Document, Layer};

/// The longest citation between brackets, in bytes.
const LONGEST: usize = 300;
/// How far before a bracket the authors are looked for, in bytes.
const REACH: usize = 100;
/// A name without an entry is reported where this many citations have theirs: then it is a citation, surely.
const SURELY_USED: usize = 3;

/// The citations by author and date of a document.
#[derive(Debug, Default)]
pub(super) struct AuthorDate {
    /// The entries that are cited, in the order of the bibliography.
    pub(super) entries: Vec<Entry>,
    /// Where they are cited, in document order.
    pub(super) places: Vec<InText>,
}

/// An entry of the bibliography that is cited.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its block.
    pub(super) block: usize,
    /// Its author and year.
    pub(super) label: String,
}

/// A pair of brackets that cites.
#[derive(Debug)]
pub(super) struct InText {
    pub(super) range: Range<usize>,
    pub(super) named: Vec<Named>,
}

/// What an author and a year name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    /// The entry of this index into [`AuthorDate::entries`].
    Entry(usize),
    /// No entry: what was written.
    Nothing(String),
    /// One of several entries: what was written.
    OneOfSeveral(String),
}

/// Finds the citations by author and date; there are none without a bibliography.
pub(super) fn find(document: &Document, body: &[usize]) -> AuthorDate {
    let listed = entries::listed(document, body);
    if listed.blocks.is_empty() {
        return AuthorDate::default();
    }
    let in_list: BTreeSet<usize> = listed.blocks.iter().copied().collect();
    let mut found: Vec<Found> = Vec::new();
    for (index, block) in document.blocks.iter().enumerate() {
        let is_text = match block.kind {
            BlockKind::Preformatted | BlockKind::Heading(_) => false,
            BlockKind::Paragraph
            | BlockKind::BlockQuotation
            | BlockKind::ListItem
            | BlockKind::TableCell
            | BlockKind::Caption
            | BlockKind::Continuation => block.layer == Layer::Visible,
        };
        if !is_text || in_list.contains(&index) {
            continue;
        }
        let before = found.len();
        in_block(document, block, &listed.entries, &mut found);
        if block.note.is_some() && found.len() == before {
            found.extend(of_note(document, block, &listed.entries));
        }
    }
    bound(&listed, found)
}

/// A citation whose entries are looked up, but not yet chosen.
struct Found {
    range: Range<usize>,
    parts: Vec<Part>,
}

/// An author with one year.
struct Part {
    written: String,
    /// The entries that it can mean.
    candidates: Vec<usize>,
    style: Style,
}

/// How an author is joined to the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Style {
    Space,
    Comma,
    /// The author stands before the brackets, or there is only a label.
    Apart,
}

/// Leaves out what is no citation, and numbers the entries that are cited.
fn bound(listed: &entries::Listed, found: Vec<Found>) -> AuthorDate {
    let parts = || found.iter().flat_map(|found| &found.parts);
    let known = parts().filter(|part| !part.candidates.is_empty()).count();
    let styles: BTreeSet<Style> =
        parts().filter(|part| !part.candidates.is_empty()).map(|part| part.style).collect();
    let cited: BTreeSet<usize> = parts()
        .filter(|part| part.candidates.len() == 1)
        .filter_map(|part| part.candidates.first().copied())
        .collect();
    let order: Vec<usize> = cited.into_iter().collect();
    let entries = order
        .iter()
        .map(|&entry| Entry { block: listed.blocks[entry], label: listed.entries.label(entry) });
    let entries: Vec<Entry> = entries.collect();
    let mut places = Vec::new();
    for Found { range, parts } in found {
        let mut named: Vec<Named> = Vec::new();
        for part in parts {
            let of_part = match part.candidates.as_slice() {
                [entry] => order.binary_search(entry).ok().map(Named::Entry),
                [] => (known >= SURELY_USED && styles.contains(&part.style))
                    .then_some(Named::Nothing(part.written)),
                _ => Some(Named::OneOfSeveral(part.written)),
            };
            if let Some(of_part) = of_part.filter(|of_part| !named.contains(of_part)) {
                named.push(of_part);
            }
        }
        if !named.is_empty() {
            places.push(InText { range, named });
        }
    }
    AuthorDate { entries, places }
}

/// Finds what is between brackets in a block and cites.
fn in_block(document: &Document, block: &Block, entries: &Entries, found: &mut Vec<Found>) {
    let text = document.block_text(block);
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr2(b'(', b'[', &bytes[from..]).map(|at| from + at) {
        from = at + 1;
        let close = if bytes[at] == b'(' { b')' } else { b']' };
        let window = &bytes[from..bytes.len().min(from + LONGEST)];
        let Some(length) = memchr::memchr(close, window) else { continue };
        let inner = &text[from..from + length];
        if inner.contains(['(', '[']) {
            continue;
        }
        let before = &text[text.ceil_char_boundary(at.saturating_sub(REACH))..at];
        let parts = parts(inner, before, entries);
        if !parts.is_empty() {
            let end = from + length + 1;
            found.push(Found { range: block.range.start + at..block.range.start + end, parts });
            from = end;
        }
    }
}

/// Reads a note that is nothing but a citation: `Smith 2020, 14.`
fn of_note(document: &Document, block: &Block, entries: &Entries) -> Option<Found> {
    let text = document.block_text(block);
    let parts = if text.len() <= LONGEST { parts(text, "", entries) } else { Vec::new() };
    let is_known = !parts.is_empty() && parts.iter().all(|part| !part.candidates.is_empty());
    is_known.then(|| Found { range: block.range.clone(), parts })
}

/// Reads what stands between brackets: `see Smith 2020a, 2020b, p. 4; Jones 2019`, or a year alone.
fn parts(inner: &str, before: &str, entries: &Entries) -> Vec<Part> {
    let mut found = Vec::new();
    for piece in inner.split(';').map(str::trim) {
        let label = piece.split(',').next().unwrap_or_default().trim();
        if let Some(entry) = entries.of_label(label) {
            let written = label.to_owned();
            found.push(Part { written, candidates: vec![entry], style: Style::Apart });
            continue;
        }
        let dated = years(piece);
        let Some((first, _)) = dated.first() else { return Vec::new() };
        let written = &piece[..first.start];
        let authors = without_lead(written.trim_end_matches([' ', ',', '\u{A0}']));
        let (authors, style) = if authors.is_empty() {
            (before_brackets(before, &dated, entries), Style::Apart)
        } else {
            let comma = written.trim_end().ends_with(',');
            (Some(authors), if comma { Style::Comma } else { Style::Space })
        };
        let Some(authors) = authors else { return Vec::new() };
        // Years in a row belong to one author; numbers behind something else are pages.
        let mut end = first.start;
        for (range, year) in &dated {
            if !piece[end..range.start].chars().all(|c| matches!(c, ' ' | ',' | '\u{A0}')) {
                break;
            }
            end = range.end;
            let candidates = entries.of_authors(authors, year);
            if candidates.is_empty() && !(style != Style::Apart && entries::are_names(authors)) {
                return Vec::new();
            }
            found.push(Part { written: format!("{authors} {}", year.0), candidates, style });
        }
    }
    found
}

/// Returns the authors whom the words before brackets name, if they have an entry of one of the years.
fn before_brackets<'t>(
    before: &'t str,
    dated: &[(Range<usize>, Year)],
    entries: &Entries,
) -> Option<&'t str> {
    let before = before.trim_end();
    let (_, year) = dated.first()?;
    // The longest way to read names there is the one that is meant: `Smith and Jones (2020)`.
    let starts = before.char_indices().filter(|&(at, c)| {
        !c.is_whitespace() && before[..at].chars().next_back().is_none_or(char::is_whitespace)
    });
    starts
        .map(|(at, _)| &before[at..])
        .find(|authors| !entries.of_authors(authors, year).is_empty())
}

/// Words that may stand before the authors.
const LEADS: [&str; 22] = [
    "see also",
    "see",
    "cf.",
    "e.g.,",
    "e.g.",
    "as cited in",
    "as quoted in",
    "cited in",
    "quoted in",
    "compare",
    "also",
    "but see",
    "siehe auch",
    "siehe",
    "vgl.",
    "s.",
    "z. b.",
    "voir aussi",
    "voir",
    "см. также",
    "см.",
    "ср.",
];

fn without_lead(authors: &str) -> &str {
    let mut rest = authors.trim();
    while let Some(length) = LEADS.iter().find_map(|lead| {
        let length = crate::text::phrases::prefix_length(rest, lead)?;
        rest[length..].starts_with(char::is_whitespace).then_some(length)
    }) {
        rest = rest[length..].trim_start();
    }
    rest
}

#[cfg(test)]
mod tests;
