//! Searches the bytes of a page for many marks in one pass.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Marks in the order in which they count, made ready for the search when it is first needed.
pub(super) type Marks = LazyLock<AhoCorasick>;

/// Makes marks ready for the search.
pub(super) fn search_for<'a>(marks: impl IntoIterator<Item = &'a [u8]>) -> AhoCorasick {
    AhoCorasick::new(marks).expect("a few short marks are within the limits of the automaton")
}

/// Returns the number of the mark that counts first of all those that a body holds.
pub(super) fn first_in(body: &[u8], marks: &AhoCorasick) -> Option<usize> {
    marks.find_overlapping_iter(body).map(|found| found.pattern().as_usize()).min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_that_overlap_are_all_seen_and_the_first_of_the_list_counts() {
        let marks = search_for([&b"bcd"[..], b"abc", b"c"]);
        assert_eq!(first_in(b"-abcd-", &marks), Some(0));
        assert_eq!(first_in(b"-abc-", &marks), Some(1));
        assert_eq!(first_in(b"-c-", &marks), Some(2));
        assert_eq!(first_in(b"-C-", &marks), None);
        assert_eq!(first_in(b"", &marks), None);
    }

    proptest! {
        #[test]
        fn one_pass_finds_what_one_search_per_mark_finds(
            body in "[abc]{0,30}",
            list in prop::collection::vec("[abc]{1,4}", 1..8),
        ) {
            let marks = search_for(list.iter().map(String::as_bytes));
            let wanted = list.iter().position(|mark| body.contains(mark.as_str()));
            prop_assert_eq!(first_in(body.as_bytes(), &marks), wanted);
        }
    }
}
