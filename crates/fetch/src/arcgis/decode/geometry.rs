//! Esri geometries into the geometry column.

use geohub_core::{GeometryBuilder, GeometryKind};
use serde::Deserialize;
use serde_json::Value;

use super::curves::{push_curve_paths, push_curve_rings};
use super::rings::{Ring, polygons};
use crate::position::{Ordinate, Position};

/// A geometry of any type, told apart by its members.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Shape {
    x: Ordinate,
    y: Ordinate,
    z: Ordinate,
    m: Ordinate,
    points: Option<Vec<Position>>,
    paths: Option<Vec<Vec<Position>>>,
    rings: Option<Vec<Vec<Position>>>,
    #[serde(rename = "hasZ")]
    has_z: Option<bool>,
    #[serde(rename = "hasM")]
    has_m: Option<bool>,
    #[serde(rename = "curveRings")]
    curve_rings: Option<Vec<Vec<Value>>>,
    #[serde(rename = "curvePaths")]
    curve_paths: Option<Vec<Vec<Value>>>,
}

/// What the third and fourth number of a vertex are, by the layer and the page.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::arcgis) struct Ordinates {
    pub(in crate::arcgis) z: bool,
    pub(in crate::arcgis) m: bool,
}

impl Ordinates {
    pub(in crate::arcgis) fn of(self, position: &Position) -> (Option<f64>, Option<f64>) {
        let value = |at: u8| (at < position.len).then(|| position.values[usize::from(at)]);
        let known = |value: Option<f64>| value.filter(|value| !value.is_nan());
        match (self.z, self.m) {
            (false, false) => (None, None),
            (true, false) => (known(value(2)), None),
            (false, true) => (None, known(value(2))),
            (true, true) => (known(value(2)), known(value(3))),
        }
    }
}

/// Adds a geometry; one without coordinates is null. The error says what cannot be read.
pub(super) fn push(json: &str, declared: Ordinates, builder: &mut GeometryBuilder) -> Result<(), String> {
    let shape: Shape = serde_json::from_str(json).map_err(|error| format!("its geometry: {error}"))?;
    let ordinates = Ordinates { z: shape.has_z.unwrap_or(declared.z), m: shape.has_m.unwrap_or(declared.m) };
    if let Some(rings) = shape.curve_rings {
        return push_curve_rings(&rings, ordinates, builder);
    }
    if let Some(paths) = shape.curve_paths {
        return push_curve_paths(&paths, ordinates, builder);
    }
    if let Some(rings) = shape.rings {
        push_polygons(rings.iter().map(Vec::as_slice), ordinates, builder);
    } else if let Some(paths) = shape.paths {
        push_paths(paths.iter().map(Vec::as_slice), ordinates, builder);
    } else if let Some(points) = shape.points {
        push_points(&points, ordinates, builder);
    } else if let (Some(x), Some(y)) = (shape.x.0, shape.y.0) {
        builder.coordinate_zm(x, y, shape.z.0, shape.m.0);
        builder.end_ring();
        builder.end_part();
        builder.finish_row(GeometryKind::Point);
    } else {
        builder.push_null();
    }
    Ok(())
}

fn push_vertices<'a>(
    vertices: impl Iterator<Item = &'a Position>,
    ordinates: Ordinates,
    builder: &mut GeometryBuilder,
) {
    if ordinates.z || ordinates.m {
        for vertex in vertices {
            let (z, m) = ordinates.of(vertex);
            builder.coordinate_zm(vertex.x(), vertex.y(), z, m);
        }
    } else {
        for vertex in vertices {
            builder.coordinate(vertex.x(), vertex.y());
        }
    }
    builder.end_ring();
}

fn has_xy(vertex: &Position) -> bool {
    !vertex.x().is_nan() && !vertex.y().is_nan()
}

/// Adds points, null when there are none.
pub(in crate::arcgis) fn push_points(
    points: &[Position],
    ordinates: Ordinates,
    builder: &mut GeometryBuilder,
) {
    if !points.iter().any(has_xy) {
        return builder.push_null();
    }
    push_vertices(points.iter().filter(|point| has_xy(point)), ordinates, builder);
    builder.end_part();
    builder.finish_row(GeometryKind::MultiPoint);
}

/// Adds lines; a single vertex is none.
pub(in crate::arcgis) fn push_paths<'a>(
    paths: impl Iterator<Item = &'a [Position]>,
    ordinates: Ordinates,
    builder: &mut GeometryBuilder,
) {
    let mut lines = 0;
    for path in paths.filter(|path| path.len() > 1 && path.iter().all(has_xy)) {
        push_vertices(path.iter(), ordinates, builder);
        lines += 1;
    }
    if lines == 0 {
        return builder.push_null();
    }
    builder.end_part();
    builder.finish_row(if lines == 1 { GeometryKind::LineString } else { GeometryKind::MultiLineString });
}

/// Adds the polygons that rings make.
pub(in crate::arcgis) fn push_polygons<'a>(
    rings: impl Iterator<Item = &'a [Position]>,
    ordinates: Ordinates,
    builder: &mut GeometryBuilder,
) {
    let rings = rings.filter(|ring| ring.iter().all(has_xy)).filter_map(Ring::new);
    let polygons = polygons(rings.collect());
    if polygons.is_empty() {
        return builder.push_null();
    }
    for polygon in &polygons {
        for ring in polygon {
            push_ring(ring, ordinates, builder);
        }
        builder.end_part();
    }
    builder.finish_row(if polygons.len() == 1 { GeometryKind::Polygon } else { GeometryKind::MultiPolygon });
}

fn push_ring(ring: &Ring<'_>, ordinates: Ordinates, builder: &mut GeometryBuilder) {
    if ring.backwards() {
        push_vertices(ring.closing().chain(ring.vertices().iter().rev()), ordinates, builder);
    } else {
        push_vertices(ring.vertices().iter().chain(ring.closing()), ordinates, builder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str, z: bool, m: bool) -> geohub_core::GeometryColumn {
        let mut builder = GeometryBuilder::default();
        push(json, Ordinates { z, m }, &mut builder).unwrap();
        builder.finish()
    }

    #[test]
    fn points_at_zero_are_points_and_nan_is_null() {
        assert_eq!(read(r#"{"x":0,"y":0}"#, false, false).row(0).xy(), [0.0, 0.0]);
        for empty in
            [r#"{"x":"NaN","y":"NaN"}"#, r#"{"x":null,"y":1}"#, "{}", r#"{"rings":[]}"#, r#"{"paths":[]}"#]
        {
            assert!(read(empty, false, false).row(0).is_null(), "{empty}");
        }
    }

    #[test]
    fn the_third_number_is_what_the_layer_says() {
        let line = r#"{"paths":[[[1,2,3],[4,5,6]]]}"#;
        let column = read(line, true, false);
        assert_eq!((column.row(0).z(), column.row(0).m()), (Some(&[3.0, 6.0][..]), None));
        let column = read(line, false, true);
        assert_eq!((column.row(0).z(), column.row(0).m()), (None, Some(&[3.0, 6.0][..])));
        let column = read(r#"{"hasZ":true,"hasM":true,"points":[[1,2,3,4]]}"#, false, false);
        assert_eq!((column.row(0).kind(), column.row(0).m()), (GeometryKind::MultiPoint, Some(&[4.0][..])));
        assert_eq!(read(r#"{"paths":[[[1,2],[4,5]]]}"#, true, false).row(0).z(), None);
    }
}
