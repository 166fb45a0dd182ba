//! Says in our words how a request failed, from the chain of errors that the HTTP client gives.
//! Knows the errors of the libraries below, and no policy.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use super::exchange::Hope;
use super::resolver::LookupError;
use super::settings::Settings;
use crate::fetched::{DnsFailure, FetchFailure};

/// Classifies an error before an answer, and says whether asking again may help.
pub(super) fn classify(error: &reqwest::Error, settings: &Settings) -> (FetchFailure, Hope) {
    for cause in causes(error) {
        if let Some(found) = specific(cause) {
            return found;
        }
    }
    if error.is_timeout() {
        let limit = if error.is_connect() { settings.connect_timeout } else { settings.timeout };
        return (FetchFailure::Timeout(limit), Hope::MayPass);
    }
    (FetchFailure::Connection(words(error)), Hope::MayPass)
}

/// Says how a body broke off.
pub(super) fn words(error: &reqwest::Error) -> String {
    let io = causes(error).find_map(|cause| cause.downcast_ref::<io::Error>());
    if let Some(error) = io {
        return match error.kind() {
            io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
            io::ErrorKind::ConnectionReset => "connection reset".to_owned(),
            io::ErrorKind::ConnectionAborted => "connection aborted".to_owned(),
            io::ErrorKind::HostUnreachable => "host unreachable".to_owned(),
            io::ErrorKind::NetworkUnreachable => "network unreachable".to_owned(),
            io::ErrorKind::UnexpectedEof => "connection closed".to_owned(),
            io::ErrorKind::TimedOut => "connection timed out".to_owned(),
            _ => short(&error.to_string()),
        };
    }
    let last = causes(error).last().map_or_else(String::new, ToString::to_string);
    if last.contains("before message completed") || last.contains("end of file before") {
        return "connection closed".to_owned();
    }
    short(&last)
}

/// Keeps a message to one line without control characters: parts of it may come from the server.
fn short(message: &str) -> String {
    message.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// The causes of an error, outermost first, with those inside of IO errors.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    std::iter::from_fn(move || {
        let current = next?;
        next = inner(current).or_else(|| current.source());
        Some(current)
    })
}

/// `source` of an IO error skips the error that it wraps.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    Some(inner as &(dyn Error + 'static))
}

fn specific(cause: &(dyn Error + 'static)) -> Option<(FetchFailure, Hope)> {
    if let Some(error) = cause.downcast_ref::<LookupError>() {
        return Some(match error {
            LookupError::Refused(why) => (FetchFailure::Refused(why.clone()), Hope::None),
            LookupError::Dns(failure @ DnsFailure::Temporary(_)) => {
                (FetchFailure::Dns(failure.clone()), Hope::MayPass)
            }
            LookupError::Dns(failure @ (DnsFailure::NoSuchName | DnsFailure::NoAddress)) => {
                (FetchFailure::Dns(failure.clone()), Hope::None)
            }
        });
    }
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(tls(error));
    }
    let message = cause.to_string();
    let is_protocol =
        message.contains("invalid HTTP") || message.contains("message head is too large");
    is_protocol.then(|| (FetchFailure::Protocol(short(&message)), Hope::None))
}

fn tls(error: &rustls::Error) -> (FetchFailure, Hope) {
    let (why, hope) = match error {
        rustls::Error::InvalidCertificate(error) => (certificate(error), Hope::None),
        rustls::Error::AlertReceived(alert) => {
            (format!("the server refused the handshake ({alert:?})"), Hope::None)
        }
        rustls::Error::PeerIncompatible(why) => {
            (format!("the server offers only outdated forms of TLS ({why:?})"), Hope::None)
        }
        rustls::Error::InvalidMessage(_) => {
            ("the server does not speak TLS on this port".to_owned(), Hope::None)
        }
        other => (short(&other.to_string()), Hope::MayPass),
    };
    (FetchFailure::Tls(why), hope)
}

fn certificate(error: &CertificateError) -> String {
    let words = match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the certificate has expired"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the certificate is not valid yet"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the certificate is for another host"
        }
        CertificateError::UnknownIssuer => {
            "the issuer of the certificate is not known: it is self-signed or of a private authority, or the server leaves out an intermediate certificate"
        }
        CertificateError::Revoked => "the certificate has been revoked",
        other => {
            let detail = short(&format!("{other:?}"));
            if detail.contains("CaUsedAsEndEntity") {
                return "the certificate is self-signed".to_owned();
            }
            return format!("the certificate is not valid ({detail})");
        }
    };
    words.to_owned()
}
