//! Finds when a page says that it was published: in JSON-LD, in `meta`, in `time`, in its address.
//! Takes no date that could be another's: of a comment, of a related item, of the last change.

use jiff::civil::Date;
use jiff::tz::Offset;
use serde_json::Value;
use url::Url;

use crate::document::{Document, Metadata, MetadataKind};
use crate::source::{DateEvidence, Published};
use crate::text::dates::dates_in;

/// The names under which `meta` and microdata give the date of publication, best first.
const NAMES: [&str; 36] = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "rnews:datepublished",
    "article:published",
    "article.published",
    "publication_date",
    "published_date",
    "publish_date",
    "publish-date",
    "publishdate",
    "published_time",
    "published-date",
    "published",
    "pubdate",
    "sailthru.date",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "mediator_published_time",
    "originalpublicationdate",
    "article_date_original",
    "analyticsattributes.articledate",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date.created",
    "dc.date",
    "dc.created",
    "ptime",
    "datecreated",
    "date",
];

/// The classes of `time` that is the date of publication.
const TIME_NAMES: [&str; 8] = [
    "datepublished",
    "published",
    "entry-date",
    "pubdate",
    "publish",
    "article-date",
    "article__date",
    "posted-on",
];

/// Finds the date of publication, with who says so.
pub(super) fn published(document: &Document, url: &Url) -> Option<Published> {
    by_json_ld(&document.metadata)
        .or_else(|| by_meta(&document.metadata))
        .or_else(|| by_time(&document.metadata))
        .or_else(|| by_address(url))
}

fn by_json_ld(metadata: &[Metadata]) -> Option<Published> {
    let scripts = metadata.iter().filter(|metadata| metadata.kind == MetadataKind::JsonLd);
    let dates: Vec<(Rank, String)> = scripts
        .filter_map(|script| serde_json::from_str(&script.value).ok())
        .flat_map(|value: Value| dates_of(&value))
        .collect();
    let best = dates.iter().min_by_key(|(rank, _)| *rank)?;
    read_date(&best.1, DateEvidence::JsonLd)
}

/// How much a date in JSON-LD has to do with the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Article,
    Page,
    Other,
}

/// Collects dates of publication, in the order of the data. What belongs to a part of the page is left out.
fn dates_of(value: &Value) -> Vec<(Rank, String)> {
    let mut dates = Vec::new();
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(values) => waiting.extend(values.iter().rev()),
            Value::Object(members) => {
                let date = members.get("datePublished").and_then(Value::as_str);
                dates.extend(date.map(|date| (rank(members.get("@type")), date.to_owned())));
                let of_page = ["@graph", "mainEntity", "mainEntityOfPage", "isPartOf"];
                waiting.extend(of_page.iter().rev().filter_map(|name| members.get(*name)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    dates
}

fn rank(kind: Option<&Value>) -> Rank {
    let kinds: Vec<&str> = match kind {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        Some(_) | None => Vec::new(),
    };
    let any = |wanted: fn(&str) -> bool| kinds.iter().any(|kind| wanted(kind));
    if any(|kind| kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report") {
        Rank::Article
    } else if any(|kind| kind.ends_with("Page")) {
        Rank::Page
    } else {
        Rank::Other
    }
}

fn by_meta(metadata: &[Metadata]) -> Option<Published> {
    NAMES.iter().find_map(|name| {
        let mut named = metadata
            .iter()
            .filter(|metadata| metadata.kind == MetadataKind::Property && metadata.name == *name);
        named.find_map(|metadata| read_date(&metadata.value, DateEvidence::Meta))
    })
}

fn by_time(metadata: &[Metadata]) -> Option<Published> {
    let times = || metadata.iter().filter(|metadata| metadata.kind == MetadataKind::Time);
    let is_named = |time: &&Metadata| {
        time.name.split_ascii_whitespace().any(|name| TIME_NAMES.contains(&name))
    };
    let is_of_change = |time: &&Metadata| {
        ["modified", "updated", "datemodified"].iter().any(|name| time.name.contains(name))
    };
    let named = times().find(is_named);
    named
        .or_else(|| times().find(|time| !is_of_change(time)))
        .and_then(|time| read_date(&time.value, DateEvidence::Time))
}

/// Finds a date in the path of an address: `/2024/06/19/`, `/2024-06-19`, `/20240619`.
fn by_address(url: &Url) -> Option<Published> {
    let segments: Vec<&str> = url.path_segments()?.collect();
    let by_parts = segments.windows(3).find_map(|parts| date_of(parts[0], parts[1], parts[2]));
    let in_part = |segment: &str| {
        let digits =
            segment.get(..8).filter(|start| start.bytes().all(|byte| byte.is_ascii_digit()));
        let runs_on = segment.as_bytes().get(8).is_some_and(u8::is_ascii_digit);
        let packed = digits
            .filter(|_| !runs_on)
            .and_then(|digits| date_of(&digits[..4], &digits[4..6], &digits[6..]));
        packed.or_else(|| {
            let mut parts = segment.splitn(4, ['-', '_', '.']);
            date_of(parts.next()?, parts.next()?, parts.next()?)
        })
    };
    let date = by_parts.or_else(|| segments.iter().find_map(|segment| in_part(segment)))?;
    Some(Published { date, span: (date, date), by: DateEvidence::Url })
}

fn date_of(year: &str, month: &str, day: &str) -> Option<Date> {
    let is_number = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_number(year, 4..=4) || !is_number(month, 1..=2) || !is_number(day, 1..=2) {
        return None;
    }
    let year = year.parse().ok().filter(|year| (1990..2100).contains(year))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Reads a date as data give it: by ISO 8601, by RFC 2822, as seconds since 1970, or in words.
fn read_date(text: &str, by: DateEvidence) -> Option<Published> {
    let text = text.trim();
    if let Some((date, span)) = iso(text).or_else(|| mail(text)).or_else(|| seconds(text)) {
        return Some(Published { date, span, by });
    }
    let digits =
        text.get(..8).filter(|_| text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()));
    let packed = digits.and_then(|digits| date_of(&digits[..4], &digits[4..6], &digits[6..]));
    let date = packed.or_else(|| dates_in(text).first().map(|(_, date)| *date))?;
    Some(Published { date, span: (date, date), by })
}

type Dated = (Date, (Date, Date));

/// Reads ISO 8601: a date, perhaps with a time, perhaps with an offset.
fn iso(text: &str) -> Option<Dated> {
    let date: Date = text.get(..10)?.parse().ok()?;
    let rest = &text[10..];
    if rest.is_empty() {
        return Some((date, (date, date)));
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?.trim_start();
    let time_end = rest.find(['Z', 'z', '+', '-', ' ']).unwrap_or(rest.len());
    let time: jiff::civil::Time = rest[..time_end].trim().parse().ok()?;
    let offset = offset(rest[time_end..].trim());
    let Some(offset) = offset else { return Some((date, (date, date))) };
    let instant = offset.to_timestamp(date.to_datetime(time)).ok()?;
    Some((date, span(instant)))
}

fn offset(text: &str) -> Option<Offset> {
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return Some(Offset::UTC);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|&c| c != ':').collect();
    if !(2..=4).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits[..2].parse().ok()?;
    let minutes: i32 = digits.get(2..4).unwrap_or("0").parse().ok()?;
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// Returns the earliest and the latest date that an instant has anywhere on earth.
fn span(instant: jiff::Timestamp) -> (Date, Date) {
    let at = |hours: i8| Offset::constant(hours).to_datetime(instant).date();
    (at(-12), at(14))
}

fn mail(text: &str) -> Option<Dated> {
    let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
    Some((zoned.date(), span(zoned.timestamp())))
}

fn seconds(text: &str) -> Option<Dated> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: i64 = match text.len() {
        10 if is_number => text.parse().ok()?,
        13 if is_number => text[..10].parse().ok()?,
        _ => return None,
    };
    let instant = jiff::Timestamp::from_second(seconds).ok()?;
    Some((Offset::UTC.to_datetime(instant).date(), span(instant)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::read::{Hint, read};

    fn of(html: &str, url: &str) -> String {
        let document = read(format!("<!doctype html>{html}").as_bytes(), &Hint::default()).unwrap();
        published(&document, &url.parse().unwrap()).map_or_else(String::new, |published| {
            let (first, last) = published.span;
            format!("{} ({first}..{last}) {:?}", published.date, published.by)
        })
    }

    #[test]
    fn dates_are_found_where_pages_have_them() {
        for (html, expected) in [
            (
                r#"<script type="application/ld+json">{"@graph":[{"@type":"WebPage","datePublished":"2020-01-01"},
                   {"@type":"NewsArticle","datePublished":"2024-06-19T23:30:00+03:00"}]}</script>"#,
                "2024-06-19 (2024-06-19..2024-06-20) JsonLd",
            ),
            (
                r#"<meta property="article:published_time" content="2024-06-20T12:00:00+03:00">"#,
                "2024-06-20 (2024-06-19..2024-06-20) Meta",
            ),
            (
                r#"<meta name=pubdate content="Wed, 05 Jun 2024 10:00:00 +0300">"#,
                "2024-06-05 (2024-06-04..2024-06-05) Meta",
            ),
            (
                r#"<meta name="date" content="June 5, 2024">"#,
                "2024-06-05 (2024-06-05..2024-06-05) Meta",
            ),
            (
                r#"<span itemprop="datePublished" content="2024-06-05">"#,
                "2024-06-05 (2024-06-05..2024-06-05) Meta",
            ),
            (r#"<meta name=ptime content="20240605">"#, "2024-06-05 (2024-06-05..2024-06-05) Meta"),
            (
                r#"<p>x<time class=updated datetime="2024-07-01">a</time><time class=entry-date datetime="2024-06-05 10:00">b</time>"#,
                "2024-06-05 (2024-06-05..2024-06-05) Time",
            ),
            (
                r#"<aside><time datetime="2020-01-01">x</time></aside><p><time datetime="2024-06-05T00:10Z">x</time>"#,
                "2024-06-05 (2024-06-04..2024-06-05) Time",
            ),
            (r#"<meta property="article:published_time" content="yesterday"><p>x"#, ""),
            (
                r#"<script type="application/ld+json">{"@type":"NewsArticle","comment":[{"datePublished":"2024-07-09"}]}</script>"#,
                "",
            ),
        ] {
            assert_eq!(of(html, "https://example.org/a"), expected, "{html}");
        }
    }

    #[test]
    fn an_address_may_hold_a_date() {
        for (url, expected) in [
            ("https://vz.ru/politics/2024/6/19/1273896.html", "2024-06-19"),
            ("https://www.gazeta.ru/politics/news/2024/06/25/23321791.shtml", "2024-06-25"),
            ("https://example.org/2024-06-19-title", "2024-06-19"),
            ("https://example.org/20240619/title", "2024-06-19"),
            ("https://example.org/doc/6776208", ""),
            ("https://example.org/2024/06/", ""),
            ("https://example.org/12024061912", ""),
            ("https://example.org/2024/13/40/x", ""),
        ] {
            let found = of("<p>x", url);
            assert_eq!(found.split(' ').next().unwrap_or_default(), expected, "{url}");
        }
    }

    proptest! {
        #[test]
        fn any_date_is_survived(text in "[0-9TZ:+ -]{0,30}|\\PC{0,20}") {
            read_date(&text, DateEvidence::Meta);
        }
    }
}
