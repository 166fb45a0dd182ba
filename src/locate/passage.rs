//! The words of a page around an alignment, as a reader would see them: the passage, what stands before and after
//! it, and the text fragment that leads a browser there.

use std::fmt::Write as _;
use std::ops::Range;

use crate::document::Layer;

use super::align::ViewToken;
use super::index::PageIndex;
use super::punctuation;

/// How many tokens before and after a passage are shown.
const CONTEXT: usize = 14;

/// A passage, white space folded, and where each of its tokens stands in it.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    /// Its text, with the punctuation that follows its last word.
    pub text: String,
    /// For each token of the view from the first of the passage to its last: its range in the text.
    places: Vec<Range<usize>>,
    first: usize,
}

impl Passage {
    /// Cuts out the passage from one token of a view to another, both included.
    pub(super) fn new(page: &PageIndex<'_>, view: &[ViewToken], first: usize, last: usize) -> Self {
        let mut text = String::new();
        let mut places = Vec::with_capacity(last - first + 1);
        for index in first..=last {
            let number = view[index].token;
            if index > first {
                let before = view[index - 1].token;
                if before + 1 == number {
                    let (a, b) = page.between(before, number);
                    let new_block = page.tokens[before].block != page.tokens[number].block;
                    push_folded(&mut text, a);
                    if new_block {
                        push_folded(&mut text, " ");
                    }
                    push_folded(&mut text, b);
                } else {
                    text.push_str(" […] ");
                }
            }
            let start = text.len();
            let token = page.tokens[number];
            push_folded(&mut text, &page.document.text[token.start as usize..token.end as usize]);
            places.push(start..text.len());
        }
        let tail = after_token(page, view[last].token);
        text.extend(
            tail.chars()
                .take_while(|&c| {
                    matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '…' | '。' | '！' | '？')
                })
                .take(3),
        );
        Self { text, places, first }
    }

    /// Returns where a run of tokens of the view stands in the text.
    pub(super) fn range(&self, tokens: Range<usize>) -> Range<usize> {
        if tokens.is_empty() {
            let at = tokens
                .start
                .checked_sub(self.first + 1)
                .and_then(|index| self.places.get(index))
                .map_or(0, |place| place.end);
            return at..at;
        }
        let start = self.places.get(tokens.start - self.first).map_or(0, |place| place.start);
        let end = self.places.get(tokens.end - 1 - self.first).map_or(start, |place| place.end);
        start..end
    }
}

/// Appends text with each run of white space as one space.
fn push_folded(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
}

/// Returns the text of the block behind a token.
pub(super) fn after_token<'a>(page: &PageIndex<'a>, token: usize) -> &'a str {
    let token = page.tokens[token];
    let end = page.document.blocks[token.block as usize].range.end;
    &page.document.text[token.end as usize..end.max(token.end as usize)]
}

/// Returns the text of the block before a token.
pub(super) fn before_token<'a>(page: &PageIndex<'a>, token: usize) -> &'a str {
    let token = page.tokens[token];
    let start = page.document.blocks[token.block as usize].range.start;
    &page.document.text[start.min(token.start as usize)..token.start as usize]
}

/// Returns what stands before a token, within its layer.
pub(super) fn before(page: &PageIndex<'_>, token: usize) -> String {
    let start = token.saturating_sub(CONTEXT).max(page.layer_of(token).1.start);
    let mut text = joined(page, start..token);
    if start < token {
        let (a, b) = page.between(token - 1, token);
        push_folded(&mut text, a);
        push_folded(&mut text, " ");
        push_folded(&mut text, b);
    } else {
        let at = page.tokens[token];
        let block = page.document.blocks[at.block as usize].range.start;
        push_folded(&mut text, &page.document.text[block..at.start as usize]);
    }
    text.trim_start().to_owned()
}

/// Returns what stands after a token, within its layer, the punctuation of the passage left out.
pub(super) fn after(page: &PageIndex<'_>, token: usize) -> String {
    let end = (token + 1 + CONTEXT).min(page.layer_of(token).1.end);
    let mut text = String::new();
    if token + 1 < end {
        let (a, b) = page.between(token, token + 1);
        let a = a.trim_start_matches(['.', ',', ';', ':', '!', '?', '…', '。', '！', '？']);
        push_folded(&mut text, a);
        push_folded(&mut text, " ");
        push_folded(&mut text, b);
        text.push_str(&joined(page, token + 1..end));
    }
    text.trim_end().to_owned()
}

fn joined(page: &PageIndex<'_>, tokens: Range<usize>) -> String {
    let mut text = String::new();
    for number in tokens.clone() {
        if number > tokens.start {
            let (a, b) = page.between(number - 1, number);
            push_folded(&mut text, a);
            if page.tokens[number - 1].block != page.tokens[number].block {
                push_folded(&mut text, " ");
            }
            push_folded(&mut text, b);
        }
        let token = page.tokens[number];
        push_folded(&mut text, &page.document.text[token.start as usize..token.end as usize]);
    }
    text
}

/// Returns the words of tokens as written, up to a number of them.
pub(super) fn words(
    page: &PageIndex<'_>,
    view: &[ViewToken],
    tokens: Range<usize>,
    most: usize,
) -> String {
    if tokens.len() > most {
        let half = most / 2;
        let head = words(page, view, tokens.start..tokens.start + half, most);
        let tail = words(page, view, tokens.end - half..tokens.end, most);
        return format!("{head} … {tail}");
    }
    if tokens.is_empty() {
        return String::new();
    }
    let mut text = Passage::new(page, view, tokens.start, tokens.end - 1).text;
    let end = text.trim_end_matches([',', '.', ';', ':', '!', '?', '…']).len();
    text.truncate(end);
    text
}

/// Returns the fragment directive that leads a browser to a passage, without `#`.
///
/// <https://wicg.github.io/scroll-to-text-fragment/>
pub(super) fn text_fragment(
    page: &PageIndex<'_>,
    layer: Layer,
    first: usize,
    last: usize,
) -> Option<String> {
    const WORDS: usize = 5;
    if !matches!(
        layer,
        Layer::Visible | Layer::Details | Layer::Aside | Layer::UserComment | Layer::Navigation
    ) {
        return None;
    }
    let block = page.tokens[first].block;
    let within = |token: &usize| page.tokens[*token].block == block;
    if last - first < 2 * WORDS && (first..=last).all(|token| within(&token)) {
        return Some(format!(":~:text={}", encode(&slice(page, first, last))));
    }
    let head_end = (first..=last.min(first + WORDS - 1)).take_while(within).last()?;
    let tail_block = page.tokens[last].block;
    let tail_start = (last.saturating_sub(WORDS - 1).max(first)..=last)
        .find(|&token| page.tokens[token].block == tail_block)?;
    Some(format!(
        ":~:text={},{}",
        encode(&slice(page, first, head_end)),
        encode(&slice(page, tail_start, last))
    ))
}

fn slice(page: &PageIndex<'_>, first: usize, last: usize) -> String {
    let mut text = String::new();
    push_folded(
        &mut text,
        &page.document.text[page.tokens[first].start as usize..page.tokens[last].end as usize],
    );
    text
}

/// Percent-encodes all but unreserved characters; `-` and `,` have a meaning in the directive.
fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Tells whether a sentence ends, or a block, between two neighbouring tokens of a view.
pub(super) fn sentence_ends_between(
    page: &PageIndex<'_>,
    view: &[ViewToken],
    first: usize,
    second: usize,
) -> bool {
    let (a, b) = (view[first].token, view[second].token);
    if a + 1 != b || page.tokens[a].block != page.tokens[b].block {
        return true;
    }
    let (before, after) = page.between(a, b);
    punctuation::sentence_end(&punctuation::marks(&format!("{before}{after}"))).is_some()
}
