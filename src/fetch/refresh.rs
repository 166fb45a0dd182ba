//! Finds where a page sends its readers at once (`<meta http-equiv="refresh">`). Looks at the head of small pages only:
//! a page with a text of its own is read, whatever it does to those who stay.
//!
//! The syntax is that of the
//! [HTML standard](https://html.spec.whatwg.org/multipage/semantics.html#attr-meta-http-equiv-refresh).

use memchr::memmem;

/// A larger page, in bytes, is more than a signpost.
const MOST_BYTES: usize = 8192;
/// Who waits longer, in seconds, has something to show first.
const LONGEST_WAIT_SECONDS: u32 = 3;

/// Returns the reference that a page sends its readers to, as it is written but for character references.
///
/// What stands in `noscript` or in a comment counts for nothing: it is not for readers whose browser runs scripts.
pub(super) fn refresh(page: &[u8]) -> Option<String> {
    if page.len() > MOST_BYTES || memmem::find(page, b"efresh").is_none() && !shouts(page) {
        return None;
    }
    let text = String::from_utf8_lossy(page);
    let lower = text.to_ascii_lowercase();
    memmem::find_iter(lower.as_bytes(), "<meta").find_map(|at| {
        let is_shown = !is_inside(&lower[..at], "<noscript", "</noscript")
            && !is_inside(&lower[..at], "<!--", "-->")
            && !is_inside(&lower[..at], "<script", "</script");
        let end = at + lower[at..].find('>')?;
        let (tag, lower) = (&text[at..end], &lower[at..end]);
        let is_refresh =
            attribute(tag, lower, "http-equiv")?.trim().eq_ignore_ascii_case("refresh");
        (is_shown && is_refresh).then(|| target(attribute(tag, lower, "content")?))?
    })
}

fn shouts(page: &[u8]) -> bool {
    memmem::find(page, b"EFRESH").is_some()
}

fn is_inside(before: &str, start: &str, end: &str) -> bool {
    before.rfind(start).is_some_and(|start| before[start..].find(end).is_none())
}

/// Returns the value of an attribute; `lower` is the tag in lower case.
fn attribute<'a>(tag: &'a str, lower: &str, name: &str) -> Option<&'a str> {
    let name_ends = memmem::find_iter(lower.as_bytes(), name).find_map(|at| {
        let is_start =
            lower[..at].ends_with(|c: char| c.is_ascii_whitespace() || "\"'".contains(c));
        let rest = lower[at + name.len()..].trim_start();
        (is_start && rest.starts_with('=')).then_some(at + name.len())
    })?;
    let value = tag[name_ends..].trim_start().strip_prefix('=')?.trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split(|c: char| c.is_ascii_whitespace()).next(),
    }
}

/// Reads `0; url=…`; `None` if there is no address, or a long wait before.
fn target(content: &str) -> Option<String> {
    let content = content.trim_start();
    let digits = content.len() - content.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if content[..digits].parse::<u32>().ok()? > LONGEST_WAIT_SECONDS {
        return None;
    }
    let rest = content[digits..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || ";,".contains(c));
    let is_named = rest.get(..3).is_some_and(|name| name.eq_ignore_ascii_case("url"));
    let after = rest.get(3..).map(str::trim_start).and_then(|rest| rest.strip_prefix('='));
    let reference = if is_named { after.unwrap_or(rest) } else { rest }.trim_start();
    let reference = match reference.chars().next()? {
        quote @ ('"' | '\'') => reference[1..].split(quote).next()?,
        _ => reference,
    };
    let reference = reference.trim().replace("&amp;", "&");
    (!reference.is_empty()).then_some(reference)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_that_sends_its_readers_on_says_where() {
        for (page, to) in [
            ("<meta http-equiv=refresh content='0;url=/b'>", "/b"),
            (
                "<META HTTP-EQUIV=\"REFRESH\" CONTENT=\"0; URL='https://a.org/?x=1&amp;y=2'\">",
                "https://a.org/?x=1&y=2",
            ),
            ("<meta content='3, /b' http-equiv='Refresh'/>", "/b"),
            ("<meta charset=utf-8><meta http-equiv=\"refresh\" content=\"0.5; url = b c\">", "b c"),
            ("<noscript></noscript><meta http-equiv=refresh content=0;url=b>", "b"),
        ] {
            assert_eq!(refresh(page.as_bytes()).as_deref(), Some(to), "{page}");
        }
    }

    #[test]
    fn what_is_not_for_readers_or_comes_late_is_no_signpost() {
        let long =
            "<meta http-equiv=refresh content='0;url=/b'>".to_owned() + &"x".repeat(MOST_BYTES);
        for page in [
            "<meta http-equiv=refresh content=300>",
            "<meta http-equiv=refresh content='300;url=/b'>",
            "<meta http-equiv=refresh content='5; url=/?bm-verify=x'>",
            "<noscript><meta http-equiv=refresh content='0;url=/nojs'></noscript>",
            "<!-- <meta http-equiv=refresh content='0;url=/b'> -->",
            "<meta name=description content='refresh; url=/b'>",
            "<meta http-equiv=refresh content='0;url='>",
            "<meta http-equiv=refresh",
            &long,
        ] {
            assert_eq!(refresh(page.as_bytes()), None, "{page}");
        }
    }

    proptest! {
        #[test]
        fn any_page_is_looked_at(tail in "\\PC{0,60}", content in "\\PC{0,20}") {
            refresh(format!("<meta http-equiv=refresh {tail}").as_bytes());
            refresh(format!("<meta http-equiv=refresh content=\"{content}\">{tail}").as_bytes());
        }
    }
}
