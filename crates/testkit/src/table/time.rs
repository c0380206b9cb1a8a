//! Timestamps as text and back, proleptic Gregorian, UTC.

/// Days since 1970-01-01 of a civil date (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`]: year, month, day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

fn digits(text: &str, range: std::ops::Range<usize>) -> Option<i64> {
    let part = text.get(range)?;
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()
}

fn time_of_day_ms(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let bytes = text.as_bytes();
    if bytes.get(2) != Some(&b':') || bytes.get(5).is_some_and(|byte| *byte != b':') {
        return None;
    }
    let seconds = if text.len() > 5 { digits(text, 6..8)? } else { 0 };
    let fraction = match text.get(8..) {
        None | Some("") => 0,
        Some(rest) => {
            let rest = rest.strip_prefix('.')?;
            let padded = format!("{rest:0<3}");
            digits(rest, 0..rest.len())?;
            digits(&padded, 0..3)?
        }
    };
    let (hours, minutes) = (digits(text, 0..2)?, digits(text, 3..5)?);
    (hours < 24 && minutes < 60 && seconds < 61)
        .then_some(((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction)
}

/// Reads `YYYY-MM-DD`, optionally followed by `T` or a blank, `HH:MM[:SS[.fff]]` and `Z`, as epoch milliseconds.
/// The second value tells whether `Z` was there.
pub fn parse_timestamp(text: &str) -> Option<(i64, bool)> {
    let (body, zulu) = text.strip_suffix('Z').map_or((text, false), |body| (body, true));
    let bytes = body.as_bytes();
    if bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let (year, month, day) = (digits(body, 0..4)?, digits(body, 5..7)?, digits(body, 8..10)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let rest = match bytes.get(10) {
        None => "",
        Some(b'T' | b' ') => body.get(11..)?,
        Some(_) => return None,
    };
    Some((days_from_civil(year, month, day) * 86_400_000 + time_of_day_ms(rest)?, zulu))
}

/// `2014-10-13T00:00:00.000`, the text of a floating timestamp.
pub fn format_floating(ms: i64) -> String {
    let (year, month, day) = civil_from_days(ms.div_euclid(86_400_000));
    let rest = ms.rem_euclid(86_400_000);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}", rest % 1000)
}

/// The HTTP date of an instant (RFC 9110 section 5.6.7).
pub fn format_http(ms: i64) -> String {
    let seconds = u64::try_from(ms.div_euclid(1000)).unwrap_or(0);
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_go_both_ways_and_before_1970() {
        for text in ["1887-02-28T23:59:59.999", "1970-01-01T00:00:00.000", "2024-02-29T12:30:05.120"] {
            let (ms, zulu) = parse_timestamp(text).unwrap();
            assert_eq!((format_floating(ms).as_str(), zulu), (text, false));
        }
        assert_eq!(parse_timestamp("2026-01-31"), Some((1_769_817_600_000, false)));
        assert_eq!(parse_timestamp("1970-01-01 00:00:01Z"), Some((1000, true)));
        assert_eq!(parse_timestamp("2024-13-01"), None);
        assert_eq!(parse_timestamp("2024-01-01T25:00:00"), None);
        assert_eq!(parse_timestamp("5204A-"), None);
    }
}
