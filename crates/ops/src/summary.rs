//! Counts rows and measures their extent.

use std::ops::ControlFlow;

use geohub_core::{Batch, Bbox, Collector, Dimensions, GeometryKind, GeometryRow, Result, Sink};

/// What a layer's rows add up to; a collector that holds no rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Number of rows.
    pub rows: u64,
    /// Rows with a null geometry.
    pub null_geometries: u64,
    /// Rows with an empty geometry.
    pub empty_geometries: u64,
    /// The type all geometries share.
    pub kind: GeometryKind,
    /// The ordinates any row has.
    pub dimensions: Dimensions,
    /// The box of all rows; [`Bbox::EMPTY`] when no row has coordinates.
    pub extent: Bbox,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            rows: 0,
            null_geometries: 0,
            empty_geometries: 0,
            kind: GeometryKind::None,
            dimensions: Dimensions::XY,
            extent: Bbox::EMPTY,
        }
    }
}

impl Sink for Summary {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        let geometry = &batch.geometry;
        self.add(&Self {
            rows: batch.rows() as u64,
            null_geometries: geometry.iter().filter(GeometryRow::is_null).count() as u64,
            empty_geometries: geometry.iter().filter(GeometryRow::is_empty).count() as u64,
            kind: geometry.kind(),
            dimensions: geometry.dimensions(),
            extent: geometry.extent(),
        });
        Ok(ControlFlow::Continue(()))
    }
}

impl Summary {
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.null_geometries += other.null_geometries;
        self.empty_geometries += other.empty_geometries;
        self.kind = self.kind.join(other.kind);
        self.dimensions.z |= other.dimensions.z;
        self.dimensions.m |= other.dimensions.m;
        self.extent = self.extent.union(&other.extent);
    }
}

impl Collector for Summary {
    type Part = Self;

    fn part(&self) -> Self {
        Self::default()
    }

    fn merge(&mut self, part: Self) -> Result<()> {
        self.add(&part);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use geohub_core::GeometryBuilder;

    use super::*;

    #[test]
    fn rows_kinds_and_extent_add_up() {
        let mut builder = GeometryBuilder::default();
        builder.push_point(1.0, 2.0);
        builder.push_null();
        builder.push_empty(GeometryKind::Point);
        let mut summary = Summary::default();
        assert!(summary.push(Batch::bare(builder.finish()).unwrap()).unwrap().is_continue());
        let mut all = Summary::default();
        all.merge(summary).unwrap();
        all.merge(summary).unwrap();
        assert_eq!((all.rows, all.null_geometries, all.empty_geometries), (6, 2, 2));
        assert_eq!((all.kind, all.extent), (GeometryKind::Point, Bbox::new(1.0, 2.0, 1.0, 2.0)));
    }
}
