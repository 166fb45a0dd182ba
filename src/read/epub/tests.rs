//! EPUB as blocks, notes and marks.

use expect_test::expect;

use crate::read::archive::zipped;
use crate::read::draft::outline;
use crate::read::{Hint, read};

const CONTAINER: &str =
    "<container><rootfiles><rootfile full-path='OEBPS/book.opf'/></rootfiles></container>";

#[test]
fn notes_in_other_files_are_found() {
    let bytes = zipped(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
        (
            "OEBPS/book.opf",
            "<package><metadata><dc:title>The Book</dc:title><dc:language>en</dc:language></metadata><manifest>\
             <item id='a' href='text/one%20a.xhtml'/><item id='b' href='text/two.xhtml'/><item id='n' href='notes.xhtml'/><item id='x' href='lost.xhtml'/></manifest>\
             <spine><itemref idref='a'/><itemref idref='b'/><itemref idref='n'/><itemref idref='x'/></spine></package>",
        ),
        (
            "OEBPS/text/one a.xhtml",
            "<html><head><title>1</title></head><body class='x'><h1>One</h1><p>He said “yes.”<a epub:type='noteref' href='../notes.xhtml#n1' id='r1'>1</a></p></body></html>",
        ),
        (
            "OEBPS/text/two.xhtml",
            "<html><body><p>She said “no.”<a epub:type=\"noteref\" href=\"../notes.xhtml#n2\" id=\"r1\">1</a> See <a href='https://a.org/?a=b'>there</a>.</p></body></html>",
        ),
        (
            "OEBPS/notes.xhtml",
            "<html><body><section epub:type='endnotes'><div epub:type='endnote' id='n1'><p><a href='text/one%20a.xhtml#r1'>1</a> Tass.com/a/1</p></div>\
             <div epub:type='endnote' id='n2'><p><a href='text/two.xhtml#r1'>1</a> Tass.com/a/2</p></div></section></body></html>",
        ),
    ]);
    let document = read(&bytes, &Hint::default()).expect("is EPUB");
    expect![[r#"
        title "The Book"
        paragraph 1:1 Heading(1) "One"
        paragraph 2:1 Paragraph "He said “yes.”1"
          "1" NoteCall { label: NoteLabel("1"), note: Some(0) }
        paragraph 3:1 Paragraph "She said “no.”1 See there."
          "1" NoteCall { label: NoteLabel("1"), note: Some(1) }
          "there" Link("https://a.org/?a=b")
        paragraph 4:1 Paragraph note 1 "Tass.com/a/1"
        paragraph 5:1 Paragraph note 1 "Tass.com/a/2"
        partial: parts are damaged
        remark: Other("`OEBPS/lost.xhtml` is missing")
    "#]]
    .assert_eq(&outline(&document));
}

#[test]
fn titles_of_files_without_a_body_shift_no_note() {
    let bytes = zipped(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
        (
            "OEBPS/book.opf",
            "<package><manifest><item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>",
        ),
        (
            "OEBPS/a.xhtml",
            "<title>One</title><p>He said “yes.”<a epub:type='noteref' href='#n1' id='r1'>1</a></p>\
             <aside epub:type='footnote' id='n1'><p>Tass.com/a/1</p></aside>",
        ),
    ]);
    let document = read(&bytes, &Hint::default()).expect("is EPUB");
    let note = &document.notes[0];
    let texts: Vec<&str> =
        document.blocks[note.blocks.clone()].iter().map(|b| document.block_text(b)).collect();
    assert_eq!(texts, ["Tass.com/a/1"]);
}

#[test]
fn names_never_leave_the_archive() {
    assert_eq!(super::joined::resolve("OEBPS/book.opf", "../../../etc/passwd"), "etc/passwd");
    assert_eq!(super::joined::resolve("OEBPS/book.opf", "a/./b/../c%20d"), "OEBPS/a/c d");
}
