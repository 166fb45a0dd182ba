//! Writes down what another fetcher is answered, as it comes; goes on where a run that was killed left off.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::Fetcher;
use super::exchange::{Exchange, Request};
use super::journey::Limits;
use super::recorded::replayed;
use super::settings::Politeness;
use super::warc::{Archive, WarcError, Writer};

/// A fetcher whose exchanges are recorded.
pub struct Recording<F> {
    inner: F,
    user_agent: String,
    path: PathBuf,
    writer: Arc<Mutex<State>>,
    /// What a run before this one recorded and did not finish.
    earlier: Option<Arc<Archive>>,
}

struct State {
    writer: Writer,
    /// The first failure to write: a full disk must not go unnoticed, and must not end the run.
    failed: Option<std::io::Error>,
}

impl<F: Fetcher> Recording<F> {
    /// Starts a recording. If the file holds one that a run did not finish, its answers are used and it grows;
    /// any other file is replaced.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn start(
        inner: F,
        path: &Path,
        user_agent: &str,
        at: Timestamp,
    ) -> Result<Self, WarcError> {
        let io = |source| WarcError::File { path: path.to_owned(), source };
        let earlier = Archive::open(path).ok().filter(|archive| !archive.is_finished());
        let writer = match &earlier {
            Some(archive) => Writer::resume(path, archive.cut_at()),
            None => Writer::create(path, user_agent, at),
        };
        let state = State { writer: writer.map_err(io)?, failed: None };
        Ok(Self {
            inner,
            user_agent: user_agent.to_owned(),
            path: path.to_owned(),
            writer: Arc::new(Mutex::new(state)),
            earlier: earlier.map(Arc::new),
        })
    }

    /// Ends the recording of a run that came to its end.
    ///
    /// # Errors
    ///
    /// When something of it could not be written.
    pub fn finish(&self, at: Timestamp) -> Result<(), WarcError> {
        let mut state = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let written = match state.failed.take() {
            Some(error) => Err(error),
            None => state.writer.finish(at),
        };
        written.map_err(|source| WarcError::File { path: self.path.clone(), source })
    }

    /// Returns the answer that an unfinished run recorded.
    async fn recall(&self, request: &Request) -> Option<Exchange> {
        let archive = Arc::clone(self.earlier.as_ref()?);
        if !archive.has(&request.url) {
            return None;
        }
        let url = request.url.clone();
        let max_body_bytes = self.inner.limits().max_body_bytes;
        let stored = tokio::task::spawn_blocking(move || archive.get(&url, max_body_bytes)).await;
        let stored = stored.ok()?.ok()??;
        // What failed then may not fail now.
        stored.outcome.is_ok().then(|| replayed(&request.url, Ok(Some(stored))))
    }
}

impl<F: Fetcher> Fetcher for Recording<F> {
    async fn ask(&self, request: &Request) -> Exchange {
        if let Some(exchange) = self.recall(request).await {
            return exchange;
        }
        let exchange = self.inner.ask(request).await;
        let state = Arc::clone(&self.writer);
        let (request, copy) = (request.clone(), exchange.clone());
        let user_agent = self.user_agent.clone();
        // Compressing takes a processor's time, writing a disk's.
        let written = tokio::task::spawn_blocking(move || {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.failed.is_none()
                && let Err(error) = state.writer.add(&request, &copy, &user_agent)
            {
                state.failed = Some(error);
            }
        });
        drop(written.await);
        exchange
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
