//! The store: one `SQLite` file of documents, sources, quotations and what was observed of them.
//! Nothing that is in it is ever overwritten: a damaged file is set aside, one of a newer version refused.

mod bodies;
mod file;
mod reading;
mod values;
mod writing;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::change::Change;
use crate::observation::Look;

use super::changes::told_once;

pub use bodies::KeepPages;
pub use reading::{KnownDocument, KnownSource};

/// Marks a file as ours (`PRAGMA application_id`): "cite" in ASCII.
const APPLICATION: i32 = 0x6369_7465;

/// The version that is written.
const KNOWN: u32 = 3;

/// What brings a store from each version to the next.
const MIGRATIONS: [&str; KNOWN as usize] = [
    include_str!("store/schema_1.sql"),
    include_str!("store/schema_2.sql"),
    include_str!("store/schema_3.sql"),
];

/// How long a run waits for another one that is writing.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer program wrote it.
    #[error("it has version {found}, and this program knows versions up to {known}")]
    Newer {
        /// Its version.
        found: u32,
        /// The newest version that is known.
        known: u32,
    },
    /// It is no database, and nothing says that it ever was one of ours.
    #[error("it is not a database")]
    NoDatabase,
    /// It is a database of another program.
    #[error("it is a database of another program")]
    Foreign,
    /// A damaged store could not be set aside.
    #[error("it is damaged and cannot be renamed to `{}`", to.display())]
    NotSetAside {
        /// The name it was to get.
        to: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file holds what no version of the program writes.
    #[error("it holds a value that is not known: `{0}`")]
    Value(String),
    /// Part of the file is not what was written. Where that is seen when it is opened, it is set aside instead.
    #[error("it is damaged")]
    Damaged,
    /// The disk has no room for what was to be added.
    #[error("the disk is full")]
    Full,
    /// The system could not read or write. That is also how a disk is found to be full where there is not even room for
    /// what stands beside the file while it is open.
    #[error("the disk could not be read or written, as when it is full (SQLite's error {code})")]
    Disk {
        /// The [extended result code](https://sqlite.org/rescode.html) of `SQLite`.
        code: i32,
    },
    /// The database could not do it: a missing folder, a missing permission.
    #[error(transparent)]
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match (error.sqlite_error_code(), error.sqlite_error()) {
            (Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt), _) => Self::Damaged,
            (Some(ErrorCode::DiskFull), _) => Self::Full,
            (Some(ErrorCode::SystemIoFailure), Some(failure)) => {
                Self::Disk { code: failure.extended_code }
            }
            (Some(_) | None, _) => Self::Database(error),
        }
    }
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

/// A store that was opened, and what became of a damaged one in its place.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// The name that a damaged file was given; a new store is in its place.
    pub set_aside: Option<PathBuf>,
}

impl Store {
    /// Opens a store, or makes one where there is none. An older version is migrated. A damaged store is renamed, with
    /// `at` in its new name; what is not surely a store stays where it is.
    ///
    /// # Errors
    ///
    /// When it is no store, was written by a newer version or another program, a damaged one cannot be renamed, or the
    /// file cannot be opened or written.
    pub fn open(path: &Path, at: Timestamp) -> Result<Opened, StoreError> {
        let looks = file::look(path);
        if looks == file::Looks::Nothing {
            return Err(StoreError::NoDatabase);
        }
        match Self::open_sound(path) {
            Ok(store) => Ok(Opened { store, set_aside: None }),
            Err(StoreError::Damaged) => {
                if looks != file::Looks::Ours {
                    return Err(StoreError::Foreign);
                }
                let to = file::set_aside(path, at)?;
                Ok(Opened { store: Self::open_sound(path)?, set_aside: Some(to) })
            }
            Err(error) => Err(error),
        }
    }

    fn open_sound(path: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        // Nothing is written before it is known whose file this is.
        owned(&connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A commit is on the disk when it returns, also when the power fails.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        migrate(&mut connection)?;
        Ok(Self { connection })
    }

    /// Adds what a run saw, all or nothing, and returns what that changed, each thing once. An observation that is
    /// there already, of the same source and moment, is not added twice and changes nothing; nor does one that is older
    /// than the last of its source.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; then nothing has been added, and what was there before is there still.
    pub fn record(&mut self, look: &Look) -> Result<Vec<Change>, StoreError> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let changes = add(&transaction, look)?;
        transaction.commit()?;
        Ok(changes)
    }

    /// Returns what [`Self::record`] would, and adds nothing.
    ///
    /// # Errors
    ///
    /// When the file cannot be written all the same: what a look changes is seen by adding it for a moment.
    pub fn foresee(&mut self, look: &Look) -> Result<Vec<Change>, StoreError> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let changes = add(&transaction, look)?;
        transaction.rollback()?;
        Ok(changes)
    }
}

fn add(transaction: &Transaction<'_>, look: &Look) -> Result<Vec<Change>, StoreError> {
    for document in &look.documents {
        writing::document(transaction, document)?;
    }
    let mut changes = Vec::new();
    for observation in &look.observations {
        changes.extend(writing::observation(transaction, observation)?);
    }
    Ok(told_once(changes))
}

/// Finds whose database a file is. An empty one is anybody's.
fn owned(connection: &Connection) -> Result<(), StoreError> {
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION && tables > 0 {
        return Err(StoreError::Foreign);
    }
    let found = version(connection)?;
    if found > KNOWN {
        return Err(StoreError::Newer { found, known: KNOWN });
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<u32, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    u32::try_from(version).map_err(|_| StoreError::Value(version.to_string()))
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    if version(connection)? == KNOWN {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another run may have migrated it, or a newer one gone further, while this one waited.
    owned(&transaction)?;
    for migration in &MIGRATIONS[version(&transaction)? as usize..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", KNOWN)?;
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests;
