//! Days and moments.

use geohub_core::expr::Timestamp;
use geohub_fetch::iso_ms;

/// `2026-11-22` of a moment in milliseconds since 1970.
pub fn day(ms: i64) -> String {
    iso_ms(ms).chars().take_while(|c| *c != 'T').collect()
}

/// Milliseconds since 1970 of `2026-11-22`, `2026-11-22T10:00:00.000Z` or the same without a zone, which is UTC.
pub fn ms_of(text: &str) -> Option<i64> {
    let text = text.trim();
    let read = Timestamp::parse(text)?;
    sound(read.seconds.checked_mul(1000)?)
}

/// Moments of the years 1700 to 2300; what else catalogues hold is no moment.
pub(crate) fn sound(ms: i64) -> Option<i64> {
    (-8_520_336_000_000..10_413_792_000_000).contains(&ms).then_some(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_portals_write_them() {
        let noon = 1_795_348_800_000;
        for text in [
            "2026-11-22T12:00:00.000Z",
            "2026-11-22T12:00:00",
            "2026-11-22 12:00",
            "2026-11-22T04:00:00.000-08:00",
            "2026-11-22T13:00:00+0100",
        ] {
            assert_eq!(ms_of(text), Some(noon), "{text}");
        }
        assert_eq!(day(noon), "2026-11-22");
        for text in ["", "R/P1D", "yesterday", "2026-11-22Tnoon", "9999-01-01", "ünïcödé—text"] {
            assert_eq!(ms_of(text), None, "{text}");
        }
    }
}
