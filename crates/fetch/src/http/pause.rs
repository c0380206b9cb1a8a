//! How long to wait before a repetition.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

use crate::settings::{Settings, is_hosted};

/// The pause before repetition `number` (from 0): doubled each time, between half and whole, so that clients that
/// failed together do not come back together.
///
/// Hosted layers answer nothing for a minute once the organisation's share is used up.
pub(super) fn pause(settings: &Settings, host: &str, refused: bool, number: u32) -> Duration {
    if refused && is_hosted(host) {
        return settings.longest_pause;
    }
    let whole = settings.first_pause.saturating_mul(1 << number.min(16)).min(settings.longest_pause);
    // A hasher with random keys is a random number without a dependency.
    let share = RandomState::new().hash_one(number) as f64 / u64::MAX as f64;
    whole.mul_f64(0.5 + share / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_within_their_bounds() {
        let settings = Settings::new("j");
        for number in 0..40 {
            let whole = 0.5 * f64::from(1u32 << number.min(16));
            let found = pause(&settings, "h", true, number).as_secs_f64();
            assert!(found >= whole.min(60.0) / 2.0 && found <= whole.min(60.0), "{number}: {found}");
        }
    }
    #[test]
    fn hosted_layers_rest_for_a_minute_when_they_refuse() {
        let settings = Settings::new("j");
        for number in 0..4 {
            let rest = pause(&settings, "services5.arcgis.com", true, number);
            assert_eq!(rest, Duration::from_mins(1));
            assert!(pause(&settings, "services5.arcgis.com", false, number) < rest);
            assert!(pause(&settings, "arcgis.com.example", true, number) < rest);
        }
    }
}
