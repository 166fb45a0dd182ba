//! Makes fingerprints of texts: whether two texts have the same words, and how near they are, is seen from these alone.
//! They are the same on every machine, so that they can be kept; words that are folded anew look like other words.

use super::{push_key, tokens};

/// What is kept of a text in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// The hash of its words in their order, as they are compared: case and typography do not count.
    pub words: u64,
    /// A hash that differs in few bits between texts that share most of their pairs of words (simhash).
    pub similarity: u64,
}

/// How many bits differ between unrelated texts, on average.
const UNRELATED_BITS: f32 = 32.0;

impl Fingerprint {
    /// Returns how near two texts are: 1.0 of equal words, about 0.0 of unrelated texts; in 0.0..=1.0.
    #[must_use]
    pub fn nearness(self, other: Self) -> f32 {
        if self.words == other.words {
            return 1.0;
        }
        let bits = (self.similarity ^ other.similarity).count_ones();
        // At most 64: it is exact.
        (1.0 - f32::from(u8::try_from(bits).unwrap_or(u8::MAX)) / UNRELATED_BITS).max(0.0)
    }
}

/// Makes the fingerprint of a text that is given in pieces, such as paragraphs. Linear in its length.
///
/// The similarity is that of M. Charikar, "Similarity estimation techniques from rounding algorithms" (2002), over the
/// pairs of words that stand side by side.
#[must_use]
pub fn fingerprint<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Fingerprint {
    let mut words = OFFSET;
    let mut votes = Votes::default();
    let mut before = OFFSET;
    let mut key = String::new();
    for piece in pieces {
        for token in tokens(piece) {
            key.clear();
            push_key(&piece[token.range], token.class, &mut key);
            if key.is_empty() {
                continue;
            }
            let word = stable_hash(&key);
            words = (words ^ word).wrapping_mul(PRIME).rotate_left(5);
            votes.add(mixed(before.rotate_left(1) ^ word));
            before = word;
        }
    }
    Fingerprint { words, similarity: votes.majority() }
}

/// FNV-1a: the same on every machine and in every version, which the hashes of the standard library do not promise.
///
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>
#[must_use]
pub fn stable_hash(text: &str) -> u64 {
    text.bytes().fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// Spreads a hash over all its bits: FNV leaves those of short words uneven (the last step of `MurmurHash3`).
const fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// How often each bit was set.
struct Votes {
    set: [u32; 64],
    count: u32,
}

impl Default for Votes {
    fn default() -> Self {
        Self { set: [0; 64], count: 0 }
    }
}

impl Votes {
    fn add(&mut self, hash: u64) {
        self.count = self.count.saturating_add(1);
        for (bit, set) in self.set.iter_mut().enumerate() {
            *set += u32::from(hash >> bit & 1 == 1);
        }
    }

    fn majority(&self) -> u64 {
        let half = self.count / 2;
        let bits = self.set.iter().enumerate().filter(|(_, set)| **set > half);
        bits.fold(0, |hash, (bit, _)| hash | 1 << bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(words: std::ops::Range<u32>) -> String {
        words.map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn typography_does_not_count_and_words_do() {
        let one = fingerprint(["He said “it’s done” — and left."]);
        assert_eq!(one, fingerprint(["he said \"it's done\" -", "and   LEFT"]));
        assert_ne!(one.words, fingerprint(["He said “it’s not done” — and left."]).words);
        assert_ne!(fingerprint(["a b"]).words, fingerprint(["b a"]).words);
    }

    #[test]
    fn a_page_with_a_changed_sentence_is_near_and_another_page_is_not() {
        let one = fingerprint([page(0..500).as_str()]);
        let changed = format!("{} {}", page(0..480), page(900..920));
        assert!(one.nearness(fingerprint([changed.as_str()])) > 0.6);
        assert!(one.nearness(fingerprint([page(1000..1500).as_str()])) < 0.5);
        assert!((one.nearness(one) - 1.0).abs() < f32::EPSILON);
    }

    #[test]
    fn hashes_are_those_of_every_machine() {
        assert_eq!(stable_hash("foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(fingerprint([]).similarity, 0);
    }
}
