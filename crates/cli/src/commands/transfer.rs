//! Rows from an input through a selection into an output: what `convert`, `query` and `head` share.

use geohub_core::{Crs, Level, Plan, Pushdown, Reader, Report, run, text};
use geohub_ops::{Declared, Selection};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::Target;
use crate::session::Session;

/// A reader with its selection, ready to run.
pub fn plan<'a>(session: &'a Session, reader: Box<dyn Reader>, selection: &'a Selection) -> Plan<'a> {
    let prepare = move |reader: &mut dyn Reader| {
        let (pipeline, answer) = selection.plan_and_answer(reader)?;
        session.explain(explain(reader.target(), selection, answer));
        Ok(pipeline)
    };
    Plan { reader, prepare: Box::new(prepare) }
}

/// The reader with `--from-crs` in place of what it says of its CRS.
pub fn declared(session: &Session, reader: Box<dyn Reader>, crs: Option<&Crs>) -> Box<dyn Reader> {
    let Some(crs) = crs else { return reader };
    let said = &reader.layer().crs;
    if !said.is_unknown() && !geohub_crs::same(said, crs) {
        let target = reader.target();
        session.context.note(format!("{target} is taken to be in {crs} as --from-crs says, not in {said}"));
    }
    Box::new(Declared::in_crs(reader, crs.clone()))
}

/// Runs a reader through a selection into an output.
pub fn transfer(
    session: &Session,
    reader: Box<dyn Reader>,
    selection: &Selection,
    target: &Target,
) -> Result<Report, Failure> {
    let report = run(plan(session, reader, selection), &mut || target.create(), &session.context)?;
    note_geometries(session, &report);
    Ok(report)
}

/// Says how many geometries are null or empty: they are kept, not dropped.
pub fn note_geometries(session: &Session, report: &Report) {
    for (count, word) in [(report.null_geometries, "a null"), (report.empty_geometries, "an empty")] {
        if count > 0 && count < report.rows_written {
            session.context.note(format!("{} with {word} geometry kept", text::plural(count, "row")));
        }
    }
}

/// The result object of a command that wrote rows, once the receipt is written where there is to be one.
pub fn result(target: &Target, report: &Report) -> Result<Value, Failure> {
    let receipt = target.write_receipt(report.rows_written)?;
    Ok(json!({
        "output": target.output.name(), "features": report.rows_written, "features_read": report.rows_read,
        "geometry_type": report.geometry.name(), "null_geometries": report.null_geometries,
        "empty_geometries": report.empty_geometries, "bytes": report.bytes_written,
        "receipt": receipt,
    }))
}

fn explain(target: &str, selection: &Selection, answer: Pushdown) -> String {
    let how = |level: Level| match level {
        Level::None => "behind the reader",
        Level::Superset => "by the reader, tested again behind it",
        Level::Exact => "by the reader",
    };
    let has_place = selection.bbox.is_some() || selection.within.is_some() || selection.near.is_some();
    let wishes = [
        ("rectangle or area", has_place, answer.bbox),
        ("expression", selection.filter.is_some(), answer.filter),
        ("columns", selection.fields.is_some(), answer.columns),
        ("limit", selection.limit.is_some(), answer.limit),
    ];
    let said: Vec<String> = wishes
        .iter()
        .filter(|wish| wish.1)
        .map(|(wish, _, level)| format!("{wish} {}", how(*level)))
        .collect();
    let said = if said.is_empty() { "every row as it is".to_owned() } else { said.join(", ") };
    format!("{target}: {said}")
}
