//! Chooses the stretches of a page on which a quotation could stand: where many rows of its words lie in line.
//! A stretch found here is only a candidate; the alignment says what stands there.

use std::ops::Range;

use super::index::{Hit, PageIndex};
use super::pattern::Pattern;

/// How many candidates are aligned at most, and how many places of one fragment are considered.
const MOST: usize = 6;
/// The same for quotations of up to three words: they stand in many places, often in another case.
const MOST_OF_SHORT: usize = 48;
/// Fragments further apart than this are aligned on separate stretches, the text between left out of view.
const JOINED_WITHIN: usize = 1_200;
/// Parts of one fragment that stand this near to each other are looked at together.
const SPLICED_WITHIN: usize = 250;

/// A stretch, or several in order, on which a quotation could stand: ranges of page tokens of one layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The ranges, ascending.
    pub ranges: Vec<Range<usize>>,
    /// How many rows of words lie in line there.
    pub votes: usize,
}

/// A place where one fragment could stand.
#[derive(Debug, Clone, Copy)]
struct Spot {
    /// The token that its first item would be.
    start: usize,
    votes: usize,
}

/// Returns the best candidates, best first.
pub(super) fn candidates(pattern: &Pattern, page: &PageIndex<'_>, hits: &[Hit]) -> Vec<Candidate> {
    if hits.is_empty() {
        return Vec::new();
    }
    let fragments = pattern.fragments();
    let most = if pattern.words <= 3 { MOST_OF_SHORT } else { MOST };
    let spots: Vec<Vec<Spot>> = fragments
        .iter()
        .zip(by_fragment(&fragments, hits))
        .map(|(fragment, hits)| spots(fragment, &hits, page, most))
        .collect();
    let mut found: Vec<Candidate> = chains(&fragments, &spots, page, most)
        .into_iter()
        .map(|(chain, votes)| Candidate { ranges: ranges(&fragments, &spots, &chain, page), votes })
        .collect();
    found.sort_by_key(|candidate| std::cmp::Reverse(candidate.votes));
    found.dedup_by(|a, b| a.ranges == b.ranges);
    found.truncate(most);
    // Of a long quotation a stretch with a fraction of the best one's rows can be neither it nor nearer to it.
    let enough =
        if pattern.words > 30 { found.first().map_or(0, |best| best.votes / 3) } else { 0 };
    found.retain(|candidate| candidate.votes >= enough);
    found
}

/// Shares the hits out among the fragments that they end in.
fn by_fragment(fragments: &[Range<usize>], hits: &[Hit]) -> Vec<Vec<Hit>> {
    let mut shares = vec![Vec::new(); fragments.len()];
    for hit in hits {
        let item = hit.item as usize;
        let after = fragments.partition_point(|fragment| fragment.end <= item);
        if fragments.get(after).is_some_and(|fragment| fragment.contains(&item)) {
            shares[after].push(*hit);
        }
    }
    shares
}

/// The places of one fragment: hits on neighbouring diagonals are one place.
fn spots(fragment: &Range<usize>, hits: &[Hit], page: &PageIndex<'_>, most: usize) -> Vec<Spot> {
    let slack = i64::try_from(fragment.len() / 4 + 6).unwrap_or(i64::MAX);
    let mut diagonals: Vec<(i64, u32)> = hits
        .iter()
        .map(|hit| {
            let offset = i64::from(hit.item) - i64::try_from(fragment.start).unwrap_or(0);
            (i64::from(hit.token) - offset, hit.item)
        })
        .collect();
    diagonals.sort_unstable();
    let mut spots: Vec<Spot> = Vec::new();
    let mut best: Vec<(usize, i64)> = Vec::new();
    // A window slides over the diagonals; it counts how many different items have a row in it.
    let mut in_window = vec![0_u32; fragment.len()];
    let (mut end, mut distinct) = (0, 0);
    for start in 0..diagonals.len() {
        while end < diagonals.len() && diagonals[end].0 - diagonals[start].0 <= slack {
            let count = &mut in_window[diagonals[end].1 as usize - fragment.start];
            distinct += usize::from(*count == 0);
            *count += 1;
            end += 1;
        }
        offer(&mut best, distinct, diagonals[start].0, slack, most);
        let count = &mut in_window[diagonals[start].1 as usize - fragment.start];
        *count -= 1;
        distinct -= usize::from(*count == 0);
    }
    for (votes, diagonal) in best {
        let start =
            usize::try_from(diagonal.max(0)).unwrap_or(0).min(page.tokens.len().saturating_sub(1));
        spots.push(Spot { start, votes });
    }
    spots
}

/// Keeps the best places that do not overlap.
fn offer(best: &mut Vec<(usize, i64)>, votes: usize, diagonal: i64, slack: i64, most: usize) {
    if best.len() >= most && best.last().is_some_and(|worst| worst.0 >= votes) {
        return;
    }
    if let Some(near) = best.iter_mut().find(|(_, other)| (*other - diagonal).abs() <= slack) {
        if votes > near.0 {
            *near = (votes, diagonal);
        }
        return;
    }
    best.push((votes, diagonal));
    best.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    best.truncate(most);
}

/// A choice of one place, or none, for each fragment, in the order of the page, and its votes.
type Chain = (Vec<Option<usize>>, usize);

/// The worth of the best chain that ends at a place, and the fragment and place before it.
type Link = (f64, Option<(usize, usize)>);

fn chains(
    fragments: &[Range<usize>],
    spots: &[Vec<Spot>],
    page: &PageIndex<'_>,
    most: usize,
) -> Vec<Chain> {
    // For each fragment and place: the best chain that ends there.
    let mut best: Vec<Vec<Link>> = Vec::new();
    for (number, places) in spots.iter().enumerate() {
        let row = places.iter().map(|place| {
            let mut score = as_score(place.votes);
            let mut from = None;
            for earlier in number.saturating_sub(8)..number {
                for (index, before) in spots[earlier].iter().enumerate() {
                    let chained =
                        best[earlier][index].0 + link(&fragments[earlier], *before, *place, page);
                    if chained + as_score(place.votes) > score {
                        score = chained + as_score(place.votes);
                        from = Some((earlier, index));
                    }
                }
            }
            (score, from)
        });
        let row = row.collect();
        best.push(row);
    }
    let mut ends: Vec<(f64, usize, usize)> = best
        .iter()
        .enumerate()
        .flat_map(|(number, row)| {
            row.iter().enumerate().map(move |(index, cell)| (cell.0, number, index))
        })
        .collect();
    ends.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    ends.truncate(most * 2);
    ends.into_iter()
        .map(|(_, number, index)| unroll(fragments.len(), spots, &best, number, index))
        .collect()
}

fn as_score(votes: usize) -> f64 {
    f64::from(u32::try_from(votes).unwrap_or(u32::MAX))
}

/// What it is worth that one place follows another: nothing if it does not, less the further off it is.
fn link(fragment: &Range<usize>, before: Spot, after: Spot, page: &PageIndex<'_>) -> f64 {
    let end = before.start + fragment.len();
    if after.start + 2 < end || page.layer_of(before.start) != page.layer_of(after.start) {
        return f64::NEG_INFINITY;
    }
    let distance = as_score(after.start.saturating_sub(end));
    -(distance / 600.0).min(as_score(before.votes.min(after.votes)) * 0.6)
}

fn unroll(
    fragments: usize,
    spots: &[Vec<Spot>],
    best: &[Vec<Link>],
    number: usize,
    index: usize,
) -> Chain {
    let mut chain = vec![None; fragments];
    let mut votes = 0;
    let mut at = Some((number, index));
    while let Some((number, index)) = at {
        chain[number] = Some(spots[number][index].start);
        votes += spots[number][index].votes;
        at = best[number][index].1;
    }
    (chain, votes)
}

/// The stretches of page that hold a chain, with room on both sides for what differs.
fn ranges(
    fragments: &[Range<usize>],
    spots: &[Vec<Spot>],
    chain: &[Option<usize>],
    page: &PageIndex<'_>,
) -> Vec<Range<usize>> {
    let placed: Vec<(usize, usize)> = chain
        .iter()
        .enumerate()
        .filter_map(|(number, start)| start.map(|start| (number, start)))
        .collect();
    let Some(&(_, anchor)) = placed.first() else { return Vec::new() };
    let layer = page.layer_of(anchor).1;
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for &(number, start) in &placed {
        let length = fragments[number].len();
        let slack = length / 3 + 12;
        // Fragments without a place of their own can stand before the first and after the last that has one.
        let before = unplaced(chain[..number].iter().rev());
        let after = unplaced(chain[number + 1..].iter());
        // Other parts of the same fragment near by: words joined that stand apart.
        let near = spots[number]
            .iter()
            .map(|spot| spot.start)
            .filter(|&other| other.abs_diff(start) <= SPLICED_WITHIN);
        let first = near.clone().min().unwrap_or(start).min(start);
        let last = near.max().unwrap_or(start).max(start);
        let low = first.saturating_sub(slack + before * 320).max(layer.start);
        let high = (last + length + slack + after * 320).min(layer.end);
        match ranges.last_mut() {
            Some(last) if low <= last.end + JOINED_WITHIN => last.end = last.end.max(high),
            _ => ranges.push(low..high.max(low)),
        }
    }
    ranges
}

fn unplaced<'a>(chain: impl Iterator<Item = &'a Option<usize>>) -> usize {
    chain.take(3).take_while(|start| start.is_none()).count()
}
