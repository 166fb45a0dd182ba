//! Says what became of a word that is broken at the end of a line. Only the document itself can tell whether
//! its hyphen is part of it.

use std::collections::HashSet;

/// The words of a document, broken ones left out.
#[derive(Debug, Default)]
pub(super) struct Words {
    known: HashSet<String>,
}

/// How two lines are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// By a line break.
    Break,
    /// The hyphen goes, and the word is one.
    Whole,
    /// The hyphen stays, and the word is one.
    Hyphenated,
}

impl Words {
    /// Learns the words of a line but for the first and the last, which may be parts of words.
    pub(super) fn learn(&mut self, line: &str) {
        let mut words = line.split_whitespace().skip(1).peekable();
        while let Some(word) = words.next() {
            let word = word.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
            if words.peek().is_some() && word.len() > 3 {
                self.known.insert(word);
            }
        }
    }

    /// Says how a line is joined with the next.
    pub(super) fn join(&self, line: &str, next: &str) -> Join {
        let Some(start) = line.strip_suffix(['-', '\u{2010}', '\u{AD}']) else {
            return Join::Break;
        };
        if line.ends_with('\u{AD}') {
            return Join::Whole;
        }
        let first = last_word(start);
        let second = first_word(next);
        if first.is_empty() || !second.starts_with(char::is_lowercase) {
            return Join::Break;
        }
        let (whole, hyphenated) = (format!("{first}{second}"), format!("{first}-{second}"));
        match (
            self.known.contains(&whole.to_lowercase()),
            self.known.contains(&hyphenated.to_lowercase()),
        ) {
            (true, false) => Join::Whole,
            (false, true) => Join::Hyphenated,
            // Whoever compares words takes a hyphen at the end of a line for either.
            (true, true) | (false, false) => Join::Break,
        }
    }
}

fn last_word(text: &str) -> &str {
    let start = text.char_indices().rev().find(|&(_, c)| !c.is_alphabetic());
    start.map_or(text, |(at, c)| &text[at + c.len_utf8()..])
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphabetic() && c != '-').unwrap_or(text.len());
    text[..end].trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_decides_what_a_hyphen_is() {
        let mut words = Words::default();
        words.learn("the international treaty is a well-known text here");
        assert_eq!(words.join("an inter-", "national one"), Join::Whole);
        assert_eq!(words.join("a well-", "known one"), Join::Hyphenated);
        assert_eq!(words.join("an un-", "seen one"), Join::Break);
        assert_eq!(words.join("an un\u{AD}", "seen one"), Join::Whole);
        assert_eq!(words.join("in 1990-", "1995"), Join::Break);
        assert_eq!(words.join("Trans-", "Siberian"), Join::Break);
        assert_eq!(words.join("a line", "more"), Join::Break);
    }
}
