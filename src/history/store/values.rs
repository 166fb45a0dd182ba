//! Turns values of ours into those of the file, and back. What the file holds and no version writes is an error.

use jiff::Timestamp;
use rusqlite::Row;

use super::StoreError;
use crate::history::due::State;
use crate::report::{Severity, Verdict};
use crate::source::{ArchivedCopy, Liveness};
use crate::text::Fingerprint;
use crate::timeline::{Standing, Streak};

pub(super) fn moment(milliseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds)
        .map_err(|_| StoreError::Value(milliseconds.to_string()))
}

fn moment_or_none(milliseconds: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    milliseconds.map(moment).transpose()
}

pub(super) fn liveness(name: String) -> Result<Liveness, StoreError> {
    let found = Liveness::ALL.into_iter().find(|liveness| liveness.name() == name);
    found.ok_or(StoreError::Value(name))
}

/// Returns the name under which a verdict is kept: that of the reports, and whether a change is minor.
pub(super) const fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Altered(Severity::Minor) => "altered-minor",
        Verdict::Altered(Severity::Major)
        | Verdict::Verbatim
        | Verdict::Edited
        | Verdict::Absent
        | Verdict::Elsewhere
        | Verdict::Translated
        | Verdict::Unverifiable
        | Verdict::Uncited => verdict.name(),
    }
}

pub(super) fn verdict(name: String) -> Result<Verdict, StoreError> {
    let minor = Verdict::Altered(Severity::Minor);
    let mut all = Verdict::ALL.into_iter().chain([minor]);
    all.find(|verdict| verdict_name(*verdict) == name).ok_or(StoreError::Value(name))
}

pub(super) fn differences(json: &str) -> Result<Vec<(String, String)>, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Value(json.to_owned()))
}

pub(super) fn differences_json(differences: &[(String, String)]) -> String {
    serde_json::to_string(differences).expect("texts are always JSON")
}

pub(super) fn fingerprint(words: Option<i64>, similarity: Option<i64>) -> Option<Fingerprint> {
    Some(Fingerprint { words: words?.cast_unsigned(), similarity: similarity?.cast_unsigned() })
}

pub(super) fn archived_copy(
    url: Option<String>,
    at: Option<i64>,
) -> Result<Option<ArchivedCopy>, StoreError> {
    let (Some(url), Some(at)) = (url, at) else { return Ok(None) };
    let parsed = url.parse().map_err(|_| StoreError::Value(url))?;
    Ok(Some(ArchivedCopy { url: parsed, at: moment(at)? }))
}

/// The columns of a state, in the order in which [`state`] reads them.
pub(super) const STATE: &str = "standing, since, until, looks, last, last_success, unchecked, \
     troubles, nameless, changes";

/// Reads a state from a row whose columns from `first` on are [`STATE`]; `None` where it has not been worked out.
pub(super) fn state(row: &Row<'_>, first: usize) -> Result<Option<State>, StoreError> {
    let Some(name) = row.get::<_, Option<String>>(first)? else { return Ok(None) };
    let since = moment_or_none(row.get(first + 1)?)?;
    let until = moment_or_none(row.get(first + 2)?)?;
    let looks = row.get(first + 3)?;
    let streak = since.zip(until).map(|(since, until)| Streak { since, until, looks });
    let standing = match (name.as_str(), streak) {
        ("unknown", _) => Standing::Unknown,
        ("healthy", Some(streak)) => Standing::Healthy(streak),
        ("failing", Some(streak)) => Standing::Failing(streak),
        ("dead", Some(streak)) => Standing::Dead(streak),
        (_, Some(_) | None) => return Err(StoreError::Value(name)),
    };
    Ok(Some(State {
        standing,
        last: moment_or_none(row.get(first + 4)?)?,
        last_success: moment_or_none(row.get(first + 5)?)?,
        unchecked: row.get(first + 6)?,
        troubles: row.get(first + 7)?,
        nameless: moment_or_none(row.get(first + 8)?)?,
        changes: row.get(first + 9)?,
    }))
}
