//! The keys of the settings, what each holds, and what is said of one that is wrong.

use citeaudit::history::KeepPages;
use toml::Value;

use crate::cli::FailOn;
use crate::trouble::Trouble;

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Count,
    Seconds,
    Switch,
    List,
    Level,
    Pages,
}

impl Kind {
    const fn expected(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Count => "a whole number from 0",
            Self::Seconds => "a number of seconds above 0",
            Self::Switch => "true or false",
            Self::List => "a list of texts",
            Self::Level => "\"error\", \"warning\" or \"never\"",
            Self::Pages => "\"none\", \"latest\" or \"all\"",
        }
    }

    pub(super) fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text, Value::String(text)) => !text.is_empty(),
            (Self::Count, Value::Integer(n)) => u32::try_from(*n).is_ok(),
            (Self::Seconds, Value::Integer(n)) => (1..=86_400).contains(n),
            (Self::Seconds, Value::Float(n)) => *n > 0.0 && *n <= 86_400.0,
            (Self::Switch, Value::Boolean(_)) => true,
            (Self::List, Value::Array(all)) => all.iter().all(Value::is_str),
            (Self::Level, Value::String(name)) => level(name).is_some(),
            (Self::Pages, Value::String(name)) => pages(name).is_some(),
            (
                Self::Text
                | Self::Count
                | Self::Seconds
                | Self::Switch
                | Self::List
                | Self::Level
                | Self::Pages,
                _,
            ) => false,
        }
    }

    /// Reads a variable's value.
    pub(super) fn parse(self, text: &str) -> Value {
        let parsed = match self {
            Self::Text | Self::Level | Self::Pages => None,
            Self::Count => text.trim().parse().ok().map(Value::Integer),
            Self::Seconds => text.trim().parse().ok().map(Value::Float),
            Self::Switch => match text.trim() {
                "1" | "true" => Some(Value::Boolean(true)),
                "0" | "false" => Some(Value::Boolean(false)),
                _ => None,
            },
            Self::List => Some(Value::Array(
                text.lines().map(|line| Value::String(line.to_owned())).collect(),
            )),
        };
        parsed.unwrap_or_else(|| Value::String(text.to_owned()))
    }
}

pub(super) const KEYS: [(&str, Kind); 44] = [
    ("fail-on", Kind::Level),
    ("max-concurrency", Kind::Count),
    ("host-concurrency", Kind::Count),
    ("host-delay", Kind::Count),
    ("timeout", Kind::Seconds),
    ("connect-timeout", Kind::Seconds),
    ("max-retries", Kind::Count),
    ("max-body-bytes", Kind::Count),
    ("max-redirects", Kind::Count),
    ("user-agent", Kind::Text),
    ("contact", Kind::Text),
    ("exclude", Kind::List),
    ("header", Kind::List),
    ("cacert", Kind::Text),
    ("insecure", Kind::Switch),
    ("connect-to", Kind::List),
    ("allow-private", Kind::Switch),
    ("proxy", Kind::Text),
    ("archive", Kind::Text),
    ("archive-key", Kind::Text),
    ("archive-secret", Kind::Text),
    ("archive-limit", Kind::Count),
    ("notify-webhook", Kind::Text),
    ("notify-webhook-secret", Kind::Text),
    ("notify-smtp", Kind::Text),
    ("notify-from", Kind::Text),
    ("notify-to", Kind::List),
    ("notify-command", Kind::List),
    ("notify-feed", Kind::Text),
    ("notify-template", Kind::Text),
    ("store", Kind::Text),
    ("keep-pages", Kind::Pages),
    ("no-archive", Kind::Switch),
    ("timegate", Kind::List),
    ("no-registries", Kind::Switch),
    ("doi-handles", Kind::Text),
    ("crossref", Kind::Text),
    ("arxiv", Kind::Text),
    ("pubmed", Kind::Text),
    ("archive-lookups", Kind::Count),
    ("archive-delay", Kind::Count),
    ("model", Kind::Text),
    ("translator", Kind::Text),
    ("translator-key", Kind::Text),
];

/// The table of tables that say what differs for a host: `[host."example.org"]`.
pub(super) const HOST: &str = "host";

/// The keys of such a table.
const HOST_KEYS: [(&str, Kind); 6] = [
    ("headers", Kind::List),
    ("concurrency", Kind::Count),
    ("delay", Kind::Count),
    ("timeout", Kind::Seconds),
    ("user-agent", Kind::Text),
    ("accept", Kind::Text),
];

/// Checks the tables of hosts.
pub(super) fn check_hosts(hosts: &Value, name: &str) -> anyhow::Result<()> {
    for (host, table) in hosts.as_table().into_iter().flatten() {
        let place = format!("`[host.\"{host}\"]` of `{name}`");
        let table = table.as_table().ok_or_else(|| {
            let problem = format!("setting `host.{host}` in `{name}`: expected a table");
            Trouble::new(problem, "write `[host.\"example.org\"]` and the settings below it")
        })?;
        for (key, value) in table {
            check(&HOST_KEYS, key, value, &place)?;
        }
    }
    Ok(())
}

/// Checks that a key is known and its value is of the right kind.
pub(super) fn check(
    keys: &[(&'static str, Kind)],
    key: &str,
    value: &Value,
    place: &str,
) -> anyhow::Result<()> {
    let kind = kind(keys, key).ok_or_else(|| {
        Trouble::new(
            format!("unknown setting `{key}` in {place}"),
            format!("the nearest known one is `{}`", nearest(keys, key)),
        )
    })?;
    if !kind.fits(value) {
        let expected = kind.expected();
        // Headers, keys and addresses with a password are not repeated.
        let is_secret =
            ["key", "secret", "smtp", "translator"].iter().any(|end| key.ends_with(end));
        let got = if kind == Kind::List || is_secret {
            String::new()
        } else {
            format!(", but got {value}")
        };
        let problem = format!("setting `{key}` in {place}: expected {expected}{got}");
        return Err(Trouble::new(problem, "correct the value, or leave it out").into());
    }
    Ok(())
}

pub(super) fn kind(keys: &[(&'static str, Kind)], key: &str) -> Option<Kind> {
    keys.iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind)
}

pub(super) fn level(name: &str) -> Option<FailOn> {
    match name {
        "error" => Some(FailOn::Error),
        "warning" => Some(FailOn::Warning),
        "never" => Some(FailOn::Never),
        _ => None,
    }
}

pub(super) fn pages(name: &str) -> Option<KeepPages> {
    match name {
        "none" => Some(KeepPages::None),
        "latest" => Some(KeepPages::Latest),
        "all" => Some(KeepPages::All),
        _ => None,
    }
}

/// Returns the known key that takes the fewest changes of a letter.
pub(super) fn nearest(keys: &[(&'static str, Kind)], key: &str) -> &'static str {
    let key = key.replace('_', "-");
    let nearest = keys.iter().map(|(name, _)| (distance(&key, name), *name)).min();
    nearest.map_or("", |(_, name)| name)
}

/// Counts the letters to be added, dropped or replaced (Levenshtein). Only the first 64 letters of `a` are looked at.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
