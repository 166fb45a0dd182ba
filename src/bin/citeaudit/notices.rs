//! Telling people what changed, as the settings say: the messages wait in a folder beside the store.

use std::path::{Path, PathBuf};
use std::time::Duration;

use citeaudit::change::Change;
use citeaudit::fetch::Service;
use citeaudit::notify::{
    BUILT_IN, Channel, ChannelName, Command, Email, Message, Outbox, Pace, Webhook, message, send,
};
use jiff::Timestamp;
use url::Url;

use crate::network;
use crate::settings::{NotifySettings, Settings};
use crate::trouble::{Trouble, remark};

/// How long a command may run.
const COMMAND_LIMIT: Duration = Duration::from_mins(1);

/// Whom to tell, and how.
pub(crate) struct Notices {
    channels: Vec<Channel>,
    template: String,
    outbox: Outbox,
    service: Service,
}

/// What one run has to tell: one message, however many parts the run is remembered in.
pub(crate) struct News {
    at: Timestamp,
    changes: Vec<Change>,
    /// What stands in the outbox of it.
    message: Option<Message>,
}

impl News {
    /// Starts the message of a run.
    pub(crate) const fn of(at: Timestamp) -> Self {
        Self { at, changes: Vec::new(), message: None }
    }
}

/// Whether everybody was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// Everybody was.
    All,
    /// Something is kept for a later run; standard error says what and why.
    Kept,
}

impl Notices {
    /// Reads the settings; `None` if they name nobody to tell. Messages wait beside the store.
    ///
    /// # Errors
    ///
    /// When a setting is wrong, or the template cannot be read or filled in.
    pub(crate) fn new(settings: &Settings, store: &Path) -> anyhow::Result<Option<Self>> {
        let channels = channels(&settings.notify)?;
        if channels.is_empty() {
            return Ok(None);
        }
        let template = match &settings.notify.template {
            Some(path) => String::from_utf8_lossy(&crate::input::bytes(path)?).into_owned(),
            None => BUILT_IN.to_owned(),
        };
        let mut folder = store.as_os_str().to_owned();
        folder.push(".outbox");
        let outbox = Outbox::new(PathBuf::from(folder));
        Ok(Some(Self { channels, template, outbox, service: network::service(settings)? }))
    }

    /// Adds what changed to the message of a run, and puts that in the outbox in place of what it was before; nothing
    /// if none of it is news. To be called before the changes are remembered: what is told twice is worth more than
    /// what is never told.
    ///
    /// # Errors
    ///
    /// When the template is wrong, or the outbox cannot be written.
    pub(crate) fn keep(&self, news: &mut News, changes: Vec<Change>) -> anyhow::Result<()> {
        news.changes.extend(changes);
        let made = message(&news.changes, news.at, &self.template).or_else(|error| {
            remark(&format!("warning: `notify-template`: {error}; the built-in one is used"));
            message(&news.changes, news.at, BUILT_IN)
        })?;
        let Some(made) = made.filter(|made| news.message.as_ref() != Some(made)) else {
            return Ok(());
        };
        let names: Vec<ChannelName> = self.channels.iter().map(Channel::name).collect();
        self.outbox.keep(&made, &names)?;
        if let Some(before) = news.message.replace(made) {
            self.outbox.take_back(&before, &names)?;
        }
        Ok(())
    }

    /// Sends all that waits, and says on standard error what could not be sent.
    pub(crate) async fn send(&self) -> Told {
        let mut told = Told::All;
        let deliveries = send(&self.channels, &self.outbox, &self.service, Pace::default()).await;
        for delivery in deliveries {
            let Some(trouble) = delivery.trouble else { continue };
            told = Told::Kept;
            let (name, trouble) = (delivery.channel.as_str(), anyhow::Error::from(trouble));
            remark(&format!(
                "warning: notify by {name}: {trouble:#}; messages kept for the next run: {}",
                delivery.kept
            ));
        }
        told
    }
}

fn channels(settings: &NotifySettings) -> anyhow::Result<Vec<Channel>> {
    let mut channels = Vec::new();
    if let Some(url) = &settings.webhook {
        channels.push(Channel::Webhook(webhook(url, settings.webhook_secret.as_ref())?));
    }
    if let Some(server) = &settings.smtp {
        let from = settings.from.as_deref().unwrap_or_default();
        let email = Email::new(server, from, &settings.to).map_err(|error| {
            Trouble::new(
                format!("cannot notify by email: {error}"),
                "set `notify-smtp` as smtps://user:password@host, `notify-from` to an address and `notify-to` to a list",
            )
        })?;
        channels.push(Channel::Email(Box::new(email)));
    }
    if let [program, arguments @ ..] = &settings.command[..] {
        channels.push(Channel::Command(Command {
            program: PathBuf::from(program),
            arguments: arguments.to_vec(),
            limit: COMMAND_LIMIT,
        }));
    }
    channels.extend(settings.feed.clone().map(Channel::Feed));
    Ok(channels)
}

fn webhook(url: &str, secret: Option<&String>) -> anyhow::Result<Webhook> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| {
        // It may hold a secret: it is not repeated.
        Trouble::new("`notify-webhook`: expected an address", "write it as https://host/path")
    })?;
    Ok(Webhook { url, secret: secret.cloned() })
}

#[cfg(test)]
mod tests {
    use citeaudit::change::ChangeKind;

    use super::*;
    use crate::settings;

    fn change(url: &str) -> Change {
        let at = Timestamp::UNIX_EPOCH;
        let kind = ChangeKind::New { reason: "status 404".into(), since: at, last_success: None };
        let documents = vec!["report.txt".to_owned()];
        Change { canonical: url.to_owned(), url: url.to_owned(), documents, at, kind }
    }

    #[test]
    fn a_run_that_is_remembered_in_parts_is_told_in_one_message() {
        let folder = tempfile::tempdir().unwrap();
        let feed = folder.path().join("feed.xml").display().to_string();
        let flags = toml::Table::from_iter([("notify-feed".to_owned(), toml::Value::from(feed))]);
        let settings = settings::load(None, std::iter::empty(), flags).unwrap();
        let store = folder.path().join("store.sqlite");
        let notices = Notices::new(&settings, &store).unwrap().unwrap();
        let mut news = News::of(Timestamp::UNIX_EPOCH);
        for url in ["https://a.example/", "https://b.example/"] {
            notices.keep(&mut news, vec![change(url)]).unwrap();
        }
        notices.keep(&mut news, Vec::new()).unwrap();
        let waiting = notices.outbox.waiting(ChannelName::Feed).unwrap();
        assert_eq!(waiting.len(), 1);
        let message = std::fs::read_to_string(&waiting[0]).unwrap();
        assert!(message.contains("a.example") && message.contains("b.example"), "{message}");
    }
}
