//! Reads an edit script: which changes are permitted and which are not, what each does, and what a reader should know.
//! Decides nothing by a score.

mod letters;
mod marked;
mod steps;
mod stops;
mod surroundings;
mod wording;

use std::collections::BTreeSet;

use crate::evidence::{Difference, Edit, Flag, Folding, QuotationMatch};
use crate::text::{Needed, TokenClass, push_key};

use super::align::{Step, ViewToken};
use super::index::PageIndex;
use super::nature::Words;
use super::noise::{Noise, is_quotation_mark};
use super::passage::{self, Passage};
use super::pattern::{ItemKind, Pattern};

/// A longer omission is shown by its first and last words.
const SHOWN: usize = 60;

/// An aligned quotation, about to be read.
pub(super) struct Script<'a> {
    pub pattern: &'a Pattern,
    /// Who is said to have said it.
    pub speaker: Option<&'a str>,
    pub page: &'a PageIndex<'a>,
    pub view: &'a [ViewToken],
    pub noise: &'a [Option<(Noise, u32)>],
    pub steps: &'a [Step],
}

/// What reading a script collects.
#[derive(Default)]
struct Reading {
    differences: Vec<Difference>,
    edits: Vec<Edit>,
    flags: BTreeSet<Flag>,
    folding: Option<Folding>,
    /// Words whose letters differ in case only: item, token, and whether the first letter alone does.
    cased: Vec<(usize, usize, Needed)>,
}

impl Script<'_> {
    /// Makes a match of the script; `None` if not one word of the quotation stands in the view.
    pub(super) fn read(&self) -> Option<QuotationMatch> {
        let steps = self.prepared();
        let (first, last) = steps::extent(&steps)?;
        let passage = Passage::new(self.page, self.view, first, last);
        let mut reading = Reading::default();
        self.read_differences(&steps, &passage, &mut reading);
        self.read_marked(&steps, &passage, &mut reading);
        self.read_words(&steps, &passage, &mut reading);
        self.read_punctuation(&steps, &passage, &mut reading);
        self.read_noise(&steps, &mut reading);
        self.read_ends(last, &mut reading);
        wording::name_reordering(&mut reading.differences);
        wording::flag_natures(&mut reading);
        reading.differences.sort_by_key(|difference| {
            (difference.document_range.start, difference.source_range.start)
        });
        self.flag_surroundings(first, last, &mut reading);
        let tokens = (self.view[first].token, self.view[last].token);
        let layer = self.page.layer_of(tokens.0).0;
        let start = self.page.tokens[tokens.0].start as usize;
        Some(QuotationMatch {
            text: passage.text,
            before: passage::before(self.page, tokens.0),
            after: passage::after(self.page, tokens.1),
            layer,
            position: self.page.document.position(start),
            text_fragment: passage::text_fragment(self.page, layer, tokens.0, tokens.1),
            differences: reading.differences,
            edits: reading.edits,
            folding: reading.folding.unwrap_or(Folding::Typography),
            flags: reading.flags,
            occurrences: 1,
            aligned: steps::aligned(&steps),
            words: self.pattern.words,
            longest_run: steps::longest_run(&steps),
        })
    }

    fn crosses_sentence(&self, tokens: &[usize]) -> bool {
        tokens
            .windows(2)
            .any(|pair| passage::sentence_ends_between(self.page, self.view, pair[0], pair[1]))
    }

    fn item_text(&self, item: usize) -> &str {
        &self.pattern.text[self.pattern.items[item].range.clone()]
    }

    fn token_text(&self, token: usize) -> &str {
        let token = self.page.tokens[self.view[token].token];
        &self.page.document.text[token.start as usize..token.end as usize]
    }

    fn item_words(&self, items: &[usize]) -> Words {
        let raw: Vec<String> = items.iter().map(|&item| self.item_text(item).to_owned()).collect();
        let folded = items
            .iter()
            .map(|&item| {
                let class = match self.pattern.items[item].kind {
                    ItemKind::Word(_, class) => class,
                    ItemKind::Partial { .. }
                    | ItemKind::Gap
                    | ItemKind::Bracket(_)
                    | ItemKind::Note(_) => TokenClass::Word,
                };
                folded(self.item_text(item), class)
            })
            .collect();
        let starts_sentence = items.first().is_none_or(|&item| {
            let before = &self.pattern.text[..self.pattern.items[item].range.start];
            begins_sentence(before)
        });
        Words { raw, folded, starts_sentence }
    }

    fn token_words(&self, tokens: &[usize]) -> Words {
        let raw: Vec<String> =
            tokens.iter().map(|&token| self.token_text(token).to_owned()).collect();
        let folded = tokens
            .iter()
            .map(|&token| {
                folded(self.token_text(token), self.page.tokens[self.view[token].token].class)
            })
            .collect();
        let starts_sentence = tokens.first().is_none_or(|&token| {
            token == 0 || passage::sentence_ends_between(self.page, self.view, token - 1, token)
        });
        Words { raw, folded, starts_sentence }
    }
}

fn folded(text: &str, class: TokenClass) -> String {
    let mut key = String::new();
    push_key(text, class, &mut key);
    key
}

fn begins_sentence(before: &str) -> bool {
    before
        .trim_end_matches(|c: char| c.is_whitespace() || is_quotation_mark(c) || c == '\'')
        .chars()
        .next_back()
        .is_none_or(|c| matches!(c, '.' | '!' | '?' | '…'))
}
