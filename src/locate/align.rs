//! Aligns the items of a quotation with the tokens of a stretch of a page, at the least cost: the edit script.
//! The cost only chooses among alignments of one stretch; it decides no verdict.
//!
//! A semi-global alignment (free ends on the page) with affine cost for words left out, after Gotoh,
//! <https://doi.org/10.1016/0022-2836(82)90398-9>, in a band around the places that are known to be equal.

use super::index::Hit;
use super::pattern::{Item, ItemKind};
use super::vocabulary::WordId;

const SUBSTITUTED: u32 = 100;
/// Dearer than a substitution, so that a word changed at an end is named on both sides.
const ADDED: u32 = 105;
const LEFT_OUT_FIRST: u32 = 102;
const LEFT_OUT_MORE: u32 = 10;
const NOISE: u32 = 3;
/// A word under an ellipsis: next to nothing, so that the nearest place wins.
const OMITTED: u32 = 1;
/// The most that an ellipsis costs: less than a word that the source does not have, so that what stands far off is
/// said to stand there.
const OMITTED_MOST: u32 = 100;
const BRACKET: u32 = 30;
/// Less than skipping the word as noise beside an empty bracket.
const BRACKET_WORD: u32 = 2;
/// The most words that a bracket can stand for (rule E6).
const BRACKET_MOST: usize = 8;
/// An editor's note: next to nothing, so that it is the source's own where the source has it.
const NOTE: u32 = 1;
/// A capital on one side only: enough to choose between two places that are equal otherwise.
const RECASED: u32 = 1;
const UNREACHABLE: u32 = u32::MAX / 4;
/// Above this many cells only a band is filled.
const CELLS: usize = 6_000_000;
const BAND: usize = 64;
/// Between two places known to be equal, so many tokens are looked at.
const WIDEST: usize = 2_400;

/// One token of the stretch that is aligned.
#[derive(Debug, Clone, Copy)]
pub(super) struct ViewToken {
    /// Its index among the page's tokens.
    pub token: usize,
    /// Its word.
    pub id: WordId,
    /// Whether it begins with a capital letter.
    pub capital: bool,
    /// Whether leaving it out changes nothing that was said.
    pub noise: bool,
}

/// One step of an edit script. Tokens are indices into the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The item and the token are one word.
    Equal { item: usize, token: usize },
    /// The same letters, written apart on one side: `cyber-attack`, `5 300`.
    Joined { items: std::ops::Range<usize>, tokens: std::ops::Range<usize> },
    /// Other words in the same place.
    Substituted { item: usize, token: usize },
    /// The source does not have it.
    Added { item: usize },
    /// The quotation does not have it.
    LeftOut { token: usize },
    /// The quotation does not have it, and need not.
    Noise { token: usize },
    /// An ellipsis, and what it stands for.
    Gap { item: usize, tokens: std::ops::Range<usize> },
    /// A bracket, and what it stands for.
    Bracket { item: usize, tokens: std::ops::Range<usize>, literal: bool },
    /// An editor's note.
    Note { item: usize },
}

/// How a cell was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Op {
    Start,
    Diagonal,
    Added,
    /// Out of the matrix of words left out.
    LeftOut,
    Gap,
    Bracket,
    Literal,
    Note,
}

/// One row: the cells of the band for the items before it.
struct Row {
    first: usize,
    cost: Vec<u32>,
    op: Vec<Op>,
    /// For words left out: whether more than one.
    left_out_more: Vec<bool>,
    left_out: Vec<u32>,
    /// For gaps and brackets: how many tokens they stand for.
    span: Vec<u32>,
}

impl Row {
    fn new(first: usize, last: usize) -> Self {
        let width = last - first + 1;
        Self {
            first,
            cost: vec![UNREACHABLE; width],
            op: vec![Op::Start; width],
            left_out_more: vec![false; width],
            left_out: vec![UNREACHABLE; width],
            span: Vec::new(),
        }
    }

    fn at(&self, column: usize) -> u32 {
        column
            .checked_sub(self.first)
            .and_then(|index| self.cost.get(index))
            .copied()
            .unwrap_or(UNREACHABLE)
    }

    fn set(&mut self, column: usize, cost: u32, op: Op) {
        let index = column - self.first;
        if cost < self.cost[index] {
            self.cost[index] = cost;
            self.op[index] = op;
        }
    }

    fn set_span(&mut self, column: usize, span: usize) {
        if self.span.is_empty() {
            self.span = vec![0; self.cost.len()];
        }
        let index = column - self.first;
        self.span[index] = u32::try_from(span).unwrap_or(u32::MAX);
    }

    fn columns(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.cost.len()
    }
}

/// Aligns items with a view. `fits` tells whether a token can be the word of an item with letters in brackets.
pub(super) fn align(
    items: &[Item],
    view: &[ViewToken],
    hits: &[Hit],
    fits: &dyn Fn(&Item, usize) -> bool,
) -> Vec<Step> {
    let bands = bands(items.len(), view, hits);
    let mut rows: Vec<Row> = Vec::with_capacity(items.len() + 1);
    let mut first = Row::new(bands[0].0, bands[0].1);
    first.cost.fill(0);
    rows.push(first);
    for (number, item) in items.iter().enumerate() {
        let (low, high) = bands[number + 1];
        let mut row = Row::new(low, high);
        fill(&mut row, &rows[number], item, view, fits);
        let is_last = number + 1 == items.len();
        if !is_last {
            leave_out(&mut row, view);
        }
        rows.push(row);
    }
    trace(items, view, &rows)
}

/// Which columns of each row are filled: all, or for large problems those near the places known to be equal.
fn bands(items: usize, view: &[ViewToken], hits: &[Hit]) -> Vec<(usize, usize)> {
    let width = view.len();
    if items.saturating_mul(width) <= CELLS {
        return vec![(0, width); items + 1];
    }
    let mut anchors: Vec<(usize, usize)> = hits
        .iter()
        .filter_map(|hit| {
            let column =
                view.binary_search_by_key(&(hit.token as usize), |token| token.token).ok()?;
            Some((hit.item as usize, column))
        })
        .collect();
    anchors.sort_unstable();
    let anchors = longest_chain(&anchors);
    let mut bands = Vec::with_capacity(items + 1);
    let mut next = 0;
    for row in 0..=items {
        while next < anchors.len() && anchors[next].0 < row {
            next += 1;
        }
        let before = next.checked_sub(1).map(|index| anchors[index]);
        let after = anchors.get(next).copied();
        let low = before.map_or_else(
            || after.map_or(0, |(item, column)| column.saturating_sub(item - row)),
            |(_, column)| column,
        );
        let high = after.map_or_else(
            || before.map_or(width, |(item, column)| column + (row - item) + 1),
            |(_, column)| column + 1,
        );
        let (low, high) = (low.min(high), high.max(low));
        bands.push((
            low.saturating_sub(BAND).min(width),
            (high.min(low + WIDEST) + BAND).min(width),
        ));
    }
    for row in 1..bands.len() {
        bands[row].0 = bands[row].0.max(bands[row - 1].0);
        bands[row].1 = bands[row].1.max(bands[row - 1].1).max(bands[row].0);
    }
    bands
}

/// The longest sequence of anchors that ascend on both sides.
fn longest_chain(anchors: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tails: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; anchors.len()];
    for (index, &(item, column)) in anchors.iter().enumerate() {
        let position = tails.partition_point(|&tail| anchors[tail].1 < column);
        if position > 0 && anchors[tails[position - 1]].0 >= item {
            continue;
        }
        previous[index] = position.checked_sub(1).map(|before| tails[before]);
        if position == tails.len() {
            tails.push(index);
        } else {
            tails[position] = index;
        }
    }
    let mut chain = Vec::new();
    let mut at = tails.last().copied();
    while let Some(index) = at {
        chain.push(anchors[index]);
        at = previous[index];
    }
    chain.reverse();
    chain
}

fn fill(
    row: &mut Row,
    above: &Row,
    item: &Item,
    view: &[ViewToken],
    fits: &dyn Fn(&Item, usize) -> bool,
) {
    match &item.kind {
        ItemKind::Word(id, _) => fill_word(row, above, |column| {
            let token = view[column - 1];
            (token.id == *id).then_some(if token.capital == item.capital { 0 } else { RECASED })
        }),
        ItemKind::Partial { .. } => {
            fill_word(row, above, |column| fits(item, column - 1).then_some(0));
        }
        ItemKind::Note(content) => {
            fill_literally(row, above, content, view);
            for column in row.columns() {
                row.set(column, above.at(column).saturating_add(NOTE), Op::Note);
            }
        }
        ItemKind::Gap => fill_gap(row, above),
        ItemKind::Bracket(content) => {
            fill_literally(row, above, content, view);
            fill_bracket(row, above);
        }
    }
}

fn fill_word(row: &mut Row, above: &Row, equal: impl Fn(usize) -> Option<u32>) {
    for column in row.columns() {
        if column > 0 {
            let before = above.at(column - 1);
            if before < UNREACHABLE {
                let cost = equal(column).unwrap_or(SUBSTITUTED);
                row.set(column, before + cost, Op::Diagonal);
            }
        }
        let skipped = above.at(column);
        if skipped < UNREACHABLE {
            row.set(column, skipped + ADDED, Op::Added);
        }
    }
}

fn fill_gap(row: &mut Row, above: &Row) {
    // The best place for the gap to begin near by, and the best anywhere before.
    let (mut near, mut near_from) = (UNREACHABLE, above.first);
    let (mut far, mut far_from) = (UNREACHABLE, above.first);
    for column in above.first..row.columns().end {
        let here = above.at(column);
        near = near.saturating_add(OMITTED).min(UNREACHABLE);
        if here <= near {
            (near, near_from) = (here, column);
        }
        if here.saturating_add(OMITTED_MOST) < far {
            (far, far_from) = (here + OMITTED_MOST, column);
        }
        let (cost, from) = if near <= far { (near, near_from) } else { (far, far_from) };
        if column >= row.first && cost < UNREACHABLE {
            row.set(column, cost, Op::Gap);
            row.set_span(column, column - from);
        }
    }
}

/// What stands in brackets may stand so in the source (rule E6).
fn fill_literally(row: &mut Row, above: &Row, content: &[WordId], view: &[ViewToken]) {
    let length = content.len();
    if length == 0 {
        return;
    }
    for column in row.columns().filter(|&column| column >= length) {
        if view[column - length..column].iter().zip(content).all(|(token, id)| token.id == *id)
            && above.at(column - length) < UNREACHABLE
        {
            row.set(column, above.at(column - length), Op::Literal);
            row.set_span(column, length);
        }
    }
}

fn fill_bracket(row: &mut Row, above: &Row) {
    for column in row.columns() {
        for length in 0..=BRACKET_MOST.min(column) {
            let before = above.at(column - length);
            let cost = before + BRACKET + BRACKET_WORD * u32::try_from(length).unwrap_or(u32::MAX);
            if before < UNREACHABLE && cost < row.at(column) {
                row.set(column, cost, Op::Bracket);
                row.set_span(column, length);
            }
        }
    }
}

/// Lets tokens of the page be left out after an item.
fn leave_out(row: &mut Row, view: &[ViewToken]) {
    for index in 1..row.cost.len() {
        let column = row.first + index;
        let (first, more) =
            if view[column - 1].noise { (NOISE, NOISE) } else { (LEFT_OUT_FIRST, LEFT_OUT_MORE) };
        let (opened, extended) = (
            row.cost[index - 1].saturating_add(first),
            row.left_out[index - 1].saturating_add(more),
        );
        row.left_out_more[index] = extended < opened;
        row.left_out[index] = opened.min(extended).min(UNREACHABLE);
        if row.left_out[index] < row.cost[index] {
            row.cost[index] = row.left_out[index];
            row.op[index] = Op::LeftOut;
        }
    }
}

fn trace(items: &[Item], view: &[ViewToken], rows: &[Row]) -> Vec<Step> {
    let last = &rows[items.len()];
    let end = last.columns().min_by_key(|&column| last.at(column)).unwrap_or(0);
    let mut steps = Vec::new();
    let (mut row, mut column) = (items.len(), end);
    while row > 0 {
        let cells = &rows[row];
        let index = column - cells.first;
        let item = row - 1;
        match cells.op[index] {
            Op::Start => break,
            Op::Diagonal => {
                column -= 1;
                let equal = cells.cost[index] - rows[row - 1].at(column) < SUBSTITUTED;
                steps.push(if equal {
                    Step::Equal { item, token: column }
                } else {
                    Step::Substituted { item, token: column }
                });
                row -= 1;
            }
            Op::Added => {
                steps.push(Step::Added { item });
                row -= 1;
            }
            Op::LeftOut => {
                let mut at = index;
                loop {
                    let more = cells.left_out_more[at];
                    column -= 1;
                    at -= 1;
                    steps.push(if view[column].noise {
                        Step::Noise { token: column }
                    } else {
                        Step::LeftOut { token: column }
                    });
                    if !more {
                        break;
                    }
                }
            }
            Op::Gap => {
                let span = cells.span[index] as usize;
                steps.push(Step::Gap { item, tokens: column - span..column });
                column -= span;
                row -= 1;
            }
            op @ (Op::Bracket | Op::Literal) => {
                let span = cells.span[index] as usize;
                steps.push(Step::Bracket {
                    item,
                    tokens: column - span..column,
                    literal: op == Op::Literal,
                });
                column -= span;
                row -= 1;
            }
            Op::Note => {
                steps.push(Step::Note { item });
                row -= 1;
            }
        }
    }
    steps.reverse();
    steps
}
