//! Reads parts of a file under zstd in the [seekable format], each without unpacking what stands before it: of the
//! embeddings of 128,000 tokens a page needs some thousands.
//!
//! [seekable format]: https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md

use std::ops::Range;
use std::sync::OnceLock;

use zstd::bulk::Decompressor;

/// Begins a frame that decoders pass over, here that of the seek table.
const SKIPPABLE: u32 = 0x184D_2A5E;
/// Ends the file.
const SEEKABLE: u32 = 0x8F92_EAB1;
/// The length of what stands after the entries of the seek table, and before them, in bytes.
const FOOTER_BYTES: usize = 9;
const HEADER_BYTES: usize = 8;
/// The largest size of an unpacked file, in bytes: the model has 72 million.
const MOST_UNPACKED_BYTES: usize = 256 * 1024 * 1024;

/// A packed file, and of what it unpacks to the frames that were asked for.
pub(super) struct Seekable {
    bytes: &'static [u8],
    /// In order, without gaps.
    frames: Vec<Frame>,
}

struct Frame {
    packed: Range<usize>,
    /// Where what it unpacks to stands in the whole.
    unpacked: Range<usize>,
    kept: OnceLock<Box<[u8]>>,
}

impl Seekable {
    /// Reads the seek table.
    ///
    /// # Errors
    ///
    /// When there is none, or it does not fit the file, or the file would be larger than 256 MB.
    pub(super) fn open(bytes: &'static [u8]) -> Result<Self, String> {
        let table = SeekTable::of(bytes)?;
        let (mut packed_at, mut unpacked_at) = (0, 0);
        let mut frames = Vec::with_capacity(table.entries.len() / table.entry_bytes);
        for entry in table.entries.chunks_exact(table.entry_bytes) {
            let packed = packed_at..packed_at + usize_at(entry, 0);
            let unpacked = unpacked_at..unpacked_at + usize_at(entry, 4);
            if packed.end > table.start || unpacked.end > MOST_UNPACKED_BYTES {
                return Err("the seek table does not fit the file".to_owned());
            }
            (packed_at, unpacked_at) = (packed.end, unpacked.end);
            frames.push(Frame { packed, unpacked, kept: OnceLock::new() });
        }
        Ok(Self { bytes, frames })
    }

    /// Returns how many bytes it has when unpacked.
    pub(super) fn len(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.unpacked.end)
    }

    /// Returns a part. Takes time in proportion to the frames that it touches.
    ///
    /// # Errors
    ///
    /// When it reaches over the end, or a frame is damaged.
    pub(super) fn read(&self, part: &Range<usize>) -> Result<Vec<u8>, String> {
        let mut context = context()?;
        let mut read = Vec::with_capacity(part.len().min(self.len()));
        for frame in self.touched(part)? {
            let unpacked = self.unpack(frame, &mut context)?;
            read.extend_from_slice(&unpacked[within(frame, part)]);
        }
        Ok(read)
    }

    /// Calls `take` with each of some parts, by number. The frames that they touch are kept, so that they are unpacked
    /// once.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub(super) fn read_many(
        &self,
        parts: impl Iterator<Item = Range<usize>>,
        mut take: impl FnMut(usize, &[u8]),
    ) -> Result<(), String> {
        let mut context = context()?;
        for (number, part) in parts.enumerate() {
            let [frame] = self.touched(&part)? else {
                take(number, &self.read(&part)?);
                continue;
            };
            let unpacked = if let Some(kept) = frame.kept.get() {
                kept
            } else {
                let unpacked = self.unpack(frame, &mut context)?.into_boxed_slice();
                frame.kept.get_or_init(|| unpacked)
            };
            take(number, &unpacked[within(frame, &part)]);
        }
        Ok(())
    }

    fn touched(&self, part: &Range<usize>) -> Result<&[Frame], String> {
        if part.start > part.end || part.end > self.len() {
            return Err("it ends too early".to_owned());
        }
        let first = self.frames.partition_point(|frame| frame.unpacked.end <= part.start);
        let last = self.frames.partition_point(|frame| frame.unpacked.start < part.end);
        Ok(&self.frames[first..last.max(first)])
    }

    fn unpack(&self, frame: &Frame, context: &mut Decompressor<'_>) -> Result<Vec<u8>, String> {
        let unpacked = context
            .decompress(&self.bytes[frame.packed.clone()], frame.unpacked.len())
            .map_err(|error| error.to_string())?;
        if unpacked.len() == frame.unpacked.len() {
            Ok(unpacked)
        } else {
            Err("a frame is shorter than the seek table says".to_owned())
        }
    }
}

fn context() -> Result<Decompressor<'static>, String> {
    Decompressor::new().map_err(|error| error.to_string())
}

/// Where a part stands within a frame that it touches.
fn within(frame: &Frame, part: &Range<usize>) -> Range<usize> {
    let clamp =
        |at: usize| at.clamp(frame.unpacked.start, frame.unpacked.end) - frame.unpacked.start;
    clamp(part.start)..clamp(part.end)
}

/// The table at the end of the file.
struct SeekTable<'a> {
    start: usize,
    entries: &'a [u8],
    entry_bytes: usize,
}

impl<'a> SeekTable<'a> {
    fn of(file: &'a [u8]) -> Result<Self, String> {
        let none = || "they are not in the seekable format of zstd".to_owned();
        let footer = file.len().checked_sub(FOOTER_BYTES).ok_or_else(none)?;
        if u32_at(file, footer + 5) != SEEKABLE {
            return Err(none());
        }
        let has_checksums = file[footer + 4] & 0x80 != 0;
        let entry_bytes = if has_checksums { 12 } else { 8 };
        let size = usize_at(file, footer).checked_mul(entry_bytes).ok_or_else(none)?;
        let entries_at = footer.checked_sub(size).ok_or_else(none)?;
        let start = entries_at.checked_sub(HEADER_BYTES).ok_or_else(none)?;
        if u32_at(file, start) != SKIPPABLE || usize_at(file, start + 4) != size + FOOTER_BYTES {
            return Err(none());
        }
        Ok(Self { start, entries: &file[entries_at..footer], entry_bytes })
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |&chunk| u32::from_le_bytes(chunk))
}

fn usize_at(bytes: &[u8], at: usize) -> usize {
    usize::try_from(u32_at(bytes, at)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Packs frames as the format has them.
    fn packed(frames: &[&[u8]]) -> &'static [u8] {
        let mut file = Vec::new();
        let mut table = Vec::new();
        for frame in frames {
            let packed = zstd::bulk::compress(frame, 1).unwrap();
            table.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
            table.extend(u32::try_from(frame.len()).unwrap().to_le_bytes());
            file.extend(packed);
        }
        table.extend(u32::try_from(frames.len()).unwrap().to_le_bytes());
        table.push(0);
        table.extend(SEEKABLE.to_le_bytes());
        file.extend(SKIPPABLE.to_le_bytes());
        file.extend(u32::try_from(table.len()).unwrap().to_le_bytes());
        file.extend(table);
        file.leak()
    }

    #[test]
    fn parts_are_read_over_the_bounds_of_frames() {
        let file = Seekable::open(packed(&[b"one", b"", b"two", b"three"])).unwrap();
        assert_eq!(file.len(), 11);
        assert_eq!(file.read(&(0..11)).unwrap(), b"onetwothree");
        assert_eq!(file.read(&(2..7)).unwrap(), b"etwot");
        let mut seen = Vec::new();
        let parts = [3..6, 5..8, 3..5, 4..4];
        file.read_many(parts.into_iter(), |_, part| seen.push(part.to_vec())).unwrap();
        assert_eq!(seen, [b"two".to_vec(), b"oth".to_vec(), b"tw".to_vec(), b"".to_vec()]);
        assert!(file.read(&(9..12)).is_err());
    }

    #[test]
    fn a_damaged_frame_is_no_reason_to_stop_the_others() {
        let whole = packed(&[b"one", b"two"]);
        let mut damaged = whole.to_vec();
        damaged[0] ^= 0xff;
        let file = Seekable::open(damaged.leak()).unwrap();
        assert!(file.read(&(0..1)).is_err());
        assert_eq!(file.read(&(3..6)).unwrap(), b"two");
    }

    proptest! {
        #[test]
        fn no_file_is_read_over_its_end(
            at in 0_usize..200, byte in any::<u8>(), cut in 0_usize..100, from in 0_usize..30,
        ) {
            let mut file = packed(&[b"one", b"two", b"three"]).to_vec();
            let length = file.len();
            file[at % length] = byte;
            file.drain(..cut.min(length));
            if let Ok(file) = Seekable::open(file.leak()) {
                let _ = file.read(&(from..from + 4));
            }
        }
    }
}
