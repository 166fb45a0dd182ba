//! Fetching over real sockets, on 127.0.0.1: servers that behave well, badly, and like none should.

#![expect(clippy::unwrap_used, reason = "a server of a test that fails is a test that fails")]

use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use citeaudit::fetch::{
    Fetcher, Fetching, HostSettings, Http, Limits, Politeness, Reach, Recorded, Recording, Retries,
    Route, Settings, fetch_all,
};
use citeaudit::fetched::{Answer, Completeness, DnsFailure, FetchFailure, Fetched};
use citeaudit::target::Target;
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What a server does once it has read a request.
#[derive(Clone)]
pub(crate) enum Act {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes, then breaks the connection.
    Reset(Vec<u8>),
    /// Sends the first bytes, then the others over and over, as fast as they are taken.
    Forever(Vec<u8>, Vec<u8>),
    /// Sends these bytes and then nothing, and does not close.
    Hang(Vec<u8>),
}

/// A server that answers by the path and by how many requests came before.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// The requests with their bodies, in order.
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&str, usize) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move {
                    let Some((mut stream, request)) = read_request(stream).await else { return };
                    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                    let before = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(request);
                        seen.len() - 1
                    };
                    act(&mut stream, answer(&path, before)).await;
                });
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read_request(mut stream: TcpStream) -> Option<(TcpStream, String)> {
    let mut request = Vec::new();
    let mut chunk = [0; 1024];
    while missing(&request).is_none_or(|bytes| bytes > 0) {
        let length = stream.read(&mut chunk).await.ok()?;
        if length == 0 {
            return None;
        }
        request.extend_from_slice(&chunk[..length]);
    }
    Some((stream, String::from_utf8_lossy(&request).into_owned()))
}

/// How many bytes of a request have not come yet; `None` while its head has not.
fn missing(request: &[u8]) -> Option<usize> {
    let head = request.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let fields = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
    let length = fields.lines().find_map(|line| line.strip_prefix("content-length: "));
    let body = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
    Some((head + body).saturating_sub(request.len()))
}

async fn act(stream: &mut TcpStream, act: Act) {
    match act {
        Act::Send(bytes) => {
            stream.write_all(&bytes).await.ok();
            stream.shutdown().await.ok();
            // Closing with unread bytes would reset the connection.
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.ok();
        }
        Act::Reset(bytes) => {
            stream.write_all(&bytes).await.ok();
            stream.flush().await.ok();
            stream.set_zero_linger().ok();
        }
        Act::Forever(first, then) => {
            stream.write_all(&first).await.ok();
            while stream.write_all(&then).await.is_ok() {}
        }
        Act::Hang(bytes) => {
            stream.write_all(&bytes).await.ok();
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.ok();
        }
    }
}

pub(crate) fn page(status: &str, headers: &str, body: &[u8]) -> Act {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    );
    Act::Send([head.as_bytes(), body].concat())
}

fn raw(text: &str) -> Act {
    Act::Send(text.as_bytes().to_vec())
}

pub(crate) fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn settings() -> Settings {
    Settings {
        reach: Reach::Private,
        timeout: Duration::from_secs(20),
        max_body_bytes: 1 << 20,
        retries: Retries {
            most: 0,
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(5),
        },
        politeness: Politeness {
            concurrency: NonZeroUsize::new(8).unwrap(),
            delay: Duration::ZERO,
        },
        ..Settings::default()
    }
}

pub(crate) fn target(url: &str) -> Target {
    let url = Url::parse(url).unwrap();
    let canonical = url.to_string();
    Target::new(url, Vec::new(), canonical, Vec::new())
}

async fn fetch_with(settings: Settings, url: &str) -> Fetched {
    Http::new(settings).unwrap().fetch(&target(url)).await
}

async fn fetch(url: &str) -> Fetched {
    fetch_with(settings(), url).await
}

async fn answer(url: &str) -> Answer {
    fetch(url).await.outcome.unwrap()
}

#[tokio::test]
async fn redirects_are_followed_as_hops() {
    let server = Server::start(|path, _| match path {
        "/a" => page("301 Moved Permanently", "Location: /b?x=1\r\n", b""),
        "/b?x=1" => page("302 Found", "Location: c#frag\r\n", b"see c"),
        "/c" => page("200 OK", "Content-Type: text/plain\r\n", b"here"),
        _ => page("404 Not Found", "", b"no"),
    })
    .await;
    let fetched = fetch(&server.url("/a")).await;
    let hops: Vec<(u16, String)> =
        fetched.hops.iter().map(|hop| (hop.status, hop.to.to_string())).collect();
    assert_eq!(hops, [(301, server.url("/b?x=1")), (302, server.url("/c#frag"))]);
    let answer = fetched.outcome.unwrap();
    assert_eq!(
        (answer.url.as_str(), answer.status, &answer.body[..]),
        (&*server.url("/c#frag"), 200, &b"here"[..])
    );
    assert_eq!(answer.header("content-type"), Some("text/plain"));
}

#[tokio::test]
async fn loops_end_and_odd_locations_are_answers() {
    let server = Server::start(|path, _| match path {
        "/loop" => page("302 Found", "Location: /loop\r\n", b""),
        "/ping" => page("302 Found", "Location: /pong\r\n", b""),
        "/pong" => page("302 Found", "Location: /ping\r\n", b""),
        "/none" => page("302 Found", "", b""),
        "/bad" => page("302 Found", "Location: http://[::bad/\r\n", b""),
        "/mail" => page("302 Found", "Location: mailto:a@b.org\r\n", b""),
        endless => {
            let next = endless.trim_start_matches("/n").parse::<u32>().unwrap_or(0) + 1;
            page("302 Found", &format!("Location: /n{next}\r\n"), b"")
        }
    })
    .await;
    assert_eq!(
        fetch(&server.url("/loop")).await.outcome.unwrap_err(),
        FetchFailure::RedirectLoop(1)
    );
    assert_eq!(
        fetch(&server.url("/ping")).await.outcome.unwrap_err(),
        FetchFailure::RedirectLoop(2)
    );
    assert_eq!(
        fetch(&server.url("/n0")).await.outcome.unwrap_err(),
        FetchFailure::RedirectLoop(11)
    );
    for path in ["/none", "/bad", "/mail"] {
        assert_eq!(answer(&server.url(path)).await.status, 302, "{path}");
    }
}

#[tokio::test]
async fn a_location_in_latin1_is_followed() {
    let server = Server::start(|path, _| match path {
        "/a" => Act::Send(b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()),
        other => page("200 OK", "", other.as_bytes()),
    })
    .await;
    assert_eq!(answer(&server.url("/a")).await.body, b"/caf%C3%A9");
}

#[tokio::test]
async fn content_encodings_are_undone() {
    let server = Server::start(|path, _| match path {
        "/gzip" => page("200 OK", "Content-Encoding: gzip\r\n", &gzip(b"text")),
        "/twice" => page("200 OK", "Content-Encoding: gzip, gzip\r\n", &gzip(&gzip(b"text"))),
        "/plain" => page("200 OK", "Content-Encoding: gzip\r\n", b"text"),
        _ => raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\ntext\r\n0\r\n\r\n"),
    })
    .await;
    for path in ["/gzip", "/twice", "/plain", "/chunked"] {
        let answer = answer(&server.url(path)).await;
        assert_eq!(
            (&answer.body[..], answer.completeness),
            (&b"text"[..], Completeness::Whole),
            "{path}"
        );
    }
    assert!(
        server.requests()[0].to_lowercase().contains("accept-encoding: gzip, deflate, br, zstd")
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_is_kept_and_told() {
    let server = Server::start(|path, _| match path {
        "/short" => raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        "/chunk" => {
            raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n50\r\nx")
        }
        "/reset" => Act::Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec()),
        _ => {
            let noise: Vec<u8> =
                (0..40_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
            let wire = gzip(&noise);
            page("200 OK", "Content-Encoding: gzip\r\n", &wire[..wire.len() / 2])
        }
    })
    .await;
    for (path, start) in
        [("/short", &b"half"[..]), ("/chunk", b"half"), ("/reset", b""), ("/gzip", b"")]
    {
        let answer = answer(&server.url(path)).await;
        assert!(answer.body.starts_with(start), "{path}");
        assert!(
            matches!(answer.completeness, Completeness::CutOff(_)),
            "{path}: {:?}",
            answer.completeness
        );
    }
}

#[tokio::test]
async fn bombs_and_endless_bodies_end_at_the_limit() {
    let bomb = gzip(&vec![0; 64 << 20]);
    let server = Server::start(move |path, _| match path {
        "/bomb" => page("200 OK", "Content-Encoding: gzip\r\n", &bomb),
        _ => Act::Forever(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 8192]),
    })
    .await;
    for path in ["/bomb", "/endless"] {
        let answer = answer(&server.url(path)).await;
        assert_eq!(
            (answer.body.len(), answer.completeness),
            (1 << 20, Completeness::OverLimit(1 << 20)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn slow_answers_end_at_the_time_limit() {
    let server = Server::start(|path, _| match path {
        "/head" => Act::Hang(b"HTTP/1.1 200 OK\r\nX-Slow: ".to_vec()),
        "/body" => Act::Hang(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow".to_vec()),
        _ => Act::Forever(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-More: 1\r\n".to_vec()),
    })
    .await;
    let limit = Duration::from_millis(300);
    let hurried = || Settings { timeout: limit, ..settings() };
    let failure = fetch_with(hurried(), &server.url("/head")).await.outcome.unwrap_err();
    assert_eq!(failure, FetchFailure::Timeout(limit));
    let answer = fetch_with(hurried(), &server.url("/body")).await.outcome.unwrap();
    assert_eq!(answer.body, b"slow");
    let told = Completeness::CutOff("the time limit of 0.3 s was reached after 4 bytes".to_owned());
    assert_eq!(answer.completeness, told);
    let failure = fetch_with(hurried(), &server.url("/headers")).await.outcome.unwrap_err();
    assert!(matches!(failure, FetchFailure::Protocol(_) | FetchFailure::Timeout(_)), "{failure:?}");
    let patient =
        HostSettings { timeout: Some(Duration::from_millis(20)), ..HostSettings::default() };
    let mut one_host = settings();
    one_host.hosts.insert("127.0.0.1".to_owned(), patient);
    let failure = fetch_with(one_host, &server.url("/head")).await.outcome.unwrap_err();
    assert_eq!(failure, FetchFailure::Timeout(Duration::from_millis(20)));
}

#[tokio::test]
async fn broken_headers_are_read_as_browsers_read_them() {
    let many = (0..300).fold(String::new(), |many, n| many + "X-" + &n.to_string() + ": 1\r\n");
    let server = Server::start(move |path, _| match path {
        "/many" => page("200 OK", &many, b"ok"),
        "/space" => page("200 OK", "Name : value\r\n", b"ok"),
        "/control" => page("200 OK", "X-Bad: a\x01b\r\nno colon here\r\n", b"ok"),
        "/folded" => page("200 OK", "X-Folded: a\r\n b\r\n", b"ok"),
        "/reason" => raw("HTTP/1.1 200\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"),
        "/ten" => raw("HTTP/1.0 200 OK\r\n\r\nok"),
        _ => page("200 OK", "X-Latin: caf\u{e9}\r\n", b"ok"),
    })
    .await;
    for path in ["/many", "/space", "/control", "/folded", "/reason", "/ten", "/latin"] {
        let answer = answer(&server.url(path)).await;
        assert_eq!((answer.status, &answer.body[..]), (200, &b"ok"[..]), "{path}");
        assert_eq!(answer.completeness, Completeness::Whole, "{path}");
    }
}

#[tokio::test]
async fn what_is_not_http_is_told() {
    let server = Server::start(|path, _| match path {
        "/icy" => raw("ICY 200 OK\r\n\r\nmusic"),
        "/text" => raw("hello, I am no server\n"),
        _ => raw(""),
    })
    .await;
    for path in ["/icy", "/text"] {
        let failure = fetch(&server.url(path)).await.outcome.unwrap_err();
        assert!(matches!(failure, FetchFailure::Protocol(_)), "{path}: {failure:?}");
    }
    let failure = fetch(&server.url("/nothing")).await.outcome.unwrap_err();
    assert!(matches!(failure, FetchFailure::Connection(_)), "{failure:?}");
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = plain.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            act(&mut stream, raw("HTTP/1.1 400 Bad Request\r\n\r\n")).await;
        }
    });
    let failure = fetch(&format!("https://{address}/")).await.outcome.unwrap_err();
    assert_eq!(failure, FetchFailure::Tls("the server does not speak TLS on this port".to_owned()));
}

#[tokio::test]
async fn nobody_listening_and_no_such_name_are_told_apart() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let failure = fetch(&format!("http://{free}/")).await.outcome.unwrap_err();
    assert_eq!(failure, FetchFailure::Connection("connection refused".to_owned()));
    let failure = fetch("http://no-such-name.invalid/").await.outcome.unwrap_err();
    // Without a name server at hand, the answer is that there was none.
    assert!(
        matches!(failure, FetchFailure::Dns(DnsFailure::NoSuchName | DnsFailure::Temporary(_))),
        "{failure:?}"
    );
}

#[tokio::test]
async fn what_passes_is_repeated() {
    let server = Server::start(|path, before| match (path, before) {
        ("/busy", 0) => page("503 Service Unavailable", "Retry-After: 0\r\n", b"busy"),
        ("/cut", 2) => raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        _ => page("200 OK", "", b"ok"),
    })
    .await;
    let mut settings = settings();
    settings.retries.most = 2;
    for path in ["/busy", "/cut"] {
        let answer = fetch_with(settings.clone(), &server.url(path)).await.outcome.unwrap();
        assert_eq!(
            (&answer.body[..], answer.completeness),
            (&b"ok"[..], Completeness::Whole),
            "{path}"
        );
    }
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_route_leads_elsewhere_and_keeps_the_host() {
    let server = Server::start(|_, _| page("200 OK", "", b"ok")).await;
    let route = |host: Option<&str>, port| Route {
        host: host.map(str::to_owned),
        port,
        to_host: Some("127.0.0.1".to_owned()),
        to_port: Some(server.address.port()),
    };
    for (routes, url) in [
        (vec![route(Some("example.org"), Some(80))], "http://example.org/a"),
        (vec![route(Some("example.org"), Some(8080))], "http://example.org:8080/a"),
        (vec![route(None, None)], "http://anything.example/a"),
        (vec![route(None, None)], "http://192.0.2.1/a"),
    ] {
        let settings = Settings { reach: Reach::Public, routes, ..settings() };
        assert_eq!(fetch_with(settings, url).await.outcome.unwrap().body, b"ok", "{url}");
    }
    let hosts: Vec<String> = server
        .requests()
        .iter()
        .filter_map(|head| {
            head.lines()
                .find_map(|line| line.to_lowercase().strip_prefix("host: ").map(str::to_owned))
        })
        .collect();
    assert_eq!(hosts, ["example.org", "example.org:8080", "anything.example", "192.0.2.1"]);
}

#[tokio::test]
async fn headers_go_to_the_cited_host_only() {
    let other = Server::start(|_, _| page("200 OK", "", b"ok")).await;
    let location = format!("Location: {}\r\n", other.url("/").replace("127.0.0.1", "localhost"));
    let server = Server::start(move |_, _| page("302 Found", &location, b"")).await;
    let headers = vec![("Authorization".to_owned(), "Bearer secret".to_owned())];
    let fetched = fetch_with(Settings { headers, ..settings() }, &server.url("/")).await;
    assert_eq!(fetched.outcome.unwrap().body, b"ok");
    assert!(server.requests()[0].to_lowercase().contains("authorization: bearer secret"));
    assert!(!other.requests()[0].to_lowercase().contains("authorization"));
    let agent = format!("user-agent: citeaudit/{}", env!("CARGO_PKG_VERSION"));
    assert!(other.requests()[0].to_lowercase().contains(&agent));
    let wrong = Settings { headers: vec![("a b".to_owned(), "secret".to_owned())], ..settings() };
    let error = Http::new(wrong).err().unwrap();
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn a_recording_gives_back_what_was_answered() {
    let server = Server::start(|path, _| match path {
        "/a" => page("301 Moved Permanently", "Location: /b\r\n", b""),
        "/b" => page(
            "200 OK",
            "Content-Encoding: gzip\r\nContent-Type: text/html\r\n",
            &gzip(b"<p>here"),
        ),
        "/cut" => raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        _ => page("404 Not Found", "", b"gone"),
    })
    .await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("web.warc.gz");
    let recording =
        Recording::start(Http::new(settings()).unwrap(), &path, "test/1", Timestamp::UNIX_EPOCH)
            .unwrap();
    let dead = "http://127.0.0.1:9/".to_owned();
    let urls = [server.url("/a"), server.url("/cut"), server.url("/gone"), dead];
    let mut live = Vec::new();
    for url in &urls {
        live.push(recording.fetch(&target(url)).await);
    }
    recording.finish(Timestamp::UNIX_EPOCH).unwrap();
    let recorded = Recorded::open(&path, Limits::from(&settings())).unwrap();
    for (url, live) in urls.iter().zip(live) {
        let again = recorded.fetch(&target(url)).await;
        assert_eq!(again.hops, live.hops, "{url}");
        match (again.outcome, live.outcome) {
            (Ok(again), Ok(live)) => {
                assert_eq!((again.status, again.body), (live.status, live.body), "{url}");
                assert_eq!(again.completeness, live.completeness, "{url}");
                assert_eq!(again.url, live.url, "{url}");
            }
            (again, live) => assert_eq!(again.err(), live.err(), "{url}"),
        }
    }
}

fn fetching(settings: Settings, targets: Vec<Target>) -> Fetching<Http, Fetched> {
    let http = Arc::new(Http::new(settings).unwrap());
    fetch_all(http, targets, NonZeroUsize::MIN, |_, fetched| fetched)
}

async fn fetch_every(settings: Settings, urls: &[String]) -> Vec<Option<Fetched>> {
    let targets = urls.iter().map(|url| target(url)).collect();
    let mut fetching = fetching(settings, targets);
    let mut all: Vec<Option<Fetched>> = urls.iter().map(|_| None).collect();
    while let Some((number, fetched)) = fetching.next().await {
        assert!(all[number].replace(fetched.unwrap()).is_none(), "each target is done once");
    }
    all
}

fn bodies(all: &[Option<Fetched>]) -> Vec<String> {
    let body = |fetched: &Option<Fetched>| match &fetched.as_ref().unwrap().outcome {
        Ok(answer) => format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)),
        Err(failure) => format!("! {failure}"),
    };
    all.iter().map(body).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_targets_are_fetched_once_each() {
    let servers = [
        Server::start(|path, _| page("200 OK", "", path.as_bytes())).await,
        Server::start(|path, _| page("200 OK", "", path.as_bytes())).await,
    ];
    let urls: Vec<String> = (0..300).map(|n| servers[n % 2].url(&format!("/{n}"))).collect();
    let expected: Vec<String> = (0..300).map(|n| format!("200 /{n}")).collect();
    assert_eq!(bodies(&fetch_every(settings(), &urls).await), expected);
    assert_eq!(servers[0].requests().len() + servers[1].requests().len(), 300);
}

#[tokio::test]
async fn a_host_that_never_answers_holds_up_nobody_else() {
    let silent = Server::start(|_, _| Act::Hang(Vec::new())).await;
    let quick = Server::start(|path, _| page("200 OK", "", path.as_bytes())).await;
    let mut settings = Settings { max_concurrency: NonZeroUsize::new(4).unwrap(), ..settings() };
    settings.politeness.concurrency = NonZeroUsize::new(2).unwrap();
    let mut urls: Vec<String> = (0..20).map(|n| silent.url(&format!("/{n}"))).collect();
    urls.extend((0..50).map(|n| quick.url(&format!("/{n}"))));
    let targets = urls.iter().map(|url| target(url)).collect();
    let mut fetching = fetching(settings, targets);
    for _ in 0..50 {
        let (number, fetched) = fetching.next().await.unwrap();
        assert!(number >= 20 && fetched.unwrap().outcome.is_ok());
    }
    assert_eq!(silent.requests().len(), 2);
}

#[tokio::test]
async fn a_host_that_only_refuses_is_left_alone_after_a_while() {
    let server =
        Server::start(|_, _| page("429 Too Many Requests", "Retry-After: 0\r\n", b"no")).await;
    let urls: Vec<String> = (0..40).map(|n| server.url(&format!("/{n}"))).collect();
    let mut settings = settings();
    settings.retries.most = 3;
    settings.politeness.concurrency = NonZeroUsize::MIN;
    let all = fetch_every(settings, &urls).await;
    assert!(bodies(&all).iter().all(|body| body == "429 no"));
    let asked = server.requests().len();
    assert!((40..=60).contains(&asked), "{asked} requests for 40 targets");
}

#[tokio::test]
async fn every_page_that_is_busy_at_first_is_fetched_in_the_end() {
    let first = Mutex::new(std::collections::BTreeSet::new());
    let server = Server::start(move |path, _| {
        if first.lock().unwrap().insert(path.to_owned()) {
            page("503 Service Unavailable", "", b"busy")
        } else {
            page("200 OK", "", path.as_bytes())
        }
    })
    .await;
    let urls: Vec<String> = (0..30).map(|n| server.url(&format!("/{n}"))).collect();
    for most in [1, 3] {
        let mut settings = settings();
        settings.retries.most = most;
        let expected: Vec<String> = (0..30).map(|n| format!("200 /{n}")).collect();
        assert_eq!(bodies(&fetch_every(settings, &urls).await), expected);
    }
}

#[tokio::test]
async fn redirects_to_another_host_queue_there() {
    let end = Server::start(|path, _| page("200 OK", "", path.as_bytes())).await;
    let base = end.url("");
    let start = Server::start(move |path, _| {
        page("302 Found", &format!("Location: {base}{path}\r\n"), b"")
    })
    .await;
    let urls: Vec<String> = (0..20).map(|n| start.url(&format!("/{n}"))).collect();
    let all = fetch_every(settings(), &urls).await;
    let expected: Vec<String> = (0..20).map(|n| format!("200 /{n}")).collect();
    assert_eq!(bodies(&all), expected);
    assert!(all.iter().flatten().all(|fetched| fetched.hops.len() == 1));
}
