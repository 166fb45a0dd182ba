//! Writes findings as SARIF 2.1.0, for code hosts and editors.
//! See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::json_writer::write_pretty;
use crate::citation::{Citation, CitationId, QuotationId};
use crate::document::Position;
use crate::report::{
    AbsentFinding, CheckedDocument, Completion, Finding, Level, Novelty, Report, Rule,
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    invocations: [Invocation; 1],
    artifacts: Vec<Artifact<'a>>,
    results: Vec<SarifResult<'a>>,
    column_kind: &'static str,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Message<'static>,
    full_description: Message<'static>,
    help: Message<'static>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    end_time_utc: String,
}

#[derive(Serialize)]
struct Artifact<'a> {
    location: ArtifactLocation,
    hashes: BTreeMap<&'static str, &'a str>,
}

#[derive(Serialize, Clone)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    rule_index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    message: Message<'a>,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    partial_fingerprints: BTreeMap<&'static str, String>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct LogicalLocation {
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

#[derive(Serialize, Default)]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    citation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quotation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

/// Writes a report.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let artifacts = report.documents.iter().map(|document| Artifact {
        location: location(&document.path),
        hashes: BTreeMap::from([("sha-256", document.sha256.as_str())]),
    });
    let absent = report.absent.iter().map(absent);
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "citeaudit",
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: Rule::ALL.map(descriptor).into(),
            },
        },
        invocations: [Invocation {
            execution_successful: report.completion == Completion::Finished,
            end_time_utc: report.checked_at.to_string(),
        }],
        artifacts: artifacts.collect(),
        results: report.documents.iter().flat_map(results).chain(absent).collect(),
        column_kind: "unicodeCodePoints",
    };
    write_pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, out)
}

fn descriptor(rule: Rule) -> Descriptor {
    let info = rule.info();
    Descriptor {
        id: info.id,
        short_description: Message { text: info.title.into() },
        full_description: Message { text: info.help.into() },
        help: Message { text: info.help.into() },
        default_configuration: Configuration { level: info.default_level.name() },
    }
}

fn results(document: &CheckedDocument) -> Vec<SarifResult<'_>> {
    let index = Index::of(document);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let results = document.findings.iter().map(|finding| {
        let subject = subject(document, finding, &index);
        let occurrence = seen.entry(subject.clone()).or_default();
        *occurrence += 1;
        result(document, finding, &index, &fingerprint(&subject, *occurrence))
    });
    results.collect()
}

/// What is looked up in a document.
struct Index<'a> {
    /// Where each quotation stands in the text.
    ranges: BTreeMap<QuotationId, Range<usize>>,
    citations: BTreeMap<CitationId, &'a Citation>,
}

impl<'a> Index<'a> {
    fn of(document: &'a CheckedDocument) -> Self {
        let cited = document.citations.iter().flat_map(|citation| &citation.quotations);
        let cited = cited.map(|checked| &checked.quotation);
        let all = cited.chain(document.uncited.iter().map(|uncited| &uncited.quotation));
        let citations = document.citations.iter().map(|checked| &checked.resolved.citation);
        Self {
            ranges: all.map(|quotation| (quotation.id, quotation.range.clone())).collect(),
            citations: citations.map(|citation| (citation.id, citation)).collect(),
        }
    }
}

/// Returns what a finding is about in words that stay the same when lines move: the rule, and the quotation, the
/// reference or the note.
fn subject(document: &CheckedDocument, finding: &Finding, index: &Index<'_>) -> String {
    let id = finding.rule.info().id;
    let quotation = finding.quotation.and_then(|id| index.ranges.get(&id));
    if let Some(words) = quotation.and_then(|range| document.document.text.get(range.clone())) {
        return format!("{id}\n{words}");
    }
    let citation = finding.citation.and_then(|id| index.citations.get(&id));
    let references = citation.into_iter().flat_map(|citation| &citation.references);
    let references: Vec<&str> = references.map(|reference| reference.text.as_str()).collect();
    let note = finding.note.as_ref().map_or("", |label| label.0.as_str());
    let who = if references.is_empty() { note.to_owned() } else { references.join("\n") };
    format!("{id}\n{who}")
}

fn fingerprint(subject: &str, occurrence: u32) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(format!("{subject}\n{occurrence}")).iter().take(16) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn result<'a>(
    document: &'a CheckedDocument,
    finding: &'a Finding,
    index: &Index<'_>,
    fingerprint: &str,
) -> SarifResult<'a> {
    let info = finding.rule.info();
    let text = match &finding.hint {
        Some(hint) => format!("{}\n{hint}", finding.message).into(),
        None => finding.message.as_str().into(),
    };
    SarifResult {
        rule_id: info.id,
        rule_index: rule_index(finding.rule),
        kind: None,
        level: match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        },
        baseline_state: finding.novelty.map(|novelty| match novelty {
            Novelty::New => "new",
            Novelty::Updated => "updated",
            Novelty::Unchanged => "unchanged",
        }),
        message: Message { text },
        locations: [place(document, finding, index)],
        partial_fingerprints: BTreeMap::from([("citeaudit/v1", fingerprint.to_owned())]),
        properties: Properties {
            note: finding.note.as_ref().map(|label| label.0.as_str()),
            citation: finding.citation.map(|id| id.to_string()),
            quotation: finding.quotation.map(|id| id.to_string()),
            source: finding.source.map(|id| id.to_string()),
        },
    }
}

/// Returns the result for what was found in an earlier run and is no more: the rule was tried, and nothing is wrong.
fn absent(absent: &AbsentFinding) -> SarifResult<'_> {
    let physical_location =
        PhysicalLocation { artifact_location: location(&absent.path), region: None };
    SarifResult {
        rule_id: absent.rule.info().id,
        rule_index: rule_index(absent.rule),
        kind: Some("pass"),
        level: "none",
        baseline_state: Some("absent"),
        message: Message {
            text: format!("was found before, and is no more: {}", absent.subject).into(),
        },
        locations: [Location { physical_location, logical_locations: Vec::new() }],
        partial_fingerprints: BTreeMap::new(),
        properties: Properties::default(),
    }
}

fn rule_index(rule: Rule) -> usize {
    Rule::ALL.iter().position(|other| *other == rule).unwrap_or_default()
}

fn place(document: &CheckedDocument, finding: &Finding, index: &Index<'_>) -> Location {
    let end = finding
        .quotation
        .and_then(|id| index.ranges.get(&id))
        .filter(|range| Some(document.document.position(range.start)) == finding.position)
        .map(|range| document.document.position(range.end));
    let (region, logical) = match finding.position {
        Some(Position::Line { line, column }) => {
            let end = match end {
                Some(Position::Line { line, column }) => Some((line, column)),
                Some(Position::Paragraph { .. } | Position::Page { .. }) | None => None,
            };
            let region = Region {
                start_line: line,
                start_column: column,
                end_line: end.map(|(line, _)| line),
                end_column: end.map(|(_, column)| column),
            };
            (Some(region), Vec::new())
        }
        Some(position @ (Position::Paragraph { .. } | Position::Page { .. })) => {
            (None, vec![LogicalLocation { name: position.to_string() }])
        }
        None => (None, Vec::new()),
    };
    Location {
        physical_location: PhysicalLocation { artifact_location: location(&document.path), region },
        logical_locations: logical,
    }
}

/// What a path must not hold as a URI reference (RFC 3986).
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

fn location(path: &str) -> ArtifactLocation {
    let path = if path == "-" { "stdin" } else { path };
    let slashes = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    ArtifactLocation { uri: utf8_percent_encode(&slashes, UNSAFE).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(location("a b/ü#1.txt").uri, "a%20b/%C3%BC%231.txt");
    }

    #[test]
    fn the_second_finding_of_a_kind_has_a_fingerprint_of_its_own() {
        assert_ne!(fingerprint("a", 1), fingerprint("a", 2));
        assert_eq!(fingerprint("a", 1), fingerprint("a", 1));
    }
}
