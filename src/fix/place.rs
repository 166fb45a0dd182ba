//! Finds where references stand in the text that a document was read from, and puts other words there.

use std::collections::BTreeSet;

use super::{Change, Markup, Mended};
use crate::document::Position;

/// Makes the changes that can be placed.
pub(super) fn apply(original: &str, markup: Markup, wanted: Vec<Change>) -> Mended {
    let lines = line_starts(original);
    let mut placed: Vec<(usize, String, String, Change)> = Vec::new();
    let mut unplaced = Vec::new();
    let mut taken = BTreeSet::new();
    for change in wanted {
        let before = [change.before.clone(), escaped(&change.before)];
        let found = before.iter().find_map(|words| {
            let at = find(original, &lines, change.position, words)?;
            Some((at, words.clone()))
        });
        match found {
            Some((at, words)) if taken.insert(at) => {
                let after = written(&change.after, markup);
                placed.push((at, words, after, change));
            }
            // The same words, named by two citations.
            Some(_) => {}
            None => unplaced.push(change),
        }
    }
    placed.sort_by_key(|(at, ..)| *at);
    let mut text = String::with_capacity(original.len());
    let mut changes = Vec::new();
    let mut end = 0;
    for (at, before, after, change) in placed {
        if at < end {
            unplaced.push(change);
            continue;
        }
        text.push_str(&original[end..at]);
        text.push_str(&after);
        end = at + before.len();
        changes.push(change);
    }
    text.push_str(&original[end..]);
    Mended { text, changes, unplaced }
}

/// Returns where each line starts, in bytes.
fn line_starts(text: &str) -> Vec<usize> {
    let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
}

/// Finds words at a position, or else anywhere on its line if they stand there only once.
fn find(text: &str, lines: &[usize], position: Position, words: &str) -> Option<usize> {
    let (line, column) = match position {
        Position::Line { line, column } => (line, column),
        Position::Paragraph { .. } | Position::Page { .. } => return None,
    };
    let number = usize::try_from(line).ok()?.checked_sub(1)?;
    let start = *lines.get(number)?;
    let end = lines.get(number + 1).copied().unwrap_or(text.len());
    let line = &text[start..end];
    let skipped = usize::try_from(column).ok()?.checked_sub(1)?;
    let mark = if number == 0 && line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let offset = line[mark..].char_indices().nth(skipped).map(|(offset, _)| mark + offset);
    if let Some(offset) = offset.filter(|&offset| line[offset..].starts_with(words)) {
        return Some(start + offset);
    }
    let mut all = line.match_indices(words).map(|(at, _)| at);
    let only = all.next()?;
    let whole = all.next().is_none() && !continues(&line[only + words.len()..]);
    whole.then_some(start + only)
}

/// Tells whether an address goes on: then what was found is only its beginning.
fn continues(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_alphanumeric() || "/?#&=%-_~".contains(c))
}

/// Writes an address as the markup needs it.
fn written(url: &str, markup: Markup) -> String {
    match markup {
        Markup::Html => escaped(url),
        // A bracket would end the target of a link.
        Markup::Markdown => url.replace('(', "%28").replace(')', "%29"),
        Markup::Plain => url.to_owned(),
    }
}

fn escaped(url: &str) -> String {
    url.replace('&', "&amp;")
}

#[cfg(test)]
mod tests {
    use super::super::ChangeKind;
    use super::*;

    fn change(line: u32, column: u32, before: &str, after: &str) -> Change {
        Change {
            position: Position::Line { line, column },
            kind: ChangeKind::Completed,
            before: before.into(),
            after: after.into(),
        }
    }

    fn applied(text: &str, markup: Markup, change: Change) -> (String, usize) {
        let mended = apply(text, markup, vec![change]);
        (mended.text, mended.unplaced.len())
    }

    #[test]
    fn words_are_replaced_where_they_stand() {
        let (text, unplaced) = applied(
            "One.\nÜ [1] A.org/b, May.\r\n",
            Markup::Plain,
            change(2, 7, "A.org/b", "https://a.org/b"),
        );
        assert_eq!((text.as_str(), unplaced), ("One.\nÜ [1] https://a.org/b, May.\r\n", 0));
    }

    #[test]
    fn html_is_escaped_and_markdown_keeps_its_brackets() {
        let html = change(1, 1, "https://a.org/?x=1&y=2", "https://b.org/?x=1&y=2");
        let (text, _) = applied("<a href=\"https://a.org/?x=1&amp;y=2\">", Markup::Html, html);
        assert_eq!(text, "<a href=\"https://b.org/?x=1&amp;y=2\">");
        let markdown = change(1, 1, "https://a.org/", "https://a.org/(b)");
        let (text, _) = applied("[a](https://a.org/)", Markup::Markdown, markdown);
        assert_eq!(text, "[a](https://a.org/%28b%29)");
    }

    #[test]
    fn what_is_not_at_its_place_or_is_there_twice_is_left_alone() {
        let gone = change(1, 1, "A.org/b", "https://a.org/b");
        assert_eq!(applied("nothing", Markup::Plain, gone.clone()), ("nothing".into(), 1));
        let twice = "x A.org/b A.org/b";
        assert_eq!(applied(twice, Markup::Plain, gone.clone()), (twice.into(), 1));
        let longer = "x A.org/bc";
        assert_eq!(applied(longer, Markup::Plain, gone), (longer.into(), 1));
    }
}
