//! Finds text in the data that pages carry for scripts and search engines: JSON-LD, and JSON strings in scripts.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memchr3};
use serde_json::Value;

use super::elements::{Element, Traits};
use super::entities;
use super::tokenizer::{Token, Tokenizer};

/// Shorter strings in data are names and codes, not text.
const MIN_TEXT_CHARS: usize = 20;

/// The properties of JSON-LD that hold text a reader could quote, whatever its length.
const TEXTS: [&str; 9] = [
    "articleBody",
    "headline",
    "alternativeHeadline",
    "description",
    "abstract",
    "text",
    "reviewBody",
    "transcript",
    "caption",
];

/// Collects the texts of a JSON-LD script. `None` if it is not JSON.
pub(super) fn json_ld(script: &str) -> Option<Vec<String>> {
    // Some pages wrap it as if it were a script of 1998.
    let script = script.trim();
    let script = script.strip_prefix("<!--").unwrap_or(script);
    let script = script.strip_suffix("-->").unwrap_or(script);
    let script = script.trim().strip_prefix("//<![CDATA[").unwrap_or(script);
    let script = script.trim().strip_suffix("//]]>").unwrap_or(script);
    let value: Value = serde_json::from_str(script).ok()?;
    let mut texts = Vec::new();
    let mut waiting = vec![("", &value)];
    while let Some((key, value)) = waiting.pop() {
        match value {
            Value::String(text) => {
                let is_text = TEXTS.contains(&key);
                let text = without_markup(text);
                if is_text || (is_prose(&text) && !is_address(&text)) {
                    texts.extend(text.lines().map(|line| line.trim().to_owned()));
                }
            }
            Value::Array(values) => waiting.extend(values.iter().rev().map(|value| (key, value))),
            Value::Object(members) => {
                waiting.extend(members.iter().rev().map(|(key, value)| (key.as_str(), value)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    texts.retain(|text| !text.is_empty());
    Some(texts)
}

/// Hands over every string in a script that could be text, unescaped and without markup.
///
/// Scripts are cut into strings and comments only as far as that goes without a parser; a string ends at
/// the end of its line at the latest, so that what is misread does not spread.
pub(super) fn script_strings(script: &str, mut found: impl FnMut(String)) {
    let bytes = script.as_bytes();
    let mut at = 0;
    while let Some(next) = memchr3(b'"', b'\'', b'/', &bytes[at..]) {
        at += next;
        match bytes[at] {
            b'/' => at = after_slash(bytes, at),
            quote => {
                let (end, closed) = end_of_string(bytes, at + 1, quote);
                if closed && end - at > MIN_TEXT_CHARS {
                    let content = &script[at + 1..end];
                    if content.bytes().any(|byte| byte == b' ' || !byte.is_ascii() || byte == b'\\')
                    {
                        hand_over(content, &mut found);
                    }
                }
                at = end + 1;
            }
        }
        if at >= bytes.len() {
            break;
        }
    }
}

fn hand_over(content: &str, found: &mut impl FnMut(String)) {
    let text = without_markup(&unescaped(content)).into_owned();
    if is_prose(&text) {
        found(text);
    }
}

/// Tells text from names, codes and addresses: it is long enough, and of several words.
fn is_prose(text: &str) -> bool {
    let text = text.trim();
    if text.len() < MIN_TEXT_CHARS {
        return false;
    }
    if text.is_ascii() {
        return memchr_iter(b' ', text.as_bytes()).take(2).count() == 2;
    }
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 10 && (memchr(b' ', text.as_bytes()).is_some() || letters * 3 <= text.len())
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// Skips a comment of a script; any other slash is one byte.
fn after_slash(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at + 1) {
        // An address in a script has two slashes, too, but inside a string.
        Some(b'/') if at == 0 || bytes[at - 1] != b':' => {
            memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end)
        }
        Some(b'*') => {
            memchr::memmem::find(&bytes[at + 2..], b"*/").map_or(at + 2, |end| at + 2 + end + 2)
        }
        Some(_) | None => at + 1,
    }
}

/// Returns where a string ends, and whether by its quotation mark.
fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> (usize, bool) {
    let mut at = start;
    while let Some(next) = memchr3(quote, b'\\', b'\n', &bytes[at..]) {
        at += next;
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' => return (at, false),
            _ => return (at, true),
        }
        if at >= bytes.len() {
            break;
        }
    }
    (bytes.len(), false)
}

/// Undoes the escapes of JSON and JavaScript.
fn unescaped(content: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'\\', content.as_bytes()) else { return Cow::Borrowed(content) };
    let mut text = String::with_capacity(content.len());
    text.push_str(&content[..first]);
    let mut rest = &content[first..];
    let mut units = Vec::new();
    while let Some(escape) = rest.strip_prefix('\\') {
        let (unit, length) = escaped_unit(escape);
        match unit {
            Some(unit) => units.push(unit),
            None => text.extend(escape.chars().next()),
        }
        rest = escape.get(length..).unwrap_or("");
        if unit.is_none() || !rest.starts_with("\\u") {
            flush(&mut units, &mut text);
        }
        let next = memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        if next > 0 {
            flush(&mut units, &mut text);
        }
        text.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    flush(&mut units, &mut text);
    Cow::Owned(text)
}

/// Reads what follows a backslash: a UTF-16 unit, or none for a character that stands for itself.
fn escaped_unit(escape: &str) -> (Option<u16>, usize) {
    let hexadecimal = |range: std::ops::Range<usize>| {
        escape.get(range).and_then(|digits| u16::from_str_radix(digits, 16).ok())
    };
    let simple = |c: char| (u16::try_from(u32::from(c)).ok(), 1);
    match escape.bytes().next() {
        Some(b'u') => match hexadecimal(1..5) {
            Some(unit) => (Some(unit), 5),
            None => (None, 1),
        },
        Some(b'x') => match hexadecimal(1..3) {
            Some(unit) => (Some(unit), 3),
            None => (None, 1),
        },
        Some(b'n' | b'r' | b'b' | b'f' | b'v') => simple('\n'),
        Some(b't') => simple('\t'),
        Some(_) | None => (None, escape.chars().next().map_or(0, char::len_utf8)),
    }
}

fn flush(units: &mut Vec<u16>, text: &mut String) {
    text.extend(
        char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
    );
}

/// Strips markup from a string of data; blocks become lines.
pub(super) fn without_markup(text: &str) -> Cow<'_, str> {
    if memchr2(b'<', b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let (mut tokenizer, mut attributes) = (Tokenizer::new(text), Vec::new());
    let mut plain = String::with_capacity(text.len());
    while let Some(token) = tokenizer.next(&mut attributes) {
        match token {
            Token::Text(text, _) => plain.push_str(&entities::resolve(text, entities::In::Text)),
            Token::Raw(text, _) => plain.push_str(text),
            Token::Start { name, .. } | Token::End(name) => {
                let element = Element::named(name);
                if element.is(Traits::BLOCK) || element == Element::Br {
                    plain.push('\n');
                }
                if matches!(element, Element::Script | Element::Style)
                    && matches!(token, Token::Start { .. })
                    && let Some(kind) = element.raw_text()
                {
                    tokenizer.raw_text(name, kind);
                }
            }
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn strings(script: &str) -> Vec<String> {
        let mut found = Vec::new();
        script_strings(script, |text| found.push(text));
        found
    }

    #[test]
    fn texts_of_json_ld_are_found_at_any_depth() {
        let script = r#"{"@graph":[{"@type":"NewsArticle","headline":"Briefing","articleBody":"<p>One.</p><p>Two &amp; three.</p>",
            "author":{"name":"A. Author"},"image":"https://example.org/a long address of a picture",
            "review":{"reviewBody":"Short"}}]}"#;
        assert_eq!(
            json_ld(script),
            Some(["Briefing", "One.", "Two & three.", "Short"].map(str::to_owned).to_vec())
        );
        assert_eq!(json_ld("{"), None);
    }

    #[test]
    fn strings_of_scripts_are_unescaped_and_stripped() {
        let script = r#"window.state = {"body":"\u003cp\u003eThe \u201creply\u201d is ready, it\u2019s \ud83d\ude00.\u003c/p\u003e",
            "id":"a-short-one","url":"https://example.org/a/very/long/address/of/a/page"}; // "a comment that is quoted here"
            var t = 'Don\'t say that this is not a text'; /* "another comment in quotation marks" */"#;
        assert_eq!(
            strings(script),
            ["\nThe “reply” is ready, it’s 😀.\n", "Don't say that this is not a text"]
        );
    }

    #[test]
    fn a_stray_quotation_mark_spoils_one_line_only() {
        let script = "var re = /\"/;\nvar s = \"a text of several words here\";";
        assert_eq!(strings(script), ["a text of several words here"]);
    }

    #[test]
    fn chinese_text_needs_no_spaces() {
        let script = r#"{"body":"两国领导人今天签署了全面战略伙伴关系条约"}"#;
        assert_eq!(strings(script), ["两国领导人今天签署了全面战略伙伴关系条约"]);
    }

    proptest! {
        #[test]
        fn any_script_is_survived(script in "[\"'/\\\\*u0-9d<a> \n.é]{0,120}") {
            strings(&script);
            json_ld(&script);
        }
    }
}
