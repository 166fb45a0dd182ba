//! Recognises the items of lists, line blocks and fields.

use std::ops::Range;

use super::structure::{Context, Event, Structure};
use crate::document::BlockKind;
use crate::text::roman::from_roman;

/// The longest name of a field, in bytes.
const LONGEST_NAME: usize = 80;

/// Takes an item, a line block or a field, if the first of some lines begins one.
pub(super) fn read(
    structure: &mut Structure<'_>,
    lines: &Range<usize>,
    context: Context,
) -> Option<usize> {
    let text = structure.text(lines.start);
    if let Some(marker) = bullet(text) {
        return Some(item(structure, lines, context, marker));
    }
    if let Some(marker) = enumerator(text)
        && is_item(structure, lines, context, marker)
    {
        return Some(item(structure, lines, context, marker));
    }
    if text == "|" || text.starts_with("| ") {
        return Some(line_block(structure, lines, context));
    }
    field(text).map(|name| take_field(structure, lines, context, name))
}

/// Returns the length of a bullet with the space after it.
fn bullet(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(['-', '*', '+', '•', '‣', '⁃'])?;
    let space = rest.len() - rest.trim_start().len();
    (space > 0 || rest.is_empty()).then_some(text.len() - rest.len() + space)
}

/// Returns the length of an enumerator with the space after it: `1.`, `(a)`, `iv)`, `#.`
fn enumerator(text: &str) -> Option<usize> {
    let opened = text.starts_with('(');
    let inner = &text[usize::from(opened)..];
    let length = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '#')?;
    let label = &inner[..length];
    let is_label = label == "#"
        || (label.len() == 1 && label.as_bytes()[0].is_ascii_alphabetic())
        || (label.len() <= 6 && !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit()))
        || from_roman(&label.to_ascii_lowercase()).is_some();
    let closes = match inner[length..].chars().next() {
        Some('.') => !opened,
        Some(')') => true,
        _ => false,
    };
    let rest = inner.get(length + 1..).filter(|_| is_label && closes)?;
    let space = rest.len() - rest.trim_start().len();
    (space > 0).then_some(usize::from(opened) + length + 1 + space)
}

/// Tells whether what looks like an enumerator is one: the next line is blank, indented or enumerated too.
fn is_item(
    structure: &Structure<'_>,
    lines: &Range<usize>,
    context: Context,
    marker: usize,
) -> bool {
    let next = lines.start + 1;
    if next >= lines.end {
        return true;
    }
    let line = &structure.lines[next];
    line.is_blank()
        || line.indent >= context.indent + marker
        || (line.indent == context.indent && enumerator(structure.text(next)).is_some())
}

fn item(
    structure: &mut Structure<'_>,
    lines: &Range<usize>,
    context: Context,
    marker: usize,
) -> usize {
    let at = lines.start;
    let columns = structure.text(at)[..marker].chars().count();
    let rest = structure.indented(at + 1..lines.end, context.indent);
    // An item is aligned with its first line, whatever is indented less is so by mistake.
    let indent = rest.indent.clamp(context.indent + 1, context.indent + columns);
    let line = &mut structure.lines[at];
    line.start += marker;
    line.indent = indent;
    let end = rest.lines.end;
    let kind = match context.kind {
        BlockKind::BlockQuotation => BlockKind::BlockQuotation,
        _ => BlockKind::ListItem,
    };
    structure.walk(at..end, Context { indent, kind });
    end
}

/// Takes the lines of a poem or an address: they are one block.
fn line_block(structure: &mut Structure<'_>, lines: &Range<usize>, context: Context) -> usize {
    let end = structure.until_blank(lines);
    let pieces = (lines.start..end).map(|index| {
        let text = structure.text(index);
        let shown = text.strip_prefix('|').unwrap_or(text).trim_start();
        structure.lines[index].end - shown.len()..structure.lines[index].end
    });
    let pieces: Vec<_> = pieces.filter(|piece| !piece.is_empty()).collect();
    structure.events.push(Event::Pieces { kind: context.kind, pieces });
    end
}

/// Returns the length of the name of a field: of `:Author: …`, that of `Author`.
fn field(text: &str) -> Option<usize> {
    let inner = text.strip_prefix(':')?;
    let window = &inner.as_bytes()[..inner.len().min(LONGEST_NAME)];
    let name = memchr::memchr(b':', window)?;
    let after = &inner[name + 1..];
    let is_name =
        name > 0 && !inner.starts_with(char::is_whitespace) && !inner[..name].ends_with(' ');
    (is_name && (after.is_empty() || after.starts_with(' '))).then_some(name)
}

/// Takes a field: above the text it says something of the document, elsewhere it is part of it.
fn take_field(
    structure: &mut Structure<'_>,
    lines: &Range<usize>,
    context: Context,
    name: usize,
) -> usize {
    let at = lines.start;
    let rest = structure.indented(at + 1..lines.end, context.indent);
    let end = rest.lines.end.max(at + 1);
    let is_above_text = context.indent == 0
        && structure.events.iter().all(|event| match event {
            Event::Field { .. } => true,
            Event::Block { kind, .. } => matches!(kind, BlockKind::Heading(_)),
            Event::NoteBegins(_) | Event::NoteEnds | Event::Pieces { .. } => false,
        });
    let line = &mut structure.lines[at];
    let of_name = line.start + 1..line.start + 1 + name;
    line.start = (of_name.end + 2).min(line.end);
    if is_above_text {
        structure.events.push(Event::Field { name: of_name, lines: at..end });
    } else {
        line.indent = rest.indent.max(context.indent);
        let indent = line.indent;
        structure.walk(at..end, Context { indent, kind: BlockKind::ListItem });
    }
    end
}
