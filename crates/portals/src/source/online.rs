//! The sharing API's search: what an organisation of an ArcGIS portal has published.

use geohub_fetch::{Client, Dialect, Question, Result};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::pages::{Page, Paged, Window};
use super::{PAGE_BYTES, arcgis, prune};
use crate::entry::Entry;

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Online {
    /// Its portal's address without a slash at the end.
    pub(super) sharing: String,
    /// Its id.
    pub(super) organisation: String,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
    #[serde(default)]
    total: Value,
}

/// Types with data in them; what else an organisation keeps (templates, logos, drafts of applications) is no result.
const TYPES: &str = r#"(type:"Feature Service" OR type:"Map Service" OR type:"CSV" OR type:"Shapefile" OR type:"File Geodatabase" OR type:"GeoJson" OR type:"Microsoft Excel" OR type:"Web Map")"#;

impl Paged for Online {
    fn page(&self, client: &Client, window: Window, start: usize, size: usize) -> Result<Page> {
        let mut words = format!("orgid:{} AND access:public AND {TYPES}", self.organisation);
        if let Window::Until(until) = window {
            // Moments are compared as text of 19 digits.
            words = format!("{words} AND modified:[{:019} TO {:019}]", 0, until);
        }
        let question = Question::new(&format!("{}/sharing/rest/search", self.sharing), Dialect::ArcGis)?
            .with("q", words)
            .with("num", size.to_string())
            .with("start", start.to_string())
            .with("sortField", "modified")
            .with("sortOrder", "desc")
            .with("f", "json");
        client.ask(&question.at_most(PAGE_BYTES), |text| {
            let answer: Answer = serde_json::from_str(text)?;
            let read = |raw: &&RawValue| self.entry(&prune::value(raw.get())?);
            Ok(Page {
                lines: answer.results.len(),
                entries: answer.results.iter().filter_map(read).collect(),
                total: answer.total.as_u64().map(|total| total as usize),
            })
        })
    }
}

impl Online {
    fn entry(&self, raw: &Value) -> Option<Entry> {
        arcgis::entry(raw.get("id")?.as_str()?, raw, &self.sharing)
    }
}
