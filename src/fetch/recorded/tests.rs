use std::io::Write;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::fetch::Settings;
use crate::fetch::exchange::{Arrival, Reply};
use crate::fetch::recording::Recording;
use crate::fetched::{Completeness, DnsFailure, Fetched};
use crate::target::Target;

fn limits() -> Limits {
    Limits { max_body_bytes: 100_000, ..Limits::from(&Settings::default()) }
}

fn file(directory: &tempfile::TempDir, bytes: &[u8]) -> PathBuf {
    let path = directory.path().join("a.warc");
    std::fs::write(&path, bytes).unwrap();
    path
}

fn record(kind: &str, fields: &str, block: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\n{fields}Content-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
}

fn response(url: &str, date: &str, block: &str) -> String {
    record("response", &format!("WARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"), block)
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

async fn ask(recorded: &Recorded, url: &str) -> Exchange {
    recorded.ask(&Request::new(Url::parse(url).unwrap())).await
}

async fn body(recorded: &Recorded, url: &str) -> String {
    match ask(recorded, url).await.outcome {
        Ok(reply) => String::from_utf8_lossy(&reply.body).into_owned(),
        Err(failure) => format!("! {failure}"),
    }
}

async fn fetch(recorded: &Recorded, url: &str) -> Fetched {
    let url = Url::parse(url).unwrap();
    let canonical = url.to_string();
    recorded.fetch(&Target::new(url, Vec::new(), canonical, Vec::new())).await
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n";

#[tokio::test]
async fn the_latest_record_under_the_same_scheme_is_the_answer() {
    let directory = tempfile::tempdir().unwrap();
    let records = [
        response("https://a.org/x", "2024-01-02T00:00:00Z", &format!("{OK}new")),
        response("https://a.org/x", "2024-01-01T00:00:00Z", &format!("{OK}old")),
        response("http://a.org/x", "2024-01-03T00:00:00Z", &format!("{OK}plain")),
        response("<http://a.org/y>", "2024-01-01T00:00:00Z", &format!("{OK}brackets")),
    ];
    let members: Vec<u8> = records.iter().flat_map(|record| gzip(record.as_bytes())).collect();
    let one_piece = gzip(records.concat().as_bytes());
    for bytes in [records.concat().into_bytes(), members, one_piece] {
        let recorded = Recorded::open(&file(&directory, &bytes), limits()).unwrap();
        assert_eq!(body(&recorded, "https://a.org/x#part").await, "new");
        assert_eq!(body(&recorded, "http://a.org/x").await, "plain");
        assert_eq!(body(&recorded, "https://a.org/y").await, "brackets");
        assert_eq!(
            body(&recorded, "https://a.org/z").await,
            format!("! {}", FetchFailure::NotRecorded)
        );
    }
}

#[tokio::test]
async fn line_ends_may_be_bare() {
    let directory = tempfile::tempdir().unwrap();
    let block = "HTTP/1.1 200 OK\nContent-Type: text/plain\n\nbare";
    let text = response("https://a.org/x", "2024-01-01T00:00:00Z", block).replace("\r\n", "\n");
    let recorded = Recorded::open(&file(&directory, text.as_bytes()), limits()).unwrap();
    assert_eq!(body(&recorded, "https://a.org/x").await, "bare");
}

#[tokio::test]
async fn recorded_redirects_are_followed() {
    let directory = tempfile::tempdir().unwrap();
    let moved = "HTTP/1.1 301 Moved\r\nLocation: https://b.org/\r\nContent-Length: 0\r\n\r\n";
    let text = [
        response("https://a.org/", "2024-01-01T00:00:00Z", moved),
        response("https://b.org/", "2024-01-01T00:00:00Z", &format!("{OK}here")),
    ]
    .concat();
    let recorded = Recorded::open(&file(&directory, text.as_bytes()), limits()).unwrap();
    let fetched = fetch(&recorded, "https://a.org/").await;
    assert_eq!((fetched.hops.len(), fetched.outcome.unwrap().body), (1, b"here".to_vec()));
    assert_eq!(fetched.at.to_string(), "2024-01-01T00:00:00Z");
}

#[tokio::test]
async fn bodies_are_read_as_other_tools_store_them() {
    let directory = tempfile::tempdir().unwrap();
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
    let cut = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n wo";
    let undone = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>plain";
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
    let date = "2024-01-01T00:00:00Z";
    let text = [
        response("https://a.org/1", date, chunked),
        response("https://a.org/2", date, cut),
        response("https://a.org/3", date, undone),
        response("https://a.org/4", date, short),
        record(
            "resource",
            "WARC-Target-URI: https://a.org/5\r\nContent-Type: text/plain\r\n",
            "resource",
        ),
        record(
            "response",
            "WARC-Target-URI: https://a.org/6\r\nWARC-Truncated: time\r\n",
            &format!("{OK}part"),
        ),
        record("conversion", "WARC-Target-URI: https://a.org/7\r\n", "no"),
    ]
    .concat();
    let recorded = Recorded::open(&file(&directory, text.as_bytes()), limits()).unwrap();
    let mut seen = Vec::new();
    for number in 1..=7 {
        let fetched = fetch(&recorded, &format!("https://a.org/{number}")).await;
        seen.push(match fetched.outcome {
            Ok(answer) => {
                let whole = if answer.completeness == Completeness::Whole { "" } else { "…" };
                format!("{}{whole}", String::from_utf8(answer.body).unwrap())
            }
            Err(_) => "-".to_owned(),
        });
    }
    assert_eq!(seen, ["hello world", "hello wo…", "<p>plain", "hello…", "resource", "part…", "-"]);
}

#[tokio::test]
async fn a_revisit_has_the_body_of_the_record_it_refers_to() {
    let directory = tempfile::tempdir().unwrap();
    let digest = "WARC-Payload-Digest: sha1:AAAA\r\n";
    let original =
        format!("WARC-Target-URI: https://a.org/1\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n{digest}");
    let named = "WARC-Target-URI: https://a.org/2\r\nWARC-Date: 2024-02-01T00:00:00Z\r\nWARC-Refers-To-Target-URI: https://a.org/1\r\nWARC-Refers-To-Date: 2024-01-01T00:00:00Z\r\n";
    let by_digest =
        format!("WARC-Target-URI: https://a.org/3\r\nWARC-Date: 2024-02-01T00:00:00Z\r\n{digest}");
    let text = [
        record("response", &original, &format!("{OK}body")),
        record("revisit", named, "HTTP/1.1 200 OK\r\nX-New: 1\r\n\r\n"),
        record("revisit", &by_digest, "HTTP/1.1 304 Not Modified\r\n\r\n"),
        record("revisit", "WARC-Target-URI: https://a.org/4\r\n", ""),
    ]
    .concat();
    let recorded = Recorded::open(&file(&directory, text.as_bytes()), limits()).unwrap();
    let reply = ask(&recorded, "https://a.org/2").await.outcome.unwrap();
    assert_eq!((reply.header("x-new"), &reply.body[..]), (Some("1"), &b"body"[..]));
    let reply = ask(&recorded, "https://a.org/3").await.outcome.unwrap();
    assert_eq!((reply.status, &reply.body[..]), (200, &b"body"[..]));
    assert_eq!(ask(&recorded, "https://a.org/4").await.outcome, Err(FetchFailure::NotRecorded));
}

#[test]
fn a_broken_file_is_an_error_that_names_the_record() {
    let directory = tempfile::tempdir().unwrap();
    let good = response("https://a.org/x", "2024-01-01T00:00:00Z", &format!("{OK}here"));
    let offset = good.len() - "\r\n\r\n".len();
    for (bytes, expected) in [
        (b"<html>no".to_vec(), "the record at byte 0 does not begin with `WARC/`".to_owned()),
        (Vec::new(), "the record at byte 0 does not begin with `WARC/`".to_owned()),
        (
            b"WARC/1.1\r\nWARC-Type: response\r\n\r\nx".to_vec(),
            "the record at byte 0 has no `Content-Length`".to_owned(),
        ),
        (
            format!("{good}rubbish\r\n{good}").into_bytes(),
            format!("the record at byte {offset} does not begin with `WARC/`"),
        ),
        (
            b"WARC/1.1\r\nContent-Length: x\r\n\r\n".to_vec(),
            "has a `Content-Length` that is no number".to_owned(),
        ),
        (gzip(b"no warc\n"), "the record at byte 0 does not begin with `WARC/`".to_owned()),
    ] {
        let error = Recorded::open(&file(&directory, &bytes), limits()).err().expect(&expected);
        assert!(error.to_string().contains(&expected), "{error}");
        assert!(!error.hint().is_empty());
    }
    let missing = Recorded::open(&directory.path().join("none"), limits());
    assert!(matches!(missing, Err(WarcError::File { .. })));
}

#[tokio::test]
async fn a_file_that_breaks_off_can_be_used_up_to_there() {
    let directory = tempfile::tempdir().unwrap();
    let one = response("https://a.org/1", "2024-01-01T00:00:00Z", &format!("{OK}one"));
    let two = response("https://a.org/2", "2024-01-01T00:00:00Z", &format!("{OK}two"));
    let (one_gz, two_gz) = (gzip(one.as_bytes()), gzip(two.as_bytes()));
    for cut in 1..two_gz.len() {
        let bytes = [&one_gz[..], &two_gz[..cut]].concat();
        let recorded = Recorded::open(&file(&directory, &bytes), limits()).unwrap();
        assert_eq!(recorded.cut_at(), Some(one_gz.len() as u64), "cut at {cut}");
        assert_eq!(body(&recorded, "https://a.org/1").await, "one");
    }
    for cut in 1..two.len() - 4 {
        let recorded =
            Recorded::open(&file(&directory, format!("{one}{}", &two[..cut]).as_bytes()), limits())
                .unwrap();
        assert!(recorded.cut_at().is_some(), "cut at {cut}");
        assert_eq!(body(&recorded, "https://a.org/1").await, "one");
    }
}

/// Answers every request in the same way.
struct Same(Result<Reply, FetchFailure>);

impl Fetcher for Same {
    async fn ask(&self, request: &Request) -> Exchange {
        Exchange {
            url: request.url.clone(),
            at: "2024-06-19T12:00:00.25Z".parse().unwrap(),
            took: Duration::from_millis(1),
            outcome: self.0.clone(),
            hope: Hope::None,
        }
    }

    fn limits(&self) -> Limits {
        limits()
    }
}

fn reply(headers: &[(&str, &str)], body: &[u8], arrival: Arrival) -> Reply {
    Reply {
        version: "HTTP/1.1",
        status: 200,
        headers: headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        body: bytes::Bytes::copy_from_slice(body),
        arrival,
    }
}

#[tokio::test]
async fn what_is_recorded_comes_back_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("r.warc.gz");
    let length = [("content-length", "4"), ("x-latin", "é")];
    let outcomes = [
        Ok(reply(&length, b"body", Arrival::Whole)),
        Ok(reply(&[("content-encoding", "gzip")], &gzip(b"body"), Arrival::Whole)),
        Ok(reply(&length, b"bo", Arrival::Disconnected("connection reset".to_owned()))),
        Ok(reply(&[], b"bo", Arrival::TimedOut(Duration::from_millis(1500)))),
        Ok(reply(&[], b"bo", Arrival::OverLimit(2))),
        Err(FetchFailure::Dns(DnsFailure::NoSuchName)),
        Err(FetchFailure::Dns(DnsFailure::Temporary("no answer".to_owned()))),
        Err(FetchFailure::Tls("the certificate has expired".to_owned())),
        Err(FetchFailure::Timeout(Duration::from_secs(20))),
        Err(FetchFailure::Connection("connection refused".to_owned())),
    ];
    for outcome in outcomes {
        std::fs::remove_file(&path).ok();
        let recording =
            Recording::start(Same(outcome.clone()), &path, "test/1", Timestamp::UNIX_EPOCH)
                .unwrap();
        let request = Request::new(Url::parse("https://a.org/x?y=z").unwrap());
        assert_eq!(recording.ask(&request).await.outcome, outcome);
        recording.finish(Timestamp::UNIX_EPOCH).unwrap();
        let recorded = Recorded::open(&path, limits()).unwrap();
        let exchange = recorded.ask(&request).await;
        let mut expected = outcome;
        if let Ok(expected) = &mut expected
            && expected.header("content-length").is_none()
        {
            expected.headers.push(("content-length".to_owned(), expected.body.len().to_string()));
        }
        assert_eq!(exchange.outcome, expected);
        assert_eq!(exchange.at.to_string(), "2024-06-19T12:00:00.25Z");
    }
}

#[tokio::test]
async fn an_unfinished_recording_is_gone_on_with_and_a_finished_one_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("r.warc.gz");
    let first = Request::new(Url::parse("https://a.org/1").unwrap());
    let second = Request::new(Url::parse("https://a.org/2").unwrap());
    let answer = |body: &[u8]| Same(Ok(reply(&[], body, Arrival::Whole)));
    let start =
        |fetcher| Recording::start(fetcher, &path, "test/1", Timestamp::UNIX_EPOCH).unwrap();

    start(answer(b"old")).ask(&first).await;
    // The run is killed while it writes.
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(&gzip(b"WARC/1.1\r\n")[..12]);
    std::fs::write(&path, bytes).unwrap();

    let resumed = start(answer(b"new"));
    assert_eq!(resumed.ask(&first).await.outcome.unwrap().body, "old");
    assert_eq!(resumed.ask(&second).await.outcome.unwrap().body, "new");
    resumed.finish(Timestamp::UNIX_EPOCH).unwrap();
    let recorded = Recorded::open(&path, limits()).unwrap();
    assert_eq!(recorded.cut_at(), None);
    assert_eq!(body(&recorded, "https://a.org/1").await, "old");
    assert_eq!(body(&recorded, "https://a.org/2").await, "new");

    let again = start(answer(b"again"));
    assert_eq!(again.ask(&first).await.outcome.unwrap().body, "again");
}

#[tokio::test]
async fn secrets_are_not_recorded() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("r.warc.gz");
    let recording = Recording::start(
        Same(Ok(reply(&[], b"x", Arrival::Whole))),
        &path,
        "test/1",
        Timestamp::UNIX_EPOCH,
    )
    .unwrap();
    let mut request = Request::new(Url::parse("https://a.org/1").unwrap());
    request.cookies = Some("session=secret".to_owned());
    recording.ask(&request).await;
    let mut text = String::new();
    let bytes = std::fs::read(&path).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(&bytes[..]), &mut text)
        .unwrap();
    assert!(text.contains("GET /1 HTTP/1.1") && !text.contains("secret"), "{text}");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), start in 0usize..4) {
        let directory = tempfile::tempdir().unwrap();
        let head: &[u8] = [&b""[..], b"WARC/1.1\r\nContent-Length: 5\r\n", b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.org/\r\nContent-Length: 90\r\n\r\nHTTP/1.1 200 OK\r\n", b"\x1f\x8b\x08\0"][start];
        let path = file(&directory, &[head, &bytes].concat());
        if let Ok(recorded) = Recorded::open(&path, limits()) {
            let stored = Recorded::look_up(&recorded.archive, &Request::new(Url::parse("https://a.org/").unwrap()), 100);
            prop_assert!(stored.is_ok());
        }
    }
}
