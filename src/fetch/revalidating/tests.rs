//! Tests of keeping answers and of asking whether they have changed, on hand-made exchanges.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::*;
use crate::fetch::{Hope, Secrets};

/// A site with one page, which answers conditions as servers do.
struct Site {
    etag: &'static str,
    body: &'static str,
    more: Vec<(&'static str, &'static str)>,
    status: u16,
    asked: Mutex<Vec<Option<Validators>>>,
}

impl Site {
    fn new(etag: &'static str, body: &'static str) -> Self {
        Self { etag, body, more: Vec::new(), status: 200, asked: Mutex::default() }
    }
}

impl Fetcher for Site {
    async fn ask(&self, request: &Request) -> Exchange {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.unless.clone());
        let known = request.unless.as_ref().and_then(|known| known.etag.as_deref());
        let is_known = known == Some(self.etag);
        let mut headers = vec![("etag".to_owned(), self.etag.to_owned())];
        let more = self.more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        headers.extend(more);
        Exchange {
            url: request.url.clone(),
            at: Timestamp::now(),
            took: Duration::ZERO,
            outcome: Ok(Reply {
                version: "HTTP/1.1",
                status: if is_known { 304 } else { self.status },
                headers,
                body: Bytes::from_static(if is_known { b"" } else { self.body.as_bytes() }),
                arrival: Arrival::Whole,
            }),
            hope: Hope::None,
        }
    }

    fn limits(&self) -> Limits {
        Limits::from(&crate::fetch::Settings::default())
    }
}

type Kept = Arc<Mutex<BTreeMap<String, KeptAnswer>>>;

fn stock(kept: &Kept) -> Stock {
    let (found, keeping) = (Arc::clone(kept), Arc::clone(kept));
    Stock {
        find: Arc::new(move |url| found.lock().unwrap().get(url.as_str()).cloned()),
        keep: Arc::new(move |answer| {
            keeping.lock().unwrap().insert(answer.url.clone(), answer);
        }),
    }
}

fn request() -> Request {
    Request::new("https://example.org/a".parse().unwrap())
}

/// Asks once and returns the reply, and what the site was told to be known.
fn asked(site: Site, kept: &Kept, request: &Request) -> (Reply, Option<Validators>) {
    let mut fetcher = Revalidating::new(site, Revalidation::Asked);
    fetcher.keep_on(stock(kept));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let reply = runtime.block_on(fetcher.ask(request)).outcome.unwrap();
    let told = fetcher.inner().asked.lock().unwrap().pop().unwrap();
    (reply, told)
}

#[test]
fn a_page_that_has_not_changed_is_taken_from_stock() {
    let kept = Kept::default();
    let mut site = Site::new("\"1\"", "the page");
    site.more = vec![("content-type", "text/html"), ("content-length", "8"), ("age", "5")];
    let (_, told) = asked(site, &kept, &request());
    assert_eq!(told, None);
    let mut site = Site::new("\"1\"", "never sent");
    site.more = vec![("x-new", "1")];
    let (reply, told) = asked(site, &kept, &request());
    assert_eq!(told.unwrap().etag.as_deref(), Some("\"1\""));
    assert_eq!((reply.status, reply.body.as_ref()), (200, &b"the page"[..]));
    assert_eq!(reply.header("content-type"), Some("text/html"));
    assert_eq!((reply.header("x-new"), reply.header("age")), (Some("1"), None));
}

#[test]
fn a_page_that_has_changed_takes_the_place_of_the_one_before() {
    let kept = Kept::default();
    asked(Site::new("\"1\"", "then"), &kept, &request());
    let (reply, _) = asked(Site::new("\"2\"", "now"), &kept, &request());
    assert_eq!((reply.status, reply.body.as_ref()), (200, &b"now"[..]));
    let answer = kept.lock().unwrap()["https://example.org/a"].clone();
    assert_eq!(answer.body, b"now");
    assert_eq!(answer.sha256, crate::fetched::sha256(b"now"));
    assert_eq!(answer.headers, [("etag".to_owned(), "\"2\"".to_owned())]);
}

#[test]
fn an_old_answer_is_not_asked_about() {
    let kept = Kept::default();
    asked(Site::new("\"1\"", "then"), &kept, &request());
    for answer in kept.lock().unwrap().values_mut() {
        answer.at = Timestamp::now() - MAX_AGE - SignedDuration::from_secs(1);
    }
    let (_, told) = asked(Site::new("\"1\"", "now"), &kept, &request());
    assert_eq!(told, None);
}

#[test]
fn what_is_no_whole_page_or_for_one_reader_only_is_not_kept() {
    let mut gone = Site::new("\"1\"", "gone");
    gone.status = 404;
    let mut private = Site::new("\"1\"", "private");
    private.more = vec![("cache-control", "private, No-Store")];
    let mut damaged = Site::new("\"1\"", "\u{1f}\u{8b}");
    damaged.more = vec![("content-encoding", "nonsense")];
    let long: &'static str = Box::leak("x".repeat(MAX_HEADER_BYTES).into_boxed_str());
    let mut headers = Site::new("\"1\"", "page");
    headers.more = vec![("x-long", long)];
    for site in [gone, private, damaged, headers] {
        let kept = Kept::default();
        asked(site, &kept, &request());
        assert!(kept.lock().unwrap().is_empty());
    }
    let own = Request { cookies: Some("a=b".into()), secrets: Secrets::Sent, ..request() };
    let kept = Kept::default();
    asked(Site::new("\"1\"", "page"), &kept, &own);
    assert!(kept.lock().unwrap().is_empty());
}
