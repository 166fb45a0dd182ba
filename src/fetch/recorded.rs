//! Answers from a recording. Opens no connection: what is not recorded is said to be so.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::Fetcher;
use super::exchange::{Exchange, Hope, Request};
use super::journey::Limits;
use super::warc::{Archive, Stored, WarcError};
use crate::fetched::FetchFailure;

/// A recording of the web: a WARC file.
pub struct Recorded {
    archive: Arc<Archive>,
    limits: Limits,
}

impl Recorded {
    /// Opens a recording and notes what it holds.
    ///
    /// A file that breaks off within its last record can be used; [`Self::cut_at`] tells of it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is no WARC file, or is damaged before its end.
    pub fn open(path: &Path, limits: Limits) -> Result<Self, WarcError> {
        Ok(Self { archive: Arc::new(Archive::open(path)?), limits })
    }

    /// Returns where the file breaks off within a record, in bytes, if it does.
    #[must_use]
    pub fn cut_at(&self) -> Option<u64> {
        self.archive.cut_at()
    }

    /// Looks an address up: as it is, under the other scheme, or in the form that is compared.
    fn look_up(
        archive: &Archive,
        request: &Request,
        max_body_bytes: u64,
    ) -> Result<Option<Stored>, WarcError> {
        if let Some(stored) = archive.get(&request.url, max_body_bytes)? {
            return Ok(Some(stored));
        }
        let canonical = request.canonical.as_deref().and_then(|url| Url::parse(url).ok());
        match canonical {
            Some(url) if url != request.url => archive.get(&url, max_body_bytes),
            Some(_) | None => Ok(None),
        }
    }
}

/// Makes an exchange of what a recording holds.
pub(super) fn replayed(url: &Url, stored: Result<Option<Stored>, WarcError>) -> Exchange {
    let (at, outcome) = match stored {
        Ok(Some(stored)) => (stored.at, stored.outcome),
        Ok(None) => (Timestamp::UNIX_EPOCH, Err(FetchFailure::NotRecorded)),
        // The file was whole when it was opened.
        Err(error) => {
            let why = format!("{error}");
            (Timestamp::UNIX_EPOCH, Err(FetchFailure::Protocol(why)))
        }
    };
    Exchange { url: url.clone(), at, took: Duration::ZERO, outcome, hope: Hope::None }
}

impl Fetcher for Recorded {
    async fn ask(&self, request: &Request) -> Exchange {
        let archive = Arc::clone(&self.archive);
        let max_body_bytes = self.limits.max_body_bytes;
        let asked = request.clone();
        let stored =
            tokio::task::spawn_blocking(move || Self::look_up(&archive, &asked, max_body_bytes));
        match stored.await {
            Ok(stored) => replayed(&request.url, stored),
            Err(_) => replayed(&request.url, Ok(None)),
        }
    }

    fn limits(&self) -> Limits {
        self.limits
    }
}

#[cfg(test)]
mod tests;
