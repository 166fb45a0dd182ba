//! Reads what Save Page Now answers. Every field may be missing: the interface is documented as a draft.

use std::time::Duration;

use serde::Deserialize;

use super::{Capture, SaveError};
use crate::fetch::ServiceAnswer;

/// How much of a message of the archive is repeated, in characters.
const MAX_MESSAGE_CHARS: usize = 200;

/// What became of a page that was handed in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Submission {
    /// The archive has taken it on under this name.
    Job(String),
    /// The archive asks to try later: why, and after how long if it says so.
    Busy {
        /// Its words.
        why: String,
        /// How long it asks to be left alone.
        wait: Option<Duration>,
    },
}

/// How far the archive is with a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// It has not come to an end.
    Pending,
    /// There is a copy.
    Saved(Capture),
    /// The page is to be handed in again later: why.
    Busy(String),
}

#[derive(Deserialize)]
struct Wire {
    job_id: Option<String>,
    status: Option<String>,
    status_ext: Option<String>,
    message: Option<String>,
    timestamp: Option<String>,
    original_url: Option<String>,
}

/// The codes that ask to try later: they are about the archive, not the page.
const BUSY: [&str; 5] = [
    "error:user-session-limit",
    "error:session-limit",
    "error:too-many-requests",
    "error:service-unavailable",
    "error:internal-server-error",
];

/// Reads the answer to a page that was handed in.
pub(super) fn submission(answer: &ServiceAnswer) -> Result<Submission, SaveError> {
    let wire = wire(answer);
    match answer.status {
        401 | 403 => return Err(SaveError::Keys),
        429 | 500..=599 => {
            let why = wire.map_or_else(|| status_words(answer), |wire| wire.words(answer));
            return Ok(Submission::Busy { why, wait: answer.retry_after });
        }
        _ => {}
    }
    let wire = wire.ok_or_else(|| SaveError::Unreachable(status_words(answer)))?;
    if let Some(job) = wire.job_id.clone().filter(|job| !job.is_empty()) {
        return Ok(Submission::Job(job));
    }
    let why = wire.words(answer);
    if wire.is_busy() {
        Ok(Submission::Busy { why, wait: answer.retry_after })
    } else {
        Err(SaveError::Refused(why))
    }
}

/// Reads the answer to the question what became of a page.
pub(super) fn status(answer: &ServiceAnswer) -> Result<Status, SaveError> {
    if matches!(answer.status, 401 | 403) {
        return Err(SaveError::Keys);
    }
    // The page is in the archive's hands: what passes is no reason to hand it in once more.
    if answer.status == 429 || answer.status >= 500 {
        return Ok(Status::Pending);
    }
    let wire = wire(answer).ok_or_else(|| SaveError::Unreachable(status_words(answer)))?;
    match (wire.status.as_deref(), &wire.timestamp, &wire.original_url) {
        (Some("pending"), _, _) => Ok(Status::Pending),
        (Some("success"), Some(stamp), Some(original)) if is_stamp(stamp) => {
            Ok(Status::Saved(Capture { stamp: stamp.clone(), original: original.clone() }))
        }
        _ if wire.is_busy() => Ok(Status::Busy(wire.words(answer))),
        _ => Err(SaveError::Refused(wire.words(answer))),
    }
}

fn wire(answer: &ServiceAnswer) -> Option<Wire> {
    serde_json::from_slice(&answer.body).ok()
}

fn is_stamp(text: &str) -> bool {
    text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn status_words(answer: &ServiceAnswer) -> String {
    format!("status {}", answer.status)
}

impl Wire {
    fn is_busy(&self) -> bool {
        self.status_ext.as_deref().is_some_and(|code| BUSY.contains(&code))
    }

    /// Returns what the archive says, without what could act on a terminal.
    fn words(&self, answer: &ServiceAnswer) -> String {
        let said = self.message.as_ref().or(self.status_ext.as_ref());
        let said: String = said
            .map(String::as_str)
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_MESSAGE_CHARS)
            .collect();
        let said = said.trim().trim_end_matches('.');
        if said.is_empty() { status_words(answer) } else { said.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(status: u16, body: &str) -> ServiceAnswer {
        ServiceAnswer { status, body: body.into(), retry_after: None }
    }

    #[test]
    fn a_page_that_was_taken_on_has_a_job() {
        let body = r#"{"url":"https://a.org/","job_id":"spn2-9c1"}"#;
        assert_eq!(submission(&answer(200, body)), Ok(Submission::Job("spn2-9c1".into())));
    }

    #[test]
    fn wrong_keys_a_busy_archive_and_a_page_that_is_refused_are_told_apart() {
        let limit = r#"{"status":"error","status_ext":"error:user-session-limit","message":"You have already reached the limit of active sessions."}"#;
        let blocked = r#"{"status":"error","status_ext":"error:blocked-url","message":"This URL is in the block list."}"#;
        assert_eq!(submission(&answer(401, "{}")), Err(SaveError::Keys));
        let busy = |why: &str| Ok(Submission::Busy { why: why.into(), wait: None });
        assert_eq!(
            submission(&answer(200, limit)),
            busy("You have already reached the limit of active sessions")
        );
        assert_eq!(submission(&answer(429, "<html>")), busy("status 429"));
        assert_eq!(submission(&answer(502, "")), busy("status 502"));
        assert_eq!(
            submission(&answer(200, blocked)),
            Err(SaveError::Refused("This URL is in the block list".into()))
        );
        assert_eq!(
            submission(&answer(200, "<html>log in</html>")),
            Err(SaveError::Unreachable("status 200".into()))
        );
    }

    #[test]
    fn a_status_is_pending_done_or_an_error_in_the_archives_words() {
        let saved =
            r#"{"status":"success","timestamp":"20240619120000","original_url":"https://a.org/"}"#;
        let failed = r#"{"status":"error","status_ext":"error:no-access","message":"Target URL could not be accessed (status=403)."}"#;
        assert_eq!(status(&answer(200, r#"{"status":"pending"}"#)), Ok(Status::Pending));
        assert_eq!(status(&answer(503, "busy")), Ok(Status::Pending));
        let capture = Capture { stamp: "20240619120000".into(), original: "https://a.org/".into() };
        assert_eq!(status(&answer(200, saved)), Ok(Status::Saved(capture)));
        assert_eq!(
            status(&answer(200, failed)),
            Err(SaveError::Refused("Target URL could not be accessed (status=403)".into()))
        );
        let odd = r#"{"status":"success","timestamp":"soon","original_url":"https://a.org/"}"#;
        assert_eq!(status(&answer(200, odd)), Err(SaveError::Refused("status 200".into())));
    }

    proptest! {
        #[test]
        fn any_answer_is_read(code in 100u16..600, body in "\\PC{0,80}", message in ".{0,300}") {
            let _ = (submission(&answer(code, &body)), status(&answer(code, &body)));
            let json = serde_json::json!({ "message": message, "status": "error" }).to_string();
            if let Err(SaveError::Refused(why)) = status(&answer(200, &json)) {
                prop_assert!(!why.is_empty() && !why.chars().any(char::is_control));
            }
        }
    }
}
