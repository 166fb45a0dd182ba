//! Finds the links and bare addresses of running text: they are citations without a note.

use std::ops::Range;

use super::references::references_in;
use crate::citation::{Reference, ReferenceForm};
use crate::document::{BlockKind, Document, MarkKind};
use crate::text::addresses::{AddressShape, addresses_in};
use crate::text::identifiers::identifiers_in;

/// How far behind an address the bracket may close in which it stands, in bytes.
const LONGEST_BRACKET: usize = 300;

/// A link of the body.
#[derive(Debug)]
pub(super) struct Link {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// Where what is said of it ends, in the same bracket.
    pub(super) end: usize,
    pub(super) reference: Reference,
}

/// Finds the links in the blocks of the body, in order.
pub(super) fn find(document: &Document, body: &[usize]) -> Vec<Link> {
    let mut links = Vec::new();
    for &index in body {
        let block = &document.blocks[index];
        if block.kind == BlockKind::Preformatted {
            continue;
        }
        for range in anchors(document, &block.range) {
            let end = end_of_bracket(document, &range, block.range.end);
            let found = references_in(document, range.start..end);
            let fits = |(_, reference): &(Range<usize>, Reference)| match reference.form {
                ReferenceForm::Url | ReferenceForm::Shorthand | ReferenceForm::Identifier => true,
                ReferenceForm::ShortForm | ReferenceForm::Descriptive => false,
            };
            if let Some((_, reference)) = found.into_iter().find(fits) {
                links.push(Link { range, end, reference });
            }
        }
    }
    links
}

/// Returns where links, addresses with a path and identifiers stand in a block, in order and disjoint.
fn anchors(document: &Document, block: &Range<usize>) -> Vec<Range<usize>> {
    let text = &document.text[block.clone()];
    let first = document.marks.partition_point(|mark| mark.range.start < block.start);
    let marks = document.marks[first..].iter().take_while(|mark| mark.range.start < block.end);
    let mut found: Vec<Range<usize>> = marks
        .filter(|mark| matches!(mark.kind, MarkKind::Link(_)) && !mark.range.is_empty())
        .map(|mark| mark.range.clone())
        .collect();
    if may_hold_address(text) {
        let shift = |range: Range<usize>| block.start + range.start..block.start + range.end;
        let addresses = addresses_in(text).into_iter();
        let full = addresses.filter(|address| match address.shape {
            AddressShape::WithScheme | AddressShape::Www | AddressShape::HostAndPath => true,
            AddressShape::BareHost => false,
        });
        found.extend(full.map(|address| shift(address.range)));
        found.extend(identifiers_in(text).into_iter().map(|identifier| shift(identifier.range)));
    }
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|range| {
        let free = range.start >= end;
        end = end.max(range.end);
        free
    });
    found
}

/// Tells cheaply whether a text can hold an address or an identifier.
fn may_hold_address(text: &str) -> bool {
    memchr::memchr(b'/', text.as_bytes()).is_some()
        || ["www.", "arXiv:", "PMID"].iter().any(|sign| text.contains(sign))
}

/// Returns where the bracket closes in which an address stands, for the date beside it; or where it ends itself.
fn end_of_bracket(document: &Document, range: &Range<usize>, limit: usize) -> usize {
    let text = &document.text;
    // A link may go on into the next block.
    let window = text.floor_char_boundary(limit.min(range.end + LONGEST_BRACKET)).max(range.end);
    let rest = &text[range.end..window];
    match rest.find(['(', ')', '\n', '"']) {
        Some(at) if rest[at..].starts_with(')') => range.end + at,
        Some(_) | None => range.end,
    }
}
