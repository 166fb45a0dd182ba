//! Turns the words of a quotation into what is looked for: words, gaps of an ellipsis, brackets, editor's notes.
//! Says nothing about any page.
//!
//! The forms are the rules E1, E5 and E6 of the project; sources: CMOS 13.50–58 (ellipses), CMOS Q&A (brackets).

use std::ops::Range;

use crate::text::{TokenClass, is_apostrophe, push_key, tokens};

use super::vocabulary::{Vocabulary, WordId};

/// A quotation made ready to be looked for.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    /// The quotation's text.
    pub text: String,
    /// What stands in it, in order. Neither the first nor the last is a gap.
    pub items: Vec<Item>,
    /// An ellipsis before the first word.
    pub leading_ellipsis: Option<Range<usize>>,
    /// An ellipsis after the last word.
    pub trailing_ellipsis: Option<Range<usize>>,
    /// How many of the items are words.
    pub words: u32,
}

/// One thing that is looked for.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Its bytes in the quotation's text.
    pub range: Range<usize>,
    /// Whether it begins with a capital letter.
    pub capital: bool,
    /// What it is.
    pub kind: ItemKind,
}

/// The kinds of item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ItemKind {
    /// A word, number or sign.
    Word(WordId, TokenClass),
    /// A word with letters in brackets: what stands outside them is fixed.
    Partial {
        /// The key of the letters before the bracket.
        prefix: String,
        /// The key of the letters after it.
        suffix: String,
    },
    /// Words left out.
    Gap,
    /// Words put in, or put in place of others.
    Bracket(Vec<WordId>),
    /// `[sic]`, a note mark: stands for nothing in the source, unless the source has the same words there.
    Note(Vec<WordId>),
}

impl Pattern {
    /// Parses a quotation, learning its words.
    pub(super) fn parse(text: &str, vocabulary: &mut Vocabulary) -> Self {
        let mut items = items(text, Brackets::Editors, vocabulary);
        if !items.iter().any(Item::is_word) {
            // Brackets around all of it mark nothing as put in.
            items = self::items(text, Brackets::Sources, vocabulary);
        }
        let leading_ellipsis =
            items.first().filter(|item| item.kind == ItemKind::Gap).map(|item| item.range.clone());
        if leading_ellipsis.is_some() {
            items.remove(0);
        }
        let trailing_ellipsis =
            items.pop_if(|item| item.kind == ItemKind::Gap).map(|item| item.range);
        let words = items.iter().filter(|item| item.is_word()).count();
        Self {
            text: text.to_owned(),
            items,
            leading_ellipsis,
            trailing_ellipsis,
            words: u32::try_from(words).unwrap_or(u32::MAX),
        }
    }

    /// Returns the stretches between gaps, as ranges of items.
    pub(super) fn fragments(&self) -> Vec<Range<usize>> {
        let mut fragments = Vec::new();
        let mut start = 0;
        for (index, item) in self.items.iter().enumerate() {
            if item.kind == ItemKind::Gap {
                fragments.push(start..index);
                start = index + 1;
            }
        }
        fragments.push(start..self.items.len());
        fragments
    }
}

impl Item {
    /// Tells whether it is a word of the source, as far as the quotation says.
    pub(super) const fn is_word(&self) -> bool {
        match self.kind {
            ItemKind::Word(..) | ItemKind::Partial { .. } => true,
            ItemKind::Gap | ItemKind::Bracket(_) | ItemKind::Note(_) => false,
        }
    }
}

/// Whose the brackets of a quotation are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brackets {
    /// They mark what the quotation's editor put in.
    Editors,
    /// They stand in the source.
    Sources,
}

fn items(text: &str, brackets: Brackets, vocabulary: &mut Vocabulary) -> Vec<Item> {
    let mut items = Vec::new();
    for piece in pieces(text) {
        match (piece, brackets) {
            (Piece::Gap(range), _) => push_gap(&mut items, range),
            (Piece::Bracket(range), Brackets::Editors) => {
                let kind = bracket(&text[range.start + 1..range.end - 1], vocabulary);
                items.push(Item { range, capital: false, kind });
            }
            (Piece::Text(range), _) | (Piece::Bracket(range), Brackets::Sources) => {
                push_words(text, range, vocabulary, &mut items);
            }
        }
    }
    join_partial_words(text, items)
}

/// A stretch of the quotation's text.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(Range<usize>),
    Gap(Range<usize>),
    Bracket(Range<usize>),
}

fn pieces(text: &str) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let special = match bytes[at] {
            b'.' | b'*' | 0xE2 => ellipsis(text, at).map(|end| Piece::Gap(at..end)),
            b'[' | b'(' | b'<' => bracketed(text, at),
            _ => None,
        };
        let Some(piece) = special else {
            at += 1;
            continue;
        };
        if start < at {
            pieces.push(Piece::Text(start..at));
        }
        at = match &piece {
            Piece::Text(range) | Piece::Gap(range) | Piece::Bracket(range) => range.end,
        };
        start = at;
        pieces.push(piece);
    }
    if start < bytes.len() {
        pieces.push(Piece::Text(start..bytes.len()));
    }
    pieces
}

/// Returns where an unbracketed ellipsis that starts at an offset ends: `...`, `. . .`, `…`, `* * *`, with a fourth dot.
fn ellipsis(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if rest.starts_with('…') {
        return Some(at + '…'.len_utf8());
    }
    let mark = if rest.starts_with('.') {
        '.'
    } else if rest.starts_with("* ") {
        '*'
    } else {
        return None;
    };
    let (mut count, mut end) = (0, 0);
    let mut pending = 0;
    for c in rest.chars() {
        if c == mark {
            count += 1;
            end += pending + 1;
            pending = 0;
        } else if matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}') && pending == 0 && count > 0
        {
            pending = c.len_utf8();
        } else {
            break;
        }
    }
    (count >= 3).then_some(at + end)
}

fn bracketed(text: &str, at: usize) -> Option<Piece> {
    const LONGEST: usize = 400;
    let open = text.as_bytes()[at];
    let close = match open {
        b'[' => ']',
        b'(' => ')',
        _ => '>',
    };
    let inner = text.get(at + 1..)?;
    let length =
        inner.char_indices().take(LONGEST).find(|&(_, c)| c == close).map(|(index, _)| index)?;
    let content = &inner[..length];
    let range = at..at + 1 + length + 1;
    let trimmed = content.trim();
    if ellipsis(trimmed, 0) == Some(trimmed.len()) || (open == b'[' && is_dashes(trimmed)) {
        return Some(Piece::Gap(range));
    }
    match open {
        b'[' => Some(Piece::Bracket(range)),
        b'(' if is_sic(trimmed) => Some(Piece::Bracket(range)),
        _ => None,
    }
}

fn is_dashes(content: &str) -> bool {
    !content.is_empty() && content.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | ' '))
}

fn is_sic(content: &str) -> bool {
    content.trim_end_matches(['!', '.', '?']).eq_ignore_ascii_case("sic")
}

/// Adds a gap, joined with one right before it: `statement. [...] ...`.
fn push_gap(items: &mut Vec<Item>, range: Range<usize>) {
    match items.last_mut() {
        Some(last) if last.kind == ItemKind::Gap => last.range.end = range.end,
        _ => items.push(Item { range, capital: false, kind: ItemKind::Gap }),
    }
}

fn push_words(text: &str, range: Range<usize>, vocabulary: &mut Vocabulary, items: &mut Vec<Item>) {
    for token in tokens(&text[range.clone()]) {
        let place = range.start + token.range.start..range.start + token.range.end;
        let kind = if token.class == TokenClass::NoteMark {
            ItemKind::Note(Vec::new())
        } else {
            ItemKind::Word(vocabulary.learn(&text[place.clone()], token.class), token.class)
        };
        let capital = text[place.clone()].starts_with(char::is_uppercase);
        items.push(Item { range: place, capital, kind });
    }
}

/// What a writer puts in brackets about the quotation, not into it.
const EDITOR_NOTES: [&str; 21] = [
    "emphasis",
    "italics",
    "translation",
    "my translation",
    "translated by",
    "our translation",
    "author's note",
    "editor's note",
    "ed. note",
    "note:",
    "курсив",
    "выделено",
    "прим.",
    "так в",
    "перевод",
    "c'est nous",
    "nous soulignons",
    "traduction",
    "hervorhebung",
    "übersetzung",
    "anm.",
];

fn bracket(content: &str, vocabulary: &mut Vocabulary) -> ItemKind {
    let lower = content.trim().to_lowercase();
    // One word alone can be the source's own: `[translation]`.
    let is_note = is_sic(&lower)
        || lower.contains(char::is_whitespace)
            && EDITOR_NOTES.iter().any(|note| {
                lower
                    .strip_prefix(note)
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            });
    let is_number_of_note =
        (1..=3).contains(&lower.len()) && lower.bytes().all(|b| b.is_ascii_digit());
    let words = tokens(content)
        .filter(|token| token.class != TokenClass::NoteMark)
        .map(|token| vocabulary.learn(&content[token.range], token.class))
        .collect();
    if is_note || is_number_of_note { ItemKind::Note(words) } else { ItemKind::Bracket(words) }
}

/// Joins `deliver` and `[ed]`, `[t]` and `he`: a bracket that touches letters is part of their word.
fn join_partial_words(text: &str, items: Vec<Item>) -> Vec<Item> {
    let mut joined: Vec<Item> = Vec::with_capacity(items.len());
    let mut items = items.into_iter().peekable();
    while let Some(item) = items.next() {
        if !is_bracket_of_letters(text, &item) {
            joined.push(item);
            continue;
        }
        let before = joined.pop_if(|last| is_plain_word(last) && touches(text, last, &item));
        let after = items.next_if(|next| is_plain_word(next) && touches(text, &item, next));
        if before.is_none() && after.is_none() {
            joined.push(item);
            continue;
        }
        let start = before.map_or(item.range.start, |part| part.range.start);
        let end = after.map_or(item.range.end, |part| part.range.end);
        let key_of = |part: Range<usize>| {
            let mut key = String::new();
            push_key(&text[part], TokenClass::Word, &mut key);
            key
        };
        let (prefix, suffix) = (key_of(start..item.range.start), key_of(item.range.end..end));
        joined.push(Item {
            range: start..end,
            capital: false,
            kind: ItemKind::Partial { prefix, suffix },
        });
    }
    joined
}

/// Tells whether two items are parts of one word: nothing stands between them, or the apostrophe of `[L]’opération`.
fn touches(text: &str, first: &Item, second: &Item) -> bool {
    let mut between = text[first.range.end..second.range.start].chars();
    between.next().is_none_or(is_apostrophe) && between.next().is_none()
}

fn is_plain_word(item: &Item) -> bool {
    matches!(item.kind, ItemKind::Word(_, TokenClass::Word))
}

fn is_bracket_of_letters(text: &str, item: &Item) -> bool {
    let ItemKind::Bracket(_) = item.kind else { return false };
    let content = &text[item.range.start + 1..item.range.end - 1];
    content.chars().all(|c| c.is_alphabetic() || is_apostrophe(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn outline(text: &str) -> String {
        let pattern = Pattern::parse(text, &mut Vocabulary::default());
        let mut out = String::new();
        for item in &pattern.items {
            let words = &text[item.range.clone()];
            let piece = match &item.kind {
                ItemKind::Word(..) => words.to_owned(),
                ItemKind::Partial { prefix, suffix } => format!("{prefix}~{suffix}"),
                ItemKind::Gap => "<gap>".to_owned(),
                ItemKind::Bracket(words) => format!("<{}>", words.len()),
                ItemKind::Note(_) => "<note>".to_owned(),
            };
            out.push_str(&piece);
            out.push(' ');
        }
        out.trim_end().to_owned()
    }

    #[test]
    fn every_form_of_ellipsis_is_a_gap() {
        for form in [
            "...", "…", ". . .", "[...]", "[…]", "[. . .]", "(...)", "<...>", "<…>", "....",
            ". . . .", "* * *", "[---]",
        ] {
            assert_eq!(outline(&format!("one {form} two")), "one <gap> two", "{form}");
        }
        assert_eq!(outline("analysts... well"), "analysts <gap> well");
        assert_eq!(outline("a statement. [...] Thus"), "a statement <gap> Thus");
    }

    #[test]
    fn brackets_notes_and_partial_words_are_told_apart() {
        assert_eq!(outline("[t]he deliver[ed] un[der]stand"), "~he deliver~ un~stand");
        assert_eq!(
            outline("[Putin] said [sic] so[12] [emphasis added]"),
            "<1> said <note> so <note> <note>"
        );
        assert_eq!(outline("They [the Western countries] met"), "They <3> met");
        assert_eq!(outline("freinds (sic) take (some) part"), "freinds <note> take some part");
    }

    #[test]
    fn a_bracket_beside_an_apostrophe_is_part_of_the_word() {
        assert_eq!(outline("[L]’opération qu'[elle] a faite"), "~'operation qu'~ a faite");
        assert_eq!(outline("'[the] choice'"), "<1> choice");
    }

    #[test]
    fn brackets_around_all_of_it_are_the_sources() {
        assert_eq!(outline("[Related: Keys and Protestors]"), "Related Keys and Protestors");
    }

    #[test]
    fn an_ellipsis_at_an_end_is_no_item() {
        let pattern = Pattern::parse("... and so on …", &mut Vocabulary::default());
        assert_eq!(pattern.items.len(), 3);
        assert_eq!(pattern.leading_ellipsis, Some(0..3));
        assert!(pattern.trailing_ellipsis.is_some());
    }

    #[test]
    fn an_unclosed_bracket_is_text() {
        assert_eq!(outline("one [two three"), "one two three");
    }

    proptest! {
        #[test]
        fn any_text_parses_into_ascending_items(text in "[a-c.…\\[\\]()<>* 12'\u{a0}é]{0,40}|\\PC{0,30}") {
            let pattern = Pattern::parse(&text, &mut Vocabulary::default());
            let mut end = 0;
            for item in &pattern.items {
                prop_assert!(item.range.start >= end);
                prop_assert!(text.get(item.range.clone()).is_some());
                end = item.range.end;
            }
        }
    }
}
