//! What was found for one citation: on each source it names, the passage that stands nearest to each of its
//! quotations, and how the two differ. Holds the edit script; passes no verdict.

use std::collections::BTreeSet;
use std::ops::Range;

use url::Url;

use crate::document::{Layer, Position};
use crate::source::SourceId;
use crate::target::ResolvedCitation;
use crate::text::Language;

/// A resolved citation with all that was found for it.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The citation.
    pub resolved: ResolvedCitation,
    /// The source of each of its references, in their order; `None` where a reference leads nowhere.
    pub sources: Vec<Option<SourceId>>,
    /// What was found for each of its quotations, in their order.
    pub quotations: Vec<QuotationEvidence>,
}

/// What was found for one quotation.
#[derive(Debug, Clone, Default)]
pub struct QuotationEvidence {
    /// On the sources that its citations name, in their order. A source that could not be read has no entry.
    pub cited: Vec<Sighting>,
    /// In archived copies of the sources that its citations name, where it was looked for there.
    pub archived: Vec<Sighting>,
    /// On the document's other sources: only where all its words stand in order.
    pub elsewhere: Vec<Sighting>,
}

/// The outcome of looking for one quotation on one source.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The source.
    pub source: SourceId,
    /// The outcome.
    pub search: Search,
}

/// What looking for a quotation in a text came to.
#[derive(Debug, Clone)]
pub enum Search {
    /// A passage that is the quotation, changed or not.
    Found(Box<QuotationMatch>),
    /// No passage is near enough to be called the quotation; the nearest, if there is any.
    NotFound(Option<Box<QuotationMatch>>),
    /// The text is in another language than the quotation.
    OtherLanguage(Box<Translation>),
}

/// A passage of a source held against a quotation.
#[derive(Debug, Clone)]
pub struct QuotationMatch {
    /// The passage as it stands in the source, white space folded.
    pub text: String,
    /// What stands right before it.
    pub before: String,
    /// What stands right after it.
    pub after: String,
    /// The layer it stands in.
    pub layer: Layer,
    /// Where it stands in the source.
    pub position: Position,
    /// The fragment directive that leads a browser to it, without `#`: `:~:text=…`.
    pub text_fragment: Option<String>,
    /// Changes that are not permitted unmarked, in order. Empty: the words are the source's.
    pub differences: Vec<Difference>,
    /// Changes that are permitted, in order.
    pub edits: Vec<Edit>,
    /// The weakest folding that was needed for the words to be equal.
    pub folding: Folding,
    /// What a reader should know beside the verdict.
    pub flags: BTreeSet<Flag>,
    /// How many times the passage occurs in the source.
    pub occurrences: u32,
    /// How many of the quotation's words stand in the passage, in order.
    pub aligned: u32,
    /// How many words the quotation has.
    pub words: u32,
    /// The longest run of its words that stand in the passage side by side.
    pub longest_run: u32,
}

/// One change that is not permitted unmarked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What was done.
    pub kind: DifferenceKind,
    /// What it does to the sense, as far as a program can say.
    pub nature: Nature,
    /// The document's words; empty when missing.
    pub document: String,
    /// The source's words; empty when added.
    pub source: String,
    /// Whether brackets mark it.
    pub marked: Marking,
    /// Where the document's words are in the quotation's text; empty where they are missing.
    pub document_range: Range<usize>,
    /// Where the source's words are in the passage's text; empty where they are added.
    pub source_range: Range<usize>,
}

/// Whether a change is marked as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marking {
    /// By brackets or an ellipsis.
    Marked,
    /// Not at all.
    Unmarked,
}

/// The kinds of difference. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// Other words in the same place.
    Substituted,
    /// The source's words left out.
    Missing,
    /// Words that the source does not have.
    Added,
    /// The same words in another order.
    Moved,
}

impl DifferenceKind {
    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Substituted => "substituted",
            Self::Missing => "missing",
            Self::Added => "added",
            Self::Moved => "moved",
        }
    }
}

/// What a difference does to the sense. Closed list, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nature {
    /// A negation comes or goes.
    Polarity,
    /// Another number.
    Number,
    /// Another unit or currency.
    Unit,
    /// Another name.
    Name,
    /// Another degree of obligation or possibility.
    Modal,
    /// The same words in another order.
    Order,
    /// Passages that stand apart joined as one.
    Splice,
    /// A stretch left out without a mark.
    SilentOmission,
    /// A sentence end made or unmade.
    SentenceBoundary,
    /// Another word.
    Word,
    /// A capital letter.
    Case,
    /// Another spelling of the same word.
    Spelling,
    /// Another way to write the same number.
    NumberFormat,
    /// Letters of another script that look alike.
    Homoglyph,
}

impl Nature {
    /// Tells whether a reader would call the change one of form: spelling, a capital, the form of a number.
    #[must_use]
    pub const fn is_minor(self) -> bool {
        match self {
            Self::Case | Self::Spelling | Self::NumberFormat | Self::Homoglyph => true,
            Self::Polarity
            | Self::Number
            | Self::Unit
            | Self::Name
            | Self::Modal
            | Self::Order
            | Self::Splice
            | Self::SilentOmission
            | Self::SentenceBoundary
            | Self::Word => false,
        }
    }

    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Polarity => "polarity",
            Self::Number => "number",
            Self::Unit => "unit",
            Self::Name => "name",
            Self::Modal => "modal",
            Self::Order => "order",
            Self::Splice => "splice",
            Self::SilentOmission => "silent-omission",
            Self::SentenceBoundary => "sentence-boundary",
            Self::Word => "word",
            Self::Case => "case",
            Self::Spelling => "spelling",
            Self::NumberFormat => "number-format",
            Self::Homoglyph => "homoglyph",
        }
    }
}

/// One permitted change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What was done.
    pub kind: EditKind,
    /// What the document writes.
    pub document: String,
    /// What stands in the source: for an omission, the words left out.
    pub source: String,
}

/// The kinds of permitted change. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EditKind {
    /// An ellipsis inside stands for words left out.
    Omission,
    /// An ellipsis at an end.
    EdgeEllipsis,
    /// A bracket stands for words of the source, or adds to them.
    Bracket,
    /// `[sic]`, `[emphasis added]`.
    EditorNote,
    /// The first letter's case.
    InitialCase,
    /// The case of a headline.
    HeadlineCase,
    /// The last mark of punctuation.
    EndPunctuation,
    /// A mark of punctuation inside.
    Punctuation,
    /// A speech tag of the source left out.
    Interposed,
    /// A stage direction or another parenthesis of the source left out.
    StageDirection,
    /// Another way to write the same number.
    NumberFormat,
    /// Diacritics or vowel points.
    Diacritics,
    /// A note mark of the source left out. Does not make a quotation edited.
    NoteMark,
}

impl EditKind {
    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Omission => "omission",
            Self::EdgeEllipsis => "edge-ellipsis",
            Self::Bracket => "bracket",
            Self::EditorNote => "editor-note",
            Self::InitialCase => "initial-case",
            Self::HeadlineCase => "headline-case",
            Self::EndPunctuation => "end-punctuation",
            Self::Punctuation => "punctuation",
            Self::Interposed => "interposed",
            Self::StageDirection => "stage-direction",
            Self::NumberFormat => "number-format",
            Self::Diacritics => "diacritics",
            Self::NoteMark => "note-mark",
        }
    }
}

/// How strongly letters were folded before they were equal, weakest folding first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Folding {
    /// Canonical equivalence, quotation marks, dashes and spaces only.
    Typography,
    /// Compatibility forms: ligatures, full width.
    Compatibility,
    /// Case.
    Case,
    /// Diacritics.
    Diacritics,
    /// Letters that look alike.
    Confusables,
}

/// What a reader should know beside the verdict. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    /// Found only in this layer, which is not the text itself.
    Layer(Layer),
    /// Found only where no reader sees it.
    HiddenOnly,
    /// Found only beside the article.
    BoilerplateRegion,
    /// Fewer than four words.
    Short,
    /// The passage occurs more than once.
    Ambiguous,
    /// The source goes on with "but", "unless", "only if".
    TruncatedCondition,
    /// A negation stands right before.
    LeadingNegation,
    /// The page gives the words to somebody else.
    OtherSpeaker,
    /// A speech tag of the source was left out.
    Interposed,
    /// Something that is not of the text stands within the passage.
    Interleaved,
    /// An ellipsis leaves out a negation or a limiting word.
    EllipsisHidesNegation,
    /// An ellipsis turns the sense round.
    EllipsisInverts,
    /// The parts on the two sides of an ellipsis stand far apart.
    EllipsisDistance,
    /// The content of a bracket is a negation, a modal or a number.
    BracketPolarity,
    /// Punctuation differs.
    Punctuation,
    /// Diacritics differ.
    Diacritics,
    /// Letters of another script that look alike.
    Homoglyph,
    /// The page's text was repaired.
    Mojibake,
    /// Found in an archived copy.
    Archive,
    /// The words repeat those of another quotation.
    Echo,
    /// Taken from a quotation whose marks are odd.
    UnclosedQuotation,
    /// A quotation of a language other than the page's, none of whose names and numbers is on the page.
    TranslationUnsupported,
    /// The source could not be read, or not whole.
    SourceUnavailable,
    /// What a difference does to the sense.
    Nature(Nature),
}

impl Flag {
    /// Returns the name used in JSON and messages.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Layer(layer) => format!("layer:{}", layer.name()),
            Self::HiddenOnly => "hidden-only".into(),
            Self::BoilerplateRegion => "boilerplate-region".into(),
            Self::Short => "short".into(),
            Self::Ambiguous => "ambiguous".into(),
            Self::TruncatedCondition => "truncated-condition".into(),
            Self::LeadingNegation => "leading-negation".into(),
            Self::OtherSpeaker => "other-speaker".into(),
            Self::Interposed => "interposed".into(),
            Self::Interleaved => "interleaved".into(),
            Self::EllipsisHidesNegation => "ellipsis-hides-negation".into(),
            Self::EllipsisInverts => "ellipsis-inverts".into(),
            Self::EllipsisDistance => "ellipsis-distance".into(),
            Self::BracketPolarity => "bracket-polarity".into(),
            Self::Punctuation => "punctuation".into(),
            Self::Diacritics => "diacritics".into(),
            Self::Homoglyph => "homoglyph".into(),
            Self::Mojibake => "mojibake".into(),
            Self::Archive => "archive".into(),
            Self::Echo => "echo".into(),
            Self::UnclosedQuotation => "unclosed-quote".into(),
            Self::TranslationUnsupported => "translation-unsupported".into(),
            Self::SourceUnavailable => "source-unavailable".into(),
            Self::Nature(nature) => nature.name().into(),
        }
    }
}

/// What can be said of a quotation whose page is in another language.
#[derive(Debug, Clone, PartialEq)]
pub struct Translation {
    /// The page's language.
    pub page_language: Option<Language>,
    /// The passage that it translates, if one was found.
    pub passage: Option<Passage>,
    /// How well the two agree.
    pub support: Support,
    /// Numbers and names of the quotation that the page has.
    pub anchors_agree: Vec<String>,
    /// Numbers and names of the quotation that the page lacks.
    pub anchors_missing: Vec<String>,
    /// The publisher's own edition in the quotation's language, where the quotation stands.
    pub edition: Option<Edition>,
    /// What a machine translator makes of the passage, where one was asked.
    pub machine: Option<MachineTranslation>,
    /// Why no more can be said, where that is so.
    pub reason: Option<String>,
}

/// A page in the quotation's language, of the same publisher, that has the quotation with nothing changed that may not
/// be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Where it is.
    pub url: Url,
    /// The quotation as it stands there.
    pub text: String,
}

/// What a machine translator makes of a passage, in the quotation's language. It is no witness for the wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineTranslation {
    /// The translator's host.
    pub translator: String,
    /// Its words.
    pub text: String,
    /// Whether these are the quotation's.
    pub wording: MachineWording,
}

/// Whether a machine translation has the words of a quotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineWording {
    /// The quotation stands in it, with nothing changed that may not be.
    Same,
    /// It is worded in another way, as translations are.
    Other,
}

impl MachineWording {
    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Other => "other",
        }
    }
}

/// A passage in another language.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Its words.
    pub text: String,
    /// How near its sense is, 0.0..=1.0.
    pub similarity: f32,
    /// Where it stands.
    pub position: Position,
    /// The numbers and names in it that agree with the quotation's, as byte ranges of its words, in order.
    pub anchors: Vec<Range<usize>>,
}

/// How well a passage supports a translated quotation. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Support {
    /// A clear passage, and numbers and names agree.
    Supported,
    /// A passage, but something disagrees.
    Doubtful,
    /// The page was read whole and nothing is near.
    None,
    /// It cannot be said.
    Unknown,
}

impl Support {
    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Doubtful => "doubtful",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}
