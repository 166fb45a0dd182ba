//! `check --archive-missing` against an archive on 127.0.0.1: what is looked up, what is handed in, what is told.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use citeaudit::archive::{Archive, Capture, Keys, Pace, SaveError, save};
use citeaudit::fetch::{Service, Settings};
use serde_json::Value;
use url::Url;

use crate::http::{Act, Server, page};

const JSON: &str = "Content-Type: application/json\r\n";

fn answer(body: &str) -> Act {
    page("200 OK", JSON, body.as_bytes())
}

/// An archive that is asked without waiting.
fn archive(server: &Server) -> Archive {
    Archive {
        save: Url::parse(&server.url("/save")).unwrap(),
        keys: Keys { access: "key".into(), secret: "secret".into() },
        pace: Pace {
            poll: Duration::ZERO,
            first_wait: Duration::ZERO,
            polls: 5,
            retries: 2,
            at_once: std::num::NonZeroUsize::MIN,
        },
    }
}

fn service() -> Service {
    Service::new(&Settings::default()).unwrap()
}

fn pages(count: usize) -> Vec<Url> {
    (0..count).map(|n| Url::parse(&format!("https://a.example.org/{n}#part")).unwrap()).collect()
}

#[tokio::test]
async fn a_page_is_handed_in_and_followed_until_there_is_a_copy() {
    let server = Server::start(|path, before| match (path, before) {
        ("/save", _) => answer(r#"{"url":"https://a.example.org/0","job_id":"job-1"}"#),
        ("/save/status/job-1", ..3) => answer(r#"{"status":"pending"}"#),
        _ => answer(
            r#"{"status":"success","timestamp":"20261124120000","original_url":"https://a.example.org/0"}"#,
        ),
    })
    .await;
    let saved = save(&service(), &archive(&server), &pages(1)).await;
    let capture =
        Capture { stamp: "20261124120000".into(), original: "https://a.example.org/0".into() };
    assert_eq!(saved, [Ok(capture)]);
    let requests = server.requests();
    assert!(requests[0].starts_with("POST /save HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(requests[0].contains("authorization: LOW key:secret\r\n"), "{}", requests[0]);
    assert_eq!(requests.len(), 4);
}

#[tokio::test]
async fn a_busy_archive_is_asked_again_and_then_left_alone() {
    let server = Server::start(|_, _| page("429 Too Many Requests", JSON, b"{}")).await;
    let saved = save(&service(), &archive(&server), &pages(3)).await;
    assert_eq!(
        saved,
        [
            Err(SaveError::Busy("status 429".into())),
            Err(SaveError::NotAsked),
            Err(SaveError::NotAsked)
        ]
    );
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn wrong_keys_end_it_at_once_and_a_page_that_is_refused_does_not() {
    let server = Server::start(|_, _| page("401 Unauthorized", JSON, b"{}")).await;
    let saved = save(&service(), &archive(&server), &pages(2)).await;
    assert_eq!(saved, [Err(SaveError::Keys), Err(SaveError::NotAsked)]);
    let server = Server::start(|_, _| {
        answer(r#"{"status":"error","status_ext":"error:blocked-url","message":"It is blocked."}"#)
    })
    .await;
    let saved = save(&service(), &archive(&server), &pages(2)).await;
    let refused = Err(SaveError::Refused("It is blocked".into()));
    assert_eq!(saved, [refused.clone(), refused]);
}

#[tokio::test]
async fn a_page_that_never_comes_to_an_end_is_said_to_be_late() {
    let server = Server::start(|path, _| match path {
        "/save" => answer(r#"{"job_id":"../../etc"}"#),
        _ => answer(r#"{"status":"pending"}"#),
    })
    .await;
    assert_eq!(save(&service(), &archive(&server), &pages(1)).await, [Err(SaveError::Late)]);
    let asked = server.requests();
    assert!(asked[1].starts_with("GET /save/status/..%2F..%2Fetc HTTP/1.1"), "{}", asked[1]);
}

/// Returns a check of a text that asks an archive for copies.
fn archiving(text: &str, folder: &Path, server: &Server) -> Command {
    let document = folder.join("a.txt");
    std::fs::write(&document, text).unwrap();
    let address = server.address;
    let mut command = Command::new(env!("CARGO_BIN_EXE_citeaudit"));
    command
        .arg("check")
        .arg(&document)
        .args(["--archive-missing", "--format", "json", "--host-delay", "0", "--allow-private"])
        .arg("--connect-to")
        .arg(format!("kept.example.org:80:127.0.0.1:{}", address.port()))
        .arg("--connect-to")
        .arg(format!("missing.example.org:80:127.0.0.1:{}", address.port()))
        .env("CITEAUDIT_ARCHIVE", format!("http://{address}"))
        .env("CITEAUDIT_ARCHIVE_KEY", "key")
        .env("CITEAUDIT_ARCHIVE_SECRET", "secret");
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_while_it_asks_the_archive_has_its_report() {
    let server = Server::start(|path, _| match path {
        "/b" => page("200 OK", "Content-Type: text/html\r\n", b"<title>Page</title><p>Some words."),
        "/save" => Act::Hang(Vec::new()),
        _ => answer("[]"),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let text = "So it is.[1]\n\n[1] http://missing.example.org/b\n";
    let mut command = archiving(text, folder.path(), &server);
    let mut child = command.arg("--output").arg(&report).stdout(Stdio::null()).spawn().unwrap();
    while !server.requests().iter().any(|head| head.starts_with("POST /save")) {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        tokio::task::yield_now().await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert_eq!(report["sources"][0]["liveness"], "live");
}

/// Runs `check --archive-missing` on links to three pages: of one the archive has a copy, one it refuses, one is gone.
#[tokio::test]
async fn the_report_names_the_copies_and_standard_error_what_was_not_archived() {
    let server = Server::start(|path, _| {
        let refused = r#"{"status":"error","status_ext":"error:no-access","message":"No access."}"#;
        if path.starts_with("/cdx/search/cdx?url=http%3A%2F%2Fkept.example.org") {
            answer(
                r#"[["timestamp","original","statuscode"],["20240619120000","http://kept.example.org/a","200"]]"#,
            )
        } else if path.starts_with("/cdx/") {
            answer("[]")
        } else if path == "/save" {
            answer(refused)
        } else if path == "/gone" {
            page("404 Not Found", "", b"gone")
        } else {
            page("200 OK", "Content-Type: text/html\r\n", b"<title>Page</title><p>Some words.")
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let text = "So it is.[1] And so.[2] And gone.[3]\n\n[1] http://kept.example.org/a\n\n\
                [2] http://missing.example.org/b\n\n[3] http://missing.example.org/gone\n";
    let mut command = archiving(text, folder.path(), &server);
    let address = server.address;
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let copy = &report["sources"][0]["archived_copy"];
    assert_eq!(
        copy["url"],
        format!("http://{address}/web/20240619120000/http://kept.example.org/a"),
        "{stderr}"
    );
    assert_eq!(report["sources"][1]["archived_copy"], Value::Null);
    assert_eq!(
        stderr,
        "warning: `http://missing.example.org/b` was not archived: the archive could not save the page: No access\n\
         archive: 0 copies taken, 1 there already, 1 not taken\n"
    );
    // The dead link fails the run; that one page cannot be captured does not.
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(server.requests().iter().filter(|head| head.starts_with("POST")).count(), 1);
}

#[test]
fn without_keys_nothing_is_checked_and_the_remedy_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("a.txt");
    std::fs::write(&document, "So it is.[1]\n\n[1] http://a.example.org/b\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_citeaudit"))
        .arg("check")
        .arg(&document)
        .arg("--archive-missing")
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr.contains("hint: set CITEAUDIT_ARCHIVE_KEY"), "{stderr}");
}
