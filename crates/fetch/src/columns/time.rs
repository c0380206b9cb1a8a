//! Dates and times, without a calendar crate: the proleptic Gregorian calendar in whole days.

/// Days from 1970-01-01 of a date that exists.
pub(crate) fn days(year: i64, month: u32, day: u32) -> Option<i64> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day < 1 || day > length {
        return None;
    }
    // Years start in March, so that the leap day is the last.
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Days of `2024-03-20`.
pub(crate) fn parse_date(text: &str) -> Option<i32> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let plain = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !plain(year, 4) || !plain(month, 2) || !plain(day, 2) {
        return None;
    }
    i32::try_from(days(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?).ok()
}

/// Milliseconds of `2014-10-13T07:00:00.000`, with `zoned` a `Z` or an offset behind it. A date alone is midnight.
pub(crate) fn parse_stamp(text: &str, zoned: bool) -> Option<i64> {
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let days = i64::from(parse_date(date)?);
    let (time, offset_ms) = if zoned && !time.is_empty() { split_offset(time)? } else { (time, 0) };
    Some(days * 86_400_000 + parse_time(time)? - offset_ms)
}

fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let (time, offset) = time.split_at(at);
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes: i64 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    let ms = (hours.parse::<i64>().ok()? * 60 + minutes) * 60_000;
    Some((time, if offset.starts_with('-') { -ms } else { ms }))
}

/// Milliseconds of `13:45:00.123`; finer fractions than milliseconds do not fit.
fn parse_time(time: &str) -> Option<i64> {
    if time.is_empty() {
        return Some(0);
    }
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let parts: Vec<i64> = clock
        .split(':')
        .map(|part| if part.len() == 2 { part.parse().ok().filter(|n| *n >= 0) } else { None })
        .collect::<Option<_>>()?;
    let (hours, minutes, seconds) = match parts[..] {
        [hours, minutes] => (hours, minutes, 0),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    let (ms, rest) = fraction.split_at_checked(3).unwrap_or((fraction, ""));
    if hours > 23 || minutes > 59 || seconds > 59 || rest.bytes().any(|b| b != b'0') {
        return None;
    }
    let ms: i64 = if ms.is_empty() { 0 } else { format!("{ms:0<3}").parse().ok()? };
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_before_1970_and_leap_days_count() {
        assert_eq!(parse_date("1970-01-01"), Some(0));
        assert_eq!(parse_date("1899-12-30"), Some(-25_569));
        assert_eq!(parse_date("2024-02-29"), Some(19_782));
        for bad in ["2023-02-29", "2024-13-01", "2024-1-1", "20240101", ""] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn stamps_with_and_without_zone() {
        assert_eq!(parse_stamp("2014-10-13T00:00:00.000", false), Some(1_413_158_400_000));
        assert_eq!(parse_stamp("2014-10-14T07:00:00.5Z", true), Some(1_413_270_000_500));
        assert_eq!(parse_stamp("2024-03-20T13:45:00.000-07:00", true), Some(1_710_967_500_000));
        assert_eq!(parse_stamp("1969-12-31T23:59:59.999", false), Some(-1));
        assert_eq!(parse_stamp("2014-10-13T25:00:00", false), None);
        assert_eq!(parse_stamp("2014-10-13T00:00:00.0001", false), None);
        assert_eq!(parse_stamp("2014-10-13T00:00:00", true), None);
    }
}
