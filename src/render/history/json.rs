//! Writes changes and timelines for programs: the contracts `citeaudit.changes/1` and `citeaudit.history/1`.
//! A key is added, never renamed or given another meaning; a change of meaning is a new schema name.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::Round;
use crate::change::{Change, ChangeKind, Drift, DriftKind, Stretch};
use crate::observation::{Observation, ObservedQuotation};
use crate::render::json::{ArchivedWire, Tool};
use crate::render::json_writer::{write_line, write_pretty};
use crate::timeline::{SourceTimeline, Timeline};

#[derive(Serialize)]
struct RoundWire<'a> {
    schema: &'static str,
    tool: Tool,
    at: String,
    asked: usize,
    known: usize,
    changes: Vec<ChangeWire<'a>>,
    next: Option<String>,
}

/// One change. `kind` says which of the further keys are there.
#[derive(Serialize)]
struct ChangeWire<'a> {
    kind: &'static str,
    url: &'a str,
    canonical: &'a str,
    documents: &'a [String],
    at: String,
    #[serde(flatten)]
    what: WhatWire<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WhatWire<'a> {
    Lost { reason: &'a str, since: String, last_success: Option<String> },
    StillLost { reason: &'a str, since: String },
    Since { since: String },
    To { to: &'a str },
    Drift(DriftWire<'a>),
    Copy { archived_copy: ArchivedWire<'a> },
}

#[derive(Serialize)]
struct DriftWire<'a> {
    drift: &'static str,
    document: &'a str,
    quotation: &'a str,
    then_at: String,
    then: Option<String>,
    now: Option<String>,
    elsewhere: Option<&'a str>,
    words: Vec<StretchWire<'a>>,
}

/// A stretch of words: `kept`, `removed` or `added`.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum StretchWire<'a> {
    Kept(&'a str),
    Removed(&'a str),
    Added(&'a str),
}

#[derive(Serialize)]
struct TimelineWire<'a> {
    schema: &'static str,
    tool: Tool,
    at: String,
    document: Option<DocumentWire<'a>>,
    sources: Vec<SourceWire<'a>>,
}

#[derive(Serialize)]
struct DocumentWire<'a> {
    path: &'a str,
    title: Option<&'a str>,
    checked_at: Option<String>,
}

#[derive(Serialize)]
struct SourceWire<'a> {
    url: &'a str,
    canonical: &'a str,
    notes: &'a [String],
    standing: &'static str,
    since: Option<String>,
    lost: Option<String>,
    last_success: Option<String>,
    flapping: bool,
    next: Option<String>,
    changes: Vec<ChangeWire<'a>>,
    observations: Vec<ObservationWire<'a>>,
}

#[derive(Serialize)]
struct ObservationWire<'a> {
    at: String,
    liveness: &'static str,
    reason: &'a str,
    status: Option<u16>,
    final_url: Option<&'a str>,
    moved: Option<&'a str>,
    sha256: Option<&'a str>,
    archived_copy: Option<ArchivedWire<'a>>,
    quotations: Vec<QuotationWire<'a>>,
}

#[derive(Serialize)]
struct QuotationWire<'a> {
    document: &'a str,
    text: &'a str,
    verdict: &'static str,
    severity: Option<&'static str>,
    passage: Option<&'a str>,
    text_fragment: Option<&'a str>,
    differences: Vec<DifferenceWire<'a>>,
    elsewhere: Option<&'a str>,
}

#[derive(Serialize)]
struct DifferenceWire<'a> {
    document: &'a str,
    source: &'a str,
}

/// Returns a change as it stands in `citeaudit.changes/1`.
pub(super) fn change(change: &Change) -> serde_json::Value {
    serde_json::to_value(ChangeWire::of(change)).expect("its keys are texts")
}

/// Writes a round as one line.
pub(super) fn write_round(round: &Round, out: &mut dyn Write) -> io::Result<()> {
    let wire = RoundWire {
        schema: "citeaudit.changes/1",
        tool: Tool::THIS,
        at: round.at.to_string(),
        asked: round.asked,
        known: round.known,
        changes: round.changes.iter().map(ChangeWire::of).collect(),
        next: round.next.map(|at| at.to_string()),
    };
    write_line(&wire, out)
}

/// Writes a timeline as one JSON object.
pub(super) fn write_timeline(
    timeline: &Timeline,
    at: Timestamp,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = timeline.document.as_ref().map(|document| DocumentWire {
        path: &document.path,
        title: document.title.as_deref(),
        checked_at: document.at.map(|at| at.to_string()),
    });
    let wire = TimelineWire {
        schema: "citeaudit.history/1",
        tool: Tool::THIS,
        at: at.to_string(),
        document,
        sources: timeline.sources.iter().map(SourceWire::of).collect(),
    };
    write_pretty(&wire, out)
}

impl<'a> ChangeWire<'a> {
    fn of(change: &'a Change) -> Self {
        let what = match &change.kind {
            ChangeKind::New { reason, since, last_success } => WhatWire::Lost {
                reason,
                since: since.to_string(),
                last_success: last_success.map(|at| at.to_string()),
            },
            ChangeKind::StillFailing { reason, since } => {
                WhatWire::StillLost { reason, since: since.to_string() }
            }
            ChangeKind::Recovered { since } => WhatWire::Since { since: since.to_string() },
            ChangeKind::Moved { to } => WhatWire::To { to },
            ChangeKind::Drifted(drift) => WhatWire::Drift(DriftWire::of(drift)),
            ChangeKind::Rescued { copy } => {
                WhatWire::Copy { archived_copy: ArchivedWire::of(copy) }
            }
        };
        Self {
            kind: change.kind.name(),
            url: &change.url,
            canonical: &change.canonical,
            documents: &change.documents,
            at: change.at.to_string(),
            what,
        }
    }
}

impl<'a> DriftWire<'a> {
    fn of(drift: &'a Drift) -> Self {
        let (then, now, elsewhere, words) = match &drift.kind {
            DriftKind::Reworded { words } => {
                (Some(Stretch::then(words)), Some(Stretch::now(words)), None, words.as_slice())
            }
            DriftKind::Gone { then } => (Some(then.clone()), None, None, &[][..]),
            DriftKind::Elsewhere { then, url } => {
                (Some(then.clone()), None, Some(url.as_str()), &[][..])
            }
            DriftKind::Restored { now } => (None, Some(now.clone()), None, &[][..]),
        };
        let words = words.iter().map(|stretch| match stretch {
            Stretch::Kept(words) => StretchWire::Kept(words),
            Stretch::Removed(words) => StretchWire::Removed(words),
            Stretch::Added(words) => StretchWire::Added(words),
        });
        Self {
            drift: drift.kind.name(),
            document: &drift.document,
            quotation: &drift.quotation,
            then_at: drift.then_at.to_string(),
            then,
            now,
            elsewhere,
            words: words.collect(),
        }
    }
}

impl<'a> SourceWire<'a> {
    fn of(source: &'a SourceTimeline) -> Self {
        Self {
            url: &source.url,
            canonical: &source.canonical,
            notes: &source.notes,
            standing: source.standing.name(),
            since: source.standing.streak().map(|streak| streak.since.to_string()),
            lost: source.lost().map(|at| at.to_string()),
            last_success: source.last_success.map(|at| at.to_string()),
            flapping: source.is_flapping,
            next: source.next.map(|at| at.to_string()),
            changes: source.changes.iter().map(ChangeWire::of).collect(),
            observations: source.observations.iter().map(ObservationWire::of).collect(),
        }
    }
}

impl<'a> ObservationWire<'a> {
    fn of(observation: &'a Observation) -> Self {
        Self {
            at: observation.at.to_string(),
            liveness: observation.liveness.name(),
            reason: &observation.reason,
            status: observation.status,
            final_url: observation.final_url.as_deref(),
            moved: observation.moved.as_deref(),
            sha256: observation.sha256.as_deref(),
            archived_copy: observation.archived_copy.as_ref().map(ArchivedWire::of),
            quotations: observation.quotations.iter().map(QuotationWire::of).collect(),
        }
    }
}

impl<'a> QuotationWire<'a> {
    fn of(quotation: &'a ObservedQuotation) -> Self {
        let differences = quotation.differences.iter();
        Self {
            document: &quotation.document,
            text: &quotation.text,
            verdict: quotation.verdict.name(),
            severity: quotation.verdict.severity().map(crate::report::Severity::name),
            passage: quotation.passage.as_deref(),
            text_fragment: quotation.selector.as_deref(),
            differences: differences
                .map(|(document, source)| DifferenceWire { document, source })
                .collect(),
            elsewhere: quotation.elsewhere.as_deref(),
        }
    }
}
