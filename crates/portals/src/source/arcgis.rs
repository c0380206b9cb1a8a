//! What Hub's records and the items of the sharing API have in common.

use serde_json::Value;

use super::value::{self, DESCRIPTION, TITLE};
use crate::address::{Address, item_id};
use crate::entry::{Entry, Kind};

/// What an item's type stands for; `single` for a layer of its own.
pub(super) fn kind_of_type(name: &str, single: bool) -> Kind {
    match name {
        "Feature Layer" => Kind::Layer,
        "Table" => Kind::Table,
        "Feature Service" | "Map Service" | "Group Layer" => {
            if single {
                Kind::Layer
            } else {
                Kind::Service
            }
        }
        "CSV" | "CSV Collection" | "Shapefile" | "File Geodatabase" | "GeoJson" | "GeoPackage" | "KML"
        | "KML Collection" | "Microsoft Excel" | "SQLite Geodatabase" | "Feature Collection"
        | "Layer Package" | "CAD Drawing" => Kind::File,
        "Web Map" | "Web Scene" | "Map Document" | "Pro Map" => Kind::Map,
        "PDF" | "Microsoft Word" | "Microsoft Powerpoint" | "Document Link" | "Image" | "Report Template" => {
            Kind::Document
        }
        _ if [
            "Application",
            "Dashboard",
            "StoryMap",
            "Experience",
            "Hub",
            "Form",
            "App",
            "Solution",
            "Survey",
        ]
        .iter()
        .any(|word| name.contains(word)) =>
        {
            Kind::App
        }
        _ => Kind::Other,
    }
}

/// The facts of an item, whose id may have a layer's number behind it. `None` without id or title.
pub(super) fn entry(id: &str, raw: &Value, sharing: &str) -> Option<Entry> {
    let address = item_id(id)?;
    let single = matches!(address, Address::ItemLayer(..)) || has_keyword(raw, "Singlelayer");
    let type_name = value::text(raw, "/type", 60);
    let mut kind = type_name.as_deref().map_or(Kind::Other, |name| kind_of_type(name, single));
    if kind == Kind::Layer && (has_keyword(raw, "Table") || is_null_geometry(raw)) {
        kind = Kind::Table;
    }
    let mut entry = Entry {
        id: id.to_owned(),
        title: value::first(raw, &["/title", "/name"], TITLE)?,
        description: value::first(raw, &["/description", "/snippet", "/searchDescription"], DESCRIPTION)
            .unwrap_or_default(),
        kind,
        type_name,
        owner: value::first(raw, &["/source", "/orgName", "/organization", "/owner"], TITLE),
        licence: licence(raw),
        updated: value::moment(raw, "/modified"),
        rows: value::count(raw, "/recordCount"),
        bbox: value::bbox(raw.pointer("/extent/coordinates").or_else(|| raw.get("extent"))),
        authoritative: value::text(raw, "/contentStatus", 60)
            .is_some_and(|text| text.ends_with("authoritative")),
        private: value::text(raw, "/access", 60).is_some_and(|text| text != "public"),
        ..Entry::default()
    };
    value::words(raw, "/tags", &mut entry.tags);
    value::words(raw, "/categories", &mut entry.tags);
    for category in &mut entry.tags {
        // `/Categories/Transportation/Parking`.
        if let Some(path) = category.strip_prefix("/Categories/") {
            *category = path.replace('/', " ");
        }
    }
    value::words(raw, "/fieldNames", &mut entry.fields);
    for field in raw.get("fields").and_then(Value::as_array).into_iter().flatten() {
        value::words(field, "/name", &mut entry.fields);
        value::words(field, "/alias", &mut entry.fields);
    }
    entry.addresses.push(item_address(&address, sharing));
    entry.addresses.extend(raw.get("url").and_then(Value::as_str).map(|url| url.trim().to_owned()));
    Some(entry)
}

/// The item's page in its portal.
fn item_address(address: &Address, sharing: &str) -> String {
    match address {
        Address::ItemLayer(id, layer) => format!("{sharing}/home/item.html?id={id}&sublayer={layer}"),
        Address::Item(id) => format!("{sharing}/home/item.html?id={id}"),
        _ => String::new(),
    }
}

fn has_keyword(raw: &Value, word: &str) -> bool {
    let listed = raw.get("typeKeywords").and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(Value::as_str).any(|keyword| keyword == word)
}

fn is_null_geometry(raw: &Value) -> bool {
    raw.get("geometryType").is_some_and(|kind| kind.is_null() || kind == "") && raw.get("fields").is_some()
}

fn licence(raw: &Value) -> Option<String> {
    let named = |text: &String| !matches!(text.as_str(), "none" | "custom");
    let structured = value::first(
        raw,
        &["/structuredLicense/abbr", "/structuredLicense/text", "/structuredLicense/url"],
        160,
    );
    structured
        .or_else(|| value::text(raw, "/license", 160).filter(named))
        .or_else(|| value::text(raw, "/licenseInfo", 160))
}
