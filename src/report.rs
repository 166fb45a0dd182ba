//! The result: every citation with its verdicts, every source with its liveness, and the findings.
//! Holds the closed list of what can be wrong. Renderers print it and decide nothing.

mod examples;
mod problems;
mod readiness;
mod rule;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use readiness::Readiness;
pub use rule::{Rule, RuleInfo};

use crate::citation::{CitationId, Quotation, QuotationId, UncitedQuotation};
use crate::document::{Document, NoteLabel, Position};
use crate::evidence::{Flag, QuotationMatch, Translation};
use crate::source::{Liveness, Source, SourceId, find_source};
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
    /// What a baseline knows of these documents and this run did not find again.
    pub absent: Vec<AbsentFinding>,
}

/// A finding of an earlier run that is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsentFinding {
    /// The path of its document, as in this run.
    pub path: String,
    /// Which rule.
    pub rule: Rule,
    /// The words of the quotation or the address of the source that it was about, or its message.
    pub subject: String,
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
    /// What is to be said of the pages as they are now, where the verdict is on an archived copy.
    pub on_page: Option<Box<CheckedQuotation>>,
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
    /// How it compares with an earlier run; `None` where the run was given no baseline.
    pub novelty: Option<Novelty>,
}

/// How a finding compares with an earlier run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Novelty {
    /// It was not there.
    New,
    /// It was there under another rule: a page that was gone is an error page now.
    Updated,
    /// It was there.
    Unchanged,
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
            novelty: None,
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
        find_source(&self.sources, id)
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
