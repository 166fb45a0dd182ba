//! Writes findings as annotations of GitHub Actions: one workflow command a line.
//! See <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use std::io::{self, Write};

use super::inert;
use crate::document::Position;
use crate::report::{Finding, Level, Report};

/// Writes every finding of a report.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for document in &report.documents {
        for finding in &document.findings {
            write_finding(&document.path, finding, out)?;
        }
    }
    Ok(())
}

fn write_finding(path: &str, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    write!(out, "::{command} file={}", property(path))?;
    let mut place = String::new();
    match finding.position {
        Some(Position::Line { line, column }) => write!(out, ",line={line},col={column}")?,
        Some(position @ (Position::Paragraph { .. } | Position::Page { .. })) => {
            place = format!("{position}: ");
        }
        None => {}
    }
    let note = finding.note.as_ref().map_or(String::new(), |label| format!(" [{label}]"));
    let title = format!("{}{note}", finding.rule.info().id);
    let message = match &finding.hint {
        Some(hint) => format!("{place}{}\nhint: {hint}", finding.message),
        None => format!("{place}{}", finding.message),
    };
    writeln!(out, ",title={}::{}", property(&title), data(&message))
}

/// Escapes a message.
fn data(text: &str) -> String {
    inert::line(&text.replace('%', "%25").replace('\n', "%0A"))
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_start_another_command() {
        assert_eq!(data("a\n::error::b%0A\r"), "a%0A::error::b%250A");
        assert_eq!(property("a,line=9::b"), "a%2Cline=9%3A%3Ab");
    }
}
