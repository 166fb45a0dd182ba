//! Finds quotations in the text of a source, and says word by word how the two differ.
//!
//! Input: quotations made ready once for a whole run, and one page at a time. Output: for each quotation asked for,
//! the passage that is it, or the nearest, with the edit script read. Compares wordings and knows nothing of where
//! they came from. A similarity score never says what a passage is: it only finds it. Pure.

mod align;
mod candidates;
mod index;
mod lexicon;
mod nature;
mod noise;
mod passage;
mod pattern;
mod punctuation;
mod raised;
mod script;
mod sieve;
mod translated;
mod variants;
mod vocabulary;

use std::cell::{LazyCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::document::{Document, Layer};
use crate::evidence::{
    DifferenceKind, Flag, Marking, Nature, QuotationMatch, Search, Support, Translation,
};
use crate::text::{Language, TokenClass, leaning, leans_away, push_key};

pub use translated::{Excerpt, Model};
pub use variants::{Variant, Variation, variants};

use align::{ViewToken, align};
use candidates::{Candidate, candidates};
use index::{Hit, PageIndex, Seeds};
use pattern::{Item, ItemKind, Pattern};
use script::Script;
use translated::{Foreign, is_clear, is_foreign_by_script, translate};
use vocabulary::Vocabulary;

/// The most often that one passage is counted.
const MOST_OCCURRENCES: u32 = 99;

/// The quotations of a run, made ready to be looked for on any number of pages.
#[derive(Debug, Clone)]
pub struct Quotations {
    texts: Vec<String>,
    vocabulary: Vocabulary,
    patterns: Vec<Pattern>,
    languages: Vec<Option<Language>>,
    /// By number: who is said to have said it.
    speakers: BTreeMap<usize, String>,
    seeds: Seeds,
    /// What compares them with pages in languages that the built-in encoder does not know.
    model: Option<Arc<Model>>,
}

impl Quotations {
    /// Prepares quotations, each with the language it is written in, where that is known.
    #[must_use]
    pub fn new<'a>(quotations: impl IntoIterator<Item = (&'a str, Option<Language>)>) -> Self {
        let mut vocabulary = Vocabulary::default();
        let (mut texts, mut patterns, mut languages) = (Vec::new(), Vec::new(), Vec::new());
        for (text, language) in quotations {
            texts.push(text.to_owned());
            patterns.push(Pattern::parse(text, &mut vocabulary));
            languages.push(language);
        }
        let seeds = Seeds::new(&patterns);
        Self {
            texts,
            vocabulary,
            patterns,
            languages,
            speakers: BTreeMap::new(),
            seeds,
            model: None,
        }
    }

    /// Says who is named as the speaker of some of them, each given by its number.
    #[must_use]
    pub fn spoken_by<'a>(mut self, speakers: impl IntoIterator<Item = (usize, &'a str)>) -> Self {
        self.speakers.extend(speakers.into_iter().map(|(number, name)| (number, name.to_owned())));
        self
    }

    /// Has them compared by a model too, with pages in languages that the built-in encoder does not know.
    #[must_use]
    pub fn compared_by(self, model: Option<Arc<Model>>) -> Self {
        Self { model, ..self }
    }

    /// Returns how many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Returns the language that one of them is written in, where that is known.
    #[must_use]
    pub fn language(&self, number: usize) -> Option<Language> {
        self.languages.get(number).copied().flatten()
    }

    /// Tells whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}

/// What one page says of the quotations.
#[derive(Debug, Clone, Default)]
pub struct Located {
    /// For each quotation that cites the page, in the order asked: its number and the outcome.
    pub cited: Vec<(usize, Search)>,
    /// Other quotations all of whose words stand here in order, with nothing changed that may not be.
    pub elsewhere: Vec<(usize, QuotationMatch)>,
}

/// Looks on a page for the quotations that cite it, given by number, and at a glance for all others.
/// `language` is the page's.
#[must_use]
pub fn locate(
    quotations: &Quotations,
    page: &Document,
    language: Option<Language>,
    cited: &[usize],
) -> Located {
    let index = PageIndex::new(page, language, &quotations.vocabulary, &quotations.seeds);
    let search = |number: usize| search(quotations, number, &index, language);
    let mut cited_found: Vec<(usize, Search)> =
        cited.iter().map(|&number| (number, search(number))).collect();
    compare_translations(quotations, page, language, &mut cited_found);
    let mut elsewhere = Vec::new();
    let asked: BTreeSet<usize> = cited.iter().copied().collect();
    for number in index.hits.quotations() {
        if asked.contains(&number)
            || !could_stand(&quotations.patterns[number], index.hits.of(number))
        {
            continue;
        }
        if let Search::Found(found) = search(number)
            && found.differences.is_empty()
        {
            elsewhere.push((number, *found));
        }
    }
    Located { cited: cited_found, elsewhere }
}

/// Says of the quotations in another language than the page what can be said across languages: all at once, for that
/// takes reading the page once more. A quotation too short for its language to be told, most of whose words the page
/// lacks, may be a translation too, if something about it speaks for another language, and so may one of which the page
/// has but a name or a title: it is one if a passage says the same.
fn compare_translations(
    quotations: &Quotations,
    page: &Document,
    language: Option<Language>,
    found: &mut [(usize, Search)],
) {
    let mut foreign = Vec::new();
    let mut open = Vec::new();
    let there = LazyCell::new(|| words(&page.text).map(str::to_lowercase).collect());
    for (number, search) in found.iter_mut() {
        let (text, own) = (&quotations.texts[*number], quotations.languages[*number]);
        let likely = own.or_else(|| leaning(text));
        let may_be = match search {
            Search::OtherLanguage(_) if has_its_words(text, &there) => {
                *search = Search::NotFound(None);
                false
            }
            Search::OtherLanguage(_) => true,
            Search::NotFound(_) => {
                own.is_none()
                    && language.is_some_and(|page| leans_away(text, page))
                    && lacks_words(text, &there)
            }
            Search::Found(found) => {
                let is_foreign = likely.is_some() && language.is_some() && likely != language;
                is_foreign && is_mostly_changed(found, text)
            }
        };
        if may_be {
            foreign.push(Foreign { text, language: likely });
            open.push(search);
        }
    }
    if foreign.is_empty() {
        return;
    }
    let model = quotations.model.as_deref();
    for (search, translation) in open.into_iter().zip(translate(page, language, &foreign, model)) {
        if matches!(search, Search::OtherLanguage(_)) || is_clear(&translation) {
            *search = Search::OtherLanguage(Box::new(translation));
        }
    }
}

/// Tells whether most of the words of a quotation are none of those that stand on a page, in lower case; numbers alone need
/// no translation.
fn lacks_words(text: &str, there: &FxHashSet<String>) -> bool {
    let (known, all) = known_words(text, there);
    known * 2 < all && text.contains(char::is_alphabetic)
}

/// Tells whether nearly all of the words of a quotation stand on a page: then the page has text in its language, and it is
/// no translation of that. A few words may stand there by chance.
fn has_its_words(text: &str, there: &FxHashSet<String>) -> bool {
    const FEWEST: usize = 6;
    let (known, all) = known_words(text, there);
    all >= FEWEST && known * 10 >= all * 9
}

/// Counts which of the different words of a quotation stand on a page, and all of them. Names and numbers stand in every
/// language, so that they count only where there is nothing else.
fn known_words(text: &str, there: &FxHashSet<String>) -> (usize, usize) {
    let all: BTreeSet<&str> = words(text).collect();
    let plain: BTreeSet<&str> =
        all.iter().copied().filter(|word| word.starts_with(char::is_lowercase)).collect();
    let own = if plain.is_empty() { all } else { plain };
    let own: BTreeSet<String> = own.iter().map(|word| word.to_lowercase()).collect();
    (own.iter().filter(|word| there.contains(*word)).count(), own.len())
}

/// The runs of letters and digits of a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Tells whether at least a third of a quotation is not what the page has.
fn is_mostly_changed(found: &QuotationMatch, text: &str) -> bool {
    let words = |text: &str| text.split_whitespace().count();
    let changed: usize =
        found.differences.iter().map(|difference| words(&difference.document)).sum();
    changed * 3 >= words(text)
}

/// Tells at a glance whether nearly all of a quotation could stand on a page. One of fewer than five words says too
/// little to be looked for where it was not cited.
fn could_stand(pattern: &Pattern, hits: &[Hit]) -> bool {
    if pattern.words < 5 || hits.is_empty() {
        return false;
    }
    let mut items: Vec<u32> = hits.iter().map(|hit| hit.item).collect();
    items.sort_unstable();
    items.dedup();
    items.len() * 2 >= pattern.words as usize - 2
}

fn search(
    quotations: &Quotations,
    number: usize,
    page: &PageIndex<'_>,
    language: Option<Language>,
) -> Search {
    let pattern = &quotations.patterns[number];
    if pattern.words == 0 {
        return Search::NotFound(None);
    }
    let mut best: Option<QuotationMatch> = None;
    let speaker = quotations.speakers.get(&number).map(String::as_str);
    let hits = page.hits.of(number);
    for candidate in candidates(pattern, page, hits) {
        let Some(found) = read_candidate(pattern, speaker, page, hits, &candidate) else {
            continue;
        };
        if best.as_ref().is_none_or(|best| rank(&found) < rank(best)) {
            let is_the_text_itself = found.layer == Layer::Visible
                && found.differences.is_empty()
                && found.edits.is_empty();
            best = Some(found);
            if is_the_text_itself {
                break;
            }
        }
    }
    match best {
        Some(mut found) if is_the_passage(&found) => {
            if found.differences.is_empty() {
                found.occurrences = occurrences(pattern, page, page.hits.of(number)).max(1);
                if found.occurrences > 1 {
                    found.flags.insert(Flag::Ambiguous);
                }
            }
            Search::Found(Box::new(found))
        }
        nearest => {
            let quotation_language = quotations.languages[number];
            match (quotation_language, language) {
                (Some(a), Some(b)) if a != b => Search::OtherLanguage(Box::new(untranslated(b))),
                (None, Some(b)) if is_foreign_by_script(&quotations.texts[number], b) => {
                    Search::OtherLanguage(Box::new(untranslated(b)))
                }
                _ => Search::NotFound(nearest.filter(is_worth_showing).map(Box::new)),
            }
        }
    }
}

/// What can be said before comparing across languages.
fn untranslated(page_language: Language) -> Translation {
    Translation {
        page_language: Some(page_language),
        passage: None,
        support: Support::Unknown,
        anchors_agree: Vec::new(),
        anchors_missing: Vec::new(),
        edition: None,
        machine: None,
        reason: None,
    }
}

fn read_candidate(
    pattern: &Pattern,
    speaker: Option<&str>,
    page: &PageIndex<'_>,
    hits: &[Hit],
    candidate: &Candidate,
) -> Option<QuotationMatch> {
    let mut view = Vec::new();
    let mut kinds = Vec::new();
    for range in &candidate.ranges {
        let noise = noise::noise(page, range.clone());
        view.extend(range.clone().zip(&noise).map(|(token, noise)| {
            ViewToken {
                token,
                id: page.tokens[token].id,
                capital: page.document.text[page.tokens[token].start as usize..]
                    .starts_with(char::is_uppercase),
                noise: noise.is_some(),
            }
        }));
        kinds.extend(noise);
    }
    if view.is_empty() {
        return None;
    }
    let keys: RefCell<FxHashMap<usize, String>> = RefCell::default();
    let fits = |item: &Item, token: usize| {
        let ItemKind::Partial { prefix, suffix } = &item.kind else { return false };
        let mut keys = keys.borrow_mut();
        let key = keys.entry(token).or_insert_with(|| key_of(page, view[token].token));
        fits_partial(key, prefix, suffix)
    };
    let steps = align(&pattern.items, &view, hits, &fits);
    Script { pattern, speaker, page, view: &view, noise: &kinds, steps: &steps }.read()
}

fn key_of(page: &PageIndex<'_>, token: usize) -> String {
    let token = page.tokens[token];
    let mut key = String::new();
    if token.class == TokenClass::Word {
        push_key(
            &page.document.text[token.start as usize..token.end as usize],
            token.class,
            &mut key,
        );
    }
    key
}

/// `deliver[ed]` stands for `deliver`, `delivers`, `delivering`: what is outside the brackets is fixed.
fn fits_partial(key: &str, prefix: &str, suffix: &str) -> bool {
    const LONGEST_ENDING: usize = 5;
    let Some(rest) = key.strip_prefix(prefix) else { return false };
    let Some(rest) = rest.strip_suffix(suffix) else { return false };
    let bracketed = rest.chars().count();
    // What an apostrophe sets off is a word of its own: `qu’[elle]`.
    let is_set_off = prefix.ends_with('\'') || suffix.starts_with('\'');
    // With one letter only outside the brackets, any word would do.
    (bracketed <= LONGEST_ENDING || is_set_off)
        && prefix.chars().count() + suffix.chars().count() >= bracketed.min(2)
}

/// Orders matches of one quotation, the best first: nothing changed, then little, then in the text itself.
fn rank(found: &QuotationMatch) -> (usize, usize, usize, usize) {
    let major = found.differences.iter().filter(|difference| !difference.nature.is_minor()).count();
    let layer = Layer::ALL.iter().position(|&layer| layer == found.layer).unwrap_or(usize::MAX);
    (major + changed_words(found), found.differences.len(), layer, found.edits.len())
}

/// How many words were changed: a run left out counts as three at most, for it is one act.
fn changed_words(found: &QuotationMatch) -> usize {
    found
        .differences
        .iter()
        .filter(|difference| {
            difference.marked == Marking::Unmarked && difference.nature != Nature::SentenceBoundary
        })
        .map(|difference| match difference.kind {
            DifferenceKind::Missing => difference.source.split_whitespace().count().min(3),
            DifferenceKind::Substituted | DifferenceKind::Added | DifferenceKind::Moved => {
                difference
                    .document
                    .split_whitespace()
                    .count()
                    .max(difference.source.split_whitespace().count().min(6))
            }
        })
        .sum()
}

/// Tells whether a passage is the quotation, changed or not, and not merely one with words in common: at least half
/// of the words stand there in order, three of them in a row, and fewer were changed than not. Of a quotation of up
/// to five words all but one must stand there, and two at least; of one of up to ten, two thirds: three common words
/// in a row are soon found.
fn is_the_passage(found: &QuotationMatch) -> bool {
    let (aligned, words) = (found.aligned as usize, found.words as usize);
    let enough = match words {
        0..=5 => return aligned + 1 >= words && (aligned >= 2 || aligned == words),
        6..=10 => aligned * 3 >= words * 2,
        _ => aligned * 2 >= words,
    };
    enough && found.longest_run >= 3 && changed_words(found) <= words
}

fn is_worth_showing(found: &QuotationMatch) -> bool {
    found.aligned >= 2 && found.aligned * 4 >= found.words
}

/// Counts where the words of a quotation without gaps and brackets stand in a row, in the text itself.
fn occurrences(pattern: &Pattern, page: &PageIndex<'_>, hits: &[Hit]) -> u32 {
    let words: Option<Vec<_>> = pattern
        .items
        .iter()
        .map(|item| match item.kind {
            ItemKind::Word(id, _) => Some(id),
            ItemKind::Partial { .. } | ItemKind::Gap | ItemKind::Bracket(_) | ItemKind::Note(_) => {
                None
            }
        })
        .collect();
    let Some(words) = words else { return 1 };
    // Every occurrence has a hit for every item; the item with the fewest leads to all of them.
    let Some(rarest) = rarest_item(hits) else { return 1 };
    let mut count = 0;
    let mut end = 0;
    // A page that nearly repeats itself would make this quadratic; what is not counted is not claimed.
    let mut budget = 4 * page.tokens.len() + 1_000;
    for hit in hits.iter().filter(|hit| hit.item == rarest) {
        let Some(start) = (hit.token as usize).checked_sub(rarest as usize) else { continue };
        if start < end || count >= MOST_OCCURRENCES || budget == 0 {
            continue;
        }
        let equal = page.tokens[start..]
            .iter()
            .zip(&words)
            .take_while(|(token, id)| token.id == **id)
            .count();
        budget = budget.saturating_sub(equal + 1);
        if equal == words.len() && page.layer_of(start).0 == Layer::Visible {
            count += 1;
            end = start + equal;
        }
    }
    count
}

fn rarest_item(hits: &[Hit]) -> Option<u32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for hit in hits {
        *counts.entry(hit.item).or_default() += 1;
    }
    counts.into_iter().min_by_key(|&(_, count)| count).map(|(item, _)| item)
}

#[cfg(test)]
mod tests;
