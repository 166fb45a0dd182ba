//! Takes what is marked by two stops: notes, targets, substitutions, directives and comments.

use std::ops::Range;

use super::directives::{self, Shows};
use super::labels::{Name, RawNote, normalised};
use super::structure::{Context, Event, Line, Structure};
use crate::document::BlockKind;

/// The longest label of a note, in bytes.
const LONGEST_LABEL: usize = 100;

/// Takes what two stops mark, if the first of some lines begins so.
pub(super) fn read(
    structure: &mut Structure<'_>,
    lines: Range<usize>,
    context: Context,
) -> Option<usize> {
    let at = lines.start;
    let text = structure.text(at);
    if let Some(target) = text.strip_prefix("__ ") {
        structure.names.anonymous.push(target.trim().to_owned());
        return Some(at + 1);
    }
    let rest = match text.strip_prefix("..")? {
        "" => "",
        rest if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => return None,
    };
    let below = structure.indented(at + 1..lines.end, context.indent);
    // Two stops alone before a blank line are no beginning of what is indented below it.
    let is_empty = rest.is_empty() && structure.lines.get(at + 1).is_none_or(Line::is_blank);
    let end = if is_empty { at + 1 } else { below.lines.end.max(at + 1) };
    let block =
        Block { lines: at..end, indent: below.indent, context, mark: text.len() - rest.len() };
    if let Some(label) = note_label(rest) {
        block.note(structure, label);
    } else if rest.starts_with('_') {
        block.target(structure, rest);
    } else if rest.starts_with('|') {
        block.substitution(structure, rest);
    } else if let Some((name, arguments)) = directive(rest) {
        block.directive(structure, name, arguments);
    }
    Some(end)
}

/// What belongs to two stops.
struct Block {
    lines: Range<usize>,
    /// The column at which the lines below the first begin.
    indent: usize,
    context: Context,
    /// How many bytes the stops and the space after them take.
    mark: usize,
}

/// Returns the label of a note: of `[#name] text`, `#name`.
fn note_label(rest: &str) -> Option<&str> {
    let inner = rest.strip_prefix('[')?;
    let window = &inner.as_bytes()[..inner.len().min(LONGEST_LABEL)];
    let label = &inner[..memchr::memchr(b']', window)?];
    let after = &inner[label.len() + 1..];
    let is_label = RawNote::is_label(label);
    (is_label && (after.is_empty() || after.starts_with(' '))).then_some(label)
}

/// Returns the name and the arguments of a directive: of `image:: a.png`, `image` and `a.png`.
fn directive(rest: &str) -> Option<(&str, &str)> {
    let (name, arguments) = rest.split_once("::")?;
    let name = name.trim_end();
    let is_name = !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | ':'));
    is_name.then(|| (name, arguments.trim()))
}

impl Block {
    /// Begins the first line behind what has been read of it.
    fn shorten_first(&self, structure: &mut Structure<'_>, bytes: usize) {
        let indent = if self.lines.len() > 1 { self.indent } else { self.context.indent + 1 };
        let line = &mut structure.lines[self.lines.start];
        line.start = (line.start + bytes).min(line.end);
        let skipped = &structure.source[line.start..line.end];
        line.start = line.end - skipped.trim_start().len();
        line.indent = indent;
    }

    fn inner(&self, kind: BlockKind) -> Context {
        let indent = if self.lines.len() > 1 { self.indent } else { self.context.indent + 1 };
        Context { indent, kind }
    }

    fn note(&self, structure: &mut Structure<'_>, label: &str) {
        let index = structure.names.notes.len();
        structure.names.notes.push(RawNote::of(label));
        self.shorten_first(structure, self.mark + label.len() + "[]".len());
        structure.events.push(Event::NoteBegins(index));
        structure.walk(self.lines.clone(), self.inner(BlockKind::Paragraph));
        structure.events.push(Event::NoteEnds);
    }

    /// Takes a target: `_name: address`, `_name: other_`, `__: address`.
    fn target(&self, structure: &mut Structure<'_>, rest: &str) {
        let mut text = rest[1..].to_owned();
        for index in self.lines.clone().skip(1) {
            text.push_str(structure.text(index));
        }
        let quoted = text.strip_prefix('`').and_then(|inner| inner.split_once("`:"));
        let split = quoted.or_else(|| {
            let end = text.match_indices(':').map(|(at, _)| at).find(|&at| {
                let after = &text[at + 1..];
                !text[..at].ends_with('\\') && (after.is_empty() || after.starts_with(' '))
            })?;
            Some((&text[..end], &text[end + 1..]))
        });
        let Some((name, target)) = split else { return };
        let target: String = target.split_whitespace().collect();
        if name == "_" {
            structure.names.anonymous.push(target);
            return;
        }
        let of = match target.strip_suffix('_') {
            Some(other) if !other.contains('/') => Name::Other(normalised(other.trim_matches('`'))),
            _ if target.is_empty() => Name::Here,
            _ => Name::Address(target),
        };
        structure.names.targets.entry(normalised(&name.replace('\\', ""))).or_insert(of);
    }

    /// Takes a substitution: `|name| replace:: text`.
    fn substitution(&self, structure: &mut Structure<'_>, rest: &str) {
        let Some((name, rest)) = rest[1..].split_once('|') else { return };
        let Some(("replace", text)) = directive(rest.trim_start()) else { return };
        let mut text = text.to_owned();
        for index in self.lines.clone().skip(1) {
            text.push(' ');
            text.push_str(structure.text(index));
        }
        structure.names.substitutions.entry(normalised(name)).or_insert(text);
    }

    fn directive(&self, structure: &mut Structure<'_>, name: &str, arguments: &str) {
        let (first, context) = (self.lines.start, self.inner(self.context.kind));
        let shows = directives::of(name);
        let used = structure.text(first).len() - arguments.len();
        let has_arguments = !arguments.is_empty();
        let below = self.content(structure);
        match shows {
            Shows::Nothing => {}
            Shows::All => {
                self.shorten_first(structure, used);
                if has_arguments {
                    structure.walk(first..first + 1, context);
                }
                structure.walk(below, context);
            }
            Shows::Arguments => {
                self.shorten_first(structure, used);
                structure.push(BlockKind::Heading(6), first..first + 1);
            }
            Shows::Content => structure.walk(below, context),
            Shows::Quotation => {
                structure.walk(below, Context { kind: BlockKind::BlockQuotation, ..context });
            }
            Shows::Caption => {
                if name == "table" && has_arguments {
                    self.shorten_first(structure, used);
                    structure.push(BlockKind::Caption, first..first + 1);
                }
                structure.walk(below, Context { kind: BlockKind::Caption, ..context });
            }
            Shows::Literal => structure.push(BlockKind::Preformatted, below),
        }
    }

    /// Returns the lines below the arguments and options of a directive.
    fn content(&self, structure: &Structure<'_>) -> Range<usize> {
        let mut from = self.lines.start + 1;
        while from < self.lines.end && structure.text(from).starts_with(':') {
            from += 1;
        }
        let blank = structure.lines[from..self.lines.end].iter().take_while(|l| l.is_blank());
        from + blank.count()..self.lines.end
    }
}
