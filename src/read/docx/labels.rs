//! Counts notes as a word processor shows them: footnotes and endnotes apart, in the order of their calls.

use std::collections::HashMap;

use crate::read::xml::Node;
use crate::text::roman::to_roman;

/// Notes that are counted apart, by where a word processor shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Series {
    /// At the foot of the page.
    Footnote,
    /// At the end of the text.
    Endnote,
}

/// The labels of the notes.
pub(super) struct Labels {
    given: HashMap<(Series, String), String>,
    counts: [u32; 2],
    formats: [Option<String>; 2],
    /// Whether footnotes have taken the plain numbers.
    has_footnotes: bool,
    /// The settings that are being read.
    setting: Option<Series>,
}

impl Labels {
    /// Starts to count.
    pub(super) fn new(has_footnotes: bool) -> Self {
        Self {
            given: HashMap::new(),
            counts: [0; 2],
            formats: [None, None],
            has_footnotes,
            setting: None,
        }
    }

    /// Takes a piece of the settings.
    pub(super) fn setting(&mut self, node: Node<'_>) {
        match node {
            Node::Start(element) => match element.name() {
                "footnotePr" => self.setting = Some(Series::Footnote),
                "endnotePr" => self.setting = Some(Series::Endnote),
                "numFmt" => {
                    if let Some(kind) = self.setting {
                        self.formats[index(kind)] = element.attribute("val");
                    }
                }
                _ => {}
            },
            Node::End(name) if matches!(&*name, "footnotePr" | "endnotePr") => self.setting = None,
            Node::End(_) | Node::Text(_) | Node::Nothing | Node::Finished => {}
        }
    }

    /// Returns the label of a note that is called, or that nothing has called; counts it if it is new.
    pub(super) fn of(&mut self, kind: Series, id: &str) -> String {
        if let Some(label) = self.given.get(&(kind, id.to_owned())) {
            return label.clone();
        }
        let count = &mut self.counts[index(kind)];
        *count += 1;
        let label = self.written(kind, self.counts[index(kind)]);
        self.given.insert((kind, id.to_owned()), label.clone());
        label
    }

    /// Gives a note the label that its author chose.
    pub(super) fn give(&mut self, kind: Series, id: &str, label: &str) {
        self.given.insert((kind, id.to_owned()), label.to_owned());
    }

    fn written(&self, kind: Series, number: u32) -> String {
        let fallback = match kind {
            Series::Endnote if self.has_footnotes && self.counts[0] > 0 => "lowerRoman",
            Series::Footnote | Series::Endnote => "decimal",
        };
        match self.formats[index(kind)].as_deref().unwrap_or(fallback) {
            "lowerRoman" => to_roman(number),
            "upperRoman" => to_roman(number).to_uppercase(),
            "lowerLetter" => letters(number),
            "upperLetter" => letters(number).to_uppercase(),
            "chicago" => symbols(number),
            _ => number.to_string(),
        }
    }
}

const fn index(kind: Series) -> usize {
    match kind {
        Series::Footnote => 0,
        Series::Endnote => 1,
    }
}

/// Writes `a` to `z`, then `aa` to `zz` as Word does.
fn letters(number: u32) -> String {
    let index = number.saturating_sub(1);
    let letter = char::from(b'a' + u8::try_from(index % 26).unwrap_or_default());
    String::from(letter).repeat(usize::try_from(index / 26 + 1).unwrap_or(1).min(20))
}

fn symbols(number: u32) -> String {
    let index = number.saturating_sub(1);
    let symbol = ["*", "†", "‡", "§"][usize::try_from(index % 4).unwrap_or_default()];
    symbol.repeat(usize::try_from(index / 4 + 1).unwrap_or(1).min(20))
}
