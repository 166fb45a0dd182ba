//! Reads a tokenizer of the unigram kind as it is published: in the format of the `tokenizers` crate.

use std::borrow::Cow;

use base64::Engine as _;
use serde::Deserialize;

use super::tokenizer::{Ends, Tokenizer};

/// A tokenizer as the `tokenizers` crate writes it.
#[derive(Deserialize)]
struct File<'a> {
    normalizer: Step,
    #[serde(borrow)]
    model: Model<'a>,
}

/// How text is normalised: a step, or steps one after the other.
#[derive(Deserialize)]
#[serde(tag = "type")]
enum Step {
    Precompiled {
        precompiled_charsmap: String,
    },
    Sequence {
        normalizers: Vec<Step>,
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

impl Step {
    /// Returns the map of the step that is precompiled.
    fn charsmap(&self) -> Option<&str> {
        match self {
            Self::Precompiled { precompiled_charsmap } => Some(precompiled_charsmap),
            Self::Sequence { normalizers } => normalizers.iter().find_map(Self::charsmap),
            Self::Other => None,
        }
    }
}

/// Reads a tokenizer of the unigram kind, as it is published.
///
/// # Errors
///
/// When the file is not JSON, or of another kind.
pub(super) fn read(file: &[u8]) -> Result<Tokenizer, String> {
    let file: File<'_> = serde_json::from_slice(file).map_err(|error| error.to_string())?;
    let charsmap =
        file.normalizer.charsmap().ok_or("expected a precompiled normalizer, but got none")?;
    let charsmap = base64::engine::general_purpose::STANDARD
        .decode(charsmap)
        .map_err(|error| error.to_string())?;
    let scores = file.model.vocab.iter().map(|token| token.1).collect();
    let number = |wanted: &str| {
        let place = file.model.vocab.iter().position(|token| token.0 == wanted);
        place.ok_or_else(|| format!("`{wanted}` is missing"))
    };
    let ends = Ends { begin: number("<s>")?, end: number("</s>")? };
    let mut tokens: Vec<(&str, u64)> =
        file.model.vocab.iter().map(|token| &*token.0).zip(0..).collect();
    tokens.sort_unstable();
    let numbers = fst::Map::from_iter(tokens).map_err(|error| error.to_string())?;
    let numbers = numbers.map_data(Cow::Owned).map_err(|error| error.to_string())?;
    Tokenizer::new(&charsmap, numbers, scores, file.model.unk_id, ends)
}
