//! Empty, invalid and mixed geometries: no panic, points in areas defined, nothing matched by nothing.

mod common;

use common::Rng;
use geo_types::Geometry;
use geohub_index::{Predicate, Prepared};
use wkt::TryFromWkt;

fn read(text: &str) -> Geometry<f64> {
    Geometry::try_from_wkt_str(text).expect("the test's WKT is right")
}

fn holds(left: &str, predicate: Predicate, right: &str) -> bool {
    Prepared::new(&read(left)).matches(predicate, &read(right), true)
}

#[test]
fn empty_and_infinite_geometries_match_nothing() {
    let square = Prepared::new(&read("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"));
    let infinite = Geometry::from(geo_types::Line::new((0.0, 0.0), (f64::INFINITY, 1.0)));
    let undefined = Geometry::from(geo_types::point!(x: 1.0, y: f64::NAN));
    let empty = ["MULTIPOINT EMPTY", "LINESTRING EMPTY", "POLYGON EMPTY", "MULTIPOLYGON EMPTY"].map(read);
    for other in empty.into_iter().chain([infinite, undefined]) {
        let prepared = Prepared::new(&other);
        assert!(prepared.is_empty() && prepared.relate(&square).is_none());
        for predicate in Predicate::ALL {
            let ways = [
                square.matches(predicate, &other, true),
                square.matches(predicate, &other, false),
                square.matches_prepared(predicate, &prepared),
                prepared.matches_prepared(predicate, &prepared),
                prepared.matches_point(predicate, 1.0, 1.0, true),
            ];
            assert_eq!(ways, [false; 5], "{predicate} {other:?}");
        }
    }
}

#[test]
fn points_in_invalid_polygons_follow_the_even_odd_rule() {
    let bow_tie = "POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0))";
    assert!(holds(bow_tie, Predicate::Contains, "POINT (1 2)"));
    assert!(!holds(bow_tie, Predicate::Intersects, "POINT (2 1)"));
    assert!(holds(bow_tie, Predicate::Touches, "POINT (2 2)"));
    // A ring within a ring, given as two shells: a union, not a hole; as a hole outside the shell: both filled.
    let nested = "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0)), ((3 3, 6 3, 6 6, 3 6, 3 3)))";
    assert!(holds(nested, Predicate::Contains, "POINT (4 4)"));
    assert!(holds(nested, Predicate::Contains, "POINT (3 4)"));
    let hole_outside = "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0), (5 5, 7 5, 7 7, 5 7, 5 5))";
    assert!(holds(hole_outside, Predicate::Contains, "POINT (6 6)"));
}

#[test]
fn collections_are_compared_as_their_union() {
    let squares =
        "GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0)), POLYGON ((5 5, 7 5, 7 7, 5 7, 5 5)))";
    assert!(holds(squares, Predicate::Covers, "MULTIPOINT (0 0, 6 6)"));
    let mixed = "GEOMETRYCOLLECTION (POINT (9 9), LINESTRING (0 0, 4 4))";
    assert!(holds(mixed, Predicate::Intersects, "POINT (9 9)"));
    assert!(holds(mixed, Predicate::Intersects, "LINESTRING (0 4, 4 0)"));
    assert!(holds("POINT (20 20)", Predicate::Disjoint, mixed));
    assert!(!holds(mixed, Predicate::Within, "POLYGON ((0 0, 5 0, 5 5, 0 5, 0 0))"));
}

/// Anything that a broken file may hold: crossed rings, repeated points, rings of one or two points.
fn broken(rng: &mut Rng) -> String {
    let mut ring = |points: u32| {
        let mut coords: Vec<String> =
            (0..points).map(|_| format!("{} {}", rng.below(4), rng.below(4))).collect();
        coords.push(coords[0].clone());
        format!("({})", coords.join(", "))
    };
    let (a, b, c) = (ring(1), ring(3), ring(7));
    match rng.below(6) {
        0 => format!("POLYGON ({c}, {b})"),
        1 => format!("MULTIPOLYGON (({c}), ({b}, {a}))"),
        2 => format!("MULTIPOLYGON (({a}), ({a}))"),
        3 => format!("MULTILINESTRING ({a}, {c})"),
        4 => format!("LINESTRING {a}"),
        _ => format!("GEOMETRYCOLLECTION (POLYGON ({c}), LINESTRING {b}, POINT (1 1))"),
    }
}

#[test]
fn broken_geometries_do_not_panic_and_answer_the_same_either_way() {
    std::panic::set_hook(Box::new(|_| {}));
    let mut rng = Rng::new(9);
    for _ in 0..4_000 {
        let (left, right) = (read(&broken(&mut rng)), read(&broken(&mut rng)));
        let (left_side, right_side) = (Prepared::new(&left), Prepared::new(&right));
        for predicate in Predicate::ALL {
            let first = left_side.matches(predicate, &right, true);
            let _ = left_side.crosses_itself();
            if !matches!(left, Geometry::GeometryCollection(_))
                && !matches!(right, Geometry::GeometryCollection(_))
            {
                assert_eq!(
                    first,
                    right_side.matches(predicate, &left, false),
                    "{predicate} {left:?} {right:?}"
                );
            }
        }
    }
}

#[test]
fn a_comb_of_tall_edges_takes_little_memory() {
    let teeth = 20_000;
    let ring = (0..teeth).flat_map(|n| [(f64::from(n), 0.0), (f64::from(n) + 0.5, 1000.0)]);
    let comb = geo_types::Polygon::new(ring.collect(), Vec::new());
    let prepared = Prepared::new(&comb.into());
    assert!(prepared.heap_bytes() < 16 << 20, "{}", prepared.heap_bytes());
    assert!(prepared.matches_point(Predicate::Contains, 7.5, 500.0, true));
    assert!(!prepared.matches_point(Predicate::Intersects, 7.0, 500.0, true));
}

#[test]
fn self_crossing_areas_are_told() {
    for (text, crosses) in [
        ("POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0))", true),
        ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", false),
        ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 12 1, 12 2, 1 2, 1 1))", true),
        ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((2 2, 6 2, 6 6, 2 6, 2 2)))", true),
        ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((4 4, 6 4, 6 6, 4 6, 4 4)))", false),
        ("LINESTRING (0 0, 4 4, 4 0, 0 4)", false),
        ("POINT (1 1)", false),
    ] {
        assert_eq!(Prepared::new(&read(text)).crosses_itself(), crosses, "{text}");
    }
}
