//! Says which language a text is written in: by its script, by its commonest words, by its groups of letters.
//! Says nothing where it is not sure: a wrong language would turn a false quotation into a translated one.

mod function_words;

use whatlang::{Detector, Lang};

use super::Language;

/// How much of a long text is looked at, in bytes.
const SAMPLE_BYTES: usize = 6000;
/// Texts with fewer letters are too short for statistics of letters.
const MIN_LETTERS: usize = 40;

/// Detects the language of a text. `None` if that cannot be told: the text is too short or mixed, or the
/// language is none of those that are known.
///
/// Looks at no more than some six thousand bytes.
#[must_use]
pub fn detect(text: &str) -> Option<Language> {
    let sample = sample(text);
    let census = Census::of(sample);
    match census.main_script()? {
        Script::Latin => latin(sample, &census),
        Script::Cyrillic => cyrillic(sample, &census),
        Script::Arabic => arabic(sample),
        Script::Cjk => Some(cjk(&census)),
        Script::Hebrew => language("he"),
        Script::Devanagari => by_letters(sample, &census, &[Lang::Hin, Lang::Mar, Lang::Nep]),
        Script::Other(code) => language(code),
    }
}

fn language(code: &str) -> Option<Language> {
    Language::from_tag(code)
}

/// Takes a piece of a long text, from its beginning on but for what may be a masthead.
fn sample(text: &str) -> &str {
    if text.len() <= SAMPLE_BYTES {
        return text;
    }
    let start = text.floor_char_boundary((text.len() - SAMPLE_BYTES).min(SAMPLE_BYTES / 2));
    let end = text.floor_char_boundary(start + SAMPLE_BYTES);
    &text[start..end]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Arabic,
    /// Chinese, Japanese, Korean.
    Cjk,
    Hebrew,
    Devanagari,
    /// A script of one language that matters here.
    Other(&'static str),
}

/// How many letters of each script there are.
#[derive(Debug, Default)]
struct Census {
    latin: usize,
    cyrillic: usize,
    arabic: usize,
    han: usize,
    kana: usize,
    hangul: usize,
    hebrew: usize,
    devanagari: usize,
    other: [usize; OTHERS.len()],
}

/// Scripts that stand for one language.
const OTHERS: [(std::ops::RangeInclusive<char>, &str); 14] = [
    ('\u{0370}'..='\u{03FF}', "el"),
    ('\u{0530}'..='\u{058F}', "hy"),
    ('\u{0980}'..='\u{09FF}', "bn"),
    ('\u{0A00}'..='\u{0A7F}', "pa"),
    ('\u{0A80}'..='\u{0AFF}', "gu"),
    ('\u{0B80}'..='\u{0BFF}', "ta"),
    ('\u{0C00}'..='\u{0C7F}', "te"),
    ('\u{0C80}'..='\u{0CFF}', "kn"),
    ('\u{0D00}'..='\u{0D7F}', "ml"),
    ('\u{0E00}'..='\u{0E7F}', "th"),
    ('\u{0E80}'..='\u{0EFF}', "lo"),
    ('\u{1000}'..='\u{109F}', "my"),
    ('\u{10A0}'..='\u{10FF}', "ka"),
    ('\u{1780}'..='\u{17FF}', "km"),
];

impl Census {
    fn of(text: &str) -> Self {
        let mut census = Self::default();
        for c in text.chars() {
            match c {
                'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => {
                    census.latin += usize::from(c.is_alphabetic());
                }
                '\u{400}'..='\u{52F}' => census.cyrillic += 1,
                '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{FB50}'..='\u{FEFC}' => {
                    census.arabic += usize::from(c.is_alphabetic());
                }
                '\u{590}'..='\u{5FF}' => census.hebrew += usize::from(c.is_alphabetic()),
                '\u{900}'..='\u{97F}' => census.devanagari += 1,
                '\u{3041}'..='\u{30FF}' => census.kana += 1,
                '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' => census.han += 1,
                '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}' => census.hangul += 1,
                '\0'..='\u{36F}' => {}
                _ => {
                    let known = OTHERS.iter().position(|(range, _)| range.contains(&c));
                    if let Some(index) = known {
                        census.other[index] += 1;
                    }
                }
            }
        }
        census
    }

    fn letters(&self) -> usize {
        self.scripts().iter().map(|(count, _)| count).sum()
    }

    fn scripts(&self) -> [(usize, Script); 6 + OTHERS.len()] {
        std::array::from_fn(|index| match index {
            0 => (self.latin, Script::Latin),
            1 => (self.cyrillic, Script::Cyrillic),
            2 => (self.arabic, Script::Arabic),
            // A character of these is a syllable or a word.
            3 => (2 * (self.han + self.kana + self.hangul), Script::Cjk),
            4 => (self.hebrew, Script::Hebrew),
            5 => (self.devanagari, Script::Devanagari),
            _ => (self.other[index - 6], Script::Other(OTHERS[index - 6].1)),
        })
    }

    /// Returns the script of most letters, if it is that of two thirds of them.
    fn main_script(&self) -> Option<Script> {
        let (count, script) = self.scripts().into_iter().max_by_key(|(count, _)| *count)?;
        (count >= 3 && count * 3 >= self.letters() * 2).then_some(script)
    }
}

fn cjk(census: &Census) -> Language {
    let code = if census.hangul > census.han + census.kana {
        "ko"
    } else if census.kana * 20 > census.han + census.kana {
        "ja"
    } else {
        "zh"
    };
    language(code).expect("a valid code")
}

fn count(text: &str, letters: &str) -> usize {
    text.chars().filter(|&c| letters.contains(c)).count()
}

fn arabic(text: &str) -> Option<Language> {
    let urdu = count(text, "ٹڈڑںےھ");
    let persian = count(text, "پچژگ") + count(text, "یک");
    let arabic = count(text, "يكةىأإؤ");
    if urdu > 0 && urdu * 4 > persian {
        language("ur")
    } else if persian > 2 * arabic {
        language("fa")
    } else if arabic > 2 * persian || (persian == 0 && text.contains("ال")) {
        language("ar")
    } else {
        None
    }
}

/// Letters that only one of the languages in Cyrillic has, or nearly so.
const CYRILLIC_LETTERS: [(&str, &str); 7] = [
    ("uk", "їєґЇЄҐ"),
    ("be", "ўЎ"),
    ("ru", "ыэёЫЭЁ"),
    ("mk", "ѓќѕЃЌЅ"),
    ("sr", "ђћЂЋ"),
    ("kk", "әғқңұһӘҒҚҢҰҺ"),
    ("mn", "өүӨҮ"),
];

fn cyrillic(text: &str, census: &Census) -> Option<Language> {
    let counts = CYRILLIC_LETTERS.map(|(code, letters)| (count(text, letters), code));
    let [ukrainian, belarusian, russian, ..] = counts.map(|(count, _)| count);
    // Kazakh, Mongolian and Belarusian have the letters of Russian, too.
    if belarusian > 0 && ukrainian == 0 {
        return language("be");
    }
    let foreign = counts.iter().filter(|(_, code)| *code != "ru").max()?;
    if foreign.0 > 0 && foreign.0 * 8 >= russian {
        return language(foreign.1);
    }
    if russian > 0 {
        return language("ru");
    }
    let known = [Lang::Rus, Lang::Ukr, Lang::Bul, Lang::Srp, Lang::Mkd, Lang::Bel];
    by_letters(text, census, &known).or_else(|| by_words(text, 2))
}

fn latin(text: &str, census: &Census) -> Option<Language> {
    by_words(text, 2).or_else(|| by_letters(text, census, &LATIN))
}

/// Detects by statistics of letters.
fn by_letters(text: &str, census: &Census, known: &[Lang]) -> Option<Language> {
    if census.letters() < MIN_LETTERS {
        return None;
    }
    let text = &text[..text.floor_char_boundary(2000)];
    let found = Detector::with_allowlist(known.to_vec()).detect(text)?;
    let is_sure = found.is_reliable() || found.confidence() > 0.6;
    two_letters(found.lang()).filter(|_| is_sure).and_then(language)
}

/// The languages in Latin letters that are told apart.
const LATIN: [Lang; 24] = [
    Lang::Eng,
    Lang::Spa,
    Lang::Por,
    Lang::Ita,
    Lang::Fra,
    Lang::Deu,
    Lang::Pol,
    Lang::Nob,
    Lang::Dan,
    Lang::Swe,
    Lang::Fin,
    Lang::Tur,
    Lang::Nld,
    Lang::Hun,
    Lang::Ces,
    Lang::Ron,
    Lang::Hrv,
    Lang::Vie,
    Lang::Ind,
    Lang::Slk,
    Lang::Slv,
    Lang::Lit,
    Lang::Lav,
    Lang::Est,
];

fn two_letters(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Eng => "en",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Pol => "pl",
        Lang::Nob => "nb",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ron => "ro",
        Lang::Hrv => "hr",
        Lang::Vie => "vi",
        Lang::Ind => "id",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Bul => "bg",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Bel => "be",
        Lang::Hin => "hi",
        Lang::Mar => "mr",
        Lang::Nep => "ne",
        _ => return None,
    })
}

/// Detects by the commonest words: each votes for the languages that have it.
fn by_words(text: &str, needed: u32) -> Option<Language> {
    // Of a long text every fourth word is nearly always enough; they are taken from all of it.
    let few = (text.len() >= SAMPLE_BYTES / 2).then(|| elected(text, 4, needed.max(10), 4));
    few.flatten().or_else(|| elected(text, 1, needed, 2)).and_then(language)
}

/// Returns the language that the commonest words of a short text speak for, however few they are. `None` where there are
/// none, or they speak for several alike. Not sure enough to call a text foreign; enough to call it nothing else.
#[must_use]
pub fn leaning(text: &str) -> Option<Language> {
    let ranked = ranked(sample(text), 1);
    let [(first, name), (second, _), ..] = ranked[..] else { return None };
    if first > second { language(name) } else { None }
}

/// Tells whether more speaks for another language than for this one in a text that is too short for its language to be
/// told: its commonest words, or else its groups of letters. Names and numbers alone speak for none.
#[must_use]
pub fn leans_away(text: &str, from: Language) -> bool {
    let ranked = ranked(sample(text), 1);
    let most = ranked.first().map_or(0, |&(votes, _)| votes);
    if most > 0 && ranked.contains(&(most, from.code())) {
        return false;
    }
    match nearest_by_letters(text, from).filter(|&(_, sure)| sure >= LEANING_CONFIDENCE) {
        Some((language, _)) => language != from,
        None => most > 0,
    }
}

/// How sure the groups of letters of a short text must be. Of 31 lines of German, English, Spanish and French pages, names
/// and lists of numbers were below, and seven of the nine in another language than their page above.
const LEANING_CONFIDENCE: f64 = 0.25;

/// Returns the language whose groups of letters are nearest to those of a text in Latin letters, and how much nearer than
/// those of the next. Asks only after the most spoken and one more: of short texts the others are often guessed.
fn nearest_by_letters(text: &str, another: Language) -> Option<(Language, f64)> {
    /// Two or three words have too few groups to say anything.
    const FEWEST_LETTERS: usize = 20;
    let sample = sample(text);
    let census = Census::of(sample);
    if census.main_script() != Some(Script::Latin) || census.letters() < FEWEST_LETTERS {
        return None;
    }
    let asked = |lang: &Lang| {
        MOST_SPOKEN.contains(lang) || two_letters(*lang).and_then(language) == Some(another)
    };
    let asked: Vec<Lang> = LATIN.into_iter().filter(asked).collect();
    let found = Detector::with_allowlist(asked).detect(sample)?;
    Some((two_letters(found.lang()).and_then(language)?, found.confidence()))
}

/// Those of the languages in Latin letters that most texts are in.
const MOST_SPOKEN: [Lang; 9] = [
    Lang::Eng,
    Lang::Spa,
    Lang::Por,
    Lang::Ita,
    Lang::Fra,
    Lang::Deu,
    Lang::Pol,
    Lang::Tur,
    Lang::Nld,
];

/// Lets every so manieth word vote. Returns the language that wins, if it has the words that are needed (one that only it
/// has counts for one, others for less), and so many times the votes of the next.
fn elected(text: &str, every: usize, needed: u32, lead: u32) -> Option<&'static str> {
    let [(first, name), (second, _), ..] = ranked(text, every)[..] else { return None };
    // A word that only one language has counts for four.
    (first >= needed * 4 && first >= second * lead).then_some(name)
}

/// The languages with the votes of every so manieth word, those with the most first.
fn ranked(text: &str, every: usize) -> Vec<(u32, &'static str)> {
    let mut votes = [0_u32; function_words::LANGUAGES.len()];
    let words = text.split(|c: char| !c.is_alphabetic() && c != '’' && c != '\'');
    for word in words.filter(|word| !word.is_empty()).step_by(every) {
        function_words::vote(word, &mut votes);
    }
    let names = function_words::LANGUAGES.iter().map(|&(name, _)| name);
    let mut ranked: Vec<(u32, &'static str)> = votes.into_iter().zip(names).collect();
    ranked.sort_by_key(|&(votes, _)| std::cmp::Reverse(votes));
    ranked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn languages_of_sentences_are_told() {
        for (text, expected) in [
            ("We are not asking anyone to do this, and no one has offered this to us.", Some("en")),
            (
                "immediate mutual assistance in case of aggression against any of the countries",
                Some("en"),
            ),
            ("Да, и я не вижу в этом ничего плохого. Тем более что мы так решили.", Some("ru")),
            ("Кремль считает, что ответ может быть зеркальным.", Some("ru")),
            ("Президент заявив, що Україна не погодиться на ці умови.", Some("uk")),
            ("Прэзідэнт сказаў, што гэтага не будзе ў нашай краіне.", Some("be")),
            ("Le président a déclaré que la réponse pourrait être symétrique.", Some("fr")),
            ("Der Präsident sagte, dass die Antwort nicht auf sich warten lasse.", Some("de")),
            ("El presidente dijo que la respuesta podría ser simétrica.", Some("es")),
            ("O presidente disse que a resposta não poderia ser diferente.", Some("pt")),
            ("Il presidente ha detto che la risposta potrebbe essere simmetrica.", Some("it")),
            (
                "Cumhurbaşkanı bu konuda bir açıklama yaptı ve çok önemli olduğunu söyledi.",
                Some("tr"),
            ),
            (
                "Prezydent powiedział, że nie ma w tym nic złego i że się na to nie zgodzi.",
                Some("pl"),
            ),
            (
                "Komedijos apžvalga – išsikvėpusi šnipų parodija, kurioje nėra labai gražaus elgesio",
                Some("lt"),
            ),
            (
                "taču fermeri skaidroja, ka cūkas parasti nav agresīvas un apēda viņa brūnos garausaiņus",
                Some("lv"),
            ),
            (
                "töötaja oli postitanud seadusandjate lehekülgedele kolme vabariiklasest senaatori andmed",
                Some("et"),
            ),
            ("قال الرئيس إن الرد يمكن أن يكون متماثلا", Some("ar")),
            ("رئیس جمهور گفت که پاسخ می‌تواند متقارن باشد", Some("fa")),
            ("הנשיא אמר שהתגובה יכולה להיות סימטרית", Some("he")),
            ("两国今天签署了全面战略伙伴关系条约", Some("zh")),
            ("両国は本日、包括的戦略的パートナーシップ条約に署名した", Some("ja")),
            ("양국은 오늘 포괄적 전략 동반자 조약에 서명했다", Some("ko")),
            ("Ο πρόεδρος δήλωσε ότι η απάντηση θα είναι συμμετρική", Some("el")),
            ("ประธานาธิบดีกล่าวว่า", Some("th")),
        ] {
            assert_eq!(detect(text).map(|l| l.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        for text in ["", "12 345", "OK", "Vladimir Putin", "deterrent", "Tass", "A — Я", "Москва"]
        {
            assert_eq!(detect(text), None, "{text}");
        }
    }

    #[test]
    fn a_few_common_words_say_which_way_a_text_leans() {
        for (text, expected) in [
            ("and their new partners", Some("en")),
            ("von neuen Partnern", Some("de")),
            ("Vladimir Putin", None),
            ("", None),
        ] {
            assert_eq!(leaning(text).map(|l| l.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_and_numbers_lean_away_from_no_language() {
        for (text, page, expected) in [
            ("Heu - richtig ernten, richtig lagern, richtig füttern", "de", false),
            ("192 Seiten, 18 Euro ebook: 13,99 Euro", "de", false),
            ("Jan Koch Telefon +49 (0)40 / 49 07 11 06", "de", false),
            ("acceso digital ilimitado – solo $2 por 2", "es", false),
            ("is displayed outside of a co-working space in", "de", true),
            ("to boost your immunity? Take a multivitamin", "de", true),
            ("die neuen Partner", "en", true),
            ("with their new partners", "ru", true),
            ("die neuen Partner", "de", false),
        ] {
            let page = Language::from_tag(page).unwrap();
            assert_eq!(leans_away(text, page), expected, "{text}");
        }
    }

    #[test]
    fn names_in_another_script_do_not_change_the_language() {
        let text = "The word «перестройка» (perestroika) was used by the leader in that speech.";
        assert_eq!(detect(text).unwrap().code(), "en");
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text: String) {
            let _ = detect(&text);
            let _ = detect(&text.repeat(300));
        }
    }
}
