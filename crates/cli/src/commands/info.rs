//! `geohub info`.

use clap::Args;
use geohub_core::{GeometryKind, Layer, Plan, Reader, RowCount, collect, schema, text};
use geohub_ops::Summary;
use serde_json::{Value, json};

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::input;
use crate::session::Session;
use crate::terminal;

/// Show a layer's schema, rows, CRS and extent.
///
/// What a file does not state is found by reading it.
#[derive(Args, Debug)]
pub struct Info {
    /// File, `-` for standard input, or layer of a service
    #[arg(value_name = "REF")]
    reference: String,

    #[command(flatten)]
    input: InputArgs,
}

impl Info {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let reader = input::open(session, &self.reference, &self.input)?;
        let described = describe(session, reader)?;
        if session.global.json {
            return terminal::print(&format!("{}\n", json!({ "layers": [described.json()] })));
        }
        terminal::print(&described.text())
    }
}

/// A layer with what its header did not say filled in.
struct Described {
    layer: Layer,
    rows: u64,
    kind: GeometryKind,
    extent: Option<geohub_core::Bbox>,
}

fn describe(session: &Session, reader: Box<dyn Reader>) -> Result<Described, Failure> {
    let layer = reader.layer().clone();
    if let (RowCount::Exact(rows), Some(extent)) = (layer.rows, layer.extent) {
        let kind = layer.geometry.kind;
        return Ok(Described { layer, rows, kind, extent: Some(extent) });
    }
    let _progress = session.progress(input::total_rows(&*reader));
    let mut complete = layer;
    let mut create = |layer: &Layer| {
        complete = layer.clone();
        Ok(Summary::default())
    };
    let (summary, _) = collect(Plan::all(reader), &mut create, &session.context)?;
    let extent = Some(summary.extent).filter(|extent| !extent.is_empty());
    Ok(Described { layer: complete, rows: summary.rows, kind: summary.kind, extent })
}

impl Described {
    fn json(&self) -> Value {
        let fields: Vec<_> = self
            .layer
            .schema
            .fields()
            .iter()
            .map(|field| json!({ "name": field.name(), "type": schema::type_name(field) }))
            .collect();
        let bbox = self.extent.map(|extent| [extent.min_x, extent.min_y, extent.max_x, extent.max_y]);
        json!({
            "name": self.layer.name, "geometry_type": self.kind.name(), "features": self.rows,
            "crs": self.layer.crs.id().or_else(|| self.layer.crs.wkt().map(str::to_owned)), "bbox": bbox, "fields": fields,
        })
    }

    fn text(&self) -> String {
        let mut lines = vec![
            format!("layer     {}", self.layer.name),
            format!("geometry  {}", self.kind),
            format!("features  {}", text::grouped(self.rows)),
            format!("crs       {}", self.layer.crs),
        ];
        lines.extend(self.extent.map(|extent| format!("extent    {extent}")));
        let provenance = &self.layer.provenance;
        let facts = [
            ("title     ", &provenance.title),
            ("source    ", &provenance.service_url),
            ("owner     ", &provenance.owner),
            ("licence   ", &provenance.licence),
            ("credit    ", &provenance.attribution),
        ];
        lines.extend(
            facts.iter().filter_map(|(word, fact)| fact.as_ref().map(|fact| format!("{word}{fact}"))),
        );
        lines.push(format!("fields    {}", self.layer.schema.fields().len()));
        let width =
            self.layer.schema.fields().iter().map(|field| field.name().chars().count()).max().unwrap_or(0);
        for field in self.layer.schema.fields() {
            lines.push(format!("  {:<width$}  {}", field.name(), schema::type_name(field)));
        }
        lines.iter().map(|line| text::clean(line) + "\n").collect()
    }
}
