//! Says which language a text is written in, and whether two languages are one.
//! Knows scripts and statistics; never looks at markup.

use std::fmt;

/// A language by its primary subtag (BCP 47): `en`, `ru`, `zh`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language([u8; 3]);

impl Language {
    /// Reads the primary subtag of a tag such as `en-GB` or `ru_RU`; `None` if it is not one.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        if !(2..=3).contains(&primary.len()) || !primary.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let mut code = [0; 3];
        for (to, from) in code.iter_mut().zip(primary.bytes()) {
            *to = from.to_ascii_lowercase();
        }
        Some(Self(code))
    }

    /// Returns the subtag, lower case.
    #[must_use]
    pub fn code(&self) -> &str {
        let length = self.0.iter().position(|&b| b == 0).unwrap_or(3);
        // It is built of ASCII letters only, so there is always a text.
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
