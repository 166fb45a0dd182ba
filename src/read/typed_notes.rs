//! Recognises notes that are typed into running text: `[1] Source` at the end, called by `[1]`.
//! For documents whose format has no notes of its own, or whose author did not use them.
//!
//! Conservative: a numbered list is a list unless the text calls its numbers. Takes nothing away: what turns
//! out to be a note keeps its text, and a call keeps its place in the text.

mod calls;
mod definitions;
mod extent;
mod symbols;

use std::collections::BTreeMap;
use std::ops::Range;

use calls::Call;
use definitions::{Definition, Shape};

use crate::document::{Block, BlockKind, Document, Mark, MarkKind, Note, NoteKind, NoteLabel};

/// Notes of one shape, with the calls that fit them.
struct Series {
    definitions: Vec<Definition>,
    calls: Vec<Call>,
}

/// Finds the notes typed into a document, gives them their blocks, and marks their calls.
pub(super) fn recognise(document: &mut Document) {
    let candidates = definitions::candidates(document);
    let mut all: Vec<Series> = Vec::new();
    for shape in Shape::ALL {
        let numbered_already = all.iter().any(|series| !series.definitions.is_empty());
        if shape.is_weak() && numbered_already {
            continue;
        }
        let Some(definitions) = candidates.get(&shape) else { continue };
        all.extend(series_of(document, shape, definitions));
    }
    all.extend(symbols::series(document));
    all.retain(|series| !series.definitions.is_empty());
    if !all.is_empty() {
        apply(document, &all);
    }
}

/// Chooses the definitions of a shape that are notes, by the form of call that fits them best.
fn series_of(document: &Document, shape: Shape, candidates: &[Definition]) -> Option<Series> {
    let mut best: Option<Series> = None;
    for &form in shape.forms() {
        let calls = calls::find(document, form);
        let definitions = definitions::choose(document, candidates, &calls);
        let series = Series { definitions, calls };
        if series.definitions.is_empty() || (shape.is_weak() && !series.agrees()) {
            continue;
        }
        if series.calls.iter().any(|call| !series.is_definition(call)) {
            return Some(series);
        }
        best = best.or(Some(series));
    }
    best
}

impl Series {
    fn is_definition(&self, call: &Call) -> bool {
        let start = call.range.start;
        self.definitions.binary_search_by_key(&start, |definition| definition.start).is_ok()
    }

    /// Tells whether calls and notes agree so well that a list of items is a list of notes: nearly every one
    /// is called, in order, from above.
    fn agrees(&self) -> bool {
        let Some(first) = self.definitions.first() else { return false };
        let mut called = Vec::new();
        for call in self.calls.iter().filter(|call| !self.is_definition(call)) {
            if call.range.start > first.start {
                return false;
            }
            called.extend(call.labels.iter().copied());
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut highest = 0;
        let mut ordered = 0_usize;
        for label in called {
            if seen.insert(label) {
                ordered += usize::from(label > highest);
                highest = highest.max(label);
            }
        }
        let defined = self.definitions.len();
        let known = self.definitions.iter().filter(|d| seen.contains(&d.number)).count();
        known * 5 >= defined * 4 && seen.len() <= defined + 1 && ordered * 5 >= seen.len() * 4
    }
}

/// Rewrites the document's blocks so that each note has its own, and marks the calls.
fn apply(document: &mut Document, all: &[Series]) {
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (series, found) in all.iter().enumerate() {
        order.extend((0..found.definitions.len()).map(|index| (series, index)));
    }
    order.sort_by_key(|&(series, index)| all[series].definitions[index].start);
    let pieces = split(document, all, &order);
    let extents = extent::of(document, all, &order, &pieces);
    let mut notes: BTreeMap<(usize, u32), Vec<usize>> = BTreeMap::new();
    document.blocks = pieces.into_iter().map(|piece| piece.block).collect();
    for (note, (&(series, index), blocks)) in order.iter().zip(extents).enumerate() {
        let definition = &all[series].definitions[index];
        notes.entry((series, definition.number)).or_default().push(note);
        for block in &mut document.blocks[blocks.clone()] {
            block.note = Some(note);
            if matches!(block.kind, BlockKind::Heading(_)) {
                block.kind = BlockKind::Paragraph;
            }
        }
        let label = NoteLabel(definition.label.clone());
        document.notes.push(Note { label, kind: NoteKind::Note, start: definition.start, blocks });
    }
    mark_calls(document, all, &notes);
}

/// A block, and the definition that begins it: an index into the order of definitions.
struct Piece {
    block: Block,
    definition: Option<usize>,
}

/// Splits the blocks in which notes begin.
fn split(document: &Document, all: &[Series], order: &[(usize, usize)]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(document.blocks.len() + order.len());
    let mut next = 0;
    for block in &document.blocks {
        let mut start = block.range.start;
        let mut current = None;
        while let Some(&(series, index)) = order.get(next) {
            let definition = &all[series].definitions[index];
            if definition.start >= block.range.end {
                break;
            }
            let before = &document.text[start..definition.start];
            if current.is_some() || !before.trim().is_empty() {
                let range = start..start + before.trim_end().len();
                pieces.push(Piece { block: Block { range, ..block.clone() }, definition: current });
            }
            start = definition.text_start.min(block.range.end);
            current = Some(next);
            next += 1;
        }
        let range = start..block.range.end;
        pieces.push(Piece { block: Block { range, ..block.clone() }, definition: current });
    }
    pieces
}

/// Marks the calls that stand outside of notes.
fn mark_calls(document: &mut Document, all: &[Series], notes: &BTreeMap<(usize, u32), Vec<usize>>) {
    let mut marks = Vec::new();
    for (series, found) in all.iter().enumerate() {
        let highest = found.definitions.iter().map(|d| d.number).max().unwrap_or_default();
        for call in found.calls.iter().filter(|call| !found.is_definition(call)) {
            if stands_in_note(document, &call.range) {
                continue;
            }
            let known = |label: &u32| notes.contains_key(&(series, *label));
            let fits = call.labels.iter().all(|label| {
                known(label) || (call.names_missing_note(*label, highest, &document.text))
            });
            if !fits {
                continue;
            }
            for label in &call.labels {
                let note = notes.get(&(series, *label)).map(|notes| {
                    let later = |note: &&usize| document.notes[**note].start > call.range.start;
                    *notes.iter().find(later).unwrap_or(&notes[notes.len() - 1])
                });
                let name = match note {
                    Some(note) => document.notes[note].label.clone(),
                    None => NoteLabel(call.form.label(*label)),
                };
                let kind = MarkKind::NoteCall { label: name, note };
                marks.push(Mark { range: call.range.clone(), kind });
            }
        }
    }
    document.marks.extend(marks);
    document.marks.sort_by_key(|mark| mark.range.start);
}

fn stands_in_note(document: &Document, range: &Range<usize>) -> bool {
    let index = document.blocks.partition_point(|block| block.range.end <= range.start);
    document
        .blocks
        .get(index)
        .is_none_or(|block| block.note.is_some() || block.range.start > range.start)
}
