//! What a join must give, by asking the oracle of every pair.

use std::hash::{DefaultHasher, Hash, Hasher};

use geohub_core::GeometryColumn;
use geohub_index::{Matrix, Predicate};
use geohub_ops::join::{How, JoinOptions, Many};

use crate::layers::{Row, Shape, batch};
use crate::oracle::{holds, relate};
use crate::written::Output;

/// The matrix of each left row with each right row; `None` where either is null or empty, for these match nothing.
pub fn matrices(left: &[Row], right: &[Row]) -> Vec<Vec<Option<Matrix>>> {
    let matrix = |left: &Row, right: &Row| match (&left.shape, &right.shape) {
        (Shape::Known { model: left, .. }, Shape::Known { model: right, .. }) => Some(relate(left, right)),
        _ => None,
    };
    left.iter().map(|left| right.iter().map(|right| matrix(left, right)).collect()).collect()
}

/// Right rows that match each left row.
pub fn matches(matrices: &[Vec<Option<Matrix>>], predicate: Predicate) -> Vec<Vec<usize>> {
    let matching = |row: &Vec<Option<Matrix>>| {
        let found = row.iter().enumerate();
        found
            .filter(|(_, matrix)| matrix.is_some_and(|matrix| holds(predicate, &matrix)))
            .map(|(at, _)| at)
            .collect()
    };
    matrices.iter().map(matching).collect()
}

/// A geometry in short: its type and a hash of its coordinates and where its rings end.
pub fn shown(geometry: &GeometryColumn, row: usize) -> String {
    let row = geometry.row(row);
    let mut hasher = DefaultHasher::new();
    for ring in row.rings() {
        ring.len().hash(&mut hasher);
    }
    row.xy().iter().for_each(|value| value.to_bits().hash(&mut hasher));
    row.wkb().hash(&mut hasher);
    format!("{} {:x}", row.kind(), hasher.finish())
}

/// Each row's geometry and cells as text.
pub fn cells(rows: &[Row]) -> Vec<Vec<String>> {
    let batch = batch(rows);
    let cell = |row: usize, column: usize| {
        arrow_cast::display::array_value_to_string(batch.attributes.column(column), row).unwrap()
    };
    (0..rows.len())
        .map(|row| {
            let geometry = shown(&batch.geometry, row);
            [geometry].into_iter().chain((0..3).map(|column| cell(row, column))).collect()
        })
        .collect()
}

/// The rows of a join in left order, within it right order.
pub fn expected(
    left_cells: &[Vec<String>],
    right_cells: &[Vec<String>],
    found: &[Vec<usize>],
    options: &JoinOptions,
) -> Output {
    let mut output =
        Output { columns: ["name", "amount", "value"].map(str::to_owned).to_vec(), rows: Vec::new() };
    if !options.how.filters() {
        output.columns.extend(["right_name", "right_amount", "right_value"].map(str::to_owned));
    }
    for (row, found) in found.iter().enumerate() {
        let kept = if options.many == Some(Many::First) { &found[..found.len().min(1)] } else { &found[..] };
        match options.how {
            How::Semi if !found.is_empty() => output.rows.push(left_cells[row].clone()),
            How::Anti if found.is_empty() => output.rows.push(left_cells[row].clone()),
            How::Left if kept.is_empty() => {
                let nulls = ["", "", ""].map(str::to_owned);
                output.rows.push([left_cells[row].as_slice(), &nulls].concat());
            }
            How::Left | How::Inner => {
                output
                    .rows
                    .extend(kept.iter().map(|right| [&left_cells[row], &right_cells[*right][1..]].concat()));
            }
            _ => {}
        }
    }
    output
}
