//! One report in every format: the same citations, quotations and references, whatever the format. Positions differ.

use std::fmt::Write as _;

use citeaudit::citation::Quotation;
use citeaudit::document::DocumentFormat;
use citeaudit::extract::extract;
use citeaudit::read::{Hint, read};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/documents");

fn extension(format: DocumentFormat) -> &'static str {
    match format {
        DocumentFormat::Text => "txt",
        DocumentFormat::Markdown => "md",
        DocumentFormat::Latex => "tex",
        DocumentFormat::Wikitext => "wiki",
        DocumentFormat::Rst
        | DocumentFormat::Html
        | DocumentFormat::Docx
        | DocumentFormat::Odt
        | DocumentFormat::Epub
        | DocumentFormat::Pdf => format.name(),
    }
}

fn words(quotation: &Quotation) -> String {
    format!("“{}” by {:?} {:?}", quotation.text, quotation.speaker, quotation.oddities)
}

/// Writes what a document cites, without where it stands.
fn rows(format: DocumentFormat) -> String {
    let name = format!("parity.{}", extension(format));
    let bytes = std::fs::read(format!("{FOLDER}/{name}")).expect("the fixture is there");
    // Nothing but the content says what it is.
    let document = read(&bytes, &Hint::default()).expect("can be read");
    assert_eq!(document.format, format);
    assert!(document.coverage.is_whole());
    let found = extract(&document);
    let mut rows = String::new();
    for citation in &found.cited {
        let note = citation.note.as_ref().map(ToString::to_string);
        let dates: Vec<_> = citation.dates.iter().map(|mention| mention.date).collect();
        let _ = writeln!(rows, "{note:?} said of {dates:?}");
        for reference in &citation.references {
            let _ =
                writeln!(rows, "  {:?} {} {:?}", reference.form, reference.text, reference.date);
        }
        for quotation in &citation.quotations {
            let _ = writeln!(rows, "  {} {:?}", words(quotation), quotation.pairing);
        }
    }
    for uncited in &found.uncited {
        let _ = writeln!(
            rows,
            "{} {:?} {:?}",
            words(&uncited.quotation),
            uncited.kind,
            uncited.echo_of
        );
    }
    assert_eq!(found.problems, []);
    rows
}

#[test]
fn every_format_gives_the_same_citations() {
    let text = rows(DocumentFormat::Text);
    assert!(text.matches("  “").count() >= 8, "{text}");
    for format in DocumentFormat::ALL {
        assert_eq!(rows(format), text, "{}", format.name());
    }
}
