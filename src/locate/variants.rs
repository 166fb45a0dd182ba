//! Changes quotations by named rules: forgeries of one word, which must not pass, and changes that editors may make,
//! which must. With them the tool is tried on the user's own quotations and pages. Pure; no chance is involved.

use std::ops::Range;

use crate::text::{TokenClass, push_key, tokens};

use super::lexicon;

/// A quotation changed by one rule at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// What was done.
    pub rule: Variation,
    /// The changed quotation.
    pub text: String,
}

/// The rules by which quotations are changed. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variation {
    /// A word inside left out.
    Dropped,
    /// A word put in.
    Added,
    /// A word in place of another.
    Substituted,
    /// A word and the next exchanged.
    Swapped,
    /// A number one higher.
    NumberChanged,
    /// A negation put in.
    Negated,
    /// Other marks of quotation and other spaces.
    Typography,
    /// The first letter in the other case.
    InitialCase,
    /// A full stop at the end.
    EndPunctuation,
    /// An ellipsis before and after.
    EdgeEllipsis,
    /// An ellipsis in place of words.
    Omission,
    /// A bracket in place of a word.
    Bracket,
    /// An editor's note.
    EditorNote,
}

impl Variation {
    /// Every rule.
    pub const ALL: [Self; 13] = [
        Self::Dropped,
        Self::Added,
        Self::Substituted,
        Self::Swapped,
        Self::NumberChanged,
        Self::Negated,
        Self::Typography,
        Self::InitialCase,
        Self::EndPunctuation,
        Self::EdgeEllipsis,
        Self::Omission,
        Self::Bracket,
        Self::EditorNote,
    ];

    /// Returns the name used in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dropped => "word dropped",
            Self::Added => "word added",
            Self::Substituted => "word substituted",
            Self::Swapped => "words swapped",
            Self::NumberChanged => "number changed",
            Self::Negated => "negation added",
            Self::Typography => "typography",
            Self::InitialCase => "initial case",
            Self::EndPunctuation => "end punctuation",
            Self::EdgeEllipsis => "edge ellipsis",
            Self::Omission => "omission marked",
            Self::Bracket => "bracket",
            Self::EditorNote => "editor's note",
        }
    }

    /// Tells whether a quotation changed so may pass.
    #[must_use]
    pub const fn is_permitted(self) -> bool {
        match self {
            Self::Dropped
            | Self::Added
            | Self::Substituted
            | Self::Swapped
            | Self::NumberChanged
            | Self::Negated => false,
            Self::Typography
            | Self::InitialCase
            | Self::EndPunctuation
            | Self::EdgeEllipsis
            | Self::Omission
            | Self::Bracket
            | Self::EditorNote => true,
        }
    }
}

/// Changes a quotation by every rule at every place where the rule applies. A quotation that is marked as edited itself,
/// by brackets or an ellipsis, and one of fewer than four words has no variants.
#[must_use]
pub fn variants(quotation: &str) -> Vec<Variant> {
    let words: Vec<Word> = words(quotation);
    if words.len() < 4 || quotation.contains(['[', ']', '…']) || quotation.contains("..") {
        return Vec::new();
    }
    let mut variants = Vec::new();
    let mut push = |rule, text: Option<String>| {
        if let Some(text) = text {
            variants.push(Variant { rule, text });
        }
    };
    for at in 0..words.len() {
        push(Variation::Dropped, dropped(quotation, &words, at));
        push(Variation::Added, Some(added(quotation, &words, at, foreign(&words[at]))));
        push(Variation::Substituted, Some(put(quotation, &words[at], foreign(&words[at]))));
        push(Variation::Swapped, swapped(quotation, &words, at));
        push(Variation::NumberChanged, number_changed(quotation, &words[at]));
        push(Variation::Negated, Some(added(quotation, &words, at, negation(&words[at]))));
        push(Variation::Omission, omission(quotation, &words, at));
        push(Variation::Bracket, bracket(quotation, &words[at]));
        push(Variation::EditorNote, editor_note(quotation, &words, at));
    }
    push(Variation::Typography, Some(typography(quotation)));
    push(Variation::InitialCase, initial_case(quotation, &words[0]));
    push(Variation::EndPunctuation, end_punctuation(quotation));
    push(Variation::EdgeEllipsis, Some(format!("… {quotation} …")));
    variants
}

/// A word of a quotation.
struct Word {
    range: Range<usize>,
    class: TokenClass,
    key: String,
}

fn words(quotation: &str) -> Vec<Word> {
    tokens(quotation)
        .filter(|token| token.class != TokenClass::NoteMark)
        .map(|token| {
            let mut key = String::new();
            push_key(&quotation[token.range.clone()], token.class, &mut key);
            Word { range: token.range, class: token.class, key }
        })
        .collect()
}

/// The script that a made-up word must be in.
fn script(word: &Word) -> usize {
    word.key
        .chars()
        .find_map(|c| match c {
            '\u{400}'..='\u{52f}' => Some(1),
            '\u{370}'..='\u{3ff}' => Some(2),
            '\u{590}'..='\u{5ff}' => Some(3),
            '\u{600}'..='\u{6ff}' => Some(4),
            '\u{900}'..='\u{97f}' => Some(5),
            '\u{e00}'..='\u{e7f}' => Some(6),
            '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' => Some(7),
            '\u{ac00}'..='\u{d7a3}' => Some(8),
            _ => None,
        })
        .unwrap_or(0)
}

/// A word that is hardly ever the right one.
fn foreign(word: &Word) -> &'static str {
    const WORDS: [[&str; 2]; 9] = [
        ["purple", "zeppelin"],
        ["лиловый", "дирижабль"],
        ["μωβ", "ζέπελιν"],
        ["סגול", "צפלין"],
        ["بنفسجي", "منطاد"],
        ["बैंगनी", "गुब्बारा"],
        ["ม", "ฬ"],
        ["紫", "艇"],
        ["보라색", "비행선"],
    ];
    let [first, second] = WORDS[script(word)];
    if word.key == first { second } else { first }
}

fn negation(word: &Word) -> &'static str {
    const WORDS: [&str; 9] = ["not", "не", "δεν", "לא", "لا", "नहीं", "ไ", "不", "안"];
    let negation = WORDS[script(word)];
    // Next to a negation of its own it would only be moved.
    if word.key == negation { foreign(word) } else { negation }
}

fn is_spaced(word: &Word) -> bool {
    word.class != TokenClass::Ideograph
}

fn put(text: &str, word: &Word, other: &str) -> String {
    format!("{}{other}{}", &text[..word.range.start], &text[word.range.end..])
}

fn added(text: &str, words: &[Word], at: usize, other: &str) -> String {
    let word = &words[at];
    let space = if is_spaced(word) { " " } else { "" };
    format!("{}{other}{space}{}", &text[..word.range.start], &text[word.range.start..])
}

/// Leaves a word out; at an end that would only be a shorter quotation, and of two equal words either may go.
fn dropped(text: &str, words: &[Word], at: usize) -> Option<String> {
    let inside = at > 0 && at + 1 < words.len();
    if !inside || words[at].class == TokenClass::Emoji {
        return None;
    }
    Some(format!("{}{}", &text[..words[at].range.start], text[words[at].range.end..].trim_start()))
}

fn swapped(text: &str, words: &[Word], at: usize) -> Option<String> {
    let (first, second) = (&words[at], words.get(at + 1)?);
    if first.key == second.key {
        return None;
    }
    let between = &text[first.range.end..second.range.start];
    Some(format!(
        "{}{}{between}{}{}",
        &text[..first.range.start],
        &text[second.range.clone()],
        &text[first.range.clone()],
        &text[second.range.end..]
    ))
}

fn number_changed(text: &str, word: &Word) -> Option<String> {
    let number: u64 = text[word.range.clone()].parse().ok()?;
    Some(put(text, word, &number.checked_add(1)?.to_string()))
}

/// Puts an ellipsis in place of two words, if they neither negate nor limit.
fn omission(text: &str, words: &[Word], at: usize) -> Option<String> {
    let pair = words.get(at..at + 2)?;
    let inside = at > 1 && at + 3 < words.len();
    if !inside
        || pair.iter().any(is_loaded)
        || !is_free(text, pair[0].range.start, pair[1].range.end)
    {
        return None;
    }
    Some(format!(
        "{}[...] {}",
        &text[..pair[0].range.start],
        text[pair[1].range.end..].trim_start()
    ))
}

fn bracket(text: &str, word: &Word) -> Option<String> {
    let plain = word.class == TokenClass::Word && !is_loaded(word);
    (plain && is_free(text, word.range.start, word.range.end))
        .then(|| put(text, word, &format!("[{}]", foreign(word))))
}

/// Tells whether a stretch touches no other word: a mark put in its place would be read as a part of that.
fn is_free(text: &str, start: usize, end: usize) -> bool {
    !text[..start].ends_with(|c: char| !c.is_whitespace())
        && !text[end..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
}

/// Tells whether leaving a word out, or putting another in its place, changes more than wording.
fn is_loaded(word: &Word) -> bool {
    lexicon::is_negation(&word.key)
        || lexicon::is_modal(&word.key)
        || lexicon::is_limiter(&word.key)
        || lexicon::is_number_word(&word.key)
}

fn editor_note(text: &str, words: &[Word], at: usize) -> Option<String> {
    let word = &words[at];
    let free = is_spaced(word) && is_free(text, word.range.start, word.range.end);
    free.then(|| format!("{} [sic]{}", &text[..word.range.end], &text[word.range.end..]))
}

fn typography(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '“' | '”' | '«' | '»' | '„' => '"',
            '’' => '\'',
            ' ' => '\u{a0}',
            _ => c,
        })
        .collect()
}

fn initial_case(text: &str, first: &Word) -> Option<String> {
    let initial = text[first.range.clone()].chars().next()?;
    let other: String = if initial.is_uppercase() {
        initial.to_lowercase().collect()
    } else {
        initial.to_uppercase().collect()
    };
    let start = first.range.start;
    let cased = other != initial.to_string() && other.chars().count() == 1;
    cased.then(|| format!("{}{other}{}", &text[..start], &text[start + initial.len_utf8()..]))
}

fn end_punctuation(text: &str) -> Option<String> {
    let bare = text.trim_end_matches([',', '.', ';', ':']);
    (!bare.ends_with(['?', '!', '？', '！'])).then(|| format!("{bare},"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_applies_somewhere() {
        let all =
            variants("“The delegation met 12 ministers in the old town hall that day, he said");
        for rule in Variation::ALL {
            assert!(all.iter().any(|variant| variant.rule == rule), "{}", rule.name());
        }
    }

    #[test]
    fn a_quotation_that_is_marked_as_edited_has_no_variants() {
        assert!(variants("We think […] that it is so").is_empty());
        assert!(variants("too short").is_empty());
    }

    #[test]
    fn no_variant_is_the_quotation_itself() {
        let text = "外交部发言人表示，中方不会干涉两国之间的合作";
        assert!(
            variants(text)
                .iter()
                .all(|variant| variant.text != text || variant.rule == Variation::Typography)
        );
    }
}
