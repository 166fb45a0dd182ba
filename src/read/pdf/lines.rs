//! Sets the characters of a page in lines, in the order in which the page draws them.
//!
//! That order is the reading order of nearly every file that a program wrote: columns come one after the
//! other. Lines are put in another order only where the page draws them all over the place.

use std::collections::HashSet;

use super::glyphs::{Glyph, GlyphText, Role};

/// A line of a page.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    /// Where each glyph's text begins in the line, and where the glyph stands.
    pub(super) stops: Vec<Stop>,
    /// The raised stretches of the text.
    pub(super) raised: Vec<std::ops::Range<usize>>,
    pub(super) x: f32,
    pub(super) end: f32,
    pub(super) y: f32,
    /// The size of most of its characters.
    pub(super) size: f32,
    pub(super) is: Role,
}

/// Where a glyph of a line stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) offset: usize,
    pub(super) x: f32,
    pub(super) end: f32,
}

/// Sets characters in lines.
pub(super) fn lines(glyphs: &[Glyph]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut open: Option<Builder> = None;
    let mut seen = Drawn::default();
    for glyph in glyphs {
        if is_drawn_again(glyph, &mut seen) {
            continue;
        }
        let is_blank = matches!(&glyph.text, GlyphText::One(c) if c.is_whitespace());
        if is_blank {
            if let Some(builder) = &mut open {
                builder.has_space = true;
            }
            continue;
        }
        let continues = open.as_ref().is_some_and(|builder| builder.takes(glyph));
        if !continues {
            lines.extend(open.take().and_then(Builder::finish));
        }
        open.get_or_insert_with(|| Builder::new(glyph)).add(glyph);
    }
    lines.extend(open.and_then(Builder::finish));
    in_order(lines)
}

/// The characters drawn so far: which, of which size, and where, in steps that depend on the size.
type Drawn = HashSet<(char, i32, i32, i32)>;

/// Tells whether the same character was drawn at the same place before: bold type and shadows are made so.
fn is_drawn_again(glyph: &Glyph, seen: &mut Drawn) -> bool {
    let GlyphText::One(c) = glyph.text else { return false };
    if c.is_whitespace() {
        return false;
    }
    // The two of `ll` are 0.22 em apart.
    let unit = (glyph.size * 0.05).max(0.05);
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    let (size, x, y) = ((unit * 200.0) as i32, (glyph.x / unit) as i32, (glyph.y / unit) as i32);
    let is_near = (-1..=1).any(|dx| {
        (-1..=1).any(|dy| seen.contains(&(c, size, x.saturating_add(dx), y.saturating_add(dy))))
    });
    seen.insert((c, size, x, y));
    is_near
}

/// A line that is being set.
#[derive(Debug)]
struct Builder {
    line: Line,
    /// The end of the last glyph.
    last: f32,
    /// How much text of each size there is; the first is the line's own so far.
    sizes: Vec<(f32, usize)>,
    /// Where the glyphs of the first size end, in the text.
    lead: usize,
    has_space: bool,
}

impl Builder {
    fn new(glyph: &Glyph) -> Self {
        let line = Line {
            text: String::new(),
            stops: Vec::new(),
            raised: Vec::new(),
            x: glyph.x,
            end: glyph.end,
            y: glyph.y,
            size: glyph.size,
            is: glyph.is,
        };
        Self { line, last: glyph.x, sizes: Vec::new(), lead: 0, has_space: false }
    }

    /// Tells whether a glyph stands on the line.
    fn takes(&self, glyph: &Glyph) -> bool {
        let size = self.line.size.max(glyph.size);
        let (forward, up) = (glyph.x - self.last, glyph.y - self.line.y);
        let is_turned = glyph.is == Role::Turned;
        glyph.is == self.line.is
            && !is_turned
            && forward > -2.0 * size.min(glyph.size * 1.5)
            && forward < 8.0 * size
            && up.abs() < 0.5 * size
            || (glyph.is == self.line.is && is_turned && forward.abs().max(up.abs()) < 2.0 * size)
    }

    fn add(&mut self, glyph: &Glyph) {
        let is_first = self.line.text.is_empty();
        let gap = glyph.x - self.last;
        let is_apart = gap > 0.15 * glyph.size.min(self.line.size) || self.has_space;
        if !is_first && is_apart && !self.line.text.ends_with(' ') {
            self.line.text.push(' ');
        }
        self.has_space = false;
        let start = self.line.text.len();
        match &glyph.text {
            GlyphText::One(c) => push(&mut self.line.text, *c),
            GlyphText::Some(text) => text.chars().for_each(|c| push(&mut self.line.text, c)),
            GlyphText::Unknown => self.line.text.push('\u{FFFD}'),
        }
        self.line.stops.push(Stop { offset: start, x: glyph.x, end: glyph.end });
        self.note_raised(glyph, start);
        self.note_size(glyph);
        self.last = glyph.end.max(glyph.x);
        self.line.end = self.line.end.max(self.last);
        self.line.x = self.line.x.min(glyph.x);
    }

    fn note_raised(&mut self, glyph: &Glyph, start: usize) {
        let is_raised =
            glyph.size < self.line.size * 0.9 && glyph.y - self.line.y > glyph.size * 0.15;
        if !is_raised {
            return;
        }
        let end = self.line.text.len();
        match self.line.raised.last_mut() {
            Some(last) if last.end == start => last.end = end,
            Some(_) | None => self.line.raised.push(start..end),
        }
    }

    /// Keeps the size of most characters as that of the line, and its baseline with it.
    fn note_size(&mut self, glyph: &Glyph) {
        match self.sizes.iter_mut().find(|(size, _)| (size - glyph.size).abs() < 0.1) {
            Some((_, count)) => *count += 1,
            None => self.sizes.push((glyph.size, 1)),
        }
        if self.sizes.len() == 1 {
            self.lead = self.line.text.len();
        }
        let most = self.sizes.iter().max_by_key(|(_, count)| *count);
        if let Some(&(size, _)) = most
            && (size - self.line.size).abs() >= 0.1
        {
            // A line that begins with a raised mark.
            if glyph.y < self.line.y && self.line.size < size && self.line.raised.is_empty() {
                self.line.raised.push(0..self.line.text[..self.lead].trim_end().len());
            }
            self.line.size = size;
            self.line.y = glyph.y;
        }
    }

    fn finish(self) -> Option<Line> {
        (!self.line.text.trim().is_empty()).then_some(self.line)
    }
}

/// Appends a character; ligatures become letters, controls vanish.
fn push(text: &mut String, c: char) {
    match c {
        '\u{FB00}' => text.push_str("ff"),
        '\u{FB01}' => text.push_str("fi"),
        '\u{FB02}' => text.push_str("fl"),
        '\u{FB03}' => text.push_str("ffi"),
        '\u{FB04}' => text.push_str("ffl"),
        '\u{FB05}' | '\u{FB06}' => text.push_str("st"),
        '\n' | '\r' | '\t' => text.push(' '),
        c if c.is_control() => {}
        c => text.push(c),
    }
}

/// Puts lines in the order of their places, if the page draws them in none.
fn in_order(mut lines: Vec<Line>) -> Vec<Line> {
    let rises = lines.windows(2).filter(|pair| pair[1].y > pair[0].y + pair[0].size).count();
    // A column or a box begins with one rise; three of ten lines are no columns.
    if lines.len() > 8 && rises * 10 > lines.len() * 3 {
        lines.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x.total_cmp(&b.x)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyphs(text: &str, x: f32, y: f32, size: f32) -> Vec<Glyph> {
        let glyph = |(index, c): (usize, char)| {
            #[expect(clippy::cast_precision_loss, reason = "a short line")]
            let x = x + index as f32 * size * 0.5;
            Glyph { text: GlyphText::One(c), x, end: x + size * 0.5, y, size, is: Role::Text }
        };
        text.chars().enumerate().map(glyph).collect()
    }

    fn set(runs: &[Vec<Glyph>]) -> Vec<String> {
        lines(&runs.concat()).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn gaps_are_spaces_and_jumps_are_lines() {
        assert_eq!(
            set(&[
                glyphs("one", 0.0, 100.0, 10.0),
                glyphs("two three", 17.0, 100.0, 10.0),
                glyphs("four", 0.0, 88.0, 10.0),
            ]),
            ["one two three", "four"]
        );
    }

    #[test]
    fn what_is_drawn_twice_is_read_once() {
        assert_eq!(
            set(&[glyphs("bold", 0.0, 9.0, 10.0), glyphs("bold", 0.4, 9.0, 10.0)]),
            ["bold"]
        );
        // The steps of ten points and of eight meet at other places.
        let both = [glyphs("e", 50.0, 100.0, 10.0), glyphs("e", 40.0, 80.0, 8.0)];
        assert_eq!(set(&both), ["e", "e"]);
        let narrow = |index: u8| {
            let x = f32::from(index) * 2.2;
            Glyph { text: GlyphText::One('l'), x, end: x + 2.2, y: 9.0, size: 10.0, is: Role::Text }
        };
        assert_eq!(set(&[(0..3).map(narrow).collect()]), ["lll"]);
    }

    #[test]
    fn raised_marks_stay_in_their_line() {
        let line = &lines(
            &[
                glyphs("end.", 0.0, 100.0, 10.0),
                glyphs("12", 20.0, 104.0, 6.0),
                glyphs("Next", 30.0, 100.0, 10.0),
            ]
            .concat(),
        )[0];
        assert_eq!(line.text, "end.12 Next");
        assert_eq!(line.raised.first(), Some(&(4..6)));
        let line =
            &lines(&[glyphs("1", 0.0, 103.0, 6.0), glyphs("Tass.com", 5.0, 100.0, 9.0)].concat())
                [0];
        assert_eq!((line.text.as_str(), line.raised.first()), ("1 Tass.com", Some(&(0..1))));
        let numbers = [glyphs("464", 0.0, 103.0, 6.0), glyphs("12 men", 9.0, 100.0, 9.0)];
        let line = &lines(&numbers.concat())[0];
        assert_eq!((line.text.as_str(), line.raised.first()), ("46412 men", Some(&(0..3))));
    }
}
