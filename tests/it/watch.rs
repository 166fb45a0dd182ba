//! Looking again over real sockets: what changed is told once, pages that have not changed are not sent again, and a
//! run that is killed costs nothing that was remembered.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use citeaudit::history::Store;
use jiff::Timestamp;
use serde_json::Value;

use crate::http::{Server, page};

const FLAGS: [&str; 7] =
    ["--allow-private", "--host-delay", "0", "--max-retries", "0", "--no-progress", "--store"];

pub(crate) fn command(arguments: &[&str], store: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_citeaudit"));
    command.args(arguments).args(FLAGS).arg(store).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str], store: &Path) -> Output {
    command(arguments, store).output().unwrap()
}

/// Looks again and returns what it told, and how it ended.
fn watched(store: &Path) -> (Value, Option<i32>) {
    let output = run(&["watch", "--format", "json"], store);
    let told = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let told = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}{errors}"));
    (told, output.status.code())
}

/// Makes every source of a store due.
pub(crate) fn age(store: &Path) {
    let connection = rusqlite::Connection::open(store).unwrap();
    connection.execute("UPDATE state SET due = 0", []).unwrap();
}

pub(crate) fn text(words: &str) -> Vec<u8> {
    format!("<title>Page</title><p>He said that {words}, and left.").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_told_once_and_pages_that_did_not_are_not_sent() {
    let later = Arc::new(AtomicBool::new(false));
    let changed = Arc::clone(&later);
    let server = Server::start(move |path, _| {
        let changed = changed.load(Ordering::SeqCst);
        let html = "Content-Type: text/html\r\n";
        match (path, changed) {
            ("/drifts", false) => page("200 OK", html, &text("the words of the page are here")),
            ("/drifts", true) => page("200 OK", html, &text("the words of the book are here")),
            ("/dies", true) => page("410 Gone", html, b"<title>Gone</title>"),
            _ => page("200 OK", html, &text("nothing will ever be the same again")),
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let (document, store) = (folder.path().join("r.txt"), folder.path().join("s.sqlite"));
    let report = format!(
        "A report\n\nHe said “the words of the page are here”.[1] He said “nothing will ever be \
         the same again”.[2]\n\n[1] {}, June 19, 2024.\n[2] {}, June 19, 2024.\n",
        server.url("/drifts"),
        server.url("/dies"),
    );
    std::fs::write(&document, report).unwrap();
    let checked = run(&["check", document.to_str().unwrap()], &store);
    assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stderr));
    // The document may be gone: the store has it.
    std::fs::remove_file(&document).unwrap();
    let (told, code) = watched(&store);
    assert_eq!((&told["asked"], code), (&Value::from(0), Some(0)));
    later.store(true, Ordering::SeqCst);
    age(&store);
    let (told, code) = watched(&store);
    assert_eq!(code, Some(1));
    let mut kinds: Vec<&str> =
        told["changes"].as_array().unwrap().iter().map(|c| c["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["drifted", "new"]);
    age(&store);
    let (told, code) = watched(&store);
    assert_eq!(code, Some(0), "{told}");
    let history = Command::new(env!("CARGO_BIN_EXE_citeaudit"))
        .args(["history", document.to_str().unwrap(), "--format", "html", "--store"])
        .arg(&store)
        .output()
        .unwrap();
    let page = String::from_utf8(history.stdout).unwrap();
    assert!(page.contains("<svg") && page.contains("1 lost of 2 sources"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_knows_the_page_unchanged_sends_it_once() {
    let server = Server::start(|_, before| {
        let headers = "Content-Type: text/html\r\nETag: \"1\"\r\n";
        match before {
            0 => page("200 OK", headers, &text("the words of the page are here")),
            _ => page("304 Not Modified", "", b""),
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let (document, store) = (folder.path().join("r.txt"), folder.path().join("s.sqlite"));
    let report = format!(
        "He said “the words of the page are here”.[1]\n\n[1] {}, June 19, 2024.\n",
        server.url("/a")
    );
    std::fs::write(&document, report).unwrap();
    assert_eq!(run(&["check", document.to_str().unwrap()], &store).status.code(), Some(0));
    age(&store);
    let (told, code) = watched(&store);
    assert_eq!((&told["asked"], code), (&Value::from(1), Some(0)));
    let asked = server.requests();
    assert!(!asked[0].contains("if-none-match"));
    assert!(asked[1].contains("if-none-match: \"1\""), "{}", asked[1]);
    let opened = Store::open(&store, Timestamp::UNIX_EPOCH).unwrap().store;
    let canonical = opened.sources(document.to_str().unwrap()).unwrap()[0].canonical.clone();
    let looks = opened.timeline(&canonical).unwrap();
    assert_eq!(looks.len(), 2);
    assert_eq!(looks[0].sha256, looks[1].sha256);
    assert_eq!(looks[0].quotations, looks[1].quotations);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_at_any_moment_costs_nothing_that_was_remembered() {
    let (asked, requests) = std::sync::mpsc::channel();
    let server = Server::start(move |path, _| {
        asked.send(()).ok();
        page("200 OK", "Content-Type: text/html\r\nETag: \"1\"\r\n", &text(path))
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let (document, store) = (folder.path().join("r.txt"), folder.path().join("s.sqlite"));
    let mut report = String::from("A report\n\n");
    for number in 1..=30 {
        writeln!(report, "[{number}] {}, June 19, 2024.", server.url(&format!("/{number}")))
            .unwrap();
    }
    std::fs::write(&document, report).unwrap();
    let check = ["check", document.to_str().unwrap()];
    run(&check, &store);
    let looks = || {
        let opened = Store::open(&store, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(opened.set_aside, None);
        let sources = opened.store.sources(document.to_str().unwrap()).unwrap();
        let timeline = |source: &citeaudit::history::KnownSource| {
            opened.store.timeline(&source.canonical).unwrap().len()
        };
        sources.iter().map(timeline).sum::<usize>()
    };
    let mut before = looks();
    assert!(before >= 30, "{before}");
    for answers in [1, 4, 11, 20, 29, 30] {
        while requests.try_recv().is_ok() {}
        let mut child = command(&check, &store).stdout(Stdio::null()).spawn().unwrap();
        for _ in 0..answers {
            requests.recv().unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let after = looks();
        assert!(after >= before, "{after} after {before}");
        before = after;
    }
    age(&store);
    let (told, code) = watched(&store);
    assert_eq!((&told["changes"], code), (&Value::Array(Vec::new()), Some(0)));
    assert!(looks() >= before + 30);
}

/// Returns the different states of the results in SARIF, and the log.
fn baseline_states(
    check: &dyn Fn(&[&std::ffi::OsStr]) -> Output,
    baseline: &Path,
) -> (Vec<String>, String) {
    let log = baseline.with_extension("sarif");
    check(&["--baseline".as_ref(), baseline.as_ref(), "-o".as_ref(), log.as_ref()]);
    let log = std::fs::read_to_string(log).unwrap();
    let parsed: Value = serde_json::from_str(&log).unwrap();
    let results = parsed["runs"][0]["results"].as_array().unwrap().iter();
    let mut states: Vec<String> =
        results.map(|result| result["baselineState"].as_str().unwrap().to_owned()).collect();
    states.sort_unstable();
    states.dedup();
    (states, log)
}

#[test]
fn what_a_baseline_knows_is_a_note_and_fails_no_run() {
    let folder = tempfile::tempdir().unwrap();
    let (report, store) = (folder.path().join("b.json"), folder.path().join("s.sqlite"));
    let document = crate::web::fixture("documents/fairway.txt");
    let check = |more: &[&std::ffi::OsStr]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_citeaudit"));
        command.arg("check").arg(&document).arg("--format").arg("json").arg("--replay");
        command.arg(crate::web::fixture("web/fairway.warc.gz")).args(more).output().unwrap()
    };
    let first = check(&["--store".as_ref(), store.as_ref(), "-o".as_ref(), report.as_ref()]);
    assert_eq!(first.status.code(), Some(1));
    for known in [&report, &store] {
        let again = check(&["--baseline".as_ref(), known.as_ref()]);
        assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
        let told: Value = serde_json::from_slice(&again.stdout).unwrap();
        let findings = told["documents"][0]["findings"].as_array().unwrap();
        assert!(!findings.is_empty());
        assert!(findings.iter().all(|finding| finding["level"] == "note"));
    }
    // One finding less is known: that one fails the run.
    let (states, _) = baseline_states(&check, &report);
    assert_eq!(states, ["unchanged"]);
    let json = std::fs::read_to_string(&report).unwrap();
    std::fs::write(&report, json.replacen("\"link-rot\"", "\"date-missing\"", 1)).unwrap();
    assert_eq!(check(&["--baseline".as_ref(), report.as_ref()]).status.code(), Some(1));
    let (states, log) = baseline_states(&check, &report);
    assert_eq!(states, ["absent", "new", "unchanged"]);
    assert_eq!(crate::sarif::errors_of(&log), [""; 0]);
    std::fs::write(&report, json.replacen("\"link-rot\"", "\"soft-404\"", 1)).unwrap();
    assert_eq!(baseline_states(&check, &report).0, ["unchanged", "updated"]);
    std::fs::write(&report, "{}").unwrap();
    let wrong = check(&["--baseline".as_ref(), report.as_ref()]);
    let errors = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(errors.contains("it is not a report of `check --format json`\nhint: "), "{errors}");
}
