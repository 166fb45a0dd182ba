//! Splits text into the words that names and number words are compared by, and folds their spelling.

use std::ops::Range;

use crate::text::is_mark;

/// A run of letters, or an initialism without its stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// As written, without stops.
    pub(super) text: String,
    /// Lower case, without vowel points, spelling variants of one letter made one.
    pub(super) folded: String,
    /// Whether a sentence, a quotation or the text begins with it, so that a capital says nothing.
    pub(super) is_first: bool,
}

impl Word {
    pub(super) fn is_capitalised(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }

    /// Tells whether it is an acronym: two letters or more, all of them capitals.
    pub(super) fn is_acronym(&self) -> bool {
        let mut letters = self.text.chars().filter(|c| c.is_alphabetic());
        letters.clone().count() >= 2 && letters.all(char::is_uppercase)
    }
}

/// Returns the words of a text, in order. Takes linear time.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut is_first = true;
    let mut start: Option<usize> = None;
    let ends = text.char_indices().chain(std::iter::once((text.len(), ' ')));
    for (at, c) in ends {
        let letter = c.is_alphabetic() || (is_mark(c) && start.is_some());
        match (letter, start) {
            (true, None) => start = Some(at),
            (false, Some(begun)) => {
                push(text, begun..at, &mut is_first, &mut found);
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
        if matches!(
            c,
            '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '«' | '“' | '„' | '"' | ':' | '\n'
        ) {
            is_first = true;
        }
    }
    found
}

fn push(text: &str, range: Range<usize>, is_first: &mut bool, found: &mut Vec<Word>) {
    let written: String = text[range.clone()].chars().filter(|&c| !is_mark(c)).collect();
    // `U.S.` is one word: a letter joins a letter that ends one byte before it, with a stop between.
    if let Some(last) = found.last_mut()
        && range.start == last.range.end + 1
        && text.as_bytes().get(last.range.end) == Some(&b'.')
        && is_letter(&written)
        && last.text.chars().all(char::is_uppercase)
        && last.text.chars().count() < 6
        && (is_letter(&last.text) || last.range.len() > last.text.len())
    {
        last.text.push_str(&written);
        last.folded = fold(&last.text);
        last.range.end = range.end;
        *is_first = false;
        return;
    }
    found.push(Word { folded: fold(&written), text: written, range, is_first: *is_first });
    *is_first = false;
}

fn is_letter(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
}

/// Folds case, and the letters that are written either way: `ё` and `е`, the alefs of Arabic, its `ة` and `ه`.
pub(super) fn fold(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .filter(|&c| !is_mark(c) && c != '\u{640}' && c != '\u{307}')
        .map(|c| match c {
            'ё' => 'е',
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ى' | 'ی' | 'ئ' => 'ي',
            'ة' | 'ۀ' => 'ه',
            'ک' => 'ك',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn initialisms_are_one_word_and_sentences_begin_anew() {
        let found = words("the U.S. and Kim. Then «Москва»");
        let found: Vec<_> = found.iter().map(|word| (word.text.as_str(), word.is_first)).collect();
        let expected = [
            ("the", true),
            ("US", false),
            ("and", true),
            ("Kim", false),
            ("Then", true),
            ("Москва", true),
        ];
        assert_eq!(found, expected);
    }

    proptest! {
        #[test]
        fn words_are_disjoint_and_ascending(text in "\\PC{0,60}|[A-Za-z. ]{0,40}") {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(word.range.start >= end && word.range.end > word.range.start);
                prop_assert!(text.get(word.range.clone()).is_some());
                end = word.range.end;
            }
        }
    }
}
