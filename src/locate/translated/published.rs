//! Reads a tokenizer of the unigram kind as it is published: in the format of the `tokenizers` crate.

use std::borrow::Cow;

use base64::Engine as _;
use serde::Deserialize;

use super::tokenizer::Tokenizer;

/// A tokenizer as the `tokenizers` crate writes it.
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
    unk_id: u32,
    #[serde(borrow)]
    vocab: Vec<Token<'a>>,
}

#[derive(Deserialize)]
struct Token<'a>(#[serde(borrow)] Cow<'a, str>, f32);

/// Reads a tokenizer of the unigram kind, as it is published.
///
/// # Errors
///
/// When the file is not JSON, or of another kind.
pub(super) fn read(file: &[u8]) -> Result<Tokenizer, String> {
    let file: File<'_> = serde_json::from_slice(file).map_err(|error| error.to_string())?;
    let charsmap = file.normalizer.normalizers.iter().find_map(|step| match step {
        Step::Precompiled { precompiled_charsmap } => Some(precompiled_charsmap),
        Step::Other => None,
    });
    let charsmap = charsmap.ok_or("expected a precompiled normalizer, but got none")?;
    let charsmap = base64::engine::general_purpose::STANDARD
        .decode(charsmap)
        .map_err(|error| error.to_string())?;
    let scores = file.model.vocab.iter().map(|token| token.1).collect();
    let mut tokens: Vec<(&str, u64)> =
        file.model.vocab.iter().map(|token| &*token.0).zip(0..).collect();
    tokens.sort_unstable();
    let numbers = fst::Map::from_iter(tokens).map_err(|error| error.to_string())?;
    let numbers = numbers.map_data(Cow::Owned).map_err(|error| error.to_string())?;
    Tokenizer::new(&charsmap, numbers, scores, file.model.unk_id)
}
