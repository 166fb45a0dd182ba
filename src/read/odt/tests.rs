//! ODT as blocks, notes and marks.

use expect_test::{Expect, expect};

use crate::document::NoteKind;
use crate::read::archive::zipped;
use crate::read::draft::outline;
use crate::read::{Hint, read};

fn check(styles: &str, body: &str, expected: &Expect) {
    let bytes = zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("meta.xml", "<m><dc:title>The Report</dc:title><dc:language>en-GB</dc:language></m>"),
        (
            "content.xml",
            &format!(
                "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
            ),
        ),
    ]);
    let document = read(&bytes, &Hint::default()).expect("is ODT");
    expected.assert_eq(&outline(&document));
}

#[test]
fn notes_inside_of_paragraphs_follow_the_text() {
    check(
        "<style:style style:name='P1' style:parent-style-name='Quotations'/>",
        "<text:h text:outline-level='2'>Head</text:h>\
         <text:p>One<text:note text:id='ftn1'><text:note-citation>1</text:note-citation><text:note-body><text:p>First,</text:p><text:p>more.</text:p></text:note-body></text:note> and\n  two<text:note text:id='ftn2'><text:note-citation text:label='*'>*</text:note-citation><text:note-body><text:p><text:a xlink:href='https://a.org'>Second</text:a>.</text:p></text:note-body></text:note>, again <text:note-ref text:ref-name='ftn1'>1</text:note-ref>.</text:p>\
         <text:p text:style-name='P1'>Quoted<text:line-break/>twice.</text:p>\
         <text:list><text:list-item><text:p>item<text:s text:c='2'/>x</text:p></text:list-item></text:list>",
        &expect![[r#"
            title "The Report"
            paragraph 1:1 Heading(2) "Head"
            paragraph 2:1 Paragraph "One[1] and two[*], again [1]."
              "[1]" NoteCall { label: NoteLabel("1"), note: Some(0) }
              "[*]" NoteCall { label: NoteLabel("*"), note: Some(1) }
              "[1]" NoteCall { label: NoteLabel("1"), note: Some(0) }
            paragraph 6:1 BlockQuotation "Quoted\ntwice."
            paragraph 7:1 ListItem "item  x"
            paragraph 3:1 Paragraph note 1 "First,"
            paragraph 4:1 Paragraph of note 1 "more."
            paragraph 5:1 Paragraph note * "Second."
              "Second" Link("https://a.org")
        "#]],
    );
}

#[test]
fn deletions_and_annotations_are_no_text_and_boxes_follow_their_paragraph() {
    check(
        "",
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes>\
         <text:p>Kept<office:annotation><text:p>note to self</text:p></office:annotation> <draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame>text.</text:p>\
         <table:table><table:table-row><table:table-cell><text:p>cell</text:p></table:table-cell></table:table-row></table:table>",
        &expect![[r#"
            title "The Report"
            paragraph 1:1 Paragraph "Kept text."
            paragraph 2:1 Paragraph "boxed"
            paragraph 3:1 TableCell "cell"
        "#]],
    );
}

#[test]
fn what_breaks_off_in_a_note_is_kept() {
    let bytes = zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        (
            "content.xml",
            "<o><text:p>One<text:note text:id='a'><text:note-citation>1</text:note-citation><text:note-body><text:p>First",
        ),
    ]);
    let document = read(&bytes, &Hint::default()).expect("has text");
    expect![[r#"
        paragraph 1:1 Paragraph "One[1]"
          "[1]" NoteCall { label: NoteLabel("1"), note: Some(0) }
        paragraph 2:1 Paragraph note 1 "First"
        partial: parts are damaged
        remark: Other("`content.xml` is not well-formed (it ends before its time)")
    "#]]
    .assert_eq(&outline(&document));
}

#[test]
fn the_class_of_a_note_says_where_it_is_shown() {
    let note = |class: &str| {
        format!(
            "<text:p>A<text:note text:note-class='{class}'><text:note-citation>1</text:note-citation>\
             <text:note-body><text:p>B</text:p></text:note-body></text:note></text:p>"
        )
    };
    let content = format!(
        "<office:document-content><office:body><office:text>{}{}</office:text></office:body></office:document-content>",
        note("footnote"),
        note("endnote"),
    );
    let mimetype = "application/vnd.oasis.opendocument.text";
    let bytes = zipped(&[("mimetype", mimetype), ("content.xml", &content)]);
    let document = read(&bytes, &Hint::default()).expect("is ODT");
    let kinds: Vec<NoteKind> = document.notes.iter().map(|note| note.kind).collect();
    assert_eq!(kinds, [NoteKind::Footnote, NoteKind::Endnote]);
}
