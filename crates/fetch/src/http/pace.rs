//! How many requests a host gets at once, and how close together: fewer when it struggles, more again while all goes
//! well, never more than the limit.

use std::time::Duration;

/// Requests at once before anything is known of a server.
const FIRST_WIDTH: usize = 2;
/// Once a server has struggled, so many rounds of good answers earn it one request more.
const ROUNDS: usize = 4;
const LONGEST_SPACING: Duration = Duration::from_secs(2);
/// Of the server's own limit, used by everybody: from here on no growth, from there on a pause.
const STOP_GROWING: f64 = 0.5;
const NEARLY_USED_UP: f64 = 0.9;

/// The pace of one host.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    limit: usize,
    /// Requests on their way.
    open: usize,
    /// Requests allowed at once now.
    width: usize,
    spacing: Duration,
    least_spacing: Duration,
    /// Good answers since the last change.
    good: usize,
    /// The server has struggled.
    careful: bool,
}

impl Pace {
    pub(super) fn new(limit: usize, spacing: Duration) -> Self {
        let width = limit.min(FIRST_WIDTH);
        Self { limit, open: 0, width, spacing, least_spacing: spacing, good: 0, careful: false }
    }

    /// Time between two starts.
    pub(super) fn spacing(&self) -> Duration {
        self.spacing
    }

    /// Takes a place if there is one.
    pub(super) fn open(&mut self) -> bool {
        let free = self.open < self.width;
        self.open += usize::from(free);
        free
    }

    pub(super) fn close(&mut self) {
        self.open = self.open.saturating_sub(1);
    }

    /// A good answer, and what the server says is used of its limit. True when that is nearly all.
    pub(super) fn went_well(&mut self, used: Option<f64>) -> bool {
        self.good += 1;
        let used = used.unwrap_or(0.0);
        if used > STOP_GROWING {
            self.good = 0;
        } else if !self.careful || self.good >= ROUNDS * self.width {
            self.good = 0;
            self.width = (self.width + 1).min(self.limit);
            self.spacing = self.spacing.mul_f64(0.9).max(self.least_spacing);
        }
        if used >= NEARLY_USED_UP {
            self.width = 1;
            self.careful = true;
        }
        used >= NEARLY_USED_UP
    }

    /// The server was too slow or failed at its work.
    pub(super) fn struggled(&mut self) {
        self.width = (self.width / 2).max(1);
        (self.good, self.careful) = (0, true);
    }

    /// The server said that it gets too many requests.
    pub(super) fn refused(&mut self) {
        self.struggled();
        self.spacing = (self.spacing * 2).min(LONGEST_SPACING.max(self.least_spacing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fast(limit: usize) -> Pace {
        let mut pace = Pace::new(limit, Duration::from_millis(100));
        for _ in 0..10 {
            pace.went_well(None);
        }
        pace
    }

    #[test]
    fn width_grows_to_the_limit_and_never_beyond() {
        assert_eq!(Pace::new(1, Duration::ZERO).width, 1);
        let mut pace = fast(4);
        assert_eq!(pace.width, 4);
        let taken = (0..10).filter(|_| pace.open()).count();
        assert_eq!(taken, 4);
        pace.close();
        assert!(pace.open() && !pace.open());
    }

    #[test]
    fn a_server_that_struggles_gets_less_and_earns_it_back() {
        let mut pace = fast(4);
        pace.refused();
        assert_eq!((pace.width, pace.spacing), (2, Duration::from_millis(200)));
        for _ in 0..20 {
            pace.refused();
        }
        assert_eq!((pace.width, pace.spacing), (1, LONGEST_SPACING));
        for _ in 0..3 {
            pace.went_well(None);
        }
        assert_eq!(pace.width, 1);
        for _ in 0..400 {
            pace.went_well(None);
        }
        assert_eq!(pace.width, 4);
        assert!(pace.spacing < Duration::from_millis(500));
    }

    #[test]
    fn half_of_the_servers_limit_stops_growth_and_nearly_all_of_it_pauses() {
        let mut pace = Pace::new(8, Duration::ZERO);
        for _ in 0..50 {
            assert!(!pace.went_well(Some(0.6)));
        }
        assert_eq!(pace.width, 2);
        assert!(pace.went_well(Some(0.95)));
        assert_eq!(pace.width, 1);
        assert!(!pace.went_well(Some(0.4)));
    }
}
