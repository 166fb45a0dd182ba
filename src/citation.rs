//! What the author says, and on whose word: citations with their references and quotations.
//! Knows prose, not whether a link works.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;

use crate::document::{Gap, NoteLabel, Position, Remark};

/// Names a citation within its document: `C3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CitationId(pub u32);

/// Names a quotation within its document: `Q5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuotationId(pub u32);

impl fmt::Display for CitationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "C{}", self.0)
    }
}

impl fmt::Display for QuotationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Q{}", self.0)
    }
}

/// All that one document cites and quotes. Nothing in quotation marks is left out.
#[derive(Debug, Clone, Default)]
pub struct Citations {
    /// The places that point at sources, in document order.
    pub cited: Vec<Citation>,
    /// The quotations that no reference claims, in document order.
    pub uncited: Vec<UncitedQuotation>,
    /// What does not add up between notes, note calls and quotation marks.
    pub problems: Vec<Problem>,
}

/// A place in a document that points at sources for what it says.
#[derive(Debug, Clone)]
pub struct Citation {
    /// Its name.
    pub id: CitationId,
    /// The note it is written in; `None` for a link in running text.
    pub note: Option<NoteLabel>,
    /// Where the document makes it: the first call of the note, or the link. A note that is never called stands for itself.
    pub position: Position,
    /// Where the note itself stands.
    pub note_position: Option<Position>,
    /// The sources it names, in order.
    pub references: Vec<Reference>,
    /// The quotations it vouches for, in document order.
    pub quotations: Vec<Quotation>,
    /// The dates that the citing passage itself gives, in order.
    pub dates: Vec<DatedMention>,
}

/// A date in running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatedMention {
    /// The date.
    pub date: Date,
    /// Where it is written.
    pub position: Position,
}

/// The written description of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The words of it that lead to the source: the address, the identifier, or the whole description.
    pub text: String,
    /// What kind of description it is.
    pub form: ReferenceForm,
    /// The words around an address or identifier that describe the source: author, title, publisher.
    pub description: Option<String>,
    /// The date it gives the source.
    pub date: Option<Date>,
    /// The date on which the author looked at the source.
    pub accessed: Option<Date>,
    /// A place within the source, such as a page.
    pub locator: Option<String>,
    /// Where it is written.
    pub position: Position,
}

/// The forms of reference. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReferenceForm {
    /// An address with its scheme.
    Url,
    /// An address without a scheme: `Tass.com/politics/1805115`.
    Shorthand,
    /// A DOI, arXiv number and the like.
    Identifier,
    /// `Ibid.`, `op. cit.`, `supra note 4`.
    ShortForm,
    /// A description without a link.
    Descriptive,
}

impl ReferenceForm {
    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Shorthand => "shorthand",
            Self::Identifier => "identifier",
            Self::ShortForm => "short-form",
            Self::Descriptive => "descriptive",
        }
    }
}

/// Words claimed to be another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// Its name.
    pub id: QuotationId,
    /// The words as written, marks of re-opened paragraphs included; white space within a paragraph folded to single
    /// spaces, paragraphs separated by an empty line.
    pub text: String,
    /// Where the words stand in the document's text, from after the opening mark to before the closing one.
    pub range: Range<usize>,
    /// Where the first word stands.
    pub position: Position,
    /// Why this citation vouches for it.
    pub pairing: Pairing,
    /// Who is said to have said it, where the document names a speaker right before.
    pub speaker: Option<String>,
    /// What is odd about its marks.
    pub oddities: BTreeSet<Oddity>,
    /// Other citations that vouch for it too (`[3][5]`), beside the one that holds it.
    pub also_claimed_by: Vec<CitationId>,
}

/// How a quotation came to its citation. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pairing {
    /// The note call stands directly after the closing mark.
    CallAfterClosingMark,
    /// The next note call in the same sentence.
    SameSentence,
    /// It stands in the note that names the source.
    InNote,
    /// A block quotation with its own call, or one in the words that introduce it.
    BlockQuotation,
    /// A link in the same sentence.
    LinkInSentence,
    /// An author–date reference in the same sentence.
    AuthorDate,
    /// The markup names the source.
    Markup,
    /// Handed in with its page.
    Given,
    /// No citation vouches for it.
    Unpaired,
}

impl Pairing {
    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CallAfterClosingMark => "call-after-closing-mark",
            Self::SameSentence => "same-sentence",
            Self::InNote => "in-note",
            Self::BlockQuotation => "block-quotation",
            Self::LinkInSentence => "link-in-sentence",
            Self::AuthorDate => "author-date",
            Self::Markup => "markup",
            Self::Given => "given",
            Self::Unpaired => "unpaired",
        }
    }
}

/// What is odd about the marks of a quotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Oddity {
    /// Its opening mark is never closed; it was taken to end with its paragraph, or before the first note call or
    /// quotation in it.
    Unclosed,
    /// A later paragraph of it lacks its opening mark.
    MissingOpeningMark,
}

/// A quotation that no reference claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UncitedQuotation {
    /// The quotation.
    pub quotation: Quotation,
    /// What it is.
    pub kind: UncitedKind,
    /// The cited quotation whose words it repeats.
    pub echo_of: Option<QuotationId>,
}

/// The kinds of uncited quotation. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UncitedKind {
    /// It stands in a heading.
    Heading,
    /// It repeats words of a cited quotation.
    Echo,
    /// Neither: a claim without a source.
    Uncited,
}

impl UncitedKind {
    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Heading => "heading",
            Self::Echo => "echo",
            Self::Uncited => "uncited",
        }
    }
}

/// What does not add up in a document. Each becomes a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A part of the document was not read: what it cites and quotes there is not known.
    NotReadWhole(Gap),
    /// Something that its reader had to put up with.
    Remarked(Remark),
    /// A note call without a note.
    NoteMissing {
        /// What the call names.
        label: NoteLabel,
        /// Where the call stands.
        position: Position,
    },
    /// A note that nothing calls.
    NoteNeverCalled {
        /// The note.
        label: NoteLabel,
        /// Where it stands.
        position: Position,
    },
    /// Two notes under one label.
    NoteDefinedTwice {
        /// The label.
        label: NoteLabel,
        /// Where the later one stands.
        position: Position,
    },
    /// An opening mark without a closing one.
    QuotationUnclosed {
        /// The quotation as far as it was taken.
        quotation: QuotationId,
        /// Where it opens.
        position: Position,
    },
    /// A short form that could mean several sources.
    ReferenceAmbiguous {
        /// The citation.
        citation: CitationId,
        /// The words of the reference.
        text: String,
        /// Where they stand.
        position: Position,
    },
}
