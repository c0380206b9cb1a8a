//! A geometry made ready for many comparisons.

use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use geo_types::{Geometry, MultiPoint};
use geohub_core::Bbox;

use crate::matrix::{Location, Matrix};
use crate::measure::Pieces;
use crate::predicate::Predicate;
use crate::relate::{
    Bands, Cells, Flat, Shape, Side, crosses_itself, extent, flatten, meets, point_in_area_matrix, relate,
    relate_mixed, relate_point, to_geometry,
};

/// Comparisons after which a grid of cells pays for an area of many edges.
const COMPARISONS_BEFORE_CELLS: u32 = 16;

/// One side of a comparison, prepared once and compared with many others, from any number of threads.
///
/// Its edges are listed by height where that pays, so a point is located among thousands of edges with a few
/// tests; an area that is asked often gets a grid of cells inside, outside and near its border, by which most
/// comparisons are settled; a rectangle answers from boxes alone. Points in areas are defined on invalid polygons too, by the
/// even-odd rule within a polygon; lines and areas on invalid input are best effort. Null and empty
/// geometries, and such with coordinates that are not finite, match nothing, not even `disjoint`.
#[derive(Debug)]
pub struct Prepared {
    form: Form,
    bbox: Bbox,
    crosses_itself: OnceLock<bool>,
    comparisons: AtomicU32,
    cells: OnceLock<Option<Cells>>,
    pieces: OnceLock<Pieces>,
}

impl Clone for Prepared {
    fn clone(&self) -> Self {
        Self {
            form: self.form.clone(),
            bbox: self.bbox,
            crosses_itself: self.crosses_itself.clone(),
            comparisons: AtomicU32::new(self.comparisons.load(Ordering::Relaxed)),
            cells: self.cells.clone(),
            pieces: self.pieces.clone(),
        }
    }
}

#[derive(Debug, Clone)]
enum Form {
    Nothing,
    Shape { shape: Shape, bands: Option<Bands>, is_rectangle: bool },
    Mixed(Geometry<f64>),
}

impl Prepared {
    /// Prepares a geometry.
    pub fn new(geometry: &Geometry<f64>) -> Self {
        let (form, bbox) = match flatten(geometry) {
            Flat::Nothing => (Form::Nothing, Bbox::EMPTY),
            Flat::Mixed => (Form::Mixed(geometry.clone()), extent(geometry).unwrap_or(Bbox::EMPTY)),
            Flat::Shape(shape) => {
                let bbox = shape.bbox;
                let bands = Bands::new(&shape);
                let is_rectangle = shape.is_rectangle();
                (Form::Shape { shape, bands, is_rectangle }, bbox)
            }
        };
        Self {
            form,
            bbox,
            crosses_itself: OnceLock::new(),
            comparisons: AtomicU32::new(0),
            cells: OnceLock::new(),
            pieces: OnceLock::new(),
        }
    }

    /// The box around the geometry; [`Bbox::EMPTY`] where it matches nothing.
    pub fn bbox(&self) -> &Bbox {
        &self.bbox
    }

    /// Whether the geometry matches nothing: null, empty, or with coordinates that are not finite.
    pub fn is_empty(&self) -> bool {
        matches!(self.form, Form::Nothing)
    }

    /// Memory held beyond the value itself, in bytes, for a memory budget.
    pub fn heap_bytes(&self) -> usize {
        match &self.form {
            Form::Nothing => 0,
            Form::Shape { shape, bands, .. } => {
                shape.bytes() + bands.as_ref().map_or(0, Bands::bytes) + Cells::bytes_for(shape)
            }
            Form::Mixed(geometry) => geo::CoordsIter::coords_count(geometry) * size_of::<[f64; 2]>(),
        }
    }

    /// Memory that distances take beside that once they are asked for, in bytes.
    pub fn measuring_bytes(&self) -> usize {
        match &self.form {
            Form::Nothing => 0,
            Form::Shape { shape, .. } => Pieces::bytes_for(shape.points.len() + shape.segments.len()),
            Form::Mixed(geometry) => Pieces::bytes_for(geo::CoordsIter::coords_count(geometry)),
        }
    }

    /// Its points and edges, listed when distances are first asked for.
    pub(crate) fn pieces(&self) -> &Pieces {
        self.pieces.get_or_init(|| match &self.form {
            Form::Nothing => Pieces::of_mixed(&self.geometry()),
            Form::Shape { shape, .. } => Pieces::of_shape(shape),
            Form::Mixed(geometry) => Pieces::of_mixed(geometry),
        })
    }

    /// Whether the predicate holds, the prepared geometry being the left one (the subject) or the right one.
    pub fn matches(&self, predicate: Predicate, other: &Geometry<f64>, prepared_is_left: bool) -> bool {
        if let Geometry::Point(point) = other {
            return self.matches_point(predicate, point.x(), point.y(), prepared_is_left);
        }
        // From here on the prepared geometry is the subject.
        let predicate = if prepared_is_left { predicate } else { predicate.invert() };
        let Some(bbox) = extent(other) else { return false };
        if self.is_empty() {
            return false;
        }
        if let Some(answer) = self.answer_from_boxes(predicate, &bbox) {
            return answer;
        }
        match (self.side(), flatten(other)) {
            (Some(side), Flat::Shape(shape)) => {
                evaluate(predicate, side, Side { shape: &shape, bands: None })
            }
            (_, Flat::Nothing) => false,
            _ => self.matches_mixed(predicate, other),
        }
    }

    /// As [`Prepared::matches`] for two prepared geometries; this one is the subject.
    pub fn matches_prepared(&self, predicate: Predicate, right: &Self) -> bool {
        if self.is_empty() || right.is_empty() {
            return false;
        }
        if let Some(answer) = self.answer_from_boxes(predicate, &right.bbox) {
            return answer;
        }
        match (self.side(), right.side()) {
            (Some(left), Some(right)) => evaluate(predicate, left, right),
            _ => self.matches_mixed(predicate, &right.geometry()),
        }
    }

    /// As [`Prepared::matches`] for a point; allocates nothing.
    pub fn matches_point(&self, predicate: Predicate, x: f64, y: f64, prepared_is_left: bool) -> bool {
        // Adding 0 turns -0 into 0, as in shapes.
        let point = [x + 0.0, y + 0.0];
        if self.is_empty() || !point.iter().all(|value| value.is_finite()) {
            return false;
        }
        let predicate = if prepared_is_left { predicate.invert() } else { predicate };
        if let Some(location) = self.location_by_cells(&Bbox::new(x, y, x, y)) {
            return predicate.holds(&point_in_area_matrix(location));
        }
        match self.side() {
            Some(side) => predicate.holds(&relate_point(point, side)),
            None => self.matches_mixed(predicate.invert(), &Geometry::Point((x, y).into())),
        }
    }

    /// The DE-9IM matrix, this geometry being the left one; `None` where either matches nothing.
    pub fn relate(&self, right: &Self) -> Option<Matrix> {
        match (self.side(), right.side()) {
            _ if self.is_empty() || right.is_empty() => None,
            (Some(left), Some(right)) => Some(relate(left, right)),
            _ => relate_mixed(&self.geometry(), &right.geometry()),
        }
    }

    /// Whether the geometry is an area with edges that cross: the commonest way to be invalid. Predicates
    /// with lines and areas are best effort then; points keep the even-odd rule. Found out when first asked.
    pub fn crosses_itself(&self) -> bool {
        *self.crosses_itself.get_or_init(|| self.side().is_some_and(crosses_itself))
    }

    /// As [`Prepared::matches`] for a non-empty geometry of which only the box is known, all coordinates finite;
    /// `None` where that does not settle it.
    pub fn matches_box(&self, predicate: Predicate, bbox: &Bbox, prepared_is_left: bool) -> Option<bool> {
        if self.is_empty() {
            return Some(false);
        }
        self.answer_from_boxes(if prepared_is_left { predicate } else { predicate.invert() }, bbox)
    }

    /// Where everything within a box lies, as far as the cells tell.
    #[inline]
    fn location_by_cells(&self, bbox: &Bbox) -> Option<Location> {
        let cells = match self.cells.get() {
            Some(cells) => cells,
            // Counted only until the cells are there: a counter shared by threads is slow.
            None if self.comparisons.fetch_add(1, Ordering::Relaxed) < COMPARISONS_BEFORE_CELLS => {
                return None;
            }
            None => self.cells.get_or_init(|| self.side().and_then(Cells::new)),
        };
        cells.as_ref()?.location(bbox)
    }

    fn side(&self) -> Option<Side<'_>> {
        match &self.form {
            Form::Shape { shape, bands, .. } => Some(Side { shape, bands: bands.as_ref() }),
            _ => None,
        }
    }

    fn matches_mixed(&self, predicate: Predicate, right: &Geometry<f64>) -> bool {
        relate_mixed(&self.geometry(), right).is_some_and(|matrix| predicate.holds(&matrix))
    }

    pub(crate) fn geometry(&self) -> Cow<'_, Geometry<f64>> {
        match &self.form {
            Form::Nothing => Cow::Owned(MultiPoint::new(Vec::new()).into()),
            Form::Shape { shape, .. } => Cow::Owned(to_geometry(shape)),
            Form::Mixed(geometry) => Cow::Borrowed(geometry),
        }
    }

    /// Answers that need no geometry but the boxes: apart, one too large to be inside, or inside a rectangle.
    fn answer_from_boxes(&self, predicate: Predicate, other: &Bbox) -> Option<bool> {
        if !self.bbox.intersects(other) {
            return Some(predicate == Predicate::Disjoint);
        }
        if (predicate.needs_left_box_inside() && !other.contains(&self.bbox))
            || (predicate.needs_right_box_inside() && !self.bbox.contains(other))
        {
            return Some(false);
        }
        let Form::Shape { is_rectangle: true, .. } = &self.form else {
            return self.location_by_cells(other).map(|location| holds_throughout(predicate, location));
        };
        if is_strictly_inside(other, &self.bbox) {
            return Some(holds_throughout(predicate, Location::Interior));
        }
        match predicate {
            Predicate::Covers => Some(true),
            Predicate::Intersects if self.bbox.contains(other) => Some(true),
            Predicate::Disjoint if self.bbox.contains(other) => Some(false),
            _ => None,
        }
    }
}

/// Whether the predicate holds of an area, the subject, and a geometry that lies wholly in its interior or exterior.
fn holds_throughout(predicate: Predicate, location: Location) -> bool {
    match location {
        Location::Interior => {
            matches!(predicate, Predicate::Contains | Predicate::Covers | Predicate::Intersects)
        }
        _ => predicate == Predicate::Disjoint,
    }
}

fn is_strictly_inside(inner: &Bbox, outer: &Bbox) -> bool {
    outer.min_x < inner.min_x
        && inner.max_x < outer.max_x
        && outer.min_y < inner.min_y
        && inner.max_y < outer.max_y
}

fn evaluate(predicate: Predicate, left: Side<'_>, right: Side<'_>) -> bool {
    match predicate {
        Predicate::Intersects => meets(left, right),
        Predicate::Disjoint => !meets(left, right),
        _ => predicate.holds(&relate(left, right)),
    }
}
