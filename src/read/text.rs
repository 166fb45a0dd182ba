//! Reads plain text: paragraphs between blank lines, headings, and the notes that are typed into it.
//! Copies nothing: the document's text is the text itself, and its blocks are ranges of it.

use std::ops::Range;

use memchr::{memchr2, memmem};

use super::charset::Decoded;
use super::{ReadError, typed_notes};
use crate::document::{Block, BlockKind, Document, DocumentFormat, Layer, Place, Places, Position};
use crate::text::dates::has_year;

/// A line with more characters than this was not broken by hand: each such line is a paragraph.
const LONGEST_BROKEN_LINE: usize = 160;
/// The distance between two entries of [`Places`] in a line, so that a position far into it is found quickly.
const PLACE_EVERY_BYTES: usize = 4096;
/// The name with which an entry of a bibliography begins ends within as many bytes.
const LONGEST_NAME: usize = 60;
/// A heading has no more characters than this.
const LONGEST_HEADING: usize = 150;

/// Reads plain text.
pub(super) fn read(decoded: Decoded<'_>) -> Result<Document, ReadError> {
    let mut document = Document::empty(DocumentFormat::Text);
    decoded.describe(&mut document);
    document.text = decoded.text.into_owned();
    let (blocks, places) = paragraphs(&document.text);
    if blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    document.blocks = blocks;
    document.places = places;
    typed_notes::recognise(&mut document);
    document.title =
        document.blocks.iter_mut().find(|block| matches!(block.kind, BlockKind::Heading(_))).map(
            |block| {
                block.kind = BlockKind::Heading(1);
                document.text[block.range.clone()].to_owned()
            },
        );
    Ok(document)
}

/// Splits a text into its paragraphs, and notes where each of its lines begins.
fn paragraphs(text: &str) -> (Vec<Block>, Places) {
    let mut blocks = Vec::new();
    let mut places = Vec::new();
    let mut lines: Vec<Range<usize>> = Vec::new();
    for (number, line) in (1..).zip(Lines::of(text)) {
        let trimmed = trim(text, line.clone());
        if trimmed.is_empty() {
            push_paragraphs(text, &lines, &mut blocks);
            lines.clear();
        } else {
            push_places(text, number, line, &mut places);
            lines.push(trimmed);
        }
    }
    push_paragraphs(text, &lines, &mut blocks);
    (blocks, Places(places))
}

/// Adds the paragraph that consecutive lines make, or one for each of them if they are paragraphs of their own.
fn push_paragraphs(text: &str, lines: &[Range<usize>], blocks: &mut Vec<Block>) {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return };
    let paragraph = |range, kind| Block { range, kind, layer: Layer::Visible, note: None };
    if lines.iter().any(|line| is_whole_paragraph(&text[line.clone()])) {
        for line in lines {
            let kind = if is_heading(&text[line.clone()]) {
                BlockKind::Heading(2)
            } else {
                BlockKind::Paragraph
            };
            blocks.push(paragraph(line.clone(), kind));
        }
        return;
    }
    if let Some(entries) = entries(text, lines) {
        blocks.extend(entries.into_iter().map(|range| paragraph(range, BlockKind::Paragraph)));
        return;
    }
    let kind = if lines.len() == 1 && is_heading(&text[first.clone()]) {
        BlockKind::Heading(2)
    } else {
        BlockKind::Paragraph
    };
    blocks.push(paragraph(first.start..last.end, kind));
}

/// Splits consecutive lines into the entries of a bibliography, if they are that: each begins with a name and has a
/// year, and its further lines are indented.
fn entries(text: &str, lines: &[Range<usize>]) -> Option<Vec<Range<usize>>> {
    let is_indented = |line: &Range<usize>| text[..line.start].ends_with([' ', '\t', '\u{A0}']);
    let mut entries: Vec<Range<usize>> = Vec::new();
    for line in lines {
        match entries.last_mut() {
            Some(entry) if is_indented(line) => entry.end = line.end,
            Some(_) | None => entries.push(line.clone()),
        }
    }
    let are_entries = entries.len() > 1
        && !lines.first().is_some_and(is_indented)
        && entries.iter().all(|entry| is_entry(&text[entry.clone()]));
    are_entries.then_some(entries)
}

/// Tells whether a paragraph is an entry of a bibliography: a name, a year, and a stop or an address at its end.
fn is_entry(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_uppercase() || matches!(c, '[' | '—' | '–'));
    let name = &text[..text.floor_char_boundary(LONGEST_NAME)];
    let ends = text.ends_with(['.', ')', '/', ']'])
        || text.rsplit(char::is_whitespace).next().is_some_and(|word| word.contains('/'));
    begins && ends && name.contains([',', '.', ']']) && (has_year(text) || text.contains("n.d."))
}

/// Tells whether a line is too long to be one of several lines of a paragraph broken by hand.
fn is_whole_paragraph(line: &str) -> bool {
    line.len() > LONGEST_BROKEN_LINE
        && line.chars().nth(LONGEST_BROKEN_LINE).is_some()
        && line.trim_start_matches(|c: char| !c.is_whitespace()).len() > LONGEST_BROKEN_LINE / 2
}

fn push_places(text: &str, line: u32, range: Range<usize>, places: &mut Vec<Place>) {
    let mut offset = range.start;
    let mut column = 1_u32;
    loop {
        places.push(Place { offset, position: Position::Line { line, column } });
        let next = text.floor_char_boundary(offset + PLACE_EVERY_BYTES);
        if next >= range.end {
            return;
        }
        let between = text[offset..next].chars().count();
        column = column.saturating_add(u32::try_from(between).unwrap_or(u32::MAX));
        offset = next;
    }
}

/// Narrows a range to what is neither white space nor invisible at its ends.
fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let line = &text[range.clone()];
    let start = range.start + (line.len() - line.trim_start_matches(is_blank).len());
    let end = start + text[start..range.end].trim_end_matches(is_blank).len();
    start..end
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
}

/// The lines of a text, without their ends: LF, CR LF, CR, and the separators of Unicode.
#[derive(Debug, Clone)]
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    has_separators: bool,
}

impl<'a> Lines<'a> {
    /// Takes a whole text.
    pub(super) fn of(text: &'a str) -> Self {
        let has = |separator: &str| memmem::find(text.as_bytes(), separator.as_bytes()).is_some();
        Self { text, at: 0, has_separators: has("\u{2028}") || has("\u{2029}") }
    }

    /// Takes a part of the same text.
    pub(super) fn within(&self, range: Range<usize>) -> Self {
        Self { text: &self.text[..range.end], at: range.start, has_separators: self.has_separators }
    }
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let mut end = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let mut length = match rest.get(end..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            Some([]) | None => 0,
        };
        if self.has_separators
            && let Some(earlier) = self.text[start..start + end].find(['\u{2028}', '\u{2029}'])
        {
            (end, length) = (earlier, '\u{2028}'.len_utf8());
        }
        self.at = start + end + length;
        Some(start..start + end)
    }
}

/// Tells whether a line that stands alone is a heading: short, in title case, without a final stop.
fn is_heading(line: &str) -> bool {
    if line.len() > LONGEST_HEADING * 4 || line.chars().count() > LONGEST_HEADING {
        return false;
    }
    let is_mark = |c: char| matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '«' | '»' | '„');
    let core = line.trim_matches(is_mark);
    let starts_well = core.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric());
    let ends_well = !core.ends_with(['.', '!', ';', ':', ',', '…', '。']);
    starts_well && ends_well && is_title_case(core)
}

/// Tells whether the words that carry meaning begin with capitals, and there is more to them than a date.
fn is_title_case(line: &str) -> bool {
    let mut capital = 0_usize;
    let mut small = 0_usize;
    let mut words = 0_usize;
    let mut numbers = 0_usize;
    for word in line.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '/')) {
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        let Some(first) = word.chars().next() else { continue };
        // Articles, prepositions and conjunctions stay small in most house styles.
        let carries = word.chars().filter(|c| c.is_alphabetic()).nth(3).is_some();
        words += 1;
        if first.is_numeric() {
            numbers += 1;
        } else if first.is_uppercase() {
            capital += 1;
        } else if first.is_lowercase() && carries && !is_small_in_titles(word) {
            small += 1;
        }
    }
    capital > numbers && small * 5 <= capital && (capital > 1 || words == 1)
}

fn is_small_in_titles(word: &str) -> bool {
    matches!(
        word,
        "with"
            | "from"
            | "into"
            | "upon"
            | "over"
            | "than"
            | "that"
            | "about"
            | "after"
            | "against"
            | "between"
            | "under"
            | "through"
            | "without"
            | "within"
            | "before"
            | "during"
    )
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::super::{Hint, read as read_bytes};
    use super::*;

    /// Reads a text and writes one line a block: its place, kind, note and text.
    fn check(text: &str, expected: &Expect) {
        let document = read_bytes(text.as_bytes(), &Hint::default()).expect("is text");
        let outline: String = document.blocks.iter().fold(String::new(), |outline, block| {
            let position = document.position(block.range.start);
            outline + &format!("{position} {:?} {:?}\n", block.kind, document.block_text(block))
        });
        expected.assert_eq(&outline);
    }

    #[test]
    fn white_space_of_any_kind_makes_a_blank_line() {
        check(
            "One\nmore.\n\u{A0} \u{3000}\nTwo.\n\t\nThree.\u{2029}\u{2028}four.",
            &expect![[r#"
                1:1 Paragraph "One\nmore."
                4:1 Paragraph "Two."
                6:1 Paragraph "Three."
                8:1 Paragraph "four."
            "#]],
        );
    }

    #[test]
    fn lines_end_in_every_usual_way() {
        check(
            "\u{FEFF}a b.\r\n\r\nc d.\r\re f.\n\n  g h.",
            &expect![[r#"
                1:1 Paragraph "a b."
                3:1 Paragraph "c d."
                5:1 Paragraph "e f."
                7:3 Paragraph "g h."
            "#]],
        );
    }

    #[test]
    fn headings_are_short_and_in_title_case() {
        check(
            "'Sovereignization' Of Relations Already Exists\n\nJuly 1, 2024\n\nUsing Capabilities In The Conflict?\n\n\
             He did not see it\n\nThe End.\n\nTwo Lines\nAre None",
            &expect![[r#"
                1:1 Heading(1) "'Sovereignization' Of Relations Already Exists"
                3:1 Paragraph "July 1, 2024"
                5:1 Heading(2) "Using Capabilities In The Conflict?"
                7:1 Paragraph "He did not see it"
                9:1 Paragraph "The End."
                11:1 Paragraph "Two Lines\nAre None"
            "#]],
        );
    }

    #[test]
    fn a_line_too_long_to_be_broken_by_hand_is_a_paragraph() {
        let long = "word ".repeat(40);
        let document =
            read_bytes(format!("{long}\n{long}").as_bytes(), &Hint::default()).expect("is text");
        assert_eq!(document.blocks.len(), 2);
    }

    #[test]
    fn positions_far_into_a_long_line_count_characters() {
        let text = "щ".repeat(30_000);
        let document = read_bytes(text.as_bytes(), &Hint::default()).expect("is text");
        let position = document.position(2 * 25_000);
        assert_eq!(position, Position::Line { line: 1, column: 25_001 });
        assert!(document.places.0.len() > 10);
    }

    #[test]
    fn nothing_but_white_space_is_empty() {
        assert_eq!(read_bytes(b"", &Hint::default()).unwrap_err(), ReadError::Empty);
        assert_eq!(read_bytes(b" \n\t\n", &Hint::default()).unwrap_err(), ReadError::Empty);
    }

    proptest! {
        #[test]
        fn every_visible_character_is_in_one_block(text in "[a-zA-Z\"' .\\[\\]0-9\n\r\u{2028}\u{A0}щ“”*]{0,200}") {
            if let Ok(document) = read_bytes(text.as_bytes(), &Hint::default()) {
                let mut end = 0;
                for block in &document.blocks {
                    prop_assert!(block.range.start >= end && block.range.start < block.range.end);
                    prop_assert!(document.text.get(block.range.clone()).is_some());
                    end = block.range.end;
                }
                let kept: usize = document.blocks.iter().map(|b| document.block_text(b).len()).sum();
                let labels: usize = document.notes.iter().map(|note| {
                    document.blocks[note.blocks.start].range.start.saturating_sub(note.start)
                }).sum();
                let visible: usize = document.text.chars().filter(|c| !is_blank(*c)).map(char::len_utf8).sum();
                prop_assert!(kept + labels >= visible);
            }
        }

        #[test]
        fn positions_agree_with_counting(text in "[ab\nщ]{1,300}", at in 0_usize..300) {
            if let Ok(document) = read_bytes(text.as_bytes(), &Hint::default()) {
                let at = document.text.floor_char_boundary(at.min(document.text.len() - 1));
                if !document.text[at..].starts_with('\n') {
                    let before = &document.text[..at];
                    let line = 1 + before.matches('\n').count();
                    let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
                    prop_assert_eq!(document.position(at).to_string(), format!("{line}:{column}"));
                }
            }
        }
    }
}
