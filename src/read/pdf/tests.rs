//! Files in, outlines out.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::read;
use crate::document::{Document, Gap, MarkKind};
use crate::read::ReadError;

/// Makes a PDF file of content streams, one for each page, in Helvetica.
fn pdf(pages: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    let mut kids = String::new();
    for content in pages {
        let page = objects.len() + 1;
        write!(kids, "{page} 0 R ").unwrap();
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> \
             /Contents {} 0 R /Annots [<< /Type /Annot /Subtype /Link /Rect [70 690 300 712] \
             /A << /S /URI /URI (https://example.org/a) >> >>] >>",
            page + 1
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len());
    file(&objects)
}

/// Makes a PDF file of its objects, the first of which is its catalogue.
fn file(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        offsets.push(file.len());
        file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let xref = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let trailer =
        format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF", objects.len() + 1);
    file.extend(trailer.bytes());
    file
}

/// A line at a place: left, height, size, text.
fn line(x: u32, y: u32, size: u32, text: &str) -> String {
    format!("BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n")
}

fn outline(document: &Document) -> String {
    let mut lines = Vec::new();
    for block in &document.blocks {
        let note = block.note.map(|note| format!(" note {}", document.notes[note].label));
        let text = document.block_text(block).replace('\n', " / ");
        let place = document.position(block.range.start);
        lines.push(format!(
            "{}{} at {place}: {text}",
            block.layer.name(),
            note.unwrap_or_default()
        ));
    }
    for mark in &document.marks {
        let text = &document.text[mark.range.clone()];
        match &mark.kind {
            MarkKind::NoteCall { label, note } => lines.push(format!("  call {label} -> {note:?}")),
            MarkKind::Link(to) => lines.push(format!("  link {to} {text:?}")),
            MarkKind::Superscript | MarkKind::Emphasis | MarkKind::Quotation(_) => {}
        }
    }
    lines.join("\n") + "\n"
}

#[expect(clippy::needless_pass_by_value, reason = "`expect!` is written where it is called")]
fn check(pages: &[String], expected: Expect) {
    expected.assert_eq(&outline(&read(&pdf(pages)).unwrap()));
}

#[test]
fn paragraphs_run_on_over_pages_and_notes_stand_apart() {
    let first = [
        line(70, 800, 9, "The Report"),
        line(70, 700, 12, "A claim is made here by the author of this report,"),
        line(70, 686, 12, "and another claim, which needs a note."),
        line(285, 690, 7, "1"),
        line(300, 686, 12, "It goes on and"),
        line(70, 120, 8, "1 Tass.com/politics/1805115, June 19, 2024, and some"),
        line(70, 110, 8, "more words about it."),
        line(300, 40, 9, "1"),
    ]
    .concat();
    let second = [
        line(70, 800, 9, "The Report"),
        line(70, 700, 12, "does not stop at the end of the page."),
        line(90, 686, 12, "A new paragraph begins with an indent and is long enough."),
        line(300, 40, 9, "2"),
    ]
    .concat();
    check(
        &[first, second],
        expect![[r#"
        visible at page 1, line 2:1: A claim is made here by the author of this report, / and another claim, which needs a note. 1 It goes on and / does not stop at the end of the page.
        nav at page 1, line 1:1: The Report
        nav at page 1, line 6:1: 1
        visible note 1 at page 1, line 4:3: Tass.com/politics/1805115, June 19, 2024, and some / more words about it.
        nav at page 2, line 1:1: The Report
        visible at page 2, line 3:1: A new paragraph begins with an indent and is long enough.
        nav at page 2, line 4:1: 2
          link https://example.org/a "A claim is made here by the author of this r"
          call 1 -> Some(0)
          link https://example.org/a "does not stop at the end of the page."
    "#]],
    );
}

#[test]
fn columns_are_read_one_after_the_other() {
    let page = [
        line(70, 700, 10, "The left column has its lines"),
        line(70, 688, 10, "one below the other and then"),
        line(320, 700, 10, "the right one goes on"),
        line(320, 688, 10, "to its end."),
    ]
    .concat();
    check(
        &[page],
        expect![[r#"
        visible at page 1, line 1:1: The left column has its lines / one below the other and then / the right one goes on / to its end.
          link https://example.org/a "The left column has its lines"
          link https://example.org/a "one below the other and then"
    "#]],
    );
}

#[test]
fn a_file_without_text_says_so() {
    let document = read(&pdf(&["0 0 100 100 re f".to_owned()])).unwrap();
    assert!(document.blocks.is_empty());
    assert_eq!(document.coverage.gaps(), [Gap::NoTextLayer]);
}

#[test]
fn what_is_no_pdf_file_is_an_error() {
    let error = read(b"%PDF-1.4\nnothing").unwrap_err();
    assert_eq!(error, ReadError::Unsupported { found: "a damaged PDF file".to_owned() });
}

#[test]
fn a_form_that_draws_forms_without_end_is_left_and_what_it_showed_is_kept() {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
         /Resources << /XObject << /X 6 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        "<< /Length 5 >>\nstream\n/X Do\nendstream".to_owned(),
    ];
    for form in 6..18 {
        let content = if form < 17 { "/X Do ".repeat(10) } else { line(72, 700, 12, "Shown.") };
        objects.push(format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length {} /Resources << /Font << /F1 4 0 R >> \
             /XObject << /X {} 0 R >> >> >>\nstream\n{content}\nendstream",
            content.len(),
            form + 1,
        ));
    }
    let document = read(&file(&objects)).expect("is PDF");
    assert_eq!(document.coverage.gaps(), [Gap::TooLarge]);
    assert!(document.text.contains("Shown."));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn damaged_files_are_survived(at in 0_usize..1000, byte: u8, cut in 0_usize..1500) {
        let mut file = pdf(&[line(70, 700, 12, "Words"), line(70, 700, 12, "More")]);
        let length = file.len();
        file[at % length] = byte;
        file.truncate(length.saturating_sub(cut).max(10));
        let _ = read(&file);
    }
}

/// Decodes base64, as the cases hold their files.
fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |byte| DIGITS.iter().position(|&known| known == byte);
    let digits: Vec<usize> = text.bytes().filter_map(digit).collect();
    let group = |group: &[usize]| {
        let number = (0..4).fold(0, |number, index| number << 6 | group.get(index).unwrap_or(&0));
        let bytes = u32::try_from(number).unwrap().to_be_bytes();
        bytes[1..group.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}

#[test]
fn the_words_of_quotations_stand_in_one_piece_of_visible_text() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases/quotations.json");
    let Ok(cases) = std::fs::read(path) else {
        eprintln!("skipped: {path} is not there");
        return;
    };
    let cases: serde_json::Value = serde_json::from_slice(&cases).unwrap();
    let cases = cases["cases"].as_array().unwrap();
    let mut seen = 0;
    for case in cases.iter().filter(|case| case["pdf_b64"].is_string()) {
        let document = read(&base64(case["pdf_b64"].as_str().unwrap())).unwrap();
        let visible: Vec<&str> = document
            .blocks
            .iter()
            .filter(|block| block.layer == crate::document::Layer::Visible)
            .map(|block| document.block_text(block))
            .collect();
        let letters = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
        };
        let quote = letters(case["quote"].as_str().unwrap());
        assert!(letters(&visible.concat()).contains(&quote), "{}", outline(&document));
        seen += 1;
    }
    assert!(seen > 0);
}
