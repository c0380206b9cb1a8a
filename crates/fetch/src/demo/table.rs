//! The rows of a layer, read from its GeoJSON once.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use geohub_core::Bbox;
use serde_json::{Map, Value};

use super::geometry::{bbox, esri};

/// The object id, which stands first; taken from the data where they have it.
pub(super) const OID: &str = "OBJECTID";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Double,
    Text,
}

/// A row as it is sent.
pub(super) struct Row {
    pub(super) attributes: Map<String, Value>,
    /// Null where there is none.
    pub(super) geometry: Value,
    pub(super) bbox: Bbox,
}

/// All rows, ascending by object id, and their attributes as columns for conditions.
pub(super) struct Table {
    pub(super) fields: Vec<(String, Kind)>,
    pub(super) rows: Vec<Row>,
    /// `None` where the data are not of the types found in them, which no embedded layer is.
    pub(super) columns: Option<RecordBatch>,
}

impl Table {
    pub(super) fn read(geojson: &str) -> Self {
        let read: Value = serde_json::from_str(geojson).unwrap_or_default();
        let features = read.get("features").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let rows: Vec<Row> =
            features.iter().zip(1..).map(|(feature, number)| Row::read(feature, number)).collect();
        let names = rows.first().map(|row| row.attributes.keys().cloned().collect::<Vec<_>>());
        let fields: Vec<(String, Kind)> =
            names.unwrap_or_default().into_iter().map(|name| (name.clone(), kind(&rows, &name))).collect();
        let columns = columns(&fields, &rows);
        Self { fields, rows, columns }
    }

    pub(super) fn extent(&self) -> Bbox {
        self.rows.iter().fold(Bbox::EMPTY, |all, row| all.union(&row.bbox))
    }
}

impl Row {
    fn read(feature: &Value, number: i64) -> Self {
        let own = feature.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let id = own.get(OID).cloned().unwrap_or_else(|| number.into());
        let mut attributes = Map::from_iter([(OID.to_owned(), id)]);
        attributes.extend(own.into_iter().filter(|(name, _)| name != OID));
        let geometry = feature.get("geometry").unwrap_or(&Value::Null);
        Self { attributes, geometry: esri(geometry), bbox: bbox(geometry) }
    }

    pub(super) fn id(&self) -> i64 {
        self.attributes.get(OID).and_then(Value::as_i64).unwrap_or_default()
    }
}

/// The type that holds every value of a column.
fn kind(rows: &[Row], name: &str) -> Kind {
    let values = || rows.iter().filter_map(|row| row.attributes.get(name)).filter(|value| !value.is_null());
    if values().all(Value::is_i64) {
        Kind::Integer
    } else if values().all(Value::is_number) {
        Kind::Double
    } else {
        Kind::Text
    }
}

fn columns(fields: &[(String, Kind)], rows: &[Row]) -> Option<RecordBatch> {
    let column = |(name, kind): &(String, Kind)| -> (Field, ArrayRef) {
        let values = || rows.iter().map(|row| row.attributes.get(name));
        let array: ArrayRef = match kind {
            Kind::Integer => {
                Arc::new(values().map(|value| value.and_then(Value::as_i64)).collect::<Int64Array>())
            }
            Kind::Double => {
                Arc::new(values().map(|value| value.and_then(Value::as_f64)).collect::<Float64Array>())
            }
            Kind::Text => {
                Arc::new(values().map(|value| value.and_then(Value::as_str)).collect::<StringArray>())
            }
        };
        let data_type: DataType = array.data_type().clone();
        (Field::new(name, data_type, true), array)
    };
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = fields.iter().map(column).unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).ok()
}
