//! Characters, words, languages and addresses in running text. Knows nothing of documents or of the web.

pub mod addresses;
pub mod dates;
mod detect;
mod fingerprint;
mod fold;
pub mod identifiers;
mod language;
mod needed;
pub mod numbers;
pub mod phrases;
pub mod roman;
pub mod short_forms;
pub mod speakers;
mod tokens;

pub use detect::{detect, leaning, leans_away};
pub use fingerprint::{Fingerprint, fingerprint, stable_hash};
pub use fold::{is_apostrophe, is_ignorable, is_mark, push_key, push_power_key};
pub use language::Language;
pub use needed::{Needed, has_diacritics, needed};
pub use tokens::{Token, TokenClass, Tokens, tokens};
