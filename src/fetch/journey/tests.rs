use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;

use super::*;
use crate::fetched::DnsFailure;

/// A web of made-up answers: each address has those it gives one after the other, the last one for ever.
struct Web {
    pages: BTreeMap<&'static str, Vec<Result<Reply, FetchFailure>>>,
    asked: Vec<String>,
}

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    Reply {
        version: "HTTP/1.1",
        status,
        headers: headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        body: Bytes::from(body.to_owned()),
        arrival: Arrival::Whole,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "answers and failures stand side by side")]
fn page(body: &str) -> Result<Reply, FetchFailure> {
    Ok(reply(200, &[], body))
}

#[expect(clippy::unnecessary_wraps, reason = "answers and failures stand side by side")]
fn moved(to: &str) -> Result<Reply, FetchFailure> {
    Ok(reply(301, &[("location", to)], ""))
}

fn refused() -> Result<Reply, FetchFailure> {
    Err(FetchFailure::Connection("refused".to_owned()))
}

impl Web {
    fn new(pages: &[(&'static str, &[Result<Reply, FetchFailure>])]) -> Self {
        let pages = pages.iter().map(|(url, answers)| (*url, answers.to_vec())).collect();
        Self { pages, asked: Vec::new() }
    }

    fn exchange(&mut self, request: &Request) -> Exchange {
        self.asked.push(request.url.to_string());
        let outcome = match self.pages.get_mut(request.url.as_str()) {
            Some(answers) if answers.len() > 1 => answers.remove(0),
            Some(answers) => answers[0].clone(),
            None => Err(FetchFailure::NotRecorded),
        };
        let lasting = matches!(outcome, Err(FetchFailure::NotRecorded | FetchFailure::Dns(_)));
        Exchange {
            url: request.url.clone(),
            at: Timestamp::UNIX_EPOCH,
            took: Duration::from_millis(1),
            outcome,
            hope: if lasting { Hope::None } else { Hope::MayPass },
        }
    }

    /// Travels to the end, without waiting.
    fn fetch(&mut self, candidates: &[&str]) -> Fetched {
        let mut urls = candidates.iter().map(|url| Url::parse(url).unwrap());
        let cited = urls.next().unwrap();
        let canonical = cited.to_string();
        let target = Target::new(cited, urls.collect(), canonical, Vec::new());
        let limits = Limits { max_body_bytes: 100, ..Limits::from(&Settings::default()) };
        let mut journey = Journey::new(target, limits);
        loop {
            let exchange = self.exchange(&journey.request());
            if let Step::Done(fetched) = journey.arrive(exchange) {
                return *fetched;
            }
        }
    }
}

#[test]
fn redirects_are_hops_and_the_fragment_is_kept() {
    let mut web = Web::new(&[
        ("https://a.org/x", &[moved("/y?q=1")]),
        ("https://a.org/y?q=1", &[moved("https://b.org/z#new")]),
        ("https://b.org/z", &[page("here")]),
    ]);
    let fetched = web.fetch(&["https://a.org/x#old"]);
    let hops: Vec<_> =
        fetched.hops.iter().map(|h| (h.from.as_str(), h.status, h.to.as_str())).collect();
    assert_eq!(
        hops,
        [
            ("https://a.org/x#old", 301, "https://a.org/y?q=1#old"),
            ("https://a.org/y?q=1#old", 301, "https://b.org/z#new"),
        ]
    );
    let answer = fetched.outcome.unwrap();
    assert_eq!(
        (answer.url.as_str(), answer.body.as_slice()),
        ("https://b.org/z#new", &b"here"[..])
    );
    assert_eq!(fetched.took, Duration::from_millis(3));
}

#[test]
fn a_loop_ends_unless_a_cookie_breaks_it() {
    let mut web =
        Web::new(&[("https://a.org/", &[moved("/b")]), ("https://a.org/b", &[moved("/")])]);
    assert_eq!(web.fetch(&["https://a.org/"]).outcome.unwrap_err(), FetchFailure::RedirectLoop(2));

    let gate = Ok(reply(302, &[("location", "/"), ("set-cookie", "seen=1")], ""));
    let mut web = Web::new(&[("https://a.org/", &[gate, page("in")])]);
    let fetched = web.fetch(&["https://a.org/"]);
    assert_eq!(fetched.outcome.unwrap().body, b"in");
    assert_eq!(fetched.hops.len(), 1);
}

#[test]
fn redirects_without_end_end_at_the_limit() {
    let gate: Vec<_> = (0..40)
        .map(|n| Ok(reply(302, &[("location", "/"), ("set-cookie", &format!("n={n}"))], "")))
        .collect();
    let mut web = Web::new(&[("https://a.org/", &gate)]);
    assert_eq!(web.fetch(&["https://a.org/"]).outcome.unwrap_err(), FetchFailure::RedirectLoop(11));
    let long = moved(&format!("/{}", "x".repeat(9000)));
    let mut web = Web::new(&[("https://a.org/", &[long])]);
    assert!(matches!(web.fetch(&["https://a.org/"]).outcome, Err(FetchFailure::Refused(_))));
}

#[test]
fn a_redirect_that_leads_nowhere_is_the_answer() {
    for location in ["http://", "mailto:a@b.org", "app://open"] {
        let mut web = Web::new(&[("https://a.org/", &[moved(location)])]);
        assert_eq!(web.fetch(&["https://a.org/"]).outcome.unwrap().status, 301, "{location}");
    }
    let mut web = Web::new(&[("https://a.org/", &[Ok(reply(302, &[], ""))])]);
    assert_eq!(web.fetch(&["https://a.org/"]).outcome.unwrap().status, 302);
}

#[test]
fn a_location_in_utf8_is_followed() {
    let latin1: String = "/новости".bytes().map(char::from).collect();
    let mut web = Web::new(&[
        ("https://a.org/", &[moved(&latin1)]),
        ("https://a.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8", &[page("here")]),
    ]);
    assert_eq!(web.fetch(&["https://a.org/"]).outcome.unwrap().body, b"here");
}

#[test]
fn http_is_tried_only_when_https_cannot_be_reached() {
    let both = ["https://a.org/x", "http://a.org/x"];
    let mut web =
        Web::new(&[("https://a.org/x", &[refused()]), ("http://a.org/x", &[page("plain")])]);
    assert_eq!(web.fetch(&both).outcome.unwrap().body, b"plain");
    let gone = Ok(reply(404, &[], "gone"));
    let mut web = Web::new(&[("https://a.org/x", &[gone]), ("http://a.org/x", &[page("plain")])]);
    assert_eq!(web.fetch(&both).outcome.unwrap().status, 404);
}

#[test]
fn the_failure_of_the_first_address_is_told_when_none_answers() {
    let gone = || Err(FetchFailure::Dns(DnsFailure::NoSuchName));
    let mut web = Web::new(&[("https://a.org/", &[gone()]), ("http://a.org/", &[refused()])]);
    let outcome = web.fetch(&["https://a.org/", "http://a.org/"]).outcome;
    assert_eq!(outcome.unwrap_err(), FetchFailure::Dns(DnsFailure::NoSuchName));
}

#[test]
fn what_passes_is_asked_again_and_what_stays_is_told() {
    let busy = || Ok(reply(503, &[], "busy"));
    let mut web = Web::new(&[("https://a.org/", &[busy(), busy(), page("back")])]);
    assert_eq!(web.fetch(&["https://a.org/"]).outcome.unwrap().body, b"back");
    assert_eq!(web.asked.len(), 3);
    let mut web = Web::new(&[("https://a.org/", &[busy()])]);
    assert_eq!(web.fetch(&["https://a.org/"]).outcome.unwrap().status, 503);
    assert_eq!(web.asked.len(), 4);
    let mut web = Web::new(&[("https://a.org/", &[refused(), page("back")])]);
    assert_eq!(web.fetch(&["https://a.org/"]).outcome.unwrap().body, b"back");
}

#[test]
fn a_body_that_broke_off_is_asked_for_again_and_kept_if_that_fails() {
    let mut cut = reply(200, &[], "half of");
    cut.arrival = Arrival::Disconnected("connection reset".to_owned());
    let mut web = Web::new(&[("https://a.org/", &[Ok(cut.clone()), page("half of it")])]);
    let answer = web.fetch(&["https://a.org/"]).outcome.unwrap();
    assert_eq!(
        (answer.body.as_slice(), answer.completeness),
        (&b"half of it"[..], Completeness::Whole)
    );

    let mut web = Web::new(&[("https://a.org/", &[Ok(cut), refused()])]);
    let answer = web.fetch(&["https://a.org/"]).outcome.unwrap();
    let told = Completeness::CutOff("connection reset after 7 bytes".to_owned());
    assert_eq!((answer.body.as_slice(), answer.completeness), (&b"half of"[..], told));
}

#[test]
fn a_damaged_encoding_is_asked_for_plainly() {
    let mut damaged = reply(200, &[("content-encoding", "gzip")], "");
    damaged.body = Bytes::from_static(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
    let mut web = Web::new(&[("https://a.org/", &[Ok(damaged.clone()), page("plain")])]);
    assert_eq!(web.fetch(&["https://a.org/"]).outcome.unwrap().body, b"plain");
    assert_eq!(web.asked.len(), 2);
    let mut web = Web::new(&[("https://a.org/", &[Ok(damaged)])]);
    let answer = web.fetch(&["https://a.org/"]).outcome.unwrap();
    assert!(matches!(answer.completeness, Completeness::Undecodable(_)));
}

#[test]
fn a_body_over_the_limit_is_told() {
    let mut web = Web::new(&[("https://a.org/", &[page(&"x".repeat(101))])]);
    let answer = web.fetch(&["https://a.org/"]).outcome.unwrap();
    assert_eq!((answer.body.len(), answer.completeness), (100, Completeness::OverLimit(100)));
}

#[test]
fn passwords_in_redirects_are_dropped() {
    let mut web = Web::new(&[
        ("https://a.org/", &[moved("https://me:secret@b.org/")]),
        ("https://b.org/", &[page("here")]),
    ]);
    let fetched = web.fetch(&["https://a.org/"]);
    assert_eq!(fetched.hops[0].to.as_str(), "https://b.org/");
}

#[test]
fn a_page_that_sends_its_readers_on_is_a_hop() {
    let mut web = Web::new(&[
        ("https://a.org/x", &[page("<meta http-equiv=refresh content='0;url=/y'>")]),
        ("https://a.org/y", &[page("here")]),
    ]);
    let fetched = web.fetch(&["https://a.org/x"]);
    assert_eq!((fetched.hops[0].status, fetched.hops[0].to.path()), (200, "/y"));
    assert_eq!(fetched.outcome.unwrap().body, b"here");
}

#[test]
fn pages_that_send_in_a_circle_are_pages() {
    let mut web = Web::new(&[
        ("https://a.org/x", &[page("<meta http-equiv=refresh content='0;url=/y'>")]),
        ("https://a.org/y", &[page("<meta http-equiv=refresh content='0;url=/x'>")]),
    ]);
    let fetched = web.fetch(&["https://a.org/x"]);
    assert_eq!(fetched.hops.len(), 1);
    assert_eq!(fetched.outcome.unwrap().url.path(), "/y");
}

#[test]
fn a_recording_that_did_not_follow_a_page_still_has_the_page() {
    let stub = "<meta http-equiv=refresh content='0;url=/y'>";
    let mut web =
        Web::new(&[("https://a.org/x", &[page(stub)]), ("https://a.org/y", &[moved("/z")])]);
    let fetched = web.fetch(&["https://a.org/x"]);
    assert!(fetched.hops.is_empty());
    let answer = fetched.outcome.unwrap();
    assert_eq!((answer.url.path(), &answer.body[..]), ("/x", stub.as_bytes()));
}
