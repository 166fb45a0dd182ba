//! Sends requests to the live web. One exchange at a time; what it means is for others to say.

use std::io;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use regex_lite::Regex;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Proxy, Response, Version};
use tokio::time::Instant;
use url::{Host, Url};

use super::exchange::{Arrival, Exchange, Hope, Reply, Request};
use super::journey::Limits;
use super::resolver::{Lookup, Reroute, Resolver, ask_system};
use super::settings::{CertificateCheck, Politeness, Reach, Route, Settings};
use super::{Fetcher, failure, guard};
use crate::fetched::FetchFailure;

/// The live web.
pub struct Http {
    settings: Settings,
    client: Client,
    /// Clients for connections that go elsewhere; each has its own pool.
    routed: Vec<(Route, Client)>,
    headers: HeaderMap,
    /// Further headers that may be secret.
    secret: HeaderMap,
}

/// How much is set aside for a body by what is told of its length, in bytes.
const MAX_EXPECTED_BYTES: usize = 1 << 18;

/// Why the web cannot be asked with some settings.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// A header that cannot be sent; its value is not repeated, since it may be secret.
    #[error("`{0}` is not a header that can be sent")]
    Header(String),
    /// A certificate that cannot be read.
    #[error("cannot read the certificates")]
    Certificate(#[source] reqwest::Error),
    /// A proxy that cannot be used; its address is not repeated, since it may hold a password.
    #[error("cannot use the proxy")]
    Proxy(#[source] reqwest::Error),
    /// The client cannot be set up.
    #[error("cannot set up the HTTP client")]
    Client(#[source] reqwest::Error),
}

impl Http {
    /// Sets up clients for the live web; opens no connection.
    ///
    /// # Errors
    ///
    /// When a header, a certificate or the proxy cannot be used.
    pub fn new(settings: Settings) -> Result<Self, HttpError> {
        Self::with_names(settings, ask_system)
    }

    /// Sets up clients, as [`Self::new`] does, that look names up in another way than the system: `names` returns the
    /// addresses of a name and may block. Forbidden ones among them are contacted as little as the system's.
    ///
    /// # Errors
    ///
    /// When a header, a certificate or the proxy cannot be used.
    pub fn with_names(
        settings: Settings,
        names: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static,
    ) -> Result<Self, HttpError> {
        // Another part of the process may have chosen before us; TLS works either way.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let resolver =
            Arc::new(Resolver::new(Arc::new(names), settings.reach, settings.connect_timeout));
        let client = builder(&settings)?.dns_resolver(Lookup(resolver)).build();
        let routed = settings.routes.iter().map(|route| {
            let client = builder(&settings)?.dns_resolver(Reroute { route: route.clone() }).build();
            Ok((route.clone(), client.map_err(HttpError::Client)?))
        });
        Ok(Self {
            client: client.map_err(HttpError::Client)?,
            routed: routed.collect::<Result<_, HttpError>>()?,
            headers: headers(&[
                ("user-agent".to_owned(), settings.user_agent.clone()),
                ("accept".to_owned(), settings.accept.clone()),
            ])?,
            secret: headers(&settings.headers)?,
            settings,
        })
    }

    /// Says why an address must not be asked.
    fn refusal(&self, url: &Url) -> Option<String> {
        let by_proxy = self.settings.proxy.is_some() && self.settings.reach == Reach::Public;
        if by_proxy && url.host_str().is_some_and(guard::is_local_name) {
            return Some("it names a machine nearby".to_owned());
        }
        if self.route(url).is_some() {
            return None;
        }
        if url.as_str().len() > self.settings.max_url_bytes {
            return Some(format!("it is longer than {} bytes", self.settings.max_url_bytes));
        }
        guard::refusal(url, self.settings.reach)
    }

    fn route(&self, url: &Url) -> Option<&(Route, Client)> {
        let host = url.host_str()?;
        self.routed.iter().find(|(route, _)| {
            route.host.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(host))
                && route.port.is_none_or(|port| url.port_or_known_default() == Some(port))
        })
    }

    /// Sends a request and reads the answer; `Err` when none came.
    async fn send(&self, request: &Request) -> Result<Reply, (FetchFailure, Hope)> {
        let is_excluded = |pattern: &&Regex| pattern.is_match(request.url.as_str());
        if let Some(pattern) = self.settings.excluded.iter().find(is_excluded) {
            return Err((FetchFailure::Excluded(pattern.to_string()), Hope::None));
        }
        if let Some(why) = self.refusal(&request.url) {
            return Err((FetchFailure::Refused(why), Hope::None));
        }
        let host = request.url.host_str().unwrap_or_default();
        let limit = self.settings.timeout_of(host);
        let deadline = Instant::now() + limit;
        let (client, url) = self.connection(&request.url);
        let sending = client.get(url).headers(self.headers_of(request, host)).send();
        let response = match tokio::time::timeout_at(deadline, sending).await {
            Err(_) => return Err((FetchFailure::Timeout(limit), Hope::MayPass)),
            Ok(Err(error)) => return Err(failure::classify(&error, &self.settings)),
            Ok(Ok(response)) => response,
        };
        self.check_peer(&request.url, &response)?;
        Ok(self.read(response, deadline, limit).await)
    }

    /// Returns the client for an address, and the address as that client is to be given it.
    fn connection(&self, url: &Url) -> (&Client, Url) {
        let Some((route, client)) = self.route(url) else { return (&self.client, url.clone()) };
        let mut url = url.clone();
        // The client lets a port of the address win over that of the resolver, and asks no resolver about numbers.
        if matches!(url.host(), Some(Host::Domain(_))) {
            if route.to_port.is_some() {
                url = with_port(url, None);
            }
        } else {
            if let Some(host) = &route.to_host
                && url.set_host(Some(host)).is_err()
            {
                return (client, url);
            }
            if route.to_port.is_some() {
                url = with_port(url, route.to_port);
            }
        }
        (client, url)
    }

    fn headers_of(&self, request: &Request, host: &str) -> HeaderMap {
        let mut headers = self.headers.clone();
        let accepted = HeaderValue::from_static(request.encodings.accept());
        headers.insert("accept-encoding", accepted);
        if self.route(&request.url).is_some()
            && let Ok(authority) = HeaderValue::from_str(
                &request.url[url::Position::BeforeHost..url::Position::AfterPort],
            )
        {
            headers.insert("host", authority);
        }
        if request.secrets == super::Secrets::Sent {
            headers.extend(self.secret.clone());
        }
        if let Some(own) = self.settings.hosts.get(host) {
            let own_headers = own.headers.iter().map(|(k, v)| (k.as_str(), v.as_str()));
            let agent = own.user_agent.as_deref().map(|value| ("user-agent", value));
            let accept = own.accept.as_deref().map(|value| ("accept", value));
            for (name, value) in own_headers.chain(agent).chain(accept) {
                if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
                    headers.insert(name, value);
                }
            }
        }
        if let Some(datetime) = request.datetime
            && let Ok(seconds) = u64::try_from(datetime.as_second())
            && let Ok(value) =
                httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds)).parse()
        {
            headers.insert("accept-datetime", value);
        }
        let unless = request.unless.as_ref();
        let etag = unless.and_then(|known| known.etag.as_deref());
        let modified = unless.and_then(|known| known.modified.as_deref());
        for (name, value) in [("if-none-match", etag), ("if-modified-since", modified)] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(name, value);
            }
        }
        if let Some(cookies) = request.cookies.as_deref().and_then(|c| c.parse().ok()) {
            headers.insert("cookie", cookies);
        }
        headers
    }

    /// The resolver gives out no forbidden address; should a connection have got to one all the same, its answer is
    /// not looked at.
    fn check_peer(&self, url: &Url, response: &Response) -> Result<(), (FetchFailure, Hope)> {
        if self.settings.proxy.is_some() || self.route(url).is_some() {
            return Ok(());
        }
        let refusal = response
            .remote_addr()
            .and_then(|address| guard::refusal_of(address.ip(), self.settings.reach));
        refusal.map_or(Ok(()), |why| Err((FetchFailure::Refused(why), Hope::None)))
    }

    async fn read(&self, mut response: Response, deadline: Instant, limit: Duration) -> Reply {
        let version = version(response.version());
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), latin1(value.as_bytes())))
            .collect();
        let (body, arrival) = self.read_body(&mut response, deadline, limit).await;
        Reply { version, status, headers, body, arrival }
    }

    async fn read_body(
        &self,
        response: &mut Response,
        deadline: Instant,
        limit: Duration,
    ) -> (Bytes, Arrival) {
        let most = usize::try_from(self.settings.max_body_bytes).unwrap_or(usize::MAX);
        let told = response.content_length().and_then(|length| usize::try_from(length).ok());
        let mut body = BytesMut::with_capacity(told.unwrap_or(0).min(most).min(MAX_EXPECTED_BYTES));
        loop {
            match tokio::time::timeout_at(deadline, response.chunk()).await {
                Err(_) => return (body.freeze(), Arrival::TimedOut(limit)),
                Ok(Err(error)) => {
                    return (body.freeze(), Arrival::Disconnected(failure::words(&error)));
                }
                Ok(Ok(None)) => return (body.freeze(), Arrival::Whole),
                Ok(Ok(Some(chunk))) => {
                    let room = most - body.len();
                    if chunk.len() > room {
                        body.extend_from_slice(&chunk[..room]);
                        return (body.freeze(), Arrival::OverLimit(self.settings.max_body_bytes));
                    }
                    body.extend_from_slice(&chunk);
                }
            }
        }
    }
}

impl Fetcher for Http {
    async fn ask(&self, request: &Request) -> Exchange {
        let started = Instant::now();
        let (outcome, hope) = match self.send(request).await {
            Ok(reply) => (Ok(reply), Hope::MayPass),
            Err((failure, hope)) => (Err(failure), hope),
        };
        Exchange {
            url: request.url.clone(),
            at: Timestamp::now(),
            took: started.elapsed(),
            outcome,
            hope,
        }
    }

    fn limits(&self) -> Limits {
        Limits::from(&self.settings)
    }

    fn politeness(&self, host: &str) -> Politeness {
        self.settings.politeness_of(host)
    }

    fn max_concurrency(&self) -> NonZeroUsize {
        self.settings.max_concurrency
    }
}

/// How many connections to a host are kept for later at most.
const MOST_IDLE: usize = 8;

pub(super) fn builder(settings: &Settings) -> Result<ClientBuilder, HttpError> {
    // While a host is asked, its connections are taken again at once; each that waits keeps some memory.
    let idle = settings.politeness.concurrency.get().clamp(2, MOST_IDLE);
    let mut builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(settings.connect_timeout)
        .pool_max_idle_per_host(idle)
        .pool_idle_timeout(Duration::from_secs(15))
        .tcp_keepalive(Duration::from_secs(15))
        // Many servers send broken headers; browsers read them, and so do we.
        .http1_max_headers(settings.max_header_fields)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true);
    builder = match &settings.proxy {
        Some(proxy) => builder.proxy(Proxy::all(proxy.as_str()).map_err(HttpError::Proxy)?),
        None => builder.no_proxy(),
    };
    builder = match settings.certificate_check {
        CertificateCheck::Checked => builder,
        CertificateCheck::Skipped => {
            builder.tls_danger_accept_invalid_certs(true).tls_danger_accept_invalid_hostnames(true)
        }
    };
    if !settings.certificates.is_empty() {
        let mut certificates = Vec::new();
        for pem in &settings.certificates {
            certificates.extend(Certificate::from_pem_bundle(pem).map_err(HttpError::Certificate)?);
        }
        builder = builder.tls_certs_merge(certificates);
    }
    Ok(builder)
}

fn headers(list: &[(String, String)]) -> Result<HeaderMap, HttpError> {
    let mut headers = HeaderMap::new();
    for (name, value) in list {
        let error = || HttpError::Header(name.clone());
        let name: HeaderName = name.parse().map_err(|_| error())?;
        let mut value: HeaderValue = value.parse().map_err(|_| error())?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}

/// Sets the port of an address; every address with a host can have one.
fn with_port(mut url: Url, port: Option<u16>) -> Url {
    let set = url.set_port(port);
    debug_assert!(set.is_ok(), "an address of the web has a host");
    url
}

const fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}
