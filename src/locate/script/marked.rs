//! What is marked as changed: ellipses, brackets, editor's notes; and what of the source need not be quoted.

use std::ops::Range;

use crate::evidence::{Difference, DifferenceKind, Edit, EditKind, Flag, Folding, Marking, Nature};
use crate::text::TokenClass;
use crate::text::speakers::{is_same_speaker, speaker_of_paragraph};

use super::super::align::Step;
use super::super::lexicon;
use super::super::nature::{Words, nature};
use super::super::noise::Noise;
use super::super::passage::{self, Passage};
use super::super::pattern::ItemKind;
use super::{Reading, SHOWN, Script, folded};

/// A gap of more words than this joins passages that stand apart (rule E3).
const FAR: usize = 300;

/// How many paragraphs before a passage the label of its speaker is looked for.
const FARTHEST_LABEL: usize = 40;
/// Among how many paragraphs of an omission the label of another speaker is looked for.
const MOST_OMITTED: usize = 300;
/// A labelled paragraph of speech has more words than this.
const FEWEST_SAID: usize = 4;

/// An omission of at most this many words that holds a negation turns the sense round (rule E4).
const INVERTING: usize = 4;

impl Script<'_> {
    /// Ellipses, brackets and editor's notes.
    pub(super) fn read_marked(&self, steps: &[Step], passage: &Passage, reading: &mut Reading) {
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
                        self.read_partial(*item, *token, passage, reading);
                    }
                }
                Step::Joined { items, tokens } => self.read_joined(items, tokens, reading),
                Step::Bracket { .. }
                | Step::Substituted { .. }
                | Step::Added { .. }
                | Step::LeftOut { .. }
                | Step::Noise { .. } => {}
            }
        }
        self.read_edges(steps, reading);
    }

    /// An ellipsis before the first word or behind the last; it is the source's own if the source has one there.
    fn read_edges(&self, steps: &[Step], reading: &mut Reading) {
        let Some((first, last)) = super::steps::extent(steps) else { return };
        let before = passage::before_token(self.page, self.view[first].token);
        let before = &before[before.trim_end_matches(|c: char| !c.is_alphanumeric()).len()..];
        let edges = [
            (&self.pattern.leading_ellipsis, has_ellipsis(before)),
            (&self.pattern.trailing_ellipsis, has_ellipsis(self.after(last))),
        ];
        for (range, is_sources) in edges {
            let Some(range) = range.clone().filter(|_| !is_sources) else { continue };
            reading.edits.push(Edit {
                kind: EditKind::EdgeEllipsis,
                document: self.pattern.text[range].to_owned(),
                source: String::new(),
            });
        }
    }

    /// The text of the block behind a token of the view.
    fn after(&self, token: usize) -> &str {
        passage::after_token(self.page, self.view[token].token)
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
        let changes_speaker = self.changes_speaker(&tokens);
        if self.distance(&tokens) > FAR || changes_speaker {
            let flag = if changes_speaker { Flag::OtherSpeaker } else { Flag::EllipsisDistance };
            reading.flags.insert(flag);
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

    /// Tells whether what stands before an omission is labelled as one speaker's and what stands behind it as another's.
    fn changes_speaker(&self, tokens: &Range<usize>) -> bool {
        let block = |index: usize| {
            let token = self.view.get(index)?;
            Some(self.page.tokens[token.token].block as usize)
        };
        let (Some(before), Some(after)) =
            (tokens.start.checked_sub(1).and_then(block), block(tokens.end))
        else {
            return false;
        };
        before < after
            && matches!(
                (self.label_before(before, FARTHEST_LABEL), self.label_before(after, (after - before).min(MOST_OMITTED))),
                (Some(one), Some(other)) if !is_same_speaker(one, other)
            )
    }

    /// The label of the last paragraph of speech at or before a block, among so many blocks.
    fn label_before(&self, block: usize, among: usize) -> Option<&str> {
        let document = self.page.document;
        let layer = document.blocks[block].layer;
        document.blocks[..=block].iter().rev().take(among).filter(|b| b.layer == layer).find_map(
            |block| {
                let text = document.block_text(block);
                let label = speaker_of_paragraph(text)?;
                // A caption (`Photo: Reuters`) says no sentence.
                let said = label.split_whitespace().count() + FEWEST_SAID;
                text.split_whitespace().nth(said).is_some().then_some(label)
            },
        )
    }

    fn source_has_ellipsis(&self, token: usize) -> bool {
        let Some(before) = token.checked_sub(1) else { return false };
        has_ellipsis(self.after(before))
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
        let content = self.bracket_words(item);
        let absorbed = self.token_words(&tokens.clone().collect::<Vec<_>>());
        let of_source = self.source_bracket(&tokens);
        // The source's own bracket, with words beside it that the quotation lacks.
        let is_quoted_whole = of_source.clone().is_some_and(|within| {
            self.token_words(&within.collect::<Vec<_>>()).folded == content.folded
        });
        let has_other_words = of_source.as_ref() == Some(&tokens)
            && content.folded.iter().any(|word| absorbed.folded.contains(word));
        if is_quoted_whole || has_other_words {
            let difference = self.changed_bracket(item, tokens, &content, passage);
            reading.differences.push(difference);
            return;
        }
        let content = content.folded;
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

    /// A word with letters in brackets: they may change its ending, not what it says.
    fn read_partial(&self, item: usize, token: usize, passage: &Passage, reading: &mut Reading) {
        let (document, source) = (self.item_text(item), self.token_text(token));
        let whole = folded(&document.replace(['[', ']'], ""), TokenClass::Word);
        let there = folded(source, TokenClass::Word);
        let loaded = |word: &str| lexicon::is_modal(word) || lexicon::is_number_word(word);
        let nature = if lexicon::is_negation(&whole) != lexicon::is_negation(&there)
            || lexicon::is_opposite(&whole, &there)
        {
            Nature::Polarity
        } else if whole != there && (loaded(&whole) || loaded(&there)) {
            Nature::Modal
        } else {
            let (document, source) = (document.to_owned(), source.to_owned());
            reading.edits.push(Edit { kind: EditKind::Bracket, document, source });
            return;
        };
        reading.flags.insert(Flag::BracketPolarity);
        let (document, source) = (document.to_owned(), source.to_owned());
        let range = passage.range(token..token + 1);
        reading.differences.push(self.marked(nature, item, document, source, range));
    }

    /// The words in a bracket of the quotation.
    fn bracket_words(&self, item: usize) -> Words {
        let text = self.item_text(item);
        let inner = text.get(1..text.len() - 1).unwrap_or("");
        let tokens: Vec<_> = crate::text::tokens(inner).collect();
        Words {
            raw: tokens.iter().map(|token| inner[token.range.clone()].to_owned()).collect(),
            folded: tokens
                .iter()
                .map(|token| folded(&inner[token.range.clone()], token.class))
                .collect(),
            starts_sentence: false,
        }
    }

    /// Returns which of some tokens stand in brackets in the source itself, the first such if there are several.
    fn source_bracket(&self, tokens: &Range<usize>) -> Option<Range<usize>> {
        let opens = |&at: &usize| {
            let before = passage::before_token(self.page, self.view[at].token);
            before.trim_end().ends_with('[')
        };
        let start = tokens.clone().find(opens)?;
        let end = (start..tokens.end).find(|&at| self.after(at).trim_start().starts_with(']'))?;
        Some(start..end + 1)
    }

    /// A bracket of the source whose words were changed: nothing marks that.
    fn changed_bracket(
        &self,
        item: usize,
        tokens: Range<usize>,
        content: &Words,
        passage: &Passage,
    ) -> Difference {
        let there = self.token_words(&tokens.clone().collect::<Vec<_>>());
        let equal = |(a, b): &(&String, &String)| a == b;
        let head = content.folded.iter().zip(&there.folded).take_while(equal).count();
        let most = content.folded.len().min(there.folded.len()) - head;
        let (content_back, there_back) = (content.folded.iter().rev(), there.folded.iter().rev());
        let tail = content_back.zip(there_back).take(most).take_while(equal).count();
        let document = content.between(head, tail);
        let (start, end) = (tokens.start + head, tokens.end - tail);
        let source = self.token_words(&(start..end).collect::<Vec<_>>());
        Difference {
            kind: match (document.raw.is_empty(), source.raw.is_empty()) {
                (true, _) => DifferenceKind::Missing,
                (false, true) => DifferenceKind::Added,
                (false, false) => DifferenceKind::Substituted,
            },
            nature: nature(&document, &source),
            document: document.raw.join(" "),
            source: passage::words(self.page, self.view, start..end, SHOWN),
            marked: Marking::Unmarked,
            document_range: self.pattern.items[item].range.clone(),
            source_range: passage.range(start..end),
        }
    }

    /// A word or a number that one side writes apart.
    fn read_joined(&self, items: &Range<usize>, tokens: &Range<usize>, reading: &mut Reading) {
        let (first, last) = (&self.pattern.items[items.start], &self.pattern.items[items.end - 1]);
        let document = self.pattern.text[first.range.start..last.range.end].to_owned();
        let source = passage::words(self.page, self.view, tokens.clone(), SHOWN);
        if document == source {
            // Brackets within a word that are the source's own.
        } else if document.contains(['²', '³']) || source.contains(['²', '³']) {
            // `km2` for `km²`: the same letters in another form.
            reading.folding = reading.folding.max(Some(Folding::Compatibility));
        } else if document.chars().any(char::is_alphabetic) {
            reading.flags.insert(Flag::Punctuation);
            reading.edits.push(Edit { kind: EditKind::Punctuation, document, source });
        } else if !source.contains(char::is_whitespace) || !document.contains(char::is_whitespace) {
            reading.flags.insert(Flag::Nature(Nature::NumberFormat));
            reading.edits.push(Edit { kind: EditKind::NumberFormat, document, source });
        }
    }

    /// What was left out that need not be quoted.
    pub(super) fn read_noise(&self, steps: &[Step], reading: &mut Reading) {
        let mut at = 0;
        while at < steps.len() {
            let Step::Noise { token } = steps[at] else {
                at += 1;
                continue;
            };
            let kind = self.noise[token].map(|(kind, _)| kind);
            let mut end = token + 1;
            while let Some(Step::Noise { token }) = steps.get(at + 1)
                && self.noise[*token].map(|(kind, _)| kind) == kind
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
}

/// Tells whether an ellipsis stands before the next word.
fn has_ellipsis(text: &str) -> bool {
    let mut dots = 0;
    for c in text.chars().take_while(|c| !c.is_alphanumeric()).take(12) {
        match c {
            '.' => dots += 1,
            '…' => dots = 3,
            _ if c.is_whitespace() => {}
            _ if dots < 3 => dots = 0,
            _ => {}
        }
    }
    dots >= 3
}
