//! Says which citation vouches for which quotation: the note call or link that its sentence or its marks claim.
//! One citation never gets what another's call claims.

use std::ops::Range;

use super::author_date::Named;
use super::quotations::{Shown, Span, block_at};
use super::sentences;
use crate::citation::Pairing;
use crate::document::{BlockKind, Document, NoteLabel};

/// A place in the body that points at sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pointer {
    /// Calls of notes that stand together: each a note, or the label of a missing one.
    Calls(Vec<Called>),
    /// A link: its index.
    Link(usize),
    /// Authors and dates between brackets.
    Named(Vec<Named>),
}

/// What one call names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Called {
    /// A note, by its index.
    Note(usize),
    /// A note that is not there.
    Missing(NoteLabel),
}

/// A pointer, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) range: Range<usize>,
    pub(super) pointer: Pointer,
}

/// What vouches for a quotation: the index of a place, and how it came to it.
pub(super) type Claim = Option<(usize, Pairing)>;

/// What the walk over the body found.
pub(super) struct Paired {
    /// One for each quotation.
    pub(super) claims: Vec<Claim>,
    /// The stretches of text before each place that belong to it, without quotations.
    pub(super) passages: Vec<Vec<Range<usize>>>,
}

/// Pairs the quotations of the body with its places; both ordered by where they start.
pub(super) fn pair(document: &Document, spans: &[Span], places: &[Place]) -> Paired {
    let mut walk = Walk {
        document,
        spans,
        places,
        claims: vec![None; spans.len()],
        passages: vec![Vec::new(); places.len()],
        sentence: Sentence::default(),
        passage: Vec::new(),
        at: 0,
        block_end: 0,
    };
    let (mut span, mut place) = (0, 0);
    while span < spans.len() || place < places.len() {
        let place_start = places.get(place).map_or(usize::MAX, |place| place.range.start);
        if spans.get(span).is_some_and(|span| span.outer.start <= place_start) {
            walk.quotation(span);
            span += 1;
        } else {
            walk.place(place);
            place += 1;
        }
    }
    walk.end_sentence();
    walk.claim_by_inner_calls();
    walk.claim_block_quotations();
    Paired { claims: walk.claims, passages: walk.passages }
}

/// What stands in the sentence that is being read.
#[derive(Debug, Default)]
struct Sentence {
    /// Quotations that no call has claimed yet.
    unclaimed: Vec<usize>,
    /// Links, and authors with dates.
    links: Vec<usize>,
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Words,
    /// An empty mark.
    Nothing,
}

struct Walk<'a> {
    document: &'a Document,
    spans: &'a [Span],
    places: &'a [Place],
    claims: Vec<Claim>,
    passages: Vec<Vec<Range<usize>>>,
    sentence: Sentence,
    /// The text since the last place or the beginning of the paragraph.
    passage: Vec<Range<usize>>,
    /// How far the text has been read.
    at: usize,
    /// Where the paragraph ends that is being read.
    block_end: usize,
}

impl Walk<'_> {
    fn quotation(&mut self, span: usize) {
        let outer = &self.spans[span].outer;
        let gap = self.advance(outer.start, Part::Words);
        let words = &self.document.text[self.spans[span].inner.clone()];
        if sentences::ends_in(&self.document.text[gap], words) {
            self.end_sentence();
        }
        self.sentence.unclaimed.push(span);
        self.skip_to(outer.end);
    }

    fn place(&mut self, place: usize) {
        let Place { range, pointer } = &self.places[place];
        // Inside of a quotation: looked at when the walk is over.
        if range.start < self.at {
            match pointer {
                Pointer::Link(_) => self.sentence.links.push(place),
                Pointer::Named(_) => self.claim_block_by_its_end(place),
                Pointer::Calls(_) => {}
            }
            return;
        }
        let part = if range.is_empty() { Part::Nothing } else { Part::Words };
        let gap = self.advance(range.start, part);
        let start = gap.start;
        let text = &self.document.text[gap];
        match pointer {
            Pointer::Calls(_) => {
                if sentences::ends_in(sentences::without_final_stop(text), "") {
                    self.end_sentence();
                }
                self.claim(place);
                self.passages[place] = std::mem::take(&mut self.passage);
            }
            Pointer::Link(_) | Pointer::Named(_) => {
                if sentences::ends_in(text, &self.document.text[range.clone()]) {
                    self.end_sentence();
                }
                self.sentence.links.push(place);
                let start = start + sentences::last_start(text);
                self.passages[place].push(start..range.start);
            }
        }
        self.skip_to(range.end);
    }

    /// Reads on to a place; returns the text between, within the paragraph of that place.
    fn advance(&mut self, to: usize, part: Part) -> Range<usize> {
        // An empty call at the end of a paragraph belongs to it.
        let is_beyond = match part {
            Part::Words => to >= self.block_end,
            Part::Nothing => to > self.block_end,
        };
        if is_beyond {
            self.end_sentence();
            self.passage.clear();
            let block = block_at(self.document, to);
            self.at = block.map_or(to, |block| block.range.start.max(self.at)).min(to);
            self.block_end = block.map_or(to + 1, |block| block.range.end);
        }
        let gap = self.at.min(to)..to;
        self.passage.push(gap.clone());
        self.at = to;
        gap
    }

    /// Passes over a quotation or a place; the sentence goes on after a quotation of several paragraphs.
    fn skip_to(&mut self, end: usize) {
        self.at = self.at.max(end);
        if end > self.block_end {
            let last = self.document.text[..end].len().saturating_sub(1);
            self.block_end = block_at(self.document, last).map_or(end, |block| block.range.end);
        }
    }

    /// Lets the calls at a place claim the quotations of the sentence before them.
    fn claim(&mut self, place: usize) {
        let start = self.places[place].range.start;
        for span in std::mem::take(&mut self.sentence.unclaimed) {
            let between = &self.document.text[self.spans[span].outer.end.min(start)..start];
            let pairing = if self.spans[span].shown == Shown::AsBlock {
                Pairing::BlockQuotation
            } else if is_closing(between) {
                Pairing::CallAfterClosingMark
            } else {
                Pairing::SameSentence
            };
            self.claims[span] = Some((place, pairing));
        }
    }

    /// Lets an author and a date at the end of a block quotation claim it; those within quoted words are part of them.
    fn claim_block_by_its_end(&mut self, place: usize) {
        let after = self.places[place].range.end;
        let Some(&span) = self.sentence.unclaimed.last() else { return };
        let Span { outer, shown, .. } = &self.spans[span];
        let is_end = *shown == Shown::AsBlock
            && after <= outer.end
            && self.document.text[after..outer.end].trim_matches(['.', ' ', '\n']).is_empty();
        if is_end {
            self.sentence.unclaimed.pop();
            self.claims[span] = Some((place, Pairing::BlockQuotation));
        }
    }

    /// Lets the links of a sentence claim what no call has claimed.
    fn end_sentence(&mut self) {
        let Sentence { unclaimed, links } = std::mem::take(&mut self.sentence);
        if links.is_empty() {
            return;
        }
        for span in unclaimed {
            let outer = &self.spans[span].outer;
            let right = links.partition_point(|&link| self.places[link].range.start < outer.start);
            let candidates = links[right.saturating_sub(1)..].iter().take(2);
            let nearest = candidates.min_by_key(|&&link| {
                let range = &self.places[link].range;
                if range.start >= outer.end {
                    range.start - outer.end
                } else {
                    // One more, so that of two at one distance the right one claims.
                    (outer.start + 1).saturating_sub(range.end)
                }
            });
            self.claims[span] = nearest.map(|&link| match self.places[link].pointer {
                Pointer::Named(_) => (link, Pairing::AuthorDate),
                Pointer::Link(_) | Pointer::Calls(_) => (link, Pairing::LinkInSentence),
            });
        }
    }

    /// Lets a call inside of a quotation claim it, where none after it does.
    fn claim_by_inner_calls(&mut self) {
        for (index, span) in self.spans.iter().enumerate() {
            if self.claims[index].is_some() {
                continue;
            }
            let first = self.places.partition_point(|place| place.range.start < span.outer.start);
            let inside = self.places[first..]
                .iter()
                .take_while(|place| place.range.start < span.outer.end)
                .position(|place| matches!(place.pointer, Pointer::Calls(_)));
            if let Some(inside) = inside {
                self.claims[index] = Some((first + inside, Pairing::SameSentence));
            }
        }
    }

    /// Lets the words that introduce a block quotation claim it: the last place in the block before.
    fn claim_block_quotations(&mut self) {
        for (index, span) in self.spans.iter().enumerate() {
            if self.claims[index].is_some() || span.shown != Shown::AsBlock {
                continue;
            }
            let at = self.document.blocks.partition_point(|b| b.range.end <= span.outer.start);
            let before = self.document.blocks[..at].iter().rev().find(|block| block.note.is_none());
            let Some(before) = before else { continue };
            let introduces = before.kind == BlockKind::Paragraph;
            let last = self.places.partition_point(|place| place.range.start < span.outer.start);
            let place = last.checked_sub(1).filter(|&place| {
                introduces && self.places[place].range.start >= before.range.start
            });
            self.claims[index] = place.map(|place| (place, Pairing::BlockQuotation));
        }
    }
}

/// Tells whether nothing but punctuation stands between a closing mark and a call.
fn is_closing(between: &str) -> bool {
    between.chars().count() <= 6
        && between.chars().all(|c| {
            c.is_whitespace()
                || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '…' | '。' | '，')
                || matches!(c, '"' | '”' | '’' | '»' | '\'')
        })
}
