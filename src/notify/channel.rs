//! The ways by which people are told.

use std::path::PathBuf;
use std::time::Duration;

use super::command::Command;
use super::email::Email;
use super::message::Message;
use super::outbox::OutboxError;
use super::webhook::Webhook;
use super::{atom, command, email, webhook};
use crate::fetch::Service;

/// A way by which people are told.
#[derive(Debug, Clone)]
pub enum Channel {
    /// An address that takes JSON.
    Webhook(Webhook),
    /// Email.
    Email(Box<Email>),
    /// A program that reads JSON.
    Command(Command),
    /// An Atom feed in a file.
    Feed(PathBuf),
}

/// The name of a way, in settings, messages and names of files. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChannelName {
    /// `webhook`
    Webhook,
    /// `email`
    Email,
    /// `command`
    Command,
    /// `feed`
    Feed,
}

impl ChannelName {
    /// Returns the name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Email => "email",
            Self::Command => "command",
            Self::Feed => "feed",
        }
    }
}

/// Why a message was not delivered. Passwords and keys are in none of them.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The receiver gave no answer.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The receiver answered with a status that is no success.
    #[error("status {0}")]
    Status(u16),
    /// The mail server did not take the message, for now or for good.
    #[error("the mail server did not take it: {why}")]
    Mail {
        /// Its words, or what was wrong with the connection.
        why: String,
        /// Whether it may take it later.
        may_pass: bool,
    },
    /// The program could not be started.
    #[error("cannot start `{program}`")]
    Start {
        /// Its path.
        program: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The program ended with a status that is no success, or by a signal.
    #[error("`{program}` ended with {status}")]
    Ended {
        /// Its path.
        program: PathBuf,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// The program ran for too long and was ended.
    #[error("`{program}` did not end within {} s", limit.as_secs())]
    Late {
        /// Its path.
        program: PathBuf,
        /// How long it may run.
        limit: Duration,
    },
    /// The feed cannot be read or written.
    #[error("cannot write the feed `{}`", path.display())]
    Feed {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file of the feed holds something else.
    #[error("`{}` is no feed of citeaudit", .0.display())]
    NoFeed(PathBuf),
    /// The outbox cannot be read or written.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

impl DeliveryError {
    /// Tells whether trying again in a moment may help.
    pub(super) const fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::Ended { .. } => true,
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500..=599),
            Self::Mail { may_pass, .. } => *may_pass,
            Self::Start { .. }
            | Self::Late { .. }
            | Self::Feed { .. }
            | Self::NoFeed(_)
            | Self::Outbox(_) => false,
        }
    }
}

impl Channel {
    /// Returns the name of the way.
    #[must_use]
    pub const fn name(&self) -> ChannelName {
        match self {
            Self::Webhook(_) => ChannelName::Webhook,
            Self::Email(_) => ChannelName::Email,
            Self::Command(_) => ChannelName::Command,
            Self::Feed(_) => ChannelName::Feed,
        }
    }

    /// Delivers a message, trying once.
    pub(super) async fn deliver(
        &self,
        message: &Message,
        service: &Service,
    ) -> Result<(), DeliveryError> {
        match self {
            Self::Webhook(webhook) => webhook::deliver(webhook, message, service).await,
            Self::Email(email) => email::deliver(email, message).await,
            Self::Command(command) => command::deliver(command, message).await,
            Self::Feed(path) => atom::deliver(path, message),
        }
    }
}
