//! A few threads that read what was fetched: work for a processor must not hold up the answers that others wait for. They
//! are always the same ones, so that each uses its memory again where ever new threads would take ever more.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Threads that do one job after the other. When this is dropped they end, and do no job that they have not begun.
pub(super) struct Readers {
    queue: Arc<Queue>,
    /// How many threads there are.
    count: usize,
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    /// There is a job, or there will be none any more.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// How many threads wait for a job.
    idle: usize,
    is_closed: bool,
}

impl Readers {
    /// Starts so many threads; fewer, if the system gives no more.
    pub(super) fn start(count: NonZeroUsize) -> Self {
        let queue = Arc::new(Queue::default());
        let started = (0..count.get()).map_while(|number| {
            let queue = Arc::clone(&queue);
            let builder = thread::Builder::new().name(format!("reader {number}"));
            builder.spawn(move || queue.work()).ok()
        });
        Self { count: started.count(), queue }
    }

    /// Does a job on one of the threads, or at once where there is none. Returns `None` if our own code fails on it.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        if self.count == 0 {
            return catch_unwind(AssertUnwindSafe(job)).ok();
        }
        let (done, result) = oneshot::channel();
        self.queue.add(Box::new(move || {
            if let Ok(outcome) = catch_unwind(AssertUnwindSafe(job)) {
                // Who does not wait for it any more does not want it.
                let _ = done.send(outcome);
            }
        }));
        result.await.ok()
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        let mut state = self.queue.state();
        state.is_closed = true;
        state.jobs.clear();
        self.queue.changed.notify_all();
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, job: Job) {
        let mut state = self.state();
        state.jobs.push_back(job);
        // Waking nobody would still ask the system.
        if state.idle > 0 {
            self.changed.notify_one();
        }
    }

    fn work(&self) {
        while let Some(job) = self.next() {
            job();
        }
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.state();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.is_closed {
                return None;
            }
            state.idle += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const TWO: NonZeroUsize = NonZeroUsize::new(2).unwrap();

    #[tokio::test]
    async fn a_job_that_fails_takes_no_other_with_it() {
        let readers = Readers::start(NonZeroUsize::MIN);
        let failed = readers.run(|| -> u32 { panic!("this job fails, as it must in this test") });
        assert_eq!(failed.await, None);
        assert_eq!(readers.run(|| 7).await, Some(7));
    }

    #[tokio::test]
    async fn jobs_are_done_by_no_more_threads_than_were_started() {
        let readers = Readers::start(TWO);
        let mut names = BTreeSet::new();
        for _ in 0..50 {
            names.insert(readers.run(|| thread::current().name().map(str::to_owned)).await);
        }
        assert!(names.len() <= 2, "{names:?}");
        assert!(names.iter().flatten().flatten().all(|name| name.starts_with("reader ")));
    }

    #[tokio::test]
    async fn without_a_thread_jobs_are_done_all_the_same() {
        let readers = Readers { queue: Arc::new(Queue::default()), count: 0 };
        assert_eq!(readers.run(|| 7).await, Some(7));
    }
}
