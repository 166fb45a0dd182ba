//! Finds the passage of a page whose sense is that of a quotation: sentence by sentence, in order.

use std::ops::Range;

use ndarray::{Array2, ArrayView1};

use crate::document::Document;

use super::anchors::{Anchors, inventory};
use super::encoder::Encoder;
use super::sentences;
use crate::text::Language;

/// How many sentences of a page are compared. Of a larger page these are chosen by the numbers and names they share
/// with the quotations; 300 take about a second of a slow processor.
pub(super) const MOST_SENTENCES: usize = 3_000;
/// What a sentence of the quotation counts that stands nowhere, as a similarity.
const NOWHERE: f32 = 0.25;
/// What each sentence costs that is passed over without a mark of omission, and the most that all of them cost.
const STEP: f32 = 0.02;
const MOST_STEPS: f32 = 0.2;
/// How much nearer a passage is that has all numbers and names.
const ANCHOR_BONUS: f32 = 0.1;
/// How much further away than the nearest a place may be to be looked at closely, as a similarity.
const HOPELESS: f32 = 0.2;
/// How many places are looked at closely.
const CANDIDATES: usize = 4;
/// From here on it need not be asked which clause of a sentence is meant.
const PLAIN: f32 = 0.6;
/// A quotation of up to so many words may be a part of a sentence.
const SHORT_WORDS: usize = 14;

/// A page made ready: its sentences with their vectors.
pub(super) struct Page<'a> {
    pub(super) document: &'a Document,
    pub(super) language: Option<Language>,
    pub(super) sentences: Vec<Range<usize>>,
    vectors: Array2<f32>,
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
    pub(super) fn new(
        encoder: &Encoder,
        document: &'a Document,
        language: Option<Language>,
        sentences: Vec<Range<usize>>,
    ) -> Self {
        let texts: Vec<&str> =
            sentences.iter().map(|range| &document.text[range.clone()]).collect();
        let vectors = encoder.embed(&texts);
        Self { document, language, sentences, vectors }
    }

    fn text(&self, sentences: &Range<usize>) -> &'a str {
        &self.document.text[self.stretch(sentences)]
    }

    fn stretch(&self, sentences: &Range<usize>) -> Range<usize> {
        self.sentences[sentences.start].start..self.sentences[sentences.end - 1].end
    }
}

/// Finds the passage; `None` if the page or the quotation has no sentence.
pub(super) fn search(
    encoder: &Encoder,
    page: &Page<'_>,
    quotation: &str,
    anchors: &Anchors,
) -> Option<Found> {
    let fragments = sentences::fragments(quotation);
    let units: Vec<Unit> = units(&fragments);
    if units.is_empty() || page.sentences.is_empty() {
        return None;
    }
    let texts: Vec<&str> = units.iter().map(|unit| unit.text).collect();
    let similarities = encoder.embed(&texts).dot(&page.vectors.t());
    let wholes: Vec<String> = fragments.iter().map(|sentences| sentences.join(" ")).collect();
    let whole_texts: Vec<&str> = wholes.iter().map(String::as_str).collect();
    let whole_vectors = encoder.embed(&whole_texts);
    let mut best: Option<(f32, Found)> = None;
    for chain in chains(&units, &similarities) {
        let mut found = Found { stretches: Vec::new(), similarity: 0.0, lead: 0.0 };
        let mut weights = 0.0;
        for (number, whole) in wholes.iter().enumerate() {
            let own = units.iter().zip(&chain).filter(|(unit, _)| unit.fragment == number);
            let sentences = own.clone().filter_map(|(_, place)| *place);
            let span = sentences.clone().min().zip(sentences.max());
            let weight = length(whole);
            weights += weight;
            let Some((first, last)) = span else {
                found.similarity += weight * NOWHERE;
                continue;
            };
            let fragment = Fragment {
                text: whole,
                vector: whole_vectors.row(number),
                sentences: own.count(),
                anchors,
            };
            let (stretch, similarity) = refine(encoder, page, &fragment, first..last + 1);
            found.stretches.push(stretch);
            found.similarity += weight * similarity;
        }
        if found.stretches.is_empty() {
            continue;
        }
        found.similarity /= weights;
        let text: String = found
            .stretches
            .iter()
            .map(|range| &page.document.text[range.clone()])
            .collect::<Vec<_>>()
            .join("\n");
        let share = anchors.share_in(&inventory(&text, page.language)).unwrap_or(0.0);
        let score = found.similarity + ANCHOR_BONUS * share;
        if best.as_ref().is_none_or(|(best, _)| score > *best) {
            best = Some((score, found));
        }
    }
    best.map(|(_, mut found)| {
        found.lead = found.similarity - nearest_outside(page, &found, &wholes, &whole_vectors);
        found
    })
}

/// Returns how near the nearest sentences outside of a passage are, the mean of the fragments by length.
fn nearest_outside(
    page: &Page<'_>,
    found: &Found,
    wholes: &[String],
    vectors: &Array2<f32>,
) -> f32 {
    let inside = |range: &Range<usize>| {
        found.stretches.iter().any(|stretch| stretch.start < range.end && range.start < stretch.end)
    };
    let nearness = page.vectors.dot(&vectors.t());
    let (mut sum, mut weights) = (0.0, 0.0);
    for (column, whole) in nearness.columns().into_iter().zip(wholes) {
        let outside = page.sentences.iter().zip(column).filter(|(range, _)| !inside(range));
        let nearest = outside.map(|(_, &similarity)| similarity).fold(0.0, f32::max);
        sum += length(whole) * nearest;
        weights += length(whole);
    }
    sum / weights
}

/// A sentence of a quotation.
struct Unit<'a> {
    text: &'a str,
    fragment: usize,
    weight: f32,
}

fn units(fragments: &[Vec<String>]) -> Vec<Unit<'_>> {
    fragments
        .iter()
        .enumerate()
        .flat_map(|(fragment, sentences)| {
            sentences.iter().map(move |text| Unit { text, fragment, weight: length(text) })
        })
        .collect()
}

/// How much a text weighs: its letters, for words are not told apart in every script.
fn length(text: &str) -> f32 {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count().clamp(1, 1_000);
    f32::from(u16::try_from(letters).unwrap_or(1_000))
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

/// A part of a quotation without omissions.
struct Fragment<'a> {
    text: &'a str,
    vector: ArrayView1<'a, f32>,
    sentences: usize,
    anchors: &'a Anchors,
}

/// Returns how near some windows of sentences are. Those of one sentence have their vectors.
fn nearness_of(
    encoder: &Encoder,
    page: &Page<'_>,
    windows: &[Range<usize>],
    vector: &ArrayView1<'_, f32>,
) -> Vec<f32> {
    let long: Vec<&str> =
        windows.iter().filter(|window| window.len() > 1).map(|window| page.text(window)).collect();
    let mut of_long = encoder.embed(&long).dot(vector).into_iter();
    windows
        .iter()
        .map(|window| match window.len() {
            1 => page.vectors.row(window.start).dot(vector),
            _ => of_long.next().unwrap_or(0.0),
        })
        .collect()
}

/// Chooses among a span of sentences and its neighbours the one that is nearest, or a part of one.
fn refine(
    encoder: &Encoder,
    page: &Page<'_>,
    fragment: &Fragment<'_>,
    span: Range<usize>,
) -> (Range<usize>, f32) {
    let last = page.sentences.len();
    let too_long = span.len() > 2 * fragment.sentences + 3;
    let mut windows = vec![span.clone()];
    if !too_long {
        if span.start > 0 {
            windows.push(span.start - 1..span.end);
        }
        if span.end < last {
            windows.push(span.start..span.end + 1);
        }
        if span.len() > 1 {
            windows.push(span.start + 1..span.end);
            windows.push(span.start..span.end - 1);
        }
    }
    let nearness = nearness_of(encoder, page, &windows, &fragment.vector);
    let mut best = (f32::NEG_INFINITY, 0);
    for (number, (window, &similarity)) in windows.iter().zip(&nearness).enumerate() {
        let share =
            fragment.anchors.share_in(&inventory(page.text(window), page.language)).unwrap_or(0.0);
        // A sentence more must be worth it.
        let excess = f32::from(u8::from(window.len() > span.len()));
        let score = similarity + ANCHOR_BONUS * share - 0.03 * excess;
        if score > best.0 {
            best = (score, number);
        }
    }
    let window = windows.swap_remove(best.1);
    let similarity = nearness[best.1];
    let words = fragment.text.split_whitespace().count();
    if words > SHORT_WORDS || window.len() > 1 || similarity >= PLAIN {
        return (page.stretch(&window), similarity);
    }
    let sentence = page.text(&window);
    let clauses = sentences::clauses(sentence);
    let parts: Vec<&str> = clauses.iter().map(|range| &sentence[range.clone()]).collect();
    let nearness = encoder.embed(&parts).dot(&fragment.vector);
    let nearest = nearness.iter().copied().fold(similarity, f32::max);
    (page.stretch(&window), nearest)
}
