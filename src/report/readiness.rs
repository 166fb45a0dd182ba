//! Answers the question that a report is read for: can this document go out?

use super::{CheckedDocument, Completion, Level, Report, Verdict};
use crate::source::LivenessClass;

/// Whether a document can go out, as far as was seen; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Readiness {
    /// Everything was checked, and nothing is wrong.
    Ready,
    /// There is no citation in it.
    NothingToCheck,
    /// Something could not be checked, or is worth a warning.
    ToBeChecked,
    /// Something must be mended.
    NotReady,
}

impl Readiness {
    /// Says it in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NothingToCheck => "nothing to check: no citation found",
            Self::ToBeChecked => "to be checked",
            Self::NotReady => "not ready",
        }
    }
}

impl Report {
    /// Tells whether all documents can go out: the worst of them counts.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let each = self.documents.iter().map(|document| self.readiness_of(document));
        each.max().unwrap_or(Readiness::NothingToCheck)
    }

    /// Tells whether a document of this report can go out.
    ///
    /// Ready is only what was checked whole: a run cut short, a source that was not reached and a quotation that
    /// could not be compared leave something to be checked, whatever the level of their findings.
    #[must_use]
    pub fn readiness_of(&self, document: &CheckedDocument) -> Readiness {
        let worst = document.findings.iter().map(|finding| finding.level).max();
        match worst {
            Some(Level::Error) => Readiness::NotReady,
            Some(Level::Warning) => Readiness::ToBeChecked,
            Some(Level::Note) | None if self.is_unfinished(document) => Readiness::ToBeChecked,
            Some(Level::Note) | None if document.citations.is_empty() => Readiness::NothingToCheck,
            Some(Level::Note) | None => Readiness::Ready,
        }
    }

    fn is_unfinished(&self, document: &CheckedDocument) -> bool {
        let cited = || document.citations.iter().flat_map(|citation| &citation.sources).flatten();
        let unreached =
            |source: &crate::source::Source| source.liveness.class() == LivenessClass::Unchecked;
        let quotations = || document.citations.iter().flat_map(|citation| &citation.quotations);
        self.completion == Completion::Interrupted
            || cited().any(|&id| self.source(id).is_none_or(unreached))
            || quotations().any(|checked| checked.verdict == Verdict::Unverifiable)
    }
}
