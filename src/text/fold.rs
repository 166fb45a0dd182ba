//! Folds words so that what a reader would not call a change compares equal.
//! Never folds digits, signs, decimal points, word order or word boundaries.
//!
//! Source of the forms: Unicode Standard Annex #15 (normalization) and the rules F1–F7 of the project.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};

use super::numbers::{is_minus, is_superscript, push_number_key};
use super::tokens::TokenClass;

/// Tells whether a character is one of the forms of the apostrophe.
#[must_use]
pub const fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '’'
            | '‘'
            | '\u{2bc}'
            | '\u{2b9}'
            | '\u{2bb}'
            | '`'
            | '´'
            | '\u{ff07}'
            | '\u{201b}'
            | '\u{55a}'
    )
}

/// Tells whether a character has no width and no meaning of its own: soft hyphen, zero-width space and kin.
#[must_use]
pub const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Tells whether a character is a mark that belongs to the letter before it.
#[must_use]
pub const fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
            | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
            | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
            | '\u{711}' | '\u{730}'..='\u{74a}' | '\u{7a6}'..='\u{7b0}' | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{3099}' | '\u{309a}' | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Appends the key of a token: tokens with equal keys are the same word, whatever folding that takes.
pub fn push_key(token: &str, class: TokenClass, key: &mut String) {
    match class {
        TokenClass::Number => push_number_key(token, key),
        TokenClass::Word => push_word_key(token, key),
        TokenClass::Ideograph | TokenClass::Symbol | TokenClass::Emoji => {
            push_compatible(token, key);
        }
        TokenClass::NoteMark => {}
    }
}

fn push_word_key(token: &str, key: &mut String) {
    if token.is_ascii() {
        for byte in token.bytes() {
            match byte {
                b'.' => {}
                b'`' => key.push('\''),
                _ => key.push(char::from(byte.to_ascii_lowercase())),
            }
        }
        return;
    }
    if token.chars().all(is_plain_cyrillic) {
        for c in token.chars() {
            match c {
                '.' => {}
                'Ё' | 'ё' => key.push('е'),
                _ => key.extend(c.to_lowercase()),
            }
        }
        return;
    }
    if token.chars().all(|c| c.is_ascii() || is_apostrophe(c) || LATIN.contains(&c)) {
        for c in token.chars() {
            match c {
                '.' => {}
                c if is_apostrophe(c) => key.push('\''),
                c if c.is_ascii() => key.push(c.to_ascii_lowercase()),
                c => key.push_str(folded_latin(c)),
            }
        }
        return;
    }
    push_folded(token, key);
}

/// Letters of Western and Central Europe, each of which folds by itself, whatever stands beside it.
const LATIN: RangeInclusive<char> = '\u{c0}'..='\u{17f}';

/// Returns what one of the [`LATIN`] letters folds to.
fn folded_latin(letter: char) -> &'static str {
    static FOLDED: LazyLock<Vec<String>> = LazyLock::new(|| {
        let folded = LATIN.map(|letter| {
            let mut key = String::new();
            push_folded(letter.encode_utf8(&mut [0; 4]), &mut key);
            key
        });
        folded.collect()
    });
    &FOLDED[letter as usize - *LATIN.start() as usize]
}

/// Letters for which lower case is all the folding there is.
const fn is_plain_cyrillic(c: char) -> bool {
    matches!(c, '\u{401}' | '\u{410}'..='\u{44f}' | '\u{451}' | '.')
}

fn push_folded(token: &str, key: &mut String) {
    let plain: String = token
        .chars()
        .filter(|&c| !is_ignorable(c) && c != '.' && c != '\u{640}')
        .map(one_apostrophe)
        .collect();
    let folded = CaseMapper::new().fold_string(&plain);
    let decomposed = DecomposingNormalizer::new_nfkd().normalize(&folded).into_owned();
    let mut stripped = String::with_capacity(decomposed.len());
    let mut base = ' ';
    for c in decomposed.chars() {
        if is_mark(c) {
            if !is_dropped_mark(base, c) {
                stripped.push(c);
            }
        } else {
            base = c;
            stripped.push(bare_letter(c));
        }
    }
    let composed = ComposingNormalizer::new_nfc().normalize(&stripped).into_owned();
    // Case folding first and compatibility second can leave capitals of compatibility forms behind.
    let composed =
        if composed.chars().any(char::is_uppercase) { composed.to_lowercase() } else { composed };
    match unconfused(&composed) {
        Some(one_script) => key.push_str(&one_script),
        None => key.push_str(&composed),
    }
}

pub(super) fn one_apostrophe(c: char) -> char {
    if is_apostrophe(c) { '\'' } else { c }
}

/// Marks that only tell readers how to pronounce; in other scripts a mark makes another letter (й, が, हि).
pub(super) fn is_dropped_mark(base: char, mark: char) -> bool {
    match mark {
        '\u{591}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{6d6}'..='\u{6ed}'
        | '\u{300}'
        | '\u{301}' => true,
        '\u{308}' => base == 'е' || !is_cyrillic(base),
        '\u{302}'..='\u{36f}' => !is_cyrillic(base),
        _ => false,
    }
}

const fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52f}')
}

/// Letters whose stroke or dot is part of their code point and not a mark.
pub(super) const fn bare_letter(c: char) -> char {
    match c {
        'ø' => 'o',
        'đ' => 'd',
        'ł' => 'l',
        'ħ' => 'h',
        'ı' => 'i',
        // Alef wasla and Farsi forms of yeh and kaf are written for one another.
        '\u{671}' => '\u{627}',
        '\u{6cc}' | '\u{649}' => '\u{64a}',
        '\u{6a9}' => '\u{643}',
        _ => c,
    }
}

/// Turns a word that mixes Latin with look-alikes of another script into one script; `None` if it is in one already.
fn unconfused(word: &str) -> Option<String> {
    let latin = word.chars().filter(char::is_ascii_alphabetic).count();
    let cyrillic = word.chars().filter(|&c| is_cyrillic(c)).count();
    let greek = word.chars().filter(|&c| matches!(c, '\u{370}'..='\u{3ff}')).count();
    if latin == 0 || cyrillic + greek == 0 {
        return if latin == 0 && cyrillic > 0 && greek > 0 {
            Some(word.chars().map(to_latin).collect())
        } else {
            None
        };
    }
    let all_confusable = word.chars().all(|c| c.is_ascii() || to_latin(c).is_ascii());
    if all_confusable {
        return Some(word.chars().map(to_latin).collect());
    }
    Some(word.chars().map(to_cyrillic).collect())
}

const fn to_latin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'е' => 'e',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'с' => 'c',
        'у' | 'γ' => 'y',
        'х' | 'χ' => 'x',
        'і' | 'ι' => 'i',
        'ѕ' => 's',
        'ј' => 'j',
        'ԁ' => 'd',
        'ԛ' => 'q',
        'ԝ' => 'w',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'т' | 'τ' => 't',
        'в' | 'β' => 'b',
        'һ' | 'н' => 'h',
        'ν' => 'v',
        _ => c,
    }
}

const fn to_cyrillic(c: char) -> char {
    match c {
        'a' => 'а',
        'e' => 'е',
        'o' => 'о',
        'p' => 'р',
        'c' => 'с',
        'y' => 'у',
        'x' => 'х',
        'i' => 'і',
        'k' => 'к',
        'm' => 'м',
        't' => 'т',
        'b' => 'в',
        'h' => 'н',
        _ => c,
    }
}

fn push_compatible(token: &str, key: &mut String) {
    if token.starts_with(is_superscript) {
        key.push('^');
    }
    for c in ComposingNormalizer::new_nfkc().normalize(token).chars() {
        if is_minus(c) {
            key.push('-');
        } else if !is_ignorable(c) {
            key.extend(c.to_lowercase());
        }
    }
}

/// Appends the key of a power that is raised by markup: that of the same power in raised digits.
pub fn push_power_key(raised: &str, key: &mut String) {
    key.push('^');
    push_compatible(raised.trim(), key);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(token: &str, class: TokenClass) -> String {
        let mut key = String::new();
        push_key(token, class, &mut key);
        key
    }

    fn word(token: &str) -> String {
        key(token, TokenClass::Word)
    }

    #[test]
    fn what_a_reader_sees_as_one_word_has_one_key() {
        for (a, b) in [
            ("café", "cafe\u{301}"),
            ("don't", "don’t"),
            ("U.S.", "US"),
            ("ещё", "еще"),
            ("co\u{ad}operate", "cooperate"),
            ("ﬁnal", "final"),
            ("ＡＢＣ", "abc"),
            ("Straße", "STRASSE"),
            ("İstanbul", "istanbul"),
            ("كِتَاب", "كتاب"),
        ] {
            assert_eq!(word(a), word(b), "{a} {b}");
        }
    }

    #[test]
    fn letters_of_other_words_are_not_folded() {
        for (a, b) in [("мой", "мои"), ("か", "が"), ("it's", "its"), ("हि", "ह")] {
            assert_ne!(word(a), word(b), "{a} {b}");
        }
    }

    #[test]
    fn numbers_are_compared_by_value_and_not_by_grouping() {
        let number = |n| key(n, TokenClass::Number);
        assert_eq!(number("5\u{a0}300"), number("5,300"));
        assert_eq!(number("5300"), number("5,300"));
        assert_eq!(number("34,4"), number("34.4"));
        assert_ne!(number("-5"), number("5"));
        assert_ne!(number("344"), number("34.4"));
        assert_ne!(number("1.234"), number("1,234"));
        assert_eq!(number("1.234.567"), number("1,234,567"));
        assert_eq!(number("٢٠٢٤"), number("2024"));
    }

    #[test]
    fn mixed_scripts_fold_to_one() {
        assert_eq!(word("pаypаl"), word("paypal"));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "[a-zA-ZäöüßéЁёйа-яА-Яأإآ'’]{1,12}") {
            let once = word(&text);
            prop_assert_eq!(word(&once), once);
        }

        #[test]
        fn latin_letters_fold_by_themselves_as_they_do_in_words(text in "[a-zA-Z0-9.'’`À-ſ]{1,12}") {
            let mut by_all_rules = String::new();
            push_folded(&text, &mut by_all_rules);
            prop_assert_eq!(word(&text), by_all_rules);
        }

        #[test]
        fn anything_can_be_folded(text in "\\PC{0,20}") {
            for class in [TokenClass::Word, TokenClass::Number, TokenClass::Symbol, TokenClass::Ideograph] {
                let _ = key(&text, class);
            }
        }
    }
}
