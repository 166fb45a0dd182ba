//! Reads what an office document or a book says about itself: title, language, dates (Dublin Core).

use super::archive::Archive;
use super::xml::Node;
use crate::document::{Document, Metadata, MetadataKind};
use crate::text::Language;

/// Takes the properties of a part into the document.
pub(super) fn read(archive: &mut Archive<'_>, name: &str, document: &mut Document) {
    let mut current: Option<String> = None;
    let mut found: Vec<(String, String)> = Vec::new();
    archive.optional_xml(name, document, |node| match node {
        Node::Start(element) => current = Some(element.name().to_owned()),
        Node::Text(text) => {
            let Some(name) = &current else { return };
            match found.last_mut() {
                Some((last, value)) if last == name => value.push_str(&text),
                _ => found.push((name.clone(), text.into_owned())),
            }
        }
        Node::End(_) => current = None,
        Node::Nothing | Node::Finished => {}
    });
    for (name, value) in found {
        take(&name, &value, document);
    }
}

/// Takes one property into the document.
pub(super) fn take(name: &str, value: &str, document: &mut Document) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    match name {
        "title" => {
            document.title.get_or_insert_with(|| value.to_owned());
        }
        "language" => document.language = document.language.or_else(|| Language::from_tag(value)),
        "date" | "created" | "modified" | "creation-date" | "creator" | "publisher"
        | "description" | "subject" => {}
        _ => return,
    }
    document.metadata.push(Metadata {
        kind: MetadataKind::Property,
        name: name.to_owned(),
        value: value.to_owned(),
    });
}
