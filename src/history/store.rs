//! The store: one `SQLite` file of documents, sources, quotations and what was observed of them.
//! Nothing that is in it is ever overwritten: a damaged file is set aside, one of a newer version refused.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{
    Connection, ErrorCode, OptionalExtension as _, Transaction, TransactionBehavior, params,
};

use crate::observation::{Observation, ObservedQuotation};
use crate::report::{Severity, Verdict};
use crate::source::Liveness;

/// Marks a file as ours (`PRAGMA application_id`): "cite" in ASCII.
const APPLICATION: i32 = 0x6369_7465;

/// How every database of `SQLite` begins, where in it `application_id` is, and the size of its first page as we write it.
///
/// <https://sqlite.org/fileformat2.html#the_database_header>
const MAGIC: &[u8] = b"SQLite format 3\0";
const APPLICATION_AT: std::ops::Range<usize> = 68..72;
const FIRST_PAGE: u64 = 4096;

/// What stands in the first page of a store also when its header is lost.
const OWN_TABLE: &[u8] = b"CREATE TABLE sighting (";

/// The version that is written.
const KNOWN: u32 = 1;

/// What brings a store from each version to the next.
const MIGRATIONS: [&str; KNOWN as usize] = [include_str!("schema_1.sql")];

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
    /// The database could not do it: a full disk, a missing folder, a missing permission.
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
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
        let looks = look(path);
        if looks == Looks::Nothing {
            return Err(StoreError::NoDatabase);
        }
        match Self::open_sound(path) {
            Ok(store) => Ok(Opened { store, set_aside: None }),
            Err(StoreError::Database(error)) if is_damage(&error) => {
                if looks != Looks::Ours {
                    return Err(StoreError::Foreign);
                }
                let to = set_aside(path, at)?;
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

    /// Adds observations, all or none. One that is there already, of the same source and moment, is not added twice.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; then nothing has been added, and what was there before is there still.
    pub fn add(&mut self, observations: &[Observation]) -> Result<(), StoreError> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for observation in observations {
            add(&transaction, observation)?;
        }
        Ok(transaction.commit()?)
    }

    /// Returns what was observed of a source, given by the canonical form of its address, the oldest first.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds what this version does not know.
    pub fn timeline(&self, canonical: &str) -> Result<Vec<Observation>, StoreError> {
        let known: Option<(i64, String)> = self
            .connection
            .query_row("SELECT id, url FROM source WHERE canonical = ?1", [canonical], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((source, url)) = known else { return Ok(Vec::new()) };
        let documents = self.citing(source)?;
        let mut statement = self.connection.prepare_cached(
            "SELECT at, liveness, reason, final_url, status, sha256 FROM observation
             WHERE source = ?1 ORDER BY at",
        )?;
        let mut rows = statement.query([source])?;
        let mut timeline = Vec::new();
        while let Some(row) = rows.next()? {
            let (at, liveness): (i64, String) = (row.get(0)?, row.get(1)?);
            timeline.push(Observation {
                canonical: canonical.to_owned(),
                url: url.clone(),
                at: moment(at)?,
                liveness: named(liveness)?,
                reason: row.get(2)?,
                final_url: row.get(3)?,
                status: row.get(4)?,
                sha256: row.get(5)?,
                documents: documents.clone(),
                quotations: self.sightings(source, at)?,
            });
        }
        Ok(timeline)
    }

    fn citing(&self, source: i64) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path FROM citing JOIN document ON document.id = citing.document
             WHERE source = ?1 ORDER BY path",
        )?;
        let paths = statement.query_map([source], |row| row.get(0))?;
        Ok(paths.collect::<Result<_, _>>()?)
    }

    fn sightings(&self, source: i64, at: i64) -> Result<Vec<ObservedQuotation>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path, text, verdict, passage FROM sighting
             JOIN quotation ON quotation.id = sighting.quotation
             JOIN document ON document.id = quotation.document
             WHERE source = ?1 AND at = ?2 ORDER BY quotation.id",
        )?;
        let mut rows = statement.query(params![source, at])?;
        let mut sightings = Vec::new();
        while let Some(row) = rows.next()? {
            sightings.push(ObservedQuotation {
                document: row.get(0)?,
                text: row.get(1)?,
                verdict: verdict(row.get(2)?)?,
                passage: row.get(3)?,
            });
        }
        Ok(sightings)
    }
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

/// What a file looks like before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    /// A store, sound or damaged; or a file that is absent, empty or cannot be read, of which opening it tells more.
    Ours,
    /// A database of another program.
    Database,
    /// No database.
    Nothing,
}

fn look(path: &Path) -> Looks {
    let mut start = Vec::new();
    // What is not a plain file may never end, or never begin.
    let plain = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let mut read = || std::fs::File::open(path)?.take(FIRST_PAGE).read_to_end(&mut start);
    if !plain || read().is_err() || start.is_empty() {
        return Looks::Ours;
    }
    let marked = start.get(APPLICATION_AT).map(|found| found == APPLICATION.to_be_bytes());
    // A script that makes our tables is text: it has no zero.
    let has_table = memchr::memmem::find(&start, OWN_TABLE).is_some() && start.contains(&0);
    match (start.starts_with(MAGIC), marked) {
        // A database that ends within its header is damaged, and names nobody else.
        (true, None) | (true | false, Some(true)) => Looks::Ours,
        (true | false, Some(false) | None) if has_table => Looks::Ours,
        (true, Some(false)) => Looks::Database,
        (false, Some(false) | None) => Looks::Nothing,
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}

/// Renames a damaged store, with the files that belong to it, to a name that is free.
fn set_aside(path: &Path, at: Timestamp) -> Result<PathBuf, StoreError> {
    let beside = |base: &Path, suffix: &str| {
        let mut name = base.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let day = at.strftime("%Y%m%dT%H%M%SZ");
    let mut to = beside(path, &format!(".damaged-{day}"));
    for number in 2.. {
        if !to.exists() {
            break;
        }
        to = beside(path, &format!(".damaged-{day}-{number}"));
    }
    // What belongs to it goes first: a new store must not find the log of the old one.
    for suffix in ["-wal", "-shm", ""] {
        let from = beside(path, suffix);
        if from.exists()
            && let Err(source) = std::fs::rename(&from, beside(&to, suffix))
        {
            return Err(StoreError::NotSetAside { to, source });
        }
    }
    Ok(to)
}

fn add(transaction: &Transaction<'_>, observation: &Observation) -> Result<(), StoreError> {
    let source: i64 = transaction
        .prepare_cached(
            "INSERT INTO source (canonical, url) VALUES (?1, ?2)
             ON CONFLICT (canonical) DO UPDATE SET url = excluded.url RETURNING id",
        )?
        .query_row([&observation.canonical, &observation.url], |row| row.get(0))?;
    let at = observation.at.as_millisecond();
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO observation
             (source, at, liveness, reason, final_url, status, sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            source,
            at,
            observation.liveness.name(),
            observation.reason,
            observation.final_url,
            observation.status,
            observation.sha256,
        ])?;
    for path in &observation.documents {
        let document = document(transaction, path)?;
        transaction
            .prepare_cached("INSERT OR IGNORE INTO citing (document, source) VALUES (?1, ?2)")?
            .execute([document, source])?;
    }
    observation.quotations.iter().try_for_each(|seen| add_sighting(transaction, source, at, seen))
}

fn add_sighting(
    transaction: &Transaction<'_>,
    source: i64,
    at: i64,
    seen: &ObservedQuotation,
) -> Result<(), StoreError> {
    let quotation: i64 = transaction
        .prepare_cached(
            "INSERT INTO quotation (document, text) VALUES (?1, ?2)
             ON CONFLICT (document, text) DO UPDATE SET text = excluded.text RETURNING id",
        )?
        .query_row(params![document(transaction, &seen.document)?, seen.text], |row| row.get(0))?;
    transaction
        .prepare_cached(
            "INSERT OR IGNORE INTO sighting (source, at, quotation, verdict, passage)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![source, at, quotation, verdict_name(seen.verdict), seen.passage])?;
    Ok(())
}

fn document(transaction: &Transaction<'_>, path: &str) -> Result<i64, StoreError> {
    let id = transaction
        .prepare_cached(
            "INSERT INTO document (path) VALUES (?1)
             ON CONFLICT (path) DO UPDATE SET path = excluded.path RETURNING id",
        )?
        .query_row([path], |row| row.get(0))?;
    Ok(id)
}

fn moment(milliseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds)
        .map_err(|_| StoreError::Value(milliseconds.to_string()))
}

fn named(name: String) -> Result<Liveness, StoreError> {
    let found = Liveness::ALL.into_iter().find(|liveness| liveness.name() == name);
    found.ok_or(StoreError::Value(name))
}

/// Returns the name under which a verdict is kept: that of the reports, and whether a change is minor.
const fn verdict_name(verdict: Verdict) -> &'static str {
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

fn verdict(name: String) -> Result<Verdict, StoreError> {
    let minor = Verdict::Altered(Severity::Minor);
    let mut all = Verdict::ALL.into_iter().chain([minor]);
    all.find(|verdict| verdict_name(*verdict) == name).ok_or(StoreError::Value(name))
}

#[cfg(test)]
mod tests;
