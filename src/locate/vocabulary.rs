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
    ids: FxHashMap<Box<str>, u32>,
    longest: usize,
}

impl Vocabulary {
    /// Returns the number of a word, a new one if it has none.
    pub(super) fn learn(&mut self, token: &str, class: TokenClass) -> WordId {
        let mut key = String::new();
        push_key(token, class, &mut key);
        self.longest = self.longest.max(key.len());
        let next = u32::try_from(self.ids.len() + 1).unwrap_or(u32::MAX);
        WordId(*self.ids.entry(key.into_boxed_str()).or_insert(next))
    }

    /// Returns the number of a key.
    pub(super) fn of_key(&self, key: &str) -> WordId {
        if key.len() > self.longest {
            return WordId::UNKNOWN;
        }
        self.ids.get(key).map_or(WordId::UNKNOWN, |&id| WordId(id))
    }
}
