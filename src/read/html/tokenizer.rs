//! Cuts HTML into tags and text, without copying and in linear time.
//! Follows the tokenization of the HTML standard; knows no element's meaning but that its reader names the
//! elements whose content is raw.
//!
//! <https://html.spec.whatwg.org/#tokenization>

use memchr::{memchr, memchr2, memmem};

/// Where in the source a piece stands, as a byte offset.
pub(super) type Offset = usize;

/// One piece of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text, its character references not yet resolved.
    Text(&'a str, Offset),
    /// Text without character references: the content of a script or style, or a CDATA section.
    Raw(&'a str, Offset),
    /// A start tag. Its attributes are in the buffer that was handed to [`Tokenizer::next`].
    Start {
        /// The name as written.
        name: &'a str,
        /// Whether it ends in `/>`.
        closing: SelfClosing,
        /// Where the tag begins.
        offset: Offset,
    },
    /// An end tag with its name as written.
    End(&'a str),
}

/// Whether a tag is written as `<a/>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SelfClosing {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// An attribute as written; the value's character references are not yet resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    /// The name.
    pub(super) name: &'a str,
    /// The value; empty where there is none.
    pub(super) value: &'a str,
}

/// How the content of an element is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RawText {
    /// As text without references, to the element's end tag (`style`, `iframe`, …).
    Plain,
    /// As text with references, to the element's end tag (`title`, `textarea`).
    WithReferences,
    /// As a script, in which `<!--<script>` hides an end tag.
    Script,
    /// As text, to the end of the page (`plaintext`).
    ToTheEnd,
}

/// Reads HTML token by token.
#[derive(Debug)]
pub(super) struct Tokenizer<'a> {
    source: &'a str,
    at: Offset,
}

impl<'a> Tokenizer<'a> {
    /// Starts at the beginning of a page.
    pub(super) const fn new(source: &'a str) -> Self {
        Self { source, at: 0 }
    }

    /// Returns the next token; fills `attributes` when it is a start tag.
    pub(super) fn next(&mut self, attributes: &mut Vec<Attribute<'a>>) -> Option<Token<'a>> {
        loop {
            let start = self.at;
            let bytes = self.source.as_bytes();
            if start >= bytes.len() {
                return None;
            }
            let end = self.text_end(start);
            if end > start {
                self.at = end;
                return Some(Token::Text(&self.source[start..end], start));
            }
            match bytes.get(start + 1) {
                Some(b'!' | b'?') => self.at = self.after_declaration(start),
                Some(b'/') => {
                    if let Some(token) = self.end_tag(start, attributes) {
                        return Some(token);
                    }
                }
                Some(_) | None => {
                    if let Some(token) = self.start_tag(start, attributes) {
                        return Some(token);
                    }
                }
            }
        }
    }

    /// Returns the content of a raw element whose start tag was the last token.
    pub(super) fn raw_text(&mut self, name: &str, kind: RawText) -> Token<'a> {
        let start = self.at;
        let length = match kind {
            RawText::Plain | RawText::WithReferences => end_of_raw(self.rest(), name),
            RawText::Script => end_of_script(self.rest()),
            RawText::ToTheEnd => self.rest().len(),
        };
        self.at += length;
        let content = &self.source[start..self.at];
        if kind == RawText::WithReferences {
            Token::Text(content, start)
        } else {
            Token::Raw(content, start)
        }
    }

    /// Returns the content of a CDATA section, if the next thing is one. They exist in SVG and MathML alone.
    pub(super) fn cdata(&mut self) -> Option<Token<'a>> {
        let content = self.rest().strip_prefix("<![CDATA[")?;
        let start = self.source.len() - content.len();
        let length = memmem::find(content.as_bytes(), b"]]>").unwrap_or(content.len());
        self.at = (start + length + 3).min(self.source.len());
        Some(Token::Raw(&content[..length], start))
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    /// Returns where the text ends that starts here: at something that is markup.
    fn text_end(&self, start: Offset) -> Offset {
        let bytes = self.source.as_bytes();
        let mut at = start;
        while let Some(found) = memchr(b'<', &bytes[at..]) {
            at += found;
            let is_markup = match bytes.get(at + 1) {
                Some(b'!' | b'?') => true,
                // A slash at the very end is text, as is `<` itself.
                Some(b'/') => at + 2 < bytes.len(),
                Some(byte) => byte.is_ascii_alphabetic(),
                None => false,
            };
            if is_markup {
                return at;
            }
            at += 1;
        }
        bytes.len()
    }

    /// Skips a comment, a doctype, or what is treated as a comment.
    fn after_declaration(&self, start: Offset) -> Offset {
        let bytes = self.source.as_bytes();
        let rest = &bytes[start..];
        let end = if rest.starts_with(b"<!--") { end_of_comment(rest) } else { end_of_bogus(rest) };
        start + end
    }

    fn end_tag(&mut self, start: Offset, attributes: &mut Vec<Attribute<'a>>) -> Option<Token<'a>> {
        let bytes = self.source.as_bytes();
        match bytes.get(start + 2) {
            Some(byte) if byte.is_ascii_alphabetic() => {}
            Some(_) | None => {
                // `</>` is nothing; `</` before anything else is a comment.
                self.at = start + end_of_bogus(&bytes[start..]);
                return None;
            }
        }
        let (name, _) = self.tag(start + 2, attributes)?;
        Some(Token::End(name))
    }

    fn start_tag(
        &mut self,
        start: Offset,
        attributes: &mut Vec<Attribute<'a>>,
    ) -> Option<Token<'a>> {
        let (name, closing) = self.tag(start + 1, attributes)?;
        Some(Token::Start { name, closing, offset: start })
    }

    /// Reads a tag from its name on. A tag that the page's end cuts off is dropped, as the standard says.
    fn tag(
        &mut self,
        start: Offset,
        attributes: &mut Vec<Attribute<'a>>,
    ) -> Option<(&'a str, SelfClosing)> {
        attributes.clear();
        let source = self.source;
        let bytes = source.as_bytes();
        self.at = bytes.len();
        let name_end = position(bytes, start, ends_name)?;
        let name = &source[start..name_end];
        let mut at = name_end;
        loop {
            at = position(bytes, at, |byte| !is_space(byte) && byte != b'/')?;
            if bytes[at] == b'>' {
                self.at = at + 1;
                let closing =
                    if bytes[at - 1] == b'/' { SelfClosing::Yes } else { SelfClosing::No };
                return Some((name, closing));
            }
            let (attribute, after) = attribute(source, at)?;
            at = after;
            attributes.push(attribute);
            // After an unquoted value that ends in a slash, `>` is no self-closing.
            if bytes.get(at) == Some(&b'>') {
                self.at = at + 1;
                return Some((name, SelfClosing::No));
            }
        }
    }
}

/// Reads one attribute, and returns it with the offset behind it.
fn attribute(source: &str, start: Offset) -> Option<(Attribute<'_>, Offset)> {
    let bytes = source.as_bytes();
    // An equals sign at the beginning belongs to the name.
    let end = position(bytes, start + 1, |byte| ends_name(byte) || byte == b'=')?;
    let name = &source[start..end];
    let equals = position(bytes, end, |byte| !is_space(byte))?;
    if bytes[equals] != b'=' {
        return Some((Attribute { name, value: "" }, end));
    }
    let start = position(bytes, equals + 1, |byte| !is_space(byte))?;
    match bytes[start] {
        quote @ (b'"' | b'\'') => {
            let length = memchr(quote, &bytes[start + 1..])?;
            let value = &source[start + 1..start + 1 + length];
            Some((Attribute { name, value }, start + length + 2))
        }
        b'>' => Some((Attribute { name, value: "" }, start)),
        _ => {
            let end = position(bytes, start, |byte| is_space(byte) || byte == b'>')?;
            Some((Attribute { name, value: &source[start..end] }, end))
        }
    }
}

fn position(bytes: &[u8], start: Offset, wanted: impl Fn(u8) -> bool) -> Option<Offset> {
    bytes.get(start..)?.iter().position(|&byte| wanted(byte)).map(|found| start + found)
}

/// Tells white space as HTML knows it.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0C)
}

const fn ends_name(byte: u8) -> bool {
    is_space(byte) || byte == b'/' || byte == b'>'
}

fn end_of_bogus(rest: &[u8]) -> usize {
    memchr(b'>', rest).map_or(rest.len(), |end| end + 1)
}

/// Returns the length of a comment: `<!-->` and `<!--->` are whole ones.
fn end_of_comment(rest: &[u8]) -> usize {
    let plain = memmem::find(&rest[2..], b"-->").map(|end| end + 5);
    let before = plain.unwrap_or(rest.len());
    let bang = memmem::find(&rest[4..before.max(4)], b"--!>").map(|end| end + 8);
    bang.or(plain).unwrap_or(rest.len())
}

/// Returns where the content of a raw element ends: at its end tag.
fn end_of_raw(rest: &str, name: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found;
        if is_tag(&bytes[at..], b"</", name.as_bytes()) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// How deep a script is in `<!--` and `<script`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    None,
    Single,
    Double,
}

fn end_of_script(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut at, mut escape) = (0, Escape::None);
    loop {
        let found = if escape == Escape::None {
            memchr(b'<', &bytes[at..])
        } else {
            memchr2(b'<', b'-', &bytes[at..])
        };
        let Some(found) = found else { return bytes.len() };
        at += found;
        let here = &bytes[at..];
        if here.starts_with(b"-->") {
            escape = Escape::None;
        } else if is_tag(here, b"</", b"script") {
            if escape != Escape::Double {
                return at;
            }
            escape = Escape::Single;
        } else if escape == Escape::None && here.starts_with(b"<!--") {
            escape = Escape::Single;
            // The dashes may be those of the end, too: `<!-->`.
            at += 1;
        } else if escape == Escape::Single && is_tag(here, b"<", b"script") {
            escape = Escape::Double;
        }
        at += 1;
    }
}

fn is_tag(here: &[u8], opening: &[u8], name: &[u8]) -> bool {
    here.strip_prefix(opening).and_then(|rest| rest.split_at_checked(name.len())).is_some_and(
        |(found, after)| {
            found.eq_ignore_ascii_case(name) && after.first().is_some_and(|&byte| ends_name(byte))
        },
    )
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use html5ever::tokenizer::states::{RawKind, State};
    use html5ever::tokenizer::{
        BufferQueue, TagKind, Token as Theirs, TokenSink, TokenSinkResult,
        Tokenizer as TheirTokenizer, TokenizerOpts,
    };
    use proptest::prelude::*;

    use super::super::entities;
    use super::*;

    fn raw_kind(name: &str) -> Option<RawText> {
        match name {
            "title" | "textarea" => Some(RawText::WithReferences),
            "style" | "xmp" => Some(RawText::Plain),
            "script" => Some(RawText::Script),
            "plaintext" => Some(RawText::ToTheEnd),
            _ => None,
        }
    }

    /// Writes tokens as lines, adjacent text joined.
    #[derive(Default)]
    struct Outline {
        lines: Vec<String>,
        text: String,
    }

    impl Outline {
        fn text(&mut self, text: &str) {
            self.text.push_str(&text.replace('\0', ""));
        }

        fn line(&mut self, line: String) {
            let text = std::mem::take(&mut self.text);
            if !text.is_empty() {
                self.lines.push(format!("text {text:?}"));
            }
            if !line.is_empty() {
                self.lines.push(line);
            }
        }
    }

    fn ours(html: &str) -> Vec<String> {
        let (mut tokenizer, mut attributes) = (Tokenizer::new(html), Vec::new());
        let (mut outline, mut waiting) = (Outline::default(), None);
        while let Some(token) = waiting.take().or_else(|| tokenizer.next(&mut attributes)) {
            match token {
                Token::Text(text, _) => outline.text(&entities::resolve(text, entities::In::Text)),
                Token::Raw(text, _) => outline.text(text),
                Token::End(name) => {
                    let name = name.to_ascii_lowercase().replace('\0', "\u{FFFD}");
                    outline.line(format!("end {name}"));
                }
                Token::Start { name, closing, .. } => {
                    let name = name.to_ascii_lowercase();
                    let mut line = vec![format!("start {name} {}", closing == SelfClosing::Yes)];
                    let mut seen = Vec::new();
                    for attribute in &attributes {
                        let name = attribute.name.to_ascii_lowercase();
                        let value = entities::resolve(attribute.value, entities::In::Attribute);
                        if !seen.contains(&name) {
                            line.push(format!("{name}={:?}", value.replace('\0', "\u{FFFD}")));
                        }
                        seen.push(name);
                    }
                    outline.line(line.join(" ").replace('\0', "\u{FFFD}"));
                    if let Some(kind) = raw_kind(&name) {
                        waiting = Some(tokenizer.raw_text(&name, kind));
                    }
                }
            }
        }
        outline.line(String::new());
        outline.lines
    }

    #[derive(Default)]
    struct Sink(RefCell<Outline>);

    impl TokenSink for Sink {
        type Handle = ();

        fn process_token(&self, token: Theirs, _line: u64) -> TokenSinkResult<()> {
            let mut outline = self.0.borrow_mut();
            match token {
                Theirs::CharacterTokens(text) => outline.text(&text.replace('\u{FFFD}', "")),
                Theirs::TagToken(tag) if tag.kind == TagKind::StartTag => {
                    let mut line = vec![format!("start {} {}", tag.name, tag.self_closing)];
                    for attribute in &tag.attrs {
                        line.push(format!("{}={:?}", attribute.name.local, &*attribute.value));
                    }
                    outline.line(line.join(" "));
                    return match &*tag.name {
                        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                        "style" | "xmp" => TokenSinkResult::RawData(RawKind::Rawtext),
                        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                        "plaintext" => TokenSinkResult::Plaintext,
                        _ => TokenSinkResult::Continue,
                    };
                }
                Theirs::TagToken(tag) => outline.line(format!("end {}", tag.name)),
                Theirs::DoctypeToken(_)
                | Theirs::CommentToken(_)
                | Theirs::NullCharacterToken
                | Theirs::EOFToken
                | Theirs::ParseError(_) => {}
            }
            TokenSinkResult::Continue
        }
    }

    fn theirs(html: &str) -> Vec<String> {
        let options = TokenizerOpts {
            discard_bom: false,
            initial_state: Some(State::Data),
            ..Default::default()
        };
        let tokenizer = TheirTokenizer::new(Sink::default(), options);
        let queue = BufferQueue::default();
        queue.push_back(html.into());
        while !matches!(tokenizer.feed(&queue), html5ever::TokenizerResult::Done) {}
        tokenizer.end();
        let mut outline = tokenizer.sink.0.into_inner();
        outline.line(String::new());
        outline.lines
    }

    #[test]
    fn tokens_are_those_of_the_standard() {
        for html in [
            "a<b>c</b>d",
            "a < b <3 & c",
            "<p class=a id='b' hidden title = \"c > d\"/>x",
            "<a href=x/>y</a >z",
            "<a href=x/ b=c>y",
            "<!-->a<!--->b<!-- c -- d --!>e<!-- f --><!doctype html>g<?x?>h</>i</ j>k",
            "<!---!>a--><!--!>b-->",
            "<a =b c='d'e=f>",
            "<script>if (a</b>c) {}<!--<script>x</script>y--></script>z",
            "<script><!--></script>a",
            "<style></styl></style x>b<textarea>&amp;<b></textarea>",
            "<plaintext>a</plaintext>",
            "<a b",
            "a</",
            "a<",
            "a</ ",
            "x<a/ / b>",
            "<A HREF=1 href=2>",
        ] {
            assert_eq!(ours(html), theirs(html), "{html}");
        }
    }

    #[test]
    fn a_section_of_character_data_is_read_where_it_is_asked_for() {
        let mut tokenizer = Tokenizer::new("<![CDATA[a<b]]>c");
        assert_eq!(tokenizer.cdata(), Some(Token::Raw("a<b", 9)));
        assert_eq!(tokenizer.next(&mut Vec::new()), Some(Token::Text("c", 15)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_markup_is_cut_as_html5ever_cuts_it(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "<", ">", "/", "!", "-", "--", "<!--", "-->", "--!>", "a", "b c", "=", "\"", "'", "&", "&amp",
                    "&lt;", "&not", "&notin;", "&#x41", "&#150;", ";", "<p", "<p>", "</p>", "<script>", "</script>",
                    "<title>", "</title", "<style>", "</style>", " ", "\n", "<?", "</", "id", "<a href=", "é", "\0",
                ]),
                0..24,
            )
        ) {
            let html: String = pieces.concat();
            prop_assert_eq!(ours(&html), theirs(&html), "{}", html);
        }
    }
}
