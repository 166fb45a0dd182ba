//! Opens what answers requests: the live web, a recording, or the web while it is recorded.

use std::num::NonZeroUsize;
use std::time::Duration;

use anyhow::Context as _;
use citeaudit::fetch::{
    CertificateCheck, Exchange, Fetcher, HostSettings, Http, Limits, Politeness, Reach, Recorded,
    Recording, Request, Retries, Revalidating, Revalidation, Route, Service,
    Settings as FetchSettings, Stock, Translator, WarcError, user_agent,
};
use citeaudit::pipeline::{self, ArchiveSettings, TranslatorSettings};
use citeaudit::resolve::mementos::{Archives, Wayback};
use citeaudit::resolve::records::Registries;
use jiff::Timestamp;
use regex_lite::Regex;
use url::Url;

use crate::cli::NetworkArgs;
use crate::settings::{Host, Settings};
use crate::trouble::{Trouble, remark};

/// What answers requests.
pub(crate) enum Network {
    /// The live web.
    Live(Box<Revalidating<Http>>),
    /// The live web, and a recording grows.
    Recording(Box<Revalidating<Recording<Http>>>),
    /// A recording; no connection is opened.
    Replay(Revalidating<Recorded>),
}

impl Network {
    /// Opens what the flags ask for.
    ///
    /// # Errors
    ///
    /// When a recording cannot be read or written, and when a setting of the network is wrong.
    pub(crate) fn open(args: &NetworkArgs, settings: &Settings) -> anyhow::Result<Self> {
        let fetch = fetch_settings(settings)?;
        let limits = Limits::from(&fetch);
        if let Some(path) = &args.replay {
            let recorded = Recorded::open(path, limits).map_err(trouble)?;
            if let Some(at) = recorded.cut_at() {
                remark(&format!(
                    "warning: the recording `{}` breaks off at byte {at}; what came before is used",
                    path.display()
                ));
            }
            return Ok(Self::Replay(Revalidating::new(recorded, Revalidation::Never)));
        }
        let user_agent = fetch.user_agent.clone();
        let http = Http::new(fetch)?;
        let Some(path) = &args.record else {
            return Ok(Self::Live(Box::new(Revalidating::new(http, Revalidation::Asked))));
        };
        let recording =
            Recording::start(http, path, &user_agent, Timestamp::now()).map_err(trouble)?;
        let recording = Revalidating::new(recording, Revalidation::Never);
        Ok(Self::Recording(Box::new(recording)))
    }

    /// Keeps what is answered, and asks servers whether what is kept has changed.
    pub(crate) fn keep_on(&mut self, stock: Stock) {
        match self {
            Self::Live(http) => http.keep_on(stock),
            Self::Recording(recording) => recording.keep_on(stock),
            Self::Replay(recorded) => recorded.keep_on(stock),
        }
    }

    /// Tells whether a recording answers: then the time of a report is that of the recording.
    pub(crate) const fn is_replay(&self) -> bool {
        matches!(self, Self::Replay(_))
    }

    /// Ends a recording.
    ///
    /// # Errors
    ///
    /// When something of it could not be written.
    pub(crate) fn close(&self) -> anyhow::Result<()> {
        match self {
            Self::Recording(recording) => {
                recording.inner().finish(Timestamp::now()).map_err(trouble)
            }
            Self::Live(_) | Self::Replay(_) => Ok(()),
        }
    }
}

fn trouble(error: WarcError) -> anyhow::Error {
    let hint = error.hint().to_owned();
    let error = anyhow::Error::from(error);
    Trouble::new(format!("{error:#}"), hint).into()
}

impl Fetcher for Network {
    async fn ask(&self, request: &Request) -> Exchange {
        match self {
            Self::Live(http) => http.ask(request).await,
            Self::Recording(recording) => recording.ask(request).await,
            Self::Replay(recorded) => recorded.ask(request).await,
        }
    }

    fn limits(&self) -> Limits {
        match self {
            Self::Live(http) => http.limits(),
            Self::Recording(recording) => recording.limits(),
            Self::Replay(recorded) => recorded.limits(),
        }
    }

    fn politeness(&self, host: &str) -> Politeness {
        match self {
            Self::Live(http) => http.politeness(host),
            Self::Recording(recording) => recording.politeness(host),
            Self::Replay(recorded) => recorded.politeness(host),
        }
    }

    fn max_concurrency(&self) -> NonZeroUsize {
        match self {
            Self::Live(http) => http.max_concurrency(),
            Self::Recording(recording) => recording.max_concurrency(),
            Self::Replay(recorded) => recorded.max_concurrency(),
        }
    }
}

/// Says how a document is audited, beside what the network does: the same for every command that audits one.
///
/// # Errors
///
/// When the address of a service is none.
pub(crate) fn plan(settings: &Settings, network: &Network) -> anyhow::Result<pipeline::Settings> {
    Ok(pipeline::Settings {
        archives: archives(settings, network)?,
        registries: registries(settings)?,
        model: settings.encoder(),
        translator: translator(settings, network)?,
        ..pipeline::Settings::default()
    })
}

/// Sets up a client for services that the user names.
///
/// # Errors
///
/// When a setting of the network is wrong.
pub(crate) fn service(settings: &Settings) -> anyhow::Result<Service> {
    Ok(Service::new(&fetch_settings(settings)?)?)
}

/// Says where identifiers are looked up.
///
/// # Errors
///
/// When a registry's address is none.
fn registries(settings: &Settings) -> anyhow::Result<Option<Registries>> {
    let registries = &settings.registries;
    if registries.none {
        return Ok(None);
    }
    Ok(Some(Registries {
        handles: address("doi-handles", &registries.doi_handles)?,
        crossref: address("crossref", &registries.crossref)?,
        arxiv: address("arxiv", &registries.arxiv)?,
        pubmed: address("pubmed", &registries.pubmed)?,
    }))
}

fn address(key: &str, text: &str) -> anyhow::Result<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| {
        Trouble::new(
            format!("`{key}`: expected an address, but got `{text}`"),
            "write it in full, such as `https://example.org/path`",
        )
        .into()
    })
}

/// Says where archived copies are looked for.
///
/// # Errors
///
/// When an archive's address is none.
fn archives(settings: &Settings, network: &Network) -> anyhow::Result<Option<ArchiveSettings>> {
    if settings.no_archive {
        return Ok(None);
    }
    let timegates = settings.timegate.iter().map(|text| address("timegate", text));
    let archives = Archives {
        timegates: timegates.collect::<Result<_, _>>()?,
        wayback: Wayback::at(&address("archive", &settings.archive)?),
    };
    // A recording can be asked at any pace.
    let delay = if network.is_replay() { 0 } else { settings.archive_delay };
    Ok(Some(ArchiveSettings {
        most_pages: settings.archive_lookups,
        delay: Duration::from_millis(delay),
        ..ArchiveSettings::new(archives)
    }))
}

/// Prepares the machine translator that the settings name. Where a recording answers it is not asked: no connection is
/// opened then.
///
/// # Errors
///
/// When its address is none, and when a setting of the network is wrong.
fn translator(
    settings: &Settings,
    network: &Network,
) -> anyhow::Result<Option<TranslatorSettings>> {
    let Some(address) = &settings.translator else { return Ok(None) };
    // The address may hold a password: it is not repeated.
    let wrong = || {
        Trouble::new(
            "`translator`: expected an address",
            "write it in full, such as `http://localhost:5000`",
        )
    };
    let url = Url::parse(address).map_err(|_| wrong())?;
    let key = settings.translator_key.clone();
    let translator = Translator::new(service(settings)?, &url, key).ok_or_else(wrong)?;
    if network.is_replay() {
        remark("warning: with a recording the translator is not asked");
        return Ok(None);
    }
    Ok(Some(TranslatorSettings::new(translator)))
}

fn fetch_settings(settings: &Settings) -> anyhow::Result<FetchSettings> {
    let defaults = FetchSettings::default();
    let at_least_one = |n: usize| NonZeroUsize::new(n).unwrap_or(NonZeroUsize::MIN);
    let certificates = match &settings.cacert {
        Some(path) => vec![crate::input::bytes(path)?],
        None => Vec::new(),
    };
    let proxy = settings.proxy.as_deref().map(|proxy| {
        proxy.parse().map_err(|error| {
            Trouble::new(
                // It may hold a password: it is not repeated.
                format!("`proxy`: expected an address ({error})"),
                "give it as http://host:port or socks5://host:port",
            )
        })
    });
    Ok(FetchSettings {
        timeout: Duration::from_secs_f64(settings.timeout),
        connect_timeout: Duration::from_secs_f64(settings.connect_timeout),
        max_redirects: settings.max_redirects,
        max_body_bytes: settings.max_body_bytes,
        max_concurrency: at_least_one(settings.max_concurrency),
        politeness: Politeness {
            concurrency: at_least_one(settings.host_concurrency),
            delay: Duration::from_millis(settings.host_delay),
        },
        retries: Retries { most: settings.max_retries, ..defaults.retries },
        user_agent: match (&settings.user_agent, &settings.contact) {
            (Some(user_agent), _) => user_agent.clone(),
            (None, Some(contact)) => user_agent(contact),
            (None, None) => defaults.user_agent,
        },
        hosts: settings
            .hosts
            .iter()
            .map(|(name, host)| Ok((name.clone(), host_settings(host)?)))
            .collect::<anyhow::Result<_>>()?,
        excluded: settings
            .exclude
            .iter()
            .map(|pattern| excluded(pattern))
            .collect::<anyhow::Result<_>>()?,
        headers: settings.header.iter().map(|field| header(field)).collect::<Result<_, _>>()?,
        certificates,
        certificate_check: if settings.insecure {
            CertificateCheck::Skipped
        } else {
            CertificateCheck::Checked
        },
        proxy: proxy.transpose()?,
        reach: if settings.allow_private { Reach::Private } else { Reach::Public },
        routes: settings.connect_to.iter().map(|text| route(text)).collect::<Result<_, _>>()?,
        ..FetchSettings::default()
    })
}

fn host_settings(host: &Host) -> anyhow::Result<HostSettings> {
    Ok(HostSettings {
        headers: host.headers.iter().map(|field| header(field)).collect::<Result<_, _>>()?,
        concurrency: host.concurrency.and_then(NonZeroUsize::new),
        delay: host.delay.map(Duration::from_millis),
        timeout: host.timeout.map(Duration::from_secs_f64),
        user_agent: host.user_agent.clone(),
        accept: host.accept.clone(),
    })
}

fn excluded(pattern: &str) -> anyhow::Result<Regex> {
    Regex::new(pattern).map_err(|error| {
        Trouble::new(
            format!("`exclude`: `{pattern}` is not a regular expression ({error})"),
            "escape what is meant as it is written, such as `example\\.org/print`",
        )
        .into()
    })
}

fn header(field: &str) -> anyhow::Result<(String, String)> {
    let (name, value) = field.split_once(':').context("").map_err(|_| {
        // The field may hold a secret: it is not repeated.
        Trouble::new("`header`: expected a name, a colon and a value", "write it as `Name: value`")
    })?;
    Ok((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
}

/// Reads `host:port:address:port`. Every part may be empty; an IPv6 address stands in square brackets.
fn route(text: &str) -> anyhow::Result<Route> {
    let wrong = || {
        Trouble::new(
            format!("`connect-to`: expected host:port:address:port, but got `{text}`"),
            "write it as curl does, such as `example.org:443:127.0.0.1:8443`",
        )
    };
    let mut parts: Vec<String> = vec![String::new()];
    let mut bracket = false;
    for c in text.chars() {
        bracket = (bracket || c == '[') && c != ']';
        match parts.last_mut() {
            Some(_) if c == ':' && !bracket => parts.push(String::new()),
            Some(part) if !matches!(c, '[' | ']') => part.push(c),
            Some(_) | None => {}
        }
    }
    let [host, port, to_host, to_port] = <[String; 4]>::try_from(parts).map_err(|_| wrong())?;
    let name = |text: String| (!text.is_empty()).then(|| text.to_ascii_lowercase());
    let number = |text: &str| match text {
        "" => Ok(None),
        digits => digits.parse().map(Some).map_err(|_| wrong()),
    };
    Ok(Route {
        host: name(host),
        port: number(&port)?,
        to_host: name(to_host),
        to_port: number(&to_port)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_as_curl_reads_them() {
        let read = route("Example.org:443:[::1]:8443").unwrap();
        assert_eq!(read.host.as_deref(), Some("example.org"));
        assert_eq!(read.port, Some(443));
        assert_eq!(read.to_host.as_deref(), Some("::1"));
        assert_eq!(read.to_port, Some(8443));
        let any = route("::127.0.0.1:").unwrap();
        assert_eq!((any.host, any.port, any.to_port), (None, None, None));
        assert!(route("a:b:c:d").is_err());
        assert!(route("example.org").is_err());
    }

    #[test]
    fn a_header_is_a_name_and_a_value() {
        assert_eq!(header("X-Key:  a:b ").unwrap(), ("x-key".into(), "a:b".into()));
        assert!(header("X-Key").unwrap_err().to_string().contains("expected a name"));
    }
}
