//! Finds what a document cites and quotes, and on whose word. Knows prose, not whether a link works. Pure.

mod assembly;
mod author_date;
mod echoes;
mod links;
mod marks;
mod pairing;
mod quotations;
mod references;
mod sentences;
mod speakers;

use crate::citation::{Citations, Reference};
use crate::document::{Document, Layer};

/// Finds all citations, quotations and references of a document, each quotation with the citation that vouches for it.
#[must_use]
pub fn extract(document: &Document) -> Citations {
    let mut body = Vec::new();
    let mut notes: Vec<Vec<usize>> = vec![Vec::new(); document.notes.len()];
    for (index, block) in document.blocks.iter().enumerate() {
        if block.layer != Layer::Visible {
            continue;
        }
        match block.note.and_then(|note| notes.get_mut(note)) {
            Some(blocks) => blocks.push(index),
            None => body.push(index),
        }
    }
    assembly::assemble(document, &body, &notes)
}

/// Finds the references in a text of their own, such as one line of a list.
#[must_use]
pub fn references(text: &str) -> Vec<Reference> {
    references::references(text)
}

#[cfg(test)]
mod tests;
