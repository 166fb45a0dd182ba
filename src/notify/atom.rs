//! Keeps an Atom feed ([RFC 4287](https://www.rfc-editor.org/rfc/rfc4287)) in a file: one entry a message, newest
//! first. A file that is no such feed is left as it is.

use std::io;
use std::path::{Path, PathBuf};

use super::channel::DeliveryError;
use super::message::Message;
use crate::whole_file;

/// How many entries are kept.
const ENTRIES: usize = 100;

/// What a feed of ours holds right before its first entry. Text of a message can hold neither this nor the marks below,
/// since it is escaped.
const MARK: &str = "<generator>citeaudit</generator>\n";

const OPEN: &str = "<entry>";
const CLOSE: &str = "</entry>\n";

pub(super) fn deliver(path: &Path, message: &Message) -> Result<(), DeliveryError> {
    let trouble = |source| DeliveryError::Feed { path: path.to_owned(), source };
    let old = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(trouble(error)),
    };
    let new = with(&old, message).ok_or_else(|| DeliveryError::NoFeed(PathBuf::from(path)))?;
    whole_file::write(path, new.as_bytes()).map_err(trouble)
}

/// Returns a feed with one more entry; `None` if the text is no feed. A message that it has already is not added.
fn with(old: &str, message: &Message) -> Option<String> {
    let entries = match (old.trim().is_empty(), old.split_once(MARK)) {
        (true, _) => "",
        (false, Some((_, entries))) => entries,
        (false, None) => return None,
    };
    let own = entry(message);
    let id = id(message);
    let others = entries.split_inclusive(CLOSE).filter(|entry| entry.starts_with(OPEN));
    let others = others.filter(|entry| !entry.contains(&id)).take(ENTRIES - 1);
    let at = message.at;
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>urn:citeaudit:changes</id>\n<title>Changes of cited sources</title>\n<updated>{at}</updated>\n\
         <author><name>citeaudit</name></author>\n{MARK}{own}"
    );
    feed.extend(others);
    feed.push_str("</feed>\n");
    Some(feed)
}

fn entry(message: &Message) -> String {
    format!(
        "{OPEN}\n{}\n<title>{}</title>\n<updated>{}</updated>\n<content type=\"text\">{}</content>\n{CLOSE}",
        id(message),
        escaped(&message.subject),
        message.at,
        escaped(&message.text),
    )
}

fn id(message: &Message) -> String {
    format!("<id>{}</id>", escaped(&message.id))
}

/// Escapes markup and leaves out what XML cannot hold.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    fn message(number: usize, text: &str) -> Message {
        Message {
            id: format!("urn:uuid:{number}"),
            at: jiff::Timestamp::from_second(1_700_000_000 + i64::try_from(number).unwrap())
                .unwrap(),
            subject: format!("message {number}"),
            text: text.to_owned(),
            json: "{}".to_owned(),
        }
    }

    fn entries(feed: &str) -> usize {
        let mut reader = Reader::from_str(feed);
        let mut count = 0;
        loop {
            match reader.read_event().unwrap() {
                Event::Eof => return count,
                Event::Start(tag) if tag.name().as_ref() == "entry" => count += 1,
                _ => {}
            }
        }
    }

    #[test]
    fn the_newest_entry_comes_first_and_the_oldest_are_dropped() {
        let mut feed = String::new();
        for number in 0..ENTRIES + 5 {
            feed = with(&feed, &message(number, "text")).unwrap();
        }
        assert_eq!(entries(&feed), ENTRIES);
        let newest = feed.find("message 104<").unwrap();
        assert!(newest < feed.find("message 103<").unwrap());
        assert!(!feed.contains("message 4<"));
    }

    #[test]
    fn a_message_that_comes_twice_is_there_once() {
        let feed = with("", &message(1, "text")).unwrap();
        assert_eq!(with(&feed, &message(1, "text")).unwrap(), feed);
    }

    #[test]
    fn a_file_that_is_no_feed_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.xml");
        std::fs::write(&path, "my notes").unwrap();
        let error = deliver(&path, &message(1, "text")).unwrap_err();
        assert!(matches!(error, DeliveryError::NoFeed(_)));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "my notes");
    }

    proptest! {
        #[test]
        fn any_text_gives_a_feed_that_is_well_formed_and_goes_on(text in ".{0,80}", more in "[<>&/entry\\s]{0,40}") {
            let feed = with("", &message(1, &format!("{text}{CLOSE}{MARK}{more}"))).unwrap();
            let feed = with(&feed, &message(2, &more)).unwrap();
            prop_assert_eq!(entries(&feed), 2);
        }
    }
}
