//! Reads an edit script: which changes are permitted and which are not, what each does, and what a reader should know.
//! Decides nothing by a score.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::document::Layer;
use crate::evidence::{
    Difference, DifferenceKind, Edit, EditKind, Flag, Folding, Marking, Nature, QuotationMatch,
};
use crate::text::{Needed, TokenClass, needed, push_key};

use super::align::{Step, ViewToken};
use super::index::PageIndex;
use super::lexicon;
use super::nature::{Words, nature};
use super::noise::Noise;
use super::passage::{self, Passage};
use super::pattern::{ItemKind, Pattern};
use super::punctuation::{self, Comparison, Place};

/// A gap of more words than this joins passages that stand apart (rule E3).
const FAR: usize = 300;
/// An omission of at most this many words that holds a negation turns the sense round (rule E4).
const INVERTING: usize = 4;
/// As many words left out unmarked in a row are a passage, not a slip.
const LONG_OMISSION: usize = 8;
/// A longer omission is shown by its first and last words.
const SHOWN: usize = 60;

/// An aligned quotation, about to be read.
pub(super) struct Script<'a> {
    pub pattern: &'a Pattern,
    pub page: &'a PageIndex<'a>,
    pub view: &'a [ViewToken],
    pub noise: &'a [Option<Noise>],
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
        let steps = self.trimmed();
        let (first, last) = extent(&steps)?;
        let passage = Passage::new(self.page, self.view, first, last);
        let mut reading = Reading::default();
        self.read_differences(&steps, &passage, &mut reading);
        self.read_marked(&steps, &passage, &mut reading);
        self.read_words(&steps, &passage, &mut reading);
        self.read_punctuation(&steps, &passage, &mut reading);
        self.read_noise(&steps, &mut reading);
        self.read_ends(last, &mut reading);
        name_reordering(&mut reading.differences);
        flag_natures(&mut reading);
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
            aligned: aligned(&steps),
            words: self.pattern.words,
            longest_run: longest_run(&steps),
        })
    }

    /// The steps, with words substituted across a sentence end at either end of the quotation taken for what they
    /// are: words that the source does not have.
    fn trimmed(&self) -> Vec<Step> {
        let mut steps = self.steps.to_vec();
        self.fill_leading_bracket(&mut steps);
        let head = edge(&mut steps.iter());
        let tail = edge(&mut steps.iter().rev());
        if head < steps.len() {
            let tokens: Vec<usize> = steps[..=head].iter().filter_map(token_of).collect();
            if self.crosses_sentence(&tokens) {
                give_up(&mut steps, 0..head);
            }
            let length = steps.len();
            let tokens: Vec<usize> =
                steps[length - 1 - tail..].iter().filter_map(token_of).collect();
            if self.crosses_sentence(&tokens) {
                give_up(&mut steps, length - tail..length);
            }
        }
        steps
    }

    /// A bracket that begins a quotation stands for the words between the start of the sentence and the passage, if
    /// they are few: `[Putin] said` for `He said`.
    fn fill_leading_bracket(&self, steps: &mut [Step]) {
        const MOST: usize = 3;
        let next = steps.get(1).and_then(token_of);
        let (Some(Step::Bracket { tokens, literal: false, .. }), Some(next)) =
            (steps.first_mut(), next)
        else {
            return;
        };
        if tokens.start != tokens.end {
            return;
        }
        let mut start = next;
        while start > 0 && !passage::sentence_ends_between(self.page, self.view, start - 1, start) {
            start -= 1;
            if next - start > MOST {
                return;
            }
        }
        *tokens = start..next;
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
                    _ => TokenClass::Word,
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

    /// Runs of words changed, added and left out without a mark.
    fn read_differences(&self, steps: &[Step], passage: &Passage, reading: &mut Reading) {
        let mut at = 0;
        while at < steps.len() {
            if !is_change(&steps[at]) {
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while end < steps.len()
                && (is_change(&steps[end])
                    || matches!(steps[end], Step::Noise { .. })
                        && steps.get(end + 1).is_some_and(is_change))
            {
                end += 1;
            }
            let run = &steps[at..end];
            let joined = self.is_compound(run);
            if joined {
                reading.edits.push(self.compound(run));
                reading.flags.insert(Flag::Punctuation);
            } else {
                reading.differences.push(self.difference(run, steps, at, passage));
            }
            at = end;
        }
    }

    fn difference(&self, run: &[Step], steps: &[Step], at: usize, passage: &Passage) -> Difference {
        let items: Vec<usize> = run.iter().filter_map(item_of).collect();
        let tokens: Vec<usize> = run
            .iter()
            .filter(|step| !matches!(step, Step::Noise { .. }))
            .filter_map(token_of)
            .collect();
        let (document, source) = (self.item_words(&items), self.token_words(&tokens));
        let kind = match (items.is_empty(), tokens.is_empty()) {
            (true, _) => DifferenceKind::Missing,
            (false, true) => DifferenceKind::Added,
            (false, false) => DifferenceKind::Substituted,
        };
        let token_range = tokens.first().map_or_else(
            || {
                let next = steps[at..]
                    .iter()
                    .find_map(token_of)
                    .or_else(|| steps[..at].iter().rev().find_map(token_of).map(|token| token + 1));
                let place = next.unwrap_or(0);
                place..place
            },
            |&first| first..tokens[tokens.len() - 1] + 1,
        );
        let item_range = if let (Some(&first), Some(&last)) = (items.first(), items.last()) {
            self.pattern.items[first].range.start..self.pattern.items[last].range.end
        } else {
            let place = self.place_of_missing(steps, at);
            place..place
        };
        let nature = if kind == DifferenceKind::Missing && tokens.len() >= LONG_OMISSION {
            self.nature_of_omission(&tokens)
        } else {
            nature(&document, &source)
        };
        Difference {
            kind,
            nature,
            document: self.pattern.text[item_range.clone()]
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            source: passage::words(self.page, self.view, token_range.clone(), SHOWN),
            marked: Marking::Unmarked,
            document_range: item_range,
            source_range: passage.range(token_range),
        }
    }

    /// Where in the quotation words are missing: after the word before them.
    fn place_of_missing(&self, steps: &[Step], at: usize) -> usize {
        steps[..at]
            .iter()
            .rev()
            .find_map(item_of)
            .map_or(0, |item| self.pattern.items[item].range.end)
    }

    fn nature_of_omission(&self, tokens: &[usize]) -> Nature {
        let (first, last) = (tokens[0], tokens[tokens.len() - 1]);
        let starts =
            first == 0 || passage::sentence_ends_between(self.page, self.view, first - 1, first);
        let ends = last + 1 >= self.view.len()
            || passage::sentence_ends_between(self.page, self.view, last, last + 1);
        if !starts && !ends && self.crosses_sentence(tokens) {
            Nature::Splice
        } else {
            Nature::SilentOmission
        }
    }

    /// Tells whether a run differs only in the hyphen of a compound: `cyber-attack`, `cyberattack`.
    fn is_compound(&self, run: &[Step]) -> bool {
        let items: Vec<usize> = run.iter().filter_map(item_of).collect();
        let tokens: Vec<usize> = run.iter().filter_map(token_of).collect();
        let (Some(&first), Some(&last)) = (items.first(), items.last()) else { return false };
        if tokens.is_empty() || items.len() == tokens.len() {
            return false;
        }
        let letters =
            |text: &str| folded(&text.replace(['-', '\u{2010}', '\u{2011}'], ""), TokenClass::Word);
        let document = &self.pattern.text
            [self.pattern.items[first].range.start..self.pattern.items[last].range.end];
        let source =
            passage::words(self.page, self.view, tokens[0]..tokens[tokens.len() - 1] + 1, SHOWN);
        !document.contains(char::is_whitespace)
            && !source.contains(char::is_whitespace)
            && letters(document) == letters(&source)
    }

    fn compound(&self, run: &[Step]) -> Edit {
        let items: Vec<usize> = run.iter().filter_map(item_of).collect();
        let tokens: Vec<usize> = run.iter().filter_map(token_of).collect();
        let range = self.pattern.items[items[0]].range.start
            ..self.pattern.items[items[items.len() - 1]].range.end;
        Edit {
            kind: EditKind::Punctuation,
            document: self.pattern.text[range].to_owned(),
            source: passage::words(
                self.page,
                self.view,
                tokens[0]..tokens[tokens.len() - 1] + 1,
                SHOWN,
            ),
        }
    }

    /// Ellipses, brackets and editor's notes.
    fn read_marked(&self, steps: &[Step], passage: &Passage, reading: &mut Reading) {
        for step in steps {
            match step {
                Step::Gap { item, tokens } => {
                    self.read_gap(*item, tokens.clone(), passage, reading);
                }
                Step::Bracket { item, tokens, literal: false } => {
                    self.read_bracket(*item, tokens.clone(), passage, reading);
                }
                Step::Note { item } => {
                    let text = self.item_text(*item);
                    let is_call = text.trim_matches(['[', ']']).chars().all(|c| !c.is_alphabetic());
                    let kind = if is_call { EditKind::NoteMark } else { EditKind::EditorNote };
                    reading.edits.push(Edit {
                        kind,
                        document: text.to_owned(),
                        source: String::new(),
                    });
                }
                Step::Equal { item, token } => {
                    if let ItemKind::Partial { .. } = self.pattern.items[*item].kind {
                        let (document, source) =
                            (self.item_text(*item).to_owned(), self.token_text(*token).to_owned());
                        reading.edits.push(Edit { kind: EditKind::Bracket, document, source });
                    }
                }
                Step::Bracket { .. }
                | Step::Substituted { .. }
                | Step::Added { .. }
                | Step::LeftOut { .. }
                | Step::Noise { .. } => {}
            }
        }
        for range in
            [&self.pattern.leading_ellipsis, &self.pattern.trailing_ellipsis].into_iter().flatten()
        {
            let document = self.pattern.text[range.clone()].to_owned();
            reading.edits.push(Edit {
                kind: EditKind::EdgeEllipsis,
                document,
                source: String::new(),
            });
        }
    }

    fn read_gap(
        &self,
        item: usize,
        tokens: Range<usize>,
        passage: &Passage,
        reading: &mut Reading,
    ) {
        let document = self.item_text(item).to_owned();
        if tokens.is_empty() && self.source_has_ellipsis(tokens.start) {
            return;
        }
        let source = passage::words(self.page, self.view, tokens.clone(), SHOWN);
        let words = self.token_words(&tokens.clone().collect::<Vec<_>>());
        let negations: Vec<usize> = tokens
            .clone()
            .zip(&words.folded)
            .filter(|(_, word)| lexicon::is_negation(word))
            .map(|(token, _)| token)
            .collect();
        let distance = self.distance(&tokens);
        if distance > FAR {
            reading.flags.insert(Flag::EllipsisDistance);
            reading.differences.push(self.marked(
                Nature::Splice,
                item,
                document,
                source,
                passage.range(tokens),
            ));
        } else if let (Some(&first), true) = (negations.first(), tokens.len() <= INVERTING) {
            reading.flags.insert(Flag::EllipsisInverts);
            let last = negations[negations.len() - 1];
            let word = passage::words(self.page, self.view, first..last + 1, SHOWN);
            let mut difference = self.marked(
                Nature::Polarity,
                item,
                String::new(),
                word,
                passage.range(first..last + 1),
            );
            difference.kind = DifferenceKind::Missing;
            reading.differences.push(difference);
        } else {
            let limited = words.folded.iter().any(|word| lexicon::is_limiter(word));
            if !negations.is_empty() || limited {
                reading.flags.insert(Flag::EllipsisHidesNegation);
            }
            reading.edits.push(Edit { kind: EditKind::Omission, document, source });
        }
    }

    /// How many words of the page an ellipsis stands for, those out of view included.
    fn distance(&self, tokens: &Range<usize>) -> usize {
        match (tokens.start.checked_sub(1), self.view.get(tokens.end)) {
            (Some(before), Some(after)) => after.token.saturating_sub(self.view[before].token + 1),
            _ => tokens.len(),
        }
    }

    fn source_has_ellipsis(&self, token: usize) -> bool {
        let Some(before) = token.checked_sub(1) else { return false };
        let after = passage::after_token(self.page, self.view[before].token);
        let up_to: String = after.chars().take_while(|c| !c.is_alphanumeric()).take(12).collect();
        up_to.contains('…') || up_to.contains("...") || up_to.contains(". . .")
    }

    fn marked(
        &self,
        nature: Nature,
        item: usize,
        document: String,
        source: String,
        source_range: Range<usize>,
    ) -> Difference {
        Difference {
            kind: DifferenceKind::Substituted,
            nature,
            document,
            source,
            marked: Marking::Marked,
            document_range: self.pattern.items[item].range.clone(),
            source_range,
        }
    }

    fn read_bracket(
        &self,
        item: usize,
        tokens: Range<usize>,
        passage: &Passage,
        reading: &mut Reading,
    ) {
        let text = self.item_text(item);
        let document = text.to_owned();
        let source = passage::words(self.page, self.view, tokens.clone(), SHOWN);
        let inner = text.get(1..text.len() - 1).unwrap_or("");
        let content: Vec<String> = crate::text::tokens(inner)
            .map(|token| folded(&inner[token.range], token.class))
            .collect();
        let absorbed = self.token_words(&tokens.clone().collect::<Vec<_>>());
        let count =
            |words: &[String]| words.iter().filter(|word| lexicon::is_negation(word)).count();
        let loaded = |word: &String| {
            lexicon::is_negation(word) || lexicon::is_modal(word) || lexicon::is_number_word(word)
        };
        let polarity = count(&content) != count(&absorbed.folded);
        let is_loaded =
            !content.is_empty() && content.iter().all(loaded) && content != absorbed.folded;
        if polarity || is_loaded {
            reading.flags.insert(Flag::BracketPolarity);
            let nature = if polarity {
                Nature::Polarity
            } else if content.iter().any(|word| lexicon::is_number_word(word)) {
                Nature::Number
            } else {
                Nature::Modal
            };
            reading.differences.push(self.marked(
                nature,
                item,
                document,
                source,
                passage.range(tokens),
            ));
        } else {
            reading.edits.push(Edit { kind: EditKind::Bracket, document, source });
        }
    }

    /// Words that are one after folding: how much folding that took.
    fn read_words(&self, steps: &[Step], passage: &Passage, reading: &mut Reading) {
        for step in steps {
            let Step::Equal { item, token } = *step else { continue };
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
                Needed::NumberFormat => {
                    reading.flags.insert(Flag::Nature(Nature::NumberFormat));
                    reading.edits.push(edit(EditKind::NumberFormat));
                    Folding::Compatibility
                }
                Needed::InitialCase | Needed::Case => {
                    reading.cased.push((item, token, folding));
                    Folding::Case
                }
                Needed::Diacritics => {
                    reading.flags.insert(Flag::Diacritics);
                    reading.edits.push(edit(EditKind::Diacritics));
                    Folding::Diacritics
                }
                Needed::OtherDiacritics => {
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

    fn word_difference(
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
        let equal: Vec<(usize, usize)> = steps
            .iter()
            .filter_map(|step| match *step {
                Step::Equal { item, token } => Some((item, token)),
                _ => None,
            })
            .collect();
        let document: Vec<&str> = equal.iter().map(|&(item, _)| self.item_text(item)).collect();
        let source: Vec<&str> = equal.iter().map(|&(_, token)| self.token_text(token)).collect();
        if equal.len() >= 2 && (is_headline(&document) || is_headline(&source)) {
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

    /// The first word that the source has, behind words that it does not have: the capital that begins its sentence
    /// went with them.
    fn follows_added_head(&self, steps: &[Step], item: usize, token: usize) -> bool {
        let first = steps.iter().find_map(|step| match step {
            Step::Equal { item, .. } => Some(*item),
            _ => None,
        });
        first == Some(item) && self.token_words(&[token]).starts_sentence
    }

    /// The first word, or the first after an omission.
    fn may_change_initial(&self, item: usize) -> bool {
        self.pattern.items[..item]
            .iter()
            .rev()
            .find(|before| before.kind != ItemKind::Note)
            .is_none_or(|before| before.kind == ItemKind::Gap)
    }

    /// What stands between neighbouring words.
    fn read_punctuation(&self, steps: &[Step], passage: &Passage, reading: &mut Reading) {
        let mut last: Option<(usize, usize)> = None;
        for step in steps {
            match *step {
                Step::Equal { item, token } => {
                    if let Some((before_item, before_token)) = last
                        && before_token + 1 == token
                    {
                        self.compare_gap(
                            (before_item, before_token),
                            (item, token),
                            passage,
                            reading,
                        );
                    }
                    last = Some((item, token));
                }
                Step::Note { .. } => {}
                Step::Noise { token } => {
                    // A note mark or a picture leaves the punctuation on both sides of it in place.
                    if !matches!(self.noise[token], Some(Noise::NoteMark)) {
                        last = None;
                    } else if let Some((item, _)) = last {
                        last = Some((item, token));
                    }
                }
                Step::Substituted { .. }
                | Step::Added { .. }
                | Step::LeftOut { .. }
                | Step::Gap { .. }
                | Step::Bracket { .. } => last = None,
            }
        }
    }

    fn compare_gap(
        &self,
        before: (usize, usize),
        here: (usize, usize),
        passage: &Passage,
        reading: &mut Reading,
    ) {
        let (from, to) =
            (self.pattern.items[before.0].range.end, self.pattern.items[here.0].range.start);
        let document = self.without_notes(before.0, here.0);
        let (a, b) = (self.view[before.1].token, self.view[here.1].token);
        if a + 1 != b {
            return;
        }
        let (head, tail) = self.page.between(a, b);
        // A mark of a note between the words: the punctuation may stand before it.
        let head = if self.page.tokens[a].class == TokenClass::NoteMark && a > 0 {
            let (earlier, _) = self.page.between(a - 1, a);
            format!("{earlier}{head}")
        } else {
            head.to_owned()
        };
        let source = format!("{head}{tail}");
        let word = folded(self.item_text(before.0), TokenClass::Word);
        let letters = word.chars().count();
        let place = Place {
            after_abbreviation: letters == 1 && word.chars().all(char::is_alphabetic)
                || lexicon::is_abbreviation(&word)
                || self.item_text(before.0).ends_with('.'),
            new_block: self.page.tokens[a].block != self.page.tokens[b].block,
        };
        match punctuation::compare(&document, &source, place) {
            Comparison::Same => {}
            Comparison::Minor => {
                reading.flags.insert(Flag::Punctuation);
                reading.edits.push(Edit {
                    kind: EditKind::Punctuation,
                    document: around(self.item_text(before.0), &document, self.item_text(here.0)),
                    source: around(self.token_text(before.1), &source, self.token_text(here.1)),
                });
            }
            Comparison::SentenceEnd => {
                reading.flags.insert(Flag::Punctuation);
                let between = passage.range(before.1..before.1 + 1).end
                    ..passage.range(here.1..here.1 + 1).start;
                reading.differences.push(Difference {
                    kind: DifferenceKind::Substituted,
                    nature: Nature::SentenceBoundary,
                    document: punctuation::marks(&document),
                    source: punctuation::marks(&source),
                    marked: Marking::Unmarked,
                    document_range: from..to,
                    source_range: between,
                });
            }
        }
    }

    /// The quotation's text between two items, without the notes between them.
    fn without_notes(&self, before: usize, here: usize) -> String {
        let mut text = String::new();
        let mut at = self.pattern.items[before].range.end;
        for note in &self.pattern.items[before + 1..here] {
            text.push_str(&self.pattern.text[at..note.range.start]);
            at = note.range.end;
        }
        text.push_str(&self.pattern.text[at..self.pattern.items[here].range.start]);
        text
    }

    /// What was left out that need not be quoted.
    fn read_noise(&self, steps: &[Step], reading: &mut Reading) {
        let mut at = 0;
        while at < steps.len() {
            let Step::Noise { token } = steps[at] else {
                at += 1;
                continue;
            };
            let kind = self.noise[token];
            let mut end = token + 1;
            while let Some(Step::Noise { token }) = steps.get(at + 1)
                && self.noise[*token] == kind
            {
                end = token + 1;
                at += 1;
            }
            at += 1;
            let kind = match kind {
                Some(Noise::NoteMark) | None => EditKind::NoteMark,
                Some(Noise::Emoji | Noise::StageDirection) => EditKind::StageDirection,
                Some(Noise::SpeechTag) => {
                    reading.flags.insert(Flag::Interposed);
                    EditKind::Interposed
                }
            };
            reading.edits.push(Edit {
                kind,
                document: String::new(),
                source: passage::words(self.page, self.view, token..end, SHOWN),
            });
        }
    }

    /// The punctuation inside the closing mark.
    fn read_ends(&self, last: usize, reading: &mut Reading) {
        let Some(item) = self.pattern.items.last() else { return };
        if self.pattern.trailing_ellipsis.is_some() {
            return;
        }
        let document = punctuation::closing(&self.pattern.text[item.range.end..]);
        let source = punctuation::closing(passage::after_token(self.page, self.view[last].token));
        let item_text = &self.pattern.text[item.range.clone()];
        let token_text = self.token_text(last);
        if document.is_empty()
            || source.starts_with(&document)
            || (item_text.ends_with('.') || token_text.ends_with('.')) && document == "."
        {
            return;
        }
        let permitted =
            document.chars().all(|c| matches!(c, '.' | ',' | ';' | ':' | '-' | ')' | '('));
        let source_asks = source.contains(['?', '!']);
        if permitted && !source_asks || document == "…" {
            reading.edits.push(Edit { kind: EditKind::EndPunctuation, document, source });
        } else if document.contains(['?', '!']) || source_asks {
            reading.flags.insert(Flag::Punctuation);
            let end = self.pattern.text.len();
            reading.differences.push(Difference {
                kind: DifferenceKind::Substituted,
                nature: Nature::SentenceBoundary,
                document,
                source,
                marked: Marking::Unmarked,
                document_range: item.range.end..end,
                source_range: 0..0,
            });
        } else {
            reading.edits.push(Edit { kind: EditKind::EndPunctuation, document, source });
        }
    }

    /// What stands around the passage, and where it stands.
    fn flag_surroundings(&self, first: usize, last: usize, reading: &mut Reading) {
        let (first, last) = (self.view[first].token, self.view[last].token);
        if self.pattern.words < 4 {
            reading.flags.insert(Flag::Short);
        }
        let (layer, tokens) = self.page.layer_of(first);
        match layer {
            Layer::Visible | Layer::Title | Layer::Details | Layer::UserComment => {}
            Layer::CssHidden
            | Layer::Noscript
            | Layer::Alt
            | Layer::TitleAttribute
            | Layer::Meta
            | Layer::JsonLd
            | Layer::ScriptJson => {
                reading.flags.insert(Flag::HiddenOnly);
            }
            Layer::Aside | Layer::Navigation => {
                reading.flags.insert(Flag::BoilerplateRegion);
            }
        }
        if layer != Layer::Visible {
            reading.flags.insert(Flag::Layer(layer));
        }
        if self.has_other_layer_within(first, last) {
            reading.flags.insert(Flag::Interleaved);
        }
        if self.is_negated_before(first, tokens.start) {
            reading.flags.insert(Flag::LeadingNegation);
        }
        if self.is_conditional_after(last, tokens.end) {
            reading.flags.insert(Flag::TruncatedCondition);
        }
    }

    fn has_other_layer_within(&self, first: usize, last: usize) -> bool {
        let (from, to) =
            (self.page.tokens[first].block as usize, self.page.tokens[last].block as usize);
        let layer = self.page.document.blocks[from].layer;
        self.page.document.blocks[from..=to.max(from)].iter().any(|block| {
            block.layer != layer
                && matches!(block.layer, Layer::Aside | Layer::Navigation | Layer::UserComment)
                && !block.range.is_empty()
        })
    }

    /// A negation among the six words before, in the same sentence.
    fn is_negated_before(&self, first: usize, start: usize) -> bool {
        let mut at = first;
        while at > start && first - at < 6 {
            let (a, b) = self.page.between(at - 1, at);
            let new_block = self.page.tokens[at - 1].block != self.page.tokens[at].block;
            if new_block
                || punctuation::sentence_end(&punctuation::marks(&format!("{a}{b}"))).is_some()
                || a.contains([':', ';'])
            {
                return false;
            }
            at -= 1;
            if lexicon::is_negation(&self.page_key(at)) {
                return true;
            }
        }
        false
    }

    fn is_conditional_after(&self, last: usize, end: usize) -> bool {
        if last + 1 >= end || self.page.tokens[last].block != self.page.tokens[last + 1].block {
            return false;
        }
        let (a, _) = self.page.between(last, last + 1);
        if punctuation::sentence_end(&punctuation::marks(a)).is_some() {
            return false;
        }
        let words: Vec<String> =
            (last + 1..end.min(last + 3)).map(|token| self.page_key(token)).collect();
        lexicon::starts_condition(&words)
    }

    fn page_key(&self, token: usize) -> String {
        let token = self.page.tokens[token];
        folded(&self.page.document.text[token.start as usize..token.end as usize], token.class)
    }
}

/// Flags what the differences do, where that says more than that a word is another.
fn flag_natures(reading: &mut Reading) {
    for difference in &reading.differences {
        if difference.nature != Nature::Word && difference.marked == Marking::Unmarked {
            reading.flags.insert(Flag::Nature(difference.nature));
        }
    }
}

fn around(before: &str, between: &str, after: &str) -> String {
    let between: String = between.split_whitespace().collect::<Vec<_>>().join(" ");
    let space = |at_start: bool| if between.is_empty() && at_start { " " } else { "" };
    format!(
        "{before}{}{between}{}{after}",
        space(true),
        if between.ends_with(['.', ',', ';', ':']) { " " } else { "" }
    )
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

fn folded(text: &str, class: TokenClass) -> String {
    let mut key = String::new();
    push_key(text, class, &mut key);
    key
}

fn begins_sentence(before: &str) -> bool {
    before
        .trim_end_matches(|c: char| {
            c.is_whitespace() || super::noise::is_quotation_mark(c) || c == '\''
        })
        .chars()
        .next_back()
        .is_none_or(|c| matches!(c, '.' | '!' | '?' | '…'))
}

/// Tells whether words are set as a headline: all capitals, or nearly every longer word with one.
fn is_headline(words: &[&str]) -> bool {
    let cased: Vec<&&str> = words
        .iter()
        .filter(|word| word.chars().any(|c| c.is_lowercase() || c.is_uppercase()))
        .collect();
    if cased.len() < 2 {
        return false;
    }
    if cased.iter().all(|word| !word.chars().any(char::is_lowercase)) {
        return true;
    }
    let long: Vec<&&&str> = cased.iter().filter(|word| word.chars().count() >= 4).collect();
    let capital =
        long.iter().filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count();
    long.len() >= 2 && capital * 10 >= long.len() * 8 && capital >= 3.min(long.len())
}

/// How many steps at an end are not yet an equal word.
fn edge(steps: &mut dyn Iterator<Item = &Step>) -> usize {
    steps.take_while(|step| !matches!(step, Step::Equal { .. })).count()
}

/// Turns substitutions into words that the source does not have.
fn give_up(steps: &mut Vec<Step>, range: Range<usize>) {
    let kept: Vec<Step> = steps[range.clone()]
        .iter()
        .filter_map(|step| match step {
            Step::Substituted { item, .. } => Some(Step::Added { item: *item }),
            Step::LeftOut { .. } | Step::Noise { .. } => None,
            other => Some(other.clone()),
        })
        .collect();
    steps.splice(range, kept);
}

const fn is_change(step: &Step) -> bool {
    matches!(step, Step::Substituted { .. } | Step::Added { .. } | Step::LeftOut { .. })
}

const fn item_of(step: &Step) -> Option<usize> {
    match step {
        Step::Equal { item, .. }
        | Step::Substituted { item, .. }
        | Step::Added { item }
        | Step::Gap { item, .. }
        | Step::Bracket { item, .. }
        | Step::Note { item } => Some(*item),
        Step::LeftOut { .. } | Step::Noise { .. } => None,
    }
}

fn token_of(step: &Step) -> Option<usize> {
    match step {
        Step::Equal { token, .. }
        | Step::Substituted { token, .. }
        | Step::LeftOut { token }
        | Step::Noise { token } => Some(*token),
        Step::Gap { tokens, .. } | Step::Bracket { tokens, .. } => {
            (!tokens.is_empty()).then(|| tokens.end - 1)
        }
        Step::Added { .. } | Step::Note { .. } => None,
    }
}

/// The first and last token of the view that belong to the passage.
fn extent(steps: &[Step]) -> Option<(usize, usize)> {
    let tokens = || {
        steps.iter().flat_map(|step| match step {
            Step::Equal { token, .. } | Step::Substituted { token, .. } => *token..*token + 1,
            Step::Bracket { tokens, .. } => tokens.clone(),
            Step::Added { .. }
            | Step::LeftOut { .. }
            | Step::Noise { .. }
            | Step::Gap { .. }
            | Step::Note { .. } => 0..0,
        })
    };
    Some((tokens().min()?, tokens().max()?))
}

/// Words of the quotation that stand in the passage, in order.
fn aligned(steps: &[Step]) -> u32 {
    let count = steps.iter().filter(|step| matches!(step, Step::Equal { .. })).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The longest run of equal words; noise and notes between them do not break it.
fn longest_run(steps: &[Step]) -> u32 {
    let (mut longest, mut run) = (0, 0);
    for step in steps {
        match step {
            Step::Equal { .. } => run += 1,
            Step::Noise { .. } | Step::Note { .. } => {}
            Step::Substituted { .. }
            | Step::Added { .. }
            | Step::LeftOut { .. }
            | Step::Gap { .. }
            | Step::Bracket { .. } => run = 0,
        }
        longest = longest.max(run);
    }
    longest
}

/// Differences that together only change the order of words are named so.
fn name_reordering(differences: &mut [Difference]) {
    let count = |side: fn(&Difference) -> &str, differences: &[Difference]| {
        let mut words: BTreeMap<String, usize> = BTreeMap::new();
        for difference in differences.iter().filter(|difference| is_wording(difference)) {
            for word in side(difference).split_whitespace() {
                *words.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        words
    };
    let changed = differences.iter().filter(|difference| is_wording(difference)).count();
    let document = count(|difference| &difference.document, differences);
    if changed < 2
        || document.is_empty()
        || document != count(|difference| &difference.source, differences)
    {
        return;
    }
    for difference in differences.iter_mut().filter(|difference| is_wording(difference)) {
        difference.kind = DifferenceKind::Moved;
        if difference.nature != Nature::Name {
            difference.nature = Nature::Order;
        }
    }
}

fn is_wording(difference: &Difference) -> bool {
    difference.marked == Marking::Unmarked
        && !matches!(difference.nature, Nature::SentenceBoundary | Nature::Case)
}
