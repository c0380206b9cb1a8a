//! A dataset of the city.

use serde_json::{Value as Json, json};

/// A dataset, and where it is listed.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// The item: 32 hexadecimal digits; empty for what only Socrata has.
    pub item: String,
    /// The layer of the item that is meant.
    pub layer: Option<u32>,
    /// The Socrata id; none for what only ArcGIS has.
    pub soda: Option<String>,
    /// Its title.
    pub title: String,
    /// What it is about; may be HTML.
    pub description: String,
    /// Keywords.
    pub tags: Vec<String>,
    /// Columns.
    pub fields: Vec<String>,
    /// `Feature Service`, `CSV`, `Web Map`.
    pub kind: String,
    /// When it was changed, in milliseconds since 1970.
    pub modified: i64,
    /// The licence, as text.
    pub licence: Option<String>,
    /// West, south, east, north.
    pub bbox: Option<[f64; 4]>,
    /// The service or layer.
    pub url: Option<String>,
    /// The words of its page, `lahub::parking-meters`.
    pub slug: String,
    /// Official.
    pub authoritative: bool,
    /// Not for everybody.
    pub private: bool,
    /// Still listed by the catalogues, and gone.
    pub dead: bool,
}

impl Record {
    /// A layer of an item.
    pub fn layer(item: &str, title: &str, url: &str) -> Self {
        Self {
            item: item.to_owned(),
            title: title.to_owned(),
            kind: "Feature Service".to_owned(),
            url: Some(url.to_owned()),
            slug: format!("city::{}", title.to_lowercase().replace(' ', "-")),
            modified: 1_790_000_000_000,
            ..Self::default()
        }
    }

    /// A dataset of Socrata.
    pub fn rows(id: &str, title: &str) -> Self {
        Self {
            soda: Some(id.to_owned()),
            title: title.to_owned(),
            modified: 1_790_000_000_000,
            ..Self::default()
        }
    }

    /// Listed by Hub and the organisation.
    pub(super) fn is_on_hub(&self) -> bool {
        !self.item.is_empty()
    }

    /// The id of Hub's record.
    pub(super) fn hub_id(&self) -> String {
        self.layer.map_or_else(|| self.item.clone(), |layer| format!("{}_{layer}", self.item))
    }

    /// The item as the sharing API has it.
    pub(super) fn item_json(&self) -> Json {
        let keywords: &[&str] = match &self.url {
            Some(url) if url.ends_with("Server") => &["Hosted Service", "Multilayer"],
            _ => &["Hosted Service", "Singlelayer"],
        };
        json!({
            "id": self.item, "owner": "city_gis", "orgId": "StandInCityOrg01", "created": self.modified - 1_000_000,
            "modified": self.modified, "title": self.title, "type": self.kind, "typeKeywords": keywords,
            "description": self.description, "snippet": null, "tags": self.tags, "categories": [],
            "extent": self.bbox.map_or(json!([]), |[w, s, e, n]| json!([[w, s], [e, n]])),
            "accessInformation": "City of Stand-in", "licenseInfo": self.licence, "url": self.url,
            "access": if self.private { "org" } else { "public" }, "size": -1, "numViews": 7,
            "contentStatus": self.authoritative.then_some("public_authoritative"),
        })
    }
}
