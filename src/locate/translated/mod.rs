//! Finds the passage that a quotation translates, where the page is in another language, without asking anybody.
//!
//! A sentence encoder finds the passage: sentences of sixteen languages that mean the same have vectors near each
//! other. Numbers, months and names must agree whatever the language, and decide whether the passage supports the
//! quotation. Nothing here ever makes a quotation verbatim. The encoder is unpacked when the first quotation needs it.

mod anchors;
mod bert;
mod bert_weights;
mod directory;
mod encoder;
mod machine;
mod model;
mod passage;
mod published;
mod seekable;
mod sense;
mod sentences;
mod support;
mod tokenizer;
mod vectors;
mod weights;

use std::ops::Range;

use crate::document::Document;
use crate::evidence::{Passage, Support, Translation};
use crate::text::Language;

use anchors::{Anchors, Comparison, Inventory, Rivals, anchors, inventory, names_of};
use encoder::Encoder;
use passage::{LONGEST_COUNTED, Page, Query, search};
use sense::{Budget, Sense};
use support::{Limits, Nearness, support};
use vectors::Vectors;

pub use directory::Model;
pub use machine::Excerpt;

/// A quotation in another language than the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Foreign<'a> {
    /// Its words.
    pub(super) text: &'a str,
    /// The language it is written in.
    pub(super) language: Option<Language>,
}

/// What two passages of a page are joined by in what is shown.
const OMISSION: &str = " […] ";

/// Why only numbers and names are compared.
const UNKNOWN_LANGUAGE: &str = "the sentence encoder does not know the language";

/// Compares quotations with a page in another language: what can be said of each, in their order. `model` is asked where
/// the built-in encoder does not know one of the languages.
pub(super) fn translate(
    page: &Document,
    language: Option<Language>,
    quotations: &[Foreign<'_>],
    model: Option<&Model>,
) -> Vec<Translation> {
    let mut found: Vec<Option<Translation>> = vec![None; quotations.len()];
    for choice in [Choice::BuiltIn, Choice::Directory, Choice::Neither] {
        let (numbers, chosen): (Vec<usize>, Vec<Foreign<'_>>) = quotations
            .iter()
            .enumerate()
            .filter(|(_, quotation)| Choice::of(language, quotation, model) == choice)
            .map(|(number, quotation)| (number, *quotation))
            .unzip();
        if chosen.is_empty() {
            continue;
        }
        let sense = match choice {
            Choice::BuiltIn => model::built_in().map(Sense::BuiltIn).map_err(ToString::to_string),
            Choice::Directory => model.map_or_else(
                || Err(UNKNOWN_LANGUAGE.to_owned()),
                |model| model.opened().map(Sense::Directory),
            ),
            Choice::Neither => Err(UNKNOWN_LANGUAGE.to_owned()),
        };
        let compared = match sense {
            Ok(sense) => compare(page, language, &chosen, Ok(&mut Vectors::new(sense))),
            Err(reason) => compare(page, language, &chosen, Err(reason)),
        };
        for (number, translation) in numbers.into_iter().zip(compared) {
            found[number] = Some(translation);
        }
    }
    found.into_iter().flatten().collect()
}

/// Which encoder compares a quotation with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    BuiltIn,
    Directory,
    Neither,
}

impl Choice {
    fn of(page: Option<Language>, quotation: &Foreign<'_>, model: Option<&Model>) -> Self {
        // A quotation too short for its language to be told is compared: if it is of none that the encoder knows, nothing is near.
        let both = |knows: &dyn Fn(Language) -> bool| {
            page.is_some_and(knows) && quotation.language.is_none_or(knows)
        };
        if both(&Encoder::knows) {
            Self::BuiltIn
        } else if model.is_some() && both(&Model::knows) {
            Self::Directory
        } else {
            Self::Neither
        }
    }
}

/// Compares quotations with a page by their sense, or where there is no encoder for it by numbers and names alone.
fn compare(
    page: &Document,
    language: Option<Language>,
    quotations: &[Foreign<'_>],
    vectors: Result<&mut Vectors<'_>, String>,
) -> Vec<Translation> {
    let anchored: Vec<Anchors> =
        quotations.iter().map(|quotation| anchors(quotation.text, quotation.language)).collect();
    let sentences = sentences::of_page(page, |block| {
        quotations.iter().any(|quotation| may_translate(block, quotation, language))
    });
    let text: String =
        sentences.iter().map(|range| &page.text[range.clone()]).collect::<Vec<_>>().join("\n");
    let whole = inventory(&text, language);
    let sense = vectors.as_ref().ok().map(|vectors| vectors.encoder());
    let budget = sense.map_or(Budget::BUILT_IN, Sense::budget);
    let (sentences, compared) = choose(page, sentences, &anchored, language, budget);
    let ready = Page { document: page, language, sentences };
    let queries = quotations.iter().zip(&anchored);
    let queries: Vec<Query<'_>> =
        queries.map(|(quotation, anchors)| Query::new(quotation.text, anchors)).collect();
    let found = vectors
        .and_then(|vectors| search(vectors, &ready, &queries).map_err(|error| error.to_string()));
    let all = quotations.iter().zip(&anchored);
    let (found, sense) = match (found, sense) {
        (Ok(found), Some(sense)) => (found, sense),
        (Err(reason), _) => {
            return all
                .map(|(_, anchors)| by_anchors(&ready, anchors, &whole, reason.clone()))
                .collect();
        }
        (Ok(_), None) => return Vec::new(),
    };
    let by = By { page: &ready, whole: &whole, compared, sense };
    all.zip(found)
        .map(|((quotation, anchors), found)| by.sense(quotation, anchors, found))
        .collect()
}

/// Whether all sentences of a page were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    All,
    Some,
}

/// Tells whether a passage says what the quotation says, be it with another number or name.
pub(super) fn is_clear(translation: &Translation) -> bool {
    let nearness = translation.passage.as_ref().map_or(0.0, |passage| passage.similarity);
    match translation.support {
        Support::Supported => true,
        Support::Doubtful => nearness >= Limits::BUILT_IN.clear,
        Support::None | Support::Unknown => false,
    }
}

/// Tells whether a block can hold the passage: a block in the quotation's own script on a page of another script is
/// not in the page's language.
fn may_translate(block: &str, quotation: &Foreign<'_>, language: Option<Language>) -> bool {
    let own = script(quotation.text);
    let page = language.map(script_of_language);
    page.is_none_or(|page| page == own || script(block) != own)
}

/// Tells whether a quotation whose language is not known cannot be in a page's: the script is another.
pub(super) fn is_foreign_by_script(quotation: &str, language: Language) -> bool {
    quotation.chars().any(char::is_alphabetic) && script(quotation) != script_of_language(language)
}

/// A script, as far as languages are told apart by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Other,
}

fn script(text: &str) -> Script {
    let (mut latin, mut other) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        if c < '\u{250}' { latin += 1 } else { other += 1 }
    }
    if latin > other { Script::Latin } else { Script::Other }
}

fn script_of_language(language: Language) -> Script {
    const OTHER: [&str; 24] = [
        "ar", "be", "bg", "bn", "el", "fa", "he", "hi", "hy", "ja", "ka", "kk", "ko", "ky", "mk",
        "mn", "ru", "sr", "ta", "tg", "th", "uk", "ur", "zh",
    ];
    if OTHER.contains(&language.code()) { Script::Other } else { Script::Latin }
}

/// Chooses the sentences to be compared: all, or of a very long page those with the most numbers and names of the
/// quotations, and the first.
fn choose(
    page: &Document,
    sentences: Vec<Range<usize>>,
    anchored: &[Anchors],
    language: Option<Language>,
    budget: Budget,
) -> (Vec<Range<usize>>, Compared) {
    let counted = |range: &Range<usize>| range.len().min(LONGEST_COUNTED);
    if sentences.len() <= budget.sentences
        && sentences.iter().map(counted).sum::<usize>() <= budget.bytes
    {
        return (sentences, Compared::All);
    }
    let mut ranked: Vec<(u32, usize)> = sentences
        .iter()
        .enumerate()
        .map(|(number, range)| {
            let stretch = inventory(&page.text[range.clone()], language);
            let share = anchored.iter().filter_map(|anchors| anchors.share_in(&stretch));
            let share = share.fold(0.0, f32::max);
            // Per cent: the order of equals is that of the page.
            (u32::from(share >= 0.01) + u32::from(share >= 0.34) + u32::from(share >= 0.67), number)
        })
        .collect();
    ranked.sort_by_key(|&(share, number)| (std::cmp::Reverse(share), number));
    let mut bytes = 0;
    let has_room = |&number: &usize| {
        bytes += counted(&sentences[number]);
        bytes <= budget.bytes
    };
    let best = ranked.into_iter().map(|(_, number)| number).take(budget.sentences);
    let mut chosen: Vec<usize> = best.take_while(has_room).collect();
    chosen.sort_unstable();
    (chosen.into_iter().map(|number| sentences[number].clone()).collect(), Compared::Some)
}

/// By what quotations are compared with a page.
struct By<'a> {
    page: &'a Page<'a>,
    whole: &'a Inventory,
    compared: Compared,
    sense: Sense<'a>,
}

impl By<'_> {
    /// Says what the nearest passage says of a quotation.
    fn sense(
        &self,
        quotation: &Foreign<'_>,
        anchors: &Anchors,
        found: Option<passage::Found>,
    ) -> Translation {
        let Self { page, whole, compared, sense } = *self;
        let Some(found) = found else {
            let enough = words(quotation.text) >= support::FEW_WORDS && !page.sentences.is_empty();
            let support =
                if enough && compared == Compared::All { Support::None } else { Support::Unknown };
            return without_passage(page.language, anchors, whole, support, self.reason());
        };
        let is_word = |word: &str| sense.is_common(word);
        let nearest = joined(page.document, &found.stretches);
        let names = names_of(&nearest, page.language, &is_word);
        let stretches: Vec<Range<usize>> =
            found.stretches.iter().map(|range| page.whole_sentences(range)).collect();
        let text = joined(page.document, &stretches);
        let passage = inventory(&text, page.language);
        let rivals = Rivals::new(&names, &is_word);
        let comparison = anchors.compare(&passage, whole, page.language, rivals);
        let similarity = found.similarity.clamp(0.0, 1.0);
        let support = support(Nearness {
            similarity,
            lead: found.lead,
            anchors: &comparison,
            words: words(quotation.text),
            whole: compared == Compared::All,
            limits: sense.limits(),
        });
        match support {
            Support::None => without_passage(page.language, anchors, whole, support, self.reason()),
            Support::Supported | Support::Doubtful | Support::Unknown => {
                let Comparison { agree, missing, .. } = comparison;
                let position = page.document.position(stretches[0].start);
                let places = anchors.places(&text, page.language);
                Translation {
                    page_language: page.language,
                    passage: Some(Passage { text, similarity, position, anchors: places }),
                    support,
                    anchors_agree: agree,
                    anchors_missing: missing,
                    edition: None,
                    machine: None,
                    reason: self.reason(),
                }
            }
        }
    }

    /// What a reader must know of what is said.
    fn reason(&self) -> Option<String> {
        let cut = (self.compared == Compared::Some).then(|| {
            let compared = self.page.sentences.len();
            format!("the page is long: {compared} sentences of it were compared")
        });
        let remarks: Vec<String> = self.sense.remark().into_iter().chain(cut).collect();
        (!remarks.is_empty()).then(|| remarks.join("; "))
    }
}

fn without_passage(
    language: Option<Language>,
    anchors: &Anchors,
    whole: &Inventory,
    support: Support,
    reason: Option<String>,
) -> Translation {
    let Comparison { agree, missing, .. } =
        anchors.compare(whole, whole, language, Rivals::unknown());
    Translation {
        page_language: language,
        passage: None,
        support,
        anchors_agree: agree,
        anchors_missing: missing,
        edition: None,
        machine: None,
        reason,
    }
}

/// What numbers and names alone can say: the three sentences in a row that have most of them, if that is most of them.
fn by_anchors(
    page: &Page<'_>,
    anchors: &Anchors,
    whole: &Inventory,
    reason: String,
) -> Translation {
    const LONGEST: usize = 3;
    let Page { document: page, language, ref sentences } = *page;
    let mut best: Option<(f32, Range<usize>)> = None;
    if anchors.len() >= 2 {
        for first in 0..sentences.len() {
            for last in first..sentences.len().min(first + LONGEST) {
                let range = sentences[first].start..sentences[last].end;
                let stretch = inventory(&page.text[range.clone()], language);
                let share = anchors.share_in(&stretch).unwrap_or(0.0);
                if share > 0.5 && best.as_ref().is_none_or(|(best, _)| share > *best) {
                    best = Some((share, range));
                }
            }
        }
    }
    let Some((share, range)) = best else {
        return without_passage(language, anchors, whole, Support::Unknown, Some(reason));
    };
    let text = joined(page, std::slice::from_ref(&range));
    let Comparison { agree, missing, .. } =
        anchors.compare(&inventory(&text, language), whole, language, Rivals::unknown());
    let places = anchors.places(&text, language);
    let position = page.position(range.start);
    Translation {
        page_language: language,
        passage: Some(Passage { text, similarity: share, position, anchors: places }),
        support: Support::Unknown,
        anchors_agree: agree,
        anchors_missing: missing,
        edition: None,
        machine: None,
        reason: Some(reason),
    }
}

fn joined(page: &Document, stretches: &[Range<usize>]) -> String {
    let folded = stretches
        .iter()
        .map(|range| page.text[range.clone()].split_whitespace().collect::<Vec<_>>().join(" "));
    folded.collect::<Vec<_>>().join(OMISSION)
}

/// Counts words; where they are not told apart, two characters are one.
fn words(text: &str) -> usize {
    let spaced = text.split_whitespace().count();
    let ideographs = text
        .chars()
        .filter(|c| matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{9fff}'))
        .count();
    spaced.max(ideographs / 2)
}

#[cfg(test)]
mod tests;
