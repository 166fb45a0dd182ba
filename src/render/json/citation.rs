//! A citation and its references, as JSON has them.

use schemars::JsonSchema;
use serde::Serialize;

use super::place::PositionWire;
use super::quotation::QuotationWire;
use crate::report::CheckedCitation;
use crate::source::SourceId;
use crate::target::{Resolution, ResolvedCitation, Target};

/// A place in a document that points at sources for what it says.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Citation")]
pub(in crate::render) struct CitationWire<'a, Q> {
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

pub(super) fn checked_citation(citation: &CheckedCitation) -> CitationWire<'_, QuotationWire<'_>> {
    let quotations = citation.quotations.iter().map(QuotationWire::of).collect();
    CitationWire::of(&citation.resolved, &citation.sources, quotations)
}

impl<'a, Q> CitationWire<'a, Q> {
    pub(in crate::render) fn of(
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
pub(in crate::render) fn why_not(resolution: &Resolution) -> Option<String> {
    match resolution {
        Resolution::Resolved(_) => None,
        Resolution::Unresolved(why_not) => Some(why_not.to_string()),
    }
}
