//! Brings in the files beside a LaTeX source that belong to it: chapters by `\input` and `\include`, bibliographies.
//! Asks for names only; whoever hands in the document says which files may be opened.

use std::collections::BTreeMap;

use super::commands;
use crate::read::charset::{Declares, decode};
use crate::read::{Beside, Hint};

/// More files than this are not brought in.
const MOST_FILES: usize = 500;
/// More than this is not brought in, in bytes.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Commands that bring in a file of LaTeX, with how many arguments stand before its name.
const INCLUDING: [(&str, bool); 5] = [
    ("\\input", false),
    ("\\include", false),
    ("\\subfile", false),
    ("\\import", true),
    ("\\subimport", true),
];

/// The files that a document is made of, beside itself.
#[derive(Debug, Default)]
pub(super) struct Files {
    chapters: BTreeMap<String, String>,
    bibliographies: Vec<String>,
    /// The names of the files that are not there.
    pub(super) missing: Vec<String>,
}

impl Files {
    /// Finds the files that a source names, and those that they name.
    pub(super) fn of(source: &str, beside: Option<Beside<'_>>) -> Self {
        let mut files = Self::default();
        let mut left = MOST_BYTES;
        let mut waiting: Vec<String> = chapters_in(source);
        let mut bibliographies = bibliographies_in(source);
        waiting.reverse();
        while let Some(name) = waiting.pop() {
            if files.chapters.contains_key(&name) || files.missing.contains(&name) {
                continue;
            }
            match text_of(&name, "tex", beside).filter(|text| text.len() <= left) {
                Some(text) if files.chapters.len() < MOST_FILES => {
                    left -= text.len();
                    waiting.extend(chapters_in(&text).into_iter().rev());
                    bibliographies.extend(bibliographies_in(&text));
                    files.chapters.insert(name, text);
                }
                Some(_) | None => files.missing.push(name),
            }
        }
        for name in bibliographies {
            match text_of(&name, "bib", beside).filter(|text| text.len() <= left) {
                Some(text) => {
                    left -= text.len();
                    files.bibliographies.push(text);
                }
                None => files.missing.push(name),
            }
        }
        files.missing.sort();
        files.missing.dedup();
        files
    }

    /// Returns the text of a file that a command names.
    pub(super) fn chapter(&self, name: &str) -> Option<&str> {
        self.chapters.get(name.trim()).map(String::as_str)
    }

    /// Returns the texts of the bibliographies.
    pub(super) fn bibliographies(&self) -> &[String] {
        &self.bibliographies
    }
}

/// Reads a file; its extension may be left out.
fn text_of(name: &str, extension: &str, beside: Option<Beside<'_>>) -> Option<String> {
    let beside = beside?;
    let bytes = beside.bytes(&format!("{name}.{extension}")).or_else(|| beside.bytes(name))?;
    Some(decode(&bytes, &Hint::default(), Declares::Nothing).text.into_owned())
}

/// Returns the names of the files that a source brings in, in order.
fn chapters_in(source: &str) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (command, has_folder) in INCLUDING {
        for (at, after) in uses(source, command) {
            let Some(first) = argument(after) else { continue };
            let name = if has_folder {
                let Some(second) = argument(&after[first.len() + 2..]) else { continue };
                format!("{}{}", folder(first), second.trim())
            } else {
                first.trim().to_owned()
            };
            found.push((at, name));
        }
    }
    found.sort();
    found.into_iter().map(|(_, name)| name).filter(|name| !name.is_empty()).collect()
}

/// Returns a folder as it stands before a name.
pub(super) fn folder(written: &str) -> String {
    let folder = written.trim().trim_end_matches('/');
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}

fn bibliographies_in(source: &str) -> Vec<String> {
    let old = uses(source, "\\bibliography");
    let new = uses(source, "\\addbibresource");
    old.chain(new)
        .filter_map(|(_, after)| {
            let options =
                if after.starts_with('[') { after.find(']').map_or(0, |end| end + 1) } else { 0 };
            argument(&after[options..])
        })
        .flat_map(|names| names.split(','))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// Returns what follows each use of a command that is not in a comment, with its place.
fn uses<'a>(source: &'a str, command: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    source.match_indices(command).filter_map(move |(at, _)| {
        let line = &source[source[..at].rfind('\n').map_or(0, |end| end + 1)..at];
        let is_comment = line.starts_with('%') || line.contains(" %") || line.contains("\t%");
        (!is_comment && line.len() < 10_000).then(|| (at, &source[at + command.len()..]))
    })
}

/// Returns the argument in braces with which a text begins.
fn argument(text: &str) -> Option<&str> {
    let end = text.starts_with('{').then(|| commands::closing(text, b'{', b'}')).flatten()?;
    Some(&text[1..end])
}
