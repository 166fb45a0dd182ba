//! What changed about a source, or about what it says, since it was looked at before: what people are told.
//! Decides nothing: `history` finds changes.

use jiff::Timestamp;

use crate::source::ArchivedCopy;

/// One thing that a look at a source changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The form of the source's address that is compared.
    pub canonical: String,
    /// Its address as cited.
    pub url: String,
    /// The documents that cite it, by path, each once; of a drift, the one whose quotation it is about.
    pub documents: Vec<String>,
    /// When the look was that showed it.
    pub at: Timestamp,
    /// What changed.
    pub kind: ChangeKind,
}

/// What changed. Closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeKind {
    /// A new failure: the source is dead, and was not called so before.
    New {
        /// What the look found, in words: "status 404".
        reason: String,
        /// The first of the looks in a row that did not find it.
        since: Timestamp,
        /// When it was last there; `None` if never.
        last_success: Option<Timestamp>,
    },
    /// It was called dead before, and is dead still.
    StillFailing {
        /// What the look found, in words: "status 404".
        reason: String,
        /// The first of the looks in a row that did not find it.
        since: Timestamp,
    },
    /// It was called dead before, and is there again.
    Recovered {
        /// The first of the looks in a row that did not find it.
        since: Timestamp,
    },
    /// Its address redirects for good to where it did not before.
    Moved {
        /// The new address.
        to: String,
    },
    /// It no longer says of a quotation what it said before.
    Drifted(Drift),
    /// It is dead, and an archive has a copy that was not known before.
    Rescued {
        /// The copy.
        copy: ArchivedCopy,
    },
}

/// What became of the words that a quotation was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The path of the document that quotes them.
    pub document: String,
    /// The quotation as the document has it.
    pub quotation: String,
    /// When the source was last seen to say what it said before.
    pub then_at: Timestamp,
    /// What became of them.
    pub kind: DriftKind,
}

/// What became of the words that a quotation was taken from. Closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DriftKind {
    /// They were changed.
    Reworded {
        /// The passage then and now, word by word.
        words: Vec<Stretch>,
    },
    /// They are gone from a page that was read whole.
    Gone {
        /// The passage then.
        then: String,
    },
    /// They are gone from the page, and stand on another one that the document cites.
    Elsewhere {
        /// The passage then.
        then: String,
        /// The address of the other page, as cited.
        url: String,
    },
    /// The page says what the quotation quotes, and did not before.
    Restored {
        /// The passage now.
        now: String,
    },
}

/// A stretch of a passage that was compared with what it was: whole words, with the spaces behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    /// Words that stand in both.
    Kept(String),
    /// Words that stood there then.
    Removed(String),
    /// Words that stand there now.
    Added(String),
}

/// Whether a change asks somebody to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing that was not known: tells no one anything new.
    Known,
    /// Worth knowing.
    News,
    /// A new problem: somebody must act, and a run that finds it fails.
    Problem,
}

impl ChangeKind {
    /// The names of all kinds, as used in JSON and messages.
    pub const NAMES: [&str; 6] =
        ["new", "still-failing", "recovered", "moved", "drifted", "rescued"];

    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        let [new, still_failing, recovered, moved, drifted, rescued] = Self::NAMES;
        match self {
            Self::New { .. } => new,
            Self::StillFailing { .. } => still_failing,
            Self::Recovered { .. } => recovered,
            Self::Moved { .. } => moved,
            Self::Drifted(_) => drifted,
            Self::Rescued { .. } => rescued,
        }
    }

    /// Tells whether the change asks somebody to act. A message is worth sending from [`Weight::News`] on.
    #[must_use]
    pub const fn weight(&self) -> Weight {
        match self {
            Self::StillFailing { .. } => Weight::Known,
            Self::Recovered { .. } | Self::Moved { .. } | Self::Rescued { .. } => Weight::News,
            Self::New { .. } => Weight::Problem,
            Self::Drifted(drift) => drift.kind.weight(),
        }
    }
}

impl DriftKind {
    /// The names of all kinds, as used in JSON and messages.
    pub const NAMES: [&str; 4] = ["reworded", "gone", "elsewhere", "restored"];

    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        let [reworded, gone, elsewhere, restored] = Self::NAMES;
        match self {
            Self::Reworded { .. } => reworded,
            Self::Gone { .. } => gone,
            Self::Elsewhere { .. } => elsewhere,
            Self::Restored { .. } => restored,
        }
    }

    const fn weight(&self) -> Weight {
        match self {
            Self::Restored { .. } => Weight::News,
            Self::Reworded { .. } | Self::Gone { .. } | Self::Elsewhere { .. } => Weight::Problem,
        }
    }
}

impl Stretch {
    /// Returns the passage as it was.
    #[must_use]
    pub fn then(stretches: &[Self]) -> String {
        let of_then = stretches.iter().filter_map(|stretch| match stretch {
            Self::Kept(words) | Self::Removed(words) => Some(words.as_str()),
            Self::Added(_) => None,
        });
        of_then.collect()
    }

    /// Returns the passage as it is.
    #[must_use]
    pub fn now(stretches: &[Self]) -> String {
        let of_now = stretches.iter().filter_map(|stretch| match stretch {
            Self::Kept(words) | Self::Added(words) => Some(words.as_str()),
            Self::Removed(_) => None,
        });
        of_now.collect()
    }
}
