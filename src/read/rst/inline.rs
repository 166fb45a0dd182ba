//! Reads the markup within a paragraph: emphasis, literals, links, calls of notes and substitutions.

use std::ops::Range;

use super::labels::RawNote;
use super::{Paragraph, Writer, labels};
use crate::document::MarkKind;

/// The longest label of a note that is called, in bytes.
const LONGEST_LABEL: usize = 100;
/// The longest name that is a link by an underscore alone, in bytes.
const LONGEST_NAME: usize = 100;

/// Writes a paragraph.
pub(super) fn write(writer: &mut Writer<'_>, paragraph: &Paragraph) {
    Inline { writer, paragraph, at: 0, from: 0, unclosed: [false; Delimiter::ALL.len()] }.run();
}

/// What stands before and after marked words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delimiter {
    Strong,
    Emphasis,
    Literal,
    Interpreted,
    Substitution,
}

impl Delimiter {
    /// The longer ones before those that they begin with.
    const ALL: [Self; 5] =
        [Self::Strong, Self::Emphasis, Self::Literal, Self::Interpreted, Self::Substitution];

    const fn text(self) -> &'static str {
        match self {
            Self::Strong => "**",
            Self::Emphasis => "*",
            Self::Literal => "``",
            Self::Interpreted => "`",
            Self::Substitution => "|",
        }
    }
}

/// How a link finds its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// Its words are a name.
    ByWords,
    /// It has the next of the addresses without a name.
    InOrder,
}

struct Inline<'a, 'w> {
    writer: &'a mut Writer<'w>,
    paragraph: &'a Paragraph,
    at: usize,
    /// What is before this has been written.
    from: usize,
    /// Which delimiters are not closed in the rest of the paragraph, so that it is searched once.
    unclosed: [bool; Delimiter::ALL.len()],
}

impl Inline<'_, '_> {
    fn run(&mut self) {
        let text = &self.paragraph.text;
        while let Some(found) = text[self.at..].find(['\\', '*', '`', '|', '[', '_', ':']) {
            self.at += found;
            let next = match text.as_bytes()[self.at] {
                b'\\' => self.escape(),
                b'[' => self.call(),
                b'_' => self.name(),
                b':' => self.role(),
                _ => self.marked(),
            };
            match next {
                Some(end) => {
                    self.at = end;
                    self.from = end;
                }
                None => self.at += 1,
            }
        }
        self.at = text.len();
        self.flush(self.at);
    }

    /// Writes what stands before a place.
    fn flush(&mut self, to: usize) {
        self.write(self.from.min(to)..to);
        self.from = to;
    }

    /// Writes a part of the paragraph as it is.
    fn write(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let rest = &self.paragraph.text[at..range.end];
            let length = rest.find('\n').unwrap_or(rest.len());
            if length > 0 {
                let position = self.writer.position(self.paragraph, at);
                self.writer.draft.text(&rest[..length], position);
            }
            at += length;
            if at < range.end {
                self.writer.draft.space('\n');
                at += 1;
            }
        }
    }

    /// Writes a part of the paragraph without its backslashes.
    fn write_unescaped(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(found) = self.paragraph.text[at..range.end].find('\\') {
            self.write(at..at + found);
            at += found + 1;
            let escaped = self.paragraph.text[at..range.end].chars().next();
            let length = escaped.map_or(0, char::len_utf8);
            if escaped.is_some_and(|c| !c.is_whitespace()) {
                self.write(at..at + length);
            }
            at += length;
        }
        self.write(at..range.end);
    }

    /// Takes a backslash: white space after it is not shown, anything else is no markup.
    fn escape(&mut self) -> Option<usize> {
        self.flush(self.at);
        let start = self.at + 1;
        let escaped = self.paragraph.text[start..].chars().next()?;
        let end = start + escaped.len_utf8();
        if !escaped.is_whitespace() {
            self.write(start..end);
        }
        Some(end)
    }

    fn marked(&mut self) -> Option<usize> {
        let rest = &self.paragraph.text[self.at..];
        let delimiter = Delimiter::ALL.into_iter().find(|d| rest.starts_with(d.text()))?;
        let inner = self.closed(delimiter, self.at)?;
        self.flush(self.at);
        let end = inner.end + delimiter.text().len();
        match delimiter {
            Delimiter::Strong | Delimiter::Emphasis => {
                self.writer.draft.begin_mark(MarkKind::Emphasis);
                self.write_unescaped(inner);
                self.writer.draft.end_mark();
                Some(end)
            }
            Delimiter::Literal => {
                self.write(inner);
                Some(end)
            }
            Delimiter::Interpreted => Some(self.interpreted(inner, end)),
            Delimiter::Substitution => {
                self.substitution(&inner);
                let after = &self.paragraph.text[end..];
                Some(end + after.bytes().take(2).take_while(|&b| b == b'_').count())
            }
        }
    }

    /// Returns what stands between a delimiter and the one that closes it.
    fn closed(&mut self, delimiter: Delimiter, start: usize) -> Option<Range<usize>> {
        let text = &self.paragraph.text;
        let inner = start + delimiter.text().len();
        let first = text[inner..].chars().next().filter(|c| !c.is_whitespace())?;
        if self.unclosed[delimiter as usize] || !begins(&text[..start], first) {
            return None;
        }
        let mut at = inner + first.len_utf8();
        while let Some(found) = text[at..].find(delimiter.text()) {
            let end = at + found;
            let before = text[..end].chars().next_back();
            let escaped = delimiter != Delimiter::Literal
                && text[..end].bytes().rev().take_while(|&b| b == b'\\').count() % 2 == 1;
            let after = &text[end + delimiter.text().len()..];
            let is_link = matches!(delimiter, Delimiter::Interpreted | Delimiter::Substitution)
                && after.starts_with('_');
            let is_doubled = delimiter == Delimiter::Emphasis && after.starts_with('*');
            let closes = before.is_some_and(|c| !c.is_whitespace()) && !escaped && !is_doubled;
            if closes && (is_link || ends(after) || after.starts_with(':')) {
                return Some(inner..end);
            }
            at = end + 1;
        }
        self.unclosed[delimiter as usize] = true;
        None
    }

    fn substitution(&mut self, name: &Range<usize>) {
        match self.writer.labels.substitution(&self.paragraph.text[name.clone()]) {
            Some(shown) => {
                let position = self.writer.position(self.paragraph, name.start);
                self.writer.draft.text(shown, position);
            }
            None => self.write(name.clone()),
        }
    }

    /// Writes what stands between single backquotes: a link, or words with a role behind them.
    fn interpreted(&mut self, inner: Range<usize>, end: usize) -> usize {
        let after = &self.paragraph.text[end..];
        let underscores = after.bytes().take(2).take_while(|&b| b == b'_').count();
        if underscores > 0 && ends(&after[underscores..]) {
            let naming = if underscores == 2 { Naming::InOrder } else { Naming::ByWords };
            self.link(inner, naming);
            return end + underscores;
        }
        if let Some(role) = role_name(after) {
            self.with_role(role, inner);
            return end + role.len() + 2;
        }
        self.write_unescaped(inner);
        end
    }

    /// Writes a link: `words <address>`, `words <name_>`, or words that are a name.
    fn link(&mut self, inner: Range<usize>, naming: Naming) {
        let text = &self.paragraph.text[inner.clone()];
        let embedded = text
            .strip_suffix('>')
            .and_then(|text| text.rfind('<'))
            .filter(|&at| at == 0 || text[..at].ends_with(char::is_whitespace));
        let Some(at) = embedded else {
            let target = match naming {
                Naming::InOrder => self.writer.labels.next_address(),
                Naming::ByWords => self.writer.labels.address(text),
            };
            return self.linked(inner, target.map(str::to_owned));
        };
        let target: String = text[at + 1..text.len() - 1].split_whitespace().collect();
        let target = match target.strip_suffix('_') {
            Some(name) if !name.ends_with('\\') => {
                self.writer.labels.address(name.trim_matches('`')).map(str::to_owned)
            }
            _ => Some(target.replace('\\', "")),
        };
        let words = inner.start..inner.start + text[..at].trim_end().len();
        let shown = if words.is_empty() { inner.start + at + 1..inner.end - 1 } else { words };
        self.linked(shown, target);
    }

    fn linked(&mut self, shown: Range<usize>, target: Option<String>) {
        let Some(target) = target else { return self.write_unescaped(shown) };
        self.writer.draft.begin_mark(MarkKind::Link(target));
        self.write_unescaped(shown);
        self.writer.draft.end_mark();
    }

    /// Takes a role that stands before its words: `:role:` and the words in backquotes.
    fn role(&mut self) -> Option<usize> {
        let start = self.at;
        let role = role_name(&self.paragraph.text[start..])?;
        let open = start + role.len() + 2;
        let is_role = self.paragraph.text[open..].starts_with('`')
            && begins(&self.paragraph.text[..start], ':');
        let inner = is_role.then(|| self.closed(Delimiter::Interpreted, open)).flatten()?;
        self.flush(start);
        let end = inner.end + 1;
        self.with_role(role, inner);
        Some(end)
    }

    fn with_role(&mut self, role: &str, inner: Range<usize>) {
        let text = &self.paragraph.text[inner.clone()];
        let position = self.writer.position(self.paragraph, inner.start);
        match role {
            "sup" | "superscript" => {
                self.writer.draft.begin_mark(MarkKind::Superscript);
                self.write_unescaped(inner);
                self.writer.draft.end_mark();
            }
            "emphasis" | "strong" | "title-reference" | "title" | "t" => {
                self.writer.draft.begin_mark(MarkKind::Emphasis);
                self.write_unescaped(inner);
                self.writer.draft.end_mark();
            }
            "rfc" | "RFC" | "pep" | "PEP" => {
                self.writer.draft.text(&format!("{} ", role.to_uppercase()), position);
                self.write(inner);
            }
            "math" | "code" | "literal" => self.write(inner),
            _ => {
                // A role of Sphinx shows its title, not what it leads to.
                let title = text.strip_suffix('>').and_then(|text| text.rfind(" <"));
                let end = title.map_or(inner.end, |at| inner.start + at);
                self.write_unescaped(inner.start..end);
            }
        }
    }

    /// Takes a call of a note: `[1]_`, `[#]_`, `[#name]_`, `[*]_`, `[CIT2002]_`.
    fn call(&mut self) -> Option<usize> {
        let text = &self.paragraph.text;
        let inner = &text[self.at + 1..];
        let window = &inner.as_bytes()[..inner.len().min(LONGEST_LABEL)];
        let length = memchr::memchr(b']', window)?;
        let label = &inner[..length];
        let after = inner[length + 1..].strip_prefix('_')?;
        if !RawNote::is_label(label) || !ends(after) {
            return None;
        }
        let start = self.at;
        self.flush(start);
        let (shown, note) = self.writer.labels.call(label);
        let position = self.writer.position(self.paragraph, start);
        // A call whose note is not there has no key.
        let key = note.map(labels::key).unwrap_or_default();
        self.writer.draft.call(&shown, &key, position);
        Some(text.len() - after.len())
    }

    /// Takes a link that is one word before an underscore, and a target within the text.
    fn name(&mut self) -> Option<usize> {
        let text = &self.paragraph.text;
        if text[self.at..].starts_with("_`") && begins(&text[..self.at], '`') {
            let inner = self.closed(Delimiter::Interpreted, self.at + 1)?;
            self.flush(self.at);
            let end = inner.end + 1;
            self.write_unescaped(inner);
            return Some(end);
        }
        let count = text[self.at..].bytes().take_while(|&b| b == b'_').count();
        let after = &text[self.at + count..];
        if count > 2 || !ends(after) {
            return None;
        }
        let window = self.at.saturating_sub(LONGEST_NAME).max(self.from);
        let before = &text[text.ceil_char_boundary(window)..self.at];
        let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '+');
        let name = &before[before.trim_end_matches(is_inner).len()..];
        let name = name.trim_start_matches(|c: char| !c.is_alphanumeric());
        let start = self.at - name.len();
        if name.is_empty() || !name.ends_with(char::is_alphanumeric) {
            return None;
        }
        let target = if count == 2 {
            self.writer.labels.next_address()
        } else if self.writer.labels.knows(name) {
            self.writer.labels.address(name)
        } else {
            return None;
        };
        let (target, end) = (target.map(str::to_owned), self.at + count);
        let shown = start..self.at;
        self.flush(start);
        self.linked(shown, target);
        Some(end)
    }
}

/// Returns the name of a role: of `:sup:…`, `sup`.
fn role_name(text: &str) -> Option<&str> {
    let inner = text.strip_prefix(':')?;
    let window = &inner[..inner.floor_char_boundary(LONGEST_NAME)];
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '+');
    let length = window.len() - window.trim_start_matches(is_inner).len();
    let name = inner[..length].strip_suffix(':')?;
    let is_name = name.starts_with(char::is_alphanumeric) && !name.ends_with(':');
    is_name.then_some(name)
}

/// Tells whether markup can begin behind a text and before a character; not where it stands in quotation marks.
fn begins(before: &str, first: char) -> bool {
    const PAIRS: [(char, char); 9] = [
        ('"', '"'),
        ('\'', '\''),
        ('(', ')'),
        ('[', ']'),
        ('{', '}'),
        ('<', '>'),
        ('“', '”'),
        ('‘', '’'),
        ('«', '»'),
    ];
    let Some(last) = before.chars().next_back() else { return true };
    let quoted = PAIRS.iter().any(|(open, close)| *open == last && *close == first);
    let opens = last.is_whitespace()
        || matches!(last, '-' | ':' | '/' | '„' | '‚' | '—' | '–' | '¿' | '¡' | '»' | '”' | '’')
        || PAIRS.iter().any(|(open, _)| *open == last);
    opens && !quoted
}

/// Tells whether markup can end before a text.
fn ends(after: &str) -> bool {
    after.chars().next().is_none_or(|c| {
        c.is_whitespace()
            || matches!(
                c,
                '\'' | '"'
                    | ')'
                    | ']'
                    | '}'
                    | '>'
                    | '-'
                    | '/'
                    | '\\'
                    | ':'
                    | '.'
                    | ','
                    | ';'
                    | '!'
                    | '?'
            )
            || (!c.is_ascii() && !c.is_alphanumeric())
    })
}
