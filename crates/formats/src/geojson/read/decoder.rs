//! Features into batches, by a frozen schema.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Schema, SchemaRef};
use geohub_core::{Batch, Bbox, Context, GeometryBuilder, Result};

use super::class::Kind;
use super::column::Column;
use super::feature::{Visitor, walk};
use super::geometry::{Shape, geometry};
use super::member::{Value, value};
use super::schema::Columns;
use super::tally::properties;
use crate::geojson::json::{Cursor, Flaw, Parsed};

/// What all chunks of a run share.
pub(super) struct Plan {
    pub(super) columns: Arc<Columns>,
    /// Slot and type of each output column, in output order.
    selected: Vec<(usize, Kind)>,
    /// Per slot: in the output.
    wanted: Vec<bool>,
    /// Some columns were not asked for, so unknown ones are none of our business.
    partial: bool,
    schema: SchemaRef,
    pub(super) bbox: Option<Bbox>,
    /// Rows of the layer to read.
    pub(super) limit: Option<u64>,
    pub(super) context: Context,
    foreign_noted: AtomicBool,
}

impl Plan {
    pub(super) fn new(columns: Arc<Columns>, names: Option<&[String]>, context: &Context) -> Self {
        let mut fields = columns.fields();
        let all = fields.len();
        if let Some(names) = names {
            fields.retain(|(_, _, field)| names.contains(field.name()));
        }
        let mut wanted = vec![false; columns.id_slot() + 1];
        for (slot, ..) in &fields {
            wanted[*slot] = true;
        }
        Self {
            columns,
            selected: fields.iter().map(|(slot, kind, _)| (*slot, *kind)).collect(),
            wanted,
            partial: fields.len() < all,
            schema: Arc::new(Schema::new(fields.into_iter().map(|(_, _, field)| field).collect::<Vec<_>>())),
            bbox: None,
            limit: None,
            context: context.clone(),
            foreign_noted: AtomicBool::new(false),
        }
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }
}

/// Builds batches feature by feature.
pub(super) struct Decoder<'a> {
    plan: &'a Plan,
    builder: GeometryBuilder,
    columns: Vec<Column>,
    values: Vec<Value>,
    shape: Shape,
    /// Where properties wait until the geometry has met the box.
    late: Option<usize>,
    likely: usize,
    attribute_bytes: usize,
    scratch: String,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            builder: GeometryBuilder::default(),
            columns: plan.selected.iter().map(|&(_, kind)| Column::new(kind)).collect(),
            values: vec![Value::default(); plan.wanted.len()],
            shape: Shape::Null,
            late: None,
            likely: 0,
            attribute_bytes: 0,
            scratch: String::new(),
        }
    }

    /// Adds the feature at the cursor, unless the box misses it.
    pub(super) fn feature(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        self.values.fill(Value::default());
        (self.shape, self.late) = (Shape::Null, None);
        let begin = cursor.at();
        walk(cursor, self)?;
        if self.misses() {
            self.builder.rollback_row();
            return Ok(());
        }
        if let Some(at) = self.late {
            let end = cursor.at();
            cursor.seek(at);
            self.read_properties(cursor)?;
            cursor.seek(end);
        }
        for (column, &(slot, _)) in self.columns.iter_mut().zip(&self.plan.selected) {
            column.push(&self.values[slot], cursor, &mut self.scratch)?;
        }
        self.finish_geometry();
        self.attribute_bytes += (cursor.at() - begin) / 2 + self.columns.len() * 8;
        Ok(())
    }

    pub(super) fn rows(&self) -> usize {
        self.builder.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows() >= Batch::MAX_ROWS
            || self.builder.memory_bytes() + self.attribute_bytes >= Batch::MAX_BYTES * 3 / 4
    }

    /// The rows so far as a batch; starts over.
    pub(super) fn batch(&mut self) -> Result<Batch> {
        let rows = self.rows();
        let geometry = std::mem::take(&mut self.builder).finish();
        let columns = self.columns.iter_mut().map(Column::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let attributes = RecordBatch::try_new_with_options(Arc::clone(&self.plan.schema), columns, &options)?;
        self.attribute_bytes = 0;
        Ok(Batch::new(geometry, attributes))
    }

    fn misses(&self) -> bool {
        let Some(wanted) = &self.plan.bbox else { return false };
        !match &self.shape {
            Shape::Null => false,
            Shape::Flat(_) => self.builder.open_bbox().intersects(wanted),
            Shape::Collection { bbox, .. } => bbox.intersects(wanted),
        }
    }

    fn finish_geometry(&mut self) {
        match &self.shape {
            Shape::Null => self.builder.push_null(),
            Shape::Flat(kind) => self.builder.finish_row(*kind),
            Shape::Collection { bbox, dimensions, wkb } => {
                let kind = geohub_core::GeometryKind::GeometryCollection;
                self.builder.push_wkb(kind, *dimensions, *bbox, wkb);
            }
        }
    }

    fn read_properties(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        self.likely = 0;
        properties(cursor, &mut |cursor, name, _| self.property(cursor, name))
    }

    #[inline]
    fn property(&mut self, cursor: &mut Cursor<'_>, name: &str) -> Parsed<()> {
        let columns = &self.plan.columns;
        let slot = match columns.properties.get(self.likely) {
            Some((likely, _)) if **likely == *name => self.likely,
            _ => match columns.slot(name) {
                Some(slot) => slot,
                None if self.plan.partial => return cursor.value(),
                None => return Err(misfit(format!("a property `{name}` appears"))),
            },
        };
        self.likely = slot + 1;
        if !self.plan.wanted[slot] {
            return cursor.value();
        }
        let value = value(cursor)?;
        let kind = columns.properties[slot].1;
        if !value.class.is_within(kind.accepts()) {
            return Err(misfit(format!("`{name}` is no longer {kind:?}")));
        }
        // Of a name given twice the last value counts, as with other readers.
        self.values[slot] = value;
        Ok(())
    }
}

#[cold]
fn misfit(reason: String) -> Flaw {
    Flaw::misfit(reason)
}

impl Visitor for Decoder<'_> {
    fn geometry(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        self.shape = geometry(cursor, &mut self.builder)?;
        Ok(())
    }

    fn properties(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        if self.plan.bbox.is_none() {
            return self.read_properties(cursor);
        }
        if cursor.peek() != b'{' {
            return cursor.value();
        }
        self.late = Some(cursor.at());
        cursor.object_unchecked()
    }

    fn id(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()> {
        let slot = self.plan.columns.id_slot();
        if !self.plan.wanted[slot] && self.plan.partial {
            return cursor.value();
        }
        let value = value(cursor)?;
        let Some(kind) = self.plan.columns.id else { return Err(misfit("features have an `id`".to_owned())) };
        if !value.class.is_within(kind.accepts()) {
            return Err(misfit(format!("the features' `id` is no longer {kind:?}")));
        }
        self.values[slot] = value;
        Ok(())
    }

    fn foreign(&mut self, name: &str) {
        if !self.plan.foreign_noted.swap(true, Ordering::Relaxed) {
            self.plan
                .context
                .detail(format!("features have members beside their properties, such as `{name}`; left out"));
        }
    }
}
