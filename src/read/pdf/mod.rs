//! Reads a PDF file: its text page by page, its footnotes, its links.
//!
//! Panics of the interpreter on damaged files are caught, and what one page may hold is bounded, as is what a stream may
//! unpack to.

mod assembly;
mod furniture;
mod glyphs;
mod hyphens;
mod lines;
mod notes;
mod streams;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::hayro_syntax::object::{Array, Dict, String as PdfString};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, RenderContent, interpret_page,
};

use self::assembly::assemble;
use self::glyphs::{DrawsTooMuch, Rule, Shown, text_string};
use self::lines::{Line, lines};
use super::ReadError;
use crate::document::{Document, Gap};

/// More pages than this are not read.
const MOST_PAGES: usize = 20_000;
/// A file is read until it has drawn as much; a character is one step, and so is a line.
const MOST_STEPS: usize = 30_000_000;

/// A page that has been read.
#[derive(Debug, Default)]
struct ReadPage {
    lines: Vec<Line>,
    rules: Vec<Rule>,
    links: Vec<PageLink>,
}

/// A link annotation.
#[derive(Debug)]
struct PageLink {
    /// Left, bottom, right, top.
    area: [f32; 4],
    to: String,
}

/// All that was read of a file, before it is set in paragraphs.
#[derive(Debug, Default)]
struct ReadFile {
    pages: Vec<ReadPage>,
    title: Option<String>,
    gaps: Vec<Gap>,
}

/// Reads a PDF file.
///
/// # Errors
///
/// When it is locked with a password, or so damaged that nothing of it can be read.
pub(super) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let unsupported = |found: &str| ReadError::Unsupported { found: found.to_owned() };
    let file = catch_unwind(AssertUnwindSafe(|| read_file(bytes)))
        .map_err(|_| unsupported("a damaged PDF file"))?
        .map_err(|error| match error {
            LoadPdfError::Decryption(_) => unsupported("an encrypted PDF file"),
            LoadPdfError::Invalid => unsupported("a damaged PDF file"),
        })?;
    Ok(assemble(file))
}

fn read_file(bytes: &[u8]) -> Result<ReadFile, LoadPdfError> {
    let mut bytes = bytes.to_vec();
    let mut gaps = Vec::new();
    if streams::empty_large(&mut bytes) {
        gaps.push(Gap::TooLarge);
    }
    let pdf = Pdf::new(bytes)?;
    let mut file = ReadFile {
        title: pdf.metadata().title.as_deref().map(text_string).filter(|title| is_title(title)),
        gaps,
        ..ReadFile::default()
    };
    let cache = InterpreterCache::new();
    let mut steps = 0;
    for page in pdf.pages().iter().take(MOST_PAGES) {
        if steps > MOST_STEPS {
            file.gaps.push(Gap::TooLarge);
            break;
        }
        let mut shown = Shown::default();
        let drawn = catch_unwind(AssertUnwindSafe(|| draw(page, &pdf, &cache, &mut shown)));
        if drawn.is_err_and(|panic| !panic.is::<DrawsTooMuch>()) {
            file.gaps.push(Gap::Damaged);
        }
        if shown.is_too_much {
            file.gaps.push(Gap::TooLarge);
        }
        if shown.glyphs.is_empty() && shown.images > 0 {
            file.gaps.push(Gap::NoTextLayer);
        }
        steps += shown.steps;
        let lines = lines(&shown.glyphs);
        file.pages.push(ReadPage { lines, rules: shown.rules, links: links(page) });
    }
    if pdf.pages().len() > MOST_PAGES {
        file.gaps.push(Gap::TooLarge);
    }
    Ok(file)
}

/// A title that says nothing: what programs put there by themselves.
fn is_title(title: &str) -> bool {
    let title = title.trim();
    let is_name = [".doc", ".docx", ".indd", ".tex", ".qxd", ".pdf", ".dvi"]
        .iter()
        .any(|extension| title.to_lowercase().ends_with(extension));
    !title.is_empty() && !is_name && title != "untitled" && !title.starts_with("Microsoft Word - ")
}

/// Draws a page; what it shows is kept as far as it was drawn.
fn draw<'a>(page: &Page<'a>, pdf: &'a Pdf, cache: &InterpreterCache<'a>, shown: &mut Shown) {
    let settings = InterpreterSettings {
        render_content: RenderContent::PAGE,
        ..InterpreterSettings::default()
    };
    let area = Rect::new(0.0, 0.0, 1.0, 1.0);
    let mut context = Context::new(Affine::IDENTITY, area, cache, pdf.xref(), settings);
    interpret_page(page, &mut context, shown);
}

/// Reads the link annotations of a page that lead out of the file.
fn links(page: &Page<'_>) -> Vec<PageLink> {
    let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots".as_slice()) else {
        return Vec::new();
    };
    let link = |annotation: Dict<'_>| {
        let action = annotation.get::<Dict<'_>>(b"A".as_slice())?;
        let to = text_string(action.get::<PdfString<'_>>(b"URI".as_slice())?.as_bytes());
        let rect: Vec<f32> =
            annotation.get::<Array<'_>>(b"Rect".as_slice())?.iter::<f32>().take(4).collect();
        let [x0, y0, x1, y1] = rect.try_into().ok()?;
        Some(PageLink { area: [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)], to })
    };
    annotations.iter::<Dict<'_>>().take(10_000).filter_map(link).collect()
}

#[cfg(test)]
mod tests;
