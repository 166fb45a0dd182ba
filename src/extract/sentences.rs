//! Tells whether a sentence ends in a stretch of text. Knows abbreviations and initials, not quotations: what is
//! asked about stands outside of them.

/// Tells whether a sentence ends in `gap`, given what follows it. A stop at the very end counts only if what
/// follows begins a sentence.
pub(super) fn ends_in(gap: &str, after: &str) -> bool {
    ends(gap, after).next().is_some()
}

/// Returns where the last sentence of a stretch starts.
pub(super) fn last_start(gap: &str) -> usize {
    ends(gap, "").last().unwrap_or(0)
}

/// Returns where sentences end in a stretch of text.
fn ends<'a>(gap: &'a str, after: &'a str) -> impl Iterator<Item = usize> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + gap[from..].find(is_stop)?;
            let stop = gap[at..].chars().next().unwrap_or('.');
            from = gap.len() - gap[at..].trim_start_matches(is_stop).len();
            if is_end(gap, at, from, after, stop) {
                return Some(from);
            }
        }
    })
}

/// Removes what ends a sentence at the end of a stretch: a note call belongs to the sentence before its stop too.
pub(super) fn without_final_stop(gap: &str) -> &str {
    gap.trim_end_matches(|c: char| {
        c.is_whitespace()
            || is_stop(c)
            || matches!(c, ')' | ']' | '”' | '’' | '»' | '"' | ',' | ';')
    })
}

const fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '۔' | '।')
}

fn is_end(gap: &str, at: usize, end: usize, after: &str, stop: char) -> bool {
    if matches!(stop, '。' | '！' | '？' | '।') {
        return true;
    }
    let closes = |c: char| matches!(c, ')' | ']' | '”' | '’' | '»' | '"' | '\'');
    let rest = gap[end..].trim_start_matches(closes);
    let next = rest.trim_start();
    let has_space = next.len() < rest.len();
    let first = match next.chars().next() {
        Some(c) if has_space => c,
        Some(_) => return false,
        None => match after.trim_start().chars().next() {
            Some(c) => c,
            None => return true,
        },
    };
    // What is bracketed after a stop belongs to the sentence before: `“…”. (Source)`
    if first.is_lowercase() || matches!(first, '(' | '[' | ',' | ';' | ':') {
        return false;
    }
    stop != '.' || !is_abbreviation(gap[..at].trim_end_matches(is_stop), first)
}

/// Tells whether the stop after `before` belongs to an abbreviation or an initial.
fn is_abbreviation(before: &str, next: char) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || "([\"'“‘«„-–—/".contains(c)).next();
    let word = word.unwrap_or_default();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    // `U.S`, `J`, `т.е`
    if letters > 0 && word.split('.').all(|part| part.chars().count() <= 1) {
        return true;
    }
    if next.is_ascii_digit() && is_before_number(word) {
        return true;
    }
    let lower = word.to_lowercase();
    ABBREVIATIONS.binary_search(&lower.as_str()).is_ok()
}

/// Tells whether an abbreviation stands before numbers: `No. 5`, `p. 12`, `Jan. 3`.
fn is_before_number(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "no" | "nos"
            | "nr"
            | "p"
            | "pp"
            | "vol"
            | "fig"
            | "art"
            | "sec"
            | "ch"
            | "par"
            | "para"
            | "ca"
            | "jan"
            | "feb"
            | "mar"
            | "apr"
            | "jun"
            | "jul"
            | "aug"
            | "sep"
            | "sept"
            | "oct"
            | "nov"
            | "dec"
            | "ст"
            | "стр"
            | "с"
            | "рис"
            | "гл"
            | "abs"
            | "bd"
            | "anm"
    )
}

/// Abbreviations after which a sentence goes on, even with a capital; sorted.
const ABBREVIATIONS: [&str; 77] = [
    "adm",
    "al",
    "amb",
    "art",
    "assoc",
    "atty",
    "brig",
    "bros",
    "ca",
    "capt",
    "cf",
    "cmdr",
    "co",
    "col",
    "corp",
    "dept",
    "dr",
    "ed",
    "eds",
    "esp",
    "est",
    "etc",
    "fig",
    "fr",
    "ft",
    "gen",
    "gov",
    "hon",
    "hr",
    "inc",
    "jr",
    "lt",
    "ltd",
    "m",
    "maj",
    "mlle",
    "mm",
    "mme",
    "mr",
    "mrs",
    "ms",
    "mt",
    "no",
    "nr",
    "op",
    "pres",
    "prof",
    "rep",
    "reps",
    "rev",
    "sec",
    "sen",
    "sens",
    "sgt",
    "sr",
    "st",
    "supt",
    "univ",
    "viz",
    "vol",
    "vs",
    "акад",
    "ген",
    "гор",
    "д-р",
    "им",
    "ин",
    "обл",
    "проф",
    "см",
    "ср",
    "ст",
    "тов",
    "ул",
    "урожд",
    "чл",
    "эт",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_in_abbreviations_and_initials_end_nothing() {
        for gap in [
            " regular U.S. threats to ",
            " by Gen. Smith and J. R. Jones in ",
            " in No. 5 of ",
            " costs 3.5 million at Gazeta.ru and ",
            " (т.е. Россия) ",
            " и др. страны ",
            " wait ... what ",
        ] {
            assert!(!ends_in(gap, "x"), "{gap}");
        }
    }

    #[test]
    fn a_stop_before_a_capital_ends_a_sentence() {
        for gap in [" went home. Then ", " went! “Then ", ". Он ", "。", " said so.) The "] {
            assert!(ends_in(gap, "x"), "{gap}");
        }
    }

    #[test]
    fn what_follows_decides_over_a_final_stop() {
        assert!(ends_in(" he said. ", "Yes"));
        assert!(!ends_in(" he said. ", "(source)"));
        assert!(!ends_in(" he asked? ", "and"));
    }

    #[test]
    fn abbreviations_are_sorted() {
        assert!(ABBREVIATIONS.is_sorted());
    }
}
