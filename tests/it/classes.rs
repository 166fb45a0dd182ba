//! Every class of page that can stand at a link, from the program's flags to its report: what a server on 127.0.0.1
//! answers, and what is said of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use serde_json::Value;

use crate::http::{Act, Server, page};

/// Runs `check` on links, with every host led to a server, and returns the sources by their address.
async fn check(server: &Server, urls: &[String], flags: &[&str]) -> BTreeMap<String, Value> {
    let mut text = String::from("# Links\n\n");
    for url in urls {
        writeln!(text, "- <{url}>").unwrap();
    }
    report(server, &text, flags).await["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| (source["url"].as_str().unwrap().to_owned(), source.clone()))
        .collect()
}

/// Runs `check` on a document in Markdown, with every host led to a server, and returns its report.
async fn report(server: &Server, document: &str, flags: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("links.md"), document).unwrap();
    let mut command = Command::cargo_bin("citeaudit").unwrap();
    command
        .current_dir(folder.path())
        .args(["check", "links.md", "--format", "json", "--no-progress"])
        .args(["--host-delay", "0", "--host-concurrency", "8", "--max-retries", "0"])
        .args(["--connect-to", &format!("::127.0.0.1:{}", server.address.port())])
        .args(flags);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

fn html(status: &str, headers: &str, body: &str) -> Act {
    page(status, &format!("Content-Type: text/html; charset=utf-8\r\n{headers}"), body.as_bytes())
}

/// A page of its own, different for every address.
fn article(path: &str) -> String {
    let name: String = path.chars().filter(char::is_ascii_alphabetic).collect();
    format!(
        "<!doctype html><html lang=en><title>On {name}</title><main><h1>On {name}</h1><p>{}</p></main>",
        format!("Officials of {name} said that a separate agreement would be signed. ").repeat(40)
    )
}

/// The shop that some sites show at every address.
const SHOP: &str = "<!doctype html><title>Lamps</title><main><p>Welcome to our shop for lamps and chairs. We deliver \
    to every town in the country within two days.";

fn answer(path: &str) -> Act {
    let (class, _) = path.trim_start_matches('/').split_once('/').unwrap_or((path, ""));
    match class {
        "catch-all" => html("200 OK", "", SHOP),
        "to-one" => html("302 Found", "Location: /archive/all\r\n", ""),
        "archive" => html("200 OK", "", &article("archive")),
        "to-front" => html("301 Moved Permanently", "Location: /\r\n", ""),
        "shell" => html(
            "200 OK",
            "",
            "<!doctype html><title>App</title><div id=root></div><script src=/a.js></script>",
        ),
        "short" => match path {
            "/short/note" => {
                html("200 OK", "", "<title>Note</title><p>The office is closed today.")
            }
            _ => html("404 Not Found", "", "<title>Not here</title><p>There is nothing."),
        },
        _ => html("200 OK", "", &article(path)),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn error_pages_are_told_by_experiment() {
    let server = Server::start(|path, _| answer(path)).await;
    let urls: Vec<String> = [
        "http://a.example/catch-all/1",
        "http://a.example/catch-all/2",
        "http://b.example/to-one/1",
        "http://c.example/to-front/1",
        "http://d.example/shell/1",
        "http://d.example/shell/2",
        "http://e.example/short/note",
        "http://e.example/long/story",
        "http://e.example/archive/all",
    ]
    .map(str::to_owned)
    .into();
    let sources = check(&server, &urls, &[]).await;
    let liveness = urls.iter().map(|url| sources[url]["liveness"].as_str().unwrap());
    assert_eq!(
        liveness.collect::<Vec<_>>(),
        ["soft-404", "soft-404", "soft-404", "soft-404", "live", "live", "live", "live", "live"]
    );
    let asked: Vec<String> = server
        .requests()
        .iter()
        .filter(|head| head.contains("no-such-page"))
        .map(|head| head.split(' ').nth(1).unwrap().to_owned())
        .collect();
    let mut directories: Vec<&str> =
        asked.iter().map(|path| path.rsplit_once('/').unwrap().0).collect();
    directories.sort_unstable();
    assert_eq!(directories, ["/catch-all", "/short", "/to-one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_on_which_the_quotation_stands_is_live_whatever_the_site_shows_elsewhere() {
    let server = Server::start(|path, _| answer(path)).await;
    let text = "The shop says: “We deliver to every town in the country within two days.”[^1]\n\n\
        The shop says: “We never deliver to any village beyond the river at all.”[^2]\n\n\
        [^1]: http://a.example/catch-all/1\n\n[^2]: http://b.example/catch-all/1\n";
    let report = report(&server, text, &[]).await;
    let liveness: Vec<&Value> =
        report["sources"].as_array().unwrap().iter().map(|source| &source["liveness"]).collect();
    assert_eq!(liveness, ["live", "soft-404"]);
    let verdict = |citation: usize| {
        &report["documents"][0]["citations"][citation]["quotations"][0]["verdict"]
    };
    assert_eq!((verdict(0), verdict(1)), (&"verbatim".into(), &"unverifiable".into()));
}
