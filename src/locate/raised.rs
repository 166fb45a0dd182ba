//! Cuts the text of a block where marks of notes and powers are set in it: `closed5` is a word and the call of a note
//! where the 5 is raised, and `106` is a power of ten. Knows markup by the marks of the document only.

use std::ops::Range;

use crate::document::{Block, Document, Mark, MarkKind};
use crate::text::TokenClass;
use crate::text::numbers::is_power;

use super::vocabulary::{Vocabulary, WordId};

/// A stretch of a block's text, in bytes of the document's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub range: Range<usize>,
    pub kind: StretchKind,
}

/// What a stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StretchKind {
    /// Running text.
    Text,
    /// It calls a note.
    Call,
    /// It is the power of what stands before it.
    Power,
}

/// What is raised for longer than this, in bytes, is text.
const LONGEST_RAISED: usize = 64;
/// The longest call of a note, in characters.
const LONGEST_CALL: usize = 4;

/// Cuts a block's text into stretches. A call that some quotation has taken along with its word is left in the text.
pub(super) fn stretches(
    document: &Document,
    block: &Block,
    vocabulary: &Vocabulary,
    key: &mut String,
) -> Vec<Stretch> {
    let from = document.marks.partition_point(|mark| mark.range.start < block.range.start);
    let to = document.marks.partition_point(|mark| mark.range.start < block.range.end);
    let marks = document.marks.get(from..to.max(from)).unwrap_or(&[]);
    let mut stretches = Vec::new();
    let mut at = block.range.start;
    for raised in raised(&document.text, marks) {
        let end = raised.range.end.min(block.range.end);
        if raised.range.start < at || end <= raised.range.start {
            continue;
        }
        let before = &document.text[at..raised.range.start];
        if raised.kind == StretchKind::Call {
            let word: usize =
                before.chars().rev().take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum();
            let whole = &document.text[raised.range.start - word..end];
            let is_word = before.chars().next_back().is_some_and(char::is_alphabetic);
            if is_word && vocabulary.of_token(whole, TokenClass::Word, key) != WordId::UNKNOWN {
                continue;
            }
        }
        if at < raised.range.start {
            stretches.push(Stretch { range: at..raised.range.start, kind: StretchKind::Text });
        }
        stretches.push(Stretch { range: raised.range.start..end, kind: raised.kind });
        at = end;
    }
    if at < block.range.end {
        stretches.push(Stretch { range: at..block.range.end, kind: StretchKind::Text });
    }
    stretches
}

/// The calls and powers among some marks, each once: a link around a call starts where the call does, or within it.
fn raised(text: &str, marks: &[Mark]) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    for mark in marks {
        let kind = match mark.kind {
            MarkKind::NoteCall { .. } => StretchKind::Call,
            MarkKind::Superscript => match raised_kind(text, mark.range.clone()) {
                Some(kind) => kind,
                None => continue,
            },
            _ => continue,
        };
        match found.last_mut().filter(|last| mark.range.start < last.range.end) {
            Some(last) => {
                last.range.end = last.range.end.max(mark.range.end);
                if kind == StretchKind::Call {
                    last.kind = kind;
                }
            }
            None => found.push(Stretch { range: mark.range.clone(), kind }),
        }
    }
    found
}

/// Raised digits or daggers call a note, unless they are a power (10⁶); letters do neither (1st), and a power of a unit
/// is a part of its word (m²).
fn raised_kind(text: &str, range: Range<usize>) -> Option<StretchKind> {
    if range.len() > LONGEST_RAISED {
        return None;
    }
    let before = text.get(..range.start)?;
    let before = &before[before.ceil_char_boundary(before.len().saturating_sub(32))..];
    let content = text.get(range)?.trim();
    if is_power(before, content) {
        return before.ends_with(char::is_numeric).then_some(StretchKind::Power);
    }
    let label = content.trim_matches(['[', ']', '(', ')', ' ', ',']);
    // `[a]`, `[citation needed]`.
    let is_remark = content.starts_with('[') && content.ends_with(']');
    let is_call = is_remark
        || !label.is_empty()
            && label.chars().count() <= LONGEST_CALL
            && label.chars().all(|c| {
                c.is_ascii_digit() || matches!(c, '*' | '†' | '‡' | '§' | ',' | '-' | '–')
            });
    is_call.then_some(StretchKind::Call)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Hint, read};

    fn outline(html: &str) -> String {
        let page = format!("<!doctype html><title>A page</title><p>{html}</p>");
        let document = read(page.as_bytes(), &Hint::default()).unwrap();
        let vocabulary = Vocabulary::default();
        let mut key = String::new();
        let block = &document.blocks[document.blocks.len() - 1];
        let shown = stretches(&document, block, &vocabulary, &mut key).into_iter().map(|stretch| {
            let text = &document.text[stretch.range];
            match stretch.kind {
                StretchKind::Text => text.to_owned(),
                StretchKind::Call => format!("<{text}>"),
                StretchKind::Power => format!("^{text}"),
            }
        });
        shown.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn raised_digits_are_cut_off_words_and_numbers() {
        for (html, expected) in [
            ("It closed<sup>5</sup> in spring.", "It closed|<5>| in spring."),
            ("about 10<sup>6</sup> cells", "about 10|^6| cells"),
            ("closed in 2023<sup>5</sup> again", "closed in 2023|<5>| again"),
            ("over 500 km<sup>2</sup> wide", "over 500 km2 wide"),
            ("the 1<sup>st</sup> man", "the 1st man"),
            ("a word<sup>[12]</sup> more", "a word|<[12]>| more"),
            ("a word<sup>[<i>citation needed</i>]</sup> more", "a word|<[citation needed]>| more"),
        ] {
            assert_eq!(outline(html), expected);
        }
    }

    #[test]
    fn a_call_that_is_quoted_along_with_its_word_stays_in_it() {
        let document = read(b"<p>It closed<sup>5</sup> in spring.", &Hint::default()).unwrap();
        let mut vocabulary = Vocabulary::default();
        vocabulary.learn("closed5", TokenClass::Word);
        let block = &document.blocks[0];
        assert_eq!(stretches(&document, block, &vocabulary, &mut String::new()).len(), 1);
    }
}
