//! Asks the network, or a recording of it, for targets. Knows HTTP, not whether a 404 is bad.
//! The only stage that is asynchronous and does input and output.

mod cookies;
mod decode;
mod exchange;
mod failure;
mod fetching;
mod guard;
mod http;
mod journey;
mod readers;
mod recorded;
mod recording;
mod refresh;
mod resolver;
mod retry;
mod revalidating;
mod schedule;
mod service;
mod settings;
mod translator;
mod warc;

pub use exchange::{Arrival, Encodings, Exchange, Hope, Reply, Request, Secrets, Validators};
pub use fetching::{Fetching, fetch_all};
pub use http::{Http, HttpError};
pub use journey::Limits;
pub use recorded::Recorded;
pub use recording::Recording;
pub use revalidating::{Find, Keep, Revalidating, Revalidation, Stock};
pub use service::{Service, ServiceAnswer, ServiceError, is_public};
pub use settings::{
    CertificateCheck, HostSettings, Politeness, Reach, Retries, Route, Settings, user_agent,
};
pub use translator::{Translator, TranslatorError};
pub use warc::WarcError;

use std::num::NonZeroUsize;
use std::time::Duration;

use jiff::Timestamp;

use journey::{Journey, Step};

use crate::fetched::Fetched;
use crate::target::Target;

/// Answers for requests: the live web, or a recording.
pub trait Fetcher: Sync {
    /// Sends one request and follows nothing. Never fails: a failure is part of the exchange.
    fn ask(&self, request: &Request) -> impl Future<Output = Exchange> + Send;

    /// Returns how far a target is followed.
    fn limits(&self) -> Limits;

    /// Returns how a host is treated. A recording can be asked at any pace.
    fn politeness(&self, host: &str) -> Politeness {
        let _ = host;
        Politeness { concurrency: NonZeroUsize::MAX, delay: Duration::ZERO }
    }

    /// Returns how many requests may be under way at once, over all hosts.
    fn max_concurrency(&self) -> NonZeroUsize {
        const AT_ONCE: NonZeroUsize = NonZeroUsize::new(64).expect("64 is not zero");
        AT_ONCE
    }

    /// Asks for a target until its answer is known: follows redirects, tries its other addresses, repeats what failed
    /// in a passing way. Never fails: a failure is part of what was fetched.
    fn fetch(&self, target: &Target) -> impl Future<Output = Fetched> + Send {
        async move { follow(self, Journey::new(target.clone(), self.limits())).await }
    }

    /// Asks an archive (RFC 7089) for the state of a page at a time, as [`Self::fetch`] asks the web. What fails in a
    /// passing way is repeated once: other questions wait behind it.
    fn fetch_at(
        &self,
        target: &Target,
        datetime: Option<Timestamp>,
    ) -> impl Future<Output = Fetched> + Send {
        async move {
            let mut limits = self.limits();
            limits.retries.most = limits.retries.most.min(1);
            follow(self, Journey::new(target.clone(), limits).of_archive(datetime)).await
        }
    }
}

/// Asks until it is known what stands where a journey leads.
async fn follow(fetcher: &(impl Fetcher + ?Sized), mut journey: Journey) -> Fetched {
    loop {
        let exchange = fetcher.ask(&journey.request()).await;
        match journey.arrive(exchange) {
            Step::Ask => {}
            Step::AskAfter(wait) | Step::AskAtEnd(wait) => tokio::time::sleep(wait).await,
            Step::Done(done) => return *done,
        }
    }
}
