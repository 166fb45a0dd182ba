//! LaTeX as blocks, notes and marks.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::read::draft::outline;
use crate::read::{Hint, read};

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
        "\\begin{quote}", "\\end{quote}", "\\begin{thebibliography}{}", "\\end{thebibliography}", "\\item ", "%", "\\'e", "\\\"", "é", "&", "\\\\",
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
