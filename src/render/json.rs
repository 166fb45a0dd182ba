//! Writes a report for programs: the contract `citeaudit.report/1`.
//! Holds the wire types. A key is added, never renamed or given another meaning; a change of meaning is a new schema name.

mod citation;
mod place;
mod quotation;
mod source;

pub(super) use citation::{CitationWire, why_not};
pub(super) use place::PositionWire;
pub(super) use quotation::{QuotationWire, QuotationWords, UncitedWire};
pub(super) use source::ArchivedWire;

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::json_writer::{write_line, write_pretty};
use crate::report::{CheckedDocument, CheckedQuotation, Completion, Finding, Report, Rule};
use crate::text::Language;

use citation::checked_citation;
use place::CoverageWire;
use source::SourceWire;

/// The name of the contract.
const SCHEMA: &str = "citeaudit.report/1";

/// A report.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "citeaudit.report/1", inline)]
struct ReportWire<'a> {
    /// The name of this contract: `citeaudit.report/1`.
    #[schemars(extend("enum" = [SCHEMA]))]
    schema: &'static str,
    /// What made the report.
    tool: Tool,
    /// When the check was made, RFC 3339; for a replayed one, when the recording was made.
    checked_at: String,
    /// One for each document, in the order given.
    documents: Vec<DocumentWire<'a>>,
    /// Every source that any document names, in order of first citation.
    sources: Vec<SourceWire<'a>>,
    /// Counts.
    summary: SummaryWire,
}

/// What made a report.
#[derive(Serialize, JsonSchema)]
pub(super) struct Tool {
    /// `citeaudit`.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

impl Tool {
    pub(super) const THIS: Self = Self { name: "citeaudit", version: env!("CARGO_PKG_VERSION") };
}

/// One document with all that was found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Document")]
struct DocumentWire<'a> {
    #[serde(flatten)]
    about: About<'a>,
    /// Its citations, in document order.
    citations: Vec<CitationWire<'a, QuotationWire<'a>>>,
    /// The quotations that no reference claims, in document order.
    uncited_quotations: Vec<UncitedWire<'a>>,
    /// What is wrong or worth a look, by position.
    findings: Vec<FindingWire<'a>>,
}

/// What is known of a document as a whole.
#[derive(Serialize, JsonSchema)]
pub(super) struct About<'a> {
    /// Its path as given, or `-`.
    path: &'a str,
    /// The SHA-256 of its bytes, in hexadecimal.
    sha256: &'a str,
    /// What its bytes were: `text`, `html`, ….
    format: &'static str,
    /// The title it gives itself.
    title: Option<&'a str>,
    /// The language it declares, as a primary subtag of BCP 47.
    language: Option<&'a str>,
    #[serde(flatten)]
    coverage: CoverageWire,
}

impl<'a> About<'a> {
    pub(super) fn of(
        path: &'a str,
        sha256: &'a str,
        document: &'a crate::document::Document,
    ) -> Self {
        Self {
            path,
            sha256,
            format: document.format.name(),
            title: document.title.as_deref(),
            language: document.language.as_ref().map(Language::code),
            coverage: CoverageWire::of(&document.coverage),
        }
    }
}

/// One thing that is wrong or worth a look.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct FindingWire<'a> {
    /// Which rule: `link-rot`, `quotation-altered`, ….
    #[schemars(extend("enum" = Rule::ALL.map(|rule| rule.info().id)))]
    rule: &'static str,
    /// `error`, `warning` or `note`.
    #[schemars(extend("enum" = ["error", "warning", "note"]))]
    level: &'static str,
    /// What was seen.
    message: &'a str,
    /// What to do.
    hint: Option<&'a str>,
    /// The citation it is about.
    citation: Option<String>,
    /// The label of the note it is about.
    note: Option<&'a str>,
    /// The quotation it is about.
    quotation: Option<String>,
    /// The source it is about.
    source: Option<String>,
    /// Where in the document.
    position: Option<PositionWire>,
    /// For a date conflict: the date of the reference, and the one it conflicts with, ISO 8601.
    dates: Option<[String; 2]>,
}

/// Counts over a report; every name of the closed lists is present.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Summary")]
struct SummaryWire {
    /// `finished`, or `interrupted`: what was not asked is `unresolved`, what was not compared is `unverifiable`.
    #[schemars(extend("enum" = ["finished", "interrupted"]))]
    completion: &'static str,
    /// Sources by liveness.
    liveness: BTreeMap<&'static str, usize>,
    /// Quotations by verdict.
    verdicts: BTreeMap<&'static str, usize>,
    /// Findings by rule.
    rules: BTreeMap<&'static str, usize>,
    /// Findings by level.
    levels: BTreeMap<&'static str, usize>,
}

/// Writes a report as one JSON object.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_pretty(&ReportWire::of(report), out)
}

/// Writes one quotation with its verdict as one line; `id` stands in place of its own.
pub(super) fn write_quotation(
    id: &serde_json::Value,
    quotation: &CheckedQuotation,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut wire = serde_json::to_value(QuotationWire::of(quotation))?;
    wire["id"] = id.clone();
    write_line(&wire, out)
}

/// Returns the JSON Schema of a report.
pub(super) fn schema() -> serde_json::Value {
    schema_of::<ReportWire<'static>>()
}

/// Returns the JSON Schema of what is written of a type.
pub(super) fn schema_of<T: JsonSchema>() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>().into()
}

impl<'a> ReportWire<'a> {
    fn of(report: &'a Report) -> Self {
        let summary = report.summary();
        Self {
            schema: SCHEMA,
            tool: Tool::THIS,
            checked_at: report.checked_at.to_string(),
            documents: report.documents.iter().map(DocumentWire::of).collect(),
            sources: report.sources.iter().map(SourceWire::of).collect(),
            summary: SummaryWire {
                completion: match report.completion {
                    Completion::Finished => "finished",
                    Completion::Interrupted => "interrupted",
                },
                liveness: summary.liveness,
                verdicts: summary.verdicts,
                rules: summary.rules,
                levels: summary.levels,
            },
        }
    }
}

impl<'a> DocumentWire<'a> {
    fn of(document: &'a CheckedDocument) -> Self {
        Self {
            about: About::of(&document.path, &document.sha256, &document.document),
            citations: document.citations.iter().map(checked_citation).collect(),
            uncited_quotations: document.uncited.iter().map(UncitedWire::of).collect(),
            findings: document.findings.iter().map(FindingWire::of).collect(),
        }
    }
}

impl<'a> FindingWire<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            rule: finding.rule.info().id,
            level: finding.level.name(),
            message: &finding.message,
            hint: finding.hint.as_deref(),
            citation: finding.citation.map(|id| id.to_string()),
            note: finding.note.as_ref().map(|label| label.0.as_str()),
            quotation: finding.quotation.map(|id| id.to_string()),
            source: finding.source.map(|id| id.to_string()),
            position: finding.position.map(PositionWire::from),
            dates: finding.dates.map(|(ours, theirs)| [ours.to_string(), theirs.to_string()]),
        }
    }
}
