//! Finds lines that may begin a note, and chooses those whose numbers run on.

use std::collections::BTreeMap;

use super::calls::{self, Call, Form};
use crate::document::{Document, Layer};
use crate::read::text::Lines;

/// The shapes in which a note's label is written at its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// `[^1]:`
    MarkdownCaret,
    /// `[[1]]`
    DoubleBracket,
    /// `[1]`
    Bracket,
    /// `[i]`
    Roman,
    /// `¹`
    Superscript,
    /// `^1`
    Caret,
    /// `(1)`
    Parenthesis,
    /// `1.`
    Dot,
    /// `1)`
    Closing,
}

impl Shape {
    /// Every shape, the surest first.
    pub(super) const ALL: [Self; 9] = [
        Self::MarkdownCaret,
        Self::DoubleBracket,
        Self::Bracket,
        Self::Roman,
        Self::Superscript,
        Self::Caret,
        Self::Parenthesis,
        Self::Dot,
        Self::Closing,
    ];

    /// Tells whether lists of anything are written in this shape too.
    pub(super) const fn is_weak(self) -> bool {
        match self {
            Self::Parenthesis | Self::Dot | Self::Closing => true,
            Self::MarkdownCaret
            | Self::DoubleBracket
            | Self::Bracket
            | Self::Roman
            | Self::Superscript
            | Self::Caret => false,
        }
    }

    /// Returns the forms in which notes of this shape are called, the likeliest first.
    pub(super) const fn forms(self) -> &'static [Form] {
        match self {
            Self::MarkdownCaret => &[Form::MarkdownCaret],
            Self::DoubleBracket => &[Form::DoubleBracket],
            Self::Bracket => &[Form::Bracket, Form::Superscript, Form::Caret],
            Self::Roman => &[Form::Roman],
            Self::Superscript => &[Form::Superscript, Form::Bracket],
            Self::Caret => &[Form::Caret, Form::Superscript],
            Self::Parenthesis => &[Form::Parenthesis],
            Self::Dot | Self::Closing => {
                &[Form::Bracket, Form::Superscript, Form::Caret, Form::Parenthesis]
            }
        }
    }
}

/// A line that may begin a note.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) label: String,
    pub(super) number: u32,
    /// Where its label starts.
    pub(super) start: usize,
    /// Where its text starts.
    pub(super) text_start: usize,
    /// The block it stands in.
    pub(super) block: usize,
    /// Whether it begins a paragraph or only a line.
    pub(super) begins: Begins,
    /// Whether the numbers begin anew with it.
    pub(super) restarts: bool,
}

/// What a label stands at the beginning of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    Paragraph,
    Line,
}

/// Finds every line that may begin a note, by shape, in the order of the text.
pub(super) fn candidates(document: &Document) -> BTreeMap<Shape, Vec<Definition>> {
    let mut found: BTreeMap<Shape, Vec<Definition>> = BTreeMap::new();
    let lines = Lines::of(&document.text);
    for (block, of) in document.blocks.iter().enumerate() {
        if of.layer != Layer::Visible {
            continue;
        }
        for line in lines.within(of.range.clone()) {
            let text = &document.text[line.clone()];
            let indent = text.len() - text.trim_start().len();
            let Some((shape, number, length)) = label(&text[indent..]) else { continue };
            let start = line.start + indent;
            let written = &document.text[start..start + length];
            let after = &document.text[start + length..line.end];
            let text_start = start + length + (after.len() - after.trim_start().len());
            let begins =
                if line.start == of.range.start { Begins::Paragraph } else { Begins::Line };
            found.entry(shape).or_default().push(Definition {
                label: written.chars().filter(|c| c.is_alphanumeric()).collect(),
                number,
                start,
                text_start,
                block,
                begins,
                restarts: false,
            });
        }
    }
    for definition in found.values_mut().flatten() {
        if definition.label.chars().any(|c| "⁰¹²³⁴⁵⁶⁷⁸⁹".contains(c)) {
            definition.label = definition.number.to_string();
        }
    }
    found
}

/// Reads the label at the beginning of a line: its shape, number and length in bytes.
fn label(line: &str) -> Option<(Shape, u32, usize)> {
    let (shape, number, length) = match *line.as_bytes().first()? {
        b'[' => bracketed(line)?,
        b'(' => {
            let inner = &line[1..=line[1..].find(')').filter(|&end| end <= 7)?];
            (Shape::Parenthesis, calls::number(inner)?, inner.len() + 2)
        }
        b'^' => {
            let digits = leading_digits(&line[1..]);
            let closed = usize::from(line[1 + digits..].starts_with(['^', ':', '.']));
            (Shape::Caret, calls::number(&line[1..=digits])?, 1 + digits + closed)
        }
        b'0'..=b'9' => {
            let digits = leading_digits(line);
            let shape = match line.as_bytes().get(digits) {
                Some(b'.') => Shape::Dot,
                Some(b')') => Shape::Closing,
                _ => return None,
            };
            (shape, calls::number(&line[..digits])?, digits + 1)
        }
        0xC2 | 0xE2 => {
            let (number, length) = calls::superscript(line)?;
            return Some((Shape::Superscript, number, length));
        }
        _ => return None,
    };
    let after = line[length..].chars().next();
    after.is_none_or(char::is_whitespace).then_some((shape, number, length))
}

fn bracketed(line: &str) -> Option<(Shape, u32, usize)> {
    let window = &line.as_bytes()[..line.len().min(16)];
    let end = memchr::memchr(b']', window)?;
    let inner = &line[1..end];
    let (shape, number, mut length) = if let Some(inner) = inner.strip_prefix('[') {
        line[end..].starts_with("]]").then_some(())?;
        (Shape::DoubleBracket, calls::number(inner)?, end + 2)
    } else if let Some(inner) = inner.strip_prefix('^') {
        (Shape::MarkdownCaret, calls::number(inner)?, end + 1)
    } else if let Some(number) = calls::number(inner) {
        (Shape::Bracket, number, end + 1)
    } else {
        (Shape::Roman, calls::from_roman(inner)?, end + 1)
    };
    length += usize::from(line[length..].starts_with([':', '.']));
    Some((shape, number, length))
}

fn leading_digits(text: &str) -> usize {
    text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len()
}

/// Chooses the definitions whose numbers run on from 1, each series of them if numbers begin anew.
pub(super) fn choose(
    document: &Document,
    candidates: &[Definition],
    calls: &[Call],
) -> Vec<Definition> {
    let choice = Choice::new(document, candidates, calls);
    let mut chosen: Vec<Definition> = Vec::new();
    let mut series_start = 0;
    let mut expected = 1;
    for (index, candidate) in candidates.iter().enumerate() {
        let decision = if chosen.is_empty() {
            if choice.may_begin(index) { Decision::Take } else { Decision::Leave }
        } else {
            choice.decide(index, expected, &chosen[series_start..])
        };
        let mut taken = candidate.clone();
        match decision {
            Decision::Leave => continue,
            Decision::Take => {}
            Decision::Restart => {
                taken.restarts = true;
                series_start = chosen.len();
                expected = 1;
            }
            Decision::Replace => {
                chosen.truncate(series_start);
                taken.restarts = series_start > 0;
                expected = 1;
            }
        }
        expected = expected.max(taken.number + 1);
        chosen.push(taken);
    }
    if choice.is_numbered_text(&chosen) { Vec::new() } else { chosen }
}

/// What to do with a candidate.
enum Decision {
    /// It is part of the note before, or of the text.
    Leave,
    /// It is the next note of its series, or a second one of the same number.
    Take,
    /// It begins a new series.
    Restart,
    /// It begins the series; what was taken for its beginning was none.
    Replace,
}

/// What is known of the candidates of one shape.
struct Choice<'a> {
    document: &'a Document,
    candidates: &'a [Definition],
    /// Where the candidates of each number stand: indices, ascending.
    by_number: BTreeMap<u32, Vec<usize>>,
    /// Where each number is called, ascending.
    called: BTreeMap<u32, Vec<usize>>,
}

impl<'a> Choice<'a> {
    fn new(document: &'a Document, candidates: &'a [Definition], calls: &[Call]) -> Self {
        let mut by_number: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, candidate) in candidates.iter().enumerate() {
            by_number.entry(candidate.number).or_default().push(index);
        }
        let mut called: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for call in calls {
            let start = call.range.start;
            if candidates.binary_search_by_key(&start, |candidate| candidate.start).is_err() {
                for label in &call.labels {
                    called.entry(*label).or_default().push(start);
                }
            }
        }
        Self { document, candidates, by_number, called }
    }

    fn may_begin(&self, index: usize) -> bool {
        let candidate = &self.candidates[index];
        if candidate.number == 1 {
            return candidate.begins == Begins::Paragraph
                || self.is_called_between(1, 0, candidate.start)
                || self.candidates.get(index + 1).is_some_and(|next| next.number == 2);
        }
        // An excerpt whose notes begin at a later number: that number is called, and the next one follows.
        candidate.begins == Begins::Paragraph
            && !self.by_number.contains_key(&1)
            && self.is_called_between(candidate.number, 0, candidate.start)
    }

    fn decide(&self, index: usize, expected: u32, series: &[Definition]) -> Decision {
        let candidate = &self.candidates[index];
        let last = &series[series.len() - 1];
        if candidate.number == expected {
            return Decision::Take;
        }
        if candidate.number == 1 && candidate.begins == Begins::Paragraph {
            let next_is_new = self.first_after(2, index).is_some();
            if series.len() == 1 && candidate.block > last.block + 2 && next_is_new {
                return Decision::Replace;
            }
            if self.is_called_between(1, last.start, candidate.start) {
                return Decision::Restart;
            }
        }
        let defined = series.iter().any(|known| known.number == candidate.number);
        if candidate.begins == Begins::Line {
            let again =
                candidate.number == last.number || (defined && self.starts_afresh(candidate));
            return if again { Decision::Take } else { Decision::Leave };
        }
        if defined || self.may_skip_to(index, expected) { Decision::Take } else { Decision::Leave }
    }

    /// Tells whether a line reads like the beginning of a note, and not like the rest of a sentence that was
    /// broken before a call: `see note / [3] above`.
    fn starts_afresh(&self, candidate: &Definition) -> bool {
        let text = &self.document.text[candidate.text_start..];
        let word = text.split_whitespace().next().unwrap_or_default();
        let is_address = word.trim_end_matches(['.', ',', ';']).contains(['/', '.']);
        is_address || word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
    }

    /// Tells whether a number beyond the expected one begins a note: one whose neighbours are missing or out of order.
    fn may_skip_to(&self, index: usize, expected: u32) -> bool {
        let candidate = &self.candidates[index];
        let comes_in_order = self
            .first_after(expected, index)
            .is_some_and(|next| self.first_after(candidate.number, next).is_some());
        if candidate.number > expected && comes_in_order {
            return false;
        }
        self.called.contains_key(&candidate.number)
            || (candidate.number > expected && candidate.number <= expected + 5)
    }

    /// Returns the first candidate with a number after the one at `index`.
    fn first_after(&self, number: u32, index: usize) -> Option<usize> {
        let of_number = self.by_number.get(&number)?;
        of_number.get(of_number.partition_point(|&at| at <= index)).copied()
    }

    fn is_called_between(&self, number: u32, from: usize, to: usize) -> bool {
        self.called.get(&number).is_some_and(|offsets| {
            offsets.get(offsets.partition_point(|&at| at < from)).is_some_and(|&at| at < to)
        })
    }

    /// Tells whether these are the numbered paragraphs of the text itself, as in a judgment: none is called,
    /// and they make up most of it.
    fn is_numbered_text(&self, chosen: &[Definition]) -> bool {
        let Some(first) = chosen.first() else { return false };
        let called = chosen.iter().any(|definition| self.called.contains_key(&definition.number));
        !called
            && first.start * 2 < self.document.text.len()
            && !super::extent::names_address(&self.document.text[first.start..])
    }
}
