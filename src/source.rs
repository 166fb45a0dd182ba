//! What stands at a target now: whether it is there, and what it says of itself.
//! The page's text is a [`Document`] beside it, dropped once it has been searched.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use url::Url;

use crate::document::{Coverage, Document};
use crate::fetched::Hop;
use crate::target::Target;
use crate::text::{Fingerprint, Language};

/// Names a source within a report: `S3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S{}", self.0)
    }
}

/// Finds the source of a name. At once where sources stand in the order of their names, as those of a run do; sources that
/// were put together from several runs are searched.
#[must_use]
pub fn find_source(sources: &[Source], id: SourceId) -> Option<&Source> {
    let place = usize::try_from(id.0).ok().and_then(|n| n.checked_sub(1))?;
    let named = sources.get(place).filter(|source| source.id == id);
    named.or_else(|| sources.iter().find(|source| source.id == id))
}

/// What stands at one target.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name in the report.
    pub id: SourceId,
    /// What was asked for.
    pub target: Target,
    /// The address that answered.
    pub final_url: Option<Url>,
    /// The redirects on the way.
    pub hops: Vec<Hop>,
    /// Whether it is there.
    pub liveness: Liveness,
    /// Why that is said, in words: "status 404".
    pub reason: String,
    /// Whether it has moved for good, and where to.
    pub moved: Option<Url>,
    /// The status code of the answer.
    pub status: Option<u16>,
    /// The header fields that decided, name and value.
    pub evidence: Vec<(String, String)>,
    /// The media type of the body.
    pub media_type: Option<String>,
    /// The character encoding that was used to read it.
    pub charset: Option<&'static str>,
    /// The language its text is written in.
    pub language: Option<Language>,
    /// Its title.
    pub title: Option<String>,
    /// When it was published, as it says itself.
    pub published: Option<Published>,
    /// The address that it calls its own (`rel=canonical`). It is what the page says, and was not asked for.
    pub canonical: Option<Url>,
    /// The work that a registry has under the identifier by which it is cited.
    pub registered: Option<RegisteredWork>,
    /// How much of it could be read.
    pub coverage: Coverage,
    /// The size of the body in bytes.
    pub bytes: u64,
    /// The SHA-256 of the body, in hexadecimal.
    pub sha256: Option<String>,
    /// The fingerprint of the text that a reader sees; `None` when there is none to search, and in a run that is not
    /// remembered.
    pub fingerprint: Option<Fingerprint>,
    /// When it was fetched, or recorded.
    pub fetched_at: Timestamp,
    /// How long that took.
    pub took: Duration,
    /// A copy in an archive, found because the live page is dead or lacks the quotation.
    pub archived_copy: Option<ArchivedCopy>,
    /// Why there is no archived copy, where one was looked for: no archive has one, or none answered.
    pub archive_note: Option<String>,
}

/// A work as a registry knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredWork {
    /// The registry: `Crossref`, `arXiv`, `PubMed`.
    pub registry: &'static str,
    /// The title.
    pub title: String,
    /// The family names of the authors, or the names of bodies, in order.
    pub authors: Vec<String>,
    /// The years in which it appeared: in print, online.
    pub years: Vec<i64>,
}

impl RegisteredWork {
    /// Returns the first authors, in words.
    #[must_use]
    pub fn author_names(&self) -> String {
        const SHOWN: usize = 3;
        let shown: Vec<&str> = self.authors.iter().take(SHOWN).map(String::as_str).collect();
        let more = if self.authors.len() > SHOWN { " and others" } else { "" };
        format!("{}{more}", shown.join(", "))
    }
}

impl fmt::Display for RegisteredWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}”", self.title)?;
        if !self.authors.is_empty() {
            write!(f, " by {}", self.author_names())?;
        }
        self.years.first().map_or(Ok(()), |year| write!(f, ", {year}"))
    }
}

/// What is asked of a source by those who cite it; known before it is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Whether it is there: nothing on it is quoted.
    Presence,
    /// What it says.
    Text,
}

/// A source with its text, as `assess` hands it on.
#[derive(Debug, Clone)]
pub struct AssessedPage {
    /// What is known of it.
    pub source: Source,
    /// Its text; `None` when there is none to search: no answer, an error page, a wall. For [`Purpose::Presence`] it may
    /// be the beginning alone, with [`crate::document::Gap::NotAskedFor`].
    pub text: Option<Document>,
}

/// A copy of a page in a web archive (RFC 7089).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedCopy {
    /// Where it is.
    pub url: Url,
    /// When it was taken.
    pub at: Timestamp,
}

/// When a page says it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The date where the publisher is.
    pub date: Date,
    /// The earliest and latest date it can be anywhere on earth, where a time was given; else the date twice.
    pub span: (Date, Date),
    /// Who says so.
    pub by: DateEvidence,
}

/// Where a date of publication was found, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateEvidence {
    /// JSON-LD `datePublished`.
    JsonLd,
    /// `<meta property="article:published_time">` and its kin.
    Meta,
    /// `<time datetime>`.
    Time,
    /// A date in the address.
    Url,
}

/// Whether a source is there. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Liveness {
    /// It answers with a page.
    Live,
    /// An error page under status 200.
    Soft404,
    /// The domain is parked or for sale.
    Parked,
    /// 404 or 410.
    Gone,
    /// A wall against robots.
    Blocked,
    /// Its text is for subscribers.
    Paywalled,
    /// Its text is behind a log-in.
    LoginRequired,
    /// Asked too often.
    RateLimited,
    /// Another 4xx.
    ClientError,
    /// A 5xx.
    ServerError,
    /// The name has no address.
    DnsFailure,
    /// No connection.
    ConnectionFailure,
    /// No secure connection.
    TlsFailure,
    /// No answer in time.
    Timeout,
    /// Redirects that do not end.
    RedirectLoop,
    /// Not asked, for our own safety.
    Refused,
    /// An address or answer of a kind that is not read, or an answer with nothing in it.
    Unsupported,
    /// No answer is known: a recording lacks it, the user excluded it, or the run was stopped.
    Unresolved,
}

/// What a liveness means for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LivenessClass {
    /// There.
    Live,
    /// Not there.
    Dead,
    /// Could not be checked. Never the same as dead.
    Unchecked,
}

impl Liveness {
    /// Every liveness.
    pub const ALL: [Self; 18] = [
        Self::Live,
        Self::Soft404,
        Self::Parked,
        Self::Gone,
        Self::Blocked,
        Self::Paywalled,
        Self::LoginRequired,
        Self::RateLimited,
        Self::ClientError,
        Self::ServerError,
        Self::DnsFailure,
        Self::ConnectionFailure,
        Self::TlsFailure,
        Self::Timeout,
        Self::RedirectLoop,
        Self::Refused,
        Self::Unsupported,
        Self::Unresolved,
    ];

    /// Returns the name used in JSON and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Soft404 => "soft-404",
            Self::Parked => "parked",
            Self::Gone => "gone",
            Self::Blocked => "blocked",
            Self::Paywalled => "paywalled",
            Self::LoginRequired => "login-required",
            Self::RateLimited => "rate-limited",
            Self::ClientError => "client-error",
            Self::ServerError => "server-error",
            Self::DnsFailure => "dns-failure",
            Self::ConnectionFailure => "connection-failure",
            Self::TlsFailure => "tls-failure",
            Self::Timeout => "timeout",
            Self::RedirectLoop => "redirect-loop",
            Self::Refused => "refused",
            Self::Unsupported => "unsupported",
            Self::Unresolved => "unresolved",
        }
    }

    /// Tells live, dead and unchecked apart.
    #[must_use]
    pub const fn class(self) -> LivenessClass {
        match self {
            Self::Live => LivenessClass::Live,
            Self::Soft404 | Self::Parked | Self::Gone | Self::DnsFailure | Self::RedirectLoop => {
                LivenessClass::Dead
            }
            Self::Blocked
            | Self::Paywalled
            | Self::LoginRequired
            | Self::RateLimited
            | Self::ClientError
            | Self::ServerError
            | Self::ConnectionFailure
            | Self::TlsFailure
            | Self::Timeout
            | Self::Refused
            | Self::Unsupported
            | Self::Unresolved => LivenessClass::Unchecked,
        }
    }
}
