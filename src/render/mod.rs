//! Writes a report in a format. Prints what it is given: has no opinion on what anything means. Pure.

use std::io::{self, Write};

use crate::report::Report;

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReportFormat {
    /// For a person at a terminal.
    Terminal,
    /// For programs: `citeaudit.report/1`.
    Json,
    /// For a browser: one self-contained page.
    Html,
}

/// How a terminal shows a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalStyle {
    /// Columns.
    pub width: u16,
    /// Whether colours are used.
    pub colour: Colour,
}

/// Whether colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// They are.
    Ansi,
    /// They are not.
    Plain,
}

/// Writes a report.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render(
    report: &Report,
    format: ReportFormat,
    style: TerminalStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    let _ = (report, format, style, out);
    todo!()
}
