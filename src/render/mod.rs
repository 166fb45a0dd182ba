//! Writes a report in a format. Prints what it is given: has no opinion on what anything means. Pure: the same report
//! gives the same bytes. Everything from documents and pages is taken to be hostile and comes out inert.

mod csv;
mod excerpt;
mod extraction;
mod github;
mod history;
mod html;
mod inert;
mod ink;
mod json;
mod json_writer;
mod junit;
mod markdown;
mod passage;
mod sarif;
mod table;
mod tally;
mod terminal;

use std::io::{self, Write};

pub use history::{Round, RoundFormat, TimelineFormat, change_json, render_round, render_timeline};

use crate::citation::Reference;
use crate::report::{CheckedQuotation, Report};
use crate::target::{Resolution, ResolvedDocument};

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReportFormat {
    /// For a person at a terminal.
    Terminal,
    /// For programs: `citeaudit.report/1`.
    Json,
    /// For a browser: one self-contained page.
    Html,
    /// For a comment on a pull request.
    Markdown,
    /// For code hosts and editors: SARIF 2.1.0.
    Sarif,
    /// For CI servers: `JUnit` XML.
    Junit,
    /// For spreadsheets.
    Csv,
    /// For GitHub Actions: one workflow command a finding.
    Github,
}

impl ReportFormat {
    /// Every format.
    pub const ALL: [Self; 8] = [
        Self::Terminal,
        Self::Json,
        Self::Html,
        Self::Markdown,
        Self::Sarif,
        Self::Junit,
        Self::Csv,
        Self::Github,
    ];

    /// Returns the name used in flags.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Csv => "csv",
            Self::Github => "github",
        }
    }

    /// The extensions of file names, and the format that each means.
    pub const EXTENSIONS: [(&'static str, Self); 8] = [
        ("txt", Self::Terminal),
        ("json", Self::Json),
        ("html", Self::Html),
        ("htm", Self::Html),
        ("md", Self::Markdown),
        ("sarif", Self::Sarif),
        ("xml", Self::Junit),
        ("csv", Self::Csv),
    ];

    /// Returns the format that is meant by the extension of a file name, if any is.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::EXTENSIONS
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(extension))
            .map(|(_, format)| format)
    }
}

/// How a terminal shows a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalStyle {
    /// Columns.
    pub width: u16,
    /// Whether colours are used.
    pub colour: Colour,
    /// Whether addresses can be opened by a click.
    pub hyperlinks: Hyperlinks,
    /// How much is said of each thing.
    pub verbosity: Verbosity,
}

/// Whether colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// They are.
    Ansi,
    /// They are not.
    Plain,
}

/// Whether addresses can be opened by a click, by OSC 8:
/// <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hyperlinks {
    /// They can.
    Osc8,
    /// They are text.
    Plain,
}

/// How much is said of each thing. Every finding is shown at every verbosity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verbosity {
    /// Findings without wordings, and counts.
    Quiet,
    /// Findings with both wordings, a table of sources, and counts.
    Normal,
    /// As normal, and every quotation in full.
    Verbose,
}

/// Writes a report. `style` matters to the terminal only.
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
    match format {
        ReportFormat::Terminal => terminal::write(report, style, out),
        ReportFormat::Json => json::write(report, out),
        ReportFormat::Html => html::write(report, out),
        ReportFormat::Markdown => markdown::write(report, out),
        ReportFormat::Sarif => sarif::write(report, out),
        ReportFormat::Junit => junit::write(report, out),
        ReportFormat::Csv => csv::write(report, out),
        ReportFormat::Github => github::write(report, out),
    }
}

/// The formats of what is no report: documents without verdicts, one quotation, one reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartFormat {
    /// For a person at a terminal.
    Terminal,
    /// For programs.
    Json,
}

/// Writes what documents cite and quote, without verdicts.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render_extraction(
    documents: &[ResolvedDocument],
    format: PartFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        PartFormat::Terminal => extraction::write_terminal(documents, out),
        PartFormat::Json => extraction::write_json(documents, out),
    }
}

/// Writes one quotation with its verdict. In JSON it is one line, the quotation object of a report with `id` as its id.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render_quotation(
    id: &serde_json::Value,
    quotation: &CheckedQuotation,
    format: PartFormat,
    style: TerminalStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        PartFormat::Terminal => terminal::write_quotation(quotation, style, out),
        PartFormat::Json => json::write_quotation(id, quotation, out),
    }
}

/// A reference that stands alone, and where it leads.
#[derive(Debug, Clone, Copy)]
pub struct ResolvedReference<'a> {
    /// The reference.
    pub reference: &'a Reference,
    /// Where it leads.
    pub resolution: &'a Resolution,
}

/// Writes where the reference in a text leads, as one line; `None` when the text holds no reference.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render_reference(
    text: &str,
    resolved: Option<ResolvedReference<'_>>,
    format: PartFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        PartFormat::Terminal => extraction::write_reference_line(text, resolved, out),
        PartFormat::Json => extraction::write_reference_json(text, resolved, out),
    }
}

/// Returns the JSON Schema of what [`render_extraction`] writes as JSON.
#[must_use]
pub fn extraction_schema() -> serde_json::Value {
    extraction::schema()
}

/// Returns the JSON Schema of a report in JSON.
#[must_use]
pub fn report_schema() -> serde_json::Value {
    json::schema()
}
