//! Pairs of rows for which the relation holds.

use std::ops::ControlFlow;

use geohub_core::{Bbox, Crs, GeometryColumn, GeometryKind, GeometryRow, Order, Result};
use geohub_index::{Neighbor, Predicate, Prepared, hilbert_order, matches_point};

use super::build::{Built, prepare};
use super::options::JoinOptions;
use super::range::Range;
use super::relation::Means;

/// A relation between streamed rows (probes) and the rows of the build side.
#[derive(Clone, Debug)]
pub(super) struct Matcher {
    means: Means,
    /// The probe is the left row, the subject.
    probe_is_left: bool,
    /// How the probes come.
    order: Order,
}

/// A probe and a build row that match.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    pub(super) probe: u32,
    pub(super) row: u64,
    /// In metres; 0 where the relation has none.
    pub(super) distance: f64,
}

impl Matcher {
    /// A matcher for layers in the CRS of the left one, and probes that come in an order.
    pub(super) fn new(options: &JoinOptions, crs: &Crs, probe_is_left: bool, order: Order) -> Result<Self> {
        Ok(Self { means: Means::new(&options.relation, crs)?, probe_is_left, order })
    }

    /// Calls `visit` with every match. Probes come along the Hilbert curve, their rows in no particular order, or
    /// nearest first where the nearest are asked for; `Break` goes on to the next probe. Returns how many probes are
    /// areas that cross themselves, of those compared with lines and areas.
    pub(super) fn for_each(
        &self,
        built: &Built,
        probes: &GeometryColumn,
        mut visit: impl FnMut(Match) -> ControlFlow<()>,
    ) -> Result<u64> {
        let mut crossing = 0;
        let mut found = Vec::new();
        let boxes: Vec<_> = (0..probes.len()).map(|row| probes.bbox(row)).collect();
        let order = match self.order {
            Order::Input => hilbert_order(&boxes),
            // They lie close together as they come.
            Order::Hilbert => {
                (0..).zip(&boxes).filter(|(_, bbox)| !bbox.is_empty()).map(|(row, _)| row).collect()
            }
        };
        for number in order {
            let mut probe = Probe::new(probes.row(number as usize));
            let bbox = &boxes[number as usize];
            let visit = |row: u64, distance: f64| visit(Match { probe: number, row, distance });
            self.one(built, &mut probe, bbox, &mut found, visit)?;
            crossing += u64::from(probe.crosses_itself);
        }
        Ok(crossing)
    }

    fn one(
        &self,
        built: &Built,
        probe: &mut Probe<'_>,
        bbox: &Bbox,
        found: &mut Vec<Neighbor>,
        mut visit: impl FnMut(u64, f64) -> ControlFlow<()>,
    ) -> Result<()> {
        let mut failed = None;
        let mut step = |row: u64, distance: Result<Option<f64>>| match distance {
            Ok(Some(distance)) => visit(row, distance),
            Ok(None) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        };
        match &self.means {
            Means::Predicate(predicate) => {
                let pair = Pair { predicate: *predicate, probe_is_left: self.probe_is_left };
                let step = |row: u64| {
                    let holds = pair.holds(probe, built, row);
                    step(row, holds.map(|holds| holds.then_some(0.0)))
                };
                predicate_candidates(built, *predicate, bbox, step);
            }
            Means::Within(metric, limit) => {
                let mut range = Range::new(metric, probe, *limit);
                built.index.within(metric, bbox, *limit, |row| step(row, range.to(built, row, *limit)));
            }
            Means::Nearest(metric, wish) => {
                let mut range = Range::new(metric, probe, wish.limit);
                let measure = |row: u64, limit: f64| range.to(built, row, limit);
                built.index.nearest_rows(metric, bbox, *wish, found, measure)?;
                // Broken or not, the next probe follows.
                let _ = found.iter().try_for_each(|near| step(near.row, Ok(Some(near.distance))));
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

/// Calls `step` with the rows that may match by their boxes, or with all, until it breaks.
fn predicate_candidates(
    built: &Built,
    predicate: Predicate,
    bbox: &Bbox,
    step: impl FnMut(u64) -> ControlFlow<()>,
) {
    if predicate.needs_box_intersection() {
        built.index.window(bbox, step);
    } else {
        let mut rows = (0..built.gaps.rows).filter(|row| !built.geometry(*row).bbox().is_empty());
        let _ = rows.try_for_each(step);
    }
}

/// A predicate between a probe and a build row.
#[derive(Clone, Copy)]
struct Pair {
    predicate: Predicate,
    probe_is_left: bool,
}

impl Pair {
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
        probe.note_crossing(built, &prepared, row)?;
        let probe = probe.prepared()?;
        let (left, right) = if self.probe_is_left { (probe, &*prepared) } else { (&*prepared, probe) };
        Ok(left.matches_prepared(self.predicate, right))
    }
}

/// A streamed row, prepared when first needed.
pub(super) struct Probe<'g> {
    pub(super) row: GeometryRow<'g>,
    prepared: Option<Prepared>,
    crosses_itself: bool,
}

impl<'g> Probe<'g> {
    fn new(row: GeometryRow<'g>) -> Self {
        Self { row, prepared: None, crosses_itself: false }
    }

    pub(super) fn prepared(&mut self) -> Result<&Prepared> {
        let prepared = match self.prepared.take() {
            Some(prepared) => prepared,
            None => prepare(self.row)?,
        };
        Ok(self.prepared.insert(prepared))
    }

    /// Remembers which of the two are areas that cross themselves, for their edges are about to be compared.
    pub(super) fn note_crossing(&mut self, built: &Built, prepared: &Prepared, row: u64) -> Result<()> {
        if prepared.crosses_itself() {
            built.note_crossing(row);
        }
        self.crosses_itself = self.prepared()?.crosses_itself();
        Ok(())
    }
}

/// The coordinates of a row that is one point.
pub(super) fn point(row: GeometryRow<'_>) -> Option<(f64, f64)> {
    // The kind first: coordinates of rows far apart are slow to come by.
    match (row.kind() == GeometryKind::Point).then(|| row.xy()) {
        Some([x, y, ..]) => Some((*x, *y)),
        _ => None,
    }
}
