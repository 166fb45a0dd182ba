//! Says where archived copies of a page are looked up, and which of those that an archive lists are worth reading.
//! Opens no connection: it makes the questions and reads the answers.
//!
//! Two kinds of archive are understood: those with a CDX server, as the Wayback Machine has one
//! (<https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server>), and every `TimeGate` of the Memento
//! protocol ([RFC 7089](https://www.rfc-editor.org/rfc/rfc7089)).

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use url::Url;

use super::shorthand::explicit;
use crate::fetched::Answer;
use crate::source::ArchivedCopy;
use crate::target::Target;

/// Where archived copies are looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archives {
    /// A CDX server, and where the copies that it lists are shown; `None` to do without.
    pub wayback: Option<Wayback>,
    /// The addresses of `TimeGates`; a page's address is added to them as it is.
    pub timegates: Vec<Url>,
}

/// An archive with a CDX server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wayback {
    /// The CDX server.
    pub cdx: Url,
    /// Where copies are shown; a time and a page's address are added to it.
    pub playback: Url,
}

impl Archives {
    /// Tells whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.wayback.is_none() && self.timegates.is_empty()
    }
}

impl Default for Archives {
    /// The Wayback Machine.
    fn default() -> Self {
        let base = Url::parse("https://web.archive.org/").ok();
        Self { wayback: base.as_ref().and_then(Wayback::at), timegates: Vec::new() }
    }
}

/// An archived copy that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memento {
    /// Where a reader finds it, and when it was taken.
    pub copy: ArchivedCopy,
    /// Where its body stands as it was, without the archive's additions.
    pub body: Target,
}

/// How many copies a CDX server is asked for: enough for some before and some after the day.
const LISTED: &str = "24";

impl Wayback {
    /// Returns the archive at an address that is laid out as the Wayback Machine is; `None` if it cannot have paths.
    #[must_use]
    pub fn at(base: &Url) -> Option<Self> {
        Some(Self {
            cdx: below(base, &["cdx", "search", "cdx"])?,
            playback: below(base, &["web", ""])?,
        })
    }

    /// Returns the question for the copies of a page, those nearest to a day first; without a day, for the latest.
    #[must_use]
    pub fn question(&self, page: &Url, day: Option<Date>) -> Target {
        let mut url = self.cdx.clone();
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("url", without_fragment(page).as_str());
            query.append_pair("output", "json");
            query.append_pair("fl", "timestamp,original,statuscode");
            query.append_pair("filter", "statuscode:200");
            match day {
                Some(day) => {
                    query.append_pair("closest", &format!("{}120000", day.strftime("%Y%m%d")));
                    query.append_pair("sort", "closest");
                    query.append_pair("limit", LISTED);
                }
                None => {
                    query.append_pair("limit", &format!("-{LISTED}"));
                }
            }
        }
        explicit(url)
    }

    /// Reads the answer: the copy nearest to the day, the last one before it and the first one after, as far as these
    /// are others. Without a day, the latest copies, the very latest first.
    #[must_use]
    pub fn copies(&self, answer: &[u8], day: Option<Date>) -> Vec<Memento> {
        let mut listed = rows(answer);
        listed.sort();
        listed.dedup_by_key(|(at, _)| *at);
        worth_reading(&listed, day)
            .into_iter()
            .filter_map(|(at, original)| self.memento(*at, original))
            .collect()
    }

    /// Returns the copy that answered for a memento: archives redirect from one copy to another.
    #[must_use]
    pub fn copy_of(&self, memento: &Memento, answer: &Answer) -> Option<ArchivedCopy> {
        if answer.url == *memento.body.url() {
            return Some(memento.copy.clone());
        }
        let url = answer.url.as_str().strip_prefix(self.playback.as_str())?;
        let shown =
            Url::parse(&format!("{}{}", self.playback, url.replacen("id_/", "/", 1))).ok()?;
        Some(ArchivedCopy { url: shown, at: taken(answer)? })
    }

    /// Returns the copy of a page that the archive names by 14 digits, such as `20240619120000`, and the page's address.
    #[must_use]
    pub fn copy(&self, stamp: &str, original: &str) -> Option<ArchivedCopy> {
        let at = moment(stamp)?;
        let stamp = at.strftime("%Y%m%d%H%M%S");
        // The address is added as it stands; it must not be read as relative to the archive's.
        let url = Url::parse(&format!("{}{stamp}/{original}", self.playback)).ok()?;
        Some(ArchivedCopy { url, at: timestamp(at)? })
    }

    fn memento(&self, at: DateTime, original: &str) -> Option<Memento> {
        let stamp = at.strftime("%Y%m%d%H%M%S").to_string();
        let body = Url::parse(&format!("{}{stamp}id_/{original}", self.playback)).ok()?;
        Some(Memento { copy: self.copy(&stamp, original)?, body: explicit(body) })
    }
}

fn below(base: &Url, path: &[&str]) -> Option<Url> {
    let mut url = base.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    Some(url)
}

/// Returns the question that a `TimeGate` is asked for a page; the time goes along in a header.
#[must_use]
pub fn timegate_question(timegate: &Url, page: &Url) -> Option<Target> {
    Url::parse(&format!("{timegate}{}", without_fragment(page))).ok().map(explicit)
}

/// Reads the answer of a `TimeGate`, redirects followed: a copy says of itself when it was taken.
#[must_use]
pub fn timegate_answer(answer: &Answer) -> Option<ArchivedCopy> {
    if answer.status != 200 {
        return None;
    }
    Some(ArchivedCopy { url: answer.url.clone(), at: taken(answer)? })
}

/// Returns when a copy says that it was taken.
fn taken(answer: &Answer) -> Option<Timestamp> {
    let taken = httpdate::parse_http_date(answer.header("memento-datetime")?).ok()?;
    Timestamp::try_from(taken).ok()
}

fn without_fragment(page: &Url) -> Url {
    let mut page = page.clone();
    page.set_fragment(None);
    page
}

/// Reads the rows of a CDX answer in JSON: an array of arrays, the first of which names the columns.
fn rows(answer: &[u8]) -> Vec<(DateTime, String)> {
    let Ok(rows) = serde_json::from_slice::<Vec<Vec<String>>>(answer) else { return Vec::new() };
    let Some((names, rows)) = rows.split_first() else { return Vec::new() };
    let column = |name: &str| names.iter().position(|column| column == name);
    let (Some(at), Some(original)) = (column("timestamp"), column("original")) else {
        return Vec::new();
    };
    let status = column("statuscode");
    rows.iter()
        .filter(|row| status.and_then(|s| row.get(s)).is_none_or(|status| status == "200"))
        .filter_map(|row| Some((moment(row.get(at)?)?, row.get(original)?.clone())))
        .collect()
}

fn moment(stamp: &str) -> Option<DateTime> {
    // Some archives cut the time off, or the day.
    let rest = "00000101000000".get(stamp.len()..).unwrap_or_default();
    DateTime::strptime("%Y%m%d%H%M%S", format!("{stamp}{rest}")).ok()
}

fn timestamp(at: DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(at).ok()
}

type Row = (DateTime, String);

/// The copies to look at, best first; `listed` is in the order of time.
fn worth_reading(listed: &[Row], day: Option<Date>) -> Vec<&Row> {
    let Some(day) = day else { return listed.iter().rev().take(3).collect() };
    let noon = day.at(12, 0, 0, 0);
    let later = listed.partition_point(|(at, _)| *at <= noon);
    let before = later.checked_sub(1).map(|index| &listed[index]);
    let after = listed.get(later);
    let distance = |row: &Row| row.0.duration_since(noon).abs();
    match (before, after) {
        (Some(before), Some(after)) if distance(after) < distance(before) => vec![after, before],
        (before, after) => before.into_iter().chain(after).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wayback() -> Wayback {
        Archives::default().wayback.unwrap()
    }

    #[expect(clippy::unnecessary_wraps, reason = "as it is asked for")]
    fn day(text: &str) -> Option<Date> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn the_question_names_the_page_and_the_day() {
        let page = Url::parse("https://tass.com/politics/1?a=b&c=d#part").unwrap();
        assert_eq!(
            wayback().question(&page, day("2024-06-19")).url().as_str(),
            "https://web.archive.org/cdx/search/cdx?url=https%3A%2F%2Ftass.com%2Fpolitics%2F1%3Fa%3Db%26c%3Dd&output=json\
             &fl=timestamp%2Coriginal%2Cstatuscode&filter=statuscode%3A200&closest=20240619120000&sort=closest&limit=24"
        );
        assert!(wayback().question(&page, None).url().as_str().ends_with("&limit=-24"));
    }

    const ANSWER: &str = r#"[["timestamp","original","statuscode"],
        ["20240620080000","https://a.org/x","200"],
        ["20240618080000","https://a.org/x","200"],
        ["20240617080000","https://a.org/x","200"],
        ["20240619080000","https://a.org/x","404"],
        ["202407","https://a.org/x","200"]]"#;

    fn stamps(day: Option<Date>) -> Vec<String> {
        wayback()
            .copies(ANSWER.as_bytes(), day)
            .iter()
            .map(|memento| memento.body.url().path().replace("id_/https://a.org/x", ""))
            .collect()
    }

    #[test]
    fn the_nearest_copy_comes_first_then_the_other_side() {
        assert_eq!(stamps(day("2024-06-19")), ["/web/20240620080000", "/web/20240618080000"]);
        assert_eq!(stamps(day("2024-06-18")), ["/web/20240618080000", "/web/20240620080000"]);
        assert_eq!(stamps(day("2024-01-01")), ["/web/20240617080000"]);
        assert_eq!(stamps(day("2025-01-01")).len(), 1);
        assert_eq!(stamps(None)[1..], ["/web/20240620080000", "/web/20240618080000"]);
    }

    #[test]
    fn a_reader_is_given_the_copy_with_the_archives_frame() {
        let copies = wayback().copies(ANSWER.as_bytes(), day("2024-06-19"));
        assert_eq!(
            copies[0].copy.url.as_str(),
            "https://web.archive.org/web/20240620080000/https://a.org/x"
        );
        assert_eq!(copies[0].copy.at.to_string(), "2024-06-20T08:00:00Z");
    }

    #[test]
    fn an_archive_elsewhere_is_laid_out_alike() {
        let base = Url::parse("http://127.0.0.1:8080/archive").unwrap();
        let archive = Wayback::at(&base).unwrap();
        assert_eq!(archive.cdx.as_str(), "http://127.0.0.1:8080/archive/cdx/search/cdx");
        assert_eq!(archive.playback.as_str(), "http://127.0.0.1:8080/archive/web/");
        assert_eq!(
            archive.copy("20240619120000", "https://a.org/x?y#z").unwrap().url.as_str(),
            "http://127.0.0.1:8080/archive/web/20240619120000/https://a.org/x?y#z"
        );
        assert_eq!(archive.copy("soon", "https://a.org/"), None);
        assert_eq!(Wayback::at(&Url::parse("mailto:a@b.org").unwrap()), None);
    }

    #[test]
    fn answers_that_list_nothing_give_no_copies() {
        for answer in [
            "",
            "[]",
            "{}",
            "[[\"timestamp\"]]",
            "<html>busy</html>",
            "[[\"timestamp\",\"original\"],[\"x\",\"y\"],[]]",
        ] {
            assert!(wayback().copies(answer.as_bytes(), day("2024-06-19")).is_empty(), "{answer}");
        }
    }

    #[test]
    fn a_timegate_is_asked_with_the_page_and_says_when_its_copy_was_taken() {
        let timegate = Url::parse("https://archive.example/timegate/").unwrap();
        let page = Url::parse("https://a.org/x?y=z#f").unwrap();
        let question = timegate_question(&timegate, &page).unwrap();
        assert_eq!(question.url().as_str(), "https://archive.example/timegate/https://a.org/x?y=z");
        let mut answer = Answer {
            url: Url::parse("https://archive.example/2024/https://a.org/x").unwrap(),
            status: 200,
            headers: vec![(
                "memento-datetime".to_owned(),
                "Wed, 19 Jun 2024 12:00:00 GMT".to_owned(),
            )],
            body: Vec::new(),
            completeness: crate::fetched::Completeness::Whole,
        };
        assert_eq!(timegate_answer(&answer).unwrap().at.to_string(), "2024-06-19T12:00:00Z");
        answer.status = 404;
        assert_eq!(timegate_answer(&answer), None);
    }

    proptest! {
        #[test]
        fn any_answer_is_read(answer in "\\PC{0,80}", stamp in "[0-9]{0,16}") {
            prop_assert!(wayback().copies(answer.as_bytes(), None).is_empty());
            let row = format!("[[\"timestamp\",\"original\"],[\"{stamp}\",\"https://a.org/\"]]");
            prop_assert!(wayback().copies(row.as_bytes(), day("2024-06-19")).len() <= 1);
        }
    }
}
