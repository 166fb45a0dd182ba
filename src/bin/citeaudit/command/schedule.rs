//! When `watch` that stays looks again: after a span of time, or at the times that a cron expression names.

use std::cmp::Ordering;
use std::str::FromStr as _;

use croner::errors::CronError;
use croner::time::Weekday;
use croner::{CivilDate, CivilDateTime, CivilTime, Cron, CronDateTime, Resolution};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

use crate::trouble::Trouble;

/// The shortest span: what is due is never due more often than this.
const SHORTEST: SignedDuration = SignedDuration::from_mins(1);

/// When to look again.
#[derive(Debug, Clone)]
pub(super) enum Schedule {
    /// After this span.
    Every(SignedDuration),
    /// At these times of the machine's clock on the wall.
    Cron(Box<Cron>),
}

impl Schedule {
    /// Reads a span such as `6h`, or a cron expression such as `0 6 * * 1`; without any, there is no schedule.
    ///
    /// # Errors
    ///
    /// When it is neither, or a span under a minute or over a year.
    pub(super) fn of(text: Option<&str>) -> anyhow::Result<Option<Self>> {
        let Some(text) = text.map(str::trim) else { return Ok(None) };
        let wrong = |why: String| {
            Trouble::new(
                format!("`every`: expected a span or a cron expression, but got `{text}`{why}"),
                "write a span as 30m, 6h or 7d, a cron expression as `0 6 * * 1` (Mondays at 6:00)",
            )
        };
        if text.split_whitespace().count() >= 5 || text.starts_with('@') {
            let cron = Cron::from_str(text).map_err(|error| wrong(format!(" ({error})")))?;
            return Ok(Some(Self::Cron(Box::new(cron))));
        }
        let span = text.parse::<SignedDuration>().ok().or_else(|| days(text));
        let year = SignedDuration::from_hours(366 * 24);
        match span {
            Some(span) if (SHORTEST..=year).contains(&span) => Ok(Some(Self::Every(span))),
            Some(_) => Err(wrong(", which is not between a minute and a year".to_owned()).into()),
            None => Err(wrong(String::new()).into()),
        }
    }

    /// Returns the next time after a moment.
    ///
    /// # Errors
    ///
    /// When the expression names no time that comes, such as the 30th of February.
    pub(super) fn next(&self, now: Timestamp) -> anyhow::Result<Timestamp> {
        match self {
            Self::Every(span) => Ok(now.saturating_add(*span)?),
            Self::Cron(cron) => next(cron, now, TimeZone::system()),
        }
    }
}

/// Reads a number of days or weeks, which a duration of hours and seconds cannot be written in.
fn days(text: &str) -> Option<SignedDuration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let days: i64 = match unit {
        "d" => 1,
        "w" => 7,
        _ => return None,
    };
    let hours = number.trim().parse::<i64>().ok()?.checked_mul(days * 24)?;
    SignedDuration::try_from_hours(hours)
}

fn next(cron: &Cron, now: Timestamp, zone: TimeZone) -> anyhow::Result<Timestamp> {
    let next =
        cron.find_next_occurrence(&Wall(now.to_zoned_datetime(zone)), false).map_err(|error| {
            Trouble::new(
                format!("`every`: the expression names no time that comes ({error})"),
                "write it as `0 6 * * 1` (Mondays at 6:00)",
            )
        })?;
    Ok(next.0.timestamp())
}

/// A time on a wall clock, as cron expressions are compared with.
#[derive(Debug, Clone)]
struct Wall(ZonedDateTime);

impl CronDateTime for Wall {
    fn to_civil(&self) -> CivilDateTime {
        let at = self.0.datetime();
        let part = |n: i8| u32::try_from(n).unwrap_or_default();
        let date = CivilDate::from_ymd_opt(at.year().into(), part(at.month()), part(at.day()));
        let time = CivilTime::from_hms_opt(part(at.hour()), part(at.minute()), part(at.second()));
        let real = "a time on a clock is a time";
        CivilDateTime::new(date.expect(real), time.expect(real))
    }

    fn civil_weekday(&self) -> Weekday {
        let days = self.0.weekday().to_sunday_zero_offset();
        Weekday::from_days_from_sunday(u32::try_from(days).unwrap_or_default())
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let part = |n: u32| i8::try_from(n).map_err(|_| CronError::InvalidDate);
        let year = i16::try_from(civil.year()).map_err(|_| CronError::InvalidDate)?;
        let at = DateTime::new(
            year,
            part(civil.month())?,
            part(civil.day())?,
            part(civil.hour())?,
            part(civil.minute())?,
            part(civil.second())?,
            0,
        )
        .map_err(|_| CronError::InvalidDate)?;
        let zone = self.0.time_zone();
        let invalid = |_| CronError::InvalidTime;
        let ambiguous = zone.to_ambiguous_zoned_datetime(at);
        if !ambiguous.is_ambiguous() {
            return Ok(Resolution::Single(Self(ambiguous.unambiguous().map_err(invalid)?)));
        }
        let earlier = zone.to_ambiguous_zoned_datetime(at).earlier().map_err(invalid)?;
        let later = ambiguous.later().map_err(invalid)?;
        // Where clocks are put forward, neither of the two shows the time that was asked for.
        let is_gap = earlier.datetime() != at;
        Ok(if is_gap { Resolution::Gap } else { Resolution::Ambiguous(Self(earlier), Self(later)) })
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(SignedDuration::from_secs(seconds)).ok().map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.timestamp().cmp(&other.0.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn following(every: &str, now: &str, zone: &str) -> String {
        let now: Timestamp = now.parse().unwrap();
        let zone = TimeZone::get(zone).unwrap();
        let next = match Schedule::of(Some(every)).unwrap().unwrap() {
            Schedule::Cron(cron) => next(&cron, now, zone.clone()).unwrap(),
            every @ Schedule::Every(_) => every.next(now).unwrap(),
        };
        next.to_zoned_datetime(zone).datetime().to_string()
    }

    #[test]
    fn spans_are_added_and_expressions_are_times_on_the_wall() {
        let now = "2026-03-03T10:00:00Z";
        assert_eq!(following("6h", now, "UTC"), "2026-03-03T16:00:00");
        assert_eq!(following("90m", now, "UTC"), "2026-03-03T11:30:00");
        assert_eq!(following("1h 30m", now, "UTC"), "2026-03-03T11:30:00");
        assert_eq!(following("7d", now, "UTC"), "2026-03-10T10:00:00");
        assert_eq!(following("0 6 * * 1", now, "UTC"), "2026-03-09T06:00:00");
        assert_eq!(following("0 6 * * *", now, "Europe/Berlin"), "2026-03-04T06:00:00");
        assert_eq!(following("@hourly", now, "UTC"), "2026-03-03T11:00:00");
    }

    #[test]
    fn clocks_that_are_put_forward_or_back_skip_and_repeat_no_day() {
        // 2026-03-29 has no 2:30 in Berlin, 2026-10-25 has two.
        let gap = following("30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin");
        assert!(gap.starts_with("2026-03-29T03"), "{gap}");
        let fold = following("30 2 * * *", "2026-10-24T12:00:00Z", "Europe/Berlin");
        assert_eq!(fold, "2026-10-25T02:30:00");
    }

    #[test]
    fn what_is_neither_is_named() {
        for text in [
            "",
            "soon",
            "10s",
            "5",
            "400d",
            "0 6 * *",
            "61 6 * * 1",
            "-6h",
            "é",
            "9999999999999999w",
        ] {
            let error = Schedule::of(Some(text)).unwrap_err().to_string();
            assert!(error.starts_with("`every`: expected a span or a cron expression"), "{error}");
        }
        let never = Schedule::of(Some("0 0 30 2 *")).unwrap().unwrap();
        assert!(never.next(Timestamp::UNIX_EPOCH).is_err());
        assert!(Schedule::of(None).unwrap().is_none());
    }
}
