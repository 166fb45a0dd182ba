//! Cuts text into the tokens of the encoder: pieces of words, chosen such that together they are the likeliest
//! ([unigram language model](https://arxiv.org/abs/1804.10959)).
//!
//! Reads files of the `tokenizers` crate, and gives the tokens that it would give. The crate itself keeps a hash table
//! for every node of a trie: a run with it took 375 MB of memory at its peak, and with this 193 MB.

use std::borrow::Cow;

use base64::Engine as _;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use spm_precompiled::Precompiled;

/// Stands for a space, and begins every text.
const SPACE: char = '▁';
/// The tokens that begin and end every text.
const BEGIN: usize = 1;
const END: usize = 2;
/// How much less likely an unknown character is than the least likely token, as a logarithm.
const UNKNOWN_PENALTY: f64 = 10.0;

/// The vocabulary, and how text is normalised before it is looked up.
pub(super) struct Tokenizer {
    charsmap: Precompiled,
    /// The number of each token, and the logarithm of its probability.
    tokens: FxHashMap<Box<str>, (usize, f64)>,
    /// The length of the longest token, in bytes.
    longest: usize,
    unknown: usize,
    unknown_score: f64,
}

#[derive(Deserialize)]
struct File<'a> {
    normalizer: Normalizer,
    #[serde(borrow)]
    model: Model<'a>,
}

#[derive(Deserialize)]
struct Normalizer {
    normalizers: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Step {
    Precompiled {
        precompiled_charsmap: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Model<'a> {
    unk_id: usize,
    #[serde(borrow)]
    vocab: Vec<Token<'a>>,
}

#[derive(Deserialize)]
struct Token<'a>(#[serde(borrow)] Cow<'a, str>, f64);

impl Tokenizer {
    /// Reads a tokenizer of the unigram kind.
    ///
    /// # Errors
    ///
    /// When the file is not JSON, or of another kind.
    pub(super) fn read(file: &[u8]) -> Result<Self, String> {
        let file: File<'_> = serde_json::from_slice(file).map_err(|error| error.to_string())?;
        let charsmap = file.normalizer.normalizers.iter().find_map(|step| match step {
            Step::Precompiled { precompiled_charsmap } => Some(precompiled_charsmap),
            Step::Other => None,
        });
        let charsmap = charsmap.ok_or("expected a precompiled normalizer, but got none")?;
        let charsmap = base64::engine::general_purpose::STANDARD
            .decode(charsmap)
            .map_err(|error| error.to_string())?;
        let charsmap = Precompiled::from(&charsmap)
            .map_err(|_| "the precompiled normalizer is damaged".to_owned())?;
        let vocabulary = file.model.vocab;
        let least = vocabulary.iter().map(|token| token.1).fold(0.0, f64::min);
        let longest = vocabulary.iter().map(|token| token.0.len()).max().unwrap_or(0);
        let tokens = vocabulary
            .into_iter()
            .enumerate()
            .map(|(id, token)| (token.0.into(), (id, token.1)))
            .collect();
        Ok(Self {
            charsmap,
            tokens,
            longest,
            unknown: file.model.unk_id,
            unknown_score: least - UNKNOWN_PENALTY,
        })
    }

    /// Returns the numbers of a text's tokens, with those that begin and end it. Takes linear time.
    pub(super) fn ids(&self, text: &str) -> Vec<usize> {
        let mut ids = vec![BEGIN];
        ids.extend(self.pieces(&self.normalised(text)));
        ids.push(END);
        ids
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
            let mut end = start;
            for c in text[start..].chars() {
                end += c.len_utf8();
                if end - start > self.longest {
                    break;
                }
                if let Some(&(id, score)) = self.tokens.get(&text[start..end]) {
                    arrive(&mut ways, end, Way { id, start, score: so_far + score });
                    alone_is_known |= end - start == first.len_utf8();
                }
            }
            if !alone_is_known {
                let way = Way { id: self.unknown, start, score: so_far + self.unknown_score };
                arrive(&mut ways, start + first.len_utf8(), way);
            }
        }
        self.trace(&ways)
    }

    /// Follows the best way back from the end. Unknown characters in a row are one token.
    fn trace(&self, ways: &[Option<Way>]) -> Vec<usize> {
        let mut ids = Vec::new();
        let mut at = ways.len() - 1;
        while let Some(way) = &ways[at] {
            if way.id != self.unknown || ids.last() != Some(&self.unknown) {
                ids.push(way.id);
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
    id: usize,
    start: usize,
    score: f64,
}
