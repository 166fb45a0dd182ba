//! Finds what a look changed of what was known of a source: what people are told, each thing once.
//! Pure: reads no clock and no store.

mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::due::{State, Turn};
use crate::change::{Change, ChangeKind, Drift, DriftKind, Weight};
use crate::observation::{Observation, ObservedQuotation};
use crate::report::Verdict;
use crate::source::{Liveness, LivenessClass};
use crate::text::Fingerprint;
use crate::timeline::Standing;

/// What is known of a source from all that was observed of it, and what of that people have been told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Past {
    /// Whether it is there, and when it is to be looked at.
    pub state: State,
    /// Where it was last seen to have moved.
    pub(super) moved: Option<String>,
    /// The archived copy that was told of since it died.
    pub(super) rescued: Option<String>,
    /// What was last said for sure of each quotation.
    pub(super) quotations: BTreeMap<QuotationKey, Sighted>,
}

/// Names a quotation over time: by its document's path and its words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct QuotationKey {
    pub(super) document: String,
    pub(super) text: String,
}

impl QuotationKey {
    pub(super) fn of(quotation: &ObservedQuotation) -> Self {
        Self { document: quotation.document.clone(), text: quotation.text.clone() }
    }
}

/// What a look that could tell said of a quotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sighted {
    pub(super) at: Timestamp,
    /// That of the page's text.
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) quotation: ObservedQuotation,
}

impl Past {
    /// Takes in one more observation, not older than those before, and returns what it changed.
    pub fn see(&mut self, observation: &Observation) -> Vec<Change> {
        let before = self.state;
        let (state, turn) = before.after(observation);
        self.state = state;
        let mut kinds: Vec<ChangeKind> =
            self.stood(before, turn, observation).into_iter().collect();
        kinds.extend(self.moved(before, observation));
        kinds.extend(self.rescued(observation));
        let mut changes: Vec<Change> =
            kinds.into_iter().map(|kind| change(observation, kind)).collect();
        for quotation in observation.quotations.iter().filter(|q| is_sure(q.verdict)) {
            let sighted = Sighted {
                at: observation.at,
                fingerprint: observation.fingerprint,
                quotation: quotation.clone(),
            };
            let earlier = self.quotations.insert(QuotationKey::of(quotation), sighted);
            let drift = earlier.and_then(|earlier| drift(&earlier, observation, quotation));
            changes.extend(drift.map(|drift| Change {
                documents: vec![drift.document.clone()],
                ..change(observation, ChangeKind::Drifted(drift))
            }));
        }
        changes
    }

    /// Says whether the source is there, compared with before.
    fn stood(&self, before: State, turn: Option<Turn>, now: &Observation) -> Option<ChangeKind> {
        let reason = || now.reason.clone();
        match (turn, self.state.standing, before.standing) {
            (Some(Turn::Died), Standing::Dead(streak), _) => Some(ChangeKind::New {
                reason: reason(),
                since: streak.since,
                last_success: self.state.last_success,
            }),
            (Some(Turn::Recovered), _, Standing::Dead(streak)) => {
                Some(ChangeKind::Recovered { since: streak.since })
            }
            (None, Standing::Dead(streak), _) if now.liveness.class() == LivenessClass::Dead => {
                Some(ChangeKind::StillFailing { reason: reason(), since: streak.since })
            }
            (
                None | Some(Turn::Died | Turn::Recovered),
                Standing::Unknown | Standing::Healthy(_) | Standing::Failing(_) | Standing::Dead(_),
                _,
            ) => None,
        }
    }

    /// Says where a page has moved that had not moved there before.
    ///
    /// What follows a question mark does not count: it often differs from one answer to the next.
    fn moved(&mut self, before: State, now: &Observation) -> Option<ChangeKind> {
        if now.liveness != Liveness::Live {
            return None;
        }
        let to = now.moved.clone();
        let earlier = std::mem::replace(&mut self.moved, to.clone());
        let to = to?;
        let is_known = earlier.is_some_and(|earlier| place(&earlier) == place(&to));
        // At the first look there is nothing that it moved from.
        (before.last_success.is_some() && !is_known).then_some(ChangeKind::Moved { to })
    }

    fn rescued(&mut self, now: &Observation) -> Option<ChangeKind> {
        let Standing::Dead(_) = self.state.standing else {
            self.rescued = None;
            return None;
        };
        let copy = now.archived_copy.clone()?;
        let is_known = self.rescued.is_some();
        self.rescued = Some(copy.url.to_string());
        (!is_known).then_some(ChangeKind::Rescued { copy })
    }
}

/// What a source lived through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Lived {
    /// How its standing changed, the oldest first; the first entry is its first look.
    pub(super) turns: Vec<(Timestamp, Standing)>,
    /// What each look changed, the oldest first, without what was known.
    pub(super) changes: Vec<Change>,
}

/// Returns what a source lived through, from its observations, the oldest first.
pub(super) fn lived(observations: &[Observation]) -> Lived {
    let mut past = Past::default();
    let mut lived = Lived::default();
    for observation in observations {
        let changes = past.see(observation).into_iter();
        lived.changes.extend(changes.filter(|change| change.kind.weight() > Weight::Known));
        let standing = past.state.standing;
        if lived.turns.last().is_none_or(|(_, last)| last.name() != standing.name()) {
            lived.turns.push((observation.at, standing));
        }
    }
    lived
}

fn change(observation: &Observation, kind: ChangeKind) -> Change {
    Change {
        canonical: observation.canonical.clone(),
        url: observation.url.clone(),
        documents: observation.documents.clone(),
        at: observation.at,
        kind,
    }
}

/// Returns an address without what follows a question mark or a number sign.
fn place(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// Tells whether a verdict says what stands on the page.
pub(super) const fn is_sure(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Verbatim
        | Verdict::Edited
        | Verdict::Altered(_)
        | Verdict::Absent
        | Verdict::Elsewhere
        | Verdict::Translated => true,
        Verdict::Unverifiable | Verdict::Uncited => false,
    }
}

/// What a page says of the words of a quotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// It says them.
    Them,
    /// It says them in other words.
    OtherWords,
    /// It does not say them.
    Nothing,
    /// It is in another language: what it says is not compared word by word.
    Foreign,
}

const fn says(verdict: Verdict) -> Option<Says> {
    match verdict {
        Verdict::Verbatim | Verdict::Edited => Some(Says::Them),
        Verdict::Altered(_) => Some(Says::OtherWords),
        Verdict::Absent | Verdict::Elsewhere => Some(Says::Nothing),
        Verdict::Translated => Some(Says::Foreign),
        Verdict::Unverifiable | Verdict::Uncited => None,
    }
}

/// Says what became of a quotation's words since a look before.
fn drift(earlier: &Sighted, now: &Observation, quotation: &ObservedQuotation) -> Option<Drift> {
    // The same text says the same: if the verdict is another one, the program has learned something.
    if earlier.fingerprint.is_some() && earlier.fingerprint == now.fingerprint {
        return None;
    }
    let then = earlier.quotation.passage.as_deref().unwrap_or(&earlier.quotation.text);
    let gone = || match &quotation.elsewhere {
        Some(url) => DriftKind::Elsewhere { then: then.to_owned(), url: url.clone() },
        None => DriftKind::Gone { then: then.to_owned() },
    };
    let kind = match (says(earlier.quotation.verdict)?, says(quotation.verdict)?) {
        (Says::Them | Says::OtherWords, Says::Nothing) => gone(),
        (Says::Nothing | Says::OtherWords, Says::Them) => DriftKind::Restored {
            now: quotation.passage.clone().unwrap_or_else(|| quotation.text.clone()),
        },
        (Says::Them | Says::OtherWords, Says::OtherWords) => {
            reworded(&earlier.quotation, quotation)?
        }
        (Says::Them, Says::Them)
        | (Says::Nothing, Says::Nothing | Says::OtherWords)
        | (Says::Foreign, _)
        | (_, Says::Foreign) => return None,
    };
    Some(Drift {
        document: quotation.document.clone(),
        quotation: quotation.text.clone(),
        then_at: earlier.at,
        kind,
    })
}

/// Says how the passage of a quotation was changed. Words that the quotation leaves out may change without being told.
fn reworded(then: &ObservedQuotation, now: &ObservedQuotation) -> Option<DriftKind> {
    if then.differences == now.differences {
        return None;
    }
    let (then, now) = (then.passage.as_deref()?, now.passage.as_deref()?);
    words::changed(then, now).map(|words| DriftKind::Reworded { words })
}

/// Returns changes without those that say again what another one says: that words which several sources were cited for
/// are gone is told once.
#[must_use]
pub fn told_once(changes: Vec<Change>) -> Vec<Change> {
    let mut told = std::collections::BTreeSet::new();
    let mut once = changes;
    once.retain(|change| match &change.kind {
        ChangeKind::Drifted(drift) => {
            told.insert((drift.document.clone(), drift.quotation.clone(), drift.kind.name()))
        }
        ChangeKind::New { .. }
        | ChangeKind::StillFailing { .. }
        | ChangeKind::Recovered { .. }
        | ChangeKind::Moved { .. }
        | ChangeKind::Rescued { .. } => true,
    });
    once
}

#[cfg(test)]
mod tests;
