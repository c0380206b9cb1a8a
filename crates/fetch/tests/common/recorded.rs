//! A Socrata portal that answers with recorded descriptions and rows, given row ids where the recording had none.

use std::sync::Arc;

use geohub_testkit::net::{Answer, Edit, Kind, Options, Portal, Request, Server, Tweaks};
use serde_json::Value;
use serde_json::value::RawValue;

/// What a portal answers.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// Status and body of the description.
    pub view: (u16, String),
    /// Status and body of SODA 2 answers with rows.
    pub older: (u16, String),
    /// The body of SODA 3 answers with rows.
    pub newer: Option<String>,
}

impl Recorded {
    /// Serves the dataset `abcd-1234`, whatever the recording's own id.
    pub fn start(self) -> Server {
        Server::start(Arc::new(self), Options::default()).unwrap()
    }

    fn rows(&self, request: &Request, body: &str, between: &str) -> String {
        let asked = format!("{} {}", request.body, request.param("$where").unwrap_or_default());
        let rows: Vec<&RawValue> = serde_json::from_str(body).unwrap();
        if request.param("$select").unwrap_or(&request.body).contains("count(*)") {
            return format!("[{{\"n\":\"{}\"}}]\n", rows.len());
        }
        let id = |at: usize| format!("row-{at:04}~rec.orded");
        let from =
            (0..rows.len()).find(|at| asked.contains(&format!("> '{}'", id(*at)))).map_or(0, |at| at + 1);
        let named = |(at, row): (usize, &&RawValue)| {
            let members = row.get().trim_start_matches('{');
            let comma = if members.starts_with('}') { "" } else { "," };
            format!("{{\":id\":\"{}\"{comma}{members}", id(at))
        };
        let rows: Vec<String> = rows.iter().enumerate().skip(from).map(named).collect();
        format!("[{}]\n", rows.join(between))
    }
}

impl Portal for Recorded {
    fn kind(&self, _request: &Request) -> Kind {
        Kind::Other
    }

    fn answer(&self, request: &Request, _tweaks: &Tweaks) -> Answer {
        let ((status, body), between) = match (request.path.as_str(), &self.newer) {
            ("/api/v3/views/abcd-1234/query.json", Some(body)) => ((200, body), ",\n"),
            ("/resource/abcd-1234.json", _) => ((self.older.0, &self.older.1), "\n,"),
            ("/api/views/abcd-1234.json", _) => ((self.view.0, &self.view.1), ""),
            _ => return Answer::new(404, "application/json", r#"{"code":"not_found","error":true}"#),
        };
        let text = match between {
            "" => body.clone(),
            _ if status != 200 => body.clone(),
            _ => self.rows(request, body, between),
        };
        Answer::new(status, "application/json;charset=utf-8", text)
    }

    fn edit(&self, _edit: &Edit) {}

    fn too_many(&self) -> Answer {
        Answer::html(429, "Too many")
    }
}

/// The body of a recording of one exchange, and its status.
pub fn exchange(recorded: &Value) -> (u16, String) {
    let status = recorded["response"]["status"].as_u64().unwrap();
    (status as u16, recorded["response"]["body"].as_str().unwrap().to_owned())
}
