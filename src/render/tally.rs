//! Counts findings in words: `1 error, 2 warnings, 3 to look at`.

use crate::report::{Finding, Level};

/// Counts findings by level, the gravest first, leaving out what there is none of.
pub(super) fn tally<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<String> {
    let (mut errors, mut warnings, mut notes) = (0, 0, 0);
    for finding in findings {
        match finding.level {
            Level::Error => errors += 1,
            Level::Warning => warnings += 1,
            Level::Note => notes += 1,
        }
    }
    let parts = [
        (errors > 0).then(|| count(errors, "error")),
        (warnings > 0).then(|| count(warnings, "warning")),
        (notes > 0).then(|| format!("{notes} to look at")),
    ];
    parts.into_iter().flatten().collect()
}

/// Says how many there are of a thing.
pub(super) fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
