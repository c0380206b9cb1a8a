//! Pairs of rows for which the predicate holds.

use std::ops::ControlFlow;

use geohub_core::{GeometryColumn, GeometryKind, GeometryRow, Result};
use geohub_index::{Predicate, Prepared, hilbert_order, matches_point};

use super::build::{Built, prepare};

/// A predicate between streamed rows (probes) and the rows of the build side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matcher {
    pub(super) predicate: Predicate,
    /// The probe is the left row, the predicate's subject.
    pub(super) probe_is_left: bool,
}

impl Matcher {
    /// Calls `visit` with every probe and build row that match. Probes come along the Hilbert curve, their
    /// rows in no particular order; `Break` goes on to the next probe. Returns how many probes are areas that
    /// cross themselves, of those compared with lines and areas.
    pub(super) fn for_each(
        self,
        built: &Built,
        probes: &GeometryColumn,
        mut visit: impl FnMut(usize, u64) -> ControlFlow<()>,
    ) -> Result<u64> {
        let mut crossing = 0;
        let boxes: Vec<_> = (0..probes.len()).map(|row| probes.bbox(row)).collect();
        for number in hilbert_order(&boxes) {
            let number = number as usize;
            let mut probe = Probe { row: probes.row(number), prepared: None, crosses_itself: false };
            let mut failed = None;
            let mut step = |row: u64| match self.holds(&mut probe, built, row) {
                Ok(true) => visit(number, row),
                Ok(false) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            };
            if self.predicate.needs_box_intersection() {
                built.index.window(&boxes[number], step);
            } else {
                let mut rows = (0..built.gaps.rows).filter(|row| !built.geometry(*row).bbox().is_empty());
                // Broken or not, the next probe follows.
                let _ = rows.try_for_each(&mut step);
            }
            if let Some(error) = failed {
                return Err(error);
            }
            crossing += u64::from(probe.crosses_itself);
        }
        Ok(crossing)
    }

    fn holds(self, probe: &mut Probe<'_>, built: &Built, row: u64) -> Result<bool> {
        let geometry = built.geometry(row);
        if let Some((x, y)) = point(geometry) {
            return Ok(probe.prepared()?.matches_point(self.predicate, x, y, self.probe_is_left));
        }
        if let Some((x, y)) = point(probe.row) {
            let build_is_left = !self.probe_is_left;
            return match matches_point(self.predicate, geometry, x, y, build_is_left) {
                Some(answer) => Ok(answer),
                None => Ok(built.prepared(row)?.matches_point(self.predicate, x, y, build_is_left)),
            };
        }
        // The box of the smaller geometry often settles it, and the smaller one is then never prepared.
        let settled = if geometry.xy().len() < probe.row.xy().len() {
            self.by_box(probe.prepared()?, geometry, self.probe_is_left)
        } else {
            self.by_box(&*built.prepared(row)?, probe.row, !self.probe_is_left)
        };
        match settled {
            Some(answer) => Ok(answer),
            None => self.by_edges(probe, built, row),
        }
    }

    fn by_box(self, prepared: &Prepared, other: GeometryRow<'_>, prepared_is_left: bool) -> Option<bool> {
        let answer = prepared.matches_box(self.predicate, &other.bbox(), prepared_is_left)?;
        // Geometries with coordinates that are not finite match nothing, and boxes do not show them.
        let is_plain = other.wkb().is_none() && other.xy().iter().all(|value| value.is_finite());
        is_plain.then_some(answer)
    }

    fn by_edges(self, probe: &mut Probe<'_>, built: &Built, row: u64) -> Result<bool> {
        let prepared = built.prepared(row)?;
        if prepared.crosses_itself() {
            built.note_crossing(row);
        }
        probe.crosses_itself = probe.prepared()?.crosses_itself();
        let probe = probe.prepared()?;
        let (left, right) = if self.probe_is_left { (probe, &*prepared) } else { (&*prepared, probe) };
        Ok(left.matches_prepared(self.predicate, right))
    }
}

/// A streamed row, prepared when first needed.
struct Probe<'g> {
    row: GeometryRow<'g>,
    prepared: Option<Prepared>,
    crosses_itself: bool,
}

impl Probe<'_> {
    fn prepared(&mut self) -> Result<&Prepared> {
        let prepared = match self.prepared.take() {
            Some(prepared) => prepared,
            None => prepare(self.row)?,
        };
        Ok(self.prepared.insert(prepared))
    }
}

fn point(row: GeometryRow<'_>) -> Option<(f64, f64)> {
    // The kind first: coordinates of rows far apart are slow to come by.
    match (row.kind() == GeometryKind::Point).then(|| row.xy()) {
        Some([x, y, ..]) => Some((*x, *y)),
        _ => None,
    }
}
