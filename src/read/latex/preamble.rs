//! Reads what a LaTeX source says before its text: commands that its author made for notes, and notes in its title.

use std::collections::BTreeMap;

use super::Reader;
use super::commands::{self, Command};
use super::inclusion::File;
use crate::document::BlockKind;
use crate::read::draft::SourceLines;

/// Commands that the author made.
#[derive(Debug, Default)]
pub(super) struct Macros(BTreeMap<String, Command>);

impl Macros {
    /// Finds the commands that are but another name of a note: `\\newcommand{\\fn}[1]{\\footnote{#1}}`, `\\let\\fn\\footnote`.
    pub(super) fn in_source(source: &str) -> Self {
        let mut macros = BTreeMap::new();
        for (definition, wanted) in [
            ("\\newcommand", Wanted::Body),
            ("\\renewcommand", Wanted::Body),
            ("\\providecommand", Wanted::Body),
            ("\\def", Wanted::Body),
            ("\\let", Wanted::Name),
        ] {
            for (at, _) in source.match_indices(definition) {
                let after = source[at + definition.len()..].trim_start_matches(['*', ' ', '{']);
                if !after.starts_with('\\') {
                    continue;
                }
                let (name, length) = commands::name(after);
                if let Some(command) = note_in(&after[length..], wanted) {
                    macros.insert(name.to_owned(), command);
                }
            }
        }
        Self(macros)
    }

    /// Returns what a command of the author does.
    pub(super) fn of(&self, name: &str) -> Option<Command> {
        self.0.get(name).copied()
    }
}

#[derive(Debug, Clone, Copy)]
enum Wanted {
    /// The note is in the braces of the definition.
    Body,
    /// The note is the command that the new one is let be.
    Name,
}

/// Returns the note that a definition makes of its argument.
fn note_in(definition: &str, wanted: Wanted) -> Option<Command> {
    let body = match wanted {
        Wanted::Body => {
            let open = definition.find('{').filter(|open| *open < 40)?;
            // `{\\fn}{…}`: the brace that closes the name stands before.
            let end = commands::closing(&definition[open..], b'{', b'}')?;
            definition[open + 1..open + end].trim()
        }
        Wanted::Name => definition.trim_start_matches(['=', ' ']),
    };
    if !body.starts_with('\\') {
        return None;
    }
    let (name, length) = commands::name(body);
    let rest = body[length..].trim_end_matches(['%', ' ', '\n', '}']);
    let is_whole = match wanted {
        Wanted::Body => rest == "{#1",
        Wanted::Name => true,
    };
    let command = commands::of(name);
    (is_whole && matches!(command, Command::Note | Command::NoteText)).then_some(command)
}

impl Reader<'_> {
    /// Reads the title, the authors and the date where they have notes (`\\thanks`): they stand before the text.
    pub(super) fn front_matter(&mut self) {
        let head = &self.source[..self.at];
        let parts = [
            ("\\title", BlockKind::Heading(1)),
            ("\\author", BlockKind::Paragraph),
            ("\\date", BlockKind::Paragraph),
        ];
        for (command, kind) in parts {
            let Some(range) = commands::argument_of(head, command) else { continue };
            let text = &head[range.clone()];
            if !text.contains("\\thanks") && !text.contains("\\footnote") {
                continue;
            }
            let lines = SourceLines::of(self.source);
            let part = File { source: self.source, at: range.start, end: range.end, lines };
            let rest = self.put_in_place(part);
            self.begin_block(kind);
            self.run();
            self.put_in_place(rest);
            self.begin_block(BlockKind::Paragraph);
        }
    }

    /// Passes over a definition: its name, its parameters and what it stands for.
    pub(super) fn definition(&mut self) {
        if self.rest().starts_with('*') {
            self.at += 1;
        }
        let rest = self.rest().trim_start();
        self.at = self.end - rest.len();
        if rest.starts_with('{') {
            self.raw_argument();
        } else if rest.starts_with('\\') {
            self.at += commands::name(rest).1;
        }
        let rest = self.rest();
        // Parameters: `[2][default]`, `#1#2`.
        let open = rest.find('{').filter(|open| *open < 200 && !rest[..*open].contains('\n'));
        if let Some(open) = open {
            self.at += open;
            self.raw_argument();
        }
    }

    /// Passes over material that is set apart from the line: `\vadjust pre{…}`.
    pub(super) fn adjusted(&mut self) {
        let rest = self.rest().trim_start();
        if rest.starts_with("pre") {
            self.at = self.end - rest.len() + "pre".len();
        }
        self.raw_argument();
    }

    /// Writes what stands between two equal characters as it is: `\\verb|…|`.
    pub(super) fn verbatim(&mut self) {
        self.skip_options();
        let rest = self.rest();
        let Some(fence) = rest.chars().next() else { return };
        let closing = if fence == '{' { '}' } else { fence };
        let inner = &rest[fence.len_utf8()..];
        let line = inner.find('\n').unwrap_or(inner.len());
        match inner[..line].find(closing) {
            Some(length) if !fence.is_alphanumeric() && !fence.is_whitespace() => {
                self.write(&inner[..length]);
                self.at += fence.len_utf8() + length + closing.len_utf8();
            }
            Some(_) | None => {}
        }
    }
}
