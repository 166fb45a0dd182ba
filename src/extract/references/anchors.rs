//! Finds the words of a note that lead to a source: links, addresses, identifiers, short forms.

use std::ops::Range;

use crate::citation::ReferenceForm;
use crate::document::{Document, MarkKind};
use crate::text::addresses::{AddressShape, FoundAddress, addresses_in, spelled_out_addresses_in};
use crate::text::identifiers::identifiers_in;

/// Words that lead to a source.
#[derive(Debug)]
pub(super) struct Anchor {
    /// Where they stand.
    pub range: Range<usize>,
    /// The address or identifier itself.
    pub text: String,
    /// How it is written.
    pub form: ReferenceForm,
    /// Whether the words are the address, or a text that is linked to it.
    pub words: Words,
}

/// What the words of an anchor are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// The address or identifier itself.
    Address,
    /// A text that is linked to the address.
    LinkText,
}

/// Finds the anchors of a note, ascending and disjoint.
pub(super) fn in_note(document: &Document, range: Range<usize>) -> Vec<Anchor> {
    let text = &document.text[range.clone()];
    let mut anchors = links(document, &range);
    let addresses = addresses_in(text);
    let (bare, full): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|a| a.shape == AddressShape::BareHost);
    add(&mut anchors, full.iter().map(|a| from_address(text, range.start, a)));
    let spelled = spelled_out_addresses_in(text);
    add(&mut anchors, spelled.iter().map(|a| from_address(text, range.start, a)));
    add(&mut anchors, identifiers(text, range.start));
    if anchors.is_empty() && !super::description::is_credit(text) {
        let names = bare.iter().filter(|a| stands_as_reference(text, &a.range));
        add(&mut anchors, names.map(|a| from_address(text, range.start, a)));
    }
    without_quoted(&document.text, range, anchors)
}

/// Returns the form of a text that is nothing but one address, whatever its case: `Gazeta.Ru`.
pub(super) fn lone_form(text: &str) -> Option<ReferenceForm> {
    let lower = text.to_lowercase();
    let [address] = addresses_in(&lower).try_into().ok().filter(|[a]: &[FoundAddress; 1]| {
        a.range == (0..lower.len()) && a.shape == AddressShape::BareHost
    })?;
    Some(form(address.shape))
}

/// Adds anchors, ascending, that overlap none of those there; one that runs on over a line may cover the next.
fn add(anchors: &mut Vec<Anchor>, more: impl IntoIterator<Item = Anchor>) {
    let count = anchors.len();
    let mut end = 0;
    for anchor in more {
        let index = anchors[..count].partition_point(|a| a.range.end <= anchor.range.start);
        let free = anchors[..count].get(index).is_none_or(|a| anchor.range.end <= a.range.start);
        if free && end <= anchor.range.start {
            end = anchor.range.end;
            anchors.push(anchor);
        }
    }
    anchors.sort_by_key(|anchor| (anchor.range.start, anchor.range.end));
}

fn from_address(text: &str, offset: usize, address: &FoundAddress) -> Anchor {
    let (text, end) = continued(text, address);
    let range = offset + address.range.start..offset + end;
    Anchor { range, text: without_password(text), form: form(address.shape), words: Words::Address }
}

const fn form(shape: AddressShape) -> ReferenceForm {
    match shape {
        AddressShape::WithScheme => ReferenceForm::Url,
        AddressShape::Www | AddressShape::HostAndPath | AddressShape::BareHost => {
            ReferenceForm::Shorthand
        }
    }
}

/// Joins an address that was broken at the end of a line, where its last character shows that it goes on.
fn continued(text: &str, address: &FoundAddress) -> (String, usize) {
    let whole = text[address.range.clone()].to_owned();
    let end = address.range.end;
    let rest = &text[end..];
    let goes_on = whole.ends_with(['/', '-', '=', '&', '_', '?', '%'])
        && address.shape != AddressShape::BareHost;
    let Some(next_line) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')) else {
        return (whole, end);
    };
    let next = next_line.trim_start_matches([' ', '\t']);
    let length = next.find(char::is_whitespace).unwrap_or(next.len());
    let word = next[..length].trim_end_matches(['.', ',', ';', ':', ')', '!', '?', '"', '”', '»']);
    let looks_like_path = !word.is_empty()
        && word.is_ascii()
        && word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && word[1..].contains(|c: char| c.is_ascii_digit() || "/-_=%&.".contains(c))
        && !word.contains("://");
    if goes_on && looks_like_path {
        let joined = end + (rest.len() - next.len()) + word.len();
        (format!("{whole}{word}"), joined)
    } else {
        (whole, end)
    }
}

/// Hides a user's name and password: a report must not repeat them.
pub(super) fn without_password(address: String) -> String {
    let Some(start) = address.find("//").map(|at| at + 2) else { return address };
    let authority = address[start..].find(['/', '?', '#']).map_or(address.len(), |at| start + at);
    match address[start..authority].rfind('@') {
        Some(at) => format!("{}***{}", &address[..start], &address[start + at..]),
        None => address,
    }
}

fn links(document: &Document, range: &Range<usize>) -> Vec<Anchor> {
    let first = document.marks.partition_point(|mark| mark.range.start < range.start);
    let mut anchors: Vec<Anchor> = Vec::new();
    for mark in document.marks[first..].iter().take_while(|mark| mark.range.start < range.end) {
        let MarkKind::Link(target) = &mark.kind else { continue };
        let overlaps = anchors.last().is_some_and(|a| mark.range.start < a.range.end);
        if !overlaps && mark.range.end <= range.end && leads_somewhere(target) {
            let form = match addresses_in(target).first() {
                Some(found) if found.range.start == 0 => form(found.shape),
                _ => ReferenceForm::Url,
            };
            let text = without_password(target.trim().to_owned());
            let visible = &document.text[mark.range.clone()];
            let words = match addresses_in(visible).first() {
                Some(address) if address.range.start == 0 => Words::Address,
                _ => Words::LinkText,
            };
            anchors.push(Anchor { range: mark.range.clone(), text, form, words });
        }
    }
    anchors
}

/// Tells whether the target of a link is a source, and no place in the document, mailbox or script.
pub(super) fn leads_somewhere(target: &str) -> bool {
    const NO_SOURCE: [&str; 5] = ["mailto:", "javascript:", "tel:", "data:", "about:"];
    let target = target.trim();
    !target.is_empty()
        && !target.starts_with('#')
        && !NO_SOURCE
            .iter()
            .any(|s| target.get(..s.len()).is_some_and(|start| start.eq_ignore_ascii_case(s)))
}

fn identifiers(text: &str, offset: usize) -> impl Iterator<Item = Anchor> {
    identifiers_in(text).into_iter().map(move |found| Anchor {
        text: text[found.range.clone()].to_owned(),
        range: offset + found.range.start..offset + found.range.end,
        form: ReferenceForm::Identifier,
        words: Words::Address,
    })
}

/// Tells whether a bare host stands where a reference would: between punctuation, or alone.
fn stands_as_reference(text: &str, range: &Range<usize>) -> bool {
    const INTRODUCTIONS: [&str; 6] = ["see", "source", "via", "cf", "см", "источник"];
    let before = text[..range.start].trim_end();
    let introduced = before.is_empty()
        || before.ends_with([',', ';', ':', '(', '.', ']', '–', '—', '”', '»'])
        || INTRODUCTIONS.iter().any(|word| before.to_lowercase().ends_with(word));
    let after = &text[range.end..];
    let ended = after.trim_start().is_empty()
        || after.starts_with([',', ';', ')'])
        || after.strip_prefix('.').is_some_and(|rest| rest.trim_start().is_empty());
    introduced && ended
}

/// Leaves out addresses inside quotations if there are others outside.
fn without_quoted(text: &str, range: Range<usize>, anchors: Vec<Anchor>) -> Vec<Anchor> {
    if anchors.len() < 2 {
        return anchors;
    }
    let mut quoted = Vec::with_capacity(anchors.len());
    let mut depth = Depth::default();
    let mut at = range.start;
    for anchor in &anchors {
        depth.read(&text[..anchor.range.start], at);
        at = anchor.range.start;
        quoted.push(depth.inside && !only_title(&text[..anchor.range.start], depth.opened));
    }
    if quoted.iter().all(|quoted| *quoted) {
        return anchors;
    }
    anchors.into_iter().zip(quoted).filter(|(_, quoted)| !quoted).map(|(a, _)| a).collect()
}

/// Whether a quotation is open.
#[derive(Default)]
struct Depth {
    inside: bool,
    opened: usize,
}

impl Depth {
    /// Reads on from an offset to the end of the text.
    fn read(&mut self, text: &str, from: usize) {
        let mut before = text[..from].chars().next_back().unwrap_or(' ');
        for (offset, c) in text[from..].char_indices() {
            match c {
                '“' | '«' | '„' => self.open(from + offset),
                '"' if before.is_whitespace() || matches!(before, '(' | '[' | ':' | '—' | '–') =>
                {
                    self.open(from + offset);
                }
                '”' | '»' | '"' => self.inside = false,
                _ => {}
            }
            before = c;
        }
    }

    fn open(&mut self, at: usize) {
        self.inside = true;
        self.opened = at;
    }
}

/// Tells whether what is open has hardly any words yet: an address in quotation marks, not a quotation.
fn only_title(text: &str, opened: usize) -> bool {
    text[opened..].split_whitespace().take(3).count() < 3
}
