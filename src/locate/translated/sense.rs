//! Chooses between the encoders: the one that is built in, for the languages that it was measured on, and the one that the
//! user has put in a directory, for all others.

use ndarray::Array2;

use super::directory::Opened;
use super::encoder::Encoder;
use super::model::ModelError;
use super::support::Limits;

/// An encoder.
#[derive(Clone, Copy)]
pub(super) enum Sense<'a> {
    BuiltIn(&'a Encoder),
    Directory(&'a Opened),
}

/// How much of a page an encoder compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budget {
    /// How many sentences. Of a larger page these are chosen by the numbers and names they share with the quotations.
    pub(super) sentences: usize,
    /// How many bytes of them. A page may be but a few sentences of any length, and those cost most: an encoder's time
    /// goes with its tokens.
    pub(super) bytes: usize,
}

impl Budget {
    /// Of the built-in encoder: 300 sentences take about a second of a slow processor.
    pub(super) const BUILT_IN: Self = Self { sentences: 3_000, bytes: 600_000 };
    /// Of one in a directory, whose layers take far more time for each token.
    const DIRECTORY: Self = Self { sentences: 200, bytes: 40_000 };
}

impl Sense<'_> {
    /// Returns a vector of length one for each text, a row each, in their order.
    ///
    /// # Errors
    ///
    /// When the encoder is damaged.
    pub(super) fn embed(self, texts: &[&str]) -> Result<Array2<f32>, ModelError> {
        match self {
            Self::BuiltIn(encoder) => encoder.embed(texts),
            Self::Directory(opened) => opened.embed(texts),
        }
    }

    /// Tells whether a word, in lower case, is a common one in some language.
    pub(super) fn is_common(self, word: &str) -> bool {
        match self {
            Self::BuiltIn(encoder) => encoder.is_common(word),
            Self::Directory(opened) => opened.is_common(word),
        }
    }

    /// How near a passage must be.
    pub(super) const fn limits(self) -> Limits {
        match self {
            Self::BuiltIn(_) => Limits::BUILT_IN,
            Self::Directory(opened) => opened.limits(),
        }
    }

    pub(super) const fn budget(self) -> Budget {
        match self {
            Self::BuiltIn(_) => Budget::BUILT_IN,
            Self::Directory(_) => Budget::DIRECTORY,
        }
    }

    /// What a reader must know of what this encoder says.
    pub(super) fn remark(self) -> Option<String> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Directory(opened) => Some(opened.remark()),
        }
    }
}
