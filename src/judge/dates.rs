//! Compares the date that a reference gives with the date of the page and with those of the citing sentence.

use jiff::civil::Date;

use crate::citation::{Citation, DatedMention, Reference};
use crate::source::Published;

/// Two dates that should be one, and what speaks for the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conflict {
    /// The date that the reference gives.
    pub reference: Date,
    /// The date that it conflicts with.
    pub other: Date,
    /// Whether the page gives it.
    pub by_page: bool,
    /// The place in the citing passage that gives it too.
    pub mention: Option<DatedMention>,
}

/// Articles appear up to this many days after what they report, without conflict.
const REPORTED_WITHIN_DAYS: i32 = 2;

/// Finds the conflict of a reference's date, if there is one.
pub(super) fn conflict(
    citation: &Citation,
    reference: &Reference,
    published: Option<&Published>,
) -> Option<Conflict> {
    let date = reference.date?;
    if let Some(published) = published {
        if (published.span.0..=published.span.1).contains(&date) {
            return None;
        }
        let mention = citation.dates.iter().find(|mention| mention.date == published.date).copied();
        return Some(Conflict { reference: date, other: published.date, by_page: true, mention });
    }
    if citation.references.len() != 1
        || citation.dates.iter().any(|mention| is_reported_by(mention.date, date))
    {
        return None;
    }
    let mention = citation.dates.last().copied()?;
    Some(Conflict { reference: date, other: mention.date, by_page: false, mention: Some(mention) })
}

/// Tells whether an article of one day can report what another day brought.
fn is_reported_by(event: Date, article: Date) -> bool {
    event.until(article).is_ok_and(|span| (0..=REPORTED_WITHIN_DAYS).contains(&span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_article_may_follow_what_it_reports() {
        assert!(is_reported_by(date(2024, 6, 19), date(2024, 6, 20)));
        assert!(!is_reported_by(date(2024, 6, 5), date(2024, 6, 19)));
        assert!(!is_reported_by(date(2024, 6, 20), date(2024, 6, 19)));
    }
}
