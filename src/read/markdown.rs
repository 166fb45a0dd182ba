//! Reads Markdown (`CommonMark` with the tables, notes and strikethrough of GitHub): the text as it is shown, with
//! notes, links and block quotations, and where each stretch stands in the source.

mod front_matter;
mod inline_html;
mod pandoc;

use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::charset::Decoded;
use super::draft::{Draft, SourceLines};
use super::{ReadError, html};
use crate::document::{
    BlockKind, Document, DocumentFormat, Layer, Mark, MarkKind, NoteKind, NoteLabel, Position,
};
use inline_html::InlineTag;
use pandoc::Extensions;

/// The longest name of a note, in bytes.
const LONGEST_LABEL: usize = 80;
/// How deep notes within the text stand in one another.
const DEEPEST_NOTES: usize = 10;

/// Reads Markdown.
pub(super) fn read(decoded: &Decoded<'_>) -> Result<Document, ReadError> {
    let source: &str = &decoded.text;
    let mut reader = Reader {
        draft: Draft::new(DocumentFormat::Markdown),
        lines: SourceLines::of(source),
        quotations: 0,
        items: 0,
        cells: 0,
        html: None,
        alternative: None,
        alternatives: Vec::new(),
        front_matter: None,
        extensions: Extensions::of(source),
        source,
        inline_notes: Vec::new(),
        finished_notes: Vec::new(),
        count: 0,
    };
    decoded.describe(reader.draft.head());
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
        reader.event(event, range);
    }
    let mut document = reader.finish();
    if document.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    mark_missing(&mut document);
    Ok(document)
}

struct Reader<'a> {
    draft: Draft,
    lines: SourceLines<'a>,
    /// How many block quotations, list items and table cells are open.
    quotations: usize,
    items: usize,
    cells: usize,
    /// A block of HTML, and where it starts.
    html: Option<(String, usize)>,
    /// The text alternative of the image that is open.
    alternative: Option<(String, Position)>,
    /// Text alternatives that follow the block in which their images stand.
    alternatives: Vec<(String, Position)>,
    front_matter: Option<String>,
    source: &'a str,
    extensions: Extensions<'a>,
    /// The notes within the text that are open: the text around each, and where it ends.
    inline_notes: Vec<InlineNote>,
    finished_notes: Vec<(usize, Draft)>,
    /// How many notes within the text there are.
    count: usize,
}

/// A note within the text, while it is being read.
struct InlineNote {
    number: usize,
    /// The text around it.
    outer: Draft,
    /// Where its closing bracket stands in the source.
    end: usize,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range.start),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if text.len() == range.len() && self.is_shown() => self.pieces(range),
            Event::Text(text) => self.text(&text, range.start),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                let ticks = range.len().saturating_sub(text.len()) / 2;
                self.text(&text, range.start + ticks);
            }
            Event::Html(text) => match &mut self.html {
                Some((html, _)) => html.push_str(&text),
                None => self.html = Some((text.into_string(), range.start)),
            },
            Event::InlineHtml(tag) => self.inline_html(&tag),
            Event::FootnoteReference(label) => {
                let position = self.lines.position(range.start);
                self.draft.default_kind(self.kind());
                self.draft.call(&label, &key(&label), position);
            }
            Event::SoftBreak | Event::HardBreak => match &mut self.alternative {
                Some((text, _)) => text.push(' '),
                None => self.draft.space('\n'),
            },
            Event::Rule => self.end_block(),
            Event::TaskListMarker(_) => {}
        }
    }

    fn text(&mut self, text: &str, offset: usize) {
        if let Some(front_matter) = &mut self.front_matter {
            front_matter.push_str(text);
        } else if let Some((alternative, _)) = &mut self.alternative {
            alternative.push_str(text);
        } else {
            self.draft.default_kind(self.kind());
            let position = self.lines.position(offset);
            self.draft.text(text, position);
        }
    }

    /// Tells whether text is part of what is shown.
    const fn is_shown(&self) -> bool {
        self.front_matter.is_none() && self.alternative.is_none()
    }

    /// Writes a stretch of the source, less what Pandoc hides of it.
    fn pieces(&mut self, range: Range<usize>) {
        if self.source[range.clone()].starts_with(":::") {
            self.extensions.hide_fence_at(range.start);
        }
        let mut at = range.start;
        while at < range.end {
            if self.inline_notes.last().is_some_and(|note| note.end == at) {
                self.end_inline_note();
                at += 1;
                continue;
            }
            match self.source.as_bytes()[at] {
                b'^' if self.inline_notes.len() < DEEPEST_NOTES => {
                    if let Some(end) = self.extensions.note_at(at) {
                        self.begin_inline_note(at, end);
                    }
                }
                b'[' => self.extensions.hide_span_at(at),
                _ => {}
            }
            if let Some(shown) = self.extensions.hidden_at(at) {
                at = shown;
                continue;
            }
            let end = self.end_of_piece(at, range.end);
            let source = self.source;
            self.text(&source[at..end], at);
            at = end;
        }
    }

    /// Returns where something other than plain text may begin.
    fn end_of_piece(&self, at: usize, end: usize) -> usize {
        let next = at + self.source[at..].chars().next().map_or(1, char::len_utf8);
        let rest = &self.source.as_bytes()[next.min(end)..end];
        let special = memchr::memchr2(b'^', b'[', rest).map_or(end, |length| next + length);
        let note = self.inline_notes.last().map_or(end, |note| note.end);
        let hidden = self.extensions.next_hidden(&(next..end.max(next))).unwrap_or(end);
        special.min(hidden).min(if note > at { note } else { end })
    }

    fn begin_inline_note(&mut self, at: usize, end: usize) {
        self.count += 1;
        let label = self.count.to_string();
        let position = self.lines.position(at);
        self.draft.default_kind(self.kind());
        self.draft.call(&label, &inline_key(&label), position);
        let outer = std::mem::replace(&mut self.draft, Draft::new(DocumentFormat::Markdown));
        self.inline_notes.push(InlineNote { number: self.count, outer, end });
    }

    fn end_inline_note(&mut self) {
        let Some(note) = self.inline_notes.pop() else { return };
        let draft = std::mem::replace(&mut self.draft, note.outer);
        self.finished_notes.push((note.number, draft));
    }

    fn finish(mut self) -> Document {
        while !self.inline_notes.is_empty() {
            self.end_inline_note();
        }
        self.draft.end_note();
        self.finished_notes.sort_by_key(|(number, _)| *number);
        for (number, note) in self.finished_notes {
            let label = number.to_string();
            self.draft.begin_note(NoteKind::Note, &label, &inline_key(&label));
            self.draft.append_draft(note);
            self.draft.end_note();
        }
        self.draft.finish()
    }

    /// Returns the kind of a paragraph where the reader is.
    const fn kind(&self) -> BlockKind {
        if self.quotations > 0 {
            BlockKind::BlockQuotation
        } else if self.cells > 0 {
            BlockKind::TableCell
        } else if self.items > 0 {
            BlockKind::ListItem
        } else {
            BlockKind::Paragraph
        }
    }

    fn start(&mut self, tag: Tag<'_>, offset: usize) {
        match tag {
            Tag::Paragraph
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::DefinitionList
            | Tag::List(_) => self.begin_block(self.kind()),
            Tag::Heading { level, .. } => self.begin_block(BlockKind::Heading(number(level))),
            Tag::BlockQuote(_) => {
                self.quotations += 1;
                self.begin_block(self.kind());
            }
            Tag::CodeBlock(_) => self.begin_block(BlockKind::Preformatted),
            Tag::HtmlBlock => self.html = Some((String::new(), offset)),
            Tag::Item => {
                self.items += 1;
                self.begin_block(self.kind());
            }
            Tag::FootnoteDefinition(label) => {
                self.end_block();
                self.draft.begin_note(NoteKind::Note, &label, &key(&label));
            }
            Tag::Table(_) | Tag::TableHead | Tag::TableRow => self.end_block(),
            Tag::TableCell => {
                self.cells += 1;
                self.begin_block(self.kind());
            }
            Tag::Emphasis | Tag::Strong => self.begin_mark(MarkKind::Emphasis),
            Tag::Superscript => self.begin_mark(MarkKind::Superscript),
            Tag::Link { dest_url, .. } => self.begin_mark(MarkKind::Link(dest_url.into_string())),
            Tag::Image { .. } => {
                self.alternative = Some((String::new(), self.lines.position(offset)));
            }
            Tag::MetadataBlock(_) => self.front_matter = Some(String::new()),
            Tag::Strikethrough | Tag::Subscript => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::DefinitionList
            | TagEnd::List(_)
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow => self.end_block(),
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotations = self.quotations.saturating_sub(1);
            }
            TagEnd::Item => {
                self.end_block();
                self.items = self.items.saturating_sub(1);
            }
            TagEnd::TableCell => {
                self.end_block();
                self.cells = self.cells.saturating_sub(1);
            }
            TagEnd::FootnoteDefinition => {
                self.end_block();
                self.draft.end_note();
            }
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Superscript | TagEnd::Link => {
                self.draft.end_mark();
            }
            TagEnd::Image => self.alternatives.extend(self.alternative.take()),
            TagEnd::MetadataBlock(_) => {
                if let Some(text) = self.front_matter.take() {
                    front_matter::describe(&text, self.draft.head());
                }
            }
            TagEnd::Strikethrough | TagEnd::Subscript => {}
        }
    }

    fn begin_mark(&mut self, kind: MarkKind) {
        self.draft.default_kind(self.kind());
        self.draft.begin_mark(kind);
    }

    fn begin_block(&mut self, kind: BlockKind) {
        self.end_block();
        self.draft.block(kind);
    }

    fn end_block(&mut self) {
        while !self.inline_notes.is_empty() {
            self.end_inline_note();
        }
        self.draft.end_block();
        for (text, position) in std::mem::take(&mut self.alternatives) {
            self.draft.layered_block(BlockKind::Paragraph, Layer::Alt);
            self.draft.text(text.trim(), position);
            self.draft.end_block();
        }
    }

    fn end_html(&mut self) {
        let Some((html, offset)) = self.html.take() else { return };
        self.end_block();
        let Position::Line { line, .. } = self.lines.position(offset) else { return };
        self.draft.append(html::read_text(&html), line - 1);
    }

    fn inline_html(&mut self, tag: &str) {
        match inline_html::read(tag) {
            InlineTag::Break => self.draft.space('\n'),
            InlineTag::Link(target) => self.begin_mark(MarkKind::Link(target)),
            InlineTag::Quotation(source) => self.begin_mark(MarkKind::Quotation(source)),
            InlineTag::Raised => self.begin_mark(MarkKind::Superscript),
            InlineTag::End => self.draft.end_mark(),
            InlineTag::Other => {}
        }
    }
}

/// Notes within the text are told from those with a name.
fn inline_key(label: &str) -> String {
    format!("^[{label}")
}

/// Names of notes are compared without regard to case.
fn key(label: &str) -> String {
    label.to_lowercase()
}

const fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Marks the calls of notes that are not there: they stand in the text as they were written.
fn mark_missing(document: &mut Document) {
    let mut missing = Vec::new();
    for block in &document.blocks {
        if block.kind == BlockKind::Preformatted || block.layer != Layer::Visible {
            continue;
        }
        let text = &document.text[block.range.clone()];
        for at in memmem::find_iter(text.as_bytes(), b"[^") {
            let window = &text.as_bytes()[at..text.len().min(at + LONGEST_LABEL)];
            let Some(end) = memchr::memchr(b']', window) else { continue };
            let label = &text[at + 2..at + end];
            if !label.is_empty() && !label.contains(|c: char| c.is_whitespace() || c == '[') {
                let start = block.range.start + at;
                let kind = MarkKind::NoteCall { label: NoteLabel(label.to_owned()), note: None };
                missing.push(Mark { range: start..start + end + 1, kind });
            }
        }
    }
    let is_marked = |mark: &Mark| {
        let first = document.marks.partition_point(|known| known.range.start < mark.range.start);
        document.marks[first..]
            .iter()
            .take_while(|known| known.range.start == mark.range.start)
            .any(|known| matches!(known.kind, MarkKind::NoteCall { .. }))
    };
    missing.retain(|mark| !is_marked(mark));
    document.marks.append(&mut missing);
    document.marks.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
}

#[cfg(test)]
mod tests;
