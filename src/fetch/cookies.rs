//! Keeps the cookies of one journey, so that sites which redirect until a cookie is there can be read.
//! Nothing is kept from one target to the next: what stands at an address must not depend on what was asked before.

use url::{Host, Url};

/// The most cookies kept; a hostile server can set any number.
const MOST: usize = 50;
/// The longest cookie kept, in bytes (RFC 6265, section 6.1).
const LONGEST_BYTES: usize = 4096;

/// The cookies of one journey.
#[derive(Debug, Clone, Default)]
pub(super) struct Cookies(Vec<Cookie>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    scope: Scope,
    path: String,
    channel: Channel,
}

/// Which hosts a cookie goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The one that set it.
    Host,
    /// Those under its domain too.
    Domain,
}

/// Over which connections a cookie goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Channel {
    Any,
    Secure,
}

impl Cookies {
    /// Takes the value of a `Set-Cookie` header of an answer from an address.
    pub(super) fn set(&mut self, url: &Url, header: &str) {
        let Some(cookie) = parse(url, header) else { return };
        let same = |old: &Cookie| {
            old.name == cookie.name && old.domain == cookie.domain && old.path == cookie.path
        };
        self.0.retain(|old| !same(old));
        if self.0.len() < MOST && !cookie.value.is_empty() {
            self.0.push(cookie);
        }
    }

    /// Returns the value of the `Cookie` header for an address; `None` if no cookie is for it.
    pub(super) fn header(&self, url: &Url) -> Option<String> {
        let host = url.host_str()?;
        let fitting: Vec<String> = self
            .0
            .iter()
            .filter(|cookie| cookie.is_for(host, url))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        (!fitting.is_empty()).then(|| fitting.join("; "))
    }
}

impl Cookie {
    fn is_for(&self, host: &str, url: &Url) -> bool {
        let domain = match self.scope {
            Scope::Host => host == self.domain,
            Scope::Domain => is_under(host, &self.domain),
        };
        let channel = match self.channel {
            Channel::Any => true,
            Channel::Secure => url.scheme() == "https",
        };
        let path = url.path();
        let below = path.strip_prefix(self.path.as_str()).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/')
        });
        domain && channel && below
    }
}

fn is_under(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.'))
}

fn parse(url: &Url, header: &str) -> Option<Cookie> {
    if header.len() > LONGEST_BYTES || header.contains(|c: char| c.is_control()) {
        return None;
    }
    let host = url.host_str()?;
    let mut parts = header.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        domain: host.to_owned(),
        scope: Scope::Host,
        path: default_path(url.path()),
        channel: Channel::Any,
    };
    for attribute in parts {
        let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "domain" => {
                let domain = value.trim_start_matches('.').to_ascii_lowercase();
                if domain.is_empty() {
                    continue;
                }
                if !may_set(url, host, &domain) {
                    return None;
                }
                cookie.domain = domain;
                cookie.scope = Scope::Domain;
            }
            "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
            "secure" => cookie.channel = Channel::Secure,
            // A cookie is deleted by an age of nothing; dates are not looked at, since a journey is short.
            "max-age" if value.parse::<i64>().is_ok_and(|age| age <= 0) => cookie.value.clear(),
            _ => {}
        }
    }
    (!cookie.name.is_empty()).then_some(cookie)
}

/// Tells whether a host may set cookies for a domain: its own or a parent, but no public suffix.
fn may_set(url: &Url, host: &str, domain: &str) -> bool {
    let is_name = matches!(url.host(), Some(Host::Domain(_)));
    host == domain || (is_name && is_under(host, domain) && psl::domain_str(domain).is_some())
}

/// RFC 6265, section 5.1.4.
fn default_path(path: &str) -> String {
    match path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(at) => path[..at].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_cookie_goes_back_where_it_came_from_only() {
        let mut cookies = Cookies::default();
        cookies.set(&url("https://a.example.org/x/y"), "id=1; Path=/x; Secure");
        assert_eq!(cookies.header(&url("https://a.example.org/x/z")).as_deref(), Some("id=1"));
        for other in
            ["https://a.example.org/xz", "http://a.example.org/x", "https://b.example.org/x"]
        {
            assert_eq!(cookies.header(&url(other)), None, "{other}");
        }
    }

    #[test]
    fn a_domain_may_be_the_parents_but_no_public_suffix() {
        let mut cookies = Cookies::default();
        cookies.set(&url("https://a.example.co.uk/"), "a=1; Domain=.example.co.uk");
        cookies.set(&url("https://a.example.co.uk/"), "b=2; Domain=co.uk");
        cookies.set(&url("https://a.example.co.uk/"), "c=3; Domain=other.uk");
        assert_eq!(cookies.header(&url("http://b.example.co.uk/")).as_deref(), Some("a=1"));
    }

    #[test]
    fn a_later_cookie_replaces_and_deletes() {
        let mut cookies = Cookies::default();
        let page = url("https://a.org/");
        cookies.set(&page, "a=1");
        cookies.set(&page, "a=2");
        assert_eq!(cookies.header(&page).as_deref(), Some("a=2"));
        cookies.set(&page, "a=x; Max-Age=0");
        assert_eq!(cookies.header(&page), None);
        for number in 0..1000 {
            cookies.set(&page, &format!("c{number}=1"));
        }
        assert_eq!(cookies.0.len(), MOST);
    }
}
