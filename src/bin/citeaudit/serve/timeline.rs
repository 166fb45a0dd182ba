//! What the store knows of each source of a document over time, as the document's page shows it.

use std::path::Path;

use citeaudit::observation::Observation;
use citeaudit::render::{TimelineFormat, Verbosity, render_timeline};
use citeaudit::source::LivenessClass;
use citeaudit::timeline::Standing;
use jiff::Timestamp;

use crate::{output, store};

/// How many looks at a source are shown, the latest ones.
const LOOKS: usize = 60;

/// A source with its looks.
pub(super) struct SourceLine {
    pub(super) url: String,
    /// Whether it can be a link.
    pub(super) linkable: bool,
    /// What is said of it, judged over time.
    pub(super) standing: &'static str,
    /// Its class in the style: `good`, `warn`, `bad` or `none`.
    pub(super) class: &'static str,
    /// Since when, and which notes cite it.
    pub(super) about: String,
    /// The oldest first.
    pub(super) looks: Vec<LookMark>,
    /// How many older ones are not shown.
    pub(super) older: usize,
}

/// One look.
pub(super) struct LookMark {
    pub(super) day: String,
    pub(super) class: &'static str,
    /// What was found, in words.
    pub(super) found: String,
}

/// Returns the sources of a document in order of first citation; none if nothing was remembered yet.
pub(super) fn of(path: &Path, document: &str) -> anyhow::Result<Vec<SourceLine>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let store = store::open(path)?;
    let mut lines = Vec::new();
    for source in store.sources(document)? {
        let observed = store.timeline(&source.canonical)?;
        let (standing, class, since) = told(source.state.standing);
        let flaps = source.state.is_flapping();
        let older = observed.len().saturating_sub(LOOKS);
        lines.push(SourceLine {
            linkable: source.url.starts_with("http://") || source.url.starts_with("https://"),
            url: source.url,
            standing: if flaps { "comes and goes" } else { standing },
            class: if flaps { "warn" } else { class },
            about: about(since, &source.notes),
            looks: observed.iter().skip(older).map(mark).collect(),
            older,
        });
    }
    Ok(lines)
}

/// Returns the page of a document's sources over time; `None` if nothing was remembered yet.
pub(super) fn page(path: &Path, document: &str) -> anyhow::Result<Option<Vec<u8>>> {
    if !path.exists() {
        return Ok(None);
    }
    let Some(timeline) = store::open(path)?.document_timeline(document)? else { return Ok(None) };
    let mut page = Vec::new();
    let style = output::plain(Verbosity::Normal);
    render_timeline(&timeline, Timestamp::now(), TimelineFormat::Html, style, &mut page)?;
    Ok(Some(page))
}

/// Returns what is said of a source, its class in the style, and since when.
const fn told(standing: Standing) -> (&'static str, &'static str, Option<Timestamp>) {
    match standing {
        Standing::Unknown => ("not checked", "none", None),
        Standing::Healthy(streak) => ("there", "good", Some(streak.since)),
        Standing::Failing(streak) => ("not found", "warn", Some(streak.since)),
        Standing::Dead(streak) => ("lost", "bad", Some(streak.since)),
    }
}

fn about(since: Option<Timestamp>, notes: &[String]) -> String {
    let since = since.map(|at| format!("since {}", day(at)));
    let notes = match notes {
        [] => None,
        [note] => Some(format!("note {note}")),
        many => Some(format!("notes {}", many.join(", "))),
    };
    since.into_iter().chain(notes).collect::<Vec<_>>().join(" · ")
}

fn mark(observation: &Observation) -> LookMark {
    let class = match observation.liveness.class() {
        LivenessClass::Live => "good",
        LivenessClass::Dead => "bad",
        LivenessClass::Unchecked => "none",
    };
    let (name, reason) = (observation.liveness.name(), &observation.reason);
    let found = if reason.is_empty() { name.to_owned() } else { format!("{name}: {reason}") };
    LookMark { day: day(observation.at), class, found }
}

/// Days are those of UTC, as in the reports.
pub(super) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
