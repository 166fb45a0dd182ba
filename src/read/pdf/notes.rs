//! Finds footnotes: small text at the foot of a page that begins with a label.

use super::lines::Line;

/// A stretch of small text at the foot of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FootText {
    /// Its label; `None` where it continues the last note of an earlier page.
    pub(super) label: Option<String>,
    /// Its lines: indices into the page's.
    pub(super) lines: Vec<usize>,
    /// How much of its first line is the label, in bytes.
    pub(super) label_bytes: usize,
}

/// Finds the notes of a page. `is_taken` tells which of its lines are furniture.
pub(super) fn foot_texts(lines: &[Line], is_taken: &[bool], body_size: f32) -> Vec<FootText> {
    let mut texts: Vec<FootText> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if is_taken[index] || !is_at_foot(line, lines, is_taken, body_size) {
            continue;
        }
        match label(line) {
            Some((label, label_bytes)) if fits(&label, &texts, line, lines) => {
                texts.push(FootText { label: Some(label), lines: vec![index], label_bytes });
            }
            _ => match texts.last_mut() {
                Some(last) => last.lines.push(index),
                None => texts.push(FootText { label: None, lines: vec![index], label_bytes: 0 }),
            },
        }
    }
    texts
}

/// Tells whether a line is smaller than the text and below all of it in its column.
fn is_at_foot(line: &Line, lines: &[Line], is_taken: &[bool], body_size: f32) -> bool {
    let is_small = |size: f32| size < body_size * 0.95;
    let mut has_body = false;
    let is_lowest = lines.iter().zip(is_taken).all(|(other, &is_taken)| {
        let overlaps = other.x < line.end && line.x < other.end;
        let is_body = !is_taken && !is_small(other.size) && overlaps && other.text.len() > 3;
        has_body |= is_body;
        !is_body || other.y > line.y
    });
    is_small(line.size) && is_lowest && has_body
}

/// Tells whether a label can come after those before it: numbers run on, and what is not raised itself has a call.
fn fits(label: &str, before: &[FootText], line: &Line, lines: &[Line]) -> bool {
    let is_raised = line.raised.first().is_some_and(|raised| raised.start == 0);
    if !is_raised && !lines.iter().any(|other| calls(other, label)) {
        return false;
    }
    let Ok(number) = label.parse::<u32>() else { return true };
    let last = before.iter().rev().find_map(|text| text.label.as_ref()?.parse::<u32>().ok());
    last.is_none_or(|last| number == last + 1 || (is_raised && number > last))
}

/// Tells whether a line calls a note.
fn calls(line: &Line, label: &str) -> bool {
    let by_mark = line.raised.iter().any(|raised| {
        raised.start > 0 && line.text.get(raised.clone()).is_some_and(|text| text.trim() == label)
    });
    by_mark || line.text.contains(&format!("[{label}]"))
}

/// Reads the label at the beginning of a line, with its length in bytes.
fn label(line: &Line) -> Option<(String, usize)> {
    let text = line.text.as_str();
    let start = text.trim_start_matches(['[', '(', ' ']);
    let is_symbol = |c: char| "*†‡§¶".contains(c);
    let digits = start.bytes().take_while(u8::is_ascii_digit).count();
    let symbols: usize = start.chars().take_while(|&c| is_symbol(c)).map(char::len_utf8).sum();
    let length = if (1..=4).contains(&digits) { digits } else { symbols };
    if length == 0 {
        return None;
    }
    let label = &start[..length];
    let rest = &start[length..];
    let after = rest.trim_start_matches([']', ')', '.', ' ', '\u{a0}']);
    let is_raised = line.raised.first().is_some_and(|raised| raised.start == 0);
    let is_apart = is_raised || after.len() < rest.len() || symbols > 0;
    // `12 men` is a text, too; but not at the foot, in small type, where 12 comes next.
    let begins_text =
        after.starts_with(|c: char| c.is_alphabetic() || "\"“«‘'(".contains(c)) || after.is_empty();
    (is_apart && begins_text).then(|| (label.to_owned(), text.len() - after.len()))
}

#[cfg(test)]
mod tests {
    use super::super::glyphs::Role;
    use super::*;

    fn line(text: &str, y: f32, size: f32) -> Line {
        Line {
            text: text.to_owned(),
            stops: Vec::new(),
            raised: Vec::new(),
            x: 70.0,
            end: 500.0,
            y,
            size,
            is: Role::Text,
        }
    }

    #[test]
    fn small_labelled_text_at_the_foot_is_notes() {
        let lines = [
            line("10 small words in a table", 700.0, 8.0),
            line("The text[3] of the page.[4]", 600.0, 10.0),
            line("end of a note from before", 120.0, 8.0),
            line("3. Tass.com/politics/1805115,", 110.0, 8.0),
            line("2024 was the year.", 100.0, 8.0),
            line("4 Vz.ru", 90.0, 8.0),
        ];
        let texts = foot_texts(&lines, &[false; 6], 10.0);
        let outline: Vec<_> =
            texts.iter().map(|text| (text.label.as_deref(), text.lines.as_slice())).collect();
        assert_eq!(outline, [(None, &[2][..]), (Some("3"), &[3, 4][..]), (Some("4"), &[5][..])]);
    }
}
