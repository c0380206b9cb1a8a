//! Joins that are refused, and why.

use geohub_core::{Crs, Error, Layer};
use geohub_index::Predicate;
use geohub_ops::join::{Aggregate, JoinOptions, Many};

use crate::layers::{Row, Rows, Shape, rows};
use crate::written::run;

fn refused(options: &JoinOptions, change_right: impl FnOnce(&mut Layer)) -> Error {
    let rows = rows(1, 12);
    let right = Rows::new("right", &rows, 5).with_layer(change_right);
    run(Rows::new("left", &rows, 5), right, options, 2).unwrap_err()
}

#[test]
fn crs_without_a_way_between_them_are_refused_and_named() {
    let options = JoinOptions::new(Predicate::Intersects);
    for (crs, named) in [(Crs::unknown(), "unknown CRS"), (Crs::epsg(4267), "NAD27")] {
        let error = refused(&options, |layer| layer.crs = crs);
        assert!(matches!(error, Error::CrsMismatch(_)));
        assert!(error.to_string().contains(named), "{error}");
    }
    let rows = rows(1, 4);
    let right = Rows::new("right", &rows, 5).with_layer(|layer| layer.crs = Crs::epsg(4326));
    assert!(run(Rows::new("left", &rows, 5), right, &options, 2).is_ok());
}

#[test]
fn unknown_columns_and_taken_names_are_refused() {
    let mut options = JoinOptions::new(Predicate::Intersects);
    options.right_fields = Some(vec!["amuont".to_owned()]);
    assert!(refused(&options, |_| {}).to_string().contains("right layer has no column"));
    options.right_fields = None;
    options.left_fields = Some(vec!["nam".to_owned()]);
    assert!(refused(&options, |_| {}).to_string().contains("left layer has no column"));
    options.left_fields = None;
    for (list, expected) in [
        ("Name=count()", "name of another column"),
        ("n=count(),N=count()", "name of another column"),
        ("s=sum(zip)", "no column"),
        ("s=sum(name)", "does not work on name"),
    ] {
        options.aggregates = Aggregate::parse_list(list).unwrap();
        let error = refused(&options, |_| {});
        assert!(error.to_string().contains(expected), "{list}: {error}");
    }
}

#[test]
fn several_matches_are_an_error_where_asked() {
    let point = |name: &str| Row {
        shape: Shape::Given(geo_types::Point::new(1.0, 1.0).into()),
        name: name.to_owned(),
        amount: None,
        value: None,
    };
    let mut options = JoinOptions::new(Predicate::Equals);
    options.many = Some(Many::Error);
    let left = [point("a")];
    let one = run(Rows::new("left", &left, 9), Rows::new("right", &left, 9), &options, 1).unwrap();
    assert_eq!(one.0.rows.len(), 1);
    let two = [point("x"), point("y")];
    let error = run(Rows::new("left", &left, 9), Rows::new("right", &two, 9), &options, 1).unwrap_err();
    assert_eq!(error.to_string(), "left: the left feature with name a matches 2 right features: rows 1, 2");
}

#[test]
fn self_crossing_polygons_are_counted_on_either_side() {
    let ring = |points: &[(f64, f64)]| geo_types::Polygon::new(points.iter().copied().collect(), Vec::new());
    let row = |polygon: geo_types::Polygon<f64>| Row {
        shape: Shape::Given(polygon.into()),
        name: "p".to_owned(),
        amount: None,
        value: None,
    };
    let crossing = [row(ring(&[(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)]))];
    let square = ring(&[(0.0, 0.0), (3.0, 0.0), (3.0, 3.0), (0.0, 3.0)]);
    let plain = [row(square.clone()), row(square)];
    let mut options = JoinOptions::new(Predicate::Intersects);
    for aggregates in ["", "n=count()"] {
        options.aggregates =
            if aggregates.is_empty() { Vec::new() } else { Aggregate::parse_list(aggregates).unwrap() };
        let one = run(Rows::new("left", &crossing, 9), Rows::new("right", &plain, 9), &options, 1).unwrap().1;
        let other =
            run(Rows::new("left", &plain, 9), Rows::new("right", &crossing, 9), &options, 1).unwrap().1;
        assert_eq!((one.left_crossing, one.right_crossing), (1, 0), "{aggregates}");
        assert_eq!((other.left_crossing, other.right_crossing), (0, 1), "{aggregates}");
    }
}
