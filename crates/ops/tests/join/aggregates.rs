//! Aggregates over matches, whichever side is built.

use geohub_core::RowCount;
use geohub_index::Predicate;
use geohub_ops::join::{Aggregate, How, JoinOptions, Relation, Side, build_side};

use crate::brute::{cells, matches, matrices};
use crate::layers::{Row, Rows, Shape, rows, seeds};
use crate::written::run;

const LIST: &str = "n=count(),amounts=count(amount),total=sum(amount),low=min(amount),high=max(value),\
                    first=min(name),last=max(name),value=sum(value),average=mean(amount),level=mean(value)";

fn options(how: How) -> JoinOptions {
    let mut options = JoinOptions::new(Predicate::Intersects);
    options.how = how;
    options.aggregates = Aggregate::parse_list(LIST).unwrap();
    options.left_fields = Some(vec!["name".to_owned()]);
    options
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The text of a double as Arrow shows it.
fn double(value: Option<f64>) -> String {
    let array = arrow_array::Float64Array::from(vec![value]);
    arrow_cast::display::array_value_to_string(&array, 0).unwrap()
}

fn expected(left: &[Row], right: &[Row], predicate: Predicate, how: How) -> Vec<Vec<String>> {
    let left_cells = cells(left);
    let mut expected = Vec::new();
    for (row, found) in matches(&matrices(left, right), predicate).iter().enumerate() {
        if how == How::Inner && found.is_empty() {
            continue;
        }
        let amounts: Vec<i64> = found.iter().filter_map(|row| right[*row].amount).collect();
        let values: Vec<f64> = found.iter().filter_map(|row| right[*row].value).collect();
        let names = || found.iter().map(|row| right[*row].name.clone());
        let some_amounts = !amounts.is_empty();
        let some_values = !values.is_empty();
        let sum: i64 = amounts.iter().sum();
        let value = exact_sum(&values);
        let mut cells = left_cells[row][..2].to_vec();
        cells.extend([
            found.len().to_string(),
            amounts.len().to_string(),
            text(some_amounts.then_some(sum)),
            text(amounts.iter().min()),
            double(values.iter().copied().reduce(f64::max)),
            text(names().min()),
            text(names().max()),
            double(some_values.then_some(value)),
            double(some_amounts.then(|| sum as f64 / amounts.len() as f64)),
            double(some_values.then(|| value / values.len() as f64)),
        ]);
        expected.push(cells);
    }
    expected
}

/// The exactly rounded sum, by integers: every test value is a multiple of 2^-60 below 2^60.
fn exact_sum(values: &[f64]) -> f64 {
    let scaled = |value: f64| {
        let (bits, exponent) = (value.to_bits(), ((value.to_bits() >> 52) & 0x7ff) as i32 - 1075 + 60);
        let mantissa = i128::from((bits & ((1 << 52) - 1)) | (1 << 52));
        if value == 0.0 {
            0
        } else if exponent >= 0 {
            mantissa << exponent
        } else {
            mantissa >> -exponent
        }
    };
    values.iter().map(|value| scaled(*value)).sum::<i128>() as f64 / 2f64.powi(60)
}

#[test]
fn aggregates_are_the_same_whichever_side_is_built() {
    for seed in seeds() {
        let (small, large) = (rows(2 * seed, 20 + seed as usize % 4 * 3), rows(2 * seed + 1, 80));
        for (how, predicate) in [How::Left, How::Inner]
            .into_iter()
            .flat_map(|how| Predicate::ALL.map(|predicate| (how, predicate)))
        {
            for (left, right) in [(&small, &large), (&large, &small)] {
                check(left, right, predicate, how);
            }
        }
    }
}

fn check(left: &[Row], right: &[Row], predicate: Predicate, how: How) {
    let expected = expected(left, right, predicate, how);
    let mut options = options(how);
    (options.relation, options.allow_cross) = (Relation::Predicate(predicate), true);
    for (jobs, chunk, sizes_known) in [(1, 1000, true), (7, 7, true), (2, 1, false), (1, 64, false)] {
        let forget = |layer: &mut geohub_core::Layer| {
            if !sizes_known {
                layer.rows = RowCount::Unknown;
            }
        };
        let left_reader = Rows::new("left", left, chunk).with_layer(forget);
        let right_reader = Rows::new("right", right, chunk + 3).with_layer(forget);
        let (output, report) = run(left_reader, right_reader, &options, jobs).unwrap();
        assert_eq!(output.columns[1..3], ["n", "amounts"]);
        assert_eq!(output.rows, expected, "{predicate} {how} {jobs} {chunk} {sizes_known}");
        assert_eq!(report.rows, expected.len() as u64);
        assert_eq!((report.left, report.right), (left.len() as u64, right.len() as u64));
    }
}

#[test]
fn the_smaller_side_is_built_where_rows_have_slots() {
    let (small, large) = (rows(5, 3), rows(6, 9));
    let (small, large) = (Rows::new("small", &small, 9), Rows::new("large", &large, 9));
    let layers = [geohub_core::Reader::layer(&*small), geohub_core::Reader::layer(&*large)];
    assert_eq!(build_side(&options(How::Left), layers[0], layers[1]), Side::Left);
    assert_eq!(build_side(&options(How::Left), layers[1], layers[0]), Side::Right);
    let pairs = JoinOptions::new(Predicate::Intersects);
    assert_eq!(build_side(&pairs, layers[0], layers[1]), Side::Right);
}

#[test]
fn an_integer_sum_out_of_range_is_an_error() {
    let point = |amount| Row {
        shape: Shape::Given(geo_types::Point::new(1.0, 1.0).into()),
        name: "p".to_owned(),
        amount: Some(amount),
        value: None,
    };
    let right = [point(i64::MAX), point(1)];
    let left = [point(0)];
    let mut options = options(How::Left);
    options.aggregates = Aggregate::parse_list("total=sum(amount)").unwrap();
    let error = run(Rows::new("left", &left, 9), Rows::new("right", &right, 9), &options, 1).unwrap_err();
    assert!(error.to_string().contains("total does not fit"), "{error}");
    options.aggregates = Aggregate::parse_list("average=mean(amount)").unwrap();
    let (output, _) = run(Rows::new("left", &left, 9), Rows::new("right", &right, 9), &options, 1).unwrap();
    assert_eq!(output.rows[0][2], "4.611686018427388e18");
}
