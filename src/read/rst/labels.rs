//! Numbers the notes as docutils does, and knows what the names of a source mean.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::NoteKind;

/// How many names in a row may lead to another name.
const LONGEST_CHAIN: usize = 10;
/// The symbols of notes; from the eleventh on they are doubled.
const SYMBOLS: [&str; 10] = ["*", "†", "‡", "§", "¶", "#", "♠", "♥", "♦", "♣"];

/// What the names of a source are given.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The notes, in the order in which they stand.
    pub(super) notes: Vec<RawNote>,
    pub(super) targets: BTreeMap<String, Name>,
    /// The addresses of links without a name, in the order of these links.
    pub(super) anonymous: Vec<String>,
    pub(super) substitutions: BTreeMap<String, String>,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// An address.
    Address(String),
    /// What another name stands for.
    Other(String),
    /// A place in the document.
    Here,
}

/// A note as it is labelled in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RawNote {
    /// `[3]`
    Number(u32),
    /// `[#]`
    Next,
    /// `[#name]`
    Named(String),
    /// `[*]`
    Symbol,
    /// `[CIT2002]`
    Citation(String),
}

impl RawNote {
    /// Tells whether a text in brackets can be the label of a note.
    pub(super) fn is_label(label: &str) -> bool {
        let name = label.strip_prefix('#').unwrap_or(label);
        let inner = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '+');
        matches!(label, "#" | "*")
            || (name.starts_with(char::is_alphanumeric)
                && name.ends_with(char::is_alphanumeric)
                && name.chars().all(inner))
    }

    /// Reads a label.
    pub(super) fn of(label: &str) -> Self {
        match label {
            "#" => Self::Next,
            "*" => Self::Symbol,
            _ => match (label.strip_prefix('#'), label.parse()) {
                (Some(name), _) => Self::Named(normalised(name)),
                (None, Ok(number)) => Self::Number(number),
                (None, Err(_)) => Self::Citation(label.to_owned()),
            },
        }
    }

    /// Returns what kind of note it is.
    pub(super) const fn kind(&self) -> NoteKind {
        match self {
            Self::Citation(_) => NoteKind::Entry,
            Self::Number(_) | Self::Next | Self::Named(_) | Self::Symbol => NoteKind::Footnote,
        }
    }
}

/// The labels of the notes, and what the names of a source stand for.
pub(super) struct Labels<'a> {
    names: &'a Names,
    /// What each note is called.
    shown: Vec<String>,
    /// The first note of each label or name.
    by_name: BTreeMap<String, usize>,
    /// The notes that calls without a name call, in order.
    next: Vec<usize>,
    symbols: Vec<usize>,
    /// How many such calls, and links without a name, there have been.
    calls: usize,
    symbol_calls: usize,
    links: usize,
}

impl<'a> Labels<'a> {
    /// Numbers the notes.
    pub(super) fn of(names: &'a Names) -> Self {
        let taken: BTreeSet<u32> = names
            .notes
            .iter()
            .filter_map(|note| match note {
                RawNote::Number(number) => Some(*number),
                RawNote::Next | RawNote::Named(_) | RawNote::Symbol | RawNote::Citation(_) => None,
            })
            .collect();
        let mut numbers = (1..).filter(|number| !taken.contains(number));
        let mut labels = Self {
            names,
            shown: Vec::with_capacity(names.notes.len()),
            by_name: BTreeMap::new(),
            next: Vec::new(),
            symbols: Vec::new(),
            calls: 0,
            symbol_calls: 0,
            links: 0,
        };
        for (index, note) in names.notes.iter().enumerate() {
            let label = match note {
                RawNote::Number(number) => number.to_string(),
                RawNote::Next => {
                    labels.next.push(index);
                    numbers.next().unwrap_or(u32::MAX).to_string()
                }
                RawNote::Named(name) => {
                    labels.by_name.entry(format!("#{name}")).or_insert(index);
                    numbers.next().unwrap_or(u32::MAX).to_string()
                }
                RawNote::Symbol => {
                    labels.symbols.push(index);
                    let count = labels.symbols.len() - 1;
                    SYMBOLS[count % SYMBOLS.len()].repeat((count / SYMBOLS.len() + 1).min(9))
                }
                RawNote::Citation(label) => label.clone(),
            };
            if *note != RawNote::Symbol {
                labels.by_name.entry(normalised(&label)).or_insert(index);
            }
            labels.shown.push(label);
        }
        labels
    }

    /// Returns the label of a note.
    pub(super) fn of_note(&self, index: usize) -> &str {
        &self.shown[index]
    }

    /// Returns the label and the note that the next call with this text in its brackets calls.
    pub(super) fn call(&mut self, text: &str) -> (String, Option<usize>) {
        let index = match text {
            "#" => {
                self.calls += 1;
                self.next.get(self.calls - 1).copied()
            }
            "*" => {
                self.symbol_calls += 1;
                self.symbols.get(self.symbol_calls - 1).copied()
            }
            _ => self.by_name.get(&normalised(text)).copied(),
        };
        (index.map_or_else(|| text.to_owned(), |index| self.shown[index].clone()), index)
    }

    /// Returns the address that a name stands for.
    pub(super) fn address(&self, name: &str) -> Option<&'a str> {
        let mut name = normalised(name);
        for _ in 0..LONGEST_CHAIN {
            match self.names.targets.get(&name)? {
                Name::Address(address) => return Some(address),
                Name::Other(other) => name.clone_from(other),
                Name::Here => return None,
            }
        }
        None
    }

    /// Tells whether a name stands for something.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.names.targets.contains_key(&normalised(name))
    }

    /// Returns the address of the next link without a name.
    pub(super) fn next_address(&mut self) -> Option<&'a str> {
        self.links += 1;
        let target = self.names.anonymous.get(self.links - 1)?;
        match target.strip_suffix('_') {
            Some(name) if !name.contains('/') => self.address(name.trim_matches('`')),
            _ => Some(target),
        }
    }

    /// Returns the text that stands for a substitution.
    pub(super) fn substitution(&self, name: &str) -> Option<&'a str> {
        self.names.substitutions.get(&normalised(name)).map(String::as_str)
    }
}

/// Returns the key by which a note is called.
pub(super) fn key(index: usize) -> String {
    index.to_string()
}

/// Names are compared without regard to case and to the amount of white space.
pub(super) fn normalised(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
