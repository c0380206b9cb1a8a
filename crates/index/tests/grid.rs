//! All predicates and the matrix on small integer grids, where borders coincide, against exact sampling.

mod common;
mod oracle;

use common::Rng;
use geohub_index::{Matrix, Predicate, Prepared};
use oracle::random::{any_model, ring, turn};
use oracle::{Model, holds, relate};

type Grid = (i128, i128);

fn grid(size: i128) -> Vec<Grid> {
    (0..size).flat_map(|x| (0..size).map(move |y| (x, y))).collect()
}

fn triangles(points: &[Grid]) -> Vec<Model> {
    let mut found = Vec::new();
    for (i, a) in points.iter().enumerate() {
        for (j, b) in points[..i].iter().enumerate() {
            for c in &points[..j] {
                if turn(*a, *b, *c) != 0 {
                    found.push(Model::Areas(vec![vec![ring(&[*a, *b, *c])]]));
                }
            }
        }
    }
    found
}

fn lines(points: &[Grid]) -> Vec<Model> {
    let pairs = points.iter().enumerate().flat_map(|(i, a)| points[..i].iter().map(move |b| vec![*a, *b]));
    pairs.map(|pair| Model::Lines(vec![pair])).collect()
}

/// Compares every way of asking with the oracle.
fn check(left: &Model, right: &Model) {
    check_against(relate(left, right), left, right);
}

fn check_against(expected: Matrix, left: &Model, right: &Model) {
    let (left_geo, right_geo) = (left.to_geo(), right.to_geo());
    let (left_side, right_side) = (Prepared::new(&left_geo), Prepared::new(&right_geo));
    assert_eq!(left_side.relate(&right_side), Some(expected), "{left:?}\n{right:?}");
    for predicate in Predicate::ALL {
        let holds = holds(predicate, &expected);
        assert_eq!(predicate.holds(&expected), holds, "{predicate} {expected:?}");
        let ways = [
            left_side.matches(predicate, &right_geo, true),
            right_side.matches(predicate, &left_geo, false),
            left_side.matches_prepared(predicate, &right_side),
            right_side.matches_prepared(predicate.invert(), &left_side),
        ];
        assert_eq!(ways, [holds; 4], "{predicate}\n{left:?}\n{right:?}");
    }
}

#[test]
fn all_triangles_lines_and_points_of_a_3_by_3_grid() {
    let points = grid(3);
    let singles: Vec<Model> = points.iter().map(|point| Model::Points(vec![*point])).collect();
    let shapes = [triangles(&points), lines(&points), singles].concat();
    for left in &shapes {
        for right in &shapes {
            check(left, right);
        }
    }
}

#[test]
fn random_multi_geometries_with_holes_touching_parts_and_closed_lines() {
    let mut rng = Rng::new(4);
    for number in 0..12_000 {
        let size = 4 + number % 3;
        let (left, right) = (any_model(&mut |n| rng.below(n), size), any_model(&mut |n| rng.below(n), size));
        check(&left, &right);
        // 60 edges a side make more pairs than are tried one by one.
        let times = [1, 6, 25][number as usize % 3];
        check_against(relate(&left, &right), &left.refined(times), &enlarged(&right, times));
    }
}

/// The right side keeps long edges in half of the cases.
fn enlarged(model: &Model, times: i128) -> Model {
    if times != 6 {
        return model.refined(times);
    }
    let by = |path: &Vec<Grid>| path.iter().map(|p| (p.0 * times, p.1 * times)).collect::<Vec<_>>();
    match model {
        Model::Points(points) => Model::Points(by(points)),
        Model::Lines(lines) => Model::Lines(lines.iter().map(by).collect()),
        Model::Areas(areas) => Model::Areas(areas.iter().map(|area| area.iter().map(by).collect()).collect()),
    }
}
