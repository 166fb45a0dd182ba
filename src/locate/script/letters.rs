//! Words that are one after folding: letters, capitals, diacritics, and how much folding it took.

use std::cell::LazyCell;

use crate::document::{BlockKind, Layer};
use crate::evidence::{Difference, DifferenceKind, Edit, EditKind, Flag, Folding, Marking, Nature};
use crate::text::numbers::same_value;
use crate::text::{Needed, TokenClass, has_diacritics, needed};

use super::super::align::Step;
use super::super::passage::Passage;
use super::super::pattern::ItemKind;
use super::{Reading, Script};

impl Script<'_> {
    /// Words that are one after folding: how much folding that took.
    pub(super) fn read_words(&self, steps: &[Step], passage: &Passage, reading: &mut Reading) {
        let equal: Vec<(usize, usize)> = steps.iter().filter_map(equal_words).collect();
        // Which sides write diacritics at all, found out when it is first asked.
        let document_has_any =
            LazyCell::new(|| equal.iter().any(|&(item, _)| has_diacritics(self.item_text(item))));
        let source_has_any = LazyCell::new(|| {
            equal.iter().any(|&(_, token)| has_diacritics(self.token_text(token)))
        });
        // Who can type them and leaves them out in one place has changed the word (`schon`, `schön`).
        let drops_in_one_place = |document: &str| {
            if has_diacritics(document) { *source_has_any } else { *document_has_any }
        };
        for &(item, token) in &equal {
            let ItemKind::Word(_, class) = self.pattern.items[item].kind else { continue };
            let (document, source) = (self.item_text(item), self.token_text(token));
            if document == source {
                continue;
            }
            let (folding, source) = without_hyphenation(document, source, class, reading);
            let edit = |kind| Edit { kind, document: document.to_owned(), source: source.clone() };
            let weakest = match folding {
                Needed::Typography => Folding::Typography,
                Needed::Compatibility => Folding::Compatibility,
                Needed::NumberFormat if self.is_another_value(document, &source) => {
                    reading.differences.push(self.word_difference(
                        Nature::Number,
                        item,
                        token,
                        passage,
                    ));
                    Folding::Compatibility
                }
                Needed::NumberFormat => {
                    reading.flags.insert(Flag::Nature(Nature::NumberFormat));
                    reading.edits.push(edit(EditKind::NumberFormat));
                    Folding::Compatibility
                }
                Needed::InitialCase | Needed::Case => {
                    reading.cased.push((item, token, folding));
                    Folding::Case
                }
                Needed::Diacritics if !drops_in_one_place(document) => {
                    reading.flags.insert(Flag::Diacritics);
                    reading.edits.push(edit(EditKind::Diacritics));
                    Folding::Diacritics
                }
                Needed::Diacritics | Needed::OtherDiacritics => {
                    reading.flags.insert(Flag::Diacritics);
                    reading.differences.push(self.word_difference(
                        Nature::Spelling,
                        item,
                        token,
                        passage,
                    ));
                    Folding::Diacritics
                }
                Needed::Confusables => {
                    reading.flags.insert(Flag::Homoglyph);
                    reading.edits.push(edit(EditKind::Diacritics));
                    Folding::Confusables
                }
            };
            reading.folding = reading.folding.max(Some(weakest));
        }
        self.read_case(steps, passage, reading);
    }

    /// Tells whether two numbers of one key are two in the page's language: in German `5,300` is not `5300`.
    fn is_another_value(&self, document: &str, source: &str) -> bool {
        self.page.decimal_mark.is_some_and(|mark| !same_value(document, source, mark))
    }

    pub(super) fn word_difference(
        &self,
        nature: Nature,
        item: usize,
        token: usize,
        passage: &Passage,
    ) -> Difference {
        Difference {
            kind: DifferenceKind::Substituted,
            nature,
            document: self.item_text(item).to_owned(),
            source: self.token_text(token).to_owned(),
            marked: Marking::Unmarked,
            document_range: self.pattern.items[item].range.clone(),
            source_range: passage.range(token..token + 1),
        }
    }

    /// Capitals: permitted on the first word and in headlines, a change elsewhere.
    fn read_case(&self, steps: &[Step], passage: &Passage, reading: &mut Reading) {
        if reading.cased.is_empty() {
            return;
        }
        let equal: Vec<(usize, usize)> = steps.iter().filter_map(equal_words).collect();
        let document: Vec<&str> = equal.iter().map(|&(item, _)| self.item_text(item)).collect();
        let source: Vec<&str> = equal.iter().map(|&(_, token)| self.token_text(token)).collect();
        if self.is_headline_on_one_side(&document, &source, reading) {
            let text = |words: &[&str]| words.join(" ");
            reading.edits.push(Edit {
                kind: EditKind::HeadlineCase,
                document: text(&document),
                source: text(&source),
            });
            return;
        }
        for (item, token, folding) in std::mem::take(&mut reading.cased) {
            let (document, source) =
                (self.item_text(item).to_owned(), self.token_text(token).to_owned());
            let may_change =
                self.may_change_initial(item) || self.follows_added_head(steps, item, token);
            if may_change && (folding == Needed::InitialCase || equal.len() == 1) {
                reading.edits.push(Edit { kind: EditKind::InitialCase, document, source });
            } else {
                reading.differences.push(self.word_difference(Nature::Case, item, token, passage));
            }
        }
    }

    /// Tells whether one side is set as a headline and the other is not: in capitals, or with a capital on every
    /// longer word. One capital more or less does not make a headline of a sentence, but the headline of a page
    /// may be quoted as one.
    fn is_headline_on_one_side(
        &self,
        document: &[&str],
        source: &[&str],
        reading: &Reading,
    ) -> bool {
        if is_in_capitals(document) || is_in_capitals(source) {
            return true;
        }
        let inner = || reading.cased.iter().filter(|&&(item, ..)| !self.may_change_initial(item));
        let all_capital = |is_capital: &dyn Fn(usize, usize) -> bool| {
            inner().all(|&(item, token, _)| is_capital(item, token))
        };
        let by_document = is_title_case(document)
            && inner().count() >= 2
            && all_capital(&|item, _| self.pattern.items[item].capital);
        let by_source = is_title_case(source)
            && (inner().count() >= 2 || self.is_in_heading(reading))
            && all_capital(&|_, token| self.view[token].capital);
        by_document || by_source
    }

    fn is_in_heading(&self, reading: &Reading) -> bool {
        reading.cased.iter().all(|&(_, token, _)| {
            let token = self.page.tokens[self.view[token].token];
            let block = &self.page.document.blocks[token.block as usize];
            block.layer == Layer::Title || matches!(block.kind, BlockKind::Heading(_))
        })
    }

    /// The first word that the source has, behind words that it does not have: the capital that begins its sentence
    /// went with them.
    fn follows_added_head(&self, steps: &[Step], item: usize, token: usize) -> bool {
        let first = steps.iter().find_map(equal_words).map(|(item, _)| item);
        first == Some(item) && self.token_words(&[token]).starts_sentence
    }

    /// The first word, or the first after an omission.
    fn may_change_initial(&self, item: usize) -> bool {
        self.pattern.items[..item]
            .iter()
            .rev()
            .find(|before| !matches!(before.kind, ItemKind::Note(_)))
            .is_none_or(|before| before.kind == ItemKind::Gap)
    }
}

/// A word that the page splits at a line end or by a drop cap is compared as one.
fn without_hyphenation(
    document: &str,
    source: &str,
    class: TokenClass,
    reading: &mut Reading,
) -> (Needed, String) {
    let is_split = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}' | '\u{2011}' | '¬');
    if class != TokenClass::Word || !source.contains(is_split) || document.contains(is_split) {
        return (needed(document, source, class), source.to_owned());
    }
    let whole: String = source.chars().filter(|&c| !is_split(c)).collect();
    if !source.contains(char::is_whitespace) {
        reading.flags.insert(Flag::Punctuation);
        reading.edits.push(Edit {
            kind: EditKind::Punctuation,
            document: document.to_owned(),
            source: source.to_owned(),
        });
    }
    (needed(document, &whole, class), whole)
}

/// Returns the item and the token of a step that says that both are one word.
const fn equal_words(step: &Step) -> Option<(usize, usize)> {
    if let Step::Equal { item, token } = *step { Some((item, token)) } else { None }
}

/// Tells whether words are written in capitals throughout.
fn is_in_capitals(words: &[&str]) -> bool {
    let cased = || words.iter().filter(|word| is_cased(word));
    cased().count() >= 2 && cased().all(|word| !word.chars().any(char::is_lowercase))
}

/// Tells whether nearly every longer word begins with a capital.
fn is_title_case(words: &[&str]) -> bool {
    let long = || words.iter().filter(|word| is_cased(word) && word.chars().count() >= 4);
    let capital = long().filter(|word| word.starts_with(char::is_uppercase)).count();
    let count = long().count();
    count >= 2 && capital * 10 >= count * 8 && capital >= 3.min(count)
}

fn is_cased(word: &str) -> bool {
    word.chars().any(|c| c.is_lowercase() || c.is_uppercase())
}
