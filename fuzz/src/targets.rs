//! The readers, each with the documents from which its damage starts, and how bytes are handed to it.

use std::io::{Cursor, Read as _, Write as _};

use citeaudit::extract::extract;
use citeaudit::read::{Hint, read};
use zip::write::SimpleFileOptions;

const DOCUMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/documents");

/// A reader.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Text,
    Markdown,
    Html,
    Latex,
    Wikitext,
    Rst,
    Pdf,
    /// The XML of a Word document, in a whole archive.
    Docx,
    /// The XML of a text of `OpenDocument`, in a whole archive.
    Odt,
    /// The pages of a book, in a whole archive.
    Epub,
    /// Archives of all kinds, damaged themselves.
    Archive,
}

impl Target {
    pub(crate) const ALL: [Self; 11] = [
        Self::Text,
        Self::Markdown,
        Self::Html,
        Self::Latex,
        Self::Wikitext,
        Self::Rst,
        Self::Pdf,
        Self::Docx,
        Self::Odt,
        Self::Epub,
        Self::Archive,
    ];

    /// Returns the target of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Latex => "latex",
            Self::Wikitext => "wikitext",
            Self::Rst => "rst",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::Epub => "epub",
            Self::Archive => "archive",
        }
    }

    /// Returns the documents from which damage starts.
    pub(crate) fn seeds(self) -> Vec<Vec<u8>> {
        match self {
            Self::Text => vec![fixture("parity.txt"), fixture("fairway.txt")],
            Self::Markdown => vec![fixture("parity.md")],
            Self::Html => vec![fixture("parity.html")],
            Self::Latex => vec![fixture("parity.tex")],
            Self::Wikitext => vec![fixture("parity.wiki")],
            Self::Rst => vec![fixture("parity.rst")],
            Self::Pdf => vec![fixture("parity.pdf")],
            Self::Docx => vec![
                part("parity.docx", "word/document.xml"),
                part("parity.docx", "word/footnotes.xml"),
            ],
            Self::Odt => vec![part("parity.odt", "content.xml")],
            Self::Epub => vec![fixture("parity.html")],
            Self::Archive => {
                vec![fixture("parity.docx"), fixture("parity.odt"), fixture("parity.epub")]
            }
        }
    }

    /// Hands bytes to the reader, and what it reads to the extraction.
    pub(crate) fn read(self, bytes: &[u8]) {
        match self {
            Self::Text => read_named(bytes, "a.txt"),
            Self::Markdown => read_named(bytes, "a.md"),
            Self::Html => read_named(bytes, "a.html"),
            Self::Latex => read_named(bytes, "a.tex"),
            Self::Wikitext => read_named(bytes, "a.wiki"),
            Self::Rst => read_named(bytes, "a.rst"),
            Self::Pdf => read_named(bytes, "a.pdf"),
            Self::Docx => {
                let notes = [b"<w:footnotes xmlns:w=\"w\">".as_slice(), bytes].concat();
                read_named(
                    &archive(&[
                        ("[Content_Types].xml", b"<Types/>".as_slice()),
                        ("word/document.xml", bytes),
                        ("word/footnotes.xml", &notes),
                    ]),
                    "a.docx",
                );
            }
            Self::Odt => {
                let mimetype = b"application/vnd.oasis.opendocument.text".as_slice();
                read_named(&archive(&[("mimetype", mimetype), ("content.xml", bytes)]), "a.odt");
            }
            Self::Epub => read_named(&book(bytes), "a.epub"),
            Self::Archive => read_named(bytes, "a.docx"),
        }
    }
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{DOCUMENTS}/{name}")).expect("the fixtures are there")
}

fn part(archive: &str, name: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(fixture(archive))).expect("is an archive");
    let mut bytes = Vec::new();
    zip.by_name(name).expect("has this part").read_to_end(&mut bytes).expect("can be unpacked");
    bytes
}

fn read_named(bytes: &[u8], name: &str) {
    let hint = Hint { name: Some(name), ..Hint::default() };
    if let Ok(document) = read(bytes, &hint) {
        for block in &document.blocks {
            assert!(document.text.get(block.range.clone()).is_some(), "a block cuts a character");
        }
        for mark in &document.marks {
            assert!(document.text.get(mark.range.clone()).is_some(), "a mark cuts a character");
        }
        let _ = extract(&document);
    }
}

/// Makes a book of which both chapters are these bytes.
fn book(bytes: &[u8]) -> Vec<u8> {
    let container =
        br#"<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>"#;
    let package = br#"<package><manifest>
        <item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
        <item id="b" href="b.xhtml" media-type="application/xhtml+xml"/>
        </manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>"#;
    archive(&[
        ("mimetype", b"application/epub+zip".as_slice()),
        ("META-INF/container.xml", container),
        ("a.opf", package),
        ("a.xhtml", bytes),
        ("b.xhtml", bytes),
    ])
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a new part");
        zip.write_all(bytes).expect("into memory");
    }
    zip.finish().expect("into memory").into_inner()
}
