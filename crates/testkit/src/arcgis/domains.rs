//! Coded-value domains and types of rows.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::layer::Layer;
use super::switches::Subtype;
use crate::sql::bind::Scope;
use crate::table::Kind;

/// A code as its field has it: numbers for numbers.
fn code(text: &str, kind: Kind) -> Json {
    if !kind.is_number() {
        return json!(text);
    }
    let number = text.parse::<f64>();
    number.map_or(json!(text), |n| if n.fract() == 0.0 { json!(n as i64) } else { json!(n) })
}

/// A domain of codes.
pub(super) fn coded(name: &str, codes: &BTreeMap<String, String>, kind: Kind) -> Json {
    let values: Vec<Json> =
        codes.iter().map(|(text, label)| json!({"name": label, "code": code(text, kind)})).collect();
    json!({"type": "codedValue", "name": format!("{name}_domain"), "codedValues": values})
}

fn kind(layer: &Layer, field: &str) -> Kind {
    layer.column(field).map_or(Kind::Text, |(_, kind)| kind)
}

fn of_type(layer: &Layer, key: &str, (text, subtype): (&String, &Subtype), field: &str) -> Json {
    let domain = |(name, codes): (&String, &Option<BTreeMap<String, String>>)| {
        let domain = match codes {
            Some(codes) => coded(name, codes, kind(layer, name)),
            None => json!({"type": "inherited"}),
        };
        (name.clone(), domain)
    };
    let domains: Map<String, Json> = subtype.domains.iter().map(domain).collect();
    json!({key: code(text, kind(layer, field)), "name": subtype.name, "domains": domains})
}

/// What a layer says of its types.
pub(super) fn types(layer: &Layer, out: &mut Map<String, Json>) {
    let Some(subtypes) = &layer.switches.subtypes else { return };
    let (field, list, key) =
        if subtypes.as_types { ("typeIdField", "types", "id") } else { ("subtypeField", "subtypes", "code") };
    let all: Vec<Json> =
        subtypes.types.iter().map(|entry| of_type(layer, key, entry, &subtypes.field)).collect();
    out.insert(field.to_owned(), json!(subtypes.field));
    out.insert(list.to_owned(), json!(all));
}
