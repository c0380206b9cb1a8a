//! Code tables as a layer's description has them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::arcgis::fields::EsriField;
use crate::codes::{Code, CodeTable};
use crate::description::Domain;

/// The pairs of a list whose codes are called `code`, of types also `id`.
pub(in crate::arcgis) fn codes_of(list: &Value, code: &str) -> Option<Vec<Code>> {
    let pair = |entry: &Value| {
        let code = match entry.get(code)? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(Code { code, name: entry.get("name")?.as_str()?.to_owned() })
    };
    Some(list.as_array()?.iter().filter_map(pair).collect())
}

/// Types of rows with domains of their own.
struct Types<'a> {
    column: &'a str,
    list: &'a [Value],
    /// What the code of a type is called.
    code: &'static str,
}

/// `subtypes` of newer layers, else `types`, which say the same.
fn types(raw: &Value) -> Option<Types<'_>> {
    let read = |column: &str, list: &str, code: &'static str| {
        let column = raw.get(column).and_then(Value::as_str).filter(|column| !column.is_empty())?;
        let list = raw.get(list)?.as_array().filter(|list| !list.is_empty())?;
        Some(Types { column, list: list.as_slice(), code })
    };
    read("subtypeField", "subtypes", "code").or_else(|| read("typeIdField", "types", "id"))
}

fn member<'a>(map: &'a Value, name: &str) -> Option<&'a Value> {
    let entries = map.as_object()?;
    entries.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The codes of a field by type. A type that says nothing, or `inherited`, has the field's own.
fn by_type(field: &EsriField, types: &Types<'_>) -> BTreeMap<String, Vec<Code>> {
    let of_type = |entry: &Value| {
        let code = match entry.get(types.code)? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let domain = member(entry.get("domains")?, &field.name).filter(|domain| domain.is_object())?;
        if domain.get("type").and_then(Value::as_str) == Some("inherited") {
            return None;
        }
        let codes = domain.get("codedValues").and_then(|list| codes_of(list, "code"));
        Some((code, codes.unwrap_or_default()))
    };
    types.list.iter().filter_map(of_type).collect()
}

/// The table of a field, not yet with the column of its names; `None` for one whose values are no codes.
pub(super) fn table(field: &EsriField, fields: &[EsriField], raw: &Value) -> Option<CodeTable> {
    let mut table = CodeTable::default();
    if let Some(Domain::Codes(codes)) = &field.domain {
        table.codes.clone_from(codes);
    }
    if let Some(types) = types(raw) {
        let of_types = fields.iter().find(|other| other.name.eq_ignore_ascii_case(types.column));
        if of_types.is_some_and(|other| other.name == field.name) {
            if table.codes.is_empty() {
                let list = Value::Array(types.list.to_vec());
                table.codes = codes_of(&list, types.code).unwrap_or_default();
            }
        } else if let Some(column) = of_types {
            table.types = by_type(field, &types);
            table.type_column = Some(column.name.clone()).filter(|_| !table.types.is_empty());
        }
    }
    let coded = !table.codes.is_empty() || table.types.values().any(|codes| !codes.is_empty());
    coded.then_some(table)
}
