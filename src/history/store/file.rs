//! Tells what a file is before it is opened, and puts a damaged store out of the way.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{APPLICATION, StoreError};

/// How every database of `SQLite` begins, and where in it `application_id` is.
///
/// <https://sqlite.org/fileformat2.html#the_database_header>
const MAGIC: &[u8] = b"SQLite format 3\0";
const APPLICATION_AT: std::ops::Range<usize> = 68..72;

/// In how many bytes the names of our tables stand: they are made before anything is written.
const SCHEMA_BYTES: u64 = 256 * 1024;

/// What stands in there also when the header is lost, whatever the version.
const OWN_TABLES: [&[u8]; 2] = [b"CREATE TABLE sighting (", b"CREATE TABLE outcome ("];

/// What a file looks like before it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// A store, sound or damaged; or a file that is absent, empty or cannot be read, of which opening it tells more.
    Ours,
    /// A database of another program.
    Database,
    /// No database.
    Nothing,
}

pub(super) fn look(path: &Path) -> Looks {
    let mut start = Vec::new();
    // What is not a plain file may never end, or never begin.
    let plain = std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let mut read = || std::fs::File::open(path)?.take(SCHEMA_BYTES).read_to_end(&mut start);
    if !plain || read().is_err() || start.is_empty() {
        return Looks::Ours;
    }
    let marked = start.get(APPLICATION_AT).map(|found| found == APPLICATION.to_be_bytes());
    // A script that makes our tables is text: it has no zero.
    let has_table = OWN_TABLES.iter().any(|table| memchr::memmem::find(&start, table).is_some())
        && start.contains(&0);
    match (start.starts_with(MAGIC), marked) {
        // A database that ends within its header is damaged, and names nobody else.
        (true, None) | (true | false, Some(true)) => Looks::Ours,
        (true | false, Some(false) | None) if has_table => Looks::Ours,
        (true, Some(false)) => Looks::Database,
        (false, Some(false) | None) => Looks::Nothing,
    }
}

/// Renames a damaged store, with the files that belong to it, to a name that is free.
pub(super) fn set_aside(path: &Path, at: Timestamp) -> Result<PathBuf, StoreError> {
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
