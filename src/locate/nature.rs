//! Says what a difference does to the sense, as far as a program can: a negation, a number, a name, a spelling.

use std::collections::BTreeMap;

use crate::evidence::Nature;

use super::lexicon;

/// The words of one difference, as written and folded.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    /// As written.
    pub raw: Vec<String>,
    /// Folded.
    pub folded: Vec<String>,
    /// Whether a sentence begins with the first of them.
    pub starts_sentence: bool,
}

impl Words {
    /// Returns the words but for some at the start and some at the end.
    pub(super) fn between(&self, head: usize, tail: usize) -> Self {
        let end = self.raw.len() - tail;
        Self {
            raw: self.raw[head..end].to_vec(),
            folded: self.folded[head..end].to_vec(),
            starts_sentence: self.starts_sentence && head == 0,
        }
    }
}

/// Says what replacing the source's words by the document's does.
pub(super) fn nature(document: &Words, source: &Words) -> Nature {
    if negations(document) != negations(source) {
        return Nature::Polarity;
    }
    if is_number_format(document, source) {
        return Nature::NumberFormat;
    }
    if bag(document, lexicon::is_number_word) != bag(source, lexicon::is_number_word) {
        return Nature::Number;
    }
    if bag(document, lexicon::is_unit) != bag(source, lexicon::is_unit)
        || signs(document) != signs(source)
    {
        return Nature::Unit;
    }
    if let ([a], [b]) = (document.folded.as_slice(), source.folded.as_slice())
        && is_spelling(a, b)
    {
        return Nature::Spelling;
    }
    if bag(document, lexicon::is_modal) != bag(source, lexicon::is_modal) {
        return Nature::Modal;
    }
    if names(document) != names(source) {
        return Nature::Name;
    }
    Nature::Word
}

fn negations(words: &Words) -> usize {
    words.folded.iter().filter(|word| lexicon::is_negation(word)).count()
}

fn bag(words: &Words, chosen: fn(&str) -> bool) -> BTreeMap<&str, usize> {
    let mut bag = BTreeMap::new();
    for word in words.folded.iter().filter(|word| chosen(word)) {
        *bag.entry(word.as_str()).or_default() += 1;
    }
    bag
}

fn signs(words: &Words) -> Vec<&str> {
    words
        .folded
        .iter()
        .map(String::as_str)
        .filter(|word| matches!(*word, "$" | "€" | "£" | "¥" | "₽" | "₹" | "₴" | "%" | "‰" | "°"))
        .collect()
}

/// `%` and "percent", `&` and "and": one thing in two spellings.
fn is_number_format(document: &Words, source: &Words) -> bool {
    let percent = |words: &Words| {
        matches!(
            words.folded.join(" ").as_str(),
            "%" | "percent"
                | "per cent"
                | "pct"
                | "процентов"
                | "процента"
                | "процент"
                | "prozent"
                | "pour cent"
                | "por ciento"
        )
    };
    let dollars = |words: &Words| matches!(words.folded.join(" ").as_str(), "$" | "usd" | "us$");
    (percent(document) && percent(source)) || (dollars(document) && dollars(source))
}

fn names(words: &Words) -> Vec<&str> {
    words
        .raw
        .iter()
        .enumerate()
        .filter(|&(index, raw)| {
            let mut chars = raw.chars();
            let capital = chars.next().is_some_and(char::is_uppercase);
            capital && !(index == 0 && words.starts_sentence) && raw.chars().count() > 1
        })
        .map(|(_, raw)| raw.as_str())
        .collect()
}

/// Tells whether two words are one in two spellings: British and American, or a slip inside a longer word.
fn is_spelling(a: &str, b: &str) -> bool {
    if american(a) == american(b) {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let shortest = a.len().min(b.len());
    if shortest < 5 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let prefix = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    // A change in the last two letters is an inflection (mechanism, mechanisms), in the first often another word.
    if suffix < 2 || prefix == 0 {
        return false;
    }
    let (a_middle, b_middle) =
        (a.len().saturating_sub(prefix + suffix), b.len().saturating_sub(prefix + suffix));
    let transposed =
        a_middle == 2 && b_middle == 2 && a[prefix] == b[prefix + 1] && a[prefix + 1] == b[prefix];
    let one_letter_too_many = (a_middle == 0 && b_middle == 1)
        || (a_middle == 1 && b_middle == 0)
        || prefix + suffix >= shortest && a.len() != b.len();
    transposed || one_letter_too_many
}

/// Writes British endings the American way.
fn american(word: &str) -> String {
    let mut word =
        word.replace("isation", "ization").replace("ising", "izing").replace("yse", "yze");
    for (british, american) in [
        ("ise", "ize"),
        ("ised", "ized"),
        ("ises", "izes"),
        ("our", "or"),
        ("ours", "ors"),
        ("oured", "ored"),
        ("ouring", "oring"),
        ("tre", "ter"),
        ("tres", "ters"),
        ("ogue", "og"),
        ("lled", "led"),
        ("lling", "ling"),
        ("ence", "ense"),
        ("amme", "am"),
        ("ammes", "ams"),
    ] {
        if let Some(stem) = word.strip_suffix(british)
            && stem.len() >= 3
        {
            word = format!("{stem}{american}");
            break;
        }
    }
    word.replace("our", "or").replace("grey", "gray")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Words {
        let raw: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let folded = raw.iter().map(|word| word.to_lowercase()).collect();
        Words { raw, folded, starts_sentence: false }
    }

    #[test]
    fn each_nature_is_told() {
        for (document, source, expected) in [
            ("", "not", Nature::Polarity),
            ("billion", "million", Nature::Number),
            ("2023", "2024", Nature::Number),
            ("miles", "kilometers", Nature::Unit),
            ("will", "could", Nature::Modal),
            ("friends", "freinds", Nature::Spelling),
            ("colour", "color", Nature::Spelling),
            ("organise", "organize", Nature::Spelling),
            ("mechanisms", "mechanism", Nature::Word),
            ("resonate", "resonant", Nature::Word),
            ("civilian", "sensitive", Nature::Word),
            ("Russia", "China", Nature::Name),
            ("percent", "%", Nature::NumberFormat),
            ("can't", "can", Nature::Polarity),
        ] {
            assert_eq!(nature(&words(document), &words(source)), expected, "{document} / {source}");
        }
    }
}
