//! Quotations changed in one place, drawn from a fixed seed: no forgery passes, and no permitted change is refused.
//! `PROPTEST_CASES=10000` tries more of them.

use std::ops::Range;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{look, page, verdict};
use crate::locate::lexicon;
use crate::text::{TokenClass, push_key, tokens};

/// A language to forge in: a text in which no row of words comes twice, words that it lacks, and a negation.
struct Tongue {
    text: &'static str,
    strangers: [&'static str; 3],
    negation: &'static str,
}

const TONGUES: [Tongue; 6] = [
    Tongue { text: super::TEXT, strangers: ["purple", "zeppelin", "Zanzibar"], negation: "not" },
    Tongue {
        text: "Die Gespräche dauerten drei Stunden, sagte der Sprecher am Mittwoch in Freiburg. Beide Seiten wollen \
               im März 2024 über die 1.250 Seiten des Vertrages beraten; danach soll das Parlament zustimmen. \
               Niemand rechnete damit, dass die alte Brücke so bald geschlossen würde, aber Fachleute warnten seit \
               Jahren vor Lastwagen mit mehr als 30 Tonnen.",
        strangers: ["violett", "Zeppelin", "Pinguine"],
        negation: "nicht",
    },
    Tongue {
        text: "Les pourparlers ont duré trois heures, a déclaré la porte-parole à l’issue de la rencontre. Les deux \
               délégations se reverront en mars pour examiner les 1 250 pages du traité ; le parlement devra ensuite \
               l’approuver. On s’attendait à ce que le vieux pont reste ouvert jusqu’au 14 juillet 2025, mais les \
               ingénieurs avaient prévenu la mairie.",
        strangers: ["violet", "dirigeable", "Zanzibar"],
        negation: "pas",
    },
    Tongue {
        text: "Переговоры длились три часа, сообщил пресс-секретарь после встречи в Москве. Стороны вернутся к ним \
               в марте 2024 года, чтобы обсудить все 1250 страниц договора; затем его рассмотрит парламент. \
               «Мы исходим из того, что соглашение подпишут ещё в этом году», — добавил он, отвечая журналистам \
               у входа в старое здание порта.",
        strangers: ["лиловый", "дирижабль", "Занзибар"],
        negation: "не",
    },
    Tongue {
        text: "外交部发言人周三在北京表示，两国代表团将于三月继续就条约文本举行会谈，届时议会还要审议全部附件。\
               工程师多年前已经警告说，旧桥承受重型卡车的能力越来越差，市政府却迟迟没有拨款维修。",
        strangers: ["紫", "艇", "鹅"],
        negation: "不",
    },
    Tongue {
        text: "قال المتحدث باسم الوزارة يوم الأربعاء إن الوفدين سيعودان إلى المحادثات في مارس 2024 لبحث جميع صفحات \
               الاتفاق، ثم يعرض النص على البرلمان. وكان المهندسون قد حذروا منذ سنوات من مرور الشاحنات الثقيلة فوق \
               الجسر القديم بعد منتصف الليل.",
        strangers: ["بنفسجي", "منطاد", "زنجبار"],
        negation: "لا",
    },
];

/// One way to forge a quotation in one place.
#[derive(Debug, Clone, Copy)]
enum Forgery {
    Dropped,
    Added,
    Replaced,
    Swapped,
    Numbered,
    Negated,
}

const FORGERIES: [Forgery; 6] = [
    Forgery::Dropped,
    Forgery::Added,
    Forgery::Replaced,
    Forgery::Swapped,
    Forgery::Numbered,
    Forgery::Negated,
];

/// One change that editors may make.
#[derive(Debug, Clone, Copy)]
enum Edited {
    Nothing,
    Typography,
    InitialCase,
    EndStop,
    Edges,
    Omission,
    Bracket,
    Inserted,
    Note,
}

const EDITS: [Edited; 9] = [
    Edited::Nothing,
    Edited::Typography,
    Edited::InitialCase,
    Edited::EndStop,
    Edited::Edges,
    Edited::Omission,
    Edited::Bracket,
    Edited::Inserted,
    Edited::Note,
];

/// A stretch of a text, and its words.
struct Stretch {
    text: String,
    words: Vec<(Range<usize>, TokenClass)>,
}

impl Stretch {
    fn of(tongue: &Tongue, first: usize, length: usize) -> Self {
        let places: Vec<Range<usize>> = tokens(tongue.text).map(|token| token.range).collect();
        let length = length.min(places.len());
        let first = first % (places.len() - length + 1);
        let text = tongue.text[places[first].start..places[first + length - 1].end].to_owned();
        let words = tokens(&text).map(|token| (token.range, token.class)).collect();
        Self { text, words }
    }

    fn key(&self, at: usize) -> String {
        let mut key = String::new();
        let (range, class) = &self.words[at];
        push_key(&self.text[range.clone()], *class, &mut key);
        key
    }

    fn word(&self, at: usize) -> &str {
        &self.text[self.words[at].0.clone()]
    }

    fn before(&self, at: usize) -> &str {
        &self.text[..self.words[at].0.start]
    }

    fn after(&self, at: usize) -> &str {
        &self.text[self.words[at].0.end..]
    }

    /// A space, where the script has them.
    fn space(&self, at: usize) -> &'static str {
        if self.words[at].1 == TokenClass::Ideograph { "" } else { " " }
    }

    /// Whether a word stands alone, and says nothing that a mark of omission may not stand for.
    fn is_free(&self, at: usize) -> bool {
        let key = self.key(at);
        let apart = |c: Option<char>| c.is_none_or(char::is_whitespace);
        self.words[at].1 == TokenClass::Word
            && apart(self.before(at).chars().next_back())
            && apart(self.after(at).chars().next())
            && !lexicon::is_negation(&key)
            && !lexicon::is_limiter(&key)
            && !lexicon::is_modal(&key)
            && !lexicon::is_number_word(&key)
    }

    /// Forges the stretch at a word; `None` where that would change nothing.
    fn forged(
        &self,
        forgery: Forgery,
        at: usize,
        stranger: &str,
        negation: &str,
    ) -> Option<String> {
        let (before, word, after, space) =
            (self.before(at), self.word(at), self.after(at), self.space(at));
        let last = self.words.len() - 1;
        match forgery {
            // At an end it would be a shorter quotation.
            Forgery::Dropped => (at > 0 && at < last && self.key(at) != self.key(at + 1))
                .then(|| format!("{before}{}", after.trim_start())),
            Forgery::Added if at == last => Some(format!("{}{space}{stranger}", self.text)),
            Forgery::Added => Some(format!("{before}{stranger}{space}{word}{after}")),
            Forgery::Replaced => Some(format!("{before}{stranger}{after}")),
            Forgery::Swapped => {
                let next = (at < last).then_some(at + 1)?;
                let between = &self.text[self.words[at].0.end..self.words[next].0.start];
                (self.key(at) != self.key(next)).then(|| {
                    format!("{before}{}{between}{word}{}", self.word(next), self.after(next))
                })
            }
            Forgery::Numbered => {
                let number: u32 = word.parse().ok()?;
                Some(format!("{before}{}{after}", number + 1))
            }
            Forgery::Negated => Some(format!("{before}{negation}{space}{word}{after}")),
        }
    }

    /// Edits the stretch at a word; `None` where the edit has no place.
    fn edited(&self, edit: Edited, at: usize, stranger: &str) -> Option<String> {
        let (before, word, after) = (self.before(at), self.word(at), self.after(at));
        let inside = at > 1 && at + 2 < self.words.len() && self.is_free(at);
        match edit {
            Edited::Nothing => Some(self.text.clone()),
            Edited::Typography => {
                Some(self.text.replace(['“', '”', '«', '»'], "\"").replace(' ', "\u{a0}"))
            }
            Edited::InitialCase => {
                let first = self.text.chars().next()?;
                let other = if first.is_uppercase() {
                    first.to_lowercase().to_string()
                } else {
                    first.to_uppercase().to_string()
                };
                Some(format!("{other}{}", &self.text[first.len_utf8()..]))
            }
            Edited::EndStop => Some(format!("{},", self.text)),
            Edited::Edges => Some(format!("... {} […]", self.text)),
            Edited::Omission => inside.then(|| format!("{before}[...]{after}")),
            Edited::Bracket => inside.then(|| format!("{before}[{stranger}]{after}")),
            Edited::Inserted => inside.then(|| format!("{before}{word} [{stranger}]{after}")),
            Edited::Note => inside.then(|| format!("{before}{word} [sic]{after}")),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(2024),
        // Not every change has a place in every stretch.
        max_global_rejects: 1_000_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_forgery_passes(
        tongue in 0..TONGUES.len(),
        first in 0_usize..200,
        length in 4_usize..40,
        forgery in prop::sample::select(&FORGERIES),
        at in 0_usize..40,
        stranger in 0_usize..3,
    ) {
        let tongue = &TONGUES[tongue];
        let stretch = Stretch::of(tongue, first, length);
        let at = at % stretch.words.len();
        let forged = stretch.forged(forgery, at, tongue.strangers[stranger], tongue.negation);
        prop_assume!(forged.is_some());
        let forged = forged.unwrap_or_default();
        let said = verdict(&look(&forged, &page(tongue.text)));
        prop_assert!(matches!(said, "altered" | "absent"), "{said}: {forged}");
    }

    #[test]
    fn no_permitted_change_is_refused(
        tongue in 0..TONGUES.len(),
        first in 0_usize..200,
        length in 4_usize..40,
        edit in prop::sample::select(&EDITS),
        at in 0_usize..40,
        stranger in 0_usize..3,
    ) {
        let tongue = &TONGUES[tongue];
        let stretch = Stretch::of(tongue, first, length);
        let at = at % stretch.words.len();
        let edited = stretch.edited(edit, at, tongue.strangers[stranger]);
        prop_assume!(edited.is_some());
        let edited = edited.unwrap_or_default();
        let said = verdict(&look(&edited, &page(tongue.text)));
        prop_assert!(matches!(said, "verbatim" | "edited"), "{said}: {edited}");
    }
}
