//! Remembers a run in a store: its documents, what it is answered, and what was seen.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use citeaudit::fetch::Stock;
use citeaudit::fetched::KeptAnswer;
use citeaudit::history::{KeepPages, Store, StoreError};
use citeaudit::observation::Look;
use etcetera::BaseStrategy as _;

use crate::input::Submitted;
use crate::settings::Settings;
use crate::store::{open, trouble};
use crate::trouble::Trouble;

/// How many answers wait to be kept: while the disk is slow, the network waits.
const WAITING: usize = 8;

/// How many answers are kept in one go at most. Each go waits for the disk.
const IN_ONE_GO: usize = 64;

/// Returns where the store is: as named, or in the user's folder for data, which is made if need be.
///
/// # Errors
///
/// When no place is named and the user has no such folder, or it cannot be made.
pub(crate) fn place(settings: &Settings) -> anyhow::Result<PathBuf> {
    if let Some(path) = &settings.store {
        return Ok(path.clone());
    }
    let hint = "name a file with --store";
    let strategy = etcetera::choose_base_strategy()
        .map_err(|error| Trouble::new(format!("cannot tell where data is kept: {error}"), hint))?;
    let folder = strategy.data_dir().join("citeaudit");
    std::fs::create_dir_all(&folder).map_err(|error| {
        Trouble::new(format!("cannot make the folder `{}`: {error}", folder.display()), hint)
    })?;
    Ok(folder.join("store.sqlite"))
}

/// Returns a path that means the same wherever a command is run; standard input has none.
pub(crate) fn absolute(path: &str) -> String {
    match path {
        "-" => path.to_owned(),
        _ => std::path::absolute(path)
            .map_or_else(|_| path.to_owned(), |path| path.display().to_string()),
    }
}

/// The store of a run that is to be remembered.
pub(crate) struct Memory {
    path: PathBuf,
    store: Store,
    keeper: Keeper,
}

impl Memory {
    /// Opens a store, keeps the documents there, and starts to keep what is answered.
    ///
    /// # Errors
    ///
    /// When the store cannot be opened or written.
    pub(crate) fn start(
        path: &Path,
        keep: KeepPages,
        documents: &[Submitted],
    ) -> anyhow::Result<Self> {
        let mut store = open(path)?;
        for document in documents {
            let kept = store.keep_document(&document.sha256, &document.bytes);
            kept.map_err(|error| trouble(path, error))?;
        }
        Ok(Self { path: path.to_owned(), store, keeper: Keeper::start(path, keep)? })
    }

    /// Returns where a fetcher finds and keeps answers.
    pub(crate) fn stock(&self) -> Stock {
        self.keeper.stock()
    }

    /// Adds what was seen. The stocks must have been dropped.
    ///
    /// # Errors
    ///
    /// When something could not be written.
    pub(crate) fn finish(mut self, look: &Look) -> anyhow::Result<()> {
        let kept = self.keeper.finish();
        let recorded = self.store.record(look);
        recorded.map_err(|error| trouble(&self.path, error))?;
        kept
    }
}

/// Keeps answers in a store while a run goes on.
pub(crate) struct Keeper {
    path: PathBuf,
    answers: SyncSender<KeptAnswer>,
    writer: JoinHandle<Result<(), StoreError>>,
    reader: Arc<Mutex<Store>>,
}

impl Keeper {
    /// Starts to keep answers.
    ///
    /// # Errors
    ///
    /// When the store cannot be opened.
    pub(crate) fn start(path: &Path, keep: KeepPages) -> anyhow::Result<Self> {
        let (reader, writer) = (open(path)?, open(path)?);
        let (answers, waiting) = sync_channel(WAITING);
        let writer = std::thread::spawn(move || write(writer, &waiting, keep));
        Ok(Self { path: path.to_owned(), answers, writer, reader: Arc::new(Mutex::new(reader)) })
    }

    /// Returns where a fetcher finds and keeps answers.
    pub(crate) fn stock(&self) -> Stock {
        let (reader, answers) = (Arc::clone(&self.reader), self.answers.clone());
        Stock {
            find: Arc::new(move |url| {
                let store = reader.lock().unwrap_or_else(PoisonError::into_inner);
                // What cannot be read is fetched.
                store.kept_answer(url.as_str()).ok().flatten()
            }),
            // When the writer has failed, nobody waits for answers any more, and the run goes on without it.
            keep: Arc::new(move |answer| drop(answers.send(answer))),
        }
    }

    /// Waits until everything is kept. The stocks must have been dropped.
    ///
    /// # Errors
    ///
    /// When something could not be kept.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let Self { path, answers, writer, reader: _ } = self;
        drop(answers);
        match writer.join() {
            Ok(written) => written.map_err(|error| trouble(&path, error)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// Writes what comes until nobody can send any more; several at once where several wait.
fn write(
    mut store: Store,
    waiting: &Receiver<KeptAnswer>,
    keep: KeepPages,
) -> Result<(), StoreError> {
    while let Ok(first) = waiting.recv() {
        let mut answers = vec![first];
        answers.extend(waiting.try_iter().take(IN_ONE_GO - 1));
        store.keep_answers(&answers, keep)?;
    }
    Ok(())
}
