//! Distances from a streamed row to rows of the build side.

use geohub_core::{GeometryRow, Result};
use geohub_crs::Metric;
use geohub_index::Standpoint;

use super::build::Built;
use super::matcher::{Probe, point};

/// A probe and how distances from it are measured.
pub(super) struct Range<'m, 'p, 'g> {
    metric: &'m Metric,
    probe: &'p mut Probe<'g>,
    /// Where the probe is a point.
    standpoint: Option<Standpoint<'m>>,
}

impl<'m, 'p, 'g> Range<'m, 'p, 'g> {
    /// Measures from a probe up to `reach` metres.
    pub(super) fn new(metric: &'m Metric, probe: &'p mut Probe<'g>, reach: f64) -> Self {
        let standpoint = point(probe.row).map(|(x, y)| Standpoint::new(metric, x, y, reach));
        Self { metric, probe, standpoint }
    }

    /// The distance to a row in metres, 0 where the two meet; `None` where it is above the limit.
    ///
    /// Points are measured against small geometries as those lie, against others by their edges prepared; which side
    /// the point is on changes no bit.
    pub(super) fn to(&mut self, built: &Built, row: u64, limit: f64) -> Result<Option<f64>> {
        let geometry = built.geometry(row);
        if let Some(standpoint) = &self.standpoint {
            if Standpoint::measures(&geometry) {
                return Ok(standpoint.distance_to(geometry, limit));
            }
            return Ok(built.prepared(row)?.distance_from(standpoint, limit));
        }
        if let Some((x, y)) = point(geometry) {
            return self.probe_from(&Standpoint::new(self.metric, x, y, limit), limit);
        }
        let prepared = built.prepared(row)?;
        let distance = self.probe.prepared()?.distance(self.metric, &prepared, limit);
        if distance.is_some() {
            self.probe.note_crossing(built, &prepared, row)?;
        }
        Ok(distance)
    }

    fn probe_from(&mut self, from: &Standpoint<'_>, limit: f64) -> Result<Option<f64>> {
        let row: GeometryRow<'_> = self.probe.row;
        if Standpoint::measures(&row) {
            return Ok(from.distance_to(row, limit));
        }
        Ok(self.probe.prepared()?.distance_from(from, limit))
    }
}
