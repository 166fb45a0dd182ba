//! Takes tables apart: those drawn as a grid, and those set in columns.

use std::ops::Range;

use super::structure::{Event, Structure};
use crate::document::BlockKind;

/// Takes a table, if the first of some lines begins one.
pub(super) fn read(structure: &mut Structure<'_>, lines: &Range<usize>) -> Option<usize> {
    let text = structure.text(lines.start);
    if is_grid_border(text) {
        let end = structure.until_blank(lines);
        return (end > lines.start + 2).then(|| grid(structure, lines.start..end));
    }
    let columns = columns(text)?;
    let is_border = |index: &usize| self::columns(structure.text(*index)).is_some();
    let borders: Vec<usize> = (lines.start..lines.end).filter(is_border).take(3).collect();
    let last = *borders.get(2).or(borders.get(1))?;
    // The border after the heading is followed by rows; that after the table is not.
    let has_heading = borders.len() == 3
        && borders[1] + 1 < lines.end
        && !structure.lines[borders[1] + 1].is_blank();
    let end = if has_heading { last } else { borders[1] };
    Some(simple(structure, lines.start..end + 1, &columns))
}

fn is_grid_border(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(['+'])
        && text.ends_with('+')
        && text.bytes().all(|b| matches!(b, b'+' | b'-' | b'='))
}

/// Returns the columns of a line such as `====  =====`, in characters; there are two of them at least.
fn columns(text: &str) -> Option<Vec<Range<usize>>> {
    if !text.starts_with('=') || !text.bytes().all(|b| matches!(b, b'=' | b' ')) {
        return None;
    }
    let mut columns: Vec<Range<usize>> = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match columns.last_mut() {
            Some(column) if byte == b'=' && column.end == at => column.end = at + 1,
            _ if byte == b'=' => columns.push(at..at + 1),
            _ => {}
        }
    }
    (columns.len() > 1).then_some(columns)
}

/// Takes the rows between the borders of a grid.
fn grid(structure: &mut Structure<'_>, lines: Range<usize>) -> usize {
    let mut cells: Vec<Vec<Range<usize>>> = Vec::new();
    for index in lines.clone() {
        let text = structure.text(index);
        if !text.starts_with('|') {
            push_cells(structure, &mut cells);
            continue;
        }
        let start = structure.lines[index].start;
        let mut at = start;
        for (column, part) in text.split('|').enumerate().skip(1) {
            at += usize::from(column == 1);
            push_piece(&mut cells, column - 1, structure.source, at..at + part.len());
            at += part.len() + 1;
        }
    }
    push_cells(structure, &mut cells);
    lines.end
}

/// Takes the rows of a table that is set in columns; a row without a first cell goes on with the one above.
fn simple(structure: &mut Structure<'_>, lines: Range<usize>, columns: &[Range<usize>]) -> usize {
    let mut cells: Vec<Vec<Range<usize>>> = Vec::new();
    for index in lines.clone() {
        let text = structure.text(index);
        let left = structure.lines[lines.start].indent;
        let (start, indent) = (structure.lines[index].start, structure.lines[index].indent);
        let is_border = text.bytes().all(|b| matches!(b, b'=' | b'-' | b' '));
        if is_border || text.is_empty() || indent <= left {
            push_cells(structure, &mut cells);
        }
        if is_border {
            continue;
        }
        let shift = indent.saturating_sub(left);
        let offset = |column: usize| {
            let column = column.saturating_sub(shift);
            start + text.char_indices().nth(column).map_or(text.len(), |(at, _)| at)
        };
        for (number, column) in columns.iter().enumerate() {
            let next = columns.get(number + 1).map_or(usize::MAX, |next| next.start);
            let end = if next == usize::MAX { start + text.len() } else { offset(next) };
            push_piece(&mut cells, number, structure.source, offset(column.start)..end);
        }
    }
    push_cells(structure, &mut cells);
    lines.end
}

fn push_piece(
    cells: &mut Vec<Vec<Range<usize>>>,
    column: usize,
    source: &str,
    range: Range<usize>,
) {
    let Some(text) = source.get(range.clone()) else { return };
    let start = range.start + (text.len() - text.trim_start().len());
    let end = start + text.trim().len();
    if start < end {
        if cells.len() <= column {
            cells.resize_with(column + 1, Vec::new);
        }
        cells[column].push(start..end);
    }
}

fn push_cells(structure: &mut Structure<'_>, cells: &mut Vec<Vec<Range<usize>>>) {
    for pieces in cells.drain(..).filter(|pieces| !pieces.is_empty()) {
        structure.events.push(Event::Pieces { kind: BlockKind::TableCell, pieces });
    }
}
