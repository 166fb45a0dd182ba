//! Reads from one file of LaTeX into another and back, never into one that is still open.

use super::Reader;
use super::files::folder;
use crate::document::BlockKind;
use crate::read::draft::SourceLines;

/// How deep files bring in others.
const DEEPEST_FILES: usize = 20;
/// How much is brought in at most, in bytes; each file counts some more, however short it is.
pub(super) const MOST_BROUGHT_IN: usize = 64 * 1024 * 1024;
const LEAST_PER_FILE: usize = 1024;

/// A file that is being read, or that another has interrupted.
pub(super) struct File<'a> {
    pub(super) source: &'a str,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) lines: SourceLines<'a>,
}

impl<'a> File<'a> {
    /// Starts at the beginning of the text of a file.
    pub(super) fn of(source: &'a str) -> Self {
        let begin = "\\begin{document}";
        let at = source.find(begin).map_or(0, |at| at + begin.len());
        let end = source[at..].find("\\end{document}").map_or(source.len(), |end| at + end);
        Self { source, at, end, lines: SourceLines::of(source) }
    }
}

impl<'a> Reader<'a> {
    /// Goes on with the file that a command names.
    pub(super) fn include(&mut self) {
        let name = self.raw_argument();
        self.bring_in(&name);
    }

    /// Goes on with the file that a command names by its folder and its name.
    pub(super) fn include_from(&mut self) {
        let folder = folder(&self.raw_argument());
        let name = format!("{folder}{}", self.raw_argument().trim());
        self.bring_in(&name);
    }

    /// Goes on with a file beside the document, if it is there.
    fn bring_in(&mut self, name: &str) {
        let Some(text) = self.files.chapter(name) else { return };
        let is_open = std::iter::once(self.source)
            .chain(self.interrupted.iter().map(|file| file.source))
            .any(|source| std::ptr::eq(source, text));
        let size = text.len() + LEAST_PER_FILE;
        if is_open || self.interrupted.len() >= DEEPEST_FILES || size > self.left {
            return;
        }
        self.left -= size;
        if self.brought_in_at.is_none() {
            self.brought_in_at = Some(self.position());
        }
        let file = self.put_in_place(File::of(text));
        self.interrupted.push(file);
        self.begin_block(BlockKind::Paragraph);
    }

    /// Goes back to the file that the one that has ended had interrupted.
    pub(super) fn go_back(&mut self) -> bool {
        let Some(file) = self.interrupted.pop() else { return false };
        self.put_in_place(file);
        if self.interrupted.is_empty() {
            self.brought_in_at = None;
        }
        true
    }

    pub(super) fn put_in_place(&mut self, file: File<'a>) -> File<'a> {
        File {
            source: std::mem::replace(&mut self.source, file.source),
            at: std::mem::replace(&mut self.at, file.at),
            end: std::mem::replace(&mut self.end, file.end),
            lines: std::mem::replace(&mut self.lines, file.lines),
        }
    }
}
