//! Keeps messages until they have been delivered: a folder with a file for each message and channel. A file is there
//! whole or not at all, also after a crash, and two runs at once do not disturb each other.

use std::io;
use std::path::{Path, PathBuf};

use super::channel::ChannelName;
use super::message::Message;
use crate::whole_file;

/// A folder with messages that wait.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: PathBuf,
}

/// Why the outbox cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// A file or the folder cannot be read, written or removed.
    #[error("cannot use `{}` in the outbox", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file holds no message.
    #[error("`{}` in the outbox holds no message that can be read", path.display())]
    Message {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: serde_json::Error,
    },
}

impl Outbox {
    /// Names the folder, which is made with the first message.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Keeps a message for each of some channels. One that is kept already is not kept twice.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made or a file not written.
    pub fn keep(&self, message: &Message, channels: &[ChannelName]) -> Result<(), OutboxError> {
        let trouble = |path: &Path, source| OutboxError::File { path: path.to_owned(), source };
        std::fs::create_dir_all(&self.folder).map_err(|error| trouble(&self.folder, error))?;
        let text = serde_json::to_vec_pretty(message).map_err(io::Error::other);
        let text = text.map_err(|error| trouble(&self.folder, error))?;
        for channel in channels {
            let path = self.folder.join(file_name(message, *channel));
            whole_file::write(&path, &text).map_err(|error| trouble(&path, error))?;
        }
        Ok(())
    }

    /// Takes back a message that was kept, where it was not yet delivered.
    ///
    /// # Errors
    ///
    /// When a file cannot be removed.
    pub fn take_back(
        &self,
        message: &Message,
        channels: &[ChannelName],
    ) -> Result<(), OutboxError> {
        channels
            .iter()
            .try_for_each(|&channel| Self::remove(&self.folder.join(file_name(message, channel))))
    }

    /// Returns the files with the messages that wait for a channel, the oldest first.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read. One that is not there is an empty one.
    pub fn waiting(&self, channel: ChannelName) -> Result<Vec<PathBuf>, OutboxError> {
        let trouble = |source| OutboxError::File { path: self.folder.clone(), source };
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(trouble(error)),
        };
        let ending = ending(channel);
        let mut waiting = Vec::new();
        for entry in entries {
            let path = entry.map_err(trouble)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.ends_with(&ending) && !name.starts_with('.') {
                waiting.push(path);
            }
        }
        waiting.sort();
        Ok(waiting)
    }

    pub(super) fn read(path: &Path) -> Result<Message, OutboxError> {
        let text = std::fs::read(path)
            .map_err(|source| OutboxError::File { path: path.to_owned(), source })?;
        serde_json::from_slice(&text)
            .map_err(|source| OutboxError::Message { path: path.to_owned(), source })
    }

    pub(super) fn remove(path: &Path) -> Result<(), OutboxError> {
        match std::fs::remove_file(path) {
            // Another run has delivered it too.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.map_err(|source| OutboxError::File { path: path.to_owned(), source }),
        }
    }
}

/// The names sort by time.
fn file_name(message: &Message, channel: ChannelName) -> String {
    let at = message.at.strftime("%Y%m%dT%H%M%S%3fZ");
    let id = message.id.trim_start_matches("urn:uuid:");
    format!("{at}-{id}{}", ending(channel))
}

fn ending(channel: ChannelName) -> String {
    format!(".{}.json", channel.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(second: i64) -> Message {
        Message {
            id: format!("urn:uuid:{second}"),
            at: jiff::Timestamp::from_second(second).unwrap(),
            subject: "subject".into(),
            text: "text".into(),
            json: "{}".into(),
        }
    }

    #[test]
    fn messages_wait_for_their_channel_the_oldest_first() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::new(folder.path().join("outbox"));
        assert!(outbox.waiting(ChannelName::Email).unwrap().is_empty());
        for second in [2_000_000_000, 5, 2_000_000_000] {
            outbox.keep(&message(second), &[ChannelName::Email, ChannelName::Webhook]).unwrap();
        }
        let waiting = outbox.waiting(ChannelName::Email).unwrap();
        let read: Vec<Message> = waiting.iter().map(|path| Outbox::read(path).unwrap()).collect();
        assert_eq!(read, [message(5), message(2_000_000_000)]);
        Outbox::remove(&waiting[0]).unwrap();
        Outbox::remove(&waiting[0]).unwrap();
        assert_eq!(outbox.waiting(ChannelName::Email).unwrap().len(), 1);
        assert_eq!(outbox.waiting(ChannelName::Webhook).unwrap().len(), 2);
    }

    #[test]
    fn a_file_that_holds_no_message_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.email.json");
        std::fs::write(&path, "{").unwrap();
        let error = Outbox::read(&path).unwrap_err().to_string();
        assert!(error.starts_with('`') && error.contains("holds no message"), "{error}");
    }
}
