//! Picks the attributes that matter here out of those of a tag. Values are still as written.

use super::tokenizer::Attribute;

/// The attributes of one tag; the first of a name counts.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Attributes<'a> {
    pub(super) alt: Option<&'a str>,
    pub(super) charset: Option<&'a str>,
    pub(super) cite: Option<&'a str>,
    pub(super) class: Option<&'a str>,
    pub(super) content: Option<&'a str>,
    pub(super) datetime: Option<&'a str>,
    pub(super) epub_type: Option<&'a str>,
    pub(super) hidden: Option<&'a str>,
    pub(super) href: Option<&'a str>,
    pub(super) hreflang: Option<&'a str>,
    pub(super) http_equiv: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    pub(super) itemprop: Option<&'a str>,
    pub(super) itemtype: Option<&'a str>,
    pub(super) kind: Option<&'a str>,
    pub(super) lang: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) open: Option<&'a str>,
    pub(super) property: Option<&'a str>,
    pub(super) rel: Option<&'a str>,
    pub(super) rev: Option<&'a str>,
    pub(super) role: Option<&'a str>,
    pub(super) shadow: Option<&'a str>,
    pub(super) src: Option<&'a str>,
    pub(super) style: Option<&'a str>,
    pub(super) title: Option<&'a str>,
}

impl<'a> Attributes<'a> {
    /// Picks out the attributes of a tag.
    pub(super) fn of(tag: &[Attribute<'a>]) -> Self {
        let mut picked = Self::default();
        for attribute in tag {
            if let Some(slot) = picked.slot(attribute.name) {
                slot.get_or_insert(attribute.value);
            }
        }
        picked
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<&'a str>> {
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let lower = name.to_ascii_lowercase();
            return self.lower_slot(&lower);
        }
        self.lower_slot(name)
    }

    fn lower_slot(&mut self, name: &str) -> Option<&mut Option<&'a str>> {
        // By length first: most attributes are none of these.
        let slot = match (name.len(), name) {
            (2, "id") => &mut self.id,
            (3, "alt") => &mut self.alt,
            (3, "rel") => &mut self.rel,
            (3, "rev") => &mut self.rev,
            (3, "src") => &mut self.src,
            (4, "cite") => &mut self.cite,
            (4, "href") => &mut self.href,
            (4, "lang") | (8, "xml:lang") => &mut self.lang,
            (4, "name") => &mut self.name,
            (4, "open") => &mut self.open,
            (4, "role") => &mut self.role,
            (4, "type") => &mut self.kind,
            (5, "class") => &mut self.class,
            (5, "style") => &mut self.style,
            (5, "title") => &mut self.title,
            (6, "hidden") => &mut self.hidden,
            (7, "charset") => &mut self.charset,
            (7, "content") => &mut self.content,
            (8, "datetime") => &mut self.datetime,
            (8, "hreflang") => &mut self.hreflang,
            (8, "itemprop") => &mut self.itemprop,
            (8, "itemtype") => &mut self.itemtype,
            (8, "property") => &mut self.property,
            (9, "epub:type") => &mut self.epub_type,
            (10, "http-equiv") => &mut self.http_equiv,
            (14, "shadowrootmode") => &mut self.shadow,
            _ => return None,
        };
        Some(slot)
    }
}
