use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn document(text: &str) -> Document {
    let mut document = Document::empty(DocumentFormat::Text);
    text.clone_into(&mut document.text);
    document
}

fn line(reference: &Reference) -> String {
    let mut line = format!("{} {:?}", reference.form.name(), reference.text);
    for (name, date) in [("date", reference.date), ("accessed", reference.accessed)] {
        if let Some(date) = date {
            write!(line, " {name} {date}").unwrap();
        }
    }
    if let Some(locator) = &reference.locator {
        write!(line, " at {locator:?}").unwrap();
    }
    if let Some(description) = &reference.description {
        write!(line, " of {description:?}").unwrap();
    }
    line
}

#[expect(clippy::needless_pass_by_value, reason = "as `expect!` is written at the call")]
fn check(text: &str, expected: Expect) {
    let document = document(text);
    let mut lines = String::new();
    for (_, reference) in references_in(&document, 0..text.len()) {
        lines += &line(&reference);
        lines += "\n";
    }
    expected.assert_eq(&lines);
}

#[test]
fn the_date_after_an_address_is_the_sources() {
    check(
        "Tass.com/politics/1805115, June 19, 2024.",
        expect![[r#"
        shorthand "Tass.com/politics/1805115" date 2024-06-19
    "#]],
    );
    check(
        "En.kremlin.ru/events/president/news/74317",
        expect![[r#"
        shorthand "En.kremlin.ru/events/president/news/74317"
    "#]],
    );
    check(
        "Tass.com/a/1, June 19, 2024; Tass.com/b/2 (June 20, 2024).",
        expect![[r#"
        shorthand "Tass.com/a/1" date 2024-06-19
        shorthand "Tass.com/b/2" date 2024-06-20
    "#]],
    );
    check(
        "Tass.com/a/1, TASS English, June 19, 2024",
        expect![[r#"
            shorthand "Tass.com/a/1" date 2024-06-19 of "TASS English"
        "#]],
    );
}

#[test]
fn the_date_before_an_address_counts_where_it_is_set_off() {
    check(
        "“Putin in Vietnam,” TASS, June 20, 2024, https://tass.com/politics/1.",
        expect![[r#"
        url "https://tass.com/politics/1" date 2024-06-20 of "“Putin in Vietnam,” TASS, June 20, 2024"
    "#]],
    );
    check(
        "Иванов И. Визит // ТАСС. 19.06.2024. URL: https://tass.ru/1 (дата обращения: 20.07.2024).",
        expect![[r#"
        url "https://tass.ru/1" date 2024-06-19 accessed 2024-07-20 of "Иванов И. Визит // ТАСС. 19.06.2024. URL"
    "#]],
    );
    check(
        "On June 5, 2024, he met editors. See Tass.com/a/1",
        expect![[r#"
        shorthand "Tass.com/a/1" of "On June 5, 2024, he met editors. See"
    "#]],
    );
    check(
        "Smith, J. (2024, June 19). A visit. TASS. https://tass.com/1",
        expect![[r#"
        url "https://tass.com/1" date 2024-06-19 of "Smith, J. (2024, June 19). A visit. TASS"
    "#]],
    );
}

#[test]
fn the_access_date_is_not_the_sources_date() {
    check(
        "https://a.com/x (accessed June 20, 2024).",
        expect![[r#"
            url "https://a.com/x" accessed 2024-06-20
        "#]],
    );
    check(
        "A. Bee, “C,” June 1, 2024, accessed July 2, 2024, https://a.com/x, p. 4.",
        expect![[r#"
        url "https://a.com/x" date 2024-06-01 accessed 2024-07-02 at "p. 4" of "A. Bee, “C,” June 1, 2024, accessed July 2, 2024"
    "#]],
    );
    check(
        "Retrieved June 20, 2024, from https://a.com/x",
        expect![[r#"
        url "https://a.com/x" accessed 2024-06-20 of "Retrieved June 20, 2024, from"
    "#]],
    );
    check(
        "https://a.com/x, 19. Juni 2024, abgerufen am 2. Juli 2024",
        expect![[r#"
            url "https://a.com/x" date 2024-06-19 accessed 2024-07-02
        "#]],
    );
}

#[test]
fn a_bare_host_is_a_reference_only_where_it_stands_for_one() {
    check(
        "Gazeta.ru, June 25, 2024.",
        expect![[r#"
        shorthand "Gazeta.ru" date 2024-06-25
    "#]],
    );
    check("As Gazeta.ru wrote on that day.", expect![""]);
    check(
        "Gazeta.ru, https://www.gazeta.ru/x",
        expect![[r#"
        url "https://www.gazeta.ru/x" of "Gazeta.ru"
    "#]],
    );
}

#[test]
fn credits_and_invitations_are_no_references() {
    check("(Source: Vladimir Smirnov/POOL/TASS)", expect![""]);
    check("(Source: Kremlin.ru)", expect![""]);
    check("(Photo: Sputnik, 2024)", expect![""]);
    check("Share this Report: https://example.com/share?u=1", expect![""]);
}

#[test]
fn an_address_inside_a_quotation_is_not_the_source_of_a_note() {
    check(
        "Putin: \"As you can read on page Tass.com/a/1, it is so.\n\n\"And more of it.\" En.kremlin.ru/b/2, June 20, 2024.",
        expect![[r#"
            shorthand "En.kremlin.ru/b/2" date 2024-06-20 of "Putin: \"As you can read on page Tass.com/a/1, it is so. \"And more of it.\""
        "#]],
    );
}

#[test]
fn identifiers_and_short_forms_are_references() {
    check(
        "J. Doe, “Title,” Nature 500 (2013): 54, doi:10.1038/nature12373.",
        expect![[r#"
        identifier "doi:10.1038/nature12373" of "J. Doe, “Title,” Nature 500 (2013): 54"
    "#]],
    );
    check(
        "Ibid., p. 4.",
        expect![[r#"
        short-form "Ibid., p. 4." at "p. 4"
    "#]],
    );
    check(
        "Smith, op. cit., p. 4; Tass.com/a/1, June 19, 2024",
        expect![[r#"
        short-form "Smith, op. cit., p. 4" at "p. 4"
        shorthand "Tass.com/a/1" date 2024-06-19
    "#]],
    );
    check(
        "Там же. С. 12.",
        expect![[r#"
        short-form "Там же. С. 12." at "С. 12"
    "#]],
    );
}

#[test]
fn a_description_without_an_address_is_kept() {
    check(
        "Smith, John, War and Peace Today (New York: Norton, 1999), p. 12.",
        expect![[r#"
        descriptive "Smith, John, War and Peace Today (New York: Norton, 1999), p. 12." at "p. 12"
    "#]],
    );
    check(
        "The author thanks the editors for their help in this long year 2024, which was hard.",
        expect![""],
    );
}

#[test]
fn an_address_broken_at_the_end_of_a_line_is_joined() {
    check(
        "En.kremlin.ru/events/president/\nnews/74223, June 19, 2024.",
        expect![[r#"
        shorthand "En.kremlin.ru/events/president/news/74223" date 2024-06-19
    "#]],
    );
    check(
        "https://a.com/\nThe next line",
        expect![[r#"
            url "https://a.com/"
        "#]],
    );
}

#[test]
fn a_password_is_not_repeated() {
    check(
        "https://user:secret@a.com/x",
        expect![[r#"
        url "https://***@a.com/x"
    "#]],
    );
}

#[test]
fn a_line_of_its_own_always_gives_a_reference() {
    let forms = |text: &str| -> Vec<String> { references(text).iter().map(line).collect() };
    assert_eq!(forms("Gazeta.Ru"), ["shorthand \"Gazeta.Ru\""]);
    assert_eq!(forms("U.S."), ["descriptive \"U.S.\""]);
    assert_eq!(forms("report.pdf"), ["descriptive \"report.pdf\""]);
    assert_eq!(forms("hxxps://t[.]me/x"), ["url \"hxxps://t[.]me/x\""]);
    assert_eq!(forms("kremlin dot ru/events/1"), ["shorthand \"kremlin dot ru/events/1\""]);
    assert!(forms("  ").is_empty());
}

#[test]
fn hostile_notes_take_linear_time() {
    for unit in [
        "a.com/x; ",
        "Ibid.; ",
        "; ",
        "a.com/x, June 1, 2024 ",
        "\"a.com/x ",
        "1999, A; ",
        "a dot b ",
        " dot ",
    ] {
        let text = unit.repeat(100_000 / unit.len());
        let document = document(&text);
        assert!(references_in(&document, 0..text.len()).len() < text.len());
    }
}

proptest! {
    #[test]
    fn references_are_ascending_and_on_character_boundaries(text in "([a-zа-я.,;:()\"“” /\n]|June 19, 2024|tass\\.com/a|Ibid\\.| dot |https://|p\\. 4|accessed){0,25}") {
        let document = document(&text);
        let mut last = 0;
        for (range, _) in references_in(&document, 0..text.len()) {
            prop_assert!(range.start >= last && range.start <= range.end);
            prop_assert!(text.get(range.clone()).is_some());
            last = range.start;
        }
    }
}
