//! Says how far each note reaches: to the next expected number, or to where it shows that it is over.

use std::ops::Range;

use super::{Piece, Series};
use crate::document::{BlockKind, Document};

/// How many paragraphs are looked through for the source of a note that has named none.
const LOOK_AHEAD: usize = 40;

/// Returns the pieces of each note, in the order of the notes.
pub(super) fn of(
    document: &Document,
    all: &[Series],
    order: &[(usize, usize)],
    pieces: &[Piece],
) -> Vec<Range<usize>> {
    let starts: Vec<usize> =
        (0..pieces.len()).filter(|&piece| pieces[piece].definition.is_some()).collect();
    let mut extents = Vec::with_capacity(order.len());
    for (note, &(series, index)) in order.iter().enumerate() {
        let start = starts[note];
        let next = starts.get(note + 1).copied().unwrap_or(pieces.len());
        let found = &all[series];
        let closed = order.get(note + 1).is_some_and(|&(other, other_index)| {
            other == series && !all[other].definitions[other_index].restarts
        });
        let number = found.definitions[index].number;
        let is_text = |piece: &Piece| calls_later_note(found, &piece.block.range, number);
        let first_text = (start + 1..next).find(|&piece| is_text(&pieces[piece]));
        let end = match (closed, first_text) {
            (true, None) => next,
            (_, limit) => end_by_signs(document, found, pieces, start, limit.unwrap_or(next)),
        };
        extents.push(start..end);
    }
    extents
}

/// Tells whether a piece calls a note after the given one: such a piece is running text.
fn calls_later_note(series: &Series, range: &Range<usize>, number: u32) -> bool {
    calls_in(series, range).any(|call| call.labels.iter().any(|&label| label > number))
}

fn calls_in<'a>(
    series: &'a Series,
    range: &Range<usize>,
) -> impl Iterator<Item = &'a super::Call> + use<'a> {
    let from = series.calls.partition_point(|call| call.range.start < range.start);
    let end = range.end;
    series.calls[from..].iter().take_while(move |call| call.range.start < end)
}

/// Finds the end of a note that no next number ends: it goes on while a quotation is open or announced, and,
/// if it has named no source yet, to the paragraph that names one.
fn end_by_signs(
    document: &Document,
    series: &Series,
    pieces: &[Piece],
    start: usize,
    limit: usize,
) -> usize {
    let text = |piece: usize| &document.text[pieces[piece].block.range.clone()];
    let mut end = start + 1;
    let mut has_source = names_address(text(start));
    while end < limit {
        let is_heading = matches!(pieces[end].block.kind, BlockKind::Heading(_));
        let calls = calls_in(series, &pieces[end].block.range).next().is_some();
        if calls || (is_heading && !leaves_open(text(end - 1))) {
            break;
        }
        let goes_on = leaves_open(text(end - 1))
            || announces(text(end - 1))
            || opens_with_quotation(text(end));
        if !goes_on {
            if has_source {
                break;
            }
            let last = limit.min(end + LOOK_AHEAD);
            let source = (end..last).find(|&piece| names_address(text(piece)));
            let clear = source.filter(|&source| {
                (end..=source).all(|piece| {
                    !matches!(pieces[piece].block.kind, BlockKind::Heading(_))
                        && calls_in(series, &pieces[piece].block.range).next().is_none()
                })
            });
            let Some(source) = clear else { break };
            end = source;
        }
        has_source |= names_address(text(end));
        end += 1;
    }
    end
}

/// Tells whether a paragraph ends inside a quotation.
fn leaves_open(text: &str) -> bool {
    let count = |mark: char| text.matches(mark).count();
    count('"') % 2 == 1 || count('“') > count('”') || count('«') > count('»')
}

fn announces(text: &str) -> bool {
    text.trim_end().ends_with([':', '：'])
}

/// Tells whether a paragraph begins with a quotation, after the name of its speaker perhaps.
fn opens_with_quotation(text: &str) -> bool {
    const MARKS: [char; 6] = ['"', '“', '«', '„', '‘', '「'];
    let text = text.trim_start_matches(['[', '(']);
    if text.starts_with(MARKS) {
        return true;
    }
    let label = text.find(": ").filter(|&end| end <= 80);
    label.is_some_and(|end| text[end + 2..].starts_with(MARKS))
}

/// Tells whether a text names an address: `https://…`, `www.…`, `Tass.com/politics/1805115`.
pub(super) fn names_address(text: &str) -> bool {
    text.contains("://")
        || text.split_whitespace().any(|word| {
            let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
            let host = word.split('/').next().unwrap_or_default();
            let ending = host.rsplit('.').next().unwrap_or_default();
            let has_path = word.len() > host.len() + 1;
            let is_ending = ending.len() >= 2 && ending.chars().all(char::is_alphabetic);
            host.contains('.') && is_ending && (has_path || host.starts_with("www."))
        })
}
