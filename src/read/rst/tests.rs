//! reStructuredText as blocks, notes and marks.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::document::{DocumentFormat, MarkKind};
use crate::read::{Hint, read};

/// Reads a text and writes its blocks and marks.
fn check(text: &str, expected: &Expect) {
    let hint = Hint { name: Some("a.rst"), ..Hint::default() };
    let document = read(text.as_bytes(), &hint).expect("is reStructuredText");
    assert_eq!(document.format, DocumentFormat::Rst);
    expected.assert_eq(&crate::read::draft::outline(&document));
}

#[test]
fn blocks_are_told_apart() {
    check(
        "=====\nTitle\n=====\n\n:Author: Me\n\nPart\n----\n\nText *with* ``code`` \\*\nand more.\n\n  Quoted.\n\n  Twice.\n\n  -- Someone\n\n- one\n- two\n\n  three\n\n1. four\n   five\n\nA. Smith wrote\nthis.\n\nSee::\n\n    let “x”;\n\n.. code:: rust\n   :class: a\n\n   let y;\n\n.. note:: Mind\n   this.\n\n.. comment “no”\n   more\n\n====\n\nterm\n  What it is.\n\n| a line\n| and another\n",
        &expect![[r#"
            title "Title"
            2:1 Heading(1) "Title"
            7:1 Heading(2) "Part"
            10:1 Paragraph "Text with code *\nand more."
              "with" Emphasis
            13:3 BlockQuotation "Quoted."
            15:3 BlockQuotation "Twice."
            17:3 BlockQuotation "-- Someone"
            19:3 ListItem "one"
            20:3 ListItem "two"
            22:3 ListItem "three"
            24:4 ListItem "four\nfive"
            27:1 Paragraph "A. Smith wrote\nthis."
            30:1 Paragraph "See:"
            32:5 Preformatted "let “x”;"
            37:4 Preformatted "let y;"
            39:11 Paragraph "Mind"
            40:4 Paragraph "this."
            47:1 Paragraph "term"
            48:3 Paragraph "What it is."
            50:3 Paragraph "a line\nand another"
        "#]],
    );
}

#[test]
fn notes_are_numbered_and_called_as_docutils_does() {
    check(
        "One [#]_, two [2]_, three [#n]_, four [#]_, star [*]_, book [Cit2002]_, none [9]_ [#x]_, no[1]_.\n\n.. [#] First.\n.. [2] Second.\n.. [#n] Third\n   goes on.\n\n   Its second *paragraph*.\n.. [#] Fourth.\n.. [*] Star.\n.. [CIT2002] Book.\n",
        &expect![[r##"
            1:1 Paragraph "One [1], two [2], three [3], four [4], star [*], book [CIT2002], none [9] [#x], no[1]."
              "[1]" NoteCall { label: NoteLabel("1"), note: Some(0) }
              "[2]" NoteCall { label: NoteLabel("2"), note: Some(1) }
              "[3]" NoteCall { label: NoteLabel("3"), note: Some(2) }
              "[4]" NoteCall { label: NoteLabel("4"), note: Some(3) }
              "[*]" NoteCall { label: NoteLabel("*"), note: Some(4) }
              "[CIT2002]" NoteCall { label: NoteLabel("CIT2002"), note: Some(5) }
              "[9]" NoteCall { label: NoteLabel("9"), note: None }
              "[#x]" NoteCall { label: NoteLabel("#x"), note: None }
              "[1]" NoteCall { label: NoteLabel("1"), note: Some(0) }
            3:8 Paragraph note 1 "First."
            4:8 Paragraph note 2 "Second."
            5:9 Paragraph note 3 "Third\ngoes on."
            8:4 Paragraph of note 3 "Its second paragraph."
              "paragraph" Emphasis
            9:8 Paragraph note 4 "Fourth."
            10:8 Paragraph note * "Star."
            11:14 Paragraph note CIT2002 "Book."
        "##]],
    );
}

#[test]
fn links_find_their_addresses() {
    check(
        "See `the page <https://a.org/x>`_, `<https://b.org>`__, name_, `a long name`_, other_, here_, `this`__ and |sub|. Snake_case_ and a_b; :ref:`shown <label>` x\\ :sup:`2`, :rfc:`2822`.\n\n.. _name: https://n.org/\n   path\n.. _a long name: https://l.org\n.. _other: name_\n.. _here:\n.. __: https://anonymous.org\n.. |sub| replace:: put in\n",
        &expect![[r#"
            1:1 Paragraph "See the page, https://b.org, name, a long name, other, here, this and put in. Snake_case_ and a_b; shown x2, RFC 2822."
              "the page" Link("https://a.org/x")
              "https://b.org" Link("https://b.org")
              "name" Link("https://n.org/path")
              "a long name" Link("https://l.org")
              "other" Link("https://n.org/path")
              "this" Link("https://anonymous.org")
              "2" Superscript
        "#]],
    );
}

#[test]
fn tables_are_read_by_cells() {
    check(
        "+-----+-----+\n| a   | b c |\n|     | d   |\n+=====+=====+\n| “e” | f   |\n+-----+-----+\n\n===  ====\none  two\n===  ====\n1    the\n     rest\n2    more than is\n===  ====\n\nAfter.\n",
        &expect![[r#"
            2:3 TableCell "a"
            2:9 TableCell "b c\nd"
            5:3 TableCell "“e”"
            5:9 TableCell "f"
            9:1 TableCell "one"
            9:6 TableCell "two"
            11:1 TableCell "1"
            11:6 TableCell "the\nrest"
            13:1 TableCell "2"
            13:6 TableCell "more than is"
            16:1 Paragraph "After."
        "#]],
    );
}

#[test]
fn ten_thousand_levels_are_read_in_time() {
    let mut steps = String::new();
    for level in 0..2_000 {
        steps.push_str(&" ".repeat(level));
        steps.push_str("x\n\n");
    }
    for text in [
        "- ".repeat(10_000) + "x",
        "*a ".repeat(10_000),
        "`a ".repeat(10_000),
        "[".repeat(10_000) + "x",
        ":a".repeat(10_000),
        "a_".repeat(10_000),
        ".. [1] ".repeat(10_000),
        steps,
    ] {
        let hint = Hint { name: Some("a.rst"), ..Hint::default() };
        let document = read((text + "\n\nLast.").as_bytes(), &hint);
        assert!(document.is_ok_and(|document| document.text.ends_with("Last.")));
    }
}

proptest! {
    #[test]
    fn ranges_are_in_order(text in "[ab1 .:*_`\\[\\]#|=<>+\n\\\\“-]{0,200}") {
        let hint = Hint { name: Some("a.rst"), ..Hint::default() };
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
