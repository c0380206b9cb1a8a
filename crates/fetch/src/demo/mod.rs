//! A small portal inside the program: what it takes to try geohub without a network.
//!
//! Requests to [`HOST`] are answered here, in the words of an ArcGIS server and of a Hub's search, so that everything
//! else about a download is as with any other portal. The name ends in `.invalid` (RFC 6761), which no network resolves.

mod catalogue;
mod describe;
mod geometry;
mod layer;
mod query;
mod table;

use std::collections::HashMap;

use reqwest::StatusCode;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

/// The host of the portal.
pub const HOST: &str = "demo.geohub.invalid";

/// Parameters of a request, names in lower case.
type Params = HashMap<String, String>;

/// True for addresses of the portal.
pub(crate) fn is_demo(url: &Url) -> bool {
    url.host_str() == Some(HOST)
}

/// What the portal answers.
pub(crate) fn answer(url: &Url, form: Option<&str>) -> reqwest::Response {
    let mut params: Params = HashMap::new();
    let pairs = [url.query(), form].into_iter().flatten();
    for (name, value) in pairs.flat_map(|text| form_urlencoded::parse(text.as_bytes())) {
        params.insert(name.to_ascii_lowercase(), value.into_owned());
    }
    let (status, body) = route(url.path(), &params);
    let mut response = http::Response::new(body.to_string());
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json;charset=utf-8");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    response.into()
}

/// `/arcgis/rest/services/NAME/FeatureServer[/0[/query]]`, `/api/search/v1/collections/NAME/items`, and the portal's items.
fn route(path: &str, params: &Params) -> (StatusCode, Value) {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let found = match parts.as_slice() {
        ["arcgis", "rest", "info"] => Some(describe::info()),
        ["arcgis", "rest", "services"] => Some(describe::folder()),
        ["arcgis", "rest", "services", name, "FeatureServer", rest @ ..] => {
            layer::named(name).and_then(|layer| match rest {
                [] => Some(describe::service(layer)),
                ["0"] => Some(describe::layer(layer)),
                ["0", "query"] => Some(query::answer(layer, params)),
                _ => None,
            })
        }
        ["api", "search", "v1", "collections", _, "items"] => Some(catalogue::items(params)),
        ["sharing", "rest", "content", "items", id] => catalogue::item(id),
        _ => None,
    };
    match found {
        Some(body) => (StatusCode::OK, body),
        None => (StatusCode::NOT_FOUND, error(404, "the demo portal has nothing here")),
    }
}

/// An error as ArcGIS servers send it, with status 200.
fn error(code: u16, message: &str) -> Value {
    json!({"error": {"code": code, "message": message, "details": []}})
}
