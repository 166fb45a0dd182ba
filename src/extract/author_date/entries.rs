//! Reads the entries of a bibliography: who wrote it, and when. Knows the headings of bibliographies in several languages.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::document::{Block, BlockKind, Document};

/// How far into an entry its authors and its year are looked for, in bytes.
const REACH: usize = 400;
/// The most words of the name by which an entry begins.
const MOST_WORDS: usize = 8;

/// What a bibliography is headed by, in lower case.
const HEADINGS: [&str; 27] = [
    "references",
    "reference list",
    "list of references",
    "references cited",
    "bibliography",
    "select bibliography",
    "works cited",
    "literature",
    "literature cited",
    "sources",
    "литература",
    "список литературы",
    "список источников",
    "список использованных источников",
    "библиография",
    "источники и литература",
    "literaturverzeichnis",
    "literatur",
    "quellenverzeichnis",
    "bibliographie",
    "références",
    "références bibliographiques",
    "bibliografía",
    "referencias",
    "المراجع",
    "قائمة المراجع",
    "المصادر والمراجع",
];

/// A year, with its letter: `2020a`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Year(pub(super) String);

impl Year {
    /// Tells whether a citation with this year can mean an entry with another: the same, or the same with a letter
    /// that the citation lacks.
    fn means(&self, other: &Self) -> bool {
        let plain = |year: &str| year.trim_end_matches(|c: char| c.is_alphabetic()).len();
        self == other || (plain(&self.0) == self.0.len() && other.0[..plain(&other.0)] == self.0)
    }
}

/// What stands instead of the year of an undated work.
const UNDATED: [&str; 10] =
    ["n.d.", "N.d.", "n. d.", "s.d.", "s. d.", "o.J.", "o. J.", "o.\u{A0}J.", "б.г.", "б. г."];

/// Finds what says that a work has no year, with its letter: `n.d.-a`. All its spellings are one.
fn undated(text: &str) -> impl Iterator<Item = (Range<usize>, Year)> {
    let found = UNDATED.iter().flat_map(|words| text.match_indices(words));
    let begins = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    found.filter(move |&(at, _)| begins(at)).map(|(at, words)| {
        let end = at + words.len();
        match text.as_bytes().get(end..) {
            Some([b'-', letter @ b'a'..=b'z', ..])
                if !text[end + 2..].starts_with(char::is_alphanumeric) =>
            {
                (at..end + 2, Year(format!("n.d.-{}", char::from(*letter))))
            }
            _ => (at..end, Year("n.d.".to_owned())),
        }
    })
}

/// Finds the years in a text that can be those of a publication, and what stands for one that is not known.
pub(super) fn years(text: &str) -> Vec<(Range<usize>, Year)> {
    let mut found: Vec<(Range<usize>, Year)> = undated(text).collect();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|found| at + found)
    {
        let digits = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        at = start + digits;
        let follows_word = text[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        if digits != 4 || follows_word || !matches!(text[start..at].parse(), Ok(1400..2100_u16)) {
            continue;
        }
        let mut end = at;
        if bytes.get(end).is_some_and(u8::is_ascii_lowercase) {
            end += 1;
        }
        if text[end..].chars().next().is_none_or(|c| !c.is_alphanumeric()) {
            found.push((start..end, Year(text[start..end].to_owned())));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// The bibliography of a document.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// The block of each entry.
    pub(super) blocks: Vec<usize>,
    pub(super) entries: Entries,
}

/// The entries, by what they are called in the text.
#[derive(Debug, Default)]
pub(super) struct Entries {
    all: Vec<Read>,
    by_first: BTreeMap<String, Vec<usize>>,
    /// By their labels: `Smith20`; none that two have.
    by_label: BTreeMap<String, Option<usize>>,
}

/// What an entry says of itself.
#[derive(Debug, Clone)]
struct Read {
    /// The surname of the first author, as written.
    first: String,
    /// The words of the names of all authors, in lower case.
    names: Vec<String>,
    years: Vec<Year>,
}

/// Finds the entries below the headings of bibliographies.
pub(super) fn listed(document: &Document, body: &[usize]) -> Listed {
    let mut listed = Listed::default();
    let mut level: Option<u8> = None;
    for &index in body {
        let block = &document.blocks[index];
        let text = document.block_text(block);
        let of_block = heading_level(block);
        if is_heading(text) && matches!(block.kind, BlockKind::Heading(_) | BlockKind::Paragraph) {
            level = Some(of_block);
            continue;
        }
        let Some(above) = level else { continue };
        let head = head(text);
        if matches!(block.kind, BlockKind::Heading(_)) && years(head).is_empty() {
            if of_block <= above {
                level = None;
            }
            continue;
        }
        if let Some(read) = Read::of(head, listed.entries.all.last()) {
            listed.blocks.push(index);
            listed.entries.add(read, label(text));
        }
    }
    listed
}

const fn heading_level(block: &Block) -> u8 {
    match block.kind {
        BlockKind::Heading(level) => level,
        BlockKind::Paragraph
        | BlockKind::BlockQuotation
        | BlockKind::ListItem
        | BlockKind::TableCell
        | BlockKind::Caption
        | BlockKind::Preformatted
        | BlockKind::Continuation => u8::MAX,
    }
}

/// Tells whether a line heads a bibliography, with a number before it perhaps.
fn is_heading(text: &str) -> bool {
    if text.len() > 100 {
        return false;
    }
    let name = text.trim_start_matches(|c: char| c.is_numeric() || c == '.' || c.is_whitespace());
    let name = name.trim_end_matches([':', '.', ' ']).to_lowercase();
    HEADINGS.contains(&name.as_str())
}

/// Returns the beginning of an entry, up to its address.
fn head(text: &str) -> &str {
    let text = &text[..text.floor_char_boundary(REACH)];
    text.find("://").map_or(text, |at| &text[..at])
}

/// Returns the label at the beginning of an entry: of `[Smith20] …`, `Smith20`.
fn label(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?;
    let label = &inner[..inner.find(']')?];
    let is_label = label.len() <= 40
        && label.contains(|c: char| c.is_alphabetic())
        && label.contains(|c: char| c.is_ascii_digit())
        && !label.contains(char::is_whitespace);
    is_label.then_some(label)
}

impl Entries {
    fn add(&mut self, read: Read, label: Option<&str>) {
        let index = self.all.len();
        self.by_first.entry(read.first.to_lowercase()).or_default().push(index);
        if let Some(label) = label {
            let of_label = self.by_label.entry(label.to_owned());
            of_label.and_modify(|entry| *entry = None).or_insert(Some(index));
        }
        self.all.push(read);
    }

    /// Returns the entry of a label.
    pub(super) fn of_label(&self, label: &str) -> Option<usize> {
        self.by_label.get(label).copied().flatten()
    }

    /// Returns the author and the year of an entry.
    pub(super) fn label(&self, entry: usize) -> String {
        let read = &self.all[entry];
        let year = read.years.first().map_or("", |year| year.0.as_str());
        format!("{} {year}", read.first)
    }

    /// Returns the entries that authors and a year can mean: `Smith`, `Smith and Jones`, `Smith et al.`
    pub(super) fn of_authors(&self, authors: &str, year: &Year) -> Vec<usize> {
        let words = words(authors);
        for length in (1..=words.len().min(MOST_WORDS)).rev() {
            let Some(known) = self.by_first.get(&words[..length].join(" ").to_lowercase()) else {
                continue;
            };
            let others = &words[length..];
            let fits = |&&entry: &&usize| {
                let read = &self.all[entry];
                read.years.iter().any(|known| year.means(known)) && read.has_authors(others)
            };
            let fitting: Vec<usize> = known.iter().filter(fits).copied().collect();
            // Years behind the first stand in titles, or are those of other editions.
            let is_own = |&&entry: &&usize| year.means(&self.all[entry].years[0]);
            let own: Vec<usize> = fitting.iter().filter(is_own).copied().collect();
            if !fitting.is_empty() {
                return if own.is_empty() { fitting } else { own };
            }
        }
        Vec::new()
    }
}

impl Read {
    /// Reads an entry; one that begins with dashes is by the authors of the one before.
    fn of(text: &str, previous: Option<&Self>) -> Option<Self> {
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '•' | '*'));
        let text = match (text.starts_with('['), text.find(']')) {
            (true, Some(end)) => text[end + 1..].trim_start(),
            _ => text,
        };
        let dated = years(text);
        let years: Vec<Year> = dated.iter().map(|(_, year)| year.clone()).collect();
        let authors = &text[..dated.first()?.0.start];
        if authors.starts_with(['—', '–', '-', '_', '―']) {
            return previous.map(|previous| Self { years, ..previous.clone() });
        }
        let segment = &authors[..authors.find([',', '(']).unwrap_or(authors.len())];
        let segment = segment.split(". ").next().unwrap_or(segment);
        let mut in_order = words(segment);
        let surname = in_order.iter().skip(1).take_while(|word| !is_initials(word)).count() + 1;
        in_order.truncate(surname);
        // `J. Smith` gives the surname last.
        let begins_with_initial =
            segment.split_whitespace().next().is_some_and(|w| w.ends_with('.'));
        let first = if begins_with_initial || in_order.is_empty() {
            words(&authors[..authors.find([',', '(']).unwrap_or(authors.len())]).pop()?.to_owned()
        } else {
            in_order.join(" ")
        };
        let is_name = first.chars().filter(|c| c.is_alphabetic()).count() >= 2
            && first.split(' ').count() <= MOST_WORDS;
        let names = words(authors).iter().map(|word| word.to_lowercase()).collect();
        is_name.then_some(Self { first, names, years })
    }

    /// Tells whether all the names among some words are those of its authors, and the rest joins names.
    fn has_authors(&self, words: &[&str]) -> bool {
        words.iter().all(|word| {
            let word = word.to_lowercase();
            JOINTS.contains(&word.as_str()) || self.names.contains(&word)
        })
    }
}

/// Tells whether a word is the initials of a name: `J`, `JA`.
fn is_initials(word: &str) -> bool {
    word.chars().count() <= 3 && word.chars().all(char::is_uppercase)
}

/// Words that join names, or stand for those of others.
const JOINTS: [&str; 16] = [
    "and",
    "with",
    "et",
    "al",
    "und",
    "u",
    "a",
    "и",
    "др",
    "соавт",
    "y",
    "e",
    "others",
    "coll",
    "hrsg",
    "eds",
];

/// Tells whether words can be nothing but names: a capital each, but for particles and what joins names.
pub(super) fn are_names(authors: &str) -> bool {
    const PARTICLES: [&str; 10] = ["van", "von", "de", "der", "den", "di", "da", "la", "le", "al"];
    let words = words(authors);
    let is_month = |word: &str| crate::text::dates::dates_in(&format!("1 {word} 2020")).len() == 1;
    (1..=4).contains(&words.len())
        && words[0].chars().next().is_some_and(char::is_uppercase)
        && words.iter().all(|word| {
            word.chars().next().is_some_and(char::is_uppercase) && !is_month(word)
                || JOINTS.contains(word)
                || PARTICLES.contains(word)
        })
        && !authors.contains(|c: char| c.is_numeric())
}

/// Returns the words of names, without initials' stops and possessives.
fn words(text: &str) -> Vec<&str> {
    let split = |c: char| c.is_whitespace() || matches!(c, ',' | '&' | '.' | ';' | '(' | ')' | ':');
    text.split(split)
        .map(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
        })
        .filter(|word| !word.is_empty())
        .collect()
}
