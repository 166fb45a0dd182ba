//! What became of sources over time: of one, or of all that a document cites.
//! Holds what was observed and what follows from it; judges nothing.

use jiff::{SignedDuration, Timestamp};

use crate::change::Change;
use crate::observation::Observation;

/// What became of the sources that somebody asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The document that cites them, by path; `None` where one source was asked about.
    pub document: Option<TimelineDocument>,
    /// The sources, in the order in which the document first cites them.
    pub sources: Vec<SourceTimeline>,
}

/// The document whose sources a timeline shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineDocument {
    /// Its path.
    pub path: String,
    /// Its title.
    pub title: Option<String>,
    /// When it was last checked whole; `None` if no check of it came to its end.
    pub at: Option<Timestamp>,
}

/// What became of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTimeline {
    /// The form of its address that is compared.
    pub canonical: String,
    /// Its address as cited.
    pub url: String,
    /// The labels of the document's notes that cite it, in order, each once.
    pub notes: Vec<String>,
    /// Whether it is there, judged over time.
    pub standing: Standing,
    /// When it was last there; `None` if never.
    pub last_success: Option<Timestamp>,
    /// Whether it comes and goes.
    pub is_flapping: bool,
    /// When it is to be looked at next; `None` if it never was, and so at once.
    pub next: Option<Timestamp>,
    /// What was observed, the oldest first.
    pub observations: Vec<Observation>,
    /// How its standing changed, the oldest first; the first entry is its first look.
    pub turns: Vec<(Timestamp, Standing)>,
    /// What each look changed, the oldest first, without what was known.
    pub changes: Vec<Change>,
}

impl SourceTimeline {
    /// Returns the day on which the source was lost: the first look in a row that did not find it, if it is dead.
    #[must_use]
    pub const fn lost(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Dead(streak) => Some(streak.since),
            Standing::Unknown | Standing::Healthy(_) | Standing::Failing(_) => None,
        }
    }
}

/// Whether a source is there, judged over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// No look could tell yet.
    #[default]
    Unknown,
    /// It was there when a look last told.
    Healthy(Streak),
    /// It was not there, not yet often or long enough to call it dead.
    Failing(Streak),
    /// It is dead.
    Dead(Streak),
}

impl Standing {
    /// The names of all standings, as used in JSON and messages.
    pub const NAMES: [&str; 4] = ["unknown", "healthy", "failing", "dead"];

    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        let [unknown, healthy, failing, dead] = Self::NAMES;
        match self {
            Self::Unknown => unknown,
            Self::Healthy(_) => healthy,
            Self::Failing(_) => failing,
            Self::Dead(_) => dead,
        }
    }

    /// Returns the looks on which the standing rests.
    #[must_use]
    pub const fn streak(self) -> Option<Streak> {
        match self {
            Self::Unknown => None,
            Self::Healthy(streak) | Self::Failing(streak) | Self::Dead(streak) => Some(streak),
        }
    }
}

/// Looks with the same outcome, with none of the opposite outcome between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streak {
    /// The first of them.
    pub since: Timestamp,
    /// The latest of them.
    pub until: Timestamp,
    /// How many they are; 1 or more.
    pub looks: u32,
}

impl Streak {
    /// Returns a streak of one look.
    #[must_use]
    pub const fn new(at: Timestamp) -> Self {
        Self { since: at, until: at, looks: 1 }
    }

    /// Returns the streak with one more look, later than those before.
    #[must_use]
    pub const fn with(self, at: Timestamp) -> Self {
        Self { since: self.since, until: at, looks: self.looks.saturating_add(1) }
    }

    /// Returns how long it is from the first look to the latest.
    #[must_use]
    pub fn span(&self) -> SignedDuration {
        self.until.duration_since(self.since)
    }
}
