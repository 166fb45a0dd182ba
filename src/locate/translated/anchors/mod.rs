//! Finds what a translation must keep: numbers, months and names, and holds those of a quotation against a passage.
//!
//! Works for every pair of languages, whether the encoder knows them or not, and says only what letters and digits
//! say: a number in another spelling is the same number, a name in another script the same name.

mod concepts;
mod names;
mod numbers;
mod rivals;
mod words;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::text::{Language, dates};

use concepts::{Concept, ConceptKind, mentions, named};
use names::{Sound, is_name};
pub(super) use rivals::{Rivals, names_of};

use numbers::{Number, Spelling, numbers};
use words::{Word, words};

/// What a quotation has that its translation must keep.
#[derive(Debug, Clone, Default)]
pub(super) struct Anchors(Vec<Anchor>);

#[derive(Debug, Clone)]
struct Anchor {
    /// As the quotation writes it.
    surface: String,
    kind: AnchorKind,
}

#[derive(Debug, Clone)]
enum AnchorKind {
    Number(Number),
    Month(i8),
    Concept(Concept),
    /// Somebody who is known by name, and how the name sounds: not every language's form of it is known.
    Person(Concept, Sound),
    Name(Sound),
}

/// What a stretch of a page has.
#[derive(Debug, Clone, Default)]
pub(super) struct Inventory {
    numbers: Vec<Number>,
    months: BTreeSet<i8>,
    concepts: BTreeSet<Concept>,
    /// Those among them that can only be names.
    certain_concepts: BTreeSet<Concept>,
    sounds: Vec<Sound>,
    /// The pinyin of each ideograph, where names may be written so.
    syllables: Vec<String>,
}

/// How the anchors of a quotation compare with a passage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Comparison {
    /// Those that the passage has, as the quotation writes them.
    pub(super) agree: Vec<String>,
    /// Those that it lacks.
    pub(super) missing: Vec<String>,
    /// How many of those that are missing speak against the passage: numbers, and names where it has another one.
    pub(super) contradictions: usize,
    /// How many anchors weigh anything.
    pub(super) weighty: usize,
}

/// Returns the anchors of a quotation.
pub(super) fn anchors(text: &str, language: Option<Language>) -> Anchors {
    let words = words(text);
    let mut found: Vec<(usize, Anchor)> = Vec::new();
    let mut add = |at: usize, surface: &str, kind: AnchorKind| {
        found.push((at, Anchor { surface: surface.to_owned(), kind }));
    };
    for number in numbers(text, &words, language) {
        if is_month_numeral(text, &number) || says_nothing(&number) {
            continue;
        }
        let (start, surface) = (number.range.start, &text[number.range.clone()]);
        add(start, surface, AnchorKind::Number(number.clone()));
    }
    for (range, month) in months(text, &words) {
        add(range.start, &text[range.clone()], AnchorKind::Month(month));
    }
    let mentions = mentions(&words, language);
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for mention in &mentions {
        taken.extend(mention.words.clone());
        let start = words[mention.words.start].range.start;
        let last = &words[mention.words.end - 1];
        // The last stop of `U.S.` belongs to it.
        let stop = last.text.len() < last.range.len() && text[last.range.end..].starts_with('.');
        let end = last.range.end + usize::from(stop);
        add(start, &text[start..end], AnchorKind::of(mention.concept, &text[start..end]));
    }
    for concept in named(text, &[], language, 2) {
        if let Some(surface) = concept.surface(text, language) {
            add(text.find(&surface).unwrap_or(0), &surface, AnchorKind::of(concept, &surface));
        }
    }
    for (at, word) in words.iter().enumerate() {
        if !taken.contains(&at)
            && is_name(word)
            && has_names_by_capitals(language)
            && dates::month(&word.text).is_none()
        {
            add(
                word.range.start,
                &text[word.range.clone()],
                AnchorKind::Name(Sound::of(&word.text)),
            );
        }
    }
    found.sort_by_key(|&(at, _)| at);
    let mut anchors: Vec<Anchor> = Vec::new();
    for (_, anchor) in found {
        if !anchors.iter().any(|known| known.surface == anchor.surface) {
            anchors.push(anchor);
        }
    }
    Anchors(anchors)
}

/// German writes every noun with a capital.
fn has_names_by_capitals(language: Option<Language>) -> bool {
    language.is_none_or(|language| language.code() != "de")
}

/// `6月`: a month, and no number that a translation would write.
fn is_month_numeral(text: &str, number: &Number) -> bool {
    let rest = &text[number.range.end..];
    rest.starts_with('月') || rest.starts_with('월')
}

/// "One", "the first", "no one": too many translations do without.
fn says_nothing(number: &Number) -> bool {
    number.spelling == Spelling::SmallWord && number.readings.iter().all(|&value| value <= 1.0)
}

/// Finds months: by name, and by number where the script writes them so.
fn months(text: &str, words: &[Word]) -> Vec<(Range<usize>, i8)> {
    let mut found = Vec::new();
    for word in words {
        let Some(month) = dates::month(&word.text) else { continue };
        // `may` and `march` are verbs; a month among Latin letters has a capital, or a number beside it.
        let ambiguous = word.text.is_ascii() && word.text.len() <= 5;
        if !ambiguous || beside_a_digit(text, word) {
            found.push((word.range.clone(), month));
        }
    }
    for (at, c) in text.char_indices().filter(|&(_, c)| c == '月' || c == '월') {
        let digits: String = text[..at]
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        if let Ok(month @ 1..=12) = digits.parse::<i8>() {
            found.push((at - digits.len()..at + c.len_utf8(), month));
        }
    }
    for (range, date) in dates::dates_in(text) {
        if !found.iter().any(|(known, _)| known.start < range.end && known.end > range.start) {
            found.push((range, date.month()));
        }
    }
    found
}

fn beside_a_digit(text: &str, word: &Word) -> bool {
    let near = |c: char| !c.is_whitespace() && c != '.' && c != ',';
    text[word.range.end..].chars().find(|&c| near(c)).is_some_and(|c| c.is_ascii_digit())
        || text[..word.range.start]
            .chars()
            .rev()
            .find(|&c| near(c))
            .is_some_and(|c| c.is_ascii_digit())
}

/// Returns what a stretch of a page has. Takes linear time.
pub(super) fn inventory(text: &str, language: Option<Language>) -> Inventory {
    let words = words(text);
    let mentions = mentions(&words, language);
    let ideographs = language.is_some_and(|language| matches!(language.code(), "zh" | "ja"));
    Inventory {
        numbers: numbers(text, &words, language),
        months: months(text, &words).into_iter().map(|(_, month)| month).collect(),
        concepts: named(text, &mentions, language, 1),
        certain_concepts: named(text, &mentions, language, 2),
        sounds: words.iter().map(|word| Sound::of(&word.text)).collect(),
        syllables: if ideographs { syllables(text) } else { Vec::new() },
    }
}

fn syllables(text: &str) -> Vec<String> {
    let ideographs = text.chars().filter(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    ideographs.map(|c| any_ascii::any_ascii_char(c).to_lowercase()).collect()
}

impl Anchors {
    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Holds the anchors against a passage. `page` is what the whole page has: a name that stands there may have been
    /// a pronoun in the passage. `language` is the page's, `rivals` are the passage's.
    pub(super) fn compare(
        &self,
        passage: &Inventory,
        page: &Inventory,
        language: Option<Language>,
        rivals: Rivals<'_>,
    ) -> Comparison {
        let mut comparison = Comparison::default();
        for anchor in &self.0 {
            let there = anchor.kind.is_in(passage);
            let small = matches!(&anchor.kind, AnchorKind::Number(number) if number.spelling == Spelling::SmallWord);
            comparison.weighty += usize::from(!small);
            if there {
                comparison.agree.push(anchor.surface.clone());
                continue;
            }
            let (missing, contradicts) = match &anchor.kind {
                AnchorKind::Number(number) => match number.spelling {
                    Spelling::Digits | Spelling::LargeWord => (true, true),
                    Spelling::SmallWord => {
                        let rival = self.has_rival_number(number, passage);
                        (rival, rival)
                    }
                },
                AnchorKind::Month(_) => (true, !passage.months.is_empty()),
                AnchorKind::Concept(concept) => {
                    let rival = self.has_rival_concept(concept.kind(), passage);
                    (rival || !anchor.kind.is_in(page), rival)
                }
                AnchorKind::Person(..) => {
                    let rival = self.has_rival_person(passage, rivals);
                    (rival || !anchor.kind.is_in(page), rival)
                }
                AnchorKind::Name(sound) => {
                    let elsewhere = anchor.kind.is_in(page);
                    let comparable = can_be_compared(language);
                    // A spelling that the rules do not know is no other name.
                    let rival = comparable
                        && !(rivals.is_word)(&anchor.surface.to_lowercase())
                        && !passage.sounds.iter().any(|other| sound.resembles(other))
                        && self.has_rival_person(passage, rivals);
                    (comparable && (rival || !elsewhere), rival)
                }
            };
            if missing {
                comparison.missing.push(anchor.surface.clone());
                comparison.contradictions += usize::from(contradicts);
            }
        }
        comparison
    }

    /// Returns where a passage has the anchors, as byte ranges that do not overlap, in order. Takes linear time for each
    /// anchor.
    pub(super) fn places(&self, passage: &str, language: Option<Language>) -> Vec<Range<usize>> {
        let words = words(passage);
        let mentions = mentions(&words, language);
        let has = |is_it: &dyn Fn(&AnchorKind) -> bool| self.0.iter().any(|a| is_it(&a.kind));
        let numbers = numbers(passage, &words, language).into_iter().filter(|other| {
            has(&|kind| matches!(kind, AnchorKind::Number(own) if other.agrees(own)))
        });
        let months = months(passage, &words).into_iter().filter(|(_, other)| {
            has(&|kind| matches!(kind, AnchorKind::Month(own) if own == other))
        });
        let concepts = mentions.iter().filter(|other| {
            has(&|kind| {
                matches!(kind, AnchorKind::Concept(own) | AnchorKind::Person(own, _) if *own == other.concept)
            })
        });
        let names = words.iter().filter(|word| {
            let other = Sound::of(&word.text);
            has(&|kind| {
                matches!(kind, AnchorKind::Name(own) | AnchorKind::Person(_, own) if own.is_in(&other))
            })
        });
        let mut places: Vec<Range<usize>> = numbers.map(|number| number.range).collect();
        places.extend(months.map(|(range, _)| range));
        places.extend(concepts.map(|mention| {
            words[mention.words.start].range.start..words[mention.words.end - 1].range.end
        }));
        places.extend(names.map(|word| word.range.clone()));
        places.sort_unstable_by_key(|place| (place.start, place.end));
        places.dedup_by(|next, kept| {
            let overlaps = next.start < kept.end;
            if overlaps {
                kept.end = kept.end.max(next.end);
            }
            overlaps
        });
        places
    }

    /// Tells how many of the anchors a stretch has, as a share, 0.0..=1.0; `None` if there are none.
    pub(super) fn share_in(&self, stretch: &Inventory) -> Option<f32> {
        let there = self.0.iter().filter(|anchor| anchor.kind.is_in(stretch)).count();
        let count = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
        (!self.0.is_empty()).then(|| count(there) / count(self.0.len()))
    }

    /// Tells whether a passage has another small number that the quotation lacks.
    fn has_rival_number(&self, number: &Number, passage: &Inventory) -> bool {
        passage.numbers.iter().any(|other| {
            !says_nothing(other)
                && !other.agrees(number)
                && !self.0.iter().any(
                    |anchor| matches!(&anchor.kind, AnchorKind::Number(own) if own.agrees(other)),
                )
        })
    }

    /// Tells whether a passage names somebody whom the quotation does not.
    fn has_rival_person(&self, passage: &Inventory, rivals: Rivals<'_>) -> bool {
        let own = |other: &Sound| {
            self.0.iter().any(|anchor| match &anchor.kind {
                AnchorKind::Name(own) | AnchorKind::Person(_, own) => own.is_in(other),
                AnchorKind::Concept(_) => Sound::of(&anchor.surface).is_in(other),
                AnchorKind::Number(_) | AnchorKind::Month(_) => false,
            })
        };
        rivals.names.0.iter().any(|other| !own(other))
            || self.has_rival_concept(ConceptKind::Person, passage)
    }

    /// Tells whether a passage names another concept of a kind that the quotation does not.
    fn has_rival_concept(&self, kind: ConceptKind, passage: &Inventory) -> bool {
        let own = |other: Concept| {
            self.0.iter().any(
                |anchor| matches!(anchor.kind, AnchorKind::Concept(own) | AnchorKind::Person(own, _) if own == other),
            )
        };
        kind != ConceptKind::Other
            && passage.certain_concepts.iter().any(|&other| other.kind() == kind && !own(other))
    }
}

/// Tells whether names of a language's script can be compared by sound. Chinese writes foreign names by syllables that
/// say little of it.
fn can_be_compared(language: Option<Language>) -> bool {
    language.is_some_and(|language| !matches!(language.code(), "zh" | "th"))
}

impl AnchorKind {
    /// The anchor that a concept is where it is named so.
    fn of(concept: Concept, surface: &str) -> Self {
        match concept.kind() {
            ConceptKind::Person => {
                let longest = surface.split_whitespace().max_by_key(|word| word.len());
                Self::Person(concept, Sound::of(longest.unwrap_or(surface)))
            }
            ConceptKind::Country
            | ConceptKind::City
            | ConceptKind::Currency
            | ConceptKind::Other => Self::Concept(concept),
        }
    }

    fn is_in(&self, stretch: &Inventory) -> bool {
        match self {
            Self::Number(number) => stretch.numbers.iter().any(|other| other.agrees(number)),
            Self::Month(month) => stretch.months.contains(month),
            Self::Concept(concept) => stretch.concepts.contains(concept),
            Self::Person(concept, _) if stretch.concepts.contains(concept) => true,
            Self::Name(sound) | Self::Person(_, sound) => {
                stretch.sounds.iter().any(|other| sound.is_in(other))
                    || sound.is_spelled_by(&stretch.syllables)
            }
        }
    }
}
