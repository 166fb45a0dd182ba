//! Says whether a request is worth repeating, and when. Pure: time and chance are arguments.

use std::time::Duration;

use jiff::Timestamp;

use super::exchange::{Arrival, Exchange, Hope};
use super::settings::Retries;

/// What to do about an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// It stands.
    Stands,
    /// Ask again after a while.
    After(Duration),
    /// Ask again when everything else is done, and not before a while.
    AtEnd(Duration),
}

/// Decides on an exchange that has been repeated a number of times.
///
/// What failed in a passing way is repeated with growing waits, the last time at the end of the run. `Retry-After`
/// counts where it asks for more, as far as the longest wait. `seed` spreads the waits by up to a quarter.
pub(super) fn decide(exchange: &Exchange, repeated: u32, retries: &Retries, seed: u64) -> Decision {
    if repeated >= retries.most || !is_passing(exchange) {
        return Decision::Stands;
    }
    let own = retries.first_wait.saturating_mul(1 << repeated.min(16));
    let spread = own.mul_f64(f64::from(u8::try_from(seed % 64).unwrap_or(0)) / 256.0);
    let asked = asked_wait(exchange);
    let wait = own.saturating_add(spread).max(asked.unwrap_or_default()).min(retries.longest_wait);
    let too_long = asked.is_some_and(|asked| asked > retries.longest_wait);
    if too_long || repeated + 1 == retries.most {
        Decision::AtEnd(wait)
    } else {
        Decision::After(wait)
    }
}

/// Returns how long the server asks to be left alone.
pub(super) fn asked_wait(exchange: &Exchange) -> Option<Duration> {
    let reply = exchange.outcome.as_ref().ok()?;
    if !matches!(reply.status, 429 | 503) {
        return None;
    }
    retry_after(reply.header("retry-after")?, exchange.at)
}

/// Reads `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = Timestamp::try_from(httpdate::parse_http_date(value).ok()?).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

/// Tells whether an exchange failed in a way that passes.
fn is_passing(exchange: &Exchange) -> bool {
    match &exchange.outcome {
        Err(_) => exchange.hope == Hope::MayPass,
        Ok(reply) => match reply.arrival {
            Arrival::Disconnected(_) => exchange.hope == Hope::MayPass,
            Arrival::Whole | Arrival::TimedOut(_) | Arrival::OverLimit(_) => {
                exchange.hope == Hope::MayPass && is_passing_status(reply.status)
            }
        },
    }
}

/// 501, 505 and 511 say what will not change by waiting.
const fn is_passing_status(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 506..=509 | 520..=599)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use url::Url;

    use super::*;
    use crate::fetch::exchange::Reply;
    use crate::fetched::{DnsFailure, FetchFailure};

    fn exchange(outcome: Result<Reply, FetchFailure>) -> Exchange {
        Exchange {
            url: Url::parse("https://a.org/").unwrap(),
            at: "2024-06-19T12:00:00Z".parse().unwrap(),
            took: Duration::ZERO,
            outcome,
            hope: Hope::MayPass,
        }
    }

    fn status(status: u16, headers: &[(&str, &str)]) -> Exchange {
        exchange(Ok(Reply {
            version: "HTTP/1.1",
            status,
            headers: headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            body: Bytes::new(),
            arrival: Arrival::Whole,
        }))
    }

    fn decided(exchange: &Exchange, repeated: u32) -> Decision {
        decide(exchange, repeated, &Retries::default(), 0)
    }

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn waits_grow_and_the_last_repetition_comes_at_the_end() {
        let busy = status(503, &[]);
        assert_eq!(decided(&busy, 0), Decision::After(secs(1)));
        assert_eq!(decided(&busy, 1), Decision::After(secs(2)));
        assert_eq!(decided(&busy, 2), Decision::AtEnd(secs(4)));
        assert_eq!(decided(&busy, 3), Decision::Stands);
        let spread = decide(&busy, 0, &Retries::default(), 63);
        assert!(
            matches!(spread, Decision::After(wait) if wait > secs(1) && wait < Duration::from_millis(1250))
        );
    }

    #[test]
    fn retry_after_is_obeyed_within_bounds() {
        assert_eq!(decided(&status(429, &[("retry-after", "7")]), 0), Decision::After(secs(7)));
        assert_eq!(
            decided(&status(429, &[("retry-after", "86400")]), 0),
            Decision::AtEnd(secs(30))
        );
        let date = "Wed, 19 Jun 2024 12:00:09 GMT";
        assert_eq!(decided(&status(503, &[("retry-after", date)]), 0), Decision::After(secs(9)));
        let past = "Wed, 19 Jun 2024 11:00:09 GMT";
        assert_eq!(decided(&status(503, &[("retry-after", past)]), 0), Decision::After(secs(1)));
        assert_eq!(decided(&status(503, &[("retry-after", "soon")]), 0), Decision::After(secs(1)));
    }

    #[test]
    fn only_what_passes_is_repeated() {
        for lasting in [200, 301, 400, 401, 403, 404, 410, 451, 501, 505, 511] {
            assert_eq!(decided(&status(lasting, &[]), 0), Decision::Stands, "{lasting}");
        }
        for passing in [408, 425, 429, 500, 502, 503, 504, 521] {
            assert_ne!(decided(&status(passing, &[]), 0), Decision::Stands, "{passing}");
        }
        let mut failed = exchange(Err(FetchFailure::Dns(DnsFailure::NoSuchName)));
        failed.hope = Hope::None;
        assert_eq!(decided(&failed, 0), Decision::Stands);
        failed.hope = Hope::MayPass;
        assert_ne!(decided(&failed, 0), Decision::Stands);
    }
}
