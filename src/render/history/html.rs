//! Writes a timeline as one self-contained page: a chart of link rot, and what became of each source.
//! Nothing is fetched by the page, it has no scripts, and all text from outside is escaped.

use std::io::{self, Write};

use askama::Template;
use jiff::Timestamp;

use super::chart::{Chart, HEIGHT, WIDTH, chart};
use super::{count, day, minute, terminal};
use crate::change::Weight;
use crate::render::{html, inert};
use crate::timeline::{SourceTimeline, Standing, Timeline};

/// How many looks of a source are listed; the first ones are left out, and it is said how many.
const MAX_LOOKS: usize = 100;

#[derive(Template)]
#[template(path = "history.html")]
struct Page {
    policy: String,
    css: &'static str,
    title: String,
    state: &'static str,
    headline: String,
    last_look: Option<String>,
    chart: Option<Chart>,
    width: i64,
    height: i64,
    sources: Vec<SourceView>,
    version: &'static str,
}

struct SourceView {
    notes: String,
    url: String,
    class: &'static str,
    state: String,
    looks: usize,
    left_out: usize,
    events: Vec<EventView>,
}

struct EventView {
    when: String,
    class: &'static str,
    what: String,
}

/// Writes a timeline.
pub(super) fn write(timeline: &Timeline, at: Timestamp, mut out: &mut dyn Write) -> io::Result<()> {
    let lost = timeline.sources.iter().filter(|source| source.lost().is_some()).count();
    let title = match (&timeline.document, timeline.sources.first()) {
        (Some(document), _) => inert::line(document.title.as_deref().unwrap_or(&document.path)),
        (None, Some(source)) => inert::line(&source.url),
        (None, None) => "no sources".to_owned(),
    };
    let looks = timeline.sources.iter().filter_map(|source| source.observations.last());
    let last_look = looks.map(|look| look.at.min(at)).max();
    let page = Page {
        policy: html::policy_of_style(CSS),
        css: CSS,
        title,
        state: if lost == 0 { "is-good" } else { "is-error" },
        headline: format!("{} lost of {}", lost, count(timeline.sources.len(), "source")),
        last_look: last_look.map(day),
        // What nobody has looked at since is not drawn as if somebody had.
        chart: chart(&timeline.sources, last_look.unwrap_or(at)),
        width: WIDTH,
        height: HEIGHT,
        sources: timeline.sources.iter().map(source_view).collect(),
        version: env!("CARGO_PKG_VERSION"),
    };
    page.write_into(&mut out)
}

const CSS: &str = include_str!("../../../templates/history.css");

fn source_view(source: &SourceTimeline) -> SourceView {
    let class = match source.standing {
        Standing::Unknown => "none",
        Standing::Healthy(_) => "good",
        Standing::Failing(_) => "warn",
        Standing::Dead(_) => "bad",
    };
    let left_out = source.observations.len().saturating_sub(MAX_LOOKS);
    let looks = source.observations[left_out..].iter().map(|look| EventView {
        when: minute(look.at),
        class: "",
        what: inert::line(&format!("{}: {}", look.liveness.name(), look.reason)),
    });
    let told = source.changes.iter().map(|change| EventView {
        when: minute(change.at),
        class: match change.kind.weight() {
            Weight::Problem => "bad",
            Weight::News => "good",
            Weight::Known => "none",
        },
        what: inert::line(&terminal::told(change)),
    });
    let mut events: Vec<EventView> = looks.chain(told).collect();
    events.sort_by(|a, b| b.when.cmp(&a.when));
    SourceView {
        notes: inert::line(&source.notes.join(", ")),
        url: inert::line(&source.url),
        class,
        state: terminal::state_words(source),
        looks: source.observations.len(),
        left_out,
        events,
    }
}
