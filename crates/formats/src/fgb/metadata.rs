//! What geohub keeps in the free JSON texts of the header: provenance, and the roles of columns.

use arrow_schema::Field;
use geohub_core::{Dimensions, Provenance, schema};
use serde_json::{Value, json};

const KEY: &str = "geohub";
const ORDINATES: &str = "geohub_ordinates";

/// The provenance in a header's metadata. Other programs' metadata says nothing that we could name.
pub(super) fn provenance(text: &str) -> Option<Provenance> {
    let mut all: Value = serde_json::from_str(text).ok()?;
    serde_json::from_value(all.get_mut(KEY)?.take()).ok()
}

/// True for metadata that another program wrote.
pub(super) fn is_foreign(text: &str) -> bool {
    provenance(text).is_none() && ordinates(text) == Dimensions::XY
}

/// The ordinates that rows have although the header's own fields cannot say so.
pub(super) fn ordinates(text: &str) -> Dimensions {
    let all: Value = serde_json::from_str(text).unwrap_or_default();
    let said = all.get(ORDINATES).and_then(Value::as_str).unwrap_or_default();
    Dimensions { z: said.contains('z'), m: said.contains('m') }
}

/// The header's metadata, when there is anything to say.
pub(super) fn of_header(provenance: &Provenance, ordinates: Dimensions) -> Option<String> {
    let mut all = serde_json::Map::new();
    if !provenance.is_empty() {
        all.insert(KEY.to_owned(), json!(provenance.clone().stable()));
    }
    if ordinates != Dimensions::XY {
        let said = [(ordinates.z, "z"), (ordinates.m, "m")];
        let said: String = said.iter().filter(|(has, _)| *has).map(|(_, name)| *name).collect();
        all.insert(ORDINATES.to_owned(), json!(said));
    }
    (!all.is_empty()).then(|| Value::Object(all).to_string())
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
