//! Says how much folding makes two tokens of one key the same word: what a verdict tells its reader. Decides nothing.
//!
//! Source of the forms: Unicode Standard Annex #15 (normalization) and the rules F1–F7 of the project.

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};

use super::fold::{bare_letter, is_dropped_mark, is_ignorable, is_mark, one_apostrophe};
use super::numbers::is_minus;
use super::tokens::TokenClass;

/// How much folding makes two tokens of one key equal, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needed {
    /// None that a reader would see.
    Typography,
    /// Compatibility forms: ligatures, full width.
    Compatibility,
    /// Another way to write the same number.
    NumberFormat,
    /// Case of the first letter only.
    InitialCase,
    /// Case.
    Case,
    /// One side has all its diacritics dropped.
    Diacritics,
    /// Both sides have diacritics, and they differ.
    OtherDiacritics,
    /// Letters that look alike.
    Confusables,
}

/// Says how much folding makes two tokens with the same key equal.
#[must_use]
pub fn needed(a: &str, b: &str, class: TokenClass) -> Needed {
    if a == b {
        return Needed::Typography;
    }
    let points_differ = !a.is_ascii() && !b.is_ascii() && points_differ(a, b);
    let (a, b) = (typography(a), typography(b));
    if a == b {
        return if points_differ { Needed::OtherDiacritics } else { Needed::Typography };
    }
    if class == TokenClass::Number {
        return if spaces_as_one(&a) == spaces_as_one(&b) {
            Needed::Typography
        } else {
            Needed::NumberFormat
        };
    }
    let nfkc = ComposingNormalizer::new_nfkc();
    let (a, b) = (nfkc.normalize(&a).into_owned(), nfkc.normalize(&b).into_owned());
    if a == b {
        return Needed::Compatibility;
    }
    let (a_folded, b_folded) = (folded_case(&a, Casing::Common), folded_case(&b, Casing::Common));
    let is_turkic = a.contains(['ı', 'İ']) || b.contains(['ı', 'İ']);
    if a_folded == b_folded
        || is_turkic && folded_case(&a, Casing::Turkic) == folded_case(&b, Casing::Turkic)
    {
        return if rest(&a) == rest(&b) { Needed::InitialCase } else { Needed::Case };
    }
    let (a_bare, b_bare) = (bare(&a_folded), bare(&b_folded));
    if a_bare == b_bare {
        return if a_bare == a_folded || b_bare == b_folded {
            Needed::Diacritics
        } else {
            Needed::OtherDiacritics
        };
    }
    Needed::Confusables
}

fn rest(word: &str) -> &str {
    let mut chars = word.chars();
    chars.next();
    chars.as_str()
}

/// What a reader does not see: normal form, apostrophes, zero width, ё for е, vowel points, the dots of an initialism,
/// the shape of a mark below a letter.
fn typography(token: &str) -> String {
    let composed = ComposingNormalizer::new_nfc().normalize(token).into_owned();
    composed
        .chars()
        .filter(|&c| !is_ignorable(c) && c != '\u{640}' && !is_vowel_point(c))
        .map(|c| match c {
            'ё' => 'е',
            'Ё' => 'Е',
            // Charsets before Unicode 3.0 have no comma below, and Romanian is written with the cedilla in them.
            'ș' => 'ş',
            'Ș' => 'Ş',
            'ț' => 'ţ',
            'Ț' => 'Ţ',
            _ => one_apostrophe(c),
        })
        .filter(|&c| c != '.' || token.chars().any(char::is_numeric))
        .collect()
}

const fn is_vowel_point(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{64b}'..='\u{652}' | '\u{670}')
}

/// Spaces that group digits are one, and so are the forms of the minus sign.
fn spaces_as_one(number: &str) -> String {
    let one = |c: char| match c {
        _ if c.is_whitespace() => ' ',
        _ if is_minus(c) => '-',
        _ => c,
    };
    number.chars().map(one).collect()
}

/// How capitals are turned into small letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Casing {
    /// `I` is the capital of `i`.
    Common,
    /// `I` is the capital of `ı`, and `İ` that of `i`.
    Turkic,
}

fn folded_case(word: &str, casing: Casing) -> String {
    let mapper = CaseMapper::new();
    let folded = match casing {
        Casing::Common => mapper.fold_string(word),
        Casing::Turkic => mapper.fold_turkic_string(word),
    };
    ComposingNormalizer::new_nfc().normalize(&folded).into_owned()
}

/// Tells whether a word is written with a diacritic that a plain keyboard has not.
#[must_use]
pub fn has_diacritics(word: &str) -> bool {
    // Forms of Arabic letters that are written for one another are no diacritics.
    let is_form = |c: char| matches!(c, '\u{649}' | '\u{671}' | '\u{6a9}' | '\u{6cc}');
    let mut folded = folded_case(&typography(word), Casing::Common);
    folded.retain(|c| !is_form(c));
    bare(&folded) != folded
}

/// Tells whether vowel points of two words contradict each other: both point one letter, and not alike.
fn points_differ(a: &str, b: &str) -> bool {
    let pointed = |word: &str| {
        let mut letters: Vec<(char, String)> = Vec::new();
        for c in DecomposingNormalizer::new_nfd().normalize(word).chars() {
            if !is_mark(c) {
                letters.push((c, String::new()));
            } else if is_vowel(c)
                && let Some((_, marks)) = letters.last_mut()
            {
                marks.push(c);
            }
        }
        letters
    };
    pointed(a)
        .iter()
        .zip(pointed(b))
        .any(|(a, b)| a.0 == b.0 && !a.1.is_empty() && !b.1.is_empty() && a.1 != b.1)
}

/// The marks that stand for vowels in Hebrew and Arabic, without those of chant and stress.
const fn is_vowel(c: char) -> bool {
    matches!(c, '\u{5b1}'..='\u{5bb}' | '\u{5c7}' | '\u{64b}'..='\u{650}')
}

fn bare(word: &str) -> String {
    let decomposed = DecomposingNormalizer::new_nfkd().normalize(word).into_owned();
    let mut base = ' ';
    let mut out = String::with_capacity(decomposed.len());
    for c in decomposed.chars() {
        if is_mark(c) {
            if !is_dropped_mark(base, c) {
                out.push(c);
            }
        } else {
            base = c;
            out.push(bare_letter(c));
        }
    }
    ComposingNormalizer::new_nfc().normalize(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_folding_needed_is_named() {
        let needed = |a, b| needed(a, b, TokenClass::Word);
        assert_eq!(needed("don't", "don’t"), Needed::Typography);
        assert_eq!(needed("ﬁnal", "final"), Needed::Compatibility);
        assert_eq!(needed("The", "the"), Needed::InitialCase);
        assert_eq!(needed("THE", "the"), Needed::Case);
        assert_eq!(needed("café", "cafe"), Needed::Diacritics);
        assert_eq!(needed("má", "mà"), Needed::OtherDiacritics);
        assert_eq!(needed("pаy", "pay"), Needed::Confusables);
    }

    proptest! {
        #[test]
        fn any_two_tokens_can_be_compared(text in "\\PC{0,20}") {
            let _ = needed(&text, "x", TokenClass::Word);
        }
    }
}
