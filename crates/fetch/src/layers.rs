//! The layers of a service, when it does not say which one is meant.

use std::fmt;

use geohub_core::text::{clean, plural};
use serde::Serialize;

/// A layer as its service lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LayerEntry {
    /// Its number in the service.
    pub id: u64,
    /// Its name, which need not be the only one of its kind.
    pub name: String,
    /// `Feature Layer`, `Table`, `Group Layer`, `Raster Layer`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `Point`, `Polyline`; `None` for tables and where the service does not say.
    #[serde(rename = "geometry_type")]
    pub geometry: Option<String>,
    /// The group it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<u64>,
}

impl LayerEntry {
    /// True for a layer that only holds others.
    pub fn is_group(&self) -> bool {
        self.kind == "Group Layer"
    }

    /// True for a layer that can be read.
    pub fn has_rows(&self) -> bool {
        matches!(self.kind.as_str(), "Feature Layer" | "Table")
    }

    /// Number, name, type and geometry in one line.
    pub fn line(&self) -> String {
        let geometry = self.geometry.as_ref().map_or(String::new(), |geometry| format!(", {geometry}"));
        clean(&format!("{:>4}  {}  ({}{geometry})", self.id, self.name, self.kind))
    }
}

/// The layers among which one must be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers {
    /// The service.
    pub url: String,
    /// What it has.
    pub entries: Vec<LayerEntry>,
    /// What was asked for and is not there.
    pub missing: Option<String>,
}

impl Layers {
    /// What to type next.
    pub fn hint(&self) -> Option<String> {
        let entry = self.entries.iter().find(|entry| entry.has_rows())?;
        let name = entry.name.replace('"', "\\\"");
        Some(clean(&format!("add --layer {}, or --layer \"{name}\"", entry.id)))
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.missing {
            Some(missing) => write!(f, "{} has no layer `{}`; it has", self.url, clean(missing))?,
            None => write!(f, "{} has {}", self.url, plural(self.entries.len() as u64, "layer"))?,
        }
        f.write_str(":")?;
        self.entries.iter().try_for_each(|entry| write!(f, "\n{}", entry.line()))
    }
}

impl std::error::Error for Layers {}
