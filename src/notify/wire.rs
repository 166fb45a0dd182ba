//! Changes as programs and templates see them: the contract `citeaudit.changes/1`. Fields may be added to it; none is
//! renamed or taken away without a new version.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::change::{self, ChangeKind, DriftKind, Stretch, Weight};

/// All changes of a run.
#[derive(Debug, Serialize)]
pub(super) struct Body {
    schema: &'static str,
    id: String,
    at: Timestamp,
    /// How many changes there are of each kind.
    counts: BTreeMap<&'static str, usize>,
    /// How many of the changes ask somebody to act.
    problems: usize,
    changes: Vec<Change>,
}

/// One change. Which of the optional fields are there depends on `kind`.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    kind: &'static str,
    /// Whether it asks somebody to act.
    problem: bool,
    url: String,
    documents: Vec<String>,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_success: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archived_copy: Option<ArchivedCopy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<Drift>,
}

#[derive(Debug, Serialize)]
struct ArchivedCopy {
    url: String,
    at: Timestamp,
}

#[derive(Debug, Serialize)]
struct Drift {
    kind: &'static str,
    document: String,
    quotation: String,
    then_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    then: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<String>,
    /// The other page that says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The passage then and now: objects with one of `kept`, `removed` and `added`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<Words>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Words {
    Kept(String),
    Removed(String),
    Added(String),
}

impl Body {
    pub(super) fn new(id: String, at: Timestamp, changes: Vec<Change>) -> Self {
        let mut counts: BTreeMap<_, _> = ChangeKind::NAMES.map(|name| (name, 0)).into();
        for change in &changes {
            *counts.entry(change.kind).or_default() += 1;
        }
        let problems = changes.iter().filter(|change| change.problem).count();
        Self { schema: "citeaudit.changes/1", id, at, counts, problems, changes }
    }
}

impl From<&change::Change> for Change {
    fn from(change: &change::Change) -> Self {
        let mut wire = Self {
            kind: change.kind.name(),
            problem: change.kind.weight() == Weight::Problem,
            url: inert(&change.url),
            documents: change.documents.iter().map(|path| inert(path)).collect(),
            at: change.at,
            reason: None,
            since: None,
            last_success: None,
            to: None,
            archived_copy: None,
            drift: None,
        };
        match &change.kind {
            ChangeKind::New { reason, since, last_success } => {
                wire.reason = Some(inert(reason));
                wire.since = Some(*since);
                wire.last_success = *last_success;
            }
            ChangeKind::StillFailing { reason, since } => {
                wire.reason = Some(inert(reason));
                wire.since = Some(*since);
            }
            ChangeKind::Recovered { since } => wire.since = Some(*since),
            ChangeKind::Moved { to } => wire.to = Some(inert(to)),
            ChangeKind::Drifted(drift) => wire.drift = Some(drift.into()),
            ChangeKind::Rescued { copy } => {
                wire.archived_copy =
                    Some(ArchivedCopy { url: inert(copy.url.as_str()), at: copy.at });
            }
        }
        wire
    }
}

impl From<&change::Drift> for Drift {
    fn from(drift: &change::Drift) -> Self {
        let mut wire = Self {
            kind: drift.kind.name(),
            document: inert(&drift.document),
            quotation: inert(&drift.quotation),
            then_at: drift.then_at,
            then: None,
            now: None,
            url: None,
            words: Vec::new(),
        };
        match &drift.kind {
            DriftKind::Reworded { words } => wire.words = words.iter().map(Words::from).collect(),
            DriftKind::Gone { then } => wire.then = Some(inert(then)),
            DriftKind::Elsewhere { then, url } => {
                wire.then = Some(inert(then));
                wire.url = Some(inert(url));
            }
            DriftKind::Restored { now } => wire.now = Some(inert(now)),
        }
        wire
    }
}

impl From<&Stretch> for Words {
    fn from(stretch: &Stretch) -> Self {
        match stretch {
            Stretch::Kept(text) => Self::Kept(inert(text)),
            Stretch::Removed(text) => Self::Removed(inert(text)),
            Stretch::Added(text) => Self::Added(inert(text)),
        }
    }
}

/// Leaves out what could act on a terminal, add a line to a subject or turn the direction of what follows.
fn inert(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|&c| !c.is_control() && !turns(c)).collect()
}
