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
    pub(super) everything: Everything,
}

/// How a condition is spelled that holds for all rows: some servers of 9.x and 10.0 refuse the usual one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Everything {
    #[default]
    OneIsOne,
    IdIsId,
    IdIsSome,
}

impl Everything {
    pub(super) const ALL: [Self; 3] = [Self::OneIsOne, Self::IdIsId, Self::IdIsSome];

    fn words(self, oid: &str) -> String {
        let oid = Names.identifier(oid);
        match self {
            Self::OneIsOne => "1=1".to_owned(),
            Self::IdIsId => format!("{oid} = {oid}"),
            Self::IdIsSome => format!("{oid} > -1"),
        }
    }
}

impl LayerQuery<'_> {
    /// How many rows.
    pub(super) fn count(&self) -> Request {
        self.narrowed(Vec::new(), Format::Json)
            .with("returnCountOnly", "true")
            .with("returnGeometry", "false")
    }

    /// Which ids.
    pub(super) fn ids(&self) -> Request {
        self.narrowed(Vec::new(), Format::Json).with("returnIdsOnly", "true").with("returnGeometry", "false")
    }

    /// The rows themselves, in the layer's own coordinates, neither rounded nor simplified.
    pub(super) fn page(&self, ask: Ask<'_>, format: Format) -> Request {
        let oid = Names.identifier(self.oid);
        let ordered =
            |conditions| self.narrowed(conditions, format).with("orderByFields", format!("{oid} ASC"));
        let count = |rows: Option<usize>| rows.map(|rows| rows.to_string());
        let request = match ask {
            Ask::After { last, upto, rows } => {
                ordered(between(&oid, last, upto)).with_some("resultRecordCount", count(rows))
            }
            Ask::At { from, rows } => ordered(Vec::new())
                .with("resultOffset", from.to_string())
                .with("resultRecordCount", rows.to_string()),
            Ask::Between { after, upto } => {
                self.narrowed(between(&oid, after.map(Id::Number).as_ref(), upto), format)
            }
            // The ids alone say which rows; a condition beside them is refused by some servers.
            Ask::Ids(ids) => {
                let list: Vec<String> = ids.iter().map(ToString::to_string).collect();
                self.bare(format).with("objectIds", list.join(",")).shortens_if(list.len() > 1)
            }
            Ask::Within { corners: [west, south, east, north], lonlat } => {
                let own = self.wkid.map(|wkid| wkid.to_string()).filter(|_| !lonlat);
                let reference = if lonlat { Some("4326".to_owned()) } else { own };
                let envelope = format!("{west},{south},{east},{north}");
                meeting(self.conditioned(Vec::new(), format), envelope, reference)
            }
        };
        request
            .divisible_if(ask.is_divisible())
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

    fn narrowed(&self, more: Vec<String>, format: Format) -> Request {
        let request = self.conditioned(more, format);
        match envelope(&self.selection.boxes) {
            None => request,
            Some(bbox) => within(request, bbox),
        }
    }

    fn conditioned(&self, more: Vec<String>, format: Format) -> Request {
        let parts: Vec<String> = self.selection.condition.iter().cloned().chain(more).collect();
        let all = || self.everything.words(self.oid);
        self.bare(format).with("where", if parts.is_empty() { all() } else { parts.join(" AND ") })
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
        names.retain(|name| !name.is_empty() && seen.insert(*name));
        names.join(",")
    }
}

/// The conditions on the id for the rows above one up to another.
fn between(oid: &str, after: Option<&Id>, upto: Option<i64>) -> Vec<String> {
    let above = after.map(|id| format!("{oid} > {id}"));
    above.into_iter().chain(upto.map(|id| format!("{oid} <= {id}"))).collect()
}

fn within(request: Request, bbox: Bbox) -> Request {
    meeting(request, bbox.to_string(), Some("4326".to_owned()))
}

fn meeting(request: Request, envelope: String, reference: Option<String>) -> Request {
    request
        .with("geometry", envelope)
        .with("geometryType", "esriGeometryEnvelope")
        .with_some("inSR", reference)
        .with("spatialRel", "esriSpatialRelIntersects")
}

/// One envelope for all boxes: across 180 it goes all the way round, for a query takes one only.
fn envelope(boxes: &[Bbox]) -> Option<Bbox> {
    boxes.iter().copied().reduce(|all, bbox| all.union(&bbox))
}
