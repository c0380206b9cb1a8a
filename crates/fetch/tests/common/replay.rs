//! A portal that answers every question about its rows from one recorded page.

use std::sync::Arc;

use geohub_testkit::arcgis::transcribe;
use geohub_testkit::net::{Answer, Edit, Kind, Options, Portal, Request, Server, Tweaks};
use serde_json::{Value, json};

/// One page and the description that goes with it.
pub struct Replay {
    description: Value,
    page: Value,
    oid: String,
}

impl Replay {
    /// Serves an Esri layer at `/a/MapServer/3` or a Socrata dataset `abcd-1234`.
    pub fn start(description: Value, page: Value, oid: &str) -> Server {
        let replay = Self { description, page, oid: oid.to_owned() };
        Server::start(Arc::new(replay), Options::default()).unwrap()
    }

    fn features(&self) -> &[Value] {
        self.page.get("features").unwrap_or(&self.page).as_array().map_or(&[], Vec::as_slice)
    }

    fn esri(&self, request: &Request) -> Value {
        let ids: Vec<Value> =
            self.features().iter().map(|row| row["attributes"][&self.oid].clone()).collect();
        if request.param("returnCountOnly") == Some("true") {
            return json!({"count": ids.len()});
        }
        if request.param("returnIdsOnly") == Some("true") {
            return json!({"objectIdFieldName": self.oid, "objectIds": ids});
        }
        let after = request
            .param("where")
            .and_then(|text| text.rsplit_once("> "))
            .and_then(|(_, id)| id.parse().ok());
        let mut page = self.page.clone();
        if let (Some(after), Some(features)) = (after, page["features"].as_array_mut()) {
            let id = |row: &Value| row["attributes"][&self.oid].as_f64().unwrap_or(f64::MAX);
            features.retain(|row| id(row) > after);
        }
        page
    }

    fn soda(&self, request: &Request) -> Value {
        let rows = self.features();
        match (request.param("$select"), request.param("$where")) {
            (Some(select), _) if select.starts_with("count") => json!([{"n": rows.len().to_string()}]),
            (_, Some(condition)) if condition.contains(":id >") => {
                let at = rows.iter().position(|row| condition.contains(row[":id"].as_str().unwrap_or("?")));
                json!(rows[at.map_or(rows.len(), |at| at + 1)..])
            }
            _ => json!(rows),
        }
    }
}

/// A description that offers protocol buffers.
pub fn offering_pbf(mut description: Value) -> Value {
    description["supportedQueryFormats"] = json!("JSON, geoJSON, PBF");
    description
}

impl Portal for Replay {
    fn kind(&self, _request: &Request) -> Kind {
        Kind::Other
    }

    fn answer(&self, request: &Request, _tweaks: &Tweaks) -> Answer {
        let body = if request.path.ends_with("/query") {
            let page = self.esri(request);
            if request.param("f") == Some("pbf") {
                return match transcribe(&page, &self.description) {
                    Some(bytes) => Answer::new(200, "application/x-protobuf", bytes),
                    None => Answer::json(
                        200,
                        "application/json",
                        &json!({"error": {"code": 400, "message": "Unable to complete operation."}}),
                    ),
                };
            }
            page
        } else if request.path.starts_with("/resource/") {
            self.soda(request)
        } else {
            self.description.clone()
        };
        Answer::json(200, "application/json", &body)
    }

    fn edit(&self, _edit: &Edit) {}

    fn too_many(&self) -> Answer {
        Answer::html(429, "Too many")
    }
}
