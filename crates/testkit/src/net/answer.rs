//! An answer before it goes on the wire.

use bytes::Bytes;

/// Status, headers and body; the harness adds `Date`, compression and faults.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// The whole body, not compressed.
    pub body: Bytes,
    /// How many rows it carries, for the latency model and the log.
    pub rows: usize,
    /// Whether the length is announced; else the body goes in chunks.
    pub announce_length: bool,
}

impl Answer {
    /// An answer of a content type.
    pub fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into(), rows: 0, announce_length: true }
    }

    /// JSON.
    pub fn json(status: u16, content_type: &str, body: &serde_json::Value) -> Self {
        Self::new(status, content_type, body.to_string())
    }

    /// A small HTML page, as proxies and web front ends send it.
    pub fn html(status: u16, title: &str) -> Self {
        let body = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
        );
        Self::new(status, "text/html;charset=utf-8", body)
    }

    /// The same with one header more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same, said to carry so many rows.
    #[must_use]
    pub fn with_rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }
}
