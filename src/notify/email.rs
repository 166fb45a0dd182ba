//! Sends a message by SMTP. The connection is synchronous and has a thread of its own while it lasts.

use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mail};
use lettre::transport::smtp;
use lettre::{SmtpTransport, Transport as _};

use super::channel::DeliveryError;
use super::message::Message;

/// How long one step of the conversation with a mail server may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A mail server, and who writes to whom.
#[derive(Clone)]
pub struct Email {
    transport: SmtpTransport,
    from: Mailbox,
    to: Vec<Mailbox>,
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email")
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

/// What is wrong with how email is set up. The server's address is not repeated, since it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// The server's address cannot be used.
    #[error("the address of the mail server cannot be used")]
    Server,
    /// An address of a person cannot be used.
    #[error("`{0}` is no email address")]
    Person(String),
    /// Nobody is written to.
    #[error("nobody is named to write to")]
    Nobody,
}

impl Email {
    /// Sets up a mail server; opens no connection. Its address is `smtps://user:password@host`, or
    /// `smtp://user:password@host:587?tls=required`, or `smtp://host` without encryption.
    ///
    /// # Errors
    ///
    /// When an address cannot be used, or nobody is named to write to.
    pub fn new(server: &str, from: &str, to: &[String]) -> Result<Self, EmailError> {
        // Another part of the process may have chosen before us; TLS works either way.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let transport = SmtpTransport::from_url(server).map_err(|_| EmailError::Server)?;
        let person = |text: &str| text.parse().map_err(|_| EmailError::Person(text.to_owned()));
        if to.is_empty() {
            return Err(EmailError::Nobody);
        }
        Ok(Self {
            transport: transport.timeout(Some(TIMEOUT)).build(),
            from: person(from)?,
            to: to.iter().map(|text| person(text)).collect::<Result<_, _>>()?,
        })
    }
}

pub(super) async fn deliver(email: &Email, message: &Message) -> Result<(), DeliveryError> {
    let mail = mail(email, message)?;
    let transport = email.transport.clone();
    let sent = tokio::task::spawn_blocking(move || transport.send(&mail)).await;
    match sent {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(told(&error)),
        Err(error) => Err(DeliveryError::Mail { why: error.to_string(), may_pass: false }),
    }
}

fn told(error: &smtp::Error) -> DeliveryError {
    let mut why = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let said = error.to_string();
        if !why.contains(&said) {
            why = format!("{why}: {said}");
        }
        cause = error.source();
    }
    let why = why.chars().filter(|c| !c.is_control()).take(200).collect();
    DeliveryError::Mail { why, may_pass: !error.is_permanent() && !error.is_client() }
}

fn mail(email: &Email, message: &Message) -> Result<Mail, DeliveryError> {
    let id = message.id.trim_start_matches("urn:uuid:");
    let mut builder = Mail::builder()
        .from(email.from.clone())
        .subject(&message.subject)
        // A mail cannot bear a time before 1970; no run was then.
        .date(SystemTime::try_from(message.at).unwrap_or(SystemTime::UNIX_EPOCH))
        .message_id(Some(format!("<{id}@citeaudit.invalid>")))
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN);
    for person in &email.to {
        builder = builder.to(person.clone());
    }
    builder
        .body(message.text.clone())
        .map_err(|error| DeliveryError::Mail { why: error.to_string(), may_pass: false })
}

/// Keeps machines from answering ([RFC 3834](https://www.rfc-editor.org/rfc/rfc3834)).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(all: &[&str]) -> Vec<String> {
        all.iter().map(|&person| person.to_owned()).collect()
    }

    #[test]
    fn what_cannot_be_used_is_named_but_never_a_password() {
        let new = |server: &str, to: &[&str]| {
            Email::new(server, "Citations <a@example.org>", &people(to)).unwrap_err().to_string()
        };
        assert_eq!(
            new("gopher://u:secret@h", &["b@example.org"]),
            "the address of the mail server cannot be used"
        );
        assert_eq!(new("smtp://localhost", &["nobody"]), "`nobody` is no email address");
        assert_eq!(new("smtp://localhost", &[]), "nobody is named to write to");
        let email = Email::new("smtp://u:secret@localhost", "a@example.org", &people(&["b@c.org"]));
        assert!(!format!("{:?}", email.unwrap()).contains("secret"));
    }

    #[test]
    fn a_mail_is_plain_text_from_a_machine_and_its_subject_one_line() {
        let email = Email::new("smtp://localhost", "a@example.org", &people(&["b@c.org"])).unwrap();
        let message = Message {
            id: "urn:uuid:1".into(),
            at: jiff::Timestamp::UNIX_EPOCH,
            subject: "Zwei Quellen fehlen, schön".into(),
            text: "Eine Zeile\n".into(),
            json: "{}".into(),
        };
        let mail = String::from_utf8(mail(&email, &message).unwrap().formatted()).unwrap();
        for line in [
            "From: a@example.org\r\n",
            "To: b@c.org\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Message-ID: <1@citeaudit.invalid>\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
        ] {
            assert!(mail.contains(line), "{mail}");
        }
    }
}
