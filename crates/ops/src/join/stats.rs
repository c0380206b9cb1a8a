//! What a join did.

use std::sync::atomic::{AtomicU64, Ordering};

use geohub_core::{GeometryColumn, Report};

/// Counts of left rows, kept while workers probe.
#[derive(Debug, Default)]
pub(super) struct Counters {
    seen: AtomicU64,
    matched: AtomicU64,
    multiplied: AtomicU64,
    null: AtomicU64,
    empty: AtomicU64,
    crossing: AtomicU64,
}

impl Counters {
    /// Counts left rows that came by, and those that can match nothing.
    pub(super) fn saw(&self, geometry: &GeometryColumn) {
        let gaps = Gaps::of(geometry);
        self.seen.fetch_add(geometry.len() as u64, Ordering::Relaxed);
        self.null.fetch_add(gaps.null, Ordering::Relaxed);
        self.empty.fetch_add(gaps.empty, Ordering::Relaxed);
    }

    /// Counts a left row by the number of its matches.
    pub(super) fn matched(&self, matches: u64) {
        self.matched.fetch_add(u64::from(matches > 0), Ordering::Relaxed);
        self.multiplied.fetch_add(u64::from(matches > 1), Ordering::Relaxed);
    }

    /// Counts left areas that cross themselves.
    pub(super) fn crossing(&self, rows: u64) {
        self.crossing.fetch_add(rows, Ordering::Relaxed);
    }

    /// The report of a join; `left_rows` where rows were left unread because they could not match.
    pub(super) fn report(
        &self,
        left_rows: Option<u64>,
        right: &Gaps,
        right_crossing: u64,
        run: Report,
    ) -> JoinReport {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let left = left_rows.unwrap_or_else(|| get(&self.seen));
        JoinReport {
            left,
            right: right.rows,
            matched: get(&self.matched),
            unmatched: left.saturating_sub(get(&self.matched)),
            multiplied: get(&self.multiplied),
            rows: run.rows_written,
            left_without_geometry: get(&self.null) + get(&self.empty),
            right_without_geometry: right.null + right.empty,
            left_crossing: get(&self.crossing),
            right_crossing,
            run,
        }
    }
}

/// Rows, and those that can match nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Gaps {
    pub(super) rows: u64,
    pub(super) null: u64,
    pub(super) empty: u64,
}

impl Gaps {
    pub(super) fn of(geometry: &GeometryColumn) -> Self {
        let mut gaps = Self { rows: geometry.len() as u64, ..Self::default() };
        for row in geometry.iter() {
            gaps.null += u64::from(row.is_null());
            gaps.empty += u64::from(row.is_empty());
        }
        gaps
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.null += other.null;
        self.empty += other.empty;
    }
}

/// What a finished join did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinReport {
    /// Left rows.
    pub left: u64,
    /// Right rows.
    pub right: u64,
    /// Left rows with a match.
    pub matched: u64,
    /// Left rows without one.
    pub unmatched: u64,
    /// Left rows with more than one match; 0 where no more than one was looked for (`--many first`, semi, anti).
    pub multiplied: u64,
    /// Rows written.
    pub rows: u64,
    /// Left rows with a null or empty geometry, which match nothing.
    pub left_without_geometry: u64,
    /// Right rows with a null or empty geometry, which match nothing.
    pub right_without_geometry: u64,
    /// Left areas that cross themselves, of those compared with lines and areas: best effort.
    pub left_crossing: u64,
    /// Right areas that do.
    pub right_crossing: u64,
    /// The executor's report of the run that wrote.
    pub run: Report,
}
