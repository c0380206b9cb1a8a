//! Esri field types as Arrow types.

use std::collections::BTreeMap;

use arrow_schema::{DataType, Field, TimeUnit};
use geohub_core::schema;
use serde_json::Value;

use super::codes::codes_of;
use crate::description::Domain;

/// A field of a layer as its metadata describes it.
#[derive(Clone, Debug)]
pub(super) struct EsriField {
    pub(super) name: String,
    pub(super) alias: String,
    pub(super) kind: String,
    pub(super) domain: Option<Domain>,
}

impl EsriField {
    pub(super) fn read(raw: &Value) -> Option<Self> {
        let text = |name: &str| raw.get(name).and_then(Value::as_str);
        let name = text("name")?.to_owned();
        Some(Self {
            alias: text("alias").unwrap_or(&name).to_owned(),
            kind: text("type")
                .unwrap_or("esriFieldTypeString")
                .trim_start_matches("esriFieldType")
                .to_owned(),
            domain: raw.get("domain").and_then(domain),
            name,
        })
    }

    pub(super) fn is_oid(&self) -> bool {
        self.kind == "OID"
    }

    /// The column; `None` for shapes and binary content, which do not come as attributes.
    pub(super) fn column(&self, unknown_zone: bool) -> Option<Field> {
        let data_type = match self.kind.as_str() {
            "OID" | "BigInteger" => DataType::Int64,
            "Integer" => DataType::Int32,
            "SmallInteger" => DataType::Int16,
            "Single" => DataType::Float32,
            "Double" => DataType::Float64,
            "Date" if unknown_zone => DataType::Timestamp(TimeUnit::Millisecond, None),
            "Date" => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
            "DateOnly" => DataType::Date32,
            "TimestampOffset" => return Some(schema::date_time_text_field(&self.name)),
            "Geometry" | "Blob" | "Raster" => return None,
            // String, GUID, GlobalID, XML, TimeOnly, and whatever comes later.
            _ => DataType::Utf8,
        };
        Some(schema::field(&self.name, data_type))
    }
}

/// The domains of the fields that have one.
pub(super) fn domains(fields: &[EsriField]) -> BTreeMap<String, Domain> {
    fields.iter().filter_map(|field| Some((field.name.clone(), field.domain.clone()?))).collect()
}

fn domain(raw: &Value) -> Option<Domain> {
    if let Some(codes) = raw.get("codedValues").and_then(|list| codes_of(list, "code")) {
        return Some(Domain::Codes(codes));
    }
    match raw.get("range")?.as_array()?.as_slice() {
        [low, high] => Some(Domain::Range(low.as_f64()?, high.as_f64()?)),
        _ => None,
    }
}
