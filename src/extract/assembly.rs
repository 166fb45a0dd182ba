//! Puts citations together: the references and quotations of each note and link, what is left uncited, and what
//! does not add up.

use std::collections::BTreeMap;
use std::ops::Range;

use super::author_date::{self, AuthorDate, Named};
use super::echoes::Words;
use super::links::{self, Link};
use super::pairing::{self, Called, Claim, Place, Pointer};
use super::quotations::{self, Span, block_at};
use super::references::references_in;
use crate::citation::{
    Citation, CitationId, Citations, DatedMention, Oddity, Pairing, Problem, Quotation,
    QuotationId, Reference, ReferenceForm, UncitedKind, UncitedQuotation,
};
use crate::document::{Block, BlockKind, Document, MarkKind, NoteLabel};
use crate::text::dates::dates_in;

/// What a citation is made by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Note(usize),
    Missing(NoteLabel),
    Link(usize),
    Named(Named),
}

/// A quotation on its way into its citation.
struct Claimed {
    span: Span,
    sources: Vec<Source>,
    pairing: Pairing,
}

/// Finds the quotations of body and notes, pairs them, and puts the citations together.
pub(super) fn assemble(document: &Document, body: &[usize], notes: &[Vec<usize>]) -> Citations {
    let author_date = author_date::find(document, body);
    let body = &without_entries(body, &author_date);
    let links = links::find(document, body);
    let places = places(document, &links, &author_date);
    let spans = quotations::find(document, body);
    let paired = pairing::pair(document, &spans, &places);
    let mut claimed: Vec<Claimed> = spans
        .into_iter()
        .zip(paired.claims)
        .map(|(span, claim)| claimed_in_body(span, &claim, &places))
        .collect();
    for (note, blocks) in notes.iter().enumerate() {
        claimed.extend(quotations::find(document, blocks).into_iter().map(|span| Claimed {
            span,
            sources: vec![Source::Note(note)],
            pairing: Pairing::InNote,
        }));
    }
    for (index, entry) in author_date.entries.iter().enumerate() {
        claimed.extend(quotations::find(document, &[entry.block]).into_iter().map(|span| {
            Claimed {
                span,
                sources: vec![Source::Named(Named::Entry(index))],
                pairing: Pairing::InNote,
            }
        }));
    }
    claimed.sort_by_key(|claimed| claimed.span.inner.start);

    let calls = Calls::of(document, &author_date);
    let (mut cited, ids) = citations(document, links, &calls, &author_date);
    add_dates(document, &places, &paired.passages, &ids, &mut cited);
    let gaps = document.coverage.gaps().iter().map(|&gap| Problem::NotReadWhole(gap));
    let remarks = document.remarks.iter().cloned().map(Problem::Remarked);
    let mut problems: Vec<Problem> = gaps.chain(remarks).collect();
    problems.extend(calls.problems(document));
    problems.extend(unbound(document, &calls, &ids, &cited));
    let uncited = distribute(document, claimed, &ids, &mut cited, &mut problems);
    Citations { cited, uncited, problems }
}

/// Leaves out the entries of a bibliography that are cited: they are read as notes are.
fn without_entries(body: &[usize], author_date: &AuthorDate) -> Vec<usize> {
    let is_entry = |block: &usize| {
        author_date.entries.binary_search_by_key(block, |entry| entry.block).is_ok()
    };
    body.iter().copied().filter(|block| !is_entry(block)).collect()
}

/// Returns the places of the body that point at sources, in order; calls that stand together are one.
fn places(document: &Document, links: &[Link], author_date: &AuthorDate) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for mark in &document.marks {
        let MarkKind::NoteCall { label, note } = &mark.kind else { continue };
        // A note that calls another claims nothing of the body.
        if block_of(document, mark.range.start).is_none_or(|block| block.note.is_some()) {
            continue;
        }
        let called = note.map_or_else(|| Called::Missing(label.clone()), Called::Note);
        match places.last_mut() {
            Some(Place { range, pointer: Pointer::Calls(calls) })
                if stand_together(document, range, &mark.range) =>
            {
                range.end = range.end.max(mark.range.end);
                if !calls.contains(&called) {
                    calls.push(called);
                }
            }
            _ => {
                let pointer = Pointer::Calls(vec![called]);
                places.push(Place { range: mark.range.clone(), pointer });
            }
        }
    }
    places.extend(links.iter().enumerate().map(|(index, link)| Place {
        range: link.range.start..link.end,
        pointer: Pointer::Link(index),
    }));
    let is_in_body = |at: usize| block_of(document, at).is_some_and(|block| block.note.is_none());
    places.extend(author_date.places.iter().filter(|place| is_in_body(place.range.start)).map(
        |place| Place { range: place.range.clone(), pointer: Pointer::Named(place.named.clone()) },
    ));
    places.sort_by_key(|place| place.range.start);
    places
}

/// Returns the block in which a mark stands; an empty one at the end of a block stands in that block.
fn block_of(document: &Document, offset: usize) -> Option<&Block> {
    let index = document.blocks.partition_point(|block| block.range.end < offset);
    document.blocks.get(index).filter(|block| block.range.start <= offset)
}

/// Tells whether two calls vouch together: `[3][5]`, `3, 5`.
fn stand_together(document: &Document, first: &Range<usize>, second: &Range<usize>) -> bool {
    second.start <= first.end
        || document.text[first.end..second.start]
            .chars()
            .all(|c| matches!(c, ' ' | ',' | ';' | '-' | '–' | '\u{A0}'))
}

fn claimed_in_body(span: Span, claim: &Claim, places: &[Place]) -> Claimed {
    let Some((place, pairing)) = claim else {
        return Claimed { span, sources: Vec::new(), pairing: Pairing::Unpaired };
    };
    Claimed { span, sources: sources(&places[*place].pointer), pairing: *pairing }
}

fn sources(pointer: &Pointer) -> Vec<Source> {
    match pointer {
        Pointer::Calls(calls) => calls
            .iter()
            .map(|called| match called {
                Called::Note(note) => Source::Note(*note),
                Called::Missing(label) => Source::Missing(label.clone()),
            })
            .collect(),
        Pointer::Link(link) => vec![Source::Link(*link)],
        Pointer::Named(named) => named.iter().cloned().map(Source::Named).collect(),
    }
}

/// Where each note is called, and which notes are missing.
struct Calls {
    /// The first call of each note.
    first: Vec<Option<usize>>,
    /// The first call of each label without a note.
    missing: BTreeMap<NoteLabel, usize>,
    /// The first citation by author and date of each entry, and of what has none.
    named: BTreeMap<Named, usize>,
}

impl Calls {
    fn of(document: &Document, author_date: &AuthorDate) -> Self {
        let mut first = vec![None; document.notes.len()];
        let mut missing = BTreeMap::new();
        for mark in &document.marks {
            match &mark.kind {
                MarkKind::NoteCall { note: Some(note), .. } => {
                    first[*note].get_or_insert(mark.range.start);
                }
                MarkKind::NoteCall { label, note: None } => {
                    missing.entry(label.clone()).or_insert(mark.range.start);
                }
                MarkKind::Link(_)
                | MarkKind::Quotation(_)
                | MarkKind::Superscript
                | MarkKind::Emphasis => {}
            }
        }
        let mut named = BTreeMap::new();
        for place in &author_date.places {
            for of_place in &place.named {
                named.entry(of_place.clone()).or_insert(place.range.start);
            }
        }
        Self { first, missing, named }
    }

    /// Says what does not add up between notes and calls, in the order of the text.
    fn problems(&self, document: &Document) -> Vec<Problem> {
        let mut labels: BTreeMap<&NoteLabel, Vec<usize>> = BTreeMap::new();
        for (index, note) in document.notes.iter().enumerate() {
            labels.entry(&note.label).or_default().push(index);
        }
        let mut found: Vec<(usize, Problem)> = Vec::new();
        for (label, offset) in &self.missing {
            let position = document.position(*offset);
            found.push((*offset, Problem::NoteMissing { label: label.clone(), position }));
        }
        for (index, note) in document.notes.iter().enumerate() {
            if self.first[index].is_some() {
                continue;
            }
            let position = document.position(note.start);
            let label = note.label.clone();
            let is_first = labels[&note.label].first() == Some(&index);
            found.push((
                note.start,
                if is_first {
                    Problem::NoteNeverCalled { label, position }
                } else {
                    Problem::NoteDefinedTwice { label, position }
                },
            ));
        }
        found.sort_by_key(|(offset, _)| *offset);
        found.into_iter().map(|(_, problem)| problem).collect()
    }
}

/// Makes a citation of every note, of every call without a note and of every link, in document order.
fn citations(
    document: &Document,
    links: Vec<Link>,
    calls: &Calls,
    author_date: &AuthorDate,
) -> (Vec<Citation>, BTreeMap<Source, usize>) {
    let mut order: Vec<(usize, Source)> = Vec::new();
    for (index, note) in document.notes.iter().enumerate() {
        order.push((calls.first[index].unwrap_or(note.start), Source::Note(index)));
    }
    order.extend(calls.missing.iter().map(|(label, at)| (*at, Source::Missing(label.clone()))));
    order.extend(links.iter().enumerate().map(|(i, link)| (link.range.start, Source::Link(i))));
    order.extend(calls.named.iter().map(|(named, at)| (*at, Source::Named(named.clone()))));
    order.sort();
    let mut links: Vec<Option<Link>> = links.into_iter().map(Some).collect();
    let mut cited = Vec::with_capacity(order.len());
    let mut ids = BTreeMap::new();
    for (index, (offset, source)) in order.into_iter().enumerate() {
        let (note, note_position, references) = match &source {
            Source::Note(note) => {
                let found = &document.notes[*note];
                let position = document.position(found.start);
                let references = references_of_note(document, *note, author_date);
                (Some(found.label.clone()), Some(position), references)
            }
            Source::Named(Named::Entry(entry)) => {
                let entry = &author_date.entries[*entry];
                let start = document.blocks[entry.block].range.start;
                let label = NoteLabel(entry.label.clone());
                let references = references_of_entry(document, entry);
                (Some(label), Some(document.position(start)), references)
            }
            Source::Named(Named::Nothing(written) | Named::OneOfSeveral(written)) => {
                (Some(NoteLabel(written.clone())), None, Vec::new())
            }
            Source::Missing(label) => (Some(label.clone()), None, Vec::new()),
            Source::Link(link) => {
                (None, None, links[*link].take().map(|link| link.reference).into_iter().collect())
            }
        };
        cited.push(Citation {
            id: CitationId(number(index)),
            note,
            position: document.position(offset),
            note_position,
            references,
            quotations: Vec::new(),
            dates: Vec::new(),
        });
        ids.insert(source, index);
    }
    (cited, ids)
}

/// Says which citations by author and date have no entry, or could mean several.
fn unbound(
    document: &Document,
    calls: &Calls,
    ids: &BTreeMap<Source, usize>,
    cited: &[Citation],
) -> Vec<Problem> {
    let problem = |(named, at): (&Named, &usize)| {
        let position = document.position(*at);
        match named {
            Named::Entry(_) => None,
            Named::Nothing(written) => {
                Some(Problem::NoteMissing { label: NoteLabel(written.clone()), position })
            }
            Named::OneOfSeveral(written) => {
                let index = ids.get(&Source::Named(named.clone()))?;
                let (citation, text) = (cited[*index].id, written.clone());
                Some(Problem::ReferenceAmbiguous { citation, text, position })
            }
        }
    };
    calls.named.iter().filter_map(problem).collect()
}

fn references_of_entry(document: &Document, entry: &author_date::Entry) -> Vec<Reference> {
    let range = document.blocks[entry.block].range.clone();
    references_in(document, range).into_iter().map(|(_, found)| found).collect()
}

fn references_of_note(
    document: &Document,
    note: usize,
    author_date: &AuthorDate,
) -> Vec<Reference> {
    let blocks = &document.blocks[document.notes[note].blocks.clone()];
    let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else { return Vec::new() };
    let range = first.range.start..last.range.end;
    let mut references: Vec<Reference> =
        references_in(document, range.clone()).into_iter().map(|(_, found)| found).collect();
    // A note that cites entries of a bibliography means their sources.
    for cited in notes_called_in(document, &range).into_iter().filter(|cited| *cited != note) {
        let blocks = &document.blocks[document.notes[cited].blocks.clone()];
        if let (Some(first), Some(last)) = (blocks.first(), blocks.last()) {
            let range = first.range.start..last.range.end;
            references.retain(|reference| reference.form != ReferenceForm::Descriptive);
            references.extend(references_in(document, range).into_iter().map(|(_, found)| found));
        }
    }
    let from = author_date.places.partition_point(|place| place.range.start < range.start);
    let inside = author_date.places[from..].iter().take_while(|p| p.range.start < range.end);
    for named in inside.flat_map(|place| &place.named) {
        if let Named::Entry(entry) = named {
            references.retain(|reference| reference.form != ReferenceForm::Descriptive);
            references.extend(references_of_entry(document, &author_date.entries[*entry]));
        }
    }
    references
}

/// Returns the notes that are called in a stretch.
fn notes_called_in(document: &Document, range: &Range<usize>) -> Vec<usize> {
    let from = document.marks.partition_point(|mark| mark.range.start < range.start);
    let marks = document.marks[from..].iter().take_while(|mark| mark.range.start < range.end);
    marks
        .filter_map(|mark| match &mark.kind {
            MarkKind::NoteCall { note, .. } => *note,
            MarkKind::Link(_)
            | MarkKind::Quotation(_)
            | MarkKind::Superscript
            | MarkKind::Emphasis => None,
        })
        .collect()
}

/// Numbers from 1.
fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// Adds the dates of the passages that cite.
fn add_dates(
    document: &Document,
    places: &[Place],
    passages: &[Vec<Range<usize>>],
    ids: &BTreeMap<Source, usize>,
    cited: &mut [Citation],
) {
    for (place, passage) in places.iter().zip(passages) {
        let mut dates = Vec::new();
        for part in passage {
            let text = &document.text[part.clone()];
            if !text.bytes().any(|b| b.is_ascii_digit() || b >= 0xD8) {
                continue;
            }
            dates.extend(dates_in(text).into_iter().map(|(range, date)| DatedMention {
                date,
                position: document.position(part.start + range.start),
            }));
        }
        if dates.is_empty() {
            continue;
        }
        for source in sources(&place.pointer) {
            if let Some(&index) = ids.get(&source) {
                cited[index].dates.extend(dates.iter().copied());
            }
        }
    }
}

/// Gives each quotation its name and its citation; returns those that none claims.
fn distribute(
    document: &Document,
    claimed: Vec<Claimed>,
    ids: &BTreeMap<Source, usize>,
    cited: &mut [Citation],
    problems: &mut Vec<Problem>,
) -> Vec<UncitedQuotation> {
    let mut words: Option<Words> =
        claimed.iter().any(|c| c.sources.is_empty()).then(Words::default);
    let mut added: Vec<(QuotationId, usize)> = Vec::new();
    let mut left = Vec::new();
    for (index, Claimed { span, sources, pairing }) in claimed.into_iter().enumerate() {
        let id = QuotationId(number(index));
        if span.oddities.contains(&Oddity::Unclosed) {
            let position = document.position(span.outer.start);
            problems.push(Problem::QuotationUnclosed { quotation: id, position });
        }
        let mut holders = sources.iter().filter_map(|source| ids.get(source).copied());
        let holder = holders.next();
        let quotation = Quotation {
            id,
            text: quotations::words(document, &span.inner),
            position: document.position(span.inner.start),
            pairing,
            speaker: span.speaker,
            oddities: span.oddities,
            also_claimed_by: holders.map(|index| cited[index].id).collect(),
            range: span.inner,
        };
        match holder {
            Some(holder) => {
                if let Some(words) = &mut words {
                    words.add(&quotation.text);
                    added.push((id, quotation.range.start));
                }
                cited[holder].quotations.push(quotation);
            }
            None => left.push(quotation),
        }
    }
    let words = words.unwrap_or_default();
    left.into_iter().map(|quotation| uncited(document, quotation, &words, &added)).collect()
}

/// Says what a quotation is that no citation claims.
fn uncited(
    document: &Document,
    quotation: Quotation,
    words: &Words,
    cited: &[(QuotationId, usize)],
) -> UncitedQuotation {
    let is_heading = block_at(document, quotation.range.start)
        .is_some_and(|block| matches!(block.kind, BlockKind::Heading(_)));
    let holding = words.holding(&quotation.text);
    let before = holding.partition_point(|&index| cited[index].1 < quotation.range.start);
    // A heading announces what follows; an echo in running text repeats what came before.
    let (first, second) = (holding.get(before), before.checked_sub(1).and_then(|i| holding.get(i)));
    let nearest = if is_heading { first.or(second) } else { second.or(first) };
    let echo_of = nearest.map(|&index| cited[index].0);
    let kind = match (is_heading, echo_of) {
        (true, _) => UncitedKind::Heading,
        (false, Some(_)) => UncitedKind::Echo,
        (false, None) => UncitedKind::Uncited,
    };
    UncitedQuotation { quotation, kind, echo_of }
}
