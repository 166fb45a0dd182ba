//! Words changed, added, left out and moved without a mark.

use std::collections::BTreeMap;

use crate::evidence::{Difference, DifferenceKind, Flag, Marking, Nature};

use super::super::align::Step;
use super::super::nature::nature;
use super::super::passage::{self, Passage};
use super::steps::{is_change, item_of, token_of};
use super::{Reading, SHOWN, Script};

/// As many words left out unmarked in a row are a passage, not a slip.
const LONG_OMISSION: usize = 8;

impl Script<'_> {
    /// Runs of words changed, added and left out without a mark.
    pub(super) fn read_differences(
        &self,
        steps: &[Step],
        passage: &Passage,
        reading: &mut Reading,
    ) {
        let mut at = 0;
        while at < steps.len() {
            if !is_change(&steps[at]) {
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while end < steps.len()
                && (is_change(&steps[end])
                    || matches!(steps[end], Step::Noise { .. })
                        && steps.get(end + 1).is_some_and(is_change))
            {
                end += 1;
            }
            let run = &steps[at..end];
            reading.differences.push(self.difference(run, steps, at, passage));
            at = end;
        }
    }

    fn difference(&self, run: &[Step], steps: &[Step], at: usize, passage: &Passage) -> Difference {
        let items: Vec<usize> = run.iter().filter_map(item_of).collect();
        let tokens: Vec<usize> = run
            .iter()
            .filter(|step| !matches!(step, Step::Noise { .. }))
            .filter_map(token_of)
            .collect();
        let (document, source) = (self.item_words(&items), self.token_words(&tokens));
        let kind = match (items.is_empty(), tokens.is_empty()) {
            (true, _) => DifferenceKind::Missing,
            (false, true) => DifferenceKind::Added,
            (false, false) => DifferenceKind::Substituted,
        };
        let token_range = tokens.first().map_or_else(
            || {
                let next = steps[at..]
                    .iter()
                    .find_map(token_of)
                    .or_else(|| steps[..at].iter().rev().find_map(token_of).map(|token| token + 1));
                let place = next.unwrap_or(0);
                place..place
            },
            |&first| first..tokens[tokens.len() - 1] + 1,
        );
        let item_range = if let (Some(&first), Some(&last)) = (items.first(), items.last()) {
            self.pattern.items[first].range.start..self.pattern.items[last].range.end
        } else {
            let place = self.place_of_missing(steps, at);
            place..place
        };
        let nature = if kind == DifferenceKind::Missing && tokens.len() >= LONG_OMISSION {
            self.nature_of_omission(&tokens)
        } else {
            nature(&document, &source)
        };
        Difference {
            kind,
            nature,
            document: self.pattern.text[item_range.clone()]
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            source: passage::words(self.page, self.view, token_range.clone(), SHOWN),
            marked: Marking::Unmarked,
            document_range: item_range,
            source_range: passage.range(token_range),
        }
    }

    /// Where in the quotation words are missing: after the word before them.
    fn place_of_missing(&self, steps: &[Step], at: usize) -> usize {
        steps[..at]
            .iter()
            .rev()
            .find_map(item_of)
            .map_or(0, |item| self.pattern.items[item].range.end)
    }

    fn nature_of_omission(&self, tokens: &[usize]) -> Nature {
        let (first, last) = (tokens[0], tokens[tokens.len() - 1]);
        let starts =
            first == 0 || passage::sentence_ends_between(self.page, self.view, first - 1, first);
        let ends = last + 1 >= self.view.len()
            || passage::sentence_ends_between(self.page, self.view, last, last + 1);
        if !starts && !ends && self.crosses_sentence(tokens) {
            Nature::Splice
        } else {
            Nature::SilentOmission
        }
    }
}

/// Flags what the differences do, where that says more than that a word is another.
pub(super) fn flag_natures(reading: &mut Reading) {
    for difference in &reading.differences {
        if difference.nature != Nature::Word && difference.marked == Marking::Unmarked {
            reading.flags.insert(Flag::Nature(difference.nature));
        }
    }
}

/// Differences that together only change the order of words are named so.
pub(super) fn name_reordering(differences: &mut [Difference]) {
    let count = |side: fn(&Difference) -> &str, differences: &[Difference]| {
        let mut words: BTreeMap<String, usize> = BTreeMap::new();
        for difference in differences.iter().filter(|difference| is_wording(difference)) {
            for word in side(difference).split_whitespace() {
                *words.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        words
    };
    let changed = differences.iter().filter(|difference| is_wording(difference)).count();
    let document = count(|difference| &difference.document, differences);
    if changed < 2
        || document.is_empty()
        || document != count(|difference| &difference.source, differences)
    {
        return;
    }
    for difference in differences.iter_mut().filter(|difference| is_wording(difference)) {
        difference.kind = DifferenceKind::Moved;
        if difference.nature != Nature::Name {
            difference.nature = Nature::Order;
        }
    }
}

fn is_wording(difference: &Difference) -> bool {
    difference.marked == Marking::Unmarked
        && !matches!(difference.nature, Nature::SentenceBoundary | Nature::Case)
}
