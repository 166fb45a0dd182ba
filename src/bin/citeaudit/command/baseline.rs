//! `--baseline`: what is known from an earlier run, of its report in JSON or of a store.

use std::path::Path;

use citeaudit::baseline::Baseline;

use crate::input::{self, Submitted};
use crate::trouble::Trouble;
use crate::{memory, store};

/// How a store begins: it is a database of `SQLite`.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// Reads what is known of documents.
///
/// # Errors
///
/// When the file cannot be read, or is neither a report nor a store.
pub(super) fn load(path: &Path, documents: &[Submitted]) -> anyhow::Result<Baseline> {
    let bytes = input::bytes(path)?;
    if bytes.starts_with(DATABASE) {
        return of_store(path, documents);
    }
    let baseline = Baseline::of_report(&String::from_utf8_lossy(&bytes)).map_err(|error| {
        Trouble::new(
            format!("cannot use the baseline `{}`: {error}", path.display()),
            "name a report made with `-o baseline.json`, or a store",
        )
    })?;
    Ok(baseline)
}

fn of_store(path: &Path, documents: &[Submitted]) -> anyhow::Result<Baseline> {
    let known = store::open(path)?;
    let mut baseline = Baseline::default();
    for document in documents {
        let findings = known.findings(&memory::absolute(&document.path));
        let findings = findings.map_err(|error| store::trouble(path, error))?;
        baseline.add(&document.path, &findings.unwrap_or_default());
    }
    Ok(baseline)
}
