//! The columns that a join reads and writes.

use std::sync::Arc;

use arrow_schema::{Field, Schema, SchemaRef};
use geohub_core::{Ancestor, GeometryKind, Layer, Provenance, Result, RowCount};

use super::aggregate::Aggregate;
use super::names::{check_free, position, positions, right_fields};
use super::options::{How, JoinOptions};
use super::values::output_field;
use crate::naming::distance_field;

/// What is kept of the right side: the positions of its columns, and what reads them.
#[derive(Clone, Debug)]
pub(super) struct RightColumns {
    /// Positions in the right layer, without repetition.
    pub(super) read: Vec<usize>,
    /// The columns at those positions.
    pub(super) fields: Vec<Field>,
    /// For each aggregate with a field, its position among those kept.
    pub(super) aggregated: Vec<Option<usize>>,
}

impl RightColumns {
    pub(super) fn new(options: &JoinOptions, right: &Schema) -> Result<Self> {
        let mut read = Vec::new();
        let mut aggregated = Vec::new();
        for aggregate in &options.aggregates {
            aggregated.push(kept(aggregate, right, &mut read)?);
        }
        if !options.has_slots() {
            read = positions(right, options.right_fields.as_deref(), "right")?;
        }
        let fields = read.iter().map(|column| right.field(*column).clone()).collect();
        Ok(Self { read, fields, aggregated })
    }
}

/// The position of an aggregate's column among those read, which gain it if need be.
fn kept(aggregate: &Aggregate, right: &Schema, read: &mut Vec<usize>) -> Result<Option<usize>> {
    let Some(field) = &aggregate.field else { return Ok(None) };
    let wanted = position(right, field, "right")?;
    let known = read.iter().position(|column| *column == wanted);
    Ok(Some(known.unwrap_or_else(|| {
        read.push(wanted);
        read.len() - 1
    })))
}

/// What comes out of a join.
#[derive(Clone, Debug)]
pub(super) struct OutputColumns {
    /// Positions of the left columns kept.
    pub(super) left: Vec<usize>,
    /// The columns after them: right columns and the distance, or aggregates.
    pub(super) added: Vec<Field>,
    /// The last one is the distance.
    pub(super) distance: bool,
    /// All of them.
    pub(super) schema: SchemaRef,
    /// Null geometries come out.
    pub(super) no_geometry: bool,
}

impl OutputColumns {
    pub(super) fn new(options: &JoinOptions, left: &Schema, right: &RightColumns) -> Result<Self> {
        let kept = positions(left, options.left_fields.as_deref(), "left")?;
        let mut fields: Vec<Field> = kept.iter().map(|column| left.field(*column).clone()).collect();
        let mut added = if options.aggregates.is_empty() {
            right_fields(&fields, &right.fields, options.prefix.as_deref())
        } else {
            aggregate_fields(options, &fields, right)?
        };
        let distance = options.has_distance();
        if distance {
            added.push(distance_field(fields.iter().chain(&added), options.distance_field.as_deref())?);
        }
        fields.extend(added.iter().cloned());
        let schema = Arc::new(Schema::new_with_metadata(fields, left.metadata().clone()));
        Ok(Self { left: kept, added, distance, schema, no_geometry: options.no_geometry })
    }

    /// The columns of the right layer among those added.
    pub(super) fn right(&self) -> &[Field] {
        &self.added[..self.added.len() - usize::from(self.distance)]
    }

    /// The output layer.
    pub(super) fn layer(&self, options: &JoinOptions, left: &Layer, right: &Provenance) -> Layer {
        let mut layer = Layer { schema: Arc::clone(&self.schema), ..left.clone() };
        let one_each = !options.aggregates.is_empty() || options.gives_one_each();
        if options.how != How::Left || !one_each {
            layer.rows = RowCount::Unknown;
        }
        if options.no_geometry {
            layer.geometry.kind = GeometryKind::None;
            (layer.geometry.has_z, layer.geometry.has_m, layer.extent) = (false, false, None);
        }
        if options.how != How::Left {
            layer.extent = None;
        }
        let of = |provenance, role| Ancestor { provenance, role: Some(role), name: role };
        let derived = Provenance::derived("join", &[of(&left.provenance, "left"), of(right, "right")]);
        if !derived.is_empty() {
            layer.provenance = Arc::new(derived);
        }
        layer
    }
}

fn aggregate_fields(options: &JoinOptions, left: &[Field], right: &RightColumns) -> Result<Vec<Field>> {
    let mut added: Vec<Field> = Vec::new();
    for (aggregate, column) in options.aggregates.iter().zip(&right.aggregated) {
        check_free(left.iter().chain(&added), &aggregate.name)?;
        added.push(output_field(aggregate, column.map(|column| &right.fields[column]))?);
    }
    Ok(added)
}
