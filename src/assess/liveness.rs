//! Says whether something is there, from the status and the failures; asks the other modules about pages that
//! answer with one thing and mean another.

use super::{Judgement, Seen, parked, restriction, soft_404};
use crate::fetched::{DnsFailure, FetchFailure};
use crate::source::Liveness;

/// Says what a failure to get an answer means. A failure that may pass is never called dead.
pub(super) const fn of_failure(failure: &FetchFailure) -> Liveness {
    match failure {
        FetchFailure::Dns(DnsFailure::NoSuchName | DnsFailure::NoAddress) => Liveness::DnsFailure,
        FetchFailure::Dns(DnsFailure::Temporary(_))
        | FetchFailure::Connection(_)
        | FetchFailure::Protocol(_) => Liveness::ConnectionFailure,
        FetchFailure::Tls(_) => Liveness::TlsFailure,
        FetchFailure::Timeout(_) => Liveness::Timeout,
        FetchFailure::RedirectLoop(_) => Liveness::RedirectLoop,
        FetchFailure::Refused(_) => Liveness::Refused,
        FetchFailure::Excluded(_)
        | FetchFailure::NotRecorded
        | FetchFailure::Interrupted
        | FetchFailure::Mishandled => Liveness::Unresolved,
    }
}

/// Says what an answer means. Walls come first: what a wall says of the page behind it is not known.
pub(super) fn of_answer(seen: &Seen<'_>) -> Judgement {
    let by_page = || match seen.answer.status {
        200..=299 => parked::parked(seen)
            .or_else(|| restriction::login(seen))
            .or_else(|| restriction::consent(seen))
            .or_else(|| restriction::maintenance(seen))
            .or_else(|| soft_404::soft_404(seen))
            .or_else(|| restriction::paywall(seen)),
        _ => None,
    };
    restriction::wall(seen).or_else(by_page).unwrap_or_else(|| of_status(seen))
}

fn of_status(seen: &Seen<'_>) -> Judgement {
    let status = seen.answer.status;
    let said = |liveness| Judgement::new(liveness, format!("status {status}"));
    match status {
        // Nothing came: neither that the page is there can be said, nor that it is gone.
        200..=299 if seen.answer.body.trim_ascii().is_empty() => said(Liveness::Unsupported),
        200..=299 => said(Liveness::Live),
        300..=399 => Judgement::new(
            Liveness::ServerError,
            format!("status {status}, a redirect without an address to follow"),
        ),
        401 | 407 => said(Liveness::LoginRequired).by_header(seen.answer, "www-authenticate"),
        402 => said(Liveness::Paywalled),
        404 | 410 => said(Liveness::Gone),
        408 => said(Liveness::Timeout),
        429 => said(Liveness::RateLimited).by_header(seen.answer, "retry-after"),
        400..=499 => said(Liveness::ClientError),
        // LinkedIn's answer to robots.
        999 => said(Liveness::Blocked),
        _ => said(Liveness::ServerError),
    }
}
