//! What geohub keeps in the free JSON texts of the header: provenance, and the roles of columns.

use arrow_schema::Field;
use geohub_core::{Provenance, schema};
use serde_json::{Value, json};

const KEY: &str = "geohub";

/// The provenance in a header's metadata. Other programs' metadata says nothing that we could name.
pub(super) fn provenance(text: &str) -> Option<Provenance> {
    let mut all: Value = serde_json::from_str(text).ok()?;
    serde_json::from_value(all.get_mut(KEY)?.take()).ok()
}

/// The header's metadata for a layer, when there is anything to say.
pub(super) fn of_provenance(provenance: &Provenance) -> Option<String> {
    (!provenance.is_empty()).then(|| json!({ KEY: provenance }).to_string())
}

/// The metadata of a column that is more than its type.
pub(super) fn of_column(field: &Field) -> Option<String> {
    if schema::is_feature_id(field) {
        return Some(json!({ KEY: "feature-id" }).to_string());
    }
    schema::is_wkb(field).then(|| json!({ KEY: "wkb" }).to_string())
}

/// True for the column with the features' `id`.
pub(super) fn is_feature_id(column_metadata: &str) -> bool {
    says(column_metadata, "feature-id")
}

/// True for a column of further geometries.
pub(super) fn is_wkb(column_metadata: &str) -> bool {
    says(column_metadata, "wkb")
}

fn says(column_metadata: &str, role: &str) -> bool {
    serde_json::from_str::<Value>(column_metadata)
        .is_ok_and(|all| all.get(KEY).is_some_and(|found| found == role))
}
