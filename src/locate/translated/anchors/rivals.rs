//! Finds names on a page: what may stand there in the place of a name that a quotation has.

use std::ops::Range;

use crate::text::{Language, dates};

use super::concepts::mentions;
use super::names::{Sound, is_name};
use super::words::{Word, words};

/// Endings of German nouns that are no names.
const NOUN_ENDINGS: [&str; 12] = [
    "ung", "ungen", "heit", "keit", "schaft", "tion", "tionen", "tät", "ismus", "nis", "ment",
    "ling",
];
/// German words before which, or after which, stands no name though all are nouns.
const MEASURES: [&str; 16] = [
    "ende",
    "anfang",
    "mitte",
    "prozent",
    "euro",
    "dollar",
    "rubel",
    "uhr",
    "million",
    "millionen",
    "milliarde",
    "milliarden",
    "tonnen",
    "kilometer",
    "jahre",
    "meter",
];
/// What follows the name of a person in Japanese.
const HONORIFICS: [&str; 24] = [
    "氏",
    "さん",
    "大統領",
    "首相",
    "長官",
    "外相",
    "国防相",
    "報道官",
    "議員",
    "監督",
    "教授",
    "博士",
    "会長",
    "社長",
    "代表",
    "選手",
    "知事",
    "市長",
    "書記",
    "総裁",
    "裁判官",
    "判事",
    "容疑者",
    "被告",
];

/// The names of a text, as they sound.
#[derive(Debug, Clone, Default)]
pub(in crate::locate::translated) struct Names(pub(super) Vec<Sound>);

/// What tells other names from other words.
#[derive(Clone, Copy)]
pub(in crate::locate::translated) struct Rivals<'a> {
    /// The names of the passage, as they sound.
    pub(super) names: &'a Names,
    /// Whether a word in lower case is one of any language: a name of such words is often translated.
    pub(super) is_word: &'a dyn Fn(&str) -> bool,
}

impl<'a> Rivals<'a> {
    pub(in crate::locate::translated) const fn new(
        names: &'a Names,
        is_word: &'a dyn Fn(&str) -> bool,
    ) -> Self {
        Self { names, is_word }
    }

    /// Of a passage whose names cannot be told from other words.
    pub(in crate::locate::translated) const fn unknown() -> Self {
        const NONE: &Names = &Names(Vec::new());
        Self { names: NONE, is_word: &|_| true }
    }
}

/// Returns the names of a text, as they sound: those words that can be nothing else, and are none of a known concept. In
/// scripts without capitals only Japanese tells names apart, by its honorifics.
pub(in crate::locate::translated) fn names_of(
    text: &str,
    language: Option<Language>,
    is_word: &dyn Fn(&str) -> bool,
) -> Names {
    let words = &words(text)[..];
    let mentions = mentions(words, language);
    let known = |at: usize| mentions.iter().any(|mention| mention.words.contains(&at));
    let capital = |at: usize| {
        let word = &words[at];
        is_name(word)
            && !word.is_acronym()
            && !known(at)
            && !is_word(&word.text.to_lowercase())
            && dates::month(&word.text).is_none()
    };
    let sounds = match language.as_ref().map(Language::code) {
        Some("ja") => with_honorifics(text).map(|range| Sound::of(&text[range])).collect(),
        Some("de") => (1..words.len())
            .filter(|&at| capital(at) && follows_a_noun(text, &words[at - 1], &words[at]))
            .map(|at| Sound::of(&words[at].text))
            .collect(),
        Some(_) => (0..words.len())
            .filter(|&at| capital(at))
            .map(|at| Sound::of(&words[at].text))
            .collect(),
        None => Vec::new(),
    };
    Names(sounds)
}

/// German writes every noun with a capital, but seldom two in a row, of which the second is then a name: `Minister
/// Schmidt`, `Anna Schmidt`.
fn follows_a_noun(text: &str, before: &Word, word: &Word) -> bool {
    let is_noun = |word: &Word| {
        word.is_capitalised()
            && word.text.chars().count() >= 3
            && !MEASURES.contains(&word.folded.as_str())
    };
    is_noun(before)
        && is_noun(word)
        && &text[before.range.end..word.range.start] == " "
        && !NOUN_ENDINGS.iter().any(|ending| word.folded.ends_with(ending))
}

/// Finds runs of katakana before an honorific.
fn with_honorifics(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_katakana = |c: char| matches!(c, '\u{30a1}'..='\u{30fa}' | 'ー');
    let mut start = None;
    text.char_indices().filter_map(move |(at, c)| {
        if is_katakana(c) {
            start.get_or_insert(at);
            return None;
        }
        let run = start.take()?..at;
        HONORIFICS.iter().any(|honorific| text[at..].starts_with(honorific)).then_some(run)
    })
}
