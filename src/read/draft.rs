//! A document while a reader of markup writes it: blocks one after the other, notes and their calls, marks, and
//! where in the source each stretch stood. Knows no format.

use std::collections::HashMap;

use crate::document::{
    Block, BlockKind, Document, DocumentFormat, Layer, Mark, MarkKind, Note, NoteKind, NoteLabel,
    Place, Position,
};

/// A document while it is being written.
pub(super) struct Draft {
    document: Document,
    open: Option<Open>,
    /// The note that is being written.
    note: Option<usize>,
    /// Calls: the index of their mark, and the key of the note that they call.
    calls: Vec<(usize, String)>,
    /// The notes by their key.
    notes: HashMap<String, usize>,
    /// Marks that have begun: the index of the mark.
    begun: Vec<usize>,
}

struct Open {
    start: usize,
    kind: BlockKind,
    layer: Layer,
}

impl Draft {
    /// Starts an empty document.
    pub(super) fn new(format: DocumentFormat) -> Self {
        Self {
            document: Document::empty(format),
            open: None,
            note: None,
            calls: Vec::new(),
            notes: HashMap::new(),
            begun: Vec::new(),
        }
    }

    /// Gives access to what is not written by blocks: title, language, metadata, coverage, remarks.
    pub(super) const fn head(&mut self) -> &mut Document {
        &mut self.document
    }

    /// Ends the block that is open, and begins one of this kind with the next text.
    pub(super) fn block(&mut self, kind: BlockKind) {
        self.layered_block(kind, Layer::Visible);
    }

    /// Ends the block that is open, and begins one of this kind and layer with the next text.
    pub(super) fn layered_block(&mut self, kind: BlockKind, layer: Layer) {
        self.end_block();
        self.open = Some(Open { start: usize::MAX, kind, layer });
    }

    /// Says of which kind the next block is if none is open: in tight lists, items have no paragraph.
    pub(super) fn default_kind(&mut self, kind: BlockKind) {
        self.open.get_or_insert(Open { start: usize::MAX, kind, layer: Layer::Visible });
    }

    /// Ends the block that is open, if there is one.
    pub(super) fn end_block(&mut self) {
        let Some(Open { start, kind, layer }) = self.open.take() else { return };
        if start == usize::MAX {
            return;
        }
        let written = &self.document.text[start..];
        let end = start + written.trim_end().len();
        let start = end - self.document.text[start..end].trim_start().len();
        if start < end {
            self.document.blocks.push(Block { range: start..end, kind, layer, note: self.note });
        }
    }

    /// Tells whether a block is open and has text.
    pub(super) fn is_in_block(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.start != usize::MAX)
    }

    /// Writes text that stood at a place of the source; opens a paragraph if no block is open.
    pub(super) fn text(&mut self, text: &str, position: Position) {
        if text.is_empty() {
            return;
        }
        self.begin_text();
        let offset = self.document.text.len();
        if self
            .document
            .places
            .0
            .last()
            .is_none_or(|last| !goes_on(&self.document, *last, position))
        {
            self.document.places.0.push(Place { offset, position });
        }
        self.document.text.push_str(text);
    }

    /// Writes white space within a block, unless there is some already or the block is empty.
    pub(super) fn space(&mut self, space: char) {
        if self.is_in_block() && !self.document.text.ends_with(char::is_whitespace) {
            self.document.text.push(space);
        }
    }

    /// Tells whether the text ends with one of some characters.
    pub(super) fn ends_with(&self, characters: &[char]) -> bool {
        self.document.text.ends_with(characters)
    }

    /// Tells whether the last character is white space.
    pub(super) fn ends_with_space(&self) -> bool {
        self.document.text.ends_with(char::is_whitespace)
    }

    fn begin_text(&mut self) {
        let is_first = !self.is_in_block();
        let open = self.open.get_or_insert(Open {
            start: usize::MAX,
            kind: BlockKind::Paragraph,
            layer: Layer::Visible,
        });
        if is_first {
            if !self.document.text.is_empty() {
                self.document.text.push_str("\n\n");
            }
            open.start = self.document.text.len();
        }
    }

    /// Returns where the next text will be written.
    pub(super) fn at(&self) -> usize {
        self.document.text.len()
    }

    /// Opens a block if none is open; returns where the next text will be written.
    pub(super) fn begin(&mut self) -> usize {
        self.begin_text();
        self.at()
    }

    /// Begins a mark; it ends with [`Draft::end_mark`], innermost first.
    pub(super) fn begin_mark(&mut self, kind: MarkKind) {
        self.begin_text();
        let at = self.at();
        self.begun.push(self.document.marks.len());
        self.document.marks.push(Mark { range: at..at, kind });
    }

    /// Ends the innermost mark that has begun.
    pub(super) fn end_mark(&mut self) {
        if let Some(mark) = self.begun.pop() {
            self.document.marks[mark].range.end = self.document.text.len();
        }
    }

    /// Ends every mark that has begun.
    pub(super) fn end_marks(&mut self) {
        while !self.begun.is_empty() {
            self.end_mark();
        }
    }

    /// Marks what has been written since a place.
    pub(super) fn mark_since(&mut self, at: usize, kind: MarkKind) {
        let range = at..self.document.text.len();
        if !range.is_empty() {
            self.document.marks.push(Mark { range, kind });
        }
    }

    /// Marks a stretch that has been written.
    pub(super) fn mark(&mut self, range: std::ops::Range<usize>, kind: MarkKind) {
        self.document.marks.push(Mark { range, kind });
    }

    /// Writes a call of a note as `[label]`. The note is the one that has or will have the key.
    pub(super) fn call(&mut self, label: &str, key: &str, position: Position) {
        self.begin_text();
        let at = self.at();
        self.text(&format!("[{label}]"), position);
        self.calls.push((self.document.marks.len(), key.to_owned()));
        let kind = MarkKind::NoteCall { label: NoteLabel(label.to_owned()), note: None };
        self.mark_since(at, kind);
    }

    /// Begins a note: the blocks until [`Draft::end_note`] are its text.
    pub(super) fn begin_note(&mut self, kind: NoteKind, label: &str, key: &str) {
        self.end_block();
        let note = self.document.notes.len();
        let blocks = self.document.blocks.len();
        self.notes.entry(key.to_owned()).or_insert(note);
        self.note = Some(note);
        self.document.notes.push(Note {
            label: NoteLabel(label.to_owned()),
            kind,
            start: self.document.text.len() + if self.document.text.is_empty() { 0 } else { 2 },
            blocks: blocks..blocks,
        });
    }

    /// Ends the note that is being written.
    pub(super) fn end_note(&mut self) {
        self.end_block();
        if let Some(note) = self.note.take() {
            let blocks = self.document.blocks.len();
            let note = &mut self.document.notes[note];
            note.blocks.end = blocks;
            if let Some(first) = self.document.blocks.get(note.blocks.start) {
                note.start = first.range.start;
            }
            note.start = note.start.min(self.document.text.len());
        }
    }

    /// Appends a part that was written apart, such as a note that stood inside of a paragraph.
    pub(super) fn append_draft(&mut self, mut part: Self) {
        part.end_block();
        part.end_marks();
        let marks = self.document.marks.len();
        self.calls.extend(part.calls.into_iter().map(|(mark, key)| (mark + marks, key)));
        self.append(part.document, 0);
    }

    /// Appends the blocks, marks and places of a part that was read on its own; its notes by its own keys.
    pub(super) fn append(&mut self, part: Document, line: u32) {
        self.end_block();
        if !self.document.text.is_empty() {
            self.document.text.push_str("\n\n");
        }
        let shift = self.document.text.len();
        let blocks = self.document.blocks.len();
        let notes = self.document.notes.len();
        let outer = self.note;
        self.document.text.push_str(&part.text);
        self.document.blocks.extend(part.blocks.into_iter().map(|block| Block {
            range: block.range.start + shift..block.range.end + shift,
            note: block.note.map(|note| note + notes).or(outer),
            ..block
        }));
        self.document.marks.extend(part.marks.into_iter().map(|mark| Mark {
            range: mark.range.start + shift..mark.range.end + shift,
            kind: match mark.kind {
                MarkKind::NoteCall { label, note } => {
                    MarkKind::NoteCall { label, note: note.map(|note| note + notes) }
                }
                MarkKind::Link(_)
                | MarkKind::Quotation(_)
                | MarkKind::Superscript
                | MarkKind::Emphasis => mark.kind,
            },
        }));
        self.document.notes.extend(part.notes.into_iter().map(|note| Note {
            start: note.start + shift,
            blocks: note.blocks.start + blocks..note.blocks.end + blocks,
            ..note
        }));
        self.document.places.0.extend(part.places.0.into_iter().map(|place| Place {
            offset: place.offset + shift,
            position: lower(place.position, line),
        }));
        self.document.metadata.extend(part.metadata);
        for gap in part.coverage.gaps() {
            self.document.coverage.add(*gap);
        }
    }

    /// Ends the document: each call finds its note, marks come into order.
    pub(super) fn finish(mut self) -> Document {
        self.end_note();
        self.end_marks();
        for (mark, key) in &self.calls {
            if let Some(found) = self.notes.get(key)
                && let MarkKind::NoteCall { note, .. } = &mut self.document.marks[*mark].kind
            {
                *note = Some(*found);
            }
        }
        let document = &mut self.document;
        document.marks.retain(|mark| !mark.range.is_empty());
        document.marks.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
        if document.title.is_none() {
            let heading =
                document.blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading(_)));
            document.title = heading.map(|block| document.text[block.range.clone()].to_owned());
        }
        self.document
    }
}

/// Tells whether a position is where the text stands anyway, counting on from the last place.
fn goes_on(document: &Document, last: Place, position: Position) -> bool {
    let written = &document.text[last.offset..];
    // Counting far would make writing quadratic; another place costs little.
    if written.len() > 1024 || written.contains('\n') {
        return false;
    }
    let columns = u32::try_from(written.chars().count()).unwrap_or(u32::MAX);
    match (last.position, position) {
        (Position::Line { line, column }, Position::Line { line: new, column: at }) => {
            line == new && column.saturating_add(columns) == at
        }
        (
            Position::Paragraph { paragraph, column },
            Position::Paragraph { paragraph: new, column: at },
        ) => paragraph == new && column.saturating_add(columns) == at,
        _ => false,
    }
}

/// Moves a position by the lines above the part in which it was counted.
fn lower(position: Position, lines: u32) -> Position {
    match position {
        Position::Line { line, column } => {
            Position::Line { line: line.saturating_add(lines), column }
        }
        Position::Paragraph { .. } | Position::Page { .. } => position,
    }
}

/// Finds the line and column of offsets into a source that are asked for in ascending order, mostly.
pub(super) struct SourceLines<'a> {
    source: &'a str,
    offset: usize,
    line: u32,
    column: u32,
    /// Places passed, at least [`CHECKPOINT_BYTES`] apart, so that going back costs little.
    passed: Vec<(usize, u32, u32)>,
}

const CHECKPOINT_BYTES: usize = 1024;

impl<'a> SourceLines<'a> {
    /// Starts at the beginning of a source.
    pub(super) const fn of(source: &'a str) -> Self {
        Self { source, offset: 0, line: 1, column: 1, passed: Vec::new() }
    }

    /// Returns the position of an offset.
    pub(super) fn position(&mut self, offset: usize) -> Position {
        let offset = self.source.floor_char_boundary(offset.min(self.source.len()));
        if offset < self.offset {
            let passed = self.passed.partition_point(|(at, _, _)| *at <= offset);
            (self.offset, self.line, self.column) =
                passed.checked_sub(1).map_or((0, 1, 1), |index| self.passed[index]);
        }
        let between = &self.source[self.offset..offset];
        let breaks = memchr::memchr_iter(b'\n', between.as_bytes()).count();
        if breaks > 0 {
            self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            self.column = 1;
        }
        let last = memchr::memrchr(b'\n', between.as_bytes()).map_or(0, |at| at + 1);
        let columns = between[last..].chars().count();
        self.column = self.column.saturating_add(u32::try_from(columns).unwrap_or(u32::MAX));
        self.offset = offset;
        if self.passed.last().map_or(0, |passed| passed.0) + CHECKPOINT_BYTES <= offset {
            self.passed.push((offset, self.line, self.column));
        }
        Position::Line { line: self.line, column: self.column }
    }
}

/// Writes what a document holds, one line for each block, note and mark; for tests.
#[cfg(test)]
pub(super) fn outline(document: &Document) -> String {
    use std::fmt::Write as _;

    let mut written = String::new();
    if let Some(title) = &document.title {
        let _ = writeln!(written, "title {title:?}");
    }
    for (index, block) in document.blocks.iter().enumerate() {
        let position = document.position(block.range.start);
        let _ = write!(written, "{position} {:?}", block.kind);
        if block.layer != Layer::Visible {
            let _ = write!(written, " {}", block.layer.name());
        }
        if let Some(note) = block.note.and_then(|note| document.notes.get(note)) {
            let begins = note.blocks.start == index;
            let _ = write!(written, " {} {}", if begins { "note" } else { "of note" }, note.label);
        }
        let _ = writeln!(written, " {:?}", document.block_text(block));
        for mark in &document.marks {
            if block.range.start <= mark.range.start && mark.range.end <= block.range.end {
                let text = &document.text[mark.range.clone()];
                let _ = writeln!(written, "  {text:?} {:?}", mark.kind);
            }
        }
    }
    for gap in document.coverage.gaps() {
        let _ = writeln!(written, "partial: {}", gap.words());
    }
    for remark in &document.remarks {
        let _ = writeln!(written, "remark: {remark:?}");
    }
    written
}
