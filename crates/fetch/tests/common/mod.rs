//! What the wire tests share: a table of mixed polygons, quick settings, and reading everything back.

#![allow(dead_code, reason = "every test binary uses its own part of this")]

pub mod answers;
pub mod message;
pub mod recorded;
pub mod replay;
pub mod tamper;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use geohub_core::{Batch, Context, Reader, Result, Sink};
use geohub_fetch::{FetchError, Fetched, Query, Reference, Settings, fetch, no_progress};
use geohub_testkit::table::Table;

/// So many polygons around Los Angeles: a hole in every 7th, two parts in every 11th, no geometry in every 10th.
pub fn parcels(rows: usize) -> Table {
    let feature = |row: usize| {
        let (x, y) = (-118.5 + (row % 100) as f64 * 0.01, 33.9 + (row / 100) as f64 * 0.01);
        let square = |x: f64, y: f64, side: f64| {
            format!("[[{x},{y}],[{},{y}],[{},{}],[{x},{}],[{x},{y}]]", x + side, x + side, y + side, y + side)
        };
        let hole = if row.is_multiple_of(7) {
            format!(",{}", square(x + 0.001, y + 0.001, 0.001))
        } else {
            String::new()
        };
        let shell = square(x, y, 0.004);
        let geometry = if row % 10 == 9 {
            "null".to_owned()
        } else if row.is_multiple_of(11) {
            let other = square(x + 0.005, y, 0.002);
            format!(r#"{{"type":"MultiPolygon","coordinates":[[{shell}{hole}],[{other}]]}}"#)
        } else {
            format!(r#"{{"type":"Polygon","coordinates":[[{}]{hole}]}}"#, &shell[1..shell.len() - 1])
        };
        let zip = format!("{:05}", 90_000 + row % 7);
        format!(
            r#"{{"type":"Feature","geometry":{geometry},"properties":{{"apn":{row},"zip":"{zip}x","area":{}.5}}}}"#,
            row * 3
        )
    };
    let features: Vec<String> = (0..rows).map(feature).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    Table::from_geojson(&text).unwrap()
}

/// Quick repetitions, so that faults do not take minutes.
pub fn settings(folder: &Path) -> Settings {
    Settings {
        spacing: Duration::ZERO,
        first_pause: Duration::from_millis(5),
        longest_pause: Duration::from_millis(50),
        ..Settings::new(folder.join("out.geohub-partial"))
    }
}

/// The same, and what came outlasts a run that fails.
pub fn keeping(folder: &Path) -> Settings {
    Settings { keep_journal: true, ..settings(folder) }
}

/// Fetches with settings and gives the notes too.
pub fn get_with(
    reference: &str,
    query: &Query,
    settings: &Settings,
) -> (Result<Fetched, FetchError>, Vec<String>) {
    let (context, notes) = noting();
    let reference = Reference::parse(reference).unwrap();
    let fetched = fetch(&reference, query, settings, &context, no_progress());
    let notes = notes.lock().unwrap().clone();
    (fetched, notes)
}

/// A context that keeps its notes.
pub fn noting() -> (Context, Arc<Mutex<Vec<String>>>) {
    let notes: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&notes);
    let reporter = Arc::new(move |_, note: &str| kept.lock().unwrap().push(note.to_owned()));
    (Context::new(1).with_reporter(reporter), notes)
}

/// Fetches with quick settings.
pub fn get(reference: &str, query: &Query) -> Result<Fetched, FetchError> {
    let folder = tempfile::tempdir().unwrap();
    let reference = Reference::parse(reference)?;
    fetch(&reference, query, &settings(folder.path()), &Context::new(1), no_progress())
}

/// Everything in one batch.
pub fn read_all(mut reader: Box<dyn Reader>) -> Result<Batch> {
    struct Keep(Vec<Batch>);
    impl Sink for Keep {
        fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
            self.0.push(batch);
            Ok(ControlFlow::Continue(()))
        }
    }
    let mut kept = Keep(Vec::new());
    while let Some(chunk) = reader.next_chunk()? {
        chunk.decode(&mut kept)?;
    }
    Batch::concat(&reader.layer().schema.clone(), &kept.0)
}
