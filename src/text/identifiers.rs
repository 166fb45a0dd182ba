//! Finds the identifiers by which works are cited instead of an address, and checks their shape and check digits.
//! Knows what they look like, not where they lead.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Finds the identifiers of a text, ascending and disjoint, those of a wrong shape included. Takes linear time.
///
/// A DOI is known by its `10.` prefix; all others need their label: `arXiv:`, `PMID`, `PMC`, `ISBN`, `hdl:`, `RFC`,
/// `urn:`. The range includes the label.
#[must_use]
pub fn identifiers_in(text: &str) -> Vec<FoundIdentifier> {
    let mut found: Vec<FoundIdentifier> = Vec::new();
    let mut at = 0;
    for label in LABELS.find_iter(text) {
        let start = label.start();
        if start < at || !begins_word(text, start) {
            continue;
        }
        let rest = &text[start..];
        let word = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        at = start + word;
        if let Some((length, kind, value)) = identifier(rest, word) {
            at = start + length;
            found.push(FoundIdentifier { range: start..at, kind, value });
        }
    }
    found
}

/// What identifiers begin with, so that most of a text is passed over at once.
static LABELS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(["10.", "doi", "arxiv", "pmid", "pmc", "isbn", "hdl", "rfc", "urn:"])
        .expect("short literals make an automaton")
});

/// An identifier in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundIdentifier {
    /// Where it stands, its label included.
    pub range: Range<usize>,
    /// What it identifies.
    pub kind: IdentifierKind,
    /// The identifier without its label in its usual form, or why it is none.
    pub value: Result<String, String>,
}

/// The kinds of identifier. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentifierKind {
    /// A digital object identifier (ISO 26324).
    Doi,
    /// A preprint of arXiv.
    Arxiv,
    /// An entry of `PubMed`.
    Pmid,
    /// An article of `PubMed` Central.
    Pmcid,
    /// A book (ISO 2108).
    Isbn,
    /// A handle (RFC 3650).
    Handle,
    /// A Request for Comments.
    Rfc,
    /// A uniform resource name (RFC 8141).
    Urn,
}

type Read = (usize, IdentifierKind, Result<String, String>);

fn begins_word(text: &str, start: usize) -> bool {
    !text[..start]
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '_' | '-' | '@' | '='))
}

/// Reads the identifier at the start of a text whose first word has a length.
fn identifier(text: &str, word: usize) -> Option<Read> {
    let label = &text[..word];
    if label == "10" {
        let (length, doi) = doi(text)?;
        return Some((length, IdentifierKind::Doi, Ok(doi)));
    }
    if label.len() > 12 {
        return None;
    }
    let after = word + separator_length(&text[word..]);
    let rest = &text[after..];
    match label.to_ascii_lowercase().as_str() {
        "doi" => doi(rest).map(|(length, doi)| (after + length, IdentifierKind::Doi, Ok(doi))),
        "arxiv" => labelled(after, rest, IdentifierKind::Arxiv, arxiv),
        "pmid" => labelled(after, rest, IdentifierKind::Pmid, |rest| number(rest, 8)),
        "pmcid" => {
            let prefix = if starts_with_ignoring_case(rest, "pmc") { 3 } else { 0 };
            labelled(after + prefix, &rest[prefix..], IdentifierKind::Pmcid, |rest| number(rest, 9))
        }
        "isbn" => isbn_after_label(after, rest),
        "hdl" => labelled(after, rest, IdentifierKind::Handle, handle),
        "rfc" if label == "RFC" => {
            labelled(after, rest, IdentifierKind::Rfc, |rest| number(rest, 5))
        }
        "urn" if text[word..].starts_with(':') => urn(text),
        lower => glued_label(text, lower),
    }
}

/// Labels that are written without a space before the number: `PMC1234567`, `RFC9110`.
fn glued_label(text: &str, word: &str) -> Option<Read> {
    for (label, digits, kind) in
        [("pmc", 9, IdentifierKind::Pmcid), ("rfc", 5, IdentifierKind::Rfc)]
    {
        if word.len() > label.len()
            && word.starts_with(label)
            && text.starts_with(char::is_uppercase)
        {
            return labelled(label.len(), &text[label.len()..], kind, |rest| number(rest, digits));
        }
    }
    None
}

fn labelled(
    after: usize,
    rest: &str,
    kind: IdentifierKind,
    read: impl Fn(&str) -> Option<(usize, Result<String, String>)>,
) -> Option<Read> {
    let (length, value) = read(rest)?;
    Some((after + length, kind, value))
}

/// Returns the length of what stands between a label and an identifier.
fn separator_length(rest: &str) -> usize {
    let mut at = 0;
    for allowed in [" ", ":", "/", " "] {
        if rest[at..].starts_with(allowed) {
            at += allowed.len();
        }
    }
    at
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn number(text: &str, most: usize) -> Option<(usize, Result<String, String>)> {
    let length = digits(text);
    let ends = !text[length..].starts_with(char::is_alphanumeric);
    (1..=most).contains(&length).then_some(())?;
    ends.then(|| (length, Ok(text[..length].trim_start_matches('0').to_owned())))
        .filter(|(_, value)| value.as_ref().is_ok_and(|value| !value.is_empty()))
}

/// Reads `10.1038/nature12373`.
fn doi(text: &str) -> Option<(usize, String)> {
    let rest = text.strip_prefix("10.")?;
    let registrant = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let first = digits(rest);
    if !(4..=9).contains(&first) || !rest[registrant..].starts_with('/') {
        return None;
    }
    let start = 3 + registrant + 1;
    let length = suffix_length(&text[start..]);
    (length > 0).then(|| (start + length, text[..start + length].to_owned()))
}

/// Returns the length of a DOI's or handle's suffix: up to white space, without what ends the sentence.
fn suffix_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => end = at,
            ')' => depth -= 1,
            _ if c.is_whitespace() || c.is_control() => end = at,
            '"' | '“' | '”' | '«' | '»' | '’' | '‘' | '，' | '。' | '、' | '；' | '{' | '}'
            | '|' | '…' => end = at,
            _ => {}
        }
        if end == at {
            break;
        }
    }
    text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '[', '(']).len()
}

/// Reads `2101.00001v2` or `hep-th/9901001`.
fn arxiv(text: &str) -> Option<(usize, Result<String, String>)> {
    let first = digits(text);
    if first > 0 {
        let number = digits(text[first..].strip_prefix('.')?);
        let mut length = first + 1 + number;
        length += version_length(&text[length..]);
        return Some((length, arxiv_value(&text[..length], &text[..first], number)));
    }
    let archive = text.find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '.'))?;
    let number = digits(text[archive..].strip_prefix('/')?);
    if archive == 0 || number != 7 {
        return None;
    }
    let mut length = archive + 1 + number;
    length += version_length(&text[length..]);
    Some((length, Ok(text[..length].to_owned())))
}

fn arxiv_value(id: &str, month: &str, number: usize) -> Result<String, String> {
    let (year, month) = match month.parse::<u32>() {
        Ok(value) if month.len() == 4 => (value / 100, value % 100),
        _ => return Err("an arXiv number starts with year and month, four digits".to_owned()),
    };
    if !(1..=12).contains(&month) {
        return Err(format!("{month} is no month"));
    }
    let expected = if year >= 15 { 5 } else { 4 };
    if number != expected {
        return Err(format!("expected {expected} digits after the full stop, but got {number}"));
    }
    Ok(id.to_owned())
}

fn version_length(text: &str) -> usize {
    let version = text.strip_prefix('v').map_or(0, digits);
    if version == 0 { 0 } else { 1 + version }
}

fn handle(text: &str) -> Option<(usize, Result<String, String>)> {
    let prefix = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))?;
    if prefix == 0 || !text[prefix..].starts_with('/') {
        return None;
    }
    let length = suffix_length(&text[prefix + 1..]);
    let end = prefix + 1 + length;
    (length > 0).then(|| (end, Ok(text[..end].to_owned())))
}

/// Reads what follows the label `ISBN`, which may go on with `-13`.
fn isbn_after_label(after: usize, rest: &str) -> Option<Read> {
    let mut skip = 0;
    for length in ["-13:", "-10:", "-13", "-10", "13:", "10:"] {
        if rest.starts_with(length) {
            skip = length.len();
            break;
        }
    }
    skip += rest[skip..].len() - rest[skip..].trim_start_matches([' ', ':']).len();
    let (length, value) = isbn(&rest[skip..])?;
    Some((after + skip + length, IdentifierKind::Isbn, value))
}

fn isbn(text: &str) -> Option<(usize, Result<String, String>)> {
    let mut compact = String::new();
    let mut length = 0;
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => compact.push(c),
            'X' | 'x' if compact.len() == 9 => compact.push('X'),
            '-' | '‐' | '‑' | '–' | ' ' if !compact.is_empty() => continue,
            _ => break,
        }
        length = at + c.len_utf8();
        if compact.len() > 13 {
            break;
        }
    }
    // Ten digits that are followed by another number must not swallow it.
    match compact.len() {
        0..=7 => None,
        10 => Some((length, isbn10(&compact))),
        13 => Some((length, isbn13(&compact))),
        digits => Some((length, Err(format!("expected 10 or 13 digits, but got {digits}")))),
    }
}

/// Checks the digit modulo 11 and returns the form with 13 digits.
fn isbn10(digits: &str) -> Result<String, String> {
    let sum: u32 =
        digits.bytes().zip((1..=10).rev()).map(|(b, weight)| weight * isbn_digit(b)).sum();
    if !sum.is_multiple_of(11) {
        return Err("the check digit of the ISBN is wrong".to_owned());
    }
    let body = format!("978{}", &digits[..9]);
    let check = (10 - weighted(&body) % 10) % 10;
    Ok(format!("{body}{check}"))
}

fn isbn13(digits: &str) -> Result<String, String> {
    if !digits.starts_with("978") && !digits.starts_with("979") {
        return Err("an ISBN with 13 digits starts with 978 or 979".to_owned());
    }
    if !weighted(digits).is_multiple_of(10) {
        return Err("the check digit of the ISBN is wrong".to_owned());
    }
    Ok(digits.to_owned())
}

fn isbn_digit(byte: u8) -> u32 {
    if byte == b'X' { 10 } else { u32::from(byte.saturating_sub(b'0')) }
}

fn weighted(digits: &str) -> u32 {
    digits.bytes().zip([1, 3].into_iter().cycle()).map(|(b, weight)| weight * isbn_digit(b)).sum()
}

/// Reads `urn:ietf:rfc:2648`.
fn urn(text: &str) -> Option<Read> {
    let rest = &text["urn:".len()..];
    let name = rest.find(':')?;
    let plausible = (2..=32).contains(&name)
        && rest[..name].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let length = suffix_length(&rest[name + 1..]);
    if !plausible || length == 0 {
        return None;
    }
    let end = "urn:".len() + name + 1 + length;
    Some((end, IdentifierKind::Urn, Ok(text[..end].to_owned())))
}

#[cfg(test)]
mod tests;
