//! Pages from the journal, each in the encoding in which it came.

use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use geohub_core::{DataError, Error, GeometryKind, Result, Sink};

use super::batches::Batches;
use super::geometry::Ordinates;
use crate::arcgis::codes::{CodePlan, Coding};
use crate::arcgis::metadata::Metadata;
use crate::arcgis::nameless::named;
use crate::columns::{Keys, Seen, Survey};
use crate::encoding;
use crate::id::Id;
use crate::provider::Decode;

/// Decodes the pages of one layer.
#[derive(Clone)]
pub(in crate::arcgis) struct EsriDecoder {
    pub(super) target: String,
    pub(super) schema: SchemaRef,
    /// For a look at what columns hold.
    keys: Arc<Keys>,
    /// For rows.
    plan: Arc<CodePlan>,
    codings: Arc<[Coding]>,
    /// Field names with their aliases, which some servers use as keys.
    aliases: Vec<(String, String)>,
    pub(super) id_names: Vec<String>,
    pub(super) kind: GeometryKind,
    pub(super) ordinates: Ordinates,
}

impl EsriDecoder {
    pub(in crate::arcgis) fn new(metadata: &Metadata, id_names: Vec<String>, schema: SchemaRef) -> Self {
        let layer = &metadata.description.layer;
        let aliases: Vec<(String, String)> =
            metadata.fields.iter().map(|field| (field.name.clone(), field.alias.to_lowercase())).collect();
        let codings: Arc<[Coding]> = metadata.codings.clone().into();
        Self {
            target: metadata.description.url.clone(),
            keys: Arc::new(survey_keys(&schema, &codings, &aliases)),
            plan: Arc::new(CodePlan::new(&schema, &codings, &|fields| others(fields, &aliases))),
            codings,
            schema,
            aliases,
            id_names,
            kind: layer.geometry.kind,
            ordinates: Ordinates { z: layer.geometry.has_z, m: layer.geometry.has_m },
        }
    }

    pub(super) fn broken(&self, problem: impl std::fmt::Display) -> Error {
        DataError::new(format!("{problem}")).in_target(&self.target).into()
    }

    /// The error of one row, by its object id.
    pub(super) fn in_row(&self, id: Option<i64>, problem: impl std::fmt::Display) -> Error {
        let id = id.map_or_else(|| "without object id".to_owned(), |id| id.to_string());
        self.broken(format!("row {id}: {problem}"))
    }

    pub(super) fn has_geometry(&self) -> bool {
        self.kind != GeometryKind::None
    }
}

/// Other names of columns; an alias that two fields share names neither.
fn others(schema: &Schema, aliases: &[(String, String)]) -> Vec<(String, usize)> {
    let unique = |alias: &String| aliases.iter().filter(|(_, other)| other == alias).count() == 1;
    let named = aliases.iter().filter(|(_, alias)| unique(alias));
    named.filter_map(|(name, alias)| Some((alias.clone(), schema.index_of(name).ok()?))).collect()
}

/// Columns by name, case or alias; those of names, which hold nothing but text, are not found.
fn survey_keys(schema: &SchemaRef, codings: &[Coding], aliases: &[(String, String)]) -> Keys {
    let hidden = |name: &String| codings.iter().any(|coding| coding.column == *name);
    let fields = schema.fields().iter().enumerate().map(|(at, field)| {
        let field = field.as_ref().clone();
        if hidden(field.name()) { field.with_name(format!("\0{at}")) } else { field }
    });
    let fields = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    Keys::new(&fields, &others(&fields, aliases))
}

impl Decode for EsriDecoder {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn with_schema(&self, schema: SchemaRef) -> Arc<dyn Decode> {
        let keys = Arc::new(survey_keys(&schema, &self.codings, &self.aliases));
        let plan = CodePlan::new(&schema, &self.codings, &|fields| others(fields, &self.aliases));
        Arc::new(Self { schema, keys, plan: Arc::new(plan), ..self.clone() })
    }

    fn rows(&self, body: &[u8]) -> Result<Vec<(Id, u64)>> {
        let rows = if encoding::is_text(body) { self.json_rows(body) } else { self.pbf_rows(body) }?;
        named(rows, !self.id_names.is_empty()).ok_or_else(|| self.broken("a row without object id"))
    }

    fn survey(&self, body: &[u8], skip: &[u32], seen: &mut [Seen]) -> Result<()> {
        let mut survey = Survey { schema: &self.schema, keys: &self.keys, seen };
        if encoding::is_text(body) {
            self.survey_json(body, skip, &mut survey)
        } else {
            self.survey_pbf(body, skip, &mut survey)
        }
    }

    fn decode(&self, body: &[u8], skip: &[u32], out: &mut dyn Sink) -> Result<()> {
        let mut batches = Batches::new(&self.schema, &self.plan, out)?;
        let end = if encoding::is_text(body) {
            self.decode_json(body, skip, &mut batches)?
        } else {
            self.decode_pbf(body, skip, &mut batches)?
        };
        if end.is_break() { Ok(()) } else { batches.finish() }
    }
}
