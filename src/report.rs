//! The result: every citation with its verdicts, every source with its liveness, and the findings.
//! Holds the closed list of what can be wrong. Renderers print it and decide nothing.

mod examples;
mod problems;
mod readiness;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use readiness::Readiness;

use crate::citation::{CitationId, Quotation, QuotationId, UncitedQuotation};
use crate::document::{Document, NoteLabel, Position};
use crate::evidence::{Flag, QuotationMatch, Translation};
use crate::source::{Liveness, Source, SourceId};
use crate::target::ResolvedCitation;

/// The result of one run.
#[derive(Debug, Clone)]
pub struct Report {
    /// When the check was made; for a replayed one, when the recording was made.
    pub checked_at: Timestamp,
    /// One for each document, in the order given.
    pub documents: Vec<CheckedDocument>,
    /// Every source that any document names, in order of first citation.
    pub sources: Vec<Source>,
    /// Whether the run came to its end.
    pub completion: Completion,
}

/// Whether a run came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// It did.
    Finished,
    /// It was stopped; what was not asked is `unresolved`, what was not compared is `unverifiable`.
    Interrupted,
}

/// One document with all that was found.
#[derive(Debug, Clone)]
pub struct CheckedDocument {
    /// Its path as given, or `-`.
    pub path: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its text.
    pub document: Document,
    /// Its citations, in document order.
    pub citations: Vec<CheckedCitation>,
    /// The quotations that no reference claims, in document order.
    pub uncited: Vec<UncitedQuotation>,
    /// What is wrong or worth a look, by position.
    pub findings: Vec<Finding>,
}

/// A citation with its sources and the verdicts on its quotations.
#[derive(Debug, Clone)]
pub struct CheckedCitation {
    /// The citation and where its references lead.
    pub resolved: ResolvedCitation,
    /// The source of each reference, in their order; `None` where a reference leads nowhere.
    pub sources: Vec<Option<SourceId>>,
    /// Its quotations, in document order.
    pub quotations: Vec<CheckedQuotation>,
}

/// A quotation with its verdict.
#[derive(Debug, Clone)]
pub struct CheckedQuotation {
    /// The quotation.
    pub quotation: Quotation,
    /// The verdict.
    pub verdict: Verdict,
    /// The source that the verdict speaks of.
    pub source: Option<SourceId>,
    /// Where the words were found.
    pub found_in: Option<FoundIn>,
    /// What a reader should know beside the verdict.
    pub flags: BTreeSet<Flag>,
    /// The passage, or the nearest one.
    pub matched: Option<QuotationMatch>,
    /// What can be said across languages.
    pub translation: Option<Translation>,
    /// Why the verdict is what it is, where that is not seen from the match.
    pub reason: Option<String>,
}

/// Where the words of a quotation were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundIn {
    /// On the page as it is now.
    Live,
    /// In an archived copy.
    Archive,
    /// On another cited page.
    Elsewhere,
}

impl FoundIn {
    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Archive => "archive",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// What is said of a quotation. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// The source's very words.
    Verbatim,
    /// Only permitted changes.
    Edited,
    /// Words differ unmarked.
    Altered(Severity),
    /// A page read whole, in the quotation's language, has no such passage.
    Absent,
    /// Not there, but on another cited page.
    Elsewhere,
    /// The page is in another language.
    Translated,
    /// It could not be checked.
    Unverifiable,
    /// No reference claims it.
    Uncited,
}

/// How grave a change of wording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Spelling, the form of a number, a capital letter.
    Minor,
    /// Anything else.
    Major,
}

impl Severity {
    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl Verdict {
    /// Every verdict, once for each name.
    pub const ALL: [Self; 8] = [
        Self::Verbatim,
        Self::Edited,
        Self::Altered(Severity::Major),
        Self::Absent,
        Self::Elsewhere,
        Self::Translated,
        Self::Unverifiable,
        Self::Uncited,
    ];

    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verbatim => "verbatim",
            Self::Edited => "edited",
            Self::Altered(_) => "altered",
            Self::Absent => "absent",
            Self::Elsewhere => "elsewhere",
            Self::Translated => "translated",
            Self::Unverifiable => "unverifiable",
            Self::Uncited => "uncited",
        }
    }

    /// Returns the severity of an altered quotation.
    #[must_use]
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Altered(severity) => Some(severity),
            Self::Verbatim
            | Self::Edited
            | Self::Absent
            | Self::Elsewhere
            | Self::Translated
            | Self::Unverifiable
            | Self::Uncited => None,
        }
    }
}

/// One thing that is wrong or worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// How grave.
    pub level: Level,
    /// What was seen, where and when.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The citation it is about.
    pub citation: Option<CitationId>,
    /// The note it is about.
    pub note: Option<NoteLabel>,
    /// The quotation it is about.
    pub quotation: Option<QuotationId>,
    /// The source it is about.
    pub source: Option<SourceId>,
    /// Where in the document.
    pub position: Option<Position>,
    /// For a date conflict: the date of the reference, and the one it conflicts with.
    pub dates: Option<(jiff::civil::Date, jiff::civil::Date)>,
}

impl Finding {
    /// Returns a finding of a rule, at the rule's own level.
    #[must_use]
    pub const fn new(rule: Rule, position: Option<Position>, message: String) -> Self {
        Self {
            rule,
            level: rule.info().default_level,
            message,
            hint: None,
            citation: None,
            note: None,
            quotation: None,
            source: None,
            position,
            dates: None,
        }
    }
}

/// How grave a finding is, the lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Worth a look.
    Note,
    /// Should be mended.
    Warning,
    /// Must be mended before this goes out.
    Error,
}

impl Level {
    /// Returns the name used in JSON and flags.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

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
    pub const ALL: [Self; 24] = [
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
        };
        RuleInfo { id, default_level, title, help }
    }
}

/// Counts over a report, by name; every name of the closed lists is present.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Sources by liveness.
    pub liveness: BTreeMap<&'static str, usize>,
    /// Quotations by verdict.
    pub verdicts: BTreeMap<&'static str, usize>,
    /// Findings by rule.
    pub rules: BTreeMap<&'static str, usize>,
    /// Findings by level.
    pub levels: BTreeMap<&'static str, usize>,
}

impl Report {
    /// Returns the source of a name.
    #[must_use]
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        // Sources are named in their order: the search is for reports that were put together from several.
        let place = usize::try_from(id.0).ok().and_then(|n| n.checked_sub(1))?;
        let named = self.sources.get(place).filter(|source| source.id == id);
        named.or_else(|| self.sources.iter().find(|source| source.id == id))
    }

    /// Returns the gravest level of any finding.
    #[must_use]
    pub fn worst(&self) -> Option<Level> {
        self.documents
            .iter()
            .flat_map(|document| &document.findings)
            .map(|finding| finding.level)
            .max()
    }

    /// Counts sources, quotations and findings.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for liveness in Liveness::ALL {
            summary.liveness.insert(liveness.name(), 0);
        }
        for verdict in Verdict::ALL {
            summary.verdicts.insert(verdict.name(), 0);
        }
        for rule in Rule::ALL {
            summary.rules.insert(rule.info().id, 0);
        }
        for level in [Level::Note, Level::Warning, Level::Error] {
            summary.levels.insert(level.name(), 0);
        }
        for source in &self.sources {
            *summary.liveness.entry(source.liveness.name()).or_default() += 1;
        }
        for document in &self.documents {
            let checked = document.citations.iter().flat_map(|citation| &citation.quotations);
            for quotation in checked {
                *summary.verdicts.entry(quotation.verdict.name()).or_default() += 1;
            }
            *summary.verdicts.entry(Verdict::Uncited.name()).or_default() += document.uncited.len();
            for finding in &document.findings {
                *summary.rules.entry(finding.rule.info().id).or_default() += 1;
                *summary.levels.entry(finding.level.name()).or_default() += 1;
            }
        }
        summary
    }
}
