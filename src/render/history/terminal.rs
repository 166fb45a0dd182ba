//! Writes changes and timelines for a person at a terminal. All of it can be understood without colour.

use std::io::{self, Write};

use super::{Round, count, day, minute};
use crate::change::{Change, ChangeKind, Drift, DriftKind, Stretch, Weight};
use crate::observation::Observation;
use crate::render::ink::{Ink, Page};
use crate::render::{TerminalStyle, Verbosity, inert};
use crate::timeline::{SourceTimeline, Standing, Timeline};

/// How many lines a passage takes at most.
const LINES: usize = 6;

/// Writes what a round changed: problems first, then news; what was known only where everything is wanted.
pub(super) fn write_round(
    round: &Round,
    style: TerminalStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(out, style);
    let known = count(round.known, "source");
    page.put(Ink::Strong, &minute(round.at))?;
    page.put(Ink::Plain, &format!("  {} of {known} looked at", round.asked))?;
    let (ink, words) = summary(round);
    page.right(ink, &words)?;
    let least = match style.verbosity {
        Verbosity::Quiet | Verbosity::Normal => Weight::News,
        Verbosity::Verbose => Weight::Known,
    };
    let mut shown: Vec<&Change> =
        round.changes.iter().filter(|change| change.kind.weight() >= least).collect();
    shown.sort_by_key(|change| std::cmp::Reverse(change.kind.weight()));
    for change in shown {
        if style.verbosity != Verbosity::Quiet {
            page.blank()?;
        }
        write_change(change, &mut page)?;
    }
    Ok(())
}

fn summary(round: &Round) -> (Ink, String) {
    let counted = ChangeKind::NAMES.iter().filter_map(|name| {
        let n = round.changes.iter().filter(|change| change.kind.name() == *name).count();
        (n > 0).then(|| format!("{n} {}", name.replace('-', " ")))
    });
    let words: Vec<String> = counted.collect();
    let worst = round.changes.iter().map(|change| change.kind.weight()).max();
    let ink = match worst {
        Some(Weight::Problem) => Ink::Error,
        Some(Weight::News | Weight::Known) => Ink::Look,
        None => return (Ink::Good, "nothing new".to_owned()),
    };
    (ink, words.join(", "))
}

fn write_change(change: &Change, page: &mut Page<'_>) -> io::Result<()> {
    page.put(change_ink(change), change.kind.name())?;
    page.put(Ink::Plain, "  ")?;
    page.line(Ink::Address, &inert::line(&change.url))?;
    if page.style().verbosity == Verbosity::Quiet {
        return Ok(());
    }
    match &change.kind {
        ChangeKind::New { .. }
        | ChangeKind::StillFailing { .. }
        | ChangeKind::Recovered { .. }
        | ChangeKind::Moved { .. }
        | ChangeKind::Rescued { .. } => page.paragraph(Ink::Plain, "", &words(&change.kind))?,
        ChangeKind::Drifted(drift) => write_drift(drift, page)?,
    }
    page.paragraph(Ink::Dim, "cited by ", &change.documents.join(", "))
}

const fn change_ink(change: &Change) -> Ink {
    match change.kind.weight() {
        Weight::Problem => Ink::Error,
        Weight::News => Ink::Good,
        Weight::Known => Ink::Dim,
    }
}

/// Says a change in words, in one line.
fn words(kind: &ChangeKind) -> String {
    match kind {
        ChangeKind::New { reason, since, last_success } => {
            let last = last_success.map_or_else(
                || "it was never seen".to_owned(),
                |at| format!("last there {}", day(at)),
            );
            format!("dead: {reason}; not there since {}; {last}", day(*since))
        }
        ChangeKind::StillFailing { reason, since } => {
            format!("dead still: {reason}; not there since {}", day(*since))
        }
        ChangeKind::Recovered { since } => {
            format!("there again; it was not since {}", day(*since))
        }
        ChangeKind::Moved { to } => format!("redirects for good to {to}"),
        ChangeKind::Drifted(drift) => match &drift.kind {
            DriftKind::Reworded { .. } => "the words that are quoted were changed".to_owned(),
            DriftKind::Gone { .. } => "the words that are quoted are gone".to_owned(),
            DriftKind::Elsewhere { url, .. } => {
                format!("the words that are quoted are now on {url}")
            }
            DriftKind::Restored { .. } => "the page says again what is quoted".to_owned(),
        },
        ChangeKind::Rescued { copy } => {
            format!("an archive has a copy of {}: {}", day(copy.at), copy.url)
        }
    }
}

fn write_drift(drift: &Drift, page: &mut Page<'_>) -> io::Result<()> {
    let kind = ChangeKind::Drifted(drift.clone());
    page.paragraph(Ink::Plain, "", &format!("{} ({})", words(&kind), day(drift.then_at)))?;
    page.excerpt("quoted", &inert::line(&drift.quotation), &[], LINES)?;
    match &drift.kind {
        DriftKind::Reworded { words } => {
            let (then, removed) = marked(words, Side::Then);
            page.excerpt("then", &then, &removed, LINES)?;
            let (now, added) = marked(words, Side::Now);
            page.excerpt("now", &now, &added, LINES)
        }
        DriftKind::Gone { then } | DriftKind::Elsewhere { then, .. } => {
            page.excerpt("then", &inert::line(then), &[], LINES)
        }
        DriftKind::Restored { now } => page.excerpt("now", &inert::line(now), &[], LINES),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Then,
    Now,
}

/// Returns one side of a word diff, and where the other side has other words.
fn marked(words: &[Stretch], side: Side) -> (String, Vec<std::ops::Range<usize>>) {
    let mut text = String::new();
    let mut marks = Vec::new();
    for stretch in words {
        let (words, is_mark) = match (stretch, side) {
            (Stretch::Kept(words), _) => (words, false),
            (Stretch::Removed(words), Side::Then) | (Stretch::Added(words), Side::Now) => {
                (words, true)
            }
            (Stretch::Removed(_), Side::Now) | (Stretch::Added(_), Side::Then) => continue,
        };
        let piece = inert::line(words);
        if !text.is_empty() && !piece.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(&piece);
        if is_mark && !piece.is_empty() {
            marks.push(start..text.len());
        }
    }
    (text, marks)
}

/// Writes a timeline: for each source its standing, and the looks at which something changed.
pub(super) fn write_timeline(
    timeline: &Timeline,
    style: TerminalStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(out, style);
    if let Some(document) = &timeline.document {
        page.put(Ink::Strong, &inert::line(&document.path))?;
        let dead = timeline.sources.iter().filter(|source| source.lost().is_some()).count();
        let sources = count(timeline.sources.len(), "source");
        let (ink, state) = match dead {
            0 => (Ink::Good, "none is dead".to_owned()),
            _ => (Ink::Error, format!("{dead} dead")),
        };
        page.put(Ink::Plain, &format!(" — {sources}"))?;
        page.right(ink, &state)?;
    }
    for source in &timeline.sources {
        page.blank()?;
        write_source(source, &mut page)?;
    }
    Ok(())
}

fn write_source(source: &SourceTimeline, page: &mut Page<'_>) -> io::Result<()> {
    let (ink, state) = (state_ink(source.standing), state_words(source));
    if !source.notes.is_empty() {
        page.put(Ink::Plain, &format!("[{}] ", inert::line(&source.notes.join(", "))))?;
    }
    page.put(Ink::Address, &inert::line(&source.url))?;
    page.right(ink, &state)?;
    for line in lines(source, page.style().verbosity) {
        page.indent()?;
        page.put(Ink::Dim, &line.when)?;
        page.put(Ink::Plain, "  ")?;
        page.hanging(line.ink, &inert::line(&line.what))?;
        page.end()?;
    }
    Ok(())
}

const fn state_ink(standing: Standing) -> Ink {
    match standing {
        Standing::Unknown => Ink::Dim,
        Standing::Healthy(_) => Ink::Good,
        Standing::Failing(_) => Ink::Warning,
        Standing::Dead(_) => Ink::Error,
    }
}

/// Says in words whether a source is there, and since when.
pub(super) fn state_words(source: &SourceTimeline) -> String {
    let flaps = if source.is_flapping { ", comes and goes" } else { "" };
    match source.standing {
        Standing::Unknown => "not yet known".to_owned(),
        Standing::Healthy(streak) => format!("there since {}{flaps}", day(streak.since)),
        Standing::Failing(streak) => {
            let times = count(streak.looks as usize, "time");
            format!("not there {times} since {}{flaps}", day(streak.since))
        }
        Standing::Dead(streak) => format!("lost {}{flaps}", day(streak.since)),
    }
}

/// One line of a source's timeline.
struct Line {
    when: String,
    ink: Ink,
    what: String,
}

/// Returns the looks of a source that differ from the one before, and what was told; with everything, every look.
fn lines(source: &SourceTimeline, verbosity: Verbosity) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut changes = source.changes.iter().peekable();
    let mut before: Option<&Observation> = None;
    let mut alike = 0;
    for observation in &source.observations {
        let same = before.is_some_and(|before| before.reason == observation.reason);
        if same && verbosity != Verbosity::Verbose {
            alike += 1;
        } else {
            push_alike(&mut lines, &mut alike, before);
            lines.push(look(observation));
        }
        while let Some(change) = changes.next_if(|change| change.at <= observation.at) {
            push_alike(&mut lines, &mut alike, Some(observation));
            lines.push(Line {
                when: minute(change.at),
                ink: change_ink(change),
                what: told(change),
            });
        }
        before = Some(observation);
    }
    push_alike(&mut lines, &mut alike, before);
    lines
}

fn push_alike(lines: &mut Vec<Line>, alike: &mut usize, last: Option<&Observation>) {
    if let Some(last) = last
        && *alike > 0
    {
        let what = format!("the same, {} more", count(*alike, "time"));
        lines.push(Line { when: minute(last.at), ink: Ink::Dim, what });
    }
    *alike = 0;
}

fn look(observation: &Observation) -> Line {
    let liveness = observation.liveness.name();
    let what = format!("{liveness}: {}", observation.reason);
    Line { when: minute(observation.at), ink: Ink::Plain, what }
}

/// Says in words what a look changed.
pub(super) fn told(change: &Change) -> String {
    let what = format!("{}: {}", change.kind.name(), words(&change.kind));
    match &change.kind {
        ChangeKind::Drifted(drift) => {
            format!("{what}: “{}”", inert::cut(&drift.quotation, 80))
        }
        ChangeKind::New { .. }
        | ChangeKind::StillFailing { .. }
        | ChangeKind::Recovered { .. }
        | ChangeKind::Moved { .. }
        | ChangeKind::Rescued { .. } => what,
    }
}
