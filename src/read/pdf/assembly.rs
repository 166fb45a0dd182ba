//! Makes a document of the lines of pages: paragraphs that run on over pages, notes after the paragraph that
//! is open where they stand, running heads apart.

use std::collections::HashMap;

use super::furniture::furniture;
use super::glyphs::Role;
use super::hyphens::{Join, Words};
use super::lines::Line;
use super::notes::{FootText, LineId, PageFoot, calls_set_together, foot_texts};
use super::{PageLink, ReadFile};
use crate::document::{
    Block, BlockKind, Coverage, Document, DocumentFormat, Gap, Layer, Mark, MarkKind, Note,
    NoteKind, NoteLabel, Place, Position, Remark,
};

/// Makes a document of what was read.
pub(super) fn assemble(file: ReadFile) -> Document {
    let mut document = Document::empty(DocumentFormat::Pdf);
    for gap in &file.gaps {
        document.coverage.add(*gap);
    }
    let title = file.title;
    let mut pages: Vec<Vec<Line>> = Vec::with_capacity(file.pages.len());
    let mut rules = Vec::with_capacity(file.pages.len());
    let mut links: Vec<Vec<PageLink>> = Vec::with_capacity(file.pages.len());
    for page in file.pages {
        pages.push(page.lines);
        rules.push(page.rules);
        links.push(page.links);
    }
    let mut words = Words::default();
    pages.iter().flatten().for_each(|line| words.learn(&line.text));
    let style = Style::of(&pages);
    let taken = furniture(&pages);
    let mut assembly = Assembly {
        document,
        words,
        style,
        written: HashMap::new(),
        notes: HashMap::new(),
        open: Vec::new(),
        waiting: Vec::new(),
    };
    let texts = foot_texts(&pages, &taken, &rules, assembly.style.size);
    for (page, (lines, texts)) in pages.iter().zip(texts).enumerate() {
        assembly.page(page, lines, &taken[page], texts, &pages);
    }
    assembly.close(&pages);
    assembly.finish(title, &links, &pages)
}

/// What most of a document looks like.
#[derive(Debug, Clone, Copy)]
struct Style {
    /// The size of most text.
    size: f32,
    /// The distance of most lines.
    pitch: f32,
}

impl Style {
    fn of(pages: &[Vec<Line>]) -> Self {
        let mut sizes: HashMap<i32, usize> = HashMap::new();
        let mut pitches: HashMap<i32, usize> = HashMap::new();
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        let step = |length: f32| (length * 4.0).round() as i32;
        for lines in pages {
            for line in lines {
                *sizes.entry(step(line.size)).or_default() += line.text.len();
            }
            for pair in lines.windows(2) {
                let pitch = pair[0].y - pair[1].y;
                if pitch > pair[0].size * 0.5 && pitch < pair[0].size * 3.0 {
                    *pitches.entry(step(pitch)).or_default() += 1;
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "lengths on a page are small")]
        let most = |counts: &HashMap<i32, usize>, otherwise: f32| {
            let most =
                counts.iter().max_by_key(|&(step, count)| (*count, std::cmp::Reverse(*step)));
            most.map_or(otherwise, |(step, _)| *step as f32 / 4.0)
        };
        let size = most(&sizes, 10.0);
        // Where most paragraphs are short, most distances are those between paragraphs.
        let often = pitches.values().max().copied().unwrap_or(0);
        pitches.retain(|_, count| *count * 4 >= often);
        #[expect(clippy::cast_precision_loss, reason = "lengths on a page are small")]
        let pitch = pitches.keys().min().map_or(size * 1.2, |step| *step as f32 / 4.0);
        Self { size, pitch }
    }
}

/// Something to be written once the open paragraph is.
#[derive(Debug)]
enum Waiting {
    Note(FootText),
    Furniture(LineId),
}

struct Assembly {
    document: Document,
    words: Words,
    style: Style,
    /// Where each line begins in the text, and how much of it was left out there.
    written: HashMap<LineId, (usize, usize)>,
    /// The notes of each page by their labels.
    notes: HashMap<(usize, String), usize>,
    open: Vec<LineId>,
    waiting: Vec<Waiting>,
}

impl Assembly {
    fn page(
        &mut self,
        page: usize,
        lines: &[Line],
        taken: &[bool],
        foot: PageFoot,
        pages: &[Vec<Line>],
    ) {
        for (index, line) in lines.iter().enumerate() {
            if taken[index] || line.is == Role::Turned {
                self.waiting.push(Waiting::Furniture((page, index)));
            } else if !foot.is_note[index] {
                let last = self.open.last().copied();
                if last.is_some_and(|last| self.begins_paragraph(last, (page, index), pages)) {
                    self.close(pages);
                }
                self.open.push((page, index));
            }
        }
        self.waiting.extend(foot.texts.into_iter().map(Waiting::Note));
        if self.open.is_empty() {
            self.close(pages);
        }
    }

    /// Tells whether a line does not go on with the paragraph of the one before.
    fn begins_paragraph(&self, before: LineId, line: LineId, pages: &[Vec<Line>]) -> bool {
        let ((last_page, last), (page, line)) = (before, line);
        let (before, line) = (&pages[last_page][last], &pages[page][line]);
        if (before.size - line.size).abs() > 0.12 * before.size {
            return true;
        }
        let is_done = ends_sentence(&before.text);
        let begins_low = line.text.starts_with(char::is_lowercase);
        let down = before.y - line.y;
        if last_page != page || down < 0.0 {
            // A new page or column.
            return is_done && !begins_low;
        }
        if begins_item(&line.text, is_done) || down > self.style.pitch.max(line.size) * 1.4 {
            return true;
        }
        // Lines near by tell the width of a column, and keep a page of very many lines from taking ages.
        let near = last.saturating_sub(200)..pages[page].len().min(last + 200);
        let right = pages[page][near]
            .iter()
            .filter(|other| (other.x - before.x).abs() < 3.0 * line.size)
            .fold(before.end, |right, other| right.max(other.end));
        let is_short = before.end < right - 4.0 * line.size;
        let is_indented = line.x > before.x + 0.8 * line.size;
        !begins_low && ((is_indented && (is_done || is_short)) || (is_short && is_done))
    }

    /// Writes the open paragraph, and what waits for its end.
    fn close(&mut self, pages: &[Vec<Line>]) {
        let lines = std::mem::take(&mut self.open);
        if !lines.is_empty() {
            let kind = self.kind(&lines, pages);
            self.write(&lines, pages, kind, Layer::Visible, 0);
        }
        for waiting in std::mem::take(&mut self.waiting) {
            match waiting {
                Waiting::Furniture(line) => {
                    self.write(&[line], pages, BlockKind::Paragraph, Layer::Navigation, 0);
                }
                Waiting::Note(text) => self.write_note(&text, pages),
            }
        }
    }

    fn kind(&self, lines: &[LineId], pages: &[Vec<Line>]) -> BlockKind {
        let &(page, first) = &lines[0];
        let length: usize = lines.iter().map(|&(page, line)| pages[page][line].text.len()).sum();
        let size = pages[page][first].size;
        if size > self.style.size * 1.15 && length < 200 {
            BlockKind::Heading(if page == 0 && size > self.style.size * 1.4 { 1 } else { 2 })
        } else {
            BlockKind::Paragraph
        }
    }

    fn write_note(&mut self, text: &FootText, pages: &[Vec<Line>]) {
        let start = self.document.text.len();
        let first = self.document.blocks.len();
        let mut label_bytes = text.label_bytes;
        for lines in self.note_paragraphs(text, pages) {
            self.write(lines, pages, BlockKind::Paragraph, Layer::Visible, label_bytes);
            label_bytes = 0;
        }
        let Some(label) = &text.label else { return };
        if self.document.blocks.len() == first {
            return;
        }
        let number = self.document.notes.len();
        self.document.blocks[first..].iter_mut().for_each(|block| block.note = Some(number));
        let blocks = first..self.document.blocks.len();
        self.document.notes.push(Note {
            label: NoteLabel(label.clone()),
            kind: NoteKind::Footnote,
            start,
            blocks,
        });
        if let Some(&(page, _)) = text.lines.first() {
            self.notes.insert((page, label.clone()), number);
        }
    }

    /// Divides the lines of a note by its paragraphs. A label may have a line of its own.
    fn note_paragraphs<'t>(&self, text: &'t FootText, pages: &[Vec<Line>]) -> Vec<&'t [LineId]> {
        let mut paragraphs = Vec::new();
        let mut start = 0;
        for next in 1..text.lines.len() {
            let (before, line) = (text.lines[next - 1], text.lines[next]);
            let is_label = next == 1 && pages[before.0][before.1].text.len() <= text.label_bytes;
            if !is_label && self.begins_paragraph(before, line, pages) {
                paragraphs.push(&text.lines[start..next]);
                start = next;
            }
        }
        paragraphs.push(&text.lines[start..]);
        paragraphs
    }

    /// Writes lines as one block; so many bytes at its beginning stay outside of it.
    fn write(
        &mut self,
        lines: &[LineId],
        pages: &[Vec<Line>],
        kind: BlockKind,
        layer: Layer,
        label_bytes: usize,
    ) {
        let text_start = self.document.text.len();
        for (index, &(page, number)) in lines.iter().enumerate() {
            let line = &pages[page][number];
            let start = self.document.text.len();
            self.written.insert((page, number), (start, line.text.len()));
            let position = Position::Page {
                page: u32::try_from(page + 1).unwrap_or(u32::MAX),
                line: u32::try_from(number + 1).unwrap_or(u32::MAX),
                column: 1,
            };
            self.document.places.0.push(Place { offset: start, position });
            let next = lines.get(index + 1).map(|&(page, line)| pages[page][line].text.as_str());
            let text = line.text.trim_end();
            match next.map(|next| self.words.join(text, next)) {
                None | Some(Join::Hyphenated) => self.document.text.push_str(text),
                Some(Join::Break) => {
                    self.document.text.push_str(text);
                    self.document.text.push('\n');
                }
                Some(Join::Whole) => {
                    let hyphen = text.chars().next_back().map_or(0, char::len_utf8);
                    self.document.text.push_str(&text[..text.len() - hyphen]);
                }
            }
        }
        let end = self.document.text.len();
        let start = (text_start + label_bytes).min(end);
        let start = end - self.document.text[start..end].trim_start().len();
        if start < end {
            self.document.blocks.push(Block { range: start..end, kind, layer, note: None });
        }
        self.document.text.push('\n');
    }

    fn finish(
        mut self,
        title: Option<String>,
        links: &[Vec<PageLink>],
        pages: &[Vec<Line>],
    ) -> Document {
        self.mark_raised(pages);
        for (page, (lines, links)) in pages.iter().zip(links).enumerate() {
            for link in links {
                self.mark_link(page, lines, link);
            }
        }
        let mut document = self.document;
        document.marks.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
        document.title = title.or_else(|| heading(&document));
        let unknown = document.text.matches('\u{FFFD}').count();
        if unknown > 0 {
            document
                .remarks
                .push(Remark::Other(format!("{unknown} glyphs stand for no character")));
        }
        if unknown.saturating_mul(100) > document.text.len() {
            document.coverage.add(Gap::Undecodable);
        }
        if document.blocks.is_empty() && matches!(document.coverage, Coverage::Whole) {
            document.coverage.add(Gap::NoTextLayer);
        }
        document
    }

    /// Marks raised text, and calls of the notes on its page or, if it has none of that label, on a later one.
    fn mark_raised(&mut self, pages: &[Vec<Line>]) {
        for (page, lines) in pages.iter().enumerate() {
            for (number, line) in lines.iter().enumerate() {
                let Some(&(start, length)) = self.written.get(&(page, number)) else { continue };
                for raised in &line.raised {
                    let range = start + raised.start..start + raised.end.min(length);
                    let is_inside = self.document.text.get(range.clone()).is_some();
                    if is_inside && !self.is_label_of_note(range.start) {
                        self.mark_call(page, range);
                    }
                }
            }
        }
    }

    fn is_label_of_note(&self, offset: usize) -> bool {
        let notes = &self.document.notes;
        let after = notes.partition_point(|note| note.start <= offset);
        after.checked_sub(1).is_some_and(|index| {
            let note = &notes[index];
            let blocks = &self.document.blocks[note.blocks.clone()];
            blocks.first().is_some_and(|block| offset < block.range.start)
        })
    }

    fn mark_call(&mut self, page: usize, range: std::ops::Range<usize>) {
        self.document.marks.push(Mark { range: range.clone(), kind: MarkKind::Superscript });
        let raised = &self.document.text[range.clone()];
        let label = raised.trim().trim_matches(['[', ']', '(', ')']).to_owned();
        let near = |page: usize, label: &str| self.notes.get(&(page, label.to_owned())).copied();
        let later = || (page + 1..page + 3).find_map(|page| near(page, &label));
        let mut calls = Vec::new();
        if let Some(note) = near(page, &label) {
            calls.push((range, label, note));
        } else if let Some(several) = calls_set_together(&label)
            && let Some(notes) =
                several.iter().map(|one| near(page, one)).collect::<Option<Vec<_>>>()
        {
            let mut at = range.start + raised.find(label.as_str()).unwrap_or(0);
            for (one, note) in several.into_iter().zip(notes) {
                let end = at + one.len();
                calls.push((at..end, one, note));
                at = end;
            }
        } else if let Some(note) = later() {
            calls.push((range, label, note));
        }
        self.document.marks.extend(calls.into_iter().map(|(range, label, note)| {
            let label = NoteLabel(label);
            Mark { range, kind: MarkKind::NoteCall { label, note: Some(note) } }
        }));
    }

    /// Marks the text that stands in the area of a link.
    fn mark_link(&mut self, page: usize, lines: &[Line], link: &PageLink) {
        let [left, bottom, right, top] = link.area;
        for (number, line) in lines.iter().enumerate() {
            let middle = line.y + line.size * 0.3;
            let Some(&(start, _)) = self.written.get(&(page, number)) else { continue };
            if middle < bottom || middle > top {
                continue;
            }
            let is_inside = |stop: &super::lines::Stop| {
                let middle = f32::midpoint(stop.x, stop.end);
                (left..=right).contains(&middle)
            };
            let Some(first) = line.stops.iter().position(is_inside) else { continue };
            let after = line.stops.iter().rposition(is_inside).map_or(first, |last| last + 1);
            let end = line.stops.get(after).map_or(line.text.len(), |stop| stop.offset);
            let range = start + line.stops[first].offset..start + end;
            let Some(text) = self.document.text.get(range.clone()) else { continue };
            let range = range.start..range.start + text.trim_end().len();
            self.document.marks.push(Mark { range, kind: MarkKind::Link(link.to.clone()) });
        }
    }
}

fn heading(document: &Document) -> Option<String> {
    let block = document.blocks.iter().find(|block| block.kind == BlockKind::Heading(1))?;
    Some(document.block_text(block).replace('\n', " "))
}

fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| {
        c.is_whitespace() || c.is_ascii_digit() || "\"”»’')]↩\u{FE0E}\u{FE0F}".contains(c)
    });
    text.ends_with(['.', '?', '!', '…', ':', ';', '。', '？', '！'])
}

/// Tells whether a line begins an item of a list, or a note at the end. A number does so after a sentence alone.
fn begins_item(text: &str, is_done: bool) -> bool {
    let is_bullet = text.starts_with(['•', '▪', '◦', '‣', '●']);
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let is_labelled = bracketed.is_some_and(|(label, _)| {
        (1..=4).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_digit())
    });
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_numbered = is_done
        && (1..=4).contains(&digits)
        && (text[digits..].starts_with(". ") || text[digits..].starts_with(") "));
    is_bullet || is_labelled || is_numbered
}
