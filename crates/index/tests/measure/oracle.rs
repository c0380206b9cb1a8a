//! Distances by brute force: geodesics of the `geo` crate to points sampled along edges, narrowed down around the nearest.
//! Slow and simple: no bounds, no planes, nothing of what is tested.

use geo::algorithm::line_measures::metric_spaces::Geodesic;
use geo::algorithm::{CoordsIter, Distance, Intersects, LinesIter, MapCoords};
use geo_types::{Coord, Geometry, Line, Point};

/// Samples along an edge.
const SAMPLES: usize = 12;
/// Golden sections of the range about the nearest sample: the last is 1e-9 of the edge.
const SECTIONS: usize = 38;

/// How two points are measured.
pub type Measure = fn(Coord<f64>, Coord<f64>) -> f64;

pub fn geodesic(a: Coord<f64>, b: Coord<f64>) -> f64 {
    Geodesic.distance(Point(a), Point(b))
}

/// In a plane of feet.
pub fn feet(a: Coord<f64>, b: Coord<f64>) -> f64 {
    (a.x - b.x).hypot(a.y - b.y) * 0.3048
}

/// The distance between two geometries; `None` where one is empty. Longitudes modulo 360 where `turns` says so.
pub fn distance(a: &Geometry<f64>, b: &Geometry<f64>, measure: Measure, turns: bool) -> Option<f64> {
    let shifts: &[f64] = if turns { &[-360.0, 0.0, 360.0] } else { &[0.0] };
    let meet =
        shifts.iter().any(|shift| a.map_coords(|Coord { x, y }| Coord { x: x + shift, y }).intersects(b));
    if a.coords_count() == 0 || b.coords_count() == 0 {
        return None;
    }
    if meet {
        return Some(0.0);
    }
    let (left, right) = (edges(a), edges(b));
    let mut least = f64::INFINITY;
    for a in &left {
        for b in &right {
            // No way between the two is shorter than that between their starts without both edges.
            let bound = measure(a.start, b.start) - length(*a, measure) - length(*b, measure);
            if bound < least {
                least = least.min(between(*a, *b, measure));
            }
        }
    }
    Some(least)
}

/// More than an edge's length, by its samples.
fn length(edge: Line<f64>, measure: Measure) -> f64 {
    let samples = |sample: usize| at(edge, sample as f64 / SAMPLES as f64);
    1.1 * (0..SAMPLES).map(|sample| measure(samples(sample), samples(sample + 1))).sum::<f64>()
}

/// Edges, and points as edges without length.
fn edges(geometry: &Geometry<f64>) -> Vec<Line<f64>> {
    match geometry {
        Geometry::Point(at) => vec![Line::new(at.0, at.0)],
        Geometry::MultiPoint(points) => points.iter().map(|at| Line::new(at.0, at.0)).collect(),
        Geometry::GeometryCollection(members) => members.iter().flat_map(edges).collect(),
        Geometry::LineString(line) => line.lines_iter().collect(),
        Geometry::MultiLineString(lines) => lines.lines_iter().collect(),
        Geometry::Polygon(polygon) => polygon.lines_iter().collect(),
        Geometry::MultiPolygon(polygons) => polygons.lines_iter().collect(),
        other => panic!("no oracle for {other:?}"),
    }
}

fn at(edge: Line<f64>, part: f64) -> Coord<f64> {
    edge.start + (edge.end - edge.start) * part
}

fn between(a: Line<f64>, b: Line<f64>, measure: Measure) -> f64 {
    if a.start == a.end {
        return to_edge(a.start, b, measure);
    }
    least(&|part| to_edge(at(a, part), b, measure))
}

fn to_edge(from: Coord<f64>, edge: Line<f64>, measure: Measure) -> f64 {
    if edge.start == edge.end {
        return measure(from, edge.start);
    }
    least(&|part| measure(from, at(edge, part)))
}

/// The least value between 0 and 1: of all samples that are least among their neighbours, narrowed down.
fn least(value: &dyn Fn(f64) -> f64) -> f64 {
    let place = |sample: usize| sample as f64 / SAMPLES as f64;
    let samples: Vec<f64> = (0..=SAMPLES).map(|sample| value(place(sample))).collect();
    let mut best = samples.iter().copied().fold(f64::INFINITY, f64::min);
    for sample in 0..=SAMPLES {
        let (low, high) = (sample.saturating_sub(1), (sample + 1).min(SAMPLES));
        if samples[sample] <= samples[low] && samples[sample] <= samples[high] {
            best = best.min(narrowed(place(low), place(high), value));
        }
    }
    best
}

fn narrowed(mut low: f64, mut high: f64, value: &dyn Fn(f64) -> f64) -> f64 {
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let mut best = f64::INFINITY;
    for _ in 0..SECTIONS {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        let (at_left, at_right) = (value(left), value(right));
        best = best.min(at_left).min(at_right);
        if at_left <= at_right {
            high = right;
        } else {
            low = left;
        }
    }
    best
}
