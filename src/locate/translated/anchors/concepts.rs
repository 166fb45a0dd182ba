//! Knows countries, capitals, organisations, statesmen and currencies by their names in twenty languages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::text::Language;

use super::words::{Word, words};

/// A country, city, organisation, person or currency: its row in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Concept(u16);

/// What a concept is. Only another of its kind can stand in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConceptKind {
    Country,
    City,
    Currency,
    Person,
    Other,
}

/// One way to name a concept: words, or a run of characters.
struct Name {
    concept: Concept,
    words: Vec<NameWord>,
}

struct NameWord {
    folded: String,
    /// Whether any ending may follow.
    is_stem: bool,
    /// Whether it must be written with a capital at least, or in capitals.
    case: Case,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Any,
    Capital,
    Acronym,
}

/// The names of one language.
#[derive(Default)]
struct Names {
    /// By the first two letters of their first word.
    by_beginning: FxHashMap<String, Vec<Name>>,
    /// Of scripts without spaces, and signs: found wherever they stand.
    anywhere: Vec<(String, Concept)>,
}

struct Concepts {
    kinds: Vec<ConceptKind>,
    languages: BTreeMap<&'static str, Names>,
}

fn concepts() -> &'static Concepts {
    static CONCEPTS: OnceLock<Concepts> = OnceLock::new();
    CONCEPTS.get_or_init(|| {
        let mut concepts = Concepts { kinds: Vec::new(), languages: BTreeMap::new() };
        let lines = include_str!("names.tsv").lines().filter(|line| !line.starts_with('#'));
        for (number, line) in (0..).zip(lines) {
            let mut fields = line.split('\t');
            concepts.kinds.push(kind(fields.next().unwrap_or_default()));
            for (language, names) in fields.filter_map(|field| field.split_once('=')) {
                let into = concepts.languages.entry(language).or_default();
                for name in names.split('|') {
                    into.add(name, Concept(number), language);
                }
            }
        }
        concepts
    })
}

fn kind(id: &str) -> ConceptKind {
    const CURRENCIES: [&str; 6] = ["USD", "EUR", "RUB", "CNY", "JPY", "GBP"];
    const PEOPLE: [&str; 11] = [
        "BIDEN",
        "ERDOGAN",
        "KIM",
        "LAVROV",
        "MACRON",
        "MERKEL",
        "NETANYAHU",
        "PUTIN",
        "TRUMP",
        "XI",
        "ZELENSKY",
    ];
    if PEOPLE.contains(&id) {
        ConceptKind::Person
    } else if id.starts_with('@') || id == "KREMLIN" {
        ConceptKind::City
    } else if CURRENCIES.contains(&id) {
        ConceptKind::Currency
    } else if id.len() == 2 && id != "UN" && id != "EU" {
        ConceptKind::Country
    } else {
        ConceptKind::Other
    }
}

impl Names {
    fn add(&mut self, name: &str, concept: Concept, language: &str) {
        let without_spaces = matches!(language, "zh" | "ja" | "ko" | "th");
        if without_spaces && !name.is_ascii() || !name.contains(char::is_alphabetic) {
            self.anywhere.push((name.to_owned(), concept));
            return;
        }
        let mut parts = Vec::new();
        for part in name.split_whitespace() {
            let (written, is_stem) =
                part.strip_suffix('*').map_or((part, false), |stem| (stem, true));
            let inner = words(written);
            let last = inner.len().saturating_sub(1);
            parts.extend(inner.iter().enumerate().map(|(at, word)| NameWord {
                folded: word.folded.clone(),
                is_stem: is_stem && at == last,
                case: case_of(word, is_stem),
            }));
        }
        if let Some(first) = parts.first() {
            let beginning = beginning(&first.folded);
            self.by_beginning.entry(beginning).or_default().push(Name { concept, words: parts });
        }
    }
}

fn case_of(word: &Word, is_stem: bool) -> Case {
    if word.is_acronym() && !is_stem {
        Case::Acronym
    } else if word.is_capitalised() {
        Case::Capital
    } else {
        Case::Any
    }
}

fn beginning(word: &str) -> String {
    word.chars().take(2).collect()
}

/// A concept named in a text by words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) concept: Concept,
    /// Which of the words.
    pub(super) words: std::ops::Range<usize>,
}

/// Returns the concepts that the words of a text name, the longest name at each place. Takes linear time.
pub(super) fn mentions(words: &[Word], language: Option<Language>) -> Vec<Mention> {
    let Some(names) = language.and_then(|language| concepts().languages.get(language.code()))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let longest = beginnings(&words[at].folded, language)
            .filter_map(|folded| longest_name(names, words, at, folded))
            .max_by_key(|mention| mention.words.len());
        match longest {
            Some(mention) => {
                at = mention.words.end;
                found.push(mention);
            }
            None => at += 1,
        }
    }
    found
}

/// A word, and what is left of it without the particles that are written together with it.
fn beginnings(word: &str, language: Option<Language>) -> impl Iterator<Item = &str> {
    let particles: &[&str] = match language.as_ref().map(Language::code) {
        Some("ar") => {
            &["ال", "وال", "بال", "لل", "كال", "و", "ب", "ل", "ف", "فال", "ولل", "وب", "ول"]
        }
        Some("he") => &["ה", "ב", "ל", "מ", "ו", "ש", "וה", "שה", "מה", "כ", "ול", "וב"],
        Some(_) | None => &[],
    };
    let rests = particles.iter().filter_map(|particle| word.strip_prefix(*particle));
    std::iter::once(word).chain(rests.filter(|rest| rest.chars().count() >= 2))
}

fn longest_name(names: &Names, words: &[Word], at: usize, folded: &str) -> Option<Mention> {
    names
        .by_beginning
        .get(&beginning(folded))?
        .iter()
        .filter(|name| {
            name.words.len() <= words.len() - at
                && fits(&name.words[0], folded, &words[at])
                && name.words[1..].iter().zip(&words[at + 1..]).all(|(part, word)| {
                    fits(part, &word.folded, word)
                        || word.folded.strip_prefix("ال").is_some_and(|rest| fits(part, rest, word))
                })
        })
        .map(|name| Mention { concept: name.concept, words: at..at + name.words.len() })
        .max_by_key(|mention| mention.words.len())
}

fn fits(part: &NameWord, folded: &str, word: &Word) -> bool {
    let case = match part.case {
        Case::Any => true,
        Case::Capital => word.is_capitalised(),
        Case::Acronym => word.is_acronym(),
    };
    if !case {
        return false;
    }
    let Some(ending) = folded.strip_prefix(part.folded.as_str()) else { return false };
    let longest = match part.folded.chars().count() {
        0..=3 => 4,
        4 => 5,
        _ => 8,
    };
    ending.is_empty() || part.is_stem && ending.chars().count() <= longest
}

/// Returns all concepts that a text names in any way. A name of one character may be part of another word: it counts
/// where a name is looked for, never where one is found by chance.
pub(super) fn named(
    text: &str,
    mentions: &[Mention],
    language: Option<Language>,
    shortest: usize,
) -> BTreeSet<Concept> {
    let mut found: BTreeSet<Concept> = mentions.iter().map(|mention| mention.concept).collect();
    if let Some(names) = language.and_then(|language| concepts().languages.get(language.code())) {
        let there = names.anywhere.iter().filter(|(name, _)| {
            (name.chars().count() >= shortest || !name.contains(char::is_alphabetic))
                && text.contains(name.as_str())
        });
        found.extend(there.map(|&(_, concept)| concept));
    }
    found
}

impl Concept {
    pub(super) fn kind(self) -> ConceptKind {
        concepts().kinds[usize::from(self.0)]
    }

    /// Returns the names in scripts without spaces that a text has.
    pub(super) fn surface(self, text: &str, language: Option<Language>) -> Option<String> {
        let names = language.and_then(|language| concepts().languages.get(language.code()))?;
        names
            .anywhere
            .iter()
            .filter(|(name, concept)| *concept == self && text.contains(name.as_str()))
            .map(|(name, _)| name.clone())
            .max_by_key(String::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: (&str, &str), b: (&str, &str)) -> bool {
        let of = |(language, text): (&str, &str)| {
            let language = Language::from_tag(language);
            let words = words(text);
            named(text, &mentions(&words, language), language, 1)
        };
        let (a, b) = (of(a), of(b));
        !a.is_empty() && a == b
    }

    #[test]
    fn countries_are_known_by_name_and_adjective() {
        assert!(same(("en", "regular U.S. threats"), ("ru", "постоянные угрозы США")));
        assert!(same(("en", "North Korean missiles"), ("ru", "ракеты КНДР")));
        assert!(same(("en", "the Russian army"), ("ar", "الجيش الروسي")));
        assert!(same(("en", "the Russian army"), ("ru", "российская армия")));
        assert!(same(("en", "South Korea and Japan"), ("ru", "Южная Корея и Япония")));
        assert!(same(("en", "in France"), ("zh", "在法国")));
        assert!(same(
            ("en", "Turkish officials in Pyongyang"),
            ("de", "türkische Beamte in Pjöngjang")
        ));
        assert!(!same(("en", "a turkey"), ("de", "die Türkei")));
    }
}
