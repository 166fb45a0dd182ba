//! How fast documents of each format are read, and read and searched for citations: on one core.
//!
//! One report in every format, so that the formats can be compared. Office documents count the bytes of the XML that
//! holds their text, PDF files their pages.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use citeaudit::extract::extract;
use citeaudit::read::{Hint, read};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use zip::write::SimpleFileOptions;

fn main() {
    divan::main();
}

/// Paragraphs of the report; each fourth has a quotation with a note.
const PARAGRAPHS: usize = 6000;
/// Sentences of each paragraph.
const SENTENCES: usize = 4;
/// Paragraphs on a page of the PDF.
const PER_PAGE: usize = 4;

/// The formats that are measured by the bytes of their text.
#[derive(Debug, Clone, Copy)]
enum Format {
    Text,
    Markdown,
    Html,
    Latex,
    Wikitext,
    Rst,
    Docx,
    Odt,
    Epub,
}

impl Format {
    const ALL: [Self; 9] = [
        Self::Text,
        Self::Markdown,
        Self::Html,
        Self::Latex,
        Self::Wikitext,
        Self::Rst,
        Self::Docx,
        Self::Odt,
        Self::Epub,
    ];

    /// Returns the name of a file of the format.
    const fn file(self) -> &'static str {
        match self {
            Self::Text => "report.txt",
            Self::Markdown => "report.md",
            Self::Html => "report.html",
            Self::Latex => "report.tex",
            Self::Wikitext => "report.wiki",
            Self::Rst => "report.rst",
            Self::Docx => "report.docx",
            Self::Odt => "report.odt",
            Self::Epub => "report.epub",
        }
    }

    /// Writes the report: the file, and how many bytes hold its text.
    fn report(self) -> (Vec<u8>, usize) {
        let plain = |text: String| (text.clone().into_bytes(), text.len());
        match self {
            Self::Text => plain(with_list("", |n| format!("[{n}]"), |n| format!("[{n}] "), "")),
            Self::Markdown => plain(with_list(
                "# A report\n\n",
                |n| format!("[^{n}]"),
                |n| format!("[^{n}]: "),
                "",
            )),
            Self::Rst => plain(with_list(
                "A report\n========\n\n",
                |n| format!(" [{n}]_"),
                |n| format!(".. [{n}] "),
                "",
            )),
            Self::Html => plain(html()),
            Self::Latex => plain(inline(
                "\\documentclass{article}\n\\begin{document}\n\n",
                |note| format!("\\footnote{{{note}}}"),
                "\\end{document}\n",
            )),
            Self::Wikitext => plain(inline(
                "== A report ==\n\n",
                |note| format!("<ref>{note}</ref>"),
                "== Notes ==\n<references/>\n",
            )),
            Self::Docx => docx(),
            Self::Odt => odt(),
            Self::Epub => epub(),
        }
    }
}

/// Writes the prose of a paragraph.
fn prose(paragraph: usize) -> String {
    const SENTENCES_OF_ALL: [&str; 4] = [
        "Officials said that a separate agreement on building a road bridge across the border river would be signed \
         once technical surveys are complete.",
        "On June 19, 2024, the minister told the agency's reporter that nothing had been decided, and that it isn't \
         for his office to say when it will be.",
        "Participants also exchanged views on transport links, tourism and education, and agreed that joint working \
         groups would report back before the end of the year.",
        "The two sides, whose trade has grown by a third since 2021, have met in this form for the fourth time.",
    ];
    let mut text = String::new();
    for sentence in 0..SENTENCES {
        text.push_str(SENTENCES_OF_ALL[(paragraph + sentence) % SENTENCES_OF_ALL.len()]);
        text.push(' ');
    }
    text
}

/// Writes the quotation of a paragraph that has a note.
fn quotation(note: usize) -> String {
    format!("He said: “We believe that number {note} is possible, and it isn't our task.”")
}

/// Writes the text of a note.
fn source(note: usize) -> String {
    format!("Tass.com/politics/{note}, June {}, 2024.", note % 30 + 1)
}

/// Returns the number of the note that a paragraph has.
fn note_of(paragraph: usize) -> Option<usize> {
    (paragraph % 4 == 3).then_some(paragraph / 4 + 1)
}

/// Writes a report whose notes stand at its end.
fn with_list(
    head: &str,
    call: impl Fn(usize) -> String,
    label: impl Fn(usize) -> String,
    end: &str,
) -> String {
    let mut text = String::from(head);
    let mut notes = String::new();
    for paragraph in 0..PARAGRAPHS {
        text.push_str(&prose(paragraph));
        if let Some(note) = note_of(paragraph) {
            let _ = write!(text, "{}{}", quotation(note), call(note));
            let _ = write!(notes, "{}{}\n\n", label(note), source(note));
        }
        text.push_str("\n\n");
    }
    text + &notes + end
}

/// Writes a report whose notes stand where they are called.
fn inline(head: &str, note: impl Fn(&str) -> String, end: &str) -> String {
    let mut text = String::from(head);
    for paragraph in 0..PARAGRAPHS {
        text.push_str(&prose(paragraph));
        if let Some(number) = note_of(paragraph) {
            let _ = write!(text, "{}{}", quotation(number), note(&source(number)));
        }
        text.push_str("\n\n");
    }
    text + end
}

fn html() -> String {
    let mut text =
        String::from("<!doctype html><html><head><title>A report</title></head><body>\n");
    let mut notes = String::from("<section role=\"doc-endnotes\"><ol>\n");
    for paragraph in 0..PARAGRAPHS {
        let _ = write!(text, "<p>{}", prose(paragraph));
        if let Some(note) = note_of(paragraph) {
            let _ = write!(
                text,
                "{}<a href=\"#n{note}\" id=\"r{note}\" role=\"doc-noteref\"><sup>{note}</sup></a>",
                quotation(note)
            );
            let _ = writeln!(
                notes,
                "<li id=\"n{note}\"><p>{}<a href=\"#r{note}\" role=\"doc-backlink\">↩</a></p></li>",
                source(note)
            );
        }
        text.push_str("</p>\n");
    }
    text + &notes + "</ol></section></body></html>\n"
}

fn docx() -> (Vec<u8>, usize) {
    const NAMESPACE: &str =
        "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let run = |text: &str| {
        format!(
            "<w:r w:rsidR=\"00A77B3E\"><w:rPr><w:rFonts w:ascii=\"Times\"/><w:sz w:val=\"24\"/></w:rPr>\
             <w:t xml:space=\"preserve\">{text}</w:t></w:r>"
        )
    };
    let mut body = format!("<w:document {NAMESPACE}><w:body>");
    let mut notes = format!("<w:footnotes {NAMESPACE}>");
    for paragraph in 0..PARAGRAPHS {
        let _ = write!(body, "<w:p w:rsidR=\"00A77B3E\">{}", run(&prose(paragraph)));
        if let Some(note) = note_of(paragraph) {
            let _ = write!(
                body,
                "{}<w:r><w:footnoteReference w:id=\"{note}\"/></w:r>",
                run(&quotation(note))
            );
            let _ = write!(
                notes,
                "<w:footnote w:id=\"{note}\"><w:p>{}</w:p></w:footnote>",
                run(&source(note))
            );
        }
        body.push_str("</w:p>");
    }
    body.push_str("</w:body></w:document>");
    notes.push_str("</w:footnotes>");
    let types = b"<Types/>".as_slice();
    let file = archive(&[
        ("[Content_Types].xml", types),
        ("word/document.xml", body.as_bytes()),
        ("word/footnotes.xml", notes.as_bytes()),
    ]);
    (file, body.len())
}

fn odt() -> (Vec<u8>, usize) {
    let note = |number: usize| {
        format!(
            "<text:note text:id=\"n{number}\" text:note-class=\"footnote\"><text:note-citation>{number}\
             </text:note-citation><text:note-body><text:p>{}</text:p></text:note-body></text:note>",
            source(number)
        )
    };
    let mut body = String::from(
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:text>",
    );
    for paragraph in 0..PARAGRAPHS {
        let _ = write!(body, "<text:p text:style-name=\"P1\">{}", prose(paragraph));
        if let Some(number) = note_of(paragraph) {
            let _ = write!(body, "{}{}", quotation(number), note(number));
        }
        body.push_str("</text:p>");
    }
    body.push_str("</office:text></office:body></office:document-content>");
    let mimetype = b"application/vnd.oasis.opendocument.text".as_slice();
    let file = archive(&[("mimetype", mimetype), ("content.xml", body.as_bytes())]);
    (file, body.len())
}

fn epub() -> (Vec<u8>, usize) {
    let page = html();
    let file = archive(&[
        ("mimetype", b"application/epub+zip".as_slice()),
        (
            "META-INF/container.xml",
            br#"<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>"#,
        ),
        (
            "a.opf",
            br#"<package><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>
            <spine><itemref idref="a"/></spine></package>"#,
        ),
        ("a.xhtml", page.as_bytes()),
    ]);
    (file, page.len())
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a new part");
        zip.write_all(bytes).expect("into memory");
    }
    zip.finish().expect("into memory").into_inner()
}

/// Writes the report as a PDF file: the file, and how many pages it has.
fn pdf() -> (Vec<u8>, usize) {
    let pages = PARAGRAPHS / PER_PAGE;
    let mut objects: Vec<String> = vec![
        String::from("<</Type/Catalog/Pages 2 0 R>>"),
        format!(
            "<</Type/Pages/Count {pages}/Kids[{}]>>",
            (0..pages).fold(String::new(), |kids, page| kids + &format!("{} 0 R ", 4 + 2 * page))
        ),
        String::from("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"),
    ];
    for page in 0..pages {
        let content = page_of(page * PER_PAGE..(page + 1) * PER_PAGE);
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents {} 0 R>>",
            5 + 2 * page
        ));
        objects.push(format!("<</Length {}>>stream\n{content}\nendstream", content.len()));
    }
    let mut file = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        let _ = writeln!(file, "{} 0 obj\n{object}\nendobj", index + 1);
    }
    let start = file.len();
    let _ = write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        let _ = writeln!(file, "{offset:010} 00000 n ");
    }
    let _ = write!(
        file,
        "trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    (file.into_bytes(), pages)
}

/// Writes what is shown on a page: lines of paragraphs, and the note at its foot.
fn page_of(paragraphs: std::ops::Range<usize>) -> String {
    let mut content = String::from("BT /F 10 Tf\n");
    let mut height = 790;
    let mut line = |content: &mut String, size: usize, x: usize, text: &str| {
        let text = text.replace('“', "\\223").replace('”', "\\224");
        let _ = writeln!(content, "/F {size} Tf 1 0 0 1 {x} {height} Tm ({text}) Tj");
        height -= 12;
    };
    let mut note = None;
    for paragraph in paragraphs {
        let text = prose(paragraph);
        let mut written = String::new();
        for word in text.split_whitespace() {
            if written.len() + word.len() > 90 {
                line(&mut content, 10, 60, &written);
                written.clear();
            }
            let _ = write!(written, "{word} ");
        }
        line(&mut content, 10, 60, &written);
        if let Some(number) = note_of(paragraph) {
            line(&mut content, 10, 60, &quotation(number));
            let _ = writeln!(content, "/F 6 Tf 4 Ts ({number}) Tj 0 Ts");
            note = Some(number);
        }
    }
    if let Some(number) = note {
        let _ = writeln!(
            content,
            "/F 5 Tf 1 0 0 1 60 64 Tm ({number}) Tj /F 8 Tf 1 0 0 1 72 60 Tm ({}) Tj",
            source(number)
        );
    }
    content + "ET"
}

#[divan::bench(args = Format::ALL)]
fn reading(bencher: Bencher<'_, '_>, format: Format) {
    let (file, bytes) = format.report();
    let hint = Hint { name: Some(format.file()), ..Hint::default() };
    bencher
        .counter(BytesCount::new(bytes))
        .bench_local(|| read(&file, &hint).expect("can be read"));
}

#[divan::bench(args = Format::ALL)]
fn reading_and_extracting(bencher: Bencher<'_, '_>, format: Format) {
    let (file, bytes) = format.report();
    let hint = Hint { name: Some(format.file()), ..Hint::default() };
    bencher
        .counter(BytesCount::new(bytes))
        .bench_local(|| extract(&read(&file, &hint).expect("can be read")));
}

#[divan::bench(sample_count = 3)]
fn reading_pages_of_pdf(bencher: Bencher<'_, '_>) {
    let (file, pages) = pdf();
    bencher
        .counter(ItemsCount::new(pages))
        .bench_local(|| read(&file, &Hint::default()).expect("can be read"));
}
