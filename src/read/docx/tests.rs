//! DOCX as blocks, notes and marks.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::document::{Coverage, Document, Gap};
use crate::read::archive::zipped;
use crate::read::draft::outline;
use crate::read::{Hint, ReadError, read};

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Makes a file of a body, footnotes and links.
fn file(body: &str, footnotes: &str, endnotes: &str, links: &[(&str, &str)]) -> Vec<u8> {
    let mut relations = format!(
        "<Relationships><Relationship Id='n1' Type='{OFFICE}/footnotes' Target='footnotes.xml'/>\
         <Relationship Id='n2' Type='{OFFICE}/endnotes' Target='/word/endnotes.xml'/>\
         <Relationship Id='n3' Type='{OFFICE}/styles' Target='styles.xml'/>"
    );
    for (id, target) in links {
        let _ = write!(
            relations,
            "<Relationship Id='{id}' Type='{OFFICE}/hyperlink' Target='{target}'/>"
        );
    }
    relations += "</Relationships>";
    zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels/.rels",
            &format!(
                "<Relationships><Relationship Id='r' Type='{OFFICE}/officeDocument' Target='word/document2.xml'/></Relationships>"
            ),
        ),
        ("word/document2.xml", &format!("<w:document><w:body>{body}</w:body></w:document>")),
        ("word/_rels/document2.xml.rels", &relations),
        (
            "word/styles.xml",
            "<w:styles><w:style w:styleId='berschrift1'><w:name w:val='heading 1'/></w:style>\
             <w:style w:styleId='Zitat'><w:name w:val='Quote'/></w:style>\
             <w:style w:styleId='Mine'><w:name w:val='Mine'/><w:basedOn w:val='Zitat'/></w:style></w:styles>",
        ),
        (
            "word/footnotes.xml",
            &format!(
                "<w:footnotes><w:footnote w:type='separator' w:id='-1'><w:p><w:r><w:t>x</w:t></w:r></w:p></w:footnote>{footnotes}</w:footnotes>"
            ),
        ),
        ("word/endnotes.xml", &format!("<w:endnotes>{endnotes}</w:endnotes>")),
    ])
}

fn check(body: &str, footnotes: &str, endnotes: &str, links: &[(&str, &str)], expected: &Expect) {
    let document =
        read(&file(body, footnotes, endnotes, links), &Hint::default()).expect("is DOCX");
    expected.assert_eq(&outline(&document));
}

fn body(body: &str, expected: &Expect) {
    check(body, "", "", &[("l1", "https://a.org/b?c=1&amp;d=2")], expected);
}

#[test]
fn styles_make_headings_and_quotations_in_any_language() {
    body(
        "<w:p><w:pPr><w:pStyle w:val='berschrift1'/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p>\
         <w:p><w:pPr><w:pStyle w:val='Mine'/></w:pPr><w:r><w:t>Quoted</w:t></w:r></w:p>\
         <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>item</w:t></w:r></w:p>\
         <w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        &expect![[r#"
            title "Title"
            paragraph 1:1 Heading(1) "Title"
            paragraph 2:1 BlockQuotation "Quoted"
            paragraph 3:1 ListItem "item"
            paragraph 4:1 TableCell "cell"
        "#]],
    );
}

#[test]
fn footnotes_and_endnotes_are_counted_in_the_order_of_their_calls() {
    check(
        "<w:p><w:r><w:t>One</w:t></w:r><w:r><w:footnoteReference w:id='7'/></w:r><w:r><w:t xml:space='preserve'> two</w:t>\
         <w:footnoteReference w:id='2'/><w:t>, three</w:t><w:endnoteReference w:id='1'/></w:r>\
         <w:r><w:footnoteReference w:customMarkFollows='1' w:id='9'/><w:t>*</w:t></w:r><w:r><w:footnoteReference w:id='50'/></w:r></w:p>",
        "<w:footnote w:id='2'><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space='preserve'> Second.</w:t></w:r></w:p><w:p><w:r><w:t>More.</w:t></w:r></w:p></w:footnote>\
         <w:footnote w:id='7'><w:p><w:r><w:t>First.</w:t></w:r></w:p></w:footnote>\
         <w:footnote w:id='9'><w:p><w:r><w:t>* Star.</w:t></w:r></w:p></w:footnote>",
        "<w:endnote w:id='1'><w:p><w:r><w:t>End.</w:t></w:r></w:p></w:endnote>",
        &[],
        &expect![[r#"
            paragraph 1:1 Paragraph "One[1] two[2], three[i][*][3]"
              "[1]" NoteCall { label: NoteLabel("1"), note: Some(1) }
              "[2]" NoteCall { label: NoteLabel("2"), note: Some(0) }
              "[i]" NoteCall { label: NoteLabel("i"), note: Some(3) }
              "[*]" NoteCall { label: NoteLabel("*"), note: Some(2) }
              "[3]" NoteCall { label: NoteLabel("3"), note: None }
            paragraph 2:2 Paragraph note 2 "Second."
            paragraph 3:1 Paragraph of note 2 "More."
            paragraph 4:1 Paragraph note 1 "First."
            paragraph 5:1 Paragraph note * "* Star."
            paragraph 6:1 Paragraph note i "End."
        "#]],
    );
}

#[test]
fn links_are_elements_or_fields() {
    body(
        "<w:p><w:hyperlink r:id='l1' w:anchor='p'><w:r><w:t>one</w:t></w:r></w:hyperlink><w:r><w:t xml:space='preserve'> </w:t></w:r>\
         <w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> HYPERLINK \"https://c.org\" \\l \"q\" </w:instrText></w:r>\
         <w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>two</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>\
         <w:fldSimple w:instr='HYPERLINK \"https://d.org\"'><w:r><w:t>three</w:t></w:r></w:fldSimple>\
         <w:fldSimple w:instr='PAGE'><w:r><w:t>4</w:t></w:r></w:fldSimple></w:p>",
        &expect![[r#"
            paragraph 1:1 Paragraph "one twothree4"
              "one" Link("https://a.org/b?c=1&d=2#p")
              "two" Link("https://c.org#q")
              "three" Link("https://d.org")
        "#]],
    );
}

#[test]
fn tracked_changes_are_accepted() {
    body(
        "<w:p><w:r><w:t>We </w:t></w:r><w:del><w:r><w:delText>will not</w:delText></w:r></w:del><w:ins><w:r><w:t>will</w:t></w:r></w:ins></w:p>\
         <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>Joined </w:t></w:r></w:p><w:p><w:r><w:t>lines.</w:t></w:r></w:p>\
         <w:p><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>come</w:t></w:r></w:moveTo></w:p>",
        &expect![[r#"
            paragraph 1:1 Paragraph "We will"
            paragraph 2:1 Paragraph "Joined lines."
            paragraph 4:1 Paragraph "come"
        "#]],
    );
}

#[test]
fn text_boxes_are_read_once() {
    body(
        "<w:p><w:r><w:t>Before </w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
         <mc:Fallback><w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>after.</w:t></w:r></w:p>",
        &expect![[r#"
            paragraph 1:1 Paragraph "Before"
            paragraph 2:1 Paragraph "In the box."
            paragraph 1:8 Continuation "after."
        "#]],
    );
}

#[test]
fn a_cross_reference_to_a_note_is_a_call_of_it() {
    check(
        "<w:p><w:r><w:t>One</w:t></w:r><w:bookmarkStart w:id='0' w:name='_Ref1'/><w:r><w:footnoteReference w:id='2'/></w:r><w:bookmarkEnd w:id='0'/>\
         <w:r><w:t xml:space='preserve'> again</w:t></w:r><w:fldSimple w:instr='NOTEREF _Ref1 \\h'><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>",
        "",
        "",
        &[],
        &expect![[r#"
            paragraph 1:1 Paragraph "One[1] again[1]"
              "[1]" NoteCall { label: NoteLabel("1"), note: None }
              "[1]" NoteCall { label: NoteLabel("1"), note: None }
        "#]],
    );
}

fn damaged(bytes: &[u8]) -> Result<Document, ReadError> {
    read(bytes, &Hint::default())
}

#[test]
fn a_file_without_its_main_part_is_named() {
    let bytes = zipped(&[("[Content_Types].xml", "<Types/>")]);
    assert_eq!(damaged(&bytes).unwrap_err().to_string(), "`word/document.xml` is missing");
}

#[test]
fn a_main_part_that_breaks_off_is_read_as_far_as_it_goes() {
    let bytes = zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", "<w:document><w:p><w:r><w:t>Some text.</w:t></w:r></w:p><w:p></w:x>"),
    ]);
    let document = damaged(&bytes).expect("has text");
    assert_eq!(document.text, "Some text.");
    assert_eq!(document.coverage, Coverage::Partial(vec![Gap::Damaged]));
}

#[test]
fn entities_are_not_expanded() {
    let bomb = "<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>\
                <w:document><w:p><w:r><w:t>x &b; &amp; &#65;</w:t></w:r></w:p></w:document>";
    let bytes = zipped(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", bomb)]);
    assert_eq!(damaged(&bytes).expect("has text").text, "x &b; & A");
}

#[test]
fn a_part_that_unpacks_to_too_much_is_cut() {
    let text =
        format!("<w:document><w:p><w:r><w:t>start</w:t></w:r></w:p>{}", " ".repeat(130 << 20));
    let bytes = zipped(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &text)]);
    assert!(bytes.len() < 1 << 20);
    let document = damaged(&bytes).expect("has text");
    assert_eq!(document.coverage, Coverage::Partial(vec![Gap::TooLarge]));
}

#[test]
fn ten_thousand_levels_are_read() {
    let text = format!(
        "<w:document>{}<w:p><w:r><w:t>deep</w:t></w:r></w:p>{}</w:document>",
        "<w:sdt>".repeat(10_000),
        "</w:sdt>".repeat(10_000)
    );
    let bytes = zipped(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &text)]);
    assert_eq!(damaged(&bytes).expect("has text").text, "deep");
}

proptest! {
    #[test]
    fn damaged_files_are_survived(at in 0_usize..2000, byte: u8, length in 0_usize..3000) {
        let mut bytes = file(
            "<w:p><w:r><w:t>One</w:t></w:r><w:r><w:footnoteReference w:id='7'/></w:r></w:p>",
            "<w:footnote w:id='7'><w:p><w:r><w:t>First.</w:t></w:r></w:p></w:footnote>",
            "",
            &[],
        );
        let count = bytes.len();
        bytes[at % count] = byte;
        bytes.truncate(length.max(10));
        let _ = damaged(&bytes);
    }

    #[test]
    fn any_order_of_elements_is_survived(parts in prop::collection::vec(prop::sample::select(vec![
        "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>a</w:t>", "<w:txbxContent>", "</w:txbxContent>", "<w:tc>", "</w:tc>",
        "<w:footnoteReference w:id='1'/>", "<w:fldChar w:fldCharType='begin'/>", "<w:fldChar w:fldCharType='end'/>",
        "<w:fldChar w:fldCharType='separate'/>", "<w:instrText>HYPERLINK \"x\"</w:instrText>", "<w:hyperlink w:anchor='a'>",
        "</w:hyperlink>", "<w:del>", "</w:del>", "<w:pPr>", "</w:pPr>",
    ]), 0..40)) {
        let text = format!("<w:document><w:p><w:r><w:t>x</w:t></w:r></w:p>{}", parts.concat());
        let bytes = zipped(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &text)]);
        let document = damaged(&bytes).expect("has text");
        for mark in &document.marks {
            prop_assert!(document.text.get(mark.range.clone()).is_some());
        }
    }
}
