//! Sends a message as JSON to an address, signed if there is a secret.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use url::Url;

use super::channel::DeliveryError;
use super::message::Message;
use crate::fetch::Service;

/// The header with the signature of the body: `sha256=` and the HMAC-SHA256 in hexadecimal.
const SIGNATURE: &str = "citeaudit-signature";

/// The header with the name of the message, by which a receiver knows one that comes twice.
const NAME: &str = "citeaudit-message";

/// An address that takes JSON.
#[derive(Clone)]
pub struct Webhook {
    /// The address. It may hold a secret: it is not shown.
    pub url: Url,
    /// The key that bodies are signed with.
    pub secret: Option<String>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Webhook(…)")
    }
}

pub(super) async fn deliver(
    webhook: &Webhook,
    message: &Message,
    service: &Service,
) -> Result<(), DeliveryError> {
    let signature = webhook.secret.as_ref().map(|secret| signature(secret, &message.json));
    let mut headers = vec![("content-type", "application/json"), (NAME, message.id.as_str())];
    headers.extend(signature.as_deref().map(|signature| (SIGNATURE, signature)));
    let answer = service.post(&webhook.url, &headers, message.json.clone().into_bytes()).await;
    match answer {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
        Ok(answer) => Err(DeliveryError::Status(answer.status)),
        Err(error) => Err(DeliveryError::NoAnswer(error.to_string())),
    }
}

/// Returns the signature of a body ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)).
fn signature(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key has any length");
    mac.update(body.as_bytes());
    let mut text = String::from("sha256=");
    for byte in mac.finalize().into_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test case 2 of [RFC 4231](https://www.rfc-editor.org/rfc/rfc4231).
    #[test]
    fn a_signature_is_that_of_the_standard() {
        assert_eq!(
            signature("Jefe", "what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
