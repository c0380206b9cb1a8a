//! A request as a portal sees it.

use std::borrow::Cow;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A page of rows.
    Page,
    /// A count.
    Count,
    /// A list of row ids.
    Ids,
    /// Statistics or aggregates.
    Statistics,
    /// An extent.
    Extent,
    /// A layer, service or dataset description.
    Metadata,
    /// A list of services or datasets.
    Catalog,
    /// A whole file.
    Export,
    /// Anything else.
    Other,
}

/// A decoded request.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Request {
    /// `GET`, `POST`, ...
    pub method: String,
    /// The path, percent-decoded.
    pub path: String,
    /// The query text as sent.
    pub raw_query: String,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The form body, decoded, in order; empty for other content types.
    pub form: Vec<(String, String)>,
    /// The headers, names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
    /// The `http://127.0.0.1:port` it came to.
    pub origin: String,
}

impl Request {
    /// The parameters of query and form together.
    pub fn params(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query.iter().chain(&self.form).map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of a parameter, the name compared exactly.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// The first value of a parameter, the name compared without case.
    pub fn param_any_case(&self, name: &str) -> Option<&str> {
        self.params().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The first header of a name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Whether the client takes gzip.
    pub fn accepts_gzip(&self) -> bool {
        self.header("accept-encoding").is_some_and(|value| {
            value.split(',').any(|one| {
                let one: String = one.chars().filter(|c| !c.is_whitespace()).collect();
                one == "gzip" || (one.starts_with("gzip;") && one != "gzip;q=0")
            })
        })
    }

    /// The token or application token it carries, in whichever place; empty when none.
    pub fn token(&self) -> &str {
        let header = ["x-app-token", "x-esri-authorization", "authorization"];
        let param = ["$$app_token", "app_token", "token"];
        let sent = header.iter().find_map(|name| self.header(name));
        sent.or_else(|| param.iter().find_map(|name| self.param(name))).unwrap_or_default()
    }

    /// The path without empty parts.
    pub fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|part| !part.is_empty()).collect()
    }
}

/// Decodes `a=b&c=d`.
pub(super) fn decode_pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes())
        .map(|(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Decodes `%xx` in a path, where a plus is a plus.
pub(crate) fn decode_path(path: &str) -> String {
    let plain = path.replace('+', "%2B");
    decode_pairs(&plain).into_iter().next().map(|(name, _)| name).unwrap_or_default()
}
