//! `serve` as a browser and as others meet it: the program runs, and is asked over real sockets on 127.0.0.1.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::http;
use crate::web::fixture;

const TOKEN: &str = "a token that is long enough";

/// A server that ends with the test.
pub(crate) struct Server {
    pub(crate) child: Child,
    address: SocketAddr,
    pub(crate) folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}

impl Server {
    /// Starts the program with the recording of the fixture.
    fn start(flags: &[&str], token: Option<&str>) -> Self {
        let web = fixture("web/fairway.warc.gz");
        Self::with(&[&["--replay", web.to_str().unwrap()], flags].concat(), token)
    }

    /// Starts the program without a recording.
    pub(crate) fn on_the_web(flags: &[&str]) -> Self {
        Self::with(flags, None)
    }

    fn with(flags: &[&str], token: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_citeaudit"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .args(flags)
            .env_remove("CITEAUDIT_TOKEN")
            .envs(token.map(|token| ("CITEAUDIT_TOKEN", token)))
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let address = first.strip_prefix("listening on http://").unwrap().parse().unwrap();
        // What else it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, folder }
    }

    /// Sends a request with some header lines and returns the head and the body of the answer.
    pub(crate) fn ask(&self, request: &str, headers: &[&str], body: &[u8]) -> (String, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let mut head = format!("{request} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|line| line.starts_with("Host:")) {
            write!(head, "Host: {}\r\n", self.address).unwrap();
        }
        let framed = ["Content-Length:", "Transfer-Encoding:"];
        if !headers.iter().any(|line| framed.iter().any(|name| line.starts_with(name))) {
            write!(head, "Content-Length: {}\r\n", body.len()).unwrap();
        }
        for line in headers {
            head.push_str(line);
            head.push_str("\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        // A server that refuses a body need not read it.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn status(&self, request: &str, headers: &[&str]) -> u16 {
        status(&self.ask(request, headers, b"").0)
    }

    fn get(&self, path: &str) -> (String, String) {
        self.ask(&format!("GET {path}"), &[], b"")
    }

    pub(crate) fn origin(&self) -> String {
        format!("Origin: http://{}", self.address)
    }

    /// Hands the document of the fixture in, waits until it has been checked, and returns its address.
    fn audited(&self) -> String {
        self.checked("fairway.txt", &std::fs::read(fixture("documents/fairway.txt")).unwrap())
    }

    /// Hands a document in, waits until it has been checked, and returns its address.
    pub(crate) fn checked(&self, name: &str, bytes: &[u8]) -> String {
        let request = format!("POST /documents?name={name}");
        let (head, body) = self.ask(&request, &[&self.origin()], bytes);
        assert_eq!(status(&head), 201, "{head}\n{body}");
        let url = serde_json::from_str::<Value>(&body).unwrap()["url"].as_str().unwrap().to_owned();
        // The stream ends when the check is over.
        let (head, events) = self.get(&format!("{url}/events"));
        assert_eq!(status(&head), 200);
        assert!(events.contains("event: finished"), "{events}");
        url
    }
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_document_is_handed_in_checked_and_its_report_and_sources_are_shown() {
    let server = Server::start(&[], None);
    assert!(server.get("/").1.contains("No document has been handed in yet"));
    let url = server.audited();
    let (_, home) = server.get("/");
    assert!(home.contains("fairway.txt") && home.contains("4 errors, 5 warnings"), "{home}");
    let (head, report) = server.get(&format!("{url}/report"));
    assert!(head.contains("content-security-policy: sandbox allow-scripts"), "{head}");
    assert!(report.contains("not ready") || report.contains("Not ready"), "{report:.300}");
    let (_, json) = server.get(&format!("{url}/report.json"));
    let start = json.find('{').unwrap();
    assert!(json[start..].starts_with("{\n  \"schema\": \"citeaudit.report/1\""), "{json:.80}");
    let (_, document) = server.get(&url);
    assert!(document.contains("Sources over time"), "{document}");
    assert!(document.contains("https://ferryman.example.org/2025/02/harbour-dues"), "{document}");
    assert!(document.contains("1 look"), "{document}");
    let (head, history) = server.get(&format!("{url}/history"));
    assert_eq!(status(&head), 200);
    assert!(history.contains("<svg") && history.contains("harbour-dues"), "{history}");
    let (_, metrics) = server.get("/metrics");
    for line in [
        "citeaudit_documents 1",
        "citeaudit_sources{state=\"dead\"} 1",
        "citeaudit_findings{level=\"error\"} 4",
        "citeaudit_checks_total{outcome=\"finished\"} 1",
        "citeaudit_checks_running 0",
    ] {
        assert!(metrics.lines().any(|held| held == line), "{line}\n{metrics}");
    }
    assert!(server.get("/healthz").1.contains("ok"));
    let again = server.ask(&format!("POST {url}/check"), &[&server.origin()], b"");
    assert_eq!(status(&again.0), 202);
}

#[test]
fn what_cannot_be_read_or_is_too_large_is_refused_and_not_kept() {
    let server = Server::start(&["--max-upload-bytes", "1000"], None);
    let origin = server.origin();
    let post = |query: &str, headers: &[&str], body: &[u8]| {
        let mut all = vec![origin.as_str()];
        all.extend(headers);
        status(&server.ask(&format!("POST /documents{query}"), &all, body).0)
    };
    assert_eq!(post("?name=a.txt", &[], &[b'a'; 1001]), 413);
    assert_eq!(post("?name=a.txt", &["Content-Length: 99999999999"], b""), 413);
    let chunks = format!("7d0\r\n{}\r\n0\r\n\r\n", "a".repeat(2000));
    assert_eq!(post("?name=a.txt", &["Transfer-Encoding: chunked"], chunks.as_bytes()), 413);
    assert_eq!(post("?name=a.png", &[], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0"), 422);
    assert_eq!(post("?name=a.txt", &[], b""), 422);
    assert_eq!(post("", &[], b"text"), 400);
    assert_eq!(post("?name=..", &[], b"text"), 400);
    assert!(server.get("/").1.contains("No document has been handed in yet"));
}

#[test]
fn no_address_leads_out_of_the_folder() {
    let server = Server::start(&[], None);
    std::fs::write(server.folder.path().join("data/secret.txt"), "secret").unwrap();
    for path in [
        "/documents/..",
        "/documents/../secret.txt",
        "/documents/%2e%2e",
        "/documents/%2e%2e%2fsecret.txt",
        "/documents/..%2f..%2fsecret.txt/report",
        "/documents/....//secret.txt",
        "/documents/%00",
        "/documents/0123456789abcdeg",
        "/documents/0123456789abcdef",
        "/documents/0123456789abcdef/report",
        "/../data/secret.txt",
        "//etc/passwd",
    ] {
        let (head, body) = server.get(path);
        assert!(matches!(status(&head), 400 | 404), "{path}: {head}");
        assert!(!body.contains("secret"), "{path}: {body}");
    }
    let text = b"He said so.[1]\n\n[1] https://a.example.org/\n";
    let (head, _) =
        server.ask("POST /documents?name=..%2F..%2F..%2Fescaped.txt", &[&server.origin()], text);
    assert_eq!(status(&head), 201);
    assert!(server.get("/").1.contains(">escaped.txt<"));
    assert!(!server.folder.path().join("escaped.txt").exists());
}

#[test]
fn requests_of_other_pages_and_for_other_hosts_are_refused() {
    let server = Server::start(&["--host", "audits.example.org"], None);
    let origin = server.origin();
    let refused: [&[&str]; 6] = [
        &[],
        &["Origin: http://evil.example"],
        &["Origin: null"],
        &["Sec-Fetch-Site: cross-site"],
        &[&origin, "Sec-Fetch-Site: same-site"],
        &[&origin, "Host: evil.example"],
    ];
    for headers in refused {
        let posted = server.status("POST /documents?name=a.txt", headers);
        assert_eq!(posted, 403, "{headers:?}");
    }
    assert_eq!(server.status("GET /", &["Host: evil.example"]), 403);
    assert_eq!(server.status("GET /", &["Host: evil.example:8642"]), 403);
    assert_eq!(server.status("GET /", &["Host: audits.example.org"]), 200);
    assert_eq!(server.status("GET /", &["Host: localhost:1"]), 200);
    assert_eq!(server.status("GET /metrics", &["Origin: http://evil.example"]), 403);
    let picture = ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"];
    assert_eq!(server.status("GET /", &picture), 403);
    let (head, _) = server.ask("OPTIONS /documents", &["Origin: http://evil.example"], b"");
    assert_eq!(status(&head), 403);
    assert!(!head.to_ascii_lowercase().contains("access-control"), "{head}");
    let (head, _) = server.get("/");
    for line in [
        "content-security-policy: default-src 'none'; style-src 'self'; script-src 'self';",
        "x-content-type-options: nosniff",
        "x-frame-options: DENY",
        "referrer-policy: same-origin",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(head.contains(line), "{line}\n{head}");
    }
}

#[test]
fn with_a_token_nothing_is_shown_without_it() {
    let server = Server::start(&[], Some(TOKEN));
    let bearer = format!("Authorization: Bearer {TOKEN}");
    for path in ["/", "/metrics", "/healthz", "/documents/0123456789abcdef", "/nothing"] {
        assert_eq!(server.status(&format!("GET {path}"), &[]), 401, "{path}");
        assert_ne!(server.status(&format!("GET {path}"), &[&bearer]), 401, "{path}");
        assert_eq!(server.status(&format!("GET {path}"), &["Authorization: Bearer no"]), 401);
    }
    let origin = server.origin();
    let login = |token: &str| {
        let form = format!("token={}", token.replace(' ', "+"));
        server.ask("POST /login", &[&origin], form.as_bytes()).0
    };
    assert_eq!(status(&login("a token that is wrong")), 401);
    let head = login(TOKEN);
    assert_eq!(status(&head), 303);
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains("token"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    assert_eq!(server.status("GET /", &[&format!("Cookie: {pair}")]), 200);
    // The cookie alone does not let another page act.
    let foreign = [format!("Cookie: {pair}"), "Origin: http://evil.example".to_owned()];
    let foreign: Vec<&str> = foreign.iter().map(String::as_str).collect();
    assert_eq!(server.status("POST /documents?name=a.txt", &foreign), 403);
}

#[test]
fn it_does_not_listen_for_others_without_a_token() {
    let run = |token: Option<&str>| {
        let output = Command::new(env!("CARGO_BIN_EXE_citeaudit"))
            .args(["serve", "--listen", "0.0.0.0:0"])
            .env_remove("CITEAUDIT_TOKEN")
            .envs(token.map(|token| ("CITEAUDIT_TOKEN", token)))
            .current_dir(tempfile::tempdir().unwrap().path())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, stderr) = run(None);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("others can reach 0.0.0.0:0: a token is needed"), "{stderr}");
    let (code, stderr) = run(Some("short"));
    assert_eq!(code, Some(2));
    assert!(stderr.contains("expected a token of 16 characters or more, but got 5"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_is_looked_up_as_in_any_audit() {
    let web = http::Server::start(|path, _| {
        let json = "Content-Type: application/json\r\n";
        match path {
            _ if path.starts_with("/handles/") => {
                http::page("404 Not Found", json, br#"{"responseCode":100}"#)
            }
            _ => http::page("403 Forbidden", "cf-mitigated: challenge\r\n", b"<title>Wait</title>"),
        }
    })
    .await;
    let settings = tempfile::tempdir().unwrap();
    let file = settings.path().join("citeaudit.toml");
    let handles = web.url("/handles/");
    std::fs::write(&file, format!("doi-handles = \"{handles}\"\nno-archive = true\n")).unwrap();
    let connect = format!("::127.0.0.1:{}", web.address.port());
    let flags = ["--host-delay", "0", "--max-retries", "0", "--connect-to", &connect, "--config"];
    let flags = [&flags[..], &[file.to_str().unwrap()]].concat();
    let report = tokio::task::block_in_place(|| {
        let server = Server::on_the_web(&flags);
        let document = b"Nobody knows this.[^1]\n\n[^1]: A. Holm, Nothing, 2020, http://doi.org/10.1000/none\n";
        let url = server.checked("r.md", document);
        server.get(&format!("{url}/report")).1
    });
    assert!(report.contains("the DOI is not registered"), "{report}");
}
