//! Rows that get the names of their codes.

use std::sync::Arc;

use arrow_schema::{Field, Schema, SchemaRef};
use geohub_core::Result;

use super::columns::Coding;
use super::lookup::{Kept, Lookup};
use crate::columns::{Cell, Keys, Row, Rows};

/// Where a value of the answer goes.
#[derive(Clone, Copy, Debug, Default)]
struct Input {
    column: Option<usize>,
    kept: Option<usize>,
}

/// A column of names to fill.
#[derive(Debug)]
struct Output {
    column: usize,
    code: usize,
    of_type: Option<usize>,
    /// A code without a name stands for itself.
    replaces: bool,
    lookup: Lookup,
}

/// How the fields of an answer become the columns of a schema.
#[derive(Debug)]
pub(in crate::arcgis) struct CodePlan {
    keys: Keys,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    kept: usize,
}

impl CodePlan {
    /// A plan for a schema; `aliases` are other names of fields.
    pub(in crate::arcgis) fn new(
        schema: &SchemaRef,
        codings: &[Coding],
        aliases: &dyn Fn(&Schema) -> Vec<(String, usize)>,
    ) -> Self {
        let named = |column: &str| codings.iter().find(|coding| coding.column == column);
        let mut fields: Vec<Field> = Vec::new();
        let mut inputs: Vec<Input> = Vec::new();
        for (at, field) in schema.fields().iter().enumerate() {
            match named(field.name()) {
                // No answer has a field of such a name.
                Some(_) => fields.push(field.as_ref().clone().with_name(format!("\0{at}"))),
                None => fields.push(field.as_ref().clone()),
            }
            inputs.push(Input { column: named(field.name()).is_none().then_some(at), kept: None });
        }
        let mut kept = 0;
        let mut keep = |name: &str| {
            let input = fields.iter().position(|field| field.name() == name).unwrap_or_else(|| {
                fields.push(Field::new(name, arrow_schema::DataType::Utf8, true));
                inputs.push(Input::default());
                fields.len() - 1
            });
            *inputs[input].kept.get_or_insert_with(|| {
                kept += 1;
                kept - 1
            })
        };
        let mut outputs = Vec::new();
        for (column, field) in schema.fields().iter().enumerate() {
            let Some(coding) = named(field.name()) else { continue };
            outputs.push(Output {
                column,
                code: keep(&coding.field),
                of_type: coding.table.type_column.as_deref().map(&mut keep),
                replaces: coding.replaces(),
                lookup: Lookup::new(&coding.table),
            });
        }
        let fields = Arc::new(Schema::new(fields));
        Self { keys: Keys::new(&fields, &aliases(&fields)), inputs, outputs, kept }
    }
}

/// Rows under construction.
pub(in crate::arcgis) struct CodedRows {
    rows: Rows,
    plan: Arc<CodePlan>,
    kept: Vec<Kept>,
}

impl CodedRows {
    pub(in crate::arcgis) fn new(schema: &SchemaRef, plan: &Arc<CodePlan>) -> Result<Self> {
        let rows = Rows::new(schema, &Arc::default())?;
        Ok(Self { rows, plan: Arc::clone(plan), kept: vec![Kept::Nothing; plan.kept] })
    }

    /// Ends the row.
    ///
    /// # Errors
    /// [`geohub_core::Error::Misfit`] when a value did not fit its column.
    pub(in crate::arcgis) fn end_row(&mut self) -> Result<()> {
        for output in &self.plan.outputs {
            let code = &self.kept[output.code];
            let of_type = output.of_type.map_or(&Kept::Nothing, |at| &self.kept[at]);
            match output.lookup.find(code, of_type) {
                Some(name) => self.rows.set(output.column, &Cell::Text(name.into())),
                None if output.replaces => self.rows.set(output.column, &code.shown()),
                None => {}
            }
        }
        self.kept.fill(Kept::Nothing);
        self.rows.end_row()
    }

    pub(in crate::arcgis) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(in crate::arcgis) fn finish(&mut self) -> Result<arrow_array::RecordBatch> {
        self.rows.finish()
    }
}

impl Row for CodedRows {
    fn find(&self, key: &str) -> Option<usize> {
        self.plan.keys.find(key)
    }

    #[inline]
    fn set(&mut self, input: usize, cell: &Cell<'_>) {
        let Input { column, kept } = self.plan.inputs[input];
        if let Some(kept) = kept {
            self.kept[kept].keep(cell);
        }
        if let Some(column) = column {
            self.rows.set(column, cell);
        }
    }
}
