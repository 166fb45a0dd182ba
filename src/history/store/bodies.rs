//! Keeps bodies of pages and documents, each content once, and the answers that they came with.

use rusqlite::{OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::{Store, StoreError, values};
use crate::fetched::KeptAnswer;

/// The level of compression: higher ones take several times as long for a few parts in a hundred.
const LEVEL: i32 = 3;

/// Which bodies of pages are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepPages {
    /// None. Every page is fetched whole at each look.
    None,
    /// Of each address the latest, so that a server can say that nothing has changed.
    Latest,
    /// All that were ever seen.
    All,
}

impl Store {
    /// Returns the last answer of an address, if it is kept.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds what this version does not know.
    pub fn kept_answer(&self, url: &str) -> Result<Option<KeptAnswer>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT at, status, headers, sha256, size, zstd FROM answer
             JOIN body ON body.sha256 = answer.body WHERE url = ?1",
        )?;
        let mut rows = statement.query([url])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let headers: String = row.get(2)?;
        let sha256: String = row.get(3)?;
        Ok(Some(KeptAnswer {
            url: url.to_owned(),
            at: values::moment(row.get(0)?)?,
            status: row.get(1)?,
            headers: serde_json::from_str(&headers).map_err(|_| StoreError::Value(headers))?,
            body: unpacked(row.get_ref(5)?.as_blob().map_err(rusqlite::Error::from)?, row.get(4)?)
                .ok_or_else(|| StoreError::Value(sha256.clone()))?,
            sha256,
        }))
    }

    /// Keeps answers, each in the place of the one before of its address; what no answer, no document and, with
    /// [`KeepPages::All`], no observation refers to any more is dropped.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; then none has been kept.
    pub fn keep_answers(
        &mut self,
        answers: &[KeptAnswer],
        keep: KeepPages,
    ) -> Result<(), StoreError> {
        if keep == KeepPages::None {
            return Ok(());
        }
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for answer in answers {
            keep_answer(&transaction, answer, keep)?;
        }
        Ok(transaction.commit()?)
    }

    /// Keeps the bytes of a document.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn keep_document(&mut self, sha256: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        keep_body(&transaction, sha256, bytes)?;
        Ok(transaction.commit()?)
    }

    /// Returns bytes that are kept, given by their SHA-256 in hexadecimal.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds what this version does not know.
    pub fn body(&self, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT size, zstd FROM body WHERE sha256 = ?1")?;
        let mut rows = statement.query([sha256])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let body = unpacked(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?, row.get(0)?);
        body.map(Some).ok_or_else(|| StoreError::Value(sha256.to_owned()))
    }

    /// Drops bodies of pages that a retention does not keep, and gives their room back to the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn forget_pages(&mut self, keep: KeepPages) -> Result<(), StoreError> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match keep {
            KeepPages::All => return Ok(()),
            KeepPages::None => {
                transaction.execute("DELETE FROM answer", [])?;
            }
            KeepPages::Latest => {}
        }
        transaction.execute(
            "DELETE FROM body WHERE sha256 NOT IN (SELECT body FROM answer)
             AND sha256 NOT IN (SELECT sha256 FROM document WHERE sha256 IS NOT NULL)",
            [],
        )?;
        Ok(transaction.commit()?)
    }
}

fn keep_answer(
    transaction: &Transaction<'_>,
    answer: &KeptAnswer,
    keep: KeepPages,
) -> Result<(), StoreError> {
    let earlier: Option<String> = transaction
        .prepare_cached("SELECT body FROM answer WHERE url = ?1")?
        .query_row([&answer.url], |row| row.get(0))
        .optional()?;
    keep_body(transaction, &answer.sha256, &answer.body)?;
    let headers = serde_json::to_string(&answer.headers).expect("texts are always JSON");
    transaction
        .prepare_cached(
            "INSERT INTO answer (url, at, status, headers, body) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (url) DO UPDATE SET at = excluded.at, status = excluded.status,
             headers = excluded.headers, body = excluded.body",
        )?
        .execute(params![
            answer.url,
            answer.at.as_millisecond(),
            answer.status,
            headers,
            answer.sha256
        ])?;
    match (keep, earlier) {
        (KeepPages::Latest | KeepPages::None, Some(earlier)) if earlier != answer.sha256 => {
            drop_body(transaction, &earlier)
        }
        (KeepPages::All | KeepPages::Latest | KeepPages::None, Some(_) | None) => Ok(()),
    }
}

/// Drops a body that no answer and no document refers to.
fn drop_body(transaction: &Transaction<'_>, sha256: &str) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "DELETE FROM body WHERE sha256 = ?1
             AND NOT EXISTS (SELECT 1 FROM answer WHERE body = ?1)
             AND NOT EXISTS (SELECT 1 FROM document WHERE sha256 = ?1)",
        )?
        .execute([sha256])?;
    Ok(())
}

fn keep_body(transaction: &Transaction<'_>, sha256: &str, body: &[u8]) -> Result<(), StoreError> {
    let is_known =
        transaction.prepare_cached("SELECT 1 FROM body WHERE sha256 = ?1")?.exists([sha256])?;
    if is_known {
        return Ok(());
    }
    let packed = zstd::bulk::compress(body, LEVEL)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let size = i64::try_from(body.len()).unwrap_or(i64::MAX);
    transaction
        .prepare_cached("INSERT INTO body (sha256, size, zstd) VALUES (?1, ?2, ?3)")?
        .execute(params![sha256, size, packed])?;
    Ok(())
}

/// Undoes the compression of a body of a known size; `None` if it is damaged.
fn unpacked(packed: &[u8], size: i64) -> Option<Vec<u8>> {
    let size = usize::try_from(size).ok()?;
    zstd::bulk::decompress(packed, size).ok().filter(|body| body.len() == size)
}
