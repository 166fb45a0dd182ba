//! Says whether a run of letters, digits, hyphens and dots is the name of a host.
//! Knows the public suffix list, not the web.

use std::ops::Range;

/// Spellings of a dot that keep an address from being clicked by accident.
const DEFANGED_DOTS: [&str; 6] = ["[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}"];

/// Top-level domains that are, without a path, far more often the extension of a file.
const FILE_EXTENSIONS: [&str; 8] = ["md", "sh", "py", "rs", "zip", "mov", "ps", "so"];

/// The longest name that DNS knows, in characters (RFC 1035).
const MAX_HOST_CHARS: usize = 253;

/// A name of a host in a text.
pub(super) struct Host<'a> {
    /// Where it stands.
    pub range: Range<usize>,
    /// Whether its first label is `www`.
    pub is_www: bool,
    /// Whether its dots are spelled so that it can't be clicked.
    pub is_defanged: bool,
    /// Its last label, as written.
    top: &'a str,
    /// Its first label, as written.
    first: &'a str,
}

/// Returns the next run of characters that can be in a host's name, defanged dots included.
pub(super) fn next_run(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + text[at..].find(char::is_alphanumeric)?;
    let mut end = start;
    loop {
        let rest = &text[end..];
        end += rest.find(|c| !in_run(c)).unwrap_or(rest.len());
        match defanged_dot(text, end) {
            Some(length) => end += length,
            None => return Some(start..end),
        }
    }
}

/// Returns where the run begins that a character stands in or right behind, not before an offset.
pub(super) fn run_start(text: &str, floor: usize, at: usize) -> usize {
    let before = text[floor..at].char_indices().rev();
    before.take_while(|(_, c)| in_run(*c)).last().map_or(at, |(start, _)| floor + start)
}

/// Returns the length of a defanged dot at an offset, if one stands there with something after it.
pub(super) fn defanged_dot(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if !rest.starts_with(['[', '(', '{']) {
        return None;
    }
    let dot = DEFANGED_DOTS
        .iter()
        .find(|dot| rest.get(..dot.len()).is_some_and(|r| r.eq_ignore_ascii_case(dot)))?;
    rest[dot.len()..].starts_with(char::is_alphanumeric).then_some(dot.len())
}

fn in_run(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Reads a run as a host under a known suffix; `None` if it is none.
pub(super) fn parse<'a>(text: &'a str, run: &Range<usize>) -> Option<Host<'a>> {
    let range = trimmed(text, run)?;
    let name = &text[range.clone()];
    let is_defanged = name.contains(['[', '(', '{']);
    let labels: Vec<&str> =
        if is_defanged { split_defanged(name) } else { name.split('.').collect() };
    let (first, top) = (*labels.first()?, *labels.last()?);
    let is_www = first.eq_ignore_ascii_case("www");
    let shaped = labels.len() >= 2
        && labels.iter().all(|label| is_label(label))
        && !top.bytes().any(|b| b.is_ascii_digit() && !top.starts_with("xn--"))
        && (suffix_is_known(&labels) || (is_www && labels.len() >= 3));
    shaped.then_some(Host { range, is_www, is_defanged, top, first })
}

/// Leaves out what stands around a host in a run: dots, hyphens, words glued to it.
fn trimmed(text: &str, run: &Range<usize>) -> Option<Range<usize>> {
    let mut name = &text[run.clone()];
    if !name.contains(['.', '[', '(', '{']) {
        return None;
    }
    let mut start = run.start;
    let mut end = run.end;
    let rooted = name.ends_with('.') && !name.ends_with("..") && text[run.end..].starts_with('/');
    if !rooted {
        name = name.trim_end_matches(['.', '-', '_']);
        end = start + name.len();
    }
    if let Some(dots) = name.trim_end_matches('.').rfind("..") {
        start += dots + 2;
    }
    start += glued_prefix(&text[start..end]);
    let name = &text[start..end];
    start += name.len() - name.trim_start_matches(['.', '-', '_']).len();
    // The root's dot is no part of what is returned as labels, but of the range only.
    let within = text[start..end].trim_end_matches('.');
    (within.chars().take(MAX_HOST_CHARS + 1).count() <= MAX_HOST_CHARS && !within.is_empty())
        .then_some(start..start + within.len())
}

/// Returns the length of ideographs before Latin letters in the first label: prose without spaces.
fn glued_prefix(name: &str) -> usize {
    let label = name.split('.').next().unwrap_or_default();
    let mut cut = 0;
    let mut before = false;
    for (at, c) in label.char_indices() {
        if before && c.is_ascii_alphanumeric() {
            cut = at;
        }
        before = is_ideographic(c);
    }
    cut
}

const fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

fn split_defanged(name: &str) -> Vec<&str> {
    let mut labels = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(next) = name[at..].find(['.', '[', '(', '{']) {
        at += next;
        let length = defanged_dot(name, at).unwrap_or(1);
        labels.push(&name[from..at]);
        at += length;
        from = at;
    }
    labels.push(&name[from..]);
    labels
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.chars().count() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

fn suffix_is_known(labels: &[&str]) -> bool {
    // The list holds names in Unicode; the ASCII form of an IDN is taken on trust.
    if labels.last().and_then(|top| top.get(..4)).is_some_and(|a| a.eq_ignore_ascii_case("xn--")) {
        return true;
    }
    let name = labels.join(".").to_lowercase();
    psl::suffix(name.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() < name.len())
}

/// Reads the host around a spelled-out dot at an offset. The parts before it start not earlier than `floor`.
pub(super) fn spelled_out(text: &str, floor: usize, dot: usize) -> Option<Range<usize>> {
    let before = &text[floor..dot];
    let label =
        before.chars().rev().take(63).take_while(|c| in_run(*c)).map(char::len_utf8).sum::<usize>();
    let start = dot - label;
    let mut labels = vec![&text[start..dot]];
    let mut end = dot;
    while labels.len() < 8
        && let Some(rest) = text[end..].strip_prefix(" dot ")
    {
        let length = rest.find(|c| !in_run(c)).unwrap_or(rest.len());
        labels.push(&rest[..length]);
        end += " dot ".len() + length;
    }
    let shaped = labels.len() >= 2 && labels.iter().all(|l| l.split('.').all(is_label));
    (shaped && suffix_is_known(&labels)).then_some(start..end)
}

impl Host<'_> {
    /// Tells whether it can be an address without a path; `end.In the` and `notes.md` cannot.
    pub(super) fn may_stand_alone(&self) -> bool {
        let top = self.top.to_lowercase();
        !self.top.starts_with(char::is_uppercase) && !FILE_EXTENSIONS.contains(&top.as_str())
    }

    /// Tells whether it can be an address with the path that follows. A capital after the dot is a new sentence
    /// (`Mr.No/Mrs.No`), unless what follows can be nothing but a path.
    pub(super) fn may_have_path(&self, rest: &str) -> bool {
        let mut top = self.top.chars();
        let title_case = top.next().is_some_and(char::is_uppercase)
            && top.next().is_some_and(char::is_lowercase);
        !title_case
            || rest
                .chars()
                .skip(1)
                .take(60)
                .take_while(|c| !c.is_whitespace())
                .any(|c| c == '/' || c.is_ascii_digit())
    }

    /// Tells whether the path is the name of another site: `Gazeta.ru/Lenta.ru`.
    pub(super) fn is_name_beside_another(&self, path: &str) -> bool {
        let Some(other) = path.strip_prefix('/') else { return false };
        if !self.first.starts_with(char::is_uppercase) || !other.starts_with(char::is_uppercase) {
            return false;
        }
        next_run(other, 0).is_some_and(|run| {
            run == (0..other.len()) && parse(other, &run).is_some_and(|host| host.may_stand_alone())
        })
    }
}
