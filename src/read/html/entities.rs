//! Resolves character references: `&amp;`, `&#8212;`, `&nbsp` without its semicolon.
//!
//! <https://html.spec.whatwg.org/#character-reference-state>

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use memchr::memchr;

/// Where a reference stands: in an attribute, `&copy=` is part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    /// In text.
    Text,
    /// In the value of an attribute.
    Attribute,
}

/// What a reference stands for: one character, or two.
pub(super) type Characters = (char, Option<char>);

/// Resolves all references of a text.
pub(super) fn resolve(text: &str, place: In) -> Cow<'_, str> {
    let Some(mut found) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut resolved = String::with_capacity(text.len());
    let mut at = 0;
    loop {
        resolved.push_str(&text[at..found]);
        at = found;
        if let Some(((first, second), length)) = reference(&text[found..], place) {
            resolved.push(first);
            resolved.extend(second);
            at += length;
        } else {
            resolved.push('&');
            at += 1;
        }
        let Some(next) = memchr(b'&', &text.as_bytes()[at..]) else { break };
        found = at + next;
    }
    resolved.push_str(&text[at..]);
    Cow::Owned(resolved)
}

/// Reads the reference at an ampersand; returns it with its length in bytes.
pub(super) fn reference(text: &str, place: In) -> Option<(Characters, usize)> {
    let body = text.strip_prefix('&')?;
    if let Some(number) = body.strip_prefix('#') {
        numeric(number).map(|(c, length)| ((c, None), length + 2))
    } else {
        named(body, place).map(|(characters, length)| (characters, length + 1))
    }
}

fn numeric(text: &str) -> Option<(char, usize)> {
    let (digits, radix, prefix) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 1),
        None => (text, 10, 0),
    };
    let length = digits.bytes().take_while(|&byte| char::from(byte).is_digit(radix)).count();
    if length == 0 {
        return None;
    }
    let number = u32::from_str_radix(&digits[..length], radix).unwrap_or(u32::MAX);
    let semicolon = usize::from(digits.as_bytes().get(length) == Some(&b';'));
    Some((character(number), prefix + length + semicolon))
}

/// Numbers of the C1 controls are meant as windows-1252.
fn character(number: u32) -> char {
    let windows = number
        .checked_sub(0x80)
        .and_then(|index| C1_REPLACEMENTS.get(usize::try_from(index).ok()?).copied())
        .flatten();
    windows.or_else(|| char::from_u32(number).filter(|&c| c != '\0')).unwrap_or('\u{FFFD}')
}

fn named(text: &str, place: In) -> Option<(Characters, usize)> {
    let bytes = text.as_bytes();
    let length = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if bytes.get(length) == Some(&b';')
        && let Some(c) = usual(&text[..length])
    {
        return Some(((c, None), length + 1));
    }
    let mut longest = None;
    // The table holds every beginning of a name, with zeros where that is no name by itself.
    for length in 1..=bytes.len() {
        let Some(name) = text.get(..length) else { break };
        let Some(&(first, second)) = NAMED_ENTITIES.get(name) else { break };
        if let Some(first) = char::from_u32(first).filter(|&c| c != '\0') {
            longest = Some(((first, char::from_u32(second).filter(|&c| c != '\0')), length));
        }
    }
    let (characters, length) = longest?;
    let closed = bytes[length - 1] == b';';
    let runs_on = bytes.get(length).is_some_and(|&b| b == b'=' || b.is_ascii_alphanumeric());
    (closed || place == In::Text || !runs_on).then_some((characters, length))
}

/// The references that most pages have most of.
fn usual(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "mdash" => '—',
        "ndash" => '–',
        "laquo" => '«',
        "raquo" => '»',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "hellip" => '…',
        "copy" => '©',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved() {
        for (text, expected) in [
            ("a &amp; b &lt; c &nbsp;", "a & b < c \u{a0}"),
            ("&mdash;&#8212;&#x2014;&#x2014", "————"),
            ("&#150; &#x92;s", "– ’s"),
            ("&copy2024 &notit; &notin;", "©2024 ¬it; ∉"),
            ("AT&T & so & &bogus; &#; &#x;", "AT&T & so & &bogus; &#; &#x;"),
            ("&#0;&#xD800;&#99999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ("&NotEqualTilde;", "≂\u{338}"),
            ("&é", "&é"),
        ] {
            assert_eq!(resolve(text, In::Text), expected);
        }
    }

    #[test]
    fn an_address_in_an_attribute_keeps_its_ampersands() {
        assert_eq!(resolve("?a=1&copy=2&amp;c&lt", In::Attribute), "?a=1&copy=2&c<");
    }
}
