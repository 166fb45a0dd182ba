//! Reads the words by which a reference describes its source, and tells such words from prose and from photo credits.

use std::ops::Range;

use super::anchors::{Anchor, Words};
use super::surroundings::is_access_label;
use crate::citation::ReferenceForm;
use crate::document::{Document, MarkKind};
use crate::text::dates::{dates_in, has_year};
use crate::text::phrases::prefix_length;
use crate::text::short_forms::short_form_in;

/// A description is no longer than this, in bytes; what is longer is prose.
const MAX_BYTES: usize = 400;

/// Tells whether a line invites to share a page rather than naming a source.
pub(super) fn is_invitation(text: &str) -> bool {
    const INVITATIONS: [&str; 6] =
        ["share this", "follow us", "subscribe to", "поделиться", "sign up for", "print this"];
    starts_with_any(text.trim(), &INVITATIONS)
}

/// Tells whether a line in brackets says whose picture is shown: `(Source: Vladimir Smirnov/POOL/TASS)`.
pub(super) fn is_credit(text: &str) -> bool {
    const CREDITS: [&str; 12] = [
        "source:",
        "sources:",
        "photo",
        "image:",
        "image credit",
        "credit:",
        "picture:",
        "courtesy",
        "фото",
        "источник:",
        "quelle:",
        "foto",
    ];
    let text = text.trim();
    let inner = text.strip_prefix(['(', '[']).unwrap_or(text);
    let bracketed = inner.len() < text.len();
    starts_with_any(inner, &CREDITS)
        && (bracketed || !starts_with_any(inner, &["source", "источник", "quelle"]))
}

fn starts_with_any(text: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| prefix_length(text, start).is_some())
}

/// Returns the words of an entry that describe its source beside the address.
pub(super) fn around(head: &str, words: &str, anchor: &Anchor, tail: &str) -> Option<String> {
    if head.len() <= MAX_BYTES
        && let Some(description) = tidy(head)
    {
        return Some(description);
    }
    // The text of a link describes what it leads to.
    let linked = match anchor.words {
        Words::LinkText => tidy(words),
        Words::Address => None,
    };
    // What stands between an address and its date names the publisher; without a date it may be anything.
    let tail = &tail[..tail.floor_char_boundary(MAX_BYTES)];
    linked
        .or_else(|| tidy(&tail[..dates_in(tail).first()?.0.start]).filter(|t| !is_access_label(t)))
}

/// Trims punctuation, a note's own label and introductions; `None` if no words are left.
fn tidy(text: &str) -> Option<String> {
    let is_edge = |c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.' | '(' | '[' | '—' | '–' | '-' | '•')
    };
    let mut text = text.trim_matches(is_edge);
    if let Some(close) = text.find(']')
        && text[..close].chars().all(|c| c.is_ascii_digit())
    {
        text = text[close + 1..].trim_matches(is_edge);
    }
    let dates = dates_in(text);
    let only_dates = dates.iter().map(|(range, _)| range.len()).sum::<usize>() + 4 >= text.len();
    let has_words = text.chars().filter(|c| c.is_alphabetic()).count() > 3;
    (has_words && !only_dates).then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// An entry of a note that has no address.
pub(super) struct Described {
    /// Where it stands.
    pub range: Range<usize>,
    /// A short form or a description.
    pub form: ReferenceForm,
}

/// Finds the entries of a note that name a source without an address: short forms, and descriptions.
pub(super) fn in_note(
    document: &Document,
    range: Range<usize>,
    stops: &[usize],
    anchors: &[Anchor],
) -> Vec<Described> {
    let mut found = Vec::new();
    let mut start = range.start;
    for end in stops.iter().copied().chain([range.end]) {
        let entry = trimmed(&document.text, start..end);
        start = end;
        let index = anchors.partition_point(|anchor| anchor.range.end <= entry.start);
        let has_anchor = anchors.get(index).is_some_and(|anchor| anchor.range.start < entry.end);
        if entry.is_empty() || entry.len() > MAX_BYTES {
            continue;
        }
        let text = &document.text[entry.clone()];
        if let Some((short, _)) = short_form_in(text) {
            if !has_anchor {
                found.push(Described { range: entry, form: ReferenceForm::ShortForm });
            } else if short.start < anchors[index].range.start.saturating_sub(entry.start) {
                let range = entry.start..entry.start + short.end;
                found.push(Described { range, form: ReferenceForm::ShortForm });
            }
        } else if !has_anchor && !is_credit(text) && describes(document, &entry) {
            found.push(Described { range: entry, form: ReferenceForm::Descriptive });
        }
    }
    found
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let entry = &text[range.clone()];
    let start = entry.len()
        - entry
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ';' | '؛' | '；'))
            .len();
    range.start + start..range.start + start.max(entry.trim_end().len())
}

/// Tells whether an entry is bibliography rather than prose.
fn describes(document: &Document, entry: &Range<usize>) -> bool {
    let text = &document.text[entry.clone()];
    if !has_year(text) && super::surroundings::locator(text).is_none() {
        return false;
    }
    let first = document.marks.partition_point(|mark| mark.range.start < entry.start);
    let emphasised = document.marks[first..]
        .iter()
        .take_while(|mark| mark.range.start < entry.end)
        .any(|mark| mark.kind == MarkKind::Emphasis);
    let words: Vec<&str> = text.split_whitespace().collect();
    let weighty = words
        .iter()
        .filter(|word| {
            word.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase())
        })
        .count();
    let has_publisher = ["Press", "Verlag", "Изд", "изд.", "ed.", "eds.", "vol.", "pp.", "//"]
        .iter()
        .any(|word| text.contains(word));
    let punctuated = text.contains([',', '.', ':', '(']);
    punctuated && words.len() >= 2 && (emphasised || has_publisher || weighty * 2 > words.len())
}
