//! Addresses that are not of the public internet are contacted by no way: a server stands behind them and counts.

#![expect(clippy::unwrap_used, reason = "a server of a test that fails is a test that fails")]

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use citeaudit::fetch::{Fetcher, Http, Reach, Route, Settings};
use citeaudit::fetched::{FetchFailure, Fetched};
use tokio::net::TcpListener;

use crate::http::{Server, page, settings, target};

/// Spellings of addresses of this machine: whoever contacts one of them contacts the server of the test.
const OWN: [&str; 42] = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0x7f.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "0x7F.0.0.0x1",
    "2130706433",
    "0177.0.0.1",
    "0177.1",
    "017700000001",
    "00000177.0.0.01",
    "0x0000007f.0.0.1",
    "127.0.0.1.",
    "127.0.0.2",
    "127.255.255.254",
    "0.0.0.0",
    "0",
    "0x0",
    "00",
    "0.0",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[::FFFF:127.0.0.1]",
    "[::ffff:0.0.0.0]",
    "localhost",
    "LOCALHOST",
    "LocalHost",
    "１２７.０.０.１",
    "127。0。0。1",
    "127．0．0．1",
    "①②⑦.0.0.1",
    "%31%32%37.0.0.1",
    "%6c%6f%63alhost",
    "user@127.0.0.1",
    "user:secret@127.0.0.1",
    "example.org@127.0.0.1",
];

/// Spellings of addresses of other machines that are none of ours to contact.
const FOREIGN: [&str; 32] = [
    "10.0.0.1",
    "10.1",
    "0xa.1",
    "012.0.0.1",
    "167772161",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.1",
    "3232235521",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "169.254.43518",
    "[::ffff:169.254.169.254]",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "4294967295",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
];

/// A server on the loopback addresses that counts who connects.
struct Trap {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Trap {
    async fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        // A machine without IPv6 cannot be contacted there either.
        let second = TcpListener::bind(("::1", port)).await.ok();
        for listener in std::iter::once(listener).chain(second) {
            let connections = Arc::clone(&connections);
            tokio::spawn(async move {
                while listener.accept().await.is_ok() {
                    connections.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        Self { port, connections }
    }

    /// Returns an address under which the server would answer, or that of somebody else on its port.
    fn url(&self, host: &str) -> String {
        format!("http://{host}:{}/secret", self.port)
    }

    /// Asserts that nobody connects, whatever the trap is good for otherwise.
    async fn assert_untouched(&self) {
        // A connection that is under way has been counted when one that was made after it is.
        let probe = tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        while self.connections.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        drop(probe);
        assert_eq!(self.connections.load(Ordering::Relaxed), 1, "the probe alone has connected");
    }
}

fn public() -> Settings {
    Settings { reach: Reach::Public, ..settings() }
}

fn assert_refused(fetched: &Fetched, what: &str) {
    assert!(
        matches!(fetched.outcome, Err(FetchFailure::Refused(_))),
        "{what}: {:?}",
        fetched.outcome.as_ref().map(|answer| answer.status)
    );
}

#[tokio::test]
async fn no_spelling_of_a_forbidden_address_is_contacted() {
    let trap = Trap::set().await;
    let http = Http::new(public()).unwrap();
    for host in OWN.into_iter().chain(FOREIGN) {
        assert_refused(&http.fetch(&target(&trap.url(host))).await, host);
    }
    trap.assert_untouched().await;
}

#[tokio::test]
async fn the_trap_would_have_been_sprung() {
    let trap = Trap::set().await;
    let http = Http::new(Settings { reach: Reach::Private, ..settings() }).unwrap();
    let fetched = http.fetch(&target(&trap.url("0x7f.1"))).await;
    assert!(matches!(fetched.outcome, Err(FetchFailure::Connection(_))), "{:?}", fetched.outcome);
    assert_eq!(trap.connections.load(Ordering::Relaxed), 1);
}

/// Leads one name to a server of the test; all others are looked up and guarded.
fn route_to(server: &Server) -> Route {
    Route {
        host: Some("outside.example".to_owned()),
        port: None,
        to_host: Some("127.0.0.1".to_owned()),
        to_port: Some(server.address.port()),
    }
}

#[tokio::test]
async fn no_redirect_leads_to_a_forbidden_address() {
    let trap = Trap::set().await;
    let urls: Vec<String> = OWN.into_iter().chain(FOREIGN).map(|host| trap.url(host)).collect();
    let redirecting = urls.clone();
    let outside = Server::start(move |path, _| {
        let (kind, number) = path[1..].split_once('/').unwrap();
        let to = &redirecting[number.parse::<usize>().unwrap()];
        match kind {
            "refresh" => {
                let body = format!("<meta http-equiv=refresh content='0;url={to}'>");
                page("200 OK", "Content-Type: text/html\r\n", body.as_bytes())
            }
            _ => page("302 Found", &format!("Location: {to}\r\n"), b""),
        }
    })
    .await;
    let http = Http::new(Settings { routes: vec![route_to(&outside)], ..public() }).unwrap();
    for (number, url) in urls.iter().enumerate() {
        for kind in ["location", "refresh"] {
            let start = format!("http://outside.example/{kind}/{number}");
            let fetched = http.fetch(&target(&start)).await;
            assert_refused(&fetched, &format!("{kind} to {url}"));
            assert_eq!(fetched.hops.len(), 1, "{kind} to {url}");
        }
    }
    trap.assert_untouched().await;
}

#[tokio::test]
async fn no_name_leads_to_a_forbidden_address() {
    const ADDRESSES: [&str; 12] = [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "fd00::1",
        "fe80::1",
    ];
    let trap = Trap::set().await;
    let names = |name: &str| {
        let number = name.trim_start_matches('n').split('.').next().unwrap();
        if number == "all" {
            return Ok(ADDRESSES.iter().map(|address| address.parse().unwrap()).collect());
        }
        Ok(vec![ADDRESSES[number.parse::<usize>().unwrap()].parse().unwrap()])
    };
    let http = Http::with_names(public(), names).unwrap();
    for (number, address) in ADDRESSES.iter().enumerate() {
        let fetched = http.fetch(&target(&trap.url(&format!("n{number}.example")))).await;
        assert_refused(&fetched, address);
    }
    assert_refused(&http.fetch(&target(&trap.url("all.example"))).await, "all addresses at once");
    trap.assert_untouched().await;
}

#[tokio::test]
async fn a_name_is_checked_each_time_that_it_is_looked_up() {
    let trap = Trap::set().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    // The first answer is none, so that the request is repeated; the second one leads inside.
    let names = move |_: &str| -> io::Result<Vec<IpAddr>> {
        match count.fetch_add(1, Ordering::Relaxed) {
            0 => Err(io::Error::other("Temporary failure in name resolution")),
            _ => Ok(vec!["127.0.0.1".parse().unwrap()]),
        }
    };
    let mut settings = public();
    settings.retries.most = 3;
    let http = Http::with_names(settings, names).unwrap();
    let fetched = http.fetch(&target(&trap.url("rebinding.example"))).await;
    assert_refused(&fetched, "the name that changed");
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    trap.assert_untouched().await;
}
