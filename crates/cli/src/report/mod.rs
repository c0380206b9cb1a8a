//! What is known of a layer, in one value: shown as text or as JSON, and kept for `--offline`.

mod health;
mod places;
mod text;

use geohub_core::{Bbox, GeometryKind, Layer, Provenance, licence, schema};
use geohub_fetch::{ColumnRemark, Description, Domain};
use serde::{Deserialize, Serialize};

pub use health::show as show_health;
pub use places::PlaceReport;
pub use text::text;

use crate::session::Session;

/// A layer. Member names are those of `info --json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Its name.
    pub name: String,
    /// `Point`, `Geometry` for mixed ones, `None` for a table.
    pub geometry_type: String,
    /// Rows, where they are known.
    pub features: Option<u64>,
    /// A code, else WKT.
    pub crs: Option<String>,
    /// The same for people.
    pub crs_name: String,
    /// West, south, east, north in the layer's CRS.
    pub bbox: Option<[f64; 4]>,
    /// Its columns.
    pub fields: Vec<FieldReport>,
    /// Where it comes from.
    pub provenance: Option<Provenance>,
    /// When this was so, UTC, where nobody was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Of a layer of a portal what its service says beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceReport>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldReport {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The values it may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Domain>,
    /// What it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What a service says of its layer; `None` is "not stated".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceReport {
    /// `ArcGIS` or `Socrata`.
    pub provider: String,
    /// The layer's address.
    pub url: String,
    /// The item that stands for it in an ArcGIS portal.
    pub item: Option<String>,
    /// Its name for people.
    pub title: Option<String>,
    /// Whose it is.
    pub owner: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Its licence.
    pub licence: Option<String>,
    /// The credit line.
    pub attribution: Option<String>,
    /// Where the terms are.
    pub terms: Option<String>,
    /// Where that was read, where the service does not state it itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_source: Option<String>,
    /// When rows were last changed, UTC.
    pub last_edit: Option<String>,
    /// When title, columns and the like were last changed, UTC.
    pub last_metadata_edit: Option<String>,
    /// How often rows are brought up to date.
    pub update_frequency: Option<String>,
    /// Most rows of an answer, as stated.
    pub page_limit: Option<u64>,
    /// In which formats the service gives rows.
    pub formats: Vec<String>,
    /// Who lists it, by the catalogues that were read on this machine.
    pub places: Vec<PlaceReport>,
}

impl Report {
    /// A layer whose rows, geometry type and extent are known.
    pub fn of_layer(layer: &Layer, features: Option<u64>, kind: GeometryKind, extent: Option<Bbox>) -> Self {
        let fields = layer.schema.fields().iter().map(|field| FieldReport {
            name: field.name().clone(),
            kind: schema::type_name(field),
            ..FieldReport::default()
        });
        Self {
            name: layer.name.clone(),
            geometry_type: kind.name().to_owned(),
            features,
            crs: layer.crs.id().or_else(|| layer.crs.wkt().map(str::to_owned)),
            crs_name: layer.crs.to_string(),
            bbox: extent.map(|extent| [extent.min_x, extent.min_y, extent.max_x, extent.max_y]),
            fields: fields.collect(),
            provenance: Some((*layer.provenance).clone()).filter(Provenance::names_a_source),
            as_of: None,
            service: None,
        }
    }

    /// What a service says of its layer.
    pub fn of_service(description: &Description) -> Self {
        let layer = &description.layer;
        let mut report = Self::of_layer(layer, layer.rows.hint(), layer.geometry.kind, layer.extent);
        for field in &mut report.fields {
            field.domain = description.domains.get(&field.name).cloned();
            if let Some(ColumnRemark { alias, description }) = description.remarks.columns.get(&field.name) {
                (field.alias, field.description) = (alias.clone(), description.clone());
            }
        }
        report.service = Some(service(description));
        report
    }

    /// The same with those who list it.
    #[must_use]
    pub fn with_places(mut self, session: &Session) -> Self {
        if let Some(service) = &mut self.service {
            service.places = places::of(session, &service.url, service.item.as_deref());
        }
        self
    }
}

fn service(description: &Description) -> ServiceReport {
    let (provenance, remarks) = (&description.layer.provenance, &description.remarks);
    let origin = &provenance.origin;
    let plain = |text: &Option<String>| text.as_deref().map(licence::plain).filter(|text| !text.is_empty());
    ServiceReport {
        provider: description.provider.to_owned(),
        url: description.url.clone(),
        item: remarks.item.clone(),
        title: origin.title.clone(),
        owner: origin.owner.clone(),
        description: plain(&provenance.description),
        licence: plain(&origin.licence),
        attribution: plain(&origin.attribution),
        terms: origin.terms.clone(),
        terms_source: origin.terms_source.clone(),
        last_edit: description.last_edit.clone(),
        last_metadata_edit: remarks.last_metadata_edit.clone(),
        update_frequency: remarks.update_frequency.clone(),
        page_limit: remarks.page_limit,
        formats: remarks.formats.clone(),
        places: Vec::new(),
    }
}
