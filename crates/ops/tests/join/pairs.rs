//! Rows with their right rows beside them.

use geohub_core::{Layer, RowCount};
use geohub_index::Predicate;
use geohub_ops::join::{How, JoinOptions, JoinReport, Many};

use crate::brute::{cells, expected, matches, matrices};
use crate::layers::{Row, Rows, rows, seeds};
use crate::written::{Output, run};

/// Every `--how` with every `--many` that goes with it.
const WAYS: [(How, Option<Many>); 10] = [
    (How::Left, None),
    (How::Left, Some(Many::All)),
    (How::Left, Some(Many::First)),
    (How::Left, Some(Many::Error)),
    (How::Inner, None),
    (How::Inner, Some(Many::All)),
    (How::Inner, Some(Many::First)),
    (How::Inner, Some(Many::Error)),
    (How::Semi, None),
    (How::Anti, None),
];

#[test]
fn every_join_agrees_with_brute_force_at_any_jobs_and_chunk_size() {
    for seed in seeds() {
        let small = rows(2 * seed, 10 + seed as usize % 7 * 4);
        let large = rows(2 * seed + 1, 50 + seed as usize % 5 * 7);
        check_all(&small, &large);
        check_all(&large, &small);
    }
    let some = rows(1, 40);
    check_all(&some, &[]);
    check_all(&[], &some);
    check_all(&some, &some);
}

/// Two layers and what is known of them.
struct Case<'a> {
    left: &'a [Row],
    right: &'a [Row],
    found: Vec<Vec<usize>>,
}

fn check_all(left: &[Row], right: &[Row]) {
    let matrices = matrices(left, right);
    let cells = (cells(left), cells(right));
    for predicate in Predicate::ALL {
        let case = Case { left, right, found: matches(&matrices, predicate) };
        for (how, many) in WAYS {
            let mut options = JoinOptions::new(predicate);
            (options.how, options.many, options.allow_cross) = (how, many, true);
            let expected = expected(&cells.0, &cells.1, &case.found, &options);
            for (jobs, left_rows, right_rows) in [(1, 1000, 1000), (7, 7, 11), (2, 50, 1)] {
                let readers = (Rows::new("left", left, left_rows), Rows::new("right", right, right_rows));
                case.check(readers, &expected, &options, jobs);
            }
            // Sizes that are not known hold the right side, whatever its size.
            let unknown = |layer: &mut Layer| layer.rows = RowCount::Unknown;
            let readers = (
                Rows::new("left", left, 9).with_layer(unknown),
                Rows::new("right", right, 5).with_layer(unknown),
            );
            case.check(readers, &expected, &options, 2);
        }
    }
}

impl Case<'_> {
    fn check(&self, readers: (Box<Rows>, Box<Rows>), expected: &Output, options: &JoinOptions, jobs: usize) {
        let joined = run(readers.0, readers.1, options, jobs);
        let several = self.found.iter().position(|found| found.len() > 1);
        if let (Some(Many::Error), Some(first)) = (options.many, several) {
            let error = joined.unwrap_err().to_string();
            assert!(error.contains(&format!("name {} matches", self.left[first].name)), "{error}");
            return;
        }
        let (output, report) = joined.unwrap();
        assert_eq!(output, *expected, "{options:?}");
        let sizes = (self.left.len(), self.right.len(), expected.rows.len());
        check_report(&report, sizes, &self.found, options);
    }
}

fn check_report(
    report: &JoinReport,
    sizes: (usize, usize, usize),
    found: &[Vec<usize>],
    options: &JoinOptions,
) {
    let (left, right, rows) = (sizes.0 as u64, sizes.1 as u64, sizes.2 as u64);
    let matched = found.iter().filter(|found| !found.is_empty()).count() as u64;
    let looks_for_all = options.many != Some(Many::First) && !options.how.filters();
    let multiplied = found.iter().filter(|found| looks_for_all && found.len() > 1).count() as u64;
    assert_eq!((report.left, report.right), (left, right));
    assert_eq!((report.matched, report.unmatched), (matched, left - matched));
    assert_eq!((report.multiplied, report.rows), (multiplied, rows));
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
