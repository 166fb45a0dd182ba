//! Asks servers whether a page has changed since it was kept, and takes the kept one where it has not (RFC 9110,
//! section 13). Keeps what is answered anew.

use std::num::NonZeroUsize;
use std::sync::Arc;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::Fetcher;
use super::exchange::{Arrival, Exchange, Reply, Request, Validators};
use super::journey::{Limits, decoded};
use super::settings::Politeness;
use crate::fetched::{Completeness, KeptAnswer, sha256};

/// How old a kept answer may be. A server that says "not modified" whatever happens must not hide a change for ever.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How many bytes of header fields are kept with an answer; one with more is not kept.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// Where answers are kept. What cannot be read is not there; what cannot be written is the stock's own affair.
#[derive(Clone)]
pub struct Stock {
    /// Returns the last answer of an address, if it is kept.
    pub find: Arc<Find>,
    /// Keeps an answer in the place of the one before.
    pub keep: Arc<Keep>,
}

/// Finds what is kept of an address.
pub type Find = dyn Fn(&Url) -> Option<KeptAnswer> + Send + Sync;

/// Keeps an answer.
pub type Keep = dyn Fn(KeptAnswer) + Send + Sync;

/// Whether servers are asked if a page has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revalidation {
    /// They are.
    Asked,
    /// They are asked for the page itself: a recording must hold it.
    Never,
}

/// A fetcher whose answers are kept.
pub struct Revalidating<F> {
    inner: F,
    stock: Option<Stock>,
    revalidation: Revalidation,
}

impl<F: Fetcher> Revalidating<F> {
    /// Wraps a fetcher, of which nothing is kept yet.
    pub const fn new(inner: F, revalidation: Revalidation) -> Self {
        Self { inner, stock: None, revalidation }
    }

    /// Keeps answers in stock from now on.
    pub fn keep_on(&mut self, stock: Stock) {
        self.stock = Some(stock);
    }

    /// Returns what answers.
    pub const fn inner(&self) -> &F {
        &self.inner
    }

    /// Finds the kept answer about which the server can be asked.
    async fn find(&self, stock: &Stock, url: &Url) -> Option<(KeptAnswer, Validators)> {
        if self.revalidation == Revalidation::Never {
            return None;
        }
        let (find, url) = (Arc::clone(&stock.find), url.clone());
        let kept = tokio::task::spawn_blocking(move || find(&url)).await.ok()??;
        if Timestamp::now().duration_since(kept.at) > MAX_AGE {
            return None;
        }
        let header = |wanted: &str| {
            let found = kept.headers.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone())
        };
        let validators = Validators { etag: header("etag"), modified: header("last-modified") };
        let has_any = validators.etag.is_some() || validators.modified.is_some();
        has_any.then_some((kept, validators))
    }
}

impl<F: Fetcher> Fetcher for Revalidating<F> {
    async fn ask(&self, request: &Request) -> Exchange {
        let stock = self.stock.as_ref().filter(|_| is_plain(request));
        let Some(stock) = stock else { return self.inner.ask(request).await };
        let kept = self.find(stock, &request.url).await;
        let Some((kept, validators)) = kept else {
            let exchange = self.inner.ask(request).await;
            self.keep(stock, &exchange).await;
            return exchange;
        };
        let condition = Request { unless: Some(validators), ..request.clone() };
        let exchange = self.inner.ask(&condition).await;
        match &exchange.outcome {
            Ok(reply) if reply.status == 304 => {
                let reply = unchanged(kept, reply);
                Exchange { outcome: Ok(reply), ..exchange }
            }
            Ok(_) | Err(_) => {
                self.keep(stock, &exchange).await;
                exchange
            }
        }
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn politeness(&self, host: &str) -> Politeness {
        self.inner.politeness(host)
    }

    fn max_concurrency(&self) -> NonZeroUsize {
        self.inner.max_concurrency()
    }
}

impl<F: Fetcher> Revalidating<F> {
    async fn keep(&self, stock: &Stock, exchange: &Exchange) {
        if !may_be_kept(exchange) {
            return;
        }
        let (keep, exchange) = (Arc::clone(&stock.keep), exchange.clone());
        let max_bytes = self.inner.limits().max_body_bytes;
        // Undoing encodings and hashing take a processor's time, keeping a disk's.
        let kept = tokio::task::spawn_blocking(move || {
            if let Some(answer) = kept(&exchange, max_bytes) {
                keep(answer);
            }
        });
        drop(kept.await);
    }
}

/// Tells whether the answer to a request is the same for everybody who asks.
fn is_plain(request: &Request) -> bool {
    request.cookies.is_none() && request.datetime.is_none()
}

/// Tells whether an answer is a page that came whole and that its server lets others keep.
fn may_be_kept(exchange: &Exchange) -> bool {
    let Ok(reply) = &exchange.outcome else { return false };
    let forbidden = reply.headers.iter().any(|(name, value)| {
        name == "cache-control" && value.to_ascii_lowercase().contains("no-store")
    });
    reply.status == 200 && reply.arrival == Arrival::Whole && !forbidden
}

/// Makes what is kept of an exchange: the body as it is read, and the fields that are still true of that.
fn kept(exchange: &Exchange, max_bytes: u64) -> Option<KeptAnswer> {
    let reply = exchange.outcome.as_ref().ok()?;
    let (body, completeness) = decoded(reply, max_bytes);
    if completeness != Completeness::Whole {
        return None;
    }
    let headers: Vec<_> =
        reply.headers.iter().filter(|(name, _)| is_of_page(name)).cloned().collect();
    let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    (bytes <= MAX_HEADER_BYTES).then(|| KeptAnswer {
        url: exchange.url.to_string(),
        at: exchange.at,
        status: reply.status,
        headers,
        sha256: sha256(&body),
        body,
    })
}

/// Tells whether a header field says something of the page, and not of how it was sent or to whom.
fn is_of_page(name: &str) -> bool {
    let of_sending = [
        "content-encoding",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "date",
        "age",
        "set-cookie",
    ];
    !of_sending.contains(&name)
}

/// Makes a reply of a kept answer of which the server said that it has not changed; the fields that it sent along count.
fn unchanged(kept: KeptAnswer, reply: &Reply) -> Reply {
    let mut headers = kept.headers;
    let newer: Vec<_> =
        reply.headers.iter().filter(|(name, _)| is_of_page(name)).cloned().collect();
    headers.retain(|(name, _)| !newer.iter().any(|(new, _)| new == name));
    headers.extend(newer);
    Reply {
        version: reply.version,
        status: kept.status,
        headers,
        body: Bytes::from(kept.body),
        arrival: Arrival::Whole,
    }
}

#[cfg(test)]
mod tests;
