//! Opens the store, and says what to do when it cannot be used.

use std::path::Path;

use citeaudit::change::Change;
use citeaudit::history::{Opened, Store, StoreError};
use citeaudit::observation::Look;
use jiff::Timestamp;

use crate::notices::{News, Notices};
use crate::trouble::{Trouble, remark};

/// Opens a store, or makes one, and tells on standard error of a damaged one that was set aside.
///
/// # Errors
///
/// When it cannot be used, with a remedy.
pub(crate) fn open(path: &Path) -> anyhow::Result<Store> {
    let opened = Store::open(path, Timestamp::now()).map_err(|error| trouble(path, error))?;
    let Opened { store, set_aside } = opened;
    if let Some(aside) = set_aside {
        let (name, aside) = (path.display(), aside.display());
        remark(&format!("warning: the store `{name}` is damaged; it was kept as `{aside}`"));
    }
    Ok(store)
}

/// Adds what was seen, after noting who is to be told of what it changes. Returns what it changes.
///
/// # Errors
///
/// When the store or the messages that wait cannot be written.
pub(crate) fn record(
    store: &mut Store,
    path: &Path,
    look: &Look,
    notices: Option<&Notices>,
    news: &mut News,
) -> anyhow::Result<Vec<Change>> {
    if let Some(notices) = notices {
        notices.keep(news, store.foresee(look).map_err(|error| trouble(path, error))?)?;
    }
    store.record(look).map_err(|error| trouble(path, error))
}

/// Names the store that cannot be used, and the remedy.
pub(crate) fn trouble(path: &Path, error: StoreError) -> anyhow::Error {
    let hint = match &error {
        StoreError::Newer { .. } => "use the newer citeaudit, or name another file",
        StoreError::NoDatabase | StoreError::Foreign => "name another file",
        StoreError::NotSetAside { .. } => "move the file away",
        StoreError::Value(_) => "use the citeaudit that wrote it, or name another file",
        StoreError::Damaged => {
            "move it away, and run it again: a new store begins; `sqlite3 FILE .recover` reads what is whole of it"
        }
        StoreError::Full | StoreError::Disk { .. } => {
            "make room on its disk, and run it again: what was written before is there still"
        }
        StoreError::Database(_) => "check the folder, its permissions and the space on its disk",
    };
    let (name, error) = (path.display(), anyhow::Error::from(error));
    Trouble::new(format!("cannot use the store `{name}`: {error:#}"), hint).into()
}
