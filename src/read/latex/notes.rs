//! Reads the notes and citations of a LaTeX source: with their text, apart from it, by number, or from a bibliography.

use std::collections::BTreeSet;

use super::{DEEPEST, Ends, Reader, bibliography};
use crate::document::{BlockKind, DocumentFormat, MarkKind, NoteKind};
use crate::read::draft::Draft;

/// What a note is called by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Label {
    /// As it is shown.
    pub(super) shown: String,
    /// As it is found by its calls.
    pub(super) key: String,
    /// Which note it is, in the order in which they begin.
    pub(super) order: u32,
}

/// The entries of a bibliography that are cited, in order.
#[derive(Debug, Default)]
pub(super) struct Cited {
    keys: Vec<String>,
    known: BTreeSet<String>,
}

impl Cited {
    /// Adds the keys of entries.
    pub(super) fn add(&mut self, keys: &[String]) {
        for key in keys {
            if self.known.insert(key.clone()) {
                self.keys.push(key.clone());
            }
        }
    }
}

impl Reader<'_> {
    fn next_label(&mut self) -> Label {
        self.count += 1;
        Label {
            shown: self.count.to_string(),
            key: format!("note {}", self.count),
            order: self.count,
        }
    }

    /// Returns the label that an option gives, `[3]`, or the next.
    pub(super) fn option_label(&mut self) -> Label {
        let rest = self.rest();
        let given = rest.strip_prefix('[').and_then(|inner| inner.split_once(']'));
        let number = given.map(|(number, _)| number.trim());
        let is_number =
            |text: &&str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let label = number.filter(is_number).map(|number| Label {
            shown: number.to_owned(),
            key: format!("note {number}"),
            order: self.count,
        });
        self.skip_options();
        label.unwrap_or_else(|| self.next_label())
    }

    pub(super) fn call(&mut self, label: &str, key: &str) {
        if self.silent > 0 {
            return;
        }
        let position = self.position();
        let kind = self.kind;
        self.draft().default_kind(kind);
        self.draft().call(label, key, position);
    }

    pub(super) fn note(&mut self) {
        if self.silent > 0 {
            self.skip_options();
            return;
        }
        let label = self.option_label();
        self.call(&label.shown, &label.key);
        self.begin_note(label);
    }

    /// Begins the text of a note that was called before it: of the one its number names, or of the first without text.
    pub(super) fn note_text(&mut self) {
        let label = if self.rest().starts_with('[') {
            let label = self.option_label();
            self.marked.retain(|marked| marked.key != label.key);
            label
        } else {
            self.marked.pop_front().unwrap_or_else(|| self.next_label())
        };
        self.begin_note(label);
    }

    fn begin_note(&mut self, label: Label) {
        while self.rest().trim_start().starts_with('%') {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            self.comment();
        }
        if !self.rest().trim_start().starts_with('{') || self.groups.len() >= DEEPEST {
            return;
        }
        self.outer.push(self.kind);
        self.kind = BlockKind::Paragraph;
        self.drafts.push(Draft::new(DocumentFormat::Latex));
        self.pending = Some(Ends::Note(label));
    }

    pub(super) fn end_note(&mut self, label: Label) {
        if self.drafts.len() < 2 {
            return;
        }
        if let Some(draft) = self.drafts.pop() {
            self.notes.push((label, draft));
        }
        self.kind = self.outer.pop().unwrap_or(BlockKind::Paragraph);
    }

    /// Reads the keys that a citation names.
    pub(super) fn keys(&mut self) -> Vec<String> {
        let keys = self.raw_argument();
        keys.split(',').map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect()
    }

    /// Calls the entries of the bibliography that a citation names.
    pub(super) fn cite(&mut self) {
        self.skip_options();
        let keys = self.keys();
        self.call_entries(&keys);
    }

    /// Reads a citation of several sources, each with its own options: `\\cites[12]{a}[3]{b}`.
    pub(super) fn cite_many(&mut self) {
        while self.rest().starts_with('(') {
            let rest = self.rest();
            let Some(end) = rest.find(')').filter(|end| *end < 1000) else { break };
            self.at += end + 1;
        }
        loop {
            self.cite();
            let rest = self.rest();
            if !rest.starts_with('[') && !rest.starts_with('{') {
                return;
            }
            let before = self.at;
            self.skip_options();
            if !self.rest().starts_with('{') {
                self.at = before;
                return;
            }
        }
    }

    pub(super) fn call_entries(&mut self, keys: &[String]) {
        self.cited.add(keys);
        for key in keys.iter().filter(|key| *key != "*") {
            self.call(key, &format!("entry {key}"));
        }
    }

    /// Begins a quotation that names its source: `\\textcquote[12]{key}{words}`.
    pub(super) fn cited_quote(&mut self) {
        self.skip_options();
        let keys = self.keys();
        self.skip_options();
        self.write("“");
        self.pending = Some(Ends::Quotation(keys));
    }

    /// Writes the entries that are cited and stand in a bibliography beside the document.
    pub(super) fn bibliography(&mut self) {
        let entries = bibliography::entries(self.files.bibliographies());
        let mut keys = std::mem::take(&mut self.cited.keys);
        if self.cited.known.contains("*") {
            let others = entries.keys().filter(|key| !self.cited.known.contains(*key));
            keys.extend(others.cloned());
        }
        let position = self.position();
        let draft = self.draft();
        draft.end_marks();
        for key in keys {
            let Some(text) = entries.get(&key) else { continue };
            draft.begin_note(NoteKind::Entry, &key, &format!("entry {key}"));
            draft.block(BlockKind::Paragraph);
            let from = draft.begin();
            draft.text(text, position);
            let address = text.find("http").map(|at| (at, &text[at..]));
            if let Some((at, address)) = address {
                let length = address.find(char::is_whitespace).unwrap_or(address.len());
                let address = address[..length].trim_end_matches(['.', ',']);
                draft
                    .mark(from + at..from + at + address.len(), MarkKind::Link(address.to_owned()));
            }
            draft.end_note();
        }
    }
}
