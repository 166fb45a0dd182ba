//! Turns bytes into text: which character encoding they are in, whatever they say of themselves.
//! Knows where HTTP, HTML and XML declare an encoding; nothing else of these formats.
//!
//! A byte order mark is believed, then a declaration that the bytes do not contradict (HTTP before the
//! document's own), then UTF-8 if the bytes are that, then a detector. Declarations are wrong often enough
//! (a server's default beside the page's own `meta`, UTF-8 that is called Latin-1) that each is held against
//! the bytes.
//!
//! <https://encoding.spec.whatwg.org/>, <https://html.spec.whatwg.org/#determining-the-character-encoding>

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, Encoding, GBK, ISO_2022_JP, KOI8_R, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251,
    WINDOWS_1252, X_USER_DEFINED,
};
use memchr::memmem;

use super::Hint;
use super::mojibake;
use crate::document::{Document, Gap, Remark};

/// How far into a document its own declaration is looked for, in bytes.
const PRESCAN_BYTES: usize = 64 * 1024;
/// How many bytes beyond ASCII, with what stands around them, the detector is given at most.
const DETECT_BYTES: usize = 64 * 1024;
/// How far into a document such bytes are looked for, in bytes.
const DETECT_WITHIN: usize = 4 * 1024 * 1024;
/// How many bytes are taken along on either side of them: the rest of a word and the next.
const AROUND: usize = 16;
/// How many characters of a decoded text are looked at to see whether the encoding was right.
const SAMPLE_CHARS: usize = 64 * 1024;

/// Text made of bytes, and how.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub(super) text: Cow<'a, str>,
    /// The encoding that was used, by its WHATWG name.
    pub(super) charset: &'static str,
    /// What speaks for the encoding.
    pub(super) basis: Basis,
    /// How many U+FFFD stand in the text for bytes that are no character.
    pub(super) undecodable: usize,
    /// How many runs had been decoded wrongly before they were saved, and were repaired.
    pub(super) repaired: usize,
}

/// What an encoding was chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// A byte order mark, a declaration that the bytes bear out, or the bytes themselves: they are UTF-8.
    Known,
    /// Nothing is declared, and the bytes are no UTF-8: the detector had to guess.
    Guess,
    /// The bytes contradict the declared encoding.
    Against(&'static str),
}

/// Where bytes may declare their encoding themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declares {
    /// Nowhere: plain text.
    Nothing,
    /// In `<meta>` or an XML declaration.
    Markup,
}

impl Decoded<'_> {
    /// Writes into a document what a reader of it should know of its encoding.
    pub(super) fn describe(&self, document: &mut Document) {
        document.charset = Some(self.charset);
        match self.basis {
            Basis::Known => {}
            Basis::Guess => document.remarks.push(Remark::EncodingGuessed(self.charset)),
            Basis::Against(declared) => {
                let used = self.charset;
                document.remarks.push(Remark::EncodingContradicted { declared, used });
            }
        }
        if self.repaired > 0 {
            document.remarks.push(Remark::MojibakeRepaired);
        }
        if self.undecodable > 0 {
            document.remarks.push(Remark::Other(format!(
                "{} bytes or sequences stand for no character in {}",
                self.undecodable, self.charset
            )));
            // A few stray bytes of a long text hide no passage; the words they stand in show them.
            if self.undecodable.saturating_mul(200) > self.text.len() {
                document.coverage.add(Gap::Undecodable);
            }
        }
    }
}

/// Decodes bytes to text.
pub(super) fn decode<'a>(bytes: &'a [u8], hint: &Hint<'_>, place: Declares) -> Decoded<'a> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decoded(&bytes[length..], encoding, Basis::Known);
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return decoded(bytes, encoding, Basis::Guess);
    }
    let http = hint.charset.and_then(for_label);
    let own = match place {
        Declares::Nothing => None,
        Declares::Markup => declared_in_markup(&bytes[..bytes.len().min(PRESCAN_BYTES)]),
    };
    let chosen = choose(bytes, http, own);
    let basis = match http.or(own) {
        Some(declared) if declared != chosen => Basis::Against(declared.name()),
        None if chosen != UTF_8 => Basis::Guess,
        Some(_) | None => Basis::Known,
    };
    decoded(bytes, chosen, basis)
}

fn decoded<'a>(bytes: &'a [u8], encoding: &'static Encoding, basis: Basis) -> Decoded<'a> {
    let text = if encoding == UTF_8 {
        utf_8(bytes)
    } else {
        encoding.decode_without_bom_handling(bytes).0
    };
    let (text, repaired) = mojibake::repair(text);
    let undecodable =
        if text.is_ascii() { 0 } else { memmem::find_iter(text.as_bytes(), "\u{FFFD}").count() };
    Decoded { text, charset: encoding.name(), basis, undecodable, repaired }
}

/// Decodes UTF-8. A single byte between ASCII that is a quotation mark, dash or ellipsis in windows-1252 is
/// read as that: such bytes come into UTF-8 pages by pasting.
fn utf_8(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut chunks = bytes.utf8_chunks().peekable();
    let mut before_is_ascii = true;
    while let Some(chunk) = chunks.next() {
        let valid = chunk.valid().as_bytes();
        before_is_ascii = valid.last().map_or(before_is_ascii, u8::is_ascii);
        text.push_str(chunk.valid());
        let Some(&first) = chunk.invalid().first() else { continue };
        let after_is_ascii = chunks
            .peek()
            .is_none_or(|next| next.valid().as_bytes().first().is_some_and(u8::is_ascii));
        let pasted = matches!(first, 0x85 | 0x91..=0x97) && chunk.invalid().len() == 1;
        if pasted && before_is_ascii && after_is_ascii {
            let (mark, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
            text.push_str(&mark);
        } else {
            text.push('\u{FFFD}');
        }
        before_is_ascii = false;
    }
    Cow::Owned(text)
}

/// Chooses an encoding for bytes without a byte order mark.
fn choose(
    bytes: &[u8],
    http: Option<&'static Encoding>,
    own: Option<&'static Encoding>,
) -> &'static Encoding {
    let declared = http.or(own);
    let census = Utf8Census::of(bytes);
    if census.sequences + census.errors == 0 {
        if is_iso_2022_jp(bytes) {
            return ISO_2022_JP;
        }
        return declared.filter(|encoding| encoding.is_ascii_compatible()).unwrap_or(UTF_8);
    }
    if census.is_utf_8(declared) {
        return UTF_8;
    }
    let legacy =
        |encoding: &&'static Encoding| *encoding != UTF_8 && encoding.is_ascii_compatible();
    let (http, own) = (http.filter(legacy), own.filter(legacy));
    let bytes = &telling(bytes)[..];
    let guess = detect(bytes);
    match (http, own) {
        // What a server says of everything it has is no more than its default: the detector has the casting vote.
        (Some(http), Some(own)) if http == WINDOWS_1252 && own == guess => own,
        (Some(one), _) | (None, Some(one)) if one == guess || !is_doubtful(bytes, one, guess) => {
            one
        }
        (Some(_), Some(own)) if !is_doubtful(bytes, own, guess) => own,
        _ => guess,
    }
}

/// Tells whether bytes switch to Japanese and back, as nothing else does that is ASCII throughout.
///
/// <https://www.rfc-editor.org/rfc/rfc1468>
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let switches = [&b"\x1B$B"[..], b"\x1B$@"].into_iter().filter_map(|to| memmem::find(bytes, to));
    switches.min().is_some_and(|start| {
        memmem::find(&bytes[start..], b"\x1B(B")
            .or_else(|| memmem::find(&bytes[start..], b"\x1B(J"))
            .is_some()
    })
}

/// Takes what tells encodings apart: the bytes beyond ASCII, each with its surroundings. Markup and scripts are most of a
/// page, and the same in all of them.
fn telling(bytes: &[u8]) -> Vec<u8> {
    let bytes = &bytes[..bytes.len().min(DETECT_WITHIN)];
    let mut sample = Vec::new();
    let mut at = 0;
    while sample.len() < DETECT_BYTES {
        let Some(next) = bytes[at..].iter().position(|byte| !byte.is_ascii()) else { break };
        let start = (at + next).saturating_sub(AROUND).max(at);
        if start > at {
            sample.push(b' ');
        }
        // As far as no stretch of ASCII is longer than the surroundings.
        let mut end = at + next;
        while let Some(more) = bytes[end..].iter().take(AROUND).position(|byte| !byte.is_ascii()) {
            end += more + 1;
            if end - start > DETECT_BYTES {
                break;
            }
        }
        at = (end + AROUND).min(bytes.len());
        sample.extend_from_slice(&bytes[start..at]);
    }
    sample
}

fn detect(sample: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // The last character of a sample may be cut.
    detector.feed(sample, false);
    detector.guess(None, Utf8Detection::Deny)
}

/// How the bytes fare as UTF-8.
#[derive(Debug, Default)]
struct Utf8Census {
    /// Well-formed sequences of two bytes or more.
    sequences: usize,
    /// Places that are not well-formed.
    errors: usize,
}

impl Utf8Census {
    fn of(bytes: &[u8]) -> Self {
        let leads = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte >= 0xC0).count();
        let mut census = Self::default();
        if std::str::from_utf8(bytes).is_ok() {
            census.sequences = if bytes.is_ascii() { 0 } else { leads(bytes) };
            return census;
        }
        for chunk in bytes.utf8_chunks() {
            census.sequences += leads(chunk.valid().as_bytes());
            census.errors += usize::from(!chunk.invalid().is_empty());
        }
        census
    }

    /// Text in a legacy encoding is well-formed UTF-8 by chance only where it has very few such bytes.
    fn is_utf_8(&self, declared: Option<&'static Encoding>) -> bool {
        let needed = match declared {
            Some(encoding) if encoding != UTF_8 => 4,
            Some(_) | None => 1,
        };
        self.sequences >= needed && self.sequences > self.errors.saturating_mul(4)
    }
}

/// Tells whether text reads wrongly in a declared encoding, and better in the guessed one.
fn is_doubtful(sample: &[u8], declared: &'static Encoding, guess: &'static Encoding) -> bool {
    let wrong = Looks::of(&declared.decode_without_bom_handling(sample).0);
    let right = Looks::of(&guess.decode_without_bom_handling(sample).0);
    if wrong.broken.saturating_mul(100) > wrong.beyond_ascii {
        return right.broken < wrong.broken;
    }
    // windows-1252 decodes anything: what is Cyrillic or Greek in truth has hardly a plain letter in its words.
    let letters = wrong.ascii_letters_in_words + wrong.upper + wrong.lower;
    let all_accents = declared == WINDOWS_1252
        && (wrong.upper + wrong.lower).saturating_mul(2) > letters
        && wrong.upper + wrong.lower > 12;
    // KOI8 read as windows-1251, or the other way round, is Cyrillic still, but with the cases swapped.
    let swapped = wrong.upper > wrong.lower && right.lower > right.upper;
    all_accents || (swapped && wrong.upper > 12 && is_cyrillic(declared) && is_cyrillic(guess))
}

fn is_cyrillic(encoding: &'static Encoding) -> bool {
    encoding == WINDOWS_1251
        || encoding == KOI8_R
        || ["KOI8-U", "IBM866", "ISO-8859-5", "x-mac-cyrillic"].contains(&encoding.name())
}

/// What a decoded text looks like.
#[derive(Debug, Default)]
struct Looks {
    beyond_ascii: usize,
    broken: usize,
    upper: usize,
    lower: usize,
    /// ASCII letters in words that have letters beyond ASCII, too.
    ascii_letters_in_words: usize,
}

impl Looks {
    fn of(text: &str) -> Self {
        let mut looks = Self::default();
        let (mut ascii, mut beyond) = (0, 0);
        for c in text.chars().take(SAMPLE_CHARS).chain(std::iter::once(' ')) {
            if c.is_ascii_alphabetic() {
                ascii += 1;
                continue;
            }
            looks.beyond_ascii += usize::from(!c.is_ascii());
            looks.broken += usize::from(c == '\u{FFFD}' || ('\u{80}'..'\u{A0}').contains(&c));
            if c.is_alphabetic() {
                beyond += 1;
                looks.upper += usize::from(c.is_uppercase());
                looks.lower += usize::from(c.is_lowercase());
            } else {
                if beyond > 0 {
                    looks.ascii_letters_in_words += ascii;
                }
                (ascii, beyond) = (0, 0);
            }
        }
        looks
    }
}

/// Finds UTF-16 without a byte order mark: bytes of one parity are often zero, those of the other never.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096)];
    if sample.len() < 8 || memchr::memchr(0, sample).is_none() {
        return None;
    }
    let mut zeros = [0_usize; 2];
    for (index, _) in sample.iter().enumerate().filter(|&(_, &byte)| byte == 0) {
        zeros[index % 2] += 1;
    }
    let pairs = sample.len() / 2;
    let often = |count: usize| count > 1 && count.saturating_mul(10) >= pairs;
    match zeros {
        [even, 0] if often(even) => Some(UTF_16BE),
        [0, odd] if often(odd) => Some(UTF_16LE),
        _ => None,
    }
}

/// Looks up a declared name, with the misspellings that servers are known to send.
fn for_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim_matches(|c: char| c.is_whitespace() || "\"';,".contains(c));
    let known = Encoding::for_label(label.as_bytes());
    known.or_else(|| match label.to_ascii_lowercase().as_str() {
        "utf8mb4" | "utf-8mb4" | "utf_8" | "utf8_general_ci" | "utf" => Some(UTF_8),
        "cp-1251" | "win-1251" | "win1251" | "windows1251" | "windows_1251" | "ansi-1251" => {
            Some(WINDOWS_1251)
        }
        "cp-1252" | "win-1252" | "win1252" | "windows1252" | "ansi" | "iso8859_1" => {
            Some(WINDOWS_1252)
        }
        "koi-8" | "koi8r" => Some(KOI8_R),
        "cp936" | "ms936" => Some(GBK),
        "cp932" => Some(SHIFT_JIS),
        "cp950" => Some(BIG5),
        _ => None,
    })
}

/// Finds the encoding that HTML or XML declares for itself.
///
/// <https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding>
fn declared_in_markup(head: &[u8]) -> Option<&'static Encoding> {
    if let Some(end) = xml_declaration(head) {
        let label = attribute(&head[..end], b"encoding").and_then(|value| for_label(&value));
        if let Some(encoding) = label {
            return Some(in_markup(encoding));
        }
    }
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &head[at..]) {
        at += found;
        let rest = &head[at..];
        if rest.starts_with(b"<!--") {
            at += memmem::find(&rest[2..], b"-->").map_or(rest.len(), |end| end + 5);
            continue;
        }
        at += 1;
        let is_meta = rest.get(1..5).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"))
            && rest.get(5).is_some_and(|&byte| byte.is_ascii_whitespace() || byte == b'/');
        if !is_meta {
            continue;
        }
        let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        if let Some(encoding) = declared_in_meta(&rest[5..end]) {
            return Some(in_markup(encoding));
        }
    }
    None
}

/// What can be read as ASCII cannot be UTF-16, whatever it says.
fn in_markup(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        UTF_8
    } else if encoding == X_USER_DEFINED {
        WINDOWS_1252
    } else {
        encoding
    }
}

fn xml_declaration(head: &[u8]) -> Option<usize> {
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    head[start..].starts_with(b"<?xml").then_some(())?;
    memmem::find(&head[start..], b"?>").map(|end| start + end)
}

fn declared_in_meta(attributes: &[u8]) -> Option<&'static Encoding> {
    if let Some(label) = attribute(attributes, b"charset") {
        return for_label(&label);
    }
    let is_content_type = attribute(attributes, b"http-equiv")
        .is_some_and(|name| name.eq_ignore_ascii_case("content-type"));
    let content = attribute(attributes, b"content").filter(|_| is_content_type)?;
    let label = content.to_ascii_lowercase();
    let (_, label) = label.split_once("charset")?;
    let label = label.trim_start().strip_prefix('=')?.trim_start();
    let label = label.trim_start_matches(['"', '\'']);
    for_label(label.split(|c: char| c.is_whitespace() || ";\"'".contains(c)).next()?)
}

/// Returns the value of an attribute inside a tag.
fn attribute(tag: &[u8], name: &[u8]) -> Option<String> {
    let mut rest = tag;
    loop {
        let start = rest.iter().position(|&byte| !is_between_attributes(byte))?;
        rest = &rest[start..];
        let end = rest
            .iter()
            .position(|&byte| byte == b'=' || is_between_attributes(byte))
            .unwrap_or(rest.len());
        let (found, after) = rest.split_at(end);
        let after = after.trim_ascii_start();
        // An attribute's name may begin with an equals sign; it must not stop the loop from going on.
        let Some(value) = after.strip_prefix(b"=").filter(|_| !found.is_empty()) else {
            rest = if found.is_empty() { &after[after.len().min(1)..] } else { after };
            continue;
        };
        let value = value.trim_ascii_start();
        let (value, after) = match value.first() {
            Some(&quote @ (b'"' | b'\'')) => {
                let value = &value[1..];
                let end = memchr::memchr(quote, value).unwrap_or(value.len());
                (&value[..end], &value[(end + 1).min(value.len())..])
            }
            _ => value
                .split_at(value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len())),
        };
        if found.eq_ignore_ascii_case(name) {
            return Some(String::from_utf8_lossy(value).into_owned());
        }
        rest = after;
    }
}

const fn is_between_attributes(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/' || byte == b'?'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RUSSIAN: &str = "Да, и я не вижу в этом ничего плохого. Тем более что Северная Корея производит \
                           оружие по тем же стандартам, что и мы.";

    fn encoded(text: &str, label: &str) -> Vec<u8> {
        let encoding = Encoding::for_label(label.as_bytes()).expect("a known label");
        encoding.encode(text).0.into_owned()
    }

    fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    fn read<'a>(bytes: &'a [u8], charset: Option<&str>) -> Decoded<'a> {
        decode(bytes, &Hint { charset, ..Hint::default() }, Declares::Markup)
    }

    #[test]
    fn a_byte_order_mark_is_believed_and_dropped() {
        let mut bytes = b"\xEF\xBB\xBF".to_vec();
        bytes.extend("naïve".bytes());
        let decoded = read(&bytes, Some("windows-1251"));
        assert_eq!((&*decoded.text, decoded.charset), ("naïve", "UTF-8"));
        for (mark, to_bytes, name) in [
            (&b"\xFF\xFE"[..], u16::to_le_bytes as fn(u16) -> [u8; 2], "UTF-16LE"),
            (b"\xFE\xFF", u16::to_be_bytes, "UTF-16BE"),
        ] {
            let bytes = [mark, &utf_16(RUSSIAN, to_bytes)].concat();
            let decoded = read(&bytes, Some("utf-8"));
            assert_eq!((&*decoded.text, decoded.charset), (RUSSIAN, name));
        }
    }

    #[test]
    fn utf_16_is_known_without_a_mark() {
        for (to_bytes, name) in
            [(u16::to_le_bytes as fn(u16) -> [u8; 2], "UTF-16LE"), (u16::to_be_bytes, "UTF-16BE")]
        {
            for text in ["<p>plain words</p>", RUSSIAN] {
                let bytes = utf_16(text, to_bytes);
                let decoded = read(&bytes, None);
                assert_eq!((&*decoded.text, decoded.charset), (text, name));
            }
        }
    }

    #[test]
    fn a_zero_byte_in_utf_8_does_not_make_it_utf_16() {
        let decoded = read(b"a text with\0one zero byte", None);
        assert_eq!(decoded.charset, "UTF-8");
    }

    #[test]
    fn declarations_in_markup_are_found() {
        for head in [
            "<meta charset=windows-1251>",
            "<!doctype html><META content='text/html; charset=windows-1251' http-equiv=Content-Type>",
            "<!-- <meta charset=koi8-r> --><meta\ncharset = \"cp1251\" />",
            "<?xml version='1.0' encoding='windows-1251'?>",
            "<meta name=a content='charset=koi8-r'><meta charset='windows-1251'>",
        ] {
            let bytes = encoded(&format!("{head}<p>Да</p>"), "windows-1251");
            let decoded = read(&bytes, None);
            assert!(decoded.text.ends_with("<p>Да</p>"), "{head}: {}", decoded.text);
            assert_eq!(decoded.charset, "windows-1251", "{head}");
        }
    }

    #[test]
    fn latin_1_and_ascii_are_windows_1252() {
        for label in ["iso-8859-1", "latin1", "us-ascii", "ANSI"] {
            let decoded = read(b"It\x92s \x93so\x94", Some(label));
            assert_eq!((&*decoded.text, decoded.charset), ("It’s “so”", "windows-1252"), "{label}");
        }
    }

    #[test]
    fn utf_8_declared_as_something_else_is_read_as_utf_8() {
        let decoded = read(RUSSIAN.as_bytes(), Some("iso-8859-1"));
        assert_eq!((&*decoded.text, decoded.charset), (RUSSIAN, "UTF-8"));
        assert_eq!(decoded.basis, Basis::Against("windows-1252"));
    }

    #[test]
    fn legacy_bytes_declared_as_utf_8_are_detected() {
        let bytes = encoded(RUSSIAN, "windows-1251");
        let decoded = read(&bytes, Some("utf-8"));
        assert_eq!((&*decoded.text, decoded.charset), (RUSSIAN, "windows-1251"));
        assert_eq!(decoded.basis, Basis::Against("UTF-8"));
    }

    #[test]
    fn a_server_that_names_a_rare_encoding_is_believed_over_the_page() {
        let text = "„See eitamine tuleneb vihast“, öeldi õhtul, ja šokk oli möödas.";
        let bytes = encoded(&format!("<meta charset=iso-8859-1>{text}"), "iso-8859-13");
        let decoded = read(&bytes, Some("iso-8859-13"));
        assert!(decoded.text.ends_with(text), "{}", decoded.text);
    }

    #[test]
    fn markup_before_the_text_does_not_hide_it_from_the_detector() {
        let markup = "<script>var nothing = 0;</script>".repeat(20_000);
        let bytes = encoded(&format!("{markup}<p>{RUSSIAN}"), "koi8-r");
        assert!(read(&bytes, None).text.ends_with(RUSSIAN));
    }

    #[test]
    fn a_servers_default_gives_way_to_the_pages_own_declaration() {
        let bytes = encoded(&format!("<meta charset=windows-1251>{RUSSIAN}"), "windows-1251");
        let decoded = read(&bytes, Some("iso-8859-1"));
        assert!(decoded.text.ends_with(RUSSIAN));
        assert_eq!(decoded.basis, Basis::Against("windows-1252"));
    }

    #[test]
    fn cyrillic_declared_as_latin_1_or_as_the_other_cyrillic_is_detected() {
        for (truth, declared) in [
            ("windows-1251", "iso-8859-1"),
            ("koi8-r", "iso-8859-1"),
            ("koi8-r", "windows-1251"),
            ("windows-1251", "koi8-r"),
        ] {
            let bytes = encoded(RUSSIAN, truth);
            let decoded = read(&bytes, Some(declared));
            assert_eq!(&*decoded.text, RUSSIAN, "{truth} declared as {declared}");
        }
    }

    #[test]
    fn a_right_declaration_of_accented_text_is_kept() {
        for (text, label) in [
            ("Où est-il allé, l’élève zélé ? Il a été là, très tôt déjà.", "windows-1252"),
            ("Žluťoučký kůň úpěl ďábelské ódy.", "windows-1250"),
            ("Η κυβέρνηση ανακοίνωσε νέα μέτρα.", "windows-1253"),
            ("İstanbul’da görüşmeler başladı, dışişleri bakanı açıkladı.", "windows-1254"),
            ("قال الرئيس إن الاتفاق دخل حيز التنفيذ.", "windows-1256"),
            ("ВСЁ ЗАГЛАВНЫМИ БУКВАМИ НАПИСАНО ЗДЕСЬ", "koi8-r"),
            ("本日、両国は条約に署名した。", "shift_jis"),
            ("两国今天签署了条约。", "gbk"),
        ] {
            let bytes = encoded(text, label);
            let decoded = read(&bytes, Some(label));
            assert_eq!(&*decoded.text, text, "{label}");
            assert_eq!(decoded.basis, Basis::Known, "{label}");
        }
    }

    #[test]
    fn undeclared_legacy_text_is_detected() {
        for label in ["windows-1251", "koi8-r"] {
            assert_eq!(&*read(&encoded(RUSSIAN, label), None).text, RUSSIAN, "{label}");
        }
        assert_eq!(&*read(b"It\x92s \x93so\x94 \x96 indeed", None).text, "It’s “so” – indeed");
    }

    #[test]
    fn iso_2022_jp_is_known_whatever_is_declared() {
        let text = "<p>本日、両国は条約に署名した。</p>";
        let bytes = encoded(text, "iso-2022-jp");
        for declared in [None, Some("utf-8"), Some("iso-2022-jp"), Some("shift_jis")] {
            assert_eq!(&*read(&bytes, declared).text, text, "{declared:?}");
        }
        assert_eq!(read(b"a terminal's \x1B[1mbold\x1B[0m", Some("iso-2022-jp")).charset, "UTF-8");
    }

    #[test]
    fn unknown_and_misspelt_labels_do_no_harm() {
        assert_eq!(&*read("naïve café".as_bytes(), Some("utf8mb4")).text, "naïve café");
        assert_eq!(&*read("naïve café".as_bytes(), Some("\"x-none\"")).text, "naïve café");
        assert_eq!(read(b"plain", Some("utf-16")).charset, "UTF-8");
    }

    #[test]
    fn pasted_windows_marks_in_utf_8_are_read_and_other_stray_bytes_counted() {
        let bytes = [RUSSIAN.as_bytes(), b" It\x92s so \xFF."].concat();
        let decoded = read(&bytes, Some("utf-8"));
        assert!(decoded.text.ends_with(" It’s so \u{FFFD}."), "{}", decoded.text);
        assert_eq!(decoded.undecodable, 1);
    }

    #[test]
    fn text_full_of_stray_bytes_is_not_read_whole() {
        let bytes = [0x81, 0x8D, 0xFF, 0xFF].repeat(50);
        let bytes = [RUSSIAN.as_bytes(), &bytes].concat();
        let mut document = Document::empty(crate::document::DocumentFormat::Text);
        read(&bytes, Some("utf-8")).describe(&mut document);
        assert!(!document.coverage.is_whole() || document.remarks.len() > 1);
    }

    proptest! {
        #[test]
        fn any_bytes_become_text(bytes: Vec<u8>, label: Option<String>) {
            let decoded = read(&bytes, label.as_deref());
            prop_assert!(decoded.undecodable <= bytes.len());
        }

        #[test]
        fn any_markup_is_scanned_to_its_end(text in "[<>!?=/'\" a-z\\-]{0,200}") {
            read(format!("<meta {text}<meta charset{text}").as_bytes(), None);
        }

        #[test]
        fn utf_8_comes_out_as_it_went_in(text in "\\PC*") {
            let decoded = read(text.as_bytes(), Some("utf-8"));
            if decoded.repaired == 0 {
                prop_assert_eq!(&*decoded.text, text.trim_start_matches('\u{FEFF}'));
            }
        }
    }
}
