//! Citations by author and date as they come out of the extraction.

use crate::citation::{Pairing, Problem};
use crate::extract::extract;
use crate::read::{Hint, read};

/// Reads Markdown and writes one line for each citation and each problem.
fn rows(text: &str) -> String {
    let hint = Hint { name: Some("a.md"), ..Hint::default() };
    let found = extract(&read(text.as_bytes(), &hint).expect("is Markdown"));
    let mut rows = Vec::new();
    for citation in &found.cited {
        let label = citation.note.as_ref().map_or("link", |label| label.0.as_str());
        let references: Vec<&str> = citation.references.iter().map(|r| r.text.as_str()).collect();
        let quotations: Vec<String> = citation
            .quotations
            .iter()
            .map(|quotation| format!("{} {}", quotation.text, quotation.pairing.name()))
            .collect();
        rows.push(format!("{label}: {references:?} {quotations:?}"));
    }
    for uncited in &found.uncited {
        rows.push(format!("uncited: {}", uncited.quotation.text));
        assert_eq!(uncited.quotation.pairing, Pairing::Unpaired);
    }
    for problem in &found.problems {
        rows.push(match problem {
            Problem::NoteMissing { label, .. } => format!("no entry: {label}"),
            Problem::ReferenceAmbiguous { text, .. } => format!("several entries: {text}"),
            other => format!("{other:?}"),
        });
    }
    rows.into_iter().map(|row| row + "\n").collect()
}

const LIST: &str = "\n\n# References\n\n\
    Jones, K., & Smith, J. (2019). Titles of 1984. https://a.org/jones-2019\n\n\
    Smith, John. 2020a. *One*. https://a.org/smith-2020a\n\n\
    Smith, John. 2020b. *Two*. https://a.org/smith-2020b\n\n\
    World Health Organization (2021). Report. https://a.org/who-2021\n\n\
    Иванов И. И. Книга. М., 2018. https://a.org/ivanov\n\n\
    [Lee22] Lee, A. Three. 2022. https://a.org/lee-2022\n\n\
    Never, N. (2001). Not cited. https://a.org/never\n";

#[test]
fn each_citation_binds_to_its_entry() {
    let text = "He said “one and one” (Smith 2020a, p. 4). Jones and Smith (2019) wrote “two and two” later. \
                Both (see Smith, 2020b; Jones & Smith 2019, 3–5) agree, as does the World Health Organization’s (2021). \
                “Три и три” (Иванов, 2018, с. 5). And “four and four” [Lee22, p. 1].";
    assert_eq!(
        rows(&format!("{text}{LIST}")),
        "Smith 2020a: [\"https://a.org/smith-2020a\"] [\"one and one author-date\"]\n\
         Jones 2019: [\"https://a.org/jones-2019\"] [\"two and two author-date\"]\n\
         Smith 2020b: [\"https://a.org/smith-2020b\"] []\n\
         World Health Organization 2021: [\"https://a.org/who-2021\"] []\n\
         Иванов 2018: [\"https://a.org/ivanov\"] [\"Три и три author-date\"]\n\
         Lee 2022: [\"https://a.org/lee-2022\"] [\"four and four author-date\"]\n\
         link: [\"https://a.org/never\"] []\n"
    );
}

#[test]
fn what_could_be_two_entries_or_none_is_reported() {
    let text = "So (Smith 2020a), so (Smith 2020b), so (Jones and Smith 2019), “which” (Smith 2020), none (Brown 2020, p. 3). \
                In Paris (2015) and in (May 2020) nothing.";
    let rows = rows(&format!("{text}{LIST}"));
    assert!(rows.contains("several entries: Smith 2020\n"), "{rows}");
    assert!(rows.contains("no entry: Brown 2020\n"), "{rows}");
    assert!(!rows.contains("Paris") && !rows.contains("May 2020"), "{rows}");
    assert!(rows.contains("Smith 2020: [] [\"which author-date\"]\n"), "{rows}");
}

#[test]
fn a_numbered_note_keeps_its_quotation() {
    let text = "As Smith (2020a) shows, “it is so”.[^1] A block:\n\n> Words of a block (Smith 2020b).\n\n[^1]: Tass.com/x/1.";
    let rows = rows(&format!("{text}{LIST}"));
    assert!(
        rows.contains("1: [\"Tass.com/x/1\"] [\"it is so call-after-closing-mark\"]"),
        "{rows}"
    );
    assert!(rows.contains("Smith 2020a: [\"https://a.org/smith-2020a\"] []"), "{rows}");
    assert!(rows.contains("block-quotation"), "{rows}");
}

#[test]
fn a_note_that_names_an_entry_means_its_source() {
    let rows = rows(&format!(
        "He said “yes”.[^1]\n\n[^1]: Smith 2020a, 14.\n\nWords (Smith 2020a).{LIST}"
    ));
    assert!(rows.contains("1: [\"https://a.org/smith-2020a\"] [\"yes "), "{rows}");
}

#[test]
fn without_a_bibliography_nothing_is_read_so() {
    assert_eq!(rows("He said “yes” (Smith 2020)."), "uncited: yes\n");
}

#[test]
fn undated_works_are_cited_by_what_stands_for_their_year() {
    let list = "\n\n# References\n\n\
        Brown, A. (n.d.-a). First. https://a.org/brown-a\n\n\
        Brown, A. (n.d.-b). Second. https://a.org/brown-b\n\n\
        Müller, K. o. J. *Drittes*. https://a.org/mueller\n";
    assert_eq!(
        rows(&format!(
            "He said “one and one” (Brown, n.d.-b). She said “two and two” (Müller o. J., S. 4).{list}"
        )),
        "Brown n.d.-b: [\"https://a.org/brown-b\"] [\"one and one author-date\"]\n\
         Müller n.d.: [\"https://a.org/mueller\"] [\"two and two author-date\"]\n\
         link: [\"https://a.org/brown-a\"] []\n"
    );
}

#[test]
fn entries_of_a_plain_text_may_stand_on_consecutive_lines() {
    let text = "He said \"one and one\" (Smith 2020). She said \"two and two\" (Jones, 2019).\n\n\
        References\n\n\
        Jones, K. (2019). Titles. https://a.org/jones\n\
        Smith, John. 2020. A longer title that had to be broken at the end of\n   its line. https://a.org/smith\n";
    let document = read(text.as_bytes(), &Hint::default()).expect("is text");
    let found = extract(&document);
    let cited: Vec<(&str, &str)> = found
        .cited
        .iter()
        .map(|citation| {
            (citation.references[0].text.as_str(), citation.quotations[0].text.as_str())
        })
        .collect();
    assert_eq!(
        cited,
        [("https://a.org/smith", "one and one"), ("https://a.org/jones", "two and two")]
    );
}
