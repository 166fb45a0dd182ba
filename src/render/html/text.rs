//! Lays the document out: its blocks, with every quotation and note call marked.

use std::ops::Range;

use super::super::inert;
use super::view::{Block, Piece, Shown, verdict_class};
use crate::document::{self, BlockKind, Layer, MarkKind, NoteLabel};
use crate::report::Verdict;

/// A quotation where it stands in the text.
struct Standing {
    range: Range<usize>,
    target: String,
    verdict: Verdict,
    name: &'static str,
    anchored: bool,
}

/// A note call where it stands in the text.
struct Call<'a> {
    range: Range<usize>,
    label: &'a NoteLabel,
}

/// Returns the blocks of a document.
pub(super) fn blocks(shown: &Shown<'_>) -> Vec<Block> {
    let mut quotations = quotations(shown);
    let calls = calls(shown);
    let targets = targets(shown);
    let document = &shown.document.document;
    let (mut first_quotation, mut first_call) = (0, 0);
    let mut level = 2;
    let mut blocks = Vec::new();
    for (number, block) in document.blocks.iter().enumerate() {
        let range = &block.range;
        while quotations.get(first_quotation).is_some_and(|q| q.range.end <= range.start) {
            first_quotation += 1;
        }
        while calls.get(first_call).is_some_and(|call| call.range.end <= range.start) {
            first_call += 1;
        }
        let label = block.note.and_then(|note| document.notes.get(note));
        let label = label.filter(|note| note.blocks.start == number).map(|note| &note.label);
        let mut writer = Writer { text: &document.text, pieces: Vec::new(), tag: None };
        if let Some(label) = label {
            writer.label(label, targets.get(label).cloned());
        }
        writer.write(
            range.clone(),
            &mut quotations[first_quotation..],
            &calls[first_call..],
            |label| targets.get(label).cloned(),
        );
        if writer.pieces.is_empty() {
            continue;
        }
        let (tag, class) = tag(block, &mut level);
        blocks.push(Block { tag, class, pieces: writer.pieces });
    }
    blocks
}

fn quotations(shown: &Shown<'_>) -> Vec<Standing> {
    let cited = shown.document.citations.iter().flat_map(|citation| &citation.quotations);
    let cited = cited.map(|checked| (&checked.quotation, checked.verdict, checked.verdict.name()));
    let uncited = shown
        .document
        .uncited
        .iter()
        .map(|uncited| (&uncited.quotation, Verdict::Uncited, uncited.kind.name()));
    let mut all: Vec<Standing> = cited
        .chain(uncited)
        .map(|(quotation, verdict, name)| Standing {
            range: quotation.range.clone(),
            target: shown.quotation(quotation.id),
            verdict,
            name,
            anchored: false,
        })
        .collect();
    all.sort_by_key(|standing| (standing.range.start, standing.range.end));
    all
}

fn calls<'a>(shown: &Shown<'a>) -> Vec<Call<'a>> {
    let mut calls: Vec<Call<'a>> = Vec::new();
    for mark in &shown.document.document.marks {
        match &mark.kind {
            MarkKind::NoteCall { label, .. } => {
                calls.push(Call { range: mark.range.clone(), label });
            }
            MarkKind::Link(_)
            | MarkKind::Quotation(_)
            | MarkKind::Superscript
            | MarkKind::Emphasis => {}
        }
    }
    calls.sort_by_key(|call| (call.range.start, call.range.end));
    calls
}

/// Returns the anchor of the first citation of each note.
fn targets(shown: &Shown<'_>) -> std::collections::BTreeMap<NoteLabel, String> {
    let mut targets = std::collections::BTreeMap::new();
    for citation in &shown.document.citations {
        let citation = &citation.resolved.citation;
        if let Some(label) = &citation.note {
            targets.entry(label.clone()).or_insert_with(|| shown.citation(citation.id));
        }
    }
    targets
}

fn tag(block: &document::Block, level: &mut u8) -> (&'static str, String) {
    let (tag, class) = match block.kind {
        BlockKind::Heading(depth) => {
            // A heading may be one step deeper than the one before it, never more: readers of screens rely on that.
            *level = depth.saturating_add(2).min(*level + 1).clamp(3, 6);
            let tag = match *level {
                3 => "h3",
                4 => "h4",
                5 => "h5",
                _ => "h6",
            };
            (tag, "")
        }
        BlockKind::Preformatted => ("pre", ""),
        BlockKind::BlockQuotation => ("p", "block-quotation"),
        BlockKind::ListItem => ("p", "list-item"),
        BlockKind::Paragraph
        | BlockKind::TableCell
        | BlockKind::Caption
        | BlockKind::Continuation => ("p", ""),
    };
    let mut classes = vec![class];
    if block.note.is_some() {
        classes.push("note");
    }
    if block.layer != Layer::Visible {
        classes.push("beside");
    }
    classes.retain(|class| !class.is_empty());
    (tag, classes.join(" "))
}

/// Writes the pieces of one block.
struct Writer<'a> {
    text: &'a str,
    pieces: Vec<Piece>,
    /// The verdict that is to be written once the closing mark has been.
    tag: Option<(&'static str, &'static str)>,
}

impl Writer<'_> {
    fn write(
        &mut self,
        range: Range<usize>,
        quotations: &mut [Standing],
        calls: &[Call<'_>],
        target: impl Fn(&NoteLabel) -> Option<String>,
    ) {
        let mut at = range.start;
        let mut past = 0;
        let mut calls = calls.iter().peekable();
        while at < range.end {
            while calls.peek().is_some_and(|call| call.range.end <= at) {
                calls.next();
            }
            let call = calls.peek().filter(|call| call.range.start < range.end);
            if let Some(call) = call.filter(|call| call.range.start <= at) {
                let end = call.range.end.min(range.end);
                self.call(at..end, target(call.label));
                at = end;
                continue;
            }
            let mut end = call.map_or(range.end, |call| call.range.start);
            while quotations.get(past).is_some_and(|q| q.range.end <= at) {
                past += 1;
            }
            let near = &quotations[past..];
            let inside = near
                .iter()
                .take_while(|q| q.range.start <= at)
                .enumerate()
                .filter(|(_, q)| at < q.range.end)
                .last()
                .map(|(i, _)| past + i);
            let next = near.iter().map(|q| q.range.start).find(|&start| start > at);
            end = end.min(next.unwrap_or(range.end)).min(range.end);
            match inside {
                Some(i) => {
                    end = end.min(quotations[i].range.end);
                    self.quotation(at..end, &mut quotations[i]);
                }
                None => self.plain(at..end),
            }
            at = end;
        }
        self.flush();
    }

    /// Writes the label of a note, which is no part of the note's text.
    fn label(&mut self, label: &NoteLabel, target: Option<String>) {
        let text = inert::line(&format!("[{label}]"));
        self.pieces.push(match target {
            Some(target) => Piece::Call { text, target },
            None => Piece::Text(text),
        });
        self.pieces.push(Piece::Text(" ".into()));
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    fn plain(&mut self, range: Range<usize>) {
        let text = inert::paragraphs(self.slice(range)).into_owned();
        let mut rest = text.as_str();
        if self.tag.is_some() {
            let closing = rest.chars().next().filter(|c| "\"”“»«’'‘".contains(*c));
            let length = closing.map_or(0, char::len_utf8);
            self.push_text(&rest[..length]);
            rest = &rest[length..];
            self.flush();
        }
        self.push_text(rest);
    }

    fn push_text(&mut self, text: &str) {
        let blank = self.pieces.is_empty() && text.chars().all(char::is_whitespace);
        if !blank && !text.is_empty() {
            self.pieces.push(Piece::Text(text.to_owned()));
        }
    }

    fn quotation(&mut self, range: Range<usize>, standing: &mut Standing) {
        self.flush();
        let class = verdict_class(standing.verdict);
        let ends = range.end == standing.range.end;
        let text = inert::paragraphs(self.slice(range)).into_owned();
        if !text.is_empty() {
            let target = standing.target.clone();
            self.pieces.push(Piece::Quotation { text, target, anchor: !standing.anchored, class });
            standing.anchored = true;
        }
        if ends {
            self.tag = Some((standing.name, class));
        }
    }

    fn call(&mut self, range: Range<usize>, target: Option<String>) {
        self.flush();
        let text = inert::paragraphs(self.slice(range)).into_owned();
        match target {
            Some(target) if !text.is_empty() => self.pieces.push(Piece::Call { text, target }),
            Some(_) | None => self.push_text(&text),
        }
    }

    fn flush(&mut self) {
        if let Some((name, class)) = self.tag.take() {
            self.pieces.push(Piece::Verdict { name, class });
        }
    }
}
