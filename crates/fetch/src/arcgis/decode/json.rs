//! Pages of Esri JSON.

use std::ops::ControlFlow;

use geohub_core::Result;
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use super::batches::Batches;
use super::decoder::EsriDecoder;
use super::geometry::{self, Ordinates};
use crate::arcgis::page::{EsriFeature, EsriPage, object_id};
use crate::columns::{RowSeed, Survey};
use crate::ledger::content;

impl EsriDecoder {
    fn json_page<'a>(&self, body: &'a [u8]) -> Result<EsriPage<'a>> {
        serde_json::from_slice(body).map_err(|error| self.broken(error))
    }

    fn json_id(&self, feature: &RawValue) -> Option<i64> {
        object_id(feature, &self.id_names).ok().flatten()
    }

    pub(super) fn json_rows(&self, body: &[u8]) -> Result<Vec<(Option<i64>, u64)>> {
        let features = self.json_page(body)?.features.unwrap_or_default();
        let row = |feature: &&RawValue| Ok((object_id(feature, &self.id_names)?, content(feature.get())));
        let rows: serde_json::Result<Vec<_>> = features.iter().map(row).collect();
        rows.map_err(|error| self.broken(error))
    }

    pub(super) fn survey_json(&self, body: &[u8], skip: &[u32], survey: &mut Survey<'_>) -> Result<()> {
        for (at, feature) in self.json_page(body)?.features.unwrap_or_default().into_iter().enumerate() {
            if skip.binary_search(&(at as u32)).is_ok() {
                continue;
            }
            let parts: EsriFeature<'_> =
                serde_json::from_str(feature.get()).map_err(|error| self.broken(error))?;
            let Some(attributes) = parts.attributes else { continue };
            let mut deserializer = serde_json::Deserializer::from_str(attributes.get());
            RowSeed(&mut *survey).deserialize(&mut deserializer).map_err(|error| self.broken(error))?;
        }
        Ok(())
    }

    pub(super) fn decode_json(
        &self,
        body: &[u8],
        skip: &[u32],
        batches: &mut Batches<'_>,
    ) -> Result<ControlFlow<()>> {
        let page = self.json_page(body)?;
        let ordinates = Ordinates {
            z: page.has_z.unwrap_or(self.ordinates.z),
            m: page.has_m.unwrap_or(self.ordinates.m),
        };
        for (at, feature) in page.features.unwrap_or_default().into_iter().enumerate() {
            if skip.binary_search(&(at as u32)).is_ok() {
                continue;
            }
            // The text of a row is never much smaller than the row.
            if batches.room(feature.get().len())?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.push_json(feature, ordinates, batches)?;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn push_json(&self, feature: &RawValue, page: Ordinates, batches: &mut Batches<'_>) -> Result<()> {
        let parts: EsriFeature<'_> =
            serde_json::from_str(feature.get()).map_err(|error| self.broken(error))?;
        if let Some(attributes) = parts.attributes {
            let mut deserializer = serde_json::Deserializer::from_str(attributes.get());
            RowSeed(&mut batches.rows)
                .deserialize(&mut deserializer)
                .map_err(|error| self.in_row(self.json_id(feature), error))?;
        }
        batches.rows.end_row()?;
        let shape = parts.geometry.filter(|shape| self.has_geometry() && shape.get() != "null");
        let Some(shape) = shape else {
            batches.shapes.push_null();
            return Ok(());
        };
        geometry::push(shape.get(), page, &mut batches.shapes)
            .map_err(|problem| self.in_row(self.json_id(feature), problem))
    }
}
