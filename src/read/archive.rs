//! Opens the archives that office documents and books are: part by part, never more than is allowed.
//! Writes nothing to disk, so that the names of parts can do no harm.

use std::io::{BufRead, BufReader, Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::ReadError;
use super::xml::{Node, Xml, XmlError};
use crate::document::{Document, DocumentFormat, Gap, Remark};

/// How large one part may be, and all that are read together, in bytes.
const LARGEST_PART: u64 = 128 * 1024 * 1024;
const LARGEST_TOTAL: u64 = 256 * 1024 * 1024;
/// How many parts an archive may have.
const MOST_PARTS: usize = 20_000;

/// An archive.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// How many bytes may still be read.
    left: u64,
}

impl<'a> Archive<'a> {
    /// Opens an archive.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let broken = |why: String| ReadError::Broken { part: "the archive".to_owned(), why };
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| broken(format!("is damaged or cut off ({error})")))?;
        if zip.len() > MOST_PARTS {
            return Err(broken(format!("has {} parts, more than {MOST_PARTS}", zip.len())));
        }
        Ok(Self { zip, left: LARGEST_TOTAL })
    }

    /// Opens a part for reading; `None` if there is none of that name.
    pub(super) fn part(
        &mut self,
        name: &str,
    ) -> Result<Option<impl BufRead + use<'_, 'a>>, ReadError> {
        let broken = |why: String| ReadError::Broken { part: format!("`{name}`"), why };
        let entry = match self.zip.by_name(name) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(why)) if why.contains("assword") => {
                return Err(broken("is encrypted".to_owned()));
            }
            Err(error) => return Err(broken(format!("cannot be unpacked ({error})"))),
        };
        let left = self.left.min(LARGEST_PART);
        Ok(Some(BufReader::with_capacity(
            64 * 1024,
            Limited { inner: entry, left, total: &mut self.left },
        )))
    }

    /// Reads a part whole; `None` if there is none of that name.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(mut part) = self.part(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).map_err(|error| ReadError::Broken {
            part: format!("`{name}`"),
            why: format!("cannot be unpacked ({error})"),
        })?;
        Ok(Some(bytes))
    }

    fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }
}

/// Reads no more than is allowed.
struct Limited<'a, R> {
    inner: R,
    left: u64,
    total: &'a mut u64,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = count as u64;
        if read > self.left {
            return Err(std::io::Error::new(
                std::io::ErrorKind::FileTooLarge,
                "it unpacks to more than is read",
            ));
        }
        self.left -= read;
        *self.total = self.total.saturating_sub(read);
        Ok(count)
    }
}

/// Says which format an archive is, or what it seems to be.
pub(super) fn format(bytes: &[u8]) -> Result<DocumentFormat, String> {
    let Ok(mut archive) = Archive::open(bytes) else {
        return Err("a ZIP archive that is damaged or cut off".to_owned());
    };
    if archive.has("[Content_Types].xml") {
        if archive.has("xl/workbook.xml") {
            return Err("an Excel workbook".to_owned());
        }
        if archive.has("ppt/presentation.xml") {
            return Err("a PowerPoint presentation".to_owned());
        }
        return Ok(DocumentFormat::Docx);
    }
    let mimetype = archive.bytes("mimetype").ok().flatten().unwrap_or_default();
    let mimetype = String::from_utf8_lossy(&mimetype);
    match mimetype.trim() {
        "application/vnd.oasis.opendocument.text"
        | "application/vnd.oasis.opendocument.text-template" => Ok(DocumentFormat::Odt),
        "application/epub+zip" => Ok(DocumentFormat::Epub),
        other if other.starts_with("application/vnd.oasis") => {
            Err("an OpenDocument file that is no text".to_owned())
        }
        _ if archive.has("META-INF/container.xml") => Ok(DocumentFormat::Epub),
        _ if archive.has("content.xml") => Ok(DocumentFormat::Odt),
        _ => Err("a ZIP archive".to_owned()),
    }
}

/// Makes an archive of parts; for tests.
#[cfg(test)]
pub(super) fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write as _;

    use zip::write::SimpleFileOptions;

    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a new part");
        zip.write_all(text.as_bytes()).expect("into memory");
    }
    zip.finish().expect("into memory").into_inner()
}

/// How far a part could be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is no such part.
    Missing,
    /// To its end.
    Whole,
    /// Not to its end, and why.
    Partial(XmlError),
}

impl Archive<'_> {
    /// Reads a part as XML, piece by piece.
    pub(super) fn xml(
        &mut self,
        name: &str,
        mut with: impl FnMut(Node<'_>),
    ) -> Result<Outcome, ReadError> {
        let Some(part) = self.part(name)? else { return Ok(Outcome::Missing) };
        let mut xml = Xml::of(part);
        loop {
            match xml.next() {
                Ok(Node::Finished) => return Ok(Outcome::Whole),
                Ok(node) => with(node),
                Err(error) => return Ok(Outcome::Partial(error)),
            }
        }
    }

    /// Reads a part that may be missing or damaged without harm to the rest; its damage is noted.
    pub(super) fn optional_xml(
        &mut self,
        name: &str,
        document: &mut Document,
        with: impl FnMut(Node<'_>),
    ) {
        let damage = match self.xml(name, with) {
            Ok(Outcome::Missing | Outcome::Whole) => return,
            Ok(Outcome::Partial(error)) => format!("`{name}` {error}"),
            Err(error) => error.to_string(),
        };
        document.coverage.add(Gap::Damaged);
        document.remarks.push(Remark::Other(damage));
    }

    /// Reads the part that holds the text. Where it breaks off after some text, that text is kept.
    pub(super) fn main_xml(
        &mut self,
        name: &str,
        with: impl FnMut(Node<'_>),
    ) -> Result<Option<XmlError>, ReadError> {
        match self.xml(name, with)? {
            Outcome::Whole => Ok(None),
            Outcome::Partial(error) => Ok(Some(error)),
            Outcome::Missing => {
                Err(ReadError::Broken { part: format!("`{name}`"), why: "is missing".to_owned() })
            }
        }
    }
}

/// Notes that the main part could not be read to its end; an error if nothing of it could.
pub(super) fn note_damage(
    document: &mut Document,
    name: &str,
    error: Option<XmlError>,
) -> Result<(), ReadError> {
    let Some(error) = error else { return Ok(()) };
    if document.text.is_empty() {
        return Err(ReadError::Broken { part: format!("`{name}`"), why: error.to_string() });
    }
    document.coverage.add(match error {
        XmlError::Malformed(_) => Gap::Damaged,
        XmlError::TooLarge => Gap::TooLarge,
    });
    document.remarks.push(Remark::Other(format!("`{name}` {error}")));
    Ok(())
}
