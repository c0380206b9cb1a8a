//! Socrata types as Arrow types.

use arrow_schema::{DataType, Field, TimeUnit};
use geohub_core::{GeometryKind, schema};
use serde_json::Value;

/// A column as the description has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SodaColumn {
    pub(super) field: String,
    pub(super) kind: String,
    /// The numbers that descriptions call it by: the view's own and the dataset's.
    numbers: [Option<i64>; 2],
    /// Where it stands in the table, from 1.
    position: i64,
    /// The smallest and largest value, where the portal keeps them.
    pub(super) range: Option<(f64, f64)>,
}

impl SodaColumn {
    /// The columns of a description in their order, without those that are hidden or computed by the portal.
    pub(super) fn all(view: &Value) -> Vec<Self> {
        let raw = view.get("columns").and_then(Value::as_array).into_iter().flatten();
        let mut columns: Vec<Self> = raw.filter_map(Self::read).collect();
        columns.sort_by_key(|column| column.position);
        columns
    }

    fn read(raw: &Value) -> Option<Self> {
        let field = raw.get("fieldName")?.as_str()?.to_owned();
        let flags = raw.get("flags").and_then(Value::as_array).into_iter().flatten();
        let hidden = flags.filter_map(Value::as_str).any(|flag| flag == "hidden");
        if hidden || field.starts_with(':') {
            return None;
        }
        let kind = raw.get("dataTypeName").and_then(Value::as_str).unwrap_or("text").to_ascii_lowercase();
        let position = raw.get("position").and_then(Value::as_i64).unwrap_or(i64::MAX);
        // Numbers in old descriptions, text in new ones.
        let cached = |name: &str| match raw.get("cachedContents")?.get(name)? {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        let range = cached("smallest").zip(cached("largest"));
        let numbers = ["id", "tableColumnId"].map(|name| raw.get(name).and_then(Value::as_i64));
        Some(Self { field, kind, numbers, position, range })
    }

    /// True when a description means this column by a number.
    pub(super) fn is(&self, number: i64) -> bool {
        self.numbers.contains(&Some(number))
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

    /// An address with coordinates, the geometry of SODA 2.0.
    pub(super) fn is_location(&self) -> bool {
        self.kind == "location"
    }

    /// Declared as a number of any kind.
    pub(super) fn is_any_number(&self) -> bool {
        matches!(self.kind.as_str(), "number" | "money" | "percent" | "stars")
    }

    pub(super) fn is_number(&self) -> bool {
        self.is_any_number() || self.kind == "double"
    }

    /// True where the portal compares values as this program does. Others have a type of their own there.
    pub(super) fn compares(&self) -> bool {
        let plain = ["text", "html", "email", "drop_down_list", "flag", "checkbox", "calendar_date", "date"];
        self.is_number() || plain.contains(&self.kind.as_str())
    }

    /// The attribute column. A geometry that is not the layer's stays as its JSON text.
    pub(super) fn attribute(&self) -> Field {
        let data_type = match self.kind.as_str() {
            _ if self.is_number() => DataType::Float64,
            "checkbox" => DataType::Boolean,
            "calendar_date" => DataType::Timestamp(TimeUnit::Millisecond, None),
            "date" => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
            "text" | "html" | "email" | "phone" | "drop_down_list" | "flag" | "photo" | "blob"
            | "dataset_link" => DataType::Utf8,
            // url, document, location, geometries, json, nested tables, and whatever comes later.
            _ => return schema::json_field(&self.field),
        };
        schema::field(&self.field, data_type)
    }
}
