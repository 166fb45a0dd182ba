//! Finds footnotes: text at the foot of a page that begins with a label which the page calls, below a rule
//! or smaller than the rest; and what goes on at the foot of the next page.

use super::glyphs::Rule;
use super::lines::Line;

/// A page with more lines than this is a drawing; its notes are not looked for.
const MOST_LINES: usize = 3000;

/// More kinds of rule than this are not told apart.
const MOST_RULE_STYLES: usize = 100;

/// One line by its page and its number there.
pub(super) type LineId = (usize, usize);

/// A stretch of text at the foot of a page, and of the pages on which it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FootText {
    /// Its label; `None` where it belongs to no note that is known.
    pub(super) label: Option<String>,
    /// Its lines.
    pub(super) lines: Vec<LineId>,
    /// How much of its first line is the label, in bytes.
    pub(super) label_bytes: usize,
}

/// What stands at the foot of a page.
#[derive(Debug, Default)]
pub(super) struct PageFoot {
    /// The texts that begin there.
    pub(super) texts: Vec<FootText>,
    /// Tells for each line of the page whether it stands at the foot.
    pub(super) is_note: Vec<bool>,
}

/// Finds the notes of every page. `taken` tells which of the lines are furniture.
pub(super) fn foot_texts(
    pages: &[Vec<Line>],
    taken: &[Vec<bool>],
    rules: &[Vec<Rule>],
    body_size: f32,
) -> Vec<PageFoot> {
    let style = rule_style(pages, taken, rules);
    let mut feet: Vec<PageFoot> = Vec::with_capacity(pages.len());
    for (page, lines) in pages.iter().enumerate() {
        let taken = &taken[page];
        if lines.len() > MOST_LINES {
            feet.push(PageFoot { texts: Vec::new(), is_note: vec![false; lines.len()] });
            continue;
        }
        let top = foot_top(lines, taken, &rules[page], style);
        let is_note: Vec<bool> = lines
            .iter()
            .zip(taken)
            .map(|(line, &is_taken)| {
                !is_taken
                    && (top.is_some_and(|top| line.y < top)
                        || is_small_at_foot(line, lines, taken, body_size))
            })
            .collect();
        let before = page.checked_sub(1).map_or(&[][..], |before| pages[before].as_slice());
        let mut texts = page_texts(page, lines, before, &is_note);
        if let Some(first) = texts.first_mut().filter(|first| first.label.is_none())
            && let Some(last) = last_note(&mut feet)
        {
            last.lines.append(&mut first.lines);
            texts.remove(0);
        }
        feet.push(PageFoot { texts, is_note });
    }
    feet
}

/// Returns the last note of the page before, or the one that runs on over all of it.
fn last_note(feet: &mut [PageFoot]) -> Option<&mut FootText> {
    let last_page = feet.len().checked_sub(1)?;
    let page = feet.iter().rposition(|foot| !foot.texts.is_empty())?;
    let last = feet[page].texts.last_mut()?;
    let reaches = last.lines.last().is_some_and(|&(page, _)| page == last_page);
    (reaches && last.label.is_some()).then_some(last)
}

/// Divides what stands at the foot of a page by its labels. `before` are the lines of the page before: notes that
/// found no room there stand on this one.
fn page_texts(page: usize, lines: &[Line], before: &[Line], is_note: &[bool]) -> Vec<FootText> {
    let mut texts: Vec<FootText> = Vec::new();
    for (index, line) in lines.iter().enumerate().filter(|(index, _)| is_note[*index]) {
        let label = label(line).filter(|(label, _)| fits(label, &texts, line, lines, before));
        match (label, texts.last_mut()) {
            (None, Some(last)) => last.lines.push((page, index)),
            (label, _) => {
                let (label, label_bytes) = label.unzip();
                let lines = vec![(page, index)];
                texts.push(FootText { label, lines, label_bytes: label_bytes.unwrap_or(0) });
            }
        }
    }
    texts
}

/// Tells whether a line is smaller than the text and below all of it in its column.
fn is_small_at_foot(line: &Line, lines: &[Line], is_taken: &[bool], body_size: f32) -> bool {
    let is_small = |size: f32| size < body_size * 0.95;
    if !is_small(line.size) {
        return false;
    }
    let mut has_body = false;
    let is_lowest = lines.iter().zip(is_taken).all(|(other, &is_taken)| {
        let overlaps = other.x < line.end && line.x < other.end;
        let is_body = !is_taken && !is_small(other.size) && overlaps && other.text.len() > 3;
        has_body |= is_body;
        !is_body || other.y > line.y
    });
    is_lowest && has_body
}

/// Where the rules above footnotes begin and end.
#[derive(Debug, Clone, Copy)]
struct RuleStyle {
    x: f32,
    end: f32,
}

impl RuleStyle {
    fn has(self, rule: &Rule) -> bool {
        (self.x - rule.x).abs() < 2.0 && (self.end - rule.end).abs() < 2.0
    }
}

/// Returns how the rules above footnotes look, where a page has one right above a note.
fn rule_style(pages: &[Vec<Line>], taken: &[Vec<bool>], rules: &[Vec<Rule>]) -> Option<RuleStyle> {
    let mut styles: Vec<(RuleStyle, usize)> = Vec::new();
    for (page, lines) in pages.iter().enumerate().filter(|(_, lines)| lines.len() <= MOST_LINES) {
        let Some(first) = first_labelled(lines, &taken[page]) else { continue };
        for rule in &rules[page] {
            let between =
                lines.iter().any(|line| line.y < rule.y && line.y > first.y + first.size * 0.5);
            if rule.y < first.y || between {
                continue;
            }
            if let Some((_, count)) = styles.iter_mut().find(|(style, _)| style.has(rule)) {
                *count += 1;
            } else if styles.len() < MOST_RULE_STYLES {
                styles.push((RuleStyle { x: rule.x, end: rule.end }, 1));
            }
        }
    }
    styles.into_iter().max_by_key(|(_, count)| *count).map(|(style, _)| style)
}

/// Returns the height below which a page has its notes: under its rule, or from the first label that is called.
fn foot_top(
    lines: &[Line],
    is_taken: &[bool],
    rules: &[Rule],
    style: Option<RuleStyle>,
) -> Option<f32> {
    if !is_in_one_column(lines, is_taken) {
        return None;
    }
    let under_rule = style.and_then(|style| {
        let fitting = rules.iter().filter(|rule| style.has(rule));
        fitting.map(|rule| rule.y).min_by(f32::total_cmp)
    });
    under_rule.or_else(|| first_labelled(lines, is_taken).map(|first| first.y + first.size * 0.5))
}

/// Returns the highest line that begins with the raised label of a note called above it.
fn first_labelled<'a>(lines: &'a [Line], is_taken: &[bool]) -> Option<&'a Line> {
    let is_first = |(line, is_taken): &(&Line, &bool)| {
        !**is_taken && label(line).is_some() && is_called(line, lines)
    };
    let found = lines.iter().zip(is_taken).filter(is_first);
    found.map(|(line, _)| line).max_by(|a, b| a.y.total_cmp(&b.y))
}

/// Tells whether a line begins with a raised label, or is but a small one, that a line above it calls.
pub(super) fn is_called(line: &Line, lines: &[Line]) -> bool {
    let Some((label, _)) = label(line) else { return false };
    let is_raised = line.raised.first().is_some_and(|raised| raised.start == 0);
    (is_raised || (line.text.trim() == label && stands_as_label(line, lines)))
        && lines.iter().any(|other| other.y > line.y && calls(other, &label))
}

/// Tells a label on a line of its own from a page number: it is small, and at the left of the text.
fn stands_as_label(line: &Line, lines: &[Line]) -> bool {
    let is_small = lines.iter().any(|other| other.size * 0.85 > line.size);
    let left = lines.iter().map(|other| other.x).fold(f32::MAX, f32::min);
    is_small && line.x < left + 2.0 * line.size
}

/// Tells whether most lines of a page are as wide as half of its text.
fn is_in_one_column(lines: &[Line], is_taken: &[bool]) -> bool {
    let text = || lines.iter().zip(is_taken).filter(|(_, is_taken)| !**is_taken);
    let left = text().map(|(line, _)| line.x).fold(f32::MAX, f32::min);
    let right = text().map(|(line, _)| line.end).fold(f32::MIN, f32::max);
    let is_wide = |line: &Line| line.end - line.x > (right - left) * 0.55;
    let wide = text().filter(|(line, _)| is_wide(line)).count();
    wide * 5 > text().count() * 2
}

/// Tells whether a label can come after those before it: numbers run on, and what is not raised itself has a call.
fn fits(
    label: &str,
    texts: &[FootText],
    line: &Line,
    lines: &[Line],
    page_before: &[Line],
) -> bool {
    let is_raised = line.raised.first().is_some_and(|raised| raised.start == 0);
    let mut above = lines.iter().filter(|other| other.y > line.y).chain(page_before);
    if !is_raised && !above.any(|other| calls(other, label)) {
        return false;
    }
    let Ok(number) = label.parse::<u32>() else { return true };
    let last = texts.iter().rev().find_map(|text| text.label.as_ref()?.parse::<u32>().ok());
    last.is_none_or(|last| number == last + 1 || (is_raised && number > last))
}

/// Tells whether a line calls a note.
fn calls(line: &Line, label: &str) -> bool {
    let by_mark = line.raised.iter().any(|raised| {
        line.text.get(raised.clone()).is_some_and(|text| {
            let text = text.trim();
            text == label
                || calls_set_together(text)
                    .is_some_and(|several| several.iter().any(|one| one == label))
        })
    });
    by_mark || line.text.contains(&format!("[{label}]"))
}

/// Reads the calls of several notes that are set without space: `45` as 4 and 5, `91011` as 9, 10 and 11.
pub(super) fn calls_set_together(raised: &str) -> Option<Vec<String>> {
    if !(2..=12).contains(&raised.len()) || !raised.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    (1..=raised.len() / 2).find_map(|length| {
        let mut number: u32 = raised[..length].parse().ok()?;
        let mut calls = vec![number.to_string()];
        let mut rest = &raised[length..];
        while !rest.is_empty() {
            number += 1;
            let next = number.to_string();
            rest = rest.strip_prefix(next.as_str())?;
            calls.push(next);
        }
        Some(calls)
    })
}

/// Reads the label at the beginning of a line, with its length in bytes.
fn label(line: &Line) -> Option<(String, usize)> {
    let text = line.text.as_str();
    let start = text.trim_start_matches(['[', '(', ' ']);
    let is_symbol = |c: char| "*†‡§¶".contains(c);
    // What follows a raised label may be a number, too.
    let raised = line.raised.first().filter(|raised| raised.start == 0);
    let label_end = raised.map_or(text.len(), |raised| raised.end.max(text.len() - start.len()));
    let digits =
        text[text.len() - start.len()..label_end].bytes().take_while(u8::is_ascii_digit).count();
    let symbols: usize = start.chars().take_while(|&c| is_symbol(c)).map(char::len_utf8).sum();
    let length = if (1..=4).contains(&digits) { digits } else { symbols };
    if length == 0 {
        return None;
    }
    let label = &start[..length];
    let rest = &start[length..];
    let after = rest.trim_start_matches([']', ')', '.', ' ', '\u{a0}']);
    let is_raised = line.raised.first().is_some_and(|raised| raised.start == 0);
    let is_apart = is_raised || after.len() < rest.len() || symbols > 0 || rest.is_empty();
    // `12 men` is a text, too; but not at the foot, in small type, where 12 comes next.
    let begins_text = is_raised
        || after.starts_with(|c: char| c.is_alphabetic() || "\"“«‘'(".contains(c))
        || after.is_empty();
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
        assert_eq!(
            outline(&[lines.to_vec()], &[vec![]]),
            [
                "None: end of a note from before",
                "3: 3. Tass.com/politics/1805115, 2024 was the year.",
                "4: 4 Vz.ru"
            ]
        );
    }

    fn outline(pages: &[Vec<Line>], rules: &[Vec<Rule>]) -> Vec<String> {
        let taken: Vec<Vec<bool>> = pages.iter().map(|lines| vec![false; lines.len()]).collect();
        let texts = foot_texts(pages, &taken, rules, 10.0).into_iter().flat_map(|foot| foot.texts);
        let text_of = |&(page, line): &LineId| pages[page][line].text.as_str();
        texts
            .map(|text| {
                let lines: Vec<&str> = text.lines.iter().map(text_of).collect();
                format!("{}: {}", text.label.as_deref().unwrap_or("None"), lines.join(" "))
            })
            .collect()
    }

    fn calling(text: &str, raised: &str, y: f32) -> Line {
        let at = text.find(raised).unwrap();
        let mark = at..at + raised.len();
        Line { raised: vec![mark], ..line(text, y, 10.0) }
    }

    #[test]
    fn notes_as_large_as_the_text_are_found_by_their_raised_labels() {
        let first = vec![
            calling("The text of the page.1 And more", "1", 700.0),
            line("of it.", 680.0, 10.0),
            calling("1 A note whose text", "1", 100.0),
            line("is long, and which goes on at the foot", 88.0, 10.0),
        ];
        let second = vec![
            calling("More text with other notes.23", "23", 700.0),
            line("of the next page.", 110.0, 10.0),
            calling("2 Another note.", "2", 88.0),
            calling("3 The last.", "3", 76.0),
        ];
        let rule = |y: f32| Rule { x: 70.0, end: 200.0, y };
        assert_eq!(
            outline(&[first, second], &[vec![rule(112.0)], vec![rule(122.0)]]),
            [
                "1: 1 A note whose text is long, and which goes on at the foot of the next page.",
                "2: 2 Another note.",
                "3: 3 The last.",
            ]
        );
    }

    #[test]
    fn calls_without_space_between_them_are_taken_apart() {
        let apart = |text| calls_set_together(text).map(|several| several.join(" "));
        assert_eq!(apart("45").as_deref(), Some("4 5"));
        assert_eq!(apart("91011").as_deref(), Some("9 10 11"));
        assert_eq!(apart("99100").as_deref(), Some("99 100"));
        for one in ["4", "46", "12a", ""] {
            assert_eq!(apart(one), None, "{one}");
        }
    }
}
