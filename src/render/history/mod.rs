//! Writes what sources looked like over time: what a run changed, and timelines.
//! Prints what it is given, as every renderer does.

mod chart;
mod html;
mod json;
mod terminal;

use std::io::{self, Write};

use jiff::Timestamp;

use super::TerminalStyle;
use crate::change::Change;
use crate::timeline::Timeline;

/// What a run that looked again at sources came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// When it began.
    pub at: Timestamp,
    /// How many sources it asked.
    pub asked: usize,
    /// How many sources are known in all.
    pub known: usize,
    /// What it changed.
    pub changes: Vec<Change>,
    /// When the next source is to be looked at; `None` if none is known.
    pub next: Option<Timestamp>,
}

/// The formats of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundFormat {
    /// For a person at a terminal.
    Terminal,
    /// For programs: `citeaudit.changes/1`, one line a round.
    Json,
}

/// The formats of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineFormat {
    /// For a person at a terminal.
    Terminal,
    /// For programs: `citeaudit.history/1`.
    Json,
    /// For a browser: one self-contained page.
    Html,
}

/// Writes what a round changed. `style` matters to the terminal only.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render_round(
    round: &Round,
    format: RoundFormat,
    style: TerminalStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        RoundFormat::Terminal => terminal::write_round(round, style, out),
        RoundFormat::Json => json::write_round(round, out),
    }
}

/// Returns a change as programs see it: an object as in `citeaudit.changes/1`.
#[must_use]
pub fn change_json(change: &Change) -> serde_json::Value {
    json::change(change)
}

/// Writes a timeline; `at` is the time up to which it runs. `style` matters to the terminal only.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn render_timeline(
    timeline: &Timeline,
    at: Timestamp,
    format: TimelineFormat,
    style: TerminalStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        TimelineFormat::Terminal => terminal::write_timeline(timeline, style, out),
        TimelineFormat::Json => json::write_timeline(timeline, at, out),
        TimelineFormat::Html => html::write(timeline, at, out),
    }
}

/// Returns the day of a moment, in UTC.
fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// Returns the minute of a moment, in UTC.
fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Returns a number with its noun.
fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
