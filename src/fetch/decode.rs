//! Undoes content encodings, within a limit: gzip, deflate, br, zstd, alone or one after the other.
//! What was read before damage is kept, and the damage is told.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use crate::fetched::Completeness;

/// Undoes the content encodings named by a `Content-Encoding` header, the last one first.
///
/// No more than `max_bytes` are returned. A body that is not encoded at all, though the header says so, is returned as
/// it is: servers that label plain text as gzip exist, and what came is the whole text.
pub(super) fn decode(wire: &[u8], encodings: &str, max_bytes: u64) -> (Vec<u8>, Completeness) {
    let mut layers = Vec::new();
    for name in encodings.split(',').map(|name| name.trim().to_ascii_lowercase()) {
        match Coding::named(&name) {
            Some(Coding::Identity) => {}
            Some(coding) => layers.push(coding),
            None => {
                let why = format!("the content encoding `{name}` is unknown");
                return (Vec::new(), Completeness::Undecodable(why));
            }
        }
    }
    if layers.len() > MAX_LAYERS {
        let why = format!("there are more than {MAX_LAYERS} content encodings");
        return (Vec::new(), Completeness::Undecodable(why));
    }
    let mut reader: Box<dyn BufRead + '_> = Box::new(wire);
    for (index, coding) in layers.iter().rev().enumerate() {
        if index == 0 && !coding.fits(wire) {
            continue;
        }
        let outer = coding.reader(reader);
        if index + 1 == layers.len() {
            return read(outer, coding.expected(wire), max_bytes);
        }
        reader = Box::new(io::BufReader::with_capacity(BUFFER_BYTES, outer));
    }
    read(reader, wire.len(), max_bytes)
}

/// Nobody needs more; each one multiplies what a hostile body can cost.
const MAX_LAYERS: usize = 3;

/// A content coding (RFC 9110, section 8.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn named(name: &str) -> Option<Self> {
        match name {
            "" | "identity" | "none" | "utf-8" => Some(Self::Identity),
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "br" => Some(Self::Brotli),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// Tells whether bytes can be of this coding, by their first ones.
    fn fits(self, wire: &[u8]) -> bool {
        match self {
            // An empty body is empty in every coding.
            Self::Gzip => wire.starts_with(&[0x1f, 0x8b]),
            Self::Zstd => wire.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
            Self::Identity | Self::Deflate | Self::Brotli => !wire.is_empty(),
        }
    }

    /// Says about how many bytes there will be; of gzip, what its last four bytes say (RFC 1952), if that is likely.
    fn expected(self, wire: &[u8]) -> usize {
        let usual = wire.len().saturating_mul(4);
        match (self, wire.last_chunk()) {
            (Self::Gzip, Some(end)) => {
                let told = usize::try_from(u32::from_le_bytes(*end)).unwrap_or(usual);
                if told / 16 > wire.len() { usual } else { told }
            }
            (Self::Identity | Self::Gzip | Self::Deflate | Self::Brotli | Self::Zstd, _) => usual,
        }
    }

    fn reader<'a>(self, inner: Box<dyn BufRead + 'a>) -> Box<dyn Read + 'a> {
        match self {
            Self::Identity => inner,
            Self::Gzip => Box::new(Gzip { member: Some(GzDecoder::new(inner)) }),
            Self::Deflate => Box::new(Deflate::Undecided(inner)),
            Self::Brotli => Box::new(brotli_decompressor::Decompressor::new(inner, BUFFER_BYTES)),
            Self::Zstd => {
                zstd_decoder(inner).unwrap_or_else(|error| Box::new(Unreadable(Some(error))))
            }
        }
    }
}

const BUFFER_BYTES: usize = 16 * 1024;

/// Reads to the end, or to the limit; `expected` is about how many bytes there will be.
fn read(reader: impl Read, expected: usize, max_bytes: u64) -> (Vec<u8>, Completeness) {
    let most = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    let mut body = Vec::with_capacity(expected.min(most).min(MAX_EXPECTED_BYTES));
    let read = reader.take(max_bytes.saturating_add(1)).read_to_end(&mut body);
    let completeness = if body.len() > most {
        body.truncate(most);
        Completeness::OverLimit(max_bytes)
    } else {
        match read {
            Ok(_) => Completeness::Whole,
            Err(error) => {
                let length = body.len();
                let why = format!("the content encoding is damaged after {length} bytes: {error}");
                if body.is_empty() {
                    Completeness::Undecodable(why)
                } else {
                    Completeness::CutOff(why)
                }
            }
        }
    };
    (body, completeness)
}

/// How much is set aside for a body before it is known how long it is.
const MAX_EXPECTED_BYTES: usize = 1 << 20;

/// Members of gzip one after the other; what follows the last one and is none is padding.
struct Gzip<R> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(member) = &mut self.member else { return Ok(0) };
            let length = member.read(buffer)?;
            if length > 0 || buffer.is_empty() {
                return Ok(length);
            }
            let Some(mut rest) = self.member.take().map(GzDecoder::into_inner) else {
                return Ok(0);
            };
            if rest.fill_buf().is_ok_and(|bytes| bytes.starts_with(&[0x1f, 0x8b])) {
                self.member = Some(GzDecoder::new(rest));
            }
        }
    }
}

/// `deflate` is zlib by the standard (RFC 1950), and often bare (RFC 1951) in fact.
enum Deflate<'a> {
    Undecided(Box<dyn BufRead + 'a>),
    Zlib(flate2::read::ZlibDecoder<Box<dyn Read + 'a>>),
    Bare(flate2::read::DeflateDecoder<Box<dyn Read + 'a>>),
}

impl Read for Deflate<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Undecided(inner) = self {
            let mut start = Vec::new();
            inner.take(2).read_to_end(&mut start)?;
            let is_zlib = matches!(start[..], [a, b] if a & 0x0f == 8 && (u16::from(a) << 8 | u16::from(b)) % 31 == 0);
            let inner = std::mem::replace(inner, Box::new(io::empty()));
            let whole: Box<dyn Read> = Box::new(io::Cursor::new(start).chain(inner));
            *self = if is_zlib {
                Self::Zlib(flate2::read::ZlibDecoder::new(whole))
            } else {
                Self::Bare(flate2::read::DeflateDecoder::new(whole))
            };
        }
        match self {
            Self::Undecided(_) => Ok(0),
            Self::Zlib(decoder) => decoder.read(buffer),
            Self::Bare(decoder) => decoder.read(buffer),
        }
    }
}

/// The largest window of a zstd frame, as a power of two of bytes: RFC 9659 allows 8 MB in a content coding.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Returns a decoder for frames of zstd, of bounded memory.
fn zstd_decoder<'a>(inner: Box<dyn BufRead + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(inner)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
    Ok(Box::new(decoder))
}

/// What could not be set up: its error, once.
struct Unreadable(Option<io::Error>);

impl Read for Unreadable {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    const LIMIT: u64 = 1 << 20;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn bare(data: &[u8]) -> Vec<u8> {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(data: &[u8]) -> Vec<u8> {
        zstd::bulk::compress(data, 1).unwrap()
    }

    /// `hello` in brotli: one uncompressed meta-block, by RFC 7932.
    const BROTLI_HELLO: [u8; 9] = [0x0b, 0x02, 0x80, b'h', b'e', b'l', b'l', b'o', 0x03];

    #[test]
    fn every_coding_is_undone() {
        let text = b"hello ".repeat(100);
        for (wire, name) in [
            (text.clone(), ""),
            (gzip(&text), "gzip"),
            (gzip(&text), "X-GZIP"),
            (zlib(&text), "deflate"),
            (bare(&text), "deflate"),
            (zstd(&text), "zstd"),
            (gzip(&gzip(&text)), "gzip, gzip"),
            (gzip(&zlib(&text)), "deflate, gzip"),
            (gzip(&text), "identity, gzip"),
        ] {
            assert_eq!(decode(&wire, name, LIMIT), (text.clone(), Completeness::Whole), "{name}");
        }
        assert_eq!(decode(&BROTLI_HELLO, "br", LIMIT), (b"hello".to_vec(), Completeness::Whole));
    }

    #[test]
    fn plain_text_labelled_as_encoded_is_kept() {
        for name in ["gzip", "zstd"] {
            assert_eq!(decode(b"plain", name, LIMIT), (b"plain".to_vec(), Completeness::Whole));
        }
        assert_eq!(decode(b"", "br", LIMIT), (Vec::new(), Completeness::Whole));
    }

    #[test]
    fn a_cut_body_keeps_what_was_read_and_says_so() {
        let text: Vec<u8> = (0..60_000_u32).flat_map(u32::to_le_bytes).collect();
        let wire = gzip(&text);
        let (body, completeness) = decode(&wire[..wire.len() / 2], "gzip", LIMIT);
        assert!(text.starts_with(&body) && !body.is_empty());
        assert!(matches!(completeness, Completeness::CutOff(_)), "{completeness:?}");
        let (_, completeness) = decode(&wire[..wire.len() - 4], "gzip", LIMIT);
        assert!(matches!(completeness, Completeness::CutOff(_)), "{completeness:?}");
    }

    #[test]
    fn every_coding_notices_that_it_was_cut() {
        let text: Vec<u8> = (0..6_000_u32).flat_map(|n| (n * n).to_le_bytes()).collect();
        for (wire, name) in
            [(zlib(&text), "deflate"), (bare(&text), "deflate"), (zstd(&text), "zstd")]
        {
            let (body, completeness) = decode(&wire[..wire.len() * 2 / 3], name, LIMIT);
            assert!(text.starts_with(&body), "{name}");
            assert!(
                matches!(completeness, Completeness::CutOff(_) | Completeness::Undecodable(_)),
                "{name}: {completeness:?} after {} of {}",
                body.len(),
                text.len()
            );
        }
        let (_, completeness) = decode(&BROTLI_HELLO[..7], "br", LIMIT);
        assert!(!matches!(completeness, Completeness::Whole), "{completeness:?}");
    }

    #[test]
    fn padding_after_the_last_member_does_no_harm() {
        let mut wire = gzip(b"one ");
        wire.extend(gzip(b"two"));
        wire.extend([0; 10]);
        assert_eq!(decode(&wire, "gzip", LIMIT), (b"one two".to_vec(), Completeness::Whole));
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let bomb = gzip(&vec![0; 8 << 20]);
        let (body, completeness) = decode(&bomb, "gzip", LIMIT);
        assert_eq!((body.len() as u64, completeness), (LIMIT, Completeness::OverLimit(LIMIT)));
        let double = gzip(&bomb);
        assert_eq!(decode(&double, "gzip, gzip", LIMIT).1, Completeness::OverLimit(LIMIT));
    }

    #[test]
    fn unknown_and_endless_encodings_are_refused() {
        for name in ["compress", "gzip, x", "gzip,gzip,gzip,gzip"] {
            assert!(matches!(decode(b"x", name, LIMIT).1, Completeness::Undecodable(_)));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end_within_the_limit(wire in proptest::collection::vec(any::<u8>(), 0..200), index in 0usize..5) {
            let name = ["gzip", "deflate", "br", "zstd", "gzip, br"][index];
            let mut wire = wire;
            if index == 0 { wire.splice(0..0, [0x1f, 0x8b, 8, 0]); }
            if index == 3 { wire.splice(0..0, [0x28, 0xb5, 0x2f, 0xfd]); }
            let (body, _) = decode(&wire, name, 4096);
            prop_assert!(body.len() <= 4096);
        }
    }
}
