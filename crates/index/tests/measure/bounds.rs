//! Bounds never exceed distances, and are tight in a city.

use geohub_core::Bbox;
use geohub_crs::Metric;
use geohub_index::{lower_bound, reach};

use crate::pairs::lonlat;
use crate::shapes::Rng;

fn corner(place: [f64; 3], size: f64, rng: &mut Rng) -> Bbox {
    let [x, y, spread] = place;
    let (x, y) = (x + rng.unit() * spread, (y + rng.unit() * spread).clamp(-90.0, 90.0));
    let (width, height) = (rng.unit().abs() * size, rng.unit().abs() * size);
    Bbox::new(x, y, x + width, (y + height).min(90.0))
}

fn inside(bbox: &Bbox, rng: &mut Rng) -> [f64; 2] {
    let mut between = |low: f64, high: f64| match rng.below(4) {
        0 => low,
        1 => high,
        _ => low + (high - low) * f64::midpoint(rng.unit(), 1.0),
    };
    [between(bbox.min_x, bbox.max_x), between(bbox.min_y, bbox.max_y)]
}

#[test]
fn no_two_points_are_nearer_than_the_bound_of_their_boxes() {
    let metric = lonlat();
    let places = [
        [-118.2, 34.0, 0.01],
        [-118.2, 34.0, 1.0],
        [179.9, 5.0, 3.0],
        [0.0, 0.0, 40.0],
        [10.0, 89.0, 2.0],
        [-170.0, -70.0, 60.0],
        [0.0, 0.0, 180.0],
        [100.0, 60.0, 0.001],
    ];
    let mut rng = Rng::new(1);
    for place in places {
        for step in 0..20_000 {
            let size = if step % 3 == 0 { 0.0 } else { place[2] / 3.0 };
            let (a, b) = (corner(place, size, &mut rng), corner(place, size, &mut rng));
            let (from, to) = (inside(&a, &mut rng), inside(&b, &mut rng));
            let (bound, distance) = (lower_bound(&metric, &a, &b), metric.distance(from, to));
            assert!(bound <= distance * (1.0 + 1e-12) + 1e-8, "{bound} {distance} {a} {b} {from:?} {to:?}");
            // What is near enough lies in the window.
            let window = reach(&metric, &a, distance);
            let turned = [-720.0, -360.0, 0.0, 360.0, 720.0].iter().any(|turn| {
                let x = to[0] + turn;
                window.intersects(&Bbox::new(x, to[1], x, to[1]))
            });
            assert!(turned, "{to:?} is {distance} m from {from:?} in {a}, beyond {window}");
        }
    }
}

#[test]
fn in_a_city_the_bound_is_within_a_thousandth() {
    let metric = lonlat();
    let mut rng = Rng::new(2);
    for _ in 0..20_000 {
        let (a, b) =
            (corner([-118.2, 34.0, 0.01], 0.0, &mut rng), corner([-118.2, 34.0, 0.01], 0.0, &mut rng));
        let (bound, distance) =
            (lower_bound(&metric, &a, &b), metric.distance([a.min_x, a.min_y], [b.min_x, b.min_y]));
        assert!(bound >= distance * 0.999, "{bound} {distance}");
    }
}

#[test]
fn in_a_plane_the_bound_is_the_distance() {
    let metric = Metric::Planar { metres_per_unit: 0.3048 };
    let (a, b) = (Bbox::new(0.0, 0.0, 1.0, 1.0), Bbox::new(4.0, 5.0, 6.0, 6.0));
    assert!((lower_bound(&metric, &a, &b) - 5.0 * 0.3048).abs() < 1e-9);
    assert!(reach(&metric, &a, 5.0 * 0.3048).intersects(&b) && !reach(&metric, &a, 0.9).intersects(&b));
}
