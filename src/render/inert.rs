//! Makes text from documents and pages harmless to look at. Changes only characters that act instead of showing.

use std::borrow::Cow;

/// Tells whether a character acts on what is shown instead of being shown: control characters, the overrides and
/// isolates of the bidirectional algorithm, line separators, and invisible format characters.
///
/// Joiners, variation selectors and soft hyphens stay out: scripts need them and they move nothing.
pub(super) const fn acts(c: char) -> bool {
    matches!(
        c,
        '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Returns text for one line: every run of white space is one space, and characters that act are replaced by U+FFFD.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(if acts(c) { char::REPLACEMENT_CHARACTER } else { c });
    }
    out
}

/// Returns text whose line breaks and tabs stand, and in which other characters that act are replaced by U+FFFD.
/// A line that a CI server could read as a command is prefixed by a dot.
pub(super) fn paragraphs(text: &str) -> Cow<'_, str> {
    match without_passwords(text) {
        Some(text) => Cow::Owned(harmless(&text).into_owned()),
        None => harmless(text),
    }
}

/// Hides the name and the password that an address in a text holds; `None` if there is none.
fn without_passwords(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices("://") {
        let start = at + "://".len();
        let rest = &text[start..];
        let end = rest.find(|c: char| c.is_whitespace() || "/?#<>\"".contains(c));
        let authority = &rest[..end.unwrap_or(rest.len())];
        if let Some((user, _)) = authority.rsplit_once('@').filter(|(user, _)| user.contains(':')) {
            out.push_str(&text[copied..start]);
            out.push_str("***");
            copied = start + user.len();
        }
    }
    (copied > 0).then(|| out + &text[copied..])
}

fn harmless(text: &str) -> Cow<'_, str> {
    let kept = |c: char| matches!(c, '\n' | '\t') || !acts(c);
    let text: Cow<'_, str> = if text.chars().all(kept) {
        Cow::Borrowed(text)
    } else {
        text.chars().map(|c| if kept(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
    };
    if !text.lines().any(commands) {
        return text;
    }
    let dotted = |line| if commands(line) { format!("·{line}") } else { line.to_owned() };
    Cow::Owned(text.split('\n').map(dotted).collect::<Vec<_>>().join("\n"))
}

/// Tells whether a line of output would be taken for a command: the runners of GitHub and Azure read `::error …` and
/// `##[error] …` from any program's output.
pub(super) fn commands(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("::") || line.starts_with("##")
}

/// Returns the first `limit` characters of a text, with an ellipsis where it was cut.
pub(super) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", text[..end].trim_end())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_overrides_lose_their_power() {
        assert_eq!(line("a\u{1b}[31mb\u{202e}c\u{9b}2J"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}2J");
    }

    #[test]
    fn names_and_passwords_in_addresses_are_hidden() {
        assert_eq!(
            paragraphs("see http://me:pw@a.org/x and ftp://you:p@w@b.org, or mail:to@c.org"),
            "see http://***@a.org/x and ftp://***@b.org, or mail:to@c.org"
        );
        let plain = "https://a.org/@user:1 https://medium.com/@b";
        assert!(matches!(paragraphs(plain), Cow::Borrowed(text) if text == plain));
    }

    #[test]
    fn white_space_of_any_kind_becomes_one_space() {
        assert_eq!(line("  a\u{a0}\n\n\tb\r\n"), "a b");
    }

    #[test]
    fn line_breaks_survive_in_paragraphs() {
        assert_eq!(paragraphs("a\nb\u{7}"), "a\nb\u{fffd}");
        assert!(matches!(paragraphs("a\nb"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_cut_counts_characters() {
        assert_eq!(cut("Да, и я", 3), "Да,…");
        assert_eq!(cut("Да", 2), "Да");
    }
}
