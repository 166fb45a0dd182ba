//! Knows what Pandoc's Markdown has beyond that of GitHub: notes within the text (`^[…]`), spans and divisions with attributes.

use std::collections::BTreeMap;
use std::ops::Range;

/// The longest note within the text, in bytes.
const LONGEST_NOTE: usize = 16 * 1024;
/// The longest attributes, in bytes.
const LONGEST_ATTRIBUTES: usize = 200;

/// Finds the extensions in a source, at the places that are asked for.
pub(super) struct Extensions<'a> {
    source: &'a str,
    /// What is not shown: from where to where.
    hidden: BTreeMap<usize, usize>,
    /// How many bytes may still be looked through for closing brackets.
    left: usize,
}

impl<'a> Extensions<'a> {
    /// Starts at the beginning of a source.
    pub(super) const fn of(source: &'a str) -> Self {
        Self { source, hidden: BTreeMap::new(), left: source.len().saturating_mul(4) }
    }

    /// Returns how far the text at a place is hidden.
    pub(super) fn hidden_at(&self, at: usize) -> Option<usize> {
        let (_, &end) = self.hidden.range(..=at).next_back()?;
        (at < end).then_some(end)
    }

    /// Returns where the next stretch that is hidden begins.
    pub(super) fn next_hidden(&self, range: &Range<usize>) -> Option<usize> {
        self.hidden.range(range.clone()).next().map(|(start, _)| *start)
    }

    /// Returns where the note ends that begins with `^[` at a place, and hides these.
    pub(super) fn note_at(&mut self, at: usize) -> Option<usize> {
        let is_note = self.source[at..].starts_with("^[") && !self.source[..at].ends_with('^');
        let close = is_note.then(|| self.closing(at + 1)).flatten()?;
        let inner = &self.source[at + 2..close];
        // `^[1]` is how some type a note call.
        let is_label = inner.bytes().all(|byte| byte.is_ascii_digit());
        if inner.trim().is_empty() || is_label {
            return None;
        }
        self.hidden.insert(at, at + 2);
        Some(close)
    }

    /// Hides the brackets and the attributes of a span: `[words]{.smallcaps}`.
    pub(super) fn hide_span_at(&mut self, at: usize) {
        let Some(close) = self.closing(at) else { return };
        let after = &self.source[close + 1..];
        if !["{.", "{#", "{="].iter().any(|start| after.starts_with(start)) {
            return;
        }
        let window = &after.as_bytes()[..after.len().min(LONGEST_ATTRIBUTES)];
        if let Some(length) = memchr::memchr(b'}', window) {
            self.hidden.insert(at, at + 1);
            self.hidden.insert(close, close + length + 2);
        }
    }

    /// Hides a line that begins or ends a division: `::: {.note}`, `:::`.
    pub(super) fn hide_fence_at(&mut self, at: usize) {
        let before = &self.source[..at];
        let line_start = before.trim_end_matches(' ');
        if !line_start.is_empty() && !line_start.ends_with(['\n', '>', '\t']) {
            return;
        }
        let rest = &self.source[at..];
        let line = &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())];
        let attributes = line.trim_start_matches(':').trim_end().trim_end_matches(':').trim();
        let is_fence = attributes.is_empty()
            || (attributes.starts_with('{') && attributes.ends_with('}'))
            || attributes.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        if line.starts_with(":::") && is_fence {
            self.hidden.insert(at, at + line.len());
        }
    }

    /// Returns where the bracket closes that opens at a place, in the same paragraph.
    fn closing(&mut self, open: usize) -> Option<usize> {
        let window = self.source.len().min(open + LONGEST_NOTE).min(open + self.left);
        let mut depth = 0_usize;
        let mut bytes = self.source.as_bytes()[open..window].iter().enumerate();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'\\' => {
                    bytes.next();
                }
                b'[' => depth += 1,
                b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.left -= at;
                        return Some(open + at);
                    }
                }
                b'\n'
                    if self.source[open + at + 1..]
                        .trim_start_matches([' ', '\t'])
                        .starts_with('\n') =>
                {
                    break;
                }
                _ => {}
            }
        }
        self.left = self.left.saturating_sub(window - open);
        None
    }
}
