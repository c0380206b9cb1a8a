//! Dates and times of ISO 8601 in the proleptic Gregorian calendar, without leap seconds.

use std::fmt;
use std::ops::Range;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// An offset must not carry a timestamp out of the years that can be written.
const YEARS_0_TO_9999: Range<i64> = -719_528 * SECONDS_PER_DAY..2_932_897 * SECONDS_PER_DAY;

/// A day, as the count of days since 1970-01-01. Years 0000 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Days since 1970-01-01.
    pub days: i32,
}

/// A date and a time of day, with or without an offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00: of UTC if there is an offset, else of the wall clock.
    pub seconds: i64,
    /// Nanoseconds within the second, 0 to 999,999,999.
    pub nanos: u32,
    /// An offset (or `Z`) was written, so this is a point in time.
    pub zoned: bool,
}

impl Date {
    /// Nanoseconds from 1970-01-01 to the start of the day.
    pub fn nanos(self) -> i128 {
        i128::from(self.days) * i128::from(SECONDS_PER_DAY) * i128::from(NANOS_PER_SECOND)
    }

    /// Read `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let [_, _, _, _, b'-', _, _, b'-', _, _] = bytes else { return None };
        let (year, month, day) = (digits(bytes, 0, 4)?, digits(bytes, 5, 2)?, digits(bytes, 8, 2)?);
        let valid = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        valid.then(|| Self { days: days_from_civil(year, month, day) })
    }
}

impl Timestamp {
    /// Nanoseconds since 1970-01-01T00:00:00.
    pub fn nanos_since_epoch(self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOS_PER_SECOND) + i128::from(self.nanos)
    }

    /// Read `YYYY-MM-DDThh:mm[:ss[.fraction]][Z|+hh:mm|+hhmm|+hh]`, a blank in place of the T, or a date alone
    /// (its midnight). At most nine digits of fraction; the hour 24 and the second 60 are refused.
    pub fn parse(text: &str) -> Option<Self> {
        let date = Date::parse(text.get(..10)?)?;
        let midnight = i64::from(date.days) * SECONDS_PER_DAY;
        let rest = text.get(10..)?;
        if rest.is_empty() {
            return Some(Self { seconds: midnight, nanos: 0, zoned: false });
        }
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let clock_length =
            rest.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(rest.len());
        let (clock, zone) = rest.split_at(clock_length);
        let (second_of_day, nanos) = parse_clock(clock)?;
        let offset = parse_offset(zone.trim_start_matches(' '))?;
        let seconds = midnight + second_of_day - offset.unwrap_or(0);
        YEARS_0_TO_9999.contains(&seconds).then_some(Self { seconds, nanos, zoned: offset.is_some() })
    }
}

fn parse_clock(text: &str) -> Option<(i64, u32)> {
    let bytes = text.as_bytes();
    let (hour, minute) = (digits(bytes, 0, 2)?, digits(bytes, 3, 2)?);
    let (second, nanos) = match bytes.len() {
        5 => (0, 0),
        8 => (digits(bytes, 6, 2)?, 0),
        10..=18 if bytes[8] == b'.' => (digits(bytes, 6, 2)?, fraction(&bytes[9..])?),
        _ => return None,
    };
    let colons = bytes[2] == b':' && (bytes.len() == 5 || bytes[5] == b':');
    let in_range = hour < 24 && minute < 60 && second < 60;
    (colons && in_range).then(|| (i64::from(hour * 3600 + minute * 60 + second), nanos))
}

fn fraction(bytes: &[u8]) -> Option<u32> {
    let scale = 10_u32.pow(9_u32.checked_sub(bytes.len() as u32)?);
    Some(digits(bytes, 0, bytes.len())?.unsigned_abs() * scale)
}

/// Seconds east of UTC; `Some(None)` when nothing is written.
#[expect(clippy::option_option, reason = "the outer level is validity, the inner one presence")]
fn parse_offset(text: &str) -> Option<Option<i64>> {
    let bytes = text.as_bytes();
    let (hours, minutes) = match bytes {
        [] => return Some(None),
        [b'Z' | b'z'] => return Some(Some(0)),
        [b'+' | b'-', _, _] => (digits(bytes, 1, 2)?, 0),
        [b'+' | b'-', _, _, _, _] => (digits(bytes, 1, 2)?, digits(bytes, 3, 2)?),
        [b'+' | b'-', _, _, b':', _, _] => (digits(bytes, 1, 2)?, digits(bytes, 4, 2)?),
        _ => return None,
    };
    let seconds = i64::from(hours * 3600 + minutes * 60);
    (hours < 24 && minutes < 60).then_some(Some(if bytes[0] == b'-' { -seconds } else { seconds }))
}

fn digits(bytes: &[u8], start: usize, count: usize) -> Option<i32> {
    let part = bytes.get(start..start + count).filter(|part| !part.is_empty())?;
    part.iter()
        .try_fold(0_i32, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i32::from(byte - b'0')))
}

fn days_in_month(year: i32, month: i32) -> i32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01, counted in eras of 400 years that begin on 1 March.
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = (shifted_month + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(i64::from(self.days));
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.seconds.div_euclid(SECONDS_PER_DAY));
        let second = self.seconds.rem_euclid(SECONDS_PER_DAY);
        write!(f, "{year:04}-{month:02}-{day:02} ")?;
        write!(f, "{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)?;
        if self.nanos != 0 {
            write!(f, ".{}", format!("{:09}", self.nanos).trim_end_matches('0'))?;
        }
        f.write_str(if self.zoned { "Z" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates() {
        for (text, days) in
            [("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2024-03-01", 19_783)]
        {
            assert_eq!(Date::parse(text).map(|date| date.days), Some(days), "{text}");
        }
        for text in
            ["2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "24-01-01", "2024-01-32", ""]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_prints_and_parses_back() {
        for days in (-719_528..2_932_897).step_by(13) {
            let date = Date { days };
            assert_eq!(Date::parse(&date.to_string()), Some(date));
        }
    }

    #[test]
    fn reads_timestamps() {
        for (text, seconds, nanos, zoned) in [
            ("1970-01-02", 86_400, 0, false),
            ("1970-01-01T00:01", 60, 0, false),
            ("1970-01-01 01:00:00.5", 3600, 500_000_000, false),
            ("1970-01-01T01:00:00Z", 3600, 0, true),
            ("1970-01-01T01:00:00+01:00", 0, 0, true),
            ("1970-01-01T00:00:00.000000001-0130", 5400, 1, true),
            ("1969-12-31 23:59:59 -08", 28_799, 0, true),
        ] {
            assert_eq!(Timestamp::parse(text), Some(Timestamp { seconds, nanos, zoned }), "{text}");
        }
        for text in [
            "1970-01-01T24:00",
            "1970-01-01T1:00",
            "1970-01-01T00:00:60",
            "1970-01-01T00-00",
            "1970-01-01T",
            "1970-01-01T00:00:00.",
            "1970-01-01T00:00:00.1234567890",
            "1970-01-01T00:00+1",
            "é970-01-01",
            "1970-01-01x00:00",
            "1970-01-01T00:00:00+24:00",
            "1970-01-01T00.00",
            "9999-12-31T23:00-05:00",
            "0000-01-01T00:00+01:00",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn timestamps_print_and_parse_back() {
        for (seconds, nanos, zoned) in [(0, 0, false), (-1, 1, true), (1_714_566_600, 120_000_000, false)] {
            let stamp = Timestamp { seconds, nanos, zoned };
            assert_eq!(Timestamp::parse(&stamp.to_string()), Some(stamp));
        }
    }
}
