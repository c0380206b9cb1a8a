//! `geohub info`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use geohub_core::{GeometryKind, Layer, Plan, Reader, RowCount, collect, schema, text};
use geohub_fetch::{Description, Domain, Layers, Query};
use geohub_ops::Summary;
use serde_json::{Value, json};

use crate::args::InputArgs;
use crate::failure::Failure;
use crate::session::Session;
use crate::{input, origin, remote};

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
        let described = match remote::reference(session, &self.reference)? {
            Some(layer) => match remote::layers(session, &layer, &self.input.remote)? {
                Ok(description) => Described::of_service(description),
                Err(layers) => return list(session, &layers),
            },
            None => self.of_file(session)?,
        };
        if session.global.json {
            return session.print(&format!("{}\n", json!({ "layers": [described.json()] })));
        }
        session.print(&described.text())
    }
}

/// A layer with what its header did not say filled in.
struct Described {
    layer: Layer,
    rows: Option<u64>,
    kind: GeometryKind,
    extent: Option<geohub_core::Bbox>,
    domains: BTreeMap<String, Domain>,
}

fn describe(session: &Session, reader: Box<dyn Reader>) -> Result<Described, Failure> {
    let layer = reader.layer().clone();
    if let (RowCount::Exact(rows), Some(extent)) = (layer.rows, layer.extent) {
        let kind = layer.geometry.kind;
        return Ok(Described {
            layer,
            rows: Some(rows),
            kind,
            extent: Some(extent),
            domains: BTreeMap::new(),
        });
    }
    let collected = collect(Plan::all(reader), &mut |_| Ok(Summary::default()), &session.context)?;
    let (summary, layer) = (collected.collector, collected.layer);
    let extent = Some(summary.extent).filter(|extent| !extent.is_empty());
    let rows = Some(summary.rows);
    Ok(Described { layer, rows, kind: summary.kind, extent, domains: BTreeMap::new() })
}

/// The layers of a service, one of which must be named to be described.
fn list(session: &Session, layers: &Layers) -> Result<(), Failure> {
    if session.global.json {
        return session.print(&format!("{}\n", json!({ "layers": layers.entries })));
    }
    let lines: String = layers.entries.iter().map(|entry| entry.line() + "\n").collect();
    session.print(&lines)
}

impl Info {
    /// A file, with the origin that its receipt tells.
    fn of_file(&self, session: &Session) -> Result<Described, Failure> {
        let reader = input::open(session, &self.reference, &self.input, &Query::default())?;
        let mut described = describe(session, reader)?;
        let path = Path::new(&self.reference);
        if path.is_file()
            && let Some(found) = origin::beside(&session.context, path)
        {
            described.layer.provenance = Arc::new(found);
        }
        Ok(described)
    }
}

impl Described {
    /// What a service says of its layer; nothing is downloaded.
    fn of_service(description: Description) -> Self {
        let layer = description.layer;
        let (rows, kind, extent) = (layer.rows.hint(), layer.geometry.kind, layer.extent);
        Self { layer, rows, kind, extent, domains: description.domains }
    }

    fn json(&self) -> Value {
        let fields: Vec<_> = self
            .layer
            .schema
            .fields()
            .iter()
            .map(|field| {
                let mut value = json!({ "name": field.name(), "type": schema::type_name(field) });
                if let Some(domain) = self.domains.get(field.name()) {
                    value["domain"] = json!(domain);
                }
                value
            })
            .collect();
        let bbox = self.extent.map(|extent| [extent.min_x, extent.min_y, extent.max_x, extent.max_y]);
        json!({
            "name": self.layer.name, "geometry_type": self.kind.name(), "features": self.rows,
            "crs": self.layer.crs.id().or_else(|| self.layer.crs.wkt().map(str::to_owned)), "bbox": bbox, "fields": fields,
            "provenance": Some(&*self.layer.provenance).filter(|origin| origin.names_a_source()),
        })
    }

    fn text(&self) -> String {
        let mut lines = vec![
            format!("layer     {}", self.layer.name),
            format!("geometry  {}", self.kind),
            format!("features  {}", self.rows.map_or_else(|| "not counted".to_owned(), text::grouped)),
            format!("crs       {}", self.layer.crs),
        ];
        lines.extend(self.extent.map(|extent| format!("extent    {extent}")));
        let provenance = &self.layer.provenance;
        let origin = &provenance.origin;
        let facts = [
            ("title     ", &origin.title),
            ("source    ", &origin.service_url),
            ("owner     ", &origin.owner),
            ("licence   ", &origin.licence),
            ("credit    ", &origin.attribution),
            ("fetched   ", &origin.retrieved),
        ];
        lines.extend(
            facts.iter().filter_map(|(word, fact)| fact.as_ref().map(|fact| format!("{word}{fact}"))),
        );
        lines.extend(provenance.parents.iter().map(|parent| {
            let origin = &parent.origin;
            let name = origin.title.as_ref().or(origin.reference.as_ref()).map_or("unnamed", String::as_str);
            let licence = origin.licence.as_deref().unwrap_or("not stated");
            format!("parent    {name}: {}; licence {licence}", parent.done.join(", "))
        }));
        lines.push(format!("fields    {}", self.layer.schema.fields().len()));
        let width =
            self.layer.schema.fields().iter().map(|field| field.name().chars().count()).max().unwrap_or(0);
        for field in self.layer.schema.fields() {
            let domain = self.domains.get(field.name()).map_or(String::new(), domain_text);
            lines.push(format!("  {:<width$}  {}{domain}", field.name(), schema::type_name(field)));
        }
        lines.iter().map(|line| text::clean(line) + "\n").collect()
    }
}

/// `  (R = Residential, C = Commercial, ... 12 codes)`
fn domain_text(domain: &Domain) -> String {
    const SHOWN: usize = 4;
    match domain {
        Domain::Range(low, high) => format!("  ({low} to {high})"),
        Domain::Codes(codes) => {
            let shown: Vec<String> =
                codes.iter().take(SHOWN).map(|pair| format!("{} = {}", pair.code, pair.name)).collect();
            let more =
                if codes.len() > SHOWN { format!(", ... {} codes", codes.len()) } else { String::new() };
            format!("  ({}{more})", shown.join(", "))
        }
    }
}
