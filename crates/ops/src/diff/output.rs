//! The rows that differ as a layer, with what became of each.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, new_null_array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use geohub_core::{Batch, Layer, Result, RowCount, schema};

use super::gather::Gather;
use super::{Difference, shape};
use crate::cells::Cells;
use crate::naming::{folded, free};

/// The column that says what became of a row, and the one that names what changed in it.
const CHANGE: &str = "change";
const CHANGED_FIELDS: &str = "changed_fields";

/// The rows that differ: the columns of the second layer, those that only the first one has, `change` (`added`, `removed`,
/// `changed`) and `changed_fields` (names with commas between them; `geometry` for the geometry).
pub struct Differing {
    /// Schema and CRS.
    pub layer: Layer,
    /// The rows.
    pub batches: Vec<Batch>,
}

pub(super) fn differing(difference: &Difference, old: &Gather, new: &Gather) -> Result<Differing> {
    let form = Form::new(difference);
    let mut batches = Vec::new();
    let mut changed = difference.pairing.changed.iter().peekable();
    let mut numbers = difference.pairing.wanted_of_new().into_iter();
    for batch in &new.batches {
        let pairs: Vec<Option<u64>> = numbers
            .by_ref()
            .take(batch.rows())
            .map(|row| changed.next_if(|(new, _)| *new == row).map(|(_, old)| *old))
            .collect();
        let fields = changed_fields(difference, batch, &pairs, old)?;
        let change = pairs.iter().map(|pair| if pair.is_some() { "changed" } else { "added" });
        batches.push(form.batch(batch, &form.of_new, change.collect(), fields)?);
    }
    batches.extend(removed(difference, &form, old)?);
    let mut layer = difference.new.clone();
    layer.schema = Arc::clone(&form.schema);
    layer.geometry.kind = layer.geometry.kind.join(difference.old.geometry.kind);
    layer.geometry.has_z |= difference.old.geometry.has_z;
    layer.geometry.has_m |= difference.old.geometry.has_m;
    layer.extent = None;
    layer.rows = RowCount::Exact(batches.iter().map(|batch| batch.rows() as u64).sum());
    Ok(Differing { layer, batches })
}

/// The rows of the first layer that are gone.
fn removed(difference: &Difference, form: &Form, old: &Gather) -> Result<Vec<Batch>> {
    let gone: HashSet<u64> = difference.pairing.removed.iter().copied().collect();
    let mut numbers = difference.pairing.wanted_of_old().into_iter();
    let mut batches = Vec::new();
    for batch in &old.batches {
        let is_gone = numbers.by_ref().take(batch.rows()).map(|row| Some(gone.contains(&row)));
        let batch = batch.filter(&is_gone.collect())?;
        let change = vec!["removed"; batch.rows()];
        let fields = StringArray::new_null(batch.rows());
        batches.push(form.batch(&batch, &form.of_old, change, fields)?);
    }
    Ok(batches)
}

/// The names of what changed in the rows of a batch that have a counterpart.
fn changed_fields(
    difference: &Difference,
    batch: &Batch,
    pairs: &[Option<u64>],
    old: &Gather,
) -> Result<StringArray> {
    let (new_side, old_side) = (&difference.columns.new, &difference.columns.old);
    let mut names: Vec<Option<Vec<&str>>> = pairs.iter().map(|pair| pair.map(|_| Vec::new())).collect();
    let (mut before, mut after) = (String::new(), String::new());
    for (&new_column, &old_column) in new_side.compared.iter().zip(&old_side.compared) {
        let name = difference.new.schema.field(new_column).name();
        let new_cells = Cells::new(batch.attributes.column(new_column))?;
        let old_cells: Vec<Cells<'_>> = old
            .batches
            .iter()
            .map(|batch| Cells::new(batch.attributes.column(old_column)))
            .collect::<Result<_>>()?;
        for (row, (pair, names)) in pairs.iter().zip(&mut names).enumerate() {
            let Some((at, old_row)) = pair.and_then(|pair| old.place(pair)) else { continue };
            if new_cells.text(row, &mut after)? != old_cells[at].text(old_row, &mut before)? {
                names.get_or_insert_default().push(name);
            }
        }
    }
    for (row, (pair, names)) in pairs.iter().zip(&mut names).enumerate() {
        let Some((at, old_row)) = pair.and_then(|pair| old.place(pair)) else { continue };
        let (new_shape, old_shape) = (batch.geometry.row(row), old.batches[at].geometry.row(old_row));
        if new_side.geometry && !shape::same(new_shape, old_shape) {
            names.get_or_insert_default().push("geometry");
        }
    }
    Ok(names.into_iter().map(|names| names.map(|names| names.join(","))).collect())
}

/// The columns of the output and where each comes from.
struct Form {
    schema: SchemaRef,
    of_new: Vec<Option<usize>>,
    of_old: Vec<Option<usize>>,
}

impl Form {
    fn new(difference: &Difference) -> Self {
        let (old, new) = (&difference.old.schema, &difference.new.schema);
        let counterparts = &difference.columns.counterparts;
        let mut fields: Vec<Field> = Vec::new();
        for (field, counterpart) in new.fields().iter().zip(counterparts) {
            let other = counterpart.map_or(field.data_type(), |at| old.field(at).data_type());
            fields.push(common(field, other));
        }
        let mut of_new: Vec<Option<usize>> = (0..new.fields().len()).map(Some).collect();
        let mut of_old = counterparts.clone();
        for (at, field) in old.fields().iter().enumerate() {
            if !counterparts.contains(&Some(at)) {
                fields.push(schema::without_role(field));
                of_new.push(None);
                of_old.push(Some(at));
            }
        }
        for name in [CHANGE, CHANGED_FIELDS] {
            let taken: HashSet<String> = fields.iter().map(|field| folded(field.name())).collect();
            fields.push(schema::field(&free(name.to_owned(), &taken), DataType::Utf8));
        }
        Self { schema: Arc::new(Schema::new(fields)), of_new, of_old }
    }

    /// A batch of one layer in the output's columns.
    fn batch(
        &self,
        batch: &Batch,
        from: &[Option<usize>],
        change: Vec<&str>,
        fields: StringArray,
    ) -> Result<Batch> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(from.len() + 2);
        for (at, field) in from.iter().zip(self.schema.fields()) {
            columns.push(match at {
                None => new_null_array(field.data_type(), batch.rows()),
                Some(at) => arrow_cast::cast(batch.attributes.column(*at), field.data_type())?,
            });
        }
        columns.push(Arc::new(StringArray::from(change)));
        columns.push(Arc::new(fields));
        Ok(Batch::new(batch.geometry.clone(), RecordBatch::try_new(Arc::clone(&self.schema), columns)?))
    }
}

/// The column with a type that holds the values of both layers: text where nothing narrower does.
fn common(field: &Field, other: &DataType) -> Field {
    let own = field.data_type();
    let data_type = match (own, other) {
        _ if own == other => return field.clone(),
        (own, other) if own.is_signed_integer() && other.is_signed_integer() => DataType::Int64,
        (own, other) if own.is_floating() && other.is_floating() => DataType::Float64,
        (DataType::Int8 | DataType::Int16 | DataType::Int32, DataType::Float64)
        | (DataType::Float64, DataType::Int8 | DataType::Int16 | DataType::Int32) => DataType::Float64,
        _ => return schema::field(field.name(), DataType::Utf8),
    };
    field.clone().with_data_type(data_type)
}
