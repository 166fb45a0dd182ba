//! Reads the dates and the locator that stand around an address: `…, June 19, 2024 (accessed July 1, 2024), p. 4`.

use std::sync::LazyLock;

use jiff::civil::Date;

use crate::text::dates::dates_in;
use crate::text::phrases::{Initials, prefix_length};

/// How far around an address its dates are looked for, in bytes.
const REACH_BYTES: usize = 300;

/// The dates of a reference.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Dates {
    /// The date of the source.
    pub published: Option<Date>,
    /// The date on which the author looked at it.
    pub accessed: Option<Date>,
    /// How many bytes of what follows the address belong to it.
    pub tail_used: usize,
}

/// Reads the dates before and after an address. What follows directly counts first, then what stands before.
pub(super) fn dates(head: &str, tail: &str) -> Dates {
    let head = &head[head.ceil_char_boundary(head.len().saturating_sub(REACH_BYTES))..];
    let tail = &tail[..tail.floor_char_boundary(REACH_BYTES)];
    let mut dates = Dates::default();
    let after = after(tail, &mut dates);
    let before = before(head, &mut dates);
    dates.published = match (after, before) {
        (Some((date, Distance::Adjacent)), _) | (_, Some(date)) | (Some((date, _)), None) => {
            Some(date)
        }
        (None, None) => None,
    };
    if let (Some((_, Distance::Near(end))), None) = (after, before) {
        dates.tail_used = dates.tail_used.max(end);
    }
    dates
}

/// Returns the date of a text that has one date only.
pub(super) fn only_date(text: &str) -> Option<Date> {
    match dates_in(text).as_slice() {
        [(_, date)] => Some(*date),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy)]
enum Distance {
    /// Nothing but punctuation, or a word such as *published*, is between.
    Adjacent,
    /// A name or two are between; the date ends there.
    Near(usize),
}

fn after(tail: &str, dates: &mut Dates) -> Option<(Date, Distance)> {
    let mut published = None;
    let mut at = 0;
    for (range, date) in dates_in(tail) {
        let gap = &tail[at..range.start];
        if is_access_label(gap) {
            dates.accessed.get_or_insert(date);
        } else if published.is_none() && is_joint(gap) {
            published = Some((date, Distance::Adjacent));
        } else if published.is_none() && is_names(gap) {
            return Some((date, Distance::Near(range.end)));
        } else {
            break;
        }
        at = range.end;
        dates.tail_used = at;
    }
    published
}

fn before(head: &str, dates: &mut Dates) -> Option<Date> {
    let found = dates_in(head);
    let mut next = head.len();
    let mut published = None;
    for (range, date) in found.into_iter().rev() {
        let gap = &head[range.end..next];
        let lead = head[..range.start].trim_end();
        if is_access_label(&lead[lead.ceil_char_boundary(lead.len().saturating_sub(60))..]) {
            dates.accessed.get_or_insert(date);
            next = range.start;
            continue;
        }
        let set_off = (lead.is_empty() || lead.ends_with(|c: char| !c.is_alphanumeric()))
            && gap.trim_start().chars().next().is_none_or(|c| !c.is_alphanumeric());
        let adjacent = is_joint(gap) && !ends_with_preposition(lead);
        if set_off || adjacent {
            published = Some(date);
            break;
        }
        next = range.start;
    }
    published
}

const ACCESS_LABELS: [&str; 24] = [
    "accessed",
    "retrieved",
    "visited",
    "viewed",
    "consulted",
    "checked",
    "дата обращения",
    "дата доступа",
    "обращения",
    "просмотрено",
    "abgerufen",
    "aufgerufen",
    "zugriff",
    "abruf",
    "consulté",
    "consultée",
    "consultado",
    "consulta",
    "acceso",
    "تاريخ الاطلاع",
    "تاريخ الدخول",
    "اطلع",
    "访问",
    "获取",
];

/// Words that may stand between an address and its date.
const JOINTS: [&str; 27] = [
    "published",
    "posted",
    "dated",
    "updated",
    "date",
    "on",
    "of",
    "from",
    "url",
    "at",
    "available",
    "online",
    "link",
    "режим",
    "доступа",
    "опубликовано",
    "дата",
    "публикации",
    "от",
    "vom",
    "am",
    "du",
    "le",
    "el",
    "de",
    "del",
    "publié",
];

/// Tells whether words before a date say that it is the one on which the author looked.
pub(super) fn is_access_label(gap: &str) -> bool {
    let has_words = gap.bytes().any(|b| b.is_ascii_alphabetic() || !b.is_ascii());
    if gap.len() > 120 || !has_words {
        return false;
    }
    let gap = gap.to_lowercase();
    ACCESS_LABELS.iter().any(|label| gap.contains(label))
}

/// Tells whether a gap holds nothing but punctuation and words that join a date to an address.
fn is_joint(gap: &str) -> bool {
    gap.len() <= 80 && words(gap).all(|word| JOINTS.contains(&word.to_lowercase().as_str()))
}

/// Tells whether a gap holds one to three names and no end of a sentence.
fn is_names(gap: &str) -> bool {
    gap.len() <= 60
        && !gap.contains(['.', ':', '“', '"', '«', '\n'])
        && (1..=3).contains(&words(gap).count())
        && words(gap).all(|word| word.starts_with(char::is_uppercase))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Tells whether a sentence tells of a day (`on June 5, 2024`), rather than dating a source.
fn ends_with_preposition(lead: &str) -> bool {
    const PREPOSITIONS: [&str; 12] =
        ["on", "of", "since", "until", "till", "by", "from", "before", "after", "am", "с", "до"];
    words(lead).last().is_some_and(|word| PREPOSITIONS.contains(&word.to_lowercase().as_str()))
        && lead.ends_with(char::is_alphanumeric)
}

/// What introduces a place within a source, lower case, and whether a full stop follows.
const LOCATOR_LABELS: [&str; 34] = [
    "pp.",
    "p.",
    "page",
    "pages",
    "paras.",
    "para.",
    "par.",
    "paragraph",
    "chapter",
    "chap.",
    "ch.",
    "sec.",
    "section",
    "art.",
    "article",
    "vol.",
    "no.",
    "fol.",
    "line",
    "ll.",
    "min.",
    "стр.",
    "с.",
    "гл.",
    "абз.",
    "n.",
    "seite",
    "s.",
    "abs.",
    "kap.",
    "§§",
    "§",
    "¶",
    "ص",
];

/// What the labels of places begin with.
static INITIALS: LazyLock<Initials> = LazyLock::new(|| Initials::of(LOCATOR_LABELS));

/// Reads a place within a source: `p. 12`, `paras 3–5`, `§ 4`, `с. 7`. The whole text is looked at.
pub(super) fn locator(text: &str) -> Option<String> {
    let text = &text[..text.floor_char_boundary(REACH_BYTES)];
    let mut boundary = true;
    for (at, c) in text.char_indices() {
        if boundary
            && INITIALS.contains(c)
            && let Some(length) = locator_length(&text[at..])
        {
            return Some(text[at..at + length].to_owned());
        }
        boundary = !c.is_alphanumeric() && c != '.';
    }
    None
}

/// Reads a place within a source from what stands before its address.
pub(super) fn locator_of_head(head: &str) -> Option<String> {
    let from = head.ceil_char_boundary(head.len().saturating_sub(REACH_BYTES));
    locator(&head[from..])
}

fn locator_length(text: &str) -> Option<usize> {
    let label = LOCATOR_LABELS.iter().filter_map(|label| prefix_length(text, label)).max()?;
    let rest = &text[label..];
    let spaces = rest.len() - rest.trim_start_matches([' ', '\u{A0}']).len();
    let number = rest[spaces..]
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '–' | '-' | ':' | '.')))
        .unwrap_or(rest.len() - spaces);
    let number = rest[spaces..spaces + number].trim_end_matches(['.', ':', '-', '–']).len();
    let starts = rest[spaces..].starts_with(|c: char| c.is_ascii_digit());
    (starts && number <= 12).then_some(label + spaces + number)
}
