//! Rows from an input through a selection into an output: what `convert`, `query` and `head` share.

use geohub_core::{Reader, Report, run, text};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::input;
use crate::output::Target;
use crate::session::Session;

/// Runs a reader through a selection into an output.
pub fn transfer(session: &Session, reader: Box<dyn Reader>, target: &Target) -> Result<Report, Failure> {
    let progress = session.progress(input::total_rows(&*reader));
    let report = run(geohub_core::Plan::all(reader), &mut || target.create(), &session.context)?;
    drop(progress);
    note_geometries(session, &report);
    Ok(report)
}

/// Says how many geometries are null or empty: they are kept, not dropped.
pub fn note_geometries(session: &Session, report: &Report) {
    for (count, word) in [(report.null_geometries, "a null"), (report.empty_geometries, "an empty")] {
        if count > 0 && count < report.rows_written {
            session.context.detail(format!("{} with {word} geometry kept", text::plural(count, "row")));
        }
    }
}

/// The result object of a command that wrote rows.
pub fn result(target: &Target, report: &Report) -> Value {
    json!({
        "output": target.output.name(), "features": report.rows_written, "features_read": report.rows_read,
        "geometry_type": report.geometry.name(), "null_geometries": report.null_geometries,
        "empty_geometries": report.empty_geometries, "bytes": report.bytes_written,
    })
}
