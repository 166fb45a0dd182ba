//! Answers in, livenesses out: one table of shapes, as servers are known to send them.

use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::fetched::DnsFailure;

/// An answer for one address.
pub(super) struct Shape<'a> {
    pub(super) asked: &'a str,
    /// The redirects on the way: status and where to.
    pub(super) hops: &'a [(u16, &'a str)],
    pub(super) status: u16,
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) body: &'a str,
}

pub(super) const PAGE: Shape<'static> = Shape {
    asked: "https://example.org/news/story-1",
    hops: &[],
    status: 200,
    headers: &[("content-type", "text/html; charset=utf-8")],
    body: "<!doctype html><title>A story</title><p>The text of the story.",
};

fn target(url: &str) -> Target {
    Target::new(url.parse().unwrap(), Vec::new(), url.to_owned(), Vec::new())
}

fn fetched(shape: &Shape<'_>) -> Fetched {
    let mut from: Url = shape.asked.parse().unwrap();
    let mut hops = Vec::new();
    for &(status, to) in shape.hops {
        let to: Url = to.parse().unwrap();
        hops.push(Hop { from: from.clone(), status, to: to.clone() });
        from = to;
    }
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Fetched {
        target: target(shape.asked),
        at: Timestamp::UNIX_EPOCH,
        took: Duration::ZERO,
        hops,
        outcome: Ok(Answer {
            url: from,
            status: shape.status,
            headers: shape.headers.iter().map(owned).collect(),
            body: shape.body.as_bytes().to_vec(),
            completeness: Completeness::Whole,
        }),
    }
}

pub(super) fn assessed(shape: &Shape<'_>) -> AssessedPage {
    let page = assess(SourceId(1), fetched(shape), Purpose::Text);
    let glanced_at = assess(SourceId(1), fetched(shape), Purpose::Presence).source;
    // Whatever is asked of it, a page is there or it is not.
    assert_eq!(
        (glanced_at.liveness, &glanced_at.reason, &glanced_at.coverage),
        (page.source.liveness, &page.source.reason, &page.source.coverage),
        "{}",
        shape.body
    );
    page
}

#[test]
fn a_page_that_is_only_linked_is_read_as_far_as_it_takes() {
    let body = format!("<title>A story</title>{}", "<p>Some words of the story.</p>\n".repeat(900));
    let shape = Shape { body: &body, ..PAGE };
    let whole = assessed(&shape).text.unwrap();
    let beginning = assess(SourceId(1), fetched(&shape), Purpose::Presence).text.unwrap();
    assert!(whole.text.starts_with(&beginning.text) && beginning.text.len() * 2 < whole.text.len());
    // Nobody can say of it that something is not there.
    assert_eq!(beginning.coverage.gaps(), [Gap::NotAskedFor]);
    assert!(whole.coverage.is_whole());
}

fn failed(failure: FetchFailure) -> AssessedPage {
    let outcome = Err(failure);
    assess(SourceId(1), Fetched { outcome, ..fetched(&PAGE) }, Purpose::Text)
}

#[test]
fn a_page_is_live_and_says_what_it_is() {
    let page = assessed(&Shape {
        body: "<!doctype html><html lang=en><title>A story</title><meta charset=utf-8>\
               <meta property='article:published_time' content='2024-06-19'>\
               <p>We are not asking anyone to do this, and no one has offered this to us.",
        ..PAGE
    });
    let source = &page.source;
    assert_eq!(source.liveness, Liveness::Live);
    assert_eq!(source.reason, "status 200");
    assert_eq!(source.title.as_deref(), Some("A story"));
    assert_eq!(source.language.map(|language| language.to_string()).as_deref(), Some("en"));
    assert_eq!(source.charset, Some("UTF-8"));
    assert_eq!(source.media_type.as_deref(), Some("text/html"));
    assert_eq!(source.published.as_ref().unwrap().date.to_string(), "2024-06-19");
    assert_eq!(source.coverage, Coverage::Whole);
    assert_eq!(source.sha256.as_ref().unwrap().len(), 64);
    assert!(page.text.unwrap().text.contains("We are not asking"));
}

#[test]
fn the_language_is_that_of_the_text_and_not_the_one_declared() {
    let page = assessed(&Shape {
        body: "<!doctype html><html lang=en><p>Да, и я не вижу в этом ничего плохого, это было решено.",
        ..PAGE
    });
    assert_eq!(page.source.language.unwrap().code(), "ru");
    let page = assessed(&Shape { body: "<!doctype html><html lang=ru><p>1 2 3", ..PAGE });
    assert_eq!(page.source.language.unwrap().code(), "ru");
}

#[test]
fn failures_keep_dead_and_unchecked_apart() {
    for (failure, liveness) in [
        (FetchFailure::Dns(DnsFailure::NoSuchName), Liveness::DnsFailure),
        (FetchFailure::Dns(DnsFailure::NoAddress), Liveness::DnsFailure),
        (FetchFailure::Dns(DnsFailure::Temporary("timed out".into())), Liveness::ConnectionFailure),
        (FetchFailure::Connection("refused".into()), Liveness::ConnectionFailure),
        (FetchFailure::Tls("certificate expired".into()), Liveness::TlsFailure),
        (FetchFailure::Timeout(Duration::from_secs(20)), Liveness::Timeout),
        (FetchFailure::RedirectLoop(10), Liveness::RedirectLoop),
        (FetchFailure::Refused("127.0.0.1 is a loopback address".into()), Liveness::Refused),
        (FetchFailure::Protocol("not HTTP".into()), Liveness::ConnectionFailure),
        (FetchFailure::Excluded("example".into()), Liveness::Unresolved),
        (FetchFailure::NotRecorded, Liveness::Unresolved),
        (FetchFailure::Interrupted, Liveness::Unresolved),
        (FetchFailure::Mishandled, Liveness::Unresolved),
    ] {
        let page = failed(failure.clone());
        assert_eq!(page.source.liveness, liveness, "{failure}");
        assert_eq!(page.source.reason, failure.to_string());
        assert!(page.text.is_none());
    }
}

#[test]
fn statuses_say_what_they_say() {
    for (status, liveness) in [
        (200, Liveness::Live),
        (203, Liveness::Live),
        (206, Liveness::Live),
        (302, Liveness::ServerError),
        (400, Liveness::ClientError),
        (401, Liveness::LoginRequired),
        (402, Liveness::Paywalled),
        (403, Liveness::ClientError),
        (404, Liveness::Gone),
        (405, Liveness::ClientError),
        (408, Liveness::Timeout),
        (410, Liveness::Gone),
        (418, Liveness::ClientError),
        (429, Liveness::RateLimited),
        (451, Liveness::ClientError),
        (500, Liveness::ServerError),
        (502, Liveness::ServerError),
        (503, Liveness::ServerError),
        (521, Liveness::ServerError),
        (999, Liveness::Blocked),
    ] {
        let page = assessed(&Shape { status, ..PAGE });
        assert_eq!(page.source.liveness, liveness, "{status}");
        assert!(page.source.reason.contains(&status.to_string()), "{}", page.source.reason);
    }
}

#[test]
fn only_permanent_redirects_move_a_page() {
    let hops =
        [(301, "https://www.example.org/news/story-1"), (302, "https://www.example.org/x/story-1")];
    let page = assessed(&Shape { hops: &hops, ..PAGE });
    assert_eq!(page.source.moved.unwrap().as_str(), "https://www.example.org/news/story-1");
    let page = assessed(&Shape { hops: &hops[1..], ..PAGE });
    assert_eq!(page.source.moved, None);
}

#[test]
fn bodies_that_are_not_whole_are_told() {
    for (completeness, gap) in [
        (Completeness::CutOff("connection reset".into()), Gap::CutOff),
        (Completeness::OverLimit(1), Gap::TooLarge),
        (Completeness::Undecodable("gzip twice".into()), Gap::Undecodable),
    ] {
        let mut fetched = fetched(&PAGE);
        fetched.outcome.as_mut().unwrap().completeness = completeness;
        let page = assess(SourceId(1), fetched, Purpose::Text);
        assert_eq!(page.source.liveness, Liveness::Live);
        assert!(page.source.coverage.gaps().contains(&gap), "{gap:?}");
        assert!(page.text.is_none_or(|text| !text.coverage.is_whole()));
    }
}

#[test]
fn what_cannot_be_read_is_live_but_not_read() {
    let page = assessed(&Shape { body: "Rar!\u{1a}\u{7} and more", ..PAGE });
    assert_eq!(page.source.liveness, Liveness::Live);
    assert_eq!(page.source.reason, "status 200; it is a RAR archive, which is not read");
    assert_eq!(page.source.coverage.gaps(), [Gap::UnsupportedType]);
    assert!(page.text.is_none());
    let page = assessed(&Shape { body: " \n ", ..PAGE });
    assert_eq!(page.source.reason, "status 200, with an empty body");
    assert!(page.text.is_none());
}
