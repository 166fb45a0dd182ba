//! Characters, words, languages and addresses in running text. Knows nothing of documents or of the web.

mod language;

pub use language::Language;
