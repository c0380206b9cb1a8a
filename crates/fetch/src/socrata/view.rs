//! A dataset's description: `/api/views/ID.json`.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::{Field, Schema};
use geohub_core::{Crs, GeometryInfo, Layer, Provenance, SourceFacts, schema};
use serde_json::Value;

use super::columns::SodaColumn;
use super::remarks::remarks;
use super::source::Source;
use crate::choice::GeometryChoice;
use crate::description::Description;
use crate::error::Result;
use crate::stamp::iso_ms;

/// What is used of a description.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) description: Description,
    pub(super) columns: Vec<SodaColumn>,
    /// What the geometry is.
    pub(super) source: Source,
    /// The column whose values the publisher made unique, if there is one.
    pub(super) identifier: Option<usize>,
    /// The attribute that keeps the address of a `location` used as geometry.
    pub(super) address: Option<String>,
    /// What was chosen among several geometries, in words.
    pub(super) chosen: Option<String>,
    /// `rowsUpdatedAt`, epoch milliseconds.
    pub(super) updated_ms: Option<i64>,
    /// The filter of a view.
    pub(super) definition: String,
}

impl View {
    pub(super) fn read(
        raw: &Value,
        url: &str,
        etag: Option<String>,
        choice: Option<&GeometryChoice>,
    ) -> Result<Self> {
        let columns = SodaColumn::all(raw);
        let (source, chosen) = Source::choose(&columns, choice)?;
        let address = address(&columns, source);
        let title = text(raw, "/name").unwrap_or_else(|| "dataset".to_owned());
        let fields = fields(&columns, source, address.as_deref());
        let mut layer = Layer::new(title.clone(), Arc::new(Schema::new(fields)));
        layer.geometry = GeometryInfo { kind: source.kind(&columns), has_z: false, has_m: false };
        layer.crs = Crs::crs84();
        let origin = SourceFacts {
            service_url: Some(url.to_owned()),
            title: Some(title),
            owner: text(raw, "/owner/displayName"),
            licence: text(raw, "/license/name").or_else(|| text(raw, "/licenseId")),
            attribution: text(raw, "/attribution"),
            terms: text(raw, "/license/termsLink"),
            ..SourceFacts::default()
        };
        layer.provenance =
            Arc::new(Provenance { origin, description: text(raw, "/description"), parents: Vec::new() });
        let description = Description {
            layer,
            url: url.to_owned(),
            provider: "Socrata",
            id_field: ":id".to_owned(),
            domains: BTreeMap::new(),
            codes: BTreeMap::new(),
            last_edit: last_edit(raw),
            etag,
            remarks: remarks(raw, &columns),
        };
        let number = raw.get("rowIdentifierColumnId").and_then(Value::as_i64);
        let identifier = number.and_then(|number| columns.iter().position(|column| column.is(number)));
        let updated_ms = updated_ms(raw);
        let definition = format!(
            "{} {}",
            raw.get("query").unwrap_or(&Value::Null),
            raw.get("modifyingViewUid").unwrap_or(&Value::Null)
        );
        Ok(Self { description, columns, source, identifier, address, chosen, updated_ms, definition })
    }
}

/// When the rows were last changed.
pub(super) fn last_edit(raw: &Value) -> Option<String> {
    updated_ms(raw).map(iso_ms)
}

fn updated_ms(raw: &Value) -> Option<i64> {
    raw.get("rowsUpdatedAt")?.as_i64()?.checked_mul(1000)
}

/// A name for the address of a location, which datasets moved from SODA 2.0 may have already.
fn address(columns: &[SodaColumn], source: Source) -> Option<String> {
    let Source::Column(at) = source else { return None };
    let field = columns[at].is_location().then_some(&columns[at].field)?;
    let taken = |name: &String| columns.iter().any(|column| column.field.eq_ignore_ascii_case(name));
    let plain = format!("{field}_address");
    let numbered = (2..).map(|number| format!("{plain}_{number}"));
    std::iter::once(plain.clone()).chain(numbered).find(|name| !taken(name))
}

/// The attribute columns: all but a column that is the geometry, in whose place a `location` leaves its address.
fn fields(columns: &[SodaColumn], source: Source, address: Option<&str>) -> Vec<Field> {
    let field = |(at, column): (usize, &SodaColumn)| {
        if source == Source::Column(at) { address.map(schema::json_field) } else { Some(column.attribute()) }
    };
    columns.iter().enumerate().filter_map(field).collect()
}

/// A text of the description that is there and not blank.
pub(super) fn text(raw: &Value, pointer: &str) -> Option<String> {
    let text = raw.pointer(pointer)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
