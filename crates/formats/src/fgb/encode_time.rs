//! Dates and times as ISO 8601 text.

use arrow_schema::TimeUnit;

/// Appends a timestamp as GDAL writes it, with as many decimals of a second as it needs out of three, six or nine;
/// `Z` where the instant is known and not only the clock's reading.
pub(super) fn timestamp(value: i64, unit: TimeUnit, utc: bool, out: &mut String) {
    let per_second = ticks_per_second(unit);
    let seconds = value.div_euclid(per_second);
    date(seconds.div_euclid(86_400), out);
    out.push('T');
    time(value.rem_euclid(per_second), seconds.rem_euclid(86_400), per_second, out);
    if utc {
        out.push('Z');
    }
}

/// Appends a time of day.
pub(super) fn time_of_day(value: i64, unit: TimeUnit, out: &mut String) {
    let per_second = ticks_per_second(unit);
    time(value.rem_euclid(per_second), value.div_euclid(per_second), per_second, out);
}

/// Ticks of a unit in a second.
fn ticks_per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// Appends a date as GDAL writes it: the first instant of the day on no particular clock.
pub(super) fn midnight(days: i64, out: &mut String) {
    date(days, out);
    out.push_str("T00:00:00");
}

/// Appends the date that is so many days after 1970-01-01, in the proleptic Gregorian calendar.
fn date(days: i64, out: &mut String) {
    // Years are counted from March, so that the leap day is the last of its year.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    push(out, format_args!("{year:04}-{month:02}-{day:02}"));
}

fn time(ticks: i64, second_of_day: i64, per_second: i64, out: &mut String) {
    let (hour, minute, second) = (second_of_day / 3_600, second_of_day / 60 % 60, second_of_day % 60);
    push(out, format_args!("{hour:02}:{minute:02}:{second:02}"));
    let nanos = ticks * (1_000_000_000 / per_second);
    if nanos == 0 {
    } else if nanos % 1_000_000 == 0 {
        push(out, format_args!(".{:03}", nanos / 1_000_000));
    } else if nanos % 1_000 == 0 {
        push(out, format_args!(".{:06}", nanos / 1_000));
    } else {
        push(out, format_args!(".{nanos:09}"));
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: i64, unit: TimeUnit) -> String {
        let mut out = String::new();
        timestamp(value, unit, true, &mut out);
        out
    }

    #[test]
    fn instants_are_written_as_gdal_writes_them() {
        assert_eq!(text(1_577_836_800, TimeUnit::Second), "2020-01-01T00:00:00Z");
        assert_eq!(text(-1, TimeUnit::Millisecond), "1969-12-31T23:59:59.999Z");
        assert_eq!(text(951_782_400_000_001, TimeUnit::Microsecond), "2000-02-29T00:00:00.000001Z");
        assert_eq!(text(1, TimeUnit::Nanosecond), "1970-01-01T00:00:00.000000001Z");
        assert_eq!(text(-62_135_596_800, TimeUnit::Second), "0001-01-01T00:00:00Z");
    }

    #[test]
    fn times_of_day_keep_their_fraction() {
        let mut out = String::new();
        time_of_day(86_399_500, TimeUnit::Millisecond, &mut out);
        assert_eq!(out, "23:59:59.500");
    }
}
