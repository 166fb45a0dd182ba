//! Rules out most rows of words before they are looked up: a page has thousands of rows, and few stand in any quotation.

/// So many bits are kept for each row: one row in sixteen that is in no quotation gets through.
const BITS_PER_ROW: usize = 16;

/// A set of rows that may hold more than was put in, and never less. Empty it holds none.
#[derive(Debug, Clone, Default)]
pub(super) struct Sieve {
    /// A power of two of them, or none.
    words: Vec<u64>,
}

impl Sieve {
    /// Makes a sieve that lets some rows through.
    pub(super) fn new<'a>(rows: impl ExactSizeIterator<Item = &'a [u32; 3]>) -> Self {
        if rows.len() == 0 {
            return Self::default();
        }
        let words = (rows.len() * BITS_PER_ROW / 64).next_power_of_two();
        let mut sieve = Self { words: vec![0; words] };
        for row in rows {
            let (word, bit) = sieve.place(row);
            sieve.words[word] |= bit;
        }
        sieve
    }

    /// Tells whether a row may be one of those.
    pub(super) fn may_hold(&self, row: &[u32; 3]) -> bool {
        if self.words.is_empty() {
            return false;
        }
        let (word, bit) = self.place(row);
        self.words[word] & bit != 0
    }

    /// Returns where the bit of a row is.
    fn place(&self, row: &[u32; 3]) -> (usize, u64) {
        // Multiplying by large odd numbers spreads neighbours; the upper bits are the best of a product.
        let [first, second, third] = row.map(u64::from);
        let mixed = (first ^ second.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = (mixed ^ third ^ (mixed >> 32)).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        let word = usize::try_from(hash >> 16).unwrap_or(usize::MAX) & (self.words.len() - 1);
        (word, 1 << (hash >> 58))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn most_other_rows_are_ruled_out() {
        let rows: Vec<[u32; 3]> = (0..10_000).map(|n| [n % 97, n / 7, n % 13]).collect();
        let own: BTreeSet<[u32; 3]> = rows.iter().copied().collect();
        let sieve = Sieve::new(own.iter());
        let others = (0..100_000).map(|n| [n % 89, n / 5, 20 + n % 7]);
        let through = others.filter(|row| sieve.may_hold(row)).count();
        assert!(through < 10_000, "{through} of 100,000 rows got through");
        assert!(!Sieve::default().may_hold(&[1, 2, 3]));
    }

    proptest! {
        #[test]
        fn no_row_that_was_put_in_is_ruled_out(rows: Vec<[u32; 3]>) {
            let sieve = Sieve::new(rows.iter());
            prop_assert!(rows.iter().all(|row| sieve.may_hold(row)));
        }
    }
}
