//! Aggregates over slots: one state per left row and aggregate.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, StringBuilder};
use arrow_array::{Array, ArrayRef, Int64Array, UInt64Array};
use arrow_cast::cast;
use arrow_schema::{DataType, Field};
use geohub_core::Result;

use super::aggregate::Function;
use super::exact_sum::ExactSum;
use super::values::Values;

/// The state of one aggregate for one left row.
#[derive(Clone, Debug, Default)]
struct Slot {
    count: u64,
    integer: i128,
    float: Option<Box<ExactSum>>,
    /// Least or greatest double so far.
    extreme: f64,
    text: Option<Box<str>>,
}

/// One aggregate over many left rows.
#[derive(Clone, Debug)]
pub(super) struct Accumulator {
    function: Function,
    slots: Vec<Slot>,
    /// Bytes that merged slots hold beyond their own size.
    heap_bytes: usize,
}

impl Accumulator {
    pub(super) fn new(function: Function, slots: usize) -> Self {
        Self { function, slots: vec![Slot::default(); slots], heap_bytes: 0 }
    }

    pub(super) fn push_slot(&mut self) {
        self.slots.push(Slot::default());
    }

    /// Adds the value of a right row to a left row's slot; nulls are passed over.
    pub(super) fn add(&mut self, slot: usize, values: &Values, row: usize) {
        let function = self.function;
        let slot = &mut self.slots[slot];
        match values {
            Values::Presence(column) => slot.count += u64::from(column.is_valid(row)),
            Values::Integers(column) if column.is_valid(row) => slot.add_integer(function, column.value(row)),
            Values::Floats(column) if column.is_valid(row) => slot.add_float(function, column.value(row)),
            Values::Texts(column) if column.is_valid(row) => slot.add_text(function, column.value(row)),
            _ => {}
        }
    }

    /// Counts a match, for `count()`.
    pub(super) fn add_match(&mut self, slot: usize) {
        self.slots[slot].count += 1;
    }

    /// Adds a slot of another accumulator of the same aggregate to one of this.
    pub(super) fn merge(&mut self, slot: usize, other: &Self, other_slot: usize) {
        let other = &other.slots[other_slot];
        if other.count == 0 {
            return;
        }
        let function = self.function;
        let slot = &mut self.slots[slot];
        let count = slot.count + other.count;
        let before = slot.heap_bytes();
        match (&other.float, &other.text) {
            (Some(float), _) => slot.float.get_or_insert_default().merge(float),
            (None, Some(text)) => slot.add_text(function, text),
            (None, None) if matches!(function, Function::Min | Function::Max) => {
                slot.keep_extremes(function, other.integer, other.extreme);
            }
            (None, None) => slot.integer += other.integer,
        }
        slot.count = count;
        self.heap_bytes = self.heap_bytes + slot.heap_bytes() - before;
    }

    /// Bytes held, of slots filled by [`merge`](Self::merge).
    pub(super) fn memory_bytes(&self) -> usize {
        self.slots.len() * size_of::<Slot>() + self.heap_bytes
    }

    /// The given slots as a column of the type that [`output_field`] gives.
    ///
    /// # Errors
    /// [`Error::Data`] where an integer sum does not fit 64 bits.
    pub(super) fn finish(&self, slots: Range<usize>, field: &Field) -> Result<ArrayRef> {
        let slots = &self.slots[slots];
        let target = field.data_type();
        let column: ArrayRef = match (self.function, target) {
            (Function::Count, _) => {
                Arc::new(slots.iter().map(|slot| slot.count as i64).collect::<Int64Array>())
            }
            (Function::Mean, _) => present(slots, Slot::mean),
            (Function::Sum, DataType::Float64) => present(slots, Slot::float_sum),
            (_, DataType::Float16 | DataType::Float32 | DataType::Float64) => {
                present(slots, |slot| slot.extreme)
            }
            (_, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) => {
                let mut column = StringBuilder::new();
                for slot in slots {
                    column.append_option(slot.text.as_deref());
                }
                Arc::new(column.finish())
            }
            _ => finish_integers(slots, field)?,
        };
        if column.data_type() == target { Ok(column) } else { Ok(cast(&column, target)?) }
    }
}

/// A column of doubles, null where no value was added.
fn present(slots: &[Slot], value: fn(&Slot) -> f64) -> ArrayRef {
    let mut column = Float64Builder::with_capacity(slots.len());
    for slot in slots {
        column.append_option((slot.count > 0).then(|| value(slot)));
    }
    Arc::new(column.finish())
}

fn finish_integers(slots: &[Slot], field: &Field) -> Result<ArrayRef> {
    let overflow =
        |_| geohub_core::DataError::new(format!("the sum {} does not fit a 64-bit integer", field.name()));
    if field.data_type() == &DataType::UInt64 {
        let sums = slots.iter().map(|slot| slot.present().map(u64::try_from).transpose());
        return Ok(Arc::new(sums.collect::<Result<UInt64Array, _>>().map_err(overflow)?));
    }
    let sums = slots.iter().map(|slot| slot.present().map(i64::try_from).transpose());
    let sums: ArrayRef = Arc::new(sums.collect::<Result<Int64Array, _>>().map_err(overflow)?);
    // 32-bit dates and times are cast by way of 32-bit integers.
    match field.data_type() {
        DataType::Date32 | DataType::Time32(_) => Ok(cast(&sums, &DataType::Int32)?),
        _ => Ok(sums),
    }
}

impl Slot {
    fn heap_bytes(&self) -> usize {
        self.float.as_ref().map_or(0, |sum| sum.memory_bytes())
            + self.text.as_ref().map_or(0, |text| text.len())
    }

    fn present(&self) -> Option<i128> {
        (self.count > 0).then_some(self.integer)
    }

    fn float_sum(&self) -> f64 {
        self.float.as_ref().map_or(0.0, |sum| sum.value())
    }

    fn mean(&self) -> f64 {
        let sum = self.float.as_ref().map_or(self.integer as f64, |sum| sum.value());
        sum / self.count as f64
    }

    fn add_integer(&mut self, function: Function, value: i128) {
        match function {
            Function::Min | Function::Max => self.keep_extremes(function, value, self.extreme),
            // 2^64 rows of 64-bit values stay below 2^127.
            _ => self.integer += value,
        }
        self.count += 1;
    }

    fn add_float(&mut self, function: Function, value: f64) {
        match function {
            Function::Min | Function::Max => self.keep_extremes(function, self.integer, value),
            _ => self.float.get_or_insert_default().add(value),
        }
        self.count += 1;
    }

    /// Takes values that come before (after) the ones kept, or the first ones. Doubles in their total order:
    /// -0 before 0, NaN after all.
    fn keep_extremes(&mut self, function: Function, integer: i128, float: f64) {
        let first = self.count == 0;
        let (lower_integer, lower_float) = (integer < self.integer, float.total_cmp(&self.extreme).is_lt());
        let (higher_integer, higher_float) = (integer > self.integer, float.total_cmp(&self.extreme).is_gt());
        let (take_integer, take_float) = match function {
            Function::Min => (lower_integer, lower_float),
            _ => (higher_integer, higher_float),
        };
        if first || take_integer {
            self.integer = integer;
        }
        if first || take_float {
            self.extreme = float;
        }
    }

    fn add_text(&mut self, function: Function, value: &str) {
        let better = self.text.as_deref().is_none_or(|kept| match function {
            Function::Min => value < kept,
            _ => value > kept,
        });
        if better {
            self.text = Some(value.into());
        }
        self.count += 1;
    }
}
