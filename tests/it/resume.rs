//! A run that is stopped or killed loses nothing: it ends with the report of what is done, and the same command
//! goes on where it stopped.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::http::{Act, Server, page};

const LINKS: usize = 60;

fn document(server: &Server) -> String {
    let mut text = String::from("A report\n\n");
    for number in 0..LINKS {
        writeln!(text, "He said “the words of page {number} are here”.[{}]\n", number + 1).unwrap();
    }
    for number in 0..LINKS {
        writeln!(text, "[{}] {}, June 19, 2024.\n", number + 1, server.url(&format!("/{number}")))
            .unwrap();
    }
    text
}

fn answer(path: &str) -> Act {
    let number = path.trim_start_matches('/');
    match number.parse::<usize>().unwrap_or(0) % 10 {
        3 => page("404 Not Found", "Content-Type: text/html\r\n", b"<title>Not found</title>"),
        7 => page("301 Moved Permanently", &format!("Location: /moved{number}\r\n"), b""),
        _ => {
            let body =
                format!("<title>Page</title><p>It is so: the words of page {number} are here.");
            page("200 OK", "Content-Type: text/html; charset=utf-8\r\n", body.as_bytes())
        }
    }
}

fn check(document: &Path, recording: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_citeaudit"));
    command
        .arg("check")
        .arg(document)
        .arg("--record")
        .arg(recording)
        .args([
            "--allow-private",
            "--host-delay",
            "0",
            "--host-concurrency",
            "4",
            "--format",
            "json",
            "--no-progress",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The report without what is of the moment.
fn report(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    let mut report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    forget_times(&mut report);
    report
}

fn forget_times(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for name in ["checked_at", "fetched_at", "took_ms", "took"] {
                map.remove(name);
            }
            map.values_mut().for_each(forget_times);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_times),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Waits until the server has had so many requests of a run.
pub(crate) async fn reach(server: &Server, requests: usize, child: &mut Child) {
    while server.requests().len() < requests {
        assert!(child.try_wait().unwrap().is_none(), "the run ended before it could be stopped");
        tokio::task::yield_now().await;
    }
}

/// Kills a run, without warning, once the server has had so many requests.
async fn kill_after(server: &Server, requests: usize, child: &mut Child) {
    reach(server, requests, child).await;
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_run_goes_on_where_it_stopped() {
    let server = Server::start(|path, _| answer(path)).await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report.txt");
    std::fs::write(&path, document(&server)).unwrap();
    let undisturbed = report(&mut check(&path, &directory.path().join("a.warc.gz")));
    assert_eq!(undisturbed["sources"].as_array().unwrap().len(), LINKS);

    let recording = directory.path().join("b.warc.gz");
    let before = server.requests().len();
    for more in [9, 23, 31] {
        let mut child =
            check(&path, &recording).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let so_far = server.requests().len();
        kill_after(&server, so_far + more / 3, &mut child).await;
    }
    let resumed = report(&mut check(&path, &recording));
    assert_eq!(resumed, undisturbed);
    // What was answered before a kill is not asked again; what was under way may be.
    let asked = server.requests().len() - before;
    let redirected = LINKS / 10;
    assert!(asked <= LINKS + redirected + 3 * 8, "{asked} requests");
    // The finished recording gives the same report without a connection.
    let asked = server.requests().len();
    let mut replay = Command::new(env!("CARGO_BIN_EXE_citeaudit"));
    replay.arg("check").arg(&path).arg("--replay").arg(&recording).args([
        "--format",
        "json",
        "--no-progress",
    ]);
    assert_eq!(report(&mut replay), undisturbed);
    assert_eq!(server.requests().len(), asked);
}

/// Sends a signal, such as `-TERM`, to a program.
#[cfg(unix)]
pub(crate) fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Ctrl-C reaches a program as SIGINT; that a terminal sends it and not a test makes no difference to it.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_ends_with_the_report_of_what_is_done() {
    ends_with_what_is_done("-INT", "press Ctrl-C again").await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn so_does_one_that_the_system_tells_to_end() {
    ends_with_what_is_done("-TERM", "told to end (SIGTERM)").await;
}

#[cfg(unix)]
async fn ends_with_what_is_done(signal: &str, farewell: &str) {
    // Only the first twenty pages are answered, so that the run cannot end by itself.
    let is_left = |path: &str| path[1..].parse::<usize>().is_ok_and(|number| number >= 20);
    let act = move |path: &str| if is_left(path) { Act::Hang(Vec::new()) } else { answer(path) };
    let server = Server::start(move |path, _| act(path)).await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report.txt");
    std::fs::write(&path, document(&server)).unwrap();
    let mut child = check(&path, &directory.path().join("a.warc.gz")).spawn().unwrap();
    let (redirects, unanswered) = (2, 4);
    reach(&server, 20 + redirects + unanswered, &mut child).await;
    send(signal, &child);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(farewell), "{stderr}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["summary"]["completion"], "interrupted", "{report:#}");
    let sources = report["sources"].as_array().unwrap();
    assert_eq!(sources.len(), LINKS, "every source is named, reached or not");
    let of = |liveness: &str| sources.iter().filter(|s| s["liveness"] == liveness).count();
    assert!(of("live") >= 10, "{} are live", of("live"));
    assert_eq!(of("live") + of("gone") + of("unresolved"), LINKS, "{report:#}");
}
