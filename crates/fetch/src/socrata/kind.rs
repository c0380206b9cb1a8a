//! What an asset of a portal is, told from its description.

use serde_json::Value;

use super::columns::SodaColumn;
use super::url::is_id;
use super::view::text;

/// What can be done with an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It has rows.
    Rows,
    /// An uploaded map: its rows are in datasets of their own.
    Layers(Vec<String>),
    /// A picture of another dataset, without columns of its own.
    Picture {
        /// The dataset it shows, where the description says so.
        parent: Option<String>,
    },
    /// A link to somewhere else.
    Link(Vec<String>),
    /// A file that was uploaded as it is.
    File,
    /// Something else without rows.
    Other,
}

/// The word for an asset's type.
pub(super) fn word(raw: &Value) -> String {
    let word =
        text(raw, "/assetType").or_else(|| text(raw, "/viewType")).unwrap_or_else(|| "asset".to_owned());
    geohub_core::text::clean(&word.to_ascii_lowercase())
}

pub(super) fn kind(raw: &Value) -> Kind {
    let (word, view) = (word(raw), text(raw, "/viewType").unwrap_or_default().to_ascii_lowercase());
    let has_columns = !SodaColumn::all(raw).is_empty();
    match word.as_str() {
        _ if view == "blobby" || raw.get("blobId").is_some_and(Value::is_string) => return Kind::File,
        "story" | "measure" | "form" => return Kind::Other,
        "href" | "link" | "federated" | "federated_href" => return Kind::Link(links(raw)),
        _ if view == "href" || (view == "federated" && !has_columns) => return Kind::Link(links(raw)),
        _ if has_columns => return Kind::Rows,
        _ => {}
    }
    let children = children(raw);
    if !children.is_empty() {
        return Kind::Layers(children);
    }
    let links = links(raw);
    let pictures = ["visualization", "chart", "map", "calendar", "filter", "datalens"];
    match parent(raw) {
        None if !links.is_empty() => Kind::Link(links),
        None if !pictures.contains(&word.as_str()) => Kind::Other,
        parent => Kind::Picture { parent },
    }
}

/// The dataset that a view was made from.
pub(super) fn parent(raw: &Value) -> Option<String> {
    let own = text(raw, "/id");
    let fixed = ["/modifyingViewUid", "/parentUid", "/parentFxf/0", "/parent_fxf/0", "/parentFxf"];
    // New visualisations keep it with each of their series.
    let canvas = [
        "/displayFormat/visualizationCanvasMetadata/vifs/0/series/0/dataSource/datasetUid",
        "/displayFormat/vif/series/0/dataSource/datasetUid",
        "/displayFormat/series/0/dataSource/datasetUid",
    ];
    let named = fixed.iter().chain(&canvas).filter_map(|pointer| text(raw, pointer));
    named.map(|id| id.to_ascii_lowercase()).find(|id| is_id(id) && Some(id) != own.as_ref())
}

/// The datasets of an uploaded map.
fn children(raw: &Value) -> Vec<String> {
    let listed = raw.get("childViews").and_then(Value::as_array).into_iter().flatten();
    let listed: Vec<String> = listed.filter_map(Value::as_str).map(str::to_owned).collect();
    if !listed.is_empty() {
        return listed;
    }
    // Some descriptions have them only here.
    let layers = text(raw, "/metadata/geo/layers").unwrap_or_default();
    layers.split(',').map(str::trim).filter(|layer| is_id(layer)).map(str::to_owned).collect()
}

/// The addresses that a description names, those of the data before those of pages about it.
pub(super) fn links(raw: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for pointer in [
        "/metadata/accessPoints",
        "/metadata/additionalAccessPoints",
        "/href",
        "/externalUrl",
        "/accessPoints",
    ] {
        collect(raw.pointer(pointer).unwrap_or(&Value::Null), &mut found);
    }
    collect(raw.get("metadata").unwrap_or(&Value::Null), &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let text = text.trim();
            let url = text.starts_with("http://") || text.starts_with("https://");
            if url && !text.contains(char::is_whitespace) && !found.iter().any(|known| known == text) {
                found.push(text.to_owned());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn assets_are_told_apart() {
        let column = json!([{"fieldName": "a", "dataTypeName": "text"}]);
        let hidden = json!([{"fieldName": ":sid", "dataTypeName": "meta_data"}]);
        assert_eq!(
            kind(&json!({"assetType": "dataset", "viewType": "tabular", "columns": column})),
            Kind::Rows
        );
        assert_eq!(
            kind(&json!({"assetType": "chart", "viewType": "tabular", "columns": column})),
            Kind::Rows
        );
        assert_eq!(
            kind(&json!({"assetType": "dataset", "viewType": "tabular", "columns": hidden})),
            Kind::Other
        );
        assert_eq!(kind(&json!({"assetType": "measure", "columns": column})), Kind::Other);
        assert_eq!(kind(&json!({"viewType": "blobby", "blobFilename": "a.pdf"})), Kind::File);
        let map = json!({"id": "geop-0001", "viewType": "geo", "assetType": "map", "columns": [], "childViews": ["chil-0001"]});
        assert_eq!(kind(&map), Kind::Layers(vec!["chil-0001".to_owned()]));
        let map = json!({"viewType": "geo", "metadata": {"geo": {"layers": "chil-0001,chil-0002"}}});
        assert_eq!(kind(&map), Kind::Layers(vec!["chil-0001".to_owned(), "chil-0002".to_owned()]));
        let picture = json!({"id": "pict-0001", "assetType": "visualization", "columns": [], "modifyingViewUid": "ABCD-1234"});
        assert_eq!(kind(&picture), Kind::Picture { parent: Some("abcd-1234".to_owned()) });
        assert_eq!(kind(&json!({"assetType": "chart", "id": "a"})), Kind::Picture { parent: None });
    }

    #[test]
    fn links_come_from_wherever_they_stand() {
        let raw = json!({"viewType": "href", "metadata": {
            "custom_fields": {"Source": {"Page": "see https://no.example"}, "x": "https://about.example"},
            "accessPoints": {"http": "https://h/rest/services/A/FeatureServer/0"}}});
        let expected = ["https://h/rest/services/A/FeatureServer/0", "https://about.example"];
        assert_eq!(kind(&raw), Kind::Link(expected.map(str::to_owned).to_vec()));
    }
}
