//! Fetches many targets at once, politely: sends what the schedule says, has what came back read by a few threads, and
//! hands over what is done.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::{Id, JoinSet};
use url::Url;

use super::Fetcher;
use super::exchange::Exchange;
use super::journey::{Journey, Limits, Step};
use super::readers::Readers;
use super::schedule::{HostNumber, Job, Next, Outcome, Schedule};
use crate::fetched::Fetched;
use crate::target::Target;

/// Fetches targets, many at once, and reads what was fetched.
///
/// Each target is asked for once. Hosts are treated as [`Fetcher::politeness`] says; what failed in a passing way is
/// asked for again, the last time when everything else is done. `read` is given the number of a target and what was
/// fetched of it; it is called by so many threads at once as `readers` says, which undo the content encodings, too.
/// So many bodies are in memory undone, and no more bodies as they came over the wire than requests may be under way.
#[must_use]
pub fn fetch_all<F: Fetcher + Send + 'static, T: Send + 'static>(
    fetcher: Arc<F>,
    targets: Vec<Target>,
    readers: NonZeroUsize,
    read: impl Fn(usize, Fetched) -> T + Send + Sync + 'static,
) -> Fetching<F, T> {
    let limits = fetcher.limits();
    let mut fetching = Fetching {
        schedule: Schedule::new(limits.retries),
        limits,
        waiting: Vec::with_capacity(targets.len()),
        parked: HashMap::new(),
        running: JoinSet::new(),
        under_way: HashMap::new(),
        readers: Arc::new(Readers::start(readers)),
        read: Arc::new(read),
        fetcher,
    };
    let now = Instant::now();
    for (job, target) in (0..).zip(targets) {
        let host = fetching.host(target.url(), now);
        fetching.schedule.add(host, job);
        fetching.waiting.push(Some(target));
    }
    fetching
}

/// Targets on their way. Dropping it stops all requests.
pub struct Fetching<F, T> {
    fetcher: Arc<F>,
    limits: Limits,
    schedule: Schedule,
    /// The targets that nobody has been asked for yet.
    waiting: Vec<Option<Target>>,
    /// The targets that are on their way and wait for their next request.
    parked: HashMap<Job, Box<Journey>>,
    running: JoinSet<Option<Ended<T>>>,
    /// What is running, so that nothing is lost if our own code should fail; the host where it is a request.
    under_way: HashMap<Id, (Job, Option<HostNumber>)>,
    readers: Arc<Readers>,
    read: Arc<dyn Fn(usize, Fetched) -> T + Send + Sync>,
}

/// What has ended.
enum Ended<T> {
    /// A request: how its host behaved, and what comes next.
    Request(Outcome, After<T>),
    /// The reading of what was kept of a target that is asked for no more.
    Reading(T),
}

/// What comes after a request.
enum After<T> {
    /// Nothing: the target is done.
    Done(T),
    /// Its next request, at once.
    Now(Box<Journey>),
    /// Its next request, after a while.
    Later(Box<Journey>, Duration),
    /// Its next request, when everything else is done and not before a while.
    AtEnd(Box<Journey>, Duration),
}

impl<F: Fetcher + Send + 'static, T: Send + 'static> Fetching<F, T> {
    /// Waits for the next target that is done; `None` when all are. Returns its number among the targets, and what was
    /// read; `None` where our own code failed on it. Nothing is lost when the wait is given up and taken up again.
    pub async fn next(&mut self) -> Option<(usize, Option<T>)> {
        loop {
            let wake = self.start();
            let ended = match wake {
                Wake::Never if self.running.is_empty() => return None,
                Wake::Never => self.running.join_next_with_id().await,
                Wake::At(at) if self.running.is_empty() => {
                    tokio::time::sleep_until(at.into()).await;
                    continue;
                }
                Wake::At(at) => tokio::select! {
                    ended = self.running.join_next_with_id() => ended,
                    () = tokio::time::sleep_until(at.into()) => continue,
                },
            };
            let (id, ended) = match ended {
                None => continue,
                Some(Ok((id, ended))) => (id, ended),
                Some(Err(error)) => (error.id(), None),
            };
            let Some((job, host)) = self.under_way.remove(&id) else { continue };
            match self.ended(job, host, ended) {
                State::UnderWay => {}
                State::Done(read) => return Some((job as usize, Some(read))),
                State::Failed => return Some((job as usize, None)),
            }
        }
    }

    /// Returns how many hosts are left alone for a while, because they asked for it or did not answer, though there is
    /// something to ask them. Takes time by the number of hosts.
    #[must_use]
    pub fn waiting_hosts(&self) -> usize {
        self.schedule.waiting_hosts(Instant::now())
    }

    /// Starts all that may start now; says when to look again.
    fn start(&mut self) -> Wake {
        let most = self.fetcher.max_concurrency().get();
        while self.running.len() < most {
            match self.schedule.next(Instant::now()) {
                Next::Start(job, host) => self.send(job, host),
                Next::Wait(at) => return Wake::At(at),
                Next::Busy | Next::Empty => return Wake::Never,
            }
        }
        Wake::Never
    }

    fn send(&mut self, job: Job, host: HostNumber) {
        let journey = self.parked.remove(&job).or_else(|| {
            let target = self.waiting.get_mut(job as usize)?.take()?;
            Some(Box::new(Journey::new(target, self.limits)))
        });
        let Some(journey) = journey else { return };
        let (fetcher, readers) = (Arc::clone(&self.fetcher), Arc::clone(&self.readers));
        let read = Arc::clone(&self.read);
        let task = self.running.spawn(async move {
            let exchange = fetcher.ask(&journey.request()).await;
            let arriving = move || arrive(journey, exchange, |fetched| read(job as usize, fetched));
            let (outcome, after) = readers.run(arriving).await?;
            Some(Ended::Request(outcome, after))
        });
        self.under_way.insert(task.id(), (job, Some(host)));
    }

    /// Notes that something has ended: `None` where our own code failed on it. Returns how it stands with the target.
    fn ended(&mut self, job: Job, host: Option<HostNumber>, ended: Option<Ended<T>>) -> State<T> {
        let now = Instant::now();
        let (outcome, after) = match ended {
            Some(Ended::Request(outcome, after)) => (outcome, Some(after)),
            Some(Ended::Reading(read)) => return State::Done(read),
            None => (Outcome::Fine, None),
        };
        let host = host.inspect(|&host| self.schedule.ended(host, outcome, now));
        let is_hopeless = host.is_some_and(|host| self.schedule.is_hopeless(host));
        match after {
            None => return State::Failed,
            Some(After::Done(read)) => return State::Done(read),
            Some(After::Now(journey)) => {
                let host = self.park(job, journey, now);
                self.schedule.add_first(host, job);
            }
            Some(After::Later(journey, _) | After::AtEnd(journey, _)) if is_hopeless => {
                self.give_up(job, journey);
            }
            Some(After::Later(journey, wait)) => {
                let host = self.park(job, journey, now);
                self.schedule.add_at(host, job, now + wait);
            }
            Some(After::AtEnd(journey, wait)) => {
                let host = self.park(job, journey, now);
                self.schedule.add_at_end(host, job, now + wait);
            }
        }
        State::UnderWay
    }

    /// Keeps a target until its next request; returns the host that this goes to.
    fn park(&mut self, job: Job, journey: Box<Journey>, now: Instant) -> HostNumber {
        let host = self.host(journey.url(), now);
        self.parked.insert(job, journey);
        host
    }

    /// Has what there is of a target read, instead of asking for it again.
    fn give_up(&mut self, job: Job, mut journey: Box<Journey>) {
        let (readers, read) = (Arc::clone(&self.readers), Arc::clone(&self.read));
        let reading = move || read(job as usize, *journey.give_up());
        let task =
            self.running.spawn(async move { readers.run(reading).await.map(Ended::Reading) });
        self.under_way.insert(task.id(), (job, None));
    }

    fn host(&mut self, url: &Url, now: Instant) -> HostNumber {
        let name = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let fetcher = &self.fetcher;
        self.schedule.host(name, now, |_| fetcher.politeness(url.host_str().unwrap_or_default()))
    }
}

/// How it stands with a target.
enum State<T> {
    /// It has another request before it, or is still read.
    UnderWay,
    /// It is done, and this was read.
    Done(T),
    /// Our own code failed on it.
    Failed,
}

/// When to look at the schedule again.
enum Wake {
    At(Instant),
    /// When a request ends.
    Never,
}

/// Takes what came back for a target: says how the host behaved and what comes next, and reads what is fetched.
fn arrive<T>(
    mut journey: Box<Journey>,
    exchange: Exchange,
    read: impl FnOnce(Fetched) -> T,
) -> (Outcome, After<T>) {
    let repeated = journey.is_repeated();
    let pause = journey.pause(&exchange);
    let trouble = Outcome::Trouble { repeated, pause };
    match journey.arrive(exchange) {
        Step::Ask => (Outcome::Fine, After::Now(journey)),
        Step::AskAfter(wait) => (trouble, After::Later(journey, wait)),
        Step::AskAtEnd(wait) => (trouble, After::AtEnd(journey, wait)),
        Step::Done(fetched) => {
            let in_trouble = fetched.outcome.is_err() || pause.is_some();
            (if in_trouble { trouble } else { Outcome::Fine }, After::Done(read(*fetched)))
        }
    }
}
