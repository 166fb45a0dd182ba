//! Collects the characters that a page of a PDF shows, each with its place.

use hayro_interpret::font::{Glyph as DrawnGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};

/// More characters than this on one page are no page.
const MOST_GLYPHS: usize = 200_000;
/// A page that draws more than this is left: a form may draw another ten times, and so may that.
const MOST_STEPS: usize = 1_000_000;
/// How many steps a region is that limits what is drawn: every form has one, and is read anew for it.
const STEPS_OF_REGION: usize = 10;
/// More rules than this on one page are a drawing.
const MOST_RULES: usize = 500;

/// A thin level line that a page draws, as above its footnotes. Lengths are in points, y goes up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rule {
    pub(super) x: f32,
    pub(super) end: f32,
    pub(super) y: f32,
}

/// One character, or the few that one glyph stands for. Lengths are in points, y goes up.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    pub(super) text: GlyphText,
    /// Where it begins on its baseline.
    pub(super) x: f32,
    /// Where the next is to begin.
    pub(super) end: f32,
    /// The baseline.
    pub(super) y: f32,
    /// The size of the font.
    pub(super) size: f32,
    pub(super) is: Role,
}

/// What a glyph stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GlyphText {
    One(char),
    Some(String),
    /// It is not known.
    Unknown,
}

/// What a page says of a glyph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Text,
    /// Not part of the text: a running head, a page number.
    Artifact,
    /// Not level: a stamp in the margin, an axis of a diagram.
    Turned,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) rules: Vec<Rule>,
    pub(super) images: usize,
    pub(super) is_too_much: bool,
    /// How much has been drawn.
    pub(super) steps: usize,
    /// Nested marked content: what each is.
    marked: Vec<Marked>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Marked {
    Plain,
    Artifact,
    /// Stands for a text, which is given by its first glyph.
    Replaced(Option<String>),
}

/// What a page is left with that draws too much: the interpreter has no other way out.
#[derive(Debug)]
pub(super) struct DrawsTooMuch;

impl Shown {
    /// Counts what is drawn. Unwinds with [`DrawsTooMuch`] where that is more than a page has.
    fn step(&mut self, steps: usize) {
        self.steps += steps;
        if self.steps > MOST_STEPS {
            self.is_too_much = true;
            std::panic::resume_unwind(Box::new(DrawsTooMuch));
        }
    }

    fn add(&mut self, glyph: &DrawnGlyph<'_>, transform: Affine) {
        if self.glyphs.len() >= MOST_GLYPHS {
            self.is_too_much = true;
            return;
        }
        let origin = transform * Point::ZERO;
        let along: Vec2 = transform * Point::new(1000.0, 0.0) - origin;
        let up: Vec2 = transform * Point::new(0.0, 1000.0) - origin;
        let size = up.hypot();
        if !origin.is_finite() || !size.is_finite() || size <= 0.0 {
            return;
        }
        let Some(text) = self.text(glyph) else { return };
        let advance = match glyph {
            DrawnGlyph::Outline(glyph) => glyph.advance_width(),
            DrawnGlyph::Type3(glyph) => glyph.advance_width(),
        };
        let end = transform * Point::new(f64::from(advance.unwrap_or(500.0)), 0.0);
        let is = if along.y.abs() > along.x.abs() * 0.2 || along.x < 0.0 {
            Role::Turned
        } else if self.marked.contains(&Marked::Artifact) {
            Role::Artifact
        } else {
            Role::Text
        };
        #[expect(clippy::cast_possible_truncation, reason = "points need no more precision")]
        let glyph = Glyph {
            text,
            x: origin.x as f32,
            end: end.x as f32,
            y: origin.y as f32,
            size: size as f32,
            is,
        };
        self.glyphs.push(glyph);
    }

    /// Returns what a glyph stands for; `None` if another glyph says it.
    fn text(&mut self, glyph: &DrawnGlyph<'_>) -> Option<GlyphText> {
        let replaced = self.marked.iter_mut().find_map(|marked| match marked {
            Marked::Replaced(text) => Some(text.take()),
            Marked::Plain | Marked::Artifact => None,
        });
        if let Some(text) = replaced {
            return text.map(GlyphText::Some);
        }
        Some(match glyph.as_unicode() {
            Some(BfString::Char('\0')) | None => by_code(glyph),
            Some(BfString::Char(c)) => GlyphText::One(c),
            Some(BfString::String(text)) => GlyphText::Some(text.replace('\0', "")),
        })
    }
}

/// A font whose glyphs are drawings may use codes as they are in ASCII.
fn by_code(glyph: &DrawnGlyph<'_>) -> GlyphText {
    match (glyph, char::from_u32(glyph.char_code())) {
        (DrawnGlyph::Type3(_), Some(c @ ' '..='~')) => GlyphText::One(c),
        _ => GlyphText::Unknown,
    }
}

/// Reads a text string of a PDF: UTF-16 with a mark, UTF-8 with a mark, or nearly Latin-1.
pub(super) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

impl Device<'_> for Shown {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'_>, _: &DrawMode) {
        self.step(1);
        if path.elements().len() <= 8 && self.rules.len() < MOST_RULES {
            let area = props.transform.transform_rect_bbox(path.control_box());
            if area.height() < 2.0 && area.width() > 20.0 {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "points need no more precision"
                )]
                let [x, end, y] = [area.x0, area.x1, area.y0].map(|length| length as f32);
                self.rules.push(Rule { x, end, y });
            }
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.step(STEPS_OF_REGION);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, mode: &DrawMode) {
        self.step(run.glyphs().len() + 1);
        // Filled and stroked text is drawn twice.
        if matches!(mode, DrawMode::Stroke(_)) && self.is_repeated(run, props.transform) {
            return;
        }
        for glyph in run.glyphs() {
            self.add(glyph, props.transform * glyph.transform());
        }
    }

    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {
        self.step(1);
        self.images += 1;
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&object::Dict<'_>>) {
        let replaced = properties
            .and_then(|properties| properties.get::<object::String<'_>>(b"ActualText".as_slice()));
        let marked = match replaced {
            Some(text) => Marked::Replaced(Some(text_string(text.as_bytes()))),
            None if tag == b"Artifact" => Marked::Artifact,
            None => Marked::Plain,
        };
        // Unbalanced marks must not fill the memory.
        if self.marked.len() < 1000 {
            self.marked.push(marked);
        }
    }

    fn end_marked_content(&mut self) {
        self.marked.pop();
    }
}

impl Shown {
    fn is_repeated(&self, run: &GlyphRun<'_, '_>, transform: Affine) -> bool {
        let Some(first) = run.glyphs().first() else { return true };
        let origin = transform * first.transform() * Point::ZERO;
        let from = self.glyphs.len().saturating_sub(run.glyphs().len());
        self.glyphs.get(from).is_some_and(|glyph| {
            (f64::from(glyph.x) - origin.x).abs() < 0.1
                && (f64::from(glyph.y) - origin.y).abs() < 0.1
        })
    }
}
