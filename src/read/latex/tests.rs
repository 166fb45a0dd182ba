//! LaTeX as blocks, notes and marks.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::document::{MarkKind, Remark};
use crate::read::draft::outline;
use crate::read::{Beside, Hint, read};

fn check(text: &str, expected: &Expect) {
    let hint = Hint { name: Some("a.tex"), ..Hint::default() };
    expected.assert_eq(&outline(&read(text.as_bytes(), &hint).expect("is LaTeX")));
}

#[test]
fn blocks_and_characters_are_read() {
    check(
        "\\documentclass{article}\n\\title{The \\emph{Report}}\n\\newcommand{\\x}[1]{y}\n\\begin{document}\n\\section*{One --- M\\\"uller's \\'{e}t\\'e}\\label{a}\nText with \\emph{stress}, % a comment\n  50\\,\\% and ``quotes'' of \\textbf{\\v{S}koda}.\n\n\
         \\begin{quote}\nQuoted.\n\\end{quote}\n\\begin{itemize}\n\\item one\n\\item[x] two\n\\end{itemize}\n\\begin{tabular}{ll}\na & b \\\\\nc & d\n\\end{tabular}\n\\begin{verbatim}\n\\raw{\n\\end{verbatim}\n\\end{document}\nnothing",
        &expect![[r#"
            title "The Report"
            5:11 Heading(1) "One — Müller’s été"
            6:1 Paragraph "Text with stress, 50 % and “quotes” of Škoda."
              "stress" Emphasis
              "Škoda" Emphasis
            10:1 BlockQuotation "Quoted."
            13:7 ListItem "one"
            14:10 ListItem "two"
            17:1 TableCell "a"
            17:5 TableCell "b"
            18:1 TableCell "c"
            18:5 TableCell "d"
            20:18 Preformatted "\\raw{"
        "#]],
    );
}

#[test]
fn notes_links_and_citations_are_read() {
    check(
        "\\begin{document}He said ``yes.''\\footnote{See \\url{https://a.org/x_y%20z}. {Nested \\emph{braces}}.\n\nMore \\cite{k1}.} \\href{https://b.org}{There}. ``No''~\\cite[p.~3]{k1, k2}. Later\\footnotemark{} on.\\footnotetext{Text.}\n\n\\enquote{So}.\n\n\\begin{thebibliography}{9}\\bibitem{k1} Smith, \\emph{Book}, 2020.\n\n\\bibitem[K2]{k2} Jones, \\url{https://c.org}.\\end{thebibliography}\\end{document}",
        &expect![[r#"
            1:17 Paragraph "He said “yes.”[1] There. “No”\u{a0}[k1][k2]. Later[2] on."
              "[1]" NoteCall { label: NoteLabel("1"), note: Some(2) }
              "There" Link("https://b.org")
              "[k1]" NoteCall { label: NoteLabel("k1"), note: Some(0) }
              "[k2]" NoteCall { label: NoteLabel("k2"), note: Some(1) }
              "[2]" NoteCall { label: NoteLabel("2"), note: Some(3) }
            5:9 Paragraph "“So”."
            7:40 Paragraph note k1 "Smith, Book, 2020."
              "Book" Emphasis
            9:18 Paragraph note k2 "Jones, https://c.org."
              "https://c.org" Link("https://c.org")
            1:43 Paragraph note 1 "See https://a.org/x_y%20z. Nested braces."
              "https://a.org/x_y%20z" Link("https://a.org/x_y%20z")
              "braces" Emphasis
            3:1 Paragraph of note 1 "More [k1]."
              "[k1]" NoteCall { label: NoteLabel("k1"), note: Some(0) }
            3:113 Paragraph note 2 "Text."
        "#]],
    );
}

#[test]
fn notes_in_titles_by_number_and_by_commands_of_the_author_are_read() {
    check(
        "\\title{Report\\thanks{Paid.}}\\newcommand{\\fn}[1]{\\footnote{#1}}\\begin{document}A\\fn{B.} c\\footnote% why\n {D \\footnote{E}.} \\verb|\\footnote{x}| F\\footnotemark{} G\\footnotemark[9]. \\footnotetext[9]{H.}\\footnotetext{I.} \\def\\x#1{\\footnote{#1}}\\iffalse\\footnote{no}\\fi{} \\textcquote[4]{k}{J} and \\autocites[1]{k}[2]{l}. \\leavevmode\\vadjust pre{\\hypertarget{a}{}}K",
        &expect![[r#"
            title "Report"
            1:8 Heading(1) "Report[1]"
              "[1]" NoteCall { label: NoteLabel("1"), note: Some(0) }
            1:79 Paragraph "A[2] c[3] \\footnote{x} F[5] G[9]. “J”[k] and [k][l]. K"
              "[2]" NoteCall { label: NoteLabel("2"), note: Some(1) }
              "[3]" NoteCall { label: NoteLabel("3"), note: Some(2) }
              "[5]" NoteCall { label: NoteLabel("5"), note: Some(5) }
              "[9]" NoteCall { label: NoteLabel("9"), note: Some(4) }
              "[k]" NoteCall { label: NoteLabel("k"), note: None }
              "[k]" NoteCall { label: NoteLabel("k"), note: None }
              "[l]" NoteCall { label: NoteLabel("l"), note: None }
            1:22 Paragraph note 1 "Paid."
            1:84 Paragraph note 2 "B."
            2:3 Paragraph note 3 "D [4]."
              "[4]" NoteCall { label: NoteLabel("4"), note: Some(3) }
            2:15 Paragraph note 4 "E"
            2:93 Paragraph note 9 "H."
            2:110 Paragraph note 5 "I."
        "#]],
    );
}

#[test]
fn files_beside_the_document_are_brought_in() {
    let files = |name: &str| match name {
        "chapters/one.tex" => {
            Some(b"One\\footnote{First, see \\cite{smith}.}\n\\input{two}".to_vec())
        }
        "two" => Some(b"Two \\input{chapters/one}".to_vec()),
        "refs.bib" => Some(
            b"@online{smith, author={Smith, Anna}, title={Fair}, url={https://a.org/x}}".to_vec(),
        ),
        _ => None,
    };
    let text = "\\addbibresource{refs.bib}\\begin{document}Start. % \\input{no}\n\\include{chapters/one} \\input{gone} End.\\end{document}";
    let hint = Hint { name: Some("a.tex"), beside: Some(Beside::new(&files)), ..Hint::default() };
    let document = read(text.as_bytes(), &hint).expect("is LaTeX");
    assert_eq!(document.remarks, [Remark::Other("`gone` is not beside the document".to_owned())]);
    assert!(document.text.starts_with("Start."), "{}", document.text);
    assert!(document.text.contains("End."), "{}", document.text);
    let entry = document.notes.iter().find(|note| note.label.0 == "smith").expect("is cited");
    let entry = &document.blocks[entry.blocks.start];
    assert_eq!(document.block_text(entry), "Anna Smith. Fair. https://a.org/x.");
    // A file that brings itself in is read once.
    assert_eq!(document.notes.len(), 2);
    assert!(
        document.marks.iter().any(|mark| mark.kind == MarkKind::Link("https://a.org/x".to_owned()))
    );
}

#[test]
fn what_is_never_closed_is_read_in_time() {
    for part in [
        "\\footnote{a ",
        "\\url{a ",
        "{",
        "\\section[",
        "$",
        "\\begin{quote} a ",
        "\\cite[",
        "\\emph{a ",
    ] {
        let text = format!("\\begin{{document}}Text. {}", part.repeat(4_000));
        let hint = Hint { name: Some("a.tex"), ..Hint::default() };
        let document = read(text.as_bytes(), &hint).expect("has text");
        assert!(document.text.starts_with("Text."));
    }
}

proptest! {
    #[test]
    fn marks_are_on_characters(parts in prop::collection::vec(prop::sample::select(vec![
        "\\footnote{", "}", "{", "a", " ", "\n\n", "\\cite{k}", "\\bibitem{k}", "\\emph{", "\\url{x}", "\\href{x}{", "\\section{", "``", "''", "$",
        "\\begin{quote}", "\\end{quote}", "\\footnotemark", "\\footnotetext{", "\\cites[", "\\textcquote{k}{", "\\def\\a#1{", "\\verb|", "\\let\\a\\footnote", "\\a{", "\\begin{thebibliography}{}", "\\end{thebibliography}", "\\item ", "%", "\\'e", "\\\"", "é", "&", "\\\\",
    ]), 0..40)) {
        let text = format!("\\begin{{document}}x{}", parts.concat());
        let hint = Hint { name: Some("a.tex"), ..Hint::default() };
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
