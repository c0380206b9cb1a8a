//! Joins by distance against measuring every pair: that each distance is right is tested where it is measured.

use arrow_array::Float64Array;
use arrow_cast::display::array_value_to_string;
use geo::MapCoords;
use geo_types::Coord;
use geohub_core::Crs;
use geohub_crs::{Distance, Metric};
use geohub_index::Prepared;
use geohub_ops::join::{Aggregate, How, JoinOptions, Nearest, Relation};

use crate::brute::cells;
use crate::layers::{Row, Rows, Shape, rows};
use crate::written::{Output, run};

/// Where the integer grid of the rows is put: the left layer's west, the right layer's west, south, size of a cell.
struct Place {
    crs: Crs,
    left: f64,
    right: f64,
    south: f64,
    cell: f64,
}

fn places() -> Vec<Place> {
    let crs84 = Crs::crs84;
    vec![
        Place { crs: crs84(), left: -118.25, right: -118.25, south: 34.0, cell: 0.001 },
        // The same places under two longitudes.
        Place { crs: crs84(), left: 179.997, right: -180.003, south: -17.0, cell: 0.001 },
        Place { crs: crs84(), left: -180.0, right: 176.0, south: 86.4, cell: 0.4 },
        Place {
            crs: Crs::epsg(2229),
            left: 6_480_000.0,
            right: 6_480_000.0,
            south: 1_840_000.0,
            cell: 360.0,
        },
    ]
}

fn placed(rows: &[Row], west: f64, place: &Place) -> Vec<Row> {
    let at = |Coord { x, y }: Coord<f64>| Coord { x: west + x * place.cell, y: place.south + y * place.cell };
    let moved = |row: &Row| match row.geometry() {
        Some(geometry) => Row { shape: Shape::Given(geometry.map_coords(at)), ..row.clone() },
        None => row.clone(),
    };
    rows.iter().map(moved).collect()
}

/// Right rows with their distance, for each left row.
type Matches = Vec<Vec<(usize, f64)>>;

fn matches(left: &[Row], right: &[Row], metric: &Metric, relation: Relation) -> Matches {
    let prepared = |row: &Row| row.geometry().map(Prepared::new);
    let right: Vec<_> = right.iter().map(prepared).collect();
    let of = |row: &Row| {
        let left = prepared(row);
        let measured = right.iter().enumerate().filter_map(|(number, right)| {
            let distance = left.as_ref()?.distance(metric, right.as_ref()?, f64::INFINITY)?;
            Some((number, distance))
        });
        chosen(measured.collect(), relation)
    };
    left.iter().map(of).collect()
}

fn chosen(mut all: Vec<(usize, f64)>, relation: Relation) -> Vec<(usize, f64)> {
    let Relation::Nearest(nearest) = relation else {
        let Relation::Within(limit) = relation else { panic!("{relation:?}") };
        all.retain(|(_, distance)| *distance <= limit.metres());
        return all;
    };
    if let Some(limit) = nearest.limit {
        all.retain(|(_, distance)| *distance <= limit.metres());
    }
    all.sort_by(|a, b| a.1.total_cmp(&b.1));
    let last = all.get(nearest.count - 1).map_or(f64::INFINITY, |last| last.1);
    let kept =
        if nearest.ties { all.partition_point(|(_, distance)| *distance <= last) } else { nearest.count };
    all.truncate(kept);
    all
}

fn expected(left: &[Row], right: &[Row], matches: &Matches, how: How) -> Vec<Vec<String>> {
    let (left_cells, right_cells) = (cells(left), cells(right));
    let mut rows = Vec::new();
    for (row, found) in matches.iter().enumerate() {
        let pair = |(right, distance): &(usize, f64)| {
            let distance = array_value_to_string(&Float64Array::from(vec![*distance]), 0).unwrap();
            [&left_cells[row], &right_cells[*right][1..], &[distance]].concat()
        };
        match how {
            How::Semi if !found.is_empty() => rows.push(left_cells[row].clone()),
            How::Anti if found.is_empty() => rows.push(left_cells[row].clone()),
            How::Left if found.is_empty() => {
                rows.push([left_cells[row].clone(), vec![String::new(); 4]].concat());
            }
            How::Left | How::Inner => rows.extend(found.iter().map(pair)),
            _ => {}
        }
    }
    rows
}

fn joined(
    place: &Place,
    left: &[Row],
    right: &[Row],
    options: &JoinOptions,
    way: (usize, usize, usize),
) -> Output {
    let (jobs, left_rows, right_rows) = way;
    let crs = |layer: &mut geohub_core::Layer| layer.crs = place.crs.clone();
    let left = Rows::new("left", left, left_rows).with_layer(crs);
    let right = Rows::new("right", right, right_rows).with_layer(crs);
    run(left, right, options, jobs).unwrap().0
}

const WAYS: [(usize, usize, usize); 3] = [(1, 1000, 1000), (3, 7, 11), (2, 50, 1)];

fn check(place: &Place, left: &[Row], right: &[Row], relation: Relation) {
    let metric = Metric::of(&place.crs).unwrap();
    let matches = matches(left, right, &metric, relation);
    for how in [How::Left, How::Inner, How::Semi, How::Anti] {
        let mut options = JoinOptions::new(relation);
        options.how = how;
        if !how.filters() {
            options.distance_field = Some("distance_m".to_owned());
        }
        let expected = expected(left, right, &matches, how);
        for way in WAYS {
            let found = joined(place, left, right, &options, way);
            assert_eq!(found.rows, expected, "{relation:?} {how} {way:?}");
            assert_eq!(found.columns.last().unwrap() == "distance_m", !how.filters());
        }
    }
    let mut options = JoinOptions::new(relation);
    options.aggregates = Aggregate::parse_list("n=count()").unwrap();
    for way in WAYS {
        let counts = joined(place, left, right, &options, way).rows;
        let counts: Vec<&str> = counts.iter().map(|row| row.last().unwrap().as_str()).collect();
        let expected: Vec<String> = matches.iter().map(|found| found.len().to_string()).collect();
        assert_eq!(counts, expected, "{relation:?} {way:?}");
    }
}

#[test]
fn every_join_by_distance_agrees_with_measuring_every_pair() {
    let (small, large) = (rows(11, 40), rows(12, 130));
    for place in places() {
        let metric = Metric::of(&place.crs).unwrap();
        // So long that a step of the grid is the limit for some, and none or more are within.
        let step = metric.distance([place.left, place.south], [place.left, place.south + place.cell]);
        let limits = [0.0, 0.5, 1.0, 1.7].map(|steps| Distance::from_metres(step * steps).unwrap());
        for (left, right) in [(&small, &large), (&large, &small), (&small, &Vec::new())] {
            let (left, right) = (placed(left, place.left, &place), placed(right, place.right, &place));
            for limit in limits {
                check(&place, &left, &right, Relation::Within(limit));
            }
            for (count, limit, ties) in
                [(1, None, false), (1, None, true), (3, Some(limits[2]), false), (4, Some(limits[3]), true)]
            {
                check(&place, &left, &right, Relation::Nearest(Nearest { count, limit, ties }));
            }
        }
    }
}
