//! Dates and times as ISO 8601 text.

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_buffer::ScalarBuffer;
use arrow_schema::{DataType, TimeUnit};
use geohub_core::Result;

const DAY_S: i64 = 86_400;

/// How the zone of a timestamp is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    /// No zone: local time of an unknown place.
    None,
    /// UTC, as `Z`.
    Utc,
    /// A fixed offset from UTC in minutes.
    Offset(i64),
}

impl Zone {
    /// The zone of an Arrow type. A named zone with rules is written in UTC, which is the same instant.
    pub(crate) fn named(zone: Option<&str>) -> Self {
        let Some(zone) = zone else { return Self::None };
        let offset = || {
            let sign = match zone.as_bytes().first()? {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let (hours, minutes) =
                zone[1..].split_once(':').unwrap_or_else(|| zone[1..].split_at(zone.len().min(3) - 1));
            let minutes = if minutes.is_empty() { 0 } else { minutes.parse::<i64>().ok()? };
            Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes))
        };
        match offset() {
            Some(0) | None => Self::Utc,
            Some(minutes) => Self::Offset(minutes),
        }
    }
}

/// The raw values of a timestamp column.
pub(crate) fn timestamps(array: &ArrayRef) -> Result<ScalarBuffer<i64>> {
    let numbers = arrow_cast::cast(array, &DataType::Int64)?;
    Ok(numbers.as_primitive::<Int64Type>().values().clone())
}

/// The raw values of a column of times of day.
pub(crate) fn times(array: &ArrayRef) -> Result<ScalarBuffer<i64>> {
    let numbers = match array.data_type() {
        DataType::Time32(_) => {
            arrow_cast::cast(&arrow_cast::cast(array, &DataType::Int32)?, &DataType::Int64)?
        }
        _ => arrow_cast::cast(array, &DataType::Int64)?,
    };
    Ok(numbers.as_primitive::<Int64Type>().values().clone())
}

/// Adds a day counted from 1970-01-01.
pub(crate) fn date(days: i64, out: &mut Vec<u8>) {
    let (year, month, day) = civil(days);
    if !(0..=9999).contains(&year) {
        out.push(if year < 0 { b'-' } else { b'+' });
    }
    digits(year.unsigned_abs(), 4, out);
    out.push(b'-');
    digits(month, 2, out);
    out.push(b'-');
    digits(day, 2, out);
}

/// Adds a time of day.
pub(crate) fn time(value: i64, unit: TimeUnit, out: &mut Vec<u8>) {
    let (seconds, fraction) = split(value, unit);
    clock(seconds.rem_euclid(DAY_S), fraction, unit, out);
}

/// Adds an instant, or a local time without zone.
pub(crate) fn timestamp(value: i64, unit: TimeUnit, zone: Zone, out: &mut Vec<u8>) {
    let (seconds, fraction) = split(value, unit);
    let offset = if let Zone::Offset(minutes) = zone { minutes } else { 0 };
    let local = seconds.saturating_add(offset * 60);
    date(local.div_euclid(DAY_S), out);
    out.push(b'T');
    clock(local.rem_euclid(DAY_S), fraction, unit, out);
    match zone {
        Zone::None => {}
        Zone::Utc => out.push(b'Z'),
        Zone::Offset(minutes) => {
            out.push(if minutes < 0 { b'-' } else { b'+' });
            digits(minutes.unsigned_abs() / 60, 2, out);
            out.push(b':');
            digits(minutes.unsigned_abs() % 60, 2, out);
        }
    }
}

const fn per_second(unit: TimeUnit) -> (i64, usize) {
    match unit {
        TimeUnit::Second => (1, 0),
        TimeUnit::Millisecond => (1_000, 3),
        TimeUnit::Microsecond => (1_000_000, 6),
        TimeUnit::Nanosecond => (1_000_000_000, 9),
    }
}

fn split(value: i64, unit: TimeUnit) -> (i64, i64) {
    let (per_second, _) = per_second(unit);
    (value.div_euclid(per_second), value.rem_euclid(per_second))
}

fn clock(second: i64, fraction: i64, unit: TimeUnit, out: &mut Vec<u8>) {
    let second = second.unsigned_abs();
    for (separator, value) in
        [(None, second / 3600), (Some(b':'), second / 60 % 60), (Some(b':'), second % 60)]
    {
        out.extend(separator);
        digits(value, 2, out);
    }
    if fraction != 0 {
        out.push(b'.');
        digits(fraction.unsigned_abs(), per_second(unit).1, out);
        while out.ends_with(b"0") {
            out.pop();
        }
    }
}

fn digits(value: u64, width: usize, out: &mut Vec<u8>) {
    let mut buffer = itoa::Buffer::new();
    let text = buffer.format(value);
    out.extend(std::iter::repeat_n(b'0', width.saturating_sub(text.len())));
    out.extend_from_slice(text.as_bytes());
}

/// Year, month and day of a day counted from 1970-01-01 in the proleptic Gregorian calendar
/// (H. Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> (i64, u64, u64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month.unsigned_abs(), day.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(value: i64, unit: TimeUnit, zone: Option<&str>) -> String {
        let mut out = Vec::new();
        timestamp(value, unit, Zone::named(zone), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn instants_are_written_in_their_zone() {
        use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
        assert_eq!(stamp(0, Second, None), "1970-01-01T00:00:00");
        assert_eq!(stamp(1_420_070_400_000, Millisecond, Some("UTC")), "2015-01-01T00:00:00Z");
        assert_eq!(stamp(-1, Millisecond, Some("+00:00")), "1969-12-31T23:59:59.999Z");
        assert_eq!(stamp(951_782_400_500_000, Microsecond, Some("-08:00")), "2000-02-28T16:00:00.5-08:00");
        assert_eq!(stamp(1, Nanosecond, Some("+0530")), "1970-01-01T05:30:00.000000001+05:30");
        assert_eq!(stamp(0, Second, Some("America/Los_Angeles")), "1970-01-01T00:00:00Z");
        assert_eq!(stamp(i64::MIN, Nanosecond, None), "1677-09-21T00:12:43.145224192");
    }

    #[test]
    fn the_calendar_is_gregorian() {
        for (days, expected) in [
            (-719_528, "0000-01-01"),
            (11_016, "2000-02-29"),
            (-1, "1969-12-31"),
            (2_932_897, "+10000-01-01"),
        ] {
            let mut out = Vec::new();
            date(days, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
