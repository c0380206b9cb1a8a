//! One recorded exchange.

use serde_json::Value as Json;

/// What was asked and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// `GET` or `POST`.
    pub method: String,
    /// The path, decoded, without the host.
    pub path: String,
    /// The query, decoded and sorted.
    pub query: Vec<(String, String)>,
    /// The JSON body's `query` and `page`, where they were recorded.
    pub body: Option<String>,
    /// The status.
    pub status: u16,
    /// The headers, without those of the connection.
    pub headers: Vec<(String, String)>,
    /// The body's text.
    pub text: String,
}

/// Headers that spoke of the recorded connection, not of the answer.
const CONNECTION: [&str; 4] = ["content-encoding", "transfer-encoding", "connection", "content-length"];

/// What of a SODA 3 body tells one request from another.
pub(super) fn body_key(text: &str) -> Option<String> {
    let json: Json = serde_json::from_str(text).ok()?;
    Some(format!("{} {}", json.get("query")?, json.get("page").unwrap_or(&Json::Null)))
}

fn exchange(request: &Json, response: &Json) -> Option<Recording> {
    let named =
        ["uri_real", "uri", "uri_as_recorded"].iter().find_map(|name| request.get(*name)?.as_str())?;
    let uri = url::Url::parse(named).ok()?;
    let mut query: Vec<(String, String)> = uri.query_pairs().into_owned().collect();
    query.sort();
    let headers = response.get("headers").and_then(Json::as_object);
    let kept = headers
        .into_iter()
        .flatten()
        .filter(|(name, _)| !CONNECTION.contains(&name.to_ascii_lowercase().as_str()));
    Some(Recording {
        method: request.get("method").and_then(Json::as_str).unwrap_or("GET").to_owned(),
        path: crate::net::request::decode_path(uri.path()),
        query,
        body: request.get("body").and_then(Json::as_str).and_then(body_key),
        status: u16::try_from(response.get("status")?.as_u64()?).ok()?,
        headers: kept.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect(),
        text: response.get("body").and_then(Json::as_str).unwrap_or_default().to_owned(),
    })
}

impl Recording {
    /// Finds recordings at any depth.
    pub fn collect(json: &Json, out: &mut Vec<Self>) {
        match json {
            Json::Object(map) => {
                if let (Some(request), Some(response)) = (map.get("request"), map.get("response")) {
                    out.extend(exchange(request, response));
                } else {
                    map.values().for_each(|value| Self::collect(value, out));
                }
            }
            Json::Array(list) => list.iter().for_each(|value| Self::collect(value, out)),
            _ => {}
        }
    }
}
