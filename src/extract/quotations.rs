//! Finds what stands in quotation marks: paragraph by paragraph, over paragraphs that are each opened and only
//! the last of which is closed, and block quotations. Says nothing of who vouches for it.

mod finder;

use std::collections::BTreeSet;
use std::ops::Range;

use finder::Finder;

use super::speakers;
use crate::citation::Oddity;
use crate::document::{Block, BlockKind, Document, Layer, Mark, MarkKind};

/// A stretch of text that is claimed to be another's words.
#[derive(Debug, Clone)]
pub(super) struct Span {
    /// The stretch with its marks.
    pub(super) outer: Range<usize>,
    /// The words.
    pub(super) inner: Range<usize>,
    /// How they are shown to be another's.
    pub(super) shown: Shown,
    /// What is odd about the marks.
    pub(super) oddities: BTreeSet<Oddity>,
    /// Who is named right before as having said it.
    pub(super) speaker: Option<String>,
}

/// How words are shown to be another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// By quotation marks.
    ByMarks,
    /// By standing in a block of their own.
    AsBlock,
    /// By the markup of the format.
    ByMarkup,
}

/// Finds the quotations in the blocks of one flow: the body, or a note. Outermost ones only, in order.
pub(super) fn find(document: &Document, flow: &[usize]) -> Vec<Span> {
    let mut finder = Finder::of(document);
    for group in flow.chunk_by(|&a, &b| is_one_quotation(document, a, b)) {
        let kind = document.blocks[group[0]].kind;
        if !may_run_on(kind) {
            finder.end_flow();
        }
        let from = finder.found.len();
        for &index in group {
            finder.paragraph(&document.blocks[index]);
        }
        if !may_run_on(kind) {
            finder.end_flow();
        }
        if kind == BlockKind::BlockQuotation {
            add_block_quotation(document, group, from, &mut finder.found);
        }
    }
    finder.end_flow();
    let mut found = finder.found;
    found.sort_by_key(|span| span.outer.start);
    add_markup(document, flow, &mut found);
    for span in &mut found {
        narrow(document, span);
        if span.speaker.is_none() {
            span.speaker = speakers::before(document, span.outer.start);
        }
    }
    found.retain(|span| !span.inner.is_empty());
    found
}

/// Tells whether two consecutive blocks are paragraphs of one block quotation.
fn is_one_quotation(document: &Document, a: usize, b: usize) -> bool {
    let is_quotation = |index: usize| document.blocks[index].kind == BlockKind::BlockQuotation;
    is_quotation(a) && is_quotation(b) && b == a + 1
}

/// Tells whether a quotation can run from a block of this kind into the next.
const fn may_run_on(kind: BlockKind) -> bool {
    match kind {
        BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Continuation => true,
        BlockKind::BlockQuotation
        | BlockKind::Heading(_)
        | BlockKind::TableCell
        | BlockKind::Caption
        | BlockKind::Preformatted => false,
    }
}

/// Makes a block quotation of a group of blocks, unless most of it stands in quotation marks anyway.
fn add_block_quotation(document: &Document, group: &[usize], from: usize, found: &mut Vec<Span>) {
    let (Some(&first), Some(&last)) = (group.first(), group.last()) else { return };
    let start = document.blocks[first].range.start;
    let mut end = document.blocks[last].range.end;
    let quoted: usize = found[from..].iter().map(|span| span.outer.len()).sum();
    if quoted * 10 >= (end - start) * 7 {
        return;
    }
    let last_text = document.block_text(&document.blocks[last]);
    let mut speaker = None;
    if group.len() > 1 && (last_text.starts_with(['—', '–', '―']) || last_text.starts_with("--"))
    {
        speaker = speakers::attribution(last_text);
        end = document.blocks[last - 1].range.end;
    }
    found.truncate(from);
    found.push(Span {
        outer: start..end,
        inner: start..end,
        shown: Shown::AsBlock,
        oddities: BTreeSet::new(),
        speaker,
    });
}

/// Adds what the markup calls a quotation; marks inside of it are nested.
fn add_markup(document: &Document, flow: &[usize], found: &mut Vec<Span>) {
    let (Some(&first), Some(&last)) = (flow.first(), flow.last()) else { return };
    let (start, end) = (document.blocks[first].range.start, document.blocks[last].range.end);
    let note = document.blocks[first].note;
    let from = document.marks.partition_point(|mark| mark.range.start < start);
    let marks = document.marks[from..].iter().take_while(|mark| mark.range.start < end);
    let mut added = Vec::new();
    for mark in marks.filter(|mark| matches!(mark.kind, MarkKind::Quotation(_))) {
        let inside =
            |span: &Span| span.outer.start <= mark.range.start && mark.range.end <= span.outer.end;
        let index = found.partition_point(|span| span.outer.end < mark.range.end);
        let is_nested = found.get(index).is_some_and(inside)
            || added.last().is_some_and(inside)
            || block_at(document, mark.range.start).is_none_or(|block| block.note != note);
        if !is_nested {
            added.push(Span {
                outer: mark.range.clone(),
                inner: mark.range.clone(),
                shown: Shown::ByMarkup,
                oddities: BTreeSet::new(),
                speaker: None,
            });
        }
    }
    if !added.is_empty() {
        found.retain(|span| {
            let index = added.partition_point(|other| other.outer.end < span.outer.end);
            added.get(index).is_none_or(|other| span.outer.start < other.outer.start)
        });
        found.append(&mut added);
        found.sort_by_key(|span| span.outer.start);
    }
}

/// Narrows the words of a span to what is no white space and no note call at their ends.
fn narrow(document: &Document, span: &mut Span) {
    loop {
        let words = &document.text[span.inner.clone()];
        span.inner.start += words.len() - words.trim_start().len();
        let words = &document.text[span.inner.clone()];
        span.inner.end = span.inner.start + words.trim_end().len();
        let last = document.marks.partition_point(|mark| mark.range.start < span.inner.end);
        let call = document.marks[..last].iter().rev().take(8).find(|mark| {
            is_call(mark) && mark.range.end == span.inner.end && !mark.range.is_empty()
        });
        match call {
            Some(call) if call.range.start >= span.inner.start => span.inner.end = call.range.start,
            _ => break,
        }
    }
    if span.shown != Shown::ByMarks {
        span.outer = span.inner.clone();
    }
}

/// Returns the block in which a place stands.
pub(super) fn block_at(document: &Document, offset: usize) -> Option<&Block> {
    let index = document.blocks.partition_point(|block| block.range.end <= offset);
    document.blocks.get(index).filter(|block| block.range.start <= offset)
}

/// Tells whether a mark is a note call.
pub(super) const fn is_call(mark: &Mark) -> bool {
    matches!(mark.kind, MarkKind::NoteCall { .. })
}

/// Writes the words of a span as [`crate::citation::Quotation::text`] holds them, without the note calls in it.
pub(super) fn words(document: &Document, range: &Range<usize>) -> String {
    let mut written = String::with_capacity(range.len());
    let first = document.blocks.partition_point(|block| block.range.end <= range.start);
    let note = document.blocks.get(first).and_then(|block| block.note);
    for block in &document.blocks[first..] {
        if block.range.start >= range.end {
            break;
        }
        if block.note != note || block.layer != Layer::Visible {
            continue;
        }
        if !written.is_empty() {
            let runs_on = block.kind == BlockKind::Continuation;
            written.push_str(if runs_on { " " } else { "\n\n" });
        }
        let part = block.range.start.max(range.start)..block.range.end.min(range.end);
        push_folded(document, part, &mut written);
    }
    written
}

/// Appends a part of one paragraph, white space folded to single spaces and note calls left out.
fn push_folded(document: &Document, part: Range<usize>, written: &mut String) {
    let mut at = part.start;
    let from = document.marks.partition_point(|mark| mark.range.start < part.start);
    let push = |text: &str, written: &mut String| {
        for c in text.chars() {
            if !c.is_whitespace() {
                written.push(c);
            } else if !written.is_empty() && !written.ends_with(char::is_whitespace) {
                written.push(' ');
            }
        }
    };
    for mark in document.marks[from..].iter().take_while(|mark| mark.range.start < part.end) {
        if is_call(mark) && mark.range.start >= at {
            push(&document.text[at..mark.range.start], written);
            at = mark.range.end.min(part.end);
        }
    }
    push(&document.text[at..part.end], written);
    written.truncate(written.trim_end_matches(' ').len());
}
