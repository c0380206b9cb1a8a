//! Attribute types: Arrow's, and a few text columns marked for what their text means.

use std::collections::HashMap;

use arrow_schema::{DataType, Field};

const EXTENSION: &str = "ARROW:extension:name";
const JSON: &str = "arrow.json";
const WKB: &str = "geoarrow.wkb";
const DATE_TIME: &str = "geohub.datetime";
const ROLE: &str = "geohub.role";
const FEATURE_ID: &str = "feature-id";

/// A nullable column of an Arrow type.
pub fn field(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

/// A text column whose cells are JSON texts.
pub fn json_field(name: &str) -> Field {
    marked(name, DataType::Utf8, EXTENSION, JSON)
}

/// A text column whose cells are ISO 8601 dates with times, kept as written.
pub fn date_time_text_field(name: &str) -> Field {
    marked(name, DataType::Utf8, EXTENSION, DATE_TIME)
}

/// A binary column of further geometries.
pub fn wkb_field(name: &str) -> Field {
    marked(name, DataType::Binary, EXTENSION, WKB)
}

/// The same column marked as the feature's `id` of RFC 7946, which is no property.
#[must_use]
pub fn feature_id(field: Field) -> Field {
    let mut metadata = field.metadata().clone();
    metadata.insert(ROLE.to_owned(), FEATURE_ID.to_owned());
    field.with_metadata(metadata)
}

/// The same column as an ordinary one: of two layers' ids only one can be the feature's `id`.
#[must_use]
pub fn without_role(field: &Field) -> Field {
    let mut metadata = field.metadata().clone();
    metadata.remove(ROLE);
    field.clone().with_metadata(metadata)
}

/// True for a column of JSON texts.
pub fn is_json(field: &Field) -> bool {
    has(field, EXTENSION, JSON)
}

/// True for a column of ISO 8601 texts.
pub fn is_date_time_text(field: &Field) -> bool {
    has(field, EXTENSION, DATE_TIME)
}

/// True for a binary column of geometries.
pub fn is_wkb(field: &Field) -> bool {
    has(field, EXTENSION, WKB)
}

/// True for the column that holds the features' `id`.
pub fn is_feature_id(field: &Field) -> bool {
    has(field, ROLE, FEATURE_ID)
}

/// The name of a column's type for people and for `info --json`.
pub fn type_name(field: &Field) -> String {
    match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 if is_json(field) => "Json".to_owned(),
        DataType::Utf8 | DataType::LargeUtf8 if is_date_time_text(field) => "DateTime".to_owned(),
        DataType::Utf8 | DataType::LargeUtf8 => "String".to_owned(),
        DataType::Boolean => "Boolean".to_owned(),
        DataType::Binary | DataType::LargeBinary if is_wkb(field) => "Geometry".to_owned(),
        DataType::Binary | DataType::LargeBinary => "Binary".to_owned(),
        DataType::Timestamp(..) => "DateTime".to_owned(),
        DataType::Date32 => "Date".to_owned(),
        DataType::Time32(_) | DataType::Time64(_) => "Time".to_owned(),
        DataType::Dictionary(_, values) => type_name(&field.clone().with_data_type((**values).clone())),
        other => other.to_string(),
    }
}

fn marked(name: &str, data_type: DataType, key: &str, value: &str) -> Field {
    field(name, data_type).with_metadata(HashMap::from([(key.to_owned(), value.to_owned())]))
}

fn has(field: &Field, key: &str, value: &str) -> bool {
    field.metadata().get(key).is_some_and(|found| found == value)
}
