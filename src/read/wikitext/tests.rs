//! Wikitext as blocks, notes and marks.

use proptest::prelude::*;

use crate::document::{BlockKind, Document, DocumentFormat, MarkKind};
use crate::read::{Hint, read};

fn wiki(text: &str) -> Document {
    let hint = Hint { name: Some("a.wiki"), ..Hint::default() };
    let document = read(text.as_bytes(), &hint).expect("is wikitext");
    assert_eq!(document.format, DocumentFormat::Wikitext);
    document
}

/// The label and text of each note.
fn notes(document: &Document) -> Vec<(String, String)> {
    let text = |blocks: std::ops::Range<usize>| {
        let texts: Vec<&str> =
            document.blocks[blocks].iter().map(|block| document.block_text(block)).collect();
        texts.join("\n")
    };
    document.notes.iter().map(|note| (note.label.0.clone(), text(note.blocks.clone()))).collect()
}

fn body(document: &Document) -> Vec<(BlockKind, &str)> {
    let body = document.blocks.iter().filter(|block| block.note.is_none());
    body.map(|block| (block.kind, document.block_text(block))).collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(label, text)| ((*label).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn named_references_are_one_note() {
    let document = wiki(
        "A.<ref name=\"x\" /> B.<ref>Plain [https://a.org/b text].</ref> C.<ref name=x>Named.</ref> D.<ref name='y' group=note/>\n\n<references group=\"note\"><ref name=y>Listed.</ref></references>",
    );
    assert_eq!(body(&document), [(BlockKind::Paragraph, "A.[1] B.[2] C.[1] D.[note 1]")]);
    assert_eq!(
        notes(&document),
        owned(&[("2", "Plain text."), ("1", "Named."), ("note 1", "Listed.")])
    );
    let called = |mark: &&crate::document::Mark| {
        matches!(mark.kind, MarkKind::NoteCall { note: Some(_), .. })
    };
    assert_eq!(document.marks.iter().filter(called).count(), 4);
}

#[test]
fn templates_describe_sources() {
    let document = wiki(
        "He said \"yes\".<ref>{{cite web |url=https://a.org/x?a=1&b=2 |title=The {{lang|fr|titre}} |last=Smith |first=A. |work=[[News|The News]] |date=June 5, 2019 |access-date=July 1, 2019 |archive-url=https://web.archive.org/web/2019/https://a.org/x |quote=He said yes}}</ref> Later{{sfn|Smith|2019|p=4}} and{{sfn|Smith|2019|p=4}} so.{{efn|A {{nowrap|remark}}.<ref>Deep.</ref>}}",
    );
    assert_eq!(
        body(&document),
        [(BlockKind::Paragraph, "He said \"yes\".[1] Later[2] and[2] so.[a]")]
    );
    let found = notes(&document);
    assert_eq!(
        found[0].1,
        "Smith, A. The titre. The News. June 5, 2019. Accessed July 1, 2019. Archived: https://web.archive.org/web/2019/https://a.org/x. “He said yes”."
    );
    assert_eq!(
        found[1..],
        owned(&[("2", "Smith 2019, p. 4."), ("3", "Deep."), ("a", "A remark.[3]")])
    );
    let links: Vec<&MarkKind> = document
        .marks
        .iter()
        .map(|mark| &mark.kind)
        .filter(|kind| matches!(kind, MarkKind::Link(_)))
        .collect();
    assert_eq!(links[0], &MarkKind::Link("https://a.org/x?a=1&b=2".to_owned()));
    assert_eq!(links.len(), 2);
}

#[test]
fn blocks_are_told_apart() {
    use BlockKind::{BlockQuotation, Caption, Heading, ListItem, Paragraph, TableCell};

    let document = wiki(
        "== One ==\n'''Bold''' text\nand more. <!-- <ref>no</ref> --> <nowiki><ref>raw</ref></nowiki>\n\n<blockquote>Quoted.</blockquote><ref>N.</ref>\n{{quote|Words.|A. Author}}\n* item\n{| class=x\n! Head !! style=\"a\" | Two\n|-\n| a || b\n|}\nAfter &amp; end. [[File:a.jpg|thumb|Caption]] [[Category:X]] [[Page|shown]]",
    );
    assert_eq!(
        body(&document),
        [
            (Heading(2), "One"),
            (Paragraph, "Bold text and more. <ref>raw</ref>"),
            (BlockQuotation, "Quoted.[1]"),
            (BlockQuotation, "Words."),
            (Paragraph, "A. Author"),
            (ListItem, "item"),
            (TableCell, "Head"),
            (TableCell, "Two"),
            (TableCell, "a"),
            (TableCell, "b"),
            (Paragraph, "After & end."),
            (Caption, "Caption"),
            (Paragraph, "shown"),
        ]
    );
    assert_eq!(notes(&document), owned(&[("1", "N.")]));
}

#[test]
fn boxes_keep_their_notes() {
    let document = wiki("{{Infobox x\n| name = A\n| born = 1950<ref>Born.</ref>\n}}\nText.");
    assert_eq!(
        body(&document),
        [
            (BlockKind::TableCell, "A"),
            (BlockKind::TableCell, "1950[1]"),
            (BlockKind::Paragraph, "Text.")
        ]
    );
    assert_eq!(notes(&document), owned(&[("1", "Born.")]));
}

#[test]
fn a_reference_left_open_takes_nothing() {
    let document = wiki("A.<ref>open {{cite B.<ref>Two.</ref> C [[d.");
    assert_eq!(notes(&document), owned(&[("1", "Two.")]));
    assert!(document.text.contains("C [[d."));
}

#[test]
fn a_tag_in_a_quotation_ends_no_more_than_that() {
    let document = wiki("{{quote|Words.</blockquote></blockquote>}}\n\nText.");
    assert_eq!(
        body(&document),
        [(BlockKind::BlockQuotation, "Words."), (BlockKind::Paragraph, "Text.")]
    );
}

#[test]
fn content_says_that_it_is_wikitext() {
    let text = b"'''Oslo''' is a [[city]].<ref>Source.</ref>\n\n== History ==\n";
    let document = read(text, &Hint::default()).expect("is wikitext");
    assert_eq!(document.format, DocumentFormat::Wikitext);
}

#[test]
fn what_is_nested_or_left_open_is_read_in_time() {
    for part in [
        "{{a|",
        "[[a|",
        "<ref>",
        "<ref name=\"",
        "<!--",
        "<nowiki>",
        "[http://a b ",
        "{|\n|",
        "''a",
        "}}",
        "]]",
        "[[ }}",
        "<references>",
        "&",
        "{{a|b=\n",
        "<blockquote>",
    ] {
        let document = wiki(&format!("Text. {} end", part.repeat(10_000)));
        assert!(document.text.starts_with("Text."), "{part}");
    }
    let nested = format!("Text. {}x{}", "{{a|".repeat(5_000), "}}".repeat(5_000));
    assert!(!wiki(&nested).coverage.is_whole());
}

proptest! {
    #[test]
    fn ranges_are_on_characters(parts in prop::collection::vec(prop::sample::select(vec![
        "<ref>", "</ref>", "<ref name=a>", "<ref name=a />", "{{cite web|url=http://x.org|title=", "{{efn|", "{{sfn|A|2}}", "{{quote|", "|", "}}",
        "[[", "]]", "[http://a.org ", "]", "''", "'''", "\n", "\n\n", "== é ==", "* ", "{|", "|-", "|}", "||", "!", "<!--", "-->", "<nowiki>",
        "</nowiki>", "<references>", "</references>", "<blockquote>", "</blockquote>", "<br>", "&amp;", "é", "a", " ", "=", "{{b|c=",
    ]), 0..40)) {
        let text = format!("x{}", parts.concat());
        let hint = Hint { name: Some("a.wiki"), ..Hint::default() };
        if let Ok(document) = read(text.as_bytes(), &hint) {
            let mut end = 0;
            for block in &document.blocks {
                prop_assert!(block.range.start >= end && document.text.get(block.range.clone()).is_some());
                end = block.range.end;
            }
            for mark in &document.marks {
                prop_assert!(document.text.get(mark.range.clone()).is_some());
            }
        }
    }
}
