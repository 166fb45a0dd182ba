//! Follows one target from request to request until its answer is known: redirects, alternatives, repetitions.
//! Decides only; somebody else sends the requests and waits. Pure.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::cookies::Cookies;
use super::decode::decode;
use super::exchange::{Arrival, Encodings, Exchange, Hope, Reply, Request, Secrets};
use super::refresh::refresh;
use super::retry::{Decision, asked_wait, decide};
use super::settings::{Retries, Settings};
use crate::fetched::{Answer, Completeness, FetchFailure, Fetched, Hop};
use crate::target::Target;

/// The limits of journeys.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many redirects are followed.
    pub max_redirects: u32,
    /// The largest body, in bytes, its content encodings undone.
    pub max_body_bytes: u64,
    /// The longest address, in bytes.
    pub max_url_bytes: usize,
    /// What is tried again.
    pub retries: Retries,
}

impl From<&Settings> for Limits {
    fn from(settings: &Settings) -> Self {
        Self {
            max_redirects: settings.max_redirects,
            max_body_bytes: settings.max_body_bytes,
            max_url_bytes: settings.max_url_bytes,
            retries: settings.retries,
        }
    }
}

/// One target on its way.
#[derive(Debug)]
pub(super) struct Journey {
    limits: Limits,
    target: Target,
    /// Which of the target's addresses is being tried.
    candidate: usize,
    /// What is asked next, its fragment kept.
    url: Url,
    hops: Vec<Hop>,
    /// What has been asked since the start, with the cookies that went along: the same again is a loop.
    seen: BTreeSet<(String, Option<String>)>,
    cookies: Cookies,
    encodings: Encodings,
    repeated: u32,
    took: Duration,
    /// How the first of the target's addresses failed.
    first_failure: Option<(Exchange, FetchFailure)>,
    /// The best answer so far, from before a repetition.
    earlier: Option<Exchange>,
    /// The last page that sent its readers on.
    signpost: Option<Box<(Timestamp, Answer)>>,
    /// The time whose state of the page is wanted of an archive.
    datetime: Option<Timestamp>,
    /// Whether headers that may be secret go along to the host that it sets out for.
    secrets: Secrets,
}

/// What to do next.
#[derive(Debug)]
pub(super) enum Step {
    /// Send the next request.
    Ask,
    /// Send it after a while.
    AskAfter(Duration),
    /// Send it when everything else is done, and not before a while.
    AskAtEnd(Duration),
    /// Nothing: it is over.
    Done(Box<Fetched>),
}

impl Journey {
    /// Sets out for a target.
    pub(super) fn new(target: Target, limits: Limits) -> Self {
        let url = target.url().clone();
        Self {
            limits,
            target,
            candidate: 0,
            url,
            hops: Vec::new(),
            seen: BTreeSet::new(),
            cookies: Cookies::default(),
            encodings: Encodings::Any,
            repeated: 0,
            took: Duration::ZERO,
            first_failure: None,
            earlier: None,
            signpost: None,
            datetime: None,
            secrets: Secrets::Sent,
        }
    }

    /// Asks an archive, for the state of the page at a time if one is given. The user's headers are not for it.
    pub(super) fn of_archive(mut self, datetime: Option<Timestamp>) -> Self {
        self.datetime = datetime;
        self.secrets = Secrets::Withheld;
        self
    }

    /// Returns the next request.
    pub(super) fn request(&self) -> Request {
        let mut url = self.url.clone();
        url.set_fragment(None);
        let cited = self.hops.is_empty() && self.candidate == 0;
        Request {
            canonical: cited.then(|| self.target.canonical().to_owned()),
            cookies: self.cookies.header(&url),
            encodings: self.encodings,
            secrets: if url.host() == self.target.url().host() {
                self.secrets
            } else {
                Secrets::Withheld
            },
            datetime: self.datetime,
            unless: None,
            url,
        }
    }

    /// Returns what is asked next, its fragment kept.
    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// Tells whether the next request repeats one that failed in a passing way.
    pub(super) const fn is_repeated(&self) -> bool {
        self.repeated > 0
    }

    /// Returns how long a host that answered like this wants to be left alone.
    pub(super) fn pause(&self, exchange: &Exchange) -> Option<Duration> {
        let status = exchange.outcome.as_ref().map_or(0, |reply| reply.status);
        let usual = (status == 429 && exchange.hope == Hope::MayPass)
            .then_some(self.limits.retries.first_wait);
        asked_wait(exchange).filter(|_| exchange.hope == Hope::MayPass).or(usual)
    }

    /// Ends with what there is, instead of asking again.
    pub(super) fn give_up(&mut self) -> Box<Fetched> {
        match self.earlier.take() {
            Some(last) => self.concluded(last),
            None => self.fetched(Timestamp::UNIX_EPOCH, Err(FetchFailure::Interrupted)),
        }
    }

    /// Takes what came back for the last request.
    pub(super) fn arrive(&mut self, exchange: Exchange) -> Step {
        self.took += exchange.took;
        self.seen.insert((asked(&self.url), self.cookies_sent()));
        self.take_cookies(&exchange);
        match &exchange.outcome {
            Err(failure) => {
                let failure = failure.clone();
                self.failed(exchange, failure)
            }
            Ok(reply) => match self.redirect(reply) {
                Redirect::To(next) => self.redirected(&exchange, next),
                Redirect::Refused(why) => self.end(&exchange, Err(FetchFailure::Refused(why))),
                Redirect::No => self.answered(exchange),
            },
        }
    }

    fn take_cookies(&mut self, exchange: &Exchange) {
        let Ok(reply) = &exchange.outcome else { return };
        for (_, value) in reply.headers.iter().filter(|(name, _)| name == "set-cookie") {
            self.cookies.set(&exchange.url, value);
        }
    }

    fn failed(&mut self, exchange: Exchange, failure: FetchFailure) -> Step {
        if failure == FetchFailure::NotRecorded
            && let Some(signpost) = self.signpost.take()
        {
            // Whoever recorded the page did not follow it: what was recorded is what was cited.
            let (at, answer) = *signpost;
            let there = self.hops.iter().rposition(|hop| hop.from == answer.url);
            self.hops.truncate(there.unwrap_or_default());
            return Step::Done(self.fetched(at, Ok(answer)));
        }
        if self.hops.is_empty() && is_unreachable(&failure) {
            let next = self.candidate + 1;
            if self.first_failure.is_none() {
                self.first_failure = Some((exchange.clone(), failure.clone()));
            }
            if let Some(url) = self.target.candidates().get(next) {
                self.candidate = next;
                self.url = url.clone();
                return Step::Ask;
            }
        }
        let (exchange, failure) = self.first_failure.take().unwrap_or((exchange, failure));
        if let Some(step) = self.repeat(&exchange) {
            // An answer from before is worth more than this failure.
            if self.earlier.as_ref().is_none_or(|earlier| earlier.outcome.is_err()) {
                self.earlier = Some(exchange);
            }
            return step;
        }
        match self.earlier.take() {
            Some(earlier) if earlier.outcome.is_ok() => Step::Done(self.concluded(earlier)),
            Some(_) | None => self.end(&exchange, Err(failure)),
        }
    }

    /// Asks again if that may help: from the start if no address of the target answered, else at the hop that failed.
    fn repeat(&mut self, exchange: &Exchange) -> Option<Step> {
        let seed = seed(&self.url, self.repeated);
        let decision = decide(exchange, self.repeated, &self.limits.retries, seed);
        let step = match decision {
            Decision::Stands => return None,
            Decision::After(wait) => Step::AskAfter(wait),
            Decision::AtEnd(wait) => Step::AskAtEnd(wait),
        };
        self.repeated += 1;
        if self.hops.is_empty() && exchange.outcome.is_err() {
            self.candidate = 0;
            self.url = self.target.url().clone();
        }
        Some(step)
    }

    fn redirected(&mut self, exchange: &Exchange, next: Url) -> Step {
        let status = exchange.outcome.as_ref().map_or(0, |reply| reply.status);
        let from = std::mem::replace(&mut self.url, next);
        self.hops.push(Hop { from, status, to: self.url.clone() });
        let count = u32::try_from(self.hops.len()).unwrap_or(u32::MAX);
        let again = self.seen.contains(&(asked(&self.url), self.cookies_sent()));
        if again || count > self.limits.max_redirects {
            return self.end(exchange, Err(FetchFailure::RedirectLoop(count)));
        }
        Step::Ask
    }

    fn cookies_sent(&self) -> Option<String> {
        self.cookies.header(&self.url)
    }

    /// Says where an answer redirects.
    fn redirect(&self, reply: &Reply) -> Redirect {
        if !matches!(reply.status, 301 | 302 | 303 | 307 | 308) {
            return Redirect::No;
        }
        let Some(location) = reply.header("location") else { return Redirect::No };
        let Some(next) = self.followed(&utf8_of_latin1(location.trim())) else {
            return Redirect::No;
        };
        if next.as_str().len() > self.limits.max_url_bytes {
            return Redirect::Refused(format!(
                "it redirects to an address longer than {} bytes",
                self.limits.max_url_bytes
            ));
        }
        Redirect::To(next)
    }

    /// Returns the address that a reference on the present one leads to, if it can be followed.
    fn followed(&self, reference: &str) -> Option<Url> {
        let mut next = self.url.join(reference).ok()?;
        if !matches!(next.scheme(), "http" | "https") {
            return None;
        }
        // Names and passwords must not get into hops and reports.
        next.set_username("").and_then(|()| next.set_password(None)).ok()?;
        if next.fragment().is_none() {
            next.set_fragment(self.url.fragment());
        }
        Some(next)
    }

    fn answered(&mut self, mut exchange: Exchange) -> Step {
        if let Some(step) = self.repeat(&exchange) {
            self.earlier = Some(exchange);
            return step;
        }
        let may_ask_plainly = self.encodings == Encodings::Any && exchange.hope == Hope::MayPass;
        let Ok(reply) = &mut exchange.outcome else { return Step::Done(self.concluded(exchange)) };
        let answer = answer(self.url.clone(), reply, self.limits.max_body_bytes);
        if let Some(next) = self.refreshed(&answer) {
            let from = std::mem::replace(&mut self.url, next);
            self.hops.push(Hop { from, status: answer.status, to: self.url.clone() });
            self.signpost = Some(Box::new((exchange.at, answer)));
            return Step::Ask;
        }
        if may_ask_plainly && is_damaged(&answer, reply) {
            // Some servers get their encodings wrong, and send the plain text when asked for it.
            reply.headers = answer.headers;
            self.encodings = Encodings::Identity;
            self.earlier = Some(exchange);
            return Step::Ask;
        }
        Step::Done(self.fetched(exchange.at, Ok(answer)))
    }

    /// Says where a page sends its readers at once, if it is one that was not asked before.
    ///
    /// A page that sends in a circle is a page: a wall often does, until its script has run.
    fn refreshed(&self, answer: &Answer) -> Option<Url> {
        let html = answer.header("content-type").is_none_or(|kind| kind.contains("html"));
        let may_follow = self.hops.len() < self.limits.max_redirects as usize;
        if answer.status != 200
            || !html
            || !may_follow
            || answer.completeness != Completeness::Whole
        {
            return None;
        }
        let next = self.followed(&refresh(&answer.body)?)?;
        let again = self.seen.iter().any(|(address, _)| *address == asked(&next));
        (!again && next.as_str().len() <= self.limits.max_url_bytes).then_some(next)
    }

    /// Ends with what came back.
    fn concluded(&mut self, mut exchange: Exchange) -> Box<Fetched> {
        let outcome = match &mut exchange.outcome {
            Ok(reply) => Ok(answer(self.url.clone(), reply, self.limits.max_body_bytes)),
            Err(failure) => Err(failure.clone()),
        };
        self.fetched(exchange.at, outcome)
    }

    fn end(&mut self, exchange: &Exchange, outcome: Result<Answer, FetchFailure>) -> Step {
        Step::Done(self.fetched(exchange.at, outcome))
    }

    fn fetched(&mut self, at: Timestamp, outcome: Result<Answer, FetchFailure>) -> Box<Fetched> {
        Box::new(Fetched {
            target: self.target.clone(),
            at,
            took: self.took,
            hops: std::mem::take(&mut self.hops),
            outcome,
        })
    }
}

enum Redirect {
    No,
    To(Url),
    Refused(String),
}

/// Tells whether another address of the same target is worth trying: nobody answered at this one.
const fn is_unreachable(failure: &FetchFailure) -> bool {
    match failure {
        FetchFailure::Dns(_)
        | FetchFailure::Connection(_)
        | FetchFailure::Tls(_)
        | FetchFailure::Timeout(_)
        | FetchFailure::Protocol(_)
        | FetchFailure::NotRecorded => true,
        FetchFailure::RedirectLoop(_)
        | FetchFailure::Refused(_)
        | FetchFailure::Excluded(_)
        | FetchFailure::Interrupted
        | FetchFailure::Mishandled => false,
    }
}

/// An address without its fragment, as it goes over the wire.
fn asked(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}

/// Redirects hold UTF-8 where they should hold ASCII; headers are kept as Latin-1.
fn utf8_of_latin1(value: &str) -> String {
    let bytes: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| value.to_owned())
}

/// Tells whether a body came whole and its content encoding is damaged.
fn is_damaged(answer: &Answer, reply: &Reply) -> bool {
    let damaged = match answer.completeness {
        Completeness::Undecodable(_) | Completeness::CutOff(_) => true,
        Completeness::Whole | Completeness::OverLimit(_) => false,
    };
    damaged && reply.arrival == Arrival::Whole
}

pub(super) fn decoded(reply: &Reply, max_bytes: u64) -> (Vec<u8>, Completeness) {
    let encodings: Vec<&str> = reply
        .headers
        .iter()
        .filter(|(name, _)| name == "content-encoding")
        .map(|(_, value)| value.as_str())
        .collect();
    decode(&reply.body, &encodings.join(","), max_bytes)
}

/// Makes an answer of a reply: its content encodings are undone, and what is missing is told.
fn answer(url: Url, reply: &mut Reply, max_bytes: u64) -> Answer {
    let (body, decoding) = decoded(reply, max_bytes);
    let length = reply.body.len();
    let completeness = match (&reply.arrival, decoding) {
        (_, Completeness::OverLimit(limit)) => Completeness::OverLimit(limit),
        (Arrival::OverLimit(limit), _) => Completeness::OverLimit(*limit),
        (Arrival::Disconnected(how), _) => {
            Completeness::CutOff(format!("{how} after {length} bytes"))
        }
        (Arrival::TimedOut(limit), _) => Completeness::CutOff(format!(
            "the time limit of {} s was reached after {length} bytes",
            limit.as_secs_f32()
        )),
        (Arrival::Whole, decoding) => decoding,
    };
    Answer {
        url,
        status: reply.status,
        headers: std::mem::take(&mut reply.headers),
        body,
        completeness,
    }
}

/// A number that is the same for the same request: waits are spread, and runs can be repeated.
fn seed(url: &Url, repeated: u32) -> u64 {
    // FNV-1a.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in url.as_str().bytes().chain(repeated.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash >> 8
}

#[cfg(test)]
mod tests;
