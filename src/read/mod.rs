//! Reads bytes into a [`Document`]. Knows file formats, not citations.
//! Opens nothing: the same bytes and the same hint give the same document.

mod archive;
mod charset;
mod docx;
mod draft;
mod epub;
mod format;
mod html;
mod latex;
mod markdown;
mod mojibake;
mod odt;
mod pdf;
mod properties;
mod rst;
mod text;
mod typed_notes;
mod wikitext;
mod xml;

use charset::Declares;

use crate::document::{Document, DocumentFormat};

/// What is known of some bytes beside themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hint<'a> {
    /// The name of the file, for its extension.
    pub name: Option<&'a str>,
    /// The media type that was declared, without parameters.
    pub media_type: Option<&'a str>,
    /// The charset that was declared with the media type.
    pub charset: Option<&'a str>,
    /// The files beside it, for formats whose documents are made of several.
    pub beside: Option<Beside<'a>>,
}

/// Gives the bytes of files beside a document, by their names relative to it; none that may not be opened.
#[derive(Clone, Copy)]
pub struct Beside<'a>(&'a dyn Fn(&str) -> Option<Vec<u8>>);

impl<'a> Beside<'a> {
    /// Wraps what opens the files. It alone says which may be opened: names come from the document, unchecked.
    #[must_use]
    pub const fn new(open: &'a dyn Fn(&str) -> Option<Vec<u8>>) -> Self {
        Self(open)
    }

    fn bytes(self, name: &str) -> Option<Vec<u8>> {
        (self.0)(name)
    }
}

impl std::fmt::Debug for Beside<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Beside")
    }
}

/// Why bytes could not be read as a document.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReadError {
    /// There is nothing in it.
    #[error("the document is empty")]
    Empty,
    /// The bytes are of no format that can be read.
    #[error("the bytes are {found}, which cannot be read")]
    Unsupported {
        /// What they seem to be.
        found: String,
    },
    /// A part of it is missing or damaged.
    #[error("{part} {why}")]
    Broken {
        /// The part.
        part: String,
        /// What is wrong with it: "is missing".
        why: String,
    },
}

/// Reads bytes into a document, by their content first and by the hint second.
///
/// # Errors
///
/// When there are no bytes, or they are of no format that can be read.
pub fn read(bytes: &[u8], hint: &Hint<'_>) -> Result<Document, ReadError> {
    read_to(Extent::Whole, bytes, hint)
}

/// Reads what a document says of itself, and of its visible text so much that one can tell what kind of page it is: some
/// eight thousand bytes. Text that is left out is told by [`Gap::NotAskedFor`]; only HTML is ever cut, other formats are
/// read whole.
///
/// [`Gap::NotAskedFor`]: crate::document::Gap::NotAskedFor
///
/// # Errors
///
/// As those of [`read`].
pub fn read_beginning(bytes: &[u8], hint: &Hint<'_>) -> Result<Document, ReadError> {
    read_to(Extent::Beginning, bytes, hint)
}

/// How much of a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    Beginning,
}

fn read_to(extent: Extent, bytes: &[u8], hint: &Hint<'_>) -> Result<Document, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    let text = || charset::decode(bytes, hint, Declares::Nothing);
    let mut document = match format::of(bytes, hint) {
        Ok(DocumentFormat::Text) => return text::read(text()),
        Ok(DocumentFormat::Docx) => docx::read(bytes)?,
        Ok(DocumentFormat::Latex) => latex::read(&text(), hint.beside)?,
        Ok(DocumentFormat::Wikitext) => wikitext::read(&text())?,
        Ok(DocumentFormat::Rst) => rst::read(&text())?,
        Ok(DocumentFormat::Odt) => odt::read(bytes)?,
        Ok(DocumentFormat::Epub) => epub::read(bytes)?,
        Ok(DocumentFormat::Markdown) => markdown::read(&text())?,
        Ok(DocumentFormat::Html) => html::read(extent, bytes, hint),
        Ok(DocumentFormat::Pdf) => pdf::read(bytes)?,
        Err(found) => return Err(ReadError::Unsupported { found }),
    };
    // Who did not use the notes of the format may have typed them.
    if document.notes.is_empty() {
        typed_notes::recognise(&mut document);
    }
    Ok(document)
}
