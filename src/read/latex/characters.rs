//! Knows how LaTeX writes characters: ligatures, accents, and commands that are a character.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Reads a character that is written by several, at the beginning of a text; with its length.
pub(super) fn ligature(text: &str) -> (&str, usize) {
    const LIGATURES: [(&str, &str); 10] = [
        ("---", "—"),
        ("--", "–"),
        ("``", "“"),
        ("''", "”"),
        ("`", "‘"),
        ("'", "’"),
        ("~", "\u{A0}"),
        ("\"`", "„"),
        ("\"'", "“"),
        ("\"-", ""),
    ];
    for (written, character) in LIGATURES {
        if text.starts_with(written) {
            return (character, written.len());
        }
    }
    let length = text.chars().next().map_or(1, char::len_utf8);
    (&text[..length.min(text.len())], length)
}

/// Returns the character that a command is.
pub(super) fn symbol(name: &str) -> Option<&'static str> {
    Some(match name {
        "%" => "%",
        "&" => "&",
        "$" => "$",
        "#" => "#",
        "_" => "_",
        "{" => "{",
        "}" => "}",
        "ldots" | "dots" | "textellipsis" => "…",
        "textendash" => "–",
        "textemdash" => "—",
        "textquotedblleft" | "grqq" => "“",
        "textquotedblright" => "”",
        "textquoteleft" | "grq" => "‘",
        "textquoteright" => "’",
        "textquotesingle" => "'",
        "textquotedbl" => "\"",
        "glqq" | "quotedblbase" => "„",
        "glq" | "quotesinglbase" => "‚",
        "guillemotleft" | "guillemetleft" | "flqq" | "og" => "«",
        "guillemotright" | "guillemetright" | "frqq" | "fg" => "»",
        "ss" => "ß",
        "ae" => "æ",
        "AE" => "Æ",
        "oe" => "œ",
        "OE" => "Œ",
        "o" => "ø",
        "O" => "Ø",
        "l" => "ł",
        "L" => "Ł",
        "aa" => "å",
        "AA" => "Å",
        "i" => "ı",
        "dh" => "ð",
        "th" => "þ",
        "S" | "textsection" => "§",
        "P" | "textparagraph" => "¶",
        "dag" | "textdagger" => "†",
        "ddag" => "‡",
        "copyright" | "textcopyright" => "©",
        "pounds" | "textsterling" => "£",
        "euro" | "texteuro" | "EUR" => "€",
        "textdegree" => "°",
        "textasciitilde" => "~",
        "textasciicircum" => "^",
        "textbackslash" => "\\",
        "textbar" => "|",
        "textless" => "<",
        "textgreater" => ">",
        "LaTeX" => "LaTeX",
        "TeX" => "TeX",
        "-" | "/" => "",
        _ => return None,
    })
}

/// Reads an accent over a letter: `\"o`, `\'{e}`, `\v{s}`. Returns the letter, and how much follows the command.
pub(super) fn accented(name: &str, after: &str) -> Option<(String, usize)> {
    let accent = match name {
        "`" => '\u{300}',
        "'" => '\u{301}',
        "^" => '\u{302}',
        "~" => '\u{303}',
        "=" => '\u{304}',
        "u" => '\u{306}',
        "." => '\u{307}',
        "\"" => '\u{308}',
        "r" => '\u{30A}',
        "H" => '\u{30B}',
        "v" => '\u{30C}',
        "c" => '\u{327}',
        "k" => '\u{328}',
        "d" => '\u{323}',
        "b" => '\u{331}',
        _ => return None,
    };
    let is_word = name.chars().all(char::is_alphabetic);
    let trimmed = after.trim_start_matches(' ');
    let skipped = after.len() - trimmed.len();
    let (letter, length) = if let Some(inner) = trimmed.strip_prefix('{') {
        let inner_length = inner.find('}').filter(|length| *length <= 4)?;
        (inner[..inner_length].trim_start_matches('\\'), inner_length + 2)
    } else if is_word && skipped == 0 {
        return None;
    } else {
        let rest = trimmed.strip_prefix('\\').unwrap_or(trimmed);
        let length = rest.chars().next()?.len_utf8();
        (&rest[..length], length + trimmed.len() - rest.len())
    };
    if !letter.chars().all(char::is_alphabetic) || letter.is_empty() {
        return None;
    }
    let composed =
        ComposingNormalizerBorrowed::new_nfc().normalize(&format!("{letter}{accent}")).into_owned();
    Some((composed, skipped + length))
}

/// Writes a short text without its commands.
pub(super) fn plain(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            let (name, length) = super::commands::name(rest);
            rest = &rest[length..];
            if let Some((accented, used)) = accented(name, rest) {
                written.push_str(&accented);
                rest = &rest[used..];
            } else {
                written.push_str(symbol(name).unwrap_or_default());
            }
            continue;
        }
        let (character, length) = ligature(rest);
        if !matches!(character, "{" | "}") {
            written.push_str(character);
        }
        rest = &rest[length..];
    }
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}
