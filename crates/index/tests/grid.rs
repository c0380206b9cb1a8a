//! All predicates and the matrix on small integer grids, where borders coincide, against exact sampling.

mod common;
mod oracle;

use common::Rng;
use geohub_index::{Dimension, Location, Matrix, Predicate, Prepared};
use oracle::{Model, relate};

type Grid = (i128, i128);

fn grid(size: i128) -> Vec<Grid> {
    (0..size).flat_map(|x| (0..size).map(move |y| (x, y))).collect()
}

fn ring(corners: &[Grid]) -> Vec<Grid> {
    [corners, &corners[..1]].concat()
}

fn turn(a: Grid, b: Grid, c: Grid) -> i128 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
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
        let holds = predicate.holds(&expected);
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

fn any_point(rng: &mut Rng, size: u32) -> Grid {
    (i128::from(rng.below(size)), i128::from(rng.below(size)))
}

fn any_area(rng: &mut Rng, size: u32) -> Vec<Vec<Grid>> {
    loop {
        let (a, b, c) = (any_point(rng, size), any_point(rng, size), any_point(rng, size));
        if rng.below(2) == 0 && a.0 < b.0 && a.1 < b.1 {
            let shell = ring(&[a, (b.0, a.1), b, (a.0, b.1)]);
            let has_room = b.0 - a.0 > 2 && b.1 - a.1 > 2 && rng.below(2) == 0;
            let hole = ring(&[(a.0 + 1, a.1 + 1), (a.0 + 2, a.1 + 1), (b.0 - 1, b.1 - 1)]);
            // A hole that touches the shell in one point.
            let touching = ring(&[(a.0, a.1 + 1), (a.0 + 1, a.1 + 1), (a.0 + 2, a.1 + 2)]);
            return match (has_room, rng.below(2)) {
                (true, 0) => vec![shell, hole],
                (true, _) => vec![shell, touching],
                _ => vec![shell],
            };
        }
        if turn(a, b, c) != 0 {
            return vec![ring(&[a, b, c])];
        }
    }
}

/// Areas of one or two parts that share no more than points.
fn any_areas(rng: &mut Rng, size: u32) -> Model {
    let first = any_area(rng, size);
    let second = any_area(rng, size);
    let matrix = relate(&Model::Areas(vec![first.clone()]), &Model::Areas(vec![second.clone()]));
    let apart = matrix.get(Location::Interior, Location::Interior) == Dimension::Empty
        && matrix.get(Location::Boundary, Location::Boundary) <= Dimension::Point;
    Model::Areas(if apart { vec![first, second] } else { vec![first] })
}

fn any_line(rng: &mut Rng, size: u32) -> Vec<Grid> {
    loop {
        let mut line: Vec<Grid> = (0..2 + rng.below(3)).map(|_| any_point(rng, size)).collect();
        if rng.below(4) == 0 {
            line.push(line[0]);
        }
        if line.iter().any(|point| *point != line[0]) {
            return line;
        }
    }
}

fn any_model(rng: &mut Rng, size: u32) -> Model {
    match rng.below(6) {
        0 => Model::Points((0..=rng.below(3)).map(|_| any_point(rng, size)).collect()),
        1 | 2 => Model::Lines((0..=rng.below(3)).map(|_| any_line(rng, size)).collect()),
        _ => any_areas(rng, size),
    }
}

#[test]
fn random_multi_geometries_with_holes_touching_parts_and_closed_lines() {
    let mut rng = Rng::new(4);
    for number in 0..12_000 {
        let size = 4 + number % 3;
        let (left, right) = (any_model(&mut rng, size), any_model(&mut rng, size));
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
