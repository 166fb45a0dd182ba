//! Reads EPUB 2 and 3: the text in the order of the spine, read as one page so that notes in other files are found.
//!
//! <https://www.w3.org/TR/epub-33/>

mod joined;

use std::collections::BTreeMap;

use super::archive::Archive;
use super::charset::{self, Declares};
use super::xml::Node;
use super::{Hint, ReadError, html, properties};
use crate::document::{
    Block, Document, DocumentFormat, Gap, Layer, Place, Places, Position, Remark,
};
use joined::Joined;

/// Reads an EPUB file.
pub(super) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let mut archive = Archive::open(bytes)?;
    let package = package_name(&mut archive)?;
    let mut about = Document::empty(DocumentFormat::Epub);
    let package = Package::read(&mut archive, &package, &mut about)?;
    let mut joined = Joined::default();
    for name in &package.spine {
        match archive.bytes(name) {
            Ok(Some(bytes)) => {
                let decoded = charset::decode(&bytes, &Hint::default(), Declares::Markup);
                joined.add(name, &decoded.text);
            }
            Ok(None) => lack(&mut about, &format!("`{name}` is missing")),
            Err(error) => lack(&mut about, &error.to_string()),
        }
    }
    let mut document = html::read_text(&joined.finish());
    document.format = DocumentFormat::Epub;
    drop_titles(&mut document);
    if document.blocks.is_empty() {
        return Err(ReadError::Empty);
    }
    document.places = places(&document);
    document.title = about.title;
    document.language = about.language.or(document.language);
    document.metadata = about.metadata;
    document.remarks.append(&mut about.remarks);
    for gap in about.coverage.gaps() {
        document.coverage.add(*gap);
    }
    Ok(document)
}

/// Leaves out the titles of the files: they are no part of the book.
fn drop_titles(document: &mut Document) {
    let is_kept = |block: &Block| block.layer != Layer::Title;
    let mut kept = 0;
    // How many of the blocks before each are kept.
    let mut before: Vec<usize> = Vec::with_capacity(document.blocks.len() + 1);
    for block in &document.blocks {
        before.push(kept);
        kept += usize::from(is_kept(block));
    }
    before.push(kept);
    document.blocks.retain(is_kept);
    for note in &mut document.notes {
        note.blocks = before[note.blocks.start]..before[note.blocks.end];
    }
}

fn lack(document: &mut Document, what: &str) {
    document.coverage.add(Gap::Damaged);
    document.remarks.push(Remark::Other(what.to_owned()));
}

/// Counts paragraphs: a book has no lines.
fn places(document: &Document) -> Places {
    let numbered = (1..).zip(&document.blocks).map(|(paragraph, block)| Place {
        offset: block.range.start,
        position: Position::Paragraph { paragraph, column: 1 },
    });
    Places(numbered.collect())
}

/// Returns the name of the part that describes the book.
fn package_name(archive: &mut Archive<'_>) -> Result<String, ReadError> {
    let mut found = None;
    archive.main_xml("META-INF/container.xml", |node| {
        if let Node::Start(element) = node
            && element.name() == "rootfile"
            && found.is_none()
        {
            found = element.attribute("full-path");
        }
    })?;
    found.ok_or_else(|| ReadError::Broken {
        part: "`META-INF/container.xml`".to_owned(),
        why: "names no package".to_owned(),
    })
}

/// What the package says of the book.
#[derive(Default)]
struct Package {
    /// The names of the parts with text, in reading order.
    spine: Vec<String>,
}

impl Package {
    fn read(
        archive: &mut Archive<'_>,
        name: &str,
        about: &mut Document,
    ) -> Result<Self, ReadError> {
        let mut items: BTreeMap<String, String> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        let mut property: Option<String> = None;
        let mut properties: Vec<(String, String)> = Vec::new();
        let damage = archive.main_xml(name, |node| match node {
            Node::Start(element) => match element.name() {
                "item" => {
                    if let (Some(id), Some(href)) =
                        (element.attribute("id"), element.attribute("href"))
                    {
                        items.insert(id, joined::resolve(name, &href));
                    }
                }
                "itemref" => order.extend(element.attribute("idref")),
                other => property = Some(other.to_owned()),
            },
            Node::Text(text) => {
                if let Some(name) = &property {
                    properties.push((name.clone(), text.into_owned()));
                }
            }
            Node::End(_) => property = None,
            Node::Nothing | Node::Finished => {}
        })?;
        for (name, value) in properties {
            properties::take(&name, &value, about);
        }
        let spine: Vec<String> = order.iter().filter_map(|id| items.get(id).cloned()).collect();
        if spine.is_empty() {
            let why = damage.map_or_else(|| "names no text".to_owned(), |error| error.to_string());
            return Err(ReadError::Broken { part: format!("`{name}`"), why });
        }
        Ok(Self { spine })
    }
}

#[cfg(test)]
mod tests;
