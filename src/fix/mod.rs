//! Mends the addresses of a document where that is safe, and lists what it changed.
//! Changes addresses and nothing else, each to what the report says and never more. Pure.

mod patch;
mod place;

use url::Url;

use crate::citation::{Reference, ReferenceForm};
use crate::document::{DocumentFormat, Position};
use crate::report::{CheckedDocument, Report};
use crate::source::{Liveness, LivenessClass, Source};
use crate::target::{Resolution, Target};

pub use patch::patch;

/// A document whose addresses have been mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The whole text, changed.
    pub text: String,
    /// What was changed, in the order of the text.
    pub changes: Vec<Change>,
    /// What should be changed and was not found at its place: to be done by hand.
    pub unplaced: Vec<Change>,
}

/// One change of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where the reference stands.
    pub position: Position,
    /// Why it is changed.
    pub kind: ChangeKind,
    /// What the document says.
    pub before: String,
    /// What it says now.
    pub after: String,
}

/// Why an address is changed. Closed list, the strongest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// The page is dead, and an archive has a copy.
    Archived,
    /// The page has moved for good.
    Moved,
    /// Parameters that only track the reader were dropped.
    TrackingDropped,
    /// It had no scheme, and the page answers.
    Completed,
}

impl ChangeKind {
    /// Returns what is said of such a change.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Archived => "the page is gone; an archive has a copy",
            Self::Moved => "the page has moved for good",
            Self::TrackingDropped => "parameters that only track the reader are dropped",
            Self::Completed => "the address is written in full",
        }
    }
}

/// How an address is written in the source of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Markup {
    Plain,
    Html,
    Markdown,
}

/// Tells whether documents of a format can be mended: their source is text in which addresses stand as they are.
#[must_use]
pub const fn can_mend(format: DocumentFormat) -> bool {
    markup(format).is_some()
}

const fn markup(format: DocumentFormat) -> Option<Markup> {
    match format {
        DocumentFormat::Text => Some(Markup::Plain),
        DocumentFormat::Html => Some(Markup::Html),
        DocumentFormat::Markdown => Some(Markup::Markdown),
        DocumentFormat::Docx
        | DocumentFormat::Odt
        | DocumentFormat::Epub
        | DocumentFormat::Pdf
        | DocumentFormat::Latex
        | DocumentFormat::Wikitext
        | DocumentFormat::Rst => None,
    }
}

/// Mends a document. `original` is the text that it was read from. A document of a format that cannot be mended stays
/// as it is, and what should be changed is named as unplaced.
#[must_use]
pub fn fix(original: &str, document: &CheckedDocument, report: &Report) -> Mended {
    let mut wanted: Vec<Change> = Vec::new();
    for checked in &document.citations {
        let references = checked.resolved.citation.references.iter();
        for ((reference, resolution), source) in
            references.zip(&checked.resolved.resolutions).zip(&checked.sources)
        {
            let source = source.and_then(|id| report.source(id));
            if let (Resolution::Resolved(target), Some(source)) = (resolution, source) {
                wanted.extend(change(reference, target, source));
            }
        }
    }
    match markup(document.document.format) {
        Some(markup) => place::apply(original, markup, wanted),
        None => Mended { text: original.to_owned(), changes: Vec::new(), unplaced: wanted },
    }
}

/// Says what a reference should be changed to, if to anything.
fn change(reference: &Reference, target: &Target, source: &Source) -> Option<Change> {
    match reference.form {
        ReferenceForm::Url | ReferenceForm::Shorthand => {}
        ReferenceForm::Identifier | ReferenceForm::ShortForm | ReferenceForm::Descriptive => {
            return None;
        }
    }
    let (kind, after) = better(reference, target, source)?;
    let after = after.to_string();
    (after != reference.text).then(|| Change {
        position: reference.position,
        kind,
        before: reference.text.clone(),
        after,
    })
}

fn better(reference: &Reference, target: &Target, source: &Source) -> Option<(ChangeKind, Url)> {
    match source.liveness.class() {
        LivenessClass::Dead => {
            let copy = source.archived_copy.as_ref()?;
            return Some((ChangeKind::Archived, copy.url.clone()));
        }
        LivenessClass::Unchecked => return None,
        LivenessClass::Live => {}
    }
    let live = source.liveness == Liveness::Live;
    if let Some(moved) = source.moved.as_ref().filter(|_| live) {
        return Some((ChangeKind::Moved, without(moved, target.tracking())));
    }
    if !target.tracking().is_empty() {
        return Some((ChangeKind::TrackingDropped, without(target.url(), target.tracking())));
    }
    match reference.form {
        ReferenceForm::Shorthand => {
            let mut url = target.url().clone();
            // Where only the other scheme answered, that one is written.
            let answered =
                source.final_url.as_ref().filter(|answered| answered.host() == url.host());
            if let Some(answered) = answered {
                url.set_scheme(answered.scheme()).ok()?;
            }
            Some((ChangeKind::Completed, url))
        }
        ReferenceForm::Url
        | ReferenceForm::Identifier
        | ReferenceForm::ShortForm
        | ReferenceForm::Descriptive => None,
    }
}

/// Returns an address without some of its parameters; the others stay as they are written.
fn without(url: &Url, names: &[String]) -> Url {
    let Some(query) = url.query() else { return url.clone() };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            !names.iter().any(|tracking| tracking.eq_ignore_ascii_case(name))
        })
        .collect();
    let mut url = url.clone();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tracking_parameters_are_dropped() {
        let url: Url = "https://example.org/a?x=%20b&utm_source=c&y".parse().unwrap();
        let dropped = ["utm_source".to_owned()];
        assert_eq!(without(&url, &dropped).as_str(), "https://example.org/a?x=%20b&y");
        let url: Url = "https://example.org/a?utm_source=c#f".parse().unwrap();
        assert_eq!(without(&url, &dropped).as_str(), "https://example.org/a#f");
    }
}
