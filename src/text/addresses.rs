//! Finds what looks like a web address in running text: with a scheme, with `www.`, or as shorthand such
//! as `Tass.com/politics/1805115`. Judges shapes only; it neither repairs an address nor says where it leads.

mod extent;
mod host;

use std::ops::Range;

use extent::Brackets;

/// Finds the addresses of a text, ascending and disjoint.
///
/// Takes time linear in the length of the text. A host without a path is reported as
/// [`AddressShape::BareHost`]: in running text it is a name (`Gazeta.ru wrote`) more often than an address, and only
/// the caller can tell. E-mail addresses, file names, abbreviations and version numbers are not reported.
///
/// # Examples
///
/// ```
/// use citeaudit::text::addresses::addresses_in;
///
/// let text = "He said so (see Tass.com/politics/1805115), U.S. papers say.";
/// let found: Vec<&str> = addresses_in(text).iter().map(|a| &text[a.range.clone()]).collect();
/// assert_eq!(found, ["Tass.com/politics/1805115"]);
/// ```
#[must_use]
pub fn addresses_in(text: &str) -> Vec<FoundAddress> {
    let mut brackets = Brackets::default();
    let mut found: Vec<FoundAddress> = Vec::new();
    let mut at = 0;
    while let Some(sign) = next_sign(text, at) {
        let Some(run) = host::next_run(text, host::run_start(text, at, sign)) else { break };
        let address = with_scheme(text, &run, &mut brackets)
            .or_else(|| without_scheme(text, &run, &mut brackets));
        at = run.end;
        if let Some(address) = address {
            at = at.max(address.range.end);
            found.push(address);
        }
    }
    found
}

/// Returns where the next character stands without which there is no address: a dot in a name, or what may follow a
/// scheme. Most of a text is passed over by this.
fn next_sign(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| SIGNS[usize::from(byte)])?;
        let after = bytes.get(at + 1).copied();
        let is_sign = match bytes[at] {
            b'.' => after.is_some_and(|b| !b.is_ascii_whitespace() && b != b'"'),
            b':' | b'/' => after == Some(b'/'),
            b'%' => after == Some(b'3'),
            _ => after.is_some_and(|b| matches!(b, b'.' | b':' | b'd' | b'D')),
        };
        if is_sign {
            return Some(at);
        }
        at += 1;
    }
}

/// The bytes that signs of an address begin with.
static SIGNS: [bool; 256] = {
    let mut signs = [false; 256];
    let all = b".:/%[({";
    let mut index = 0;
    while index < all.len() {
        signs[all[index] as usize] = true;
        index += 1;
    }
    signs
};

/// Finds addresses whose dots are spelled out (`kremlin dot ru/events/1`), ascending and disjoint. They have a path.
#[must_use]
pub fn spelled_out_addresses_in(text: &str) -> Vec<FoundAddress> {
    let mut brackets = Brackets::default();
    let mut found: Vec<FoundAddress> = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(" dot ") {
        let floor = found.last().map_or(0, |address| address.range.end);
        let dot = at + offset;
        at = dot + " dot ".len() - 1;
        let Some(host) = host::spelled_out(text, floor, dot) else { continue };
        if path_follows(&text[host.end..]) {
            let (end, extent) = extent::from_path(text, host.start, host.end, &mut brackets);
            at = at.max(end);
            let shape = AddressShape::HostAndPath;
            found.push(FoundAddress { range: host.start..end, shape, extent });
        }
    }
    found
}

/// A stretch of text that looks like an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundAddress {
    /// Where it stands, the punctuation around it left out.
    pub range: Range<usize>,
    /// How it is written.
    pub shape: AddressShape,
    /// Whether all of it is there.
    pub extent: Extent,
}

/// How an address is written. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressShape {
    /// With a scheme, perhaps a misspelt one: `https://…`, `hxxps://…`, `https//…`.
    WithScheme,
    /// With a host that starts with `www.`
    Www,
    /// A host and a path or query.
    HostAndPath,
    /// A host alone, under a suffix of the [public suffix list](https://publicsuffix.org/).
    BareHost,
}

/// Whether all of an address is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// It is.
    Whole,
    /// It was cut with an ellipsis, which the range includes.
    CutShort,
}

/// The schemes whose misspelt separators (`https//`, `http%3A//`) are understood.
const WEB_SCHEMES: [&str; 4] = ["https", "http", "hxxps", "hxxp"];

/// What may stand between a scheme and a host, the regular form first. The later ones follow only a web scheme.
const SEPARATORS: [&str; 8] = ["://", "[:]//", "[://]", "(:)//", "%3a//", "%3a%2f%2f", ":/", "//"];

fn with_scheme(text: &str, run: &Range<usize>, brackets: &mut Brackets) -> Option<FoundAddress> {
    let rest = &text[run.end..];
    let separator = SEPARATORS.iter().find(|s| starts_with_ignoring_case(rest, s))?;
    let (start, web) = scheme_start(text, run)?;
    if *separator != SEPARATORS[0] && !web {
        return None;
    }
    let from = run.end + separator.len();
    let first = text[from..].chars().next()?;
    if !(first.is_alphanumeric() || (first == '[' && *separator == SEPARATORS[0])) {
        return None;
    }
    if *separator == "//" || *separator == ":/" {
        // `http//` may be a typing error for a path; only a host of a known suffix makes it an address.
        let host = host::next_run(text, from)?;
        host::parse(text, &host)?;
    }
    let (end, extent) = extent::from_authority(text, start, from, brackets);
    (end > from).then_some(FoundAddress {
        range: start..end,
        shape: AddressShape::WithScheme,
        extent,
    })
}

/// Returns where the scheme that ends a run begins, and whether it is one of the web.
fn scheme_start(text: &str, run: &Range<usize>) -> Option<(usize, bool)> {
    let word = &text[run.clone()];
    for scheme in WEB_SCHEMES {
        let at = word.len().checked_sub(scheme.len());
        if let Some(at) = at
            && word.is_char_boundary(at)
            && word[at..].eq_ignore_ascii_case(scheme)
        {
            return Some((run.start + at, true));
        }
    }
    let plausible = (2..=20).contains(&word.len())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
        && word.starts_with(|c: char| c.is_ascii_alphabetic());
    plausible.then_some((run.start, false))
}

fn without_scheme(text: &str, run: &Range<usize>, brackets: &mut Brackets) -> Option<FoundAddress> {
    let host = host::parse(text, run)?;
    if text[..host.range.start].ends_with(['@', '/', '\\', '#', '&', '%', '~', '$', '=', '+']) {
        return None;
    }
    let rest = &text[host.range.end..];
    if rest.starts_with('@') {
        return None;
    }
    let path_at = host.range.end + port_length(rest);
    // Asked before the path is read: what is refused after having been read could be read again and again.
    let has_path = path_follows(&text[path_at..]);
    if has_path && !host.is_www && !host.may_have_path(&text[path_at..]) {
        return None;
    }
    let (end, extent) = if has_path {
        extent::from_path(text, host.range.start, path_at, brackets)
    } else {
        (path_at, Extent::Whole)
    };
    let range = host.range.start..end;
    let path = text.get(path_at..end).unwrap_or_default();
    let shape = if host.is_www {
        AddressShape::Www
    } else if !path.is_empty() || host.is_defanged {
        AddressShape::HostAndPath
    } else {
        host.may_stand_alone().then_some(AddressShape::BareHost)?
    };
    if shape == AddressShape::HostAndPath && host.is_name_beside_another(path) {
        // `Gazeta.ru/Lenta.ru`: two names with a stroke between them.
        return Some(FoundAddress {
            range: host.range,
            shape: AddressShape::BareHost,
            extent: Extent::Whole,
        });
    }
    Some(FoundAddress { range, shape, extent })
}

/// Returns the length of `:8080`, or 0.
fn port_length(rest: &str) -> usize {
    let Some(digits) = rest.strip_prefix(':') else { return 0 };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let ends = digits[length..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != ':');
    if (2..=5).contains(&length) && ends { 1 + length } else { 0 }
}

fn path_follows(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        Some('/') => true,
        Some('?' | '#') => chars.next().is_some_and(char::is_alphanumeric),
        _ => false,
    }
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests;
