//! What a dataset's description says for people: names and descriptions of columns, how often it is updated.

use geohub_core::licence::plain;
use serde_json::Value;

use super::columns::SodaColumn;
use crate::description::{ColumnRemark, Remarks};
use crate::stamp::iso_ms;

/// The formats of rows that SODA 2.1 gives; shapes come as `GeoJSON`.
const FORMATS: [&str; 4] = ["JSON", "GeoJSON", "CSV", "XML"];

pub(super) fn remarks(raw: &Value, columns: &[SodaColumn]) -> Remarks {
    let described = raw.get("columns").and_then(Value::as_array);
    let said =
        |column: &Value, name: &str| Some(plain(column.get(name)?.as_str()?)).filter(|text| !text.is_empty());
    let remark = |column: &SodaColumn| {
        let raw = described?
            .iter()
            .find(|raw| raw.get("fieldName").and_then(Value::as_str) == Some(column.field.as_str()))?;
        let remark = ColumnRemark {
            alias: said(raw, "name").filter(|name| *name != column.field),
            description: said(raw, "description"),
        };
        (remark != ColumnRemark::default()).then(|| (column.field.clone(), remark))
    };
    let has_shapes = columns.iter().any(|column| column.geometry().is_some());
    let formats = FORMATS.iter().filter(|format| has_shapes || **format != "GeoJSON");
    Remarks {
        columns: columns.iter().filter_map(remark).collect(),
        last_metadata_edit: raw
            .get("viewLastModified")
            .and_then(Value::as_i64)
            .and_then(|seconds| seconds.checked_mul(1000))
            .map(iso_ms),
        update_frequency: frequency(raw),
        page_limit: None,
        formats: formats.map(|format| (*format).to_owned()).collect(),
        item: None,
    }
}

/// Portals have fields of their own making: `Refresh Frequency: {Frequency}` (Seattle), `Update: {Update Frequency}` (New
/// York).
fn frequency(raw: &Value) -> Option<String> {
    let groups = raw.pointer("/metadata/custom_fields")?.as_object()?;
    let fields = groups.values().filter_map(Value::as_object).flatten();
    let named = |words: &[&str]| {
        fields.clone().find_map(|(name, value)| {
            let name = name.to_lowercase();
            let text = plain(value.as_str()?);
            (words.iter().any(|word| name.contains(word)) && !text.is_empty()).then_some(text)
        })
    };
    named(&["update frequency", "refresh rate", "refresh frequency"]).or_else(|| named(&["frequency"]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_descriptions_and_frequencies_are_found() {
        let raw = json!({
            "viewLastModified": 1_764_000_000,
            "metadata": {"custom_fields": {"Owner": {"Frequency of mail": ""}, "Refresh Frequency": {"Frequency": "hourly"}}},
            "columns": [
                {"fieldName": "a", "name": "The A", "dataTypeName": "text", "position": 1, "description": "<p>long</p>"},
                {"fieldName": "b", "name": "b", "dataTypeName": "text", "position": 2, "description": ""},
            ],
        });
        let found = remarks(&raw, &SodaColumn::all(&raw));
        assert_eq!(found.update_frequency.as_deref(), Some("hourly"));
        assert_eq!(found.columns.len(), 1);
        assert_eq!(found.columns["a"].alias.as_deref(), Some("The A"));
        assert_eq!(found.columns["a"].description.as_deref(), Some("long"));
        assert_eq!(found.formats, ["JSON", "CSV", "XML"]);
        assert_eq!(found.last_metadata_edit.as_deref(), Some("2025-11-24T16:00:00Z"));
        let two = json!({"metadata": {"custom_fields": {
            "A": {"Frequency - Data Change": "Monthly"}, "Update": {"Update Frequency": "Daily"}, "x": 5}}});
        assert_eq!(frequency(&two).as_deref(), Some("Daily"));
        assert_eq!(frequency(&json!({})), None);
    }
}
