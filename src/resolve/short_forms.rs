//! Finds what a short form points at: `Ibid.`, `Smith, op. cit.`, `supra note 4`, or a title given before.
//! An antecedent that is not certain is none.

use std::collections::HashMap;
use std::ops::Range;

use crate::citation::{Citation, Reference};
use crate::document::NoteLabel;
use crate::target::{Resolution, WhyNot};
use crate::text::short_forms::{ShortForm, short_form_in};

/// Returns the indices of citations in the order in which their notes, or the links in the text, are read.
pub(super) fn reading_order(citations: &[Citation]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..citations.len()).collect();
    order
        .sort_by_key(|index| citations[*index].note_position.unwrap_or(citations[*index].position));
    order
}

/// How many earlier sources with one word in common are looked at, the latest first.
const MOST_LOOKED_AT: usize = 200;

/// What has been cited so far.
#[derive(Default)]
pub(super) struct Memory {
    /// The notes in reading order, each with the range of its sources; a link in running text is one without a label.
    notes: Vec<(Option<NoteLabel>, Range<usize>)>,
    /// The notes by label: the first of those that share one.
    labels: HashMap<NoteLabel, usize>,
    /// The sources in reading order.
    sources: Vec<Remembered>,
    /// The sources by each word of their description.
    by_word: HashMap<String, Vec<usize>>,
}

struct Remembered {
    /// The words that describe it, in lower case.
    words: String,
    resolution: Resolution,
}

impl Memory {
    /// Goes on to the next citation.
    pub(super) fn begin(&mut self, citation: &Citation) {
        let at = self.sources.len();
        if let Some(label) = &citation.note {
            self.labels.entry(label.clone()).or_insert(self.notes.len());
        }
        self.notes.push((citation.note.clone(), at..at));
    }

    /// Adds a source to the citation that was begun last.
    pub(super) fn remember(&mut self, reference: &Reference, resolution: &Resolution) {
        let description = reference.description.as_deref().unwrap_or(&reference.text);
        let words = description.to_lowercase();
        for word in words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let sources = self.by_word.entry(word.to_owned()).or_default();
            if sources.last() != Some(&self.sources.len()) {
                sources.push(self.sources.len());
            }
        }
        self.sources.push(Remembered { words, resolution: resolution.clone() });
        if let Some((_, range)) = self.notes.last_mut() {
            range.end = self.sources.len();
        }
    }

    /// Returns where a short form leads.
    pub(super) fn antecedent(&self, reference: &Reference) -> Resolution {
        let Some((range, form)) = short_form_in(&reference.text) else {
            return Resolution::Unresolved(WhyNot::NoAntecedent);
        };
        let named = &reference.text[..range.start];
        match form {
            ShortForm::Same => self.same(),
            ShortForm::SameWork => {
                let in_place = reference.text[range].to_lowercase().starts_with("loc");
                if content_words(named).is_empty() && in_place {
                    self.same()
                } else {
                    self.same_work(named)
                }
            }
            ShortForm::OfNote(label) => self.of_note(&label, named),
        }
    }

    /// Returns where a description leads that names, in full, the author and title of exactly one earlier source.
    pub(super) fn work_described(&self, reference: &Reference) -> Option<Resolution> {
        let words = content_words(&reference.text);
        if words.len() < 2 {
            return None;
        }
        let rarest = words.iter().map(|word| self.with_word(word)).min_by_key(|list| list.len())?;
        if rarest.len() > MOST_LOOKED_AT {
            return None;
        }
        let fitting = rarest.iter().map(|index| &self.sources[*index]).filter(|source| {
            source.resolution.target().is_some()
                && words.iter().all(|word| has_word(&source.words, word))
        });
        match one_source(fitting) {
            Antecedent::One(resolution) => Some(resolution.clone()),
            Antecedent::None | Antecedent::Several => None,
        }
    }

    /// The source right before: in this note, or the only one of the note before.
    fn same(&self) -> Resolution {
        let Some((label, current)) = self.notes.last() else {
            return Resolution::Unresolved(WhyNot::NoAntecedent);
        };
        if let Some(before) = self.sources[current.clone()].last() {
            return before.resolution.clone();
        }
        let earlier = &self.notes[..self.notes.len() - 1];
        let before = earlier.iter().rev().find(|(other, _)| other.is_some() == label.is_some());
        let Some((_, range)) = before else { return Resolution::Unresolved(WhyNot::NoAntecedent) };
        one_source(self.sources[range.clone()].iter()).into_resolution()
    }

    /// The latest source whose description has the author's name and most of the other words; one with an address
    /// before one without.
    fn same_work(&self, named: &str) -> Resolution {
        let words = content_words(named);
        let Some(author) = words.first() else {
            return Resolution::Unresolved(WhyNot::NoAntecedent);
        };
        let fit = |source: &Remembered| words.iter().filter(|w| has_word(&source.words, w)).count();
        self.with_word(author)
            .iter()
            .rev()
            .take(MOST_LOOKED_AT)
            .map(|index| (*index, &self.sources[*index]))
            .filter(|(_, source)| !is_unknown(&source.resolution))
            .max_by_key(|(index, s)| (fit(s), s.resolution.target().is_some(), *index))
            .map_or(Resolution::Unresolved(WhyNot::NoAntecedent), |(_, s)| s.resolution.clone())
    }

    /// The sources whose description has a word, in reading order.
    fn with_word(&self, word: &str) -> &[usize] {
        self.by_word.get(word).map_or(&[], Vec::as_slice)
    }

    fn of_note(&self, label: &str, named: &str) -> Resolution {
        let note = self.labels.get(&NoteLabel(label.to_owned())).map(|index| &self.notes[*index]);
        let Some((_, range)) = note else { return Resolution::Unresolved(WhyNot::NoAntecedent) };
        let sources = &self.sources[range.clone()];
        let words = content_words(named);
        let fitting = || sources.iter().filter(|s| words.iter().any(|w| has_word(&s.words, w)));
        if words.is_empty() || fitting().next().is_none() {
            one_source(sources.iter()).into_resolution()
        } else {
            one_source(fitting()).into_resolution()
        }
    }
}

/// Whether some sources are one.
enum Antecedent<'a> {
    None,
    One(&'a Resolution),
    Several,
}

impl Antecedent<'_> {
    fn into_resolution(self) -> Resolution {
        match self {
            Antecedent::None => Resolution::Unresolved(WhyNot::NoAntecedent),
            Antecedent::One(resolution) => resolution.clone(),
            Antecedent::Several => Resolution::Unresolved(WhyNot::Ambiguous),
        }
    }
}

fn one_source<'a>(sources: impl Iterator<Item = &'a Remembered>) -> Antecedent<'a> {
    let mut only: Option<&Resolution> = None;
    for source in sources {
        match only {
            None => only = Some(&source.resolution),
            Some(first) if is_one_page(first, &source.resolution) => {}
            Some(_) => return Antecedent::Several,
        }
    }
    only.map_or(Antecedent::None, Antecedent::One)
}

fn is_one_page(a: &Resolution, b: &Resolution) -> bool {
    match (a.target(), b.target()) {
        (Some(a), Some(b)) => a.canonical() == b.canonical(),
        (Some(_), None) | (None, Some(_) | None) => false,
    }
}

fn is_unknown(resolution: &Resolution) -> bool {
    match resolution {
        Resolution::Unresolved(WhyNot::NoAntecedent | WhyNot::Ambiguous) => true,
        Resolution::Unresolved(
            WhyNot::NoAddress
            | WhyNot::NotAnAddress(_)
            | WhyNot::Scheme(_)
            | WhyNot::Abbreviated
            | WhyNot::InvalidIdentifier(_),
        )
        | Resolution::Resolved(_) => false,
    }
}

/// Returns the names in a short form, in lower case: words with a capital and at least three letters.
fn content_words(text: &str) -> Vec<String> {
    const INTRODUCTIONS: [&str; 6] = ["see", "also", "compare", "vgl", "siehe", "voir"];
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 3 && word.starts_with(char::is_uppercase))
        .map(str::to_lowercase)
        .filter(|word| !INTRODUCTIONS.contains(&word.as_str()))
        .collect()
}

/// Tells whether a lower-case text has a word, as a whole.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(char::is_alphanumeric)
            && !text[at + word.len()..].starts_with(char::is_alphanumeric)
    })
}
