//! Shows on standard error how far a check has come: a bar on a terminal, a line now and then in CI, else nothing.

use std::fmt;
use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use citeaudit::pipeline::Event;
use citeaudit::source::LivenessClass;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

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
    started: Instant,
    done: usize,
    pages: usize,
    waiting_hosts: usize,
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
        let style = "{bar:24} {pos}/{len} pages  {rate}  {eta} left  {prefix}{wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style.with_key(
                "rate",
                |state: &ProgressState, out: &mut dyn fmt::Write| {
                    // A line that cannot be shown is no trouble of the run.
                    let _ = write!(out, "{:.0}/s", state.per_sec());
                },
            ));
        }
        let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty());
        let lines = (wanted == Wanted::Yes && !terminal && ci)
            .then(|| Mutex::new(Lines::new(Instant::now())));
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
            Event::Waiting { hosts: 0 } => self.bar.set_prefix(""),
            Event::Waiting { hosts } => self.bar.set_prefix(format!("{}  ", wait(*hosts))),
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
            let mut lines = lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(line) = lines.see(event, Instant::now()) {
                remark(&line);
            }
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Lines {
    const fn new(now: Instant) -> Self {
        Self { last: now, started: now, done: 0, pages: 0, waiting_hosts: 0 }
    }

    /// Notes what happened; returns a line where it is time for one.
    fn see(&mut self, event: &Event, now: Instant) -> Option<String> {
        match event {
            Event::Started { pages } => self.pages = *pages,
            Event::Checked { .. } => self.done += 1,
            Event::Waiting { hosts } => self.waiting_hosts = *hosts,
            Event::LookingAgain { .. }
            | Event::AskingArchives { .. }
            | Event::ServiceTrouble { .. } => {}
        }
        if now.duration_since(self.last) < BETWEEN_LINES {
            return None;
        }
        self.last = now;
        Some(self.line(now))
    }

    fn line(&self, now: Instant) -> String {
        let mut line = format!("{} of {} pages", self.done, self.pages);
        let seconds = now.duration_since(self.started).as_secs();
        let (done, left) = (self.done as u64, self.pages.saturating_sub(self.done) as u64);
        if let Some(seconds_left) = (left * seconds).checked_div(done).filter(|_| left > 0) {
            let _ = write!(line, ", about {seconds_left} s left");
        }
        if self.waiting_hosts > 0 {
            let _ = write!(line, ", {}", wait(self.waiting_hosts));
        }
        line
    }
}

/// Says how many hosts are left alone for a while.
fn wait(hosts: usize) -> String {
    if hosts == 1 { "1 host waits".to_owned() } else { format!("{hosts} hosts wait") }
}

/// Addresses are ASCII but may be long.
fn shown(url: &str) -> String {
    url.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_now_and_then_says_what_is_done_what_is_left_and_who_waits() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut lines = Lines::new(start);
        assert_eq!(lines.see(&Event::Started { pages: 300 }, start), None);
        assert_eq!(lines.see(&Event::Waiting { hosts: 2 }, after(1)), None);
        lines.done = 99;
        let checked = Event::Checked {
            url: "https://example.org/".to_owned(),
            liveness: citeaudit::source::Liveness::Live,
        };
        let line = lines.see(&checked, after(10));
        assert_eq!(line.as_deref(), Some("100 of 300 pages, about 20 s left, 2 hosts wait"));
        assert_eq!(lines.see(&Event::Waiting { hosts: 0 }, after(12)), None);
        lines.done = 300;
        let line = lines.see(&Event::Waiting { hosts: 0 }, after(20));
        assert_eq!(line.as_deref(), Some("300 of 300 pages"));
    }
}
