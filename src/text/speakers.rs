//! Recognises labels that name who speaks: `Pavel Minakov:` before a quotation, `VLADIMIR PUTIN:` in a transcript.

use super::{TokenClass, push_key, tokens};

/// The most words of a label.
const LONGEST_WORDS: usize = 8;
/// How far into a paragraph its label ends, in bytes.
const LONGEST_BYTES: usize = 120;

/// Tells whether a label names somebody: a few words, each with a capital, but for particles and roles after a comma.
#[must_use]
pub fn is_speaker(label: &str) -> bool {
    let name = without_role(label);
    let words = label.split_whitespace().count();
    (1..=LONGEST_WORDS).contains(&words)
        && !label.contains(['.', '?', '!', ';'])
        && name.split_whitespace().next().is_some()
        && name.split_whitespace().all(|word| {
            let first = word.chars().next();
            first.is_some_and(|c| c.is_uppercase() || !(c.is_lowercase() || c.is_numeric()))
                || matches!(
                    word,
                    "de" | "van" | "von" | "der" | "al" | "bin" | "ibn" | "of" | "da" | "di"
                )
        })
}

/// Returns the speaker whom a paragraph of a transcript names before it: `Vladimir Putin: Friends, …`.
#[must_use]
pub fn speaker_of_paragraph(paragraph: &str) -> Option<&str> {
    let head = &paragraph[..paragraph.floor_char_boundary(LONGEST_BYTES)];
    let end = head.find([':', '：'])?;
    let is_set_off = head[end..].starts_with('：')
        || paragraph[end + 1..].chars().next().is_none_or(char::is_whitespace);
    let label = head[..end].trim();
    (is_set_off && is_speaker(label)).then_some(label)
}

/// Tells whether two labels may name one person: the last word of one name stands in the other, with title or without.
#[must_use]
pub fn is_same_speaker(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let holds =
        |words: &[String], last: Option<&String>| last.is_some_and(|word| words.contains(word));
    holds(&one, other.last()) || holds(&other, one.last())
}

fn words(label: &str) -> Vec<String> {
    let name = without_role(label);
    tokens(name)
        .filter(|token| matches!(token.class, TokenClass::Word | TokenClass::Ideograph))
        .map(|token| {
            let mut key = String::new();
            push_key(&name[token.range], token.class, &mut key);
            key
        })
        .collect()
}

fn without_role(label: &str) -> &str {
    label.split([',', '(']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_that_begins_with_a_name_and_a_colon_has_a_speaker() {
        for (paragraph, expected) in [
            ("Vladimir Putin: Friends, good evening.", Some("Vladimir Putin")),
            ("Question: And what then?", Some("Question")),
            ("Владимир Путин: Добрый вечер.", Some("Владимир Путин")),
            ("外交部：是的", Some("外交部")),
            ("He said: it is so", None),
            ("https://example.org/page", None),
            ("It was said. Then: nothing", None),
            ("no colon at all", None),
        ] {
            assert_eq!(speaker_of_paragraph(paragraph), expected, "{paragraph}");
        }
    }

    #[test]
    fn titles_and_first_names_do_not_make_another_person() {
        for (one, other, expected) in [
            ("Putin", "Vladimir Putin", true),
            ("President of Russia Vladimir Putin", "VLADIMIR PUTIN", true),
            ("Pavel Minakov, Tass", "Minakov", true),
            ("Vladimir Putin", "Vladimir Medinsky", false),
            ("Vladimir Putin", "Question", false),
        ] {
            assert_eq!(is_same_speaker(one, other), expected, "{one} / {other}");
        }
    }
}
