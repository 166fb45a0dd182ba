//! Reads the encoder's weights from safetensors, and checks that each has the shape that the forward pass needs.

use ndarray::{Array1, Array2};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::model::ModelError;
use super::seekable::Seekable;

/// How many numbers an embedding has.
pub(super) const WIDTH: usize = 512;
/// How many numbers each branch gives for a token.
pub(super) const BRANCH: usize = 256;
/// How many numbers stand for a token before they are summed: its embedding and three branches.
pub(super) const FEATURES: usize = WIDTH + 3 * BRANCH;
/// Width of the inner layers of the head.
const HIDDEN: usize = 320;
/// The codes of token `t` are scaled by the factor `t % CHUNKS`.
pub(super) const CHUNKS: usize = 17;

/// A layer norm, or another pair of vectors.
pub(super) struct Norm {
    pub(super) gain: Array1<f32>,
    pub(super) bias: Array1<f32>,
}

/// A product with a matrix, and what is added.
pub(super) struct Affine {
    pub(super) weight: Array2<f32>,
    pub(super) bias: Array1<f32>,
}

/// One branch of n-grams.
pub(super) struct Branch {
    /// How many neighbouring tokens it sees at once.
    pub(super) order: usize,
    /// How many of these stand before the token.
    pub(super) left: usize,
    pub(super) projection: Affine,
    pub(super) norm: Norm,
    /// The matrices of the neighbours side by side: a token's part in the windows of all.
    pub(super) conv1: Affine,
    /// The matrices of the neighbours one under the other: a window is a row.
    pub(super) conv2: Affine,
}

/// The last layers.
pub(super) struct Head {
    pub(super) d0: Array2<f32>,
    pub(super) d1: Array2<f32>,
    pub(super) d2: Array2<f32>,
    pub(super) d3: Array2<f32>,
    pub(super) p1: Array2<f32>,
    pub(super) p3: Array2<f32>,
}

/// All weights.
pub(super) struct Weights {
    /// The file, which holds the codes of the embeddings: packed, for as numbers they would take 256 MB.
    file: Seekable,
    codes_at: usize,
    tokens: usize,
    pub(super) scale: Array1<f32>,
    pub(super) offset: Array1<f32>,
    pub(super) branches: [Branch; 3],
    pub(super) norm: Norm,
    pub(super) pool: Affine,
    pub(super) head: Head,
    pub(super) epsilon: f32,
}

impl Weights {
    /// Reads the weights of a file in the safetensors format, but for the embeddings, which must stand at its end.
    ///
    /// # Errors
    ///
    /// When it is not one, or lacks a tensor, or has one of another shape.
    pub(super) fn read(packed: Seekable) -> Result<Self, ModelError> {
        let file = File::read(&packed)?;
        let epsilon = file
            .metadata
            .metadata()
            .as_ref()
            .and_then(|map| map.get("layer_norm_eps"))
            .and_then(|value| value.parse().ok())
            .unwrap_or(1e-12);
        let scale = file.vector("embedding.scale", CHUNKS)?;
        let offset = file.vector("embedding.offset", CHUNKS)?;
        let branches = [file.branch(2, 0)?, file.branch(3, 1)?, file.branch(5, 2)?];
        let norm = file.norm("norm", FEATURES)?;
        let pool = Affine {
            weight: file.matrix("pool.weight", FEATURES, WIDTH)?,
            bias: file.vector("pool.bias", WIDTH)?,
        };
        let head = Head {
            d0: file.matrix("head.d0", WIDTH, HIDDEN)?,
            d1: file.matrix("head.d1", HIDDEN, HIDDEN)?,
            d2: file.matrix("head.d2", HIDDEN, WIDTH)?,
            d3: file.matrix("head.d3", WIDTH, WIDTH)?,
            p1: file.matrix("head.p1", WIDTH, HIDDEN)?,
            p3: file.matrix("head.p3", HIDDEN, WIDTH)?,
        };
        let (codes_at, tokens) = (file.codes_at, file.tokens);
        Ok(Self {
            file: packed,
            codes_at,
            tokens,
            scale,
            offset,
            branches,
            norm,
            pool,
            head,
            epsilon,
        })
    }

    /// Returns how many tokens have an embedding.
    pub(super) const fn tokens(&self) -> usize {
        self.tokens
    }

    /// Returns the embeddings of tokens, a row each.
    ///
    /// # Errors
    ///
    /// When a token has none, or the file is damaged where it stands.
    pub(super) fn embeddings(&self, tokens: &[usize]) -> Result<Array2<f32>, ModelError> {
        let mut rows = Array2::zeros((tokens.len(), WIDTH));
        let parts = tokens.iter().map(|token| {
            let start = self.codes_at + token * WIDTH;
            start..start + WIDTH
        });
        let take = |number: usize, codes: &[u8]| {
            let token = tokens[number];
            let (scale, offset) = (self.scale[token % CHUNKS], self.offset[token % CHUNKS]);
            for (to, &code) in rows.row_mut(number).iter_mut().zip(codes) {
                *to = f32::from(code).mul_add(scale, offset);
            }
        };
        self.file.read_many(parts, take).map_err(ModelError::Packed)?;
        Ok(rows)
    }
}

/// The file without the embeddings: these are unpacked when they are asked for.
struct File {
    metadata: Metadata,
    /// What stands between the header and the embeddings.
    data: Vec<u8>,
    /// Where the embeddings stand in the whole, and how many there are.
    codes_at: usize,
    tokens: usize,
}

/// The tensor of the embeddings.
const CODES: &str = "embedding.codes";

impl File {
    fn read(packed: &Seekable) -> Result<Self, ModelError> {
        const LENGTH_BYTES: usize = 8;
        let read = |part| packed.read(&part).map_err(ModelError::Packed);
        let length = read(0..LENGTH_BYTES)?;
        let length = length.first_chunk().map_or(0, |&length| u64::from_le_bytes(length));
        let header_end = usize::try_from(length)
            .ok()
            .and_then(|length| length.checked_add(LENGTH_BYTES))
            .ok_or_else(|| ModelError::Weights("the header is too long".to_owned()))?;
        let metadata: Metadata = serde_json::from_slice(&read(LENGTH_BYTES..header_end)?)
            .map_err(|error| ModelError::Weights(format!("the header: {error}")))?;
        let codes = info(&metadata, CODES)?;
        let (codes_start, codes_end) = codes.data_offsets;
        let tokens = codes.shape.first().copied().unwrap_or(0);
        expect(codes, CODES, Dtype::U8, &[tokens, WIDTH])?;
        if codes_start > codes_end
            || codes_end - codes_start != tokens * WIDTH
            || header_end + codes_end != packed.len()
        {
            return Err(ModelError::Weights(format!("`{CODES}` is not the last tensor")));
        }
        let codes_at = header_end + codes_start;
        Ok(Self { data: read(header_end..codes_at)?, metadata, codes_at, tokens })
    }

    fn tensor(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&[u8], ModelError> {
        let tensor = info(&self.metadata, name)?;
        expect(tensor, name, dtype, shape)?;
        let (start, end) = tensor.data_offsets;
        let size = shape.iter().product::<usize>() * dtype.bitsize() / 8;
        let data = self.data.get(start..end).filter(|data| data.len() == size);
        data.ok_or_else(|| ModelError::Weights(format!("`{name}` has another size than its shape")))
    }

    fn vector(&self, name: &str, length: usize) -> Result<Array1<f32>, ModelError> {
        let bytes = self.tensor(name, Dtype::F32, &[length])?;
        let (numbers, _) = bytes.as_chunks::<4>();
        Ok(numbers.iter().map(|&number| f32::from_le_bytes(number)).collect())
    }

    fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Array2<f32>, ModelError> {
        let bytes = self.tensor(name, Dtype::F16, &[rows, columns])?;
        let (numbers, _) = bytes.as_chunks::<2>();
        let numbers = numbers.iter().map(|&number| half(u16::from_le_bytes(number))).collect();
        Array2::from_shape_vec((rows, columns), numbers)
            .map_err(|error| ModelError::Weights(format!("`{name}`: {error}")))
    }

    fn norm(&self, name: &str, length: usize) -> Result<Norm, ModelError> {
        Ok(Norm {
            gain: self.vector(&format!("{name}.gain"), length)?,
            bias: self.vector(&format!("{name}.bias"), length)?,
        })
    }

    fn affine(&self, name: &str, rows: usize) -> Result<Affine, ModelError> {
        Ok(Affine {
            weight: self.matrix(&format!("{name}.weight"), rows, BRANCH)?,
            bias: self.vector(&format!("{name}.bias"), BRANCH)?,
        })
    }

    fn branch(&self, order: usize, left: usize) -> Result<Branch, ModelError> {
        Ok(Branch {
            order,
            left,
            projection: self.affine(&format!("ngram{order}.projection"), WIDTH)?,
            norm: self.norm(&format!("ngram{order}.norm"), BRANCH)?,
            conv1: side_by_side(
                &self.affine(&format!("ngram{order}.conv1"), order * BRANCH)?,
                order,
            ),
            conv2: self.affine(&format!("ngram{order}.conv2"), order * BRANCH)?,
        })
    }
}

/// Puts the matrices of neighbours that stand one under the other side by side.
fn side_by_side(stacked: &Affine, order: usize) -> Affine {
    let weight = Array2::from_shape_fn((BRANCH, order * BRANCH), |(row, column)| {
        stacked.weight[(column / BRANCH * BRANCH + row, column % BRANCH)]
    });
    Affine { weight, bias: stacked.bias.clone() }
}

fn info<'a>(metadata: &'a Metadata, name: &str) -> Result<&'a TensorInfo, ModelError> {
    metadata.info(name).ok_or_else(|| ModelError::Weights(format!("`{name}` is missing")))
}

fn expect(
    tensor: &TensorInfo,
    name: &str,
    dtype: Dtype,
    shape: &[usize],
) -> Result<(), ModelError> {
    if tensor.dtype == dtype && tensor.shape == shape {
        return Ok(());
    }
    Err(ModelError::Weights(format!(
        "`{name}`: expected {dtype:?} {shape:?}, but got {:?} {:?}",
        tensor.dtype, tensor.shape
    )))
}

/// Widens a number of half precision (IEEE 754 binary16).
pub(super) fn half(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let exponent = u32::from(bits >> 10 & 0x1f);
    let fraction = u32::from(bits & 0x3ff);
    match exponent {
        // Subnormal: the fraction counts in steps of 2^-24.
        0 => {
            let magnitude = f32::from(bits & 0x3ff) * 2.0_f32.powi(-24);
            if sign == 0 { magnitude } else { -magnitude }
        }
        0x1f => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_widened() {
        for (bits, number) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x0001, 5.960_464_5e-8),
        ] {
            assert!((half(bits) - number).abs() <= f32::EPSILON * number.abs(), "{bits:#x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }
}
