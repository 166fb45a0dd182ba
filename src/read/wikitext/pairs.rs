//! Finds what belongs together in wikitext: comments, text that is no markup, references, templates and links, each
//! with its end. One pass over the source for each kind of bracket, whatever is nested or left open.

use std::ops::Range;

use memchr::{memchr_iter, memmem};

/// What a stretch of wikitext is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Comment,
    /// Text that is no markup: `<nowiki>`, `<pre>`, `<math>`.
    Raw,
    /// `<ref …>…</ref>` or `<ref … />`.
    Reference,
    /// `{{…}}`
    Template,
    /// `[[…]]`
    Link,
}

/// A stretch, its brackets or tags included, and what stands between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) outer: Range<usize>,
    pub(super) inner: Range<usize>,
    pub(super) kind: Kind,
}

/// The stretches of a source, ordered by where they start.
pub(super) struct Pairs(Vec<Pair>);

const RAW: [&str; 8] =
    ["nowiki", "pre", "math", "syntaxhighlight", "source", "chem", "score", "timeline"];

impl Pairs {
    /// Finds the stretches of a source.
    pub(super) fn of(source: &str) -> Self {
        let mut pairs = tags(source);
        pairs.sort_by_key(|pair| pair.outer.start);
        let brackets = brackets(source, &pairs);
        pairs.extend(brackets);
        pairs.sort_by_key(|pair| pair.outer.start);
        Self(pairs)
    }

    /// Returns the stretch that starts at an offset.
    pub(super) fn at(&self, offset: usize) -> Option<&Pair> {
        let index = self.0.binary_search_by_key(&offset, |pair| pair.outer.start).ok()?;
        Some(&self.0[index])
    }

    /// Calls for each byte of a range that stands in no stretch, with its offset, until it returns `true`.
    pub(super) fn top_level(
        &self,
        source: &str,
        range: Range<usize>,
        mut stop: impl FnMut(usize, u8) -> bool,
    ) {
        let mut next = self.0.partition_point(|pair| pair.outer.start < range.start);
        let mut at = range.start;
        while at < range.end {
            while self.0.get(next).is_some_and(|pair| pair.outer.start < at) {
                next = self.0.partition_point(|pair| pair.outer.start < at);
            }
            if let Some(pair) = self.0.get(next).filter(|pair| pair.outer.start == at) {
                at = pair.outer.end;
                continue;
            }
            if stop(at, source.as_bytes()[at]) {
                return;
            }
            at += 1;
        }
    }
}

/// Tells whether a tag of a name stands at the beginning of a text.
pub(super) fn is_tag(text: &str, name: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(1..=name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        && bytes
            .get(name.len() + 1)
            .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
}

/// Finds comments, raw text and references.
fn tags(source: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut done = 0;
    // What has no end once has none further on.
    let mut endless = [false; RAW.len() + 1];
    for at in memchr_iter(b'<', source.as_bytes()) {
        if at < done {
            continue;
        }
        let rest = &source[at..];
        if rest.starts_with("<!--") {
            match memmem::find(&rest.as_bytes()[4..], b"-->").filter(|_| !endless[RAW.len()]) {
                Some(length) => {
                    done = at + 4 + length + 3;
                    let inner = at + 4..at + 4 + length;
                    found.push(Pair { outer: at..done, inner, kind: Kind::Comment });
                }
                None => endless[RAW.len()] = true,
            }
        } else if is_tag(rest, "ref") {
            let Some(end) = end_of_tag(rest) else { continue };
            done = at + end;
            if rest[..end].ends_with("/>") {
                found.push(Pair { outer: at..done, inner: done..done, kind: Kind::Reference });
            } else {
                open.push((at, done));
            }
        } else if rest.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case("</ref")) {
            let Some(end) = end_of_tag(rest) else { continue };
            done = at + end;
            if let Some((start, inner)) = open.pop() {
                found.push(Pair { outer: start..done, inner: inner..at, kind: Kind::Reference });
            }
        } else if let Some(index) = RAW.iter().position(|name| is_tag(rest, name)) {
            let Some(end) = end_of_tag(rest).filter(|&end| !rest[..end].ends_with("/>")) else {
                continue;
            };
            let closing = format!("</{}", RAW[index]);
            match find_ignoring_case(&rest[end..], &closing).filter(|_| !endless[index]) {
                Some(length) => {
                    let inner = at + end..at + end + length;
                    let tail = &source[inner.end..];
                    done = inner.end + tail.find('>').map_or(tail.len(), |end| end + 1);
                    found.push(Pair { outer: at..done, inner, kind: Kind::Raw });
                }
                None => endless[index] = true,
            }
        }
    }
    found
}

/// The longest tag, in bytes.
const LONGEST_TAG: usize = 1024;

/// Returns where the tag ends that a text begins with; `>` in a quoted attribute does not end it.
pub(super) fn end_of_tag(text: &str) -> Option<usize> {
    let mut quoted = None;
    for (at, byte) in text.bytes().take(LONGEST_TAG).enumerate() {
        match (quoted, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'<') if at > 0 => return None,
            (None, b'"') => quoted = Some(byte),
            (Some(quote), _) if quote == byte => quoted = None,
            // A slip: the attribute was never closed.
            (Some(_), b'\n') => return text[..at].find('>').map(|at| at + 1),
            _ => {}
        }
    }
    text.as_bytes()[..text.len().min(LONGEST_TAG)].iter().position(|&b| b == b'>').map(|at| at + 1)
}

fn find_ignoring_case(text: &str, tag: &str) -> Option<usize> {
    memmem::find_iter(text.as_bytes(), b"</").find(|&at| {
        text.as_bytes()
            .get(at..at + tag.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(tag.as_bytes()))
    })
}

/// An opening bracket that waits for its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Template(usize),
    Link(usize),
}

/// Finds templates and links. None reaches out of the reference in which it stands.
fn brackets(source: &str, tags: &[Pair]) -> Vec<Pair> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    // References that are open: where each ends, and how many brackets were open before it.
    let mut references: Vec<(usize, usize)> = Vec::new();
    let mut next = 0;
    let mut at = 0;
    while at < bytes.len() {
        while let Some((_, floor)) = references.pop_if(|(end, _)| *end <= at) {
            open.truncate(floor);
        }
        if let Some(pair) = tags.get(next).filter(|pair| pair.outer.start <= at) {
            next += 1;
            match pair.kind {
                Kind::Reference if !pair.inner.is_empty() => {
                    references.push((pair.inner.end, open.len()));
                    at = at.max(pair.inner.start);
                }
                Kind::Comment | Kind::Raw | Kind::Reference | Kind::Template | Kind::Link => {
                    at = at.max(pair.outer.end);
                }
            }
            continue;
        }
        let floor = references.last().map_or(0, |(_, floor)| *floor);
        let bracket = bytes.get(at..at + 2).unwrap_or_default();
        at += if matches!(bracket, b"{{" | b"[[" | b"}}" | b"]]") { 2 } else { 1 };
        match bracket {
            b"{{" => open.push(Open::Template(at - 2)),
            b"[[" => open.push(Open::Link(at - 2)),
            b"}}" => {
                // A link within a template that was never closed is none.
                while open.len() > floor && matches!(open.last(), Some(Open::Link(_))) {
                    open.pop();
                }
                if open.len() > floor
                    && let Some(Open::Template(start)) = open.pop()
                {
                    found.push(bracketed(start, at, Kind::Template));
                }
            }
            b"]]" if open.len() > floor => {
                if let Some(&Open::Link(start)) = open.last() {
                    open.pop();
                    found.push(bracketed(start, at, Kind::Link));
                }
            }
            _ => {}
        }
    }
    found
}

const fn bracketed(start: usize, end: usize, kind: Kind) -> Pair {
    Pair { outer: start..end, inner: start + 2..end - 2, kind }
}
