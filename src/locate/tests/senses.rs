//! Small changes that are great ones: signs, powers, diacritics, prefixes in brackets, other speakers. None may be
//! accepted, and what only looks like one of them must be.

use super::verdict;
use crate::evidence::Search;
use crate::locate::{Quotations, locate};
use crate::read::{Hint, read};
use crate::text::Language;

/// Holds rows of quotation, page and verdict against each other. The page is HTML in a language.
fn check(language: &str, rows: &[(&str, &str, &str)]) {
    for (quotation, html, expected) in rows {
        let html = format!("<!doctype html><title>A page</title><p>{html}</p>");
        let page = read(html.as_bytes(), &Hint::default()).unwrap();
        let quotations = Quotations::new([(*quotation, None)]);
        let search = locate(&quotations, &page, Language::from_tag(language), &[0]).cited.remove(0);
        let said = verdict(&search.1);
        let Search::Found(found) = search.1 else {
            panic!("{quotation} / {html}: {said}");
        };
        assert_eq!(said, *expected, "{quotation} / {html}: {:?}", found.differences);
    }
}

#[test]
fn a_sign_that_is_left_out_is_a_change() {
    check(
        "en",
        &[
            ("it fell to 5 degrees at night", "it fell to –5 degrees at night", "altered"),
            ("it fell to -5 degrees at night", "it fell to –5 degrees at night", "verbatim"),
            ("a result of $5 million last year", "a result of -$5 million last year", "altered"),
            ("a result of $5 million last year", "a result of $-5 million last year", "altered"),
            ("half of the 50 who took part", "half of the 50％ who took part", "altered"),
            ("half of the 50% who took part", "half of the 50％ who took part", "verbatim"),
            ("heated to 50 and then cooled", "heated to 50℃ and then cooled", "altered"),
            ("we assume x y for all of them", "we assume x ≠ y for all of them", "altered"),
            ("they took 1 2 of all the money", "they took 1/2 of all the money", "altered"),
            ("they took ½ of all the money", "they took ¼ of all the money", "altered"),
            ("between 10 15 men came there", "between 10-15 men came there", "altered"),
            ("it costs $10, $15 in the north", "it costs $10–$15 in the north", "altered"),
            ("the rooms 5,300 and 7 were empty", "the rooms 5, 300 and 7 were empty", "altered"),
            ("the end of World War II was near", "the end of World War Ⅱ was near", "verbatim"),
            ("there were ၂၀ of them all told", "there were ၁၀ of them all told", "altered"),
            ("the new iPhone was sold in May", "the new iPhone® was sold in May", "verbatim"),
        ],
    );
}

#[test]
fn what_is_raised_is_a_note_or_a_power() {
    check(
        "en",
        &[
            (
                "it was closed in spring again",
                "it was closed<sup>5</sup> in spring again",
                "verbatim",
            ),
            (
                "closed in 2023 and never again",
                "closed in 2023<sup>5</sup> and never again",
                "verbatim",
            ),
            (
                "there are about 106 cells in it",
                "there are about 10<sup>6</sup> cells in it",
                "altered",
            ),
            (
                "there are about 10 cells in it",
                "there are about 10<sup>6</sup> cells in it",
                "altered",
            ),
            (
                "there are about 10⁶ cells in it",
                "there are about 10<sup>6</sup> cells in it",
                "verbatim",
            ),
            (
                "an area of 500 km in the north",
                "an area of 500 km<sup>2</sup> in the north",
                "altered",
            ),
            ("an area of 500 km in the north", "an area of 500 km² in the north", "altered"),
            (
                "an area of 500 km² in the north",
                "an area of 500 km<sup>2</sup> in the north",
                "verbatim",
            ),
            ("an area of 500 km2 in the north", "an area of 500 km² in the north", "verbatim"),
            (
                "he was the 1st man to reach it",
                "he was the 1<sup>st</sup> man to reach it",
                "verbatim",
            ),
        ],
    );
}

#[test]
fn the_language_says_which_mark_stands_before_decimals() {
    let page = "es wurden 5.300 Tonnen geliefert";
    check("de", &[("es wurden 5300 Tonnen geliefert", page, "edited")]);
    check("en", &[("es wurden 5300 Tonnen geliefert", page, "altered")]);
    let page = "es wurden 5,300 Tonnen geliefert";
    check("de", &[("es wurden 5300 Tonnen geliefert", page, "altered")]);
    check("en", &[("es wurden 5300 Tonnen geliefert", page, "edited")]);
}

#[test]
fn diacritics_are_left_out_everywhere_or_not_at_all() {
    check(
        "de",
        &[
            ("Die Stadt ist schon für viele da", "Die Stadt ist schön für viele da", "altered"),
            ("Die Stadt ist schön für viele da", "Die Stadt ist schon für viele da", "altered"),
            ("Die Stadt ist schon fur viele da", "Die Stadt ist schön für viele da", "edited"),
            ("El niño tiene un ano más que ella", "El niño tiene un año más que ella", "altered"),
            ("Ülkenin sinir güvenliği için önlem", "Ülkenin sınır güvenliği için önlem", "altered"),
            ("ÜLKENİN SINIR GÜVENLİĞİ İÇİN ÖNLEM", "Ülkenin sınır güvenliği için önlem", "edited"),
            ("quyết định giam thuế cho dân", "quyết định giảm thuế cho dân", "altered"),
            ("הַסַּפָּר שֶׁקָּנִינוּ אתמול נמצא כאן", "הַסֵּפֶר שֶׁקָּנִינוּ אתמול נמצא כאן", "altered"),
            ("وافق الاعضاء على القرار امس", "وافق الأعضاء على القرار أمس", "edited"),
            ("הספר שקנינו אתמול נמצא כאן", "הַסֵּפֶר שֶׁקָּנִינוּ אתמול נמצא כאן", "verbatim"),
        ],
    );
}

#[test]
fn letters_in_brackets_do_not_turn_a_word_round() {
    check(
        "en",
        &[
            ("it is [un]likely that they agree", "it is likely that they agree", "altered"),
            ("[L]ikely as it seems to all of us", "Unlikely as it seems to all of us", "altered"),
            ("we do[n’t] intend to sell ships", "we do intend to sell ships", "altered"),
            ("we can[not] sell the ships now", "we can sell the ships now", "altered"),
            ("a care[less] decision by them all", "a careful decision by them all", "altered"),
            ("they deliver[ed] ships to us all", "they deliver ships to us all", "edited"),
            ("[T]he ships were sold to us all", "the ships were sold to us all", "edited"),
        ],
    );
}

#[test]
fn an_ellipsis_does_not_join_two_speakers() {
    let talk =
        "Putin: We are ready to sell the ships.</p><p>Kim: I would see them burned in harbour.";
    check(
        "en",
        &[
            ("We are ready to sell ... them burned in harbour", talk, "altered"),
            ("We are ready ... the ships", talk, "edited"),
        ],
    );
}

#[test]
fn a_parenthesis_that_takes_back_is_no_stage_direction() {
    let page = "We will sell ships (Not today.) to our partners in the south";
    check("en", &[("We will sell ships to our partners in the south", page, "altered")]);
    let page = "We will sell ships (Laughter.) to our partners in the south";
    check("en", &[("We will sell ships to our partners in the south", page, "edited")]);
}

#[test]
fn a_vowel_at_the_start_of_a_block_is_a_word() {
    check(
        "en",
        &[
            ("Away to go is what he called it", "A way to go is what he called it", "altered"),
            ("Words were all that he called it", "W ords were all that he called it", "verbatim"),
        ],
    );
}
