//! Writes and reads Roman numerals in small letters, from 1 to 3999.

/// The largest number that is written without signs beyond the seven letters.
const LARGEST: u32 = 3999;

const PARTS: [(u32, &str); 13] = [
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
];

/// Writes a number; in digits if it has no Roman numeral.
#[must_use]
pub fn to_roman(number: u32) -> String {
    if !(1..=LARGEST).contains(&number) {
        return number.to_string();
    }
    let (mut written, mut rest) = (String::new(), number);
    for (value, part) in PARTS {
        while rest >= value {
            written.push_str(part);
            rest -= value;
        }
    }
    written
}

/// Reads a numeral; `None` for one that is not written as [`to_roman`] writes it: `iiii`, `IV`, `vx`.
#[must_use]
pub fn from_roman(text: &str) -> Option<u32> {
    let (mut rest, mut number) = (text, 0);
    for (value, part) in PARTS {
        while let Some(after) = rest.strip_prefix(part) {
            rest = after;
            number += value;
            if number > LARGEST {
                return None;
            }
        }
    }
    (rest.is_empty() && number > 0 && to_roman(number) == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_numeral_is_read_back() {
        for number in 1..=LARGEST {
            assert_eq!(from_roman(&to_roman(number)), Some(number));
        }
        assert_eq!(to_roman(1994), "mcmxciv");
    }

    #[test]
    fn what_has_no_numeral_is_written_in_digits() {
        for number in [0, LARGEST + 1, u32::MAX] {
            assert_eq!(to_roman(number), number.to_string());
        }
    }

    #[test]
    fn what_is_no_numeral_is_not_read() {
        for text in ["", "iiii", "IV", "vx", "iix", "lc", "mix up", "ß", &"m".repeat(1_000_000)] {
            assert_eq!(from_roman(text), None, "{text:.20}");
        }
    }
}
