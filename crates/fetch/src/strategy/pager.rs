//! How many rows to ask for at once.

use crate::run::Run;

/// A page above this is heavy: servers fail at larger ones, and more is lost when one breaks off.
const HEAVY_BYTES: usize = 20 << 20;
/// A page below this costs more in waiting than in sending.
const LIGHT_BYTES: usize = 2 << 20;
/// As far as pages grow that are light, whatever the server says of its limit: it will cut them if it must.
const MOST_ROWS: usize = 2000;
/// Good pages before the next step up.
const STEP_PAGES: u32 = 4;

/// The size of the pages of one download: halved when one fails or is heavy, grown slowly back.
#[derive(Clone, Debug)]
pub(super) struct Pager {
    rows: usize,
    /// As far as it may grow.
    top: usize,
    shrunk: bool,
    good: u32,
    /// The most rows that came at once: the server's real limit, or ours.
    largest: usize,
    /// The server has said of a page that it was cut: then one of which it does not say so was not.
    flags: bool,
    /// It has said so of a page that was as large as we asked.
    flags_ours: bool,
}

impl Pager {
    pub(super) fn new(run: &Run<'_>) -> Self {
        match run.http.settings.page_rows {
            Some(rows) => Self::from_to(rows.max(1), rows.max(1)),
            None => Self::from_to(run.dataset.page_rows().max(1), run.dataset.page_rows().max(MOST_ROWS)),
        }
    }

    fn from_to(rows: usize, top: usize) -> Self {
        Self { rows, top, shrunk: false, good: 0, largest: 0, flags: false, flags_ours: false }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Rows to expect in a page.
    pub(super) fn expected(&self) -> usize {
        if self.largest == 0 { self.rows } else { self.rows.min(self.largest) }
    }

    /// A page came.
    pub(super) fn came(&mut self, asked: Option<usize>, received: usize, more: bool, bytes: usize) {
        self.largest = self.largest.max(received);
        let cut = asked.is_none_or(|asked| received < asked);
        self.flags |= more && received > 0;
        self.flags_ours |= more && !cut;
        if bytes > HEAVY_BYTES {
            self.shrink(self.rows.min(received.max(1)));
            return;
        }
        if more && cut {
            // Asking for more than the server gives is idle.
            self.top = self.top.min(self.rows);
        }
        self.good += 1;
        if !self.shrunk && !cut && bytes < LIGHT_BYTES {
            self.rows = (self.rows * 2).min(self.top.max(self.rows));
        } else if self.good >= STEP_PAGES && bytes < HEAVY_BYTES / 2 {
            self.good = 0;
            self.rows = (self.rows + self.rows.div_ceil(4)).min(self.top.max(self.rows));
        }
    }

    /// A page of so many rows failed or was too heavy: half as many from here on.
    pub(super) fn shrink(&mut self, rows: usize) {
        self.rows = self.rows.min((rows / 2).max(1));
        self.shrunk = true;
        self.good = 0;
    }

    /// Whether nothing follows a page. A short page alone proves nothing, nor does a flag that is missing: servers cut
    /// pages below what they say, and some never set the flag.
    pub(super) fn is_end(&self, asked: Option<usize>, received: usize, more: bool) -> bool {
        if more {
            return false;
        }
        if asked.is_some_and(|asked| received >= asked) {
            return self.flags_ours;
        }
        self.flags || received < self.largest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_halve_and_grow_slowly_back() {
        let mut pager = Pager::from_to(1000, 2000);
        pager.shrink(1000);
        assert_eq!(pager.rows(), 500);
        let mut sizes = Vec::new();
        for _ in 0..40 {
            pager.came(Some(pager.rows()), pager.rows(), true, 1000);
            sizes.push(pager.rows());
        }
        assert_eq!(sizes[..5], [500, 500, 500, 625, 625]);
        assert_eq!(sizes.last(), Some(&2000));
        for _ in 0..20 {
            pager.shrink(pager.rows());
        }
        assert_eq!(pager.rows(), 1);
    }

    #[test]
    fn light_pages_grow_at_once_up_to_what_the_server_gives() {
        let mut pager = Pager::from_to(10, 2000);
        pager.came(Some(10), 10, true, 1000);
        assert_eq!(pager.rows(), 20);
        pager.came(Some(20), 15, true, 1000);
        for _ in 0..10 {
            pager.came(Some(20), 15, true, 1000);
        }
        assert_eq!((pager.rows(), pager.expected()), (20, 15));
        pager.came(Some(20), 15, true, 21 << 20);
        assert_eq!(pager.rows(), 7);
    }

    #[test]
    fn the_end_is_told_by_the_flag_only_of_servers_that_set_it() {
        let mut pager = Pager::from_to(100, 100);
        pager.came(Some(100), 40, false, 1);
        assert!(!pager.is_end(Some(100), 40, false));
        assert!(pager.is_end(Some(100), 39, false));
        pager.came(Some(100), 40, true, 1);
        assert!(pager.is_end(Some(100), 40, false) && !pager.is_end(Some(100), 40, true));
        assert!(!pager.is_end(Some(30), 30, false));
        pager.came(Some(30), 30, true, 1);
        assert!(pager.is_end(Some(30), 30, false));
    }
}
