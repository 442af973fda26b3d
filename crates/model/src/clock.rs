//! Time as an argument.

use crate::error::Error;
use std::fmt;
use std::str::FromStr;

/// A moment in milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment this many milliseconds after (or before) the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds: `2026-11-23T18:33:22.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, millis) = (self.0.div_euclid(86_400_000), self.0.rem_euclid(86_400_000));
        let (year, month, day) = civil_from_days(days);
        let (seconds, millis) = (millis / 1000, millis % 1000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    /// Reads what is written here, with or without milliseconds, and a day alone as its first
    /// moment: `2026-11-23T18:33:22.000Z`, `2026-11-23T18:33:22Z`, `2026-11-23`. Always in UTC.
    fn from_str(text: &str) -> Result<Self, Error> {
        moment(text).map(Self).ok_or_else(|| {
            Error::invalid("must be a day or a moment in UTC, such as 2026-11-23T18:33:22Z")
        })
    }
}

/// Milliseconds since the epoch of a moment written as RFC 3339 in UTC, or of a day.
fn moment(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, time.strip_suffix('Z')?),
        None => (text, "00:00:00"),
    };
    let (time, millis) = match time.split_once('.') {
        Some((time, millis)) => (time, digits::<3>(millis)?),
        None => (time, 0),
    };
    let mut date = date.splitn(3, '-');
    let year = digits::<4>(date.next()?)?;
    let month = digits::<2>(date.next()?)?;
    let day = digits::<2>(date.next()?)?;
    let mut time = time.splitn(3, ':');
    let hours = digits::<2>(time.next()?)?;
    let minutes = digits::<2>(time.next()?)?;
    let seconds = digits::<2>(time.next()?)?;
    let days = days_from_civil(year, month, day);
    let exists = (1..=12).contains(&month) && civil_from_days(days) == (year, month, day);
    let valid = exists && hours < 24 && minutes < 60 && seconds < 60;
    valid.then_some((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + millis)
}

/// A number of exactly so many plain digits.
fn digits<const N: usize>(text: &str) -> Option<i64> {
    let plain = text.len() == N && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// Days since 1970-01-01; the reverse of [`civil_from_days`], for days that exist.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_index = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_index + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a count of days since 1970-01-01 in the Gregorian calendar, counted in
/// eras of 400 years (146,097 days) that start on 1 March.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The wall-clock time now.
    fn now(&self) -> Timestamp;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_read_as_rfc_3339() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_458_802_007, "2026-11-23T18:33:22.007Z"),
            (4_102_444_800_000, "2100-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(Timestamp::from_millis(millis).to_string(), text);
            assert_eq!(text.parse::<Timestamp>().unwrap().millis(), millis);
        }
    }

    #[test]
    fn what_is_no_moment_in_utc_is_refused() {
        let read = |text: &str| text.parse::<Timestamp>().map(Timestamp::millis).ok();
        assert_eq!(read("2000-02-29"), Some(951_782_400_000));
        assert_eq!(read("2000-02-29T00:00:01Z"), Some(951_782_401_000));
        for bad in [
            "",
            "2026",
            "2026-1-1",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "2026-01-01T00:00:00",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00+01:00",
            "2026-01-01T00:00:00.1Z",
            "2026-01-01 00:00:00Z",
            "+026-01-01",
            "2026-01-01T",
            "2026-01-01Z",
            "20260101",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
