//! Finds what a document cites and quotes, and on whose word. Knows prose, not whether a link works. Pure.

mod references;

use crate::citation::{Citations, Reference};
use crate::document::Document;

/// Finds all citations, quotations and references of a document, each quotation with the citation that vouches for it.
#[must_use]
pub fn extract(document: &Document) -> Citations {
    let _ = document;
    todo!()
}

/// Finds the references in a text of their own, such as one line of a list.
#[must_use]
pub fn references(text: &str) -> Vec<Reference> {
    references::references(text)
}
