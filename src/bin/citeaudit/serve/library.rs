//! The documents that were uploaded, in a folder: for each its bytes, what is known of it, and its last report.
//! No name of a user is ever part of a path.

use std::io;
use std::path::{Path, PathBuf};

use citeaudit::fetched::sha256;
use citeaudit::whole_file;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How long the name of a document may be, in characters.
const MAX_NAME_CHARS: usize = 120;

/// A folder with documents.
pub(super) struct Library {
    folder: PathBuf,
}

/// Names a document in addresses and paths: 16 hexadecimal digits, made of the document's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DocumentId(String);

/// What is known of a document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Card {
    /// The name that it was uploaded under.
    pub(super) name: String,
    /// When it was uploaded.
    pub(super) uploaded_at: Timestamp,
    /// Its last check that came to an end.
    pub(super) checked: Option<Checked>,
}

/// What a check found, in numbers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Checked {
    pub(super) at: Timestamp,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
    pub(super) quotations: usize,
    pub(super) live: usize,
    pub(super) dead: usize,
    pub(super) unchecked: usize,
}

/// A form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReportFile {
    Html,
    Json,
}

impl ReportFile {
    const fn name(self) -> &'static str {
        match self {
            Self::Html => "report.html",
            Self::Json => "report.json",
        }
    }
}

impl DocumentId {
    /// Reads what an address names; `None` if it is no name of a document.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits =
            text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        digits.then(|| Self(text.to_owned()))
    }

    /// A newer version of a document has its name, and goes on with its history.
    fn of(name: &str) -> Self {
        Self(sha256(name.as_bytes())[..16].to_owned())
    }

    /// Returns the digits.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the last part of a path as the name of a document, without what could act on a terminal or a page; `None` if
/// nothing is left.
pub(super) fn document_name(path: &str) -> Option<String> {
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
    let name = name.trim();
    (!matches!(name, "" | "." | "..")).then(|| name.to_owned())
}

impl Library {
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let folder = folder.join("documents");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    fn path(&self, id: &DocumentId, file: &str) -> PathBuf {
        self.folder.join(id.as_str()).join(file)
    }

    /// Adds a document, or a newer version of one.
    pub(super) fn add(&self, name: &str, bytes: &[u8], at: Timestamp) -> io::Result<DocumentId> {
        let id = DocumentId::of(name);
        std::fs::create_dir_all(self.folder.join(id.as_str()))?;
        let checked = self.card(&id)?.and_then(|card| card.checked);
        whole_file::write(&self.path(&id, "document"), bytes)?;
        self.write_card(&id, &Card { name: name.to_owned(), uploaded_at: at, checked })?;
        Ok(id)
    }

    /// Returns what is known of a document; `None` if there is no such document.
    pub(super) fn card(&self, id: &DocumentId) -> io::Result<Option<Card>> {
        let Some(text) = read(&self.path(id, "card.json"))? else { return Ok(None) };
        serde_json::from_slice(&text).map(Some).map_err(io::Error::other)
    }

    fn write_card(&self, id: &DocumentId, card: &Card) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(card).map_err(io::Error::other)?;
        whole_file::write(&self.path(id, "card.json"), &text)
    }

    /// Returns all documents, by name.
    pub(super) fn list(&self) -> io::Result<Vec<(DocumentId, Card)>> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let Some(id) = name.to_str().and_then(DocumentId::parse) else { continue };
            if let Some(card) = self.card(&id)? {
                all.push((id, card));
            }
        }
        all.sort_by(|a, b| {
            a.1.name.to_lowercase().cmp(&b.1.name.to_lowercase()).then(a.0.cmp(&b.0))
        });
        Ok(all)
    }

    /// Returns the bytes of a document.
    pub(super) fn bytes(&self, id: &DocumentId) -> io::Result<Vec<u8>> {
        std::fs::read(self.path(id, "document"))
    }

    /// Keeps a report in the place of the one before.
    pub(super) fn keep_report(
        &self,
        id: &DocumentId,
        file: ReportFile,
        bytes: &[u8],
    ) -> io::Result<()> {
        whole_file::write(&self.path(id, file.name()), bytes)
    }

    /// Notes what a check found.
    pub(super) fn note(&self, id: &DocumentId, checked: Checked) -> io::Result<()> {
        let Some(card) = self.card(id)? else { return Ok(()) };
        self.write_card(id, &Card { checked: Some(checked), ..card })
    }

    /// Returns the last report; `None` if there is none.
    pub(super) fn report(&self, id: &DocumentId, file: ReportFile) -> io::Result<Option<Vec<u8>>> {
        read(&self.path(id, file.name()))
    }
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_newer_version_of_a_document_takes_its_place_and_keeps_its_state() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let at = Timestamp::UNIX_EPOCH;
        let id = library.add("b.txt", b"one", at).unwrap();
        library.add("a.txt", b"other", at).unwrap();
        let checked = Checked {
            at,
            errors: 1,
            warnings: 0,
            notes: 0,
            quotations: 2,
            live: 3,
            dead: 0,
            unchecked: 0,
        };
        library.note(&id, checked).unwrap();
        assert_eq!(library.add("b.txt", b"two", at).unwrap(), id);
        assert_eq!(library.bytes(&id).unwrap(), b"two");
        let list = library.list().unwrap();
        let names: Vec<&str> = list.iter().map(|(_, card)| card.name.as_str()).collect();
        assert_eq!(names, ["a.txt", "b.txt"]);
        assert_eq!(list[1].1.checked.as_ref().unwrap().errors, 1);
    }

    #[test]
    fn a_name_is_the_last_part_of_a_path() {
        for (path, name) in [
            ("report.txt", Some("report.txt")),
            ("C:\\Users\\a\\report.docx", Some("report.docx")),
            ("../../etc/passwd", Some("passwd")),
            ("..", None),
            ("a/", None),
            ("\u{0}\n", None),
        ] {
            assert_eq!(document_name(path).as_deref(), name, "{path:?}");
        }
    }

    proptest! {
        #[test]
        fn no_name_leads_out_of_the_folder(name in ".{0,60}", id in ".{0,20}") {
            if let Some(name) = document_name(&name) {
                prop_assert!(!name.contains(['/', '\\']) && !name.chars().any(char::is_control));
                prop_assert!(DocumentId::parse(DocumentId::of(&name).as_str()).is_some());
            }
            if let Some(id) = DocumentId::parse(&id) {
                prop_assert!(id.as_str().bytes().all(|byte| byte.is_ascii_hexdigit()));
            }
        }
    }
}
