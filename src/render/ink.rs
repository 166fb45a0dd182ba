//! Puts text on a terminal: links, colours, indents, wrapping. Knows no report.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;
use url::Url;

use super::excerpt::{Marked, Room, excerpt};
use super::inert;
use super::{Colour, Hyperlinks, TerminalStyle};

/// What a stretch of text is for; its colour follows from that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Strong,
    Dim,
    Error,
    Warning,
    Look,
    Good,
    Hint,
    Address,
    Changed,
}

impl Ink {
    const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Dim => Style::new().dimmed(),
            Self::Error => AnsiColor::Red.on_default().bold(),
            Self::Warning => AnsiColor::Yellow.on_default().bold(),
            Self::Look => AnsiColor::Cyan.on_default().bold(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Hint => AnsiColor::Cyan.on_default(),
            Self::Address => Style::new().underline(),
            Self::Changed => AnsiColor::Red.on_default().bold().underline(),
        }
    }
}

/// A terminal that is written from top to bottom.
pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
    style: TerminalStyle,
    column: usize,
    /// Whether nothing but spaces stands on the current line.
    fresh: bool,
}

impl<'a> Page<'a> {
    pub(super) fn new(out: &'a mut dyn Write, style: TerminalStyle) -> Self {
        Self { out, style, column: 0, fresh: true }
    }

    pub(super) const fn style(&self) -> TerminalStyle {
        self.style
    }

    /// Returns the columns of a line.
    pub(super) fn width(&self) -> usize {
        usize::from(self.style.width).max(20)
    }

    fn margin(&self) -> usize {
        if self.width() < 60 { 2 } else { 7 }
    }

    /// Writes text on the current line. The text holds no character that acts.
    pub(super) fn put(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        self.column += text.width();
        if self.fresh && !text.trim_start().is_empty() {
            self.fresh = false;
            if inert::commands(text) {
                self.out.write_all("·".as_bytes())?;
            }
        }
        let style = ink.style();
        match self.style.colour {
            Colour::Ansi if !style.is_plain() => {
                write!(self.out, "{}{text}{}", style.render(), style.render_reset())
            }
            Colour::Ansi | Colour::Plain => self.out.write_all(text.as_bytes()),
        }
    }

    /// Writes text on the current line that opens an address when it is clicked, where the terminal can do that.
    pub(super) fn link(&mut self, ink: Ink, text: &str, to: &Url) -> io::Result<()> {
        match self.style.hyperlinks {
            // What is written of an address by `url` is ASCII without control characters.
            Hyperlinks::Osc8 if matches!(to.scheme(), "http" | "https") => {
                write!(self.out, "\x1b]8;;{}\x1b\\", inert::line(to.as_str()))?;
                self.put(ink, text)?;
                self.out.write_all(b"\x1b]8;;\x1b\\")
            }
            Hyperlinks::Osc8 | Hyperlinks::Plain => self.put(ink, text),
        }
    }

    /// Ends the current line.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.column = 0;
        self.fresh = true;
        self.out.write_all(b"\n")
    }

    /// Writes text and ends the line.
    pub(super) fn line(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        self.put(ink, text.trim_end())?;
        self.end()
    }

    /// Writes an empty line.
    pub(super) fn blank(&mut self) -> io::Result<()> {
        self.end()
    }

    /// Indents a new line to where the body of a finding stands.
    pub(super) fn indent(&mut self) -> io::Result<()> {
        let margin = " ".repeat(self.margin());
        self.put(Ink::Plain, &margin)
    }

    /// Writes text at the right edge of the current line, or on the next one if there is no room, and ends the line.
    pub(super) fn right(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        let room = self.width().saturating_sub(self.column);
        if room < text.width() + 3 {
            self.end()?;
            return self.line(ink, text);
        }
        let gap = " ".repeat(room - text.width());
        self.put(Ink::Plain, &gap)?;
        self.line(ink, text)
    }

    /// Writes a text of any length, indented and wrapped, after a label. Addresses in it are not broken.
    pub(super) fn paragraph(&mut self, ink: Ink, label: &str, text: &str) -> io::Result<()> {
        let text = inert::line(text);
        let room = self.width().saturating_sub(self.margin()).max(12);
        self.indent()?;
        self.put(ink, label)?;
        let mut used = label.width();
        for (i, word) in text.split(' ').enumerate() {
            if i > 0 && used + 1 + word.width() > room {
                self.end()?;
                self.indent()?;
                used = 0;
            } else if i > 0 {
                self.put(ink, " ")?;
                used += 1;
            }
            self.put(ink, word)?;
            used += word.width();
        }
        self.end()
    }

    /// Writes text at the current column; what has no room goes on below, at the same column.
    pub(super) fn hanging(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        let start = self.column;
        for (i, word) in text.split(' ').enumerate() {
            if i > 0 && self.column + 1 + word.width() > self.width() {
                self.end()?;
                self.put(Ink::Plain, &" ".repeat(start))?;
            } else if i > 0 {
                self.put(ink, " ")?;
            }
            self.put(ink, word)?;
        }
        Ok(())
    }

    /// Writes an excerpt after a label, carets under its marks.
    pub(super) fn excerpt(
        &mut self,
        label: &str,
        text: &str,
        marks: &[Range<usize>],
        lines: usize,
    ) -> io::Result<()> {
        let label_width = label.width().max(7) + 2;
        let width = self.width().saturating_sub(self.margin() + label_width).max(12);
        let gap = " ".repeat(label_width);
        for (i, line) in excerpt(text, marks, Room { width, lines }).into_iter().enumerate() {
            self.indent()?;
            if i == 0 {
                self.put(Ink::Dim, label)?;
                self.put(Ink::Plain, &" ".repeat(label_width - label.width()))?;
            } else {
                self.put(Ink::Plain, &gap)?;
            }
            for (piece, marked) in line.pieces {
                let ink = match marked {
                    Marked::Yes => Ink::Changed,
                    Marked::No => Ink::Plain,
                };
                self.put(ink, &piece)?;
            }
            self.end()?;
            if let Some(carets) = line.carets {
                self.indent()?;
                self.put(Ink::Plain, &gap)?;
                self.line(Ink::Error, &carets)?;
            }
        }
        Ok(())
    }
}
