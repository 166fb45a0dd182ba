//! Reads reStructuredText: the text as it is shown, with footnotes, citations, links and block quotations, and where
//! each stretch stands in the source. Follows the specification of docutils; runs no directive.
//!
//! <https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html>

mod directives;
mod explicit;
mod inline;
mod labels;
mod lists;
mod sections;
mod structure;
mod tables;

use std::ops::Range;

use super::ReadError;
use super::charset::Decoded;
use super::draft::{Draft, SourceLines};
use crate::document::{BlockKind, Document, DocumentFormat, Gap, Metadata, MetadataKind, Position};
use crate::text::Language;
use labels::Labels;
use structure::{Event, Structure};

/// Reads reStructuredText.
pub(super) fn read(decoded: &Decoded<'_>) -> Result<Document, ReadError> {
    let source: &str = &decoded.text;
    let structure = structure::of(source);
    let mut writer = Writer {
        source,
        labels: Labels::of(&structure.names),
        draft: Draft::new(DocumentFormat::Rst),
        lines: SourceLines::of(source),
        paragraph: Paragraph::default(),
    };
    decoded.describe(writer.draft.head());
    for event in &structure.events {
        writer.event(event, &structure);
    }
    if structure.too_deep {
        writer.draft.head().coverage.add(Gap::TooDeep);
    }
    let document = writer.draft.finish();
    if document.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(document)
}

/// Writes what the structure of a source holds.
struct Writer<'a> {
    source: &'a str,
    labels: Labels<'a>,
    draft: Draft,
    lines: SourceLines<'a>,
    paragraph: Paragraph,
}

/// The lines of a paragraph, joined.
#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    /// Where each line begins: in the text, and in the source.
    starts: Vec<(usize, usize)>,
}

impl Paragraph {
    /// Joins lines by line ends.
    fn join(&mut self, source: &str, lines: impl Iterator<Item = Range<usize>>) {
        self.text.clear();
        self.starts.clear();
        for line in lines {
            if !self.starts.is_empty() {
                self.text.push('\n');
            }
            self.starts.push((self.text.len(), line.start));
            self.text.push_str(&source[line]);
        }
    }

    /// Returns where a place of the text stands in the source.
    fn source_of(&self, at: usize) -> usize {
        let index = self.starts.partition_point(|(start, _)| *start <= at);
        let Some((start, source)) = index.checked_sub(1).map(|index| self.starts[index]) else {
            return 0;
        };
        source + (at - start)
    }
}

impl Writer<'_> {
    fn event(&mut self, event: &Event, structure: &Structure<'_>) {
        match event {
            Event::NoteBegins(index) => {
                let note = &structure.names.notes[*index];
                self.draft.begin_note(
                    note.kind(),
                    self.labels.of_note(*index),
                    &labels::key(*index),
                );
            }
            Event::NoteEnds => self.draft.end_note(),
            Event::Block { kind: BlockKind::Preformatted, lines } => {
                let lines = structure.lines[lines.clone()].iter();
                self.literal(lines.map(|line| line.start..line.end));
            }
            Event::Block { kind, lines } => {
                let ranges = structure.lines[lines.clone()].iter().map(|line| line.start..line.end);
                self.paragraph.join(self.source, ranges);
                self.block(*kind);
            }
            Event::Pieces { kind, pieces } => {
                self.paragraph.join(self.source, pieces.iter().cloned());
                self.block(*kind);
            }
            Event::Field { name, lines } => {
                let value: Vec<&str> = structure.lines[lines.clone()]
                    .iter()
                    .map(|line| self.source[line.start..line.end].trim())
                    .collect();
                self.field(&self.source[name.clone()], value.join(" ").trim());
            }
        }
    }

    fn block(&mut self, kind: BlockKind) {
        let paragraph = std::mem::take(&mut self.paragraph);
        self.draft.block(kind);
        inline::write(self, &paragraph);
        self.draft.end_marks();
        self.draft.end_block();
        self.paragraph = paragraph;
    }

    fn literal(&mut self, lines: impl Iterator<Item = Range<usize>>) {
        self.draft.block(BlockKind::Preformatted);
        for line in lines {
            self.draft.space('\n');
            let position = self.lines.position(line.start);
            self.draft.text(&self.source[line], position);
        }
        self.draft.end_block();
    }

    /// Takes what a document says of itself above its text.
    fn field(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let head = self.draft.head();
        let name = name.to_lowercase();
        if matches!(name.as_str(), "language" | "lang") {
            head.language = Language::from_tag(value);
        }
        let value = value.to_owned();
        head.metadata.push(Metadata { kind: MetadataKind::Property, name, value });
    }

    /// Returns the position of a place in a paragraph.
    fn position(&mut self, paragraph: &Paragraph, at: usize) -> Position {
        self.lines.position(paragraph.source_of(at))
    }
}

#[cfg(test)]
mod tests;
