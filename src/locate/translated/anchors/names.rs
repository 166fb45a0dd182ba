//! Recognises a name in another script: by the consonants of its transliteration, which most systems agree on.

use super::words::Word;

/// A name in the form in which names are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sound {
    /// The letters, transliterated.
    letters: String,
    /// The consonants, one sign for those that alphabets mix up; a vowel at the beginning is kept as `a`.
    consonants: String,
}

/// How many consonants an ending may add: `Путиным`.
const LONGEST_ENDING: usize = 2;

impl Sound {
    pub(super) fn of(word: &str) -> Self {
        let letters: String = any_ascii::any_ascii(word)
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let consonants = consonants(&letters);
        Self { letters, consonants }
    }

    /// Tells whether a word of a page can be this name, in any case and spelling.
    pub(super) fn is_in(&self, word: &Self) -> bool {
        if self.letters.len() >= 3
            && word.letters.starts_with(&self.letters)
            && word.letters.len() <= self.letters.len() + 4
        {
            return true;
        }
        // A word without vowels, as Arabic writes it, has its article before it.
        self.sounds_like(&word.consonants)
            || word
                .letters
                .strip_prefix("al")
                .is_some_and(|rest| self.sounds_like(&consonants(rest)))
            || ["w", "b", "l"].iter().any(|particle| {
                word.letters.strip_prefix(particle).is_some_and(|rest| {
                    !rest.contains(['e', 'o'])
                        && self.consonants.len() >= 3
                        && self.sounds_like(&consonants(rest))
                })
            })
    }

    /// Tells whether a word may be a spelling of this name that the rules do not know: more than half of the consonants
    /// of the longer are there in order. One consonant says nothing.
    pub(super) fn resembles(&self, word: &Self) -> bool {
        const LONGEST: usize = 24;
        // Japanese and Korean do not tell `l` from `r`; languages disagree whether `c`, `g`, `j` and `x` are said as `k` or as `s`.
        let one = |sound| match sound {
            b'r' => b'l',
            b'k' => b's',
            other => other,
        };
        let cut = |sound: &'_ Self| -> Vec<u8> {
            sound.consonants.bytes().take(LONGEST).map(one).collect()
        };
        let (own, other) = (cut(self), cut(word));
        let longer = own.len().max(other.len());
        self.is_in(word) || own.len() < 2 || 2 * common(&own, &other) > longer
    }

    /// Tells whether syllables in a row spell the name, as those of Chinese names do: `近`, `平`.
    pub(super) fn is_spelled_by(&self, syllables: &[String]) -> bool {
        syllables.iter().enumerate().any(|(start, _)| {
            let mut rest = self.letters.as_str();
            for syllable in syllables[start..].iter().take(4) {
                match rest.strip_prefix(syllable.as_str()) {
                    Some("") => return true,
                    Some(after) if !syllable.is_empty() => rest = after,
                    Some(_) | None => return false,
                }
            }
            false
        })
    }

    fn sounds_like(&self, other: &str) -> bool {
        let (own, other) = (self.consonants.as_bytes(), other.as_bytes());
        match own.len() {
            0 | 1 => false,
            2 => {
                own == other
                    || other.len() == 3 && other.starts_with(own) && self.letters.len() >= 3
            }
            3 | 4 => other.starts_with(own) && other.len() <= own.len() + LONGEST_ENDING,
            _ => {
                let compared = &other[..other.len().min(own.len())];
                other.len() + 1 >= own.len()
                    && other.len() <= own.len() + LONGEST_ENDING
                    && (compared == own || nearly(own, other))
            }
        }
    }
}

/// Tells whether two are the same but for one consonant added, left out or exchanged, endings aside.
fn nearly(own: &[u8], other: &[u8]) -> bool {
    let same = own.iter().zip(other).take_while(|(a, b)| a == b).count();
    if same == 0 {
        return false;
    }
    let (own, other) = (&own[same..], &other[same..]);
    own.is_empty()
        || other.starts_with(&own[1..])
        || other.get(1..).is_some_and(|rest| rest.starts_with(own) || rest.starts_with(&own[1..]))
}

/// Returns the length of the longest common subsequence. Names are short.
fn common(a: &[u8], b: &[u8]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

/// Reduces letters to consonants. What one language writes as `zh`, `j`, `ž` or `dsch` becomes one sign.
fn consonants(letters: &str) -> String {
    const RULES: [(&str, &str); 31] = [
        ("tsch", "s"),
        ("shch", "s"),
        ("sch", "s"),
        ("dsch", "s"),
        ("dzh", "s"),
        ("dj", "s"),
        ("tch", "s"),
        ("sh", "s"),
        ("zh", "s"),
        ("ch", "s"),
        ("ts", "s"),
        ("tz", "s"),
        ("dz", "s"),
        ("cz", "s"),
        ("sz", "s"),
        ("kh", "k"),
        ("gh", "k"),
        ("ck", "k"),
        ("qu", "k"),
        ("ph", "f"),
        ("th", "t"),
        ("dh", "t"),
        ("wh", "f"),
        ("ks", "ks"),
        ("x", "ks"),
        ("ce", "s"),
        ("ci", "s"),
        ("ge", "k"),
        ("gi", "k"),
        ("mb", "b"),
        ("nt", "nt"),
    ];
    let mut out = String::new();
    let mut rest = letters;
    while let Some(first) = rest.chars().next() {
        let rule = RULES
            .iter()
            .find(|(from, _)| (*from != "mb" || out.is_empty()) && rest.starts_with(from));
        // Arabic writes `u` and `o` as it writes `w`: before a consonant it is a vowel.
        let is_vowel = first == 'w' && !rest[1..].starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
        let (taken, to) = match rule {
            Some((from, to)) => (from.len(), *to),
            None if is_vowel => (1, sound('u', out.is_empty())),
            None => (1, sound(first, out.is_empty())),
        };
        for c in to.chars() {
            // A doubled consonant is one.
            if !out.ends_with(c) {
                out.push(c);
            }
        }
        rest = &rest[taken..];
    }
    out
}

const fn sound(letter: char, is_first: bool) -> &'static str {
    match letter {
        'b' | 'p' => "b",
        'v' | 'f' | 'w' => "f",
        't' | 'd' => "t",
        'k' | 'g' | 'c' | 'q' => "k",
        's' | 'z' | 'j' => "s",
        'l' => "l",
        'r' => "r",
        'm' => "m",
        'n' => "n",
        // Cyrillic writes it `х` or `г`.
        'h' if is_first => "k",
        _ if is_first => "a",
        _ => "",
    }
}

/// Words that English writes with a capital and translations need not write the same.
const TITLES: [&str; 101] = [
    "i",
    "mr",
    "mrs",
    "ms",
    "dr",
    "sir",
    "president",
    "minister",
    "prime",
    "foreign",
    "defense",
    "defence",
    "secretary",
    "general",
    "state",
    "states",
    "ministry",
    "government",
    "parliament",
    "senate",
    "congress",
    "house",
    "council",
    "committee",
    "commission",
    "federation",
    "federal",
    "republic",
    "kingdom",
    "union",
    "treaty",
    "agreement",
    "pact",
    "law",
    "act",
    "constitution",
    "court",
    "supreme",
    "party",
    "democratic",
    "people",
    "national",
    "international",
    "central",
    "bank",
    "university",
    "institute",
    "academy",
    "school",
    "hospital",
    "agency",
    "department",
    "office",
    "bureau",
    "center",
    "centre",
    "company",
    "group",
    "corporation",
    "army",
    "navy",
    "air",
    "force",
    "forces",
    "war",
    "world",
    "west",
    "western",
    "east",
    "eastern",
    "north",
    "northern",
    "south",
    "southern",
    "god",
    "internet",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "duma",
    "treasury",
    "chancellor",
    "ambassador",
    "king",
    "queen",
    "prince",
    "church",
    "korean",
    "chief",
    "street",
    "river",
    "peninsula",
    "sea",
    "ocean",
    "island",
    "islands",
    "mountains",
];

/// Tells whether a word of a quotation is a name that a translation must have: a capital where nothing else asks for
/// one, and no title or institution.
pub(super) fn is_name(word: &Word) -> bool {
    word.is_capitalised()
        && !word.is_first
        && word.text.chars().count() >= 3
        && !TITLES.contains(&word.folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(name: &str, word: &str) -> bool {
        Sound::of(name).is_in(&Sound::of(word))
    }

    #[test]
    fn names_are_recognised_in_other_scripts() {
        for (name, word) in [
            ("Khodaryonok", "Ходаренка"),
            ("Leonkov", "Леонков"),
            ("Dzhabarov", "Джабаров"),
            ("Peskov", "Песковым"),
            ("Putin", "بوتين"),
            ("Kozyulin", "Козюлина"),
            ("Belousov", "Белоусов"),
            ("Scholz", "Шольц"),
            ("Müller", "Мюллер"),
            ("Guterres", "Гутерреш"),
            ("Mitsotakis", "Μητσοτάκης"),
            ("Netanyahu", "נתניהו"),
            ("Lavrov", "Лаврова"),
            ("Jinping", "Цзиньпин"),
            ("Obama", "أوباما"),
        ] {
            assert!(same(name, word), "{name} {word} {:?} {:?}", Sound::of(name), Sound::of(word));
        }
    }

    #[test]
    fn spellings_that_no_rule_knows_resemble_the_name() {
        let resembles = |name: &str, word: &str| Sound::of(name).resembles(&Sound::of(word));
        for (name, word) in [("Palin", "ペイリン"), ("Jose", "Хосе"), ("George", "Джордж")]
        {
            assert!(
                resembles(name, word),
                "{name} {word} {:?} {:?}",
                Sound::of(name),
                Sound::of(word)
            );
        }
        assert!(!resembles("Petrov", "Гонсалес") && !resembles("Anderson", "Путин"));
    }

    #[test]
    fn other_names_are_not() {
        for (name, word) in [
            ("Lavrov", "Песков"),
            ("Petrov", "переговоров"),
            ("Ivan", "вновь"),
            ("Peskov", "Путин"),
            ("Scholz", "школа"),
        ] {
            assert!(!same(name, word), "{name} {word} {:?} {:?}", Sound::of(name), Sound::of(word));
        }
    }
}
