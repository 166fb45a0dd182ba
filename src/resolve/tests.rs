use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::citation::CitationId;
use crate::document::{NoteLabel, Position};

fn reference(text: &str, form: ReferenceForm) -> Reference {
    Reference {
        text: text.to_owned(),
        form,
        description: None,
        date: None,
        accessed: None,
        locator: None,
        position: Position::Line { line: 1, column: 1 },
    }
}

/// Says where an address leads: its candidates, or why there are none.
fn shown(resolution: &Resolution) -> String {
    match resolution {
        Resolution::Resolved(target) => {
            target.candidates().iter().map(url::Url::as_str).collect::<Vec<_>>().join(" ")
        }
        Resolution::Unresolved(why) => format!("! {why}"),
    }
}

#[track_caller]
fn leads(text: &str, expected: &str) {
    let resolution = resolve_reference(&reference(text, ReferenceForm::Shorthand));
    assert_eq!(shown(&resolution), expected, "{text}");
}

#[track_caller]
fn identified(text: &str, expected: &str) {
    let resolution = resolve_reference(&reference(text, ReferenceForm::Identifier));
    assert_eq!(shown(&resolution), expected, "{text}");
}

#[track_caller]
fn compared_as(text: &str, canonical: &str, tracking: &[&str]) {
    let resolution = resolve_reference(&reference(text, ReferenceForm::Url));
    let target = resolution.target().expect(text);
    assert_eq!(
        (target.canonical(), target.tracking()),
        (canonical, &tracking.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()[..])
    );
}

#[test]
fn shorthand_tries_https_then_http_then_www() {
    leads(
        "Tass.com/politics/1805115",
        "https://tass.com/politics/1805115 http://tass.com/politics/1805115 https://www.tass.com/politics/1805115",
    );
    leads(
        "En.kremlin.ru/Events/President",
        "https://en.kremlin.ru/Events/President http://en.kremlin.ru/Events/President",
    );
    leads("www.a.co.uk/x", "https://www.a.co.uk/x http://www.a.co.uk/x");
    leads("Gazeta.ru", "https://gazeta.ru/ http://gazeta.ru/ https://www.gazeta.ru/");
    leads(
        "Яндекс.рф/новости",
        "https://xn--d1acpjx3f.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8 \
         http://xn--d1acpjx3f.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8 \
         https://www.xn--d1acpjx3f.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8",
    );
    leads("//a.example.org/x", "https://a.example.org/x http://a.example.org/x");
}

#[test]
fn an_address_with_its_scheme_is_taken_as_cited() {
    leads("HTTP://A.example.org/X?b=1#c", "http://a.example.org/X?b=1#c");
    leads("https://user:secret@a.com./x", "https://a.com/x");
    leads("<https://a.com/x>", "https://a.com/x");
    leads("https://a.com/lo\u{AD}ng\u{200B}/x", "https://a.com/long/x");
}

#[test]
fn defanged_and_slipped_spellings_are_put_right() {
    leads("hxxps://t[.]me/x", "https://t.me/x");
    leads("hXXp[:]//t(.)me/x", "http://t.me/x");
    leads("t[.]me/x", "https://t.me/x http://t.me/x https://www.t.me/x");
    leads(
        "kremlin dot ru/events",
        "https://kremlin.ru/events http://kremlin.ru/events https://www.kremlin.ru/events",
    );
    leads("https//x.ru/a", "https://x.ru/a");
    leads("https:/x.ru/a", "https://x.ru/a");
    leads("http%3A//x.ru/a%20b", "http://x.ru/a%20b");
    leads("http%3A%2F%2Fx.ru%2Fa%3Fb%3D1", "http://x.ru/a?b=1");
}

#[test]
fn what_is_no_address_says_why() {
    leads("ftp://a.org/x", "! `ftp` addresses are not fetched");
    leads("mailto:a@b.org", "! `mailto` addresses are not fetched");
    leads("https://a.com/x…", "! the address is cut short");
    leads("https://a.com/x...", "! the address is cut short");
    leads("../x.html", "! it is not an address (it has neither a scheme nor a host that is known)");
    leads(
        "report.pdf",
        "! it is not an address (it has neither a scheme nor a host that is known)",
    );
    leads("https://a b.com/", "! it is not an address (there is white space in it)");
    leads("https://a.com:99999/", "! it is not an address (invalid port number)");
}

#[test]
fn tracking_parameters_fragments_and_default_ports_do_not_count() {
    compared_as("https://pnp.ru/a.html?clckid=8cc29be9", "https://pnp.ru/a.html", &["clckid"]);
    compared_as(
        "https://A.com:443/X?id=1&utm_source=tw&UTM_Medium=x&b=%d0%bf#frag",
        "https://a.com/X?id=1&b=%D0%BF",
        &["utm_source", "UTM_Medium"],
    );
    compared_as("https://a.com./", "https://a.com/", &[]);
    compared_as("https://a.com/?ref=x&source=y", "https://a.com/?ref=x&source=y", &[]);
    compared_as("https://a.com/x#:~:text=abc", "https://a.com/x", &[]);
}

#[test]
fn identifiers_lead_to_their_registries() {
    identified("doi:10.1038/NATURE12373", "https://doi.org/10.1038/NATURE12373");
    identified(
        "10.1002/(SICI)1096<1::AID-X>3.0.CO;2-#",
        "https://doi.org/10.1002/(SICI)1096%3C1::AID-X%3E3.0.CO;2-%23",
    );
    identified("arXiv:2101.00001v2", "https://arxiv.org/abs/2101.00001v2");
    identified("PMID: 23868258", "https://pubmed.ncbi.nlm.nih.gov/23868258/");
    identified("PMC3737249", "https://pmc.ncbi.nlm.nih.gov/articles/PMC3737249/");
    identified("ISBN 978-0-306-40615-7", "https://openlibrary.org/isbn/9780306406157");
    identified("hdl:1721.1/12345", "https://hdl.handle.net/1721.1/12345");
    identified("RFC 9110", "https://www.rfc-editor.org/rfc/rfc9110");
    identified("urn:ietf:rfc:2648", "https://www.rfc-editor.org/rfc/rfc2648");
    identified("urn:example:x", "! `urn` addresses are not fetched");
    identified(
        "ISBN 978-0-306-40615-8",
        "! it is not a valid identifier (the check digit of the ISBN is wrong)",
    );
    let doi = resolve_reference(&reference("doi:10.1038/NATURE12373", ReferenceForm::Identifier));
    assert_eq!(doi.target().unwrap().canonical(), "https://doi.org/10.1038/nature12373");
}

/// Resolves notes, each a list of references as `text` or `text|description`, and shows the outcome of each.
fn notes(notes: &[&[&str]]) -> Vec<String> {
    let citations = (1..).zip(notes).map(|(number, references)| Citation {
        id: CitationId(number),
        note: Some(NoteLabel(number.to_string())),
        position: Position::Line { line: 1_000_000 - number, column: 1 },
        note_position: Some(Position::Line { line: 1_000_000 + number, column: 1 }),
        references: references.iter().map(|text| noted(text)).collect(),
        quotations: Vec::new(),
        dates: Vec::new(),
    });
    resolve(citations.collect())
        .iter()
        .map(|resolved| resolved.resolutions.iter().map(shown).collect::<Vec<_>>().join("; "))
        .collect()
}

fn noted(text: &str) -> Reference {
    let (text, description) = text.split_once('|').map_or((text, None), |(t, d)| (t, Some(d)));
    let form = if text.starts_with("http") {
        ReferenceForm::Url
    } else if crate::text::short_forms::short_form_in(text).is_some() {
        ReferenceForm::ShortForm
    } else {
        ReferenceForm::Descriptive
    };
    Reference { description: description.map(str::to_owned), ..reference(text, form) }
}

#[test]
fn ibid_is_the_only_source_of_the_note_before() {
    assert_eq!(
        notes(&[&["https://a.com/1"], &["Ibid."], &["Там же. С. 4"]]),
        ["https://a.com/1", "https://a.com/1", "https://a.com/1"],
    );
    assert_eq!(notes(&[&["Ibid."]]), ["! no earlier reference fits it"]);
    assert_eq!(
        notes(&[&["https://a.com/1", "https://a.com/2"], &["Ibid."], &["ebd."]])[1..],
        ["! several earlier references fit it", "! several earlier references fit it"],
    );
    assert_eq!(
        notes(&[&["https://a.com/1", "https://a.com/1#x"], &["Ibid."]])[1..],
        ["https://a.com/1"],
    );
    assert_eq!(
        notes(&[&["https://a.com/1"], &["https://a.com/2", "ibid."]])[1..],
        ["https://a.com/2; https://a.com/2"],
    );
    assert_eq!(notes(&[&["Smith, Old Book, 1999"], &["Ibid."]])[1..], ["! it gives no address"]);
}

#[test]
fn op_cit_is_the_latest_work_of_its_author() {
    let first = "https://a.com/1|John Smith, War and Peace";
    let second = "https://a.com/2|Ann Jones, On Smithing";
    assert_eq!(notes(&[&[first], &[second], &["Smith, op. cit., p. 4"]])[2..], ["https://a.com/1"]);
    assert_eq!(notes(&[&[first], &["Miller, op. cit."]])[1..], ["! no earlier reference fits it"]);
    assert_eq!(notes(&[&[first], &["op. cit."]])[1..], ["! no earlier reference fits it"]);
    assert_eq!(notes(&[&[first], &["Loc. cit."]])[1..], ["https://a.com/1"]);
}

#[test]
fn supra_is_the_source_of_the_note_it_names() {
    let first: &[&str] = &["https://a.com/1|John Smith, War", "https://a.com/2|Ann Jones, Peace"];
    assert_eq!(notes(&[first, &["Smith, supra note 1"]])[1..], ["https://a.com/1"]);
    assert_eq!(notes(&[first, &["supra note 1"]])[1..], ["! several earlier references fit it"]);
    assert_eq!(notes(&[first, &["supra note 7"]])[1..], ["! no earlier reference fits it"]);
}

#[test]
fn a_short_title_is_the_one_source_that_has_all_its_words() {
    let first = "https://a.com/1|John Smith, War and Peace in Korea, 2020";
    assert_eq!(notes(&[&[first], &["Smith, War and Peace, p. 45"]])[1..], ["https://a.com/1"]);
    assert_eq!(notes(&[&[first], &["Smith, Another Book, p. 45"]])[1..], ["! it gives no address"]);
}

#[test]
fn many_notes_with_the_same_words_take_linear_time() {
    let texts: Vec<String> =
        (0..5_000).map(|n| format!("https://a.com/{n}|John Smith, War and Peace")).collect();
    let all: Vec<Vec<&str>> = texts
        .iter()
        .flat_map(|text| {
            [vec![text.as_str()], vec!["Smith, War and Peace, p. 4"], vec!["Smith, op. cit."]]
        })
        .collect();
    let slices: Vec<&[&str]> = all.iter().map(Vec::as_slice).collect();
    let resolved = notes(&slices);
    assert_eq!(resolved[3 * 4_999 + 2], "https://a.com/4999");
}

proptest! {
    #[test]
    fn any_text_resolves_or_says_why_not(text in "\\PC{0,60}") {
        for form in [ReferenceForm::Url, ReferenceForm::Shorthand, ReferenceForm::Identifier] {
            let shown = shown(&resolve_reference(&reference(&text, form)));
            prop_assert!(!shown.is_empty());
        }
    }

    #[test]
    fn the_canonical_form_is_its_own(path in "[a-zA-Z0-9/%._~-]{0,20}", query in "([a-z]{1,3}=[0-9a-z%]{0,3}&|utm_x=1&){0,4}") {
        let url = format!("https://Example.com/{path}?{query}");
        let once = resolve_reference(&reference(&url, ReferenceForm::Url));
        prop_assume!(once.target().is_some());
        let canonical = once.target().unwrap().canonical().to_owned();
        let twice = resolve_reference(&reference(&canonical, ReferenceForm::Url));
        prop_assert_eq!(twice.target().unwrap().canonical(), &canonical);
        let names: BTreeSet<_> = twice.target().unwrap().tracking().iter().collect();
        prop_assert!(names.is_empty());
    }
}
