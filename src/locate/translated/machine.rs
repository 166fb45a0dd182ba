//! Holds quotations against what a machine translator makes of a page: chooses what is worth translating, and compares
//! what comes back as an edition in the quotation's language. Asks nobody itself, and trusts no translator: its words
//! are shown as its words, and none of them makes a quotation verbatim.

use std::ops::Range;

use super::{Foreign, OMISSION, sentences, translate};
use crate::document::{Block, BlockKind, Document, DocumentFormat, Layer, Position};
use crate::evidence::{
    MachineTranslation, MachineWording, Passage, QuotationMatch, Search, Support, Translation,
};
use crate::locate::{Quotations, locate};
use crate::text::Language;

/// How many bytes of a page are translated where its passage is not known.
const MOST_BYTES: usize = 20_000;
/// How many bytes are sent at once: public servers take some thousand characters.
const MOST_PART_BYTES: usize = 1_800;

/// What of a page is to be translated: the passage that a quotation seems to be from, or else sentences of the page.
#[derive(Debug, Clone)]
pub struct Excerpt {
    lines: Vec<Line>,
    kind: Kind,
}

/// What an excerpt holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Passage,
    WholePage,
    BeginningOfPage,
}

/// A sentence, or what is translated like one.
#[derive(Debug, Clone)]
struct Line {
    text: String,
    position: Position,
    /// What the translator makes of it.
    translated: String,
}

impl Excerpt {
    /// Chooses what to translate of a page for a quotation of which so much is known without a translator.
    #[must_use]
    pub fn of(page: &Document, translation: &Translation) -> Self {
        let passage = translation.passage.as_ref().filter(|_| is_by_sense(translation));
        let mut lines = Vec::new();
        if let Some(Passage { text, position, .. }) = passage {
            push(&mut lines, text, *position);
            return Self { lines, kind: Kind::Passage };
        }
        let mut bytes = 0;
        for range in sentences::of_page(page, |_| true) {
            bytes += range.len() + 1;
            if bytes > MOST_BYTES {
                return Self { lines, kind: Kind::BeginningOfPage };
            }
            push(&mut lines, &page.text[range.clone()], page.position(range.start));
        }
        Self { lines, kind: Kind::WholePage }
    }

    /// Returns the texts to be translated one by one, each of some lines.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        self.runs().into_iter().map(|run| self.joined(run, |line| &line.text)).collect()
    }

    /// Takes the translations of the parts, in their order. Where one does not have the lines of its text, they count as
    /// one line.
    #[must_use]
    pub fn translated(self, parts: &[String]) -> Self {
        let mut lines = Vec::new();
        for (run, part) in self.runs().into_iter().zip(parts) {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let translated: Vec<String> =
                part.lines().map(words).filter(|line| !line.is_empty()).collect();
            if translated.len() == run.len() {
                let own = self.lines[run].iter().cloned().zip(translated);
                lines.extend(own.map(|(line, translated)| Line { translated, ..line }));
            } else {
                lines.push(Line {
                    text: self.joined(run.clone(), |line| &line.text).replace('\n', " "),
                    position: self.lines[run.start].position,
                    translated: translated.join(" "),
                });
            }
        }
        Self { lines, kind: self.kind }
    }

    /// Compares a quotation, given by its number, with the translated excerpt, and notes what that says. What is known
    /// already without a translator stays as it is.
    pub fn compare(
        &self,
        quotations: &Quotations,
        number: usize,
        translator: &str,
        translation: &mut Translation,
    ) {
        let language = quotations.languages[number];
        let page = self.page();
        let same = stands(quotations, number, &page, language);
        let wording = if same.is_some() { MachineWording::Same } else { MachineWording::Other };
        let machine =
            |text| MachineTranslation { translator: translator.to_owned(), text, wording };
        if self.kind == Kind::Passage {
            translation.machine =
                Some(machine(self.joined(0..self.lines.len(), |line| &line.translated)));
            return;
        }
        let foreign = Foreign { text: &quotations.texts[number], language };
        let Some(found) = translate(&page, language, &[foreign], quotations.model.as_deref()).pop()
        else {
            return;
        };
        let of_what = match self.kind {
            Kind::Passage | Kind::WholePage => "the page",
            Kind::BeginningOfPage => "the beginning of the page",
        };
        let Some(nearest) = found.passage.filter(|_| found.support != Support::None) else {
            let nothing = format!("{translator} translated {of_what}, and nothing in it is near");
            translation.reason = Some(nothing);
            return;
        };
        let lines = self.lines_of(&nearest);
        translation.passage = Some(Passage {
            text: self.joined(lines.clone(), |line| &line.text).replace('\n', " "),
            similarity: nearest.similarity,
            position: self.lines[lines.start].position,
            // They were compared with the machine's words.
            anchors: Vec::new(),
        });
        translation.support = found.support;
        translation.anchors_agree = found.anchors_agree;
        translation.anchors_missing = found.anchors_missing;
        translation.machine = Some(machine(same.map_or(nearest.text, |matched| matched.text)));
        translation.reason =
            Some(format!("compared with what {translator} made of {of_what} by machine"));
    }

    /// The runs of lines that are sent together.
    fn runs(&self) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        let mut bytes = 0;
        for (number, line) in self.lines.iter().enumerate() {
            bytes += line.text.len() + 1;
            match runs.last_mut() {
                Some(run) if bytes <= MOST_PART_BYTES => run.end = number + 1,
                Some(_) | None => {
                    runs.push(number..number + 1);
                    bytes = line.text.len() + 1;
                }
            }
        }
        runs
    }

    fn joined(&self, run: Range<usize>, side: impl Fn(&Line) -> &String) -> String {
        self.lines[run].iter().map(|line| side(line).as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The translation as a page of one paragraph a line.
    fn page(&self) -> Document {
        let mut page = Document::empty(DocumentFormat::Text);
        for line in &self.lines {
            let start = page.text.len();
            page.text.push_str(&line.translated);
            let range = start..page.text.len();
            let (kind, layer) = (BlockKind::Paragraph, Layer::Visible);
            page.blocks.push(Block { range, kind, layer, note: None });
            page.text.push('\n');
        }
        page
    }

    /// The lines whose translations a passage of the translation is made of.
    fn lines_of(&self, passage: &Passage) -> Range<usize> {
        let mut found: Option<Range<usize>> = None;
        let mut rest = passage.text.as_str();
        for (number, line) in self.lines.iter().enumerate() {
            let own = line.translated.as_str();
            if own.is_empty() {
                continue;
            }
            if let Some(after) = rest.strip_prefix(own) {
                rest = after.strip_prefix(OMISSION).unwrap_or(after).trim_start();
                found = Some(found.map_or(number, |found| found.start)..number + 1);
            } else if found.is_none() && own.contains(passage.text.as_str()) {
                return number..number + 1;
            }
        }
        found.unwrap_or(0..self.lines.len())
    }
}

/// Tells whether a passage was found by what it says, and not by its numbers and names alone.
const fn is_by_sense(translation: &Translation) -> bool {
    match translation.support {
        Support::Supported | Support::Doubtful => true,
        Support::None | Support::Unknown => false,
    }
}

/// Adds a text, in pieces that can be sent.
fn push(lines: &mut Vec<Line>, text: &str, position: Position) {
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.floor_char_boundary(MOST_PART_BYTES);
        if end < rest.len() {
            end = rest[..end].rfind(char::is_whitespace).filter(|&at| at > 0).unwrap_or(end);
        }
        let piece = rest[..end].split_whitespace().collect::<Vec<_>>().join(" ");
        if !piece.is_empty() {
            lines.push(Line { text: piece, position, translated: String::new() });
        }
        rest = &rest[end..];
    }
}

/// Finds a quotation in a page with nothing changed that may not be.
fn stands(
    quotations: &Quotations,
    number: usize,
    page: &Document,
    language: Option<Language>,
) -> Option<QuotationMatch> {
    let (_, search) = locate(quotations, page, language, &[number]).cited.pop()?;
    match search {
        Search::Found(found) if found.differences.is_empty() => Some(*found),
        Search::Found(_) | Search::NotFound(_) | Search::OtherLanguage(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(lines: &[&str]) -> Document {
        let mut page = Document::empty(DocumentFormat::Text);
        for line in lines {
            let start = page.text.len();
            page.text.push_str(line);
            let range = start..page.text.len();
            let (kind, layer) = (BlockKind::Paragraph, Layer::Visible);
            page.blocks.push(Block { range, kind, layer, note: None });
            page.text.push('\n');
        }
        page
    }

    const PERSIAN: [&str; 3] =
        ["هوا خوب بود.", "ایران در ژوئن ۲۰۲۴ سی و چهار میلیون بشکه صادر کرد.", "جلسه پایان یافت."];

    /// A translation of which nothing is known, and the quotation it is of.
    fn unknown(quotation: &str) -> (Quotations, Translation) {
        let quotations = Quotations::new([(quotation, Language::from_tag("en"))]);
        let (_, search) =
            locate(&quotations, &page(&["هوا خوب بود."]), Language::from_tag("fa"), &[0])
                .cited
                .remove(0);
        let Search::OtherLanguage(translation) = search else { panic!("{search:?}") };
        (quotations, *translation)
    }

    #[test]
    fn the_passage_is_found_by_its_translation_and_shown_as_the_page_has_it() {
        let (quotations, mut translation) =
            unknown("In June 2024 Iran exported 34 million barrels.");
        let excerpt = Excerpt::of(&page(&PERSIAN), &translation);
        assert_eq!(excerpt.parts(), [PERSIAN.join("\n")]);
        let answer = "The weather was good.\nIran exported 34 million barrels in June 2024.\nThe meeting ended.";
        let excerpt = excerpt.translated(&[answer.to_owned()]);
        excerpt.compare(&quotations, 0, "mt.example", &mut translation);
        assert_eq!(translation.passage.as_ref().unwrap().text, PERSIAN[1], "{translation:?}");
        assert_eq!(translation.support, Support::Supported);
        let machine = translation.machine.unwrap();
        assert_eq!(machine.text, "Iran exported 34 million barrels in June 2024.");
        assert_eq!(machine.wording, MachineWording::Other);
        assert!(translation.reason.unwrap().contains("mt.example"));
    }

    #[test]
    fn another_number_in_the_translation_is_doubtful() {
        let (quotations, mut translation) =
            unknown("In June 2024 Iran exported 43 million barrels.");
        let answer = "The weather was good.\nIran exported 34 million barrels in June 2024.\nThe meeting ended.";
        let excerpt = Excerpt::of(&page(&PERSIAN), &translation).translated(&[answer.to_owned()]);
        excerpt.compare(&quotations, 0, "mt.example", &mut translation);
        assert_eq!(translation.support, Support::Doubtful, "{translation:?}");
        assert_eq!(translation.anchors_missing, ["43 million"]);
    }

    #[test]
    fn a_translation_of_other_lines_is_compared_as_one() {
        let (quotations, mut translation) =
            unknown("In June 2024 Iran exported 34 million barrels.");
        let answer = "In June 2024 Iran exported 34 million barrels.";
        let excerpt = Excerpt::of(&page(&PERSIAN), &translation).translated(&[answer.to_owned()]);
        excerpt.compare(&quotations, 0, "mt.example", &mut translation);
        assert_eq!(translation.passage.unwrap().text, PERSIAN.join(" "));
        assert_eq!(translation.machine.unwrap().wording, MachineWording::Same);
    }

    #[test]
    fn a_translation_about_something_else_says_nothing() {
        let (quotations, mut translation) =
            unknown("In June 2024 Iran exported 34 million barrels.");
        let answer = "Cats sleep.\nDogs bark at night.\nThe fish swam away.";
        let excerpt = Excerpt::of(&page(&PERSIAN), &translation).translated(&[answer.to_owned()]);
        excerpt.compare(&quotations, 0, "mt.example", &mut translation);
        assert_eq!((translation.support, &translation.machine), (Support::Unknown, &None));
        assert!(translation.reason.unwrap().ends_with("nothing in it is near"));
    }

    #[test]
    fn of_a_long_page_the_beginning_is_translated() {
        let (_, translation) = unknown("In June 2024 Iran exported 34 million barrels.");
        let long = "ایران نفت صادر کرد. ".repeat(2_000);
        let excerpt = Excerpt::of(&page(&[&long]), &translation);
        let parts = excerpt.parts();
        assert!(parts.iter().map(String::len).sum::<usize>() <= MOST_BYTES);
        assert!(parts.iter().all(|part| part.len() <= MOST_PART_BYTES + 1));
        assert_eq!(excerpt.kind, Kind::BeginningOfPage);
    }

    proptest! {
        #[test]
        fn whatever_comes_back_the_comparison_ends(
            lines in proptest::collection::vec("\\PC{0,40}", 0..6), answer in "(\\PC|\n){0,120}",
        ) {
            let (quotations, mut translation) = unknown("In June 2024 Iran exported 34 million barrels.");
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let excerpt = Excerpt::of(&page(&lines), &translation);
            let answers: Vec<String> = excerpt.parts().iter().map(|_| answer.clone()).collect();
            excerpt.translated(&answers).compare(&quotations, 0, "mt.example", &mut translation);
        }
    }
}
