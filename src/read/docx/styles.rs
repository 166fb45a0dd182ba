//! Says what kind of block a paragraph style makes, by its built-in name or that of the style it is based on.

use std::collections::BTreeMap;

use crate::document::BlockKind;
use crate::read::xml::Node;

/// How many styles are followed to what they are based on.
const LONGEST_CHAIN: usize = 20;

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: BTreeMap<String, Style>,
    current: Option<String>,
}

#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
}

impl Styles {
    /// Takes a piece of the part that defines styles.
    pub(super) fn node(&mut self, node: Node<'_>) {
        match node {
            Node::Start(element) => {
                if element.name() == "style" {
                    self.current = element.attribute("styleId");
                    if let Some(id) = &self.current {
                        self.styles.insert(id.clone(), Style::default());
                    }
                    return;
                }
                let Some(style) = self.current.as_ref().and_then(|id| self.styles.get_mut(id))
                else {
                    return;
                };
                let value = element.attribute("val");
                match element.name() {
                    "name" => style.name = value.unwrap_or_default().to_lowercase(),
                    "basedOn" => style.based_on = value,
                    "outlineLvl" => style.outline = value.and_then(|level| level.parse().ok()),
                    _ => {}
                }
            }
            Node::End(name) if &*name == "style" => self.current = None,
            Node::End(_) | Node::Text(_) | Node::Nothing | Node::Finished => {}
        }
    }

    /// Returns the kind of block that a style makes, if it is no plain paragraph.
    pub(super) fn kind(&self, id: &str) -> Option<BlockKind> {
        let mut id = id;
        for _ in 0..LONGEST_CHAIN {
            let Some(style) = self.styles.get(id) else { return kind_of_name(&id.to_lowercase()) };
            if let Some(kind) = kind_of_name(&style.name) {
                return Some(kind);
            }
            if let Some(level) = style.outline.filter(|level| *level < 9) {
                return Some(BlockKind::Heading(level + 1));
            }
            id = style.based_on.as_deref()?;
        }
        None
    }
}

fn kind_of_name(name: &str) -> Option<BlockKind> {
    if let Some(level) = name.strip_prefix("heading") {
        return level.trim().parse().ok().filter(|l| (1..=9).contains(l)).map(BlockKind::Heading);
    }
    match name {
        "title" => Some(BlockKind::Heading(1)),
        "subtitle" => Some(BlockKind::Heading(2)),
        "caption" | "image caption" | "table caption" => Some(BlockKind::Caption),
        "source code" | "html preformatted" => Some(BlockKind::Preformatted),
        "block text" | "blocktext" | "footnote block text" => Some(BlockKind::BlockQuotation),
        name if name.contains("quot") => Some(BlockKind::BlockQuotation),
        _ => None,
    }
}
