//! Makes the steps of an alignment ready to be read: what the cheapest alignment cannot know is put right here.

use std::ops::Range;

use crate::text::TokenClass;
use crate::text::numbers::{decimal_digit, is_minus, same_value};

use super::super::align::Step;
use super::super::noise::Noise;
use super::super::passage;
use super::super::pattern::ItemKind;
use super::{SHOWN, Script, folded};

/// A bracket at an end stands for at most so many words.
const MOST_BRACKETED: usize = 3;

impl Script<'_> {
    /// The steps, with words substituted across a sentence end at either end of the quotation taken for what they
    /// are: words that the source does not have.
    pub(super) fn prepared(&self) -> Vec<Step> {
        let mut steps = self.steps.to_vec();
        self.fill_leading_bracket(&mut steps);
        self.fill_trailing_bracket(&mut steps);
        self.take_back_parts(&mut steps);
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
        self.join(&steps)
    }

    /// A bracket that begins a quotation stands for the words between the start of the sentence and the passage, if
    /// they are few: `[Putin] said` for `He said`.
    fn fill_leading_bracket(&self, steps: &mut [Step]) {
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
            if next - start > MOST_BRACKETED {
                return;
            }
        }
        *tokens = start..next;
    }

    /// The same for a bracket that ends a quotation: it stands for the words up to the end of the sentence.
    fn fill_trailing_bracket(&self, steps: &mut [Step]) {
        let [.., before, Step::Bracket { tokens, literal: false, .. }] = steps else { return };
        let Some(last) = token_of(before).filter(|_| tokens.start == tokens.end) else { return };
        let mut end = last + 1;
        while end < self.view.len()
            && !passage::sentence_ends_between(self.page, self.view, end - 1, end)
        {
            end += 1;
            if end - last - 1 > MOST_BRACKETED {
                return;
            }
        }
        *tokens = last + 1..end;
    }

    /// Takes back what was skipped as noise where only a part of it was: a word out of a speech tag is a word left out.
    fn take_back_parts(&self, steps: &mut [Step]) {
        let spans: Vec<u32> = steps
            .iter()
            .filter(|step| !matches!(step, Step::Noise { .. }))
            .filter_map(token_of)
            .filter_map(|token| self.noise[token].map(|(_, span)| span))
            .collect();
        for step in steps {
            if let Step::Noise { token } = *step
                && let Some((Noise::SpeechTag | Noise::StageDirection, span)) = self.noise[token]
                && spans.contains(&span)
            {
                *step = Step::LeftOut { token };
            }
        }
    }

    /// Joins runs that differ only in how a word or a number is written apart.
    fn join(&self, steps: &[Step]) -> Vec<Step> {
        let mut joined = Vec::with_capacity(steps.len());
        let mut at = 0;
        while at < steps.len() {
            let end = at + steps[at..].iter().take_while(|step| is_change(step)).count();
            if end > at
                && let Some(step) = self.joined(&steps[at..end])
            {
                joined.push(step);
                at = end;
                continue;
            }
            joined.extend_from_slice(&steps[at..end.max(at + 1)]);
            at = end.max(at + 1);
        }
        joined
    }

    fn joined(&self, run: &[Step]) -> Option<Step> {
        let items: Vec<usize> = run.iter().filter_map(item_of).collect();
        let tokens: Vec<usize> = run.iter().filter_map(token_of).collect();
        let items = *items.first()?..*items.last()? + 1;
        let tokens = *tokens.first()?..*tokens.last()? + 1;
        if items.len() == tokens.len() {
            let one = (items.start, tokens.start);
            return (items.len() == 1 && self.is_one_value(one))
                .then_some(Step::Joined { items, tokens });
        }
        let document = &self.pattern.text[self.pattern.items[items.start].range.start
            ..self.pattern.items[items.end - 1].range.end];
        let source = passage::words(self.page, self.view, tokens.clone(), SHOWN);
        let same = if document.chars().any(char::is_alphabetic) {
            // Where a space is the only difference the words are others: `no table`, `not able`.
            !document.contains(char::is_whitespace)
                && !source.contains(char::is_whitespace)
                && letters(document) == letters(&source)
        } else {
            // A power that is raised by markup is no group of digits.
            tokens
                .clone()
                .all(|token| self.page.tokens[self.view[token].token].class == TokenClass::Number)
                && is_grouped(document)
                && is_grouped(&source)
                && folded(&ungrouped(document), TokenClass::Number)
                    == folded(&ungrouped(&source), TokenClass::Number)
        };
        same.then_some(Step::Joined { items, tokens })
    }

    /// Tells whether an item and a token are one number in the page's language: `5300` and `5.300` in German.
    fn is_one_value(&self, (item, token): (usize, usize)) -> bool {
        let is_number =
            matches!(self.pattern.items[item].kind, ItemKind::Word(_, TokenClass::Number))
                && self.page.tokens[self.view[token].token].class == TokenClass::Number;
        let Some(mark) = self.page.decimal_mark.filter(|_| is_number) else { return false };
        same_value(self.item_text(item), self.token_text(token), mark)
    }
}

/// The letters of a compound without its hyphens, folded.
fn letters(text: &str) -> String {
    folded(&text.replace(['-', '\u{2010}', '\u{2011}'], ""), TokenClass::Word)
}

/// Tells whether text is one number, perhaps with its thousands set apart by spaces.
fn is_grouped(text: &str) -> bool {
    let digits = |group: &str| group.chars().take_while(|&c| decimal_digit(c).is_some()).count();
    let mut groups = text.split_whitespace();
    let Some(first) = groups.next() else { return false };
    let is_number = first.ends_with(|c| decimal_digit(c).is_some())
        && first.chars().all(|c| {
            decimal_digit(c).is_some() || is_minus(c) || matches!(c, ',' | '.' | '\'' | '’')
        });
    let mut rest = groups.peekable();
    is_number
        && (rest.peek().is_none() || digits(first.trim_start_matches(is_minus)) <= 3)
        && rest.all(|group| digits(group) == 3)
}

fn ungrouped(text: &str) -> String {
    text.split_whitespace().collect()
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

pub(super) const fn is_change(step: &Step) -> bool {
    matches!(step, Step::Substituted { .. } | Step::Added { .. } | Step::LeftOut { .. })
}

pub(super) fn item_of(step: &Step) -> Option<usize> {
    match step {
        Step::Joined { items, .. } => Some(items.end - 1),
        Step::Equal { item, .. }
        | Step::Substituted { item, .. }
        | Step::Added { item }
        | Step::Gap { item, .. }
        | Step::Bracket { item, .. }
        | Step::Note { item } => Some(*item),
        Step::LeftOut { .. } | Step::Noise { .. } => None,
    }
}

pub(super) fn token_of(step: &Step) -> Option<usize> {
    match step {
        Step::Equal { token, .. }
        | Step::Substituted { token, .. }
        | Step::LeftOut { token }
        | Step::Noise { token } => Some(*token),
        Step::Joined { tokens, .. } => Some(tokens.end - 1),
        Step::Gap { tokens, .. } | Step::Bracket { tokens, .. } => {
            (!tokens.is_empty()).then(|| tokens.end - 1)
        }
        Step::Added { .. } | Step::Note { .. } => None,
    }
}

/// The first and last token of the view that belong to the passage.
pub(super) fn extent(steps: &[Step]) -> Option<(usize, usize)> {
    let tokens = || {
        steps.iter().flat_map(|step| match step {
            Step::Equal { token, .. } | Step::Substituted { token, .. } => *token..*token + 1,
            Step::Bracket { tokens, .. } | Step::Joined { tokens, .. } => tokens.clone(),
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
pub(super) fn aligned(steps: &[Step]) -> u32 {
    let count: usize = steps
        .iter()
        .map(|step| match step {
            Step::Equal { .. } => 1,
            Step::Joined { items, .. } => items.len(),
            Step::Substituted { .. }
            | Step::Added { .. }
            | Step::LeftOut { .. }
            | Step::Noise { .. }
            | Step::Gap { .. }
            | Step::Bracket { .. }
            | Step::Note { .. } => 0,
        })
        .sum();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The longest run of equal words; noise and notes between them do not break it.
pub(super) fn longest_run(steps: &[Step]) -> u32 {
    let (mut longest, mut run) = (0, 0);
    for step in steps {
        match step {
            Step::Equal { .. } | Step::Joined { .. } => run += 1,
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
