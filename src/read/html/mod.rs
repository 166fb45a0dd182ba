//! Reads an HTML page into a document: its text by layers, its notes, its links, what it says of itself.
//! Builds no tree of the page, so that time and memory are linear in its size, however it is nested.

mod attributes;
mod data;
mod elements;
mod entities;
mod head;
mod labels;
mod layers;
mod notes;
mod page;
mod scripted;
mod skim;
mod tokenizer;
mod tree;

use std::borrow::Cow;

use url::Url;

use self::attributes::Attributes;
use self::elements::{Element, Traits};
use self::layers::{Around, Sectioning};
use self::notes::Anchors;
use self::page::{Certainty, Context, Page, Space};
use self::scripted::Scripted;
use self::tokenizer::{Offset, RawText, SelfClosing, Token, Tokenizer};
use self::tree::{End, Ended, Start, Tree};
use super::charset::{self, Declares};
use super::{Extent, Hint};
use crate::document::{BlockKind, Document, Gap, Layer, MarkKind};

/// So much visible text, in bytes, is the beginning of a page.
const BEGINNING_BYTES: usize = 8 * 1024;

/// Reads an HTML page.
pub(super) fn read(extent: Extent, bytes: &[u8], hint: &Hint<'_>) -> Document {
    let decoded = charset::decode(bytes, hint, Declares::Markup);
    let mut document = read_text_to(extent, &decoded.text);
    decoded.describe(&mut document);
    document
}

/// Reads an HTML page that has been decoded.
pub(super) fn read_text(source: &str) -> Document {
    read_text_to(Extent::Whole, source)
}

fn read_text_to(extent: Extent, source: &str) -> Document {
    let most_visible_bytes = match extent {
        Extent::Whole => usize::MAX,
        Extent::Beginning => BEGINNING_BYTES,
    };
    let mut reader = Reader {
        page: Page::new(source),
        tree: Tree::new(),
        ended: Vec::new(),
        anchors: Anchors::default(),
        scripted: Scripted::default(),
        base: None,
        has_title: false,
    };
    let end = reader.run(source, most_visible_bytes);
    let mut document = reader.finish();
    if end == Reached::Enough {
        document.coverage.add(Gap::NotAskedFor);
    }
    document
}

/// Where the reading of a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// At its end.
    End,
    /// Where there was text enough.
    Enough,
}

/// Resolves the character references of a text.
pub(super) fn resolved(text: &str) -> Cow<'_, str> {
    entities::resolve(text, entities::In::Text)
}

const ROOT: Frame = Frame {
    context: Context {
        layer: Layer::Visible,
        certainty: Certainty::Sure,
        kind: BlockKind::Paragraph,
        space: Space::Folded,
        side: None,
    },
    sectioning: Sectioning::Page,
    outer: (Layer::Visible, Certainty::Sure),
    mark: None,
    extent: None,
    is_raised: false,
};

/// What is kept for an open element.
#[derive(Debug, Clone, Copy)]
struct Frame {
    /// What holds for its text.
    context: Context,
    sectioning: Sectioning,
    /// The layer of what is around it.
    outer: (Layer, Certainty),
    /// The mark that it opened.
    mark: Option<usize>,
    /// The stretch of the text of the innermost block, as [`Anchors`] keeps it.
    extent: Option<usize>,
    /// Whether it is raised, or in something that is.
    is_raised: bool,
}

struct Reader<'a> {
    page: Page<'a>,
    tree: Tree<'a, Frame>,
    /// Elements that the last tag ended; empty between tags.
    ended: Ended<'a, Frame>,
    anchors: Anchors<'a>,
    scripted: Scripted,
    base: Option<Url>,
    has_title: bool,
}

/// A start tag.
#[derive(Clone, Copy)]
struct Tag<'a> {
    element: Element,
    name: &'a str,
    closing: SelfClosing,
    offset: Offset,
    attributes: Attributes<'a>,
}

impl<'a> Reader<'a> {
    fn run(&mut self, source: &'a str, most_visible_bytes: usize) -> Reached {
        let (mut tokenizer, mut attributes) = (Tokenizer::new(source), Vec::new());
        while self.page.visible_bytes() < most_visible_bytes {
            let section = if self.tree.is_foreign() { tokenizer.cdata() } else { None };
            let Some(token) = section.or_else(|| tokenizer.next(&mut attributes)) else {
                return Reached::End;
            };
            match token {
                Token::Text(text, offset) => self.page.text(text, offset, &self.frame().context),
                Token::Raw(text, offset) => self.page.plain(text, offset, &self.frame().context),
                Token::End(name) => self.end(name),
                Token::Start { name, closing, offset } => {
                    let tag = Tag {
                        element: element(name),
                        name,
                        closing,
                        offset,
                        attributes: Attributes::of(&attributes),
                    };
                    if let Some(raw) = self.start(&tag) {
                        let content = tokenizer.raw_text(name, raw);
                        self.raw(&tag, content);
                    }
                }
            }
        }
        self.skim(tokenizer, attributes);
        Reached::Enough
    }

    fn finish(mut self) -> Document {
        self.tree.finish(&mut self.ended);
        self.close_ended();
        self.page.end_block();
        let Page { mut document, certainties, .. } = self.page;
        layers_taken_back(&mut document, &certainties);
        self.scripted.judge(&mut document);
        notes::resolve(&mut document, self.anchors);
        document.marks.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
        document
    }

    fn frame(&self) -> Frame {
        self.tree.top().map_or(ROOT, |open| open.data)
    }

    /// Takes a start tag. Returns how the content is to be cut, if it is raw.
    fn start(&mut self, tag: &Tag<'a>) -> Option<RawText> {
        let Tag { element, attributes, .. } = tag;
        let within = self.page.open_layer();
        let start = self.tree.before(*element, &mut self.ended);
        self.close_ended();
        self.metadata(tag);
        if start == Start::Ignored {
            self.ignored(tag);
            return None;
        }
        if let Some(raw) = raw_text(*element, start) {
            return Some(raw);
        }
        let mut frame = self.frame_of(tag, start);
        if element.is(Traits::BLOCK) {
            self.page.end_block();
            self.page.begin_element(frame.context.layer, within);
        } else if element.is(Traits::BOX) {
            self.page.space();
        }
        self.texts_of_attributes(tag, &frame.context);
        if *element == Element::Br {
            self.page.line_break(&frame.context);
        }
        if tree::is_empty(*element, start, tag.closing) {
            self.anchors.add(attributes, self.page.end(), self.frame().extent);
            return None;
        }
        if self.tree.is_full() {
            self.tree.open_beyond();
            return None;
        }
        frame.mark = self.mark(tag).map(|kind| self.page.open_mark(kind));
        frame.extent = self.anchors.open(
            *element,
            attributes,
            self.page.end(),
            &notes::Around {
                mark: frame.mark,
                is_raised: frame.is_raised,
                extent: self.frame().extent,
            },
        );
        self.tree.open(*element, tag.name, start, frame);
        None
    }

    /// Takes a tag that opens no element.
    fn ignored(&mut self, tag: &Tag<'a>) {
        if tag.element == Element::Html {
            let language = tag.attributes.lang.and_then(crate::text::Language::from_tag);
            self.page.document.language = self.page.document.language.or(language);
        }
        if tag.element.is(Traits::BLOCK) {
            self.page.end_block();
        }
        self.scripted.see_element(&tag.attributes);
    }

    fn end(&mut self, name: &str) {
        let element = element(name);
        match self.tree.end(element, name, &mut self.ended) {
            End::Plain => self.close_ended(),
            End::EmptyParagraph => {
                self.close_ended();
                self.page.end_block();
            }
            End::LineBreak => {
                self.close_ended();
                self.page.line_break(&self.frame().context);
            }
        }
    }

    fn close_ended(&mut self) {
        for open in self.ended.drain(..) {
            if let Some(mark) = open.data.mark {
                self.page.close_mark(mark);
            }
            if open.element.is(Traits::BLOCK) {
                self.page.end_block();
            } else if open.element.is(Traits::BOX) {
                self.page.space();
            }
            if open.element.is(Traits::BLOCK)
                && let Some(extent) = open.data.extent
            {
                self.anchors.close(extent, self.page.end());
            }
        }
    }

    /// Takes the content of a raw element.
    fn raw(&mut self, tag: &Tag<'a>, content: Token<'a>) {
        let (Token::Text(text, offset) | Token::Raw(text, offset)) = content else { return };
        match tag.element {
            Element::Title => self.title(text, offset),
            Element::Script => self.script(&tag.attributes, text, offset),
            Element::Textarea | Element::Xmp | Element::Plaintext => {
                let frame = self.frame_of(tag, Start::Html);
                self.page.end_block();
                let inside = Context { space: Space::Kept, ..frame.context };
                if tag.element == Element::Textarea {
                    self.page.text(text, offset, &inside);
                } else {
                    self.page.plain(text, offset, &inside);
                }
                self.page.end_block();
            }
            // Style sheets; and markup that no browser shows.
            _ => {}
        }
    }

    fn title(&mut self, text: &str, offset: Offset) {
        let title = entities::resolve(text, entities::In::Text);
        let title = title.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() {
            return;
        }
        if !self.has_title {
            self.has_title = true;
            self.page.document.title = Some(title.clone());
        }
        self.page.add_aside(Layer::Title, title, offset);
    }

    /// Works out what holds for the text of an element.
    fn frame_of(&mut self, tag: &Tag<'a>, start: Start) -> Frame {
        let parent = self.frame();
        let element = tag.element;
        let is_block = element.is(Traits::BLOCK);
        self.scripted.see_element(&tag.attributes);
        let around = Around {
            layer: parent.context.layer,
            certainty: parent.context.certainty,
            sectioning: parent.sectioning,
        };
        let (layer, certainty) = match element {
            Element::Summary => parent.outer,
            Element::Title | Element::Desc if start == Start::Foreign => {
                (Layer::TitleAttribute, Certainty::Sure)
            }
            _ => layers::layer(element, tag.name, &tag.attributes, around),
        };
        let is_ruby = matches!(element, Element::Rt | Element::Rp | Element::Rtc);
        let side = if is_block {
            None
        } else if layer != parent.context.layer || is_ruby {
            let is_amid = parent.context.side.is_some() || self.page.open_layer().is_some();
            is_amid.then(|| self.page.new_side())
        } else {
            parent.context.side
        };
        let is_details = element == Element::Details;
        Frame {
            context: Context {
                layer,
                certainty,
                kind: kind(element, parent.context.kind),
                space: space(element, tag.attributes.style, parent.context.space),
                side,
            },
            sectioning: if begins_part(element) { Sectioning::Part } else { parent.sectioning },
            outer: if is_details { (around.layer, around.certainty) } else { parent.outer },
            mark: None,
            extent: None,
            is_raised: parent.is_raised && !is_block || element == Element::Sup,
        }
    }

    /// Sets aside the texts that stand in attributes.
    fn texts_of_attributes(&mut self, tag: &Tag<'a>, context: &Context) {
        let is_amid_hidden = matches!(context.layer, Layer::CssHidden | Layer::Navigation);
        for (layer, value) in
            [(Layer::Alt, tag.attributes.alt), (Layer::TitleAttribute, tag.attributes.title)]
        {
            let Some(value) = value.filter(|value| value.len() > 3 && !is_amid_hidden) else {
                continue;
            };
            let value = entities::resolve(value, entities::In::Attribute);
            // One word beside the text is a name or a code: nobody quotes it from there.
            if value.split_ascii_whitespace().nth(1).is_some() || !value.is_ascii() {
                self.page.add_aside(layer, value.into_owned(), tag.offset);
            }
        }
    }

    fn mark(&self, tag: &Tag<'a>) -> Option<MarkKind> {
        match tag.element {
            Element::A => Some(MarkKind::Link(self.resolved(tag.attributes.href?))),
            Element::Sup => Some(MarkKind::Superscript),
            Element::Q => {
                Some(MarkKind::Quotation(tag.attributes.cite.map(|at| self.resolved(at))))
            }
            Element::Blockquote => {
                tag.attributes.cite.map(|at| MarkKind::Quotation(Some(self.resolved(at))))
            }
            Element::Em
            | Element::I
            | Element::B
            | Element::Strong
            | Element::U
            | Element::Cite
            | Element::Dfn
            | Element::Var
            | Element::Mark => Some(MarkKind::Emphasis),
            _ => None,
        }
    }

    /// Resolves an address against the page's base, if it names one.
    fn resolved(&self, address: &str) -> String {
        let address = entities::resolve(address.trim(), entities::In::Attribute);
        match &self.base {
            Some(base) if !address.starts_with('#') => {
                base.join(&address).map_or_else(|_| address.into_owned(), String::from)
            }
            Some(_) | None => address.into_owned(),
        }
    }
}

fn element(name: &str) -> Element {
    match Element::named(name) {
        Element::Image => Element::Img,
        element => element,
    }
}

/// Returns how an element's content is cut. In SVG and MathML only scripts and styles are no text.
fn raw_text(element: Element, start: Start) -> Option<RawText> {
    let is_code = matches!(element, Element::Script | Element::Style);
    element.raw_text().filter(|_| start == Start::Html || is_code)
}

/// Returns the kind of the blocks in an element: what is around it counts unless it says more.
const fn kind(element: Element, around: BlockKind) -> BlockKind {
    if let Some(level) = element.heading_level() {
        return BlockKind::Heading(level);
    }
    match (element, around) {
        (Element::Blockquote, _) | (_, BlockKind::BlockQuotation) => BlockKind::BlockQuotation,
        (Element::Li | Element::Dt | Element::Dd, _) => BlockKind::ListItem,
        (Element::Td | Element::Th, _) => BlockKind::TableCell,
        (Element::Caption | Element::Figcaption, _) => BlockKind::Caption,
        (Element::Pre | Element::Listing | Element::Xmp | Element::Plaintext, _) => {
            BlockKind::Preformatted
        }
        _ => around,
    }
}

fn space(element: Element, style: Option<&str>, around: Space) -> Space {
    match element {
        Element::Pre | Element::Listing | Element::Xmp | Element::Plaintext => Space::Kept,
        _ => match style.and_then(|style| style.split_once("white-space")) {
            Some((_, value)) => {
                let value = value.trim_start_matches([':', ' ']);
                if value.starts_with("pre") || value.starts_with("break-spaces") {
                    Space::Kept
                } else {
                    Space::Folded
                }
            }
            None => around,
        },
    }
}

const fn begins_part(element: Element) -> bool {
    matches!(
        element,
        Element::Article
            | Element::Section
            | Element::Main
            | Element::Aside
            | Element::Nav
            | Element::Blockquote
            | Element::Figure
    )
}

/// The longest text that is still a teaser or a label, in bytes.
const TEASER_BYTES: usize = 160;

/// Takes back what names of classes said, if it left the page without text of its own.
fn layers_taken_back(document: &mut Document, certainties: &[Certainty]) {
    let length = |layer: Layer| -> usize {
        let blocks = document.blocks.iter().filter(|block| block.layer == layer);
        blocks.map(|block| block.range.len()).sum()
    };
    let visible = length(Layer::Visible);
    let is_lost = |index: usize| {
        let block = &document.blocks[index];
        certainties[index] == Certainty::Loose
            && !matches!(block.layer, Layer::Visible | Layer::CssHidden)
            && block.range.len() > TEASER_BYTES
    };
    let lost: Vec<usize> = (0..document.blocks.len()).filter(|&index| is_lost(index)).collect();
    let lost_length: usize = lost.iter().map(|&index| document.blocks[index].range.len()).sum();
    if visible < 500 && lost_length > 2 * visible {
        for index in lost {
            document.blocks[index].layer = Layer::Visible;
        }
    }
}

/// Folds white space of an attribute's value.
fn folded(value: &str) -> Cow<'_, str> {
    let resolved = entities::resolve(value, entities::In::Attribute);
    match resolved {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests;
