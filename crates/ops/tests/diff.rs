//! Differences between two layers, beside a slow oracle on random edits.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Schema};
use geohub_core::{Batch, Context, Error, GeometryBuilder, GeometryKind, Layer, Reader, schema};
use geohub_ops::{DiffOptions, Difference, MemoryReader, diff};

/// A row: id, number, word, and the point's x, if there is one.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    id: i64,
    number: Option<f64>,
    word: Option<&'static str>,
    x: Option<i32>,
}

/// Numbers that look random and are the same each run (`xorshift64*`).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    fn row(&mut self, id: i64) -> Row {
        Row {
            id,
            number: [None, Some(1.0), Some(2.5)][self.below(3) as usize],
            word: [None, Some(""), Some("a")][self.below(3) as usize],
            x: [None, Some(1), Some(2), Some(3)][self.below(4) as usize],
        }
    }
}

/// The rows as a layer in batches of `size`; `numbers` is the type of the column `number`.
fn reader(rows: &[Row], size: usize, numbers: &DataType) -> Box<dyn Reader> {
    let fields = [("id", DataType::Int64), ("number", numbers.clone()), ("word", DataType::Utf8)];
    let schema = Arc::new(Schema::new(fields.map(|(name, kind)| schema::field(name, kind)).to_vec()));
    let batch = |rows: &[Row]| {
        let mut geometry = GeometryBuilder::default();
        for row in rows {
            match row.x {
                Some(x) => geometry.push_point(f64::from(x), 0.0),
                None => geometry.push_null(),
            }
        }
        let number: Float64Array = rows.iter().map(|row| row.number).collect();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(rows.iter().map(|row| Some(row.id)).collect::<Int64Array>()),
            arrow_cast::cast(&number, numbers).unwrap(),
            Arc::new(rows.iter().map(|row| row.word).collect::<StringArray>()),
        ];
        Batch::new(geometry.finish(), RecordBatch::try_new(Arc::clone(&schema), columns).unwrap())
    };
    let batches = rows.chunks(size).map(batch).collect();
    let mut layer = Layer::new("rows", schema.clone());
    layer.geometry.kind = GeometryKind::Point;
    Box::new(MemoryReader::new(layer, batches))
}

fn by_id() -> DiffOptions {
    DiffOptions { keys: vec!["id".to_owned()], ..DiffOptions::default() }
}

fn compare(old: &[Row], new: &[Row], options: &DiffOptions) -> Result<Difference, Error> {
    let (old, new) = (reader(old, 7, &DataType::Float64), reader(new, 5, &DataType::Float64));
    diff(old, new, options, &Context::new(2))
}

#[test]
fn random_edits_are_found_by_key() {
    for seed in 1..60 {
        let mut random = Random(seed);
        let old: Vec<Row> = (0..random.below(60) as i64).map(|id| random.row(id)).collect();
        let mut new: Vec<Row> = old.iter().filter(|_| random.below(5) > 0).cloned().collect();
        let mut expected: BTreeMap<i64, String> = BTreeMap::new();
        for row in new.iter_mut().filter(|row| row.id % 4 == 0) {
            row.number = Some(7.0);
            row.x = Some(9);
            expected.insert(row.id, "number,geometry".to_owned());
        }
        new.extend((1000..1000 + random.below(5) as i64).map(|id| random.row(id)));
        new.reverse();
        let found = compare(&old, &new, &by_id()).unwrap();
        let kept = new.iter().filter(|row| row.id < 1000).count() as u64;
        assert_eq!(found.added, new.len() as u64 - kept, "seed {seed}");
        assert_eq!(found.removed, old.len() as u64 - kept, "seed {seed}");
        assert_eq!((found.changed, found.same), (expected.len() as u64, kept - expected.len() as u64));
        let again = |rows: &[Row]| reader(rows, 4, &DataType::Float64);
        let differing = found.rows(again(&old), again(&new), &Context::new(2)).unwrap();
        let mut changed = BTreeMap::new();
        for batch in &differing.batches {
            let ids = batch.attributes.column_by_name("id").unwrap().as_primitive::<Int64Type>();
            let text = |name| batch.attributes.column_by_name(name).unwrap().as_string::<i32>();
            let rows = ids.values().iter().zip(text("change")).zip(text("changed_fields"));
            let rows = rows.filter(|((_, change), _)| *change == Some("changed"));
            changed.extend(rows.map(|((id, _), fields)| (*id, fields.unwrap().to_owned())));
        }
        assert_eq!(changed, expected, "seed {seed}");
    }
}

#[test]
fn without_a_key_rows_of_one_place_are_paired_as_a_multiset() {
    for seed in 1..60 {
        let mut random = Random(seed);
        let rows = |random: &mut Random| -> Vec<Row> {
            (0..random.below(20)).map(|_| Row { id: 0, ..random.row(0) }).collect()
        };
        let (old, new) = (rows(&mut random), rows(&mut random));
        let found = compare(&old, &new, &DiffOptions::default()).unwrap();
        let (mut added, mut removed, mut changed, mut same) = (0, 0, 0, 0);
        for x in [None, Some(1), Some(2), Some(3)] {
            let at = |rows: &[Row]| rows.iter().filter(|row| row.x == x).cloned().collect::<Vec<_>>();
            let (old, mut new) = (at(&old), at(&new));
            let (before, count) = (old.len(), new.len());
            for row in &old {
                if let Some(place) = new.iter().position(|found| found == row) {
                    new.swap_remove(place);
                }
            }
            let equal = count - new.len();
            let (left_old, left_new) = (before - equal, new.len());
            same += equal as u64;
            changed += left_old.min(left_new) as u64;
            removed += left_old.saturating_sub(left_new) as u64;
            added += left_new.saturating_sub(left_old) as u64;
        }
        assert_eq!(
            (found.added, found.removed, found.changed, found.same),
            (added, removed, changed, same),
            "seed {seed}"
        );
    }
}

#[test]
fn a_key_that_does_not_tell_rows_apart_is_refused_with_the_rows() {
    let row = |id, number| Row { id, number: Some(number), word: None, x: None };
    let error = compare(&[row(1, 1.0), row(2, 1.0), row(1, 2.0)], &[], &by_id()).unwrap_err().to_string();
    assert!(error.contains("rows 1 and 3"), "{error}");
    let keys = DiffOptions { keys: vec!["nr".to_owned()], ..DiffOptions::default() };
    assert!(compare(&[], &[], &keys).unwrap_err().to_string().contains("no column `nr`"));
}

#[test]
fn values_are_equal_whatever_their_type() {
    let rows: Vec<Row> =
        (0..3).map(|id| Row { id, number: Some(2.0), word: Some("a"), x: Some(1) }).collect();
    for kind in [DataType::Int16, DataType::Float32, DataType::Utf8] {
        let (old, new) = (reader(&rows, 2, &DataType::Int64), reader(&rows, 2, &kind));
        let found = diff(old, new, &by_id(), &Context::new(1)).unwrap();
        // As text a double that is whole keeps the point it was written with.
        let expected = if kind == DataType::Utf8 { 0 } else { 3 };
        assert_eq!(found.same, expected, "{kind}");
    }
}
