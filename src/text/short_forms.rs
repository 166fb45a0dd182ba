//! Recognises the short forms by which a note points at an earlier one: `Ibid.`, `op. cit.`, `supra note 4`.
//! Knows their words in several languages, not what they point at.

use std::ops::Range;
use std::sync::LazyLock;

use super::phrases::{Initials, prefix_length};

/// What a short form says of its source. Closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShortForm {
    /// The source just named: `Ibid.`, `Там же`, `ebd.`
    Same,
    /// A work named before by the same author: `Smith, op. cit.`, `Указ. соч.`, `a. a. O.`
    SameWork,
    /// The source of the note with this label: `supra note 4`.
    OfNote(String),
}

/// Finds the short form of a text, if it has one, and its range.
///
/// `Ibid.` and its kin count only at the start, after a word such as `See`; the others anywhere.
#[must_use]
pub fn short_form_in(text: &str) -> Option<(Range<usize>, ShortForm)> {
    let start = text.len() - text.trim_start().len();
    let start = start + opening_length(&text[start..]);
    if let Some(length) = first_of(&SAME, &text[start..]) {
        return Some((start..start + length, ShortForm::Same));
    }
    let mut after_word = true;
    for (at, c) in text.char_indices() {
        if after_word && INITIALS.contains(c) {
            if let Some(length) = first_of(&SAME_WORK, &text[at..]) {
                return Some((at..at + length, ShortForm::SameWork));
            }
            if let Some((length, label)) = of_note(&text[at..]) {
                return Some((at..at + length, ShortForm::OfNote(label)));
            }
        }
        after_word = !c.is_alphanumeric();
    }
    None
}

const SAME: [&str; 21] = [
    "ibidem",
    "ibídem",
    "ibid.",
    "ibíd.",
    "ibid",
    "ib.",
    "idem",
    "id.",
    "там же",
    "там само",
    "тамсама",
    "ebenda",
    "ebd.",
    "ebda.",
    "même source",
    "mismo lugar",
    "المرجع نفسه",
    "المصدر نفسه",
    "同上",
    "同前",
    "同注",
];

const SAME_WORK: [&str; 19] = [
    "op. cit.",
    "op.cit.",
    "op cit",
    "loc. cit.",
    "loc.cit.",
    "loc cit",
    "art. cit.",
    "ob. cit.",
    "a. a. o.",
    "a.a.o.",
    "указ. соч.",
    "указ.соч.",
    "цит. соч.",
    "указанное сочинение",
    "ouvr. cité",
    "art. cité",
    "مرجع سابق",
    "المرجع السابق",
    "المصدر السابق",
];

/// What short forms other than `Ibid.` begin with.
static INITIALS: LazyLock<Initials> = LazyLock::new(|| {
    Initials::of(SAME_WORK.into_iter().chain(NOTE_WORDS.into_iter().map(|(before, _)| before)))
});

/// Words that may stand before `Ibid.`
const OPENINGS: [&str; 10] = [
    "see also ",
    "see ",
    "cf. ",
    "compare ",
    "vgl. ",
    "siehe ",
    "см. также ",
    "см. ",
    "voir ",
    "véase ",
];

/// What is said before and after the label of a note.
const NOTE_WORDS: [(&str, &str); 30] = [
    ("supra note ", ""),
    ("supra notes ", ""),
    ("supra n. ", ""),
    ("supra footnote ", ""),
    ("supra fn. ", ""),
    ("wie anm. ", ""),
    ("siehe anm. ", ""),
    ("siehe fn. ", ""),
    ("siehe fußnote ", ""),
    ("siehe oben anm. ", ""),
    ("s. anm. ", ""),
    ("s. o. anm. ", ""),
    ("vgl. anm. ", ""),
    ("см. примечание ", ""),
    ("см. примеч. ", ""),
    ("см. выше, прим. ", ""),
    ("прим. ", " выше"),
    ("voir supra note ", ""),
    ("voir la note ", ""),
    ("cf. note ", ""),
    ("supra, note ", ""),
    ("см. прим. ", ""),
    ("см. сноску ", ""),
    ("voir note ", ""),
    ("véase nota ", ""),
    ("see note ", ""),
    ("see footnote ", ""),
    ("note ", " above"),
    ("footnote ", " above"),
    ("n. ", " above"),
];

fn opening_length(text: &str) -> usize {
    first_of(&OPENINGS, text).unwrap_or(0)
}

/// Returns the length of the first of some phrases that a text starts with, in any case, as whole words.
fn first_of(phrases: &[&str], text: &str) -> Option<usize> {
    phrases.iter().find_map(|phrase| {
        let length = prefix_length(text, phrase)?;
        let ends =
            phrase.ends_with([' ', '.']) || !text[length..].starts_with(char::is_alphanumeric);
        ends.then_some(length)
    })
}

fn of_note(text: &str) -> Option<(usize, String)> {
    NOTE_WORDS.iter().find_map(|(before, after)| {
        let start = prefix_length(text, before)?;
        let length = text[start..].bytes().take_while(u8::is_ascii_digit).take(6).count();
        let end = start + length;
        let closed = prefix_length(&text[end..], after)?;
        (length > 0).then(|| (end + closed, text[start..end].to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Option<ShortForm> {
        short_form_in(text).map(|(_, form)| form)
    }

    #[test]
    fn ibid_counts_at_the_start_only() {
        for text in [
            "Ibid.",
            " Ibid., p. 4",
            "Там же. С. 12",
            "ebd., S. 3",
            "See ibid.",
            "Id. at 5",
            "См. там же",
            "同上",
        ] {
            assert_eq!(form(text), Some(ShortForm::Same), "{text}");
        }
        for text in [
            "the id. of it",
            "Identity politics",
            "Ibidemstrasse 4",
            "Он там же и жил",
            "Ders., Die Frage, 1990",
        ] {
            assert_eq!(form(text), None, "{text}");
        }
    }

    #[test]
    fn works_and_notes_are_named_anywhere() {
        assert_eq!(form("Smith, op. cit., p. 4"), Some(ShortForm::SameWork));
        assert_eq!(form("Иванов И. Указ. соч. С. 4"), Some(ShortForm::SameWork));
        assert_eq!(form("Müller, a. a. O., S. 3"), Some(ShortForm::SameWork));
        assert_eq!(form("Smith, supra note 4, at 12"), Some(ShortForm::OfNote("4".to_owned())));
        assert_eq!(form("see footnote 12 for more"), Some(ShortForm::OfNote("12".to_owned())));
        assert_eq!(form("Note 7 above"), Some(ShortForm::OfNote("7".to_owned())));
        assert_eq!(form("note 7 is about"), None);
        for (text, label) in [
            ("Siehe Anm. 12.", "12"),
            ("Vgl. Anm. 3", "3"),
            ("S. Anm. 4, S. 17", "4"),
            ("См. примеч. 5", "5"),
            ("См. прим. 6.", "6"),
            ("Прим. 7 выше", "7"),
            ("Voir note 8", "8"),
            ("Voir supra note 9", "9"),
            ("Cf. note 10", "10"),
            ("Dupont, supra, note 11", "11"),
            ("See note 13", "13"),
        ] {
            assert_eq!(form(text), Some(ShortForm::OfNote(label.to_owned())), "{text}");
        }
        for text in ["Dupont, art. cité, p. 3", "Там-то и указ. соч., с. 5", "Loc. cit."]
        {
            assert_eq!(form(text), Some(ShortForm::SameWork), "{text}");
        }
    }
}
