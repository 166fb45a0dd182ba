//! Finds what looks like a note call: `[3]`, `[3, 5]`, `³`, `(3)`, `^3`. Whether it is one depends on the notes.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2_iter};

use crate::document::{Document, Layer};
use crate::text::roman::{self, to_roman};

/// The forms in which notes are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `[3]`, `[3, 5]`, `[3-5]`, `[3, p. 12]`
    Bracket,
    /// `[[3]]`
    DoubleBracket,
    /// `[iii]`
    Roman,
    /// `[^3]`
    MarkdownCaret,
    /// `³`
    Superscript,
    /// `^3`
    Caret,
    /// `(3)`, directly after what it belongs to
    Parenthesis,
    /// `*`, `†`
    Symbol,
}

/// What looks like a call.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) form: Form,
    pub(super) range: Range<usize>,
    pub(super) labels: Vec<u32>,
}

/// The most notes that one call may name as a range.
const LONGEST_RANGE: u32 = 50;
/// The longest call between brackets, in bytes.
const LONGEST_CALL: usize = 60;

impl Form {
    /// Returns how a note of this number is called.
    pub(super) fn label(self, number: u32) -> String {
        match self {
            Self::Roman => to_roman(number),
            Self::Bracket
            | Self::DoubleBracket
            | Self::MarkdownCaret
            | Self::Superscript
            | Self::Caret
            | Self::Parenthesis
            | Self::Symbol => number.to_string(),
        }
    }
}

impl Call {
    /// Tells whether the call can be of a note that is missing, where the highest note has the number `highest`:
    /// not a year, a count or a page in brackets.
    pub(super) fn names_missing_note(&self, label: u32, highest: u32, text: &str) -> bool {
        let before = text[..self.range.start].chars().next_back();
        let glued =
            before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | '[' | '-' | '–'));
        match self.form {
            Form::Bracket | Form::DoubleBracket | Form::Roman | Form::MarkdownCaret => {
                let after = &text[self.range.end..];
                let inserted = after.trim_start().chars().next().is_some_and(char::is_alphanumeric)
                    && !before.is_some_and(|c| matches!(c, '.' | '!' | '?' | '"' | '”' | '»'));
                (glued && label < 1000) || (label <= highest + 20 && !inserted)
            }
            Form::Superscript | Form::Caret => {
                label > 0 && label <= highest + 3 && glued && !follows_unit(text, self.range.start)
            }
            Form::Parenthesis | Form::Symbol => false,
        }
    }
}

/// Finds all that looks like a call of one form in the visible text.
pub(super) fn find(document: &Document, form: Form) -> Vec<Call> {
    let mut calls = Vec::new();
    for block in document.blocks.iter().filter(|block| block.layer == Layer::Visible) {
        let text = &document.text[..block.range.end];
        match form {
            Form::Bracket | Form::DoubleBracket | Form::Roman | Form::MarkdownCaret => {
                in_brackets(text, block.range.start, form, &mut calls);
            }
            Form::Superscript => superscripts(text, block.range.start, &mut calls),
            Form::Caret => carets(text, block.range.start, &mut calls),
            Form::Parenthesis => parentheses(text, block.range.start, &mut calls),
            Form::Symbol => {}
        }
    }
    calls
}

fn in_brackets(text: &str, from: usize, form: Form, calls: &mut Vec<Call>) {
    let (open, close) = match form {
        Form::DoubleBracket => ("[[", "]]"),
        Form::MarkdownCaret => ("[^", "]"),
        Form::Bracket
        | Form::Roman
        | Form::Superscript
        | Form::Caret
        | Form::Parenthesis
        | Form::Symbol => ("[", "]"),
    };
    let mut at = from;
    while let Some(found) = memchr(b'[', &text.as_bytes()[at..]) {
        let start = at + found;
        at = start + 1;
        let Some(inner) = text[start..].strip_prefix(open) else { continue };
        let window = &inner.as_bytes()[..inner.len().min(LONGEST_CALL)];
        let Some(length) = memchr(b']', window) else { continue };
        let Some(after) = inner[length..].strip_prefix(close) else { continue };
        let doubled = form != Form::DoubleBracket && text[..start].ends_with('[');
        // `[1](address)` is a link.
        if doubled || after.starts_with('(') {
            continue;
        }
        let labels = match form {
            Form::Roman => from_roman(&inner[..length]).map(|number| vec![number]),
            Form::Bracket
            | Form::DoubleBracket
            | Form::MarkdownCaret
            | Form::Superscript
            | Form::Caret
            | Form::Parenthesis
            | Form::Symbol => numbers(&inner[..length]),
        };
        if let Some(labels) = labels {
            let end = start + open.len() + length + close.len();
            calls.push(Call { form, range: start..end, labels });
            at = end;
        }
    }
}

/// Reads what stands between brackets: numbers and ranges, or one number with a place in its source.
fn numbers(inner: &str) -> Option<Vec<u32>> {
    let mut labels = Vec::new();
    for (position, part) in inner.split([',', ';']).enumerate() {
        let part = part.trim();
        if position > 0 && labels.len() == 1 && is_locator(part) {
            return Some(labels);
        }
        if let Some((first, last)) = part.split_once(['-', '–', '—', '‑']) {
            let (first, last) = (number(first.trim())?, number(last.trim())?);
            if first >= last || last - first > LONGEST_RANGE {
                return None;
            }
            labels.extend(first..=last);
        } else if let Some(label) = number(part) {
            labels.push(label);
        } else {
            return None;
        }
    }
    (labels.len() <= LONGEST_RANGE as usize).then_some(labels)
}

/// Tells whether this is a place in a source, such as `p. 12` or `с. 4`.
fn is_locator(part: &str) -> bool {
    part.chars().next().is_some_and(char::is_alphabetic)
        && part.chars().any(|c| c.is_ascii_digit())
        && part.split_whitespace().count() <= 3
}

/// Reads a number of at most six digits, without leading zeros.
pub(super) fn number(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.len() <= 6 && !digits.starts_with('0');
    (plain && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

fn superscripts(text: &str, from: usize, calls: &mut Vec<Call>) {
    let mut at = from;
    for found in memchr2_iter(0xC2, 0xE2, &text.as_bytes()[from..]) {
        let start = from + found;
        if start < at {
            continue;
        }
        let Some((label, length)) = superscript(&text[start..]) else { continue };
        at = start + length;
        calls.push(Call { form: Form::Superscript, range: start..at, labels: vec![label] });
    }
}

/// Reads a number in raised digits, and says how many bytes it takes.
pub(super) fn superscript(text: &str) -> Option<(u32, usize)> {
    let mut value = 0_u32;
    let mut length = 0;
    for c in text.chars() {
        let Some(digit) = "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|raised| raised == c)
        else {
            break;
        };
        value = value * 10 + u32::try_from(digit).unwrap_or_default();
        length += c.len_utf8();
        if value == 0 || value > 999_999 {
            return None;
        }
    }
    (length > 0).then_some((value, length))
}

fn carets(text: &str, from: usize, calls: &mut Vec<Call>) {
    for found in memchr_iter(b'^', &text.as_bytes()[from..]) {
        let start = from + found;
        let rest = &text[start + 1..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let glued = text[from..start].chars().next_back().is_some_and(|c| !c.is_whitespace());
        if let Some(label) = number(&rest[..digits])
            && glued
        {
            let closed = usize::from(rest[digits..].starts_with('^'));
            let range = start..start + 1 + digits + closed;
            calls.push(Call { form: Form::Caret, range, labels: vec![label] });
        }
    }
}

fn parentheses(text: &str, from: usize, calls: &mut Vec<Call>) {
    for found in memchr_iter(b'(', &text.as_bytes()[from..]) {
        let start = from + found;
        let rest = &text.as_bytes()[start + 1..];
        let Some(length) = memchr(b')', &rest[..rest.len().min(5)]) else { continue };
        let Some(label) = number(&text[start + 1..start + 1 + length]) else { continue };
        // "Article 5(1)" and "f(1)" are none.
        let before = text[from..start].chars().next_back();
        let glued = before.is_some_and(|c| {
            matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '”' | '’' | '»' | '…')
                || c.is_lowercase()
        });
        if glued {
            let range = start..start + length + 2;
            calls.push(Call { form: Form::Parenthesis, range, labels: vec![label] });
        }
    }
}

/// Tells whether a raised number belongs to a unit: `km²`.
fn follows_unit(text: &str, at: usize) -> bool {
    let word = text[..at].rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    matches!(word, "m" | "km" | "cm" | "mm" | "м" | "км" | "см" | "мм" | "mi" | "ft" | "in" | "x")
}

/// Reads a Roman numeral in small letters up to 399: `[d]` and `[m]` are letters.
pub(super) fn from_roman(text: &str) -> Option<u32> {
    roman::from_roman(text).filter(|&number| number < 400)
}
