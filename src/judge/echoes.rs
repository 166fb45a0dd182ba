//! Holds a quotation that only repeats words of a cited one against what was found for that one: what the source does
//! not have there, it does not have in a heading either.

use crate::evidence::Difference;
use crate::report::{CheckedQuotation, Rule, Verdict};

/// What an echo repeats that is not its source's.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Repeated {
    /// Words that differ from the source.
    Altered(Vec<Difference>),
    /// All of a quotation that the source does not have.
    Absent,
}

impl Repeated {
    /// Returns the rule that is broken once more.
    pub(super) const fn rule(&self) -> Rule {
        match self {
            Self::Altered(_) => Rule::QuotationAltered,
            Self::Absent => Rule::QuotationAbsent,
        }
    }
}

/// Says what an echo repeats of a cited quotation that its source does not have; `None` if that is nothing, or not known.
pub(super) fn repeated(echo: &str, cited: &CheckedQuotation) -> Option<Repeated> {
    match cited.verdict {
        Verdict::Altered(_) => {
            let differences = &cited.matched.as_ref()?.differences;
            let repeated: Vec<Difference> = differences
                .iter()
                .filter(|difference| holds(echo, &difference.document))
                .cloned()
                .collect();
            (!repeated.is_empty()).then_some(Repeated::Altered(repeated))
        }
        Verdict::Absent => Some(Repeated::Absent),
        Verdict::Verbatim
        | Verdict::Edited
        | Verdict::Elsewhere
        | Verdict::Translated
        | Verdict::Unverifiable
        | Verdict::Uncited => None,
    }
}

/// Tells whether some words, one at least, stand side by side in a text, whatever their case.
fn holds(text: &str, words: &str) -> bool {
    let split = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (text, words) = (split(text), split(words));
    !words.is_empty() && text.windows(words.len()).any(|window| window == words)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::citation::{Pairing, Quotation, QuotationId};
    use crate::document::{Layer, Position};
    use crate::evidence::{DifferenceKind, Folding, Marking, Nature, QuotationMatch};
    use crate::report::Severity;

    /// A cited quotation that has one word in place of another.
    fn cited(verdict: Verdict, document: &str, source: &str) -> CheckedQuotation {
        let position = Position::Line { line: 1, column: 1 };
        let difference = Difference {
            kind: DifferenceKind::Substituted,
            nature: Nature::Word,
            document: document.to_owned(),
            source: source.to_owned(),
            marked: Marking::Unmarked,
            document_range: 0..document.len(),
            source_range: 0..source.len(),
        };
        let matched = QuotationMatch {
            text: source.to_owned(),
            before: String::new(),
            after: String::new(),
            layer: Layer::Visible,
            position,
            text_fragment: None,
            differences: vec![difference],
            edits: Vec::new(),
            folding: Folding::Typography,
            flags: BTreeSet::new(),
            occurrences: 1,
            aligned: 0,
            words: 1,
            longest_run: 0,
        };
        CheckedQuotation {
            quotation: Quotation {
                id: QuotationId(3),
                text: document.to_owned(),
                range: 0..document.len(),
                position,
                pairing: Pairing::Given,
                speaker: None,
                oddities: BTreeSet::new(),
                also_claimed_by: Vec::new(),
            },
            verdict,
            source: None,
            found_in: None,
            flags: BTreeSet::new(),
            matched: Some(matched),
            translation: None,
            reason: None,
            on_page: None,
        }
    }

    #[test]
    fn an_echo_repeats_only_the_changed_words_that_it_has() {
        let altered = cited(Verdict::Altered(Severity::Major), "resonate", "resonant");
        let found = repeated("It looks Resonate", &altered);
        assert!(matches!(found, Some(Repeated::Altered(words)) if words.len() == 1));
        assert_eq!(repeated("It looks especially", &altered), None);
        let absent = cited(Verdict::Absent, "resonate", "resonant");
        assert_eq!(repeated("It looks", &absent), Some(Repeated::Absent));
        assert_eq!(repeated("It looks", &cited(Verdict::Verbatim, "resonate", "")), None);
    }

    #[test]
    fn words_are_held_whole_and_in_any_case() {
        for (text, words, expected) in [
            ("This Looks Especially Resonate", "especially resonate", true),
            ("this looks especially resonant", "resonate", false),
            ("resonates", "resonate", false),
            ("anything", "", false),
        ] {
            assert_eq!(holds(text, words), expected, "{text} / {words}");
        }
    }
}
