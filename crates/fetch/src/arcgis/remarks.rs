//! What a layer's description says for people: aliases, descriptions of fields, limits, formats.

use geohub_core::licence::plain;
use serde_json::Value;

use super::fields::EsriField;
use super::metadata::text;
use crate::description::{ColumnRemark, Remarks};
use crate::stamp::iso_ms;

pub(super) fn remarks(raw: &Value, fields: &[EsriField]) -> Remarks {
    let described = raw.get("fields").and_then(Value::as_array);
    let described = |name: &str| {
        let field =
            described?.iter().find(|field| field.get("name").and_then(Value::as_str) == Some(name))?;
        said(field.get("description")?.as_str()?)
    };
    let remark = |field: &EsriField| {
        let alias =
            Some(field.alias.clone()).filter(|alias| *alias != field.name && !alias.trim().is_empty());
        let remark = ColumnRemark { alias, description: described(&field.name) };
        (remark != ColumnRemark::default()).then(|| (field.name.clone(), remark))
    };
    let formats = text(raw, "supportedQueryFormats").unwrap_or_default();
    let formats = formats.split(',').map(|format| format.trim().to_owned());
    Remarks {
        columns: fields.iter().filter_map(remark).collect(),
        last_metadata_edit: raw
            .pointer("/editingInfo/schemaLastEditDate")
            .and_then(Value::as_i64)
            .map(iso_ms),
        update_frequency: None,
        page_limit: raw.get("maxRecordCount").and_then(Value::as_u64),
        formats: formats.filter(|format| !format.is_empty()).collect(),
        item: None,
    }
}

/// A field's description: in `ArcGIS` Online an object written as text, whose `value` is meant.
fn said(text: &str) -> Option<String> {
    let written: Option<Value> =
        text.trim_start().starts_with('{').then(|| serde_json::from_str(text).ok()).flatten();
    let text = match &written {
        Some(object) => object.get("value").and_then(Value::as_str).unwrap_or_default(),
        None => text,
    };
    Some(plain(text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_said_of_fields_is_found() {
        let raw = json!({
            "maxRecordCount": 2000, "supportedQueryFormats": "JSON, geoJSON,PBF",
            "editingInfo": {"schemaLastEditDate": 1_764_000_000_000_i64},
            "fields": [
                {"name": "A", "alias": "The A", "description": "{\"value\":\"how <b>long</b>\",\"fieldValueType\":\"\"}"},
                {"name": "B", "alias": "B", "description": "{\"value\":\"\"}"},
                {"name": "C", "description": "plain"},
            ],
        });
        let fields: Vec<EsriField> =
            raw["fields"].as_array().unwrap().iter().filter_map(EsriField::read).collect();
        let found = remarks(&raw, &fields);
        let remark = |alias: Option<&str>, description: &str| ColumnRemark {
            alias: alias.map(str::to_owned),
            description: Some(description.to_owned()),
        };
        assert_eq!(found.columns["A"], remark(Some("The A"), "how long"));
        assert_eq!((found.columns.get("B"), &found.columns["C"]), (None, &remark(None, "plain")));
        assert_eq!(found.formats, ["JSON", "geoJSON", "PBF"]);
        assert_eq!(
            (found.page_limit, found.last_metadata_edit.as_deref()),
            (Some(2000), Some("2025-11-24T16:00:00Z"))
        );
    }
}
