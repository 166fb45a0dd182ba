//! Cuts a text to what matters, wraps it to a width and marks stretches of it by carets underneath.
//! Knows columns, not findings.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::inert;

/// One line of an excerpt.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ExcerptLine {
    /// Its pieces in order, and whether each is marked. No piece holds a line break or a character that acts.
    pub(super) pieces: Vec<(String, Marked)>,
    /// Carets under the marked columns; `None` when nothing on the line is marked.
    pub(super) carets: Option<String>,
}

/// Whether a stretch is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marked {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// How much of a text is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Columns of a line, at least 8 are used.
    pub(super) width: usize,
    /// Lines of text, carets not counted.
    pub(super) lines: usize,
}

/// One character as it is shown.
#[derive(Clone, Copy)]
struct Cell {
    c: char,
    marked: bool,
}

impl Cell {
    fn width(self) -> usize {
        self.c.width().unwrap_or(0)
    }
}

/// Columns kept on either side of a marked stretch when a text is too long to be shown whole.
const CONTEXT: usize = 60;

/// Lays out a text with marks, given as byte ranges of it. An empty range marks the gap where words are missing.
pub(super) fn excerpt(text: &str, marks: &[Range<usize>], room: Room) -> Vec<ExcerptLine> {
    let width = room.width.max(8);
    let cells = cells(text, marks);
    let total: usize = cells.iter().map(|cell| cell.width()).sum();
    let shown = if total > width * room.lines { cut(&cells, width * room.lines) } else { cells };
    let mut lines = wrap(&shown, width);
    if lines.len() > room.lines {
        lines.truncate(room.lines);
        if let Some(last) = lines.last_mut() {
            last.push(Cell { c: '…', marked: false });
        }
    }
    lines.iter().map(|line| lay_out(line)).collect()
}

/// Folds white space, shows breaks between paragraphs as `¶`, and carries the marks over.
fn cells(text: &str, marks: &[Range<usize>]) -> Vec<Cell> {
    let mut marks: Vec<_> = marks.to_vec();
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut next = 0;
    let mut until = 0;
    let mut gap = false;
    let mut cells: Vec<Cell> = Vec::new();
    let mut space: Option<(bool, bool)> = None;
    for (at, c) in text.char_indices() {
        while marks.get(next).is_some_and(|mark| mark.start <= at) {
            gap |= marks[next].is_empty();
            until = until.max(marks[next].end);
            next += 1;
        }
        let marked = at < until;
        if c.is_whitespace() {
            let (break_seen, all_marked) = space.unwrap_or((false, true));
            space = Some((break_seen || c == '\n', all_marked && marked));
            continue;
        }
        if let Some((break_seen, all_marked)) = space.take()
            && !cells.is_empty()
        {
            let marked = all_marked || gap;
            cells.push(Cell { c: ' ', marked });
            if break_seen {
                cells.push(Cell { c: '¶', marked: false });
                cells.push(Cell { c: ' ', marked: false });
            }
            gap = false;
        }
        let c = if inert::acts(c) { char::REPLACEMENT_CHARACTER } else { c };
        cells.push(Cell { c, marked: marked || gap });
        gap = false;
    }
    if gap || next < marks.len() {
        cells.push(Cell { c: ' ', marked: true });
    }
    cells
}

/// Keeps what stands near marks, or the beginning where there is none.
fn cut(cells: &[Cell], budget: usize) -> Vec<Cell> {
    let mut keep = vec![false; cells.len()];
    let mut any = false;
    let mut from = 0;
    while let Some(start) = (from..cells.len()).find(|&i| cells[i].marked) {
        let end = (start..cells.len()).find(|&i| !cells[i].marked).unwrap_or(cells.len());
        let left = word_start(cells, start.saturating_sub(CONTEXT));
        let right = word_end(cells, (end + CONTEXT).min(cells.len()));
        keep[left..right].fill(true);
        any = true;
        from = end;
    }
    if !any {
        let end = word_end(cells, budget.saturating_sub(CONTEXT / 4).min(cells.len()));
        keep[..end].fill(true);
    }
    let ellipsis = [' ', '…', ' '].map(|c| Cell { c, marked: false });
    let mut shown: Vec<Cell> = Vec::new();
    let mut last_kept = true;
    for (cell, kept) in cells.iter().zip(keep) {
        if kept {
            shown.push(*cell);
        } else if last_kept {
            shown.extend(if shown.is_empty() { &ellipsis[1..] } else { &ellipsis[..] });
        }
        last_kept = kept;
    }
    shown
}

/// Moves an index forward to where a word starts, a little way only: some scripts have no spaces.
fn word_start(cells: &[Cell], at: usize) -> usize {
    if at == 0 {
        return 0;
    }
    (at..cells.len().min(at + CONTEXT / 3)).find(|&i| cells[i - 1].c == ' ').unwrap_or(at)
}

/// Moves an index back to where a word ends, a little way only.
fn word_end(cells: &[Cell], at: usize) -> usize {
    if at >= cells.len() {
        return cells.len();
    }
    (at.saturating_sub(CONTEXT / 3)..=at).rev().find(|&i| cells[i].c == ' ').unwrap_or(at)
}

/// Breaks cells into lines at spaces, or within a word that is longer than a line.
fn wrap(cells: &[Cell], width: usize) -> Vec<Vec<Cell>> {
    let mut lines = Vec::new();
    let mut line: Vec<Cell> = Vec::new();
    let mut columns = 0;
    let mut last_space: Option<usize> = None;
    for &cell in cells {
        if columns + cell.width() > width && !line.is_empty() {
            let rest = match last_space {
                Some(space) => line.split_off(space + 1),
                None => Vec::new(),
            };
            lines.push(std::mem::replace(&mut line, rest));
            columns = line.iter().map(|cell| cell.width()).sum();
            last_space = None;
        }
        if cell.c == ' ' {
            if line.is_empty() && !cell.marked {
                continue;
            }
            last_space = Some(line.len());
        }
        columns += cell.width();
        line.push(cell);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

fn lay_out(line: &[Cell]) -> ExcerptLine {
    let mut pieces: Vec<(String, Marked)> = Vec::new();
    let mut carets = String::new();
    let end = line.iter().rposition(|cell| cell.c != ' ' || cell.marked).map_or(0, |i| i + 1);
    for cell in &line[..end] {
        let marked = if cell.marked { Marked::Yes } else { Marked::No };
        match pieces.last_mut() {
            Some((text, same)) if *same == marked => text.push(cell.c),
            Some(_) | None => pieces.push((cell.c.to_string(), marked)),
        }
        let under = if cell.marked { '^' } else { ' ' };
        carets.extend(std::iter::repeat_n(under, cell.width()));
    }
    let carets = carets.trim_end();
    let carets = (!carets.is_empty()).then(|| carets.to_owned());
    ExcerptLine { pieces, carets }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, mark: Option<Range<usize>>, width: usize, lines: usize) -> String {
        let marks: Vec<_> = mark.into_iter().collect();
        let mut out = String::new();
        for line in excerpt(text, &marks, Room { width, lines }) {
            for (piece, _) in &line.pieces {
                out.push_str(piece);
            }
            out.push('\n');
            if let Some(carets) = &line.carets {
                out.push_str(carets);
                out.push('\n');
            }
        }
        out
    }

    #[test]
    fn carets_stand_under_the_marked_words() {
        assert_eq!(
            shown("especially resonate, however", Some(11..19), 40, 2),
            "\
especially resonate, however
           ^^^^^^^^
"
        );
    }

    #[test]
    fn missing_words_are_a_caret_in_the_gap() {
        assert_eq!(shown("we do it", Some(3..3), 40, 2), "we do it\n  ^\n");
        assert_eq!(shown("we do it", Some(2..2), 40, 2), "we do it\n  ^\n");
        assert_eq!(shown("we do", Some(5..5), 40, 2), "we do \n     ^\n");
    }

    #[test]
    fn wide_characters_take_two_carets() {
        assert_eq!(shown("ab 中文 cd", Some(3..9), 40, 2), "ab 中文 cd\n   ^^^^\n");
    }

    #[test]
    fn a_long_text_is_cut_around_its_marks() {
        let text =
            format!("{} changed {}", "before ".repeat(60).trim(), "after ".repeat(60).trim());
        let start = text.find("changed").unwrap();
        let lines = shown(&text, Some(start..start + 7), 70, 3);
        assert!(lines.starts_with("… before"), "{lines}");
        assert!(lines.contains("^^^^^^^"), "{lines}");
        assert!(lines.lines().count() <= 5, "{lines}");
    }

    #[test]
    fn paragraphs_are_set_apart() {
        assert_eq!(shown("one\n\ntwo", None, 40, 2), "one ¶ two\n");
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        assert_eq!(shown("abcdefghijklmnop", None, 8, 4), "abcdefgh\nijklmnop\n");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_and_nothing_acts(
            text in "\\PC{0,200}|[a-z \u{202e}\u{1b}\n中é]{0,300}",
            start in 0usize..300, length in 0usize..40, width in 8usize..100, lines in 1usize..6,
        ) {
            let all = excerpt(&text, std::slice::from_ref(&(start..start + length)), Room { width, lines });
            prop_assert!(all.len() <= lines);
            for line in all {
                let shown: String = line.pieces.iter().map(|(text, _)| text.as_str()).collect();
                let columns: usize = shown.chars().map(|c| c.width().unwrap_or(0)).sum();
                prop_assert!(columns <= width + 1, "{columns} > {width}: {shown:?}");
                prop_assert!(!shown.chars().any(inert::acts));
            }
        }
    }
}
