//! One request and what came back: the unit that is sent, recorded, replayed and scheduled.
//! Holds the body as it came over the wire, its content encodings not undone.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use url::Url;

use crate::fetched::FetchFailure;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The address. Its fragment is not sent.
    pub url: Url,
    /// The form of the address that is compared, where it is a cited one; a recording may know the page by it.
    pub canonical: Option<String>,
    /// Cookies for its host, as the `Cookie` header has them.
    pub cookies: Option<String>,
    /// Which content encodings the server may use.
    pub encodings: Encodings,
    /// Whether headers that may be secret go along.
    pub secrets: Secrets,
    /// The time whose state of the page is wanted of an archive (`Accept-Datetime`, RFC 7089).
    pub datetime: Option<Timestamp>,
    /// What is known of the page: a server whose page is still the same may say so instead of sending it.
    pub unless: Option<Validators>,
}

/// What tells one state of a page from another (RFC 9110, section 8.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// The `ETag` header of the state that is known.
    pub etag: Option<String>,
    /// Its `Last-Modified` header.
    pub modified: Option<String>,
}

/// Whether headers that may be secret go along with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// They do: the host is the one that was cited.
    Sent,
    /// They don't: a redirect led to another host.
    Withheld,
}

impl Request {
    /// Returns a request for an address, without cookies.
    #[must_use]
    pub const fn new(url: Url) -> Self {
        Self {
            url,
            canonical: None,
            cookies: None,
            encodings: Encodings::Any,
            secrets: Secrets::Sent,
            datetime: None,
            unless: None,
        }
    }
}

/// Which content encodings a server may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encodings {
    /// All that can be undone.
    Any,
    /// None: an encoded answer was damaged.
    Identity,
}

impl Encodings {
    /// Returns the value of the `Accept-Encoding` header.
    #[must_use]
    pub const fn accept(self) -> &'static str {
        match self {
            Self::Any => "gzip, deflate, br, zstd",
            Self::Identity => "identity",
        }
    }
}

/// A request with what came back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The address that was asked.
    pub url: Url,
    /// When the answer came, or was recorded.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// What came back, or how it failed.
    pub outcome: Result<Reply, FetchFailure>,
    /// Whether asking again may change that.
    pub hope: Hope,
}

/// Whether asking again may change an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hope {
    /// It may, if the outcome is one that passes.
    MayPass,
    /// It won't: the name does not exist, the certificate is wrong, the answer was recorded.
    None,
}

/// An answer as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The version of HTTP: `HTTP/1.1`.
    pub version: &'static str,
    /// The status code.
    pub status: u16,
    /// The header fields in order, names lower case, values as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The body, its transfer coding undone and its content encodings not.
    pub body: Bytes,
    /// Whether the body came whole.
    pub arrival: Arrival,
}

impl Reply {
    /// Returns the first value of a header field; the name is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Whether a body came whole over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// It did.
    Whole,
    /// The connection broke: how.
    Disconnected(String),
    /// The time limit was reached: which.
    TimedOut(Duration),
    /// It is larger than the limit, in bytes.
    OverLimit(u64),
}
