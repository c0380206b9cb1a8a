//! A portal that answers each kind of question with what was recorded for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use geohub_testkit::net::{Answer, Edit, Kind, Options, Portal, Request, Server, Tweaks};
use serde_json::{Value, json};

/// Bodies by kind of question; what is missing is answered with an error object.
#[derive(Default)]
pub struct Answers {
    pub description: Option<Value>,
    /// The description of the service the layer belongs to.
    pub service: Option<Value>,
    pub count: Option<Value>,
    pub ids: Option<Value>,
    /// The answers to questions for rows, one after the other; the last one again and again.
    pub pages: Vec<Value>,
    /// Questions for rows are refused unless they name ids; then each is a row with nothing but its id.
    pub rows_by_id: Option<String>,
    /// How many questions for rows there were.
    pub asked: AtomicUsize,
}

impl Answers {
    /// Serves it; the layer is at `/a/FeatureServer/0`.
    pub fn start(self) -> Server {
        Server::start(Arc::new(self), Options::default()).unwrap()
    }

    fn rows(&self, request: &Request) -> Option<Value> {
        let Some(oid) = &self.rows_by_id else {
            let at = self.asked.fetch_add(1, Ordering::Relaxed).min(self.pages.len().checked_sub(1)?);
            return self.pages.get(at).cloned();
        };
        let ids = request.param("objectIds")?;
        let row = |id: &str| json!({"attributes": {oid: id.parse::<i64>().unwrap()}});
        let rows: Vec<Value> = ids.split(',').map(row).collect();
        Some(json!({"objectIdFieldName": oid, "features": rows}))
    }
}

impl Portal for Answers {
    fn kind(&self, _request: &Request) -> Kind {
        Kind::Other
    }

    fn answer(&self, request: &Request, _tweaks: &Tweaks) -> Answer {
        let is = |name: &str| request.param(name) == Some("true");
        let body = match () {
            () if request.path.ends_with("Server") => self.service.clone(),
            () if !request.path.ends_with("/query") => self.description.clone(),
            () if is("returnCountOnly") => self.count.clone(),
            () if is("returnIdsOnly") => self.ids.clone(),
            () if request.param("outStatistics").is_some() => None,
            () => self.rows(request),
        };
        let refused =
            json!({"error": {"code": 400, "message": "Invalid or missing input parameters.", "details": []}});
        Answer::json(200, "application/json", &body.unwrap_or(refused))
    }

    fn edit(&self, _edit: &Edit) {}

    fn too_many(&self) -> Answer {
        Answer::html(429, "Too many")
    }
}
