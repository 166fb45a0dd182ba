//! Fills in the template of a message: ours, or one of the user's own.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

use super::wire::Body;

/// The template that is used if the user has none. Its first line is the subject; the text follows after an empty line.
pub const BUILT_IN: &str = include_str!("../../templates/changes.txt");

/// Why a message cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The template is wrong, or asks for what there is not.
    #[error("{what} (line {line})")]
    Wrong {
        /// What is wrong.
        what: String,
        /// Where, 1-based.
        line: usize,
    },
    /// The first line came out empty.
    #[error("expected a subject on the first line, but it is empty")]
    NoSubject,
    /// The changes cannot be written as JSON.
    #[error("the changes cannot be written as JSON")]
    Wire,
}

/// Returns the subject and the text.
pub(super) fn fill(template: &str, body: &Body) -> Result<(String, String), TemplateError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("only spaces are set, no marks"));
    let values = Value::from(Serde(body));
    let filled = environment.render_named_str("message.txt", template, values);
    let filled = filled.map_err(|error| wrong(&error))?;
    let (subject, text) = filled.split_once('\n').unwrap_or((&filled, ""));
    let subject = subject.trim();
    if subject.is_empty() {
        return Err(TemplateError::NoSubject);
    }
    Ok((subject.to_owned(), format!("{}\n", text.trim_matches('\n').trim_end())))
}

fn wrong(error: &minijinja::Error) -> TemplateError {
    let kind = match error.kind() {
        ErrorKind::UndefinedError => "it asks for a value that there is not".to_owned(),
        kind => kind.to_string(),
    };
    let what = error.detail().map_or(kind, ToOwned::to_owned);
    TemplateError::Wrong { what, line: error.line().unwrap_or(1) }
}
