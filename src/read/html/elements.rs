//! The elements of HTML, and what each does to the text around it.
//!
//! <https://html.spec.whatwg.org/#parsing>, <https://html.spec.whatwg.org/#rendering>

use super::tokenizer::RawText;

/// Something that holds for an element; a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits(u16);

impl Traits {
    const NONE: Self = Self(0);
    /// Stands on lines of its own: what it holds is not one word with what is beside it.
    pub(super) const BLOCK: Self = Self(1);
    /// Its start ends an open paragraph.
    pub(super) const ENDS_P: Self = Self(1 << 1);
    /// The standard's "special": the end tag of an inline element does not reach beyond it.
    pub(super) const SPECIAL: Self = Self(1 << 2);
    /// The standard's "formatting": may overlap with others.
    pub(super) const FORMATTING: Self = Self(1 << 3);
    /// End tags inside it do not close what is outside.
    pub(super) const SCOPE: Self = Self(1 << 4);
    /// Ended by the end of what is around it.
    pub(super) const IMPLIED_END: Self = Self(1 << 5);
    /// Has no content and no end tag.
    pub(super) const VOID: Self = Self(1 << 6);
    /// Ends SVG or MathML that was left open.
    pub(super) const BREAKS_OUT: Self = Self(1 << 7);
    /// Stands in a line, but is a thing of its own: a button, a field.
    pub(super) const BOX: Self = Self(1 << 8);

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Tells whether all of the given traits are there.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A short name as a number, so that names are compared at once.
const fn packed(name: &[u8]) -> u64 {
    let mut number = 0;
    let mut index = 0;
    while index < name.len() && index < 8 {
        number = (number << 8) | name[index].to_ascii_lowercase() as u64;
        index += 1;
    }
    number
}

macro_rules! elements {
    ($($element:ident $name:literal $($trait:ident)*;)*) => {
        /// An element of HTML.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Element {
            $(#[doc = $name] $element,)*
            /// Any other.
            Other,
        }

        impl Element {
            /// How many kinds of element there are.
            pub(super) const COUNT: usize = Self::Other as usize + 1;

            /// Looks an element up by its name, in any case.
            pub(super) fn named(name: &str) -> Self {
                #[expect(non_upper_case_globals, reason = "each constant is named as its element is")]
                mod short {
                    $(pub(super) const $element: u64 = super::packed($name.as_bytes());)*
                }
                let candidate = match packed(name.as_bytes()) {
                    $(short::$element => Self::$element,)*
                    _ => return Self::Other,
                };
                // Only the first eight bytes were compared.
                if name.len() <= 8 && candidate.name().len() == name.len()
                    || candidate.name().eq_ignore_ascii_case(name)
                {
                    candidate
                } else {
                    Self::Other
                }
            }

            const fn name(self) -> &'static str {
                match self {
                    $(Self::$element => $name,)*
                    Self::Other => "",
                }
            }

            /// Returns what holds for the element.
            pub(super) const fn traits(self) -> Traits {
                match self {
                    $(Self::$element => Traits::NONE$(.and(Traits::$trait))*,)*
                    Self::Other => Traits::NONE,
                }
            }
        }
    };
}

elements! {
    A "a" FORMATTING;
    Address "address" BLOCK ENDS_P SPECIAL;
    Applet "applet" SPECIAL SCOPE BOX;
    Area "area" VOID SPECIAL;
    Article "article" BLOCK ENDS_P SPECIAL;
    Aside "aside" BLOCK ENDS_P SPECIAL;
    Audio "audio" BOX;
    B "b" FORMATTING BREAKS_OUT;
    Base "base" VOID SPECIAL;
    Basefont "basefont" VOID SPECIAL;
    Bgsound "bgsound" VOID SPECIAL;
    Big "big" FORMATTING BREAKS_OUT;
    Blockquote "blockquote" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    Body "body" BLOCK SPECIAL BREAKS_OUT;
    Br "br" VOID SPECIAL BREAKS_OUT;
    Button "button" SPECIAL BOX;
    Canvas "canvas" BOX;
    Caption "caption" BLOCK SPECIAL SCOPE;
    Center "center" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    Cite "cite";
    Code "code" FORMATTING BREAKS_OUT;
    Col "col" VOID SPECIAL;
    Colgroup "colgroup" SPECIAL;
    Datalist "datalist" BOX;
    Dd "dd" BLOCK ENDS_P SPECIAL IMPLIED_END BREAKS_OUT;
    Desc "desc" BOX;
    Details "details" BLOCK ENDS_P SPECIAL;
    Dfn "dfn";
    Dialog "dialog" BLOCK ENDS_P;
    Dir "dir" BLOCK ENDS_P SPECIAL;
    Div "div" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    Dl "dl" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    Dt "dt" BLOCK ENDS_P SPECIAL IMPLIED_END BREAKS_OUT;
    Em "em" FORMATTING BREAKS_OUT;
    Embed "embed" VOID SPECIAL BREAKS_OUT;
    Fieldset "fieldset" BLOCK ENDS_P SPECIAL;
    Figcaption "figcaption" BLOCK ENDS_P SPECIAL;
    Figure "figure" BLOCK ENDS_P SPECIAL;
    Font "font" FORMATTING;
    Footer "footer" BLOCK ENDS_P SPECIAL;
    ForeignObject "foreignobject" BOX;
    Form "form" BLOCK ENDS_P SPECIAL;
    Frame "frame" VOID SPECIAL;
    Frameset "frameset" BLOCK SPECIAL;
    H1 "h1" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    H2 "h2" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    H3 "h3" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    H4 "h4" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    H5 "h5" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    H6 "h6" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    Head "head" BLOCK SPECIAL BREAKS_OUT;
    Header "header" BLOCK ENDS_P SPECIAL;
    Hgroup "hgroup" BLOCK ENDS_P SPECIAL;
    Hr "hr" BLOCK ENDS_P VOID SPECIAL BREAKS_OUT;
    Html "html" BLOCK SPECIAL SCOPE;
    I "i" FORMATTING BREAKS_OUT;
    Iframe "iframe" SPECIAL BOX;
    Image "image" VOID;
    Img "img" VOID SPECIAL BREAKS_OUT;
    Input "input" VOID SPECIAL BOX;
    Ins "ins";
    Keygen "keygen" VOID SPECIAL;
    Label "label";
    Legend "legend" BLOCK;
    Li "li" BLOCK ENDS_P SPECIAL IMPLIED_END BREAKS_OUT;
    Link "link" VOID SPECIAL;
    Listing "listing" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    Main "main" BLOCK ENDS_P SPECIAL;
    Mark "mark";
    Marquee "marquee" SPECIAL SCOPE BLOCK;
    Math "math";
    Menu "menu" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    Meta "meta" VOID SPECIAL BREAKS_OUT;
    Nav "nav" BLOCK ENDS_P SPECIAL;
    Nobr "nobr" FORMATTING BREAKS_OUT;
    Noembed "noembed" SPECIAL;
    Noframes "noframes" BLOCK;
    Noscript "noscript" SPECIAL;
    Object "object" SPECIAL SCOPE BOX;
    Ol "ol" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    Optgroup "optgroup" BLOCK IMPLIED_END;
    Option "option" BLOCK IMPLIED_END;
    P "p" BLOCK ENDS_P SPECIAL IMPLIED_END BREAKS_OUT;
    Param "param" VOID SPECIAL;
    Plaintext "plaintext" BLOCK ENDS_P SPECIAL;
    Pre "pre" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    Q "q";
    Rb "rb" IMPLIED_END;
    Rp "rp" IMPLIED_END;
    Rt "rt" IMPLIED_END;
    Rtc "rtc" IMPLIED_END;
    Ruby "ruby" BREAKS_OUT;
    S "s" FORMATTING BREAKS_OUT;
    Script "script" SPECIAL;
    Search "search" BLOCK ENDS_P SPECIAL;
    Section "section" BLOCK ENDS_P SPECIAL;
    Select "select" SPECIAL BOX;
    Small "small" FORMATTING BREAKS_OUT;
    Source "source" VOID SPECIAL;
    Span "span" BREAKS_OUT;
    Strike "strike" FORMATTING BREAKS_OUT;
    Strong "strong" FORMATTING BREAKS_OUT;
    Style "style" SPECIAL;
    Sub "sub" BREAKS_OUT;
    Summary "summary" BLOCK ENDS_P SPECIAL;
    Sup "sup" BREAKS_OUT;
    Svg "svg";
    Table "table" BLOCK ENDS_P SPECIAL SCOPE BREAKS_OUT;
    Tbody "tbody" BLOCK SPECIAL;
    Td "td" BLOCK SPECIAL SCOPE;
    Template "template" SPECIAL SCOPE;
    Text "text" BOX;
    Textarea "textarea" SPECIAL BOX;
    Tfoot "tfoot" BLOCK SPECIAL;
    Th "th" BLOCK SPECIAL SCOPE;
    Thead "thead" BLOCK SPECIAL;
    Time "time";
    Title "title" SPECIAL;
    Tr "tr" BLOCK SPECIAL;
    Track "track" VOID SPECIAL;
    Tt "tt" FORMATTING BREAKS_OUT;
    U "u" FORMATTING BREAKS_OUT;
    Ul "ul" BLOCK ENDS_P SPECIAL BREAKS_OUT;
    Var "var" BREAKS_OUT;
    Video "video" BOX;
    Wbr "wbr" VOID SPECIAL;
    Xmp "xmp" BLOCK ENDS_P SPECIAL;
}

impl Element {
    /// Tells whether the element has a trait.
    pub(super) const fn is(self, wanted: Traits) -> bool {
        self.traits().has(wanted)
    }

    /// Returns how the content is cut, if it is not markup.
    pub(super) const fn raw_text(self) -> Option<RawText> {
        match self {
            Self::Title | Self::Textarea => Some(RawText::WithReferences),
            Self::Style | Self::Xmp | Self::Iframe | Self::Noembed => Some(RawText::Plain),
            Self::Script => Some(RawText::Script),
            Self::Plaintext => Some(RawText::ToTheEnd),
            _ => None,
        }
    }

    /// Returns the level of a heading.
    pub(super) const fn heading_level(self) -> Option<u8> {
        match self {
            Self::H1 => Some(1),
            Self::H2 => Some(2),
            Self::H3 => Some(3),
            Self::H4 => Some(4),
            Self::H5 => Some(5),
            Self::H6 => Some(6),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_no_others() {
        assert_eq!(Element::named("DIV"), Element::Div);
        assert_eq!(Element::named("blockQUOTE"), Element::Blockquote);
        assert_eq!(Element::named("blockquot"), Element::Other);
        assert_eq!(Element::named("blockquotes"), Element::Other);
        assert_eq!(Element::named("noscript"), Element::Noscript);
        assert_eq!(Element::named("noscripts"), Element::Other);
        assert_eq!(Element::named("figure"), Element::Figure);
        assert_eq!(Element::named("my-element"), Element::Other);
        assert_eq!(Element::named("template-x"), Element::Other);
    }
}
