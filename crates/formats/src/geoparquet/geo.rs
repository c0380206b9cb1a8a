//! The `geo` key of the file metadata (`GeoParquet` 1.0 and 1.1).

use std::collections::BTreeMap;

use geohub_core::{Bbox, Crs, GeometryKind};
use geohub_crs::{crs_of_projjson, identify};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Key of the metadata.
pub(super) const GEO_KEY: &str = "geo";
/// Key of what geohub itself keeps: the layer's provenance.
pub(super) const OWN_KEY: &str = "geohub";

/// The metadata of a file.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Geo {
    pub(super) version: String,
    pub(super) primary_column: String,
    pub(super) columns: BTreeMap<String, Column>,
}

/// The metadata of a geometry column.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Column {
    pub(super) encoding: String,
    #[serde(default)]
    pub(super) geometry_types: Vec<String>,
    /// PROJJSON; null for an unknown CRS, left out for OGC:CRS84.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(super) crs: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) edges: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bbox: Option<Vec<f64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) covering: Option<Covering>,
}

/// Where the boxes of rows are found.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Covering {
    pub(super) bbox: CoveringBox,
}

/// The paths of the columns with the sides of the boxes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct CoveringBox {
    pub(super) xmin: Vec<String>,
    pub(super) ymin: Vec<String>,
    pub(super) xmax: Vec<String>,
    pub(super) ymax: Vec<String>,
}

impl CoveringBox {
    /// The fields of one struct column.
    pub(super) fn of_column(name: &str) -> Self {
        let path = |side: &str| vec![name.to_owned(), side.to_owned()];
        Self { xmin: path("xmin"), ymin: path("ymin"), xmax: path("xmax"), ymax: path("ymax") }
    }

    /// Paths of xmin, ymin, xmax, ymax.
    pub(super) fn paths(&self) -> [&[String]; 4] {
        [&self.xmin, &self.ymin, &self.xmax, &self.ymax]
    }
}

/// A member that is there, null or not, as `Some`.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Column {
    pub(super) fn crs(&self) -> Crs {
        match &self.crs {
            None => Crs::crs84(),
            Some(Value::Null) => Crs::unknown(),
            // Before version 0.4 the CRS was a WKT text.
            Some(Value::String(wkt)) => identify(wkt).unwrap_or_else(|_| Crs::from_wkt(wkt)),
            Some(json) => crs_of_projjson(json),
        }
    }

    /// The one type stated, with Z or not; `Mixed` where several or none are.
    pub(super) fn kind(&self) -> (GeometryKind, bool) {
        let has_z = self.geometry_types.iter().any(|name| name.ends_with(" Z"));
        let mut kind = GeometryKind::None;
        for name in &self.geometry_types {
            let plain = name.trim_end_matches(" Z");
            let found = GeometryKind::ROW_KINDS.into_iter().find(|kind| kind.name() == plain);
            kind = kind.join(found.unwrap_or(GeometryKind::Mixed));
        }
        (if kind == GeometryKind::None { GeometryKind::Mixed } else { kind }, has_z)
    }

    pub(super) fn extent(&self) -> Option<Bbox> {
        let bbox = match self.bbox.as_deref()? {
            [min_x, min_y, max_x, max_y] | [min_x, min_y, _, max_x, max_y, _] => {
                Bbox::new(*min_x, *min_y, *max_x, *max_y)
            }
            _ => return None,
        };
        // A box across 180 degrees has its west above its east.
        (!bbox.is_empty()).then_some(bbox)
    }
}
