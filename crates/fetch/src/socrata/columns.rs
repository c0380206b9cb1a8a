//! Socrata types as Arrow types.

use arrow_schema::{DataType, Field, TimeUnit};
use geohub_core::{GeometryKind, schema};
use serde_json::Value;

/// A column as the description has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SodaColumn {
    pub(super) field: String,
    pub(super) kind: String,
}

impl SodaColumn {
    /// `None` for columns that are hidden or computed by the portal.
    pub(super) fn read(raw: &Value) -> Option<Self> {
        let field = raw.get("fieldName")?.as_str()?.to_owned();
        let flags = raw.get("flags").and_then(Value::as_array).into_iter().flatten();
        let hidden = flags.filter_map(Value::as_str).any(|flag| flag == "hidden");
        if hidden || field.starts_with(':') {
            return None;
        }
        let kind = raw.get("dataTypeName").and_then(Value::as_str).unwrap_or("text").to_ascii_lowercase();
        Some(Self { field, kind })
    }

    /// The type of its geometries; none for attributes.
    pub(super) fn geometry(&self) -> Option<GeometryKind> {
        Some(match self.kind.as_str() {
            "point" | "location" => GeometryKind::Point,
            "multipoint" => GeometryKind::MultiPoint,
            "line" => GeometryKind::LineString,
            "multiline" => GeometryKind::MultiLineString,
            "polygon" => GeometryKind::Polygon,
            "multipolygon" => GeometryKind::MultiPolygon,
            _ => return None,
        })
    }

    /// Declared as a number of any kind.
    pub(super) fn is_any_number(&self) -> bool {
        matches!(self.kind.as_str(), "number" | "money" | "percent" | "stars")
    }

    /// The attribute column. A geometry beside the first one stays as its JSON text.
    pub(super) fn attribute(&self) -> Field {
        let data_type = match self.kind.as_str() {
            _ if self.is_any_number() => DataType::Float64,
            "double" => DataType::Float64,
            "checkbox" => DataType::Boolean,
            "calendar_date" => DataType::Timestamp(TimeUnit::Millisecond, None),
            "date" => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
            "text" | "html" | "email" | "phone" | "drop_down_list" | "flag" | "photo" => DataType::Utf8,
            // url, document, location, geometries, json, and whatever comes later.
            _ => return schema::json_field(&self.field),
        };
        schema::field(&self.field, data_type)
    }

    /// The column that keeps the address of a `location` used as geometry.
    pub(super) fn address(&self) -> Option<Field> {
        (self.kind == "location").then(|| schema::json_field(&format!("{}_address", self.field)))
    }
}
