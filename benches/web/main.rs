//! How fast a document with many links is checked, against a web on the loopback network: 50 hosts, pages of 60 KB,
//! compressed.
//!
//! `cargo bench --bench web -- COMMAND …`, where the command is one of
//!
//! - `check links|quotations [LINKS] [LATENCY_MS] [slow|busy]`: checks a document, and says how long that took, how
//!   much processor time and how much memory. `quotations` quotes a sentence from each page. One of the hosts may be
//!   `slow` (it answers after 10 s) or `busy` (it answers with status 429);
//! - `serve PORT [LATENCY_MS] [slow|busy]`: serves the web alone, so that other programs can be held against it;
//! - `document links|quotations LINKS PORT`: writes the document to the standard output.
//!
//! The web is served by a process of its own, so that processor time and memory are those of checking alone.

#![expect(clippy::print_stdout, reason = "what was measured is what it prints")]

mod page;
mod server;

use std::io::{BufRead, BufReader};
use std::num::NonZeroUsize;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use citeaudit::fetch::{Http, Politeness, Reach, Retries, Settings};
use citeaudit::pipeline::{self, Input};
use citeaudit::read::{Hint, read};
use citeaudit::report::Report;
use jiff::Timestamp;
use tokio::sync::watch;

use page::{Cites, document};
use server::{Manner, Odd, serve};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve", port, ref manner @ ..] => serve_alone(number(port), manner),
        ["document", cites, links, port] => {
            print!("{}", document(number(links), number(port), cites_of(cites)));
        }
        ["check", cites, links, ref manner @ ..] => measure(cites_of(cites), number(links), manner),
        ["check", cites] => measure(cites_of(cites), 20_000, &[]),
        _ => {
            measure(Cites::Links, 20_000, &[]);
            measure(Cites::Quotations, 20_000, &[]);
        }
    }
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().ok().unwrap_or_else(|| panic!("expected a number, but got `{text}`"))
}

fn cites_of(text: &str) -> Cites {
    match text {
        "links" => Cites::Links,
        "quotations" => Cites::Quotations,
        _ => panic!("expected `links` or `quotations`, but got `{text}`"),
    }
}

fn manner_of(arguments: &[&str]) -> Manner {
    Manner {
        latency: Duration::from_millis(arguments.first().map_or(0, |latency| number(latency))),
        odd: match arguments.get(1) {
            None => Odd::None,
            Some(&"slow") => Odd::Slow,
            Some(&"busy") => Odd::Busy,
            Some(text) => panic!("expected `slow` or `busy`, but got `{text}`"),
        },
    }
}

fn serve_alone(port: u16, manner: &[&str]) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be built")
        .block_on(serve(port, manner_of(manner), |port| println!("{port}")));
}

fn start_server(manner: &[&str]) -> (Child, u16) {
    let this = std::env::current_exe().expect("this program has a path");
    let mut server = Command::new(this)
        .args(["serve", "0"])
        .args(manner)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server can be started");
    let mut line = String::new();
    let stdout = server.stdout.take().expect("the server's output is piped");
    BufReader::new(stdout).read_line(&mut line).expect("the server tells its port");
    (server, line.trim().parse().expect("a port is a number"))
}

fn measure(cites: Cites, links: usize, manner: &[&str]) {
    let (mut server, port) = start_server(manner);
    let text = document(links, port, cites);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be built");
    let (before, started) = (processor_time(), Instant::now());
    let report = runtime.block_on(check(&text));
    let took = started.elapsed();
    let processor = processor_time().saturating_sub(before);
    server.kill().expect("the server can be stopped");
    assert_eq!(report.sources.len(), links, "every link is a source");
    let live = report.sources.iter().filter(|source| source.status == Some(200)).count();
    let matched = report.documents[0]
        .citations
        .iter()
        .flat_map(|citation| &citation.quotations)
        .filter(|quotation| quotation.matched.is_some())
        .count();
    println!(
        "{links} links in {:.2} s: {:?} of processor time a link, {} MB at most; {live} answered, {matched} quotations found",
        took.as_secs_f64(),
        processor / u32::try_from(links).expect("not too many links"),
        peak_megabytes(),
    );
}

async fn check(text: &str) -> Report {
    let hint = Hint { name: Some("links.md"), ..Hint::default() };
    let document = read(text.as_bytes(), &hint).expect("the document can be read");
    let input = Input { path: "links.md".to_owned(), sha256: String::new(), document };
    let settings = Settings {
        max_concurrency: NonZeroUsize::new(256).expect("256 is not zero"),
        politeness: Politeness {
            concurrency: NonZeroUsize::new(64).expect("64 is not zero"),
            delay: Duration::ZERO,
        },
        retries: Retries { most: 0, ..Retries::default() },
        reach: Reach::Private,
        ..Settings::default()
    };
    let http = Arc::new(Http::new(settings).expect("the settings can be used"));
    let (_go_on, stop) = watch::channel(false);
    let settings = pipeline::Settings::default();
    pipeline::check(vec![input], &http, &settings, Timestamp::UNIX_EPOCH, &|_| {}, stop).await
}

/// Returns the processor time of this process so far; zero where the system does not tell.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks =
        |index: usize| fields.get(index).and_then(|ticks| ticks.parse::<u64>().ok()).unwrap_or(0);
    // Linux counts in hundredths of a second.
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) >> 10
}
