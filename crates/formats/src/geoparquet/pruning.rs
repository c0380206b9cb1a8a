//! Which rows of a row group a box may meet, by the file's statistics.
#![expect(clippy::single_range_in_vec_init, reason = "a list of ranges may have one")]

use std::ops::Range;

use geohub_core::Bbox;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::statistics::Statistics;
use parquet::schema::types::SchemaDescriptor;

use super::geo::{Column, Covering};

/// The leaf columns whose statistics bound the geometries: xmin, ymin, xmax, ymax.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sides([usize; 4]);

impl Sides {
    /// The covering of a geometry column, or its coordinates themselves where they are native.
    pub(super) fn find(schema: &SchemaDescriptor, name: &str, column: &Column) -> Option<Self> {
        if let Some(Covering { bbox }) = &column.covering {
            let paths = bbox.paths();
            let leaf = |path: &[String]| schema.columns().iter().position(|leaf| leaf.path().parts() == path);
            return Some(Self([leaf(paths[0])?, leaf(paths[1])?, leaf(paths[2])?, leaf(paths[3])?]));
        }
        let leaf = |ordinate: &str| {
            schema.columns().iter().position(|leaf| {
                let parts = leaf.path().parts();
                parts.len() > 1 && parts[0] == name && parts[parts.len() - 1] == ordinate
            })
        };
        let (x, y) = (leaf("x")?, leaf("y")?);
        Some(Self([x, y, x, y]))
    }

    /// Rows of a row group that the box may meet, ascending.
    pub(super) fn rows(&self, metadata: &ParquetMetaData, group: usize, bbox: &Bbox) -> Vec<Range<usize>> {
        let rows = metadata.row_group(group).num_rows() as usize;
        let stated = self.0.map(|leaf| metadata.row_group(group).column(leaf).statistics().map(bounds));
        let side = |at: usize, pick: fn((f64, f64)) -> f64| stated[at].flatten().map(pick);
        let found = Found {
            min_x: side(0, |bounds| bounds.0),
            min_y: side(1, |bounds| bounds.0),
            max_x: side(2, |bounds| bounds.1),
            max_y: side(3, |bounds| bounds.1),
        };
        if !found.may_meet(bbox) {
            return Vec::new();
        }
        self.pages(metadata, group, bbox, rows).unwrap_or_else(|| vec![0..rows])
    }

    /// The same by pages, where the file has an index of them.
    fn pages(
        &self,
        metadata: &ParquetMetaData,
        group: usize,
        bbox: &Bbox,
        rows: usize,
    ) -> Option<Vec<Range<usize>>> {
        let (columns, offsets) = (metadata.column_index()?.get(group)?, metadata.offset_index()?.get(group)?);
        let mut kept = vec![0..rows];
        for (side, leaf) in self.0.into_iter().enumerate() {
            let index = columns.get(leaf)?;
            let pages = offsets.get(leaf)?.page_locations();
            let mut ranges: Vec<Range<usize>> = Vec::new();
            for (page, location) in pages.iter().enumerate() {
                let (min, max) = page_bounds(index, page);
                let found = match side {
                    0 => Found { min_x: min, ..Found::default() },
                    1 => Found { min_y: min, ..Found::default() },
                    2 => Found { max_x: max, ..Found::default() },
                    _ => Found { max_y: max, ..Found::default() },
                };
                let end = pages.get(page + 1).map_or(rows, |next| next.first_row_index as usize);
                if found.may_meet(bbox) {
                    ranges.push(location.first_row_index as usize..end.min(rows));
                }
            }
            kept = intersection(&kept, &ranges);
        }
        Some(kept)
    }
}

/// What is known of the sides of some rows' boxes.
#[derive(Clone, Copy, Default)]
struct Found {
    min_x: Option<f64>,
    min_y: Option<f64>,
    max_x: Option<f64>,
    max_y: Option<f64>,
}

impl Found {
    /// False only where no row can meet the box; one with west above east reaches across 180 degrees.
    fn may_meet(&self, bbox: &Bbox) -> bool {
        let left_out = self.max_x.is_some_and(|max| max < bbox.min_x);
        let right_out = self.min_x.is_some_and(|min| min > bbox.max_x);
        let x = if bbox.min_x <= bbox.max_x { !left_out && !right_out } else { !(left_out && right_out) };
        x && self.max_y.is_none_or(|max| max >= bbox.min_y) && self.min_y.is_none_or(|min| min <= bbox.max_y)
    }
}

fn bounds(statistics: &Statistics) -> Option<(f64, f64)> {
    let (min, max) = match statistics {
        Statistics::Float(values) => (f64::from(*values.min_opt()?), f64::from(*values.max_opt()?)),
        Statistics::Double(values) => (*values.min_opt()?, *values.max_opt()?),
        _ => return None,
    };
    (!min.is_nan() && !max.is_nan()).then_some((min, max))
}

fn page_bounds(index: &ColumnIndexMetaData, page: usize) -> (Option<f64>, Option<f64>) {
    let (min, max) = match index {
        ColumnIndexMetaData::FLOAT(index) => (
            index.min_value(page).map(|value| f64::from(*value)),
            index.max_value(page).map(|value| f64::from(*value)),
        ),
        ColumnIndexMetaData::DOUBLE(index) => {
            (index.min_value(page).copied(), index.max_value(page).copied())
        }
        _ => (None, None),
    };
    (min.filter(|min| !min.is_nan()), max.filter(|max| !max.is_nan()))
}

fn intersection(a: &[Range<usize>], b: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut common: Vec<Range<usize>> = Vec::new();
    for first in a {
        for second in b {
            let both = first.start.max(second.start)..first.end.min(second.end);
            match common.last_mut() {
                Some(last) if last.end == both.start && !both.is_empty() => last.end = both.end,
                _ if !both.is_empty() => common.push(both),
                _ => {}
            }
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_intersect_and_join() {
        assert_eq!(intersection(&[0..10, 20..30], &[5..22, 22..25, 29..40]), [5..10, 20..25, 29..30]);
        assert_eq!(intersection(&[0..3], &[3..9]), Vec::<Range<usize>>::new());
    }

    #[test]
    fn boxes_across_the_antimeridian_meet_both_ends() {
        let across = Bbox::new(170.0, -10.0, -170.0, 10.0);
        let at =
            |min_x: f64, max_x: f64| Found { min_x: Some(min_x), max_x: Some(max_x), ..Found::default() };
        assert!(at(175.0, 176.0).may_meet(&across) && at(-176.0, -175.0).may_meet(&across));
        assert!(!at(0.0, 1.0).may_meet(&across) && Found::default().may_meet(&across));
    }
}
