//! Characters, words, languages and addresses in running text. Knows nothing of documents or of the web.

pub mod addresses;
pub mod dates;
mod language;

pub use language::Language;
