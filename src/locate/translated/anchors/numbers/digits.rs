//! Reads numbers written in digits, with what groups them, and the scale that follows.

use std::ops::Range;

use crate::text::Language;

use super::super::words::Word;
use super::{Number, Spelling, spelled};

/// The most digits that are read as one number: what is longer is no quantity.
const MOST_DIGITS: usize = 18;

pub(super) fn numbers(text: &str, words: &[Word], language: Option<Language>) -> Vec<Number> {
    let mut found: Vec<Number> = Vec::new();
    let mut at = 0;
    let mut word = 0;
    while let Some(offset) = text[at..].find(|c| digit(c).is_some()) {
        let start = at + offset;
        let groups = groups(text, start);
        let end = groups.last().map_or(start + 1, |group| group.range.end);
        at = end;
        match readings(text, &groups) {
            Some(readings) => {
                while words.get(word).is_some_and(|word| word.range.start < end) {
                    word += 1;
                }
                let mut number = Number { range: start..end, readings, spelling: Spelling::Digits };
                scale(text, words.get(word), language, &mut number);
                at = number.range.end;
                join_ideographic(text, &mut found, number);
            }
            // Not one number: a date, a version, a score.
            None => found.extend(groups.iter().map(|group| Number {
                range: group.range.clone(),
                readings: vec![group.value()],
                spelling: Spelling::Digits,
            })),
        }
    }
    found
}

/// A run of digits, and the separator before it.
struct Group {
    separator: char,
    range: Range<usize>,
    digits: String,
}

impl Group {
    fn value(&self) -> f64 {
        self.digits.parse().unwrap_or(f64::INFINITY)
    }
}

/// Returns the runs of digits from a place on that one separator each stands between.
fn groups(text: &str, start: usize) -> Vec<Group> {
    let mut groups = vec![run(text, start, ' ')];
    loop {
        let last = &groups[groups.len() - 1];
        let rest = &text[last.range.end..];
        let Some(separator) = rest.chars().next() else { break };
        let next = last.range.end + separator.len_utf8();
        let is_space = matches!(separator, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}');
        let is_point = matches!(separator, '.' | ',' | '\u{66b}' | '\u{66c}' | '\'' | '’');
        if !is_space && !is_point || !text[next..].starts_with(|c| digit(c).is_some()) {
            break;
        }
        let group = run(text, next, separator);
        // A space groups thousands or separates two numbers.
        let grouped = groups[1..].iter().all(|group| group.separator == separator);
        if is_space && !(group.digits.len() == 3 && groups[0].digits.len() <= 3 && grouped) {
            break;
        }
        groups.push(group);
        if groups.len() > 8 {
            break;
        }
    }
    groups
}

fn run(text: &str, start: usize, separator: char) -> Group {
    let mut digits = String::new();
    let mut end = start;
    for (offset, c) in text[start..].char_indices() {
        let Some(value) = digit(c) else { break };
        digits.push(char::from(b'0' + value));
        end = start + offset + c.len_utf8();
    }
    Group { separator, range: start..end, digits }
}

/// Returns the value of a decimal digit of any script that has them in a row of ten.
fn digit(c: char) -> Option<u8> {
    const ZEROS: [char; 8] = ['0', '٠', '۰', '०', '০', '๐', '０', '੦'];
    ZEROS.iter().find_map(|&zero| {
        let value = u32::from(c).checked_sub(u32::from(zero))?;
        u8::try_from(value).ok().filter(|&value| value < 10)
    })
}

/// Returns what a number in groups may mean; `None` if it is several numbers.
fn readings(text: &str, groups: &[Group]) -> Option<Vec<f64>> {
    let first = &groups[0];
    let total: usize = groups.iter().map(|group| group.digits.len()).sum();
    if total > MOST_DIGITS {
        return Some(vec![f64::INFINITY]);
    }
    let thousands = |groups: &[Group]| {
        first.digits.len() <= 3 && groups.iter().all(|group| group.digits.len() == 3)
    };
    let number = |whole: &[Group], decimals: Option<&Group>| {
        let mut written: String = whole.iter().map(|group| group.digits.as_str()).collect();
        if let Some(decimals) = decimals {
            written.push('.');
            written.push_str(&decimals.digits);
        }
        written.parse::<f64>().unwrap_or(f64::INFINITY)
    };
    match groups {
        [only] => {
            let value = only.value();
            let decade = (1900.0..2100.0).contains(&value) && is_decade(text, only.range.end);
            Some(if decade { vec![value, value % 100.0] } else { vec![value] })
        }
        [_, only] => {
            let decimal = number(&groups[..1], Some(only));
            let whole = number(groups, None);
            Some(match only.separator {
                '.' | ',' if thousands(&groups[1..]) && first.digits != "0" => vec![whole, decimal],
                '.' | ',' | '\u{66b}' => vec![decimal],
                _ if thousands(&groups[1..]) => vec![whole],
                _ => return None,
            })
        }
        [_, middle @ .., last] => {
            let by = middle[0].separator;
            let grouped = thousands(middle) && middle.iter().all(|group| group.separator == by);
            if !grouped {
                return None;
            }
            if last.separator == by {
                return thousands(&groups[1..]).then(|| vec![number(groups, None)]);
            }
            Some(vec![number(&groups[..groups.len() - 1], Some(last))])
        }
        [] => None,
    }
}

/// `1990s`, `1990-х`, `1990er`: ten years.
fn is_decade(text: &str, end: usize) -> bool {
    let rest = text[end..].trim_start_matches(['-', '–', '\'', '’']);
    ["s", "х", "er", "-х", "年代"].iter().any(|ending| rest.starts_with(ending))
}

/// Multiplies by the scale that follows: `million`, `млн`, `万`; knows `p.m.`
fn scale(text: &str, next: Option<&Word>, language: Option<Language>, number: &mut Number) {
    let end = number.range.end;
    let rest = text[end..].strip_prefix(' ').unwrap_or(&text[end..]);
    if let Some(sign) = rest.chars().next()
        && let Some(factor) = spelled::ideographic_scale(sign)
    {
        multiply(number, &[factor], text.len() - rest.len() + sign.len_utf8());
        return;
    }
    let Some(next) = next else { return };
    let between = &text[end..next.range.start];
    if !between.chars().all(|c| c.is_whitespace() || c == '-' || c == '\u{a0}') || between.len() > 3
    {
        return;
    }
    if matches!(next.folded.as_str(), "pm" | "p") {
        let afternoon: Vec<f64> = number.readings.iter().map(|value| value + 12.0).collect();
        number.readings.extend(afternoon);
        return;
    }
    let scales = spelled::scales(&next.folded, language);
    if !scales.is_empty() {
        multiply(number, &scales, next.range.end);
    }
}

fn multiply(number: &mut Number, scales: &[f64], end: usize) {
    let readings = number.readings.iter();
    number.readings =
        readings.flat_map(|value| scales.iter().map(move |scale| value * scale)).collect();
    number.range.end = end;
}

/// `1亿2000万` is one number: the parts stand without anything between, the larger first.
fn join_ideographic(text: &str, found: &mut Vec<Number>, number: Number) {
    if let Some(last) = found.last_mut()
        && last.range.end == number.range.start
        && text[..last.range.end]
            .chars()
            .next_back()
            .is_some_and(|c| spelled::ideographic_scale(c).is_some())
        && let ([large], [small]) = (&last.readings[..], &number.readings[..])
        && large > small
    {
        last.readings = vec![large + small];
        last.range.end = number.range.end;
        return;
    }
    found.push(number);
}
