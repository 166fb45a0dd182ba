//! Says which request is sent next, and when: a queue for each host, outside of the limit for all, so that a host that
//! is slow, or asks to be left alone, holds up nobody else. Pure: the time is an argument, nothing is sent from here.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::settings::{Politeness, Retries};

/// What has to be sent, by host. A job is the number of a target.
pub(super) struct Schedule {
    retries: Retries,
    hosts: Vec<Host>,
    by_name: HashMap<String, HostNumber>,
    /// Hosts that have something to send and room for it, by when they may be asked.
    ready: BinaryHeap<Reverse<(Instant, HostNumber)>>,
    /// Jobs that wait for their time, in the order of their times.
    delayed: BinaryHeap<Reverse<(Instant, u64, HostNumber, Job)>>,
    /// Jobs that wait until nothing else is left.
    at_end: Vec<(Instant, HostNumber, Job)>,
    running: usize,
    /// Counts delayed jobs, so that equal times keep their order.
    count: u64,
}

/// The number of a target.
pub(super) type Job = u32;

/// The number of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HostNumber(u32);

struct Host {
    politeness: Politeness,
    queue: VecDeque<Job>,
    running: usize,
    next_at: Instant,
    /// Whether it stands in the list of hosts that are ready.
    listed: bool,
    /// How many repetitions have failed since one succeeded.
    failed_repetitions: u32,
    /// How long the host has been left alone because it asked for it.
    left_alone: Duration,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Send a request to a host.
    Start(Job, HostNumber),
    /// Nothing before a time, unless a request ends before.
    Wait(Instant),
    /// Nothing until a request ends.
    Busy,
    /// Nothing at all.
    Empty,
}

/// How a request to a host went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The host answered as it should.
    Fine,
    /// It failed in a passing way, and asked to be left alone perhaps.
    Trouble {
        /// Whether this was a repetition.
        repeated: bool,
        /// How long the host asks to be left alone.
        pause: Option<Duration>,
    },
}

/// After so many failed repetitions in a row, a host's requests are not repeated any more.
const HOPELESS_AFTER: u32 = 8;

/// A wait that is longer than this is worth telling.
const NOTABLE_WAIT: Duration = Duration::from_secs(1);

impl Schedule {
    pub(super) fn new(retries: Retries) -> Self {
        Self {
            retries,
            hosts: Vec::new(),
            by_name: HashMap::new(),
            ready: BinaryHeap::new(),
            delayed: BinaryHeap::new(),
            at_end: Vec::new(),
            running: 0,
            count: 0,
        }
    }

    /// Returns the number of a host; `politeness` is asked for when it is new.
    pub(super) fn host(
        &mut self,
        name: &str,
        now: Instant,
        politeness: impl FnOnce(&str) -> Politeness,
    ) -> HostNumber {
        if let Some(number) = self.by_name.get(name) {
            return *number;
        }
        let number = HostNumber(u32::try_from(self.hosts.len()).unwrap_or(u32::MAX));
        self.hosts.push(Host {
            politeness: politeness(name),
            queue: VecDeque::new(),
            running: 0,
            next_at: now,
            listed: false,
            failed_repetitions: 0,
            left_alone: Duration::ZERO,
        });
        self.by_name.insert(name.to_owned(), number);
        number
    }

    /// Adds a job behind the others of its host.
    pub(super) fn add(&mut self, host: HostNumber, job: Job) {
        self.host_mut(host).queue.push_back(job);
        self.list(host);
    }

    /// Adds a job before the others of its host: its target is on its way already.
    pub(super) fn add_first(&mut self, host: HostNumber, job: Job) {
        self.host_mut(host).queue.push_front(job);
        self.list(host);
    }

    /// Adds a job that may not start before a time.
    pub(super) fn add_at(&mut self, host: HostNumber, job: Job, at: Instant) {
        self.count += 1;
        self.delayed.push(Reverse((at, self.count, host, job)));
    }

    /// Adds a job that starts when nothing else is left, and not before a time.
    pub(super) fn add_at_end(&mut self, host: HostNumber, job: Job, at: Instant) {
        self.at_end.push((at, host, job));
    }

    /// Says what to do next; what it says to start counts as started.
    pub(super) fn next(&mut self, now: Instant) -> Next {
        self.release(now);
        let Some(&Reverse((at, number))) = self.ready.peek() else { return self.waiting() };
        if at > now {
            return self.waiting();
        }
        self.ready.pop();
        let host = self.host_mut(number);
        host.listed = false;
        let Some(job) = host.queue.pop_front() else { return self.next(now) };
        host.running += 1;
        host.next_at = now + host.politeness.delay;
        self.running += 1;
        self.list(number);
        Next::Start(job, number)
    }

    /// Notes that a request to a host has ended, and how.
    pub(super) fn ended(&mut self, number: HostNumber, outcome: Outcome, now: Instant) {
        self.running -= 1;
        let longest = self.retries.longest_wait;
        let host = self.host_mut(number);
        host.running -= 1;
        match outcome {
            Outcome::Fine => host.failed_repetitions = 0,
            Outcome::Trouble { repeated, pause } => {
                host.failed_repetitions += u32::from(repeated);
                // A host that asks to be left alone for ever must not keep the run from ending.
                let pause = pause.unwrap_or_default().min(longest);
                if host.left_alone + pause <= longest * 2 {
                    let until = (now + pause).max(host.next_at);
                    host.left_alone += until.saturating_duration_since(host.next_at.max(now));
                    host.next_at = until;
                }
            }
        }
        self.list(number);
    }

    /// Tells whether repeating requests to a host has proved to be no use.
    pub(super) fn is_hopeless(&self, number: HostNumber) -> bool {
        self.hosts[number.0 as usize].failed_repetitions >= HOPELESS_AFTER
    }

    /// Counts the hosts that are left alone for a while though there is something to ask them.
    pub(super) fn waiting_hosts(&self, now: Instant) -> usize {
        let soon = now + NOTABLE_WAIT;
        let held = (0..)
            .zip(&self.hosts)
            .filter(|(_, host)| host.running == 0 && !host.queue.is_empty() && host.next_at > soon);
        let held = held.map(|(number, _)| HostNumber(number));
        let delayed = self.delayed.iter().filter(|Reverse((at, ..))| *at > soon);
        let delayed = delayed.map(|Reverse((_, _, host, _))| *host);
        held.chain(delayed).collect::<BTreeSet<_>>().len()
    }

    fn host_mut(&mut self, number: HostNumber) -> &mut Host {
        &mut self.hosts[number.0 as usize]
    }

    /// Lists a host as ready if it has something to send and room for it. Its time may have moved since it was listed
    /// last; a listed host keeps its place and is looked at again when its turn comes.
    fn list(&mut self, number: HostNumber) {
        let host = self.host_mut(number);
        let room = host.running < host.politeness.concurrency.get();
        if !host.queue.is_empty() && room && !host.listed {
            host.listed = true;
            let at = host.next_at;
            self.ready.push(Reverse((at, number)));
        }
    }

    /// Moves jobs whose time has come to their hosts, and corrects the times of hosts that were pushed back.
    fn release(&mut self, now: Instant) {
        let nothing_else = self.running == 0 && self.ready.is_empty() && self.delayed.is_empty();
        if nothing_else {
            for (at, host, job) in std::mem::take(&mut self.at_end) {
                self.add_at(host, job, at);
            }
        }
        while let Some(&Reverse((at, _, host, job))) = self.delayed.peek()
            && at <= now
        {
            self.delayed.pop();
            self.add_first(host, job);
        }
        while let Some(&Reverse((at, number))) = self.ready.peek()
            && at < self.hosts[number.0 as usize].next_at
        {
            self.ready.pop();
            self.host_mut(number).listed = false;
            self.list(number);
        }
    }

    fn waiting(&self) -> Next {
        let ready = self.ready.peek().map(|Reverse((at, _))| *at);
        let delayed = self.delayed.peek().map(|Reverse((at, ..))| *at);
        match (ready, delayed) {
            (Some(a), Some(b)) => Next::Wait(a.min(b)),
            (Some(at), None) | (None, Some(at)) => Next::Wait(at),
            (None, None) if self.running > 0 => Next::Busy,
            (None, None) => Next::Empty,
        }
    }
}

#[cfg(test)]
mod tests;
