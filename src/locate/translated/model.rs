//! Unpacks the sentence encoder that is built into the program, once, when it is first needed.

use std::sync::OnceLock;

use super::encoder::Encoder;
use super::seekable::Seekable;
use super::tokenizer::Tokenizer;
use super::weights::Weights;

/// Why there is no encoder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ModelError {
    /// The program was built without it.
    #[error("the program was built without the sentence encoder")]
    #[cfg_attr(feature = "model", expect(dead_code, reason = "said by builds without the feature"))]
    NotBuiltIn,
    /// The weights do not decompress, or not to a size that a model may have.
    #[error("cannot unpack the weights: {0}")]
    Packed(String),
    /// A file of a directory cannot be read.
    #[error("cannot read `{0}`: {1}")]
    File(&'static str, String),
    /// The directory holds a model of another kind.
    #[error("{0}")]
    Config(String),
    /// The model does not find translations.
    #[error("{0}")]
    Useless(String),
    /// The weights are not what the forward pass needs.
    #[error("cannot read the weights: {0}")]
    Weights(String),
    /// The tokenizer cannot be read.
    #[error("cannot read the tokenizer: {0}")]
    Tokenizer(String),
}

/// The built-in weights: safetensors in the seekable format of zstd.
#[cfg(feature = "model")]
const WEIGHTS: &[u8] = include_bytes!("../../../models/use-multilingual-v3/model.safetensors.zst");
/// The built-in tokenizer, as `examples/pack_model.rs` packs it.
#[cfg(feature = "model")]
pub(super) const TOKENIZER: &[u8] =
    include_bytes!("../../../models/use-multilingual-v3/tokenizer.safetensors");

/// Returns the built-in encoder; the first call takes some hundredths of a second. What is kept is a function of the
/// program alone, so that it does not matter who asked first.
pub(super) fn built_in() -> Result<&'static Encoder, &'static ModelError> {
    static ENCODER: OnceLock<Result<Encoder, ModelError>> = OnceLock::new();
    ENCODER.get_or_init(load_built_in).as_ref()
}

#[cfg(feature = "model")]
fn load_built_in() -> Result<Encoder, ModelError> {
    load(WEIGHTS, TOKENIZER)
}

#[cfg(not(feature = "model"))]
fn load_built_in() -> Result<Encoder, ModelError> {
    Err(ModelError::NotBuiltIn)
}

/// Opens an encoder that was packed by `examples/pack_model.rs`. Most of the weights are unpacked when they are used.
///
/// # Errors
///
/// When either is damaged, or is that of another model.
fn load(weights: &'static [u8], tokenizer: &'static [u8]) -> Result<Encoder, ModelError> {
    let weights = Seekable::open(weights).map_err(ModelError::Packed).and_then(Weights::read)?;
    let tokenizer = Tokenizer::open(tokenizer).map_err(ModelError::Tokenizer)?;
    Ok(Encoder::new(tokenizer, weights))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn a_damaged_model_says_what_is_wrong() {
        let error = |packed: &'static [u8], tokenizer: &'static [u8]| {
            load(packed, tokenizer).err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert!(error(WEIGHTS, b"{}").starts_with("cannot read the tokenizer"));
        assert!(error(b"no model", TOKENIZER).starts_with("cannot unpack the weights"));
        let cut = &WEIGHTS[1..];
        assert!(error(cut, TOKENIZER).starts_with("cannot unpack"), "{}", error(cut, TOKENIZER));
    }

    #[test]
    fn the_weights_are_the_published_ones() {
        let file = Seekable::open(WEIGHTS).unwrap();
        let digest = Sha256::digest(file.read(&(0..file.len())).unwrap());
        let readme = include_str!("../../../models/README.md");
        let digest = digest.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        assert!(readme.contains(&digest), "{digest}");
    }
}
