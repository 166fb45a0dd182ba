//! Reads a page once: splits it into tokens, layer by layer, and notes where three words in a row of any quotation
//! stand. Its cost is the page's length plus the number of such places, never page times quotations.

use rustc_hash::FxHashMap;

use crate::document::{Block, Document, Layer};
use crate::text::numbers::DecimalMark;
use crate::text::{Language, TokenClass, push_key, push_power_key, tokens};

use super::pattern::{ItemKind, Pattern};
use super::raised::{StretchKind, stretches};
use super::sieve::Sieve;
use super::vocabulary::{Vocabulary, WordId};

/// The most places that are kept for one quotation on one page: a page that repeats itself more often says nothing new.
const MOST_HITS: usize = 60_000;
/// A row of words that stands in more quotations than this leads only to those that have few others.
const MOST_SHARED: usize = 2_000;
/// So many rows lead to a quotation in any case.
const FEWEST_ROWS: u32 = 16;
/// A quotation of so many words is looked for by pairs of words, too.
const SHORT: u32 = 5;
/// The most times one quotation may own the same sequence of words.
const MOST_REPEATED: usize = 4;

/// A token of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageToken {
    /// Where it starts in the page's text.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// Its word.
    pub id: WordId,
    /// The block it stands in.
    pub block: u32,
    /// What it is.
    pub class: TokenClass,
}

/// A place of a page where some words of a quotation stand in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// The item of the quotation that the row ends with.
    pub item: u32,
    /// The token of the page that it ends with.
    pub token: u32,
}

/// Rows of words of all quotations, to be looked up while a page is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Seeds {
    rows: FxHashMap<[u32; 3], Vec<(u32, u32)>>,
    sieve: Sieve,
    /// Whether any quotation is so short that rows of fewer words count.
    shorter: [bool; 2],
}

impl Seeds {
    /// Collects the rows of some quotations.
    pub(super) fn new(patterns: &[Pattern]) -> Self {
        let mut seeds = Self::default();
        for (number, pattern) in patterns.iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let longest = [3, 2, 1].into_iter().find(|&length| seeds.add(number, pattern, length));
            // With a word changed in its middle, a short quotation has no three of them in a row.
            let has_pairs =
                longest == Some(3) && pattern.words <= SHORT && seeds.add(number, pattern, 2);
            seeds.shorter[0] |= longest == Some(2) || has_pairs;
            seeds.shorter[1] |= longest == Some(1);
        }
        seeds.thin(patterns.len());
        seeds.sieve = Sieve::new(seeds.rows.keys());
        seeds
    }

    /// Takes rows that nearly every quotation has from those that have others: they would cost much and tell little.
    fn thin(&mut self, patterns: usize) {
        if patterns <= MOST_SHARED {
            return;
        }
        let mut left = vec![0_u32; patterns];
        // The order of the rows does not matter: they are only counted.
        self.rows.values().flatten().for_each(|&(pattern, _)| left[pattern as usize] += 1);
        let mut shared: Vec<(usize, [u32; 3])> = self
            .rows
            .iter()
            .filter(|(_, owners)| owners.len() > MOST_SHARED)
            .map(|(row, owners)| (owners.len(), *row))
            .collect();
        shared.sort_unstable_by_key(|&(count, row)| (std::cmp::Reverse(count), row));
        for (_, row) in shared {
            if let Some(owners) = self.rows.get_mut(&row) {
                owners.retain(|&(pattern, _)| {
                    let left = &mut left[pattern as usize];
                    let keep = *left <= FEWEST_ROWS;
                    *left -= u32::from(!keep);
                    keep
                });
            }
        }
    }

    /// Adds the rows of one length; tells whether there was any.
    fn add(&mut self, number: u32, pattern: &Pattern, length: usize) -> bool {
        let mut found = false;
        let mut row: Vec<u32> = Vec::new();
        for (index, item) in pattern.items.iter().enumerate() {
            match item.kind {
                ItemKind::Word(id, _) => row.push(id.0),
                ItemKind::Note(_) => continue,
                ItemKind::Partial { .. } | ItemKind::Gap | ItemKind::Bracket(_) => {
                    row.clear();
                    continue;
                }
            }
            if row.len() < length {
                continue;
            }
            found = true;
            let owners = self.rows.entry(key(&row[row.len() - length..])).or_default();
            let repeated = owners.iter().rev().take_while(|owner| owner.0 == number).count();
            if repeated < MOST_REPEATED {
                owners.push((number, u32::try_from(index).unwrap_or(u32::MAX)));
            }
        }
        found
    }
}

fn key(row: &[u32]) -> [u32; 3] {
    let mut key = [0; 3];
    key[..row.len()].copy_from_slice(row);
    key
}

/// A page made ready to be searched.
#[derive(Debug)]
pub(super) struct PageIndex<'a> {
    /// The page.
    pub document: &'a Document,
    /// Its tokens, layer by layer, the layer that counts most first.
    pub tokens: Vec<PageToken>,
    /// Where each layer's tokens begin, in the order of the tokens; in layers of unrelated texts, those of each text.
    pub layers: Vec<(Layer, usize)>,
    /// Where rows of words of quotations stand.
    pub hits: Hits,
    /// The mark before decimals in the page's language, where it is known.
    pub decimal_mark: Option<DecimalMark>,
}

/// Where rows of words stand on a page, for the quotations that have any there: of many quotations, few have.
#[derive(Debug, Default)]
pub(super) struct Hits {
    by_quotation: FxHashMap<u32, Vec<Hit>>,
}

impl Hits {
    /// Returns the places of one quotation, in the order of the page, layer by layer.
    pub(super) fn of(&self, quotation: usize) -> &[Hit] {
        let number = u32::try_from(quotation).unwrap_or(u32::MAX);
        self.by_quotation.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Returns the quotations that have any, in ascending order.
    pub(super) fn quotations(&self) -> Vec<usize> {
        let mut numbers: Vec<usize> = self.by_quotation.keys().map(|&n| n as usize).collect();
        numbers.sort_unstable();
        numbers
    }

    fn add(&mut self, quotation: u32, hit: Hit) {
        let hits = self.by_quotation.entry(quotation).or_default();
        if hits.len() < MOST_HITS {
            hits.push(hit);
        }
    }
}

impl<'a> PageIndex<'a> {
    /// Reads a page.
    pub(super) fn new(
        document: &'a Document,
        language: Option<Language>,
        vocabulary: &Vocabulary,
        seeds: &Seeds,
    ) -> Self {
        let mut index = Self {
            document,
            tokens: Vec::with_capacity(document.text.len() / 6),
            layers: Vec::new(),
            hits: Hits::default(),
            decimal_mark: language.and_then(DecimalMark::of),
        };
        let mut by_layer: Vec<Vec<usize>> = vec![Vec::new(); Layer::ALL.len()];
        for (number, block) in document.blocks.iter().enumerate() {
            let rank = Layer::ALL.iter().position(|&layer| layer == block.layer).unwrap_or(0);
            by_layer[rank].push(number);
        }
        let mut scratch = String::new();
        for (layer, blocks) in Layer::ALL.into_iter().zip(by_layer) {
            if blocks.is_empty() {
                continue;
            }
            let runs: Vec<&[usize]> =
                if is_text_by_itself(layer) { blocks.chunks(1).collect() } else { vec![&blocks] };
            for run in runs {
                let first = index.tokens.len();
                index.layers.push((layer, first));
                for &number in run {
                    index.add_block(number, vocabulary, &mut scratch);
                }
                index.add_hits(first, seeds);
            }
        }
        index
    }

    /// Returns the layer that a token is in, and as a range the tokens of it that are one text.
    pub(super) fn layer_of(&self, token: usize) -> (Layer, std::ops::Range<usize>) {
        let after = self.layers.partition_point(|&(_, first)| first <= token);
        let end = self.layers.get(after).map_or(self.tokens.len(), |&(_, first)| first);
        let (layer, start) =
            self.layers.get(after.saturating_sub(1)).copied().unwrap_or((Layer::Visible, 0));
        (layer, start..end)
    }

    /// Returns what stands between two tokens that follow each other in a layer, other layers left out:
    /// the text after the first up to the end of its block, and the text before the second.
    pub(super) fn between(&self, first: usize, second: usize) -> (&'a str, &'a str) {
        let (a, b) = (self.tokens[first], self.tokens[second]);
        let text = &self.document.text;
        if a.block == b.block {
            return (&text[a.end as usize..b.start as usize], "");
        }
        let a_end = self.document.blocks[a.block as usize].range.end;
        let b_start = self.document.blocks[b.block as usize].range.start;
        (&text[a.end as usize..a_end], &text[b_start..b.start as usize])
    }

    fn add_block(&mut self, number: usize, vocabulary: &Vocabulary, key: &mut String) {
        let document = self.document;
        let block: &Block = &document.blocks[number];
        let first = self.tokens.len();
        for stretch in stretches(document, block, vocabulary, key) {
            let text = &document.text[stretch.range.clone()];
            match stretch.kind {
                StretchKind::Text => {
                    for token in tokens(text) {
                        let range = stretch.range.start + token.range.start
                            ..stretch.range.start + token.range.end;
                        let id = match token.class {
                            TokenClass::NoteMark => WordId::UNKNOWN,
                            class => vocabulary.of_token(&text[token.range], class, key),
                        };
                        self.add_token(first, number, range, (token.class, id), vocabulary, key);
                    }
                }
                StretchKind::Call => {
                    let token = (TokenClass::NoteMark, WordId::UNKNOWN);
                    self.add_token(first, number, stretch.range, token, vocabulary, key);
                }
                StretchKind::Power => {
                    key.clear();
                    push_power_key(text, key);
                    let token = (TokenClass::Symbol, vocabulary.of_key(key));
                    self.add_token(first, number, stretch.range, token, vocabulary, key);
                }
            }
        }
    }

    /// Adds a token to those of a block, which begin with the first. A page whose text is longer than offsets can say
    /// is read as far as they reach.
    fn add_token(
        &mut self,
        first: usize,
        block: usize,
        range: std::ops::Range<usize>,
        (class, id): (TokenClass, WordId),
        vocabulary: &Vocabulary,
        key: &mut String,
    ) {
        let (Ok(start), Ok(end), Ok(block)) =
            (u32::try_from(range.start), u32::try_from(range.end), u32::try_from(block))
        else {
            return;
        };
        let token = PageToken { start, end, id, block, class };
        match self.joined(first, token, vocabulary, key) {
            Some(joined) => {
                self.tokens.pop();
                self.tokens.push(joined);
            }
            None => self.tokens.push(token),
        }
    }

    /// Joins a token with the one before it, when a hyphen or a drop cap has split a word that some quotation has.
    fn joined(
        &self,
        first: usize,
        token: PageToken,
        vocabulary: &Vocabulary,
        key: &mut String,
    ) -> Option<PageToken> {
        let before = *self
            .tokens
            .last()
            .filter(|before| before.class == TokenClass::Word && token.class == TokenClass::Word)?;
        if before.id != WordId::UNKNOWN
            && token.id != WordId::UNKNOWN
            && !self.ends_line(before, token)
        {
            return None;
        }
        let text = &self.document.text;
        let between = text.get(before.end as usize..token.start as usize)?;
        let is_drop_cap = self.tokens.len() == first + 1
            && before.block == token.block
            && is_initial(&text[before.start as usize..before.end as usize]);
        let hyphen = between.strip_prefix(['-', '\u{2010}', '\u{2011}', '¬']);
        let splits_word = match hyphen {
            Some(rest) => {
                before.block == token.block
                    && rest.chars().all(char::is_whitespace)
                    && (rest.is_empty() || rest.contains('\n'))
            }
            None => is_drop_cap && between.chars().all(char::is_whitespace),
        };
        if !splits_word {
            return None;
        }
        key.clear();
        push_key(&text[before.start as usize..before.end as usize], TokenClass::Word, key);
        push_key(&text[token.start as usize..token.end as usize], TokenClass::Word, key);
        let id = vocabulary.of_key(key);
        (id != WordId::UNKNOWN).then_some(PageToken { start: before.start, id, ..token })
    }

    fn ends_line(&self, before: PageToken, token: PageToken) -> bool {
        self.document
            .text
            .get(before.end as usize..token.start as usize)
            .is_some_and(|between| between.contains('\n'))
    }

    fn add_hits(&mut self, first: usize, seeds: &Seeds) {
        let (mut before, mut last) = (0, 0);
        for number in first..self.tokens.len() {
            let token = self.tokens[number];
            if token.class == TokenClass::NoteMark {
                continue;
            }
            let id = token.id.0;
            if id != 0 {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                if before != 0 && last != 0 {
                    self.add_row([before, last, id], number, seeds);
                }
                if seeds.shorter[0] && last != 0 {
                    self.add_row([last, id, 0], number, seeds);
                }
                if seeds.shorter[1] {
                    self.add_row([id, 0, 0], number, seeds);
                }
            }
            (before, last) = (last, id);
        }
    }

    fn add_row(&mut self, row: [u32; 3], token: u32, seeds: &Seeds) {
        if !seeds.sieve.may_hold(&row) {
            return;
        }
        let Some(owners) = seeds.rows.get(&row) else { return };
        for &(pattern, item) in owners {
            self.hits.add(pattern, Hit { item, token });
        }
    }
}

/// Tells whether a token can be the first letter of a word that is set apart from it: one letter, and no word of its
/// own as vowels are in many languages (`A way`, `Away`).
fn is_initial(token: &str) -> bool {
    const WORDS: &str = "aàáeéiíoóuúyаиоуяі";
    let mut chars = token.chars().flat_map(char::to_lowercase);
    matches!((chars.next(), chars.next()), (Some(letter), None) if !WORDS.contains(letter))
}

/// Tells whether each block of a layer is a text by itself: no quotation runs on from one attribute to the next.
const fn is_text_by_itself(layer: Layer) -> bool {
    match layer {
        Layer::Title | Layer::Alt | Layer::TitleAttribute | Layer::Meta | Layer::JsonLd => true,
        Layer::Visible
        | Layer::Details
        | Layer::CssHidden
        | Layer::Noscript
        | Layer::Aside
        | Layer::UserComment
        | Layer::Navigation
        | Layer::ScriptJson => false,
    }
}
