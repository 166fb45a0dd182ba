//! Opens a sentence encoder that the user has put in a directory, as multilingual-e5-small is published, and measures how
//! near translations are to each other in it: what is `supported` must not rest on numbers of another model.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ndarray::{Array1, Array2, Axis};

use super::bert::Bert;
use super::bert_weights::{BertWeights, Config};
use super::model::ModelError;
use super::published;
use super::support::Limits;
use crate::text::Language;

/// The languages of XLM-R, whose tokens these models have.
const LANGUAGES: [&str; 91] = [
    "af", "am", "ar", "as", "az", "be", "bg", "bn", "br", "bs", "ca", "cs", "cy", "da", "de", "el",
    "en", "eo", "es", "et", "eu", "fa", "fi", "fr", "fy", "ga", "gd", "gl", "gu", "ha", "he", "hi",
    "hr", "hu", "hy", "id", "is", "it", "ja", "jv", "ka", "kk", "km", "kn", "ko", "ku", "ky", "lo",
    "lt", "lv", "mg", "mk", "ml", "mn", "mr", "ms", "my", "ne", "nl", "no", "or", "pa", "pl", "ps",
    "pt", "ro", "ru", "sd", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl",
    "tr", "ug", "uk", "ur", "uz", "vi", "xh", "yi", "zh", "nb", "nn",
];
/// The largest files that are read whole, in bytes: the published tokenizer has 17 million.
const MOST_CONFIG_BYTES: u64 = 64 * 1024;
const MOST_TOKENIZER_BYTES: u64 = 64 * 1024 * 1024;
/// English sentences and their translations, by which a model is measured: the first line has the languages.
const NEWS: &str = include_str!("news.tsv");
/// Those by which it is: of three scripts and three families.
const MEASURED: [&str; 3] = ["ru", "ar", "zh"];

/// A sentence encoder in a directory. It is opened when the first quotation needs it.
pub struct Model {
    directory: PathBuf,
    opened: OnceLock<Result<Opened, ModelError>>,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl Model {
    /// Names a directory that has `config.json`, `tokenizer.json` and `model.safetensors`; reads nothing yet.
    #[must_use]
    pub const fn at(directory: PathBuf) -> Self {
        Self { directory, opened: OnceLock::new() }
    }

    /// Tells whether such models were made for a language.
    pub(super) fn knows(language: Language) -> bool {
        LANGUAGES.contains(&language.code())
    }

    /// Opens it, once.
    ///
    /// # Errors
    ///
    /// When the directory holds no such model, or one that does not find translations.
    pub(super) fn opened(&self) -> Result<&Opened, String> {
        let opened = self.opened.get_or_init(|| {
            let bert = open(&self.directory)?;
            Opened::measured(bert, self.directory.display().to_string())
        });
        let named =
            |error| format!("cannot use the model in `{}`: {error}", self.directory.display());
        opened.as_ref().map_err(named)
    }
}

/// Reads the three files of a model.
pub(super) fn open(directory: &Path) -> Result<Bert, ModelError> {
    let config = Config::read(&bytes(directory, "config.json", MOST_CONFIG_BYTES)?)?;
    let tokenizer = bytes(directory, "tokenizer.json", MOST_TOKENIZER_BYTES)?;
    let tokenizer = published::read(&tokenizer).map_err(ModelError::Tokenizer)?;
    let weights = file(directory, "model.safetensors")?;
    Bert::new(tokenizer, BertWeights::read(config, weights)?)
}

fn file(directory: &Path, name: &'static str) -> Result<File, ModelError> {
    let opened = File::open(directory.join(name));
    let opened = opened.map_err(|error| ModelError::File(name, error.to_string()))?;
    match opened.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(opened),
        Ok(_) => Err(ModelError::File(name, "it is no file".to_owned())),
        Err(error) => Err(ModelError::File(name, error.to_string())),
    }
}

fn bytes(directory: &Path, name: &'static str, most: u64) -> Result<Vec<u8>, ModelError> {
    let mut read = Vec::new();
    let reading = file(directory, name)?.take(most + 1).read_to_end(&mut read);
    reading.map_err(|error| ModelError::File(name, error.to_string()))?;
    if read.len() as u64 > most {
        return Err(ModelError::File(name, format!("it has more than {most} bytes")));
    }
    Ok(read)
}

/// A model that has been opened and measured.
pub(super) struct Opened {
    bert: Bert,
    name: String,
    /// What all its vectors have in common: it says nothing, and is taken away.
    centre: Array1<f32>,
    measured: Measured,
}

impl Opened {
    /// Measures a model on the translations that go with the program.
    ///
    /// # Errors
    ///
    /// When it does not tell the translation of a sentence from other sentences.
    fn measured(bert: Bert, name: String) -> Result<Self, ModelError> {
        let rows: Vec<Vec<&str>> = NEWS.lines().map(|line| line.split('\t').collect()).collect();
        let (languages, rows) = rows.split_first().expect("the file has lines");
        let column = |language: &str| {
            let column = languages.iter().position(|name| *name == language);
            let column = column.expect("the file has the language");
            rows.iter().map(|row| row[column]).collect::<Vec<_>>()
        };
        let mut vectors = Vec::new();
        for language in std::iter::once("en").chain(MEASURED) {
            vectors.push(bert.embed(&column(language))?);
        }
        let centre = centre(&vectors);
        for vectors in &mut vectors {
            take_away(&centre, vectors);
        }
        let (english, others) = vectors.split_first().expect("English is the first");
        let measured = Measured::of(english, others)?;
        Ok(Self { bert, name, centre, measured })
    }

    pub(super) fn embed(&self, texts: &[&str]) -> Result<Array2<f32>, ModelError> {
        let mut vectors = self.bert.embed(texts)?;
        take_away(&self.centre, &mut vectors);
        Ok(vectors)
    }

    pub(super) fn is_common(&self, word: &str) -> bool {
        self.bert.is_common(word)
    }

    pub(super) const fn limits(&self) -> Limits {
        self.measured.limits
    }

    pub(super) fn remark(&self) -> String {
        let Measured { right, asked, .. } = self.measured;
        format!(
            "compared by the model in `{}`, measured on {asked} sentences in {} only, of which it found {right}",
            self.name,
            MEASURED.join(", ")
        )
    }
}

/// The mean of all vectors.
fn centre(vectors: &[Array2<f32>]) -> Array1<f32> {
    let mut sum = Array1::zeros(vectors[0].ncols());
    let mut count = 0.0;
    for row in vectors.iter().flat_map(|vectors| vectors.rows()) {
        sum += &row;
        count += 1.0;
    }
    sum / count
}

/// Takes away what all vectors have in common, and makes them one long again.
fn take_away(centre: &Array1<f32>, vectors: &mut Array2<f32>) {
    for mut row in vectors.axis_iter_mut(Axis(0)) {
        row -= centre;
        let length = row.dot(&row).sqrt();
        if length > 0.0 {
            row /= length;
        }
    }
}

/// What was measured of a model.
#[derive(Debug, Clone, Copy)]
struct Measured {
    limits: Limits,
    /// How many sentences were looked for among the translations of all, and for how many the right one was nearest.
    asked: usize,
    right: usize,
}

impl Measured {
    /// Holds English sentences against the translations of all of them: a row each, in the same order.
    fn of(english: &Array2<f32>, others: &[Array2<f32>]) -> Result<Self, ModelError> {
        let (mut own, mut other) = (Vec::new(), Vec::new());
        for vectors in others {
            let similarities = english.dot(&vectors.t());
            for (number, row) in similarities.axis_iter(Axis(0)).enumerate() {
                let rest = row.iter().enumerate().filter(|(at, _)| *at != number);
                other.push(rest.map(|(_, &nearness)| nearness).fold(f32::NEG_INFINITY, f32::max));
                own.push(row[number]);
            }
        }
        let right = own.iter().zip(&other).filter(|(own, other)| own > other).count();
        let asked = own.len();
        own.sort_by(f32::total_cmp);
        other.sort_by(f32::total_cmp);
        let limits = Limits {
            clear: at(&other, 100) + ABOVE_ALL,
            likely: at(&other, 97),
            near: at(&other, 90),
        };
        // Not a number is not larger.
        let is_apart = at(&own, 50) > limits.clear;
        if right * 10 < asked * 9 || !is_apart {
            return Err(ModelError::Useless(format!(
                "of {asked} sentences it found the translations of {right} only"
            )));
        }
        Ok(Self { limits, asked, right })
    }
}

/// How much nearer a clear passage must be than any wrong one that was measured.
const ABOVE_ALL: f32 = 0.04;

/// Returns the number below which so many of a hundred lie.
fn at(sorted: &[f32], hundredths: usize) -> f32 {
    sorted[(sorted.len() * hundredths / 100).min(sorted.len() - 1)]
}

#[cfg(test)]
mod tests;
