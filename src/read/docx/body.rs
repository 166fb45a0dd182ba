//! Reads the text of one part: paragraphs, runs, links and fields, calls of notes, and the notes themselves.

use std::collections::{BTreeMap, HashMap};

use super::labels::{Labels, Series};
use super::styles::Styles;
use crate::document::{BlockKind, Document, MarkKind, NoteKind, Position};
use crate::read::draft::Draft;
use crate::read::xml::{Element, Node};

/// Reads parts of a document, one after the other.
pub(super) struct Reader<'a> {
    draft: &'a mut Draft,
    styles: &'a Styles,
    labels: &'a mut Labels,
    /// The targets of the links of the part.
    links: BTreeMap<String, String>,
    /// The kind of notes that the part holds.
    notes: Option<Series>,
    /// The paragraph that is open, and how much of it has been read.
    paragraph: u32,
    column: u32,
    /// How deep the reader is in something that is no text.
    skipped: usize,
    /// Whether text is read or the properties of a paragraph.
    place: Place,
    cells: usize,
    /// The paragraphs around open text boxes: their kinds, numbers, and characters read.
    boxes: Vec<(BlockKind, u32, u32)>,
    /// Paragraphs counted so far.
    count: u32,
    kind: BlockKind,
    /// Whether the mark at the end of the paragraph is deleted.
    joins_next: bool,
    /// The fields that are open.
    fields: Vec<Field>,
    /// For each open link element, whether it is a mark.
    marked: Vec<bool>,
    /// A call whose label its author has typed behind it.
    typed_call: Option<(Series, String)>,
    /// Where the open run starts, and whether it is raised.
    run: Option<(usize, bool)>,
    /// The names of open bookmarks by their numbers, and the notes called in bookmarks by their names.
    bookmarks: BTreeMap<String, String>,
    called: HashMap<String, (String, String)>,
}

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// What is between.
    Between,
    /// The properties of a paragraph.
    Properties,
    /// Text.
    Text,
    /// What a field is told to do.
    Instruction,
}

/// A field: what it is told to do, then what it shows.
struct Field {
    instruction: String,
    shows: Shows,
}

/// What a field shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// It is still being told.
    NotYet,
    /// A link.
    Link,
    /// The call of a note, written instead.
    Nothing,
    /// Something else.
    Text,
}

impl<'a> Reader<'a> {
    /// Makes a reader that writes into a draft.
    pub(super) fn new(draft: &'a mut Draft, styles: &'a Styles, labels: &'a mut Labels) -> Self {
        Self {
            draft,
            styles,
            labels,
            links: BTreeMap::new(),
            notes: None,
            paragraph: 0,
            column: 1,
            skipped: 0,
            place: Place::Between,
            cells: 0,
            boxes: Vec::new(),
            count: 0,
            kind: BlockKind::Paragraph,
            joins_next: false,
            fields: Vec::new(),
            marked: Vec::new(),
            typed_call: None,
            run: None,
            bookmarks: BTreeMap::new(),
            called: HashMap::new(),
        }
    }

    /// Begins a part: the body, or notes of a kind.
    pub(super) fn enter(&mut self, notes: Option<Series>, links: BTreeMap<String, String>) {
        self.notes = notes;
        self.links = links;
    }

    /// Ends a part, whole or not.
    pub(super) fn leave(&mut self) {
        self.draft.end_marks();
        self.draft.end_note();
        self.skipped = 0;
        self.cells = 0;
        self.place = Place::Between;
        self.fields.clear();
        self.marked.clear();
        self.boxes.clear();
    }

    /// Gives access to what the document says beside its text.
    pub(super) const fn head(&mut self) -> &mut Document {
        self.draft.head()
    }

    /// Takes a piece of the part.
    pub(super) fn node(&mut self, node: Node<'_>) {
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
                    if self.skipped == 0 && self.place == Place::Properties && &*name == "del" {
                        self.joins_next = true;
                    }
                } else {
                    self.end(&name);
                }
            }
            Node::Text(text) => {
                if self.skipped == 0 {
                    self.characters(&text);
                }
            }
            Node::Nothing | Node::Finished => {}
        }
    }

    fn position(&self) -> Position {
        Position::Paragraph { paragraph: self.paragraph, column: self.column }
    }

    fn characters(&mut self, text: &str) {
        match self.place {
            Place::Text => {}
            Place::Instruction => {
                if let Some(field) = self.fields.last_mut() {
                    field.instruction.push_str(text);
                }
                return;
            }
            Place::Between | Place::Properties => return,
        }
        if self.fields.iter().any(|f| matches!(f.shows, Shows::NotYet | Shows::Nothing)) {
            return;
        }
        if let Some((kind, id)) = self.typed_call.take() {
            let label = text.trim();
            if !label.is_empty() {
                self.labels.give(kind, &id, label);
            }
            self.call(kind, &id);
            return;
        }
        self.write(text);
    }

    fn write(&mut self, text: &str) {
        self.draft.default_kind(self.kind);
        self.draft.text(text, self.position());
        let columns = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        self.column = self.column.saturating_add(columns);
    }

    fn call(&mut self, kind: Series, id: &str) {
        let label = self.labels.of(kind, id);
        let key = key(kind, id);
        for name in self.bookmarks.values() {
            self.called.insert(name.clone(), (label.clone(), key.clone()));
        }
        self.draft.default_kind(self.kind);
        self.draft.call(&label, &key, self.position());
        self.column = self.column.saturating_add(1);
    }

    fn start(&mut self, element: &Element<'_>) {
        let value = || element.attribute("val").unwrap_or_default();
        match element.name() {
            "p" => self.begin_paragraph(),
            "pPr" => self.place = Place::Properties,
            "pStyle" => self.set_kind(self.styles.kind(&value())),
            "outlineLvl" => {
                let level = value().parse().ok().filter(|level: &u8| *level < 9);
                self.set_kind(level.map(|level| BlockKind::Heading(level + 1)));
            }
            "numPr" if self.kind == BlockKind::Paragraph => {
                self.set_kind(Some(BlockKind::ListItem));
            }
            "tc" => self.cells += 1,
            "r" => self.run = Some((self.draft.at(), false)),
            "vertAlign" => {
                if let Some((_, raised)) = &mut self.run {
                    *raised = value() == "superscript";
                }
            }
            "t" => self.place = Place::Text,
            "instrText" => self.place = Place::Instruction,
            "tab" | "ptab" if self.place != Place::Properties => self.write("\t"),
            "br" | "cr" => self.write("\n"),
            "noBreakHyphen" => self.write("-"),
            "sym" => self.symbol(element),
            "hyperlink" => self.begin_link(element),
            "fldSimple" => {
                let instruction = element.attribute("instr").unwrap_or_default();
                self.fields.push(Field { instruction, shows: Shows::NotYet });
                self.show_field();
            }
            "fldChar" => self.field(element),
            "footnoteReference" => self.reference(Series::Footnote, element),
            "endnoteReference" => self.reference(Series::Endnote, element),
            "footnote" | "endnote" => self.begin_note(element),
            "bookmarkStart" => {
                if let (Some(id), Some(name)) = (element.attribute("id"), element.attribute("name"))
                {
                    self.bookmarks.insert(id, name);
                }
            }
            "bookmarkEnd" => {
                if let Some(id) = element.attribute("id") {
                    self.bookmarks.remove(&id);
                }
            }
            "txbxContent" => {
                self.boxes.push((self.kind, self.paragraph, self.column));
                self.draft.end_marks();
                self.draft.end_block();
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => self.end_paragraph(),
            "pPr" | "t" | "instrText" => self.place = Place::Between,
            "tc" => self.cells = self.cells.saturating_sub(1),
            "r" => {
                if let Some((kind, id)) = self.typed_call.take() {
                    self.call(kind, &id);
                }
                if let Some((at, true)) = self.run.take() {
                    self.draft.mark_since(at, MarkKind::Superscript);
                }
            }
            "hyperlink" => self.end_link(),
            "fldSimple" => self.end_field(),
            "footnote" | "endnote" => self.draft.end_note(),
            "txbxContent" => {
                self.draft.end_block();
                if let Some(outer) = self.boxes.pop() {
                    (self.kind, self.paragraph, self.column) = outer;
                }
                if self.kind == BlockKind::Paragraph {
                    self.kind = BlockKind::Continuation;
                }
            }
            _ => {}
        }
    }

    fn begin_paragraph(&mut self) {
        self.count = self.count.saturating_add(1);
        self.paragraph = self.count;
        self.column = 1;
        self.kind = if self.cells > 0 { BlockKind::TableCell } else { BlockKind::Paragraph };
        if std::mem::take(&mut self.joins_next) {
            return;
        }
        self.draft.end_block();
    }

    fn end_paragraph(&mut self) {
        if !self.joins_next {
            self.draft.end_block();
        }
    }

    fn set_kind(&mut self, kind: Option<BlockKind>) {
        if let Some(kind) = kind
            && self.cells == 0
        {
            self.kind = kind;
        }
    }

    fn symbol(&mut self, element: &Element<'_>) {
        let code = element.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
        let character = code.and_then(char::from_u32);
        // What a symbol font shows for a private character is not known.
        if let Some(c) = character.filter(|c| !('\u{E000}'..='\u{F8FF}').contains(c)) {
            self.write(c.encode_utf8(&mut [0; 4]));
        }
    }

    fn begin_link(&mut self, element: &Element<'_>) {
        let target = element.attribute("id").and_then(|id| self.links.get(&id).cloned());
        let anchor = element.attribute("anchor").map(|anchor| format!("#{anchor}"));
        let target = match (target, anchor) {
            (Some(target), Some(anchor)) if !target.contains('#') => Some(target + &anchor),
            (Some(target), _) => Some(target),
            (None, anchor) => anchor,
        };
        self.marked.push(target.is_some());
        if let Some(target) = target {
            self.draft.default_kind(self.kind);
            self.draft.begin_mark(MarkKind::Link(target));
        }
    }

    fn end_link(&mut self) {
        if self.marked.pop() == Some(true) {
            self.draft.end_mark();
        }
    }

    fn field(&mut self, element: &Element<'_>) {
        match element.attribute("fldCharType").as_deref() {
            Some("begin") => {
                self.fields.push(Field { instruction: String::new(), shows: Shows::NotYet });
            }
            Some("separate") => self.show_field(),
            Some("end") => self.end_field(),
            _ => {}
        }
    }

    /// Begins what a field shows.
    fn show_field(&mut self) {
        let Some(field) = self.fields.last_mut() else { return };
        let words = words(&field.instruction);
        let shows = match words.first().map(String::as_str) {
            Some("HYPERLINK") => Shows::Link,
            Some("NOTEREF") if words.get(1).is_some_and(|name| self.called.contains_key(name)) => {
                Shows::Nothing
            }
            _ => Shows::Text,
        };
        field.shows = shows;
        if shows == Shows::Link {
            self.draft.default_kind(self.kind);
            self.draft.begin_mark(MarkKind::Link(link_target(&words)));
        } else if shows == Shows::Nothing
            && let Some((label, key)) = words.get(1).and_then(|name| self.called.get(name)).cloned()
        {
            self.draft.default_kind(self.kind);
            self.draft.call(&label, &key, self.position());
        }
    }

    fn end_field(&mut self) {
        if self.fields.pop().is_some_and(|field| field.shows == Shows::Link) {
            self.draft.end_mark();
        }
    }

    fn reference(&mut self, kind: Series, element: &Element<'_>) {
        let Some(id) = element.attribute("id") else { return };
        let custom = element.attribute("customMarkFollows");
        if custom.is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on")) {
            self.typed_call = Some((kind, id));
        } else {
            self.call(kind, &id);
        }
    }

    fn begin_note(&mut self, element: &Element<'_>) {
        let (Some(kind), Some(id)) = (self.notes, element.attribute("id")) else { return };
        // Separators between text and notes are stored as notes of their own types.
        if element.attribute("type").is_some_and(|of_type| of_type != "normal") {
            self.skipped += 1;
            return;
        }
        let label = self.labels.of(kind, &id);
        let note_kind = match kind {
            Series::Footnote => NoteKind::Footnote,
            Series::Endnote => NoteKind::Endnote,
        };
        self.draft.begin_note(note_kind, &label, &key(kind, &id));
    }
}

fn key(kind: Series, id: &str) -> String {
    match kind {
        Series::Footnote => format!("footnote {id}"),
        Series::Endnote => format!("endnote {id}"),
    }
}

/// Tells whether an element holds nothing that is shown: what was deleted, fallbacks, sounds of characters.
fn is_no_text(name: &str) -> bool {
    matches!(
        name,
        "del"
            | "moveFrom"
            | "Fallback"
            | "rt"
            | "pPrChange"
            | "rPrChange"
            | "sectPr"
            | "tblPrChange"
            | "trPrChange"
            | "tcPrChange"
            | "delText"
            | "delInstrText"
    )
}

/// Splits what a field is told into words; what is quoted is one.
fn words(instruction: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = instruction.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

/// Returns the target of a field such as `HYPERLINK "https://a.org" \l "place"`.
fn link_target(words: &[String]) -> String {
    let mut target = String::new();
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        match word.as_str() {
            "\\l" => {
                if let Some(place) = rest.next() {
                    target = format!("{target}#{place}");
                }
            }
            "\\o" | "\\t" => {
                rest.next();
            }
            word if word.starts_with('\\') => {}
            word => word.clone_into(&mut target),
        }
    }
    target
}
