//! Tells people what changed about sources: by a webhook, by email, by a command, in a feed. A message is kept in the
//! outbox before it is sent, and stays there until it has been. Finds no changes and decides not what to watch.

mod atom;
mod channel;
mod command;
mod email;
mod message;
mod outbox;
mod template;
mod webhook;
mod wire;

use std::time::Duration;

use crate::fetch::Service;

pub use channel::{Channel, ChannelName, DeliveryError};
pub use command::Command;
pub use email::{Email, EmailError};
pub use message::{Message, message};
pub use outbox::{Outbox, OutboxError};
pub use template::{BUILT_IN, TemplateError};
pub use webhook::Webhook;

/// How often a message is tried in one run, and how long between.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How often it is tried again where that may help. Default: 3 times.
    pub retries: u32,
    /// How long until the first repetition; each further one waits four times as long. Default: 1 s.
    pub first_wait: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { retries: 3, first_wait: Duration::from_secs(1) }
    }
}

/// What became of the messages for one channel.
#[derive(Debug)]
pub struct Delivery {
    /// The channel.
    pub channel: ChannelName,
    /// How many messages were delivered.
    pub delivered: usize,
    /// How many are kept for a later run.
    pub kept: usize,
    /// Why the first of those was not delivered.
    pub trouble: Option<DeliveryError>,
}

/// Sends all that waits in the outbox, on each channel the oldest first, and takes out what was delivered. A channel
/// that fails keeps its messages. A message whose delivery is not known to have succeeded is sent again: the receiver
/// can tell by its name.
pub async fn send(
    channels: &[Channel],
    outbox: &Outbox,
    service: &Service,
    pace: Pace,
) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    for channel in channels {
        deliveries.push(send_on(channel, outbox, service, pace).await);
    }
    deliveries
}

async fn send_on(channel: &Channel, outbox: &Outbox, service: &Service, pace: Pace) -> Delivery {
    let name = channel.name();
    let mut delivery = Delivery { channel: name, delivered: 0, kept: 0, trouble: None };
    let waiting = match outbox.waiting(name) {
        Ok(waiting) => waiting,
        Err(error) => {
            delivery.trouble = Some(error.into());
            return delivery;
        }
    };
    let total = waiting.len();
    for path in waiting {
        let sent = match Outbox::read(&path) {
            Ok(message) => try_often(channel, &message, service, pace).await,
            Err(error) => Err(error.into()),
        };
        let sent = sent.and_then(|()| Outbox::remove(&path).map_err(DeliveryError::from));
        match sent {
            Ok(()) => delivery.delivered += 1,
            // A file that cannot be read must not keep the others from being sent.
            Err(error @ DeliveryError::Outbox(_)) => delivery.trouble = Some(error),
            Err(error) => {
                delivery.trouble = Some(error);
                break;
            }
        }
    }
    delivery.kept = total - delivery.delivered;
    delivery
}

async fn try_often(
    channel: &Channel,
    message: &Message,
    service: &Service,
    pace: Pace,
) -> Result<(), DeliveryError> {
    let mut wait = pace.first_wait;
    let mut retries = pace.retries;
    loop {
        match channel.deliver(message, service).await {
            Err(error) if retries > 0 && error.may_pass() => {}
            other => return other,
        }
        retries -= 1;
        tokio::time::sleep(wait).await;
        wait = wait.saturating_mul(4);
    }
}
