//! Reads what a document says about itself above its text: lines of `key: value` or `key = "value"`.

use crate::document::{Document, Metadata, MetadataKind};
use crate::text::Language;

/// Takes title, language and other properties from the front matter.
pub(super) fn describe(text: &str, document: &mut Document) {
    for line in text.lines() {
        // Nested tables and lists hold nothing that is looked for.
        if line.starts_with([' ', '\t', '-', '#', '[']) {
            continue;
        }
        let Some((name, value)) = line.split_once([':', '=']) else { continue };
        let (name, value) = (name.trim().to_lowercase(), unquoted(value.trim()));
        if value.is_empty() {
            continue;
        }
        match name.as_str() {
            "title" => document.title = Some(value.to_owned()),
            "lang" | "language" => document.language = Language::from_tag(value),
            _ => {}
        }
        let value = value.to_owned();
        document.metadata.push(Metadata { kind: MetadataKind::Property, name, value });
    }
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|v| v.strip_suffix(quote)) {
            return inner;
        }
    }
    value
}
