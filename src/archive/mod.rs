//! Asks a web archive to take copies of pages, by the interface of Save Page Now. Looks no copy up and reads no page;
//! which pages are worth a copy is for others to say.
//!
//! The interface is described in the "Save Page Now 2 Public API Docs" of the Internet Archive
//! (<https://archive.org/details/spn-2-public-api-page-docs-2023-01-22>): a page is handed in with `POST /save`, and
//! `GET /save/status/JOB` says what became of it.

mod answer;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use url::Url;
use url::form_urlencoded::Serializer;

use answer::{Status, Submission};

use crate::fetch::{Service, ServiceAnswer};

/// An archive that takes copies, and how it is asked.
#[derive(Debug, Clone)]
pub struct Archive {
    /// Where pages are handed in: `https://web.archive.org/save`.
    pub save: Url,
    /// Who asks.
    pub keys: Keys,
    /// How often and how long.
    pub pace: Pace,
}

/// The keys of an account with the archive: <https://archive.org/account/s3.php>.
#[derive(Clone)]
pub struct Keys {
    /// The access key.
    pub access: String,
    /// The secret key.
    pub secret: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// How an archive is asked. The Internet Archive allows an account 12 captures at once and ends one after two minutes.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How many pages are under way at once. Default: 3.
    pub at_once: NonZeroUsize,
    /// How long between two questions for what became of a page. Default: 6 s.
    pub poll: Duration,
    /// How often it is asked for one page. Default: 40 times, four minutes in all.
    pub polls: u32,
    /// How long until a page is handed in again where the archive is busy; each time twice as long. Default: 10 s.
    pub first_wait: Duration,
    /// How often a page is handed in again. Default: 3 times.
    pub retries: u32,
}

impl Default for Pace {
    fn default() -> Self {
        const AT_ONCE: NonZeroUsize = NonZeroUsize::new(3).expect("3 is not zero");
        Self {
            at_once: AT_ONCE,
            poll: Duration::from_secs(6),
            polls: 40,
            first_wait: Duration::from_secs(10),
            retries: 3,
        }
    }
}

/// The longest wait that an archive can ask for.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

/// A copy that an archive has taken, in the archive's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// When it was taken, as 14 digits in UTC: `20240619120000`.
    pub stamp: String,
    /// The address that was captured.
    pub original: String,
}

/// Why there is no copy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// The archive does not know the keys.
    #[error("the archive does not accept the keys")]
    Keys,
    /// The archive was busy, however often it was asked.
    #[error("the archive is busy: {0}")]
    Busy(String),
    /// No answer, or none that can be read.
    #[error("the archive gave no answer that can be read: {0}")]
    Unreachable(String),
    /// The archive could not or would not capture the page.
    #[error("the archive could not save the page: {0}")]
    Refused(String),
    /// The archive has taken the page on and not said in time what became of it.
    #[error("the archive has not said in time whether it saved the page")]
    Late,
    /// It was not asked, since there was trouble with it before.
    #[error("the archive was not asked any more")]
    NotAsked,
}

impl SaveError {
    /// Tells whether the trouble is with the archive, and not with one page.
    #[must_use]
    pub const fn is_of_archive(&self) -> bool {
        match self {
            Self::Keys | Self::Busy(_) | Self::Unreachable(_) | Self::NotAsked => true,
            Self::Refused(_) | Self::Late => false,
        }
    }
}

/// Hands pages in and waits for what becomes of them; the results are in their order. When the archive turns down the
/// keys, or is busy for long, it is asked for no further page.
pub async fn save(
    service: &Service,
    archive: &Archive,
    pages: &[Url],
) -> Vec<Result<Capture, SaveError>> {
    let given_up = AtomicBool::new(false);
    let jobs = pages.iter().map(|page| async {
        if given_up.load(Ordering::Relaxed) {
            return Err(SaveError::NotAsked);
        }
        let saved = save_page(service, archive, page).await;
        if saved.as_ref().is_err_and(SaveError::is_of_archive) {
            given_up.store(true, Ordering::Relaxed);
        }
        saved
    });
    stream::iter(jobs).buffered(archive.pace.at_once.get()).collect().await
}

async fn save_page(service: &Service, archive: &Archive, page: &Url) -> Result<Capture, SaveError> {
    let mut wait = archive.pace.first_wait;
    for retry in 0.. {
        let busy = match hand_in(service, archive, page).await? {
            Submission::Job(job) => match follow(service, archive, &job).await? {
                Followed::Done(capture) => return Ok(capture),
                Followed::Busy(why) => (why, None),
            },
            Submission::Busy { why, wait } => (why, wait),
        };
        let (why, asked) = busy;
        if retry == archive.pace.retries {
            return Err(SaveError::Busy(why));
        }
        tokio::time::sleep(asked.unwrap_or(wait).min(LONGEST_WAIT)).await;
        wait = wait.saturating_mul(2);
    }
    unreachable!("the loop ends with the last retry")
}

async fn hand_in(
    service: &Service,
    archive: &Archive,
    page: &Url,
) -> Result<Submission, SaveError> {
    let mut page = page.clone();
    page.set_fragment(None);
    let body = Serializer::new(String::new())
        .append_pair("url", page.as_str())
        // Whether it is the first copy is known already.
        .append_pair("skip_first_archive", "1")
        .finish();
    let authorization = authorization(archive);
    let headers = [
        ("accept", "application/json"),
        ("authorization", authorization.as_str()),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let answer = service.post(&archive.save, &headers, body.into_bytes()).await;
    answer::submission(&read(answer)?)
}

enum Followed {
    Done(Capture),
    Busy(String),
}

async fn follow(service: &Service, archive: &Archive, job: &str) -> Result<Followed, SaveError> {
    let mut url = archive.save.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["status", job]);
    }
    let authorization = authorization(archive);
    let headers = [("accept", "application/json"), ("authorization", authorization.as_str())];
    for _ in 0..archive.pace.polls {
        tokio::time::sleep(archive.pace.poll).await;
        match answer::status(&read(service.get(&url, &headers).await)?)? {
            Status::Pending => {}
            Status::Saved(capture) => return Ok(Followed::Done(capture)),
            Status::Busy(why) => return Ok(Followed::Busy(why)),
        }
    }
    Err(SaveError::Late)
}

fn authorization(archive: &Archive) -> String {
    format!("LOW {}:{}", archive.keys.access, archive.keys.secret)
}

fn read(
    answer: Result<ServiceAnswer, crate::fetch::ServiceError>,
) -> Result<ServiceAnswer, SaveError> {
    answer.map_err(|error| SaveError::Unreachable(error.to_string()))
}
