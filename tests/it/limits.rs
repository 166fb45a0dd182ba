//! A web that does its worst: everything ends at its limit, in little memory, and what was not read whole is told.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;

use crate::http::{Act, Server, gzip, page};

/// What the web shows, with the liveness and the gaps that the report must name.
const SHOWN: [(&str, &str, &[&str]); 11] = [
    ("/page", "live", &[]),
    ("/bomb", "live", &["too-large"]),
    ("/endless", "live", &["too-large"]),
    ("/large", "live", &["too-large"]),
    ("/hang", "live", &["cut-off"]),
    ("/reset", "live", &["cut-off"]),
    ("/short", "live", &["cut-off"]),
    ("/cut", "live", &["cut-off"]),
    ("/busy", "live", &[]),
    ("/redirects", "redirect-loop", &[]),
    ("/headers", "connection-failure", &[]),
];

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";

/// A page of words that compression can do little about.
fn text() -> String {
    let mut state = 7_u32;
    let mut text = String::from("<!doctype html><title>A page</title><p>");
    while text.len() < 40_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        write!(text, "word{} ", state >> 8).unwrap();
    }
    text
}

/// Ten gigabytes in ten megabytes: a thousand members of gzip, each of ten megabytes of one word.
fn bomb() -> Vec<u8> {
    gzip(&b"boom ".repeat(2 << 20)).repeat(1000)
}

fn with_head(headers: &str, body: &[u8]) -> Vec<u8> {
    [HEAD.as_bytes(), headers.as_bytes(), b"\r\n", body].concat()
}

async fn server() -> Server {
    let (text, bomb) = (text(), bomb());
    let squeezed = gzip(text.as_bytes());
    let asked_before = Mutex::new(false);
    Server::start(move |path, _| match path {
        "/bomb" => Act::Send(with_head("Content-Encoding: gzip\r\n", &bomb)),
        "/endless" => Act::Forever(with_head("", b"<p>"), b"more and more words ".repeat(400)),
        "/large" => Act::Send(with_head("", text.repeat(100).as_bytes())),
        "/hang" => Act::Hang(with_head("Content-Length: 90000\r\n", text.as_bytes())),
        "/reset" => Act::Reset(with_head("Content-Length: 90000\r\n", text.as_bytes())),
        "/short" => Act::Send(with_head("Content-Length: 90000\r\n", text.as_bytes())),
        "/cut" => {
            Act::Send(with_head("Content-Encoding: gzip\r\n", &squeezed[..squeezed.len() / 2]))
        }
        "/busy" if !std::mem::replace(&mut *asked_before.lock().unwrap(), true) => {
            page("503 Service Unavailable", "Retry-After: 0\r\n", b"busy")
        }
        "/headers" => Act::Forever(HEAD.as_bytes().to_vec(), b"X-More: words\r\n".repeat(400)),
        path if path.starts_with("/redirects") => {
            page("302 Found", &format!("Location: {path}1\r\n"), b"")
        }
        _ => page("200 OK", "Content-Type: text/html\r\n", text.as_bytes()),
    })
    .await
}

fn run(document: &str, directory: &std::path::Path) -> Child {
    let path = directory.join("report.md");
    std::fs::write(&path, document).unwrap();
    Command::new(env!("CARGO_BIN_EXE_citeaudit"))
        .arg("check")
        .arg(&path)
        .args(["--allow-private", "--host-delay", "0", "--host-concurrency", "4"])
        .args([
            "--timeout",
            "1",
            "--max-retries",
            "1",
            "--max-body-bytes",
            "2000000",
            "--no-progress",
        ])
        .arg("--output")
        .arg(directory.join("report.json"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits for a program to end, and returns the most memory of its own that it was seen with, in megabytes; zero where the
/// system does not tell.
async fn most_memory(child: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let own = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kilobytes = own.and_then(|own| own.split_whitespace().next()?.parse::<u64>().ok());
        most = most.max(kilobytes.unwrap_or(0) >> 10);
        tokio::task::yield_now().await;
    }
    most
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_ends_at_its_limit_and_is_told() {
    let server = server().await;
    let quoted = "It says “words that stand on no page of this web” ";
    let mut document = String::new();
    for (path, ..) in SHOWN {
        writeln!(document, "{quoted}([{path}]({})).\n", server.url(path)).unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    let mut child = run(&document, directory.path());
    let megabytes = most_memory(&mut child).await;
    assert!(megabytes < 100, "{megabytes} MB");
    let report = std::fs::read(directory.path().join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let mut sources = BTreeMap::new();
    for source in report["sources"].as_array().unwrap() {
        sources.insert(source["url"].as_str().unwrap(), source);
    }
    for (path, liveness, gaps) in SHOWN {
        let source = sources[server.url(path).as_str()];
        assert_eq!(source["liveness"], liveness, "{path}: {source:#}");
        assert_eq!(source["gaps"], serde_json::json!(gaps), "{path}: {source:#}");
    }
}
