//! Finds who is named right before a quotation: `Pavel Minakov: "…"`. Never guesses from the sentence.

use crate::document::Document;

use super::quotations::block_at;

/// The longest label, in bytes and in words.
const LONGEST_BYTES: usize = 160;
const LONGEST_WORDS: usize = 8;

/// Returns the speaker whom a label before a quotation names, given where the quotation opens.
pub(super) fn before(document: &Document, quotation: usize) -> Option<String> {
    let block = block_at(document, quotation)?;
    let from = document.text.floor_char_boundary(quotation.saturating_sub(LONGEST_BYTES));
    let start = from.max(block.range.start);
    let label = document.text[start..quotation].trim().strip_suffix([':', '：'])?;
    let label = if start == block.range.start {
        label
    } else {
        label.rsplit_once(['\n', '\r']).map(|(_, last)| last)?
    };
    is_name(label).then(|| label.trim().to_owned())
}

/// Returns the name in the last line of a block quotation: `— Vladimir Putin, June 2024`.
pub(super) fn attribution(line: &str) -> Option<String> {
    let name = line.trim_start_matches(|c: char| !c.is_alphanumeric()).trim();
    (!name.is_empty() && name.len() <= LONGEST_BYTES).then(|| name.to_owned())
}

/// Tells whether a label names somebody: a few words, each with a capital, but for particles and roles after a comma.
fn is_name(label: &str) -> bool {
    let name = label.split([',', '(']).next().unwrap_or_default();
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
