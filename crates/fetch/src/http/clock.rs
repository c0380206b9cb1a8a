//! When the next request to a host may start: a line in a file, so that all processes keep to it.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::why::Why;

/// Longest distance between two starts that can be meant; the machine's clock was set back otherwise.
const LONGEST_SPACING: Duration = Duration::from_secs(10);

/// What the file says, in microseconds since 1970 by the machine's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Clock {
    /// The next start.
    next: u64,
    /// The end of a pause.
    held: u64,
    why: Option<Why>,
}

/// A pause still to be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Remaining {
    pub(super) time: Duration,
    /// `None` for the spacing of starts, which is nothing to speak of.
    pub(super) why: Option<Why>,
}

impl Clock {
    /// A file that says anything else, after a crash, says nothing.
    pub(super) fn read(file: &mut File) -> io::Result<Self> {
        let mut text = String::new();
        file.rewind()?;
        match file.take(200).read_to_string(&mut text) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(Self::default()),
            read => read?,
        };
        let mut words = text.split_whitespace();
        let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        let (next, held) = (number(), number());
        Ok(Self { next, held, why: words.next().and_then(Why::of_letter) })
    }

    /// In one write of always the same length.
    pub(super) fn write(&self, file: &mut File) -> io::Result<()> {
        let letter = self.why.map_or('-', Why::letter);
        file.rewind()?;
        file.write_all(format!("{:020} {:020} {letter}\n", self.next, self.held).as_bytes())
    }

    /// What is left of a pause.
    pub(super) fn pause(&self, now: u64, longest: Duration) -> Option<Remaining> {
        let time = Duration::from_micros(self.held.saturating_sub(now));
        // A second for the rounding of dates.
        let meant = !time.is_zero() && time <= longest + Duration::from_secs(1);
        meant.then_some(Remaining { time, why: self.why })
    }

    /// Takes the next start, or says how long to wait for it.
    pub(super) fn start(&mut self, now: u64, spacing: Duration, longest: Duration) -> Option<Remaining> {
        if let Some(pause) = self.pause(now, longest) {
            return Some(pause);
        }
        let time = Duration::from_micros(self.next.saturating_sub(now));
        if !time.is_zero() && time <= LONGEST_SPACING {
            return Some(Remaining { time, why: None });
        }
        self.next = now + spacing.as_micros() as u64;
        None
    }

    /// Lets nothing start for so long; a longer pause that is on stays.
    pub(super) fn hold(&mut self, now: u64, wait: Duration, why: Why, longest: Duration) {
        let until = now + wait.as_micros() as u64;
        if until > self.held || self.pause(now, longest).is_none() {
            (self.held, self.why) = (until, Some(why));
        }
    }
}

/// The machine's clock.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_mins(10);
    const NOW: u64 = 1_800_000_000_000_000;

    #[test]
    fn starts_keep_their_distance_and_pauses_stop_them() {
        let spacing = Duration::from_millis(100);
        let mut clock = Clock::default();
        assert_eq!(clock.start(NOW, spacing, LONGEST), None);
        let left = |time| Some(Remaining { time: Duration::from_millis(time), why: None });
        assert_eq!(clock.start(NOW + 40_000, spacing, LONGEST), left(60));
        assert_eq!(clock.start(NOW + 100_000, spacing, LONGEST), None);
        clock.hold(NOW, Duration::from_secs(12), Why::Asked, LONGEST);
        clock.hold(NOW, Duration::from_secs(5), Why::Refused, LONGEST);
        let pause = clock.start(NOW + 2_000_000, spacing, LONGEST).unwrap();
        assert_eq!((pause.time.as_secs(), pause.why), (10, Some(Why::Asked)));
        assert_eq!(clock.start(NOW + 12_000_000, spacing, LONGEST), None);
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nothing() {
        let mut clock = Clock::default();
        clock.hold(NOW, Duration::from_secs(500), Why::Asked, LONGEST);
        assert_eq!(clock.start(NOW - 3_600_000_000, Duration::from_secs(1), LONGEST), None);
        let mut clock = Clock { next: NOW, ..Clock::default() };
        assert_eq!(clock.start(NOW - 3_600_000_000, Duration::from_secs(1), LONGEST), None);
    }

    #[test]
    fn the_file_holds_what_was_written_and_rubbish_says_nothing() {
        let mut file = tempfile::tempfile().unwrap();
        assert_eq!(Clock::read(&mut file).unwrap(), Clock::default());
        let clock = Clock { next: NOW, held: 5, why: Some(Why::NearlyUsedUp) };
        for _ in 0..2 {
            clock.write(&mut file).unwrap();
            assert_eq!(Clock::read(&mut file).unwrap(), clock);
        }
        file.rewind().unwrap();
        file.write_all(b"\xff\xfe\x00rubbish").unwrap();
        assert_eq!(Clock::read(&mut file).unwrap(), Clock::default());
    }
}
