//! Keeps the vectors of texts, so that each is computed once, and many at a time.

use ndarray::{Array2, ArrayView1, Axis};
use rustc_hash::FxHashMap;

use super::model::ModelError;
use super::sense::Sense;

/// The vectors of the texts that were learnt.
pub(super) struct Vectors<'a> {
    encoder: Sense<'a>,
    /// For each text the batch and the row of its vector.
    known: FxHashMap<String, (usize, usize)>,
    batches: Vec<Array2<f32>>,
}

impl<'a> Vectors<'a> {
    pub(super) fn new(encoder: Sense<'a>) -> Self {
        Self { encoder, known: FxHashMap::default(), batches: Vec::new() }
    }

    /// Returns the encoder that computes them.
    pub(super) const fn encoder(&self) -> Sense<'a> {
        self.encoder
    }

    /// Computes the vectors of those texts that have none yet: all in one batch, for a small one costs nearly as much
    /// as one of a hundred sentences.
    ///
    /// # Errors
    ///
    /// When the encoder turns out to be damaged.
    pub(super) fn learn<'t>(
        &mut self,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Result<(), ModelError> {
        let mut unknown = Vec::new();
        for text in texts {
            if !self.known.contains_key(text) {
                self.known.insert(text.to_owned(), (self.batches.len(), unknown.len()));
                unknown.push(text);
            }
        }
        if !unknown.is_empty() {
            self.batches.push(self.encoder.embed(&unknown)?);
        }
        Ok(())
    }

    /// Returns the vector of a text that was learnt, of length one.
    pub(super) fn of(&self, text: &str) -> ArrayView1<'_, f32> {
        let &(batch, row) =
            self.known.get(text).expect("texts are learnt before they are compared");
        self.batches[batch].index_axis(Axis(0), row)
    }

    /// Returns the vectors of texts that were learnt, a row each.
    pub(super) fn of_all(&self, texts: &[&str]) -> Array2<f32> {
        let width = self.batches.first().map_or(0, Array2::ncols);
        let mut rows = Array2::zeros((texts.len(), width));
        for (text, mut row) in texts.iter().zip(rows.rows_mut()) {
            row.assign(&self.of(text));
        }
        rows
    }
}
