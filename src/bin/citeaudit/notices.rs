//! Telling people what changed, as the settings say: the messages wait in a folder beside the store.

use std::path::{Path, PathBuf};
use std::time::Duration;

use citeaudit::change::Change;
use citeaudit::fetch::Service;
use citeaudit::notify::{
    BUILT_IN, Channel, ChannelName, Command, Email, Outbox, Pace, Webhook, message, send,
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

    /// Puts what changed in the outbox, as one message; nothing if none of it is news. To be called before the changes
    /// are remembered: a message that is made twice has one name, one that was never made is lost.
    ///
    /// # Errors
    ///
    /// When the template is wrong, or the outbox cannot be written.
    pub(crate) fn keep(&self, changes: &[Change], at: Timestamp) -> anyhow::Result<()> {
        let made = message(changes, at, &self.template).or_else(|error| {
            remark(&format!("warning: `notify-template`: {error}; the built-in one is used"));
            message(changes, at, BUILT_IN)
        })?;
        let names: Vec<ChannelName> = self.channels.iter().map(Channel::name).collect();
        Ok(made.map_or(Ok(()), |message| self.outbox.keep(&message, &names))?)
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
