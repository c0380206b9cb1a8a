//! The ways round a full comparison give the answers of the full comparison: cells over large areas, small areas as
//! they lie in a column.

mod common;

use common::Rng;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon, point, polygon};
use geohub_core::{Bbox, GeometryBuilder};
use geohub_index::{Predicate, Prepared, matches_point};

/// A ring around a centre with a border that goes in and out, on an integer grid where `rounded`.
fn ring(rng: &mut Rng, centre: [f64; 2], radius: f64, points: usize, rounded: bool) -> LineString<f64> {
    let coords = (0..points).map(|at| {
        let angle = at as f64 / points as f64 * std::f64::consts::TAU;
        let length = radius * (0.5 + f64::from(rng.below(1000)) / 2000.0);
        let (x, y) = (centre[0] + length * angle.cos(), centre[1] + length * angle.sin());
        if rounded { Coord { x: x.round(), y: y.round() } } else { Coord { x, y } }
    });
    let mut coords: Vec<_> = coords.collect();
    coords.push(coords[0]);
    LineString(coords)
}

/// One or two polygons, one with a hole; the rounded ones cross themselves now and then.
fn area(rng: &mut Rng, points: usize) -> Geometry<f64> {
    let rounded = rng.below(2) == 0;
    let shell = ring(rng, [50.0, 50.0], 50.0, points, rounded);
    let hole = ring(rng, [50.0, 50.0], 20.0, points / 2, rounded);
    let other = ring(rng, [130.0, 60.0], 30.0, points, rounded);
    let first = Polygon::new(shell, vec![hole]);
    if rng.below(2) == 0 {
        first.into()
    } else {
        MultiPolygon(vec![first, Polygon::new(other, vec![])]).into()
    }
}

fn small(rng: &mut Rng) -> Geometry<f64> {
    let (x, y) = (f64::from(rng.below(170)) - 5.0, f64::from(rng.below(110)) - 5.0);
    let (w, h) = (f64::from(rng.below(6)), f64::from(rng.below(6)));
    match rng.below(4) {
        0 => point!(x: x, y: y).into(),
        1 => LineString(vec![Coord { x, y }, Coord { x: x + w, y: y + h + 1.0 }]).into(),
        2 => polygon![(x: x, y: y), (x: x + w + 1.0, y: y), (x: x + w, y: y + h + 1.0)].into(),
        _ => polygon![(x: x, y: y), (x: x + w + 0.1, y: y), (x: x + w, y: y + h + 0.1), (x: x, y: y + h)]
            .into(),
    }
}

#[test]
fn an_area_that_is_asked_often_answers_as_one_asked_once() {
    let mut rng = Rng::new(7);
    let mut inside = 0;
    for _ in 0..25 {
        let points = 40 + rng.below(400) as usize;
        let area = area(&mut rng, points);
        let often = Prepared::new(&area);
        for _ in 0..200 {
            let other = small(&mut rng);
            for predicate in Predicate::ALL {
                for left in [true, false] {
                    let once = Prepared::new(&area).matches(predicate, &other, left);
                    assert_eq!(
                        often.matches(predicate, &other, left),
                        once,
                        "{predicate} {left} {other:?} {area:?}"
                    );
                    let bbox = *Prepared::new(&other).bbox();
                    if let Some(answer) = often.matches_box(predicate, &bbox, left) {
                        assert_eq!(answer, once, "{predicate} {left} {other:?} {area:?}");
                        inside += usize::from(predicate == Predicate::Contains && answer);
                    }
                }
            }
        }
    }
    assert!(inside > 200, "the cells settled only {inside}");
}

#[test]
fn long_edges_and_flat_areas_keep_their_border() {
    // A comb with teeth as high as the area, and the same lying down and very flat.
    for (sx, sy) in [(1.0, 1.0), (1e-3, 1.0), (1.0, 1e-6)] {
        let mut coords: Vec<Coord<f64>> = (0..60)
            .flat_map(|tooth| {
                [(tooth, 0), (tooth, 90), (tooth, 0)].map(|(x, y)| (f64::from(x), f64::from(y)))
            })
            .enumerate()
            .map(|(at, (x, y))| Coord { x: (x + f64::from(at as u32 % 3) * 0.3) * sx, y: y * sy })
            .collect();
        coords.push(Coord { x: 30.0 * sx, y: -20.0 * sy });
        let area: Geometry<f64> = Polygon::new(LineString(coords), vec![]).into();
        let often = Prepared::new(&area);
        for x in 0..240 {
            for y in -21..92 {
                let (x, y) = (f64::from(x) * 0.25 * sx, f64::from(y) * sy);
                let once = Prepared::new(&area).matches_point(Predicate::Within, x, y, false);
                assert_eq!(often.matches_point(Predicate::Within, x, y, false), once, "{x} {y}");
            }
        }
    }
}

#[test]
fn small_areas_in_a_column_answer_as_prepared_ones() {
    let mut rng = Rng::new(11);
    for _ in 0..300 {
        let points = 3 + rng.below(12) as usize;
        let area = area(&mut rng, points);
        let mut builder = GeometryBuilder::default();
        builder.push_geo(&area).unwrap();
        let column = builder.finish();
        let prepared = Prepared::new(&area);
        for _ in 0..60 {
            let (x, y) = (f64::from(rng.below(170)) - 5.0, f64::from(rng.below(110)) - 5.0);
            for predicate in Predicate::ALL {
                for left in [true, false] {
                    let answer = matches_point(predicate, column.row(0), x, y, left);
                    assert_eq!(
                        answer,
                        Some(prepared.matches_point(predicate, x, y, left)),
                        "{predicate} {x} {y}"
                    );
                }
            }
        }
    }
}

#[test]
fn rows_that_are_no_plain_areas_are_left_to_be_prepared() {
    let nan = polygon![(x: 0.0, y: 0.0), (x: f64::NAN, y: 4.0), (x: 4.0, y: 0.0)];
    let flat = polygon![(x: 1.0, y: 1.0), (x: 1.0, y: 1.0), (x: 1.0, y: 1.0)];
    for odd in [Geometry::from(nan), flat.into(), point!(x: 1.0, y: 1.0).into()] {
        let mut builder = GeometryBuilder::default();
        builder.push_geo(&odd).unwrap();
        let column = builder.finish();
        assert_eq!(matches_point(Predicate::Within, column.row(0), 1.0, 1.0, false), None);
    }
}

#[test]
fn an_empty_box_is_in_no_window() {
    assert!(geohub_index::SpatialIndex::build([Bbox::EMPTY; 40]).extent().is_empty());
}
