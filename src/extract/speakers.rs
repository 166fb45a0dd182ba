//! Finds who is named right before a quotation: `Pavel Minakov: "…"`. Never guesses from the sentence.

use crate::document::Document;
use crate::text::speakers::is_speaker;

use super::quotations::block_at;

/// The longest label, in bytes.
const LONGEST_BYTES: usize = 160;

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
    is_speaker(label).then(|| label.trim().to_owned())
}

/// Returns the name in the last line of a block quotation: `— Vladimir Putin, June 2024`.
pub(super) fn attribution(line: &str) -> Option<String> {
    let name = line.trim_start_matches(|c: char| !c.is_alphanumeric()).trim();
    (!name.is_empty() && name.len() <= LONGEST_BYTES).then(|| name.to_owned())
}
