//! A dataset's description: `/api/views/ID.json`.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::{Field, Schema};
use geohub_core::{Crs, GeometryInfo, GeometryKind, Layer, Provenance};
use serde_json::Value;

use super::columns::SodaColumn;
use crate::description::Description;
use crate::error::{FetchError, Result};
use crate::stamp::iso_ms;

/// What is used of a description.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) description: Description,
    pub(super) columns: Vec<SodaColumn>,
    /// Which column is the geometry.
    pub(super) geometry: Option<usize>,
}

/// The one layer of an uploaded map, which has no rows of its own.
pub(super) fn only_child(raw: &Value) -> Option<String> {
    let has_columns = raw.get("columns").and_then(Value::as_array).is_some_and(|columns| !columns.is_empty());
    match raw.get("childViews")?.as_array()?.as_slice() {
        [child] if !has_columns => Some(child.as_str()?.to_owned()),
        _ => None,
    }
}

impl View {
    pub(super) fn read(raw: &Value, url: &str, etag: Option<String>) -> Result<Self> {
        let columns: Vec<SodaColumn> = raw
            .get("columns")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(SodaColumn::read)
            .collect();
        if columns.is_empty() {
            return Err(no_rows(raw, url));
        }
        let geometry = columns.iter().position(|column| column.geometry().is_some());
        let title = text(raw, "/name").unwrap_or_else(|| "dataset".to_owned());
        let mut layer = Layer::new(title.clone(), Arc::new(Schema::new(fields(&columns, geometry))));
        let kind = geometry.and_then(|at| columns[at].geometry()).unwrap_or(GeometryKind::None);
        layer.geometry = GeometryInfo { kind, has_z: false, has_m: false };
        layer.crs = Crs::crs84();
        layer.provenance = Arc::new(Provenance {
            service_url: Some(url.to_owned()),
            title: Some(title),
            description: text(raw, "/description"),
            owner: text(raw, "/owner/displayName"),
            licence: text(raw, "/license/name").or_else(|| text(raw, "/licenseId")),
            attribution: text(raw, "/attribution"),
            terms: text(raw, "/license/termsLink").or_else(|| text(raw, "/attributionLink")),
            ..Provenance::default()
        });
        let description = Description {
            layer,
            url: url.to_owned(),
            provider: "Socrata",
            id_field: ":id".to_owned(),
            domains: BTreeMap::new(),
            codes: BTreeMap::new(),
            last_edit: raw.get("rowsUpdatedAt").and_then(Value::as_i64).map(|seconds| iso_ms(seconds * 1000)),
            etag,
        };
        Ok(Self { description, columns, geometry })
    }

    pub(super) fn geometry_column(&self) -> Option<&SodaColumn> {
        self.geometry.map(|at| &self.columns[at])
    }
}

/// The attribute columns: all but the geometry, in whose place a `location` leaves its address.
fn fields(columns: &[SodaColumn], geometry: Option<usize>) -> Vec<Field> {
    let field = |(at, column): (usize, &SodaColumn)| {
        if Some(at) == geometry { column.address() } else { Some(column.attribute()) }
    };
    columns.iter().enumerate().filter_map(field).collect()
}

fn text(raw: &Value, pointer: &str) -> Option<String> {
    let text = raw.pointer(pointer)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn no_rows(raw: &Value, url: &str) -> FetchError {
    let kind =
        text(raw, "/assetType").or_else(|| text(raw, "/viewType")).unwrap_or_else(|| "asset".to_owned());
    let children: Vec<&str> = raw
        .get("childViews")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let target = text(raw, "/metadata/accessPoints/url");
    let hint = if children.is_empty() {
        target.map(|target| format!("it points to {target}"))
    } else {
        Some(format!("its layers are datasets of their own: {}", children.join(", ")))
    };
    FetchError::Unsupported { what: format!("{url} is a {kind}, which has no rows"), hint }
}
