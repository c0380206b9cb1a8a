//! The area of `--within` and the place of `--near`.

use std::ops::ControlFlow;

use geohub_core::wkt::push_wkt;
use geohub_core::{
    Batch, Collector, Crs, GeometryBuilder, GeometryColumn, Plan, Result as CoreResult, Sink, collect,
};
use geohub_fetch::Query;
use geohub_ops::Mask;

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::input;
use crate::session::Session;

/// Reads a file of polygons, or a WKT or GeoJSON text in longitude and latitude.
pub fn read(session: &Session, text: &str) -> Result<Mask, Failure> {
    let (columns, crs) = geometries(session, "--within", text)?;
    let mut mask = Mask::new(crs.unwrap_or_else(Crs::crs84));
    for column in &columns {
        mask.add_column(column)?;
    }
    Ok(mask)
}

/// The geometries of a file, with its CRS, or those of a WKT or GeoJSON text, which has none.
pub fn geometries(
    session: &Session,
    option: &str,
    text: &str,
) -> Result<(Vec<GeometryColumn>, Option<Crs>), Failure> {
    let mut builder = GeometryBuilder::default();
    if is_wkt(text) {
        push_wkt(&mut builder, text).map_err(|error| Failure::usage(format!("{option}: {error}")))?;
        return Ok((vec![builder.finish()], None));
    }
    if text.trim_start().starts_with('{') {
        builder.push_geo(&geohub_formats::geojson::parse_geometry(text)?)?;
        return Ok((vec![builder.finish()], None));
    }
    let reader = input::open(session, text, &InputArgs::default(), &Query::default())?;
    let shapes = collect(Plan::all(reader), &mut |_| Ok(Shapes::default()), &session.context)?;
    Ok((shapes.collector.0, Some(shapes.layer.crs)))
}

/// True for a text that begins with the name of a geometry type and no file name does.
fn is_wkt(text: &str) -> bool {
    let word: String = text.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    let types = [
        "POINT",
        "LINESTRING",
        "POLYGON",
        "MULTIPOINT",
        "MULTILINESTRING",
        "MULTIPOLYGON",
        "GEOMETRYCOLLECTION",
        "SRID",
    ];
    let is_empty = text.trim_end().to_ascii_uppercase().ends_with(" EMPTY");
    (text.contains('(') || is_empty) && types.iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// The geometries of a layer, in order.
#[derive(Default)]
struct Shapes(Vec<GeometryColumn>);

impl Sink for Shapes {
    fn push(&mut self, batch: Batch) -> CoreResult<ControlFlow<()>> {
        self.0.push(batch.geometry);
        Ok(ControlFlow::Continue(()))
    }
}

impl Collector for Shapes {
    type Part = Self;

    fn part(&self) -> Self {
        Self::default()
    }

    fn merge(&mut self, part: Self) -> CoreResult<()> {
        self.0.extend(part.0);
        Ok(())
    }
}
