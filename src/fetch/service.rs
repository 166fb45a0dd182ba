//! Talks to services that the user has named, such as a web archive or a webhook. They may stand on a private network,
//! so nothing guards their addresses; no redirect of theirs is followed.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, RequestBuilder, Response};
use url::Url;

use super::http::{HttpError, builder};
use super::settings::{Reach, Settings};
use super::{failure, guard};

/// How much of an answer is read, in bytes: services answer in a few words.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// A client for services, with the proxy and the certificates of the settings.
#[derive(Debug, Clone)]
pub struct Service {
    client: Client,
}

/// What a service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAnswer {
    /// The status code.
    pub status: u16,
    /// The body, of which at most 256 KiB are read.
    pub body: Vec<u8>,
    /// How long the service asks to be left alone (`Retry-After` in seconds).
    pub retry_after: Option<Duration>,
}

/// A service that gave no answer: why, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ServiceError(String);

impl Service {
    /// Sets up the client; opens no connection.
    ///
    /// # Errors
    ///
    /// When a certificate, the proxy or the user agent cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, HttpError> {
        // Another part of the process may have chosen before us; TLS works either way.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = builder(settings)?.timeout(settings.timeout);
        let client = builder.user_agent(&settings.user_agent).build();
        Ok(Self { client: client.map_err(HttpError::Client)? })
    }

    /// Asks for an address.
    ///
    /// # Errors
    ///
    /// When no answer comes, or a header cannot be sent.
    pub async fn get(
        &self,
        url: &Url,
        headers: &[(&str, &str)],
    ) -> Result<ServiceAnswer, ServiceError> {
        answered(self.client.get(url.clone()), headers).await
    }

    /// Sends a body to an address.
    ///
    /// # Errors
    ///
    /// When no answer comes, or a header cannot be sent.
    pub async fn post(
        &self,
        url: &Url,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<ServiceAnswer, ServiceError> {
        answered(self.client.post(url.clone()).body(body), headers).await
    }
}

/// Tells whether an address may be named to a service on the public internet: it holds no password, and its host is
/// written as a public one, and is no name of a machine nearby.
#[must_use]
pub fn is_public(url: &Url) -> bool {
    let bare = url.username().is_empty() && url.password().is_none();
    let is_nearby =
        url.domain().is_some_and(|name| !name.contains('.') || guard::is_local_name(name));
    bare && !is_nearby && guard::refusal(url, Reach::Public).is_none()
}

async fn answered(
    request: RequestBuilder,
    headers: &[(&str, &str)],
) -> Result<ServiceAnswer, ServiceError> {
    let told = |error: &reqwest::Error| {
        ServiceError(if error.is_timeout() {
            "no answer in time".to_owned()
        } else {
            failure::words(error)
        })
    };
    let mut response =
        request.headers(fields(headers)?).send().await.map_err(|error| told(&error))?;
    let mut body = Vec::new();
    while body.len() < MAX_ANSWER_BYTES {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Err(told(&error)),
        }
    }
    body.truncate(MAX_ANSWER_BYTES);
    Ok(ServiceAnswer {
        status: response.status().as_u16(),
        body,
        retry_after: retry_after(&response),
    })
}

fn fields(headers: &[(&str, &str)]) -> Result<HeaderMap, ServiceError> {
    let mut fields = HeaderMap::new();
    for (name, value) in headers {
        // The value may be secret: it is not repeated.
        let error = || ServiceError(format!("`{name}` is not a header that can be sent"));
        let name: HeaderName = name.parse().map_err(|_| error())?;
        let mut value: HeaderValue = value.parse().map_err(|_| error())?;
        value.set_sensitive(true);
        fields.insert(name, value);
    }
    Ok(fields)
}

fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get("retry-after")?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_and_passwords_are_named_to_nobody() {
        for (url, public) in [
            ("https://example.org/a?b=c", true),
            ("http://127.0.0.1/a", false),
            ("http://intranet.local/", false),
            ("https://10.1.2.3/", false),
            ("https://anna:secret@example.org/", false),
            ("https://anna@example.org/", false),
        ] {
            assert_eq!(is_public(&Url::parse(url).unwrap()), public, "{url}");
        }
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_named_without_its_value() {
        let error = fields(&[("authorization", "secret\n")]).unwrap_err();
        assert_eq!(error.to_string(), "`authorization` is not a header that can be sent");
    }
}
