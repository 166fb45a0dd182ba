//! Markdown as blocks, notes and marks.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::document::{DocumentFormat, MarkKind};
use crate::read::{Hint, read};

/// Reads a text and writes its blocks and marks.
fn check(text: &str, expected: &Expect) {
    let hint = Hint { name: Some("a.md"), ..Hint::default() };
    let document = read(text.as_bytes(), &hint).expect("is Markdown");
    assert_eq!(document.format, DocumentFormat::Markdown);
    expected.assert_eq(&crate::read::draft::outline(&document));
}

#[test]
fn notes_within_the_text_spans_and_divisions_of_pandoc_are_read() {
    check(
        "# Title {#id .class}\n\n::: {#a .note}\nHe said “yes”^[See *there*, [x](https://a.org), and [b].] and [SMALL]{.smallcaps} caps^[1].\n:::\n\nE = mc^[2]. Two^[One ^[in] it.].",
        &expect![[r#"
            title "Title"
            1:3 Heading(1) "Title"
            4:1 Paragraph "He said “yes”[1] and SMALL caps^[1]."
              "[1]" NoteCall { label: NoteLabel("1"), note: Some(0) }
            7:1 Paragraph "E = mc^[2]. Two[2]."
              "[2]" NoteCall { label: NoteLabel("2"), note: Some(1) }
            4:16 Paragraph note 1 "See there, x, and [b]."
              "there" Emphasis
              "x" Link("https://a.org")
            7:18 Paragraph note 2 "One [3] it."
              "[3]" NoteCall { label: NoteLabel("3"), note: Some(2) }
            7:24 Paragraph note 3 "in"
        "#]],
    );
}

#[test]
fn blocks_are_told_apart() {
    check(
        "---\ntitle: \"The Report\"\nlang: en-GB\n---\n\n# Title\n\nText *with* `code`\nand more.\n\n> Quoted.\n>\n> Twice.\n\n- one\n- two\n\n  three\n\n| a | b |\n|---|---|\n| c | d |\n\n```\nlet x;\n```\n\n![Alt](i.png) after",
        &expect![[r#"
            title "The Report"
            6:3 Heading(1) "Title"
            8:1 Paragraph "Text with code\nand more."
              "with" Emphasis
            11:3 BlockQuotation "Quoted."
            13:3 BlockQuotation "Twice."
            15:3 ListItem "one"
            16:3 ListItem "two"
            18:3 ListItem "three"
            20:3 TableCell "a"
            20:7 TableCell "b"
            22:3 TableCell "c"
            22:7 TableCell "d"
            25:1 Preformatted "let x;"
            28:15 Paragraph "after"
            28:1 Paragraph alt "Alt"
        "#]],
    );
}

#[test]
fn notes_have_several_paragraphs_and_any_name() {
    check(
        "He said “yes”.[^1] And “no”.[^Smith][^none]\n\n[^1]: Tass.com/x/1.\n\n    Second *paragraph*.\n\n[^smith]: <https://a.org/b>\n[^left]: Never called.\n\nBody again.",
        &expect![[r#"
            1:1 Paragraph "He said “yes”.[1] And “no”.[Smith][^none]"
              "[1]" NoteCall { label: NoteLabel("1"), note: Some(0) }
              "[Smith]" NoteCall { label: NoteLabel("Smith"), note: Some(1) }
              "[^none]" NoteCall { label: NoteLabel("none"), note: None }
            3:7 Paragraph note 1 "Tass.com/x/1."
            5:5 Paragraph of note 1 "Second paragraph."
              "paragraph" Emphasis
            7:12 Paragraph note smith "https://a.org/b"
              "https://a.org/b" Link("https://a.org/b")
            8:10 Paragraph note left "Never called."
            10:1 Paragraph "Body again."
        "#]],
    );
}

#[test]
fn links_keep_their_targets() {
    check(
        "See [the *page*](https://a.org/x_(y)) and [this][r] or <https://b.org> or <a href=\"https://c.org?a=1&amp;b\">c</a>. &amp; \\*\n\n[r]: https://r.org \"T\"",
        &expect![[r#"
            1:1 Paragraph "See the page and this or https://b.org or c. & *"
              "the page" Link("https://a.org/x_(y)")
              "page" Emphasis
              "this" Link("https://r.org")
              "https://b.org" Link("https://b.org")
              "c" Link("https://c.org?a=1&b")
        "#]],
    );
}

#[test]
fn html_blocks_are_read_as_html() {
    check(
        "Before.\n\n<div><p>In <a href=\"https://a.org\">html</a>.</p>\n<blockquote>Quoted</blockquote></div>\n\nAfter<br>break.",
        &expect![[r#"
            1:1 Paragraph "Before."
            3:9 Paragraph "In html."
              "html" Link("https://a.org")
            4:13 BlockQuotation "Quoted"
            6:1 Paragraph "After\nbreak."
        "#]],
    );
}

#[test]
fn typed_notes_are_found_where_there_are_no_others() {
    check(
        "He said “yes”.[1]\n\n[1] Tass.com/x/1.",
        &expect![[r#"
        1:1 Paragraph "He said “yes”.[1]"
          "[1]" NoteCall { label: NoteLabel("1"), note: Some(0) }
        3:5 Paragraph note 1 "Tass.com/x/1."
    "#]],
    );
}

#[test]
fn ten_thousand_levels_are_read_in_time() {
    for text in [
        ">".repeat(10_000) + " x",
        "- ".repeat(10_000) + "x",
        "[".repeat(10_000) + "x",
        "*a ".repeat(10_000),
        "`a ".repeat(10_000),
    ] {
        let hint = Hint { name: Some("a.md"), ..Hint::default() };
        let document = read((text + "\n\nLast.").as_bytes(), &hint);
        assert!(document.is_ok_and(|document| document.text.ends_with("Last.")));
    }
}

proptest! {
    #[test]
    fn ranges_are_in_order(text in "[ab >#*_`\\[\\]^():|\n!<&;-]{0,200}") {
        let hint = Hint { name: Some("a.md"), ..Hint::default() };
        if let Ok(document) = read(text.as_bytes(), &hint) {
            let mut end = 0;
            for block in &document.blocks {
                prop_assert!(block.range.start >= end && block.range.end > block.range.start);
                prop_assert!(document.text.get(block.range.clone()).is_some());
                end = block.range.end;
            }
            for mark in &document.marks {
                prop_assert!(document.text.get(mark.range.clone()).is_some());
                if let MarkKind::NoteCall { note: Some(note), .. } = mark.kind {
                    prop_assert!(note < document.notes.len());
                }
            }
            prop_assert!(document.places.0.is_sorted_by_key(|place| place.offset));
        }
    }
}
