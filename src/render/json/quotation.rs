//! A quotation with what was found of it, as JSON has it.

use schemars::JsonSchema;
use serde::Serialize;

use super::place::PositionWire;
use crate::citation::{Quotation, UncitedQuotation};
use crate::document::Layer;
use crate::evidence::{Marking, QuotationMatch, Translation};
use crate::report::{CheckedQuotation, Verdict};
use crate::text::Language;

/// Words claimed to be another's, with the verdict on them.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CheckedQuotation")]
pub(in crate::render) struct QuotationWire<'a> {
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
pub(in crate::render) struct QuotationWords<'a> {
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
pub(in crate::render) struct UncitedWire<'a> {
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

impl<'a> QuotationWords<'a> {
    pub(in crate::render) fn of(quotation: &'a Quotation) -> Self {
        Self {
            id: quotation.id.to_string(),
            text: &quotation.text,
            position: quotation.position.into(),
            pairing: quotation.pairing.name(),
        }
    }
}

impl<'a> QuotationWire<'a> {
    pub(super) fn of(checked: &'a CheckedQuotation) -> Self {
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
    pub(super) fn of(matched: &'a QuotationMatch) -> Self {
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
    pub(super) fn of(translation: &'a Translation) -> Self {
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
    pub(in crate::render) fn of(uncited: &'a UncitedQuotation) -> Self {
        Self {
            id: uncited.quotation.id.to_string(),
            text: &uncited.quotation.text,
            position: uncited.quotation.position.into(),
            kind: uncited.kind.name(),
            echo_of: uncited.echo_of.map(|id| id.to_string()),
        }
    }
}
