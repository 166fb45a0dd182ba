//! Adds what a run saw to the store, within a transaction that somebody else ends.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, ToSql, Transaction, params};

use super::{StoreError, reading, values};
use crate::change::Change;
use crate::history::changes::Past;
use crate::history::due::State;
use crate::observation::{Observation, ObservedDocument, ObservedQuotation};

/// Puts what is known of a document in the place of what was.
pub(super) fn document(
    transaction: &Transaction<'_>,
    document: &ObservedDocument,
) -> Result<(), StoreError> {
    let id = document_id(transaction, &document.path)?;
    transaction
        .prepare_cached("UPDATE document SET title = ?2, sha256 = ?3, at = ?4 WHERE id = ?1")?
        .execute(params![id, document.title, document.sha256, document.at.as_millisecond()])?;
    let compared = compared(transaction, id)?;
    transaction.execute("DELETE FROM citation WHERE document = ?1", [id])?;
    for (place, citation) in document.citations.iter().enumerate() {
        let source = source_id(transaction, &citation.canonical, &citation.url)?;
        let compared = compared.get(&source).copied().unwrap_or_default();
        transaction
            .prepare_cached(
                "INSERT INTO citation (document, place, source, note, compared) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, number(place), source, citation.note, compared])?;
    }
    transaction.execute("DELETE FROM finding WHERE document = ?1", [id])?;
    for (place, finding) in document.findings.iter().enumerate() {
        transaction
            .prepare_cached(
                "INSERT INTO finding (document, place, rule, level, subject) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, number(place), finding.rule, finding.level, finding.subject])?;
    }
    Ok(())
}

/// Returns when what a document quotes of each of its sources was last looked for there.
fn compared(
    transaction: &Transaction<'_>,
    document: i64,
) -> Result<BTreeMap<i64, i64>, StoreError> {
    let mut statement = transaction.prepare_cached(
        "SELECT source, max(compared) FROM citation WHERE document = ?1 GROUP BY source",
    )?;
    let rows = statement.query_map([document], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds an observation and returns what it changed. One of the same source and moment is not added twice.
pub(super) fn observation(
    transaction: &Transaction<'_>,
    observation: &Observation,
) -> Result<Vec<Change>, StoreError> {
    let source = source_id(transaction, &observation.canonical, &observation.url)?;
    let mut past = reading::past(transaction, source, observation)?;
    if !add(transaction, source, observation)? {
        return Ok(Vec::new());
    }
    if past.state.last.is_some_and(|last| last > observation.at) {
        // What has been told since stands.
        return Ok(Vec::new());
    }
    let changes = past.see(observation);
    keep_past(transaction, source, &observation.canonical, &past)?;
    Ok(changes)
}

/// Adds an observation with what it says of quotations; returns whether it was not there before.
fn add(
    transaction: &Transaction<'_>,
    source: i64,
    observation: &Observation,
) -> Result<bool, StoreError> {
    let at = observation.at.as_millisecond();
    let copy = observation.archived_copy.as_ref();
    let fingerprint = observation.fingerprint;
    let added = transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO observation (source, at, liveness, reason, final_url, status,
             sha256, moved, words, similarity, copy, copy_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            source,
            at,
            observation.liveness.name(),
            observation.reason,
            observation.final_url,
            observation.status,
            observation.sha256,
            observation.moved,
            fingerprint.map(|print| print.words.cast_signed()),
            fingerprint.map(|print| print.similarity.cast_signed()),
            copy.map(|copy| copy.url.as_str()),
            copy.map(|copy| copy.at.as_millisecond()),
        ])?;
    if added == 0 {
        return Ok(false);
    }
    for quotation in &observation.quotations {
        let outcome = outcome_id(transaction, quotation)?;
        transaction
            .prepare_cached("INSERT OR IGNORE INTO seen (source, at, outcome) VALUES (?1, ?2, ?3)")?
            .execute(params![source, at, outcome])?;
    }
    for path in &observation.documents {
        let document = document_id(transaction, path)?;
        cite(transaction, document, source)?;
        transaction
            .prepare_cached(
                "UPDATE citation SET compared = max(compared, ?3) WHERE source = ?1 AND document = ?2",
            )?
            .execute([source, document, at])?;
    }
    Ok(true)
}

/// Notes that a document cites a source, where that is not known: a run that did not end told nothing of its documents.
fn cite(transaction: &Transaction<'_>, document: i64, source: i64) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO citation (document, place, source)
             SELECT ?1, (SELECT coalesce(max(place), -1) + 1 FROM citation WHERE document = ?1), ?2
             WHERE NOT EXISTS (SELECT 1 FROM citation WHERE source = ?2 AND document = ?1)",
        )?
        .execute([document, source])?;
    Ok(())
}

fn keep_past(
    transaction: &Transaction<'_>,
    source: i64,
    canonical: &str,
    past: &Past,
) -> Result<(), StoreError> {
    let State { standing, last, last_success, unchecked, troubles, nameless, changes } = past.state;
    let streak = standing.streak();
    let due = past.state.next(canonical).map_or(0, Timestamp::as_millisecond);
    transaction
        .prepare_cached(
            "UPDATE state SET standing = ?2, since = ?3, until = ?4, looks = ?5, last = ?6,
             last_success = ?7, unchecked = ?8, troubles = ?9, nameless = ?10, changes = ?11,
             moved = ?12, rescued = ?13, due = ?14 WHERE source = ?1",
        )?
        .execute(params![
            source,
            standing.name(),
            streak.map(|streak| streak.since.as_millisecond()),
            streak.map(|streak| streak.until.as_millisecond()),
            streak.map_or(0, |streak| streak.looks),
            last.map(Timestamp::as_millisecond),
            last_success.map(Timestamp::as_millisecond),
            unchecked,
            troubles,
            nameless.map(Timestamp::as_millisecond),
            changes,
            past.moved,
            past.rescued,
            due,
        ])?;
    Ok(())
}

fn outcome_id(transaction: &Transaction<'_>, seen: &ObservedQuotation) -> Result<i64, StoreError> {
    let quotation = id(
        transaction,
        "SELECT id FROM quotation WHERE document = ?1 AND text = ?2",
        "INSERT INTO quotation (document, text) VALUES (?1, ?2)",
        params![document_id(transaction, &seen.document)?, seen.text],
    )?;
    let verdict = values::verdict_name(seen.verdict);
    let differences = values::differences_json(&seen.differences);
    id(
        transaction,
        "SELECT id FROM outcome WHERE quotation = ?1 AND verdict = ?2 AND passage IS ?3
         AND selector IS ?4 AND differences = ?5 AND elsewhere IS ?6",
        "INSERT INTO outcome (quotation, verdict, passage, selector, differences, elsewhere)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![quotation, verdict, seen.passage, seen.selector, differences, seen.elsewhere],
    )
}

/// Finds a source, or adds it. A new one is due at once.
fn source_id(transaction: &Transaction<'_>, canonical: &str, url: &str) -> Result<i64, StoreError> {
    let known: Option<(i64, String)> = transaction
        .prepare_cached("SELECT id, url FROM source WHERE canonical = ?1")?
        .query_row([canonical], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((id, known_url)) = known {
        if known_url != url {
            transaction.execute("UPDATE source SET url = ?2 WHERE id = ?1", params![id, url])?;
        }
        return Ok(id);
    }
    transaction
        .prepare_cached("INSERT INTO source (canonical, url) VALUES (?1, ?2)")?
        .execute([canonical, url])?;
    let id = transaction.last_insert_rowid();
    transaction.prepare_cached("INSERT INTO state (source) VALUES (?1)")?.execute([id])?;
    Ok(id)
}

fn document_id(transaction: &Transaction<'_>, path: &str) -> Result<i64, StoreError> {
    id(
        transaction,
        "SELECT id FROM document WHERE path = ?1",
        "INSERT INTO document (path) VALUES (?1)",
        params![path],
    )
}

/// Finds a row by one statement, or adds it by another, with the same values.
fn id(
    transaction: &Transaction<'_>,
    find: &str,
    insert: &str,
    values: &[&dyn ToSql],
) -> Result<i64, StoreError> {
    let known = transaction.prepare_cached(find)?.query_row(values, |row| row.get(0)).optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    transaction.prepare_cached(insert)?.execute(values)?;
    Ok(transaction.last_insert_rowid())
}

fn number(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
