//! Unpacks the sentence encoder that is built into the program, once, when it is first needed.

use std::sync::OnceLock;

use super::encoder::Encoder;
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
    /// The weights are not what the forward pass needs.
    #[error("cannot read the weights: {0}")]
    Weights(String),
    /// The tokenizer cannot be read.
    #[error("cannot read the tokenizer: {0}")]
    Tokenizer(String),
}

/// The largest size of unpacked weights, in bytes: the model has 72 million.
const MOST_UNPACKED_BYTES: u64 = 256 * 1024 * 1024;

/// Returns the built-in encoder; the first call takes about a third of a second. What is kept is a function of the program
/// alone, so that it does not matter who asked first.
pub(super) fn built_in() -> Result<&'static Encoder, &'static ModelError> {
    static ENCODER: OnceLock<Result<Encoder, ModelError>> = OnceLock::new();
    ENCODER.get_or_init(load_built_in).as_ref()
}

#[cfg(feature = "model")]
fn load_built_in() -> Result<Encoder, ModelError> {
    load(
        include_bytes!("../../../models/use-multilingual-v3/model.safetensors.zst"),
        include_bytes!("../../../models/use-multilingual-v3/tokenizer.json"),
    )
}

#[cfg(not(feature = "model"))]
fn load_built_in() -> Result<Encoder, ModelError> {
    Err(ModelError::NotBuiltIn)
}

/// Reads an encoder from weights in the safetensors format under zstd, and a tokenizer in the format of the
/// `tokenizers` crate.
///
/// # Errors
///
/// When either is damaged, or is that of another model.
pub(super) fn load(packed: &[u8], tokenizer: &[u8]) -> Result<Encoder, ModelError> {
    // Both take a quarter of a second, and neither needs the other.
    std::thread::scope(|scope| {
        let tokenizer = scope.spawn(|| Tokenizer::read(tokenizer).map_err(ModelError::Tokenizer));
        let weights = unpack(packed).and_then(Weights::read);
        let tokenizer = tokenizer
            .join()
            .unwrap_or_else(|_| Err(ModelError::Tokenizer("reading it failed".to_owned())))?;
        Ok(Encoder::new(tokenizer, weights?))
    })
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, ModelError> {
    let failed = |why: &dyn std::fmt::Display| ModelError::Packed(why.to_string());
    let size = match zstd::zstd_safe::get_frame_content_size(packed) {
        Ok(Some(size)) if size <= MOST_UNPACKED_BYTES => size,
        Ok(Some(size)) => return Err(failed(&format!("{size} bytes are no model"))),
        Ok(None) => return Err(failed(&"their size is not given")),
        Err(_) => return Err(failed(&"they are not in the zstd format")),
    };
    // In one piece, as large as the file says: growing would take twice the memory for a moment.
    zstd::bulk::decompress(packed, usize::try_from(size).unwrap_or(usize::MAX))
        .map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_model_says_what_is_wrong() {
        let error = |packed: &[u8], tokenizer: &[u8]| {
            load(packed, tokenizer).err().map(|error| error.to_string()).unwrap_or_default()
        };
        assert!(error(b"no model", b"{}").starts_with("cannot read the tokenizer"));
        let tokenizer = include_bytes!("../../../models/use-multilingual-v3/tokenizer.json");
        assert!(error(b"no model", tokenizer).starts_with("cannot unpack the weights"));
        let packed = zstd::bulk::compress(b"\x08\0\0\0\0\0\0\0{}      ", 1).unwrap();
        assert_eq!(
            error(&packed, tokenizer),
            "cannot read the weights: `embedding.scale` is missing"
        );
        let cut = &packed[..packed.len() - 4];
        assert!(error(cut, tokenizer).starts_with("cannot"), "{}", error(cut, tokenizer));
    }
}
