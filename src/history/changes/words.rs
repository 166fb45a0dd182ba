//! Compares a passage with what it was, word by word. Pure.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::change::Stretch;
use crate::text::{push_key, tokens};

/// How many words are compared. Of longer passages it is only told that they differ: what comparing costs grows with
/// the square of their length.
const MAX_WORDS: usize = 2000;

/// Returns a passage then and now, word by word; `None` if a reader would find the same words in both.
pub(super) fn changed(then: &str, now: &str) -> Option<Vec<Stretch>> {
    let (old, new) = (Words::of(then), Words::of(now));
    if old.keys == new.keys {
        return None;
    }
    if old.keys.len().max(new.keys.len()) > MAX_WORDS {
        return Some(vec![Stretch::Removed(then.to_owned()), Stretch::Added(now.to_owned())]);
    }
    let mut stretches = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old.keys, &new.keys) {
        let (tag, removed, added) = operation.as_tag_tuple();
        match tag {
            DiffTag::Equal => stretches.push(Stretch::Kept(new.text(added).to_owned())),
            DiffTag::Delete => stretches.push(Stretch::Removed(old.text(removed).to_owned())),
            DiffTag::Insert => stretches.push(Stretch::Added(new.text(added).to_owned())),
            DiffTag::Replace => {
                stretches.push(Stretch::Removed(old.text(removed).to_owned()));
                stretches.push(Stretch::Added(new.text(added).to_owned()));
            }
        }
    }
    Some(stretches)
}

/// The words of a text as they are compared, and where each starts.
struct Words<'a> {
    text: &'a str,
    keys: Vec<String>,
    starts: Vec<usize>,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        let mut words = Self { text, keys: Vec::new(), starts: Vec::new() };
        for token in tokens(text) {
            let mut key = String::new();
            push_key(&text[token.range.clone()], token.class, &mut key);
            if !key.is_empty() {
                words.keys.push(key);
                words.starts.push(token.range.start);
            }
        }
        words
    }

    /// Returns words with what stands before the first of the text, and behind each.
    fn text(&self, words: std::ops::Range<usize>) -> &'a str {
        let start_of = |word: usize| match word {
            0 => 0,
            _ => self.starts.get(word).copied().unwrap_or(self.text.len()),
        };
        &self.text[start_of(words.start)..start_of(words.end)]
    }
}
