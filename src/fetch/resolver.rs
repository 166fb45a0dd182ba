//! Looks names up, and gives out only addresses that may be contacted: the connection is made to exactly those, so
//! that a name cannot lead elsewhere between the check and the connection.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use super::guard;
use super::settings::{Reach, Route};
use crate::fetched::DnsFailure;

/// How many lookups are under way at once: each takes a thread of the runtime's blocking pool.
const AT_ONCE: usize = 32;
/// How long addresses are remembered.
const MEMORY: Duration = Duration::from_mins(5);
/// How many names are remembered.
const MOST_REMEMBERED: usize = 20_000;

/// Why a name gives no address to connect to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum LookupError {
    /// It has none.
    #[error("the name has no address")]
    Dns(DnsFailure),
    /// All of its addresses are forbidden: why.
    #[error("{0}")]
    Refused(String),
}

/// Says which addresses a name has, and may take its time. Its errors are read as those of the system are.
pub(super) type Names = dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync;

/// Asks the system for the addresses of a name.
pub(super) fn ask_system(name: &str) -> io::Result<Vec<IpAddr>> {
    Ok((name, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
}

/// Looks names up, and remembers what they lead to.
pub(super) struct Resolver {
    names: Arc<Names>,
    reach: Reach,
    timeout: Duration,
    lookups: Semaphore,
    known: Mutex<HashMap<String, Known>>,
}

struct Known {
    at: Instant,
    answer: Result<Vec<SocketAddr>, LookupError>,
}

impl Resolver {
    pub(super) fn new(names: Arc<Names>, reach: Reach, timeout: Duration) -> Self {
        Self {
            names,
            reach,
            timeout,
            lookups: Semaphore::new(AT_ONCE),
            known: Mutex::new(HashMap::new()),
        }
    }

    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, LookupError> {
        let name = name.to_ascii_lowercase();
        if let Some(known) = self.recall(&name) {
            return known;
        }
        let Ok(_permit) = self.lookups.acquire().await else { return Err(temporary("stopped")) };
        // Somebody else may have asked for the same name in the meantime.
        if let Some(known) = self.recall(&name) {
            return known;
        }
        let (names, asked) = (Arc::clone(&self.names), name.clone());
        let lookup = tokio::task::spawn_blocking(move || names(&asked));
        let answer = match tokio::time::timeout(self.timeout, lookup).await {
            Err(_) => Err(temporary("no answer in time")),
            Ok(Err(_)) => Err(temporary("the lookup failed")),
            Ok(Ok(Err(error))) => Err(LookupError::Dns(failure(&error.to_string()))),
            Ok(Ok(Ok(addresses))) => allowed(addresses, self.reach),
        };
        self.remember(name, &answer);
        answer
    }

    fn recall(&self, name: &str) -> Option<Result<Vec<SocketAddr>, LookupError>> {
        let known = self.known.lock().ok()?;
        let known = known.get(name).filter(|known| known.at.elapsed() < MEMORY)?;
        Some(known.answer.clone())
    }

    fn remember(&self, name: String, answer: &Result<Vec<SocketAddr>, LookupError>) {
        if matches!(answer, Err(LookupError::Dns(DnsFailure::Temporary(_)))) {
            return;
        }
        if let Ok(mut known) = self.known.lock() {
            if known.len() >= MOST_REMEMBERED {
                known.clear();
            }
            known.insert(name, Known { at: Instant::now(), answer: answer.clone() });
        }
    }
}

fn temporary(why: &str) -> LookupError {
    LookupError::Dns(DnsFailure::Temporary(why.to_owned()))
}

/// Leaves only addresses that may be contacted.
fn allowed(addresses: Vec<IpAddr>, reach: Reach) -> Result<Vec<SocketAddr>, LookupError> {
    let mut refusal = None;
    let allowed: Vec<SocketAddr> = addresses
        .into_iter()
        .filter(|address| match guard::refusal_of(*address, reach) {
            Some(why) => {
                refusal.get_or_insert(why);
                false
            }
            None => true,
        })
        .map(|address| SocketAddr::new(address, 0))
        .collect();
    match (allowed.is_empty(), refusal) {
        (false, _) => Ok(allowed),
        (true, Some(why)) => Err(LookupError::Refused(why)),
        (true, None) => Err(LookupError::Dns(DnsFailure::NoAddress)),
    }
}

/// Reads the message of `getaddrinfo`: its codes do not come through `std`. Messages of glibc, musl and macOS.
fn failure(message: &str) -> DnsFailure {
    let lower = message.to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
    if says(&["no address associated", "has no usable address"]) {
        DnsFailure::NoAddress
    } else if says(&[
        "name or service not known",
        "name does not resolve",
        "nodename nor servname",
        "no such host",
    ]) {
        DnsFailure::NoSuchName
    } else {
        let why = message.rsplit(": ").next().unwrap_or(message);
        DnsFailure::Temporary(why.to_owned())
    }
}

/// A resolver as the HTTP client wants it.
pub(super) struct Lookup(pub(super) Arc<Resolver>);

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = Arc::clone(&self.0);
        Box::pin(async move {
            let addresses = resolver.addresses(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// A resolver that leads elsewhere, because the user said so; it is not guarded.
pub(super) struct Reroute {
    pub(super) route: Route,
}

impl Resolve for Reroute {
    fn resolve(&self, name: Name) -> Resolving {
        let host = self.route.to_host.clone().unwrap_or_else(|| name.as_str().to_owned());
        let port = self.route.to_port.unwrap_or(0);
        Box::pin(async move {
            let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
            let addresses: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), port))
                .await
                .map_err(|error| LookupError::Dns(failure(&error.to_string())))?
                .collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn addresses(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|address| address.parse().unwrap()).collect()
    }

    fn sockets(list: &[&str]) -> Vec<SocketAddr> {
        addresses(list).into_iter().map(|address| SocketAddr::new(address, 0)).collect()
    }

    #[test]
    fn only_public_addresses_of_a_name_are_given_out() {
        let mixed = addresses(&["127.0.0.1", "93.184.215.14", "::1", "10.0.0.1"]);
        assert_eq!(allowed(mixed, Reach::Public), Ok(sockets(&["93.184.215.14"])));
        let private = ["169.254.169.254", "::ffff:127.0.0.1"];
        assert_eq!(
            allowed(addresses(&private), Reach::Public),
            Err(LookupError::Refused("169.254.169.254 is a link-local address".to_owned()))
        );
        assert_eq!(allowed(addresses(&private), Reach::Private), Ok(sockets(&private)));
        assert_eq!(
            allowed(Vec::new(), Reach::Public),
            Err(LookupError::Dns(DnsFailure::NoAddress))
        );
    }

    #[tokio::test]
    async fn a_name_that_changes_its_address_is_believed_once() {
        let asked = AtomicUsize::new(0);
        let changing = move |_: &str| {
            let first = asked.fetch_add(1, Ordering::Relaxed) == 0;
            Ok(addresses(&[if first { "93.184.215.14" } else { "127.0.0.1" }]))
        };
        let resolver = Resolver::new(Arc::new(changing), Reach::Public, Duration::from_secs(5));
        let public = Ok(sockets(&["93.184.215.14"]));
        // What was checked is what is connected to, as long as it is remembered; then it is checked again.
        assert_eq!(resolver.addresses("rebinding.example").await, public);
        assert_eq!(resolver.addresses("Rebinding.example").await, public);
        resolver.known.lock().unwrap().clear();
        let refused = resolver.addresses("rebinding.example").await;
        assert!(matches!(refused, Err(LookupError::Refused(_))), "{refused:?}");
    }

    #[test]
    fn messages_of_the_system_are_told_apart() {
        let start = "failed to lookup address information: ";
        assert_eq!(failure(&format!("{start}Name or service not known")), DnsFailure::NoSuchName);
        assert_eq!(failure(&format!("{start}Name does not resolve")), DnsFailure::NoSuchName);
        assert_eq!(
            failure(&format!("{start}No address associated with hostname")),
            DnsFailure::NoAddress
        );
        let temporary = failure(&format!("{start}Temporary failure in name resolution"));
        assert_eq!(
            temporary,
            DnsFailure::Temporary("Temporary failure in name resolution".to_owned())
        );
    }

    #[tokio::test]
    async fn a_name_is_checked_when_it_is_looked_up() {
        let of = |reach| Resolver::new(Arc::new(ask_system), reach, Duration::from_secs(5));
        let resolver = of(Reach::Public);
        let answer = resolver.addresses("localhost").await;
        assert!(matches!(answer, Err(LookupError::Refused(_))), "{answer:?}");
        let resolver = of(Reach::Private);
        assert!(
            resolver.addresses("LOCALHOST").await.unwrap().iter().all(|a| a.ip().is_loopback())
        );
        assert!(resolver.recall("localhost").is_some());
    }
}
