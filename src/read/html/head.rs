//! What a page says about itself: `meta`, `link`, `base`, `time`, JSON-LD, and the data in its scripts.

use url::Url;

use super::attributes::Attributes;
use super::elements::Element;
use super::tokenizer::Offset;
use super::{Reader, Tag, data, folded};
use crate::document::{Layer, Metadata, MetadataKind};
use crate::text::Language;

/// The names under which `meta` holds text a reader could have quoted.
const TEXTS: [&str; 10] = [
    "description",
    "og:description",
    "og:title",
    "twitter:description",
    "twitter:title",
    "dc.description",
    "dcterms.description",
    "dcterms.abstract",
    "abstract",
    "headline",
];

impl<'a> Reader<'a> {
    /// Notes what a tag says about the page.
    pub(super) fn metadata(&mut self, tag: &Tag<'a>) {
        let attributes = &tag.attributes;
        match tag.element {
            Element::Meta => self.meta(attributes, tag.offset),
            Element::Link => self.link(attributes),
            Element::Base => {
                let base = attributes.href.and_then(|href| Url::parse(&folded(href)).ok());
                self.base = self.base.take().or(base);
            }
            Element::Time => {
                // The time of a related item or a comment is not the page's.
                let is_beside = self.frame().context.layer != Layer::Visible;
                if let Some(time) = attributes.datetime.filter(|_| !is_beside) {
                    let name = attributes.itemprop.or(attributes.class).unwrap_or_default();
                    self.say(MetadataKind::Time, name, time);
                }
            }
            _ => {
                if let (Some(name), Some(content)) = (attributes.itemprop, attributes.content) {
                    self.say(MetadataKind::Property, name, content);
                }
            }
        }
    }

    fn say(&mut self, kind: MetadataKind, name: &str, value: &str) {
        self.page.document.metadata.push(Metadata {
            kind,
            name: name.trim().to_ascii_lowercase(),
            value: folded(value).into_owned(),
        });
    }

    fn meta(&mut self, attributes: &Attributes<'a>, offset: Offset) {
        let Some(content) = attributes.content else { return };
        if let Some(name) = attributes.http_equiv {
            if name.eq_ignore_ascii_case("content-language") {
                let declared = &mut self.page.document.language;
                *declared = declared.or_else(|| Language::from_tag(content));
            }
            self.say(MetadataKind::HttpEquiv, name, content);
            return;
        }
        for name in
            [attributes.property, attributes.name, attributes.itemprop].into_iter().flatten()
        {
            let name = name.trim().to_ascii_lowercase();
            if TEXTS.contains(&name.as_str()) {
                self.add_once(Layer::Meta, &folded(content), offset);
            }
            self.say(MetadataKind::Property, &name, content);
        }
    }

    fn link(&mut self, attributes: &Attributes<'a>) {
        let (Some(rel), Some(href)) = (attributes.rel, attributes.href) else { return };
        let mut name = rel.trim().to_owned();
        if let Some(language) = attributes.hreflang {
            name.push(' ');
            name.push_str(language.trim());
        }
        let href = self.resolved(href);
        self.page.document.metadata.push(Metadata {
            kind: MetadataKind::Link,
            name: name.to_ascii_lowercase(),
            value: href,
        });
    }

    /// Adds a text, unless the layer's last block is the same.
    fn add_once(&mut self, layer: Layer, text: &str, offset: Offset) {
        let document = &self.page.document;
        let mut same = document.blocks.iter().rev().filter(|block| block.layer == layer).take(4);
        if !same.any(|block| document.block_text(block) == text) {
            self.page.add_aside(layer, text.to_owned(), offset);
        }
    }

    /// Takes the content of a script.
    pub(super) fn script(&mut self, attributes: &Attributes<'a>, text: &str, offset: Offset) {
        let kind = attributes.kind.unwrap_or_default().trim().to_ascii_lowercase();
        self.scripted.see_script(&kind);
        let is_data = kind == "application/ld+json";
        if is_data && let Some(texts) = data::json_ld(text) {
            self.page.document.metadata.push(Metadata {
                kind: MetadataKind::JsonLd,
                name: String::new(),
                value: text.trim().to_owned(),
            });
            for text in texts {
                self.page.add_aside(Layer::JsonLd, text, offset);
            }
            return;
        }
        if kind.starts_with("text/") && !kind.ends_with("script") && kind != "text/babel" {
            // A template for scripts.
            let text = data::without_markup(text).into_owned();
            self.page.add_aside(Layer::ScriptJson, text, offset);
            return;
        }
        let page = &mut self.page;
        data::script_strings(text, |text| page.add_aside(Layer::ScriptJson, text, offset));
    }
}
