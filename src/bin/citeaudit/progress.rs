//! Shows on standard error how far a check has come: a bar on a terminal, a line now and then in CI, else nothing.

use std::io::{self, IsTerminal};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use citeaudit::pipeline::Event;
use citeaudit::source::LivenessClass;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::trouble::remark;

/// How long nothing is said between two lines in CI.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Whether progress is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// What has been seen of a run.
pub(crate) struct Progress {
    bar: ProgressBar,
    lines: Option<Mutex<Lines>>,
}

struct Lines {
    last: Instant,
    done: usize,
    pages: usize,
}

impl Progress {
    /// Starts to show progress, where there is somebody to see it.
    pub(crate) fn new(wanted: Wanted) -> Self {
        let terminal = io::stderr().is_terminal();
        let bar = match wanted {
            Wanted::Yes if terminal => {
                ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
            }
            Wanted::Yes | Wanted::No => ProgressBar::hidden(),
        };
        let style = "{bar:24} {pos}/{len} pages  {per_sec}  {eta} left  {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty());
        let lines = (wanted == Wanted::Yes && !terminal && ci)
            .then(|| Mutex::new(Lines { last: Instant::now(), done: 0, pages: 0 }));
        Self { bar, lines }
    }

    /// Shows what happened.
    pub(crate) fn see(&self, event: &Event) {
        match event {
            Event::Started { pages } => self.bar.set_length(*pages as u64),
            Event::Checked { url, liveness } => {
                let class = match liveness.class() {
                    LivenessClass::Live => "live",
                    LivenessClass::Dead => "dead",
                    LivenessClass::Unchecked => "not checked",
                };
                self.bar.set_message(format!("{class} {}", shown(url)));
                self.bar.inc(1);
            }
            Event::LookingAgain { addresses } => {
                self.bar.set_message(format!("looking again, {addresses} addresses"));
            }
            Event::AskingArchives { pages } => {
                self.bar.set_message(format!("asking archives for {pages} pages"));
            }
            Event::ServiceTrouble { service, trouble } => self.bar.suspend(|| {
                remark(&format!(
                    "warning: {} did not answer and was asked no more: {trouble}",
                    shown(service)
                ));
            }),
        }
        if let Some(lines) = &self.lines {
            lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner).see(event);
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Lines {
    fn see(&mut self, event: &Event) {
        match event {
            Event::Started { pages } => self.pages = *pages,
            Event::Checked { .. } => self.done += 1,
            Event::LookingAgain { .. }
            | Event::AskingArchives { .. }
            | Event::ServiceTrouble { .. } => {}
        }
        if self.last.elapsed() >= BETWEEN_LINES {
            self.last = Instant::now();
            remark(&format!("{} of {} pages", self.done, self.pages));
        }
    }
}

/// Addresses are ASCII but may be long.
fn shown(url: &str) -> String {
    url.chars().filter(|c| !c.is_control()).take(80).collect()
}
