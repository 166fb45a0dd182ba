//! Empties the streams of a file that unpack to more than is read, before anything of it is read: the interpreter
//! unpacks whatever it meets, and two kilobytes can become a gigabyte.
//!
//! Looks at the bytes alone, not at how objects refer to each other. What an encrypted file holds is not seen.

use std::io::{self, Read};
use std::ops::Range;

use flate2::bufread::DeflateDecoder;
use memchr::{memchr, memmem};

/// A stream that unpacks to more bytes is emptied.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// All streams together may unpack to as many bytes; those behind are emptied.
const MOST_BYTES_OF_ALL: usize = 16 * MOST_BYTES;
/// How many streams are unpacked to see how long they are; those behind are emptied: a file of nothing but their
/// keyword has a million.
const MOST_LOOKS: usize = 100_000;
/// How far before a stream its dictionary is looked for, in bytes.
const LONGEST_DICTIONARY: usize = 4096;

/// Empties the streams of a file that unpack to too much. Tells whether one of them may have held text: pictures are
/// not read anyway.
pub(super) fn empty_large(file: &mut [u8]) -> bool {
    empty_within(file, MOST_LOOKS)
}

fn empty_within(file: &mut [u8], mut looks: usize) -> bool {
    let mut may_be_text = false;
    let mut left = MOST_BYTES_OF_ALL;
    let mut at = 0;
    while let Some(start) = next_stream(file, at) {
        // A dictionary stands behind the stream before, and what has been emptied is not looked at again.
        let about = About::of(file, at.max(start.saturating_sub(LONGEST_DICTIONARY))..start);
        at = start;
        let most = MOST_BYTES.min(left);
        if about.most_unpacked() <= most {
            continue;
        }
        let length = match about.holds {
            Holds::Picture => None,
            Holds::Anything if looks == 0 => None,
            Holds::Anything => about.unpacked_length(&file[start..about.end], most),
        };
        looks = looks.saturating_sub(1);
        if let Some(length) = length {
            left -= length;
        } else {
            may_be_text |= about.holds == Holds::Anything;
            let data = &mut file[start..];
            let end = memmem::find(data, b"endstream").unwrap_or(data.len());
            about.empty(&mut data[..end]);
            at += end;
        }
    }
    may_be_text
}

/// Returns where the data of the next stream begins.
fn next_stream(file: &[u8], from: usize) -> Option<usize> {
    const KEYWORD: &[u8] = b"stream";
    memmem::find_iter(&file[from..], KEYWORD).find_map(|found| {
        let at = from + found;
        let after = at + KEYWORD.len();
        let line_end = match file.get(after..)? {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return None,
        };
        (!file[..at].ends_with(b"end")).then_some(after + line_end)
    })
}

/// What a dictionary says of its stream.
struct About {
    /// Where the data ends at the latest.
    end: usize,
    /// The bytes of the data, where they are known.
    length: Option<usize>,
    filters: Vec<Filter>,
    /// How many codes before its table is full the width of LZW codes grows.
    early_change: usize,
    holds: Holds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Picture,
    Anything,
}

/// The filters that can make data longer, and those that stand before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    Hex,
    Ascii85,
    Flate,
    Lzw,
    RunLength,
}

/// The names of the filters, with their short forms (ISO 32000-2, table 92).
const NAMES: [(&[u8], Filter); 10] = [
    (b"ASCIIHexDecode", Filter::Hex),
    (b"AHx", Filter::Hex),
    (b"ASCII85Decode", Filter::Ascii85),
    (b"A85", Filter::Ascii85),
    (b"FlateDecode", Filter::Flate),
    (b"Fl", Filter::Flate),
    (b"LZWDecode", Filter::Lzw),
    (b"LZW", Filter::Lzw),
    (b"RunLengthDecode", Filter::RunLength),
    (b"RL", Filter::RunLength),
];

impl Filter {
    /// Returns the most bytes that one byte can become.
    const fn most_from_a_byte(self) -> usize {
        match self {
            Self::Hex | Self::Ascii85 => 4,
            // Two bits for 258 bytes.
            Self::Flate => 1032,
            // Twelve bits for the longest entry of a table of 4096.
            Self::Lzw => 2600,
            Self::RunLength => 64,
        }
    }
}

impl About {
    /// Reads the dictionary at the end of a stretch of a file, behind which its stream begins.
    fn of(file: &[u8], stretch: Range<usize>) -> Self {
        let start = stretch.end;
        let before = &file[stretch];
        let object = memmem::rfind(before, b"obj");
        let dictionary = unescaped(object.map_or(before, |at| &before[at..]));
        let length = entry(&dictionary, b"Length").and_then(number).filter(|length| {
            let after = file.get(start + length..).unwrap_or_default();
            after.trim_ascii_start().starts_with(b"endstream")
        });
        // Whoever hides the filters may have several.
        let filters = object.and_then(|_| filters(&dictionary)).unwrap_or(vec![Filter::Flate; 3]);
        let is_picture =
            entry(&dictionary, b"Subtype").is_some_and(|rest| rest.starts_with(b"/Image"));
        Self {
            end: length.map_or(file.len(), |length| start + length),
            length,
            filters,
            early_change: usize::from(
                entry(&dictionary, b"EarlyChange").is_none_or(|rest| !rest.starts_with(b"0")),
            ),
            holds: if is_picture { Holds::Picture } else { Holds::Anything },
        }
    }

    /// Returns how many bytes the data can become at most.
    fn most_unpacked(&self) -> usize {
        let Some(length) = self.length else {
            return if self.filters.is_empty() { 0 } else { usize::MAX };
        };
        self.filters
            .iter()
            .fold(length, |length, filter| length.saturating_mul(filter.most_from_a_byte()))
    }

    /// Writes the end of the data over its beginning, as its filter knows it, and nothing behind.
    fn empty(&self, data: &mut [u8]) {
        // What is packed in a table ends with this bit by bit, run lengths do byte by byte, and nothing deflated begins so.
        data.fill(0x80);
        let mark: &[u8] = match self.filters.first() {
            Some(Filter::Hex) => b">",
            Some(Filter::Ascii85) => b"~>",
            Some(Filter::Flate | Filter::Lzw | Filter::RunLength) | None => b"",
        };
        if let Some(start) = data.get_mut(..mark.len()) {
            start.copy_from_slice(mark);
        }
    }

    /// Returns how long data is that is unpacked; `None` if that is more than is read.
    fn unpacked_length(&self, data: &[u8], most: usize) -> Option<usize> {
        let Some((last, first)) = self.filters.split_last() else { return Some(data.len()) };
        let mut unpacked: Option<Vec<u8>> = None;
        for filter in first {
            unpacked = Some(unpack(unpacked.as_deref().unwrap_or(data), *filter, most)?);
        }
        let data = unpacked.as_deref().unwrap_or(data);
        match last {
            Filter::Flate => {
                let mut decoder = inflating(data).take(most as u64 + 1);
                // What follows damage is not unpacked.
                let mut counted = Counter(0);
                let _ = io::copy(&mut decoder, &mut counted);
                (counted.0 <= most).then_some(counted.0)
            }
            Filter::Lzw => lzw_length(data, self.early_change, most),
            Filter::Hex | Filter::Ascii85 | Filter::RunLength => {
                unpack(data, *last, most).map(|data| data.len())
            }
        }
    }
}

/// Returns what follows a key of a dictionary.
fn entry<'d>(dictionary: &'d [u8], key: &[u8]) -> Option<&'d [u8]> {
    memmem::find_iter(dictionary, key).find_map(|at| {
        let after = &dictionary[at + key.len()..];
        let ends = after.first().is_none_or(|byte| !byte.is_ascii_alphanumeric());
        (dictionary[..at].ends_with(b"/") && ends).then(|| after.trim_ascii_start())
    })
}

/// Reads a number that stands for itself, and for no object.
fn number(rest: &[u8]) -> Option<usize> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_object = {
        let after = rest[digits..].trim_ascii_start();
        let generation = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        generation > 0 && after[generation..].trim_ascii_start().starts_with(b"R")
    };
    if is_object { None } else { std::str::from_utf8(&rest[..digits]).ok()?.parse().ok() }
}

/// Reads the filters of a stream up to the first that makes a picture; `None` if they are named elsewhere.
fn filters(dictionary: &[u8]) -> Option<Vec<Filter>> {
    let Some(rest) = entry(dictionary, b"Filter").or_else(|| entry(dictionary, b"F")) else {
        return Some(Vec::new());
    };
    let names = match rest {
        [b'[', list @ ..] => &list[..memchr(b']', list)?],
        [b'/', name @ ..] => {
            let ends = |byte: &u8| !byte.is_ascii_alphanumeric();
            &rest[..=name.iter().position(ends).unwrap_or(name.len())]
        }
        _ => return None,
    };
    let mut filters = Vec::new();
    for name in names.split(|byte| *byte == b'/').map(<[u8]>::trim_ascii) {
        if name.is_empty() {
            continue;
        }
        match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, filter)) => filters.push(*filter),
            None => break,
        }
    }
    Some(filters)
}

/// Writes the names of a dictionary without their escapes: `/Fl#61teDecode`.
fn unescaped(dictionary: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(dictionary.len());
    let mut rest = dictionary;
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| byte == b'#');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    plain
}

/// Counts what is written.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Undoes one filter; `None` if that gives more than is read.
fn unpack(data: &[u8], filter: Filter, most: usize) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    match filter {
        Filter::Flate => {
            let _ = inflating(data).take(most as u64 + 1).read_to_end(&mut unpacked);
        }
        // Nobody packs what is packed this way once more.
        Filter::Lzw => return None,
        Filter::RunLength => run_length(data, most, &mut unpacked),
        Filter::Hex => hexadecimal(data, &mut unpacked),
        Filter::Ascii85 => ascii85(data, &mut unpacked),
    }
    (unpacked.len() <= most).then_some(unpacked)
}

/// Unpacks deflated data, after its two bytes of head where it has them (RFC 1950).
fn inflating(data: &[u8]) -> DeflateDecoder<&[u8]> {
    let body = match data {
        [method, flags, rest @ ..]
            if method & 0x0F == 8
                && (u16::from(*method) << 8 | u16::from(*flags)).is_multiple_of(31)
                && flags & 0x20 == 0 =>
        {
            rest
        }
        _ => data,
    };
    DeflateDecoder::new(body)
}

fn run_length(data: &[u8], most: usize, unpacked: &mut Vec<u8>) {
    let mut rest = data;
    while let Some((&length, after)) = rest.split_first() {
        let length = usize::from(length);
        if length == 128 || unpacked.len() > most {
            break;
        }
        rest = if length < 128 {
            let taken = after.len().min(length + 1);
            unpacked.extend_from_slice(&after[..taken]);
            &after[taken..]
        } else {
            let Some((&byte, after)) = after.split_first() else { break };
            unpacked.resize(unpacked.len() + 257 - length, byte);
            after
        };
    }
}

fn hexadecimal(data: &[u8], unpacked: &mut Vec<u8>) {
    let digits = data.iter().take_while(|byte| **byte != b'>');
    let mut half = None;
    for digit in digits.filter_map(|byte| char::from(*byte).to_digit(16)) {
        let digit = u8::try_from(digit).unwrap_or_default();
        match half.take() {
            None => half = Some(digit << 4),
            Some(high) => unpacked.push(high | digit),
        }
    }
    unpacked.extend(half);
}

fn ascii85(data: &[u8], unpacked: &mut Vec<u8>) {
    let mut group = [0_u32; 5];
    let mut filled = 0;
    for &byte in data.iter().take_while(|byte| **byte != b'~') {
        match byte {
            b'z' if filled == 0 => unpacked.extend([0; 4]),
            b'!'..=b'u' => {
                group[filled] = u32::from(byte - b'!');
                filled += 1;
            }
            _ => {}
        }
        if filled == 5 {
            filled = 0;
            let number =
                group.iter().fold(0_u32, |n, digit| n.wrapping_mul(85).wrapping_add(*digit));
            unpacked.extend(number.to_be_bytes());
        }
    }
}

/// Returns how long data is that was packed by the method of Lempel, Ziv and Welch, from the lengths of the entries of
/// its table; `None` if that is more than is read.
fn lzw_length(data: &[u8], early_change: usize, most: usize) -> Option<usize> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    const LARGEST: usize = 4096;
    let mut lengths: Vec<usize> = vec![1; END + 1];
    let (mut total, mut bits, mut held) = (0_usize, 0_u32, 0_u32);
    let mut previous: Option<usize> = None;
    let mut bytes = data.iter();
    loop {
        let next = lengths.len() + usize::from(previous.is_some()) + early_change;
        let width = (usize::BITS - next.leading_zeros()).clamp(9, 12);
        while bits < width {
            let Some(byte) = bytes.next() else { return Some(total) };
            held = held << 8 | u32::from(*byte);
            bits += 8;
        }
        bits -= width;
        let code = (held >> bits) as usize & ((1 << width) - 1);
        match code {
            CLEAR => {
                lengths.truncate(END + 1);
                previous = None;
                continue;
            }
            END => return Some(total),
            _ => {}
        }
        if let Some(previous) = previous
            && lengths.len() < LARGEST
        {
            lengths.push(lengths[previous] + 1);
        }
        let Some(length) = lengths.get(code) else { return Some(total) };
        total += length;
        if total > most {
            return None;
        }
        previous = Some(code);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).expect("into memory");
        encoder.finish().expect("into memory")
    }

    fn object(dictionary: &str, data: &[u8]) -> Vec<u8> {
        let head = format!("1 0 obj\n<<{dictionary}/Length {}>>\nstream\n", data.len());
        [head.as_bytes(), data, b"\nendstream\nendobj\n"].concat()
    }

    /// Packs by the method of Lempel, Ziv and Welch; begins anew where the table is full.
    fn lzw(data: &[u8], early_change: usize) -> Vec<u8> {
        let (mut bits, mut table) = (Vec::new(), BTreeMap::new());
        let (mut size, mut known) = (258, Vec::new());
        let mut write = |code: usize, size: usize| {
            let width = (usize::BITS - (size + early_change).leading_zeros()).max(9);
            bits.extend((0..width).rev().map(|bit| u8::from(code >> bit & 1 == 1)));
        };
        let code = |table: &BTreeMap<Vec<u8>, usize>, word: &[u8]| match word {
            [byte] => usize::from(*byte),
            _ => table[word],
        };
        for &byte in data {
            let longer = [known.as_slice(), &[byte]].concat();
            if longer.len() == 1 || table.contains_key(&longer) {
                known = longer;
                continue;
            }
            write(code(&table, &known), size);
            table.insert(longer, size);
            size += 1;
            if size == 4094 {
                write(256, size);
                table.clear();
                size = 258;
            }
            known = vec![byte];
        }
        write(code(&table, &known), size);
        write(257, size + 1);
        bits.chunks(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
    }

    #[track_caller]
    fn check(dictionary: &str, data: &[u8], is_emptied: bool, may_be_text: bool) {
        let before = object(dictionary, data);
        let mut after = before.clone();
        assert_eq!(empty_large(&mut after), may_be_text, "{dictionary}");
        assert_eq!(before != after, is_emptied, "{dictionary}");
        assert_eq!(before.len(), after.len());
    }

    #[test]
    fn streams_that_unpack_to_too_much_are_emptied() {
        let large = deflated(&vec![b' '; MOST_BYTES + 1]);
        for dictionary in
            ["/Filter/FlateDecode", "/Filter [ /Fl#61teDecode ]", "/Filter 7 0 R", "/F/Fl"]
        {
            check(dictionary, &large, true, true);
        }
        check("/Filter[/FlateDecode/FlateDecode]", &deflated(&large), true, true);
        check("/Subtype/Image/Filter/FlateDecode", &large, true, false);
        let digit = |half: u8| char::from_digit(u32::from(half), 16).expect("is a digit");
        let hexadecimal: String = large.iter().flat_map(|b| [b >> 4, b & 15]).map(digit).collect();
        check("/Filter[/AHx/Fl]", hexadecimal.as_bytes(), true, true);
        check("/Filter/RunLengthDecode", &[129, b' '].repeat(MOST_BYTES / 128 + 1), true, true);
    }

    #[test]
    fn streams_of_an_ordinary_size_stay() {
        let text = deflated("words that differ 0123456789 ".repeat(100_000).as_bytes());
        check("/Filter/FlateDecode", &text, false, false);
        check("/Filter[/FlateDecode/DCTDecode]", &text, false, false);
        check("", &text, false, false);
        check(
            "/Filter/LZWDecode",
            &[0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01],
            false,
            false,
        );
    }

    #[test]
    fn of_streams_without_number_only_so_many_are_unpacked() {
        for one in [b"obj<</Filter/Fl>>stream\n".as_slice(), b"stream\n"] {
            let mut file = one.repeat(1_000_000);
            let before = file[..one.len() * 100].to_vec();
            assert!(empty_within(&mut file, 100), "what was not looked at may be text");
            assert_eq!(file[..before.len()], before);
            assert!(file[before.len() + one.len()..].iter().all(|byte| *byte == 0x80));
            assert!(!empty_within(&mut one.repeat(100), 100));
        }
    }

    #[test]
    fn a_length_that_lies_hides_nothing() {
        let large = deflated(&vec![b' '; MOST_BYTES + 1]);
        let mut file =
            [b"1 0 obj<</Length 3/Filter/Fl>>stream\n", large.as_slice(), b"\nendstream"].concat();
        assert!(empty_large(&mut file));
    }

    #[test]
    fn the_length_of_what_was_packed_in_a_table_is_counted() {
        let text: String = (0..40_000).fold(String::new(), |text, n| text + &(n % 977).to_string());
        for early_change in [0, 1] {
            let packed = lzw(text.as_bytes(), early_change);
            assert!(packed.len() < text.len());
            assert_eq!(lzw_length(&packed, early_change, text.len()), Some(text.len()));
            assert_eq!(lzw_length(&packed, early_change, text.len() - 1), None);
        }
    }
}
