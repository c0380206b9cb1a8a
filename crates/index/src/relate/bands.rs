//! Edges by height.

use super::area::PartEdge;
use super::segment::Xy;
use super::shape::Shape;

/// Shapes of fewer edges are scanned whole.
const MIN_SEGMENTS: usize = 16;

/// Entries per edge beyond which fewer bands are taken. Tall edges lie in many bands, and a comb of them
/// would otherwise need memory in the square of its size.
const MAX_ENTRIES_PER_EDGE: usize = 4;

/// The edges of a line or area, listed by the horizontal band of the box that they reach into.
///
/// About one band for two edges, so a point is tested against a few edges, found without a search.
#[derive(Debug, Clone)]
pub(crate) struct Bands {
    grid: Grid,
    /// For each band the position of its first entry, and the end of the last.
    starts: Vec<u32>,
    entries: Vec<Entry>,
}

/// A copy of an edge: the indirection would cost a cache miss for each test.
#[derive(Debug, Clone, Copy)]
struct Entry {
    a: Xy,
    b: Xy,
    part: u32,
    segment: u32,
}

#[derive(Debug, Clone, Copy)]
struct Grid {
    min_y: f64,
    bands_per_unit: f64,
    count: usize,
}

impl Grid {
    fn new(shape: &Shape, count: usize) -> Self {
        let height = shape.bbox.max_y - shape.bbox.min_y;
        Self { min_y: shape.bbox.min_y, bands_per_unit: count as f64 / height, count }
    }

    /// Not decreasing in `y`; heights outside the box get the nearest band.
    #[inline]
    fn band(&self, y: f64) -> usize {
        // The cast saturates, and turns NaN (a flat shape) into 0.
        (((y - self.min_y) * self.bands_per_unit) as usize).min(self.count - 1)
    }

    fn range(&self, a: Xy, b: Xy) -> std::ops::RangeInclusive<usize> {
        self.band(a[1].min(b[1]))..=self.band(a[1].max(b[1]))
    }
}

impl Bands {
    /// Lists the edges of a shape; `None` where that would not pay.
    pub(crate) fn new(shape: &Shape) -> Option<Self> {
        let segments = shape.segments.len();
        if segments < MIN_SEGMENTS || u32::try_from(segments * MAX_ENTRIES_PER_EDGE).is_err() {
            return None;
        }
        let (grid, starts) = fit(shape);
        let mut next = starts.clone();
        let empty = Entry { a: [0.0; 2], b: [0.0; 2], part: 0, segment: 0 };
        let mut entries = vec![empty; starts[grid.count] as usize];
        for (number, segment) in shape.segments.iter().enumerate() {
            for band in grid.range(segment.a, segment.b) {
                let entry = Entry { a: segment.a, b: segment.b, part: segment.part, segment: number as u32 };
                entries[next[band] as usize] = entry;
                next[band] += 1;
            }
        }
        Some(Self { grid, starts, entries })
    }

    /// Memory used, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.entries.len() * size_of::<Entry>() + self.starts.len() * size_of::<u32>()
    }

    /// All edges that reach the height `y`, and some others; those of one polygon in a row.
    #[inline]
    pub(crate) fn at(&self, y: f64) -> impl Iterator<Item = PartEdge> {
        self.band_entries(self.grid.band(y)).iter().map(|entry| (entry.a, entry.b, entry.part))
    }

    /// Calls `visit` once with the number of each edge that shares a band with the segment and whose box meets its box.
    pub(crate) fn near(&self, a: Xy, b: Xy, mut visit: impl FnMut(u32)) {
        let range = self.grid.range(a, b);
        let first = *range.start();
        let (min, max) = ([a[0].min(b[0]), a[1].min(b[1])], [a[0].max(b[0]), a[1].max(b[1])]);
        let beside = |entry: &Entry, axis: usize| {
            entry.a[axis].max(entry.b[axis]) < min[axis] || entry.a[axis].min(entry.b[axis]) > max[axis]
        };
        for band in range {
            for entry in self.band_entries(band) {
                if beside(entry, 0) || beside(entry, 1) {
                    continue;
                }
                // Reported in the first common band only.
                if band == first || band == self.grid.band(entry.a[1].min(entry.b[1])) {
                    visit(entry.segment);
                }
            }
        }
    }

    #[inline]
    fn band_entries(&self, band: usize) -> &[Entry] {
        &self.entries[self.starts[band] as usize..self.starts[band + 1] as usize]
    }
}

/// Chooses the number of bands and counts what goes into each.
fn fit(shape: &Shape) -> (Grid, Vec<u32>) {
    let segments = shape.segments.len();
    let mut count = segments / 2;
    loop {
        let grid = Grid::new(shape, count.max(1));
        let spans = |s: &super::shape::Segment| grid.range(s.a, s.b);
        let total: usize = shape.segments.iter().map(|s| spans(s).end() - spans(s).start() + 1).sum();
        if count <= 1 || total <= segments * MAX_ENTRIES_PER_EDGE {
            let mut starts = vec![0u32; grid.count + 1];
            for band in shape.segments.iter().flat_map(spans) {
                starts[band + 1] += 1;
            }
            for band in 0..grid.count {
                starts[band + 1] += starts[band];
            }
            return (grid, starts);
        }
        count /= 2;
    }
}
