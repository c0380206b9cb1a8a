//! The area of `--within`.

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
    if is_wkt(text) {
        let mut builder = GeometryBuilder::default();
        push_wkt(&mut builder, text).map_err(|error| Failure::usage(format!("--within: {error}")))?;
        let mut mask = Mask::new(Crs::crs84());
        mask.add_column(&builder.finish())?;
        return Ok(mask);
    }
    if text.trim_start().starts_with('{') {
        let mut mask = Mask::new(Crs::crs84());
        mask.add(geohub_formats::geojson::parse_geometry(text)?)?;
        return Ok(mask);
    }
    let reader = input::open(session, text, &InputArgs::default(), &Query::default())?;
    let shapes = collect(Plan::all(reader), &mut |_| Ok(Shapes::default()), &session.context)?;
    let mut mask = Mask::new(shapes.layer.crs);
    for column in &shapes.collector.0 {
        mask.add_column(column)?;
    }
    Ok(mask)
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
    text.contains('(') && types.iter().any(|name| word.eq_ignore_ascii_case(name))
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
