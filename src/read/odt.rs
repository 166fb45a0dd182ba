//! Reads ODT (`OpenDocument` 1.3): the text with tracked changes accepted, its notes, links and text boxes.
//! Annotations, headers and footers are no part of the text.
//!
//! <https://docs.oasis-open.org/office/OpenDocument/v1.3/>

use std::collections::HashMap;

use super::archive::{self, Archive};
use super::draft::Draft;
use super::xml::{Element, Node};
use super::{ReadError, properties};
use crate::document::{BlockKind, Document, DocumentFormat, MarkKind, NoteKind, Position};

/// How many styles are followed to their parents.
const LONGEST_CHAIN: usize = 20;

/// Reads an ODT file.
pub(super) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let mut archive = Archive::open(bytes)?;
    let mut reader = Reader::new();
    properties::read(&mut archive, "meta.xml", reader.draft().head());
    let mut ignored = Document::empty(DocumentFormat::Odt);
    archive.optional_xml("styles.xml", &mut ignored, |node| {
        if let Node::Start(element) = node {
            reader.style(&element);
        }
    });
    let damage = archive.main_xml("content.xml", |node| reader.node(node))?;
    let mut document = reader.finish();
    archive::note_damage(&mut document, "content.xml", damage)?;
    if document.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(document)
}

/// A text within the text.
enum Part {
    Note(NoteHead),
    /// A text box.
    Box,
}

/// What is known of a note before its text.
struct NoteHead {
    kind: NoteKind,
    key: String,
    /// As much of its label as has been read.
    label: String,
}

struct Reader {
    /// The text, and the notes and text boxes within it that are open.
    drafts: Vec<(Draft, Part)>,
    /// Notes that follow the text.
    notes: Vec<(NoteHead, Draft)>,
    /// Text boxes that follow the paragraph that is open.
    boxes: Vec<Draft>,
    /// The parents of paragraph styles.
    parents: HashMap<String, String>,
    /// The elements that are open in whose text the reader is.
    paragraphs: usize,
    /// Paragraphs counted so far; the one that is open, and the characters of it.
    count: u32,
    paragraph: u32,
    column: u32,
    /// Where the reader was in the paragraphs around.
    outer: Vec<(usize, u32, u32, BlockKind)>,
    kind: BlockKind,
    skipped: usize,
    cells: usize,
    items: usize,
    /// For each open link element, whether it is a mark.
    marked: Vec<bool>,
    /// The note whose label is being read.
    note: Option<NoteHead>,
    is_label: bool,
    /// Whether the label is written apart from the text that shows it.
    has_label: bool,
    labels: HashMap<String, String>,
}

impl Reader {
    fn new() -> Self {
        Self {
            drafts: vec![(Draft::new(DocumentFormat::Odt), Part::Box)],
            notes: Vec::new(),
            boxes: Vec::new(),
            parents: HashMap::new(),
            paragraphs: 0,
            count: 0,
            paragraph: 0,
            column: 1,
            outer: Vec::new(),
            kind: BlockKind::Paragraph,
            skipped: 0,
            cells: 0,
            items: 0,
            marked: Vec::new(),
            note: None,
            is_label: false,
            has_label: false,
            labels: HashMap::new(),
        }
    }

    fn draft(&mut self) -> &mut Draft {
        let last = self.drafts.len() - 1;
        &mut self.drafts[last].0
    }

    fn finish(mut self) -> Document {
        while self.drafts.len() > 1 {
            self.leave();
        }
        self.append_boxes();
        for (note, part) in std::mem::take(&mut self.notes) {
            let draft = self.draft();
            draft.begin_note(note.kind, &note.label, &note.key);
            draft.append_draft(part);
            draft.end_note();
        }
        let (draft, _) = self.drafts.remove(0);
        draft.finish()
    }

    fn node(&mut self, node: Node<'_>) {
        match node {
            Node::Start(element) => {
                if self.skipped > 0 || is_no_text(element.name()) {
                    self.skipped += 1;
                } else {
                    self.start(&element);
                }
            }
            Node::End(name) => {
                if self.skipped > 0 {
                    self.skipped -= 1;
                } else {
                    self.end(&name);
                }
            }
            Node::Text(text) => {
                if self.skipped > 0 {
                    return;
                }
                if self.is_label {
                    if let Some(note) = &mut self.note
                        && !self.has_label
                    {
                        note.label.push_str(&text);
                    }
                } else if self.paragraphs > 0 {
                    self.write_folded(&text);
                }
            }
            Node::Nothing | Node::Finished => {}
        }
    }

    fn style(&mut self, element: &Element<'_>) {
        if element.name() == "style"
            && let (Some(name), Some(parent)) =
                (element.attribute("name"), element.attribute("parent-style-name"))
        {
            self.parents.insert(name, parent);
        }
    }

    fn start(&mut self, element: &Element<'_>) {
        match element.name() {
            "style" => self.style(element),
            "h" => {
                let level = element.attribute("outline-level").and_then(|l| l.parse().ok());
                self.begin_paragraph(BlockKind::Heading(level.unwrap_or(1)));
            }
            "p" => {
                let style = element.attribute("style-name").unwrap_or_default();
                let kind = self.kind_of(style);
                self.begin_paragraph(kind);
            }
            "list-item" => self.items += 1,
            "table-cell" => self.cells += 1,
            "s" => {
                let count = element.attribute("c").and_then(|c| c.parse().ok()).unwrap_or(1_usize);
                self.write(&" ".repeat(count.min(80)));
            }
            "tab" => self.write("\t"),
            "line-break" => self.write("\n"),
            "a" => {
                let target = element.attribute("href").filter(|_| self.paragraphs > 0);
                self.marked.push(target.is_some());
                if let Some(target) = target {
                    let kind = self.kind;
                    self.draft().default_kind(kind);
                    self.draft().begin_mark(MarkKind::Link(target));
                }
            }
            "note" => {
                let kind = match element.attribute("note-class").as_deref() {
                    Some("endnote") => NoteKind::Endnote,
                    Some("footnote") => NoteKind::Footnote,
                    Some(_) | None => NoteKind::Note,
                };
                let key =
                    element.attribute("id").unwrap_or_else(|| format!("#{}", self.notes.len()));
                self.note = Some(NoteHead { kind, key, label: String::new() });
            }
            "note-citation" => {
                self.is_label = true;
                self.has_label = false;
                if let (Some(note), Some(given)) = (&mut self.note, element.attribute("label")) {
                    note.label = given;
                    self.has_label = true;
                }
            }
            "note-body" => self.enter_note(),
            "note-ref" => {
                if let Some(key) = element.attribute("ref-name")
                    && let Some(label) = self.labels.get(&key).cloned()
                {
                    self.call(&label, &key);
                    self.skipped += 1;
                }
            }
            "text-box" => self.enter(Part::Box),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "h" | "p" => self.end_paragraph(),
            "list-item" => self.items = self.items.saturating_sub(1),
            "table-cell" => self.cells = self.cells.saturating_sub(1),
            "a" => self.end_link(),
            "note-citation" => self.is_label = false,
            "note-body" | "text-box" if self.drafts.len() > 1 => self.leave(),
            _ => {}
        }
    }

    fn end_link(&mut self) {
        if self.marked.pop() == Some(true) {
            self.draft().end_mark();
        }
    }

    fn begin_paragraph(&mut self, kind: BlockKind) {
        self.paragraphs += 1;
        self.count = self.count.saturating_add(1);
        self.paragraph = self.count;
        self.column = 1;
        self.kind = kind;
        self.draft().block(kind);
    }

    fn end_paragraph(&mut self) {
        self.paragraphs = self.paragraphs.saturating_sub(1);
        self.draft().end_block();
        if self.drafts.len() == 1 {
            self.append_boxes();
        }
    }

    fn append_boxes(&mut self) {
        for part in std::mem::take(&mut self.boxes) {
            self.draft().append_draft(part);
        }
    }

    /// Calls the note that is being read, and begins its text.
    fn enter_note(&mut self) {
        let Some(note) = self.note.take() else { return };
        let note = NoteHead { label: note.label.trim().to_owned(), ..note };
        self.labels.insert(note.key.clone(), note.label.clone());
        self.call(&note.label, &note.key);
        self.enter(Part::Note(note));
    }

    fn call(&mut self, label: &str, key: &str) {
        let position = self.position();
        let kind = self.kind;
        self.draft().default_kind(kind);
        self.draft().call(label, key, position);
        self.column = self.column.saturating_add(1);
    }

    fn enter(&mut self, part: Part) {
        self.outer.push((self.paragraphs, self.paragraph, self.column, self.kind));
        self.paragraphs = 0;
        self.drafts.push((Draft::new(DocumentFormat::Odt), part));
    }

    fn leave(&mut self) {
        let Some((draft, part)) = self.drafts.pop() else { return };
        match part {
            Part::Note(note) => self.notes.push((note, draft)),
            Part::Box => self.boxes.push(draft),
        }
        if let Some(outer) = self.outer.pop() {
            (self.paragraphs, self.paragraph, self.column, self.kind) = outer;
        }
    }

    fn kind_of(&self, mut style: String) -> BlockKind {
        for _ in 0..LONGEST_CHAIN {
            let name = style.replace("_20_", " ").to_lowercase();
            match name.as_str() {
                "title" => return BlockKind::Heading(1),
                "subtitle" => return BlockKind::Heading(2),
                "preformatted text" => return BlockKind::Preformatted,
                "caption" | "illustration" | "figure" => return BlockKind::Caption,
                name if name.starts_with("quot") || name.contains("block text") => {
                    return BlockKind::BlockQuotation;
                }
                _ => {}
            }
            match self.parents.get(&style) {
                Some(parent) => style.clone_from(parent),
                None => break,
            }
        }
        if self.drafts.len() > 1 {
            BlockKind::Paragraph
        } else if self.cells > 0 {
            BlockKind::TableCell
        } else if self.items > 0 {
            BlockKind::ListItem
        } else {
            BlockKind::Paragraph
        }
    }

    const fn position(&self) -> Position {
        Position::Paragraph { paragraph: self.paragraph, column: self.column }
    }

    fn write(&mut self, text: &str) {
        if self.paragraphs == 0 {
            return;
        }
        let position = self.position();
        let kind = self.kind;
        self.draft().default_kind(kind);
        self.draft().text(text, position);
        let columns = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        self.column = self.column.saturating_add(columns);
    }

    /// Writes text of the source, where any white space is one space.
    fn write_folded(&mut self, text: &str) {
        let mut folded = String::with_capacity(text.len());
        let mut after_space = !self.draft().is_in_block() || self.draft().ends_with_space();
        for c in text.chars() {
            if !matches!(c, ' ' | '\t' | '\n' | '\r') {
                folded.push(c);
                after_space = false;
            } else if !after_space {
                folded.push(' ');
                after_space = true;
            }
        }
        self.write(&folded);
    }
}

/// Tells whether an element holds nothing that is shown in the text.
fn is_no_text(name: &str) -> bool {
    matches!(
        name,
        "tracked-changes"
            | "annotation"
            | "ruby-text"
            | "forms"
            | "sequence-decls"
            | "variable-decls"
            | "desc"
            | "scripts"
            | "font-face-decls"
            | "master-styles"
            | "event-listeners"
            | "script"
    )
}

#[cfg(test)]
mod tests;
