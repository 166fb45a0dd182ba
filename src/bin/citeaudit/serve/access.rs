//! Says which requests are answered at all: those for a host that is ours, from a page that is ours, with the token
//! where one is set. Adds to every answer what keeps other pages from using it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use citeaudit::fetched::sha256;
use sha2::{Digest as _, Sha256};

use super::Server;
use super::pages;

/// The cookie that stands for the token after a log-in.
const COOKIE: &str = "citeaudit";

/// The fewest characters of a token: what is shorter can be guessed.
const MIN_TOKEN_CHARS: usize = 16;

/// Whose requests are answered.
pub(super) struct Access {
    pub(super) token: Option<Token>,
    /// Names of hosts in lower case.
    pub(super) hosts: Vec<String>,
}

/// What a request must bear.
#[derive(Clone)]
pub(crate) struct Token(String);

/// A token that is too short to keep anybody out.
#[derive(Debug, thiserror::Error)]
#[error("expected a token of {MIN_TOKEN_CHARS} characters or more, but got {0}")]
pub(crate) struct TokenError(usize);

impl Token {
    /// Takes a token.
    ///
    /// # Errors
    ///
    /// When it has fewer than 16 characters.
    pub(crate) fn new(text: String) -> Result<Self, TokenError> {
        let length = text.chars().count();
        if length < MIN_TOKEN_CHARS { Err(TokenError(length)) } else { Ok(Self(text)) }
    }

    /// Tells whether a text is the token. Hashes are compared, so that the time it takes says nothing.
    pub(super) fn is(&self, text: &str) -> bool {
        Sha256::digest(&self.0) == Sha256::digest(text)
    }

    /// Returns the cookie that stands for it: nobody who sees the cookie learns the token.
    pub(super) fn cookie(&self) -> String {
        format!("{COOKIE}={}", sha256(format!("cookie {}", self.0).as_bytes()))
    }
}

/// Lets a request through to its page, or says why not.
pub(super) async fn guard(
    State(server): State<Arc<Server>>,
    request: Request,
    next: Next,
) -> Response {
    let access = &server.access;
    let refusal = refusal_of_host(access, request.headers())
        .or_else(|| refusal_of_origin(request.method(), request.headers()));
    let open = matches!(request.uri().path(), "/login" | "/style.css" | "/script.js");
    let mut response = if let Some(why) = refusal {
        (StatusCode::FORBIDDEN, format!("{why}\n")).into_response()
    } else if open || is_authorized(access, request.headers()) {
        next.run(request).await
    } else {
        unauthorized(request.headers())
    };
    for (name, value) in HEADERS {
        let name = HeaderName::from_static(name);
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// What every answer says, unless a page says otherwise.
const HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    // With `no-referrer` a browser would not say either which of our own pages a form was sent from.
    ("referrer-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// A name that leads here could be anybody's, and their pages would then count as ours (DNS rebinding). Addresses in
/// digits cannot be rebound.
fn refusal_of_host(access: &Access, headers: &HeaderMap) -> Option<&'static str> {
    let host = text(headers, header::HOST).unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.to_ascii_lowercase();
    let known =
        name == "localhost" || name.parse::<IpAddr>().is_ok() || access.hosts.contains(&name);
    (!known).then_some("the request names a host that this server does not answer for (--host)")
}

/// Other pages may link here, and nothing else. What changes something must come from our own page, or from a program
/// that says so with a token.
fn refusal_of_origin(method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let foreign = Some("the request comes from another page");
    let host = text(headers, header::HOST).unwrap_or_default();
    let own_origin = text(headers, header::ORIGIN).map(|origin| {
        origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
    });
    if own_origin == Some(false) {
        return foreign;
    }
    let site = text(headers, HeaderName::from_static("sec-fetch-site"));
    let reads = matches!(*method, Method::GET | Method::HEAD);
    match site {
        Some("same-origin") => None,
        // Typed in, or from a bookmark.
        Some("none") if reads => None,
        Some(_) if reads && is_navigation(headers) => None,
        Some(_) => foreign,
        None if reads
            || own_origin == Some(true)
            || headers.contains_key(header::AUTHORIZATION) =>
        {
            None
        }
        None => Some("the request does not say which page it comes from (Origin)"),
    }
}

fn is_navigation(headers: &HeaderMap) -> bool {
    text(headers, HeaderName::from_static("sec-fetch-mode")) == Some("navigate")
        && text(headers, HeaderName::from_static("sec-fetch-dest")) == Some("document")
}

fn is_authorized(access: &Access, headers: &HeaderMap) -> bool {
    let Some(token) = &access.token else { return true };
    let bearer =
        text(headers, header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    let cookies = text(headers, header::COOKIE).unwrap_or_default();
    let cookie = token.cookie();
    bearer.is_some_and(|bearer| token.is(bearer.trim()))
        || cookies.split(';').any(|one| Sha256::digest(one.trim()) == Sha256::digest(&cookie))
}

/// A person gets a page to log in on, a program a line.
fn unauthorized(headers: &HeaderMap) -> Response {
    let person = text(headers, header::ACCEPT).is_some_and(|accept| accept.contains("text/html"));
    let mut response = if person {
        pages::login(None).into_response()
    } else {
        Response::new(Body::from("a token is needed: Authorization: Bearer …\n"))
    };
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    fn access(token: Option<&str>) -> Access {
        let token = token.map(|token| Token::new(token.to_owned()).unwrap());
        Access { token, hosts: vec!["audit.example.org".to_owned()] }
    }

    #[test]
    fn only_addresses_and_names_that_were_given_are_answered_for() {
        for (host, answered) in [
            ("127.0.0.1:8642", true),
            ("localhost:8642", true),
            ("[::1]:8642", true),
            ("192.168.1.5", true),
            ("Audit.example.org:8642", true),
            ("evil.example:8642", false),
            ("127.0.0.1.evil.example", false),
            ("", false),
        ] {
            let refusal = refusal_of_host(&access(None), &headers(&[("host", host)]));
            assert_eq!(refusal.is_none(), answered, "{host}");
        }
    }

    #[test]
    fn what_changes_something_must_come_from_our_own_page() {
        let own = ("origin", "http://127.0.0.1:8642");
        let rows: [(&[(&str, &str)], bool); 8] = [
            (&[own], true),
            (&[own, ("sec-fetch-site", "same-origin")], true),
            (&[("authorization", "Bearer x")], true),
            (&[], false),
            (&[("origin", "http://evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "http://evil.example"), ("authorization", "Bearer x")], false),
            (&[("sec-fetch-site", "cross-site"), ("authorization", "Bearer x")], false),
        ];
        for (list, passes) in rows {
            let mut headers = headers(&[("host", "127.0.0.1:8642")]);
            for (name, value) in list {
                headers.insert(
                    HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    value.parse().unwrap(),
                );
            }
            assert_eq!(refusal_of_origin(&Method::POST, &headers).is_none(), passes, "{list:?}");
        }
    }

    #[test]
    fn other_pages_may_link_here_and_load_nothing() {
        let of = |list: &[(&'static str, &str)]| {
            let mut headers = headers(&[("host", "127.0.0.1:8642")]);
            headers.extend(self::headers(list).into_iter().map(|(k, v)| (k.unwrap(), v)));
            refusal_of_origin(&Method::GET, &headers).is_none()
        };
        assert!(of(&[]));
        assert!(of(&[("sec-fetch-site", "none")]));
        let link = ("sec-fetch-mode", "navigate");
        assert!(of(&[("sec-fetch-site", "cross-site"), link, ("sec-fetch-dest", "document")]));
        assert!(!of(&[("sec-fetch-site", "cross-site"), link, ("sec-fetch-dest", "iframe")]));
        assert!(!of(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")]));
        assert!(!of(&[("origin", "http://evil.example")]));
    }

    #[test]
    fn a_token_comes_as_bearer_or_as_the_cookie_of_a_log_in() {
        let access = access(Some("0123456789abcdef"));
        let passes = |list: &[(&'static str, &str)]| is_authorized(&access, &headers(list));
        assert!(!passes(&[]));
        assert!(!passes(&[("authorization", "Bearer 0123456789abcdeX")]));
        assert!(passes(&[("authorization", "Bearer 0123456789abcdef")]));
        let cookie = access.token.as_ref().unwrap().cookie();
        assert!(passes(&[("cookie", &format!("a=b; {cookie}"))]));
        assert!(!passes(&[("cookie", "citeaudit=0123456789abcdef")]));
        assert!(Token::new("short".into()).is_err());
    }
}
