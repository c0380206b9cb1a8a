//! The rows the portals serve, and which of them there are after an edit.

use geohub_testkit::net::Edit;
use geohub_testkit::table::Table;
use serde_json::{Value, json};

/// Rows of the layer.
pub const ROWS: usize = 600;

/// The text of one row that no other row holds.
pub fn mark(row: usize) -> String {
    format!("lot {row:04}")
}

fn square(x: f64, y: f64, side: f64) -> Value {
    json!([[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]])
}

/// A hole in every 7th, two parts in every 11th, none at all in every 10th.
pub fn geometry(row: usize) -> Value {
    let (x, y) = (-118.5 + (row % 100) as f64 * 0.01, 33.9 + (row / 100) as f64 * 0.01);
    let mut rings = vec![square(x, y, 0.004)];
    if row.is_multiple_of(7) {
        let mut hole = square(x + 0.001, y + 0.001, 0.001);
        hole.as_array_mut().unwrap().reverse();
        rings.push(hole);
    }
    match row {
        _ if row % 10 == 9 => Value::Null,
        _ if row.is_multiple_of(11) => {
            json!({"type": "MultiPolygon", "coordinates": [rings, [square(x + 0.005, y, 0.002)]]})
        }
        _ => json!({"type": "Polygon", "coordinates": rings}),
    }
}

/// Integers, fractions, leading zeros, letters beyond ASCII, nothing.
pub fn properties(row: usize) -> Value {
    let note = if row.is_multiple_of(3) { Value::Null } else { json!("Cañada \"Nº 5\", ☕") };
    json!({
        "apn": 2_004_001_000_u64 + row as u64, "zip": format!("{:05}", 901 + row % 7), "area": row as f64 * 3.0 + 0.5,
        "lot": mark(row), "note": note,
    })
}

/// The rows as a table.
pub fn table() -> Table {
    let feature = |row| json!({"type": "Feature", "geometry": geometry(row), "properties": properties(row)});
    let features: Vec<Value> = (0..ROWS).map(feature).collect();
    Table::from_geojson(&json!({"type": "FeatureCollection", "features": features}).to_string()).unwrap()
}

/// Which rows a portal holds: the id that each is shown under, if it is shown, and its place in the table.
#[derive(Clone, Debug)]
pub struct State(pub Vec<(Option<i64>, usize)>);

impl State {
    /// What the portal's own rules make of an edit.
    pub fn edit(&mut self, edit: &Edit) {
        let next = self.0.last().and_then(|(id, _)| *id).map(|last| last + 1);
        match edit {
            Edit::Insert => self.0.push((next, self.0[0].1)),
            Edit::DeleteAt { position } => {
                self.0.remove(*position);
            }
            Edit::ReplaceAll => {
                for (at, (id, _)) in self.0.iter_mut().enumerate() {
                    *id = next.map(|next| next + at as i64);
                }
            }
            other => panic!("no rule for {other:?}"),
        }
    }
}
