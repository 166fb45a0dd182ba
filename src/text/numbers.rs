//! Compares numbers by their value, whatever digits, grouping and decimal mark they are written with.
//! Never folds a sign or the place of the decimal mark; knows nothing of the words around them.

use super::fold::is_ignorable;
use super::language::Language;

/// The first of ten consecutive digits, for every script of the Basic Multilingual Plane that has its own.
///
/// Source: general category Nd of the Unicode Character Database.
const ZEROS: [u32; 36] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xff10,
];

/// Returns a decimal digit of any script as ASCII. Fractions, circled and Roman numerals are none.
#[must_use]
pub fn decimal_digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let code = u32::from(c);
    let zero = ZEROS[ZEROS.partition_point(|&zero| zero <= code) - 1];
    char::from_digit(code.checked_sub(zero)?, 10)
}

/// Tells whether a character is a currency sign, of whatever width.
#[must_use]
pub const fn is_currency(c: char) -> bool {
    matches!(
        c,
        '$' | '¢'..='¥' | '\u{20a0}'..='\u{20cf}' | '＄' | '￠' | '￡' | '￥' | '￦' | '﷼'
    )
}

/// Tells whether a character can be the minus sign of a number.
#[must_use]
pub const fn is_minus(c: char) -> bool {
    matches!(c, '-' | '\u{2212}' | '–' | '－' | '\u{2011}' | '\u{2010}')
}

/// Tells whether a character is a raised digit or sign.
#[must_use]
pub const fn is_superscript(c: char) -> bool {
    matches!(c, '¹' | '²' | '³' | '\u{2070}' | '\u{2074}'..='\u{207b}')
}

/// Tells whether what stands raised behind some text is a part of it and calls no note: the power of a number, of a
/// unit or of a quantity that has one letter. Behind a year it calls a note.
#[must_use]
pub fn is_power(before: &str, raised: &str) -> bool {
    let raised_digits =
        raised.chars().all(|c| c.is_ascii_digit() || is_superscript(c) || is_minus(c));
    if !raised_digits || raised.is_empty() {
        return false;
    }
    let digits = before.chars().rev().take_while(|&c| decimal_digit(c).is_some()).count();
    if digits > 0 {
        let is_year = digits == 4
            && before.get(before.len() - 4..).is_some_and(|year| year.starts_with(['1', '2']));
        return !is_year;
    }
    is_squared(before) && matches!(raised, "2" | "3" | "²" | "³")
}

/// Tells whether text ends in a unit of length, or in one letter alone: what a 2 or 3 behind it squares or cubes.
#[must_use]
pub fn is_squared(text: &str) -> bool {
    const UNITS: [&str; 13] =
        ["mm", "cm", "dm", "km", "nm", "µm", "μm", "ft", "yd", "мм", "см", "дм", "км"];
    let letters = text.chars().rev().take(3).take_while(|c| c.is_alphabetic());
    let length: usize = letters.map(char::len_utf8).sum();
    let word = &text[text.len() - length..];
    let mut chars = word.chars();
    let is_letter = chars.next().is_some() && chars.next().is_none();
    is_letter || UNITS.contains(&word)
}

/// Appends the key of a number: digits without grouping and with a point. `5 300` and `5,300` are `5300`, `34,4` is
/// `34.4`.
pub(super) fn push_number_key(token: &str, key: &mut String) {
    push_value(token, DecimalMark::Point, key);
}

/// Which mark a language sets before decimals. It tells `5.300` from `5,300`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// `5,300.25`: English, Chinese, Japanese, Hebrew, Thai, Hindi.
    Point,
    /// `5.300,25`: most languages of the European continent, Turkish, Indonesian, Vietnamese.
    Comma,
}

impl DecimalMark {
    /// Returns the mark of a language, where it is beyond doubt. Spanish and Arabic are written both ways.
    #[must_use]
    pub fn of(language: Language) -> Option<Self> {
        match language.code() {
            "en" | "zh" | "ja" | "ko" | "he" | "th" | "hi" | "ga" | "cy" => Some(Self::Point),
            "de" | "fr" | "it" | "pt" | "nl" | "ru" | "uk" | "be" | "bg" | "sr" | "hr" | "sl"
            | "sk" | "cs" | "pl" | "hu" | "ro" | "el" | "tr" | "id" | "vi" | "da" | "sv" | "no"
            | "nb" | "nn" | "fi" | "et" | "lv" | "lt" | "ca" | "gl" | "eu" | "is" | "az" | "kk" => {
                Some(Self::Comma)
            }
            _ => None,
        }
    }

    const fn is(self, separator: char) -> bool {
        match self {
            Self::Point => matches!(separator, '.' | '\u{66b}'),
            Self::Comma => matches!(separator, ',' | '\u{66b}'),
        }
    }
}

/// Tells whether two numbers have one value where a language with this decimal mark is written.
#[must_use]
pub fn same_value(a: &str, b: &str, mark: DecimalMark) -> bool {
    let value = |token: &str| {
        let mut value = String::new();
        push_value(token, mark, &mut value);
        value
    };
    value(a) == value(b)
}

fn push_value(token: &str, mark: DecimalMark, value: &mut String) {
    let mut groups: Vec<(char, String)> = Vec::new();
    let mut separator = ' ';
    let mut digits = String::new();
    for c in token.chars() {
        if let Some(digit) = decimal_digit(c) {
            digits.push(digit);
        } else if is_ignorable(c) {
        } else if is_minus(c) {
            value.push('-');
        } else {
            groups.push((separator, std::mem::take(&mut digits)));
            separator = c;
        }
    }
    groups.push((separator, digits));
    let last = groups.len() - 1;
    // A mark that comes more than once groups (`1.234.567`); of two marks the last is the decimal one (`1,234.5`).
    let repeats = last > 1 && groups[2..].iter().all(|group| group.0 == groups[1].0);
    for (index, (separator, digits)) in groups.iter().enumerate() {
        let is_decimal = digits.len() != 3
            || !repeats && if last > 1 { index == last } else { mark.is(*separator) };
        if index > 0 && is_decimal {
            value.push('.');
        }
        value.push_str(digits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_of_any_script_have_their_value_and_other_numerals_none() {
        for (c, expected) in [
            ('7', Some('7')),
            ('٧', Some('7')),
            ('၃', Some('3')),
            ('៥', Some('5')),
            ('９', Some('9')),
            ('½', None),
            ('②', None),
            ('Ⅱ', None),
            ('²', None),
            ('a', None),
            ('/', None),
        ] {
            assert_eq!(decimal_digit(c), expected, "{c}");
        }
    }

    #[test]
    fn the_decimal_mark_of_the_language_tells_thousands_from_decimals() {
        for (a, b, point, comma) in [
            ("5.300", "5300", false, true),
            ("5,300", "5300", true, false),
            ("5.300", "5 300", false, true),
            ("34,4", "34.4", true, true),
            ("1.234.567", "1234567", true, true),
            ("1,234.567", "1234567", false, false),
            ("1,234.5", "1234.5", true, true),
            ("-5", "–5", true, true),
            ("-5", "5", false, false),
        ] {
            assert_eq!(same_value(a, b, DecimalMark::Point), point, "{a} {b}");
            assert_eq!(same_value(a, b, DecimalMark::Comma), comma, "{a} {b}");
        }
    }

    #[test]
    fn what_is_raised_is_a_power_behind_numbers_and_units() {
        for (before, raised, expected) in [
            ("about 10", "6", true),
            ("10", "-6", true),
            ("500 km", "2", true),
            ("where x", "2", true),
            ("in 2023", "5", false),
            ("was closed", "5", false),
            ("the 1", "st", false),
        ] {
            assert_eq!(is_power(before, raised), expected, "{before}^{raised}");
        }
    }

    proptest! {
        #[test]
        fn any_character_is_asked_in_safety(c in any::<char>()) {
            if let Some(digit) = decimal_digit(c) {
                prop_assert_eq!(c.to_digit(10).or(digit.to_digit(10)), digit.to_digit(10));
                prop_assert!(c.is_numeric());
            }
        }

        #[test]
        fn any_text_has_a_value(text in "\\PC{0,20}", before in "\\PC{0,8}[0-9a-zμ]{0,4}") {
            let _ = same_value(&text, "1", DecimalMark::Comma);
            let _ = is_power(&before, &text);
        }
    }
}
