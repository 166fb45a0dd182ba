//! Finds calendar dates in running text, in the usual forms of several languages.
//! Never guesses: `06/07/2024` may be a day of June or of July and is left alone, and so is a date without a year.

mod months;

use std::ops::Range;

use jiff::civil::Date;

/// Returns the month, 1 to 12, that a word names in one of the languages that are read, in any case, full or short.
#[must_use]
pub fn month(word: &str) -> Option<i8> {
    months::month(word)
}

/// Finds the dates of a text with day, month and year, ascending and disjoint, each with the range of its words.
///
/// Understood are `June 19, 2024`, `19th of June 2024`, `Sept. 5, 2024`, `19 июня 2024 г.`, `19. Juni 2024`,
/// `1er juin 2024`, `19 de junio de 2024`, `19 يونيو/حزيران 2024`, `2024年6月19日`, `2024-06-19`, `2024/06/19`,
/// `19.06.2024`, and with strokes or hyphens whatever can be read in one way only. The first and last day of a span
/// (`June 19–20, 2024`) are no date. Dates inside addresses are not reported. Takes linear time.
#[must_use]
pub fn dates_in(text: &str) -> Vec<(Range<usize>, Date)> {
    let mut found: Vec<(Range<usize>, Date)> = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(|c| digit(c).is_some()) {
        let start = at + offset;
        let Some(number) = Number::read(text, start) else { break };
        at = number.range.end;
        let floor = found.last().map_or(0, |(range, _)| range.end);
        if let Some((range, date)) = date_at(text, &number, floor) {
            at = at.max(range.end);
            found.push((range, date));
        }
    }
    found
}

/// Tells whether a text has a number that can be a year of publication.
#[must_use]
pub fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() == 4)
        .filter_map(|word| word.parse::<u16>().ok())
        .any(|year| (1400..2100).contains(&year))
}

/// Tells whether a text starts with the name of a month and a day, perhaps after spaces.
pub(super) fn begins_with_date(text: &str) -> bool {
    let text = text.trim_start_matches(' ');
    let Some((length, _)) = month_at(text) else { return false };
    let rest = text[length..].trim_start_matches('.');
    rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(|c| digit(c).is_some()))
}

/// A run of digits.
struct Number {
    range: Range<usize>,
    value: u32,
    digits: usize,
}

impl Number {
    /// Reads the run of digits that starts at an offset.
    fn read(text: &str, start: usize) -> Option<Self> {
        let mut number = Self { range: start..start, value: 0, digits: 0 };
        for c in text[start..].chars() {
            let Some(digit) = digit(c) else { break };
            number.value = number.value.saturating_mul(10).saturating_add(digit);
            number.digits += 1;
            number.range.end += c.len_utf8();
        }
        (number.digits > 0).then_some(number)
    }

    fn year(&self) -> Option<i16> {
        let plausible = self.digits == 4 && (1000..3000).contains(&self.value);
        plausible.then(|| i16::try_from(self.value).ok()).flatten()
    }

    /// A day or a month.
    fn small(&self) -> Option<i8> {
        (self.digits <= 2).then(|| i8::try_from(self.value).ok()).flatten()
    }
}

/// Reads a digit of Europe, Arabia, Persia, or of full width.
fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '\u{0660}'..='\u{0669}' => Some(c as u32 - 0x0660),
        '\u{06F0}'..='\u{06F9}' => Some(c as u32 - 0x06F0),
        '\u{FF10}'..='\u{FF19}' => Some(c as u32 - 0xFF10),
        _ => None,
    }
}

/// Reads the date that has this number as its first, after a month's name perhaps. Nothing before `floor` is used.
fn date_at(text: &str, number: &Number, floor: usize) -> Option<(Range<usize>, Date)> {
    if number.digits == 4 {
        let (end, date) = year_first(text, number)?;
        return bounded(text, number.range.start..end).then_some((number.range.start..end, date));
    }
    let day = number.small()?;
    let named = day_month_year(text, day, number.range.end)
        .filter(|_| !ends_span(text, number.range.start))
        .map(|(end, date)| (number.range.start..end, date));
    let named = named.or_else(|| month_day_year(text, day, number, floor));
    if let Some((range, date)) = named {
        return bounded(text, range.clone()).then_some((range, date));
    }
    let (end, date) = numeric(text, number)?;
    bounded(text, number.range.start..end).then_some((number.range.start..end, date))
}

/// Tells whether a date stands for itself and is no part of a number, a word, or an address.
fn bounded(text: &str, range: Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    if before.is_some_and(|c| {
        c.is_alphanumeric() && !is_ideograph(c)
            || matches!(c, '/' | '-' | '_' | '.' | '=' | '+' | '%' | '&' | '#')
    }) {
        return false;
    }
    let mut after = text[range.end..].chars();
    match after.next() {
        None => true,
        Some('T' | 't') => after.next().is_some_and(|c| digit(c).is_some()),
        Some('/' | '_' | '=' | '%' | '&') => false,
        Some('-' | '.') => !after.next().is_some_and(char::is_alphanumeric),
        Some(c) => !c.is_alphanumeric() || is_ideograph(c),
    }
}

const fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// Tells whether a day is the last one of a span: `19–20 June 2024`.
fn ends_span(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end_matches(' ');
    before
        .strip_suffix(['-', '–', '—'])
        .is_some_and(|b| b.trim_end_matches([' ', '.']).ends_with(|c| digit(c).is_some()))
}

/// Reads `2024-06-19`, `2024/6/19`, `2024.06.19`, `2024年6月19日` or `2024 June 19`.
fn year_first(text: &str, number: &Number) -> Option<(usize, Date)> {
    let year = number.year()?;
    let mut rest = number.range.end;
    let separator = text[rest..].chars().next()?;
    let (second, third) = match separator {
        '-' | '/' | '.' => (separator, ""),
        '年' => ('月', "日"),
        ' ' => return year_month_day(text, year, rest),
        // `(2024, June 19)` is how the APA dates a source; without the brackets the year may end a sentence's part.
        ',' if text[..number.range.start].ends_with('(') => {
            return year_month_day(text, year, rest + 1)
                .filter(|(end, _)| text[*end..].starts_with(')'));
        }
        _ => return None,
    };
    rest += separator.len_utf8();
    let month = Number::read(text, skip_spaces(text, rest))?;
    rest = month.range.end;
    if !text[rest..].starts_with(second) {
        return None;
    }
    rest += second.len_utf8();
    let day = Number::read(text, skip_spaces(text, rest))?;
    rest = day.range.end;
    if text[rest..].starts_with(third) {
        rest += third.len();
    }
    Some((rest, date(year, month.small()?, day.small()?)?))
}

fn year_month_day(text: &str, year: i16, from: usize) -> Option<(usize, Date)> {
    let at = skip_spaces(text, from);
    let (length, month) = month_at(&text[at..])?;
    let day = Number::read(text, skip_spaces(text, at + length))?;
    Some((day.range.end, date(year, month, day.small()?)?))
}

fn skip_spaces(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    // More than a few spaces are a gap in a table.
    at + rest
        .char_indices()
        .take(4)
        .find(|(_, c)| !matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '\n' | '\t' | '\r'))
        .map_or_else(|| rest.chars().take(4).map(char::len_utf8).sum(), |(offset, _)| offset)
}

/// Reads what follows the day in `19 June 2024`.
fn day_month_year(text: &str, day: i8, from: usize) -> Option<(usize, Date)> {
    let mut at = from + ordinal_length(&text[from..]);
    at = skip_joints(text, at);
    let (length, month) = month_at(&text[at..])?;
    at += length;
    if text[at..].starts_with('/') {
        // Arabic newspapers give both names of a month.
        let (second, same) = month_at(&text[at + 1..])?;
        if same != month {
            return None;
        }
        at += 1 + second;
    }
    at = skip_joints(text, at);
    let year = Number::read(text, at)?;
    let mut end = year.range.end;
    let date = date(year.year()?, month, day)?;
    end += year_word_length(&text[end..]);
    Some((end, date))
}

/// Reads what stands around the day in `June 19, 2024`.
fn month_day_year(
    text: &str,
    day: i8,
    number: &Number,
    floor: usize,
) -> Option<(Range<usize>, Date)> {
    let before =
        text[floor..number.range.start].trim_end_matches([' ', '\u{A0}', '.', '-', '\n', '\r']);
    if number.range.start - floor - before.len() > 4 {
        return None;
    }
    let word = last_word(before);
    let month = month(word)?;
    let start = floor + before.len() - word.len();
    let at = number.range.end + ordinal_length(&text[number.range.end..]);
    let at = skip_joints(text, at);
    let year = Number::read(text, at)?;
    Some((start..year.range.end, date(year.year()?, month, day)?))
}

fn last_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .take(LONGEST_MONTH + 1)
        .take_while(|(_, c)| c.is_alphabetic())
        .last()
        .map_or(text.len(), |(offset, _)| offset);
    &text[start..]
}

/// The longest name of a month, in characters, and a little more.
const LONGEST_MONTH: usize = 14;

/// Reads the name of a month at the start of a text, a full stop after it included.
fn month_at(text: &str) -> Option<(usize, i8)> {
    let length =
        text.char_indices().take(LONGEST_MONTH + 1).find(|(_, c)| !c.is_alphabetic()).map_or_else(
            || text.chars().take(LONGEST_MONTH + 1).map(char::len_utf8).sum(),
            |(offset, _)| offset,
        );
    let word = &text[..length];
    if let Some((extra, month)) = months::two_words(word, &text[length..]) {
        return Some((length + extra, month));
    }
    let month = month(word)?;
    let stop = usize::from(text[length..].starts_with('.'));
    Some((length + stop, month))
}

/// Returns the length of what makes a number an ordinal: `th`, `er`, `º`, `.`, `-го`.
fn ordinal_length(rest: &str) -> usize {
    const ENDINGS: [&str; 15] =
        ["st", "nd", "rd", "th", "ST", "ND", "RD", "TH", "er", "º", "ª", "°", "-го", "-е", "."];
    ENDINGS
        .iter()
        .find(|ending| {
            rest.strip_prefix(**ending)
                .is_some_and(|after| **ending == "." || !after.starts_with(char::is_alphanumeric))
        })
        .map_or(0, |ending| ending.len())
}

/// Skips what may stand between the parts of a date: spaces, a comma, a hyphen, `of`, `de`.
fn skip_joints(text: &str, from: usize) -> usize {
    let mut at = from;
    for joint in [",", "،", "-"] {
        if text[at..].starts_with(joint) {
            at += joint.len();
            break;
        }
    }
    at = skip_spaces(text, at);
    for joint in ["of ", "de ", "del ", "من "] {
        if text[at..].starts_with(joint) {
            return skip_spaces(text, at + joint.len());
        }
    }
    at
}

/// Returns the length of ` г.` or ` года` after a year.
fn year_word_length(rest: &str) -> usize {
    const WORDS: [&str; 6] = [" года", " год", " г.", "\u{A0}года", "\u{A0}г.", "г."];
    WORDS
        .iter()
        .find(|word| {
            rest.strip_prefix(**word).is_some_and(|after| {
                word.ends_with('.') || !after.starts_with(char::is_alphanumeric)
            })
        })
        .map_or(0, |word| word.len())
}

/// Reads `19.06.2024`; with strokes or hyphens only what can be read in one way.
fn numeric(text: &str, first: &Number) -> Option<(usize, Date)> {
    let separator = text[first.range.end..].chars().next()?;
    if !matches!(separator, '.' | '/' | '-') {
        return None;
    }
    let second = Number::read(text, first.range.end + 1)?;
    if !text[second.range.end..].starts_with(separator) {
        return None;
    }
    let year = Number::read(text, second.range.end + 1)?;
    let (a, b) = (first.small()?, second.small()?);
    // Full stops are used where the day comes first; a number above 12 shows what it is.
    let day_first = separator == '.' || a > 12 || a == b;
    let read = if day_first && b <= 12 {
        date(year.year()?, b, a)
    } else if b > 12 {
        date(year.year()?, a, b)
    } else {
        None
    };
    read.map(|date| (year.range.end, date))
}

fn date(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests;
