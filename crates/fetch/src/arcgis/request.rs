//! The parameters of `/query`.

use std::collections::HashSet;

use geohub_core::Bbox;
use geohub_core::expr::{ArcGisSql, SqlDialect};
use url::Url;

use super::codes::Coding;
use crate::http::Request;
use crate::id::Id;
use crate::page::Ask;
use crate::selection::Selection;

/// Names as the server has them: a qualified name such as `CITY.DBO.PARCELS.APN` is no quoted word.
#[derive(Debug)]
pub(super) struct Names;

impl SqlDialect for Names {
    fn identifier(&self, name: &str) -> String {
        let word = |part: &str| ArcGisSql.identifier(part) == part;
        if name.split('.').all(word) { name.to_owned() } else { ArcGisSql.identifier(name) }
    }
}

/// In which form an answer is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Pbf,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Pbf => "pbf",
        }
    }
}

/// A `/query` under construction.
pub(super) struct LayerQuery<'a> {
    pub(super) url: &'a Url,
    pub(super) oid: &'a str,
    pub(super) codings: &'a [Coding],
    pub(super) selection: &'a Selection,
    pub(super) has_geometry: bool,
    /// Curves are asked for as such; a server straightens them by default.
    pub(super) curves: bool,
    pub(super) wkid: Option<u64>,
}

impl LayerQuery<'_> {
    /// How many rows.
    pub(super) fn count(&self) -> Request {
        self.narrowed(None, Format::Json).with("returnCountOnly", "true").with("returnGeometry", "false")
    }

    /// Which ids.
    pub(super) fn ids(&self) -> Request {
        self.narrowed(None, Format::Json).with("returnIdsOnly", "true").with("returnGeometry", "false")
    }

    /// The rows themselves, in the layer's own coordinates, neither rounded nor simplified.
    pub(super) fn page(&self, ask: Ask<'_>, format: Format) -> Request {
        let request = match ask {
            Ask::After { last, rows } => self
                .narrowed(last, format)
                .with("orderByFields", format!("{} ASC", Names.identifier(self.oid)))
                .with("resultRecordCount", rows.to_string()),
            // The ids alone say which rows; a condition beside them is refused by some servers.
            Ask::Ids(ids) => {
                let list: Vec<String> = ids.iter().map(ToString::to_string).collect();
                self.bare(format).with("objectIds", list.join(","))
            }
        };
        request
            .divisible_if(ask.rows() > 1)
            .with("outFields", self.out_fields())
            .with("returnGeometry", if self.has_geometry { "true" } else { "false" })
            .with_some("returnTrueCurves", self.curves.then(|| "true".to_owned()))
            .with_some("outSR", self.wkid.filter(|_| self.has_geometry).map(|wkid| wkid.to_string()))
    }

    fn bare(&self, format: Format) -> Request {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/query", self.url.path().trim_end_matches('/')));
        Request::new(url).or_post().with("f", format.name())
    }

    fn narrowed(&self, after: Option<&Id>, format: Format) -> Request {
        let after = after.map(|id| format!("{} > {id}", Names.identifier(self.oid)));
        let parts: Vec<String> = self.selection.condition.iter().cloned().chain(after).collect();
        let all = || "1=1".to_owned();
        let condition = if parts.is_empty() { all() } else { parts.join(" AND ") };
        let request = self.bare(format).with("where", condition);
        match envelope(&self.selection.boxes) {
            None => request,
            Some(bbox) => request
                .with("geometry", bbox.to_string())
                .with("geometryType", "esriGeometryEnvelope")
                .with("inSR", "4326")
                .with("spatialRel", "esriSpatialRelIntersects"),
        }
    }

    /// The object id always comes along, and so do the codes of columns of names.
    fn out_fields(&self) -> String {
        if self.selection.all_fields {
            return "*".to_owned();
        }
        let mut names = vec![self.oid];
        for field in self.selection.schema.fields() {
            match self.codings.iter().find(|coding| coding.column == *field.name()) {
                Some(coding) => names.extend(coding.needs()),
                None => names.push(field.name()),
            }
        }
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(*name));
        names.join(",")
    }
}

/// One envelope for all boxes: across 180 it goes all the way round, for a query takes one only.
fn envelope(boxes: &[Bbox]) -> Option<Bbox> {
    boxes.iter().copied().reduce(|all, bbox| all.union(&bbox))
}
