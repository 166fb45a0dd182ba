//! Reads MediaWiki wikitext: the text as it is shown, with references, citation templates, links and block quotations.
//! Expands no templates but those it knows; of others it keeps what they were given.
//!
//! <https://www.mediawiki.org/wiki/Help:Cite>

mod expand;
mod pairs;
mod templates;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

use super::charset::Decoded;
use super::draft::{Draft, SourceLines};
use super::{ReadError, html};
use crate::document::{BlockKind, Document, DocumentFormat, Gap, MarkKind, NoteKind, Position};
use pairs::{Kind, Pair, Pairs};

/// How deep templates, links and references are nested at most.
const DEEPEST: usize = 64;

/// Reads wikitext.
pub(super) fn read(decoded: &Decoded<'_>) -> Result<Document, ReadError> {
    let source: &str = &decoded.text;
    let mut reader = Reader {
        source,
        pairs: Pairs::of(source),
        lines: SourceLines::of(source),
        drafts: vec![Draft::new(DocumentFormat::Wikitext)],
        notes: Vec::new(),
        known: BTreeMap::new(),
        counts: BTreeMap::new(),
        state: State::default(),
        outer_states: Vec::new(),
        depth: 0,
        too_deep: false,
        next_end: 0,
    };
    decoded.describe(reader.draft().head());
    reader.line_start(0, source.len());
    let start = reader.state.at;
    reader.walk(start..source.len());
    let document = reader.finish();
    if document.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(document)
}

/// Where in the text the reader is; a note has its own.
#[derive(Debug, Default)]
struct State {
    at: usize,
    quotations: usize,
    tables: usize,
    /// Text is not shown; notes are read and called.
    silent: usize,
    /// Notes are read, but not called: in the list of notes.
    uncalled: usize,
    /// The group of the list of notes.
    list: String,
    /// A block quotation has ended: what follows on its line but a call begins a paragraph.
    after_quotation: bool,
    italic: Option<usize>,
    bold: Option<usize>,
}

/// A note by its name: its label, and the source of its text once that has been read.
struct Known {
    label: String,
    text: Option<String>,
}

struct Reader<'a> {
    source: &'a str,
    pairs: Pairs,
    lines: SourceLines<'a>,
    drafts: Vec<Draft>,
    notes: Vec<(String, String, Draft)>,
    known: BTreeMap<String, Known>,
    /// How many notes each group has.
    counts: BTreeMap<String, u32>,
    state: State,
    /// Where the reader was when each open note began.
    outer_states: Vec<State>,
    depth: usize,
    too_deep: bool,
    /// Where the next `]` or line end is, as far as it was looked for.
    next_end: usize,
}

impl Reader<'_> {
    fn draft(&mut self) -> &mut Draft {
        let last = self.drafts.len() - 1;
        &mut self.drafts[last]
    }

    fn position(&mut self, at: usize) -> Position {
        self.lines.position(at)
    }

    fn finish(mut self) -> Document {
        let mut draft = self.drafts.remove(0);
        draft.end_marks();
        for (label, key, part) in self.notes {
            draft.begin_note(NoteKind::Note, &label, &key);
            draft.append_draft(part);
            draft.end_note();
        }
        let mut document = draft.finish();
        if self.too_deep {
            document.coverage.add(Gap::TooDeep);
        }
        document
    }

    const fn kind(&self) -> BlockKind {
        if self.state.quotations > 0 {
            BlockKind::BlockQuotation
        } else if self.state.tables > 0 {
            BlockKind::TableCell
        } else {
            BlockKind::Paragraph
        }
    }

    fn begin_block(&mut self, kind: BlockKind) {
        self.state.after_quotation = false;
        self.state.italic = None;
        self.state.bold = None;
        if self.state.silent == 0 {
            self.draft().block(kind);
        }
    }

    fn write(&mut self, text: &str, at: usize) {
        if self.state.silent > 0 || text.is_empty() {
            return;
        }
        if self.state.after_quotation && !text.trim().is_empty() {
            let kind = self.kind();
            self.begin_block(kind);
        }
        if text.trim().is_empty() {
            self.draft().space(' ');
            return;
        }
        let position = self.position(at);
        let kind = self.kind();
        self.draft().default_kind(kind);
        let text = if self.draft().is_in_block() && !self.draft().ends_with_space() {
            text
        } else {
            text.trim_start()
        };
        self.draft().text(text, position);
    }

    /// Reads a range; goes no deeper than [`DEEPEST`].
    fn walk(&mut self, range: Range<usize>) {
        if self.depth >= DEEPEST {
            self.too_deep = true;
            return;
        }
        self.depth += 1;
        let mut at = range.start;
        while at < range.end {
            let rest = &self.source[at..range.end];
            let plain = rest.bytes().position(|b| b"\n<{['&_|!".contains(&b)).unwrap_or(rest.len());
            if plain > 0 {
                self.write(&rest[..plain], at);
                at += plain;
                continue;
            }
            at = match rest.as_bytes()[0] {
                b'\n' => {
                    self.line_start(at, range.end);
                    self.state.at
                }
                b'<' => self.tag(at, range.end),
                b'{' => self.template_at(at, range.end),
                b'[' => self.link_at(at, range.end),
                b'\'' => self.apostrophes(at, range.end),
                b'&' => self.character(at, range.end),
                b'_' => self.switch(at, range.end),
                _ => self.cell_at(at, range.end),
            };
        }
        self.depth -= 1;
    }

    /// Reads what begins a line; says in `state.at` where its text begins.
    fn line_start(&mut self, at: usize, end: usize) {
        let rest = &self.source[at..end];
        let blank = rest.len() - rest.trim_start().len();
        let breaks = rest[..blank].matches('\n').count();
        let at = at + blank;
        let rest = &self.source[at..end];
        self.state.at = at;
        let line = &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())];
        let kind = self.kind();
        match rest.as_bytes().first() {
            Some(b'=') if self.heading(at, line) => {}
            Some(b'*' | b'#' | b';' | b':') => {
                let marks = rest.bytes().take_while(|b| b"*#;: ".contains(b)).count();
                let is_list = rest[..marks].contains(['*', '#']) && self.state.quotations == 0;
                self.begin_block(if is_list { BlockKind::ListItem } else { kind });
                self.state.at += marks;
            }
            Some(b'{') if line.starts_with("{|") => {
                self.state.tables += 1;
                self.begin_block(BlockKind::TableCell);
                self.state.at += line.len();
            }
            Some(b'|' | b'!') if self.state.tables > 0 => self.row(at, line),
            Some(b'-') if line.starts_with("----") => {
                self.begin_block(kind);
                self.state.at += line.bytes().take_while(|&b| b == b'-').count();
            }
            _ if breaks > 1 => self.begin_block(kind),
            _ if self.state.after_quotation => self.begin_block(kind),
            _ if breaks == 1 => self.write(" ", at),
            _ => {}
        }
    }

    /// Reads `== Heading ==`.
    fn heading(&mut self, at: usize, line: &str) -> bool {
        let shown = line.find("<!--").map_or(line, |comment| &line[..comment]).trim_end();
        let level = shown.bytes().take_while(|&b| b == b'=').count();
        let closing = shown.bytes().rev().take_while(|&b| b == b'=').count();
        let level = level.min(closing).min(6);
        if level == 0 || shown.len() <= 2 * level {
            return false;
        }
        self.begin_block(BlockKind::Heading(u8::try_from(level).unwrap_or(6)));
        self.walk(at + level..at + shown.len() - level);
        let kind = self.kind();
        self.begin_block(kind);
        self.state.at = at + line.len();
        true
    }

    /// Reads the beginning of a line of a table.
    fn row(&mut self, at: usize, line: &str) {
        if line.starts_with("|}") {
            self.state.tables -= 1;
            let kind = self.kind();
            self.begin_block(kind);
            self.state.at = at + 2;
        } else if line.starts_with("|-") {
            self.begin_block(BlockKind::TableCell);
            self.state.at = at + line.len();
        } else {
            let caption = line.starts_with("|+");
            self.begin_block(if caption { BlockKind::Caption } else { BlockKind::TableCell });
            self.state.at = self.after_attributes(at + if caption { 2 } else { 1 });
        }
    }

    /// Returns where the text of a cell begins: behind its attributes.
    fn after_attributes(&self, at: usize) -> usize {
        let mut found = at;
        let end = self.source.len().min(at + 500);
        self.pairs.top_level(self.source, at..end, |at, byte| match byte {
            b'|' => {
                if self.source.as_bytes().get(at + 1) != Some(&b'|') {
                    found = at + 1;
                }
                true
            }
            b'!' => self.source.as_bytes().get(at + 1) == Some(&b'!'),
            b'\n' | b'[' | b'{' => true,
            _ => false,
        });
        found
    }

    fn cell_at(&mut self, at: usize, end: usize) -> usize {
        let rest = &self.source[at..end];
        if self.state.tables > 0 && (rest.starts_with("||") || rest.starts_with("!!")) {
            self.begin_block(BlockKind::TableCell);
            return self.after_attributes(at + 2).min(end);
        }
        self.write(&rest[..1], at);
        at + 1
    }

    fn apostrophes(&mut self, at: usize, end: usize) -> usize {
        let count = self.source[at..end].bytes().take_while(|&b| b == b'\'').count();
        if count == 1 {
            self.write("'", at);
            return at + 1;
        }
        if count == 4 {
            self.write("'", at);
        }
        if self.state.silent == 0 && self.state.after_quotation {
            let kind = self.kind();
            self.begin_block(kind);
        }
        if count != 2 {
            self.emphasis(true);
        }
        if count == 2 || count >= 5 {
            self.emphasis(false);
        }
        at + count
    }

    fn emphasis(&mut self, is_bold: bool) {
        let open = if is_bold { self.state.bold.take() } else { self.state.italic.take() };
        if self.state.silent > 0 {
            return;
        }
        if let Some(start) = open {
            self.draft().mark_since(start, MarkKind::Emphasis);
            return;
        }
        let kind = self.kind();
        self.draft().default_kind(kind);
        let start = Some(self.draft().begin());
        if is_bold {
            self.state.bold = start;
        } else {
            self.state.italic = start;
        }
    }

    /// Reads a character reference.
    fn character(&mut self, at: usize, end: usize) -> usize {
        let rest = &self.source[at..end];
        let window = &rest[..rest.floor_char_boundary(rest.len().min(40))];
        let length = window.find(';').map_or(1, |length| length + 1);
        let resolved = html::resolved(&window[..length]);
        self.write(&resolved, at);
        at + length
    }

    /// Passes over `__NOTOC__` and the like.
    fn switch(&mut self, at: usize, end: usize) -> usize {
        let rest = &self.source[at..end];
        let length =
            rest.bytes().take(30).take_while(|b| *b == b'_' || b.is_ascii_uppercase()).count();
        let word = &rest[..length];
        if length > 6 && word.starts_with("__") && word.ends_with("__") {
            return at + length;
        }
        self.write("_", at);
        at + 1
    }

    fn tag(&mut self, at: usize, end: usize) -> usize {
        if let Some(pair) = self.pairs.at(at).cloned() {
            match pair.kind {
                Kind::Raw => self.raw(&pair),
                Kind::Reference => self.reference(&pair),
                Kind::Comment | Kind::Template | Kind::Link => {}
            }
            return pair.outer.end.min(end);
        }
        let rest = &self.source[at..end];
        let name_at = if rest.starts_with("</") { 2 } else { 1 };
        let is_tag = rest.as_bytes().get(name_at).is_some_and(u8::is_ascii_alphabetic);
        let Some(length) = pairs::end_of_tag(rest).filter(|_| is_tag) else {
            self.write("<", at);
            return at + 1;
        };
        let name: String = rest[name_at..length]
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let closes = name_at == 2;
        match (name.as_str(), closes) {
            ("br", _) if self.state.silent == 0 => self.draft().space('\n'),
            ("blockquote", false) => {
                self.state.quotations += 1;
                self.begin_block(BlockKind::BlockQuotation);
            }
            ("blockquote", true) => {
                self.state.quotations = self.state.quotations.saturating_sub(1);
                self.state.after_quotation = true;
            }
            ("references", false) if !rest[..length].ends_with("/>") => {
                let inner = at + length;
                let close = find_closing(&self.source[inner..end], "</references");
                if let Some(close) = close {
                    let group = attribute(&rest[..length], "group").unwrap_or_default();
                    self.definitions(inner..inner + close, group);
                    return inner + close;
                }
            }
            (
                "p" | "div" | "center" | "table" | "tr" | "td" | "th" | "li" | "ul" | "ol" | "poem"
                | "gallery" | "hr",
                _,
            ) => {
                let kind = self.kind();
                self.begin_block(kind);
            }
            _ => {}
        }
        at + length
    }

    fn raw(&mut self, pair: &Pair) {
        let source = self.source;
        let text = &source[pair.inner.clone()];
        let is_block = ["pre", "syntaxhighlight", "source"]
            .iter()
            .any(|name| pairs::is_tag(&source[pair.outer.start..], name));
        if is_block && text.contains('\n') {
            self.begin_block(BlockKind::Preformatted);
            self.write(text, pair.inner.start);
            let kind = self.kind();
            self.begin_block(kind);
        } else {
            self.write(&html::resolved(text), pair.inner.start);
        }
    }

    /// Reads for the sake of notes only, and calls them.
    fn silently(&mut self, range: Range<usize>) {
        self.state.silent += 1;
        self.walk(range);
        self.state.silent -= 1;
    }

    /// Reads the notes that a list of notes of a group defines.
    fn definitions(&mut self, range: Range<usize>, group: String) {
        let outer = std::mem::replace(&mut self.state.list, group);
        self.state.uncalled += 1;
        self.silently(range);
        self.state.uncalled -= 1;
        self.state.list = outer;
    }

    fn reference(&mut self, pair: &Pair) {
        let source = self.source;
        let tag = &source[pair.outer.start..pair.inner.start];
        let group = attribute(tag, "group").unwrap_or_else(|| self.state.list.clone());
        let name = attribute(tag, "name");
        let text = Some(pair.inner.clone()).filter(|r| !source[r.clone()].trim().is_empty());
        // A reference without a name, and without words, calls nothing.
        if name.is_some() || text.is_some() {
            self.note(pair.outer.start, &group, name.as_deref(), text);
        }
    }

    /// Calls a note and, where its text stands, reads it. In a list of notes it is only read.
    fn note(&mut self, at: usize, group: &str, name: Option<&str>, text: Option<Range<usize>>) {
        let key = match name {
            Some(name) => format!("{group}\n{name}"),
            None => format!("{group}\n\n{at}"),
        };
        if !self.known.contains_key(&key) {
            let label = self.next_label(group);
            self.known.insert(key.clone(), Known { label, text: None });
        }
        let Some(known) = self.known.get_mut(&key) else { return };
        let label = known.label.clone();
        let words = text.clone().map(|range| self.source[range].trim());
        let is_new = words.is_some() && known.text.as_deref() != words;
        if is_new {
            known.text.get_or_insert_with(|| words.unwrap_or_default().to_owned());
        }
        self.call(&label, &key, at);
        if let Some(range) = text.filter(|_| is_new) {
            self.begin_note();
            self.line_start(range.start, range.end);
            let start = self.state.at;
            self.walk(start..range.end);
            self.state.at = range.end;
            self.end_note(label, key);
        }
    }

    fn call(&mut self, label: &str, key: &str, at: usize) {
        if self.state.uncalled > 0 {
            return;
        }
        let position = self.position(at);
        let kind = self.kind();
        self.draft().default_kind(kind);
        self.draft().call(label, key, position);
    }

    fn begin_note(&mut self) {
        self.outer_states.push(std::mem::take(&mut self.state));
        self.drafts.push(Draft::new(DocumentFormat::Wikitext));
    }

    fn end_note(&mut self, label: String, key: String) {
        if let Some(draft) = self.drafts.pop() {
            self.notes.push((label, key, draft));
        }
        self.state = self.outer_states.pop().unwrap_or_default();
    }

    fn next_label(&mut self, group: &str) -> String {
        let count = self.counts.entry(group.to_owned()).or_insert(0);
        *count += 1;
        match group {
            "" => count.to_string(),
            "lower-alpha" => letters(*count, b'a'),
            "upper-alpha" => letters(*count, b'A'),
            _ => format!("{group} {count}"),
        }
    }
}

/// Returns the value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = tag[..*at].chars().next_back();
        let after = tag[at + name.len()..].trim_start();
        before.is_some_and(|c| c.is_whitespace() || matches!(c, '"' | '\''))
            && after.starts_with('=')
    })?;
    let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split([quote, '>']).next()?,
        _ => value.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?,
    };
    let value = html::resolved(value.trim()).trim().to_owned();
    (!value.is_empty()).then_some(value)
}

fn find_closing(text: &str, tag: &str) -> Option<usize> {
    memchr::memmem::find_iter(text.as_bytes(), b"</").find(|&at| {
        let found = text.as_bytes().get(at..at + tag.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(tag.as_bytes()))
    })
}

/// Counts a, b, … z, aa, ab, …
fn letters(count: u32, first: u8) -> String {
    let mut rest = count;
    let mut letters = Vec::new();
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(first + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}
