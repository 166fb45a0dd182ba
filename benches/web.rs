//! How fast many links are fetched from a web on 127.0.0.1: 50 hosts, pages of 60 KB, compressed.
//!
//! `cargo bench --bench web -- [LINKS] [LATENCY_MS]`. The web is served by a process of its own, so that processor time
//! and memory are those of fetching alone.

#![expect(clippy::print_stdout, reason = "what was measured is what it prints")]

use std::io::{BufRead, BufReader, Write};
use std::num::NonZeroUsize;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use citeaudit::fetch::{Http, Politeness, Retries, Route, Settings, fetch_all};
use citeaudit::target::Target;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

const HOSTS: usize = 50;
const SERVE: &str = "--serve";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if arguments.first().is_some_and(|argument| argument == SERVE) {
        let latency = arguments.get(1).and_then(|ms| ms.parse().ok()).unwrap_or(0);
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be built")
            .block_on(serve(latency));
        return;
    }
    let links = arguments.first().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let latency = arguments.get(1).map_or("0", String::as_str);
    let (mut server, port) = start_server(latency);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be built");
    let before = processor_time();
    let started = Instant::now();
    let bytes = runtime.block_on(fetch(links, port));
    let took = started.elapsed();
    let processor = processor_time().saturating_sub(before);
    server.kill().expect("the server can be stopped");
    let count = u32::try_from(links).expect("not too many links");
    println!(
        "{links} links, {} MB in {:.2} s: {:.0} links/s, {:?} of processor time a link, {} MB at most",
        bytes >> 20,
        took.as_secs_f64(),
        f64::from(count) / took.as_secs_f64(),
        processor / count,
        peak_megabytes(),
    );
}

fn start_server(latency: &str) -> (Child, u16) {
    let this = std::env::current_exe().expect("this program has a path");
    let mut server = Command::new(this)
        .args([SERVE, latency])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server can be started");
    let mut line = String::new();
    let stdout = server.stdout.take().expect("the server's output is piped");
    BufReader::new(stdout).read_line(&mut line).expect("the server tells its port");
    (server, line.trim().parse().expect("a port is a number"))
}

async fn fetch(links: usize, port: u16) -> usize {
    let settings = Settings {
        max_concurrency: NonZeroUsize::new(256).expect("256 is not zero"),
        politeness: Politeness {
            concurrency: NonZeroUsize::new(64).expect("64 is not zero"),
            delay: Duration::ZERO,
        },
        retries: Retries { most: 0, ..Retries::default() },
        routes: vec![Route {
            host: None,
            port: None,
            to_host: Some("127.0.0.1".to_owned()),
            to_port: Some(port),
        }],
        ..Settings::default()
    };
    let targets = (0..links).map(|number| {
        let address = format!("http://site{}.example/page/{number}", number % HOSTS);
        let url = Url::parse(&address).expect("the address is one");
        Target::new(url, Vec::new(), address, Vec::new())
    });
    let http = Http::new(settings).expect("the settings can be used");
    let mut fetching = fetch_all(Arc::new(http), targets.collect());
    let mut bytes = 0;
    while let Some((_, fetched)) = fetching.next().await {
        let answer = fetched.outcome.expect("the server answers");
        assert_eq!(answer.status, 200);
        bytes += answer.body.len();
    }
    bytes
}

/// Serves the same page under every address, compressed, after a latency of about so many milliseconds.
async fn serve(latency: u64) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    println!("{}", listener.local_addr().expect("it is bound").port());
    let page: &'static [u8] = Box::leak(answer().into_boxed_slice());
    let mut seed = 1_u64;
    while let Ok((mut stream, _)) = listener.accept().await {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut state = seed;
        tokio::spawn(async move {
            let mut buffer = vec![0; 4096];
            while let Ok(length) = stream.read(&mut buffer).await
                && length > 0
            {
                if latency > 0 {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    tokio::time::sleep(spread(latency, state)).await;
                }
                if stream.write_all(page).await.is_err() {
                    return;
                }
            }
        });
    }
}

/// A log-normal latency with this median, sigma 0.5.
fn spread(median_millis: u64, state: u64) -> Duration {
    // The sum of some uniform numbers is nearly normal.
    let normal: f64 = (0..6)
        .map(|n| f64::from(u16::try_from((state >> (n * 10)) & 1023).unwrap_or(0)) / 1023.0)
        .sum::<f64>()
        * std::f64::consts::SQRT_2
        - 3.0 * std::f64::consts::SQRT_2;
    let median = Duration::from_millis(median_millis);
    median.mul_f64((0.5 * normal).exp())
}

fn answer() -> Vec<u8> {
    let mut page = String::from("<!DOCTYPE html><html lang=en><title>A page</title><body>");
    let mut state = 7_u32;
    while page.len() < 60_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        page += ["<p>the ", "treaty ", "between ", "parties ", "mutual ", "assistance "]
            [state as usize >> 16 & 3];
        page += &(state >> 20).to_string();
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(page.as_bytes()).expect("memory can be written");
    let body = encoder.finish().expect("memory can be written");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), &body].concat()
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
