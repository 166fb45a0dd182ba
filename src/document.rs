//! Any text we can read, whatever its format: what a user hands in, and what stands at a link.
//! Holds text, its structure and where it came from; knows nothing of citations or of the web.

use std::ops::Range;

use crate::text::Language;

/// A text with its structure. Offsets everywhere are byte offsets into [`Document::text`].
#[derive(Debug, Clone)]
pub struct Document {
    /// What the bytes were.
    pub format: DocumentFormat,
    /// The title the document gives itself.
    pub title: Option<String>,
    /// The language the document declares for itself.
    pub language: Option<Language>,
    /// All text of all layers. Blocks are ranges of it, in reading order.
    pub text: String,
    /// The paragraphs, headings and so on, in reading order, ranges ascending and disjoint.
    pub blocks: Vec<Block>,
    /// Inline marks, ordered by where they start.
    pub marks: Vec<Mark>,
    /// The notes, in the order in which they stand.
    pub notes: Vec<Note>,
    /// What the document says about itself beside its text (HTML `meta`, JSON-LD, `time`, …).
    pub metadata: Vec<Metadata>,
    /// Where in the source each part of the text stood.
    pub places: Places,
    /// Whether all of it could be read.
    pub coverage: Coverage,
    /// The character encoding that was used, by its WHATWG name.
    pub charset: Option<&'static str>,
    /// What the reader had to put up with; shown to the user, never an error.
    pub remarks: Vec<Remark>,
}

/// The formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentFormat {
    /// Plain text.
    Text,
    /// An HTML page.
    Html,
    /// Markdown.
    Markdown,
    /// A Word document (Office Open XML).
    Docx,
    /// A text of `OpenDocument`.
    Odt,
    /// An electronic book.
    Epub,
    /// A PDF file.
    Pdf,
    /// A LaTeX source.
    Latex,
    /// `MediaWiki` wikitext.
    Wikitext,
    /// `reStructuredText`.
    Rst,
}

impl DocumentFormat {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Html,
        Self::Markdown,
        Self::Docx,
        Self::Odt,
        Self::Epub,
        Self::Pdf,
        Self::Latex,
        Self::Wikitext,
        Self::Rst,
    ];

    /// Returns the name used in flags, JSON and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::Epub => "epub",
            Self::Pdf => "pdf",
            Self::Latex => "latex",
            Self::Wikitext => "wikitext",
            Self::Rst => "rst",
        }
    }
}

/// One paragraph, heading, item or cell: a run of text that belongs together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Where its text stands in [`Document::text`].
    pub range: Range<usize>,
    /// What kind of block it is.
    pub kind: BlockKind,
    /// How it can be seen.
    pub layer: Layer,
    /// The note it belongs to: an index into [`Document::notes`].
    pub note: Option<usize>,
}

/// The kinds of block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// A heading; 1 is the title.
    Heading(u8),
    /// A paragraph inside a block quotation.
    BlockQuotation,
    /// An item of a list.
    ListItem,
    /// A cell of a table.
    TableCell,
    /// The caption of a figure or a table.
    Caption,
    /// Text whose line breaks count.
    Preformatted,
    /// The continuation of the block before, after something of another layer stood between.
    Continuation,
}

/// How a run of text can be seen by a reader. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// The text itself.
    Visible,
    /// The title of the page.
    Title,
    /// Folded away behind a click (`details`).
    Details,
    /// Hidden by style or attribute.
    CssHidden,
    /// Shown only without scripts.
    Noscript,
    /// Beside the article: related items, teasers, advertisements.
    Aside,
    /// Written by readers.
    UserComment,
    /// Navigation, header, footer; running heads and page numbers of a PDF.
    Navigation,
    /// The text alternative of an image.
    Alt,
    /// A `title` attribute.
    TitleAttribute,
    /// Descriptions in the page's head.
    Meta,
    /// Structured data in JSON-LD.
    JsonLd,
    /// Strings inside script data.
    ScriptJson,
}

impl Layer {
    /// Every layer, the one that counts most first.
    pub const ALL: [Self; 13] = [
        Self::Visible,
        Self::Title,
        Self::Details,
        Self::Noscript,
        Self::CssHidden,
        Self::JsonLd,
        Self::ScriptJson,
        Self::Alt,
        Self::TitleAttribute,
        Self::Meta,
        Self::UserComment,
        Self::Aside,
        Self::Navigation,
    ];

    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Title => "title",
            Self::Details => "details",
            Self::CssHidden => "css-hidden",
            Self::Noscript => "noscript",
            Self::Aside => "aside",
            Self::UserComment => "user-comment",
            Self::Navigation => "nav",
            Self::Alt => "alt",
            Self::TitleAttribute => "title-attr",
            Self::Meta => "meta",
            Self::JsonLd => "jsonld",
            Self::ScriptJson => "script-json",
        }
    }
}

/// Something that holds for a stretch of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The stretch.
    pub range: Range<usize>,
    /// What holds for it.
    pub kind: MarkKind,
}

/// The kinds of mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkKind {
    /// A call of a note, such as `[7]`. Its stretch is empty where the call is no part of the text.
    NoteCall {
        /// What the call names.
        label: NoteLabel,
        /// The note that it calls: an index into [`Document::notes`]. `None` if there is no such note.
        note: Option<usize>,
    },
    /// A link, with its target as written (resolved against the base, if the format has one).
    Link(String),
    /// A quotation by markup (`<q>`), with the source it names.
    Quotation(Option<String>),
    /// Raised text, a note mark perhaps.
    Superscript,
    /// Emphasised text: italic, bold, underlined.
    Emphasis,
}

/// What a note is called by: `12`, `iv`, `*`, or a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoteLabel(pub String);

impl std::fmt::Display for NoteLabel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A footnote or endnote. Its text is in the blocks that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its label.
    pub label: NoteLabel,
    /// What kind of note it is.
    pub kind: NoteKind,
    /// Where it starts, its label included.
    pub start: usize,
    /// Its blocks: indices into [`Document::blocks`].
    pub blocks: Range<usize>,
}

/// The kinds of note. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// A note of a document that does not say where its notes are shown.
    Note,
    /// A note at the foot of the page.
    Footnote,
    /// A note at the end of the text.
    Endnote,
    /// An entry of a bibliography.
    Entry,
}

impl NoteKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Note, Self::Footnote, Self::Endnote, Self::Entry];

    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Footnote => "footnote",
            Self::Endnote => "endnote",
            Self::Entry => "entry",
        }
    }
}

/// One thing a document says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Where it was said.
    pub kind: MetadataKind,
    /// The name of the property, lower case (`article:published_time`, `description`); empty for JSON-LD.
    pub name: String,
    /// What was said.
    pub value: String,
}

/// Where metadata was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataKind {
    /// `<meta name|property|itemprop content>`, or a property of an office document.
    Property,
    /// `<link rel href>`: the name is the `rel`, with `hreflang` after a space where given.
    Link,
    /// A whole JSON-LD script.
    JsonLd,
    /// `<time datetime>`; the name is its class or itemprop.
    Time,
    /// `<meta http-equiv>`.
    HttpEquiv,
}

/// Where in the source the text stood: one entry wherever a new line, paragraph or page begins.
#[derive(Debug, Clone, Default)]
pub struct Places(pub Vec<Place>);

/// The position of one offset of the text; what follows it counts columns on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The offset into the text.
    pub offset: usize,
    /// Where that is in the source.
    pub position: Position,
}

/// A place in a source, 1-based. Columns count Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
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
    /// A line of a page of a PDF.
    Page {
        /// The page.
        page: u32,
        /// The line on it.
        line: u32,
        /// The column.
        column: u32,
    },
}

impl Position {
    const fn advanced(self, columns: u32) -> Self {
        match self {
            Self::Line { line, column } => {
                Self::Line { line, column: column.saturating_add(columns) }
            }
            Self::Paragraph { paragraph, column } => {
                Self::Paragraph { paragraph, column: column.saturating_add(columns) }
            }
            Self::Page { page, line, column } => {
                Self::Page { page, line, column: column.saturating_add(columns) }
            }
        }
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line { line, column } => write!(f, "{line}:{column}"),
            Self::Paragraph { paragraph, column } => write!(f, "paragraph {paragraph}:{column}"),
            Self::Page { page, line, column } => write!(f, "page {page}, line {line}:{column}"),
        }
    }
}

/// How much of a source could be read. "Not found" is said only of [`Coverage::Whole`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// All of it.
    Whole,
    /// Not all of it, and why.
    Partial(Vec<Gap>),
}

/// Why a text could not be read whole. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// The body ended before its time: a reset, a time limit, a broken encoding.
    CutOff,
    /// The body is larger than the limit.
    TooLarge,
    /// The page shows its text only by running scripts.
    NeedsScript,
    /// Pages without text, pictures perhaps.
    NoTextLayer,
    /// Bytes or glyphs that stand for no character.
    Undecodable,
    /// Nested deeper than is read.
    TooDeep,
    /// Part of the text stands behind a payment or a log-in.
    Restricted,
    /// Parts are encrypted.
    Encrypted,
    /// Parts are damaged.
    Damaged,
    /// The media type is none that can be read.
    UnsupportedType,
    /// Nobody asked for more than the beginning.
    NotAskedFor,
}

impl Gap {
    /// Returns the name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CutOff => "cut-off",
            Self::TooLarge => "too-large",
            Self::NeedsScript => "needs-script",
            Self::NoTextLayer => "no-text-layer",
            Self::Undecodable => "undecodable",
            Self::TooDeep => "too-deep",
            Self::Restricted => "restricted",
            Self::Encrypted => "encrypted",
            Self::Damaged => "damaged",
            Self::UnsupportedType => "unsupported-type",
            Self::NotAskedFor => "not-asked-for",
        }
    }

    /// Says it in words: "the page … ".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::CutOff => "the body ended before it was complete",
            Self::TooLarge => "the body is larger than the limit",
            Self::NeedsScript => "the text is shown only by running scripts",
            Self::NoTextLayer => "there is no text layer",
            Self::Undecodable => "some bytes stand for no character",
            Self::TooDeep => "parts are nested too deeply to be read",
            Self::Restricted => "part of the text is behind a payment or a log-in",
            Self::Encrypted => "parts are encrypted",
            Self::Damaged => "parts are damaged",
            Self::UnsupportedType => "the media type cannot be read",
            Self::NotAskedFor => "only the beginning was asked for",
        }
    }
}

impl Coverage {
    /// Tells whether all was read.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        matches!(self, Self::Whole)
    }

    /// Adds a reason why not all was read.
    pub fn add(&mut self, gap: Gap) {
        match self {
            Self::Whole => *self = Self::Partial(vec![gap]),
            Self::Partial(gaps) => {
                if !gaps.contains(&gap) {
                    gaps.push(gap);
                }
            }
        }
    }

    /// Returns the reasons why not all was read.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        match self {
            Self::Whole => &[],
            Self::Partial(gaps) => gaps,
        }
    }
}

/// Something a reader noticed that the user should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// The bytes do not say which encoding they are in, and are no UTF-8: it was guessed.
    EncodingGuessed(&'static str),
    /// The bytes are in another encoding than they say.
    EncodingContradicted {
        /// The encoding that they say.
        declared: &'static str,
        /// The one that was used.
        used: &'static str,
    },
    /// The text had been decoded with the wrong encoding before it was saved, and was repaired.
    MojibakeRepaired,
    /// Text kept, but said in words only.
    Other(String),
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EncodingGuessed(used) => {
                write!(f, "the text is not UTF-8 and was read as {used}")
            }
            Self::EncodingContradicted { declared, used } => {
                write!(f, "the text is declared as {declared} and was read as {used}")
            }
            Self::MojibakeRepaired => {
                f.write_str("characters had been saved in a wrong encoding and were repaired")
            }
            Self::Other(words) => f.write_str(words),
        }
    }
}

impl Document {
    /// Returns an empty document of a format, to be filled by its reader.
    #[must_use]
    pub const fn empty(format: DocumentFormat) -> Self {
        Self {
            format,
            title: None,
            language: None,
            text: String::new(),
            blocks: Vec::new(),
            marks: Vec::new(),
            notes: Vec::new(),
            metadata: Vec::new(),
            places: Places(Vec::new()),
            coverage: Coverage::Whole,
            charset: None,
            remarks: Vec::new(),
        }
    }

    /// Returns the text of a block.
    #[must_use]
    pub fn block_text(&self, block: &Block) -> &str {
        &self.text[block.range.clone()]
    }

    /// Returns where in the source the character at a byte offset stood.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let index = self.places.0.partition_point(|place| place.offset <= offset);
        let Some(place) = index.checked_sub(1).and_then(|i| self.places.0.get(i)) else {
            return Position::Line { line: 1, column: 1 };
        };
        let between = self.text.get(place.offset..offset).map_or(0, |text| text.chars().count());
        place.position.advanced(u32::try_from(between).unwrap_or(u32::MAX))
    }
}
