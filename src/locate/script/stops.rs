//! What stands between words and behind the last: commas and dashes, and the ends of sentences.

use crate::evidence::{Difference, DifferenceKind, Edit, EditKind, Flag, Marking, Nature};
use crate::text::TokenClass;

use super::super::align::Step;
use super::super::lexicon;
use super::super::noise::Noise;
use super::super::passage::{self, Passage};
use super::super::pattern::ItemKind;
use super::super::punctuation::{self, Comparison, Place};
use super::{Reading, Script, folded};

impl Script<'_> {
    /// What stands between neighbouring words.
    pub(super) fn read_punctuation(
        &self,
        steps: &[Step],
        passage: &Passage,
        reading: &mut Reading,
    ) {
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
                    if !matches!(self.noise[token], Some((Noise::NoteMark, _))) {
                        last = None;
                    } else if let Some((item, _)) = last {
                        last = Some((item, token));
                    }
                }
                Step::Joined { .. }
                | Step::Substituted { .. }
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
            between_numbers: [a, b].iter().all(|&token| {
                matches!(self.page.tokens[token].class, TokenClass::Number | TokenClass::Symbol)
            }),
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
            Comparison::BetweenNumbers => {
                let nature = Nature::NumberFormat;
                self.push_marks(nature, before, here, (&document, &source), passage, reading);
            }
            Comparison::SentenceEnd => {
                reading.flags.insert(Flag::Punctuation);
                let nature = Nature::SentenceBoundary;
                self.push_marks(nature, before, here, (&document, &source), passage, reading);
            }
        }
    }

    /// Adds other marks between two words as a difference.
    fn push_marks(
        &self,
        nature: Nature,
        before: (usize, usize),
        here: (usize, usize),
        (document, source): (&str, &str),
        passage: &Passage,
        reading: &mut Reading,
    ) {
        let between =
            passage.range(before.1..before.1 + 1).end..passage.range(here.1..here.1 + 1).start;
        reading.differences.push(Difference {
            kind: DifferenceKind::Substituted,
            nature,
            document: punctuation::marks(document),
            source: punctuation::marks(source),
            marked: Marking::Unmarked,
            document_range: self.pattern.items[before.0].range.end
                ..self.pattern.items[here.0].range.start,
            source_range: between,
        });
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

    /// The punctuation inside the closing mark.
    pub(super) fn read_ends(&self, last: usize, reading: &mut Reading) {
        let Some(item) = self.pattern.items.last() else { return };
        if self.pattern.trailing_ellipsis.is_some() {
            return;
        }
        let document = punctuation::closing(&self.pattern.text[item.range.end..]);
        let source = passage::after_token(self.page, self.view[last].token);
        // The source's own bracket, quoted to its end.
        let closed = matches!(item.kind, ItemKind::Bracket(_) | ItemKind::Note(_));
        let source =
            if closed { source.strip_prefix([']', ')']).unwrap_or(source) } else { source };
        let source = punctuation::closing(source);
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
        let source_asks = source.contains('?');
        // A comma goes on with the sentence around the quotation, and makes no statement of a question.
        if permitted && !(source_asks && document.contains('.')) || document == "…" {
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
