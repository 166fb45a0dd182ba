//! Reads what the store knows: documents, sources, what was observed of them, and what is due.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Store, StoreError, values};
use crate::history::changes::{Lived, Past, QuotationKey, Sighted, is_sure, lived};
use crate::history::due::{NEGLECTED, State, state};
use crate::observation::{Observation, ObservedFinding, ObservedQuotation};
use crate::timeline::{SourceTimeline, Timeline, TimelineDocument};

/// A document that the store knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDocument {
    /// Its path, as it was given.
    pub path: String,
    /// Its title.
    pub title: Option<String>,
    /// The SHA-256 of its bytes, in hexadecimal; `None` if an older version of the program added it.
    pub sha256: Option<String>,
    /// When it was last checked whole; `None` if no check of it came to its end.
    pub at: Option<Timestamp>,
    /// How many sources it cites.
    pub sources: u32,
}

/// A source that the store knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSource {
    /// The form of its address that is compared.
    pub canonical: String,
    /// Its address as cited.
    pub url: String,
    /// The labels of the document's notes that cite it, in order, each once; empty where no document was asked for.
    pub notes: Vec<String>,
    /// Whether it is there, judged over time.
    pub state: State,
}

impl Store {
    /// Returns every document, by path.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds what this version does not know.
    pub fn documents(&self) -> Result<Vec<KnownDocument>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path, title, sha256, at, count(DISTINCT source) FROM document
             LEFT JOIN citation ON citation.document = document.id GROUP BY document.id ORDER BY path",
        )?;
        let mut rows = statement.query([])?;
        let mut documents = Vec::new();
        while let Some(row) = rows.next()? {
            documents.push(KnownDocument {
                path: row.get(0)?,
                title: row.get(1)?,
                sha256: row.get(2)?,
                at: row.get::<_, Option<i64>>(3)?.map(values::moment).transpose()?,
                sources: row.get(4)?,
            });
        }
        Ok(documents)
    }

    /// Returns the sources that a document cites, in the order in which it first cites them. The document is given by
    /// its path; one that is not known cites none.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds what this version does not know.
    pub fn sources(&self, path: &str) -> Result<Vec<KnownSource>, StoreError> {
        let columns = values::STATE;
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT note, source.id, canonical, url, {columns} FROM document
             JOIN citation ON citation.document = document.id
             JOIN source ON source.id = citation.source JOIN state ON state.source = source.id
             WHERE path = ?1 ORDER BY place",
        ))?;
        let mut rows = statement.query([path])?;
        let mut sources: Vec<KnownSource> = Vec::new();
        let mut places: BTreeMap<i64, usize> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (note, id): (Option<String>, i64) = (row.get(0)?, row.get(1)?);
            let next = sources.len();
            let place = *places.entry(id).or_insert(next);
            if place == next {
                let state = match values::state(row, 4)? {
                    Some(state) => state,
                    None => state_of_all(&self.connection, id)?,
                };
                let (canonical, url) = (row.get(2)?, row.get(3)?);
                sources.push(KnownSource { canonical, url, notes: Vec::new(), state });
            }
            let notes = &mut sources[place].notes;
            notes.extend(note.filter(|note| !notes.contains(note)));
        }
        Ok(sources)
    }

    /// Returns a source, given by the canonical form of its address, if it is known.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds what this version does not know.
    pub fn source(&self, canonical: &str) -> Result<Option<KnownSource>, StoreError> {
        let columns = values::STATE;
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT id, url, {columns} FROM source JOIN state ON state.source = source.id
             WHERE canonical = ?1"
        ))?;
        let mut rows = statement.query([canonical])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let state = match values::state(row, 2)? {
            Some(state) => state,
            None => state_of_all(&self.connection, row.get(0)?)?,
        };
        let (canonical, url) = (canonical.to_owned(), row.get(1)?);
        Ok(Some(KnownSource { canonical, url, notes: Vec::new(), state }))
    }

    /// Returns how many sources documents cite.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn count_sources(&self) -> Result<usize, StoreError> {
        let count: i64 = self.connection.query_row(
            "SELECT count(*) FROM source WHERE id IN (SELECT source FROM citation)",
            [],
            |row| row.get(0),
        )?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Returns what became of the sources of a document, given by its path; `None` if it is not known.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds what this version does not know.
    pub fn document_timeline(&self, path: &str) -> Result<Option<Timeline>, StoreError> {
        let known = self.documents()?.into_iter().find(|document| document.path == path);
        let Some(KnownDocument { path, title, at, .. }) = known else { return Ok(None) };
        let sources = self.sources(&path)?;
        let sources = sources.into_iter().map(|source| self.lived_through(source));
        let sources = sources.collect::<Result<_, _>>()?;
        Ok(Some(Timeline { document: Some(TimelineDocument { path, title, at }), sources }))
    }

    /// Returns what became of a source, given by the canonical form of its address; `None` if it is not known.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds what this version does not know.
    pub fn source_timeline(&self, canonical: &str) -> Result<Option<Timeline>, StoreError> {
        let Some(source) = self.source(canonical)? else { return Ok(None) };
        Ok(Some(Timeline { document: None, sources: vec![self.lived_through(source)?] }))
    }

    fn lived_through(&self, source: KnownSource) -> Result<SourceTimeline, StoreError> {
        let observations = self.timeline(&source.canonical)?;
        let Lived { turns, changes } = lived(&observations);
        let KnownSource { canonical, url, notes, state } = source;
        Ok(SourceTimeline {
            next: state.next(&canonical),
            canonical,
            url,
            notes,
            standing: state.standing,
            last_success: state.last_success,
            is_flapping: state.is_flapping(),
            observations,
            turns,
            changes,
        })
    }

    /// Returns what was observed of a source, given by the canonical form of its address, the oldest first.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds what this version does not know.
    pub fn timeline(&self, canonical: &str) -> Result<Vec<Observation>, StoreError> {
        let id = self
            .connection
            .query_row("SELECT id FROM source WHERE canonical = ?1", [canonical], |row| row.get(0))
            .optional()?;
        id.map_or(Ok(Vec::new()), |id| timeline(&self.connection, id))
    }

    /// Returns what is to be looked at now of the sources that documents cite: for each document with such a source, by
    /// path, the canonical forms of their addresses, those first that were known first. Also where the source itself was
    /// looked at lately, but not for this document.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn due(&self, now: Timestamp) -> Result<Vec<(String, Vec<String>)>, StoreError> {
        // Numbers are sorted, not addresses: there may be a hundred thousand of them.
        let mut statement = self.connection.prepare_cached(
            "SELECT cited.document, cited.source, canonical FROM (
               SELECT citation.document, citation.source FROM state
               JOIN citation ON citation.source = state.source WHERE due <= ?1 OR last > ?1
               UNION ALL
               SELECT citation.document, citation.source FROM citation
               JOIN state ON state.source = citation.source
               WHERE compared <= ?2 AND last > compared AND due > ?1 AND last <= ?1
             ) AS cited JOIN source ON source.id = cited.source
             ORDER BY cited.document, cited.source",
        )?;
        let neglected = now.saturating_sub(NEGLECTED).unwrap_or(Timestamp::MIN).as_millisecond();
        let mut rows = statement.query([now.as_millisecond(), neglected])?;
        let mut due: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        let mut before: Option<(i64, i64)> = None;
        while let Some(row) = rows.next()? {
            let (document, source) = (row.get(0)?, row.get(1)?);
            // A document may cite a source in several places.
            if before.replace((document, source)) != Some((document, source)) {
                due.entry(document).or_default().push(row.get(2)?);
            }
        }
        let mut statement =
            self.connection.prepare_cached("SELECT id, path FROM document ORDER BY path")?;
        let mut rows = statement.query([])?;
        let mut by_path = Vec::with_capacity(due.len());
        while let Some(row) = rows.next()? {
            if let Some(sources) = due.remove(&row.get(0)?) {
                by_path.push((row.get(1)?, sources));
            }
        }
        Ok(by_path)
    }

    /// Returns when the next source is to be looked at; `None` if no document cites any.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds what this version does not know.
    pub fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<i64> = self.connection.query_row(
            "SELECT min(min(due), coalesce(min(CASE WHEN last > compared THEN compared + ?1 END), min(due)))
             FROM state JOIN citation ON citation.source = state.source",
            [NEGLECTED.as_secs() * 1000],
            |row| row.get(0),
        )?;
        next.map(values::moment).transpose()
    }

    /// Returns the findings of the last check of a document that came to its end; `None` if there was none.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn findings(&self, path: &str) -> Result<Option<Vec<ObservedFinding>>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM document WHERE path = ?1 AND at IS NOT NULL")?;
        let id: Option<i64> = statement.query_row([path], |row| row.get(0)).optional()?;
        let Some(id) = id else { return Ok(None) };
        let mut statement = self.connection.prepare_cached(
            "SELECT rule, level, subject FROM finding WHERE document = ?1 ORDER BY place",
        )?;
        let findings = statement.query_map([id], |row| {
            Ok(ObservedFinding { rule: row.get(0)?, level: row.get(1)?, subject: row.get(2)? })
        })?;
        Ok(Some(findings.collect::<Result<_, _>>()?))
    }
}

/// Returns what is known of a source from its observations, with what was last said for sure of the quotations of
/// `now`.
pub(super) fn past(
    connection: &Connection,
    source: i64,
    now: &Observation,
) -> Result<Past, StoreError> {
    let columns = values::STATE;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {columns}, moved, rescued FROM state WHERE source = ?1"
    ))?;
    let mut rows = statement.query([source])?;
    let Some(row) = rows.next()? else { return Ok(Past::default()) };
    let Some(state) = values::state(row, 0)? else {
        let mut past = Past::default();
        for observation in timeline(connection, source)? {
            past.see(&observation);
        }
        return Ok(past);
    };
    let mut past = Past { state, moved: row.get(10)?, rescued: row.get(11)?, ..Past::default() };
    for quotation in &now.quotations {
        let key = QuotationKey::of(quotation);
        if let Some(sighted) = last_sure(connection, source, &key)? {
            past.quotations.insert(key, sighted);
        }
    }
    Ok(past)
}

/// Returns the last thing that was said for sure of a quotation on a source.
fn last_sure(
    connection: &Connection,
    source: i64,
    key: &QuotationKey,
) -> Result<Option<Sighted>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT verdict, passage, selector, differences, elsewhere, seen.at, words, similarity
         FROM document JOIN quotation ON quotation.document = document.id
         JOIN outcome ON outcome.quotation = quotation.id
         JOIN seen ON seen.outcome = outcome.id AND seen.source = ?1
         JOIN observation ON observation.source = seen.source AND observation.at = seen.at
         WHERE path = ?2 AND text = ?3 ORDER BY seen.at DESC",
    )?;
    let mut rows = statement.query(params![source, key.document, key.text])?;
    while let Some(row) = rows.next()? {
        let verdict = values::verdict(row.get(0)?)?;
        if !is_sure(verdict) {
            continue;
        }
        let QuotationKey { document, text } = key.clone();
        return Ok(Some(Sighted {
            at: values::moment(row.get(5)?)?,
            fingerprint: values::fingerprint(row.get(6)?, row.get(7)?),
            quotation: ObservedQuotation {
                document,
                text,
                verdict,
                passage: row.get(1)?,
                selector: row.get(2)?,
                differences: values::differences(&row.get::<_, String>(3)?)?,
                elsewhere: row.get(4)?,
            },
        }));
    }
    Ok(None)
}

/// Works the state of a source out of all its observations.
pub(super) fn state_of_all(connection: &Connection, source: i64) -> Result<State, StoreError> {
    Ok(state(&timeline(connection, source)?))
}

fn timeline(connection: &Connection, source: i64) -> Result<Vec<Observation>, StoreError> {
    let documents = citing(connection, source)?;
    let mut quotations = quotations(connection, source)?;
    let mut statement = connection.prepare_cached(
        "SELECT canonical, url, at, liveness, reason, final_url, status, sha256, moved, words,
         similarity, copy, copy_at FROM source JOIN observation ON observation.source = source.id
         WHERE source.id = ?1 ORDER BY at",
    )?;
    let mut rows = statement.query([source])?;
    let mut timeline = Vec::new();
    while let Some(row) = rows.next()? {
        let at: i64 = row.get(2)?;
        timeline.push(Observation {
            canonical: row.get(0)?,
            url: row.get(1)?,
            at: values::moment(at)?,
            liveness: values::liveness(row.get(3)?)?,
            reason: row.get(4)?,
            final_url: row.get(5)?,
            status: row.get(6)?,
            sha256: row.get(7)?,
            moved: row.get(8)?,
            fingerprint: values::fingerprint(row.get(9)?, row.get(10)?),
            archived_copy: values::archived_copy(row.get(11)?, row.get(12)?)?,
            documents: documents.clone(),
            quotations: quotations.remove(&at).unwrap_or_default(),
        });
    }
    Ok(timeline)
}

/// Returns the documents that cite a source now.
fn citing(connection: &Connection, source: i64) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT path FROM citation JOIN document ON document.id = citation.document
         WHERE source = ?1 ORDER BY path",
    )?;
    let paths = statement.query_map([source], |row| row.get(0))?;
    Ok(paths.collect::<Result<_, _>>()?)
}

/// Returns what was said of quotations on a source, by the moment of the look.
fn quotations(
    connection: &Connection,
    source: i64,
) -> Result<BTreeMap<i64, Vec<ObservedQuotation>>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seen.at, path, text, verdict, passage, selector, differences, elsewhere FROM seen
         JOIN outcome ON outcome.id = seen.outcome
         JOIN quotation ON quotation.id = outcome.quotation
         JOIN document ON document.id = quotation.document
         WHERE source = ?1 ORDER BY seen.at, quotation.id",
    )?;
    let mut rows = statement.query([source])?;
    let mut quotations: BTreeMap<i64, Vec<ObservedQuotation>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        quotations.entry(row.get(0)?).or_default().push(ObservedQuotation {
            document: row.get(1)?,
            text: row.get(2)?,
            verdict: values::verdict(row.get(3)?)?,
            passage: row.get(4)?,
            selector: row.get(5)?,
            differences: values::differences(&row.get::<_, String>(6)?)?,
            elsewhere: row.get(7)?,
        });
    }
    Ok(quotations)
}
