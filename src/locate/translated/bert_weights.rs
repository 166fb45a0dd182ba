//! Reads the weights of a BERT encoder as they are published: sizes from `config.json`, tensors from `model.safetensors`.
//! The embeddings of tokens stay in the file and are read when they are needed: they are most of it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Mutex;

use ndarray::{Array1, Array2, ArrayView1};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};
use serde::Deserialize;

use super::model::ModelError;
use super::weights::{Affine, Norm, half};

/// The longest header of a file, in bytes, and the largest sizes of a model: what is larger is damaged, or no model for
/// this purpose.
const MOST_HEADER_BYTES: u64 = 16 * 1024 * 1024;
const MOST_WIDTH: usize = 1_024;
const MOST_INNER: usize = 4_096;
const MOST_LAYERS: usize = 24;
const MOST_TOKENS: usize = 1_000_000;
const MOST_POSITIONS: usize = 8_192;

/// The sizes of a model: what is used of `config.json`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Config {
    model_type: String,
    hidden_act: String,
    pub(super) hidden_size: usize,
    num_hidden_layers: usize,
    pub(super) num_attention_heads: usize,
    intermediate_size: usize,
    pub(super) vocab_size: usize,
    pub(super) max_position_embeddings: usize,
    pub(super) layer_norm_eps: f32,
    #[serde(default = "absolute")]
    position_embedding_type: String,
}

const ABSOLUTE: &str = "absolute";

fn absolute() -> String {
    ABSOLUTE.to_owned()
}

impl Config {
    /// Reads `config.json`.
    ///
    /// # Errors
    ///
    /// When it is not JSON, lacks a size, or is that of a model of another kind.
    pub(super) fn read(file: &[u8]) -> Result<Self, ModelError> {
        let config: Self = serde_json::from_slice(file)
            .map_err(|error| ModelError::Config(format!("`config.json`: {error}")))?;
        let is = |key: &str, got: &str, expected: &str| {
            if got == expected {
                return Ok(());
            }
            let got: String = got.chars().filter(|c| !c.is_control()).take(40).collect();
            Err(ModelError::Config(format!(
                "`{key}` in `config.json`: expected `{expected}`, but got `{got}`"
            )))
        };
        is("model_type", &config.model_type, "bert")?;
        is("hidden_act", &config.hidden_act, "gelu")?;
        is("position_embedding_type", &config.position_embedding_type, ABSOLUTE)?;
        for (key, got, most) in [
            ("hidden_size", config.hidden_size, MOST_WIDTH),
            ("num_hidden_layers", config.num_hidden_layers, MOST_LAYERS),
            ("num_attention_heads", config.num_attention_heads, config.hidden_size),
            ("intermediate_size", config.intermediate_size, MOST_INNER),
            ("vocab_size", config.vocab_size, MOST_TOKENS),
            ("max_position_embeddings", config.max_position_embeddings, MOST_POSITIONS),
        ] {
            if got == 0 || got > most {
                return Err(ModelError::Config(format!(
                    "`{key}` in `config.json`: expected 1 to {most}, but got {got}"
                )));
            }
        }
        if !config.hidden_size.is_multiple_of(config.num_attention_heads) {
            let problem = "`hidden_size` in `config.json` is no multiple of `num_attention_heads`";
            return Err(ModelError::Config(problem.to_owned()));
        }
        if config.max_position_embeddings < 8 {
            let problem = "`max_position_embeddings` in `config.json` is too small for a sentence";
            return Err(ModelError::Config(problem.to_owned()));
        }
        Ok(config)
    }
}

/// One layer.
pub(super) struct Layer {
    pub(super) query: Affine,
    pub(super) key: Affine,
    pub(super) value: Affine,
    pub(super) attended: Affine,
    pub(super) attended_norm: Norm,
    pub(super) inner: Affine,
    pub(super) outer: Affine,
    pub(super) outer_norm: Norm,
}

/// All weights.
pub(super) struct BertWeights {
    config: Config,
    /// The file, in which the embeddings of tokens stand.
    file: Mutex<File>,
    tokens: Place,
    positions: Array2<f32>,
    segment: Array1<f32>,
    embedding_norm: Norm,
    layers: Vec<Layer>,
}

/// Where a tensor stands in the file, and how its numbers are written.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u64,
    width: Width,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    Single,
    Half,
}

impl Width {
    const fn bytes(self) -> usize {
        match self {
            Self::Single => 4,
            Self::Half => 2,
        }
    }

    fn numbers(self, bytes: &[u8]) -> Vec<f32> {
        match self {
            Self::Single => {
                bytes.as_chunks::<4>().0.iter().map(|&number| f32::from_le_bytes(number)).collect()
            }
            Self::Half => {
                let (numbers, _) = bytes.as_chunks::<2>();
                numbers.iter().map(|&number| half(u16::from_le_bytes(number))).collect()
            }
        }
    }
}

impl BertWeights {
    /// Reads the weights of a file in the safetensors format.
    ///
    /// # Errors
    ///
    /// When it is not one, is cut short, or lacks a tensor, or has one of another shape or type.
    pub(super) fn read(config: Config, file: File) -> Result<Self, ModelError> {
        let mut tensors = Tensors::open(file)?;
        let hidden = config.hidden_size;
        let rows =
            |tensors: &mut Tensors, name: &str, rows: usize| tensors.matrix(name, rows, hidden);
        let tokens =
            tensors.place("embeddings.word_embeddings.weight", &[config.vocab_size, hidden])?;
        let positions = "embeddings.position_embeddings.weight";
        let positions = rows(&mut tensors, positions, config.max_position_embeddings)?;
        let segments = tensors.first_row("embeddings.token_type_embeddings.weight", hidden)?;
        let embedding_norm = tensors.norm("embeddings.LayerNorm", hidden)?;
        let layers = (0..config.num_hidden_layers)
            .map(|number| tensors.layer(number, &config))
            .collect::<Result<_, _>>()?;
        let file = Mutex::new(tensors.file);
        Ok(Self { config, file, tokens, positions, segment: segments, embedding_norm, layers })
    }

    pub(super) const fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    pub(super) const fn embedding_norm(&self) -> &Norm {
        &self.embedding_norm
    }

    /// What is added for a place in a sentence.
    pub(super) fn position(&self, place: usize) -> ArrayView1<'_, f32> {
        self.positions.row(place.min(self.positions.nrows() - 1))
    }

    /// What is added for the first segment of a text: here it has no other.
    pub(super) const fn segment(&self) -> &Array1<f32> {
        &self.segment
    }

    /// Returns the embeddings of tokens, a row each.
    ///
    /// # Errors
    ///
    /// When the file cannot be read any more.
    pub(super) fn embeddings(&self, tokens: &[usize]) -> Result<Array2<f32>, ModelError> {
        let hidden = self.config.hidden_size;
        let mut rows = Array2::zeros((tokens.len(), hidden));
        let mut bytes = vec![0; hidden * self.tokens.width.bytes()];
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (&token, mut row) in tokens.iter().zip(rows.rows_mut()) {
            let at = self.tokens.start + (token * bytes.len()) as u64;
            file.seek(SeekFrom::Start(at)).map_err(|error| cannot_read(&error))?;
            file.read_exact(&mut bytes).map_err(|error| cannot_read(&error))?;
            row.assign(&Array1::from_vec(self.tokens.width.numbers(&bytes)));
        }
        Ok(rows)
    }
}

fn cannot_read(error: &std::io::Error) -> ModelError {
    ModelError::Weights(format!("`model.safetensors`: {error}"))
}

fn wrong(problem: impl std::fmt::Display) -> ModelError {
    ModelError::Weights(format!("`model.safetensors`: {problem}"))
}

/// The file with its header read.
struct Tensors {
    file: File,
    metadata: Metadata,
    /// Where the tensors begin, and how long they are together.
    start: u64,
    length: u64,
    /// What stands before the names: `bert.`, or nothing.
    prefix: &'static str,
}

impl Tensors {
    fn open(mut file: File) -> Result<Self, ModelError> {
        let whole = file.metadata().map_err(|error| cannot_read(&error))?.len();
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(|error| cannot_read(&error))?;
        let header_bytes = u64::from_le_bytes(length);
        if header_bytes > MOST_HEADER_BYTES || header_bytes + 8 > whole {
            return Err(wrong("it is damaged, or in another format"));
        }
        let mut header = vec![0; usize::try_from(header_bytes).map_err(wrong)?];
        file.read_exact(&mut header).map_err(|error| cannot_read(&error))?;
        let metadata: Metadata = serde_json::from_slice(&header)
            .map_err(|error| wrong(format!("its header is damaged ({error})")))?;
        let start = header_bytes + 8;
        let is_prefixed = metadata.info("bert.embeddings.LayerNorm.weight").is_some();
        let prefix = if is_prefixed { "bert." } else { "" };
        Ok(Self { file, metadata, start, length: whole - start, prefix })
    }

    /// Finds a tensor and checks its shape, its type and that the file holds all of it.
    fn place(&self, name: &str, shape: &[usize]) -> Result<Place, ModelError> {
        let info = self.info(name)?;
        let width = match info.dtype {
            Dtype::F32 => Width::Single,
            Dtype::F16 => Width::Half,
            other => {
                return Err(wrong(format!("`{name}`: expected F32 or F16, but got {other:?}")));
            }
        };
        if info.shape != shape {
            let got = &info.shape;
            return Err(wrong(format!("`{name}`: expected {shape:?}, but got {got:?}")));
        }
        let (start, end) = info.data_offsets;
        let size = shape.iter().product::<usize>() * width.bytes();
        if end.checked_sub(start) != Some(size) {
            return Err(wrong(format!("`{name}` has another size than its shape")));
        }
        if end as u64 > self.length {
            return Err(wrong(format!("`{name}` is missing at its end: the file is cut short")));
        }
        Ok(Place { start: self.start + start as u64, width })
    }

    fn info(&self, name: &str) -> Result<&TensorInfo, ModelError> {
        let found = self.metadata.info(&format!("{}{name}", self.prefix));
        found.ok_or_else(|| wrong(format!("`{name}` is missing")))
    }

    fn numbers(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let place = self.place(name, shape)?;
        let mut bytes = vec![0; shape.iter().product::<usize>() * place.width.bytes()];
        self.file.seek(SeekFrom::Start(place.start)).map_err(|error| cannot_read(&error))?;
        self.file.read_exact(&mut bytes).map_err(|error| cannot_read(&error))?;
        let numbers = place.width.numbers(&bytes);
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err(wrong(format!("`{name}` holds what is no number")));
        }
        Ok(numbers)
    }

    fn vector(&mut self, name: &str, length: usize) -> Result<Array1<f32>, ModelError> {
        Ok(Array1::from_vec(self.numbers(name, &[length])?))
    }

    fn matrix(
        &mut self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Array2<f32>, ModelError> {
        let numbers = self.numbers(name, &[rows, columns])?;
        Array2::from_shape_vec((rows, columns), numbers).map_err(wrong)
    }

    /// Returns the first row of a matrix of any number of rows.
    fn first_row(&mut self, name: &str, columns: usize) -> Result<Array1<f32>, ModelError> {
        let rows = self.info(name)?.shape.first().copied().unwrap_or(0).clamp(1, 16);
        Ok(self.matrix(name, rows, columns)?.row(0).to_owned())
    }

    fn norm(&mut self, name: &str, length: usize) -> Result<Norm, ModelError> {
        Ok(Norm {
            gain: self.vector(&format!("{name}.weight"), length)?,
            bias: self.vector(&format!("{name}.bias"), length)?,
        })
    }

    fn affine(&mut self, name: &str, rows: usize, columns: usize) -> Result<Affine, ModelError> {
        Ok(Affine {
            weight: self.matrix(&format!("{name}.weight"), rows, columns)?,
            bias: self.vector(&format!("{name}.bias"), rows)?,
        })
    }

    fn layer(&mut self, number: usize, config: &Config) -> Result<Layer, ModelError> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{number}.{part}");
        Ok(Layer {
            query: self.affine(&name("attention.self.query"), hidden, hidden)?,
            key: self.affine(&name("attention.self.key"), hidden, hidden)?,
            value: self.affine(&name("attention.self.value"), hidden, hidden)?,
            attended: self.affine(&name("attention.output.dense"), hidden, hidden)?,
            attended_norm: self.norm(&name("attention.output.LayerNorm"), hidden)?,
            inner: self.affine(&name("intermediate.dense"), inner, hidden)?,
            outer: self.affine(&name("output.dense"), hidden, inner)?,
            outer_norm: self.norm(&name("output.LayerNorm"), hidden)?,
        })
    }
}
