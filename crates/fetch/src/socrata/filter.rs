//! The filter of a view, in words for people.

use serde_json::Value;

use super::view::text;

/// What a view takes from its dataset, as far as its description says; `None` when it takes everything.
pub(super) fn words(raw: &Value) -> Option<String> {
    let query = raw.get("query").unwrap_or(&Value::Null);
    let mut parts: Vec<String> = Vec::new();
    parts.extend(text(raw, "/queryString").or_else(|| text(query, "/queryString")));
    let names = |id: &Value| name_of(raw, id);
    parts.extend(query.get("filterCondition").and_then(|tree| condition(tree, &names)));
    parts.extend(text(raw, "/searchString").map(|words| format!("search for `{words}`")));
    if groups(raw) {
        parts.push("rows put together by groups".to_owned());
    }
    let words: String = parts.join("; ").chars().take(400).collect();
    (!words.is_empty()).then(|| geohub_core::text::clean(&words))
}

/// True for a view of groups, whose rows have no ids.
pub(super) fn groups(raw: &Value) -> bool {
    let grouped =
        raw.pointer("/query/groupBys").and_then(Value::as_array).is_some_and(|keys| !keys.is_empty());
    let texts = [text(raw, "/queryString"), text(raw, "/query/queryString")];
    grouped || texts.iter().flatten().any(|query| query.to_ascii_lowercase().contains("group by"))
}

/// A condition: text, or a tree of operators as SODA 2.0 keeps them.
fn condition(tree: &Value, names: &dyn Fn(&Value) -> String) -> Option<String> {
    match tree {
        Value::String(text) if !text.trim().is_empty() => return Some(text.trim().to_owned()),
        Value::Object(_) => {}
        _ => return None,
    }
    let kind = tree.get("type").and_then(Value::as_str).unwrap_or_default();
    if kind == "column" {
        return Some(names(tree.get("columnId").or_else(|| tree.get("columnFieldName"))?));
    }
    if kind == "literal" {
        return Some(match tree.get("value")? {
            Value::String(text) => format!("'{text}'"),
            other => other.to_string(),
        });
    }
    let operator = tree.get("value").and_then(Value::as_str)?;
    let children = tree.get("children").and_then(Value::as_array).into_iter().flatten();
    let children: Vec<String> = children.filter_map(|child| condition(child, names)).collect();
    Some(match (operator, children.as_slice()) {
        ("AND" | "OR", []) => return None,
        ("AND" | "OR", _) => format!("({})", children.join(&format!(" {operator} "))),
        ("EQUALS", [a, b]) => format!("{a} = {b}"),
        ("NOT_EQUALS", [a, b]) => format!("{a} <> {b}"),
        ("LESS_THAN", [a, b]) => format!("{a} < {b}"),
        ("LESS_THAN_OR_EQUALS", [a, b]) => format!("{a} <= {b}"),
        ("GREATER_THAN", [a, b]) => format!("{a} > {b}"),
        ("GREATER_THAN_OR_EQUALS", [a, b]) => format!("{a} >= {b}"),
        _ => format!("{operator}({})", children.join(", ")),
    })
}

/// The field name behind the number that a tree has for a column.
fn name_of(raw: &Value, id: &Value) -> String {
    let columns = raw.get("columns").and_then(Value::as_array).into_iter().flatten();
    let known = |column: &&Value| column.get("id") == Some(id) || column.get("tableColumnId") == Some(id);
    let found = columns
        .filter(|column| !id.is_null() && known(column))
        .find_map(|column| column.get("fieldName")?.as_str());
    found.map_or_else(|| id.as_str().map_or_else(|| format!("column {id}"), str::to_owned), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn trees_and_texts_become_words() {
        let tree = json!({
            "columns": [{"id": 7, "fieldName": "zip"}],
            "query": {"filterCondition": {"type": "operator", "value": "AND", "children": [
                {"type": "operator", "value": "EQUALS", "children": [
                    {"type": "column", "columnId": 7}, {"type": "literal", "value": "90012"}]},
                {"type": "operator", "value": "BETWEEN", "children": [
                    {"type": "column", "columnFieldName": "n"}, {"type": "literal", "value": 1}, {"type": "literal", "value": 5}]}]}}});
        assert_eq!(words(&tree).as_deref(), Some("(zip = '90012' AND BETWEEN(n, 1, 5))"));
        assert_eq!(words(&json!({"query": {"filterCondition": "apn < 10"}})).as_deref(), Some("apn < 10"));
        assert_eq!(words(&json!({"query": {"orderBys": [{"ascending": true}]}})), None);
        let grouped = json!({"queryString": "SELECT a, count(*) GROUP BY a"});
        assert!(groups(&grouped) && words(&grouped).unwrap().contains("GROUP BY"));
        assert!(groups(&json!({"query": {"groupBys": [{"columnId": 1}]}})) && !groups(&tree));
    }
}
