//! Reads the references of a note, or of a line of a list: addresses, links, identifiers and short forms, with the
//! dates, places and words that stand around them. Says what is written, not where it leads.

mod anchors;
mod description;
mod surroundings;

use std::ops::Range;

use crate::citation::{Reference, ReferenceForm};
use crate::document::{Document, DocumentFormat, Place, Places, Position};

use anchors::Anchor;

/// Reads the references in a stretch of a document that is a note or a line of references, in order; each with the
/// range of the words that lead to its source.
///
/// Photo credits and invitations to share are no references. Where a long note quotes, an address inside the
/// quotation is part of what was said, not the note's source.
pub(super) fn references_in(
    document: &Document,
    range: Range<usize>,
) -> Vec<(Range<usize>, Reference)> {
    if description::is_invitation(&document.text[range.clone()]) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut previous: Option<Range<usize>> = None;
    let anchors = anchors::in_note(document, range.clone());
    let stops = stops(document, range.clone(), &anchors);
    for (index, anchor) in anchors.iter().enumerate() {
        let next = anchors.get(index + 1).map_or(range.end, |next| next.range.start);
        let used = previous.as_ref().map_or(range.start, |p| p.end);
        let entry = surrounding(&stops, used..next, &anchor.range);
        let (reference, end) = read(document, anchor, entry);
        previous = Some(anchor.range.start..end);
        found.push((anchor.range.clone(), reference));
    }
    for described in description::in_note(document, range, &stops, &anchors) {
        let position = document.position(described.range.start);
        let text = document.text[described.range.clone()].to_owned();
        let dates = surroundings::dates(&text, "");
        let reference = Reference {
            form: described.form,
            description: None,
            date: dates.published.or_else(|| surroundings::only_date(&text)),
            accessed: dates.accessed,
            locator: surroundings::locator(&text),
            position,
            text,
        };
        found.push((described.range, reference));
    }
    found.sort_by_key(|(range, _)| (range.start, range.end));
    found
}

/// Reads the references in a text of their own, such as one line of a list. There is always at least one, unless the
/// text is blank: a text without an address describes its source in words.
#[must_use]
pub(super) fn references(text: &str) -> Vec<Reference> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Vec::new();
    }
    let mut document = Document::empty(DocumentFormat::Text);
    trimmed.clone_into(&mut document.text);
    let start = Place { offset: 0, position: Position::Line { line: 1, column: 1 } };
    document.places = Places(vec![start]);
    if let Some(form) = anchors::lone_form(trimmed) {
        return vec![bare(trimmed, form)];
    }
    let found = references_in(&document, 0..trimmed.len());
    if found.is_empty() {
        return vec![bare(trimmed, ReferenceForm::Descriptive)];
    }
    found.into_iter().map(|(_, reference)| reference).collect()
}

fn bare(text: &str, form: ReferenceForm) -> Reference {
    Reference {
        text: text.to_owned(),
        form,
        description: None,
        date: surroundings::only_date(text),
        accessed: None,
        locator: surroundings::locator(text),
        position: Position::Line { line: 1, column: 1 },
    }
}

/// What stands before and after an anchor in its own entry.
struct Entry {
    head: Range<usize>,
    tail: Range<usize>,
}

/// Returns where in a note one entry ends and the next begins: at paragraphs and at semicolons outside of anchors.
fn stops(document: &Document, range: Range<usize>, anchors: &[Anchor]) -> Vec<usize> {
    let text = &document.text;
    let mut stops: Vec<usize> = text[range.clone()]
        .match_indices([';', '؛', '；'])
        .map(|(at, _)| range.start + at)
        .filter(|at| {
            let index = anchors.partition_point(|anchor| anchor.range.start <= *at);
            index.checked_sub(1).is_none_or(|i| anchors[i].range.end <= *at)
        })
        .collect();
    let first = document.blocks.partition_point(|block| block.range.start <= range.start);
    let blocks = document.blocks[first..].iter().map(|block| block.range.start);
    stops.extend(blocks.take_while(|start| *start < range.end));
    stops.sort_unstable();
    stops
}

fn surrounding(stops: &[usize], within: Range<usize>, anchor: &Range<usize>) -> Entry {
    let index = stops.partition_point(|stop| *stop <= anchor.start);
    let before = index.checked_sub(1).map_or(within.start, |i| stops[i].max(within.start));
    let after = stops[index..]
        .iter()
        .find(|stop| **stop >= anchor.end)
        .map_or(within.end, |stop| (*stop).clamp(anchor.end, within.end.max(anchor.end)));
    Entry { head: before.min(anchor.start)..anchor.start, tail: anchor.end..after }
}

/// Reads one reference with what stands around it; returns it and where its entry ends.
fn read(document: &Document, anchor: &Anchor, entry: Entry) -> (Reference, usize) {
    let head = document.text[entry.head].trim_start_matches([';', '؛', '；']);
    let tail = &document.text[entry.tail.clone()];
    // An access date may follow a semicolon.
    let dates = surroundings::dates(head, tail);
    let reference = Reference {
        text: anchor.text.clone(),
        form: anchor.form,
        description: description::around(head, &document.text[anchor.range.clone()], anchor, tail),
        date: dates.published,
        accessed: dates.accessed,
        locator: surroundings::locator(tail).or_else(|| surroundings::locator_of_head(head)),
        position: document.position(anchor.range.start),
    };
    (reference, entry.tail.start + dates.tail_used)
}

#[cfg(test)]
mod tests;
