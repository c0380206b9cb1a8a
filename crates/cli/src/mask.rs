//! The area of `--within` and the place of `--near`.

use std::ops::ControlFlow;

use geohub_core::wkt::push_wkt;
use geohub_core::{
    Batch, Collector, Context, Crs, GeometryBuilder, GeometryColumn, Layer, Plan, Reservation,
    Result as CoreResult, Sink, collect,
};
use geohub_fetch::Query;
use geohub_ops::Mask;

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::input;
use crate::origin::Beside;
use crate::session::Session;

/// What a coordinate's bytes come to: read, as polygons, in the layer's CRS, and as edges listed by height.
const COPIES: u64 = 16;

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
    session.add_beside(Beside::new(option, text, &*reader));
    let begin = &mut |layer: &Layer| Shapes::new(option, layer, &session.context);
    let shapes = collect(Plan::all(reader), begin, &session.context)?;
    let Shapes { columns, reservation, .. } = shapes.collector;
    // The geometries are there until the command ends, and so is the room they take.
    std::mem::forget(reservation);
    Ok((columns, Some(shapes.layer.crs)))
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
struct Shapes {
    what: String,
    columns: Vec<GeometryColumn>,
    rows: u64,
    expected: Option<u64>,
    reservation: Reservation,
}

/// Those of one chunk.
#[derive(Default)]
struct Part(Vec<GeometryColumn>);

impl Shapes {
    fn new(option: &str, layer: &Layer, context: &Context) -> CoreResult<Self> {
        let what = format!("the layer of {option}");
        let reservation = context.budget.reserve(&what, 0)?;
        Ok(Self { what, columns: Vec::new(), rows: 0, expected: layer.rows.hint(), reservation })
    }
}

impl Sink for Part {
    fn push(&mut self, batch: Batch) -> CoreResult<ControlFlow<()>> {
        self.0.push(batch.geometry);
        Ok(ControlFlow::Continue(()))
    }
}

impl Collector for Shapes {
    type Part = Part;

    fn part(&self) -> Part {
        Part::default()
    }

    fn merge(&mut self, part: Part) -> CoreResult<()> {
        for column in part.0 {
            self.rows += column.len() as u64;
            let grown = self.reservation.grow(&self.what, column.memory_bytes() as u64 * COPIES);
            grown.map_err(|error| error.foreseen(self.rows, self.expected))?;
            self.columns.push(column);
        }
        Ok(())
    }
}
