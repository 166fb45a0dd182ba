//! Finds quotation marks in a paragraph and says what each can do there: open, close, or stand in a word.
//! Knows the marks of many languages; pairs nothing.

use std::ops::Range;

/// One quotation mark.
#[derive(Debug, Clone)]
pub(super) struct QuoteMark {
    pub(super) range: Range<usize>,
    pub(super) shape: Shape,
    /// The character before, inside of its paragraph.
    before: Option<char>,
    /// The character after, inside of its paragraph.
    after: Option<char>,
}

/// The shapes of marks, by what they can pair with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `"`, `＂`, `''`
    Straight,
    /// ``` `` ```
    Backticks,
    /// `“`
    High6,
    /// `”`
    High9,
    /// `„`, `‟`, `〝`
    Low,
    /// `«`
    AngleLeft,
    /// `»`
    AngleRight,
    /// `‹`
    SmallAngleLeft,
    /// `›`
    SmallAngleRight,
    /// `「`, `『`, `《`, `〈`, `｢`, `﹁`, `﹃` by their number
    CornerOpen(u8),
    /// Their counterparts.
    CornerClose(u8),
    /// `'`
    SingleStraight,
    /// `‘`, `‛`
    Single6,
    /// `’`
    Single9,
    /// `‚`
    SingleLow,
}

/// What a mark is where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SingleRole {
    Opening,
    /// Surely no possessive: `… policy'.`
    Closing,
    /// A closing mark or the apostrophe of a possessive: `countries' policy`.
    PerhapsClosing,
    Apostrophe,
}

impl Shape {
    /// Tells whether it is a single mark: those are apostrophes too, and nested inside of double ones.
    pub(super) const fn is_single(self) -> bool {
        match self {
            Self::SingleStraight | Self::Single6 | Self::Single9 | Self::SingleLow => true,
            Self::Straight
            | Self::Backticks
            | Self::High6
            | Self::High9
            | Self::Low
            | Self::AngleLeft
            | Self::AngleRight
            | Self::SmallAngleLeft
            | Self::SmallAngleRight
            | Self::CornerOpen(_)
            | Self::CornerClose(_) => false,
        }
    }

    /// Tells whether a mark of this shape closes what one of the shape `opening` opened.
    pub(super) fn closes(self, opening: Self) -> bool {
        use Shape::{
            AngleLeft, AngleRight, Backticks, CornerClose, CornerOpen, High6, High9, Low,
            SmallAngleLeft, SmallAngleRight, Straight,
        };
        match self {
            Straight | High9 => matches!(opening, Straight | Backticks | High6 | High9 | Low),
            High6 => matches!(opening, Low | High6),
            AngleLeft => opening == AngleRight,
            AngleRight => matches!(opening, AngleLeft | AngleRight),
            SmallAngleLeft => opening == SmallAngleRight,
            SmallAngleRight => matches!(opening, SmallAngleLeft | SmallAngleRight),
            CornerClose(kind) => opening == CornerOpen(kind),
            Self::Single9 | Self::SingleStraight | Self::Single6 => opening.is_single(),
            Backticks | Low | CornerOpen(_) | Self::SingleLow => false,
        }
    }

    /// Tells whether a paragraph that begins with this mark goes on with a quotation that `opening` opened.
    pub(super) fn reopens(self, opening: Self) -> bool {
        let angle = |shape| matches!(shape, Self::AngleLeft | Self::AngleRight);
        let double = |shape| {
            matches!(
                shape,
                Self::Straight | Self::Backticks | Self::High6 | Self::High9 | Self::Low
            )
        };
        self == opening
            || (angle(self) && angle(opening))
            || (double(self) && double(opening))
            || (self.is_single() && opening.is_single())
    }
}

impl QuoteMark {
    fn follows_space(&self) -> bool {
        self.before.is_none_or(|c| c.is_whitespace() || is_opening_punctuation(c))
    }

    fn precedes_space(&self) -> bool {
        self.after.is_none_or(char::is_whitespace)
    }

    /// Tells whether the mark can only open: space before it, and something to be quoted after it.
    pub(super) fn surely_opens(&self) -> bool {
        let ends = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '}');
        self.follows_space() && self.after.is_some_and(|c| !c.is_whitespace() && !ends(c))
    }

    /// Tells whether the mark opens where no quotation is open: also after a dash, a colon or a stop without a space.
    pub(super) fn opens_outside(&self) -> bool {
        let Some(after) = self.after else { return false };
        let joins = |c: char| !c.is_alphanumeric() && !is_closing_punctuation(c);
        let lacks_space = |c: char| matches!(c, ',' | '.' | ';' | '!' | '?');
        self.before.is_none_or(|c| {
            c.is_whitespace()
                || (joins(c) && !after.is_whitespace())
                || (lacks_space(c) && after.is_alphanumeric())
        })
    }

    /// Tells whether the mark stands inside of an abbreviation: `צה"ל`.
    pub(super) fn is_in_word(&self) -> bool {
        let hebrew = |c: Option<char>| c.is_some_and(|c| ('\u{590}'..='\u{5FF}').contains(&c));
        hebrew(self.before) && hebrew(self.after)
    }

    /// Says what a single mark is where it stands; `rest` is the paragraph from the mark on.
    pub(super) fn single_role(&self, rest: &str) -> SingleRole {
        let before_is_word = self.before.is_some_and(char::is_alphanumeric);
        let after_is_word = self.after.is_some_and(char::is_alphanumeric);
        if before_is_word && after_is_word {
            return SingleRole::Apostrophe;
        }
        let can_open = self.follows_space() || self.before.is_some_and(joins_quotation);
        match self.shape {
            Shape::SingleLow => {
                return if self.follows_space() && after_is_word {
                    SingleRole::Opening
                } else {
                    SingleRole::Apostrophe
                };
            }
            Shape::SingleStraight | Shape::Single6
                if can_open && self.after.is_some_and(|c| !c.is_whitespace()) =>
            {
                return if drops_letters(&rest[self.range.len()..]) {
                    SingleRole::Apostrophe
                } else if after_is_word || self.follows_space() {
                    SingleRole::Opening
                } else {
                    SingleRole::Closing
                };
            }
            _ => {}
        }
        if self.before.is_none_or(char::is_whitespace) || after_is_word {
            return SingleRole::Apostrophe;
        }
        let possessive = matches!(self.before, Some('s' | 'S' | 'z' | 'x' | 'n'));
        if possessive && self.precedes_space() && self.after.is_some() {
            SingleRole::PerhapsClosing
        } else {
            SingleRole::Closing
        }
    }
}

fn joins_quotation(c: char) -> bool {
    matches!(c, '"' | '“' | '„' | '«' | '—' | '–' | '-' | ':' | '/' | '…')
}

fn is_opening_punctuation(c: char) -> bool {
    matches!(
        c,
        '(' | '[' | '{' | '¿' | '¡' | '“' | '„' | '«' | '‘' | '‚' | '「' | '『' | '（' | '【'
    )
}

fn is_closing_punctuation(c: char) -> bool {
    matches!(
        c,
        ')' | ']'
            | '}'
            | '.'
            | ','
            | ';'
            | '!'
            | '?'
            | '…'
            | '”'
            | '»'
            | '’'
            | '」'
            | '』'
            | '。'
            | '，'
            | '%'
    )
}

/// Tells whether a word begins with an apostrophe for dropped letters: `'90s`, `'em`, `'twas`.
fn drops_letters(word: &str) -> bool {
    let length = word.find(|c: char| !c.is_alphanumeric()).unwrap_or(word.len());
    let word = &word[..length];
    let decade = word.len() >= 2 && word.as_bytes()[..2].iter().all(u8::is_ascii_digit);
    let known =
        ["em", "tis", "twas", "til", "till", "cause", "cos", "bout", "round", "n", "neath", "ere"];
    (decade && (word.len() == 2 || word.ends_with('s')) && word.len() <= 3)
        || known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Which bytes can begin a quotation mark.
const BEGINS_MARK: [bool; 256] = {
    let mut table = [false; 256];
    table[b'"' as usize] = true;
    table[b'\'' as usize] = true;
    table[b'`' as usize] = true;
    table[0xC2] = true;
    table[0xE2] = true;
    table[0xE3] = true;
    table[0xEF] = true;
    table
};

/// Finds the quotation marks of a paragraph, in order.
pub(super) fn in_paragraph(text: &str, paragraph: Range<usize>, found: &mut Vec<QuoteMark>) {
    found.clear();
    let bytes = text.as_bytes();
    let mut at = paragraph.start;
    while at < paragraph.end {
        if !BEGINS_MARK[usize::from(bytes[at])] {
            at += 1;
            continue;
        }
        let Some((shape, length)) = mark(&text[at..paragraph.end]) else {
            at += 1;
            while !text.is_char_boundary(at) {
                at += 1;
            }
            continue;
        };
        let range = at..at + length;
        let before = text[paragraph.start..at].chars().next_back();
        let rest = &text[range.end..paragraph.end];
        let after = match rest.as_bytes() {
            // An ellipsis in three stops opens a quotation as one in one character does.
            [b'.', b'.', ..] => Some('…'),
            // A note call after the mark is no word of a quotation.
            [b'[', b'0'..=b'9', ..] => Some(' '),
            _ => rest.chars().next(),
        };
        at = range.end;
        found.push(QuoteMark { range, shape, before, after });
    }
}

/// Reads the mark at the beginning of a text, and its length in bytes.
fn mark(text: &str) -> Option<(Shape, usize)> {
    if text.starts_with("''") && !text.starts_with("'''") {
        return Some((Shape::Straight, 2));
    }
    if text.starts_with('`') {
        return (text.starts_with("``") && !text.starts_with("```"))
            .then_some((Shape::Backticks, 2));
    }
    let first = text.chars().next()?;
    let shape = match first {
        '"' | '＂' => Shape::Straight,
        '“' => Shape::High6,
        '”' | '〞' => Shape::High9,
        '„' | '‟' | '〝' | '〟' => Shape::Low,
        '«' => Shape::AngleLeft,
        '»' => Shape::AngleRight,
        '‹' => Shape::SmallAngleLeft,
        '›' => Shape::SmallAngleRight,
        '\'' | '＇' => Shape::SingleStraight,
        '‘' | '‛' => Shape::Single6,
        '’' => Shape::Single9,
        '‚' => Shape::SingleLow,
        '「' => Shape::CornerOpen(0),
        '」' => Shape::CornerClose(0),
        '『' => Shape::CornerOpen(1),
        '』' => Shape::CornerClose(1),
        '《' => Shape::CornerOpen(2),
        '》' => Shape::CornerClose(2),
        '〈' => Shape::CornerOpen(3),
        '〉' => Shape::CornerClose(3),
        '｢' => Shape::CornerOpen(4),
        '｣' => Shape::CornerClose(4),
        '﹁' => Shape::CornerOpen(5),
        '﹂' => Shape::CornerClose(5),
        '﹃' => Shape::CornerOpen(6),
        '﹄' => Shape::CornerClose(6),
        _ => return None,
    };
    Some((shape, first.len_utf8()))
}
