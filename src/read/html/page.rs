//! The text of a page while it is being written: blocks, marks and places.
//! Knows layers and blocks, not elements.

use memchr::memchr_iter;

use super::entities;
use super::tokenizer::{Offset, is_space};
use crate::document::{
    Block, BlockKind, Document, DocumentFormat, Layer, Mark, MarkKind, Place, Position,
};

/// How sure it is that text belongs to its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// The page says so by an element, a role or a style.
    Sure,
    /// A class or an id has a usual name.
    Loose,
}

/// Whether white space of the source is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// It separates words, and no more.
    Folded,
    /// Line breaks and indents are part of the text.
    Kept,
}

/// Names text that is set aside, to follow the block in whose middle it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Side(u32);

/// What holds for the text at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    /// The layer.
    pub(super) layer: Layer,
    /// How sure that is.
    pub(super) certainty: Certainty,
    /// The kind of its blocks.
    pub(super) kind: BlockKind,
    /// Whether white space is kept.
    pub(super) space: Space,
    /// Set where the text stands inside a block of another layer.
    pub(super) side: Option<Side>,
}

/// A text being written.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// What is written so far.
    pub(super) document: Document,
    /// How sure the layer of each block is.
    pub(super) certainties: Vec<Certainty>,
    open: Option<OpenBlock>,
    pending: Pending,
    /// Line breaks since the last word.
    breaks: u32,
    /// The layer of the text in whose middle a block of another layer began.
    interrupted: Option<Layer>,
    /// Marks whose first word is still to come.
    unplaced: Vec<usize>,
    aside: Vec<SetAside>,
    sides: u32,
    /// The length of the visible blocks that have ended.
    visible_bytes: usize,
    lines: Lines<'a>,
}

#[derive(Debug)]
struct OpenBlock {
    start: usize,
    kind: BlockKind,
    layer: Layer,
    certainty: Certainty,
    space: Space,
}

/// Text that waits for the end of the block that it stands in.
#[derive(Debug)]
struct SetAside {
    side: Side,
    layer: Layer,
    certainty: Certainty,
    kind: BlockKind,
    text: String,
    offset: Offset,
}

/// What separates the last word from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pending {
    Nothing,
    Space,
    Line,
}

impl<'a> Page<'a> {
    /// Starts an empty text.
    pub(super) fn new(source: &'a str) -> Self {
        let mut document = Document::empty(DocumentFormat::Html);
        document.text.reserve(source.len() / 3);
        Self {
            document,
            certainties: Vec::new(),
            open: None,
            pending: Pending::Nothing,
            breaks: 0,
            interrupted: None,
            unplaced: Vec::new(),
            aside: Vec::new(),
            sides: 0,
            visible_bytes: 0,
            lines: Lines { source, offset: 0, line: 1, column: 1 },
        }
    }

    /// Writes text with character references.
    pub(super) fn text(&mut self, text: &str, offset: Offset, context: &Context) {
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'&', &text.as_bytes()[at..]) {
            self.plain(&text[at..at + found], offset + at, context);
            at += found;
            if let Some(((first, second), length)) =
                entities::reference(&text[at..], entities::In::Text)
            {
                let mut buffer = [0; 8];
                let mut length_so_far = first.encode_utf8(&mut buffer).len();
                if let Some(second) = second {
                    length_so_far += second.encode_utf8(&mut buffer[length_so_far..]).len();
                }
                let resolved = std::str::from_utf8(&buffer[..length_so_far]).unwrap_or("\u{FFFD}");
                self.plain(resolved, offset + at, context);
                at += length;
            } else {
                self.plain("&", offset + at, context);
                at += 1;
            }
        }
        self.plain(&text[at..], offset + at, context);
    }

    /// Writes text as it is.
    pub(super) fn plain(&mut self, text: &str, offset: Offset, context: &Context) {
        if let Some(side) = context.side {
            return self.set_aside(side, text, offset, context);
        }
        match context.space {
            Space::Folded => self.folded(text, offset, context),
            Space::Kept => self.kept(text, offset, context),
        }
    }

    fn folded(&mut self, text: &str, offset: Offset, context: &Context) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let spaces = bytes[at..].iter().take_while(|&&byte| separates(byte)).count();
            if spaces > 0 {
                if self.pending == Pending::Nothing {
                    self.pending = Pending::Space;
                }
                at += spaces;
                continue;
            }
            let end = end_of_line_run(bytes, at);
            self.begin(offset + at, context);
            self.words(&text[at..end]);
            at = end;
        }
    }

    /// Writes words that stand on one line of the source, single spaces between them.
    fn words(&mut self, text: &str) {
        let words = text.trim_end_matches(is_separator);
        if may_be_unfolded(words.as_bytes()) {
            push_folded(&mut self.document.text, words);
        } else {
            self.document.text.push_str(words);
        }
        if words.len() < text.len() {
            self.pending = Pending::Space;
        }
    }

    fn kept(&mut self, text: &str, offset: Offset, context: &Context) {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let words = line.trim_end_matches(['\n', '\r']);
            if !words.is_empty() {
                let blank = words.trim_matches(is_separator).is_empty();
                if self.open.is_some() || !blank {
                    self.begin(offset + at, context);
                    self.document.text.extend(words.chars().filter(|&c| c != '\0'));
                }
            }
            if words.len() < line.len() && self.open.is_some() {
                self.settle();
                self.document.text.push('\n');
            }
            at += line.len();
        }
    }

    /// Makes sure that a block of the right layer is open, and separates what comes from what was.
    fn begin(&mut self, offset: Offset, context: &Context) {
        if self.open.as_ref().is_some_and(|open| open.layer != context.layer) {
            self.end_block();
        }
        if self.open.is_none() {
            self.pending = Pending::Nothing;
            let continues = self.interrupted == Some(context.layer);
            if continues {
                self.interrupted = None;
            }
            let kind = if continues { BlockKind::Continuation } else { context.kind };
            self.open = Some(OpenBlock {
                start: self.document.text.len(),
                kind,
                layer: context.layer,
                certainty: context.certainty,
                space: context.space,
            });
        }
        self.settle();
        let position = self.lines.position(offset);
        let offset = self.document.text.len();
        self.document.places.0.push(Place { offset, position });
        for index in self.unplaced.drain(..) {
            self.document.marks[index].range.start = offset;
        }
    }

    /// Writes what separates the last word from the next.
    fn settle(&mut self) {
        match self.pending {
            Pending::Nothing => {}
            Pending::Space => self.document.text.push(' '),
            Pending::Line => self.document.text.push('\n'),
        }
        self.pending = Pending::Nothing;
        self.breaks = 0;
    }

    /// Separates words that nothing in the source separates.
    pub(super) fn space(&mut self) {
        if self.open.is_some() && self.pending == Pending::Nothing {
            self.pending = Pending::Space;
        }
    }

    /// Breaks the line. Two breaks in a row end the paragraph.
    pub(super) fn line_break(&mut self, context: &Context) {
        if let Some(side) = context.side {
            return self.set_aside(side, "\n", 0, context);
        }
        self.breaks += 1;
        if self.breaks > 1 && context.space == Space::Folded {
            self.end_block();
        } else {
            self.pending = Pending::Line;
        }
    }

    /// Ends the open block, if there is one.
    pub(super) fn end_block(&mut self) {
        self.pending = Pending::Nothing;
        self.breaks = 0;
        if let Some(open) = self.open.take() {
            if open.space == Space::Kept {
                let length = self.document.text.trim_end_matches(is_separator).len();
                self.document.text.truncate(length.max(open.start));
            }
            self.push(open.start, open.kind, open.layer, open.certainty);
        }
        if !self.aside.is_empty() {
            for aside in std::mem::take(&mut self.aside) {
                self.write_aside(&aside);
            }
        }
    }

    /// Notes that a block element begins: in the middle of the text of the layer `within`, or after it.
    /// When it is of another layer, what follows it continues that text.
    pub(super) fn begin_element(&mut self, layer: Layer, within: Option<Layer>) {
        if within.is_some_and(|within| within != layer) {
            self.interrupted = within;
        } else if self.interrupted == Some(layer) {
            self.interrupted = None;
        }
    }

    /// Returns the layer of the block that is open.
    pub(super) fn open_layer(&self) -> Option<Layer> {
        self.open.as_ref().map(|open| open.layer)
    }

    /// Returns how much visible text has been written, in bytes, the open block left out.
    pub(super) const fn visible_bytes(&self) -> usize {
        self.visible_bytes
    }

    /// Returns where the next text will stand, or near it.
    pub(super) fn end(&self) -> usize {
        self.document.text.len()
    }

    fn push(&mut self, start: usize, kind: BlockKind, layer: Layer, certainty: Certainty) {
        let end = self.document.text.len();
        if end > start {
            if layer == Layer::Visible {
                self.visible_bytes += end - start;
            }
            self.document.blocks.push(Block { range: start..end, kind, layer, note: None });
            self.certainties.push(certainty);
            self.document.text.push('\n');
        }
    }

    /// Opens a mark. Its stretch begins with the next word.
    pub(super) fn open_mark(&mut self, kind: MarkKind) -> usize {
        let index = self.document.marks.len();
        let end = self.end();
        self.document.marks.push(Mark { range: end..end, kind });
        self.unplaced.push(index);
        index
    }

    /// Closes a mark. A mark without text keeps an empty stretch.
    pub(super) fn close_mark(&mut self, index: usize) {
        let end = self.end();
        if let Some(found) = self.unplaced.iter().position(|&unplaced| unplaced == index) {
            self.unplaced.swap_remove(found);
            self.document.marks[index].range = end..end;
        } else {
            let mark = &mut self.document.marks[index];
            let text = &self.document.text[mark.range.start..end];
            mark.range.end = mark.range.start + text.trim_end_matches(is_separator).len();
        }
    }

    /// Begins text to be set aside.
    pub(super) const fn new_side(&mut self) -> Side {
        self.sides += 1;
        Side(self.sides)
    }

    /// Sets a text aside as a block of its own, after the block that is open.
    pub(super) fn add_aside(&mut self, layer: Layer, text: String, offset: Offset) {
        let side = self.new_side();
        let aside = SetAside {
            side,
            layer,
            certainty: Certainty::Sure,
            kind: BlockKind::Paragraph,
            text,
            offset,
        };
        if self.open.is_some() {
            self.aside.push(aside);
        } else {
            self.write_aside(&aside);
        }
    }

    fn set_aside(&mut self, side: Side, text: &str, offset: Offset, context: &Context) {
        if let Some(last) = self.aside.iter_mut().rev().find(|aside| aside.side == side) {
            last.text.push_str(text);
            return;
        }
        self.aside.push(SetAside {
            side,
            layer: context.layer,
            certainty: context.certainty,
            kind: context.kind,
            text: text.to_owned(),
            offset,
        });
    }

    fn write_aside(&mut self, aside: &SetAside) {
        let start = self.document.text.len();
        push_folded(&mut self.document.text, &aside.text);
        if self.document.text.len() > start {
            let position = self.lines.position(aside.offset);
            self.document.places.0.push(Place { offset: start, position });
        }
        self.push(start, aside.kind, aside.layer, aside.certainty);
    }
}

/// Tells whether anything but a single space may separate words. Looks at every byte without a branch, so that many are
/// looked at at once.
#[expect(clippy::needless_bitwise_bool, reason = "a lazy operator is a branch")]
fn may_be_unfolded(words: &[u8]) -> bool {
    let following = words.iter().skip(1);
    words.iter().zip(following).fold(false, |found, (&byte, &next)| {
        found | (byte < b' ') | ((byte == b' ') & (next <= b' '))
    })
}

/// Appends words with single spaces between them.
fn push_folded(to: &mut String, text: &str) {
    let start = to.len();
    for word in text.split(is_separator).filter(|word| !word.is_empty()) {
        if to.len() > start {
            to.push(' ');
        }
        to.push_str(word);
    }
}

/// White space of HTML, and NUL, which is dropped.
const fn separates(byte: u8) -> bool {
    is_space(byte) || byte == 0
}

const fn is_separator(c: char) -> bool {
    c.is_ascii() && separates(c as u8)
}

/// Returns where the words end that stand on one line of the source.
fn end_of_line_run(bytes: &[u8], start: usize) -> usize {
    let line = memchr::memchr2(b'\n', b'\r', &bytes[start..]);
    line.map_or(bytes.len(), |found| start + found)
}

/// Turns offsets into lines and columns, going forward.
#[derive(Debug)]
struct Lines<'a> {
    source: &'a str,
    offset: Offset,
    line: u32,
    column: u32,
}

impl Lines<'_> {
    fn position(&mut self, offset: Offset) -> Position {
        let Some(passed) = self.source.get(self.offset..offset) else {
            return Position::Line { line: self.line, column: self.column };
        };
        let breaks = memchr_iter(b'\n', passed.as_bytes()).count();
        let mut rest = passed;
        if breaks > 0 {
            self.column = 1;
            rest = memchr::memrchr(b'\n', passed.as_bytes()).map_or(passed, |at| &passed[at + 1..]);
        }
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        let columns = u32::try_from(rest.chars().count()).unwrap_or(u32::MAX);
        self.column = self.column.saturating_add(columns);
        self.offset = offset;
        Position::Line { line: self.line, column: self.column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: Context = Context {
        layer: Layer::Visible,
        certainty: Certainty::Sure,
        kind: BlockKind::Paragraph,
        space: Space::Folded,
        side: None,
    };

    fn blocks(page: &Page<'_>) -> Vec<String> {
        let document = &page.document;
        document.blocks.iter().map(|block| document.block_text(block).to_owned()).collect()
    }

    #[test]
    fn white_space_is_folded_and_a_double_break_ends_a_paragraph() {
        let mut page = Page::new("");
        page.text("  a  b\t\n c &amp;d ", 0, &CONTEXT);
        page.text(" e", 0, &CONTEXT);
        page.text("f", 0, &CONTEXT);
        page.line_break(&CONTEXT);
        page.text("\n g", 0, &CONTEXT);
        page.line_break(&CONTEXT);
        page.text(" ", 0, &CONTEXT);
        page.line_break(&CONTEXT);
        page.text("h\t\ti  ", 0, &CONTEXT);
        page.end_block();
        assert_eq!(blocks(&page), ["a b c &d ef\ng", "h i"]);
    }

    #[test]
    fn kept_space_keeps_lines_and_indents() {
        let mut page = Page::new("");
        let context = Context { space: Space::Kept, ..CONTEXT };
        page.text("\n  a  b\r\n    c\n\n", 0, &context);
        page.end_block();
        assert_eq!(blocks(&page), ["  a  b\n    c"]);
    }

    #[test]
    fn places_follow_lines_and_columns() {
        let source = "é<b>a</b>\n  b";
        let mut page = Page::new(source);
        page.text("é", 0, &CONTEXT);
        page.text("a", 5, &CONTEXT);
        page.text("\n  b", 10, &CONTEXT);
        page.end_block();
        let position = |offset| page.document.position(offset);
        assert_eq!(page.document.text, "éa b\n");
        assert_eq!(position(0), Position::Line { line: 1, column: 1 });
        assert_eq!(position(2), Position::Line { line: 1, column: 5 });
        assert_eq!(position(4), Position::Line { line: 2, column: 3 });
    }
}
