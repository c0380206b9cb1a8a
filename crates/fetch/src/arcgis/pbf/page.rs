//! A page.

use bytes::Bytes;
use geohub_core::GeometryKind;
use prost::Message;
use serde_json::{Value, json};

use super::feature;
use super::flaw::{Flaw, Result};
use super::messages::{FeatureCollection, FeatureResult};
use super::shape::Shapes;
use crate::columns::Row;

/// A page, its features not yet read.
pub(in crate::arcgis) struct PbfPage(FeatureResult);

impl PbfPage {
    /// Reads what stands once in a page. A body without rows that says so is a page; an empty body is none.
    pub(in crate::arcgis) fn read(body: Bytes) -> Result<Self> {
        let collection = FeatureCollection::decode(body).map_err(|_| Flaw::CUT)?;
        let result = collection.query_result.and_then(|result| result.features);
        result.map(Self).ok_or(Flaw::Broken("an answer without features"))
    }

    /// The flag that more rows follow.
    pub(in crate::arcgis) fn more(&self) -> bool {
        self.0.exceeded_transfer_limit
    }

    /// One message a row.
    pub(in crate::arcgis) fn features(&self) -> &[Bytes] {
        &self.0.features
    }

    /// The spatial reference as JSON answers have it.
    pub(in crate::arcgis) fn spatial_reference(&self) -> Option<Value> {
        let stated = self.0.spatial_reference.as_ref()?;
        let code = |code: u32| (code > 0).then_some(code);
        let wkt = (!stated.wkt.is_empty()).then_some(&stated.wkt);
        Some(json!({"wkid": code(stated.wkid), "latestWkid": code(stated.latest_wkid), "wkt": wkt}))
    }

    /// Which column each value of a feature belongs to.
    pub(in crate::arcgis) fn columns(&self, row: &impl Row) -> Vec<Option<usize>> {
        self.0.fields.iter().map(|field| row.find(&field.name)).collect()
    }

    /// Puts a feature's values into a row and returns its geometry.
    pub(in crate::arcgis) fn read_row<'a>(
        feature: &'a [u8],
        columns: &[Option<usize>],
        row: &mut impl Row,
    ) -> Result<Option<&'a [u8]>> {
        let mut values = 0;
        let geometry = feature::read(feature, |at, cell| {
            values += 1;
            if let Some(column) = columns.get(at).copied().flatten() {
                row.set(column, &cell);
            }
        })?;
        if values != columns.len() {
            return Err(Flaw::Broken("a row with more or fewer values than there are fields"));
        }
        Ok(geometry)
    }

    /// A reader of its geometries.
    pub(in crate::arcgis) fn shapes(&self, layer: GeometryKind) -> Result<Shapes> {
        Shapes::new(&self.0, layer)
    }
}
