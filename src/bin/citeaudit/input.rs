//! Reads documents from files and standard input.

use std::io::{self, Read};
use std::path::Path;

use citeaudit::document::Document;
use citeaudit::fetched::sha256;
use citeaudit::pipeline::Input;
use citeaudit::read::{Beside, Hint, ReadError, read};

use crate::trouble::{self, Trouble};

/// A document as it was handed in.
pub(crate) struct Submitted {
    /// Its path as given, or `-`.
    pub(crate) path: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub(crate) sha256: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// Its text.
    pub(crate) document: Document,
}

impl From<Submitted> for Input {
    fn from(submitted: Submitted) -> Self {
        let Submitted { path, sha256, document, bytes: _ } = submitted;
        Self { path, sha256, document }
    }
}

/// Reads every document that can be read, and tells on standard error of each that cannot.
/// Returns the documents and how many could not be read.
pub(crate) fn documents(paths: &[std::path::PathBuf]) -> (Vec<Submitted>, usize) {
    let mut submitted = Vec::new();
    let mut unreadable = 0;
    for path in paths {
        match document(path) {
            Ok(document) => submitted.push(document),
            Err(error) => {
                trouble::tell(&error);
                unreadable += 1;
            }
        }
    }
    (submitted, unreadable)
}

fn document(path: &Path) -> anyhow::Result<Submitted> {
    submitted(path, bytes(path)?)
}

/// Reads the bytes of a file as a document.
///
/// # Errors
///
/// When they are none that can be read, with the path and a remedy.
pub(crate) fn submitted(path: &Path, bytes: Vec<u8>) -> anyhow::Result<Submitted> {
    let name = path.display().to_string();
    let beside = |name: &str| file_beside(path, name);
    let hint = Hint {
        name: path.file_name().and_then(|name| name.to_str()),
        beside: Some(Beside::new(&beside)),
        ..Hint::default()
    };
    let document = read(&bytes, &hint).map_err(|error| {
        let hint = match error {
            ReadError::Empty => "save the document again, or name another one",
            ReadError::Unsupported { .. } => {
                "save the document as DOCX, ODT, HTML, Markdown or plain text"
            }
            ReadError::Broken { .. } => "save the document again, or ask for another copy of it",
        };
        Trouble::new(format!("cannot read `{name}`: {error}"), hint)
    })?;
    Ok(Submitted { path: name, sha256: sha256(&bytes), document, bytes })
}

/// The largest file that is read beside a document, in bytes.
const LARGEST_BESIDE: u64 = 64 * 1024 * 1024;

/// Reads a file that a document names, if it is one in the document's folder or below; links out of it count as outside.
fn file_beside(document: &Path, name: &str) -> Option<Vec<u8>> {
    if document.as_os_str() == "-" {
        return None;
    }
    let folder = match document.parent()? {
        folder if folder.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    let folder = folder.canonicalize().ok()?;
    let file = folder.join(name).canonicalize().ok()?;
    let about = file.metadata().ok()?;
    let may_be_read = file.starts_with(&folder) && about.is_file() && about.len() <= LARGEST_BESIDE;
    may_be_read.then(|| std::fs::read(file).ok()).flatten()
}

/// Reads a file, or standard input for `-`.
///
/// # Errors
///
/// When it cannot be read, with the path and a remedy.
pub(crate) fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|error| {
        let (why, hint) = match error.kind() {
            io::ErrorKind::NotFound => ("there is no such file".to_owned(), "check the path"),
            io::ErrorKind::IsADirectory => {
                ("it is a directory".to_owned(), "name the documents in it, such as `folder/*.txt`")
            }
            io::ErrorKind::PermissionDenied => {
                ("it may not be read".to_owned(), "check the permissions of the file")
            }
            _ => (error.to_string(), "check the file"),
        };
        Trouble::new(format!("cannot read `{}`: {why}", path.display()), hint).into()
    })
}
