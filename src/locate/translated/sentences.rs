//! Cuts pages and quotations into sentences by the rules of Unicode, and sentences into clauses.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::document::{Block, Document, Layer};

/// Words that end with a stop and no sentence.
const ABBREVIATIONS: [&str; 56] = [
    "mr", "mrs", "ms", "dr", "dra", "sr", "sra", "srta", "mme", "mlle", "hr", "prof", "gen", "col",
    "lt", "sgt", "gov", "sen", "rep", "rev", "hon", "st", "no", "nr", "vs", "jan", "feb", "aug",
    "sept", "oct", "nov", "dec", "mt", "ft", "inc", "ltd", "co", "им", "стр", "тыс", "руб", "млн",
    "ст", "ул", "др", "проф", "bzw", "inkl", "ca", "usw", "tzw", "ul", "godz", "sig", "dott", "av",
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

/// The sentences of a text, in order, without the spaces around them: what somebody says, and who says it, are two.
/// What holds no letter and no digit goes with the sentence before it.
pub(super) fn of_text(text: &str) -> Vec<Range<usize>> {
    let sentences = whole_sentences(text).into_iter();
    sentences.flat_map(|range| speech_apart(text, range)).collect()
}

/// Widens a stretch of a page to the ends of the sentences that it cuts into.
pub(super) fn around(page: &Document, stretch: &Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (stretch.start, stretch.end);
    let touched =
        |block: &&Block| block.range.start < stretch.end && stretch.start < block.range.end;
    for block in page.blocks.iter().filter(touched) {
        for sentence in whole_sentences(page.block_text(block)) {
            let sentence = block.range.start + sentence.start..block.range.start + sentence.end;
            if sentence.start < stretch.end && stretch.start < sentence.end {
                (start, end) = (start.min(sentence.start), end.max(sentence.end));
            }
        }
    }
    start..end
}

fn whole_sentences(text: &str) -> Vec<Range<usize>> {
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

/// How many letters and digits words in quotation marks must have to be what somebody says, and no name.
const SPEECH: usize = 12;

/// Cuts a sentence before words in quotation marks that a colon announces, and behind those that a comma or dash
/// follows: a quotation translates them without `he said`.
fn speech_apart(text: &str, sentence: Range<usize>) -> Vec<Range<usize>> {
    const OPENING: [char; 6] = ['«', '“', '„', '"', '「', '『'];
    const CLOSING: [char; 6] = ['»', '”', '“', '"', '」', '』'];
    let inner = &text[sentence.clone()];
    let mut cuts = vec![0];
    let mut letters = 0;
    for (at, c) in inner.char_indices() {
        let end = at + c.len_utf8();
        if CLOSING.contains(&c) && letters >= SPEECH {
            cuts.extend(before_the_speaker(&inner[end..]).map(|length| end + length));
            letters = 0;
        } else if OPENING.contains(&c) {
            if inner[..at].trim_end().ends_with([':', '：']) {
                cuts.push(at);
            }
            letters = 0;
        }
        letters += usize::from(c.is_alphanumeric());
    }
    cuts.push(inner.len());
    let mut found: Vec<Range<usize>> = Vec::new();
    for pair in cuts.windows(2) {
        let piece = &inner[pair[0]..pair[1]];
        let start = sentence.start + pair[0] + (piece.len() - piece.trim_start().len());
        let range = start..start + piece.trim().len();
        match found.last_mut() {
            Some(last) if !piece.contains(char::is_alphanumeric) => {
                last.end = range.end.max(last.end);
            }
            Some(_) | None => found.push(range),
        }
    }
    found
}

/// Returns how many bytes after words in quotation marks still belong to them, if it is then said whose they are.
fn before_the_speaker(rest: &str) -> Option<usize> {
    let spaces = rest.len() - rest.trim_start().len();
    let first = rest[spaces..].chars().next()?;
    let length = match first {
        ',' | '،' | '，' => spaces + first.len_utf8(),
        '—' | '–' | 'と' => 0,
        _ => return None,
    };
    rest[length..].contains(char::is_alphanumeric).then_some(length)
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
    fn what_is_said_stands_apart_from_who_says_it() {
        assert_eq!(
            cut("Орлов ответил: «Да, я не вижу ничего странного». Потом он ушёл."),
            ["Орлов ответил:", "«Да, я не вижу ничего странного».", "Потом он ушёл."]
        );
        assert_eq!(
            cut("„Wir haben nichts geändert“, sagte die Ministerin „Anna“."),
            ["„Wir haben nichts geändert“,", "sagte die Ministerin „Anna“."]
        );
        assert_eq!(
            cut("Судно «Волга», по его словам, ушло."),
            ["Судно «Волга», по его словам, ушло."]
        );
        assert_eq!(
            cut("大臣は「税率を変更しなかったと言える」と述べた。"),
            ["大臣は「税率を変更しなかったと言える」", "と述べた。"]
        );
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
                prop_assert!(text.get(range).is_some_and(|part| !part.is_empty()));
            }
            let _ = fragments(&text);
        }
    }
}
