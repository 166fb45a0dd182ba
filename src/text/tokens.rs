//! Splits text into the tokens that quotations are compared by: words, numbers, signs, single ideographs.
//! Keeps what carries meaning (sign and decimals of a number, inner apostrophes, initialisms) and nothing of layout.
//! One pass, no allocation.

use std::ops::Range;

use super::fold::{is_apostrophe, is_ignorable, is_mark};
use super::numbers::{decimal_digit, is_currency, is_minus, is_power, is_squared, is_superscript};

/// What kind of token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenClass {
    /// Letters and digits with inner apostrophes, or an initialism such as `U.S.`.
    Word,
    /// Digits with sign, grouping and decimals.
    Number,
    /// A sign that is read aloud: a currency, `%`, `&`.
    Symbol,
    /// One character of a script that is written without spaces.
    Ideograph,
    /// A mark that calls a note: `[12]`, `¹`.
    NoteMark,
    /// A picture.
    Emoji,
}

/// A token and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// What it is.
    pub class: TokenClass,
}

/// Splits a text into tokens, in order.
#[must_use]
pub const fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

/// The tokens of a text; made by [`tokens`].
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            let start = self.at;
            if byte.is_ascii_alphanumeric() {
                return Some(self.word_or_number(start));
            }
            if byte < 0x80 {
                self.at += 1;
                if let Some(token) = self.ascii_sign(start, byte) {
                    return Some(token);
                }
                continue;
            }
            let c = self.char_at(start)?;
            let after = start + c.len_utf8();
            self.at = after;
            match kind(c) {
                Kind::Letter => return Some(self.word_or_number(start)),
                Kind::Ideograph => {
                    self.skip_marks();
                    return Some(Token { range: start..self.at, class: TokenClass::Ideograph });
                }
                Kind::Superscript => return Some(self.superscript(start)),
                Kind::Dash => {
                    if let Some(token) = self.signed_number(start, after) {
                        return Some(token);
                    }
                    if c == '\u{2212}' {
                        return Some(Token { range: start..after, class: TokenClass::Symbol });
                    }
                }
                Kind::NumberSign if self.digit_at(after) => {
                    return Some(Token { range: start..after, class: TokenClass::Symbol });
                }
                Kind::Symbol => {
                    return Some(Token { range: start..after, class: TokenClass::Symbol });
                }
                Kind::Emoji => {
                    return Some(Token { range: start..after, class: TokenClass::Emoji });
                }
                Kind::NumberSign | Kind::Other => {}
            }
        }
        None
    }
}

impl Tokens<'_> {
    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// A sign of ASCII that is a token, or starts one.
    fn ascii_sign(&mut self, start: usize, byte: u8) -> Option<Token> {
        let symbol = Token { range: start..start + 1, class: TokenClass::Symbol };
        match byte {
            b'[' => self.bracketed_note_mark(start),
            b'$' | b'%' | b'&' | b'+' | b'=' | b'@' | b'<' | b'>' | b'^' => Some(symbol),
            b'#' | b'~' if self.digit_at(start + 1) => Some(symbol),
            // A fraction; elsewhere a slash is punctuation.
            b'/' if self.digit_at(start + 1) && is_behind_digit(&self.text[..start]) => {
                Some(symbol)
            }
            b'-' => self.signed_number(start, start + 1),
            _ => None,
        }
    }

    fn digit_at(&self, at: usize) -> bool {
        self.char_at(at).and_then(decimal_digit).is_some()
    }

    /// `[12]`: one to three digits in brackets.
    fn bracketed_note_mark(&mut self, start: usize) -> Option<Token> {
        let rest = &self.text.as_bytes()[start + 1..];
        let digits = rest.iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        if (1..=3).contains(&digits) && rest.get(digits) == Some(&b']') {
            self.at = start + digits + 2;
            return Some(Token { range: start..self.at, class: TokenClass::NoteMark });
        }
        None
    }

    /// A minus sign with the digits after it; before a currency sign it is a token of its own.
    fn signed_number(&mut self, start: usize, after: usize) -> Option<Token> {
        let next = self.char_at(after)?;
        let is_amount = is_currency(next) && self.digit_at(after + next.len_utf8());
        if !is_amount && !self.digit_at(after) || !can_be_signed(&self.text[..start]) {
            return None;
        }
        if is_amount {
            return Some(Token { range: start..after, class: TokenClass::Symbol });
        }
        let number = self.word_or_number(after);
        Some(Token { range: start..number.range.end, class: number.class })
    }

    fn superscript(&mut self, start: usize) -> Token {
        while self.char_at(self.at).is_some_and(|c| kind(c) == Kind::Superscript) {
            self.at += self.char_at(self.at).map_or(1, char::len_utf8);
        }
        let is_power = is_power(&self.text[..start], &self.text[start..self.at]);
        let class = if is_power { TokenClass::Symbol } else { TokenClass::NoteMark };
        Token { range: start..self.at, class }
    }

    fn skip_marks(&mut self) {
        while let Some(c) = self.char_at(self.at) {
            if !is_mark(c) && !is_ignorable(c) {
                break;
            }
            self.at += c.len_utf8();
        }
    }

    fn word_or_number(&mut self, start: usize) -> Token {
        self.at = start;
        self.letters();
        let run = &self.text[start..self.at];
        if run.chars().all(|c| decimal_digit(c).is_some() || is_ignorable(c)) {
            self.number_groups(start);
            return Token { range: start..self.at, class: TokenClass::Number };
        }
        if let Some(power @ ('²' | '³')) = self.char_at(self.at)
            && is_squared(run)
        {
            self.at += power.len_utf8();
            return Token { range: start..self.at, class: TokenClass::Word };
        }
        self.initialism(start);
        Token { range: start..self.at, class: TokenClass::Word }
    }

    /// Letters, digits, marks, and apostrophes between letters.
    fn letters(&mut self) {
        let bytes = self.text.as_bytes();
        let mut last_is_letter = false;
        while let Some(&byte) = bytes.get(self.at) {
            if byte.is_ascii_alphanumeric() {
                last_is_letter = byte.is_ascii_alphabetic();
                self.at += 1;
                continue;
            }
            if byte < 0x80 && byte != b'\'' && byte != b'`' {
                return;
            }
            let Some(c) = self.char_at(self.at) else { return };
            if is_apostrophe(c) {
                let next = self.char_at(self.at + c.len_utf8());
                if !last_is_letter
                    || !next.is_some_and(|n| n.is_alphabetic() && kind(n) == Kind::Letter)
                {
                    return;
                }
                self.at += c.len_utf8();
                continue;
            }
            if is_mark(c) || is_ignorable(c) {
                self.at += c.len_utf8();
                continue;
            }
            if kind(c) != Kind::Letter {
                return;
            }
            last_is_letter = c.is_alphabetic();
            self.at += c.len_utf8();
        }
    }

    /// `,300`, `.4`, ` 300` after digits.
    fn number_groups(&mut self, start: usize) {
        let mut grouped_by: Option<char> = None;
        let run = &self.text[start..self.at];
        let mut leading = run.chars().filter(|&c| decimal_digit(c).is_some()).count();
        while let Some(separator) = self.char_at(self.at) {
            let digits_at = self.at + separator.len_utf8();
            let digits = self.digits_from(digits_at);
            if digits == 0 {
                return;
            }
            let thousands = digits == 3 && leading <= 3;
            let joins = match separator {
                '.' | ',' | '\u{66b}' | '\u{66c}' => true,
                ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{2007}' | '\'' | '’' => {
                    thousands && grouped_by.is_none_or(|by| by == separator)
                }
                _ => false,
            };
            if !joins {
                return;
            }
            grouped_by = Some(separator);
            let length: usize =
                self.text[digits_at..].chars().take(digits).map(char::len_utf8).sum();
            // Digits that run into letters (`1,5kg`) still end the number here.
            self.at = digits_at + length;
            leading = leading.min(3);
        }
    }

    /// Counts digits from a byte offset; a letter right behind them makes it none.
    fn digits_from(&self, at: usize) -> usize {
        let Some(rest) = self.text.get(at..) else { return 0 };
        let mut count = 0;
        for c in rest.chars() {
            if decimal_digit(c).is_some() {
                count += 1;
            } else if count > 0 && c.is_alphabetic() && kind(c) == Kind::Letter {
                return 0;
            } else {
                break;
            }
            if count > 40 {
                break;
            }
        }
        count
    }

    /// `U.S.`, `U. S.` is two words, `e.g.` is one token.
    fn initialism(&mut self, start: usize) {
        if !is_single_letter(&self.text[start..self.at]) {
            return;
        }
        let mut at = self.at;
        let mut letters = 1;
        while self.text[at..].starts_with('.') {
            let Some(letter) = self.char_at(at + 1).filter(|c| c.is_alphabetic()) else { break };
            let after = at + 1 + letter.len_utf8();
            let next = self.char_at(after);
            if next.is_some_and(|c| c.is_alphanumeric() || is_apostrophe(c) && c != '\'')
                || kind(letter) != Kind::Letter
            {
                break;
            }
            at = after;
            letters += 1;
        }
        if letters > 1 {
            if self.text[at..].starts_with('.') {
                at += 1;
            }
            self.at = at;
        }
    }
}

fn is_single_letter(run: &str) -> bool {
    let mut chars = run.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}

/// Tells whether a minus sign behind some text can be the sign of a number, and not a hyphen or the dash of a range.
fn can_be_signed(before: &str) -> bool {
    let Some(last) = before.chars().next_back() else { return true };
    if last.is_whitespace() {
        return !is_behind_digit(before.trim_end());
    }
    is_currency(last)
        || kind(last) == Kind::Ideograph
        || kind(last) == Kind::Other
            && !is_apostrophe(last)
            && !matches!(last, '.' | ',' | '/' | ')' | ']')
}

fn is_behind_digit(before: &str) -> bool {
    before.chars().next_back().is_some_and(|c| decimal_digit(c).is_some())
}

/// What a character does for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Ideograph,
    Superscript,
    Symbol,
    /// A sign that is read aloud before a number only.
    NumberSign,
    /// It may be the sign of a number.
    Dash,
    Emoji,
    Other,
}

fn kind(c: char) -> Kind {
    match c {
        // Some forms of the apostrophe are letters to Unicode; alone they are no word.
        _ if is_apostrophe(c) => Kind::Other,
        _ if is_superscript(c) => Kind::Superscript,
        _ if is_currency(c) => Kind::Symbol,
        _ if is_minus(c) && !c.is_ascii() => Kind::Dash,
        '≈' | '＃' | '～' => Kind::NumberSign,
        // A name is the same with its trade mark and without; operators that are used as bullets and asterisks; stops
        // of Indic scripts and of Thai.
        '™' | '®' | '℠' | '\u{2217}' | '\u{2219}' | '\u{22c5}' | '\u{964}' | '\u{965}'
        | '\u{970}' | '\u{e2f}' | '\u{e46}' | '\u{e4f}' | '\u{e5a}' | '\u{e5b}' => Kind::Other,
        // Letterlike signs such as those of degrees.
        '\u{2100}'..='\u{214f}' if !c.is_alphanumeric() => Kind::Symbol,
        // At the end: arrows, relations, and joined signs such as that of square metres.
        '§'
        | '©'
        | '°'
        | '±'
        | '×'
        | '÷'
        | '‰'
        | '‱'
        | '٪'
        | '؉'
        | '％'
        | '＆'
        | '＋'
        | '＝'
        | '＠'
        | '＜'
        | '＞'
        | '\u{2190}'..='\u{2194}'
        | '\u{21d0}'..='\u{21d4}'
        | '\u{2200}'..='\u{22ff}'
        | '\u{3200}'..='\u{33ff}' => Kind::Symbol,
        // Indic scripts, whose vowel signs and viramas are marks inside a word.
        '\u{900}'..='\u{dff}' => Kind::Letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
            if !c.is_numeric() =>
        {
            if matches!(c, '\u{104a}' | '\u{104b}' | '\u{17d4}'..='\u{17da}') {
                Kind::Other
            } else {
                Kind::Ideograph
            }
        }
        '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{309f}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{30fc}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9d}'
        | '\u{20000}'..='\u{3ffff}' => Kind::Ideograph,
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' => {
            Kind::Emoji
        }
        _ if c.is_alphanumeric() => Kind::Letter,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        tokens(text).map(|token| &text[token.range]).collect()
    }

    #[test]
    fn words_keep_inner_apostrophes_and_drop_outer_ones() {
        assert_eq!(split("the 'parties' choice', don’t"), ["the", "parties", "choice", "don’t"]);
    }

    #[test]
    fn initialisms_are_one_token() {
        assert_eq!(split("regular U.S. threats"), ["regular", "U.S.", "threats"]);
        assert_eq!(split("in the U.S."), ["in", "the", "U.S."]);
        assert_eq!(split("Plan A. Begin"), ["Plan", "A", "Begin"]);
        assert_eq!(split("a.m"), ["a.m"]);
    }

    #[test]
    fn numbers_keep_sign_grouping_and_decimals() {
        assert_eq!(
            split("$34.4 million, 5\u{a0}300 tonnes, 5,300."),
            ["$", "34.4", "million", "5\u{a0}300", "tonnes", "5,300"]
        );
        assert_eq!(split("fell -5 to 10 per cent"), ["fell", "-5", "to", "10", "per", "cent"]);
        assert_eq!(split("F-16 in 1990-1995"), ["F", "16", "in", "1990", "1995"]);
        assert_eq!(split("in 2024 300 men"), ["in", "2024", "300", "men"]);
    }

    #[test]
    fn note_marks_are_tokens_of_their_own() {
        let classes: Vec<_> = tokens("word[12] an² 10² b[...]").map(|t| t.class).collect();
        assert_eq!(
            classes,
            [
                TokenClass::Word,
                TokenClass::NoteMark,
                TokenClass::Word,
                TokenClass::NoteMark,
                TokenClass::Number,
                TokenClass::Symbol,
                TokenClass::Word
            ]
        );
    }

    #[test]
    fn a_minus_sign_is_told_from_a_hyphen_and_a_range() {
        for (text, expected) in [
            ("to –5 degrees", ["to", "–5", "degrees"]),
            ("of -$5 now", ["-", "$", "5"]),
            ("on 10–15 May", ["10", "15", "May"]),
            ("on 10 –15 May", ["10", "15", "May"]),
            ("an F-16 jet", ["F", "16", "jet"]),
            ("気温は-5度", ["は", "-5", "度"]),
        ] {
            let split = split(text);
            assert!(split.windows(3).any(|window| window == expected), "{text}: {split:?}");
        }
    }

    #[test]
    fn signs_that_are_read_aloud_are_tokens_in_every_width() {
        assert_eq!(
            split("50％ 50٪ ￥500 50℃ 100㎡"),
            ["50", "％", "50", "٪", "￥", "500", "50", "℃", "100", "㎡"]
        );
        assert_eq!(split("x ≠ y, A → B"), ["x", "≠", "y", "A", "→", "B"]);
        assert_eq!(
            split("#1 of ~5, and/or 1/2"),
            ["#", "1", "of", "~", "5", "and", "or", "1", "/", "2"]
        );
    }

    #[test]
    fn numerals_that_are_no_digits_are_words() {
        let classes: Vec<_> = tokens("½ Ⅱ ② ၃").map(|token| token.class).collect();
        assert_eq!(classes[..3], [TokenClass::Word; 3]);
        assert_eq!(classes[3], TokenClass::Number);
        assert_eq!(split("500 km² of x²"), ["500", "km²", "of", "x²"]);
    }

    #[test]
    fn scripts_without_spaces_are_split_by_character() {
        assert_eq!(split("外交部 said"), ["外", "交", "部", "said"]);
        assert_eq!(split("हिन्दी में"), ["हिन्दी", "में"]);
    }

    #[test]
    fn soft_hyphens_and_zero_width_characters_do_not_split_words() {
        assert_eq!(split("co\u{ad}opera\u{200b}tion"), ["co\u{ad}opera\u{200b}tion"]);
    }

    #[test]
    fn an_apostrophe_alone_is_no_word() {
        assert_eq!(split("%ʼѨ ʻ ʼ"), ["%", "Ѩ"]);
        assert_eq!(split("Hawaiʻi"), ["Hawaiʻi"]);
    }

    proptest! {
        #[test]
        fn tokens_are_disjoint_and_ascending(text in "\\PC{0,60}|[\u{2b0}-\u{2ff}a1 ]{0,20}|[ -~’\u{2212}\u{a0}²外.,0-9']{0,40}") {
            let mut end = 0;
            for token in tokens(&text) {
                prop_assert!(token.range.start >= end && token.range.end > token.range.start);
                prop_assert!(text.get(token.range.clone()).is_some());
                end = token.range.end;
            }
        }
    }
}
