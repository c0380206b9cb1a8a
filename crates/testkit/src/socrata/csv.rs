//! SODA CSV: field names, every cell quoted, geometry as WKT, empty for null.

use super::query::Rows;
use super::select::Output;
use crate::table::{Kind, Value, format_floating};

fn cell(value: &Value, kind: Kind) -> String {
    match value {
        Value::Shape(shape) if kind == Kind::Location => {
            let [x, y, ..] = shape.positions().next().copied().unwrap_or([f64::NAN; 4]);
            format!("\n({y}, {x})")
        }
        Value::Shape(shape) => shape.to_wkt(),
        Value::Time(ms) if kind == Kind::Fixed => format!("{}Z", format_floating(*ms)),
        other => other.display(),
    }
}

fn line<'a>(cells: impl Iterator<Item = std::borrow::Cow<'a, str>>) -> String {
    let quoted: Vec<String> = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    quoted.join(",") + "\n"
}

/// A document.
pub(super) fn write(rows: &Rows, outputs: &[Output], header: &[&str]) -> String {
    let mut out = line(header.iter().map(|name| (*name).into()));
    for row in rows {
        out.push_str(&line(row.iter().zip(outputs).map(|(value, output)| cell(value, output.kind).into())));
    }
    out
}
