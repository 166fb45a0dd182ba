//! Tells pages whose text only scripts bring in.

use super::attributes::Attributes;
use crate::document::{Document, Gap, Layer};

/// Less visible text than this, in bytes, is no article.
const LITTLE_TEXT_BYTES: usize = 400;

/// The ids under which frameworks put a page together.
const ROOTS: [&str; 14] = [
    "root",
    "app",
    "__next",
    "__nuxt",
    "___gatsby",
    "react-root",
    "main-app",
    "app-root",
    "svelte",
    "ember-app",
    "application",
    "mount",
    "react-app",
    "q-app",
];

/// What was seen of a page's scripts.
#[derive(Debug, Default)]
pub(super) struct Scripted {
    has_script: bool,
    has_root: bool,
}

impl Scripted {
    /// Looks at a script's type.
    pub(super) fn see_script(&mut self, kind: &str) {
        self.has_script |= kind.is_empty() || kind == "module" || kind.ends_with("javascript");
    }

    /// Looks at an element that frameworks may use.
    pub(super) fn see_element(&mut self, attributes: &Attributes<'_>) {
        self.has_root |= attributes.id.is_some_and(|id| id.len() <= 11 && ROOTS.contains(&id));
    }

    /// Says of a document that its text is missing, if it is.
    pub(super) fn judge(&self, document: &mut Document) {
        let visible = length(document, Layer::Visible);
        if visible >= LITTLE_TEXT_BYTES || !self.has_script {
            return;
        }
        if self.has_root || visible == 0 || asks_for_scripts(document) {
            document.coverage.add(Gap::NeedsScript);
        }
    }
}

fn length(document: &Document, layer: Layer) -> usize {
    let blocks = document.blocks.iter().filter(|block| block.layer == layer);
    blocks.map(|block| block.range.len()).sum()
}

fn asks_for_scripts(document: &Document) -> bool {
    let texts = document
        .blocks
        .iter()
        .filter(|block| matches!(block.layer, Layer::Visible | Layer::Noscript | Layer::CssHidden));
    texts.map(|block| document.block_text(block)).any(|text| {
        text.as_bytes().windows(10).any(|word| word.eq_ignore_ascii_case(b"javascript"))
    })
}
