//! What could not be done, in words: the problem on one line, the remedy on the next.

use std::fmt;

/// A problem with a remedy.
#[derive(Debug)]
pub(crate) struct Trouble {
    problem: String,
    hint: String,
}

impl Trouble {
    /// Makes a problem with what to do about it.
    pub(crate) fn new(problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { problem: problem.into(), hint: hint.into() }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for Trouble {}

/// Writes an error to standard error.
#[expect(clippy::print_stderr, reason = "standard error is where errors go")]
pub(crate) fn tell(error: &anyhow::Error) {
    eprintln!("error: {}", one_line(&format!("{error:#}")));
    if let Some(trouble) = error.chain().find_map(|cause| cause.downcast_ref::<Trouble>()) {
        eprintln!("hint: {}", one_line(&trouble.hint));
    }
}

/// Writes a remark to standard error.
#[expect(clippy::print_stderr, reason = "standard error is where remarks go")]
pub(crate) fn remark(text: &str) {
    eprintln!("{}", one_line(text));
}

/// Makes control characters visible: names of files can hold any.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let overrides = matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || overrides {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_write_escape_sequences() {
        assert_eq!(one_line("a\u{1b}[2J\nb\u{202e}"), "a\\u{1b}[2J\\nb\\u{202e}");
    }
}
