//! Reads LaTeX: the text as it is printed, with notes, links, quotations and citations of a bibliography.
//! Runs no macros: a command that is not known is dropped, and what stands in its braces is kept.

mod bibliography;
mod characters;
mod commands;
mod files;
mod inclusion;
mod notes;
mod preamble;

use std::collections::VecDeque;

use super::charset::Decoded;
use super::draft::{Draft, SourceLines};
use super::{Beside, ReadError};
use crate::document::{BlockKind, Document, DocumentFormat, MarkKind, NoteKind, Position, Remark};
use commands::{Command, Environment};
use files::Files;
use inclusion::{File, MOST_BROUGHT_IN};
use notes::{Cited, Label};
use preamble::Macros;

/// How deep groups are nested at most; deeper braces are passed over.
const DEEPEST: usize = 1000;

/// Reads LaTeX, with the files beside it that it brings in.
pub(super) fn read(
    decoded: &Decoded<'_>,
    beside: Option<Beside<'_>>,
) -> Result<Document, ReadError> {
    let source: &str = &decoded.text;
    let files = Files::of(source, beside);
    let mut reader = Reader::new(source, &files);
    decoded.describe(reader.draft().head());
    reader.front_matter();
    reader.run();
    let mut document = reader.finish();
    for name in &files.missing {
        document.remarks.push(Remark::Other(format!("`{name}` is not beside the document")));
    }
    if document.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(document)
}

/// What ends with a group.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ends {
    Nothing,
    Mark,
    /// A heading or a caption.
    Block,
    /// The text of a note, begun within the text.
    Note(Label),
    /// What is quoted: its closing mark is written, and the entries are called that it is taken from.
    Quotation(Vec<String>),
    /// What is not shown.
    Silence,
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    end: usize,
    lines: SourceLines<'a>,
    files: &'a Files,
    /// The files that the one being read has interrupted, and where the document brings it in.
    interrupted: Vec<File<'a>>,
    brought_in_at: Option<Position>,
    /// How much may still be brought in, in bytes.
    left: usize,
    macros: Macros,
    cited: Cited,
    /// The text, and the notes within it that are open.
    drafts: Vec<Draft>,
    /// The kinds of the blocks around open notes.
    outer: Vec<BlockKind>,
    notes: Vec<(Label, Draft)>,
    /// For each open brace, what ends with it.
    groups: Vec<Ends>,
    /// What the next brace begins.
    pending: Option<Ends>,
    environments: Vec<Environment>,
    kind: BlockKind,
    count: u32,
    silent: usize,
    /// The note marks whose texts come later.
    marked: VecDeque<Label>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, files: &'a Files) -> Self {
        let File { source, at, end, lines } = File::of(source);
        let mut draft = Draft::new(DocumentFormat::Latex);
        if let Some(title) = commands::argument_of(&source[..at], "\\title") {
            let title = &source[title];
            let note = title.find("\\thanks").or_else(|| title.find("\\footnote"));
            draft.head().title = Some(characters::plain(&title[..note.unwrap_or(title.len())]));
        }
        Self {
            source,
            at,
            end,
            lines,
            files,
            interrupted: Vec::new(),
            brought_in_at: None,
            left: MOST_BROUGHT_IN,
            macros: Macros::in_source(source),
            cited: Cited::default(),
            drafts: vec![draft],
            outer: Vec::new(),
            notes: Vec::new(),
            groups: Vec::new(),
            pending: None,
            environments: Vec::new(),
            kind: BlockKind::Paragraph,
            count: 0,
            silent: 0,
            marked: VecDeque::new(),
        }
    }

    fn draft(&mut self) -> &mut Draft {
        let last = self.drafts.len() - 1;
        &mut self.drafts[last]
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..self.end]
    }

    fn position(&mut self) -> Position {
        self.brought_in_at.unwrap_or_else(|| self.lines.position(self.at))
    }

    fn finish(mut self) -> Document {
        while self.drafts.len() > 1 {
            self.end_note(Label::default());
        }
        self.bibliography();
        let mut notes = std::mem::take(&mut self.notes);
        notes.sort_by_key(|(label, _)| label.order);
        let mut draft = self.drafts.remove(0);
        draft.end_marks();
        for (label, part) in notes {
            draft.begin_note(NoteKind::Note, &label.shown, &label.key);
            draft.append_draft(part);
            draft.end_note();
        }
        draft.finish()
    }

    fn run(&mut self) {
        loop {
            let Some(c) = self.rest().chars().next() else {
                if self.go_back() {
                    continue;
                }
                return;
            };
            match c {
                '\\' => self.command(),
                '%' => self.comment(),
                '{' => self.open(),
                '}' => self.close(),
                '$' => self.mathematics(),
                c if c.is_whitespace() => self.white_space(),
                '&' if self.environments.contains(&Environment::Table) => {
                    self.at += 1;
                    self.begin_block(BlockKind::TableCell);
                }
                _ => self.text(),
            }
        }
    }

    fn comment(&mut self) {
        let rest = self.rest();
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        // The line end after a comment is no space, and the indent of the next line neither.
        let next = &rest[length..];
        self.at += length + (next.len() - next.trim_start_matches([' ', '\t']).len());
    }

    fn white_space(&mut self) {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start().len();
        let breaks = rest[..length].matches('\n').count();
        self.at += length;
        if breaks > 1 {
            let kind = self.kind_of_paragraph();
            self.begin_block(kind);
        } else {
            self.write(" ");
        }
    }

    fn begin_block(&mut self, kind: BlockKind) {
        if self.silent == 0 {
            self.kind = kind;
            self.draft().block(kind);
        }
    }

    fn kind_of_paragraph(&self) -> BlockKind {
        if self.drafts.len() > 1 {
            return BlockKind::Paragraph;
        }
        match self.environments.last() {
            Some(Environment::Quotation) => BlockKind::BlockQuotation,
            Some(Environment::List) => BlockKind::ListItem,
            Some(Environment::Table) => BlockKind::TableCell,
            Some(Environment::Other) | None => BlockKind::Paragraph,
        }
    }

    /// Writes a stretch of plain characters.
    fn text(&mut self) {
        let rest = self.rest();
        let special = |c: char| {
            c.is_whitespace()
                || matches!(c, '\\' | '%' | '{' | '}' | '$' | '&' | '~' | '`' | '\'' | '-' | '"')
        };
        let length = rest.find(special).unwrap_or(rest.len());
        if length > 0 {
            let text = &rest[..length];
            self.write(text);
            self.at += length;
            return;
        }
        let (written, length) = characters::ligature(rest);
        self.write(written);
        self.at += length;
    }

    fn write(&mut self, text: &str) {
        if self.silent > 0 {
            return;
        }
        if text == " " {
            self.draft().space(' ');
            return;
        }
        let position = self.position();
        let kind = self.kind;
        self.draft().default_kind(kind);
        self.draft().text(text, position);
    }

    fn open(&mut self) {
        self.at += 1;
        let ends = self.pending.take().unwrap_or(Ends::Nothing);
        if self.groups.len() < DEEPEST {
            if ends == Ends::Silence {
                self.silent += 1;
            }
            self.groups.push(ends);
        }
    }

    fn close(&mut self) {
        self.at += 1;
        match self.groups.pop() {
            Some(Ends::Mark) => self.draft().end_mark(),
            Some(Ends::Block) => {
                let kind = self.kind_of_paragraph();
                self.begin_block(kind);
            }
            Some(Ends::Note(label)) => self.end_note(label),
            Some(Ends::Quotation(keys)) => {
                self.write("”");
                self.call_entries(&keys);
            }
            Some(Ends::Silence) => self.silent = self.silent.saturating_sub(1),
            Some(Ends::Nothing) | None => {}
        }
    }

    fn mathematics(&mut self) {
        let rest = self.rest();
        let fence = if rest.starts_with("$$") { "$$" } else { "$" };
        let inner = &rest[fence.len()..];
        match inner.find(fence) {
            Some(length) if length < 2000 => {
                self.write(&inner[..length].replace(['\\', '{', '}'], ""));
                self.at += length + 2 * fence.len();
            }
            Some(_) | None => {
                self.write("$");
                self.at += 1;
            }
        }
    }

    fn command(&mut self) {
        let rest = self.rest();
        let (name, length) = commands::name(rest);
        if let Some(written) = characters::symbol(name) {
            self.at += length;
            self.skip_empty_group();
            self.write(written);
            return;
        }
        if let Some((written, used)) = characters::accented(name, &rest[length..]) {
            self.write(&written);
            self.at += length + used;
            return;
        }
        let start = self.at;
        self.at += length;
        match self.macros.of(name).unwrap_or_else(|| commands::of(name)) {
            Command::Heading(level) => self.heading(level),
            Command::Caption => {
                self.skip_options();
                self.begin_block(BlockKind::Caption);
                self.pending = Some(Ends::Block);
            }
            Command::Note => self.note(),
            Command::NoteMark => {
                let label = self.option_label();
                self.call(&label.shown, &label.key);
                self.marked.push_back(label);
            }
            Command::NoteText => self.note_text(),
            Command::Cite => self.cite(),
            Command::CiteMany => self.cite_many(),
            Command::BibliographyItem => self.bibliography_item(start),
            Command::Address => {
                let address = self.raw_argument();
                self.link(address.clone(), Some(&address));
            }
            Command::Link => {
                let target = self.raw_argument();
                self.link(target, None);
            }
            Command::Emphasis => self.begin_mark(MarkKind::Emphasis),
            Command::Raised => self.begin_mark(MarkKind::Superscript),
            Command::Quote => {
                self.skip_options();
                self.write("“");
                self.pending = Some(Ends::Quotation(Vec::new()));
            }
            Command::CitedQuote => self.cited_quote(),
            Command::Include => self.include(),
            Command::IncludeFrom => self.include_from(),
            Command::Verbatim => self.verbatim(),
            Command::Adjusted => self.adjusted(),
            Command::Definition => self.definition(),
            Command::False => {
                let rest = self.rest();
                self.at += rest.find("\\fi").map_or(rest.len(), |end| end + 3);
            }
            Command::NoCite => {
                let keys = self.keys();
                self.cited.add(&keys);
            }
            Command::Begin => self.begin_environment(),
            Command::End => self.end_environment(),
            Command::Item => {
                self.skip_options();
                self.begin_block(BlockKind::ListItem);
            }
            Command::Break => {
                self.skip_options();
                match self.environments.last() {
                    Some(Environment::Table) => self.begin_block(BlockKind::TableCell),
                    _ if self.silent == 0 => self.draft().space('\n'),
                    _ => {}
                }
            }
            Command::Paragraph => {
                let kind = self.kind_of_paragraph();
                self.begin_block(kind);
            }
            Command::Space => self.write(" "),
            Command::Dropped(arguments) => {
                self.skip_options();
                for _ in 0..arguments {
                    self.raw_argument();
                    self.skip_options();
                }
            }
            Command::Unknown => self.skip_options(),
        }
    }

    /// Passes over `{}` or the space behind a command that is a character.
    fn skip_empty_group(&mut self) {
        let rest = self.rest();
        if rest.starts_with("{}") {
            self.at += 2;
        } else if self.source[..self.at].ends_with(|c: char| c.is_ascii_alphabetic()) {
            self.at += rest.len() - rest.trim_start_matches(' ').len();
        }
    }

    /// Passes over `*` and arguments in brackets.
    fn skip_options(&mut self) {
        if self.rest().starts_with('*') {
            self.at += 1;
        }
        while self.rest().starts_with('[') {
            let rest = self.rest();
            let Some(end) = commands::closing(rest, b'[', b']') else { return };
            self.at += end + 1;
        }
    }

    /// Reads an argument in braces as it is written; empty if there is none.
    fn raw_argument(&mut self) -> String {
        let rest = self.rest();
        let space = rest.len() - rest.trim_start().len();
        let argument = &rest[space..];
        if !argument.starts_with('{') {
            return String::new();
        }
        let Some(end) = commands::closing(argument, b'{', b'}') else { return String::new() };
        self.at += space + end + 1;
        argument[1..end]
            .replace("\\_", "_")
            .replace("\\%", "%")
            .replace("\\#", "#")
            .replace("\\&", "&")
    }

    fn heading(&mut self, level: u8) {
        self.skip_options();
        self.begin_block(BlockKind::Heading(level));
        self.pending = Some(Ends::Block);
    }

    fn begin_mark(&mut self, kind: MarkKind) {
        if self.silent == 0 && self.rest().trim_start().starts_with('{') {
            let block = self.kind;
            self.draft().default_kind(block);
            self.draft().begin_mark(kind);
            self.pending = Some(Ends::Mark);
        }
    }

    /// Begins a link to a target; writes its text, or leaves that to the group that follows.
    fn link(&mut self, target: String, text: Option<&str>) {
        match text {
            Some(text) => {
                let at = self.draft().at();
                let is_first = !self.draft().is_in_block();
                self.write(text);
                let shift = if is_first && at > 0 { 2 } else { 0 };
                if self.silent == 0 {
                    self.draft().mark_since(at + shift, MarkKind::Link(target));
                }
            }
            None => self.begin_mark(MarkKind::Link(target)),
        }
    }

    fn bibliography_item(&mut self, start: usize) {
        self.skip_options();
        let key = self.raw_argument();
        self.end_bibliography_item();
        if self.silent == 0 && self.drafts.len() == 1 {
            self.at = self.at.max(start);
            self.draft().begin_note(NoteKind::Entry, &key, &format!("entry {key}"));
        }
    }

    fn end_bibliography_item(&mut self) {
        if self.drafts.len() == 1 {
            self.draft().end_note();
            self.kind = BlockKind::Paragraph;
        }
    }

    fn begin_environment(&mut self) {
        let name = self.raw_argument();
        self.skip_options();
        if let Some(raw) = commands::raw(&name) {
            let rest = self.rest();
            let closing = format!("\\end{{{name}}}");
            let length = rest.find(&closing).unwrap_or(rest.len());
            if raw == commands::Raw::Shown {
                self.begin_block(BlockKind::Preformatted);
                self.write(&rest[..length]);
                self.begin_block(BlockKind::Paragraph);
            }
            self.at += length + closing.len().min(rest.len() - length);
            return;
        }
        let environment = commands::environment(&name);
        if environment == Environment::Table || name == "thebibliography" {
            self.raw_argument();
        }
        self.environments.push(environment);
        let kind = self.kind_of_paragraph();
        self.begin_block(kind);
    }

    fn end_environment(&mut self) {
        if self.raw_argument() == "thebibliography" {
            self.end_bibliography_item();
        }
        self.environments.pop();
        let kind = self.kind_of_paragraph();
        self.begin_block(kind);
    }
}

#[cfg(test)]
mod tests;
