//! Knows where in a WARC file the answer of an address stands. Memory grows by a few dozen bytes a record.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use jiff::Timestamp;
use url::Url;

use super::WarcError;
use super::http_message;
use super::record::{Head, Trouble, read_block, read_head, skip};
use super::writer::{FAILURE_FIELD, FINISHED_FIELD, failure_of};
use crate::fetch::exchange::Reply;
use crate::fetched::FetchFailure;

/// How much of a file that is compressed as one piece is unpacked again for each record.
const MAX_PIECE_BYTES: u64 = 32 * 1024 * 1024;

/// A WARC file that can be asked for addresses.
pub(in crate::fetch) struct Archive {
    path: PathBuf,
    packing: Packing,
    /// Sorted by key, then by date and place.
    entries: Vec<Entry>,
    /// The responses by the digest of their payload, sorted, for revisits that name nothing else.
    digests: Vec<(u64, Place)>,
    /// Where the file breaks off within a record.
    cut_at: Option<u64>,
    /// Whether the run that wrote it came to its end.
    finished: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: u64,
    at: Timestamp,
    place: Place,
}

/// Where a record starts: the byte of the file, and how far into what is unpacked from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    offset: u64,
    inner: u64,
}

/// What a recording holds for an address.
pub(in crate::fetch) struct Stored {
    /// When it was recorded.
    pub at: Timestamp,
    /// The answer, or how the request failed then.
    pub outcome: Result<Reply, FetchFailure>,
}

impl Archive {
    /// Reads through a WARC file, plain or compressed, and notes what stands where.
    ///
    /// A file that breaks off within its last record can be used up to there.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is no WARC file, or is damaged before its end.
    pub(in crate::fetch) fn open(path: &Path) -> Result<Self, WarcError> {
        let io = |source| WarcError::File { path: path.to_owned(), source };
        let mut reader = BufReader::with_capacity(64 * 1024, File::open(path).map_err(io)?);
        let gzipped = reader.fill_buf().map_err(io)?.starts_with(&[0x1f, 0x8b]);
        let mut archive = Self {
            path: path.to_owned(),
            packing: if gzipped { Packing::Gzip } else { Packing::Plain },
            entries: Vec::new(),
            digests: Vec::new(),
            cut_at: None,
            finished: false,
        };
        let mut offset = 0;
        let outcome = match archive.packing {
            Packing::Plain => archive.read_plain(&mut reader, &mut offset),
            Packing::Gzip => archive.read_members(reader, &mut offset),
        };
        match outcome {
            Ok(()) => {}
            Err(Trouble::CutOff) if offset > 0 => archive.cut_at = Some(offset),
            Err(trouble) => return Err(archive.error(offset, trouble)),
        }
        archive.entries.sort_unstable();
        archive.digests.sort_unstable();
        Ok(archive)
    }

    /// Returns where the file breaks off within a record, in bytes.
    pub(in crate::fetch) const fn cut_at(&self) -> Option<u64> {
        self.cut_at
    }

    /// Tells whether the run that wrote it came to its end.
    pub(in crate::fetch) const fn is_finished(&self) -> bool {
        self.finished
    }

    fn error(&self, offset: u64, trouble: Trouble) -> WarcError {
        let path = self.path.clone();
        match trouble {
            Trouble::Io(source) => WarcError::File { path, source },
            Trouble::CutOff => WarcError::Record { path, offset, problem: "breaks off".to_owned() },
            Trouble::Damaged(problem) if problem == ONE_PIECE => WarcError::OnePiece { path },
            Trouble::Damaged(problem) => WarcError::Record { path, offset, problem },
        }
    }

    fn read_plain(&mut self, reader: &mut impl BufRead, offset: &mut u64) -> Result<(), Trouble> {
        while let Some((head, read)) = read_head(reader)? {
            let length = head.length;
            self.note(&head, Place { offset: *offset, inner: 0 }, reader)?;
            *offset += read + length;
        }
        if *offset == 0 {
            Err(Trouble::Damaged("does not begin with `WARC/`".to_owned()))
        } else {
            Ok(())
        }
    }

    fn read_members(
        &mut self,
        mut reader: BufReader<File>,
        offset: &mut u64,
    ) -> Result<(), Trouble> {
        loop {
            if reader.fill_buf()?.is_empty() {
                return Ok(());
            }
            let mut member = BufReader::new(GzDecoder::new(reader));
            let mut inner = 0;
            while let Some((head, read)) = read_head(&mut member)? {
                if inner > MAX_PIECE_BYTES {
                    return Err(Trouble::Damaged(ONE_PIECE.to_owned()));
                }
                let length = head.length;
                self.note(&head, Place { offset: *offset, inner }, &mut member)?;
                inner += read + length;
            }
            reader = member.into_inner().into_inner();
            *offset = reader.stream_position()?;
        }
    }

    /// Notes one record and passes over its block.
    fn note(
        &mut self,
        head: &Head,
        place: Place,
        reader: &mut impl BufRead,
    ) -> Result<(), Trouble> {
        let kind = head.field("warc-type").unwrap_or_default();
        let mut remaining = head.length;
        let wanted = match kind {
            "response" | "revisit" | "resource" => true,
            "metadata" => {
                let block = read_block(reader, head.length, 4096)?;
                remaining -= block.len() as u64;
                self.finished |= contains(&block, FINISHED_FIELD);
                contains(&block, FAILURE_FIELD)
            }
            _ => false,
        };
        skip(reader, remaining)?;
        let at = head.field("warc-date").and_then(|date| date.parse().ok());
        let key = head.target().and_then(|target| Url::parse(target).ok()).map(|url| key(&url));
        if wanted && let Some(key) = key {
            let at = at.unwrap_or(Timestamp::UNIX_EPOCH);
            self.entries.push(Entry { key, at, place });
            self.finished = false;
        }
        if kind == "response"
            && let Some(digest) = head.field("warc-payload-digest")
        {
            self.digests.push((hash(digest), place));
        }
        Ok(())
    }

    /// Returns what is recorded for an address: the latest record, one under the same scheme before one under the
    /// other. Of a body, no more than `max_body_bytes` are read.
    ///
    /// # Errors
    ///
    /// When the file cannot be read again.
    pub(in crate::fetch) fn get(
        &self,
        url: &Url,
        max_body_bytes: u64,
    ) -> Result<Option<Stored>, WarcError> {
        let wanted = key(url);
        let first = self.entries.partition_point(|entry| entry.key < wanted);
        let last = self.entries.partition_point(|entry| entry.key <= wanted);
        let mut other_scheme = None;
        for entry in self.entries[first..last].iter().rev() {
            let (head, block) = self.read(entry.place, max_body_bytes)?;
            let Some(target) = head.target().and_then(|target| Url::parse(target).ok()) else {
                continue;
            };
            if key_text(&target) != key_text(url) {
                continue;
            }
            if target.scheme() == url.scheme() {
                return self.stored(entry.at, &head, &block, max_body_bytes).map(Some);
            }
            other_scheme.get_or_insert((entry.at, head, block));
        }
        other_scheme
            .map(|(at, head, block)| self.stored(at, &head, &block, max_body_bytes))
            .transpose()
    }

    /// Tells whether something is recorded for exactly an address.
    pub(in crate::fetch) fn has(&self, url: &Url) -> bool {
        let key = key(url);
        let first = self.entries.partition_point(|entry| entry.key < key);
        self.entries.get(first).is_some_and(|entry| entry.key == key)
    }

    fn read(&self, place: Place, max_body_bytes: u64) -> Result<(Head, Vec<u8>), WarcError> {
        self.read_record(place, max_body_bytes).map_err(|trouble| self.error(place.offset, trouble))
    }

    fn read_record(&self, place: Place, max_body_bytes: u64) -> Result<(Head, Vec<u8>), Trouble> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(place.offset))?;
        let file = BufReader::with_capacity(16 * 1024, file);
        let mut reader: Box<dyn BufRead> = match self.packing {
            Packing::Plain => Box::new(file),
            Packing::Gzip => Box::new(BufReader::new(GzDecoder::new(file))),
        };
        skip(&mut reader, place.inner)?;
        let (head, _) = read_head(&mut reader)?.ok_or(Trouble::CutOff)?;
        let most = max_body_bytes.saturating_add(http_message::MAX_HEAD_BYTES);
        let block = read_block(&mut reader, head.length, most)?;
        Ok((head, block))
    }

    fn stored(
        &self,
        at: Timestamp,
        head: &Head,
        block: &[u8],
        max_body_bytes: u64,
    ) -> Result<Stored, WarcError> {
        let outcome = match head.field("warc-type").unwrap_or_default() {
            "metadata" => Err(failure_of(block)),
            "resource" => Ok(http_message::of_resource(head, block)),
            "revisit" => self.revisited(head, block, max_body_bytes)?,
            _ => http_message::read(head, block, max_body_bytes),
        };
        Ok(Stored { at, outcome })
    }

    /// Puts together the head of a revisit and the body of the record that it refers to.
    fn revisited(
        &self,
        head: &Head,
        block: &[u8],
        max_body_bytes: u64,
    ) -> Result<Result<Reply, FetchFailure>, WarcError> {
        let Some(place) = self.referred(head) else { return Ok(Err(FetchFailure::NotRecorded)) };
        let (original_head, original_block) = self.read(place, max_body_bytes)?;
        let original = http_message::read(&original_head, &original_block, max_body_bytes);
        let Ok(original) = original else { return Ok(original) };
        Ok(match http_message::read(head, block, max_body_bytes) {
            // `304 Not Modified` says that the page is what it was.
            Ok(revisit) if revisit.status != 304 => {
                Ok(Reply { status: revisit.status, headers: revisit.headers, ..original })
            }
            Ok(_) | Err(_) => Ok(original),
        })
    }

    fn referred(&self, head: &Head) -> Option<Place> {
        let url = head.field("warc-refers-to-target-uri").or_else(|| head.target())?;
        let url = Url::parse(url.trim_matches(['<', '>'])).ok()?;
        let date: Option<Timestamp> =
            head.field("warc-refers-to-date").and_then(|d| d.parse().ok());
        let wanted = key(&url);
        let first = self.entries.partition_point(|entry| entry.key < wanted);
        let named = self.entries[first..]
            .iter()
            .take_while(|entry| entry.key == wanted)
            .find(|entry| date == Some(entry.at))
            .map(|entry| entry.place);
        named.or_else(|| {
            let digest = hash(head.field("warc-payload-digest")?);
            let first = self.digests.partition_point(|(known, _)| *known < digest);
            self.digests.get(first).filter(|(known, _)| *known == digest).map(|(_, place)| *place)
        })
    }
}

/// Marks the one damage that has an error of its own.
const ONE_PIECE: &str = "one piece";

fn contains(block: &[u8], field: &str) -> bool {
    memchr::memmem::find(block, field.as_bytes()).is_some()
}

/// The form of an address by which it is found: without scheme and fragment.
fn key_text(url: &Url) -> &str {
    &url[url::Position::BeforeHost..url::Position::AfterQuery]
}

fn key(url: &Url) -> u64 {
    hash(key_text(url))
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
