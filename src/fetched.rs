//! What the network answered, unjudged: hops, status, headers, body, or how it failed.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::target::Target;

/// The outcome of asking for one target.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// What was asked for.
    pub target: Target,
    /// When the answer came, or was recorded.
    pub at: Timestamp,
    /// How long it took, all hops together.
    pub took: Duration,
    /// The redirects that were followed, in order. Without redirects it is empty.
    pub hops: Vec<Hop>,
    /// The last answer, or how it failed.
    pub outcome: Result<Answer, FetchFailure>,
}

/// One redirect that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Where it came from.
    pub from: Url,
    /// Its status code.
    pub status: u16,
    /// Where it leads.
    pub to: Url,
}

/// An answer with its body.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The address that answered, its fragment kept.
    pub url: Url,
    /// The status code.
    pub status: u16,
    /// The header fields in order, names lower case; values decoded as Latin-1 where they are not ASCII.
    pub headers: Vec<(String, String)>,
    /// The body, content encodings undone.
    pub body: Vec<u8>,
    /// Whether the body came whole.
    pub completeness: Completeness,
}

impl Answer {
    /// Returns the first value of a header field; the name is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The last answer of an address, as it is kept for the next time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The address that was asked, without a fragment.
    pub url: String,
    /// When the answer came.
    pub at: Timestamp,
    /// Its status code.
    pub status: u16,
    /// Its header fields in order, names lower case.
    pub headers: Vec<(String, String)>,
    /// The SHA-256 of its body, in hexadecimal.
    pub sha256: String,
    /// Its body, content encodings undone.
    pub body: Vec<u8>,
}

/// Returns the SHA-256 of bytes, in hexadecimal: what contents are known by.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
        text
    })
}

/// Whether a body came whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// It did.
    Whole,
    /// It ended early, and how: "connection reset after 2,048 bytes".
    CutOff(String),
    /// It was larger than the limit, in bytes after decoding.
    OverLimit(u64),
    /// Its content encoding cannot be undone.
    Undecodable(String),
}

/// How a request failed without an answer. Closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchFailure {
    /// The name has no address.
    Dns(DnsFailure),
    /// No connection, or it broke before the answer.
    Connection(String),
    /// No secure connection.
    Tls(String),
    /// No answer in time.
    Timeout(Duration),
    /// The redirects come back to where they started, or do not end.
    RedirectLoop(u32),
    /// Not asked, for our own safety.
    Refused(String),
    /// Not asked, since the user excluded it: by which pattern.
    Excluded(String),
    /// The answer is not HTTP.
    Protocol(String),
    /// A recording has no answer for this address.
    NotRecorded,
    /// The run was stopped before this was asked.
    Interrupted,
    /// Our own code failed on it: what was answered is not known.
    Mishandled,
}

/// Why a name has no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DnsFailure {
    /// The name does not exist.
    NoSuchName,
    /// The name exists and has no address.
    NoAddress,
    /// The resolver did not answer, or failed.
    Temporary(String),
}

impl std::fmt::Display for FetchFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dns(DnsFailure::NoSuchName) => f.write_str("the host name does not exist"),
            Self::Dns(DnsFailure::NoAddress) => f.write_str("the host name has no address"),
            Self::Dns(DnsFailure::Temporary(why)) => {
                write!(f, "the host name could not be looked up: {why}")
            }
            Self::Connection(why) => write!(f, "no connection: {why}"),
            Self::Tls(why) => write!(f, "no secure connection: {why}"),
            Self::Timeout(limit) => write!(f, "no answer within {} s", limit.as_secs_f32()),
            Self::RedirectLoop(hops) => write!(f, "redirects do not end ({hops} followed)"),
            Self::Refused(why) => write!(f, "not asked: {why}"),
            Self::Excluded(pattern) => write!(f, "it is excluded by `{pattern}`"),
            Self::Protocol(why) => write!(f, "the answer is not HTTP: {why}"),
            Self::NotRecorded => f.write_str("the recording has no answer for this address"),
            Self::Interrupted => f.write_str("the run was stopped before this was asked"),
            Self::Mishandled => {
                f.write_str("it could not be handled, which is a fault of citeaudit")
            }
        }
    }
}
