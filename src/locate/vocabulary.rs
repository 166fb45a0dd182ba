//! Numbers for the words of all quotations of a run. A word of a page that is in no quotation has no number.

use rustc_hash::FxHashMap;

use crate::text::{TokenClass, push_key};

/// The number of a word. Words that a reader sees as one have one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct WordId(pub u32);

impl WordId {
    /// A word of a page that no quotation has.
    pub(super) const UNKNOWN: Self = Self(0);
}

/// The words of all quotations.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    /// The numbers of short keys, which are nearly all.
    short: FxHashMap<ShortKey, u32>,
    /// The numbers of the other keys.
    long: FxHashMap<Box<str>, u32>,
    longest: usize,
}

/// The longest short key, in bytes.
const SHORT_BYTES: usize = 15;

/// A key of up to [`SHORT_BYTES`] bytes with its length in the last one: two of them are compared as numbers are.
type ShortKey = u128;

impl Vocabulary {
    /// Returns the number of a word, a new one if it has none.
    pub(super) fn learn(&mut self, token: &str, class: TokenClass) -> WordId {
        let mut key = String::new();
        push_key(token, class, &mut key);
        self.longest = self.longest.max(key.len());
        let next = u32::try_from(self.short.len() + self.long.len() + 1).unwrap_or(u32::MAX);
        WordId(match short(&key) {
            Some(key) => *self.short.entry(key).or_insert(next),
            None => *self.long.entry(key.into_boxed_str()).or_insert(next),
        })
    }

    /// Returns the number of a key.
    pub(super) fn of_key(&self, key: &str) -> WordId {
        if key.len() > self.longest {
            return WordId::UNKNOWN;
        }
        let number = short(key).map_or_else(|| self.long.get(key), |key| self.short.get(&key));
        number.map_or(WordId::UNKNOWN, |&number| WordId(number))
    }

    /// Returns the number of a token's key; `scratch` is room to write it.
    pub(super) fn of_token(&self, token: &str, class: TokenClass, scratch: &mut String) -> WordId {
        if let Some(key) = plain(token, class) {
            return self.short.get(&key).map_or(WordId::UNKNOWN, |&number| WordId(number));
        }
        scratch.clear();
        push_key(token, class, scratch);
        self.of_key(scratch)
    }
}

fn short(key: &str) -> Option<ShortKey> {
    let length = u8::try_from(key.len()).ok().filter(|_| key.len() <= SHORT_BYTES)?;
    let mut bytes = [0; SHORT_BYTES + 1];
    bytes[..key.len()].copy_from_slice(key.as_bytes());
    bytes[SHORT_BYTES] = length;
    Some(ShortKey::from_le_bytes(bytes))
}

/// Returns the key of a short word of plain letters and digits, for which lower case is all the folding there is.
fn plain(token: &str, class: TokenClass) -> Option<ShortKey> {
    let is_plain = class == TokenClass::Word
        && token.bytes().fold(true, |plain, byte| plain & byte.is_ascii_alphanumeric());
    let key = short(token).filter(|_| is_plain)?;
    let mut bytes = key.to_le_bytes();
    bytes.make_ascii_lowercase();
    Some(ShortKey::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_of_a_page_has_the_number_of_its_key(
            known in proptest::collection::vec("[a-zA-Z'.`é]{1,20}", 1..6),
            other in "[a-zA-Z0-9'.`éİ]{0,20}",
        ) {
            let mut vocabulary = Vocabulary::default();
            let ids: Vec<WordId> =
                known.iter().map(|word| vocabulary.learn(word, TokenClass::Word)).collect();
            let mut scratch = String::new();
            for (word, id) in known.iter().zip(ids) {
                prop_assert_eq!(vocabulary.of_token(word, TokenClass::Word, &mut scratch), id);
            }
            let mut key = String::new();
            push_key(&other, TokenClass::Word, &mut key);
            let by_token = vocabulary.of_token(&other, TokenClass::Word, &mut scratch);
            prop_assert_eq!(by_token, vocabulary.of_key(&key));
        }
    }
}
