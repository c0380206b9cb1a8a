//! Distances from a place to rows.

use geo_types::Geometry;
use geohub_core::{Bbox, GeometryKind, GeometryRow, Layer, Result};
use geohub_crs::Metric;
use geohub_index::{Prepared, Standpoint, lower_bound, reach};

use super::place::Place;
use crate::metres;

/// A place in a layer's coordinates.
#[derive(Debug)]
pub(super) struct Range {
    metric: Metric,
    parts: Vec<Prepared>,
    /// Where it is one point.
    point: Option<[f64; 2]>,
    /// Around all of it.
    bbox: Bbox,
}

impl Range {
    /// # Errors
    /// [`geohub_core::Error::CrsMismatch`] where the place cannot be brought to the layer or that has no distances in metres.
    pub(super) fn new(place: &Place, layer: &Layer) -> Result<Self> {
        let metric = metres::metric(&layer.crs)?;
        let geometries = place.in_crs(&layer.crs)?;
        let point = match &geometries[..] {
            [Geometry::Point(point)] => Some([point.x(), point.y()]),
            _ => None,
        };
        let parts: Vec<Prepared> = geometries.iter().map(Prepared::new).collect();
        let bbox = parts.iter().fold(Bbox::EMPTY, |all, part| all.union(part.bbox()));
        Ok(Self { metric, parts, point, bbox })
    }

    /// The box that holds all rows within a distance in metres, where the layer has one such box.
    pub(super) fn cover(&self, limit: f64, layer: &Layer) -> Option<Bbox> {
        if !limit.is_finite() || self.bbox.is_empty() {
            return None;
        }
        let window = reach(&self.metric, &self.bbox, limit);
        metres::is_plain(&self.metric, &window, layer).then_some(window)
    }

    /// Measures up to a limit in metres.
    pub(super) fn up_to(&self, limit: f64) -> UpTo<'_> {
        let window = reach(&self.metric, &self.bbox, limit);
        let planar = matches!(self.metric, Metric::Planar { .. });
        let standpoint = self.point.map(|[x, y]| Standpoint::new(&self.metric, x, y, limit));
        UpTo {
            range: self,
            limit,
            window: (planar || is_turnless(&window)).then_some(window),
            planar,
            standpoint,
        }
    }
}

fn is_turnless(bbox: &Bbox) -> bool {
    bbox.min_x >= -180.0 && bbox.max_x <= 180.0
}

/// A place and how far from it rows may be.
pub(super) struct UpTo<'r> {
    range: &'r Range,
    limit: f64,
    /// Where it holds all that is near and has longitudes between -180 and 180.
    window: Option<Bbox>,
    planar: bool,
    standpoint: Option<Standpoint<'r>>,
}

impl UpTo<'_> {
    /// The distance of a row in metres, 0 where it meets the place; `None` where it is above the limit.
    pub(super) fn distance(&self, row: GeometryRow<'_>) -> Result<Option<f64>> {
        let bbox = row.bbox();
        if bbox.is_empty() || self.is_beyond(&bbox) {
            return Ok(None);
        }
        if let Some(standpoint) = &self.standpoint
            && Standpoint::measures(&row)
        {
            return Ok(standpoint.distance_to(row, self.limit));
        }
        if let (GeometryKind::Point, [x, y, ..]) = (row.kind(), row.xy()) {
            let from = Standpoint::new(&self.range.metric, *x, *y, self.limit);
            return Ok(self.least(|part, limit| part.distance_from(&from, limit)));
        }
        let Some(geometry) = row.to_geo()? else { return Ok(None) };
        let prepared = Prepared::new(&geometry);
        Ok(self.least(|part, limit| match &self.standpoint {
            Some(standpoint) => prepared.distance_from(standpoint, limit),
            None => part.distance(&self.range.metric, &prepared, limit),
        }))
    }

    fn is_beyond(&self, bbox: &Bbox) -> bool {
        match &self.window {
            Some(window) if self.planar || is_turnless(bbox) => !window.intersects(bbox),
            // The bound rounds.
            _ => lower_bound(&self.range.metric, &self.range.bbox, bbox) > self.limit * (1.0 + 1e-9) + 1e-8,
        }
    }

    fn least(&self, distance: impl Fn(&Prepared, f64) -> Option<f64>) -> Option<f64> {
        let mut least = None;
        for part in &self.range.parts {
            least = distance(part, least.unwrap_or(self.limit)).or(least);
        }
        least
    }
}
