//! Reads one WARC record after the other from a stream of bytes. Tolerates what other tools write.

use std::io::{self, BufRead, Read};

/// The longest head of a record, in bytes.
const MAX_HEAD_BYTES: u64 = 256 * 1024;

/// The head of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The fields in order, names lower case.
    fields: Vec<(String, String)>,
    /// The length of the block that follows, in bytes.
    pub length: u64,
}

impl Head {
    /// Returns the first value of a field; the name is given in lower case.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the address that the record is about; some tools put it in angle brackets.
    pub(super) fn target(&self) -> Option<&str> {
        Some(self.field("warc-target-uri")?.trim_start_matches('<').trim_end_matches('>'))
    }
}

/// Why no record could be read.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The file could not be read.
    Io(io::Error),
    /// The file ends within the record.
    CutOff,
    /// What stands there is no record: what is wrong.
    Damaged(String),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::CutOff,
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                Self::Damaged(format!("is damaged ({error})"))
            }
            _ => Self::Io(error),
        }
    }
}

/// Reads the head of the next record; `None` at the end. Returns how many bytes were read, empty lines before included.
pub(super) fn read_head(reader: &mut impl BufRead) -> Result<Option<(Head, u64)>, Trouble> {
    let mut read = 0;
    let version = loop {
        let Some(line) = read_line(reader, &mut read)? else { return Ok(None) };
        if !line.is_empty() {
            break line;
        }
    };
    if !version.starts_with("WARC/") {
        return Err(Trouble::Damaged("does not begin with `WARC/`".to_owned()));
    }
    let mut fields: Vec<(String, String)> = Vec::new();
    loop {
        let line = read_line(reader, &mut read)?.ok_or(Trouble::CutOff)?;
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t'])
            && let Some((_, value)) = fields.last_mut()
        {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        } else {
            return Err(Trouble::Damaged("has a header line without a colon".to_owned()));
        }
    }
    let mut head = Head { fields, length: 0 };
    let length = head.field("content-length").map(str::parse);
    head.length = match length {
        None => return Err(Trouble::Damaged("has no `Content-Length`".to_owned())),
        Some(Err(_)) => {
            return Err(Trouble::Damaged("has a `Content-Length` that is no number".to_owned()));
        }
        Some(Ok(length)) => length,
    };
    Ok(Some((head, read)))
}

/// Reads a line without its end; `None` at the end of the stream. A line that the stream cuts is `CutOff`.
fn read_line(reader: &mut impl BufRead, read: &mut u64) -> Result<Option<String>, Trouble> {
    let mut line = Vec::new();
    let room = MAX_HEAD_BYTES.saturating_sub(*read);
    reader.by_ref().take(room).read_until(b'\n', &mut line)?;
    *read += line.len() as u64;
    if line.is_empty() && room > 0 {
        return Ok(None);
    }
    if !line.ends_with(b"\n") {
        let too_long = line.len() as u64 >= room;
        return Err(if too_long {
            Trouble::Damaged(format!("has a header of more than {MAX_HEAD_BYTES} bytes"))
        } else if b"WARC/1.".starts_with(&line)
            || line.starts_with(b"WARC/")
            || *read > line.len() as u64
        {
            Trouble::CutOff
        } else {
            Trouble::Damaged("does not begin with `WARC/`".to_owned())
        });
    }
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(Some(String::from_utf8_lossy(line).into_owned()))
}

/// Skips bytes of a stream.
pub(super) fn skip(reader: &mut impl BufRead, length: u64) -> Result<(), Trouble> {
    let skipped = io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
    if skipped < length { Err(Trouble::CutOff) } else { Ok(()) }
}

/// Reads at most `most` bytes of a block.
pub(super) fn read_block(
    reader: &mut impl BufRead,
    length: u64,
    most: u64,
) -> Result<Vec<u8>, Trouble> {
    let wanted = length.min(most);
    let mut block = Vec::new();
    reader.by_ref().take(wanted).read_to_end(&mut block)?;
    if (block.len() as u64) < wanted { Err(Trouble::CutOff) } else { Ok(block) }
}
