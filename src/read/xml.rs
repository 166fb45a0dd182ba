//! Reads XML as a stream of tags and text: names without prefixes, text with its references resolved.
//! Expands no entities but the predefined ones, opens nothing, and keeps no tree.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// A stream of XML.
pub(super) struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    /// How many elements are open.
    depth: usize,
}

/// A piece of XML.
pub(super) enum Node<'a> {
    /// An element begins. One without content ends right after.
    Start(Element<'a>),
    /// An element ends; its name without prefix.
    End(Cow<'a, str>),
    /// Text.
    Text(Cow<'a, str>),
    /// A comment or the like.
    Nothing,
    /// There is no more.
    Finished,
}

/// The start of an element.
pub(super) struct Element<'a> {
    start: BytesStart<'a>,
}

/// Why XML could not be read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum XmlError {
    /// It is not well-formed, and where.
    Malformed(String),
    /// It unpacks to more than is read.
    TooLarge,
}

impl std::fmt::Display for XmlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "is not well-formed ({why})"),
            Self::TooLarge => f.write_str("unpacks to more than is read"),
        }
    }
}

impl<R: BufRead> Xml<R> {
    /// Starts reading.
    pub(super) fn of(source: R) -> Self {
        let mut reader = Reader::from_reader(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    /// Returns the next piece.
    pub(super) fn next(&mut self) -> Result<Node<'_>, XmlError> {
        self.buffer.clear();
        let position = self.reader.buffer_position();
        let event = self
            .reader
            .read_event_into(&mut self.buffer)
            .map_err(|error| of_error(&error, position))?;
        Ok(match event {
            Event::Start(start) | Event::Empty(start) => {
                self.depth += 1;
                Node::Start(Element { start })
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Node::End(Cow::Owned(end.local_name().into_inner().to_owned()))
            }
            Event::Text(text) => Node::Text(text.xml10_content()),
            Event::CData(text) => Node::Text(text.xml10_content()),
            Event::GeneralRef(name) => Node::Text(resolved(&name)),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => Node::Nothing,
            Event::Eof if self.depth > 0 => {
                return Err(XmlError::Malformed("it ends before its time".to_owned()));
            }
            Event::Eof => Node::Finished,
        })
    }
}

/// Returns what a reference stands for; one that is not known stands for itself.
fn resolved<'a>(name: &str) -> Cow<'a, str> {
    let number = name.strip_prefix('#').and_then(|number| {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(code).filter(|c| *c != '\0')
    });
    match (number, resolve_predefined_entity(name)) {
        (Some(c), _) => Cow::Owned(c.to_string()),
        (None, Some(text)) => Cow::Borrowed(text),
        (None, None) => Cow::Owned(format!("&{name};")),
    }
}

fn of_error(error: &quick_xml::Error, position: u64) -> XmlError {
    match error {
        quick_xml::Error::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
            XmlError::TooLarge
        }
        other => XmlError::Malformed(format!("at byte {position}: {other}")),
    }
}

impl Element<'_> {
    /// Returns the name without prefix.
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// Returns the value of the attribute with a name, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.start.attributes().with_checks(false).flatten().find_map(|attribute| {
            let found = attribute.key.local_name().into_inner() == name;
            found.then(|| {
                let value = attribute.normalized_value(XmlVersion::Explicit1_0);
                value.map_or_else(|_| attribute.value.to_string(), Cow::into_owned)
            })
        })
    }
}
