//! The closed list of what can be wrong, each with what is known of it without any document.

use super::Level;

/// What can be wrong. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "`Rule::info` documents each, for users and readers alike")]
pub enum Rule {
    LinkRot,
    Soft404,
    SourceParked,
    SourceMoved,
    SourceRestricted,
    SourceUnreachable,
    ReferenceUnresolved,
    ReferenceAmbiguous,
    QuotationAltered,
    QuotationAbsent,
    QuotationElsewhere,
    QuotationTranslated,
    QuotationUnverifiable,
    QuotationUncited,
    QuotationUnclosed,
    OmissionChangesSense,
    NoteDangling,
    NoteMissing,
    DocumentUnclear,
    DateConflict,
    DateMissing,
    TrackingParameter,
    ContentDrift,
    ArchivedCopyOnly,
    IdentifierMismatch,
}

/// What is known of a rule without any document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its id in every format: `date-conflict`.
    pub id: &'static str,
    /// The level of its findings, if nothing makes them graver or lighter.
    pub default_level: Level,
    /// What it says, in a few words.
    pub title: &'static str,
    /// What it means and what to do.
    pub help: &'static str,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 25] = [
        Self::LinkRot,
        Self::Soft404,
        Self::SourceParked,
        Self::SourceMoved,
        Self::SourceRestricted,
        Self::SourceUnreachable,
        Self::ReferenceUnresolved,
        Self::ReferenceAmbiguous,
        Self::QuotationAltered,
        Self::QuotationAbsent,
        Self::QuotationElsewhere,
        Self::QuotationTranslated,
        Self::QuotationUnverifiable,
        Self::QuotationUncited,
        Self::QuotationUnclosed,
        Self::OmissionChangesSense,
        Self::NoteDangling,
        Self::NoteMissing,
        Self::DocumentUnclear,
        Self::DateConflict,
        Self::DateMissing,
        Self::TrackingParameter,
        Self::ContentDrift,
        Self::ArchivedCopyOnly,
        Self::IdentifierMismatch,
    ];

    /// Returns what is known of the rule.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a flat table of what each rule says")]
    pub const fn info(self) -> RuleInfo {
        let (id, default_level, title, help) = match self {
            Self::LinkRot => (
                "link-rot",
                Level::Error,
                "the source is gone",
                "The address answers that the page does not exist, or its host no longer does. Give an archived copy, or another source.",
            ),
            Self::Soft404 => (
                "soft-404",
                Level::Error,
                "an error page under status 200",
                "The address answers with status 200, but what it shows is an error page or an unrelated one. Give an archived copy, or the page's new address.",
            ),
            Self::SourceParked => (
                "source-parked",
                Level::Error,
                "the domain is parked",
                "The domain no longer belongs to the source: it shows advertisements or is for sale. Give an archived copy.",
            ),
            Self::SourceMoved => (
                "source-moved",
                Level::Note,
                "the source has moved",
                "The address redirects for good. Cite the new address.",
            ),
            Self::SourceRestricted => (
                "source-restricted",
                Level::Warning,
                "the source is behind a wall",
                "The page is there, but a bot wall, a payment or a log-in stands before it. Open it in a browser and check it by hand, or cite an archived copy.",
            ),
            Self::SourceUnreachable => (
                "source-unreachable",
                Level::Warning,
                "the source could not be checked",
                "No usable answer came. That does not mean that the page is gone: check again later, or open it in a browser.",
            ),
            Self::ReferenceUnresolved => (
                "reference-unresolved",
                Level::Warning,
                "the reference leads to no page",
                "The reference gives no address that can be fetched. Add one, or check the source by hand.",
            ),
            Self::ReferenceAmbiguous => (
                "reference-ambiguous",
                Level::Warning,
                "the reference could mean several sources",
                "A short form such as \"ibid.\" follows a note with several sources. Name the one that is meant.",
            ),
            Self::QuotationAltered => (
                "quotation-altered",
                Level::Error,
                "words differ from the source, unmarked",
                "The passage is there, but words were changed, added, left out or moved without a mark. Quote the source's words, or mark the change with brackets or an ellipsis.",
            ),
            Self::QuotationAbsent => (
                "quotation-absent",
                Level::Error,
                "the source has no such passage",
                "The page was read whole, in the quotation's language, and does not say this. Check the source, the wording and the attribution.",
            ),
            Self::QuotationElsewhere => (
                "quotation-elsewhere",
                Level::Error,
                "the words stand on another cited page",
                "The cited page does not say this, but another page that the document cites does. Cite that one.",
            ),
            Self::QuotationTranslated => (
                "quotation-translated",
                Level::Note,
                "the source is in another language",
                "The quotation is a translation of the page. Somebody who reads both languages must compare them.",
            ),
            Self::QuotationUnverifiable => (
                "quotation-unverifiable",
                Level::Warning,
                "the quotation could not be checked",
                "The page could not be read, or not whole. Check the quotation by hand.",
            ),
            Self::QuotationUncited => (
                "quotation-uncited",
                Level::Note,
                "no reference claims the quotation",
                "Words stand in quotation marks and no reference vouches for them. Add a reference, or drop the marks if they are no quotation.",
            ),
            Self::QuotationUnclosed => (
                "quotation-unclosed",
                Level::Warning,
                "an opening mark is never closed",
                "A quotation is opened and not closed. Add the missing mark: without it a reader cannot tell whose words follow.",
            ),
            Self::OmissionChangesSense => (
                "omission-changes-sense",
                Level::Warning,
                "an omission may change the sense",
                "The words left out contain a negation or a limit, or the source goes on with one. Read the passage whole and quote more of it.",
            ),
            Self::NoteDangling => (
                "note-dangling",
                Level::Warning,
                "a note that nothing calls",
                "No note call in the text leads to this note, or two notes have one label. Add the call, or renumber.",
            ),
            Self::NoteMissing => (
                "note-missing",
                Level::Error,
                "a note call without a note",
                "The text calls a note that the document does not have. Add the note, or correct the number.",
            ),
            Self::DocumentUnclear => (
                "document-unclear",
                Level::Warning,
                "the document could not be read as it stands",
                "A part of the document could not be read, or its characters had to be guessed: what it cites there is not known. Give a whole copy, with a text layer and in UTF-8.",
            ),
            Self::DateConflict => (
                "date-conflict",
                Level::Warning,
                "dates disagree",
                "The date of the reference is not the one that the page or the citing sentence gives. Correct the wrong one.",
            ),
            Self::DateMissing => (
                "date-missing",
                Level::Note,
                "the reference gives no date",
                "The other references of the document give dates and this one does not. Add it.",
            ),
            Self::TrackingParameter => (
                "tracking-parameter",
                Level::Note,
                "the address tracks its readers",
                "The address carries parameters that only track who clicked. Drop them.",
            ),
            Self::ContentDrift => (
                "content-drift",
                Level::Warning,
                "the page no longer says it",
                "The page said this when it was archived and does not now. Cite the archived copy.",
            ),
            Self::ArchivedCopyOnly => (
                "archived-copy-only",
                Level::Warning,
                "only an archived copy is left",
                "The page is gone and an archive has a copy. Cite the copy.",
            ),
            Self::IdentifierMismatch => (
                "identifier-mismatch",
                Level::Warning,
                "the identifier is of another work",
                "The registry has another title, other authors or another year under the identifier than the reference gives. Correct the identifier, or the description.",
            ),
        };
        RuleInfo { id, default_level, title, help }
    }
}
