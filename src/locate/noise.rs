//! Finds on a page what stands between the words of a quotation without being part of what was said: note marks,
//! stage directions, speech tags, pictures. Leaving it out is permitted, and reported (rule T5).

use std::ops::Range;

use crate::text::{TokenClass, push_key};

use super::index::PageIndex;
use super::lexicon;

/// What kind of noise a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noise {
    /// It calls a note.
    NoteMark,
    /// It is a picture.
    Emoji,
    /// It stands in a short parenthesis such as `(Laughter.)`.
    StageDirection,
    /// It is of the words that say who speaks, between a closing and an opening mark.
    SpeechTag,
}

/// The most words of a parenthesis that is a stage direction.
const LONGEST_DIRECTION: usize = 5;
/// The most words of a speech tag.
const LONGEST_TAG: usize = 14;

/// Says for each token of a range what kind of noise it is, and to which stretch of it it belongs: it is noise only as a
/// whole.
pub(super) fn noise(page: &PageIndex<'_>, range: Range<usize>) -> Vec<Option<(Noise, u32)>> {
    let mut kinds: Vec<Option<(Noise, u32)>> = range
        .clone()
        .map(|token| match page.tokens[token].class {
            TokenClass::NoteMark => Some((Noise::NoteMark, 0)),
            TokenClass::Emoji => Some((Noise::Emoji, 0)),
            TokenClass::Word | TokenClass::Number | TokenClass::Symbol | TokenClass::Ideograph => {
                None
            }
        })
        .collect();
    let gaps: Vec<String> = range
        .clone()
        .map(|token| {
            if token == range.start {
                return String::new();
            }
            let (a, b) = page.between(token - 1, token);
            format!("{a}{b}")
        })
        .collect();
    let mut at = 1;
    while at < gaps.len() {
        let found = direction(page, &range, &gaps, at)
            .map(|end| (end, Noise::StageDirection))
            .or_else(|| tag(page, &range, &gaps, at).map(|end| (end, Noise::SpeechTag)));
        match found {
            Some((end, kind)) => {
                for slot in &mut kinds[at..end] {
                    slot.get_or_insert((kind, page.tokens[range.start + at].start + 1));
                }
                at = end;
            }
            None => at += 1,
        }
    }
    kinds
}

/// Returns where a stage direction that begins with a token ends.
fn direction(
    page: &PageIndex<'_>,
    range: &Range<usize>,
    gaps: &[String],
    at: usize,
) -> Option<usize> {
    let close = match gaps[at].trim_end().chars().next_back()? {
        '(' => ')',
        '[' => ']',
        _ => return None,
    };
    let end = (at + 1..gaps.len().min(at + LONGEST_DIRECTION + 2))
        .find(|&end| gaps[end].contains(close))?;
    if end - at > LONGEST_DIRECTION {
        return None;
    }
    let words: Vec<String> = (at..end).map(|token| key(page, range.start + token)).collect();
    let first = page.tokens[range.start + at];
    let capital =
        page.document.text[first.start as usize..].chars().next().is_some_and(char::is_uppercase);
    let stopped = gaps[end].trim_start().starts_with(['.', '!']);
    let known = words.iter().any(|word| lexicon::is_stage_word(word));
    // What takes back or counts is a part of what was said.
    let loaded =
        words.iter().any(|word| lexicon::is_negation(word) || lexicon::is_number_word(word));
    (known || capital && stopped && !loaded).then_some(end)
}

/// Returns where a speech tag that begins with a token ends: `,” he said. “` or `, — сказал он. —`.
fn tag(page: &PageIndex<'_>, range: &Range<usize>, gaps: &[String], at: usize) -> Option<usize> {
    let opens = Tagging::of(&gaps[at])?;
    let end = (at + 1..gaps.len().min(at + LONGEST_TAG + 1))
        .find(|&end| Tagging::of(&gaps[end]) == Some(opens))?;
    let speaks = (at..end).any(|token| lexicon::is_speech_verb(&key(page, range.start + token)));
    speaks.then_some(end)
}

/// How a speech tag is set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tagging {
    Marks,
    Dashes,
}

impl Tagging {
    fn of(gap: &str) -> Option<Self> {
        let stops = gap.contains([',', '.', '!', '?', '…']);
        if stops && gap.contains(is_quotation_mark) {
            return Some(Self::Marks);
        }
        (stops && gap.contains(['—', '–'])).then_some(Self::Dashes)
    }
}

/// Tells whether a character is a mark of quotation of any language.
pub(super) const fn is_quotation_mark(c: char) -> bool {
    matches!(
        c,
        '"' | '“'
            | '”'
            | '„'
            | '‟'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '「'
            | '」'
            | '『'
            | '』'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '\u{301d}'..='\u{301f}' | '＂'
    )
}

fn key(page: &PageIndex<'_>, token: usize) -> String {
    let token = page.tokens[token];
    let mut key = String::new();
    push_key(&page.document.text[token.start as usize..token.end as usize], token.class, &mut key);
    key
}
