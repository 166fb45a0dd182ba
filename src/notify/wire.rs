//! The changes of a run as programs and templates see them: the contract `citeaudit.message/1`, whose changes are those
//! of `citeaudit.changes/1`. A key is added, never renamed or given another meaning.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::change::{Change, ChangeKind, Weight};
use crate::render::change_json;

/// All changes of a run.
#[derive(Debug, Serialize)]
pub(super) struct Body {
    schema: &'static str,
    id: String,
    at: Timestamp,
    /// How many changes there are of each kind.
    counts: BTreeMap<&'static str, usize>,
    /// How many of the changes ask somebody to act.
    problems: usize,
    changes: Vec<Value>,
}

impl Body {
    pub(super) fn new(id: String, at: Timestamp, changes: &[&Change]) -> Self {
        let mut counts: BTreeMap<_, _> = ChangeKind::NAMES.map(|name| (name, 0)).into();
        for change in changes {
            *counts.entry(change.kind.name()).or_default() += 1;
        }
        let problems = changes.iter().filter(|change| is_problem(change)).count();
        let changes = values(changes);
        Self { schema: "citeaudit.message/1", id, at, counts, problems, changes }
    }
}

/// Returns changes as JSON, each with whether it asks somebody to act.
pub(super) fn values(changes: &[&Change]) -> Vec<Value> {
    let value = |change: &&Change| {
        let mut value = inert(change_json(change));
        if let Value::Object(keys) = &mut value {
            keys.insert("problem".to_owned(), is_problem(change).into());
        }
        value
    };
    changes.iter().map(value).collect()
}

fn is_problem(change: &Change) -> bool {
    change.kind.weight() == Weight::Problem
}

/// Leaves out of every text what could act on a terminal, add a line to a subject or turn the direction of what follows.
fn inert(value: Value) -> Value {
    let acts = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    match value {
        Value::String(text) => Value::String(text.chars().filter(|&c| !acts(c)).collect()),
        Value::Array(values) => Value::Array(values.into_iter().map(inert).collect()),
        Value::Object(keys) => {
            Value::Object(keys.into_iter().map(|(key, value)| (key, inert(value))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}
