//! Reads DOCX (ECMA-376): body, footnotes and endnotes, with tracked changes accepted, links and text boxes.
//! Comments, headers and footers are no part of the text.

mod body;
mod labels;
mod styles;

use std::collections::BTreeMap;

use super::archive::{self, Archive};
use super::draft::Draft;
use super::xml::Node;
use super::{ReadError, properties};
use crate::document::{Document, DocumentFormat};
use labels::{Labels, Series};
use styles::Styles;

/// Reads a DOCX file.
pub(super) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let mut archive = Archive::open(bytes)?;
    let mut draft = Draft::new(DocumentFormat::Docx);
    let of_file = relations(&mut archive, "_rels/.rels", draft.head());
    let main =
        part(&of_file, "", "officeDocument").unwrap_or_else(|| "word/document.xml".to_owned());
    if let Some(name) = part(&of_file, "", "core-properties") {
        properties::read(&mut archive, &name, draft.head());
    }
    let of_main = relations(&mut archive, &relations_of(&main), draft.head());
    let mut styles = Styles::default();
    if let Some(name) = part(&of_main, &main, "styles") {
        archive.optional_xml(&name, draft.head(), |node| styles.node(node));
    }
    let footnotes = part(&of_main, &main, "footnotes");
    let mut labels = Labels::new(footnotes.is_some());
    if let Some(name) = part(&of_main, &main, "settings") {
        archive.optional_xml(&name, draft.head(), |node| labels.setting(node));
    }
    let mut reader = body::Reader::new(&mut draft, &styles, &mut labels);
    reader.enter(None, targets(&of_main));
    let damage = archive.main_xml(&main, |node| reader.node(node))?;
    reader.leave();
    archive::note_damage(reader.head(), &main, damage)?;
    let endnotes = part(&of_main, &main, "endnotes");
    for (kind, name) in [(Series::Footnote, footnotes), (Series::Endnote, endnotes)] {
        let Some(name) = name else { continue };
        let of_notes = relations(&mut archive, &relations_of(&name), reader.head());
        reader.enter(Some(kind), targets(&of_notes));
        let mut outcome = Document::empty(DocumentFormat::Docx);
        archive.optional_xml(&name, &mut outcome, |node| reader.node(node));
        reader.leave();
        for gap in outcome.coverage.gaps() {
            reader.head().coverage.add(*gap);
        }
        reader.head().remarks.append(&mut outcome.remarks);
    }
    let document = draft.finish();
    if document.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(document)
}

/// What one part has to do with another.
#[derive(Debug)]
struct Relation {
    /// The last word of its type.
    kind: String,
    target: String,
}

/// Reads the relations of a part, by their names.
fn relations(
    archive: &mut Archive<'_>,
    name: &str,
    document: &mut Document,
) -> BTreeMap<String, Relation> {
    let mut found = BTreeMap::new();
    archive.optional_xml(name, document, |node| {
        let Node::Start(element) = node else { return };
        if element.name() != "Relationship" {
            return;
        }
        if let (Some(id), Some(kind), Some(target)) =
            (element.attribute("Id"), element.attribute("Type"), element.attribute("Target"))
        {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            found.insert(id, Relation { kind, target });
        }
    });
    found
}

/// Returns the name of the part with a kind of relation to the part `of`.
fn part(relations: &BTreeMap<String, Relation>, of: &str, kind: &str) -> Option<String> {
    let target = &relations.values().find(|relation| relation.kind == kind)?.target;
    if let Some(absolute) = target.strip_prefix('/') {
        return Some(absolute.to_owned());
    }
    Some(match of.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{target}"),
        None => target.clone(),
    })
}

/// Returns the name of the part that holds the relations of another.
fn relations_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// Returns the targets of links by the names of their relations.
fn targets(relations: &BTreeMap<String, Relation>) -> BTreeMap<String, String> {
    let links = relations.iter().filter(|(_, relation)| relation.kind == "hyperlink");
    links.map(|(id, relation)| (id.clone(), relation.target.clone())).collect()
}

#[cfg(test)]
mod tests;
