//! Rows with their right rows beside them.

use geohub_index::{Predicate, Prepared};
use geohub_ops::join::{How, JoinOptions, Many};

use crate::layers::{Row, Rows, batch, rows};
use crate::written::{Output, run};

/// Right rows that match each left row, by asking of every pair.
pub fn matches(left: &[Row], right: &[Row], predicate: Predicate) -> Vec<Vec<usize>> {
    let prepared = |row: &Row| row.geometry.as_ref().map(Prepared::new);
    let right: Vec<_> = right.iter().map(prepared).collect();
    let holds = |left: &Option<Prepared>, right: &Option<Prepared>| match (left, right) {
        (Some(left), Some(right)) => left.matches_prepared(predicate, right),
        _ => false,
    };
    left.iter()
        .map(|row| {
            let row = prepared(row);
            (0..right.len()).filter(|number| holds(&row, &right[*number])).collect()
        })
        .collect()
}

pub fn cells(rows: &[Row]) -> Vec<Vec<String>> {
    let batch = batch(rows);
    let cell = |row: usize, column: usize| {
        arrow_cast::display::array_value_to_string(batch.attributes.column(column), row).unwrap()
    };
    (0..rows.len())
        .map(|row| {
            let geometry = format!("{} {}", batch.geometry.row(row).kind(), batch.geometry.bbox(row));
            [geometry].into_iter().chain((0..3).map(|column| cell(row, column))).collect()
        })
        .collect()
}

fn expected(left: &[Row], right: &[Row], predicate: Predicate, options: &JoinOptions) -> Output {
    let (left_cells, right_cells) = (cells(left), cells(right));
    let mut output =
        Output { columns: ["name", "amount", "value"].map(str::to_owned).to_vec(), rows: Vec::new() };
    if !options.how.filters() {
        output.columns.extend(["right_name", "right_amount", "right_value"].map(str::to_owned));
    }
    for (row, found) in matches(left, right, predicate).iter().enumerate() {
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

#[test]
fn every_join_agrees_with_brute_force_at_any_jobs_and_chunk_size() {
    let small = rows(1, 40);
    let large = rows(2, 130);
    for (left, right) in [(&small, &large), (&large, &small), (&small, &Vec::new()), (&Vec::new(), &small)] {
        for predicate in Predicate::ALL {
            for how in [How::Left, How::Inner, How::Semi, How::Anti] {
                for many in [None, Some(Many::First)] {
                    if many.is_some() && how.filters() {
                        continue;
                    }
                    let mut options = JoinOptions::new(predicate);
                    (options.how, options.many, options.allow_cross) = (how, many, true);
                    check(left, right, predicate, &options);
                }
            }
        }
    }
}

fn check(left: &[Row], right: &[Row], predicate: Predicate, options: &JoinOptions) {
    let expected = expected(left, right, predicate, options);
    for (jobs, left_rows, right_rows) in [(1, 1000, 1000), (3, 7, 11), (2, 50, 1)] {
        let (left_reader, right_reader) =
            (Rows::new("left", left, left_rows), Rows::new("right", right, right_rows));
        let (output, report) = run(left_reader, right_reader, options, jobs).unwrap();
        assert_eq!(output, expected, "{options:?}");
        let found = matches(left, right, predicate);
        let matched = found.iter().filter(|found| !found.is_empty()).count() as u64;
        let looks_for_all = options.many.is_none() && !options.how.filters();
        let multiplied = found.iter().filter(|found| looks_for_all && found.len() > 1).count() as u64;
        assert_eq!((report.left, report.right), (left.len() as u64, right.len() as u64));
        assert_eq!((report.matched, report.unmatched), (matched, left.len() as u64 - matched));
        assert_eq!((report.multiplied, report.rows), (multiplied, expected.rows.len() as u64));
    }
}

#[test]
fn chosen_columns_prefix_and_no_geometry() {
    let (left, right) = (rows(3, 20), rows(4, 20));
    let mut options = JoinOptions::new(Predicate::Intersects);
    options.left_fields = Some(vec!["value".to_owned(), "name".to_owned()]);
    options.right_fields = Some(vec!["name".to_owned()]);
    options.prefix = Some("near_".to_owned());
    options.no_geometry = true;
    let (output, _) = run(Rows::new("left", &left, 9), Rows::new("right", &right, 9), &options, 2).unwrap();
    assert_eq!(output.columns, ["value", "name", "near_name"]);
    assert!(output.rows.iter().all(|row| row[0].starts_with("None")));
    options.prefix = None;
    let (renamed, _) = run(Rows::new("left", &left, 9), Rows::new("right", &right, 9), &options, 2).unwrap();
    assert_eq!(
        (renamed.columns, renamed.rows),
        (["value", "name", "right_name"].map(str::to_owned).to_vec(), output.rows)
    );
}
