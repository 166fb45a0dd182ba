//! Compares what stands between words: quotation marks, dashes and spaces are typography, sentence ends are not.

use crate::text::is_apostrophe;

use super::noise::is_quotation_mark;

/// How the punctuation between two words of a quotation compares with that of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// A reader sees no change.
    Same,
    /// A comma, a dash, a hyphen, the stop of an abbreviation.
    Minor,
    /// The same between two numbers: `10-15` is not `10, 15`.
    BetweenNumbers,
    /// A sentence ends on one side and not on the other, or ends otherwise.
    SentenceEnd,
}

/// The marks between two words that a reader would miss: no spaces, no quotation marks, dashes as one.
pub(super) fn marks(between: &str) -> String {
    let mut marks = String::new();
    let mut dots = 0;
    for c in between.chars() {
        if c == '.' {
            dots += 1;
            continue;
        }
        push_dots(&mut marks, std::mem::take(&mut dots));
        match c {
            '…' => push_once(&mut marks, '…'),
            '-'
            | '\u{2010}'..='\u{2015}'
            | '\u{2212}'
            | '\u{fe58}'
            | '\u{fe63}'
            | '\u{ff0d}'
            | '\u{2e3a}'
            | '\u{2e3b}' => push_once(&mut marks, '-'),
            '，' | '、' | '،' | '၊' | '՝' => marks.push(','),
            '。' | '۔' | '।' | '॥' | '｡' | '։' | '።' | '။' | '។' => marks.push('.'),
            '？' | '؟' | '\u{37e}' | '՞' => marks.push('?'),
            '！' | '՜' => marks.push('!'),
            '：' => marks.push(':'),
            '；' | '؛' | '\u{387}' => marks.push(';'),
            '(' | '（' | '[' | '{' => marks.push('('),
            ')' | '）' | ']' | '}' => marks.push(')'),
            ',' | ';' | ':' | '!' | '?' | '/' => marks.push(c),
            _ => {}
        }
    }
    push_dots(&mut marks, dots);
    marks
}

fn push_dots(marks: &mut String, dots: usize) {
    match dots {
        0 => {}
        1 | 2 => marks.push('.'),
        _ => push_once(marks, '…'),
    }
}

fn push_once(marks: &mut String, mark: char) {
    if !marks.ends_with(mark) {
        marks.push(mark);
    }
}

/// What stands around the place that is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Whether the word before is an abbreviation.
    pub after_abbreviation: bool,
    /// Whether a new block begins here in the source.
    pub new_block: bool,
    /// Whether the words on both sides are numbers.
    pub between_numbers: bool,
}

/// Compares what stands between two neighbouring words on both sides.
pub(super) fn compare(document: &str, source: &str, place: Place) -> Comparison {
    let (document, source) = (marks(document), marks(source));
    if document == source {
        return Comparison::Same;
    }
    let (ends, source_ends) = (sentence_end(&document), sentence_end(&source));
    if place.between_numbers && !place.new_block {
        return Comparison::BetweenNumbers;
    }
    if ends == source_ends {
        // A hyphen or a dash where the other side has a space only is how compounds and line ends are written.
        return Comparison::Minor;
    }
    let abbreviated = place.after_abbreviation && !matches!(ends.or(source_ends), Some('!' | '?'));
    let unstopped_block = place.new_block && source_ends.is_none();
    if abbreviated || unstopped_block { Comparison::Minor } else { Comparison::SentenceEnd }
}

/// Returns the mark that ends a sentence, if one does; an ellipsis ends none by itself.
pub(super) fn sentence_end(marks: &str) -> Option<char> {
    let mut found = None;
    for c in marks.chars() {
        match c {
            '?' => return Some('?'),
            '!' => found = Some('!'),
            '.' => found = found.or(Some('.')),
            _ => {}
        }
    }
    found
}

/// Returns the punctuation that follows a word directly, quotation marks left out: what would end a quotation there.
pub(super) fn closing(after: &str) -> String {
    let mut run = String::new();
    let mut closed = false;
    for c in after.chars().take_while(|&c| !c.is_whitespace()).take(6) {
        if is_quotation_mark(c) || is_apostrophe(c) {
            closed = true;
        } else if closed && matches!(c, '?' | '!' | '？' | '！') {
            // It asks about the quoted words, and is no part of them.
            break;
        } else {
            run.push(c);
        }
    }
    marks(&run)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Place =
        Place { after_abbreviation: false, new_block: false, between_numbers: false };

    #[test]
    fn quotation_marks_spaces_and_kinds_of_dash_are_typography() {
        assert_eq!(compare(", ‘", ",\u{a0}“", PLAIN), Comparison::Same);
        assert_eq!(compare(" – ", "—", PLAIN), Comparison::Same);
        assert_eq!(compare("... ", "…", PLAIN), Comparison::Same);
    }

    #[test]
    fn commas_are_minor_and_sentence_ends_are_not() {
        assert_eq!(compare(" ", ", ", PLAIN), Comparison::Minor);
        assert_eq!(compare(" ", ". ", PLAIN), Comparison::SentenceEnd);
        assert_eq!(compare("? ", ". ", PLAIN), Comparison::SentenceEnd);
        assert_eq!(compare(". ", "; ", PLAIN), Comparison::SentenceEnd);
    }

    #[test]
    fn the_stop_of_an_abbreviation_ends_no_sentence() {
        let place = Place { after_abbreviation: true, ..PLAIN };
        assert_eq!(compare(" ", ". ", place), Comparison::Minor);
        assert_eq!(compare(" ", "? ", place), Comparison::SentenceEnd);
    }

    #[test]
    fn between_numbers_every_mark_counts() {
        let place = Place { between_numbers: true, ..PLAIN };
        assert_eq!(compare("–", "-", place), Comparison::Same);
        assert_eq!(compare(" ", "-", place), Comparison::BetweenNumbers);
        assert_eq!(compare(", ", "–", place), Comparison::BetweenNumbers);
    }

    #[test]
    fn a_heading_needs_no_stop() {
        let place = Place { new_block: true, ..PLAIN };
        assert_eq!(compare(". ", "\n", place), Comparison::Minor);
        assert_eq!(compare(" ", ".\n", place), Comparison::SentenceEnd);
    }
}
