//! Says where an address in running text ends: before trailing punctuation, closing quotation marks, and brackets
//! that were opened before it. Looks at each character a bounded number of times.

use std::collections::BTreeMap;

use super::Extent;
use super::host::defanged_dot;
use crate::text::dates;

/// The brackets of the stretch without white space that is being read: each closing one's opening one, and the reverse.
#[derive(Default)]
pub(super) struct Brackets {
    end: usize,
    partners: BTreeMap<usize, usize>,
}

impl Brackets {
    fn partner(&mut self, text: &str, at: usize) -> Option<usize> {
        if at >= self.end {
            self.read(text, at);
        }
        self.partners.get(&at).copied()
    }

    /// Pairs the brackets from the start of the stretch that holds `at`. A stretch is read once.
    fn read(&mut self, text: &str, at: usize) {
        let start =
            text[self.end..at].rfind(char::is_whitespace).map_or(self.end, |s| self.end + s);
        self.partners.clear();
        let mut open: Vec<(usize, char)> = Vec::new();
        let stretch = text[start..].trim_start();
        let start = text.len() - stretch.len();
        let length = stretch.find(char::is_whitespace).unwrap_or(stretch.len());
        for (offset, c) in stretch[..length].char_indices() {
            match c {
                '(' | '[' | '{' => open.push((start + offset, closing(c))),
                ')' | ']' | '}' if open.last().is_some_and(|(_, wanted)| *wanted == c) => {
                    if let Some((from, _)) = open.pop() {
                        self.partners.insert(from, start + offset);
                        self.partners.insert(start + offset, from);
                    }
                }
                _ => {}
            }
        }
        self.end = start + length;
    }
}

const fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// Returns the end of an address that begins at `start` and whose authority begins at `from`.
pub(super) fn from_authority(
    text: &str,
    start: usize,
    from: usize,
    brackets: &mut Brackets,
) -> (usize, Extent) {
    let mut at = from;
    // The brackets of an IPv6 address.
    if text[from..].starts_with('[') {
        match brackets.partner(text, from) {
            Some(partner) => at = partner + 1,
            None => return (from, Extent::Whole),
        }
    }
    scan(text, start, at, brackets)
}

/// Returns the end of an address that begins at `start` and whose path begins at `from`.
pub(super) fn from_path(
    text: &str,
    start: usize,
    from: usize,
    brackets: &mut Brackets,
) -> (usize, Extent) {
    scan(text, start, from, brackets)
}

/// What a character does to an address.
enum Step {
    /// It belongs to it, with as many bytes.
    Take(usize),
    /// It belongs to it and shows that something was left out.
    Omission(usize),
    /// It ends it.
    End,
    /// It ends it and shows that something was left out.
    EndCut(usize),
}

fn scan(text: &str, start: usize, from: usize, brackets: &mut Brackets) -> (usize, Extent) {
    let opened = text[..start].chars().next_back();
    let mut extent = Extent::Whole;
    let mut at = from;
    while let Some(c) = text[at..].chars().next() {
        match step(text, start, at, c, opened, brackets) {
            Step::Take(length) => at += length,
            Step::Omission(length) => {
                extent = Extent::CutShort;
                at += length;
            }
            Step::End => break,
            Step::EndCut(length) => return (at + length, Extent::CutShort),
        }
    }
    trimmed(text, from, at, opened, extent)
}

fn step(
    text: &str,
    start: usize,
    at: usize,
    c: char,
    opened: Option<char>,
    brackets: &mut Brackets,
) -> Step {
    let length = c.len_utf8();
    let rest = &text[at + length..];
    match c {
        '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => Step::Take(length),
        '[' | '(' | '{' => open_bracket(text, at, brackets),
        ']' | ')' | '}' => match brackets.partner(text, at) {
            Some(partner) if partner >= start => Step::Take(length),
            _ => Step::End,
        },
        '…' => Step::Omission(length),
        '.' if rest.starts_with("../") => Step::Omission(3),
        ',' | ';' if another_begins(rest) || dates::begins_with_date(rest) => Step::End,
        '\'' if opened == Some('\'') => Step::End,
        '’' if rest.starts_with(char::is_alphanumeric) && !possessive(rest) => Step::Take(length),
        _ if ends_address(c) => Step::End,
        _ => Step::Take(length),
    }
}

/// A bracket inside an address: a pair that closes again, a query's index, a spelled-out dot; `[12]` is a note call.
fn open_bracket(text: &str, at: usize, brackets: &mut Brackets) -> Step {
    if let Some(length) = defanged_dot(text, at) {
        return Step::Take(length);
    }
    for cut in ["[…]", "[...]", "(…)", "(...)"] {
        if text[at..].starts_with(cut) {
            return Step::EndCut(cut.len());
        }
    }
    let Some(partner) = brackets.partner(text, at) else { return Step::End };
    let is_index = || text[partner + 1..].starts_with(['=', '[', '&']);
    if text[at..].starts_with('[') && !is_index() { Step::End } else { Step::Take(1) }
}

fn another_begins(rest: &str) -> bool {
    ["http://", "https://", "www."]
        .iter()
        .any(|start| rest.get(..start.len()).is_some_and(|r| r.eq_ignore_ascii_case(start)))
}

fn possessive(rest: &str) -> bool {
    rest.strip_prefix('s').is_some_and(|after| !after.starts_with(char::is_alphanumeric))
}

/// Tells whether a character can stand in no address, however carelessly it was written.
fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '<' | '>' | '"' | '`' | '|' | '\\' | '^'
                | '“' | '”' | '„' | '‟' | '«' | '»' | '‹' | '›' | '‘' | '’' | '‚' | '‛'
                | '。' | '，' | '、' | '；' | '：' | '！' | '？' | '｡' | '､' | '「' | '」' | '『' | '』'
                | '【' | '】' | '〈' | '〉' | '《' | '》' | '〔' | '〕' | '（' | '）' | '［' | '］' | '｛' | '｝'
                | '؟' | '،' | '؛' | '।' | '॥' | '۔'
                | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}

/// Leaves out trailing punctuation, which ends the sentence and not the address.
fn trimmed(
    text: &str,
    from: usize,
    end: usize,
    opened: Option<char>,
    extent: Extent,
) -> (usize, Extent) {
    let mut taken = &text[from..end];
    let mut extent = extent;
    while let Some(last) = taken.chars().next_back() {
        if last == '…' {
            break;
        }
        if taken.ends_with("...") {
            extent = Extent::CutShort;
            break;
        }
        let emphasis = matches!(last, '_' | '~') && opened == Some(last);
        let strip = emphasis
            || matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '*' | '\'' | '’' | '–' | '—')
            || matches!(last, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}');
        if !strip {
            break;
        }
        taken = &taken[..taken.len() - last.len_utf8()];
    }
    (from + taken.len(), extent)
}
