//! Finds the passages of a page whose sense is that of quotations: sentence by sentence, in order.

use std::ops::Range;

use ndarray::{Array2, ArrayView1};

use crate::document::Document;

use super::anchors::{Anchors, inventory};
use super::model::ModelError;
use super::sentences;
use super::vectors::Vectors;
use crate::text::Language;

/// What a sentence counts for at most, in bytes: the encoder reads no more of it than about that.
pub(super) const LONGEST_COUNTED: usize = 1_500;
/// What a sentence of the quotation counts that stands nowhere, as a similarity.
const NOWHERE: f32 = 0.25;
/// What each sentence costs that is passed over without a mark of omission, and the most that all of them cost.
const STEP: f32 = 0.02;
const MOST_STEPS: f32 = 0.2;
/// How much nearer a passage is that has all numbers and names.
const ANCHOR_BONUS: f32 = 0.1;
/// How much further away than the nearest a place may be to be looked at closely, as a similarity.
const HOPELESS: f32 = 0.2;
/// How much nearer a window must be for each sentence that it has more or less than the quotation.
const OTHER_LENGTH: f32 = 0.03;
/// How many places are looked at closely.
const CANDIDATES: usize = 4;
/// From here on it need not be asked which clause of a sentence is meant.
const PLAIN: f32 = 0.6;
/// A quotation of up to so many words may be a part of a sentence.
const SHORT_WORDS: usize = 14;

/// A page cut into sentences.
pub(super) struct Page<'a> {
    pub(super) document: &'a Document,
    pub(super) language: Option<Language>,
    pub(super) sentences: Vec<Range<usize>>,
}

/// A passage and how near its sense is.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The stretches of the page's text, in order; more than one where the quotation has marks of omission.
    pub(super) stretches: Vec<Range<usize>>,
    /// The cosine of the two vectors, -1.0..=1.0, the mean of the fragments by length.
    pub(super) similarity: f32,
    /// How much nearer it is than any single sentence outside of it.
    pub(super) lead: f32,
}

impl<'a> Page<'a> {
    /// Widens a stretch to the ends of the sentences that it cuts into: what is said is shown with who says it.
    pub(super) fn whole_sentences(&self, stretch: &Range<usize>) -> Range<usize> {
        sentences::around(self.document, stretch)
    }

    fn texts(&self) -> Vec<&'a str> {
        self.sentences.iter().map(|range| &self.document.text[range.clone()]).collect()
    }

    fn text(&self, sentences: &Range<usize>) -> &'a str {
        &self.document.text[self.stretch(sentences)]
    }

    fn stretch(&self, sentences: &Range<usize>) -> Range<usize> {
        self.sentences[sentences.start].start..self.sentences[sentences.end - 1].end
    }
}

/// Finds for each quotation the passage that it translates; `None` if the page or the quotation has no sentence. All
/// quotations go through each step together, for vectors cost least in large batches.
///
/// # Errors
///
/// When the encoder turns out to be damaged.
pub(super) fn search(
    vectors: &mut Vectors<'_>,
    page: &Page<'_>,
    queries: &[Query<'_>],
) -> Result<Vec<Option<Found>>, ModelError> {
    let sentences = page.texts();
    vectors.learn(sentences.iter().copied().chain(queries.iter().flat_map(Query::texts)))?;
    let of_page = vectors.of_all(&sentences);
    let mut places = Vec::new();
    for (number, query) in queries.iter().enumerate() {
        places.extend(query.places(number, vectors, &of_page));
    }
    vectors.learn(places.iter().flat_map(|place| place.window_texts(page, queries)))?;
    for place in &mut places {
        place.choose_windows(vectors, page, &queries[place.query]);
    }
    vectors.learn(places.iter().flat_map(|place| place.clause_texts(page, queries)))?;
    let mut best: Vec<Option<(f32, Found)>> = vec![None; queries.len()];
    for place in &places {
        let query = &queries[place.query];
        let found = place.found(vectors, page, query);
        let text = found.stretches.iter().map(|range| &page.document.text[range.clone()]);
        let text = text.collect::<Vec<_>>().join("\n");
        let share = query.anchors.share_in(&inventory(&text, page.language)).unwrap_or(0.0);
        let score = found.similarity + ANCHOR_BONUS * share;
        let best = &mut best[place.query];
        if best.as_ref().is_none_or(|(best, _)| score > *best) {
            *best = Some((score, found));
        }
    }
    let best = best.into_iter().zip(queries);
    Ok(best
        .map(|(best, query)| {
            let (_, mut found) = best?;
            found.lead =
                found.similarity - query.nearest_outside(page, vectors, &of_page, &found.stretches);
            Some(found)
        })
        .collect())
}

/// A quotation that is looked for.
pub(super) struct Query<'a> {
    anchors: &'a Anchors,
    fragments: Vec<Fragment>,
}

/// A part of a quotation between marks of omission.
struct Fragment {
    sentences: Vec<String>,
    /// All of them.
    whole: String,
    weight: f32,
}

/// A sentence of a quotation.
struct Unit<'a> {
    text: &'a str,
    fragment: usize,
    weight: f32,
}

impl<'a> Query<'a> {
    pub(super) fn new(quotation: &str, anchors: &'a Anchors) -> Self {
        let fragments = sentences::fragments(quotation).into_iter().map(|sentences| {
            let whole = sentences.join(" ");
            let weight = length(&whole);
            Fragment { sentences, whole, weight }
        });
        Self { anchors, fragments: fragments.collect() }
    }

    /// The texts whose vectors are needed.
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.fragments.iter().flat_map(|fragment| {
            fragment.sentences.iter().chain(std::iter::once(&fragment.whole)).map(String::as_str)
        })
    }

    fn units(&self) -> Vec<Unit<'_>> {
        let fragments = self.fragments.iter().enumerate();
        fragments
            .flat_map(|(number, fragment)| {
                fragment.sentences.iter().map(move |text| Unit {
                    text,
                    fragment: number,
                    weight: length(text),
                })
            })
            .collect()
    }

    /// Returns the likeliest places of the page.
    fn places(&self, number: usize, vectors: &Vectors<'_>, of_page: &Array2<f32>) -> Vec<Place> {
        let units = self.units();
        if units.is_empty() || of_page.is_empty() {
            return Vec::new();
        }
        let texts: Vec<&str> = units.iter().map(|unit| unit.text).collect();
        let similarities = vectors.of_all(&texts).dot(&of_page.t());
        let span = |fragment: usize, chain: &[Option<usize>]| {
            let own = units.iter().zip(chain).filter(|(unit, _)| unit.fragment == fragment);
            let sentences = own.filter_map(|(_, place)| *place);
            let (first, last) = sentences.clone().min().zip(sentences.max())?;
            Some(Near { sentences: first..last + 1, similarity: NOWHERE })
        };
        let chains = chains(&units, &similarities).into_iter();
        chains
            .map(|chain| Place {
                query: number,
                near: (0..self.fragments.len()).map(|fragment| span(fragment, &chain)).collect(),
            })
            .collect()
    }

    /// Returns how near the nearest sentences outside of a passage are, the mean of the fragments by length.
    fn nearest_outside(
        &self,
        page: &Page<'_>,
        vectors: &Vectors<'_>,
        of_page: &Array2<f32>,
        passage: &[Range<usize>],
    ) -> f32 {
        let inside = |range: &Range<usize>| {
            passage.iter().any(|stretch| stretch.start < range.end && range.start < stretch.end)
        };
        let (mut sum, mut weights) = (0.0, 0.0);
        for fragment in &self.fragments {
            let nearness = of_page.dot(&vectors.of(&fragment.whole));
            let outside = page.sentences.iter().zip(&nearness).filter(|(range, _)| !inside(range));
            let nearest = outside.map(|(_, &similarity)| similarity).fold(0.0, f32::max);
            sum += fragment.weight * nearest;
            weights += fragment.weight;
        }
        sum / weights
    }
}

/// Where a quotation may stand on the page.
struct Place {
    /// Which of the quotations.
    query: usize,
    /// For each of its fragments what is nearest; `None` if it stands nowhere.
    near: Vec<Option<Near>>,
}

/// Sentences of the page in a row, and how near they, or a part of them, are to a fragment.
struct Near {
    sentences: Range<usize>,
    similarity: f32,
}

impl Place {
    fn parts<'q>(&self, queries: &'q [Query<'_>]) -> impl Iterator<Item = (&Near, &'q Fragment)> {
        let fragments = &queries[self.query].fragments;
        self.near
            .iter()
            .zip(fragments)
            .filter_map(|(near, fragment)| Some((near.as_ref()?, fragment)))
    }

    /// The texts of the windows that may be nearer than the sentences that were found one by one.
    fn window_texts<'p>(&self, page: &Page<'p>, queries: &[Query<'_>]) -> Vec<&'p str> {
        self.parts(queries)
            .flat_map(|(near, fragment)| near.windows(fragment, page))
            .map(|window| page.text(&window))
            .collect()
    }

    /// Chooses for each fragment the nearest window. A sentence more than the fragment has must be worth it, and so must
    /// one less.
    fn choose_windows(&mut self, vectors: &Vectors<'_>, page: &Page<'_>, query: &Query<'_>) {
        for (near, fragment) in self.near.iter_mut().zip(&query.fragments) {
            let Some(near) = near else { continue };
            let wanted = vectors.of(&fragment.whole);
            let mut best = f32::NEG_INFINITY;
            for window in near.windows(fragment, page) {
                let text = page.text(&window);
                let similarity = vectors.of(text).dot(&wanted);
                let share = query.anchors.share_in(&inventory(text, page.language)).unwrap_or(0.0);
                let other = window.len().abs_diff(fragment.sentences.len()).min(4);
                let score = similarity + ANCHOR_BONUS * share - OTHER_LENGTH * small(other);
                if score > best {
                    best = score;
                    *near = Near { sentences: window, similarity };
                }
            }
        }
    }

    /// The texts of the clauses that a short fragment may translate.
    fn clause_texts<'p>(&self, page: &Page<'p>, queries: &[Query<'_>]) -> Vec<&'p str> {
        self.parts(queries).flat_map(|(near, fragment)| near.clauses(fragment, page)).collect()
    }

    fn found(&self, vectors: &Vectors<'_>, page: &Page<'_>, query: &Query<'_>) -> Found {
        let mut found = Found { stretches: Vec::new(), similarity: 0.0, lead: 0.0 };
        let mut weights = 0.0;
        for (near, fragment) in self.near.iter().zip(&query.fragments) {
            weights += fragment.weight;
            let Some(near) = near else {
                found.similarity += fragment.weight * NOWHERE;
                continue;
            };
            let wanted = vectors.of(&fragment.whole);
            let clauses = near.clauses(fragment, page).into_iter();
            let nearest = clauses
                .map(|clause| vectors.of(clause).dot(&wanted))
                .fold(near.similarity, f32::max);
            found.stretches.push(page.stretch(&near.sentences));
            found.similarity += fragment.weight * nearest;
        }
        found.similarity /= weights;
        found
    }
}

impl Near {
    /// These sentences, and with one more or less at either end.
    fn windows(&self, fragment: &Fragment, page: &Page<'_>) -> Vec<Range<usize>> {
        let Range { start, end } = self.sentences;
        let mut windows = Vec::from([self.sentences.clone()]);
        if end - start > 2 * fragment.sentences.len() + 3 {
            return windows;
        }
        if start > 0 {
            windows.push(start - 1..end);
        }
        if end < page.sentences.len() {
            windows.push(start..end + 1);
        }
        if end - start > 1 {
            windows.push(start + 1..end);
            windows.push(start..end - 1);
        }
        windows
    }

    /// The clauses of the one sentence, where a fragment is short and the sentence not plainly what it translates.
    fn clauses<'p>(&self, fragment: &Fragment, page: &Page<'p>) -> Vec<&'p str> {
        let words = fragment.whole.split_whitespace().count();
        if words > SHORT_WORDS || self.sentences.len() > 1 || self.similarity >= PLAIN {
            return Vec::new();
        }
        let sentence = page.text(&self.sentences);
        sentences::clauses(sentence).into_iter().map(|range| &sentence[range]).collect()
    }
}

/// How much a text weighs: its letters, for words are not told apart in every script.
fn length(text: &str) -> f32 {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count().clamp(1, 1_000);
    f32::from(u16::try_from(letters).unwrap_or(1_000))
}

fn small(count: usize) -> f32 {
    u8::try_from(count).map_or(255.0, f32::from)
}

/// Chooses for each sentence of the quotation one of the page, or none, such that they stand in order: the best ways,
/// ending in different places. Takes time in proportion to the sentences of both.
fn chains(units: &[Unit<'_>], similarities: &Array2<f32>) -> Vec<Vec<Option<usize>>> {
    let places = similarities.ncols();
    let mut scores: Vec<f32> = Vec::new();
    let mut steps: Vec<Vec<Step>> = Vec::new();
    for (number, unit) in units.iter().enumerate() {
        let row = similarities.row(number);
        let marked = number > 0 && units[number - 1].fragment != unit.fragment;
        let (next, taken) = if number == 0 {
            first_step(&row, unit.weight)
        } else {
            step(&row, unit.weight, &scores, if marked { 0.1 } else { 1.0 })
        };
        scores = next;
        steps.push(taken);
    }
    let mut ends: Vec<usize> = (0..places).collect();
    ends.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let mut found: Vec<Vec<Option<usize>>> = Vec::new();
    let weight: f32 = units.iter().map(|unit| unit.weight).sum();
    let floor = ends.first().map_or(0.0, |&end| scores[end] - HOPELESS * weight);
    for end in ends.into_iter().take(4 * CANDIDATES).take_while(|&end| scores[end] >= floor) {
        let chain = trace(&steps, end);
        if chain.iter().any(Option::is_some) && !found.contains(&chain) {
            found.push(chain);
            if found.len() == CANDIDATES {
                break;
            }
        }
    }
    found
}

/// How a place was reached: from which place the sentence before, and whether this one stands here.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    here: bool,
}

fn first_step(row: &ArrayView1<'_, f32>, weight: f32) -> (Vec<f32>, Vec<Step>) {
    row.iter()
        .enumerate()
        .map(|(at, &similarity)| {
            let here = similarity > NOWHERE;
            (weight * similarity.max(NOWHERE), Step { from: at, here })
        })
        .unzip()
}

fn step(
    row: &ArrayView1<'_, f32>,
    weight: f32,
    before: &[f32],
    cost: f32,
) -> (Vec<f32>, Vec<Step>) {
    let (one, most) = (STEP * cost * weight, MOST_STEPS * cost * weight);
    // The best place before this one: near, where each sentence between costs; far, where all cost the most there is.
    let mut near = (f32::NEG_INFINITY, 0);
    let mut far = (f32::NEG_INFINITY, 0);
    let mut next = Vec::with_capacity(row.len());
    for (at, &similarity) in row.iter().enumerate() {
        let mut best = (before[at] + weight * NOWHERE, Step { from: at, here: false });
        for (score, from) in [(before[at], at), near, (far.0 - most, far.1)] {
            let score = score + weight * similarity;
            if score > best.0 {
                best = (score, Step { from, here: true });
            }
        }
        next.push(best);
        near.0 -= one;
        if before[at] > near.0 {
            near = (before[at], at);
        }
        if before[at] > far.0 {
            far = (before[at], at);
        }
    }
    next.into_iter().unzip()
}

fn trace(steps: &[Vec<Step>], end: usize) -> Vec<Option<usize>> {
    let mut chain = vec![None; steps.len()];
    let mut at = end;
    for (number, steps) in steps.iter().enumerate().rev() {
        let Step { from, here } = steps[at];
        chain[number] = here.then_some(at);
        at = from;
    }
    chain
}
