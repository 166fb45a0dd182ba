//! Documents that are damaged, hostile or no documents: a clear error or what could be read, never a panic.

use std::io::{Cursor, Write as _};

use citeaudit::document::{Document, DocumentFormat, Gap};
use citeaudit::extract::extract;
use citeaudit::read::{Hint, ReadError, read};
use zip::write::SimpleFileOptions;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/documents");

fn read_named(bytes: &[u8], name: &str) -> Result<Document, ReadError> {
    read(bytes, &Hint { name: Some(name), ..Hint::default() })
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn docx(document: &[u8]) -> Vec<u8> {
    archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document)])
}

/// Numbers that look random and are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

#[test]
fn damaged_documents_of_every_format_are_survived() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for name in ["txt", "md", "html", "docx", "odt", "epub", "pdf", "tex", "wiki", "rst"] {
        let name = format!("parity.{name}");
        let whole = std::fs::read(format!("{FOLDER}/{name}")).unwrap();
        for _ in 0..25 {
            let mut bytes = whole.clone();
            for _ in 0..=numbers.below(8) {
                if bytes.is_empty() {
                    break;
                }
                let at = numbers.below(bytes.len());
                match numbers.below(4) {
                    0 => bytes[at] = u8::try_from(numbers.below(256)).unwrap(),
                    1 => {
                        let end = bytes.len().min(at + numbers.below(40));
                        bytes.drain(at..end);
                    }
                    2 => bytes.truncate(at.max(1)),
                    _ => bytes.extend_from_within(at..),
                }
            }
            if let Ok(document) = read_named(&bytes, &name) {
                let _ = extract(&document);
            }
        }
    }
}

#[test]
fn a_link_over_several_paragraphs_is_one_citation() {
    let page =
        "<!DOCTYPE html><body><div>See <a href=\"https://a.org/x\">one<p>two</p></a> three.</div>";
    let document = read_named(page.as_bytes(), "a.html").unwrap();
    let found = extract(&document);
    assert_eq!(found.cited.len(), 1);
    assert_eq!(found.cited[0].references[0].text, "https://a.org/x");
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_partial_or_an_error() {
    let mut bomb = br#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Words. "#.to_vec();
    bomb.resize(129 * 1024 * 1024, b' ');
    let packed = docx(&bomb);
    assert!(packed.len() < 1024 * 1024);
    match read_named(&packed, "a.docx") {
        Ok(document) => assert_eq!(document.coverage.gaps(), [Gap::TooLarge]),
        Err(error) => {
            assert!(error.to_string().contains("unpacks to more than is read"), "{error}");
        }
    }
}

#[test]
fn entities_are_not_expanded() {
    let document = br#"<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Words &b; and &c;.</w:t></w:r></w:p></w:body></w:document>"#;
    let document = read_named(&docx(document), "a.docx").unwrap();
    assert!(document.text.contains("Words"));
    assert!(
        !document.text.contains("aaaa") && !document.text.contains("root:"),
        "{}",
        document.text
    );
}

#[test]
fn names_of_parts_lead_nowhere() {
    let parts: [(&str, &[u8]); 3] = [
        ("[Content_Types].xml", b"<Types/>"),
        ("../../../tmp/citeaudit-was-here", b"x"),
        ("word/document.xml", br#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Words.</w:t></w:r></w:p></w:body></w:document>"#),
    ];
    assert_eq!(read_named(&archive(&parts), "a.docx").unwrap().text, "Words.");
    assert!(!std::path::Path::new("/tmp/citeaudit-was-here").exists());
}

#[test]
fn a_document_that_is_cut_off_keeps_what_was_there() {
    let cut = br#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>First words.</w:t></w:r></w:p><w:p><w:r><w:t>Sec"#;
    let document = read_named(&docx(cut), "a.docx").unwrap();
    assert!(document.text.starts_with("First words."));
    assert_eq!(document.coverage.gaps(), [Gap::Damaged]);
    let whole = std::fs::read(format!("{FOLDER}/parity.docx")).unwrap();
    let error = read_named(&whole[..whole.len() / 2], "a.docx").unwrap_err();
    assert!(error.to_string().contains("damaged or cut off"), "{error}");
}

#[test]
fn encrypted_office_documents_are_named() {
    let error = read_named(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest", "a.docx").unwrap_err();
    assert!(error.to_string().contains("encrypted"), "{error}");
}

#[test]
fn the_content_decides_where_the_extension_is_wrong() {
    for (name, format) in [
        ("parity.docx", DocumentFormat::Docx),
        ("parity.pdf", DocumentFormat::Pdf),
        ("parity.epub", DocumentFormat::Epub),
        ("parity.html", DocumentFormat::Html),
        ("parity.tex", DocumentFormat::Latex),
    ] {
        let bytes = std::fs::read(format!("{FOLDER}/{name}")).unwrap();
        assert_eq!(read_named(&bytes, "a.txt").unwrap().format, format, "{name}");
    }
}

#[test]
fn one_long_line_and_deep_nesting_are_read_in_time() {
    let line = "He said “it is so”[1] and so on. ".repeat(20_000);
    for name in ["a.txt", "a.md", "a.html", "a.tex", "a.wiki"] {
        assert!(read_named(line.as_bytes(), name).is_ok(), "{name}");
    }
    for (name, open) in [
        ("a.html", "<div>"),
        ("a.html", "<blockquote>"),
        ("a.md", "> "),
        ("a.md", "["),
        ("a.tex", "\\begin{quote}"),
        ("a.tex", "\\footnote{"),
        ("a.wiki", "{{"),
        ("a.wiki", "<ref>"),
    ] {
        let nested = format!(
            "{}Words. {}more",
            if name == "a.html" { "<html>" } else { "" },
            open.repeat(10_000)
        );
        if let Ok(document) = read_named(nested.as_bytes(), name) {
            let _ = extract(&document);
        }
    }
    let nested = format!("<w:document xmlns:w=\"w\"><w:body>{}", "<w:p>".repeat(10_000));
    let _ = read_named(&docx(nested.as_bytes()), "a.docx");
}
