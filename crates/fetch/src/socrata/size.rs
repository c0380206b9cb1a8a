//! How many rows to ask for at once.

use geohub_core::GeometryKind;

use super::view::View;

/// What an answer should weigh. Portals answer 50,000 rows of points in a few seconds, and a request costs 0.1 to 1 s
/// before its first byte: with some 10 MB the waiting is a few percent of the whole, a page lost to a cut connection
/// costs seconds, and reading it takes a fraction of the window of 96 MB. The strategy halves pages that prove heavy.
const PAGE_BYTES: usize = 10 << 20;
/// The most that SODA 2.0 gives, and what projects found 2.1 to give everywhere.
const MOST: usize = 50_000;
const FEWEST: usize = 1000;

/// Name, quotes and value of a cell, by and large: recorded rows have 25 to 40 bytes a cell.
const CELL_BYTES: usize = 40;
const POINT_BYTES: usize = 150;
/// Lines and polygons of cities: 20 to 100 vertices of 40 bytes.
const SHAPE_BYTES: usize = 2500;

/// Rows for a page that weighs about [`PAGE_BYTES`].
pub(super) fn page_rows(view: &View) -> usize {
    let weigh = |kind: Option<GeometryKind>| match kind {
        None => CELL_BYTES,
        Some(GeometryKind::Point) => POINT_BYTES,
        Some(_) => SHAPE_BYTES,
    };
    let row: usize = view.columns.iter().map(|column| weigh(column.geometry())).sum();
    (PAGE_BYTES / row.max(1)).clamp(FEWEST, MOST)
}
