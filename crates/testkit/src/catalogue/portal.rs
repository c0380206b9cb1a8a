//! Paths.

use serde_json::json;

use super::{Config, dcat, hub, sharing, soda};
use crate::net::{Answer, Edit, Kind, Portal, Request, Tweaks};

/// The stand-in's data and routes.
pub(super) struct Catalogues {
    config: Config,
}

impl Catalogues {
    pub(super) fn new(config: Config) -> Self {
        Self { config }
    }

    fn socrata(&self, request: &Request) -> Answer {
        let entries = self.config.records.iter().filter_map(|record| soda::entry(record, &request.origin));
        crate::socrata::catalog_page(entries, &self.config.odd, request)
    }
}

impl Portal for Catalogues {
    fn kind(&self, request: &Request) -> Kind {
        match request.segments().as_slice() {
            ["sharing", "rest", "content", "items", _] => Kind::Metadata,
            ["api", ..] | ["sharing", "rest", "search"] => Kind::Catalog,
            _ => Kind::Other,
        }
    }

    fn answer(&self, request: &Request, _tweaks: &Tweaks) -> Answer {
        let Config { records, odd, .. } = &self.config;
        match request.segments().as_slice() {
            ["api", "search", "v1", "collections", "dataset" | "all" | "document" | "appAndMap", "items"] => {
                hub::items(records, odd, request)
            }
            ["sharing", "rest", ..] if request.param("f") != Some("json") => {
                Answer::html(200, "ArcGIS Portal Directory")
            }
            ["sharing", "rest", "search"] => sharing::search(records, odd, request),
            ["sharing", "rest", "content", "items", id] => sharing::item(records, id),
            ["api", "catalog", "v1"] => self.socrata(request),
            ["api", "feed", "dcat-us", "1.1.json"] | ["data.json"] => {
                Answer::json(200, "application/json", &dcat::feed(records, odd, &request.origin))
            }
            ["datasets" | "pages" | "home", ..] => Answer::html(200, "A page for people"),
            _ => Answer::html(404, "Not Found"),
        }
    }

    fn edit(&self, _edit: &Edit) {}

    fn too_many(&self) -> Answer {
        Answer::json(429, "application/json", &json!({"message": "Too many requests", "statusCode": 429}))
    }
}
