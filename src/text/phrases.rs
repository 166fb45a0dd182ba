//! Compares the beginning of a text with fixed phrases, in any case. Knows no language.

use std::collections::BTreeSet;

/// Returns how many bytes of a text a lower-case phrase covers, in any case; a space is also one that does not break.
#[must_use]
pub fn prefix_length(text: &str, phrase: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    for expected in phrase.chars() {
        let (_, c) = chars.next()?;
        let is_same = if c.is_ascii() && expected.is_ascii() {
            c.to_ascii_lowercase() == expected
        } else {
            c == expected
                || (expected == ' ' && c == '\u{A0}')
                || c.to_lowercase().eq(std::iter::once(expected))
        };
        if !is_same {
            return None;
        }
    }
    Some(chars.next().map_or(text.len(), |(at, _)| at))
}

/// The characters with which some phrases begin, in either case: most words of a text are passed over by them.
#[derive(Debug)]
pub struct Initials {
    ascii: [bool; 128],
    others: BTreeSet<char>,
}

impl Initials {
    /// Takes the initials of lower-case phrases.
    #[must_use]
    pub fn of<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let mut initials = Self { ascii: [false; 128], others: BTreeSet::new() };
        let first = phrases.into_iter().filter_map(|phrase| phrase.chars().next());
        for c in first.flat_map(|c| std::iter::once(c).chain(c.to_uppercase())) {
            match initials.ascii.get_mut(c as usize) {
                Some(begins) => *begins = true,
                None => {
                    initials.others.insert(c);
                }
            }
        }
        initials
    }

    /// Tells whether a phrase can begin with a character.
    #[must_use]
    pub fn contains(&self, c: char) -> bool {
        self.ascii.get(c as usize).copied().unwrap_or_else(|| self.others.contains(&c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_compared_in_any_case() {
        assert_eq!(prefix_length("OP. CIT., 3", "op. cit."), Some(8));
        assert_eq!(prefix_length("Указ.\u{A0}соч.", "указ. соч."), Some("Указ.\u{A0}соч.".len()));
        assert_eq!(prefix_length("op", "op. cit."), None);
        assert_eq!(prefix_length("any", ""), Some(0));
    }

    #[test]
    fn initials_are_known_in_either_case() {
        let initials = Initials::of(["p.", "стр."]);
        assert!(['p', 'P', 'с', 'С'].into_iter().all(|c| initials.contains(c)));
        assert!(['q', '§', 'т'].into_iter().all(|c| !initials.contains(c)));
    }
}
