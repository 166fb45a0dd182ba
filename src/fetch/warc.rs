//! Reads and writes WARC files (ISO 28500): what was asked and answered, so that a run can be repeated without network.
//! Knows records and their order in a file, not what to do when one is missing.

mod http_message;
mod index;
mod record;
mod writer;

use std::path::PathBuf;

pub(super) use index::{Archive, Stored};
pub(super) use writer::Writer;

/// Why a recording cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WarcError {
    /// The file cannot be opened, read or written.
    #[error("cannot use the recording `{}`", path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A record is damaged.
    #[error("cannot read the recording `{}`: the record at byte {offset} {problem}", path.display())]
    Record {
        /// The path of the file.
        path: PathBuf,
        /// Where the record starts in the file, in bytes.
        offset: u64,
        /// What is wrong with it: "has no `Content-Length`".
        problem: String,
    },
    /// The file holds many records in one compressed piece, so that none can be read alone.
    #[error("cannot read the recording `{}`: it is compressed as one piece", path.display())]
    OnePiece {
        /// The path of the file.
        path: PathBuf,
    },
}

impl WarcError {
    /// Returns what to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => {
                "give the path of a WARC file that can be read, such as one made with `--record`"
            }
            Self::Record { offset: 0, .. } => {
                "give a WARC file (`.warc` or `.warc.gz`), such as one made with `--record`"
            }
            Self::Record { .. } => {
                "record again, or cut the file off before that byte to use what comes before"
            }
            Self::OnePiece { .. } => "unpack it with `gunzip`; a plain `.warc` can be read",
        }
    }
}
