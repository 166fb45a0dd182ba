//! Reads on behind the beginning of a page, where nobody asked for its text: what a page says of itself may stand at
//! its foot. Builds nothing, and takes no text.

use super::attributes::Attributes;
use super::elements::Element;
use super::tokenizer::{Attribute, RawText, Token, Tokenizer};
use super::tree::Start;
use super::{Reader, Tag, element, raw_text};

impl<'a> Reader<'a> {
    /// Takes the data of the rest of a page: `meta`, `link`, JSON-LD. What depends on where it stands, such as the time
    /// of an article or of a comment, is left out.
    pub(super) fn skim(
        &mut self,
        mut tokenizer: Tokenizer<'a>,
        mut attributes: Vec<Attribute<'a>>,
    ) {
        while let Some(token) = tokenizer.next(&mut attributes) {
            let Token::Start { name, closing, offset } = token else { continue };
            let element = element(name);
            let is_said = matches!(element, Element::Meta | Element::Link | Element::Script);
            let raw = raw_text(element, Start::Html);
            if !is_said && raw.is_none() {
                continue;
            }
            let attributes = Attributes::of(&attributes);
            let tag = Tag { element, name, closing, offset, attributes };
            match raw {
                Some(raw) => self.skim_raw(&tag, raw, &mut tokenizer),
                None => self.metadata(&tag),
            }
        }
    }

    fn skim_raw(&mut self, tag: &Tag<'a>, raw: RawText, tokenizer: &mut Tokenizer<'a>) {
        let content = tokenizer.raw_text(tag.name, raw);
        let is_data = tag
            .attributes
            .kind
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"));
        if is_data {
            self.raw(tag, content);
        }
    }
}
