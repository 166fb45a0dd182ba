//! Writes a report for programs: the contract `citeaudit.report/1`.
//! Holds the wire types. A key is added, never renamed or given another meaning; a change of meaning is a new schema name.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::json_writer::{write_line, write_pretty};
use crate::citation::{Quotation, UncitedQuotation};
use crate::document::{Coverage, Layer, Position};
use crate::evidence::{Marking, QuotationMatch, Translation};
use crate::report::{
    CheckedCitation, CheckedDocument, CheckedQuotation, Completion, Finding, Report, Rule, Verdict,
};
use crate::source::{ArchivedCopy, Liveness, Source, SourceId};
use crate::target::{Resolution, ResolvedCitation, Target};
use crate::text::Language;

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

/// How much of a text could be read.
#[derive(Serialize, JsonSchema)]
struct CoverageWire {
    /// `whole` or `partial`.
    #[schemars(extend("enum" = ["whole", "partial"]))]
    coverage: &'static str,
    /// Why it is partial.
    gaps: Vec<&'static str>,
}

impl CoverageWire {
    fn of(coverage: &Coverage) -> Self {
        Self {
            coverage: if coverage.is_whole() { "whole" } else { "partial" },
            gaps: coverage.gaps().iter().map(|gap| gap.name()).collect(),
        }
    }
}

/// A place in a source, 1-based; columns count Unicode scalar values.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Position")]
pub(super) enum PositionWire {
    /// A line of a text format.
    Line {
        /// The line.
        line: u32,
        /// The column.
        column: u32,
    },
    /// A paragraph of an office document.
    Paragraph {
        /// The paragraph.
        paragraph: u32,
        /// The character in it.
        column: u32,
    },
    /// A line of a page.
    Page {
        /// The page.
        page: u32,
        /// The line on it.
        line: u32,
        /// The column.
        column: u32,
    },
}

impl From<Position> for PositionWire {
    fn from(position: Position) -> Self {
        match position {
            Position::Line { line, column } => Self::Line { line, column },
            Position::Paragraph { paragraph, column } => Self::Paragraph { paragraph, column },
            Position::Page { page, line, column } => Self::Page { page, line, column },
        }
    }
}

/// A place in a document that points at sources for what it says.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Citation")]
pub(super) struct CitationWire<'a, Q> {
    /// Its name within the document: `C3`.
    id: String,
    /// The label of the note it is written in; `null` for a link in running text.
    note: Option<&'a str>,
    /// Where the document makes it.
    position: PositionWire,
    /// The sources it names, in order.
    references: Vec<ReferenceWire<'a>>,
    /// The quotations it vouches for, in document order.
    quotations: Vec<Q>,
}

/// The written description of one source.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reference")]
struct ReferenceWire<'a> {
    /// Its words.
    text: &'a str,
    /// `url`, `shorthand`, `identifier`, `short-form` or `descriptive`.
    #[schemars(extend("enum" = ["url", "shorthand", "identifier", "short-form", "descriptive"]))]
    form: &'static str,
    /// The date it gives the source, ISO 8601.
    date: Option<String>,
    /// The address as cited, with a scheme.
    url: Option<&'a str>,
    /// The form in which addresses are compared.
    canonical: Option<&'a str>,
    /// Why it leads to no page.
    why_not: Option<String>,
    /// The source it leads to: the `id` of one of `sources`.
    source: Option<String>,
    /// Where it is written.
    position: PositionWire,
}

/// Words claimed to be another's, with the verdict on them.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CheckedQuotation")]
pub(super) struct QuotationWire<'a> {
    #[serde(flatten)]
    words: QuotationWords<'a>,
    /// `verbatim`, `edited`, `altered`, `absent`, `elsewhere`, `translated`, `unverifiable` or `uncited`.
    #[schemars(extend("enum" = Verdict::ALL.map(Verdict::name)))]
    verdict: &'static str,
    /// For `altered`: `minor` or `major`.
    severity: Option<&'static str>,
    /// What a reader should know beside the verdict.
    flags: Vec<String>,
    /// The source that the verdict speaks of: the `id` of one of `sources`.
    source: Option<String>,
    /// `live`, `archive` or `elsewhere`.
    found_in: Option<&'static str>,
    /// The passage, or the nearest one.
    #[serde(rename = "match")]
    matched: Option<MatchWire<'a>>,
    /// What can be said across languages.
    translation: Option<TranslationWire<'a>>,
    /// Why the verdict is what it is, where the match does not show it.
    reason: Option<&'a str>,
}

/// A quotation as the document has it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Quotation")]
pub(super) struct QuotationWords<'a> {
    /// Its name within the document: `Q5`.
    id: String,
    /// The words as written; paragraphs are separated by an empty line.
    text: &'a str,
    /// Where the first word stands.
    position: PositionWire,
    /// Why this citation vouches for it.
    pairing: &'static str,
}

/// A passage of a source held against a quotation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Match")]
struct MatchWire<'a> {
    /// The passage as it stands in the source, white space folded.
    text: &'a str,
    /// What stands right before it.
    before: &'a str,
    /// What stands right after it.
    after: &'a str,
    /// How a reader of the source sees it: `visible`, `title`, `css-hidden`, ….
    #[schemars(extend("enum" = Layer::ALL.map(Layer::name)))]
    layer: &'static str,
    /// Where it stands in the source.
    position: PositionWire,
    /// The fragment directive that leads a browser to it, without `#`.
    text_fragment: Option<&'a str>,
    /// Changes that are not permitted unmarked, in order.
    differences: Vec<DifferenceWire<'a>>,
    /// Changes that are permitted, in order.
    edits: Vec<EditWire<'a>>,
}

/// One change that is not permitted unmarked.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Difference")]
struct DifferenceWire<'a> {
    /// `substituted`, `missing`, `added` or `moved`.
    #[schemars(extend("enum" = ["substituted", "missing", "added", "moved"]))]
    kind: &'static str,
    /// The document's words; empty when missing.
    document: &'a str,
    /// The source's words; empty when added.
    source: &'a str,
    /// Whether brackets or an ellipsis mark it.
    marked: bool,
    /// What it does to the sense: `polarity`, `number`, `word`, `spelling`, ….
    nature: &'static str,
}

/// One permitted change.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
struct EditWire<'a> {
    /// `omission`, `bracket`, `initial-case`, `end-punctuation`, ….
    kind: &'static str,
    /// What the document writes.
    document: &'a str,
    /// What stands in the source.
    source: &'a str,
}

/// What can be said of a quotation whose page is in another language.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Translation")]
struct TranslationWire<'a> {
    /// The page's language, as a primary subtag of BCP 47.
    page_language: Option<&'a str>,
    /// The passage that it translates, if one was found.
    passage: Option<&'a str>,
    /// How near its sense is, 0 to 1.
    similarity: Option<f64>,
    /// `supported`, `doubtful`, `none` or `unknown`.
    #[schemars(extend("enum" = ["supported", "doubtful", "none", "unknown"]))]
    support: &'static str,
    /// Numbers and names of the quotation.
    anchors: AnchorsWire<'a>,
    /// The publisher's own edition in the quotation's language, where the quotation stands.
    edition: Option<EditionWire<'a>>,
    /// What a machine translator makes of the passage, where one was asked. It is no witness for the wording.
    machine: Option<MachineWire<'a>>,
}

/// What a machine translator makes of a passage, in the quotation's language.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MachineTranslation")]
struct MachineWire<'a> {
    /// The translator's host.
    translator: &'a str,
    /// Its words.
    text: &'a str,
    /// `same` if these are the quotation's, with nothing changed that may not be, or `other`.
    #[schemars(extend("enum" = ["same", "other"]))]
    wording: &'static str,
}

/// An edition that has the words of a translated quotation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edition")]
struct EditionWire<'a> {
    /// Where it is.
    url: &'a str,
    /// The quotation as it stands there.
    text: &'a str,
}

/// Numbers and names of a translated quotation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Anchors")]
struct AnchorsWire<'a> {
    /// Those that the page has.
    agree: &'a [String],
    /// Those that the page lacks.
    missing: &'a [String],
}

/// A quotation that no reference claims.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UncitedQuotation")]
pub(super) struct UncitedWire<'a> {
    /// Its name within the document: `Q5`.
    id: String,
    /// The words as written.
    text: &'a str,
    /// Where the first word stands.
    position: PositionWire,
    /// `heading`, `echo` or `uncited`.
    #[schemars(extend("enum" = ["heading", "echo", "uncited"]))]
    kind: &'static str,
    /// The cited quotation whose words it repeats.
    echo_of: Option<String>,
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

/// A work as a registry knows it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RegisteredWork")]
struct RegisteredWire<'a> {
    /// `Crossref`, `arXiv` or `PubMed`.
    registry: &'static str,
    /// Its title.
    title: &'a str,
    /// The family names of its authors, or the names of bodies.
    authors: &'a [String],
    /// The years in which it appeared.
    years: &'a [i64],
}

/// What stands at one target.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Source")]
struct SourceWire<'a> {
    /// Its name within the report: `S3`.
    id: String,
    /// The address as cited.
    url: &'a str,
    /// The address that answered.
    final_url: Option<&'a str>,
    /// The address that the page calls its own (`rel=canonical`).
    canonical_link: Option<&'a str>,
    /// Whether it is there: `live`, `gone`, `blocked`, ….
    #[schemars(extend("enum" = Liveness::ALL.map(Liveness::name)))]
    liveness: &'static str,
    /// Why that is said, in words.
    reason: &'a str,
    /// Where it has moved for good.
    moved: Option<&'a str>,
    /// The status code of the answer.
    status: Option<u16>,
    /// The redirects on the way.
    hops: Vec<HopWire<'a>>,
    /// The header fields that decided, name and value.
    evidence: &'a [(String, String)],
    /// The media type of the body.
    media_type: Option<&'a str>,
    /// The character encoding that was used to read it.
    charset: Option<&'static str>,
    /// The language its text is written in, as a primary subtag of BCP 47.
    language: Option<&'a str>,
    /// Its title.
    title: Option<&'a str>,
    /// When it was published, as it says itself, ISO 8601.
    published: Option<String>,
    /// The work that a registry has under the identifier by which it is cited.
    registered: Option<RegisteredWire<'a>>,
    #[serde(flatten)]
    coverage: CoverageWire,
    /// The size of the body in bytes.
    bytes: u64,
    /// The SHA-256 of the body, in hexadecimal.
    sha256: Option<&'a str>,
    /// When it was fetched or recorded, RFC 3339.
    fetched_at: String,
    /// A copy in an archive.
    archived_copy: Option<ArchivedWire<'a>>,
    /// Why there is no archived copy, where one was looked for.
    archive_note: Option<&'a str>,
}

/// One redirect that was followed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Hop")]
struct HopWire<'a> {
    /// Where it came from.
    from: &'a str,
    /// Its status code.
    status: u16,
    /// Where it leads.
    to: &'a str,
}

/// A copy of a page in a web archive.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ArchivedCopy")]
pub(super) struct ArchivedWire<'a> {
    /// Where it is.
    url: &'a str,
    /// When it was taken, RFC 3339.
    at: String,
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
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<ReportWire<'static>>().into()
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

fn checked_citation(citation: &CheckedCitation) -> CitationWire<'_, QuotationWire<'_>> {
    let quotations = citation.quotations.iter().map(QuotationWire::of).collect();
    CitationWire::of(&citation.resolved, &citation.sources, quotations)
}

impl<'a, Q> CitationWire<'a, Q> {
    pub(super) fn of(
        resolved: &'a ResolvedCitation,
        sources: &[Option<SourceId>],
        quotations: Vec<Q>,
    ) -> Self {
        let citation = &resolved.citation;
        let references = citation.references.iter().enumerate().map(|(i, reference)| {
            let resolution = resolved.resolutions.get(i);
            ReferenceWire {
                text: &reference.text,
                form: reference.form.name(),
                date: reference.date.map(|date| date.to_string()),
                url: resolution.and_then(Resolution::target).map(|target| target.url().as_str()),
                canonical: resolution.and_then(Resolution::target).map(Target::canonical),
                why_not: resolution.and_then(why_not),
                source: sources.get(i).copied().flatten().map(|id| id.to_string()),
                position: reference.position.into(),
            }
        });
        Self {
            id: citation.id.to_string(),
            note: citation.note.as_ref().map(|label| label.0.as_str()),
            position: citation.position.into(),
            references: references.collect(),
            quotations,
        }
    }
}

/// Says why a reference leads nowhere.
pub(super) fn why_not(resolution: &Resolution) -> Option<String> {
    match resolution {
        Resolution::Resolved(_) => None,
        Resolution::Unresolved(why_not) => Some(why_not.to_string()),
    }
}

impl<'a> QuotationWords<'a> {
    pub(super) fn of(quotation: &'a Quotation) -> Self {
        Self {
            id: quotation.id.to_string(),
            text: &quotation.text,
            position: quotation.position.into(),
            pairing: quotation.pairing.name(),
        }
    }
}

impl<'a> QuotationWire<'a> {
    fn of(checked: &'a CheckedQuotation) -> Self {
        Self {
            words: QuotationWords::of(&checked.quotation),
            verdict: checked.verdict.name(),
            severity: checked.verdict.severity().map(crate::report::Severity::name),
            flags: checked.flags.iter().map(|flag| flag.name()).collect(),
            source: checked.source.map(|id| id.to_string()),
            found_in: checked.found_in.map(crate::report::FoundIn::name),
            matched: checked.matched.as_ref().map(MatchWire::of),
            translation: checked.translation.as_ref().map(TranslationWire::of),
            reason: checked.reason.as_deref(),
        }
    }
}

impl<'a> MatchWire<'a> {
    fn of(matched: &'a QuotationMatch) -> Self {
        let differences = matched.differences.iter().map(|difference| DifferenceWire {
            kind: difference.kind.name(),
            document: &difference.document,
            source: &difference.source,
            marked: matches!(difference.marked, Marking::Marked),
            nature: difference.nature.name(),
        });
        let edits = matched.edits.iter().map(|edit| EditWire {
            kind: edit.kind.name(),
            document: &edit.document,
            source: &edit.source,
        });
        Self {
            text: &matched.text,
            before: &matched.before,
            after: &matched.after,
            layer: matched.layer.name(),
            position: matched.position.into(),
            text_fragment: matched.text_fragment.as_deref(),
            differences: differences.collect(),
            edits: edits.collect(),
        }
    }
}

impl<'a> TranslationWire<'a> {
    fn of(translation: &'a Translation) -> Self {
        let passage = translation.passage.as_ref();
        Self {
            page_language: translation.page_language.as_ref().map(Language::code),
            passage: passage.map(|passage| passage.text.as_str()),
            similarity: passage.map(|passage| round(passage.similarity)),
            support: translation.support.name(),
            anchors: AnchorsWire {
                agree: &translation.anchors_agree,
                missing: &translation.anchors_missing,
            },
            edition: translation
                .edition
                .as_ref()
                .map(|edition| EditionWire { url: edition.url.as_str(), text: &edition.text }),
            machine: translation.machine.as_ref().map(|machine| MachineWire {
                translator: &machine.translator,
                text: &machine.text,
                wording: machine.wording.name(),
            }),
        }
    }
}

/// Rounds to four decimals: more would be noise of the arithmetic, and would differ between machines.
fn round(similarity: f32) -> f64 {
    (f64::from(similarity) * 10_000.0).round() / 10_000.0
}

impl<'a> UncitedWire<'a> {
    pub(super) fn of(uncited: &'a UncitedQuotation) -> Self {
        Self {
            id: uncited.quotation.id.to_string(),
            text: &uncited.quotation.text,
            position: uncited.quotation.position.into(),
            kind: uncited.kind.name(),
            echo_of: uncited.echo_of.map(|id| id.to_string()),
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

impl<'a> SourceWire<'a> {
    fn of(source: &'a Source) -> Self {
        let hops = source.hops.iter().map(|hop| HopWire {
            from: hop.from.as_str(),
            status: hop.status,
            to: hop.to.as_str(),
        });
        Self {
            id: source.id.to_string(),
            url: source.target.url().as_str(),
            final_url: source.final_url.as_ref().map(url::Url::as_str),
            canonical_link: source.canonical.as_ref().map(url::Url::as_str),
            liveness: source.liveness.name(),
            reason: &source.reason,
            moved: source.moved.as_ref().map(url::Url::as_str),
            status: source.status,
            hops: hops.collect(),
            evidence: &source.evidence,
            media_type: source.media_type.as_deref(),
            charset: source.charset,
            language: source.language.as_ref().map(Language::code),
            title: source.title.as_deref(),
            published: source.published.as_ref().map(|published| published.date.to_string()),
            registered: source.registered.as_ref().map(|work| RegisteredWire {
                registry: work.registry,
                title: &work.title,
                authors: &work.authors,
                years: &work.years,
            }),
            coverage: CoverageWire::of(&source.coverage),
            bytes: source.bytes,
            sha256: source.sha256.as_deref(),
            fetched_at: source.fetched_at.to_string(),
            archived_copy: source.archived_copy.as_ref().map(ArchivedWire::of),
            archive_note: source.archive_note.as_deref(),
        }
    }
}

impl<'a> ArchivedWire<'a> {
    pub(super) fn of(copy: &'a ArchivedCopy) -> Self {
        Self { url: copy.url.as_str(), at: copy.at.to_string() }
    }
}
