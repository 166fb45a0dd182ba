//! Asks archives and registries: a service that does not answer is asked no more.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::Event;
use crate::fetch::Fetcher;
use crate::fetched::{Answer, FetchFailure, Fetched};
use crate::target::Target;

/// The services of a run, and how they have answered so far.
pub(super) struct Asking<'a, F> {
    fetcher: &'a F,
    /// The services that are asked no more, by host, and why.
    silent: Mutex<BTreeMap<String, String>>,
}

/// What became of a question.
pub(super) enum Asked {
    /// It was answered.
    Answered(Box<Fetched>),
    /// A recording lacks the answer, which is no trouble of the service.
    NotRecorded,
    /// The service does not answer: which, and why.
    Silent(String),
}

impl<'a, F: Fetcher> Asking<'a, F> {
    pub(super) const fn new(fetcher: &'a F) -> Self {
        Self { fetcher, silent: Mutex::new(BTreeMap::new()) }
    }

    /// Asks a service, an archive for the state at a time, unless it has proved to be no use.
    pub(super) async fn ask(&self, question: &Target, at: Option<Timestamp>) -> Asked {
        let service = question.url().host_str().unwrap_or_default();
        if let Some(why) = self.trouble_of(service) {
            return Asked::Silent(format!("{service}: {why}"));
        }
        let fetched = self.fetcher.fetch_at(question, at).await;
        let trouble = match &fetched.outcome {
            Err(FetchFailure::NotRecorded) => return Asked::NotRecorded,
            Err(failure) => failure.to_string(),
            Ok(Answer { status: status @ (429 | 500..=599), .. }) => format!("status {status}"),
            Ok(_) => return Asked::Answered(Box::new(fetched)),
        };
        let told = format!("{service}: {trouble}");
        let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        silent.insert(service.to_owned(), trouble);
        Asked::Silent(told)
    }

    fn trouble_of(&self, service: &str) -> Option<String> {
        let silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        silent.get(service).cloned()
    }

    /// Tells of the services that did not answer.
    pub(super) fn tell(self, on_event: &(dyn Fn(Event) + Sync)) {
        for (service, trouble) in self.silent.into_inner().unwrap_or_else(PoisonError::into_inner) {
            on_event(Event::ServiceTrouble { service, trouble });
        }
    }
}
