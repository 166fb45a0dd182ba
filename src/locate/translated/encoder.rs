//! Turns sentences of sixteen languages into vectors that are near each other when the sentences mean the same.
//!
//! The forward pass of the multilingual Universal Sentence Encoder, version 3: embeddings of tokens, three branches of
//! convolutions over neighbouring tokens, a sum over the sentence, and a small head. `models/` says where the weights
//! come from and how they are laid out. Many sentences go through it at once.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, ShapeBuilder, Slice};
use rustc_hash::FxHashMap;

use super::model::ModelError;
use super::tokenizer::Tokenizer;
use super::weights::{Affine, BRANCH, Branch, FEATURES, Norm, WIDTH, Weights};
use crate::text::Language;

/// The languages it was made for, by primary subtag.
const LANGUAGES: [&str; 15] =
    ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"];
/// How many tokens of a text count; a long sentence has a hundred.
const MOST_TOKENS: usize = 256;
/// How many bytes of a text are looked at: no token is shorter than a byte, and few are longer than ten.
const MOST_BYTES: usize = 4_096;
/// How many tokens go through the layers at once. More are no faster, and take more memory.
const BATCH: usize = 2_048;
/// Empty rows between two sentences, so that no window reaches from one into the other: the widest window reaches two
/// tokens to either side.
const PADDING: usize = 2;
/// The axes of a matrix.
const ROWS: Axis = Axis(0);
const COLUMNS: Axis = Axis(1);

/// The encoder.
pub(super) struct Encoder {
    tokenizer: Tokenizer,
    weights: Weights,
}

impl Encoder {
    pub(super) const fn new(tokenizer: Tokenizer, weights: Weights) -> Self {
        Self { tokenizer, weights }
    }

    /// Tells whether it was made for a language.
    pub(super) fn knows(language: Language) -> bool {
        LANGUAGES.contains(&language.code())
    }

    /// Tells whether a word, in lower case, is a common one in some language.
    pub(super) fn is_common(&self, word: &str) -> bool {
        self.tokenizer.has_word(word)
    }

    /// Returns a vector of length one for each text, a row each, in their order.
    ///
    /// # Errors
    ///
    /// When the weights of a token are damaged.
    pub(super) fn embed(&self, texts: &[&str]) -> Result<Array2<f32>, ModelError> {
        let mut vectors = Array2::zeros((texts.len(), WIDTH));
        let mut sentences: Vec<Vec<usize>> = Vec::new();
        let (mut first, mut tokens) = (0, 0);
        for (number, text) in texts.iter().enumerate() {
            let ids = self.ids(text);
            tokens += ids.len();
            sentences.push(ids);
            if tokens >= BATCH || number + 1 == texts.len() {
                let rows = vectors.slice_axis_mut(ROWS, Slice::from(first..=number));
                self.forward(&sentences, rows)?;
                sentences.clear();
                (first, tokens) = (number + 1, 0);
            }
        }
        Ok(vectors)
    }

    /// Returns the numbers of a text's tokens. Never empty: a text that cannot be cut is one unknown token.
    pub(super) fn ids(&self, text: &str) -> Vec<usize> {
        let end = text.floor_char_boundary(MOST_BYTES);
        let mut ids = self.tokenizer.ids(&text[..end]);
        ids.truncate(MOST_TOKENS);
        ids.retain(|&id| id < self.weights.tokens());
        if ids.is_empty() {
            ids.push(0);
        }
        ids
    }

    fn forward(
        &self,
        sentences: &[Vec<usize>],
        mut vectors: ArrayViewMut2<'_, f32>,
    ) -> Result<(), ModelError> {
        let layout = Layout::new(sentences);
        let mut features = Array2::zeros((layout.rows.len(), FEATURES));
        let distinct = self.weights.embeddings(&layout.distinct)?;
        for (&row, mut feature) in layout.rows.iter().zip(features.rows_mut()) {
            if let Some(row) = row {
                feature.slice_axis_mut(Axis(0), Slice::from(..WIDTH)).assign(&distinct.row(row));
            }
        }
        for (number, branch) in self.weights.branches.iter().enumerate() {
            let start = WIDTH + number * BRANCH;
            let into = features.slice_axis_mut(COLUMNS, Slice::from(start..start + BRANCH));
            self.branch(branch, &distinct, &layout, into);
        }
        for mut row in features.rows_mut() {
            let row = row.as_slice_mut().expect("rows of a new array");
            normalise(row, &self.weights.norm, self.weights.epsilon);
        }
        // The sum over a sentence goes before the product: it is the same, and one row instead of twenty.
        let mut sums = Array2::zeros((sentences.len(), FEATURES));
        for (span, mut sum) in layout.spans.iter().zip(sums.rows_mut()) {
            sum.assign(&features.slice_axis(ROWS, Slice::from(span.clone())).sum_axis(ROWS));
        }
        let mut pooled = sums.dot(&self.weights.pool.weight);
        for (sentence, mut row) in sentences.iter().zip(pooled.rows_mut()) {
            let length = to_f32(sentence.len());
            row.scaled_add(length, &self.weights.pool.bias);
            row /= length.sqrt();
        }
        vectors.assign(&self.head(&pooled));
        Ok(())
    }

    fn branch(
        &self,
        branch: &Branch,
        distinct: &Array2<f32>,
        layout: &Layout,
        mut into: ArrayViewMut2<'_, f32>,
    ) {
        // The projection of a token does not depend on its neighbours, nor does its part in their windows: each is
        // computed once for all places where it stands.
        let mut projected = affine(distinct, &branch.projection);
        for mut row in projected.rows_mut() {
            let row = row.as_slice_mut().expect("rows of a new array");
            normalise(row, &branch.norm, self.weights.epsilon);
        }
        let parts = projected.dot(&branch.conv1.weight);
        let rows = layout.rows.len();
        let mut hidden = Array2::zeros((rows, BRANCH));
        for (row, mut hidden) in hidden.rows_mut().into_iter().enumerate() {
            hidden.assign(&branch.conv1.bias);
            for place in 0..branch.order {
                let neighbour = (row + place).checked_sub(branch.left);
                if let Some(&Some(token)) = neighbour.and_then(|at| layout.rows.get(at)) {
                    let columns = Slice::from(place * BRANCH..(place + 1) * BRANCH);
                    hidden += &parts.row(token).slice_axis(Axis(0), columns);
                }
            }
        }
        finish_convolution(&mut hidden.view_mut(), layout, |_, token| projected.row(token));
        // Rows stand one behind the other, so that a window of them is a row of another matrix: one product does.
        let windows = ArrayView2::from_shape(
            ((rows + 1).saturating_sub(branch.order), branch.order * BRANCH).strides((BRANCH, 1)),
            hidden.as_slice().expect("a new array"),
        )
        .expect("the last window ends with the last row");
        into.assign(&branch.conv2.bias);
        let middle = Slice::from(branch.left..branch.left + windows.nrows());
        let mut of_windows = into.slice_axis_mut(ROWS, middle);
        general_mat_mul(1.0, &windows, &branch.conv2.weight, 1.0, &mut of_windows);
        finish_convolution(&mut into, layout, |row, _| hidden.row(row));
    }

    fn head(&self, pooled: &Array2<f32>) -> Array2<f32> {
        let head = &self.weights.head;
        let relu = |array: Array2<f32>| array.mapv_into(|number| number.max(0.0));
        let y0 = relu(pooled.dot(&head.d0));
        let y1 = relu(pooled.dot(&head.p1) + y0.dot(&head.d1));
        let y2 = relu(y1.dot(&head.d2));
        let mut out = (y1.dot(&head.p3) + y2.dot(&head.d3)).mapv_into(f32::tanh);
        for mut row in out.rows_mut() {
            let length = row.dot(&row).sqrt();
            if length > 0.0 {
                row /= length;
            }
        }
        out
    }
}

/// Where the tokens of a batch of sentences stand: one row for each, and empty rows between sentences.
struct Layout {
    /// The tokens that occur, once each.
    distinct: Vec<usize>,
    /// For each row the index of its token in `distinct`; `None` for an empty row.
    rows: Vec<Option<usize>>,
    /// The rows of each sentence.
    spans: Vec<std::ops::Range<usize>>,
}

impl Layout {
    fn new(sentences: &[Vec<usize>]) -> Self {
        let mut index: FxHashMap<usize, usize> = FxHashMap::default();
        let mut layout = Self { distinct: Vec::new(), rows: Vec::new(), spans: Vec::new() };
        layout.rows.extend([None; PADDING]);
        for sentence in sentences {
            let start = layout.rows.len();
            for &token in sentence {
                let number = *index.entry(token).or_insert_with(|| {
                    layout.distinct.push(token);
                    layout.distinct.len() - 1
                });
                layout.rows.push(Some(number));
            }
            layout.spans.push(start..layout.rows.len());
            layout.rows.extend([None; PADDING]);
        }
        layout
    }
}

/// Cuts at zero and adds what went in; empties the rows that stand for no token.
fn finish_convolution<'a>(
    array: &mut ArrayViewMut2<'_, f32>,
    layout: &Layout,
    input: impl Fn(usize, usize) -> ArrayView1<'a, f32>,
) {
    for (row, token) in layout.rows.iter().enumerate() {
        let mut numbers = array.row_mut(row);
        match token {
            Some(token) => {
                let input = input(row, *token);
                numbers.zip_mut_with(&input, |number, &input| *number = number.max(0.0) + input);
            }
            None => numbers.fill(0.0),
        }
    }
}

fn affine(rows: &Array2<f32>, by: &Affine) -> Array2<f32> {
    rows.dot(&by.weight) + &by.bias
}

pub(super) fn normalise(row: &mut [f32], norm: &Norm, epsilon: f32) {
    let length = to_f32(row.len());
    let mean = sum(row, |number| number) / length;
    let variance = sum(row, |number| (number - mean) * (number - mean)) / length;
    let factor = 1.0 / (variance + epsilon).sqrt();
    let (gain, bias): (&Array1<f32>, &Array1<f32>) = (&norm.gain, &norm.bias);
    for ((number, gain), bias) in row.iter_mut().zip(gain).zip(bias) {
        *number = (*number - mean) * factor * gain + bias;
    }
}

/// Sums what is made of the numbers of a row. In several sums side by side, for one alone waits for each addition.
fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    const SUMS: usize = 16;
    let chunks = row.chunks_exact(SUMS);
    let rest: f32 = chunks.remainder().iter().map(|&number| of(number)).sum();
    let mut sums = [0.0; SUMS];
    for chunk in chunks {
        for (sum, &number) in sums.iter_mut().zip(chunk) {
            *sum += of(number);
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// Converts a count of tokens or columns, all of which are small.
pub(super) fn to_f32(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}
