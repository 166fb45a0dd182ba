//! Cuts text into the tokens of the encoder: pieces of words, chosen such that together they are the likeliest
//! ([unigram language model](https://arxiv.org/abs/1804.10959)).
//!
//! Reads files of the `tokenizers` crate, and gives the tokens that it would give. The crate itself keeps a hash table
//! for every node of a trie, which takes 180 MB.

use std::borrow::Cow;

use safetensors::SafeTensors;
use spm_precompiled::Precompiled;

/// Stands for a space, and begins every text.
const SPACE: char = '▁';
/// The tokens that begin and end every text, in the packed tokenizer.
const ENDS: Ends = Ends { begin: 1, end: 2 };
/// How much less likely an unknown character is than the least likely token, as a logarithm.
const UNKNOWN_PENALTY: f64 = 10.0;

/// The tokens that begin and end every text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ends {
    pub(super) begin: usize,
    pub(super) end: usize,
}

/// The vocabulary, and how text is normalised before it is looked up.
pub(super) struct Tokenizer {
    charsmap: Precompiled,
    /// From each token to its number.
    numbers: fst::Map<Cow<'static, [u8]>>,
    /// The logarithm of each token's probability, by number.
    scores: Vec<f32>,
    unknown: u32,
    unknown_score: f64,
    ends: Ends,
}

impl Tokenizer {
    /// Opens a tokenizer that was packed by `examples/pack_model.rs`. Its vocabulary is looked up where it stands.
    ///
    /// # Errors
    ///
    /// When the file is not in the safetensors format, or lacks one of the three parts.
    pub(super) fn open(file: &'static [u8]) -> Result<Self, String> {
        let tensors = SafeTensors::deserialize(file).map_err(|error| error.to_string())?;
        let part = |name: &str| {
            tensors.tensor(name).map(|tensor| tensor.data()).map_err(|error| error.to_string())
        };
        let (_, metadata) = SafeTensors::read_metadata(file).map_err(|error| error.to_string())?;
        let unknown = metadata
            .metadata()
            .as_ref()
            .and_then(|map| map.get("unknown"))
            .and_then(|number| number.parse().ok())
            .ok_or("`unknown` is missing")?;
        let (scores, _) = part("scores")?.as_chunks::<4>();
        let scores = scores.iter().map(|&score| f32::from_le_bytes(score)).collect();
        let numbers = fst::Map::new(Cow::Borrowed(part("vocabulary")?));
        Self::new(
            part("charsmap")?,
            numbers.map_err(|error| error.to_string())?,
            scores,
            unknown,
            ENDS,
        )
    }

    pub(super) fn new(
        charsmap: &[u8],
        numbers: fst::Map<Cow<'static, [u8]>>,
        scores: Vec<f32>,
        unknown: u32,
        ends: Ends,
    ) -> Result<Self, String> {
        let charsmap = Precompiled::from(charsmap)
            .map_err(|_| "the precompiled normalizer is damaged".to_owned())?;
        if numbers.len() != scores.len() {
            return Err("there are more tokens than scores, or fewer".to_owned());
        }
        let unknown_score = f64::from(scores.iter().copied().fold(0.0, f32::min)) - UNKNOWN_PENALTY;
        Ok(Self { charsmap, numbers, scores, unknown, unknown_score, ends })
    }

    /// Returns the numbers of a text's tokens, with those that begin and end it. Takes linear time.
    pub(super) fn ids(&self, text: &str) -> Vec<usize> {
        let mut ids = vec![self.ends.begin];
        ids.extend(self.pieces(&self.normalised(text)));
        ids.push(self.ends.end);
        ids
    }

    /// Returns how many tokens there are.
    pub(super) const fn len(&self) -> usize {
        self.scores.len()
    }

    /// Tells whether a word is so common in some language that it is one token.
    pub(super) fn has_word(&self, word: &str) -> bool {
        self.numbers.contains_key(format!("{SPACE}{word}"))
    }

    /// Folds what is written in several ways, and writes spaces as they stand in the vocabulary.
    fn normalised(&self, text: &str) -> String {
        let folded = self.charsmap.normalize_string(text);
        let mut normalised = String::with_capacity(folded.len() + 8);
        for word in folded.trim().split(' ').filter(|word| !word.is_empty()) {
            normalised.push(SPACE);
            normalised.push_str(word);
        }
        normalised
    }

    /// Finds the likeliest way to cut a text, from left to right: the best way to each place is the best way to an
    /// earlier one, and a token from there.
    fn pieces(&self, text: &str) -> Vec<usize> {
        let mut ways: Vec<Option<Way>> = vec![None; text.len() + 1];
        let arrive = |ways: &mut Vec<Option<Way>>, end: usize, way: Way| {
            if ways[end].as_ref().is_none_or(|known| way.score > known.score) {
                ways[end] = Some(way);
            }
        };
        for (start, first) in text.char_indices() {
            let so_far = ways[start].as_ref().map_or(0.0, |way| way.score);
            let mut alone_is_known = false;
            self.tokens_at(&text.as_bytes()[start..], |length, id, score| {
                arrive(&mut ways, start + length, Way { id, start, score: so_far + score });
                alone_is_known |= length == first.len_utf8();
            });
            if !alone_is_known {
                let way = Way { id: self.unknown, start, score: so_far + self.unknown_score };
                arrive(&mut ways, start + first.len_utf8(), way);
            }
        }
        self.trace(&ways)
    }

    /// Calls `found` with the length, number and score of each token that a text begins with.
    fn tokens_at(&self, text: &[u8], mut found: impl FnMut(usize, u32, f64)) {
        let fst = self.numbers.as_fst();
        let (mut node, mut number) = (fst.root(), 0);
        for (at, &byte) in text.iter().enumerate() {
            let Some(transition) = node.find_input(byte).map(|input| node.transition(input)) else {
                return;
            };
            number += transition.out.value();
            node = fst.node(transition.addr);
            if node.is_final() {
                let id = u32::try_from(number + node.final_output().value()).unwrap_or(u32::MAX);
                if let Some(&score) = self.scores.get(id as usize) {
                    found(at + 1, id, f64::from(score));
                }
            }
        }
    }

    /// Follows the best way back from the end. Unknown characters in a row are one token.
    fn trace(&self, ways: &[Option<Way>]) -> Vec<usize> {
        let mut ids: Vec<usize> = Vec::new();
        let unknown = self.unknown as usize;
        let mut at = ways.len() - 1;
        while let Some(way) = &ways[at] {
            if way.id != self.unknown || ids.last() != Some(&unknown) {
                ids.push(way.id as usize);
            }
            at = way.start;
        }
        ids.reverse();
        ids
    }
}

/// The best way to cut a text up to a place: its last token, where that starts, and how likely all are.
#[derive(Clone)]
struct Way {
    id: u32,
    start: usize,
    score: f64,
}

#[cfg(test)]
mod tests {
    use fst::Streamer as _;

    use super::super::model::TOKENIZER;
    use super::super::published;
    use super::*;

    #[test]
    fn the_packed_tokenizer_is_the_published_one() {
        let packed = Tokenizer::open(TOKENIZER).unwrap();
        let published = include_bytes!("../../../models/use-multilingual-v3/tokenizer.json");
        let published = published::read(published).unwrap();
        assert!(packed.scores == published.scores && packed.charsmap == published.charsmap);
        assert_eq!(packed.unknown, published.unknown);
        let (mut a, mut b) = (packed.numbers.stream(), published.numbers.stream());
        let mut count = 0;
        while let Some(entry) = a.next() {
            assert_eq!(Some(entry), b.next());
            count += 1;
        }
        assert_eq!((count, b.next()), (128_000, None));
    }

    #[test]
    fn characters_that_no_token_has_are_one_unknown_token() {
        let tokenizer = Tokenizer::open(TOKENIZER).unwrap();
        let unknown = tokenizer.unknown as usize;
        let ids = tokenizer.ids("a \u{10fffd}\u{10fffd}");
        assert_eq!(ids.iter().filter(|&&id| id == unknown).count(), 1, "{ids:?}");
    }
}
