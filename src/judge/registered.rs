//! Holds the description of a reference against what a registry knows of the work with its identifier.
//!
//! Says only what is plain: descriptions leave out authors, shorten titles, translate them, or only say why to look
//! there. A title is looked for where the reference marks one, or names an author first as bibliographies do.

use std::collections::BTreeSet;

use any_ascii::any_ascii;

use crate::citation::Reference;
use crate::source::RegisteredWork;

/// Fewer words than this, beside numbers, describe nothing: the name of a journal.
const FEWEST_WORDS: usize = 4;

/// Of a hundred words of a title, at most so many stand in the description of another work,
const OTHER_TITLE_PERCENT: usize = 30;

/// and at least so many in a description of the work itself.
const SAME_TITLE_PERCENT: usize = 60;

/// Says in which way a reference describes another work than the one that is registered; `None` if it may be the same.
pub(super) fn disagreement(reference: &Reference, registered: &RegisteredWork) -> Option<String> {
    let text = reference.description.as_deref()?;
    let described = words(text);
    let mut title = words(&registered.title);
    title.retain(|word| word.len() > 3);
    if described.len() < FEWEST_WORDS
        || title.len() < 2
        || is_latin(text) != is_latin(&registered.title)
    {
        return None;
    }
    let shared = title.intersection(&described).count() * 100 / title.len();
    let names_author = names_any(&described, &registered.authors);
    if shared <= OTHER_TITLE_PERCENT && !names_author && (names_somebody(text) || marks_title(text))
    {
        return Some(format!(
            "the reference describes another work: {} has {registered}",
            registered.registry
        ));
    }
    if shared < SAME_TITLE_PERCENT {
        return None;
    }
    if !names_author && !registered.authors.is_empty() && names_somebody(text) {
        return Some(format!(
            "the reference names other authors than {}, which has {}",
            registered.registry,
            registered.author_names()
        ));
    }
    let years = years(reference, text);
    let is_near = |year: &i64| registered.years.iter().any(|known| (known - year).abs() <= 1);
    let first = years.first().filter(|_| !registered.years.is_empty())?;
    (!years.iter().any(is_near)).then(|| {
        let known: Vec<String> = registered.years.iter().map(i64::to_string).collect();
        format!("the reference says {first}; {} says {}", registered.registry, known.join(" and "))
    })
}

/// The words of a text of three letters and more, in lower case and Latin letters.
fn words(text: &str) -> BTreeSet<String> {
    let latin = any_ascii(text).to_lowercase();
    let words = latin.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| word.len() >= 3 && word.contains(|c: char| c.is_ascii_alphabetic()))
        .map(str::to_owned)
        .collect()
}

/// Tells whether any of the authors is named, however the vowels are written: `Müller` is `Mueller`.
fn names_any(described: &BTreeSet<String>, authors: &[String]) -> bool {
    let skeletons: BTreeSet<String> = described.iter().map(|word| skeleton(word)).collect();
    authors.iter().any(|author| {
        let (latin, mut names) = (any_ascii(author).to_lowercase(), words(author).into_iter());
        // A name of two letters, as Chinese ones may be, is none of the words: whoever has it may be named.
        latin.len() < 3
            || names.any(|name| described.contains(&name) || skeletons.contains(&skeleton(&name)))
    })
}

/// The consonants of a word; the word itself if these are too few to tell it from others.
fn skeleton(word: &str) -> String {
    let consonants: String =
        word.chars().filter(|c| !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')).collect();
    if consonants.len() < 3 { word.to_owned() } else { consonants }
}

/// Tells whether a text is mostly in Latin letters: what is translated has other words.
fn is_latin(text: &str) -> bool {
    let (mut latin, mut letters) = (0, 0);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        latin += usize::from(c < '\u{250}');
    }
    latin * 2 > letters
}

/// Tells whether a description begins with a person: a name with an initial. `U.S.` begins the name of an office.
fn names_somebody(text: &str) -> bool {
    let is_initial = |word: &str| {
        let mut chars = word.trim_end_matches(',').chars();
        chars.next().is_some_and(char::is_uppercase) && chars.as_str() == "."
    };
    text.split_whitespace().take(4).any(is_initial)
}

/// Tells whether a description has a title of three words or more between quotation marks.
fn marks_title(text: &str) -> bool {
    let mut parts = text.split(['"', '“', '”', '«', '»', '„']);
    parts.next();
    parts.next().is_some_and(|title| title.split_whitespace().count() >= 3)
        && parts.next().is_some()
}

/// The years that a reference gives, its date first. Numbers of pages stand in pairs.
fn years(reference: &Reference, text: &str) -> Vec<i64> {
    let numbers = text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '–' | '‑'));
    let years = numbers.filter(|number| number.len() == 4).filter_map(|number| number.parse().ok());
    let date = reference.date.map(|date| i64::from(date.year()));
    date.into_iter().chain(years.filter(|year| (1500..2100).contains(year))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::citation::ReferenceForm;
    use crate::document::Position;

    fn said(description: &str) -> Option<String> {
        let reference = Reference {
            text: "doi:10.1000/182".to_owned(),
            form: ReferenceForm::Identifier,
            description: Some(description.to_owned()),
            date: None,
            accessed: None,
            locator: None,
            position: Position::Line { line: 1, column: 1 },
        };
        let registered = RegisteredWork {
            registry: "Crossref",
            title: "Sea ice in the northern strait: a survey".to_owned(),
            authors: ["Lindström", "Müller"].map(str::to_owned).into(),
            years: vec![2021, 2022],
        };
        disagreement(&reference, &registered)
    }

    #[test]
    fn descriptions_of_the_work_agree() {
        for description in [
            "A. Lindstrom and B. Mueller, Sea ice in the northern strait: a survey, J. Ice 4 (2021), 1234-1240",
            "Sea Ice in the Northern Strait, 2020",
            "Lindström et al., Journal of Glaciology 2022",
            "Mueller B. On ice and other matters of the north",
            "J. Glaciol. 12, 2001",
            "U.S. Ice Office, Sea ice in the northern strait: a survey, 2022",
            "B. Müller, Sea ice in the northern strait: a survey, J. Ice 4, 1810-1825",
            "See for this the survey of the northern strait and its ice",
            "For the methods that were used in 2019 and for their limits see also the paper at",
            "Морской лёд в северном проливе, обзор за 2015 год",
        ] {
            assert_eq!(said(description), None, "{description}");
        }
    }

    #[test]
    fn another_title_other_authors_and_another_year_are_told() {
        for other in [
            "M. Berg, Bread and the price of wheat in coastal towns, 2021",
            "Anna Berg, “Bread and the price of wheat”, 2021",
        ] {
            assert_eq!(
                said(other).unwrap(),
                "the reference describes another work: Crossref has “Sea ice in the northern strait: a survey” by \
                 Lindström, Müller, 2021"
            );
        }
        assert_eq!(
            said("M. Berg, Sea ice in the northern strait: a survey, 2021").unwrap(),
            "the reference names other authors than Crossref, which has Lindström, Müller"
        );
        assert_eq!(
            said("A. Lindström, Sea ice in the northern strait: a survey, 2012").unwrap(),
            "the reference says 2012; Crossref says 2021 and 2022"
        );
    }
}
