//! Archived copies, from a server on 127.0.0.1 that is the web and its archive: what is gone or lacks its quotation is
//! looked for there, and every format says what to cite instead.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use citeaudit::render::ReportFormat;
use serde_json::Value;

use crate::classes::{command, html, report, run};
use crate::http::{Act, Server, page};

const WORDS: &str = "the strait would be surveyed before the ice came back";

/// What an author wrote of four pages: one that is gone, one that has changed, one that never said it, one that is there.
const DOCUMENT: &str = "\
They said that “the strait would be surveyed before the ice came back”.[^1]

They said that “the strait would be surveyed before the ice came back”.[^2]

They said that “nobody had ever thought of building a bridge over it”.[^3]

They said that “the minister was pleased with what the engineers had done”.[^4]

[^1]: http://news.example/gone/1, June 19, 2024
[^2]: http://news.example/changed/2, June 19, 2024
[^3]: http://news.example/never/3, June 19, 2024
[^4]: http://news.example/there/4, June 19, 2024
";

fn story(words: &str) -> String {
    format!(
        "<!doctype html><title>Survey</title><main><h1>Survey</h1><p>The office said on Tuesday that {words}. {}</main>",
        "Officials said that the minister was pleased with what the engineers had done. "
            .repeat(30)
    )
}

/// The web, and an archive that took copies on two days.
fn answer(path: &str) -> Act {
    let dated = |day: &str, words: &str| {
        let header = format!("Memento-Datetime: {day} Jun 2024 08:00:00 GMT\r\n");
        html("200 OK", &header, &story(words))
    };
    match path {
        "/there/4" | "/never/3" | "/changed/2" => html("200 OK", "", &story("it knew nothing")),
        _ if path.starts_with("/cdx/search/cdx?") => {
            let original = path.split("url=").nth(1).unwrap().split('&').next().unwrap();
            let original = original.replace("%3A", ":").replace("%2F", "/");
            let row = |stamp: &str| format!(",[\"{stamp}\",\"{original}\",\"200\"]");
            let rows = [row("20240618080000"), row("20240620080000")].concat();
            let list = format!("[[\"timestamp\",\"original\",\"statuscode\"]{rows}]");
            page("200 OK", "Content-Type: application/json\r\n", list.as_bytes())
        }
        // The copy nearest to the day has an error page in it.
        _ if path.starts_with("/web/20240618080000id_/") && path.ends_with("gone/1") => {
            html("200 OK", "", "<title>Page not found</title><p>Sorry.")
        }
        _ if path.starts_with("/web/20240618080000id_/") => dated("Tue, 18", "it knew nothing"),
        _ if path.starts_with("/web/20240620080000id_/") => dated("Thu, 20", WORDS),
        _ if path.starts_with("/timegate/") => html("302 Found", "Location: /memento/1\r\n", ""),
        "/memento/1" => dated("Wed, 19", WORDS),
        _ => html("404 Not Found", "", "<title>Not found</title><p>Nothing is here."),
    }
}

fn quotations(report: &Value) -> Vec<(&str, &Value)> {
    let citations = report["documents"][0]["citations"].as_array().unwrap();
    let quotations = citations.iter().map(|citation| &citation["quotations"][0]);
    quotations.map(|q| (q["verdict"].as_str().unwrap(), &q["found_in"])).collect()
}

fn copies(report: &Value) -> Vec<Option<&str>> {
    let sources = report["sources"].as_array().unwrap();
    sources.iter().map(|source| source["archived_copy"]["url"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_or_has_changed_is_found_in_the_archive() {
    let server = Server::start(|path, _| answer(path)).await;
    let report = report(&server, DOCUMENT, &[]).await;
    let null = Value::Null;
    assert_eq!(
        quotations(&report),
        [
            ("verbatim", &"archive".into()),
            ("verbatim", &"archive".into()),
            ("absent", &null),
            ("verbatim", &"live".into())
        ]
    );
    let copy =
        |n: &str| format!("http://wayback.example/web/20240620080000/http://news.example/{n}");
    let (gone, changed) = (copy("gone/1"), copy("changed/2"));
    assert_eq!(copies(&report), [Some(&*gone), Some(&*changed), None, None]);
    let rules: Vec<&str> = report["documents"][0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .filter(|rule| *rule != "date-missing")
        .collect();
    assert_eq!(rules, ["content-drift", "quotation-absent", "link-rot", "archived-copy-only"]);
    let asked = server.requests();
    let lists = asked.iter().filter(|head| head.contains("/cdx/search/cdx?")).collect::<Vec<_>>();
    assert_eq!(lists.len(), 3);
    assert!(lists.iter().all(|head| head.contains("closest=20240619120000")), "{lists:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_says_which_copy_to_cite() {
    let server = Server::start(|path, _| answer(path)).await;
    for format in ReportFormat::ALL {
        let (text, _) = run(&server, DOCUMENT, &["--format", format.name()]).await;
        assert!(text.contains("20240620080000/http://news.example/gone/1"), "{format:?}\n{text}");
        assert!(text.contains("2024-06-20"), "{format:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timegate_is_asked_first_with_the_day_of_the_citation() {
    let server = Server::start(|path, _| answer(path)).await;
    let flags = ["--archive", "http://gate.example/timegate/"];
    let report = report(&server, DOCUMENT, &flags).await;
    assert_eq!(copies(&report)[0], Some("http://gate.example/memento/1"));
    assert_eq!(report["sources"][0]["archived_copy"]["at"], "2024-06-19T08:00:00Z");
    let asked = server.requests();
    let gate: Vec<&String> = asked
        .iter()
        .filter(|head| head.starts_with("GET /timegate/http://news.example/gone/1 "))
        .collect();
    assert_eq!(gate.len(), 1);
    assert!(gate[0].to_lowercase().contains("accept-datetime: wed, 19 jun 2024 12:00:00 gmt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_archive_is_asked_when_none_is_wanted_or_needed() {
    let server = Server::start(|path, _| answer(path)).await;
    let without = report(&server, DOCUMENT, &["--no-archive"]).await;
    assert_eq!(copies(&without), [None; 4]);
    let fine = "They said “the minister was pleased with what the engineers had done”.[^1]\n\n\
        [^1]: http://news.example/there/4\n";
    report(&server, fine, &[]).await;
    assert!(server.requests().iter().all(|head| !head.contains("/cdx/search/cdx?")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_does_not_answer_is_asked_no_more_and_told_of() {
    let server = Server::start(|path, _| match path {
        _ if path.starts_with("/cdx/search/cdx?") => {
            page("429 Too Many Requests", "", b"slow down")
        }
        _ => answer(path),
    })
    .await;
    let (text, told) = run(&server, DOCUMENT, &["--format", "json"]).await;
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(copies(&report), [None; 4]);
    let note = "no archive has answered (wayback.example: status 429)";
    assert_eq!(report["sources"][0]["archive_note"], note);
    assert_eq!(report["sources"][2]["archive_note"], note);
    assert_eq!(told, "warning: wayback.example did not answer and was asked no more: status 429\n");
    assert_eq!(
        server.requests().iter().filter(|head| head.contains("/cdx/search/cdx?")).count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_answers_for_the_archive_too() {
    let server = Server::start(|path, _| answer(path)).await;
    let folder = tempfile::tempdir().unwrap();
    let web = folder.path().join("web.warc.gz");
    let recorded = report(&server, DOCUMENT, &["--record", web.to_str().unwrap()]).await;
    let asked = server.requests().len();
    let replayed = report(&server, DOCUMENT, &["--replay", web.to_str().unwrap()]).await;
    assert_eq!(quotations(&replayed), quotations(&recorded));
    assert_eq!(copies(&replayed), copies(&recorded));
    assert_eq!(server.requests().len(), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn fix_puts_the_copy_in_place_of_what_is_gone() {
    let server = Server::start(|path, _| answer(path)).await;
    let (patch, _) = command(&server, "fix", DOCUMENT, &[]).await;
    let copy = "+[^1]: http://wayback.example/web/20240620080000/http://news.example/gone/1, June";
    assert!(patch.contains(copy), "{patch}");
    assert!(!patch.contains("changed/2, June 19, 2024\n+"), "{patch}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_told_nothing_that_is_for_the_cited_hosts() {
    let server = Server::start(|path, _| answer(path)).await;
    report(&server, DOCUMENT, &["-H", "X-Key: hush"]).await;
    for head in server.requests() {
        assert_eq!(head.contains("hush"), !head.contains("wayback.example\r\n"), "{head}");
    }
}

/// The web a year later, and its archive: what was there when the document was written is gone or has changed.
fn answer_by_year(path: &str, is_later: bool) -> Act {
    match path {
        "/gone/1" if is_later => html("410 Gone", "", "<title>Gone</title>"),
        "/gone/1" => html("200 OK", "", &story(WORDS)),
        "/changed/2" if !is_later => html("200 OK", "", &story(WORDS)),
        _ => answer(path),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_a_page_has_lost_are_told_though_a_copy_has_them() {
    let later = Arc::new(AtomicBool::new(false));
    let is_later = Arc::clone(&later);
    let server =
        Server::start(move |path, _| answer_by_year(path, is_later.load(Ordering::SeqCst))).await;
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("s.sqlite");
    std::fs::write(folder.path().join("r.md"), DOCUMENT).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = crate::watch::command(arguments, &store);
        command
            .current_dir(folder.path())
            .env("CITEAUDIT_ARCHIVE", "http://wayback.example")
            .env("CITEAUDIT_ARCHIVE_DELAY", "0");
        let port = server.address.port();
        command.args(["--connect-to", &format!("::127.0.0.1:{port}")]).output().unwrap()
    };
    let looked = || {
        crate::watch::age(&store);
        let output = run(&["watch", "--format", "json"]);
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let kind = |change: &Value| change["kind"].as_str().unwrap().to_owned();
        let mut kinds: Vec<String> = told["changes"].as_array().unwrap().iter().map(kind).collect();
        kinds.sort_unstable();
        (kinds, told)
    };
    run(&["check", "r.md"]);
    later.store(true, Ordering::SeqCst);
    let (kinds, told) = looked();
    assert_eq!(kinds, ["drifted", "new", "rescued"], "{told:#}");
    let rescued = told["changes"].as_array().unwrap().iter().find(|c| c["kind"] == "rescued");
    let copy = "http://wayback.example/web/20240620080000/http://news.example/gone/1";
    assert_eq!(rescued.unwrap()["archived_copy"]["url"], copy, "{told:#}");
    // Nor does a whole check hide it: what is told is not told again, and nothing has come back.
    run(&["check", "r.md"]);
    let (kinds, told) = looked();
    assert_eq!(kinds, ["still-failing"], "{told:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_page_looks_for_copies_too() {
    let web = Server::start(|path, _| answer(path)).await;
    let connect = format!("::127.0.0.1:{}", web.address.port());
    let gate = "http://gate.example/timegate/";
    let flags = ["--connect-to", &connect, "--host-delay", "0", "--archive", gate];
    let server = crate::serve::Server::on_the_web(&flags);
    let (_, report) = tokio::task::spawn_blocking(move || {
        let url = server.checked("r.md", DOCUMENT.as_bytes());
        server.ask(&format!("GET {url}/report.json"), &[], b"")
    })
    .await
    .unwrap();
    assert!(report.contains("http://gate.example/memento/1"), "{report}");
}
