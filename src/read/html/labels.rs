//! How notes are labelled, and what generators call notes, their calls and the links back.

/// Reads the label of a note out of the text of its call: `[12]`, `iv`, `†`, `note 3`.
pub(super) fn label(text: &str) -> Option<String> {
    let plain: String =
        text.trim().chars().filter(|&c| !is_invisible(c)).map(plain_digit).collect();
    let core = plain.trim_matches(|c: char| c.is_whitespace() || "[](){}⟨⟩.:,^↑".contains(c));
    (core.len() <= 16 && is_core(core)).then(|| core.to_owned())
}

/// Makes a label for a link that is marked as a call, whatever its text is.
pub(super) fn label_of_call(text: &str, fragment: &str) -> Option<String> {
    let text = text.trim();
    if !text.is_empty() {
        return (text.chars().count() <= 24).then(|| text.to_owned());
    }
    let digits: String = fragment.chars().filter(char::is_ascii_digit).collect();
    Some(if digits.is_empty() { fragment.to_owned() } else { digits })
}

fn is_core(core: &str) -> bool {
    let is_number = |text: &str| {
        (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_roman = |text: &str| {
        (1..=7).contains(&text.len()) && text.bytes().all(|byte| b"ivxlcIVXLC".contains(&byte))
    };
    let is_letter = |text: &str| text.chars().count() == 1 && text.chars().all(char::is_alphabetic);
    let is_symbols = |text: &str| {
        (1..=4).contains(&text.chars().count()) && text.chars().all(|c| "*†‡§¶#‖⁂".contains(c))
    };
    let word = core.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &core[word.len()..];
    let is_worded = is_number(number)
        && word.chars().count() <= 10
        && word.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-' || c == '\u{a0}');
    let number_and_letter =
        core.strip_suffix(|c: char| c.is_ascii_lowercase()).is_some_and(is_number);
    is_number(core)
        || is_roman(core)
        || is_letter(core)
        || is_symbols(core)
        || is_worded
        || number_and_letter
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FE0E}' | '\u{FE0F}' | '\u{FEFF}')
}

fn plain_digit(c: char) -> char {
    match c {
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴'..='⁹' => char::from_u32(u32::from(c) - 0x2070 + u32::from('0')).unwrap_or(c),
        _ => c,
    }
}

/// Tells whether the text of a link is a label in brackets.
pub(super) fn is_bracketed(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with('[') && text.ends_with(']')) || (text.starts_with('(') && text.ends_with(')'))
}

/// Tells whether the text of a link is but an arrow.
pub(super) fn is_arrow(text: &str) -> bool {
    let text =
        text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c) || "[]()".contains(c));
    !text.is_empty() && text.chars().all(|c| "↩↑⤴⏎↵^⇧⬆▲«←".contains(c) || is_invisible(c))
}

/// Tells whether what stands before an anchor is but a label, or nothing.
pub(super) fn is_label_or_blank(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || is_arrow(text) || label(text).is_some()
}

/// Returns the length of a label at the beginning of a note's text, with what separates it from the text.
pub(super) fn length_of_label(text: &str, label: &str) -> usize {
    let start = text.trim_start_matches(['[', '(', '^', '↑', ' ', '\n', '\u{a0}']);
    let plain: String = start.chars().take(label.chars().count()).map(plain_digit).collect();
    if plain != label {
        return if text.starts_with(['^', '↑']) { text.len() - start.len() } else { 0 };
    }
    let after =
        &start[start.char_indices().nth(label.chars().count()).map_or(start.len(), |(at, _)| at)..];
    let rest = after.trim_start_matches([']', ')', '.', ':', '↑', '^']);
    let is_separated = rest.len() < after.len() || after.starts_with(char::is_whitespace);
    if is_separated || after.is_empty() { text.len() - rest.len() } else { 0 }
}

/// Rules out most names that have nothing to do with notes, at a glance.
pub(super) fn may_concern_notes(name: &str) -> bool {
    name.as_bytes().windows(2).any(|pair| {
        matches!(
            (pair[0] | 0x20, pair[1] | 0x20),
            (b'n', b'o') | (b'f', b'n' | b't') | (b'e', b'n' | b'd') | (b'r', b'e') | (b'b', b'a')
        ) || (pair[0] == b'_' && pair[1] | 0x20 == b'e')
    })
}

/// Tells whether a class, role or epub type is that of a list of notes.
pub(super) fn names_list_of_notes(name: &str) -> bool {
    is_one_of(
        name,
        &[
            "doc-endnotes",
            "footnotes",
            "endnotes",
            "rearnotes",
            "references",
            "reflist",
            "footnote-list",
            "footnotes-list",
            "notes-list",
            "footnotes_list",
            "easy-footnotes-wrapper",
            "wp-block-footnotes",
            "simple-footnotes",
            "modern-footnotes-list",
            "footnote_container",
        ],
    )
}

/// Tells whether a class, role, epub type or id is that of one note.
pub(super) fn names_note(name: &str) -> bool {
    is_one_of(
        name,
        &[
            "doc-footnote",
            "doc-endnote",
            "footnote",
            "endnote",
            "rearnote",
            "footnote-item",
            "footnotebody",
            "footnote-body",
            "footnote-text",
            "msofootnotetext",
            "msoendnotetext",
        ],
    ) || is_id_of_note(name)
}

/// Tells whether a class, role or epub type is that of a call.
pub(super) fn names_call(name: &str) -> bool {
    is_one_of(
        name,
        &[
            "doc-noteref",
            "noteref",
            "note-ref",
            "footnote-ref",
            "footnote-reference",
            "footnoteref",
            "footnote-anchor",
            "footnote-call",
            "footnote-link",
            "footnotelink",
            "fn-ref",
            "fnref",
            "fn-call",
            "endnote-ref",
            "reference-link",
            "sdfootnoteanc",
            "sdendnoteanc",
            "footnotecall",
            "footnote",
            "endnote",
            "footnote_plugin_tooltip_text",
        ],
    )
}

/// Tells whether a class, role or epub type is that of a link back to a call.
pub(super) fn names_back_link(name: &str) -> bool {
    is_one_of(
        name,
        &[
            "doc-backlink",
            "backlink",
            "footnote-back",
            "footnote-backref",
            "footnote-back-link",
            "footnote-backlink",
            "reversefootnote",
            "footnote-return",
            "footnote-number",
            "fn-backref",
            "fn-back",
            "backref",
            "mw-cite-backlink",
            "sdfootnotesym",
            "sdendnotesym",
            "easy-footnote-to-top",
            "data-footnote-backref",
        ],
    )
}

fn is_one_of(name: &str, known: &[&str]) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Tells whether an id has the form that generators give to calls.
pub(super) fn is_id_of_call(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    let id = id.strip_prefix("user-content-").unwrap_or(&id);
    [
        "fnref",
        "fn-ref",
        "fn_ref",
        "_ftnref",
        "_ednref",
        "ftnref",
        "ednref",
        "cite_ref",
        "cite-ref",
        "footnote-anchor",
        "footnote-ref",
        "footnoteref",
        "footnote_ref",
        "footnote-reference",
        "noteref",
        "note-ref",
        "noteanchor",
        "endnote-ref",
        "fr-",
        "ref-fn",
        "reffn",
        "back-fn",
    ]
    .iter()
    .any(|prefix| begins_label(id, prefix))
        || (id.starts_with("sdfootnote") || id.starts_with("sdendnote")) && id.ends_with("anc")
}

/// Tells whether an id has the form that generators give to notes.
pub(super) fn is_id_of_note(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    let id = id.strip_prefix("user-content-").unwrap_or(&id);
    [
        "fn",
        "_ftn",
        "_edn",
        "ftn",
        "edn",
        "cite_note",
        "cite-note",
        "footnote",
        "endnote",
        "note",
        "en",
        "easy-footnote-bottom",
        "footnotebody",
        "f-note",
    ]
    .iter()
    .any(|prefix| begins_label(id, prefix))
        || (id.starts_with("sdfootnote") || id.starts_with("sdendnote")) && id.ends_with("sym")
}

/// Tells whether an id is a prefix with a number or another label behind it.
fn begins_label(id: &str, prefix: &str) -> bool {
    let Some(rest) = id.strip_prefix(prefix) else { return false };
    let label = rest.trim_start_matches(['-', '_', ':', '.', '/']);
    let is_separated = label.len() < rest.len();
    label.starts_with(|c: char| c.is_ascii_digit()) || (is_separated && !label.is_empty())
}

/// Decodes the percent-encoding of a fragment.
pub(super) fn percent_decoded(fragment: &str) -> Option<String> {
    if !fragment.contains('%') {
        return None;
    }
    let bytes = fragment.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let digits = fragment.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_from_words() {
        for (text, expected) in [
            ("[12]", Some("12")),
            (" 3 ", Some("3")),
            ("iv", Some("iv")),
            ("†", Some("†")),
            ("¹²", Some("12")),
            ("(a)", Some("a")),
            ("[note 3]", Some("note 3")),
            ("12a", Some("12a")),
            ("here", None),
            ("[citation needed]", None),
            ("", None),
            ("20245", None),
        ] {
            assert_eq!(label(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_label_is_taken_off_the_beginning_of_a_note() {
        for (text, label, length) in [
            ("[1] Tass", "1", 3),
            ("1. Tass", "1", 2),
            ("^ Tass", "1", 3 - 1),
            ("1 Tass", "1", 1),
            ("12 men", "1", 0),
            ("Tass", "1", 0),
        ] {
            assert_eq!(length_of_label(text, label), length, "{text}");
        }
    }

    #[test]
    fn ids_of_notes_and_calls_are_told_apart() {
        for id in
            ["fn1", "fn:1", "_ftn12", "cite_note-Smith-3", "footnote-2", "sdfootnote1sym", "note3"]
        {
            assert!(is_id_of_note(id) && !is_id_of_call(id), "{id}");
        }
        for id in [
            "fnref1",
            "fnref:1",
            "_ftnref12",
            "cite_ref-Smith_3-0",
            "footnote-anchor-2",
            "sdfootnote1anc",
        ] {
            assert!(is_id_of_call(id), "{id}");
        }
        for id in ["function", "notebook", "entry-3", "fnord", "main"] {
            assert!(!is_id_of_note(id) && !is_id_of_call(id), "{id}");
        }
    }
}
