//! Writes the difference of two texts as a patch in the unified format, as `patch` and `git apply` read it.

use std::fmt::Write as _;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// Returns the patch that makes `after` of `before`; empty when they are equal. Both have the same number of lines:
/// only words within lines were changed.
#[must_use]
pub fn patch(path: &str, before: &str, after: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let changed: Vec<usize> =
        (0..old.len().min(new.len())).filter(|&line| old[line] != new[line]).collect();
    if changed.is_empty() {
        return String::new();
    }
    let name: String = path.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    let mut out = format!("--- {name}\n+++ {name}\n");
    let mut rest = changed.as_slice();
    while let Some(&first) = rest.first() {
        // Changes whose surroundings touch belong together.
        let near = rest.windows(2).take_while(|pair| pair[1] - pair[0] <= 2 * CONTEXT + 1).count();
        let last = rest[near];
        let start = first.saturating_sub(CONTEXT);
        let end = (last + CONTEXT + 1).min(old.len());
        hunk(&old, &new, start, end, &mut out);
        rest = &rest[near + 1..];
    }
    out
}

fn hunk(old: &[&str], new: &[&str], start: usize, end: usize, out: &mut String) {
    let length = end - start;
    let _ = writeln!(out, "@@ -{0},{length} +{0},{length} @@", start + 1);
    let mut line = start;
    while line < end {
        if old[line] == new[line] {
            push(' ', old[line], out);
            line += 1;
            continue;
        }
        let block = (line..end).find(|&at| old[at] == new[at]).unwrap_or(end);
        old[line..block].iter().for_each(|text| push('-', text, out));
        new[line..block].iter().for_each(|text| push('+', text, out));
        line = block;
    }
}

fn push(mark: char, text: &str, out: &mut String) {
    out.push(mark);
    out.push_str(text);
    if !text.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_need_no_patch() {
        assert_eq!(patch("a.txt", "a\n", "a\n"), "");
    }

    #[test]
    fn changes_that_are_near_share_a_hunk() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\nend";
        let after = before.replace("2\n3", "two\nthree").replace("end", "END");
        let expected = "--- a.txt\n+++ a.txt\n\
             @@ -1,6 +1,6 @@\n 1\n-2\n-3\n+two\n+three\n 4\n 5\n 6\n\
             @@ -12,4 +12,4 @@\n 12\n 13\n 14\n-end\n\\ No newline at end of file\n\
             +END\n\\ No newline at end of file\n";
        assert_eq!(patch("a.txt", before, &after), expected);
    }
}
