//! Pages of Esri JSON from the journal.

use std::sync::Arc;

use arrow_schema::SchemaRef;
use geohub_core::{Batch, DataError, Error, GeometryBuilder, Result, Sink};
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use super::geometry::{self, Ordinates};
use crate::arcgis::metadata::Metadata;
use crate::arcgis::page::{EsriFeature, EsriPage, object_id};
use crate::columns::{Keys, RowSeed, Rows, Seen, Survey};
use crate::id::Id;
use crate::ledger::content;
use crate::provider::Decode;

/// Decodes the pages of one layer.
#[derive(Clone)]
pub(in crate::arcgis) struct EsriDecoder {
    target: String,
    schema: SchemaRef,
    keys: Arc<Keys>,
    /// Field names with their aliases, which some servers use as keys.
    aliases: Vec<(String, String)>,
    id_names: Vec<String>,
    has_geometry: bool,
    ordinates: Ordinates,
}

impl EsriDecoder {
    pub(in crate::arcgis) fn new(metadata: &Metadata, id_names: Vec<String>, schema: SchemaRef) -> Self {
        let layer = &metadata.description.layer;
        let aliases: Vec<(String, String)> =
            metadata.fields.iter().map(|field| (field.name.clone(), field.alias.to_lowercase())).collect();
        Self {
            target: metadata.description.url.clone(),
            keys: Arc::new(keys(&schema, &aliases)),
            schema,
            aliases,
            id_names,
            has_geometry: metadata.has_geometry(),
            ordinates: Ordinates { z: layer.geometry.has_z, m: layer.geometry.has_m },
        }
    }

    fn broken(&self, problem: impl std::fmt::Display) -> Error {
        DataError::new(format!("{problem}")).in_target(&self.target).into()
    }

    fn page<'a>(&self, body: &'a [u8]) -> Result<EsriPage<'a>> {
        serde_json::from_slice(body).map_err(|error| self.broken(error))
    }

    /// The error of one row, by its object id.
    fn in_row(&self, feature: &RawValue, problem: &str) -> Error {
        let id = object_id(feature, &self.id_names).ok().flatten();
        let id = id.map_or_else(|| "without object id".to_owned(), |id| id.to_string());
        self.broken(format!("row {id}: {problem}"))
    }

    fn push(
        &self,
        feature: &RawValue,
        page: Ordinates,
        rows: &mut Rows,
        shapes: &mut GeometryBuilder,
    ) -> Result<()> {
        let parts: EsriFeature<'_> =
            serde_json::from_str(feature.get()).map_err(|error| self.broken(error))?;
        if let Some(attributes) = parts.attributes {
            let mut deserializer = serde_json::Deserializer::from_str(attributes.get());
            RowSeed(rows)
                .deserialize(&mut deserializer)
                .map_err(|error| self.in_row(feature, &error.to_string()))?;
        }
        rows.end_row()?;
        let shape = parts.geometry.filter(|shape| self.has_geometry && shape.get() != "null");
        let Some(shape) = shape else {
            shapes.push_null();
            return Ok(());
        };
        geometry::push(shape.get(), page, shapes).map_err(|problem| self.in_row(feature, &problem))
    }
}

/// Columns by name, case or alias; an alias that two columns share names neither.
fn keys(schema: &SchemaRef, aliases: &[(String, String)]) -> Keys {
    let unique = |alias: &String| aliases.iter().filter(|(_, other)| other == alias).count() == 1;
    let others: Vec<(String, usize)> = aliases
        .iter()
        .filter(|(_, alias)| unique(alias))
        .filter_map(|(name, alias)| Some((alias.clone(), schema.index_of(name).ok()?)))
        .collect();
    Keys::new(schema, &others)
}

impl Decode for EsriDecoder {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn with_schema(&self, schema: SchemaRef) -> Arc<dyn Decode> {
        let keys = Arc::new(keys(&schema, &self.aliases));
        Arc::new(Self { schema, keys, ..self.clone() })
    }

    fn rows(&self, body: &[u8]) -> Result<Vec<(Id, u64)>> {
        let features = self.page(body)?.features.unwrap_or_default();
        let id = |feature: &&RawValue| match object_id(feature, &self.id_names) {
            Ok(Some(id)) => Ok((Id::Number(id), content(feature.get()))),
            Ok(None) => Err(self.broken("a row without object id")),
            Err(error) => Err(self.broken(error)),
        };
        features.iter().map(id).collect()
    }

    fn survey(&self, body: &[u8], seen: &mut [Seen]) -> Result<()> {
        let mut survey = Survey { schema: &self.schema, keys: &self.keys, seen };
        for feature in self.page(body)?.features.unwrap_or_default() {
            let parts: EsriFeature<'_> =
                serde_json::from_str(feature.get()).map_err(|error| self.broken(error))?;
            let Some(attributes) = parts.attributes else { continue };
            let mut deserializer = serde_json::Deserializer::from_str(attributes.get());
            RowSeed(&mut survey).deserialize(&mut deserializer).map_err(|error| self.broken(error))?;
        }
        Ok(())
    }

    fn decode(&self, body: &[u8], skip: &[u32], out: &mut dyn Sink) -> Result<()> {
        let page = self.page(body)?;
        let ordinates = Ordinates {
            z: page.has_z.unwrap_or(self.ordinates.z),
            m: page.has_m.unwrap_or(self.ordinates.m),
        };
        let mut rows = Rows::new(&self.schema, &self.keys)?;
        let mut shapes = GeometryBuilder::default();
        let mut bytes = 0;
        for (at, feature) in page.features.unwrap_or_default().into_iter().enumerate() {
            if skip.binary_search(&(at as u32)).is_ok() {
                continue;
            }
            // The text of a row is never much smaller than the row.
            if rows.len() == Batch::MAX_ROWS
                || (rows.len() > 0 && bytes + feature.get().len() > Batch::MAX_BYTES)
            {
                let shapes = std::mem::take(&mut shapes);
                bytes = 0;
                if out.push(Batch::new(shapes.finish(), rows.finish()?))?.is_break() {
                    return Ok(());
                }
            }
            bytes += feature.get().len();
            self.push(feature, ordinates, &mut rows, &mut shapes)?;
        }
        if rows.len() > 0 {
            // The sink's wish to stop changes nothing at the end of a page.
            let _ = out.push(Batch::new(shapes.finish(), rows.finish()?))?;
        }
        Ok(())
    }
}
