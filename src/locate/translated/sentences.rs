//! Cuts pages and quotations into sentences by the rules of Unicode, and sentences into clauses.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::document::{Document, Layer};

/// Words that end with a stop and no sentence.
const ABBREVIATIONS: [&str; 26] = [
    "mr", "mrs", "ms", "dr", "prof", "gen", "col", "sen", "rep", "st", "no", "vs", "jan", "feb",
    "aug", "sept", "oct", "nov", "dec", "им", "стр", "тыс", "руб", "млн", "ст", "bzw",
];

/// The sentences of the text itself of a page, in order, as ranges of its text. Each stands within one block for which
/// `wanted` is true.
pub(super) fn of_page(page: &Document, wanted: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for block in page.blocks.iter().filter(|block| block.layer == Layer::Visible) {
        let text = page.block_text(block);
        if wanted(text) {
            let ranges = of_text(text).into_iter();
            found.extend(
                ranges.map(|range| block.range.start + range.start..block.range.start + range.end),
            );
        }
    }
    found
}

/// The sentences of a text, in order, without the spaces around them. What holds no letter and no digit goes with the
/// sentence before it.
pub(super) fn of_text(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut ended = true;
    for (start, sentence) in text.split_sentence_bound_indices() {
        let trimmed = sentence.trim();
        if trimmed.is_empty() {
            continue;
        }
        let start = start + (sentence.len() - sentence.trim_start().len());
        let range = start..start + trimmed.len();
        let says_something = trimmed.chars().any(char::is_alphanumeric);
        match found.last_mut() {
            Some(last) if !ended || !says_something => last.end = range.end,
            Some(_) | None => found.push(range),
        }
        ended = !ends_in_abbreviation(trimmed);
    }
    found
}

/// `… of the U.S.`, `… said Mr.`, `… им.`: a stop that belongs to a word.
fn ends_in_abbreviation(sentence: &str) -> bool {
    let Some(before) = sentence.strip_suffix('.') else { return false };
    let start = before
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let word = &before[start..];
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (Some(only), None) => only.is_uppercase() && !before[..start].ends_with(char::is_numeric),
        (Some(_), Some(_)) => ABBREVIATIONS.contains(&word.to_lowercase().as_str()),
        (None, _) => false,
    }
}

/// The clauses of a sentence, and up to three of them in a row: what a quotation of a few words may translate.
pub(super) fn clauses(sentence: &str) -> Vec<Range<usize>> {
    const MOST_CLAUSES: usize = 12;
    let mut cuts = vec![0];
    for (at, c) in sentence.char_indices() {
        if matches!(
            c,
            ',' | ';'
                | ':'
                | '—'
                | '–'
                | '('
                | ')'
                | '«'
                | '»'
                | '“'
                | '”'
                | '„'
                | '"'
                | '،'
                | '؛'
                | '，'
                | '；'
                | '：'
                | '、'
                | '「'
                | '」'
                | '『'
                | '』'
                | '《'
                | '》'
        ) {
            cuts.push(at + c.len_utf8());
        }
    }
    cuts.push(sentence.len());
    let pieces: Vec<Range<usize>> = cuts
        .windows(2)
        .map(|pair| pair[0]..pair[1])
        .filter(|range| {
            sentence[range.clone()].chars().filter(|c| c.is_alphanumeric()).count() >= 2
        })
        .take(MOST_CLAUSES)
        .collect();
    let mut found = Vec::new();
    for first in 0..pieces.len() {
        for last in first..pieces.len().min(first + 3) {
            found.push(pieces[first].start..pieces[last].end);
        }
    }
    found
}

/// The parts of a quotation between marks of omission, each cut into sentences.
pub(super) fn fragments(quotation: &str) -> Vec<Vec<String>> {
    const OMISSIONS: [&str; 8] = ["[...]", "[…]", "(...)", "(…)", "<...>", "<…>", "...", "…"];
    let mut text = quotation.to_owned();
    for omission in OMISSIONS {
        text = text.replace(omission, "\u{1}");
    }
    // A bracket is the author's: its words are read, its marks are not.
    text.retain(|c| c != '[' && c != ']');
    text.split('\u{1}')
        .map(|fragment| {
            let sentences = of_text(fragment).into_iter();
            sentences.map(|range| fragment[range].to_owned()).collect::<Vec<_>>()
        })
        .filter(|sentences| {
            sentences.iter().any(|sentence| sentence.chars().any(char::is_alphanumeric))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<&str> {
        of_text(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        assert_eq!(
            cut("He said so. She did not!  «Да». Then"),
            ["He said so.", "She did not!", "«Да».", "Then"]
        );
        assert_eq!(
            cut("the U.S. Congress met. Mr. Smith left."),
            ["the U.S. Congress met.", "Mr. Smith left."]
        );
        assert_eq!(cut("这是第一句。这是第二句。"), ["这是第一句。", "这是第二句。"]);
    }

    #[test]
    fn omissions_part_a_quotation() {
        assert_eq!(
            fragments("One thing. [...] Thus, [the] other… and more"),
            [
                vec!["One thing.".to_owned()],
                vec!["Thus, the other".to_owned()],
                vec!["and more".to_owned()]
            ]
        );
        assert!(fragments("… [...]").is_empty());
    }

    proptest! {
        #[test]
        fn ranges_are_of_the_text(text in "\\PC{0,80}|[A-Za-z., «»]{0,60}") {
            for range in of_text(&text).into_iter().chain(clauses(&text)) {
                prop_assert!(text.get(range).is_some());
            }
            let _ = fragments(&text);
        }
    }
}
