//! Finds what stands on pages for the sake of the paper: running heads, running feet, page numbers.

use std::collections::HashMap;

use super::glyphs::Role;
use super::lines::Line;
use super::notes::is_called;

/// How many lines at either end of a page may be furniture.
const EDGE_LINES: usize = 3;

/// Tells for each line of each page whether it is part of the furniture.
pub(super) fn furniture(pages: &[Vec<Line>]) -> Vec<Vec<bool>> {
    let edges: Vec<Vec<usize>> = pages.iter().map(|lines| edges(lines)).collect();
    let mut repeated: HashMap<(String, i32), Vec<usize>> = HashMap::new();
    for (page, (lines, edges)) in pages.iter().zip(&edges).enumerate() {
        for &index in edges {
            let line = &lines[index];
            for height in heights(line) {
                let known = repeated.entry((skeleton(&line.text), height)).or_default();
                if known.last() != Some(&page) {
                    known.push(page);
                }
            }
        }
    }
    let is_repeated = |line: &Line, page: usize| {
        let skeleton = skeleton(&line.text);
        heights(line).iter().any(|&height| {
            // Left and right pages have their own heads; a chapter's head runs over its pages alone.
            repeated.get(&(skeleton.clone(), height)).is_some_and(|known| {
                known.iter().any(|&other| other != page && other.abs_diff(page) <= 4)
            })
        })
    };
    pages
        .iter()
        .enumerate()
        .map(|(page, lines)| {
            let mut marks: Vec<bool> = lines.iter().map(|line| line.is == Role::Artifact).collect();
            for &index in &edges[page] {
                let line = &lines[index];
                let is_number = is_number(&line.text);
                // Notes at the foot may recur, too, `12 Ibid., p. 4`, and a number alone may be the label of one.
                marks[index] |= !is_called(line, lines)
                    && if is_number { is_outermost(lines, index) } else { is_repeated(line, page) };
            }
            for index in 1..lines.len().saturating_sub(1) {
                marks[index] |=
                    interrupts(&lines[index - 1].text, &lines[index].text, &lines[index + 1].text);
            }
            marks
        })
        .collect()
}

/// Tells whether a line is a running head in the middle of a sentence, as where pages were put together.
fn interrupts(before: &str, line: &str, after: &str) -> bool {
    let goes_on = after.starts_with(char::is_lowercase)
        && before.trim_end().ends_with(|c: char| c.is_alphabetic() || c == ',' || c == '-');
    goes_on && (is_number(line) || is_numbered_head(line))
}

/// Tells whether a line is a page number and a head in capitals: `17 ANNUAL REVIEW`, `ANNUAL REVIEW 17`.
fn is_numbered_head(line: &str) -> bool {
    let is_page =
        |word: &&str| (1..=4).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    let words: Vec<&str> =
        line.split_whitespace().filter(|word| *word != "|" && *word != "·").collect();
    let [first, .., last] = words.as_slice() else { return false };
    let letters = || line.chars().filter(|c| c.is_alphabetic());
    (is_page(first) || is_page(last)) && letters().count() > 3 && letters().all(char::is_uppercase)
}

/// Returns the lines at the top and the bottom of a page.
fn edges(lines: &[Line]) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..lines.len()).filter(|&index| lines[index].is != Role::Turned).collect();
    order.sort_by(|&a, &b| lines[b].y.total_cmp(&lines[a].y));
    if order.len() > 2 * EDGE_LINES {
        order.drain(EDGE_LINES..order.len() - EDGE_LINES);
    }
    order
}

/// Tells whether a line is the highest or the lowest of a page, or beside it.
fn is_outermost(lines: &[Line], index: usize) -> bool {
    let y = lines[index].y;
    let level = lines.iter().filter(|line| line.is != Role::Turned);
    let (mut above, mut below) = (0, 0);
    for line in level {
        above += usize::from(line.y > y + line.size);
        below += usize::from(line.y < y - line.size);
    }
    lines.len() > 1 && (above == 0 || below == 0)
}

/// Returns a line's text with numbers alike, for comparing.
fn skeleton(text: &str) -> String {
    let mut skeleton = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if !c.is_ascii_digit() {
            skeleton.extend(c.to_lowercase());
        } else if !skeleton.ends_with('0') {
            skeleton.push('0');
        }
    }
    skeleton
}

/// Returns a line's height on the page in steps of four points, rounded both ways.
fn heights(line: &Line) -> [i32; 2] {
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    let step = |y: f32| (y / 4.0).floor() as i32;
    [step(line.y) * 2, step(line.y + 2.0) * 2 + 1]
}

/// Tells whether a line is but a page number: `12`, `- 12 -`, `Page 3 of 9`, `xii`.
fn is_number(text: &str) -> bool {
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || "-–—|[]()·•.".contains(c)).to_lowercase();
    let is_roman = |text: &str| {
        text.len() <= 7 && !text.is_empty() && text.chars().all(|c| "ivxlc".contains(c))
    };
    let is_digits = |text: &str| {
        (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let without_word = ["page", "стр.", "seite", "página", "p."]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .map_or(text.as_str(), str::trim);
    let number = without_word.split([' ', '/']).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    match number.as_slice() {
        [one] => is_digits(one) || is_roman(one),
        [one, other] => is_digits(one) && is_digits(other) && without_word.contains('/'),
        [one, of, other] => {
            is_digits(one) && ["of", "из", "von", "de", "/"].contains(of) && is_digits(other)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, y: f32) -> Line {
        Line {
            text: text.to_owned(),
            stops: Vec::new(),
            raised: Vec::new(),
            x: 0.0,
            end: 100.0,
            y,
            size: 10.0,
            is: Role::Text,
        }
    }

    #[test]
    fn heads_that_recur_and_page_numbers_are_furniture() {
        let page = |number: usize| {
            vec![
                line(&format!("The Report   {number}"), 800.0),
                line(&format!("Text {} of the page", "x".repeat(number)), 700.0),
                line("More text", 600.0 - f32::from(u8::try_from(number).unwrap()) * 20.0),
                line(&format!("- {number} -"), 40.0),
            ]
        };
        let marks = furniture(&[page(1), page(2), page(3)]);
        for marks in marks {
            assert_eq!(marks, [true, false, false, true]);
        }
    }

    #[test]
    fn a_head_in_the_middle_of_a_sentence_is_furniture() {
        assert!(interrupts(
            "signed today contemplates,",
            "17 ANNUAL REVIEW OF TREATIES",
            "among other"
        ));
        assert!(interrupts("signed today contem-", "18", "plates among"));
        assert!(!interrupts("It was signed today.", "17 ANNUAL REVIEW", "among other"));
        assert!(!interrupts("it was signed by", "17 members of the board", "and the chair"));
    }

    #[test]
    fn page_numbers_have_many_forms() {
        for text in ["12", "- 3 -", "xii", "Page 3 of 9", "3/9", "[7]", "стр. 4"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "2024 was a year", "12345", "Page layout", "mix of it"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
