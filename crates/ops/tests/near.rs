//! The rows nearest to a place, against measuring every row, at any jobs and chunk size.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

#[expect(dead_code, reason = "shared with the tests of joins")]
#[path = "join/layers.rs"]
mod layers;
#[expect(dead_code, unused_imports, reason = "shared with the tests of the index")]
#[path = "../../index/tests/oracle/mod.rs"]
mod oracle;

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use geo_types::{Geometry, LineString, Point};
use geohub_core::{Batch, Budget, Collector, Context, Crs, Error, Plan, Reader, Result, Sink, collect};
use geohub_crs::{Distance, Metric};
use geohub_index::Prepared;
use geohub_ops::near::{Near, Place, PlaceCrs, nearest};

use crate::layers::{Row, Rows, rows};

const LIMIT_M: f64 = 250_000.0;

fn places() -> Vec<Geometry<f64>> {
    vec![Point::new(2.0, 3.0).into(), LineString::from(vec![(5.0, 5.5), (6.5, 5.5)]).into()]
}

fn near(places: &[Geometry<f64>], limit: Option<f64>) -> Near {
    let mut place = Place::new(PlaceCrs::Crs(Crs::crs84()));
    for geometry in places {
        place.add(geometry.clone());
    }
    Near { place, limit: limit.and_then(Distance::from_metres), distance_field: None }
}

/// Names and distances of the rows a reader brings.
#[derive(Clone, Default)]
struct Found(Arc<Mutex<Vec<(String, f64)>>>);

impl Found {
    fn rows(&self) -> Vec<(String, f64)> {
        self.0.lock().unwrap().clone()
    }
}

impl Sink for Found {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        use arrow_array::cast::AsArray;
        let columns = batch.attributes.columns();
        let names = columns[0].as_string::<i32>();
        let distances = columns[columns.len() - 1].as_primitive::<arrow_array::types::Float64Type>();
        let rows = (0..batch.rows()).map(|row| (names.value(row).to_owned(), distances.value(row)));
        self.0.lock().unwrap().extend(rows);
        Ok(ControlFlow::Continue(()))
    }
}

impl Collector for Found {
    type Part = Self;

    fn part(&self) -> Self {
        self.clone()
    }

    fn merge(&mut self, _: Self) -> Result<()> {
        Ok(())
    }
}

fn read(reader: Box<dyn Reader>) -> Vec<(String, f64)> {
    let found = Found::default();
    collect(Plan::all(reader), &mut |_| Ok(found.clone()), &Context::new(1)).unwrap();
    found.rows()
}

fn expected(rows: &[Row], places: &[Geometry<f64>], limit: f64, count: usize) -> Vec<(String, f64)> {
    let metric = Metric::of(&Crs::crs84()).unwrap();
    let places: Vec<Prepared> = places.iter().map(Prepared::new).collect();
    let measured = |row: &Row| {
        let prepared = Prepared::new(row.geometry()?);
        let distances = places.iter().filter_map(|place| prepared.distance(&metric, place, limit));
        distances.reduce(f64::min).map(|distance| (row.name.clone(), distance))
    };
    let mut all: Vec<_> = rows.iter().filter_map(measured).collect();
    all.sort_by(|a, b| a.1.total_cmp(&b.1));
    all.truncate(count);
    all
}

#[test]
fn the_nearest_rows_come_by_distance_and_of_equals_the_first() {
    let rows = rows(21, 400);
    for places in [&places()[..1], &places()] {
        for limit in [None, Some(LIMIT_M)] {
            for count in [1, 5, 60, 1_000] {
                let expected = expected(&rows, places, limit.unwrap_or(f64::INFINITY), count);
                for (jobs, chunk_rows) in [(1, 1_000), (3, 7), (2, 50)] {
                    let plan = Plan::all(Rows::new("rows", &rows, chunk_rows));
                    let found = nearest(plan, &near(places, limit), count, &Context::new(jobs)).unwrap();
                    assert_eq!(read(found), expected, "{limit:?} {count} {jobs} {chunk_rows}");
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_measured_or_held_is_refused() {
    let rows = rows(22, 400);
    let asked = |near: &Near, crs: Crs, context: &Context| {
        let reader = Rows::new("rows", &rows, 50).with_layer(|layer| layer.crs = crs);
        nearest(Plan::all(reader), near, 300, context).err()
    };
    let context = Context::new(2);
    let point = near(&places(), None);
    assert!(matches!(asked(&point, Crs::unknown(), &context), Some(Error::CrsMismatch(_))));
    assert!(matches!(asked(&near(&[], None), Crs::crs84(), &context), Some(Error::Request { .. })));
    assert!(Place::point(-118.0, 95.0, PlaceCrs::Crs(Crs::crs84())).is_err());
    assert!(Place::point(-118.0, 95.0, PlaceCrs::Layer).is_ok());
    let mut small = Context::new(2);
    small.budget = Budget::new(1 << 10);
    assert!(matches!(asked(&point, Crs::crs84(), &small), Some(Error::Memory { .. })));
}
