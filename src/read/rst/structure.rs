//! Finds the blocks of a source by its lines and their indentation. Reads no markup within a line.

use std::ops::Range;

use super::labels::Names;
use super::lists;
use super::sections::Sections;
use super::{explicit, sections, tables};
use crate::document::BlockKind;
use crate::read::text::Lines;

/// How deep blocks are nested at most.
const DEEPEST: usize = 60;
/// How many columns a tab reaches to at most.
const TAB: usize = 8;

/// A line, from its first character to its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    /// In columns.
    pub(super) indent: usize,
}

/// What a source is made of, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// The note of this index begins.
    NoteBegins(usize),
    /// The note that has begun ends.
    NoteEnds,
    /// A block made of lines: their indices.
    Block { kind: BlockKind, lines: Range<usize> },
    /// A block made of parts of lines.
    Pieces { kind: BlockKind, pieces: Vec<Range<usize>> },
    /// What the document says of itself: where its name stands, and the lines of the value.
    Field { name: Range<usize>, lines: Range<usize> },
}

/// The blocks of a source.
pub(super) struct Structure<'a> {
    pub(super) source: &'a str,
    pub(super) lines: Vec<Line>,
    pub(super) events: Vec<Event>,
    pub(super) names: Names,
    pub(super) sections: Sections,
    pub(super) too_deep: bool,
    depth: usize,
}

/// In what a block stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    /// The column at which its lines begin.
    pub(super) indent: usize,
    /// What its paragraphs are.
    pub(super) kind: BlockKind,
}

/// Finds the blocks of a source.
pub(super) fn of(source: &str) -> Structure<'_> {
    let mut structure = Structure {
        source,
        lines: Lines::of(source).map(|range| line(source, range)).collect(),
        events: Vec::new(),
        names: Names::default(),
        sections: Sections::default(),
        too_deep: false,
        depth: 0,
    };
    let all = 0..structure.lines.len();
    structure.walk(all, Context { indent: 0, kind: BlockKind::Paragraph });
    structure
}

fn line(source: &str, range: Range<usize>) -> Line {
    let mut indent = 0;
    let mut start = range.start;
    for c in source[range.clone()].chars() {
        match c {
            '\t' => indent += TAB - indent % TAB,
            '\u{FEFF}' => {}
            c if c.is_whitespace() => indent += 1,
            _ => break,
        }
        start += c.len_utf8();
    }
    let end = start + source[start..range.end].trim_end().len();
    Line { start, end, indent }
}

impl Line {
    pub(super) const fn is_blank(&self) -> bool {
        self.start >= self.end
    }
}

impl<'a> Structure<'a> {
    pub(super) fn text(&self, index: usize) -> &'a str {
        let line = &self.lines[index];
        &self.source[line.start..line.end]
    }

    /// Finds the blocks in some lines, none of which is indented less than the context.
    pub(super) fn walk(&mut self, lines: Range<usize>, context: Context) {
        if self.depth >= DEEPEST {
            self.too_deep = true;
            self.push(context.kind, lines);
            return;
        }
        self.depth += 1;
        let mut at = lines.start;
        while at < lines.end {
            at = if self.lines[at].is_blank() {
                at + 1
            } else if self.lines[at].indent > context.indent {
                self.quotation(at..lines.end, context)
            } else {
                self.block(at..lines.end, context)
            };
        }
        self.depth -= 1;
    }

    /// Adds a block of lines.
    pub(super) fn push(&mut self, kind: BlockKind, lines: Range<usize>) {
        if !lines.is_empty() {
            self.events.push(Event::Block { kind, lines });
        }
    }

    /// Takes the block that begins with the first of some lines; returns where the next begins.
    fn block(&mut self, lines: Range<usize>, context: Context) -> usize {
        if let Some(next) = explicit::read(self, lines.clone(), context) {
            return next;
        }
        if let Some(next) = sections::read(self, &lines, context) {
            return next;
        }
        if let Some(next) = tables::read(self, &lines) {
            return next;
        }
        if let Some(next) = lists::read(self, &lines, context) {
            return next;
        }
        self.paragraph(lines, context)
    }

    fn paragraph(&mut self, lines: Range<usize>, context: Context) -> usize {
        let start = lines.start;
        if self.text(start).starts_with(">>> ") {
            let end = self.until_blank(&lines);
            self.push(BlockKind::Preformatted, start..end);
            return end;
        }
        let goes_on = |line: &Line| !line.is_blank() && line.indent <= context.indent;
        let rest = &self.lines[start + 1..lines.end];
        let end = start + 1 + rest.iter().take_while(|line| goes_on(line)).count();
        let announces = self.text(end - 1).ends_with("::");
        if announces {
            self.drop_announcement(end - 1);
        }
        let last = if self.lines[end - 1].is_blank() { end - 1 } else { end };
        self.push(context.kind, start..last);
        if announces {
            return self.literal(end..lines.end, context);
        }
        // A line with more indented ones right below is a term with its definition.
        let is_term = end == start + 1
            && self.lines[..lines.end].get(end).is_some_and(|line| line.indent > context.indent)
            && !self.lines[end].is_blank();
        if is_term {
            let inner = self.indented(end..lines.end, context.indent);
            self.walk(inner.lines.clone(), Context { indent: inner.indent, ..context });
            return inner.lines.end;
        }
        end
    }

    /// Shortens `text::` to `text:`, and `text ::` to `text`.
    fn drop_announcement(&mut self, index: usize) {
        let text = self.text(index);
        let shown = match text.strip_suffix("::") {
            Some(before) if before.is_empty() || before.ends_with(char::is_whitespace) => {
                before.trim_end().len()
            }
            _ => text.len() - 1,
        };
        let line = &mut self.lines[index];
        line.end = line.start + shown;
    }

    /// Takes the literal block after a paragraph that announces one: indented, or each line behind the same mark.
    fn literal(&mut self, lines: Range<usize>, context: Context) -> usize {
        let start = lines.start
            + self.lines[lines.clone()].iter().take_while(|line| line.is_blank()).count();
        let Some(first) = self.lines[..lines.end].get(start) else { return lines.end };
        if first.indent > context.indent {
            let inner = self.indented(start..lines.end, context.indent);
            self.push(BlockKind::Preformatted, inner.lines.clone());
            return inner.lines.end;
        }
        let mark = self.text(start).chars().next().filter(char::is_ascii_punctuation);
        let Some(mark) = mark else { return start };
        let quoted = (start..lines.end).take_while(|&index| self.text(index).starts_with(mark));
        let end = start + quoted.count();
        self.push(BlockKind::Preformatted, start..end);
        end
    }

    /// Takes lines that are indented more than what is around them: a block quotation.
    fn quotation(&mut self, lines: Range<usize>, context: Context) -> usize {
        let inner = self.indented(lines, context.indent);
        // What is indented within an item or a note belongs to it all the same.
        self.walk(
            inner.lines.clone(),
            Context { indent: inner.indent, kind: BlockKind::BlockQuotation },
        );
        inner.lines.end
    }

    /// Returns the lines from the first on that are indented more than a column, blank ones at the end left out.
    pub(super) fn indented(&self, lines: Range<usize>, than: usize) -> Indented {
        let mut end = lines.start;
        let mut indent = usize::MAX;
        for index in lines.clone() {
            let line = &self.lines[index];
            if line.is_blank() {
                continue;
            }
            if line.indent <= than {
                break;
            }
            indent = indent.min(line.indent);
            end = index + 1;
        }
        Indented { lines: lines.start..end, indent: if end == lines.start { than } else { indent } }
    }

    /// Returns where the next blank line stands.
    pub(super) fn until_blank(&self, lines: &Range<usize>) -> usize {
        let rest = &self.lines[lines.clone()];
        lines.start + rest.iter().take_while(|line| !line.is_blank()).count()
    }
}

/// Lines that are indented, and by how much.
pub(super) struct Indented {
    pub(super) lines: Range<usize>,
    pub(super) indent: usize,
}
