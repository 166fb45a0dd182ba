//! The settings of fetching, with their units and defaults. Says nothing about where they come from.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use regex_lite::Regex;
use url::Url;

/// How the web is asked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long one request may take until its body has ended. Default: 20 s.
    pub timeout: Duration,
    /// How long it may take to look up a host, and to connect to it with TLS, each. Default: 10 s.
    pub connect_timeout: Duration,
    /// How many redirects are followed. Default: 10.
    pub max_redirects: u32,
    /// The largest body that is read, in bytes, before and after its content encodings are undone. Default: 16 MiB.
    pub max_body_bytes: u64,
    /// The most header fields of an answer. Default: 500.
    pub max_header_fields: usize,
    /// The longest address that is asked for, in bytes. Default: 8,192.
    pub max_url_bytes: usize,
    /// How many requests are under way at once, over all hosts. Default: 128.
    pub max_concurrency: NonZeroUsize,
    /// How one host is treated, if nothing else is set for it.
    pub politeness: Politeness,
    /// What is tried again, and when.
    pub retries: Retries,
    /// The `User-Agent` header. Default: `citeaudit/VERSION (+address)`.
    pub user_agent: String,
    /// The `Accept` header.
    pub accept: String,
    /// Further headers for every request, name and value. They may be secret: they are in no report and no recording.
    pub headers: Vec<(String, String)>,
    /// What differs for some hosts, by host name in lower case.
    pub hosts: BTreeMap<String, HostSettings>,
    /// Certificates (PEM) that are trusted beside those of the system.
    pub certificates: Vec<Vec<u8>>,
    /// Whether certificates are checked. Default: checked.
    pub certificate_check: CertificateCheck,
    /// A proxy for all requests (`http`, `https`, `socks5`). Names are then looked up by the proxy.
    pub proxy: Option<Url>,
    /// Which addresses may be contacted. Default: public ones.
    pub reach: Reach,
    /// Addresses in which one of these is found are not asked for.
    pub excluded: Vec<Regex>,
    /// Connections that go elsewhere than the address says, as `curl --connect-to`.
    pub routes: Vec<Route>,
}

impl Default for Settings {
    fn default() -> Self {
        const AT_ONCE: NonZeroUsize = NonZeroUsize::new(128).expect("128 is not zero");
        Self {
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(10),
            max_redirects: 10,
            max_body_bytes: 16 * 1024 * 1024,
            max_header_fields: 500,
            max_url_bytes: 8192,
            max_concurrency: AT_ONCE,
            politeness: Politeness::default(),
            retries: Retries::default(),
            user_agent: user_agent("citation audit"),
            accept: "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8".to_owned(),
            headers: Vec::new(),
            hosts: BTreeMap::new(),
            certificates: Vec::new(),
            certificate_check: CertificateCheck::Checked,
            proxy: None,
            reach: Reach::Public,
            excluded: Vec::new(),
            routes: Vec::new(),
        }
    }
}

/// Returns the `User-Agent` header, `citeaudit/VERSION (+contact)`: servers are told who asks, and do not take it for a
/// browser.
#[must_use]
pub fn user_agent(contact: &str) -> String {
    format!(concat!("citeaudit/", env!("CARGO_PKG_VERSION"), " (+{})"), contact)
}

/// How often one host is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Politeness {
    /// How many requests to the host are under way at once. Default: 2.
    pub concurrency: NonZeroUsize,
    /// How long from the start of one request to the start of the next. Default: 200 ms.
    pub delay: Duration,
}

impl Default for Politeness {
    fn default() -> Self {
        const AT_ONCE: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not zero");
        Self { concurrency: AT_ONCE, delay: Duration::from_millis(200) }
    }
}

/// What is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// How often a request is repeated that failed in a passing way; the last time at the end of the run. Default: 3.
    pub most: u32,
    /// How long until the first repetition; each further one waits twice as long. Default: 1 s.
    pub first_wait: Duration,
    /// The longest wait, whatever `Retry-After` asks for. Default: 30 s.
    pub longest_wait: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { most: 3, first_wait: Duration::from_secs(1), longest_wait: Duration::from_secs(30) }
    }
}

/// What differs for one host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostSettings {
    /// Further headers, name and value. They may be secret.
    pub headers: Vec<(String, String)>,
    /// How many requests are under way at once.
    pub concurrency: Option<NonZeroUsize>,
    /// How long from the start of one request to the start of the next.
    pub delay: Option<Duration>,
    /// How long one request may take.
    pub timeout: Option<Duration>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The `Accept` header.
    pub accept: Option<String>,
}

/// Whether certificates are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateCheck {
    /// They are.
    Checked,
    /// Any certificate is accepted.
    Skipped,
}

/// Which addresses may be contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Only those of the public internet.
    Public,
    /// Private, loopback and link-local ones too.
    Private,
}

/// A connection that goes elsewhere than the address says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The host that it is for; `None` for every host.
    pub host: Option<String>,
    /// The port that it is for; `None` for every port.
    pub port: Option<u16>,
    /// The host or address to connect to; `None` for the host itself.
    pub to_host: Option<String>,
    /// The port to connect to; `None` for the port itself.
    pub to_port: Option<u16>,
}

impl Settings {
    /// Returns how a host is treated.
    #[must_use]
    pub fn politeness_of(&self, host: &str) -> Politeness {
        let own = self.hosts.get(host);
        Politeness {
            concurrency: own.and_then(|h| h.concurrency).unwrap_or(self.politeness.concurrency),
            delay: own.and_then(|h| h.delay).unwrap_or(self.politeness.delay),
        }
    }

    /// Returns how long one request to a host may take.
    #[must_use]
    pub fn timeout_of(&self, host: &str) -> Duration {
        self.hosts.get(host).and_then(|host| host.timeout).unwrap_or(self.timeout)
    }
}
