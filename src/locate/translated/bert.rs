//! Turns sentences into vectors with a model of the kind of multilingual-e5-small: a BERT encoder whose vectors are the
//! mean over the tokens of a sentence. Many sentences go through it at once.
//!
//! <https://arxiv.org/abs/1810.04805>, <https://arxiv.org/abs/2402.05672>

use std::ops::Range;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, Axis, Slice};
use rustc_hash::FxHashMap;

use super::bert_weights::{BertWeights, Layer};
use super::encoder::{normalise, to_f32};
use super::model::ModelError;
use super::tokenizer::Tokenizer;
use super::weights::Affine;

/// What e5 models expect before each text of a symmetric task, such as finding translations (see the model's card).
const PREFIX: &str = "query: ";
/// How many tokens of a text count, if the model has places for so many; a long sentence has a hundred.
const MOST_TOKENS: usize = 256;
/// How many bytes of a text are looked at.
const MOST_BYTES: usize = 4_096;
/// How many tokens go through the layers at once.
const BATCH: usize = 1_024;
/// The axes of a matrix.
const ROWS: Axis = Axis(0);
const COLUMNS: Axis = Axis(1);

/// The encoder.
pub(super) struct Bert {
    tokenizer: Tokenizer,
    weights: BertWeights,
}

impl Bert {
    /// Puts tokens and weights together.
    ///
    /// # Errors
    ///
    /// When the tokenizer has more tokens than the model.
    pub(super) fn new(tokenizer: Tokenizer, weights: BertWeights) -> Result<Self, ModelError> {
        let (tokens, rows) = (tokenizer.len(), weights.config().vocab_size);
        if tokens > rows {
            let problem = format!("expected at most {rows} tokens, but got {tokens}");
            return Err(ModelError::Tokenizer(problem));
        }
        Ok(Self { tokenizer, weights })
    }

    /// Tells whether a word, in lower case, is a common one in some language.
    pub(super) fn is_common(&self, word: &str) -> bool {
        self.tokenizer.has_word(word)
    }

    /// Returns a vector of length one for each text, a row each, in their order.
    ///
    /// # Errors
    ///
    /// When the file of the weights cannot be read any more.
    pub(super) fn embed(&self, texts: &[&str]) -> Result<Array2<f32>, ModelError> {
        let mut vectors = Array2::zeros((texts.len(), self.weights.config().hidden_size));
        let mut batch = Batch::default();
        let mut first = 0;
        for (number, text) in texts.iter().enumerate() {
            batch.push(&self.ids(text));
            if batch.ids.len() >= BATCH || number + 1 == texts.len() {
                let means = self.forward(&std::mem::take(&mut batch))?;
                vectors.slice_axis_mut(ROWS, Slice::from(first..=number)).assign(&means);
                first = number + 1;
            }
        }
        Ok(vectors)
    }

    /// Returns the numbers of a text's tokens, with those that begin and end it.
    pub(super) fn ids(&self, text: &str) -> Vec<usize> {
        let most = self.weights.config().max_position_embeddings.min(MOST_TOKENS);
        let end = text.floor_char_boundary(MOST_BYTES);
        let mut ids = self.tokenizer.ids(&format!("{PREFIX}{}", &text[..end]));
        if ids.len() > most {
            let last = ids.last().copied();
            ids.truncate(most - 1);
            ids.extend(last);
        }
        ids
    }

    fn forward(&self, batch: &Batch) -> Result<Array2<f32>, ModelError> {
        let mut states = self.embeddings(batch)?;
        for layer in self.weights.layers() {
            self.attend(layer, batch, &mut states);
            let mut inner = affine(&states, &layer.inner);
            inner.mapv_inplace(gelu);
            states += &affine(&inner, &layer.outer);
            self.normalise(&mut states, &layer.outer_norm);
        }
        let mut means = Array2::zeros((batch.spans.len(), states.ncols()));
        for (span, mut mean) in batch.spans.iter().zip(means.rows_mut()) {
            mean.assign(&states.slice_axis(ROWS, Slice::from(span.clone())).sum_axis(ROWS));
            let length = mean.dot(&mean).sqrt();
            if length > 0.0 {
                mean /= length;
            }
        }
        Ok(means)
    }

    /// The sum of what a token, its place and the only segment stand for, normalised.
    fn embeddings(&self, batch: &Batch) -> Result<Array2<f32>, ModelError> {
        let (distinct, numbers) = batch.distinct();
        let rows = self.weights.embeddings(&distinct)?;
        let mut states = Array2::zeros((batch.ids.len(), rows.ncols()));
        for span in &batch.spans {
            for (place, row) in span.clone().enumerate() {
                let mut state = states.row_mut(row);
                state += &rows.row(numbers[row]);
                state += &self.weights.position(place);
                state += self.weights.segment();
            }
        }
        self.normalise(&mut states, self.weights.embedding_norm());
        Ok(states)
    }

    /// Lets each token of a sentence look at the others of it.
    fn attend(&self, layer: &Layer, batch: &Batch, states: &mut Array2<f32>) {
        let heads = self.weights.config().num_attention_heads;
        let width = states.ncols() / heads;
        let queries = affine(states, &layer.query);
        let keys = affine(states, &layer.key);
        let values = affine(states, &layer.value);
        let mut seen: Array2<f32> = Array2::zeros(states.raw_dim());
        let factor = 1.0 / to_f32(width).sqrt();
        for span in &batch.spans {
            for head in 0..heads {
                let columns = Slice::from(head * width..(head + 1) * width);
                let rows = Slice::from(span.clone());
                let part = |of: &'_ Array2<f32>| -> Array2<f32> {
                    of.slice_axis(ROWS, rows).slice_axis(COLUMNS, columns).to_owned()
                };
                let mut scores = part(&queries).dot(&part(&keys).t());
                scores *= factor;
                for mut row in scores.rows_mut() {
                    softmax(row.as_slice_mut().expect("rows of a new array"));
                }
                let mut into = seen.slice_axis_mut(ROWS, rows);
                let mut into = into.slice_axis_mut(COLUMNS, columns);
                general_mat_mul(1.0, &scores, &part(&values), 0.0, &mut into);
            }
        }
        *states += &affine(&seen, &layer.attended);
        self.normalise(states, &layer.attended_norm);
    }

    fn normalise(&self, states: &mut Array2<f32>, norm: &super::weights::Norm) {
        for mut row in states.rows_mut() {
            let row = row.as_slice_mut().expect("rows of a new array");
            normalise(row, norm, self.weights.config().layer_norm_eps);
        }
    }
}

/// The tokens of some sentences, one behind the other.
#[derive(Default)]
struct Batch {
    ids: Vec<usize>,
    spans: Vec<Range<usize>>,
}

impl Batch {
    fn push(&mut self, ids: &[usize]) {
        let start = self.ids.len();
        self.ids.extend_from_slice(ids);
        self.spans.push(start..self.ids.len());
    }

    /// Returns the tokens that occur, once each, in ascending order, and the index among them of each token.
    fn distinct(&self) -> (Vec<usize>, Vec<usize>) {
        let mut distinct = self.ids.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let index: FxHashMap<usize, usize> =
            distinct.iter().enumerate().map(|(number, &id)| (id, number)).collect();
        let numbers = self.ids.iter().map(|id| index[id]).collect();
        (distinct, numbers)
    }
}

/// The weights of published models stand a row for each number of the result.
fn affine(rows: &Array2<f32>, by: &Affine) -> Array2<f32> {
    let bias: &Array1<f32> = &by.bias;
    rows.dot(&by.weight.t()) + bias
}

fn softmax(row: &mut [f32]) {
    let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for number in row.iter_mut() {
        *number = (*number - most).exp();
        sum += *number;
    }
    for number in row {
        *number /= sum;
    }
}

/// The Gaussian error linear unit, exact to single precision.
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// The error function, to 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26).
fn erf(x: f32) -> f32 {
    const FACTORS: [f32; 5] = [1.061_405_4, -1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6];
    let t = 1.0 / (0.327_591_1_f32).mul_add(x.abs(), 1.0);
    let polynomial = FACTORS.iter().fold(0.0, |sum: f32, factor| sum.mul_add(t, *factor)) * t;
    (1.0 - polynomial * (-x * x).exp()).copysign(x)
}
