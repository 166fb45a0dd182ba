//! Recognises notes marked by symbols: a paragraph that begins with `*` or `†`, called by the same symbol above.

use super::Series;
use super::calls::{Call, Form};
use super::definitions::{Begins, Definition};
use crate::document::{Document, Layer};

/// The symbols, the longest first; a note's number is the index of its symbol plus one.
const SYMBOLS: [&str; 8] = ["***", "**", "*", "††", "†", "‡", "§", "¶"];

/// Finds the notes marked by symbols and their calls; each note answers the calls since the one before.
pub(super) fn series(document: &Document) -> Vec<Series> {
    let definitions = definitions(document);
    let mut found = Vec::new();
    for (index, symbol) in SYMBOLS.iter().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if !definitions.iter().any(|definition| definition.number == number) {
            continue;
        }
        let calls = calls(document, symbol, number);
        let mut from = 0;
        let mut taken = Series { definitions: Vec::new(), calls: Vec::new() };
        for definition in definitions.iter().filter(|definition| definition.number == number) {
            let is_between = |call: &&Call| (from..definition.start).contains(&call.range.start);
            let fitting: Vec<Call> = calls.iter().filter(is_between).cloned().collect();
            if !fitting.is_empty() {
                from = definition.start + 1;
                taken.calls.extend(fitting);
                taken.definitions.push(definition.clone());
            }
        }
        found.push(taken);
    }
    found
}

fn definitions(document: &Document) -> Vec<Definition> {
    let mut found = Vec::new();
    for (block, of) in document.blocks.iter().enumerate() {
        if of.layer != Layer::Visible {
            continue;
        }
        let text = &document.text[of.range.clone()];
        let Some(index) = SYMBOLS.iter().position(|symbol| text.starts_with(symbol)) else {
            continue;
        };
        let symbol = SYMBOLS[index];
        let rest = &text[symbol.len()..];
        // `**bold**` and `* * *` are none.
        if rest.contains(symbol) || rest.trim().is_empty() {
            continue;
        }
        let start = of.range.start;
        found.push(Definition {
            label: symbol.to_owned(),
            number: u32::try_from(index + 1).unwrap_or(u32::MAX),
            start,
            text_start: start + symbol.len() + (rest.len() - rest.trim_start().len()),
            block,
            begins: Begins::Paragraph,
            restarts: true,
        });
    }
    found
}

fn calls(document: &Document, symbol: &str, number: u32) -> Vec<Call> {
    let mut found = Vec::new();
    for block in document.blocks.iter().filter(|block| block.layer == Layer::Visible) {
        let text = document.block_text(block);
        let mut emphasised = false;
        for (at, _) in text.match_indices(symbol) {
            let before = text[..at].chars().next_back();
            let after = text[at + symbol.len()..].chars().next();
            let is_part = [before, after].iter().any(|c| c.is_some_and(|c| symbol.contains(c)));
            let opens = before.is_none_or(|c| c.is_whitespace() || c == '(')
                && after.is_some_and(|c| !c.is_whitespace());
            if is_part || opens {
                emphasised |= opens;
                continue;
            }
            let ends = before.is_some_and(|c| !c.is_whitespace())
                && after.is_none_or(|c| !c.is_alphanumeric());
            if ends && !std::mem::take(&mut emphasised) {
                let start = block.range.start + at;
                let range = start..start + symbol.len();
                found.push(Call { form: Form::Symbol, range, labels: vec![number] });
            }
        }
    }
    found
}
