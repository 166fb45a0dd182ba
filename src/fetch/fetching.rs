//! Fetches many targets at once, politely: sends what the schedule says, and hands over what is done.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use url::Url;

use super::Fetcher;
use super::journey::{Journey, Limits, Step};
use super::schedule::{HostNumber, Job, Next, Outcome, Schedule};
use crate::fetched::{FetchFailure, Fetched};
use crate::target::Target;

/// Fetches targets, many at once.
///
/// Each target is asked for once. Hosts are treated as [`Fetcher::politeness`] says; what failed in a passing way is
/// asked for again, the last time when everything else is done. Memory grows with what is under way, beside the targets
/// themselves.
#[must_use]
pub fn fetch_all<F: Fetcher + Send + 'static>(
    fetcher: Arc<F>,
    targets: Vec<Target>,
) -> Fetching<F> {
    let limits = fetcher.limits();
    let mut fetching = Fetching {
        schedule: Schedule::new(limits.retries),
        limits,
        waiting: Vec::with_capacity(targets.len()),
        parked: HashMap::new(),
        running: JoinSet::new(),
        hosts: HashMap::new(),
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
pub struct Fetching<F> {
    fetcher: Arc<F>,
    limits: Limits,
    schedule: Schedule,
    /// The targets that nobody has been asked for yet.
    waiting: Vec<Option<Target>>,
    /// The targets that are on their way and wait for their next request.
    parked: HashMap<Job, Box<Journey>>,
    running: JoinSet<Arrived>,
    /// What is running, so that nothing is lost if our own code should fail.
    hosts: HashMap<tokio::task::Id, (Job, HostNumber, Target)>,
}

/// One request that has ended.
struct Arrived {
    job: Job,
    host: HostNumber,
    journey: Box<Journey>,
    step: Step,
    outcome: Outcome,
}

impl<F: Fetcher + Send + 'static> Fetching<F> {
    /// Waits for the next target that is done; `None` when all are. Returns its number among the targets, and what
    /// was fetched. Nothing is lost when the wait is given up and taken up again.
    pub async fn next(&mut self) -> Option<(usize, Fetched)> {
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
            let done = match ended {
                None => continue,
                Some(Ok((id, arrived))) => {
                    self.hosts.remove(&id);
                    self.arrived(arrived)
                }
                Some(Err(error)) => self.lost(error.id()),
            };
            if let Some((job, fetched)) = done {
                return Some((job as usize, fetched));
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
        let Some(mut journey) = journey else { return };
        let fetcher = Arc::clone(&self.fetcher);
        let target = journey.target().clone();
        let task = self.running.spawn(async move {
            let exchange = fetcher.ask(&journey.request()).await;
            let repeated = journey.is_repeated();
            let pause = journey.pause(&exchange);
            // A body is undone here, and not where all tasks come together.
            let step = journey.arrive(exchange);
            let outcome = match &step {
                Step::AskAfter(_) | Step::AskAtEnd(_) => Outcome::Trouble { repeated, pause },
                Step::Done(done) if done.outcome.is_err() || pause.is_some() => {
                    Outcome::Trouble { repeated, pause }
                }
                Step::Ask | Step::Done(_) => Outcome::Fine,
            };
            Arrived { job, host, journey, step, outcome }
        });
        self.hosts.insert(task.id(), (job, host, target));
    }

    fn arrived(&mut self, arrived: Arrived) -> Option<(Job, Fetched)> {
        let now = Instant::now();
        let Arrived { job, host, mut journey, step, outcome } = arrived;
        self.schedule.ended(host, outcome, now);
        match step {
            Step::Done(fetched) => return Some((job, *fetched)),
            Step::Ask => {
                let host = self.host(journey.url(), now);
                self.parked.insert(job, journey);
                self.schedule.add_first(host, job);
            }
            Step::AskAfter(_) | Step::AskAtEnd(_) if self.schedule.is_hopeless(host) => {
                return Some((job, *journey.give_up()));
            }
            Step::AskAfter(wait) => self.park(job, journey, |schedule, host, job| {
                schedule.add_at(host, job, now + wait);
            }),
            Step::AskAtEnd(wait) => self.park(job, journey, |schedule, host, job| {
                schedule.add_at_end(host, job, now + wait);
            }),
        }
        None
    }

    fn park(
        &mut self,
        job: Job,
        journey: Box<Journey>,
        add: impl FnOnce(&mut Schedule, HostNumber, Job),
    ) {
        let host = self.host(journey.url(), Instant::now());
        self.parked.insert(job, journey);
        add(&mut self.schedule, host, job);
    }

    /// A request on which our own code failed: its target could not be asked for, and the run goes on.
    fn lost(&mut self, id: tokio::task::Id) -> Option<(Job, Fetched)> {
        let (job, host, target) = self.hosts.remove(&id)?;
        self.schedule.ended(host, Outcome::Fine, Instant::now());
        let why = "the answer could not be handled".to_owned();
        let fetched = Fetched {
            target,
            at: jiff::Timestamp::now(),
            took: Duration::ZERO,
            hops: Vec::new(),
            outcome: Err(FetchFailure::Protocol(why)),
        };
        Some((job, fetched))
    }

    fn host(&mut self, url: &Url, now: Instant) -> HostNumber {
        let name = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let fetcher = &self.fetcher;
        self.schedule.host(name, now, |_| fetcher.politeness(url.host_str().unwrap_or_default()))
    }
}

/// When to look at the schedule again.
enum Wake {
    At(Instant),
    /// When a request ends.
    Never,
}
