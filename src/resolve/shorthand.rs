//! Makes an address of what was written: with its scheme supplied, its dots and separators put right.
//! What could be read in two ways is no address.

use url::{Host, Url};

use super::canonical::canonical;
use crate::target::{Target, WhyNot};

/// Reads an address as written, with or without a scheme, perhaps defanged (`hxxps://t[.]me/x`).
///
/// # Errors
///
/// Says why it is no address that can be fetched: it was cut short, its scheme is none of the web, it is relative.
pub(super) fn target(written: &str) -> Result<Target, WhyNot> {
    let written = tidy(written);
    if is_cut_short(&written) {
        return Err(WhyNot::Abbreviated);
    }
    let text = repaired(&written)?;
    if text.contains(char::is_whitespace) {
        return Err(WhyNot::NotAnAddress("there is white space in it".to_owned()));
    }
    match scheme(&text) {
        Some("http" | "https") => Ok(explicit(parse(&text)?)),
        Some(scheme) => Err(WhyNot::Scheme(scheme.to_owned())),
        None => without_scheme(&text),
    }
}

/// Makes a target of an address that is fetched as it is.
pub(super) fn explicit(url: Url) -> Target {
    with_alternatives(url, Vec::new())
}

fn with_alternatives(url: Url, alternatives: Vec<Url>) -> Target {
    let (canonical, tracking) = canonical(&url);
    Target::new(url, alternatives, canonical, tracking)
}

/// Leaves out what cannot be seen or does not belong to an address.
fn tidy(written: &str) -> String {
    written
        .trim()
        .trim_start_matches(['<', '(', '[', '"', '“', '«'])
        .trim_end_matches(['>', '"', '”', '»'])
        .chars()
        .filter(|c| !matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'))
        .filter(|c| !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

/// Tells whether an ellipsis stands for a part of an address.
fn is_cut_short(written: &str) -> bool {
    written.contains('…')
        || written.ends_with("...")
        || written.contains(".../")
        || written.contains("[...]")
}

/// Puts right what keeps an address from being clicked, and slips of the separator.
fn repaired(written: &str) -> Result<String, WhyNot> {
    let mut text = written.to_owned();
    for dot in
        [" dot ", " [dot] ", " (dot) ", "[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}", "[DOT]"]
    {
        text = text.replace(dot, ".");
    }
    let Some((scheme, rest)) = web_scheme(&text) else { return Ok(text) };
    for encoded in ["%3a%2f%2f", "%3a//"] {
        if starts_with_ignoring_case(rest, encoded) {
            let address = if encoded.len() > 5 {
                decoded(&rest[encoded.len()..])?
            } else {
                rest[encoded.len()..].to_owned()
            };
            return Ok(format!("{scheme}://{address}"));
        }
    }
    for separator in ["[:]//", "[://]", "(:)//", "://", ":/", "//"] {
        if let Some(address) = rest.strip_prefix(separator) {
            return Ok(format!("{scheme}://{}", address.trim_start_matches('/')));
        }
    }
    Ok(text)
}

/// Splits a scheme of the web, perhaps defanged, off a text.
fn web_scheme(text: &str) -> Option<(&'static str, &str)> {
    [("hxxps", "https"), ("hxxp", "http"), ("https", "https"), ("http", "http")]
        .into_iter()
        .find(|(written, _)| starts_with_ignoring_case(text, written))
        .map(|(written, scheme)| (scheme, &text[written.len()..]))
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Undoes percent-encoding once.
fn decoded(text: &str) -> Result<String, WhyNot> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let value = (first == b'%')
            .then(|| after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(value.unwrap_or(first));
        rest = if value.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes)
        .map_err(|_| WhyNot::NotAnAddress("its escapes are not UTF-8".to_owned()))
}

/// Returns the scheme of a text, unless what looks like one is a host with a port.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let shaped = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-'));
    let port = rest.starts_with(|c: char| c.is_ascii_digit()) && !rest.starts_with("//");
    let mail_like = ["mailto", "tel", "urn", "doi"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
    if !shaped || (port && !mail_like) {
        return None;
    }
    // Known spellings are compared in lower case.
    ["https", "http"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known)).or(Some(scheme))
}

/// Reads shorthand: `https` first, then `http`, then the host with `www.` before it.
fn without_scheme(text: &str) -> Result<Target, WhyNot> {
    let text = text.strip_prefix("//").unwrap_or(text);
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    if text.starts_with('/') || !is_public_name(host) {
        return Err(WhyNot::NotAnAddress(
            "it has neither a scheme nor a host that is known".to_owned(),
        ));
    }
    let secure = parse(&format!("https://{text}"))?;
    let mut alternatives = vec![parse(&format!("http://{text}"))?];
    if secure.host_str().is_some_and(is_registered) {
        alternatives.push(parse(&format!("https://www.{text}"))?);
    }
    Ok(with_alternatives(secure, alternatives))
}

/// Tells whether a name ends in a suffix of the public suffix list and is more than that.
fn is_public_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_lowercase();
    let ascii_idn = host.rsplit('.').next().is_some_and(|top| top.starts_with("xn--"));
    host.contains('.')
        && (ascii_idn
            || host.starts_with("www.")
            || psl::suffix(host.as_bytes())
                .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() < host.len()))
}

/// Tells whether a host is the very name that was registered, so that `www.` may stand before it.
fn is_registered(host: &str) -> bool {
    psl::domain_str(host) == Some(host)
}

fn parse(text: &str) -> Result<Url, WhyNot> {
    let mut url = Url::parse(text).map_err(|error| WhyNot::NotAnAddress(error.to_string()))?;
    // A password in an address must not reach a request, a report or a recording.
    let without = url.set_username("").and_then(|()| url.set_password(None));
    without.map_err(|()| WhyNot::NotAnAddress("it has no host".to_owned()))?;
    let Some(Host::Domain(host)) = url.host() else { return Ok(url) };
    if let Some(name) = host.strip_suffix('.').map(str::to_owned) {
        url.set_host(Some(&name)).map_err(|error| WhyNot::NotAnAddress(error.to_string()))?;
    }
    Ok(url)
}
