//! The encoder against its reference vectors, and quotations against pages in other languages.

use std::path::Path;

use super::*;
use crate::document::{Block, BlockKind, DocumentFormat, Layer};

/// A page of one paragraph for each text.
fn page(paragraphs: &[&str]) -> Document {
    let mut page = Document::empty(DocumentFormat::Html);
    for paragraph in paragraphs {
        let start = page.text.len();
        page.text.push_str(paragraph);
        let range = start..page.text.len();
        let (kind, layer) = (BlockKind::Paragraph, Layer::Visible);
        page.blocks.push(Block { range, kind, layer, note: None });
        page.text.push('\n');
    }
    page
}

fn check(quotation: &str, language: &str, paragraphs: &[&str]) -> Translation {
    let foreign = Foreign { text: quotation, language: Language::from_tag("en") };
    translate(&page(paragraphs), Language::from_tag(language), &[foreign], None).remove(0)
}

#[derive(serde::Deserialize)]
struct Golden {
    text: String,
    ids: Vec<usize>,
    vector: Vec<f32>,
}

/// Holds the encoder to texts with their tokens and vectors; a vector may be given by its first numbers.
fn hold_to(golden: &str) {
    let encoder = model::built_in().unwrap();
    let golden: Vec<Golden> = serde_json::from_str(golden).unwrap();
    let texts: Vec<&str> = golden.iter().map(|golden| golden.text.as_str()).collect();
    let vectors = encoder.embed(&texts).unwrap();
    for (golden, vector) in golden.iter().zip(vectors.rows()) {
        if golden.text.is_empty() {
            continue;
        }
        assert_eq!(encoder.ids(&golden.text), golden.ids, "{}", golden.text);
        let dot: f32 = vector.iter().zip(&golden.vector).map(|(a, b)| a * b).sum();
        let length =
            |vector: &mut dyn Iterator<Item = f32>| vector.map(|a| a * a).sum::<f32>().sqrt();
        let own = length(&mut vector.iter().copied().take(golden.vector.len()));
        let cosine = dot / own / length(&mut golden.vector.iter().copied());
        assert!(cosine >= 0.999, "{cosine} {}", golden.text);
    }
}

/// Texts of `news.tsv` and odd ones, with the first 24 numbers of vectors that were computed when
/// the encoder agreed with the reference.
#[test]
fn the_encoder_gives_the_vectors_that_it_gave() {
    hold_to(include_str!("../../../fixtures/translations/golden.json"));
}

#[test]
fn the_encoder_gives_the_reference_vectors() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/models/use-multilingual-v3/golden.json");
    match std::fs::read_to_string(Path::new(path)) {
        Ok(golden) => hold_to(&golden),
        Err(_) => eprintln!("skipped: {path} is not there"),
    }
}

#[test]
fn the_passage_of_a_translation_is_found() {
    let found = check(
        "Yes, and I don't see anything wrong with that. Especially since North Korea manufactured their weapons to \
         the same standards as us.",
        "ru",
        &[
            "Участники переговоров обменялись мнениями о транспортном сообщении и туризме.",
            "Да, и я не вижу в этом ничего плохого. Тем более что в Северной Корее оружие производили по тем же \
             стандартам, что и у нас. Китай промолчал.",
            "Следующая встреча состоится осенью.",
        ],
    );
    assert_eq!(found.support, Support::Supported, "{found:?}");
    let passage = found.passage.unwrap();
    assert!(
        passage.text.starts_with("Да, и я не вижу") && passage.text.ends_with("у нас."),
        "{}",
        passage.text
    );
    assert_eq!(found.anchors_agree, ["North Korea"]);
    let marked = |place: &std::ops::Range<usize>| passage.text[place.clone()].to_owned();
    assert_eq!(passage.anchors.iter().map(marked).collect::<Vec<_>>(), ["Северной Корее"]);
}

#[test]
fn a_changed_number_makes_it_doubtful_and_is_named() {
    let paragraphs =
        ["Товарооборот вырос на 34 процента и достиг 5,3 млрд долларов.", "Погода была хорошей."];
    let quotation = |percent| format!("Trade grew by {percent} percent and reached $5.3 billion.");
    let right = check(&quotation("34"), "ru", &paragraphs);
    assert_eq!(right.support, Support::Supported, "{right:?}");
    let passage = right.passage.unwrap();
    let marked = |place: &std::ops::Range<usize>| passage.text[place.clone()].to_owned();
    assert_eq!(
        passage.anchors.iter().map(marked).collect::<Vec<_>>(),
        ["34", "5,3 млрд", "долларов"]
    );
    let wrong = check(&quotation("43"), "ru", &paragraphs);
    assert_eq!((wrong.support, wrong.anchors_missing), (Support::Doubtful, vec!["43".to_owned()]));
}

#[test]
fn another_name_makes_it_doubtful_and_is_named() {
    let paragraphs = ["Об этом сообщил вчера журналистам Сергей Соколов.", "Погода была хорошей."];
    let quotation = |name| format!("This was reported to journalists yesterday by Sergei {name}.");
    let right = check(&quotation("Sokolov"), "ru", &paragraphs);
    assert_eq!(right.support, Support::Supported, "{right:?}");
    let wrong = check(&quotation("Bogdanov"), "ru", &paragraphs);
    assert_eq!(
        (wrong.support, wrong.anchors_missing),
        (Support::Doubtful, vec!["Bogdanov".to_owned()])
    );
}

#[test]
fn words_of_a_name_that_are_translated_are_no_other_name() {
    let found = check(
        "The White House declined to comment on the letter, Maria Sokolova said.",
        "es",
        &["La Casa Blanca se negó a comentar la carta, dijo María Sokolova.", "Hizo buen tiempo."],
    );
    assert_eq!(found.support, Support::Supported, "{found:?}");
}

#[test]
fn both_sentences_of_a_passage_are_shown_with_who_says_them() {
    let paragraph = "Заместитель председателя комитета по судоходству Павел Орлов ответил так: «Да, и я не вижу в \
                     этом ничего странного. Тем более что в Морвении лоцманов с 1974 года учат по тем же правилам, \
                     что и у нас».";
    let found = check(
        "Yes, and I see nothing strange in that. All the more since in Morvenia pilots have been trained to the same \
         rules as ours since 1974.",
        "ru",
        &["Фарватер открыли весной.", paragraph, "Другие суда ждали."],
    );
    assert_eq!(found.passage.unwrap().text, paragraph);
}

#[test]
fn a_page_on_another_subject_supports_nothing() {
    let found = check(
        "Our friends will receive 200 new tanks by December, Minister Ivan Petrov told reporters.",
        "ru",
        &[
            "В плане на второе полугодие значатся два заседания.",
            "Концерт и возложение цветов прошли вечером.",
        ],
    );
    assert_eq!((found.support, found.passage.is_none()), (Support::None, true), "{found:?}");
    assert!(found.anchors_missing.len() >= 2 && found.anchors_agree.is_empty(), "{found:?}");
}

#[test]
fn a_language_that_the_encoder_does_not_know_is_compared_by_anchors() {
    let found = check(
        "Iran exported 34 million barrels in June 2024.",
        "fa",
        &["هوا خوب بود.", "ایران در ژوئن ۲۰۲۴ سی و چهار میلیون بشکه صادر کرد."],
    );
    assert_eq!(found.support, Support::Unknown, "{found:?}");
    assert!(found.reason.is_some() && found.anchors_agree.len() >= 3, "{found:?}");
}

/// English sentences and their translations: the first line has the languages.
const NEWS: &str = include_str!("news.tsv");

/// What became of a set of quotations.
#[derive(Debug, Default)]
struct Tally {
    asked: usize,
    right_passage: usize,
    supported: usize,
    doubtful: usize,
}

impl Tally {
    fn add(&mut self, found: &Translation, passage: &str) {
        self.asked += 1;
        self.right_passage +=
            usize::from(found.passage.as_ref().is_some_and(|found| found.text.contains(passage)));
        self.supported += usize::from(found.support == Support::Supported);
        self.doubtful += usize::from(found.support == Support::Doubtful);
    }
}

/// Changes the first number in digits to another of the same length.
fn with_another_number(text: &str) -> Option<String> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digit = text[start..].chars().next()?;
    let other = if digit == '9' { '7' } else { char::from(u8::try_from(digit).ok()? + 1) };
    Some(format!("{}{other}{}", &text[..start], &text[start + 1..]))
}

#[test]
fn quotations_of_the_news_are_found_among_near_misses() {
    let rows: Vec<Vec<&str>> = NEWS.lines().map(|line| line.split('\t').collect()).collect();
    let (languages, rows) = rows.split_first().unwrap();
    let mut vectors = Vectors::new(Sense::BuiltIn(model::built_in().unwrap()));
    let (mut own, mut absent, mut changed) = (Tally::default(), Tally::default(), Tally::default());
    for (column, language) in languages.iter().enumerate().skip(1) {
        let paragraphs: Vec<&str> = rows.iter().map(|row| row[column]).collect();
        let mut ask = |quotations: &[String], paragraphs: &[&str]| {
            let foreign: Vec<Foreign<'_>> = quotations
                .iter()
                .map(|text| Foreign { text, language: Language::from_tag("en") })
                .collect();
            let language = Language::from_tag(language);
            compare(&page(paragraphs), language, &foreign, Ok(&mut vectors))
        };
        let quotations: Vec<String> = rows.iter().map(|row| row[0].to_owned()).collect();
        for (row, found) in rows.iter().zip(ask(&quotations, &paragraphs)) {
            own.add(&found, row[column]);
        }
        // The page without every second sentence: what is left is of the same kind, and says something else.
        for half in 0..2 {
            let of_half = |wanted: bool| {
                move |(number, _): &(usize, &Vec<&str>)| (number % 2 == half) == wanted
            };
            let kept: Vec<&str> =
                rows.iter().enumerate().filter(of_half(true)).map(|(_, row)| row[column]).collect();
            let left_out: Vec<String> = rows
                .iter()
                .enumerate()
                .filter(of_half(false))
                .map(|(_, row)| row[0].to_owned())
                .collect();
            for found in ask(&left_out, &kept) {
                absent.add(&found, "\n");
            }
        }
        let forged: Vec<(usize, String)> = quotations
            .iter()
            .enumerate()
            .filter_map(|(number, text)| Some((number, with_another_number(text)?)))
            .collect();
        let texts: Vec<String> = forged.iter().map(|(_, text)| text.clone()).collect();
        for ((number, _), found) in forged.iter().zip(ask(&texts, &paragraphs)) {
            changed.add(&found, rows[*number][column]);
        }
    }
    assert!(own.asked >= 200, "{own:?}");
    let per_cent = |part: usize, tally: &Tally| part * 100 / tally.asked;
    assert!(per_cent(own.right_passage, &own) >= 97, "{own:?}");
    assert!(per_cent(own.supported, &own) >= 90, "{own:?}");
    assert!(absent.supported * 100 <= absent.asked, "{absent:?}");
    assert!(changed.doubtful * 100 >= changed.asked * 99, "{changed:?}");
}

#[test]
fn of_a_page_of_long_sentences_no_more_is_compared_than_the_time_allows() {
    let long = "слово ".repeat(200);
    let last = format!("{long}17 марта 2024 года");
    let paragraphs: Vec<&str> =
        std::iter::repeat_n(long.as_str(), 499).chain([last.as_str()]).collect();
    let page = page(&paragraphs);
    let sentences: Vec<Range<usize>> =
        page.blocks.iter().map(|block| block.range.clone()).collect();
    let (ru, en) = (Language::from_tag("ru"), Language::from_tag("en"));
    let anchored = [anchors("It was on March 17, 2024.", en)];
    let (chosen, compared) = choose(&page, sentences.clone(), &anchored, ru, Budget::BUILT_IN);
    assert_eq!(compared, Compared::Some);
    assert_eq!(chosen.len(), Budget::BUILT_IN.bytes / LONGEST_COUNTED);
    assert_eq!(chosen.last(), sentences.last(), "what shares a number comes first");
}

/// Looks for one quotation on a page, as a run does.
fn located(quotation: &str, language: &str, paragraphs: &[&str]) -> crate::evidence::Search {
    let own = crate::text::detect(quotation);
    let quotations = crate::locate::Quotations::new([(quotation, own)]);
    let page = page(paragraphs);
    crate::locate::locate(&quotations, &page, Language::from_tag(language), &[0]).cited.remove(0).1
}

#[test]
fn a_short_quotation_with_another_number_is_a_doubtful_translation() {
    use crate::evidence::Search;
    let paragraphs =
        ["Sims war 20 Jahre alt.", "Das Wetter war den ganzen Tag über gut und trocken."];
    for (text, support) in [
        ("Sims was 20 years old.", Support::Supported),
        ("Sims was 25 years old.", Support::Doubtful),
    ] {
        let Search::OtherLanguage(found) = located(text, "de", &paragraphs) else {
            panic!("{text} is no translation");
        };
        assert_eq!(found.support, support, "{found:?}");
    }
}

#[test]
fn a_title_that_a_page_quotes_does_not_make_its_translation_an_altered_quotation() {
    use crate::evidence::Search;
    let found = located(
        "Nell Scovell, a veteran comedy writer and author of “Just the Funny Parts: And a Few Hard Truths About Sneaking \
         Into the Hollywood Boys’ Club”, has another theory about it.",
        "es",
        &[
            "Nell Scovell, una veterana escritora de comedias y autora de “Just the Funny Parts: And a Few Hard Truths About \
             Sneaking Into the Hollywood Boys’ Club”, tiene otra teoría al respecto.",
            "El tiempo fue bueno durante todo el día y la gente salió a pasear por el parque.",
        ],
    );
    assert!(matches!(found, Search::OtherLanguage(_)), "{found:?}");
}

#[test]
fn what_a_page_quotes_in_the_language_of_the_quotation_keeps_its_verdict() {
    use crate::evidence::Search;
    let paragraphs = [
        "Министр сказал по-английски: “We will not close a single school in the region this year”, и все зааплодировали.",
        "Учителя задали министру много вопросов о строительстве и ремонте школ в области.",
    ];
    let said = "We will not close a single school in the region this year";
    let Search::Found(found) = located(said, "ru", &paragraphs) else { panic!("it stands there") };
    assert!(found.differences.is_empty(), "{found:?}");
    let forged = "We will not close a single factory in the region this year";
    let Search::Found(found) = located(forged, "ru", &paragraphs) else { panic!("it is altered") };
    assert_eq!(found.differences.len(), 1, "{found:?}");
}

#[test]
fn a_page_in_two_languages_gives_a_quotation_its_own_words() {
    use crate::evidence::Search;
    let paragraphs = [
        "Порт был закрыт три дня после того, как шторм повредил два его крана.",
        "The harbour was closed for three days after the storm damaged two of its cranes.",
        "Аэропорт вновь открылся через пять часов, однако 47 рейсов уже были отменены.",
    ];
    for language in ["ru", "en"] {
        for text in [paragraphs[0], paragraphs[1]] {
            let Search::Found(found) = located(text, language, &paragraphs) else {
                panic!("{text} stands on the page in `{language}`");
            };
            assert!(found.differences.is_empty(), "{found:?}");
        }
    }
}

#[test]
fn a_quotation_in_the_page_s_own_language_is_no_translation() {
    use crate::evidence::Search;
    let paragraphs = [
        "The harbour was closed for three days after the storm damaged two of its cranes.",
        "The airport reopened after five hours, but 47 flights had already been cancelled.",
    ];
    for text in ["Cats never sleep at night in this town of ours.", "Not a single ship sank."] {
        let found = located(text, "en", &paragraphs);
        assert!(matches!(found, Search::NotFound(_)), "{text}: {found:?}");
    }
}
