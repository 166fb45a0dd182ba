//! Reads numbers written in words, and in the numerals of Chinese and Japanese.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::text::Language;

use super::super::words::{Word, fold};
use super::{Number, Spelling};

/// How many letters may follow a word that stands for all that begin like it.
const LONGEST_ENDING: usize = 4;
/// Number words up to this say little: "two", "the first", "a dozen".
const SMALL: u64 = 12;

/// The number words of a language.
struct Table {
    whole: FxHashMap<String, u64>,
    /// By their first two letters.
    stems: FxHashMap<String, Vec<(String, u64)>>,
}

/// The tables, read from the list that is part of the program.
fn tables() -> &'static BTreeMap<&'static str, Table> {
    static TABLES: OnceLock<BTreeMap<&'static str, Table>> = OnceLock::new();
    TABLES.get_or_init(|| {
        include_str!("../numbers.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let (language, rest) = line.split_once('\t')?;
                Some((language, table(rest)))
            })
            .collect()
    })
}

fn table(line: &str) -> Table {
    let mut table = Table { whole: FxHashMap::default(), stems: FxHashMap::default() };
    for entry in line.split('\t') {
        let Some((value, words)) = entry.split_once('=') else { continue };
        let Ok(value) = value.parse::<u64>() else { continue };
        for word in words.split('|') {
            match word.strip_suffix('*') {
                Some(stem) => {
                    let stem = fold(stem);
                    table.stems.entry(beginning(&stem)).or_default().push((stem, value));
                }
                None => {
                    table.whole.insert(fold(word), value);
                }
            }
        }
    }
    table
}

fn beginning(word: &str) -> String {
    word.chars().take(2).collect()
}

impl Table {
    fn value(&self, word: &str) -> Option<u64> {
        if let Some(&value) = self.whole.get(word) {
            return Some(value);
        }
        let stems = self.stems.get(&beginning(word))?;
        stems
            .iter()
            .filter(|(stem, _)| {
                word.strip_prefix(stem.as_str())
                    .is_some_and(|ending| ending.chars().count() <= LONGEST_ENDING)
            })
            .max_by_key(|(stem, _)| stem.len())
            .map(|&(_, value)| value)
    }
}

/// Returns the factors that a word may stand for after a number, none if it is no scale.
pub(super) fn scales(word: &str, language: Option<Language>) -> Vec<f64> {
    let table = language.and_then(|language| tables().get(language.code()));
    let mut found = Vec::new();
    if let Some(value) = table.and_then(|table| table.value(word)) {
        found.push(value);
    } else if table.is_none() {
        // Of a language without a table, the words that many have in common.
        found.extend(tables().values().filter_map(|table| table.whole.get(word)));
    }
    found.retain(|value: &u64| *value >= 100);
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(to_f64).collect()
}

/// Finds numbers written in words, but for those that belong to digits already read.
pub(super) fn numbers(
    words: &[Word],
    text: &str,
    language: Option<Language>,
    digits: &[Number],
) -> Vec<Number> {
    let Some(language) = language else { return Vec::new() };
    let Some(table) = tables().get(language.code()) else { return Vec::new() };
    let mut found = Vec::new();
    let mut open: Option<Open> = None;
    let mut next_digits = digits.iter().peekable();
    for word in words {
        while next_digits.next_if(|number| number.range.end <= word.range.start).is_some() {}
        let taken = next_digits.peek().is_some_and(|number| {
            number.range.end > word.range.start && number.range.start <= word.range.start
        });
        let parts = if taken { Vec::new() } else { values(table, &word.folded, language) };
        if parts.is_empty() {
            let joins = is_conjunction(&word.folded, language)
                && open.as_ref().is_some_and(|open| touches(text, open.end, word.range.start));
            if let (true, Some(open)) = (joins, &mut open) {
                open.end = word.range.end;
                open.pending_and = true;
            } else {
                found.extend(open.take().map(Open::close));
            }
            continue;
        }
        let continues = open.as_ref().is_some_and(|open| touches(text, open.end, word.range.start));
        if !continues {
            found.extend(open.take().map(Open::close));
        }
        for value in parts {
            let added = open.as_mut().is_some_and(|open| open.add(value, language));
            if !added {
                found.extend(open.take().map(Open::close));
                open = Some(Open::new(word, value));
            }
        }
        if let Some(open) = &mut open {
            (open.end, open.last, open.pending_and) = (word.range.end, word.range.end, false);
        }
    }
    found.extend(open.take().map(Open::close));
    found
}

/// Tells whether nothing but a space or a hyphen stands between two words.
fn touches(text: &str, end: usize, start: usize) -> bool {
    end <= start
        && start - end <= 3
        && text[end..start]
            .chars()
            .all(|c| c.is_whitespace() || matches!(c, '-' | '‑' | '\u{200c}'))
}

fn is_conjunction(word: &str, language: Language) -> bool {
    match language.code() {
        "en" => word == "and",
        "fr" => word == "et",
        "es" => word == "y",
        "it" | "pt" => word == "e",
        "de" => word == "und",
        "nl" => word == "en",
        "fa" => word == "و",
        "el" => word == "και",
        _ => false,
    }
}

/// A number that is being put together.
struct Open {
    start: usize,
    /// Where the last word of any kind ends.
    end: usize,
    /// Where the last number word ends.
    last: usize,
    /// What is complete: thousands and more.
    total: u64,
    /// What a scale may still multiply.
    current: u64,
    words: usize,
    pending_and: bool,
}

impl Open {
    fn new(word: &Word, value: u64) -> Self {
        let (total, current) = if value >= 1_000 { (value, 0) } else { (0, value) };
        Self {
            start: word.range.start,
            end: word.range.end,
            last: word.range.end,
            total,
            current,
            words: 1,
            pending_and: false,
        }
    }

    /// Takes a further word in; tells whether it belongs.
    fn add(&mut self, value: u64, language: Language) -> bool {
        let Some((total, current)) = self.with(value, language) else { return false };
        (self.total, self.current) = (total, current);
        self.words += 1;
        true
    }

    /// What it would be with a further word; `None` if the word begins another number.
    fn with(&self, value: u64, language: Language) -> Option<(u64, u64)> {
        let units_first = matches!(language.code(), "ar" | "de" | "nl" | "fa" | "he");
        // Arabic and Hebrew say "two ten" for twelve, Turkish "ten two".
        let unit_before_ten = matches!(language.code(), "ar" | "he");
        let ten_before_unit = language.code() == "tr";
        let by_twenty = language.code() == "fr";
        let (total, current) = (self.total, self.current);
        let rest = current % 100;
        let belongs = match value {
            0 => false,
            1_000.. => {
                let lower = total.is_multiple_of(value.saturating_mul(1_000));
                return (lower && !self.pending_and)
                    .then(|| (total.saturating_add(value.saturating_mul(current.max(1))), 0));
            }
            100 if (1..10).contains(&current) => return Some((total, current * 100)),
            // Quatre-vingt.
            20 if by_twenty && rest == 4 => return Some((total, current + 76)),
            100..1_000 => current == 0 && total > 0,
            _ => {
                let after_hundreds = rest == 0 && (current > 0 || total > 0);
                let unit_after_tens = rest >= 20 && rest % 10 == 0 && value < 10;
                let tens_after_unit = (units_first && value >= 20
                    || unit_before_ten && value == 10)
                    && (1..10).contains(&rest);
                let unit_after_ten = ten_before_unit && rest == 10 && value < 10;
                // Soixante-douze, quatre-vingt-dix-sept.
                let teen = by_twenty && (10..20).contains(&value) && matches!(rest, 60 | 80);
                let dix_sept = by_twenty && rest == 10 && (7..10).contains(&value);
                after_hundreds
                    || unit_after_tens
                    || tens_after_unit
                    || unit_after_ten
                    || teen
                    || dix_sept
            }
        };
        belongs.then(|| (total, current + value))
    }

    fn close(self) -> Number {
        let value = self.total.saturating_add(self.current);
        let says_little = value <= SMALL || self.words == 1 && is_round(value);
        let spelling = if says_little { Spelling::SmallWord } else { Spelling::LargeWord };
        Number { range: self.start..self.last, readings: vec![to_f64(value)], spelling }
    }
}

/// "a hundred", "thousands", "millions" need not mean the number.
const fn is_round(value: u64) -> bool {
    matches!(value, 100 | 1_000 | 1_000_000 | 1_000_000_000 | 1_000_000_000_000)
}

#[expect(clippy::cast_precision_loss, reason = "no number word is as large as 2^53")]
const fn to_f64(value: u64) -> f64 {
    value as f64
}

/// Returns the values that a word stands for, in the order in which they are added up: several if it is a compound.
fn values(table: &Table, word: &str, language: Language) -> Vec<u64> {
    if let Some(value) = table.value(word) {
        return vec![value];
    }
    match language.code() {
        "de" | "nl" => compound(table, word, 0).unwrap_or_default(),
        "ar" => ["و", "ب", "ل", "ال", "وال", "بال", "لل"]
            .iter()
            .filter_map(|prefix| word.strip_prefix(prefix))
            .find_map(|rest| table.value(rest))
            .map_or_else(|| compound_arabic(table, word), |value| vec![value]),
        "he" => ["ו", "ה", "ב", "ל", "כ", "מ"]
            .iter()
            .filter_map(|prefix| word.strip_prefix(prefix))
            .find_map(|rest| table.value(rest))
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// `ثلاثمائة`: units and "hundred" in one word.
fn compound_arabic(table: &Table, word: &str) -> Vec<u64> {
    ["مائه", "مئه"]
        .iter()
        .filter_map(|hundred| word.strip_suffix(hundred))
        .find_map(|units| table.value(units).filter(|value| *value < 10))
        .map_or_else(Vec::new, |value| vec![value * 100])
}

/// `vierunddreißig`, `zweihundertfünfzigtausend`: the parts of a compound; `None` if not all of it is number words.
fn compound(table: &Table, word: &str, depth: usize) -> Option<Vec<u64>> {
    const DEEPEST: usize = 6;
    if depth > DEEPEST || word.len() > 60 {
        return None;
    }
    if word.is_empty() {
        return Some(Vec::new());
    }
    let mut ends: Vec<usize> = word.char_indices().map(|(at, _)| at).skip(1).collect();
    ends.push(word.len());
    for &end in ends.iter().rev() {
        let Some(&value) =
            table.whole.get(&word[..end]).or_else(|| stem_value(table, &word[..end]))
        else {
            continue;
        };
        let rest = &word[end..];
        let rest =
            ["und", "en", "ën"].iter().find_map(|and| rest.strip_prefix(and)).unwrap_or(rest);
        if let Some(mut parts) = compound(table, rest, depth + 1) {
            parts.insert(0, value);
            return Some(parts);
        }
    }
    None
}

fn stem_value<'a>(table: &'a Table, part: &str) -> Option<&'a u64> {
    table.stems.get(&beginning(part))?.iter().find(|(stem, _)| stem == part).map(|(_, value)| value)
}

/// Returns the factor of a sign of Chinese or Japanese that multiplies the digits before it.
pub(super) fn ideographic_scale(c: char) -> Option<f64> {
    match c {
        '千' => Some(1e3),
        '万' | '萬' | '만' => Some(1e4),
        '亿' | '億' | '억' => Some(1e8),
        '兆' | '조' => Some(1e12),
        _ => None,
    }
}

/// Finds numbers written in numerals of Chinese and Japanese: `三十四`, `二〇二四`.
pub(super) fn ideographic(text: &str) -> Vec<Number> {
    let mut found = Vec::new();
    let mut run: Option<(usize, usize, Vec<Numeral>)> = None;
    for (at, c) in text.char_indices().chain(std::iter::once((text.len(), ' '))) {
        if let Some(numeral) = Numeral::of(c) {
            // A scale right behind digits belongs to these.
            if run.is_none() && matches!(numeral, Numeral::Scale(_)) {
                continue;
            }
            let (_, end, numerals) = run.get_or_insert((at, at, Vec::new()));
            *end = at + c.len_utf8();
            if numerals.len() < 24 {
                numerals.push(numeral);
            }
        } else if let Some((start, end, numerals)) = run.take() {
            let value = Numeral::value(&numerals);
            let spelling =
                if value <= to_f64(SMALL) { Spelling::SmallWord } else { Spelling::LargeWord };
            found.push(Number { range: start..end, readings: vec![value], spelling });
        }
    }
    found
}

/// One numeral.
#[derive(Debug, Clone, Copy)]
enum Numeral {
    Digit(u8),
    Power(f64),
    Scale(f64),
}

impl Numeral {
    fn of(c: char) -> Option<Self> {
        Some(match c {
            '〇' | '零' => Self::Digit(0),
            '一' => Self::Digit(1),
            '二' | '两' | '兩' => Self::Digit(2),
            '三' => Self::Digit(3),
            '四' => Self::Digit(4),
            '五' => Self::Digit(5),
            '六' => Self::Digit(6),
            '七' => Self::Digit(7),
            '八' => Self::Digit(8),
            '九' => Self::Digit(9),
            '十' => Self::Power(10.0),
            '百' => Self::Power(100.0),
            '千' => Self::Power(1_000.0),
            '万' | '萬' => Self::Scale(1e4),
            '亿' | '億' => Self::Scale(1e8),
            '兆' => Self::Scale(1e12),
            _ => return None,
        })
    }

    fn value(numerals: &[Self]) -> f64 {
        let (mut total, mut section, mut digit) = (0.0, 0.0, None);
        for numeral in numerals {
            match *numeral {
                // Digits in a row are read one by one: `二〇二四`.
                Self::Digit(value) => {
                    digit = Some(digit.map_or(0.0, |before: f64| before * 10.0) + f64::from(value));
                }
                Self::Power(power) => section += digit.take().unwrap_or(1.0) * power,
                Self::Scale(scale) => {
                    let before: f64 = section + digit.take().unwrap_or(0.0);
                    total += before.max(1.0) * scale;
                    section = 0.0;
                }
            }
        }
        total + section + digit.unwrap_or(0.0)
    }
}
