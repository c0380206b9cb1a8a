//! JSON objects into rows of columns.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;
use geohub_core::{Error, Result};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::builder::ColumnBuilder;
use super::cell::Cell;
use super::survey::Seen;

/// Which column a key of the answer belongs to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(HashMap<String, usize>);

impl Keys {
    /// Columns are found by their names, then without case, then by the other names given (aliases).
    pub(crate) fn new(schema: &SchemaRef, others: &[(String, usize)]) -> Self {
        let mut keys = HashMap::new();
        for (at, field) in schema.fields().iter().enumerate() {
            keys.insert(field.name().clone(), at);
        }
        let folded = schema.fields().iter().enumerate().map(|(at, field)| (field.name().to_lowercase(), at));
        for (name, at) in folded.chain(others.iter().cloned()) {
            keys.entry(name).or_insert(at);
        }
        Self(keys)
    }

    pub(crate) fn find(&self, key: &str) -> Option<usize> {
        self.0.get(key).or_else(|| self.0.get(&key.to_lowercase())).copied()
    }
}

/// The columns of a batch under construction.
pub(crate) struct Rows {
    schema: SchemaRef,
    keys: Arc<Keys>,
    builders: Vec<ColumnBuilder>,
    filled: Vec<bool>,
    len: usize,
    misfit: Option<usize>,
}

impl Rows {
    pub(crate) fn new(schema: &SchemaRef, keys: &Arc<Keys>) -> Result<Self> {
        let builders =
            schema.fields().iter().map(|field| ColumnBuilder::new(field)).collect::<Result<Vec<_>>>()?;
        Ok(Self {
            schema: Arc::clone(schema),
            keys: Arc::clone(keys),
            filled: vec![false; builders.len()],
            builders,
            len: 0,
            misfit: None,
        })
    }

    /// Puts a value into the open row; the first of several for one column stays.
    pub(crate) fn set(&mut self, column: usize, cell: &Cell<'_>) {
        if std::mem::replace(&mut self.filled[column], true) {
            return;
        }
        if !self.builders[column].push(cell) {
            self.misfit.get_or_insert(column);
        }
    }

    /// Ends the row; columns without a value get null.
    ///
    /// # Errors
    /// [`Error::Misfit`] when a value did not fit its column.
    pub(crate) fn end_row(&mut self) -> Result<()> {
        for column in 0..self.builders.len() {
            if !std::mem::take(&mut self.filled[column]) {
                self.builders[column].push(&Cell::Null);
            }
        }
        self.len += 1;
        match self.misfit {
            None => Ok(()),
            Some(column) => {
                let field = self.schema.field(column);
                let words =
                    format!("column {} holds more than its declared {}", field.name(), field.data_type());
                Err(Error::Misfit(words))
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The rows so far.
    pub(crate) fn finish(&mut self) -> Result<RecordBatch> {
        let columns: Vec<ArrayRef> = self.builders.iter_mut().map(ColumnBuilder::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(std::mem::take(&mut self.len)));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}

/// Takes what a [`RowSeed`] finds.
pub(crate) trait Row {
    /// The columns wanted.
    fn find(&self, key: &str) -> Option<usize>;

    /// A value for a column.
    fn set(&mut self, column: usize, cell: &Cell<'_>);

    /// True for a column that takes its values as the JSON text they are.
    fn takes_json(&self, _column: usize) -> bool {
        false
    }

    /// A value for such a column.
    fn set_json(&mut self, column: usize, json: &str) {
        self.set(column, &Cell::Nested(json.to_owned()));
    }
}

impl Row for Rows {
    fn find(&self, key: &str) -> Option<usize> {
        self.keys.find(key)
    }

    fn set(&mut self, column: usize, cell: &Cell<'_>) {
        Self::set(self, column, cell);
    }
}

/// Reads a JSON object's members into a row.
pub(crate) struct RowSeed<'r, R>(pub(crate) &'r mut R);

impl<'de, R: Row> DeserializeSeed<'de> for RowSeed<'_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, R: Row> Visitor<'de> for RowSeed<'_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match self.0.find(&key.0) {
                Some(column) if self.0.takes_json(column) => {
                    let json = map.next_value::<&'de RawValue>()?;
                    if json.get() != "null" {
                        self.0.set_json(column, json.get());
                    }
                }
                Some(column) => {
                    let cell = map.next_value::<Cell<'de>>()?;
                    self.0.set(column, &cell);
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A member's name, borrowed from the answer unless it holds escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// Looks at the values of rows without keeping them.
pub(crate) struct Survey<'a> {
    pub(crate) schema: &'a SchemaRef,
    pub(crate) keys: &'a Keys,
    /// One entry per column.
    pub(crate) seen: &'a mut [Seen],
}

impl Row for Survey<'_> {
    fn find(&self, key: &str) -> Option<usize> {
        self.keys.find(key)
    }

    fn set(&mut self, column: usize, cell: &Cell<'_>) {
        self.seen[column].add(self.schema.field(column), cell);
    }
}
