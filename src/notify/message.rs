//! Makes one message of the changes of a run.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::template::{self, TemplateError};
use super::wire;
use crate::change::{Change, Weight};

/// What people are told after a run: one message, whatever the channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its name, the same whenever it is sent: `urn:uuid:…`.
    pub id: String,
    /// When the run was.
    pub at: Timestamp,
    /// What it is about, on one line.
    pub subject: String,
    /// The changes as text for a person.
    pub text: String,
    /// The changes for programs: JSON after `citeaudit.message/1`.
    pub json: String,
}

/// Makes a message of those changes that are news; `None` if none is. `template` is the user's own, or
/// [`BUILT_IN`](super::BUILT_IN).
///
/// # Errors
///
/// When the template cannot be read or filled in.
pub fn message(
    changes: &[Change],
    at: Timestamp,
    template: &str,
) -> Result<Option<Message>, TemplateError> {
    let mut news: Vec<&Change> =
        changes.iter().filter(|change| change.kind.weight() >= Weight::News).collect();
    if news.is_empty() {
        return Ok(None);
    }
    // What asks somebody to act comes first; else the order stays.
    news.sort_by_key(|change| std::cmp::Reverse(change.kind.weight()));
    let id = id(&wire::values(&news), at);
    let body = wire::Body::new(id.clone(), at, &news);
    let (subject, text) = template::fill(template, &body)?;
    let json = serde_json::to_string(&body).map_err(|_| TemplateError::Wire)?;
    Ok(Some(Message { id, at, subject, text, json }))
}

/// Names a message by what it says: UUID version 8 ([RFC 9562](https://www.rfc-editor.org/rfc/rfc9562)), so that one that
/// is made twice has one name.
fn id(changes: &[serde_json::Value], at: Timestamp) -> String {
    let mut hash = Sha256::new();
    hash.update(at.to_string());
    hash.update(serde_json::to_vec(changes).unwrap_or_default());
    let digest = hash.finalize();
    let mut id = String::from("urn:uuid:");
    for (index, byte) in digest.iter().take(16).enumerate() {
        let byte = match index {
            6 => byte & 0x0f | 0x80,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        let dash = if matches!(index, 4 | 6 | 8 | 10) { "-" } else { "" };
        let _ = write!(id, "{dash}{byte:02x}");
    }
    id
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::BUILT_IN;
    use super::*;
    use crate::change::{ChangeKind, Drift, DriftKind, Stretch};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn change(url: &str, kind: ChangeKind) -> Change {
        Change {
            canonical: url.to_owned(),
            url: url.to_owned(),
            documents: vec!["report.txt".to_owned()],
            at: at("2026-11-24T06:00:00Z"),
            kind,
        }
    }

    fn all() -> Vec<Change> {
        let since = at("2026-11-20T06:00:00Z");
        let drift = |kind| {
            ChangeKind::Drifted(Drift {
                document: "report.txt".into(),
                quotation: "the words".into(),
                then_at: since,
                kind,
            })
        };
        vec![
            change("https://a.example/", ChangeKind::Recovered { since }),
            change(
                "https://b.example/",
                ChangeKind::New { reason: "status 404".into(), since, last_success: None },
            ),
            change(
                "https://c.example/",
                ChangeKind::StillFailing { reason: "status 404".into(), since },
            ),
            change(
                "https://d.example/",
                drift(DriftKind::Reworded {
                    words: vec![
                        Stretch::Kept("all of ".into()),
                        Stretch::Removed("the words ".into()),
                        Stretch::Added("these words ".into()),
                        Stretch::Kept("stand".into()),
                    ],
                }),
            ),
            change("https://e.example/", drift(DriftKind::Gone { then: "the words".into() })),
            change("https://f.example/", ChangeKind::Moved { to: "https://g.example/".into() }),
        ]
    }

    #[test]
    fn problems_come_first_and_what_was_known_is_not_told() {
        let message = message(&all(), at("2026-11-24T06:05:00Z"), BUILT_IN).unwrap().unwrap();
        expect![[r"
            3 new problems with cited sources

            LOST       https://b.example/
                       status 404; not found since 2026-11-20
                       cited in report.txt

            CHANGED    https://d.example/
                       quoted: the words
                       since 2026-11-20: all of [-the words-] {+these words+} stand
                       cited in report.txt

            CHANGED    https://e.example/
                       quoted: the words
                       the page does not say it any more; on 2026-11-20 it said: the words
                       cited in report.txt

            BACK       https://a.example/
                       it was not found since 2026-11-20
                       cited in report.txt

            MOVED      https://f.example/
                       to https://g.example/
                       cited in report.txt
        "]]
        .assert_eq(&format!("{}\n\n{}", message.subject, message.text));
    }

    #[test]
    fn a_run_without_news_is_not_told() {
        let known = &all()[2..3];
        assert_eq!(message(known, at("2026-11-24T06:05:00Z"), BUILT_IN).unwrap(), None);
        assert_eq!(message(&[], at("2026-11-24T06:05:00Z"), BUILT_IN).unwrap(), None);
    }

    #[test]
    fn a_message_that_is_made_twice_has_one_name() {
        let made = |second| message(&all(), at(second), BUILT_IN).unwrap().unwrap();
        let (one, two) = (made("2026-11-24T06:05:00Z"), made("2026-11-24T06:05:00Z"));
        assert_eq!(one, two);
        assert_ne!(one.id, made("2026-11-24T06:05:01Z").id);
        assert_eq!(one.id.len(), "urn:uuid:".len() + 36);
        assert_eq!(one.id.as_bytes()["urn:uuid:".len() + 14], b'8');
    }

    #[test]
    fn programs_get_every_field() {
        let message = message(&all(), at("2026-11-24T06:05:00Z"), BUILT_IN).unwrap().unwrap();
        let json: serde_json::Value = serde_json::from_str(&message.json).unwrap();
        assert_eq!(json["schema"], "citeaudit.message/1");
        assert_eq!(json["id"], message.id);
        assert_eq!(json["changes"].as_array().unwrap().len(), 5);
        assert_eq!(json["changes"][0]["kind"], "new");
        assert_eq!(json["changes"][0]["problem"], true);
        assert_eq!(json["changes"][1]["words"][1]["removed"], "the words ");
        assert_eq!(json["counts"]["drifted"], 2);
    }

    #[test]
    fn a_users_template_is_filled_in_and_one_that_is_wrong_named_with_its_line() {
        let made = |template| message(&all(), at("2026-11-24T06:05:00Z"), template);
        let own =
            "{{ counts.new }} lost\n\n{% for c in changes if c.problem %}{{ c.url }} {% endfor %}";
        let message = made(own).unwrap().unwrap();
        assert_eq!(message.subject, "1 lost");
        assert_eq!(message.text, "https://b.example/ https://d.example/ https://e.example/\n");
        assert!(made("subject\n\n{% for %}").unwrap_err().to_string().contains("line 3"));
        assert!(made("subject\n\n{{ nothing.at.all }}").is_err());
        assert!(made("\n\ntext").unwrap_err().to_string().contains("subject"));
    }

    #[test]
    fn words_of_pages_cannot_add_lines_to_a_subject_or_act_on_a_terminal() {
        let hostile = change(
            "https://a.example/\r\nBcc: x\u{1b}[2J\u{202e}",
            ChangeKind::Recovered { since: at("2026-11-20T06:00:00Z") },
        );
        let template = "{{ changes[0].url }}\n\n{{ changes[0].url }}";
        let message = message(&[hostile], at("2026-11-24T06:05:00Z"), template).unwrap().unwrap();
        for text in [&message.subject, &message.text] {
            assert_eq!(text.trim_end(), "https://a.example/Bcc: x[2J", "{text:?}");
        }
    }
}
