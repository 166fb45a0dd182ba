//! What holds of every text.

use proptest::prelude::*;

use super::*;
use crate::document::{Document, MarkKind};

fn every_quotation(found: &Citations) -> Vec<&Quotation> {
    let cited = found.cited.iter().flat_map(|citation| &citation.quotations);
    cited.chain(found.uncited.iter().map(|uncited| &uncited.quotation)).collect()
}

/// Every note and link is a citation, every quotation has its own name and a range of words.
fn holds_together(document: &Document, found: &Citations) -> Result<(), TestCaseError> {
    let mut ids: Vec<u32> = every_quotation(found).iter().map(|quotation| quotation.id.0).collect();
    ids.sort_unstable();
    prop_assert_eq!(&ids, &(1..=u32::try_from(ids.len()).expect("few")).collect::<Vec<_>>());
    for quotation in every_quotation(found) {
        let words = document.text.get(quotation.range.clone());
        prop_assert!(words.is_some_and(|words| !words.trim().is_empty()));
        prop_assert_eq!(quotation.position, document.position(quotation.range.start));
    }
    let with_note = found.cited.iter().filter(|citation| citation.note_position.is_some()).count();
    prop_assert_eq!(with_note, document.notes.len());
    for mark in &document.marks {
        if let MarkKind::NoteCall { label, .. } = &mark.kind {
            prop_assert!(found.cited.iter().any(|citation| citation.note.as_ref() == Some(label)));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn nothing_breaks(text in "[ab.A ,\"'“”‘’«»„\\[\\]0-3\n*¹:()/]{0,300}") {
        if let Ok(document) = read(text.as_bytes(), &Hint::default()) {
            holds_together(&document, &extract(&document))?;
        }
    }

    #[test]
    fn nothing_breaks_on_what_looks_like_a_report(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "He said: ", "\"We go.\"", "“Wir", " gehen”", "[1]", "[2]", "[3]", "[1, 3]", ".", " Then ", "\n\n",
                "\n", "[1] ", "[2] ", "[3] Tass.com/x/1", "it's", "'so'", "«Да»", "https://a.org/b", "June 5, 2024",
                "\"Open", "closed.\"", "A Heading Here", " (", ")", "¹", "* ", "word* ", "> ", "1. ", "2. ",
            ]),
            0..60,
        ),
    ) {
        let text = parts.concat();
        if let Ok(document) = read(text.as_bytes(), &Hint::default()) {
            holds_together(&document, &extract(&document))?;
        }
    }

    #[test]
    fn every_pair_of_double_marks_is_accounted_for(
        words in prop::collection::vec("[a-z]{1,6}( [a-z]{1,6}){0,3}", 1..12),
    ) {
        let text: String = words.iter().fold(String::new(), |text, words| text + &format!("He said \"{words}\". "));
        let found = extracted(&text);
        let texts: Vec<&str> = every_quotation(&found).iter().map(|q| q.text.as_str()).collect();
        prop_assert_eq!(texts, words.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn a_call_after_the_mark_claims_its_quotation(
        words in prop::collection::vec("[a-z]{1,6}( [a-z]{1,6}){0,3}", 1..12),
    ) {
        let mut text = String::new();
        for (n, words) in (1..).zip(&words) {
            let _ = write!(text, "He said “{words}.”[{n}] ");
        }
        for n in 1..=words.len() {
            let _ = write!(text, "\n\n[{n}] A.org/{n}");
        }
        let found = extracted(&text);
        prop_assert_eq!(found.cited.len(), words.len());
        for (citation, words) in found.cited.iter().zip(&words) {
            let texts: Vec<&str> = citation.quotations.iter().map(|q| q.text.as_str()).collect();
            prop_assert_eq!(texts, vec![format!("{words}.")]);
        }
    }
}
