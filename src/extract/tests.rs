//! Extraction as rows: a text, and what it cites and quotes.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::extract;
use crate::citation::{Citations, Problem, Quotation};
use crate::read::{Hint, read};

fn extracted(text: &str) -> Citations {
    extract(&read(text.as_bytes(), &Hint::default()).expect("is text"))
}

fn row(quotation: &Quotation) -> String {
    let mut row = format!("{} “{}”", quotation.position, quotation.text.replace('\n', "¶"));
    if let Some(speaker) = &quotation.speaker {
        let _ = write!(row, " by {speaker}");
    }
    for oddity in &quotation.oddities {
        let _ = write!(row, " {oddity:?}");
    }
    row
}

/// Extracts a text and writes one line for each citation, quotation and problem.
fn check(text: &str, expected: &Expect) {
    let found = extracted(text);
    let mut rows = String::new();
    for citation in &found.cited {
        let name = citation.note.as_ref().map_or("link".to_owned(), |note| format!("[{note}]"));
        let _ = write!(rows, "{} {name} {}:", citation.id, citation.position);
        for reference in &citation.references {
            let _ = write!(rows, " {:?}({})", reference.form, reference.text);
        }
        for mention in &citation.dates {
            let _ = write!(rows, " said of {}", mention.date);
        }
        rows.push('\n');
        for quotation in &citation.quotations {
            let _ = write!(rows, "  {} <- {}", row(quotation), quotation.pairing.name());
            for id in &quotation.also_claimed_by {
                let _ = write!(rows, " and {id}");
            }
            rows.push('\n');
        }
    }
    for uncited in &found.uncited {
        let echo = uncited.echo_of.map(|id| format!(" of {id}")).unwrap_or_default();
        let _ = writeln!(rows, "{} {}{echo}", row(&uncited.quotation), uncited.kind.name());
    }
    for problem in &found.problems {
        let _ = match problem {
            Problem::NotReadWhole(gap) => writeln!(rows, "not read whole: {}", gap.name()),
            Problem::Remarked(remark) => writeln!(rows, "{remark}"),
            Problem::NoteMissing { label, position } => {
                writeln!(rows, "{position} [{label}] is missing")
            }
            Problem::NoteNeverCalled { label, position } => {
                writeln!(rows, "{position} [{label}] is never called")
            }
            Problem::NoteDefinedTwice { label, position } => {
                writeln!(rows, "{position} [{label}] is defined twice")
            }
            Problem::QuotationUnclosed { quotation, position } => {
                writeln!(rows, "{position} {quotation} is unclosed")
            }
            Problem::ReferenceAmbiguous { text, position, .. } => {
                writeln!(rows, "{position} {text} is ambiguous")
            }
        };
    }
    expected.assert_eq(&rows);
}

const NOTES: &str = "\n\n[1] Tass.com/politics/1805115, June 19, 2024.\n\n[2] Vz.ru/politics/2.html\n\n[3] Https://a.org/x";

fn with_notes(body: &str) -> String {
    format!("{body}{NOTES}")
}

#[test]
fn a_call_after_the_closing_mark_claims_the_quotation() {
    check(
        &with_notes("He called it “a great success.”[1] It was[2] not.[3]"),
        &expect![[r"
        C1 [1] 1:32: Shorthand(Tass.com/politics/1805115)
          1:15 “a great success.” <- call-after-closing-mark
        C2 [2] 1:42: Shorthand(Vz.ru/politics/2.html)
        C3 [3] 1:50: Url(Https://a.org/x)
    "]],
    );
}

#[test]
fn the_next_call_of_the_sentence_claims_every_quotation_before_it() {
    check(
        &with_notes(
            "They signed the \"Treaty,\" which worth noting is \"mutual aid.\"[1] He spoke of \"U.S. threats\" to Gen. Smith and then left.[2]\n\nHe left the \"room\". Then he wrote.[3]",
        ),
        &expect![[r"
            C1 [1] 1:62: Shorthand(Tass.com/politics/1805115)
              1:18 “Treaty,” <- same-sentence
              1:50 “mutual aid.” <- call-after-closing-mark
            C2 [2] 1:121: Shorthand(Vz.ru/politics/2.html)
              1:79 “U.S. threats” <- same-sentence
            C3 [3] 3:35: Url(Https://a.org/x)
            3:14 “room” uncited
        "]],
    );
}

#[test]
fn a_quotation_runs_over_paragraphs_that_are_each_opened() {
    check(
        "Putin said:[1]\n\n[1] Transcript:\n\nPutin: \"One.\n\n\u{A0}\n\n\"Two, it's so.\n\nThree.\" Tass.com/politics/1805115\n\nShare this Report:",
        &expect![[r#"
            C1 [1] 1:12: Shorthand(Tass.com/politics/1805115)
              5:9 “One.¶¶"Two, it's so.¶¶Three.” by Putin MissingOpeningMark <- in-note
        "#]],
    );
}

mod properties;
mod rows;

mod dispatch {
    use serde_json::Value;

    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/dispatch");

    fn folded(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The hand-made truth of a real report: every note, quotation and echo.
    #[test]
    fn every_note_and_quotation_of_a_real_report_is_found() {
        let Ok(bytes) = std::fs::read(format!("{FOLDER}/report.txt")) else {
            eprintln!("skipped: {FOLDER} is not there");
            return;
        };
        let truth =
            std::fs::read_to_string(format!("{FOLDER}/truth.json")).expect("beside the report");
        let truth: Value = serde_json::from_str(&truth).expect("is JSON");
        let document = read(&bytes, &Hint::default()).expect("is text");
        let found = extract(&document);
        let chars = |range: &std::ops::Range<usize>| {
            let start = document.text[..range.start].chars().count();
            (start, start + document.text[range.clone()].chars().count())
        };
        let row = |quotation: &Quotation, note: &str| {
            let (start, end) = chars(&quotation.range);
            format!("{note} {start}..{end} {}", folded(&quotation.text))
        };
        let mut expected = Vec::new();
        for note in truth["footnotes"].as_array().expect("is a list") {
            for quotation in note["quotes"].as_array().expect("is a list") {
                expected.push(format!(
                    "{} {}..{} {}",
                    note["footnote"],
                    quotation["char_start"],
                    quotation["char_end"],
                    folded(quotation["text"].as_str().expect("is text"))
                ));
            }
        }
        let mut paired = Vec::new();
        for citation in &found.cited {
            let note = citation.note.as_ref().expect("has a note").to_string();
            paired.extend(citation.quotations.iter().map(|quotation| row(quotation, &note)));
        }
        assert_eq!(paired, expected);
        let holder = |id| {
            found
                .cited
                .iter()
                .find(|c| c.quotations.iter().any(|q| q.id == id))
                .map(|c| c.note.clone())
        };
        let left: Vec<String> = found
            .uncited
            .iter()
            .map(|left| {
                let note = left.echo_of.and_then(holder).flatten().expect("is an echo");
                format!("{} {}", left.kind.name(), row(&left.quotation, &note.to_string()))
            })
            .collect();
        let expected: Vec<String> = truth["unattached"]
            .as_array()
            .expect("is a list")
            .iter()
            .map(|left| {
                let kind = left["kind"].as_str().expect("is text");
                format!(
                    "{} {} {}..{} {}",
                    if kind.starts_with("echo") { "echo" } else { "heading" },
                    left["echo_of_footnote"],
                    left["char_start"],
                    left["char_end"],
                    left["text"].as_str().expect("is text")
                )
            })
            .collect();
        assert_eq!(left, expected);
        let urls: Vec<usize> =
            found.cited.iter().map(|citation| citation.references.len()).collect();
        assert_eq!(urls, [1; 15]);
        assert_eq!(found.problems, []);
    }
}
