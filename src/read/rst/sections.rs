//! Recognises the titles of sections by the lines of punctuation below and above them, and transitions.

use std::ops::Range;

use super::structure::{Context, Structure};
use crate::document::BlockKind;

/// A line of punctuation shorter than this underlines only what is no longer than it.
const SURELY_ADORNMENT: usize = 4;

/// The styles of titles, in the order in which they appear: the first is the title of the document.
#[derive(Debug, Default)]
pub(super) struct Sections {
    styles: Vec<Style>,
}

/// How a title is set off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    character: char,
    above: Above,
}

/// Whether a line of punctuation stands above a title too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Above {
    Nothing,
    Line,
}

impl Sections {
    fn level(&mut self, style: Style) -> u8 {
        let known = self.styles.iter().position(|known| *known == style);
        let index = known.unwrap_or_else(|| {
            self.styles.push(style);
            self.styles.len() - 1
        });
        u8::try_from(index + 1).unwrap_or(6).min(6)
    }
}

/// Takes a title or a transition, if the first of some lines begins one.
pub(super) fn read(
    structure: &mut Structure<'_>,
    lines: &Range<usize>,
    context: Context,
) -> Option<usize> {
    let at = lines.start;
    let text = |index: usize| {
        (index < lines.end).then(|| structure.text(index)).filter(|text| !text.is_empty())
    };
    if let Some(character) = adornment(structure.text(at)) {
        let long = structure.text(at).chars().count();
        let is_title = text(at + 1).is_some_and(|title| title.chars().count() <= long)
            && text(at + 2).and_then(adornment) == Some(character);
        if is_title {
            let level = structure.sections.level(Style { character, above: Above::Line });
            structure.push(BlockKind::Heading(level), at + 1..at + 2);
            return Some(at + 3);
        }
        let is_transition = long >= SURELY_ADORNMENT && text(at + 1).is_none();
        return is_transition.then_some(at + 1);
    }
    let below = text(at + 1)?;
    let character = adornment(below)?;
    let long = below.chars().count();
    let fits = long >= SURELY_ADORNMENT || long >= structure.text(at).chars().count();
    let is_free = structure.lines[at + 1].indent == context.indent;
    // A line of dashes or signs of equality below a title is one; one that begins a table has several parts.
    if !fits || !is_free {
        return None;
    }
    let level = structure.sections.level(Style { character, above: Above::Nothing });
    structure.push(BlockKind::Heading(level), at..at + 1);
    Some(at + 2)
}

/// Returns the character of a line that is nothing but one mark of punctuation, repeated.
fn adornment(text: &str) -> Option<char> {
    let first = text.chars().next().filter(char::is_ascii_punctuation)?;
    let repeated = text.len() >= 2 && text.chars().all(|c| c == first);
    // `::` announces a literal block, `..` begins a comment.
    (repeated && !matches!(text, "::" | "..")).then_some(first)
}
