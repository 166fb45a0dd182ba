//! Pairs quotation marks, paragraph by paragraph. Knows where a mark stands and what it can do, not what is said.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Shown, Span, is_call};
use crate::citation::Oddity;
use crate::document::{Block, BlockKind, Document};
use crate::extract::marks::{self, QuoteMark, Shape, SingleRole};

/// How deep quotations are nested at most; what opens deeper is part of what is open.
const DEEPEST: usize = 12;
/// How many words a single quotation has at most whose closing mark may be a possessive.
const LONGEST_DOUBTFUL_WORDS: usize = 4;

/// A mark that is open.
#[derive(Debug)]
struct Open {
    shape: Shape,
    start: usize,
    /// Where the words start.
    inner: usize,
    /// Complete quotations inside, should it turn out that this one is never closed.
    nested: Vec<Span>,
}

impl Open {
    fn of(mark: &QuoteMark) -> Self {
        let range = mark.range.clone();
        Self { shape: mark.shape, start: range.start, inner: range.end, nested: Vec::new() }
    }

    fn closed_by(&self, mark: &Range<usize>, oddities: BTreeSet<Oddity>) -> Span {
        Span {
            outer: self.start..mark.end,
            inner: self.inner..mark.start,
            shown: Shown::ByMarks,
            oddities,
            speaker: None,
        }
    }
}

/// A quotation that its paragraph did not close, and where that paragraph ends.
#[derive(Debug)]
struct Running {
    open: Open,
    end: usize,
}

/// What a double mark does.
enum Role {
    Opens,
    /// Closes the open mark of this index.
    Closes(usize),
    /// Would close, but nothing is open.
    Stray,
}

/// Finds the quotations of one flow.
pub(super) struct Finder<'a> {
    document: &'a Document,
    running: Option<Running>,
    marks: Vec<QuoteMark>,
    /// The quotations found so far; not in order where one was given up late.
    pub(super) found: Vec<Span>,
}

impl<'a> Finder<'a> {
    pub(super) const fn of(document: &'a Document) -> Self {
        Self { document, running: None, marks: Vec::new(), found: Vec::new() }
    }

    /// Pairs the marks of one paragraph.
    pub(super) fn paragraph(&mut self, block: &Block) {
        let mut marks = std::mem::take(&mut self.marks);
        marks::in_paragraph(&self.document.text, block.range.clone(), &mut marks);
        let (carried, skip) = self.carry_on(block, &marks);
        let (carried_single, carried_double) = match carried {
            Some(open) if open.shape.is_single() => (Some(open), None),
            open => (None, open),
        };
        let mut paired = Vec::new();
        let left = self.doubles(&marks[skip..], carried_double, &mut paired);
        let mut left = left.and_then(|left| merged_close(left, &mut paired));
        let limit = left.as_ref().map_or(usize::MAX, |open| open.start);
        let left_single = self.singles(block, &marks[skip..], carried_single, limit, &mut paired);
        if left.is_none() {
            left = left_single;
        }
        self.end_flow();
        self.found.append(&mut paired);
        self.running = left.map(|open| Running { open, end: block.range.end });
        self.marks = marks;
    }

    /// Gives up a quotation that is still open: it ends before the next note call or quotation in it, or with
    /// its paragraph.
    pub(super) fn end_flow(&mut self) {
        let Some(Running { open, end }) = self.running.take() else { return };
        // An apostrophe, most likely.
        if open.shape.is_single() {
            return;
        }
        let from = self.document.marks.partition_point(|mark| mark.range.start <= open.inner);
        let inside = self.document.marks[from..].iter().take_while(|mark| mark.range.start < end);
        let call = inside.into_iter().find(|mark| is_call(mark));
        let mut end = end.min(call.map_or(usize::MAX, |call| call.range.start));
        if let Some(nested) = open.nested.first() {
            end = end.min(nested.outer.start);
        }
        let end = end.max(open.inner);
        self.found.push(open.closed_by(&(end..end), BTreeSet::from([Oddity::Unclosed])));
        self.found.extend(open.nested.into_iter().filter(|nested| nested.outer.start >= end));
    }

    /// Returns the quotation that runs on into this paragraph, and how many of its marks say no more than that.
    fn carry_on(&mut self, block: &Block, marks: &[QuoteMark]) -> (Option<Open>, usize) {
        let Some(running) = &self.running else { return (None, 0) };
        let reopens = marks.first().is_some_and(|mark| {
            let before = &self.document.text[block.range.start..mark.range.start];
            let is_bare = before
                .trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | '(' | '…' | '.'))
                .is_empty();
            is_bare && mark.shape.reopens(running.open.shape)
        });
        if !reopens && block.kind != BlockKind::Continuation {
            return (None, 0);
        }
        (self.running.take().map(|running| running.open), usize::from(reopens))
    }

    /// Pairs the double marks of a paragraph. Returns the outermost one that stays open.
    fn doubles(
        &mut self,
        marks: &[QuoteMark],
        carried: Option<Open>,
        paired: &mut Vec<Span>,
    ) -> Option<Open> {
        let mut stack: Vec<Open> = carried.into_iter().collect();
        for mark in marks.iter().filter(|mark| !mark.shape.is_single() && !mark.is_in_word()) {
            match role(mark, &stack) {
                Role::Opens => {
                    if stack.len() < DEEPEST {
                        stack.push(Open::of(mark));
                    }
                }
                Role::Closes(index) => {
                    let span = stack[index].closed_by(&mark.range, BTreeSet::new());
                    stack.truncate(index);
                    match stack.last_mut() {
                        Some(outer) => outer.nested.push(span),
                        None => paired.push(span),
                    }
                }
                Role::Stray => {
                    if stack.is_empty() {
                        self.close_running(mark, paired);
                    }
                }
            }
        }
        let mut stack = stack.into_iter();
        let mut outermost = stack.next()?;
        outermost.nested.extend(stack.flat_map(|open| open.nested));
        Some(outermost)
    }

    /// Ends the quotation that runs at a closing mark in a paragraph that lacks its opening mark.
    fn close_running(&mut self, mark: &QuoteMark, paired: &mut Vec<Span>) {
        let fits = |running: &mut Running| mark.shape.closes(running.open.shape);
        if let Some(running) = self.running.take_if(fits) {
            paired.clear();
            let oddities = BTreeSet::from([Oddity::MissingOpeningMark]);
            paired.push(running.open.closed_by(&mark.range, oddities));
        }
    }

    /// Pairs the single marks of a paragraph that stand outside of double ones. Returns one that stays open.
    fn singles(
        &self,
        block: &Block,
        marks: &[QuoteMark],
        carried: Option<Open>,
        limit: usize,
        paired: &mut Vec<Span>,
    ) -> Option<Open> {
        let mut open = carried;
        let mut doubtful: Option<Range<usize>> = None;
        let mut found: Vec<Span> = Vec::new();
        let mut doubles = paired.iter().peekable();
        for mark in marks.iter().filter(|mark| mark.shape.is_single()) {
            while doubles.next_if(|span| span.outer.end <= mark.range.start).is_some() {}
            let is_nested = doubles.peek().is_some_and(|span| span.outer.start < mark.range.start);
            if is_nested || mark.range.start > limit {
                continue;
            }
            match mark.single_role(&self.document.text[mark.range.start..block.range.end]) {
                SingleRole::Opening => {
                    found.extend(self.doubtfully_closed(open.as_ref(), doubtful.take()));
                    open = Some(Open::of(mark));
                }
                SingleRole::Closing => {
                    if let Some(open) = open.take_if(|open| mark.shape.closes(open.shape)) {
                        found.push(open.closed_by(&mark.range, BTreeSet::new()));
                        doubtful = None;
                    }
                }
                SingleRole::PerhapsClosing if open.is_some() => {
                    doubtful = doubtful.or_else(|| Some(mark.range.clone()));
                }
                SingleRole::PerhapsClosing | SingleRole::Apostrophe => {}
            }
        }
        if let Some(span) = self.doubtfully_closed(open.as_ref(), doubtful) {
            found.push(span);
            open = None;
        }
        if !found.is_empty() {
            paired.retain(|span| {
                let index = found.partition_point(|single| single.outer.end < span.outer.end);
                found.get(index).is_none_or(|single| span.outer.start < single.outer.start)
            });
            paired.append(&mut found);
            paired.sort_by_key(|span| span.outer.start);
        }
        open
    }

    /// Closes a single quotation at what may be a possessive, if it is short.
    fn doubtfully_closed(&self, open: Option<&Open>, mark: Option<Range<usize>>) -> Option<Span> {
        let (open, mark) = (open?, mark?);
        let words = &self.document.text[open.inner..mark.start];
        (words.split_whitespace().nth(LONGEST_DOUBTFUL_WORDS).is_none())
            .then(|| open.closed_by(&mark, BTreeSet::new()))
    }
}

/// Closes an angle quotation that ends where one inside of it does: `«Компания «Ромашка»` has one closing mark
/// for both.
fn merged_close(open: Open, paired: &mut Vec<Span>) -> Option<Open> {
    if open.shape != Shape::AngleLeft || open.nested.is_empty() {
        return Some(open);
    }
    let mut nested = open.nested.iter();
    if let Some(first) = nested.next() {
        let mut merged = open.closed_by(&first.outer, BTreeSet::new());
        merged.inner.end = first.inner.end;
        paired.push(merged);
        paired.extend(nested.cloned());
    }
    None
}

/// Says what a double mark does where these are open.
fn role(mark: &QuoteMark, stack: &[Open]) -> Role {
    use Shape::{
        AngleLeft, AngleRight, Backticks, CornerClose, CornerOpen, High6, High9, Low,
        SmallAngleLeft, SmallAngleRight, Straight,
    };
    let closes = stack.iter().rposition(|open| mark.shape.closes(open.shape));
    if let Some(index) = closes {
        let same = stack[index].shape == mark.shape;
        let opens_too = match mark.shape {
            Straight | High6 | AngleLeft | SmallAngleLeft => true,
            High9 | AngleRight | SmallAngleRight => same,
            Backticks
            | Low
            | CornerOpen(_)
            | CornerClose(_)
            | Shape::SingleStraight
            | Shape::Single6
            | Shape::Single9
            | Shape::SingleLow => false,
        };
        return if opens_too && mark.surely_opens() { Role::Opens } else { Role::Closes(index) };
    }
    let opens = match mark.shape {
        Backticks | Low | AngleLeft | SmallAngleLeft | CornerOpen(_) => true,
        High6 => mark.opens_outside() || mark.surely_opens(),
        Straight | AngleRight | SmallAngleRight => mark.opens_outside(),
        High9 => mark.surely_opens(),
        CornerClose(_)
        | Shape::SingleStraight
        | Shape::Single6
        | Shape::Single9
        | Shape::SingleLow => false,
    };
    if opens { Role::Opens } else { Role::Stray }
}
