//! Draws how many sources were lost over time, as the parts of an inline SVG.
//! Works with whole numbers of a fixed drawing area; what is drawn is described in words beside it.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::timeline::{SourceTimeline, Standing};

/// The drawing area in units of the SVG: the axes' labels stand outside of it.
pub(super) const WIDTH: i64 = 800;
pub(super) const HEIGHT: i64 = 200;

/// At how many moments the chart is drawn at most: a screen has no more columns.
const MAX_STEPS: usize = 800;

/// A chart, ready to be put in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chart {
    /// The outline of the sources that are dead, from below.
    pub(super) dead: String,
    /// The outline of those that are dead or were not there at the last look.
    pub(super) failing: String,
    /// One mark for each source that is lost.
    pub(super) losses: Vec<Loss>,
    /// Labels below the horizontal axis: where, and what.
    pub(super) days: Vec<(i64, String)>,
    /// How many sources the full height stands for.
    pub(super) sources: usize,
}

/// The mark of a source that is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loss {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) url: String,
    pub(super) day: String,
}

/// How many sources are in trouble from a moment on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    dead: i64,
    failing: i64,
}

/// Draws the sources from the first look to `at`; `None` where nothing was ever looked at.
pub(super) fn chart(sources: &[SourceTimeline], at: Timestamp) -> Option<Chart> {
    let first =
        sources.iter().filter_map(|source| source.turns.first()).map(|turn| turn.0).min()?;
    let span = Span::new(first, at);
    let steps = steps(sources, span);
    let total = i64::try_from(sources.len()).unwrap_or(i64::MAX);
    let height = |n: i64| HEIGHT - n * HEIGHT / total.max(1);
    let dead = outline(&steps, |counts| height(counts.dead));
    let failing = outline(&steps, |counts| height(counts.dead + counts.failing));
    let losses = sources.iter().filter_map(|source| {
        let lost = source.lost()?;
        let x = span.x(lost);
        let told = steps.iter().rev().find(|step| step.0 <= x).map_or(0, |step| step.1.dead);
        let (url, day) = (source.url.clone(), super::day(lost));
        Some(Loss { x, y: height(told), url, day })
    });
    Some(Chart {
        dead,
        failing,
        losses: losses.collect(),
        days: span.days(),
        sources: sources.len(),
    })
}

/// The time that a chart shows.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: i64,
    seconds: i64,
}

impl Span {
    fn new(from: Timestamp, to: Timestamp) -> Self {
        let from = from.as_second();
        // A first look and nothing else still has a width.
        Self { from, seconds: to.as_second().saturating_sub(from).max(3600) }
    }

    fn x(self, at: Timestamp) -> i64 {
        let within = at.as_second().saturating_sub(self.from).clamp(0, self.seconds);
        // Seconds of all of time, times the width, fit with room to spare.
        within * WIDTH / self.seconds
    }

    /// Returns five days from the first to the last, or fewer where they would repeat.
    fn days(self) -> Vec<(i64, String)> {
        let mut days: Vec<(i64, String)> = Vec::new();
        for part in 0..=4 {
            let at = self.from + self.seconds / 4 * part;
            let Ok(at) = Timestamp::from_second(at) else { continue };
            let day = super::day(at);
            if days.last().is_none_or(|(_, last)| *last != day) {
                days.push((WIDTH / 4 * part, day));
            }
        }
        days
    }
}

/// Returns where the counts change, from left to right, and what they are from there on.
fn steps(sources: &[SourceTimeline], span: Span) -> Vec<(i64, Counts)> {
    let mut deltas: Vec<(i64, Counts)> = Vec::new();
    for source in sources {
        let mut before = Counts::default();
        for (at, standing) in &source.turns {
            let now = counts(*standing);
            let delta =
                Counts { dead: now.dead - before.dead, failing: now.failing - before.failing };
            if delta != Counts::default() {
                deltas.push((span.x(*at), delta));
            }
            before = now;
        }
    }
    deltas.sort_by_key(|(x, _)| *x);
    let mut steps = vec![(0, Counts::default())];
    let mut now = Counts::default();
    for (x, delta) in deltas {
        now = Counts { dead: now.dead + delta.dead, failing: now.failing + delta.failing };
        match steps.last_mut() {
            Some(last) if last.0 == x => last.1 = now,
            Some(_) | None => steps.push((x, now)),
        }
    }
    debug_assert!(steps.len() <= MAX_STEPS + 1, "a step for each unit of the width at most");
    steps
}

const fn counts(standing: Standing) -> Counts {
    match standing {
        Standing::Dead(_) => Counts { dead: 1, failing: 0 },
        Standing::Failing(_) => Counts { dead: 0, failing: 1 },
        Standing::Unknown | Standing::Healthy(_) => Counts { dead: 0, failing: 0 },
    }
}

/// Returns the path of an area that is bounded by steps above.
fn outline(steps: &[(i64, Counts)], height: impl Fn(Counts) -> i64) -> String {
    let mut path = format!("M0 {HEIGHT}");
    for (x, counts) in steps {
        let _ = write!(path, "H{x}V{}", height(*counts));
    }
    let _ = write!(path, "H{WIDTH}V{HEIGHT}Z");
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Streak;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 24 * 3600).unwrap()
    }

    type Turn = (i64, fn(Streak) -> Standing);

    fn source(turns: &[Turn]) -> SourceTimeline {
        let turns: Vec<_> = turns
            .iter()
            .map(|(day, standing)| (at(*day), standing(Streak::new(at(*day)))))
            .collect();
        SourceTimeline {
            canonical: "a".into(),
            url: "https://a.example/".into(),
            notes: Vec::new(),
            standing: turns.last().unwrap().1,
            last_success: None,
            is_flapping: false,
            next: None,
            observations: Vec::new(),
            turns,
            changes: Vec::new(),
        }
    }

    #[test]
    fn areas_step_up_where_sources_are_lost_and_down_where_they_come_back() {
        let sources = [
            source(&[(0, Standing::Healthy), (25, Standing::Failing), (50, Standing::Dead)]),
            source(&[(0, Standing::Healthy), (50, Standing::Dead), (75, Standing::Healthy)]),
        ];
        let chart = chart(&sources, at(100)).unwrap();
        assert_eq!(chart.dead, "M0 200H0V200H200V200H400V0H600V100H800V200Z");
        assert_eq!(chart.failing, "M0 200H0V200H200V100H400V0H600V100H800V200Z");
        assert_eq!(chart.losses.len(), 1);
        assert_eq!((chart.losses[0].x, chart.losses[0].day.as_str()), (400, "1970-02-20"));
        assert_eq!(chart.days.len(), 5);
    }

    #[test]
    fn a_first_look_is_drawn_and_nothing_is_not() {
        assert_eq!(chart(&[], at(0)), None);
        assert_eq!(chart(&[source(&[(5, Standing::Dead)])], at(5)).unwrap().losses[0].x, 0);
        // A clock that was wrong moves nothing out of the picture.
        assert_eq!(chart(&[source(&[(5, Standing::Dead)])], at(1)).unwrap().losses[0].x, 0);
    }
}
