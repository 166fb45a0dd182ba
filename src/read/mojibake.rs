//! Repairs text whose UTF-8 bytes were once read as windows-1252 or windows-1251: `donâ€™t`, `РџСѓС‚РёРЅ`.
//! Works on text alone; where a run may be meant as it stands, it is left.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1251, WINDOWS_1252};

/// Repairs every run that was decoded wrongly, and counts them.
pub(super) fn repair(text: Cow<'_, str>) -> (Cow<'_, str>, usize) {
    if text.is_ascii() {
        return (text, 0);
    }
    let (text, western) = repair_from(text, WINDOWS_1252);
    let (text, cyrillic) = repair_from(text, WINDOWS_1251);
    (text, western + cyrillic)
}

/// A stretch of text that is well-formed UTF-8 when its characters are turned back into bytes.
#[derive(Debug)]
struct Run {
    start: usize,
    end: usize,
    meant: String,
}

fn repair_from<'a>(text: Cow<'a, str>, encoding: &'static Encoding) -> (Cow<'a, str>, usize) {
    if !may_have_run(&text, encoding) {
        return (text, 0);
    }
    let runs = runs(&text, encoding);
    if runs.is_empty() {
        return (text, 0);
    }
    let mut repaired = String::with_capacity(text.len());
    let mut at = 0;
    for run in &runs {
        repaired.push_str(&text[at..run.start]);
        repaired.push_str(&run.meant);
        at = run.end;
    }
    repaired.push_str(&text[at..]);
    (Cow::Owned(repaired), runs.len())
}

/// Tells whether there is any sequence to look at. Hardly any text has one.
fn may_have_run(text: &str, encoding: &'static Encoding) -> bool {
    // Encoded as UTF-8, what stands for a lead byte begins with one of these.
    let starts = if encoding == WINDOWS_1252 { [0xC3, 0xC3] } else { [0xD0, 0xD1] };
    memchr::memchr2_iter(starts[0], starts[1], text.as_bytes())
        .any(|at| sequence(&text[at..], encoding).is_some())
}

fn runs(text: &str, encoding: &'static Encoding) -> Vec<Run> {
    let (mut runs, mut alone, mut others) = (Vec::new(), 0_usize, 0_usize);
    let mut sure_blocks = Vec::new();
    let mut at = 0;
    while let Some(found) = text.as_bytes()[at..].iter().position(|byte| !byte.is_ascii()) {
        let run = run_at(text, at + found, encoding);
        at = run.end;
        match strength(&run, &text[run.start..run.end], encoding) {
            Strength::None => others += 1,
            Strength::Alone => {
                alone += 1;
                runs.push((run, Strength::Alone));
            }
            Strength::Kin => runs.push((run, Strength::Kin)),
            Strength::Sure => {
                sure_blocks.extend(run.meant.chars().take(1).map(unicode_block));
                runs.push((run, Strength::Sure));
            }
        }
    }
    sure_blocks.sort_unstable();
    runs.retain(|(run, strength)| match strength {
        Strength::None => false,
        // A lone `Ã©` is damage only in a text that shows no sign of having its accents right.
        Strength::Alone => alone > others,
        Strength::Kin => {
            run.meant.chars().all(|c| sure_blocks.binary_search(&unicode_block(c)).is_ok())
        }
        Strength::Sure => true,
    });
    runs.into_iter().map(|(run, _)| run).collect()
}

/// Reads the run at a character beyond ASCII; where there is none, it covers that character and means nothing.
fn run_at(text: &str, start: usize, encoding: &'static Encoding) -> Run {
    let mut run = Run { start, end: start, meant: String::new() };
    while let Some((meant, length)) = sequence(&text[run.end..], encoding) {
        run.meant.push(meant);
        run.end += length;
    }
    if run.meant.is_empty() {
        run.end += text[start..].chars().next().map_or(1, char::len_utf8);
    }
    run
}

/// Tells alphabets apart, coarsely.
fn unicode_block(c: char) -> u32 {
    u32::from(c) >> 8
}

/// How surely a run was decoded wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strength {
    /// Not at all.
    None,
    /// One accented letter: if the text has none that is right.
    Alone,
    /// One letter of another alphabet: if other runs of that alphabet are sure.
    Kin,
    Sure,
}

fn strength(run: &Run, written: &str, encoding: &'static Encoding) -> Strength {
    let sequences = run.meant.chars().count();
    let Some(first) = run.meant.chars().next() else { return Strength::None };
    if run.meant.chars().any(|c| c.is_control() || ('\u{E000}'..'\u{F900}').contains(&c)) {
        return Strength::None;
    }
    if encoding == WINDOWS_1251 {
        // Р and С begin words of their own; only three in a row, with letters no Russian word has, are sure.
        return if sequences >= 3 { Strength::Sure } else { Strength::Kin };
    }
    match first {
        '\u{2000}'..='\u{206F}' | '\u{20AC}' | '\u{2122}' | '\u{FEFF}' => Strength::Sure,
        _ if sequences >= 2 && written.chars().any(is_telling) => Strength::Sure,
        '\u{A0}'..='\u{FF}' => Strength::Alone,
        _ => Strength::Kin,
    }
}

/// Tells whether a character hardly ever follows a letter in a text that is right, as punctuation does.
fn is_telling(c: char) -> bool {
    !c.is_alphabetic() && !"«»“”‘’„‚–—…·°§©®™\u{A0}".contains(c)
        || c == 'ƒ'
        || c == 'ª'
        || c == 'º'
}

/// Reads one character of UTF-8 from characters turned back into bytes; with the length of these in bytes.
fn sequence(text: &str, encoding: &'static Encoding) -> Option<(char, usize)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    // What follows is mostly a letter, which no byte after the first stands for.
    let next = characters.clone().next()?;
    if next.is_ascii() || ('А'..='я').contains(&next) {
        return None;
    }
    let lead = byte(first, encoding)?;
    let length = match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    let mut consumed = first.len_utf8();
    for slot in &mut bytes[1..length] {
        let next = characters.next()?;
        *slot = byte(next, encoding).filter(|byte| (0x80..0xC0).contains(byte))?;
        consumed += next.len_utf8();
    }
    let meant = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
    Some((meant, consumed))
}

/// Returns the byte beyond ASCII that an encoding has for a character.
fn byte(c: char, encoding: &'static Encoding) -> Option<u8> {
    if c.is_ascii() {
        return None;
    }
    // The five bytes without a character in windows-1252 come out as controls of the same number.
    if ('\u{80}'..'\u{A0}').contains(&c) {
        return u8::try_from(u32::from(c)).ok();
    }
    if encoding == WINDOWS_1252 && ('\u{A0}'..='\u{FF}').contains(&c) {
        return u8::try_from(u32::from(c)).ok();
    }
    high_half(encoding).iter().position(|&known| known == c).and_then(|index| {
        let index = u8::try_from(index).ok()?;
        Some(index + 0x80)
    })
}

/// The 128 characters of the upper half of an encoding.
fn high_half(encoding: &'static Encoding) -> &'static [char; 128] {
    use std::sync::LazyLock;
    static WESTERN: LazyLock<[char; 128]> = LazyLock::new(|| table(WINDOWS_1252));
    static CYRILLIC: LazyLock<[char; 128]> = LazyLock::new(|| table(WINDOWS_1251));
    if encoding == WINDOWS_1252 { &WESTERN } else { &CYRILLIC }
}

fn table(encoding: &'static Encoding) -> [char; 128] {
    let bytes: [u8; 128] = std::array::from_fn(|index| 0x80 + u8::try_from(index).unwrap_or(0));
    let (text, _) = encoding.decode_without_bom_handling(&bytes);
    let mut characters = text.chars();
    std::array::from_fn(|_| characters.next().unwrap_or('\u{FFFD}'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn repaired(text: &str) -> String {
        repair(Cow::Borrowed(text)).0.into_owned()
    }

    fn damaged(text: &str, by: &'static Encoding) -> String {
        by.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn utf_8_read_as_windows_1252_is_repaired() {
        for text in ["It’s “so” — or not…", "naïve café", "Да, я не вижу", "条約に署名", "€ 5 – ok"]
        {
            assert_eq!(repaired(&damaged(text, WINDOWS_1252)), text);
        }
    }

    #[test]
    fn utf_8_read_as_windows_1251_is_repaired() {
        let text = "Путин прибыл в Пхеньян";
        let repaired = repaired(&damaged(text, WINDOWS_1251));
        assert!(repaired.contains("Путин прибыл") && repaired.ends_with("Пхеньян"), "{repaired}");
    }

    #[test]
    fn text_that_is_right_is_left_alone() {
        for text in [
            "naïve café, “so” — it’s",
            "5 ×\u{a0}3",
            "São Paulo; MANHÃ\u{a0}DE SOL É ÓTIMA, NÃO É?",
            "Россия и США; СССР; «Р» № 5",
            "Škoda ž Ÿ œuvre",
            "Â 5 é à ù",
            "é“«é««",
            "РЎ", // Two Cyrillic letters that are one sequence: Belarusian has them.
        ] {
            assert_eq!(repaired(text), text);
        }
    }

    proptest! {
        #[test]
        fn cyrillic_and_latin_text_is_never_changed(text in "[a-zA-Zа-яА-ЯёЁé ,.«»“”’]{0,80}") {
            prop_assert_eq!(repaired(&text), text);
        }

        #[test]
        fn any_text_is_survived(text: String) {
            let (_, runs) = repair(Cow::Borrowed(&text));
            prop_assert!(runs <= text.len());
        }
    }
}
