//! Reads the numbers of a text in any spelling: digits of any script with whatever groups them, scales (`million`,
//! `млн`, `万`), number words, and numerals of Chinese and Japanese.

mod digits;
mod spelled;

use std::ops::Range;

use crate::text::Language;

use super::words::Word;

/// A number as written, with all that it may mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What it may mean: `1.500` is 1500 in German and 1.5 in English.
    pub(super) readings: Vec<f64>,
    /// How it is written.
    pub(super) spelling: Spelling,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// In digits.
    Digits,
    /// In words, and so large that no translation leaves it out: above twelve.
    LargeWord,
    /// In words, and small: `two`, `the first`. A translation may say "both", or nothing.
    SmallWord,
}

impl Number {
    /// Tells whether two numbers may be the same.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        self.readings.iter().any(|a| other.readings.iter().any(|b| same(*a, *b)))
    }
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// Finds the numbers of a text, given with its words, in order of kind. Takes linear time.
pub(super) fn numbers(text: &str, words: &[Word], language: Option<Language>) -> Vec<Number> {
    let mut found = digits::numbers(text, words, language);
    found.extend(spelled::numbers(words, text, language, &found));
    found.extend(spelled::ideographic(text));
    found.sort_by_key(|number| number.range.start);
    found
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::words::words;
    use super::*;

    fn check(language: &str, text: &str, expected: &Expect) {
        let found = numbers(text, &words(text), Language::from_tag(language));
        let lines: Vec<String> = found
            .iter()
            .map(|number| format!("{}={:?}", &text[number.range.clone()], number.readings))
            .collect();
        expected.assert_eq(&lines.join(" "));
    }

    #[test]
    fn digits_are_read_in_any_grouping() {
        check(
            "en",
            "5,300 men and $34.4 million, 1990s, F-16, 12%",
            &expect![
                "5,300=[5300.0, 5.3] 34.4 million=[34400000.0] 1990=[1990.0, 90.0] 16=[16.0] 12=[12.0]"
            ],
        );
        check(
            "ru",
            "5 300 человек, 34,4 млн долларов",
            &expect!["5 300=[5300.0] 34,4 млн=[34400000.0]"],
        );
        check(
            "de",
            "1.234,56 Euro und 2,5 Milliarden",
            &expect!["1.234,56=[1234.56] 2,5 Milliarden=[2500000000.0]"],
        );
        check("ar", "٣٤٫٤ مليون", &expect!["٣٤٫٤ مليون=[34400000.0]"]);
        check(
            "ru",
            "19.06.2024 в 10:30",
            &expect!["19=[19.0] 06=[6.0] 2024=[2024.0] 10=[10.0] 30=[30.0]"],
        );
        check(
            "zh",
            "3440万美元，1亿2000万人",
            &expect!["3440万=[34400000.0] 1亿2000万=[120000000.0]"],
        );
    }

    #[test]
    fn number_words_are_read() {
        check(
            "en",
            "twenty-one, three hundred and five thousand, two of the hundred men",
            &expect![
                "twenty-one=[21.0] three hundred and five thousand=[305000.0] two=[2.0] hundred=[100.0]"
            ],
        );
        check(
            "ru",
            "двадцать пять, триста сорок две тысячи",
            &expect!["двадцать пять=[25.0] триста сорок две тысячи=[342000.0]"],
        );
        check(
            "de",
            "vierunddreißig, zweihundertfünf",
            &expect!["vierunddreißig=[34.0] zweihundertfünf=[205.0]"],
        );
        check(
            "fr",
            "quatre-vingt-dix-sept et soixante-douze",
            &expect!["quatre-vingt-dix-sept=[97.0] soixante-douze=[72.0]"],
        );
        check("ar", "خمسة وعشرون", &expect!["خمسة وعشرون=[25.0]"]);
        check("tr", "otuz dört, iki yüz bin", &expect!["otuz dört=[34.0] iki yüz bin=[200000.0]"]);
        check(
            "zh",
            "三十四人，二〇二四年，两万五千",
            &expect!["三十四=[34.0] 二〇二四=[2024.0] 两万五千=[25000.0]"],
        );
    }
}
