//! Keeps the stack of open elements: which elements a tag ends that nothing ended, and which end tags end
//! nothing. Follows the tree construction of the HTML standard as far as it decides what text is inside of
//! what; builds no tree.
//!
//! Every step costs at most the depth of the stack, which is bounded.
//!
//! <https://html.spec.whatwg.org/#tree-construction>

use super::elements::{Element, Traits};
use super::tokenizer::SelfClosing;

/// Elements nested deeper than this are not opened: what they hold counts to the element around them, as in
/// browsers.
const MAX_DEPTH: usize = 512;

/// An element that is open, with what the reader keeps for it.
#[derive(Debug, Clone)]
pub(super) struct Open<'a, T> {
    /// Which element it is.
    pub(super) element: Element,
    /// What the reader keeps for it.
    pub(super) data: T,
    name: &'a str,
    kind: Kind,
}

impl<T> Open<'_, T> {
    /// Returns which element of HTML it is.
    fn as_html(&self) -> Element {
        match self.kind {
            Kind::Html => self.element,
            Kind::Foreign | Kind::Integration => Element::Other,
        }
    }
}

/// Which vocabulary an element belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Html,
    /// SVG or MathML.
    Foreign,
    /// SVG or MathML that holds HTML.
    Integration,
}

/// What becomes of a start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// The element may be opened; it is of HTML.
    Html,
    /// The element may be opened; it is of SVG or MathML.
    Foreign,
    /// The tag means nothing here.
    Ignored,
}

/// What becomes of an end tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It ends elements, or nothing.
    Plain,
    /// It stands for an empty paragraph.
    EmptyParagraph,
    /// It stands for a line break.
    LineBreak,
}

/// The stack of open elements.
#[derive(Debug)]
pub(super) struct Tree<'a, T> {
    stack: Vec<Open<'a, T>>,
    /// How many of each element are open.
    counts: [u16; Element::COUNT],
    /// How many elements are open beyond the greatest depth.
    beyond: usize,
}

/// Receives elements that were ended, innermost first.
pub(super) type Ended<'a, T> = Vec<Open<'a, T>>;

impl<'a, T> Tree<'a, T> {
    /// Starts without open elements.
    pub(super) const fn new() -> Self {
        Self { stack: Vec::new(), counts: [0; Element::COUNT], beyond: 0 }
    }

    /// Returns the innermost open element.
    pub(super) fn top(&self) -> Option<&Open<'a, T>> {
        self.stack.last()
    }

    /// Tells whether the next element cannot be opened for depth.
    pub(super) const fn is_full(&self) -> bool {
        self.stack.len() >= MAX_DEPTH
    }

    /// Tells whether the innermost element is of SVG or MathML, and holds no HTML.
    pub(super) fn is_foreign(&self) -> bool {
        self.stack.last().is_some_and(|open| open.kind == Kind::Foreign)
    }

    /// Ends what a start tag ends.
    pub(super) fn before(&mut self, element: Element, ended: &mut Ended<'a, T>) -> Start {
        if self.is_foreign() {
            if !element.is(Traits::BREAKS_OUT) {
                return Start::Foreign;
            }
            while self.is_foreign() {
                self.pop(ended);
            }
        }
        if element.is(Traits::ENDS_P) {
            self.end_paragraph(ended);
        }
        match element {
            Element::Html | Element::Head | Element::Body | Element::Frameset => Start::Ignored,
            Element::Svg | Element::Math => Start::Foreign,
            Element::Form if self.is_open(Element::Form) => Start::Ignored,
            Element::Li => self.end_sibling(&[Element::Li], ended),
            Element::Dd | Element::Dt => self.end_sibling(&[Element::Dd, Element::Dt], ended),
            Element::Option | Element::Optgroup => self.end_top(&[Element::Option], ended),
            Element::Rb | Element::Rt | Element::Rp | Element::Rtc => {
                self.end_top(&[Element::Rb, Element::Rt, Element::Rp], ended)
            }
            Element::A | Element::Nobr => {
                self.end_formatting(element, ended);
                Start::Html
            }
            Element::Button => {
                if let Some(index) = self.in_scope(Element::Button) {
                    self.pop_to(index, ended);
                }
                Start::Html
            }
            _ if element.heading_level().is_some() => {
                if self.top().is_some_and(|open| open.as_html().heading_level().is_some()) {
                    self.pop(ended);
                }
                Start::Html
            }
            _ => self.before_table_part(element, ended),
        }
    }

    /// Opens an element. A self-closing tag of SVG or MathML opens nothing.
    pub(super) fn open(&mut self, element: Element, name: &'a str, start: Start, data: T) {
        let kind = match start {
            Start::Html | Start::Ignored => Kind::Html,
            Start::Foreign if holds_html(name) => Kind::Integration,
            Start::Foreign => Kind::Foreign,
        };
        let open = Open { element, data, name, kind };
        self.counts[open.as_html() as usize] += 1;
        self.stack.push(open);
    }

    /// Notes an element that is too deep to be opened.
    pub(super) const fn open_beyond(&mut self) {
        self.beyond += 1;
    }

    /// Ends what an end tag ends.
    pub(super) fn end(&mut self, element: Element, name: &str, ended: &mut Ended<'a, T>) -> End {
        if self.beyond > 0 {
            self.beyond -= 1;
            return End::Plain;
        }
        if self.end_foreign(element, name, ended) {
            return End::Plain;
        }
        match element {
            Element::P => {
                if self.end_paragraph(ended) {
                    return End::Plain;
                }
                return End::EmptyParagraph;
            }
            Element::Br => return End::LineBreak,
            Element::Html | Element::Body | Element::Head => {}
            Element::Li => {
                let found = self.find(|open| open.as_html() == Element::Li, ends_list_scope);
                self.pop_found(found, ended);
            }
            Element::Form => {
                if let Some(index) = self.in_scope(Element::Form) {
                    while self.top().is_some_and(|open| open.as_html().is(Traits::IMPLIED_END)) {
                        self.pop(ended);
                    }
                    ended.push(self.remove(index));
                }
            }
            Element::Template => {
                let found = self.find(|open| open.as_html() == Element::Template, |_| false);
                self.pop_found(found, ended);
            }
            _ => self.end_other(element, name, ended),
        }
        End::Plain
    }

    /// Ends everything that is still open.
    pub(super) fn finish(&mut self, ended: &mut Ended<'a, T>) {
        while !self.stack.is_empty() {
            self.pop(ended);
        }
    }

    fn end_other(&mut self, element: Element, name: &str, ended: &mut Ended<'a, T>) {
        let found = if element.heading_level().is_some() {
            self.find(|open| open.as_html().heading_level().is_some(), ends_scope)
        } else if is_table_part(element) {
            self.table_part(element)
        } else if element.is(Traits::FORMATTING) {
            return self.end_formatting(element, ended);
        } else if element.is(Traits::BLOCK) || element.is(Traits::SPECIAL) {
            self.in_scope(element)
        } else {
            self.find(
                |open| open.as_html() == element && open.name.eq_ignore_ascii_case(name),
                is_special,
            )
        };
        self.pop_found(found, ended);
    }

    /// Finds the part of a table that an end tag ends, or what is open of it: rows and bodies may have no start
    /// tags.
    fn table_part(&self, element: Element) -> Option<usize> {
        let parts: &[Element] = match element {
            Element::Tr => &[Element::Tr, Element::Td, Element::Th],
            Element::Tbody => &[Element::Tbody, Element::Tr, Element::Td, Element::Th],
            _ => &[element],
        };
        let find = |part: &Element| self.find(|open| open.as_html() == *part, ends_table_scope);
        parts.iter().find_map(find)
    }

    /// Ends an element of SVG or MathML. Tells whether there was one.
    fn end_foreign(&mut self, element: Element, name: &str, ended: &mut Ended<'a, T>) -> bool {
        if self.stack.last().is_none_or(|open| open.kind == Kind::Html) {
            return false;
        }
        if matches!(element, Element::P | Element::Br) {
            while self.is_foreign() {
                self.pop(ended);
            }
            return false;
        }
        let found = self
            .find(|open| open.name.eq_ignore_ascii_case(name), |open| open.kind == Kind::Html)
            .filter(|&index| self.stack[index].kind != Kind::Html);
        self.pop_found(found, ended);
        found.is_some()
    }

    /// Ends the paragraph that a block interrupts. Tells whether there was one.
    fn end_paragraph(&mut self, ended: &mut Ended<'a, T>) -> bool {
        if !self.is_open(Element::P) {
            return false;
        }
        let found = self.find(
            |open| open.as_html() == Element::P,
            |open| open.as_html() == Element::Button || ends_scope(open),
        );
        self.pop_found(found, ended);
        found.is_some()
    }

    /// Ends the item before an item.
    fn end_sibling(&mut self, siblings: &[Element], ended: &mut Ended<'a, T>) -> Start {
        let found = self.find(
            |open| siblings.contains(&open.as_html()),
            |open| {
                is_special(open)
                    && !matches!(open.as_html(), Element::Address | Element::Div | Element::P)
            },
        );
        self.pop_found(found, ended);
        Start::Html
    }

    fn end_top(&mut self, siblings: &[Element], ended: &mut Ended<'a, T>) -> Start {
        while self.top().is_some_and(|open| siblings.contains(&open.as_html())) {
            self.pop(ended);
        }
        Start::Html
    }

    /// Ends an inline element that may overlap others: blocks inside it stay open.
    ///
    /// <https://html.spec.whatwg.org/#adoption-agency-algorithm>
    fn end_formatting(&mut self, element: Element, ended: &mut Ended<'a, T>) {
        if !self.is_open(element) {
            return;
        }
        let Some(index) = self.find(|open| open.as_html() == element, ends_scope) else { return };
        let innermost_block =
            self.stack[index + 1..].iter().rposition(is_special).map_or(index, |at| index + 1 + at);
        // Of what is inside it, blocks stay open, and what is like it and holds a block.
        for at in (index..self.stack.len()).rev() {
            let open = &self.stack[at];
            let stays =
                is_special(open) || (at < innermost_block && open.as_html().is(Traits::FORMATTING));
            if at == index || !stays {
                ended.push(self.remove(at));
            }
        }
    }

    /// Makes room for a part of a table; other elements find it there anyway.
    fn before_table_part(&mut self, element: Element, ended: &mut Ended<'a, T>) -> Start {
        if element == Element::Table {
            let inner = self.find(
                |open| matches!(open.as_html(), Element::Table),
                |open| {
                    matches!(open.as_html(), Element::Td | Element::Th | Element::Caption)
                        || ends_table_scope(open)
                },
            );
            self.pop_found(inner, ended);
            return Start::Html;
        }
        if !is_table_part(element) && !matches!(element, Element::Col | Element::Colgroup) {
            return Start::Html;
        }
        let is_table =
            |open: &Open<'a, T>| matches!(open.as_html(), Element::Table | Element::Template);
        let Some(table) = self.find(is_table, ends_table_scope) else { return Start::Ignored };
        if self.stack[table].as_html() == Element::Template {
            return Start::Html;
        }
        let parents: &[Element] = match element {
            Element::Td | Element::Th => &[Element::Tr],
            Element::Tr => &[Element::Tbody, Element::Thead, Element::Tfoot],
            _ => &[],
        };
        let row_or_section = |wanted: &[Element]| {
            self.stack[table + 1..]
                .iter()
                .position(|open| wanted.contains(&open.as_html()))
                .map(|found| found + table + 1)
        };
        let keep = row_or_section(parents)
            .or_else(|| {
                row_or_section(&[Element::Tbody, Element::Thead, Element::Tfoot])
                    .filter(|_| matches!(element, Element::Td | Element::Th))
            })
            .unwrap_or(table);
        self.pop_to(keep + 1, ended);
        Start::Html
    }

    fn is_open(&self, element: Element) -> bool {
        self.counts[element as usize] > 0
    }

    fn in_scope(&self, element: Element) -> Option<usize> {
        if !self.is_open(element) {
            return None;
        }
        self.find(|open| open.as_html() == element, ends_scope)
    }

    /// Finds the innermost element that is wanted, not beyond one that ends the search.
    fn find(
        &self,
        wanted: impl Fn(&Open<'a, T>) -> bool,
        ends: impl Fn(&Open<'a, T>) -> bool,
    ) -> Option<usize> {
        for (index, open) in self.stack.iter().enumerate().rev() {
            if wanted(open) {
                return Some(index);
            }
            if ends(open) {
                return None;
            }
        }
        None
    }

    fn pop_found(&mut self, found: Option<usize>, ended: &mut Ended<'a, T>) {
        if let Some(index) = found {
            self.pop_to(index, ended);
        }
    }

    /// Ends elements until so many are open.
    fn pop_to(&mut self, length: usize, ended: &mut Ended<'a, T>) {
        while self.stack.len() > length {
            self.pop(ended);
        }
    }

    fn pop(&mut self, ended: &mut Ended<'a, T>) {
        if let Some(open) = self.stack.pop() {
            self.counts[open.as_html() as usize] -= 1;
            ended.push(open);
        }
    }

    fn remove(&mut self, index: usize) -> Open<'a, T> {
        let open = self.stack.remove(index);
        self.counts[open.as_html() as usize] -= 1;
        open
    }
}

fn ends_scope<T>(open: &Open<'_, T>) -> bool {
    open.kind == Kind::Integration || open.as_html().is(Traits::SCOPE)
}

fn is_special<T>(open: &Open<'_, T>) -> bool {
    open.kind == Kind::Integration
        || (open.kind == Kind::Html && open.as_html().is(Traits::SPECIAL))
}

fn ends_list_scope<T>(open: &Open<'_, T>) -> bool {
    ends_scope(open) || matches!(open.as_html(), Element::Ol | Element::Ul)
}

fn ends_table_scope<T>(open: &Open<'_, T>) -> bool {
    matches!(open.as_html(), Element::Table | Element::Template | Element::Html)
}

const fn is_table_part(element: Element) -> bool {
    matches!(
        element,
        Element::Caption
            | Element::Tbody
            | Element::Td
            | Element::Tfoot
            | Element::Th
            | Element::Thead
            | Element::Tr
            | Element::Table
    )
}

/// The elements of SVG and MathML that hold HTML.
fn holds_html(name: &str) -> bool {
    ["foreignobject", "desc", "title", "annotation-xml", "mi", "mo", "mn", "ms", "mtext"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// Tells whether a start tag opens nothing.
pub(super) const fn is_empty(element: Element, start: Start, closing: SelfClosing) -> bool {
    match start {
        Start::Foreign => matches!(closing, SelfClosing::Yes),
        Start::Html | Start::Ignored => element.is(Traits::VOID),
    }
}
