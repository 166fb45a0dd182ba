//! Tells which format bytes are in: by what they begin with, then by what they are said to be.
//! Reads no more of them than it takes to tell.

use super::{Hint, archive};
use crate::document::DocumentFormat;

/// How far into the bytes a sign of their format is looked for.
const LOOK_BYTES: usize = 4096;

/// Beginnings that no text has, and what they are.
const SIGNATURES: [(&[u8], &str); 20] = [
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Microsoft Office file (or an encrypted one)"),
    (b"{\\rtf", "a Rich Text file"),
    (b"\x1F\x8B", "gzip-compressed data"),
    (b"BZh", "bzip2-compressed data"),
    (b"\xFD7zXZ\0", "xz-compressed data"),
    (b"\x28\xB5\x2F\xFD", "zstd-compressed data"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (b"Rar!\x1A\x07", "a RAR archive"),
    (b"\x89PNG\r\n\x1A\n", "a PNG image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x7FELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"%!PS", "a PostScript file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"ID3", "an audio file"),
];

/// Returns the format of the bytes, or what they seem to be if it is none that can be read.
pub(super) fn of(bytes: &[u8], hint: &Hint<'_>) -> Result<DocumentFormat, String> {
    if bytes.starts_with(b"PK\x03\x04") {
        return archive::format(bytes);
    }
    // Some files have a few bytes before it; readers of PDF look for it in the first thousand.
    if memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-").is_some_and(|at| at < 8) {
        return Ok(DocumentFormat::Pdf);
    }
    if let Some((_, found)) = SIGNATURES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err((*found).to_owned());
    }
    let head = &bytes[..bytes.len().min(LOOK_BYTES)];
    if looks_binary(head) {
        return Err("binary data of a kind that is not known".to_owned());
    }
    if begins_as_html(head) {
        return Ok(DocumentFormat::Html);
    }
    if memchr::memmem::find(head, b"\\documentclass").is_some()
        || memchr::memmem::find(head, b"\\begin{document}").is_some()
    {
        return Ok(DocumentFormat::Latex);
    }
    match called(hint) {
        Some(DocumentFormat::Text) | None if is_wikitext(bytes) => Ok(DocumentFormat::Wikitext),
        Some(DocumentFormat::Text) | None if is_rst(bytes) => Ok(DocumentFormat::Rst),
        Some(DocumentFormat::Text) | None => {
            let is_markdown = signs_of_markdown(bytes) >= MARKDOWN_SIGNS;
            Ok(if is_markdown { DocumentFormat::Markdown } else { DocumentFormat::Text })
        }
        Some(other) => Ok(other),
    }
}

/// Tells whether bytes are no text in any encoding: control characters, or NUL where UTF-16 would have none.
fn looks_binary(head: &[u8]) -> bool {
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return false;
    }
    let controls =
        head.iter().filter(|&&b| matches!(b, 1..=6 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F)).count();
    let nul_at_even = head.iter().step_by(2).filter(|&&b| b == 0).count();
    let nul_at_odd = head.iter().skip(1).step_by(2).filter(|&&b| b == 0).count();
    let nuls = nul_at_even + nul_at_odd;
    // UTF-16 without a mark has its zeros on one side only, and many of them if it is mostly Latin.
    let utf_16 = nuls * 4 > head.len() && nul_at_even.min(nul_at_odd) * 20 < nuls;
    controls * 50 > head.len() || (nuls > 0 && !utf_16)
}

/// How HTML pages begin.
const HTML_STARTS: [&[u8]; 9] = [
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<body",
    b"<title",
    b"<meta",
    b"<script",
    b"<link",
    b"<article",
];

/// Tells whether bytes begin as an HTML page does, after white space, comments and an XML declaration.
fn begins_as_html(head: &[u8]) -> bool {
    let mut rest = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    loop {
        rest = rest.trim_ascii_start();
        let skipped = if rest.starts_with(b"<!--") {
            memchr::memmem::find(rest, b"-->").map(|end| end + 3)
        } else if rest.starts_with(b"<?") {
            memchr::memmem::find(rest, b"?>").map(|end| end + 2)
        } else {
            None
        };
        let Some(end) = skipped else { break };
        rest = &rest[end..];
    }
    HTML_STARTS.iter().any(|start| {
        rest.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
            && rest.get(start.len()).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-')
    })
}

/// Returns what the bytes are said to be.
fn called(hint: &Hint<'_>) -> Option<DocumentFormat> {
    if let Some(media_type) = hint.media_type {
        let media_type = media_type.trim().to_ascii_lowercase();
        let known = MEDIA_TYPES.iter().find(|(known, _)| *known == media_type);
        return known.map(|(_, format)| *format);
    }
    let (_, extension) = hint.name?.rsplit_once('.')?;
    let known = EXTENSIONS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known));
    known.map(|(_, format)| *format)
}

/// Media types of formats that do not show themselves by their first bytes.
const MEDIA_TYPES: [(&str, DocumentFormat); 11] = [
    ("text/html", DocumentFormat::Html),
    ("application/xhtml+xml", DocumentFormat::Html),
    ("text/plain", DocumentFormat::Text),
    ("text/markdown", DocumentFormat::Markdown),
    ("text/x-markdown", DocumentFormat::Markdown),
    ("application/x-tex", DocumentFormat::Latex),
    ("application/x-latex", DocumentFormat::Latex),
    ("text/x-tex", DocumentFormat::Latex),
    ("text/x-wiki", DocumentFormat::Wikitext),
    ("text/x-rst", DocumentFormat::Rst),
    ("text/prs.fallenstein.rst", DocumentFormat::Rst),
];

/// Extensions of formats that do not show themselves by their first bytes.
const EXTENSIONS: [(&str, DocumentFormat); 17] = [
    ("html", DocumentFormat::Html),
    ("htm", DocumentFormat::Html),
    ("xhtml", DocumentFormat::Html),
    ("xht", DocumentFormat::Html),
    ("txt", DocumentFormat::Text),
    ("text", DocumentFormat::Text),
    ("md", DocumentFormat::Markdown),
    ("markdown", DocumentFormat::Markdown),
    ("mkd", DocumentFormat::Markdown),
    ("mdown", DocumentFormat::Markdown),
    ("tex", DocumentFormat::Latex),
    ("ltx", DocumentFormat::Latex),
    ("wiki", DocumentFormat::Wikitext),
    ("wikitext", DocumentFormat::Wikitext),
    ("mediawiki", DocumentFormat::Wikitext),
    ("rst", DocumentFormat::Rst),
    ("rest", DocumentFormat::Rst),
];

/// Tells whether a text that is not called so is wikitext: by references, or by two kinds of other sign.
fn is_wikitext(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SIGNS_BYTES)];
    let has = |sign: &[u8]| memchr::memmem::find(head, sign).is_some();
    let heading = head.split(|&b| b == b'\n').any(|line| {
        let line = line.trim_ascii_end();
        line.len() > 4 && line.starts_with(b"==") && line.ends_with(b"==")
    });
    let reference = has(b"</ref>") || has(b"<ref name") || has(b"<references");
    let others = [has(b"[[") && has(b"]]"), has(b"{{") && has(b"}}"), heading, has(b"'''")];
    let others = others.iter().filter(|&&sign| sign).count();
    (reference && others >= 1) || others >= 3
}

/// How much of the beginning and of the end is looked through for signs of a markup.
const SIGNS_BYTES: usize = 32 * 1024;

/// Tells whether a text that is not called so is reStructuredText: by two kinds of sign, one of which nothing else has.
fn is_rst(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SIGNS_BYTES)];
    let tail = &bytes[bytes.len().saturating_sub(SIGNS_BYTES)..];
    let (mut note, mut target, mut directive, mut title) = (false, false, false, false);
    let mut above: &[u8] = b"";
    for line in head.split(|&b| b == b'\n').chain(tail.split(|&b| b == b'\n')) {
        let line = line.trim_ascii_end();
        if let Some(rest) = line.strip_prefix(b".. ") {
            note |= rest.starts_with(b"[") && memchr::memmem::find(rest, b"] ").is_some();
            target |= rest.starts_with(b"_") && rest.contains(&b':');
            let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
            directive |= name > 0 && rest[name..].starts_with(b"::");
        }
        let is_underline = line.len() > 3
            && matches!(line[0], b'=' | b'-' | b'~' | b'^' | b'*' | b'"')
            && line.iter().all(|&b| b == line[0]);
        title |= is_underline && !above.is_empty() && above.len() <= line.len();
        above = line;
    }
    let has =
        |sign: &[u8]| [head, tail].iter().any(|part| memchr::memmem::find(part, sign).is_some());
    let own = [note, target, directive, has(b">`_")];
    let own = own.iter().filter(|&&sign| sign).count();
    own >= 1
        && own + usize::from(title) + usize::from(has(b"]_")) + usize::from(has(b"::\n\n")) >= 2
}

/// How many kinds of sign make a text Markdown that is not called so.
const MARKDOWN_SIGNS: usize = 2;

/// Counts the kinds of sign that a text is Markdown.
fn signs_of_markdown(bytes: &[u8]) -> usize {
    let head = &bytes[..bytes.len().min(SIGNS_BYTES)];
    let tail = &bytes[bytes.len().saturating_sub(SIGNS_BYTES)..];
    let mut found = [false; 6];
    found[0] = head.starts_with(b"---\n") || head.starts_with(b"---\r\n");
    for line in head.split(|&b| b == b'\n').chain(tail.split(|&b| b == b'\n')) {
        let level = line.iter().take_while(|&&b| b == b'#').count();
        found[1] |= (1..=6).contains(&level) && line.get(level) == Some(&b' ');
        found[2] |= line.starts_with(b"```") || line.starts_with(b"~~~");
        found[3] |= line.starts_with(b"[") && memchr::memmem::find(line, b"]: http").is_some();
        found[4] |= memchr::memmem::find(line, b"](http").is_some();
        found[5] |= line.starts_with(b"[^") && memchr::memmem::find(line, b"]: ").is_some();
    }
    // A definition of a note alone is enough.
    found.iter().filter(|&&sign| sign).count() + usize::from(found[5])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Hint<'_> {
        Hint { name: Some(name), ..Hint::default() }
    }

    #[test]
    fn content_decides_before_the_name() {
        assert_eq!(of(b"<!DOCTYPE html><p>x", &named("report.txt")), Ok(DocumentFormat::Html));
        assert_eq!(of(b"Plain words.", &named("report.html")), Ok(DocumentFormat::Html));
        assert_eq!(of(b"Plain words.", &named("report.txt")), Ok(DocumentFormat::Text));
        assert_eq!(
            of(b"<?xml version='1.0'?>\n<!-- a --> <HTML lang=en>", &Hint::default()),
            Ok(DocumentFormat::Html)
        );
        assert_eq!(of(b"<headline> is no element", &Hint::default()), Ok(DocumentFormat::Text));
    }

    #[test]
    fn binary_input_is_named() {
        let found = |bytes: &[u8]| of(bytes, &named("report.txt")).expect_err("not a document");
        assert_eq!(found(b"\x89PNG\r\n\x1A\n\0\0"), "a PNG image");
        assert_eq!(found(b"\x00\x01\x02\x03abc"), "binary data of a kind that is not known");
        assert_eq!(found(b"text\0with a zero in it"), "binary data of a kind that is not known");
    }

    #[test]
    fn utf_16_is_text() {
        let le: Vec<u8> = "Plain words".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(of(&le, &Hint::default()), Ok(DocumentFormat::Text));
        let mut marked = b"\xFE\xFF".to_vec();
        marked.extend("Слова".encode_utf16().flat_map(u16::to_be_bytes));
        assert_eq!(of(&marked, &Hint::default()), Ok(DocumentFormat::Text));
    }
}
