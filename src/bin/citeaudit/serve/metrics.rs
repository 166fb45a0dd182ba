//! Numbers for Prometheus, in its text format
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>).

use std::fmt::Write as _;
use std::io;

use super::Server;
use super::library::Checked;

/// Returns the numbers of this moment.
pub(super) fn text(server: &Server) -> io::Result<String> {
    let cards = server.library.list()?;
    let checked: Vec<&Checked> =
        cards.iter().filter_map(|(_, card)| card.checked.as_ref()).collect();
    let sum = |of: fn(&Checked) -> usize| checked.iter().copied().map(of).sum::<usize>() as u64;
    let counts = server.jobs.counts();
    let latest = checked.iter().map(|checked| checked.at.as_second()).max().unwrap_or(0);
    let mut out = String::new();
    let mut put = |name: &str, kind: &str, help: &str, values: &[(&str, u64)]| {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(out, "{name}{labels} {value}");
        }
    };
    put(
        "citeaudit_documents",
        "gauge",
        "Documents that were uploaded.",
        &[("", cards.len() as u64)],
    );
    put(
        "citeaudit_sources",
        "gauge",
        "Sources of the last check of each document.",
        &[
            ("{state=\"live\"}", sum(|checked| checked.live)),
            ("{state=\"dead\"}", sum(|checked| checked.dead)),
            ("{state=\"unchecked\"}", sum(|checked| checked.unchecked)),
        ],
    );
    put(
        "citeaudit_findings",
        "gauge",
        "Findings of the last check of each document.",
        &[
            ("{level=\"error\"}", sum(|checked| checked.errors)),
            ("{level=\"warning\"}", sum(|checked| checked.warnings)),
            ("{level=\"note\"}", sum(|checked| checked.notes)),
        ],
    );
    put(
        "citeaudit_checks_total",
        "counter",
        "Checks since the server began.",
        &[("{outcome=\"finished\"}", counts.finished), ("{outcome=\"failed\"}", counts.failed)],
    );
    let running = server.jobs.running() as u64;
    put("citeaudit_checks_running", "gauge", "Checks under way or waiting.", &[("", running)]);
    put(
        "citeaudit_last_check_timestamp_seconds",
        "gauge",
        "When the latest report was made, in seconds since 1970; 0 if there is none.",
        &[("", u64::try_from(latest).unwrap_or(0))],
    );
    Ok(out)
}
