//! What stays until it is told to end: `watch --every` and `serve` finish what is open, keep what they have seen, and end
//! as if nothing had gone wrong.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use citeaudit::history::Store;
use jiff::Timestamp;
use serde_json::Value;

use crate::http::{Act, Server, page};
use crate::resume::{reach, send};
use crate::watch::{age, command, text};

/// How many pages are answered before the one that never is.
const ANSWERED: usize = 10;

/// So many are surely read when the last one is asked for, one after the other: the others may wait for a processor.
const READ: usize = 5;

fn document(server: &Server) -> String {
    let mut text = String::from("A report\n\n");
    for number in 0..=ANSWERED {
        writeln!(text, "[{}] {}, June 19, 2024.", number + 1, server.url(&format!("/{number}")))
            .unwrap();
    }
    text
}

/// Every page is there at first; later the first is gone, and the last answers nothing.
async fn web() -> (Server, Arc<AtomicBool>) {
    let later = Arc::new(AtomicBool::new(false));
    let is_later = Arc::clone(&later);
    let server = Server::start(move |path, _| {
        let html = "Content-Type: text/html\r\n";
        let is_last = path == format!("/{ANSWERED}");
        match (path, is_later.load(Ordering::SeqCst)) {
            ("/0", true) => page("410 Gone", html, b"<title>Gone</title>"),
            (_, true) if is_last => Act::Hang(Vec::new()),
            _ => page("200 OK", html, &text(path)),
        }
    })
    .await;
    (server, later)
}

fn staying(store: &Path) -> Child {
    let flags = ["watch", "--every", "6h", "--format", "json", "--host-concurrency", "1"];
    let mut command = command(&flags, store);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn looks(store: &Path, document: &str) -> usize {
    let opened = Store::open(store, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(opened.set_aside, None);
    let sources = opened.store.sources(document).unwrap();
    sources.iter().map(|source| opened.store.timeline(&source.canonical).unwrap().len()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_stays_ends_in_the_middle_of_a_round_with_what_it_has_seen() {
    let (server, later) = web().await;
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = (folder.path().join("r.txt"), folder.path().join("s.sqlite"));
    std::fs::write(&path, document(&server)).unwrap();
    let name = path.to_str().unwrap();
    assert_eq!(command(&["check", name], &store).output().unwrap().status.code(), Some(0));
    assert_eq!(looks(&store, name), ANSWERED + 1);
    age(&store);
    later.store(true, Ordering::SeqCst);
    let mut child = staying(&store);
    reach(&server, 2 * (ANSWERED + 1), &mut child).await;
    send("-TERM", &child);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert_eq!(stderr, "told to end (SIGTERM): stopping, and keeping what is done\n");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["changes"][0]["kind"], "new", "{told:#}");
    let seen = looks(&store, name) - (ANSWERED + 1);
    assert!((READ..=ANSWERED).contains(&seen), "{seen}");
    // What was not reached was not asked.
    assert_eq!(told["asked"], seen, "{told:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_waits_for_its_next_round_ends_at_once() {
    let (server, _) = web().await;
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = (folder.path().join("r.txt"), folder.path().join("s.sqlite"));
    std::fs::write(&path, document(&server)).unwrap();
    command(&["check", path.to_str().unwrap()], &store).output().unwrap();
    for (signal, farewell) in [("-TERM", "told to end (SIGTERM)"), ("-INT", "press Ctrl-C again")] {
        let mut child = staying(&store);
        let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
        // Nothing is due: the round is told, and the wait begins.
        assert!(told.next().unwrap().unwrap().contains("\"changes\":[]"));
        send(signal, &child);
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{stderr}");
        assert!(stderr.contains(farewell), "{stderr}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_ends_in_the_middle_of_a_check_and_remembers_what_it_has_seen() {
    let (web, later) = web().await;
    later.store(true, Ordering::SeqCst);
    let flags = ["--allow-private", "--host-delay", "0", "--host-concurrency", "1"];
    let mut server = crate::serve::Server::on_the_web(&flags);
    let body = document(&web);
    let (head, _) = server.ask("POST /documents?name=r.txt", &[&server.origin()], body.as_bytes());
    assert!(head.starts_with("HTTP/1.1 201"), "{head}");
    reach(&web, ANSWERED + 1, &mut server.child).await;
    send("-TERM", &server.child);
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    let seen = looks(&server.folder.path().join("data/history.sqlite"), "r.txt");
    assert!(seen >= READ, "{seen}");
}
