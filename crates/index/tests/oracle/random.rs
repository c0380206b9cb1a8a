//! Valid geometries on a small integer grid, where borders coincide.

use geohub_index::{Dimension, Location};

use super::exact::Grid;
use super::{Model, relate};

/// A number below the given one.
type Below<'a> = &'a mut dyn FnMut(u32) -> u32;

/// The corners and the first one again.
pub fn ring(corners: &[Grid]) -> Vec<Grid> {
    [corners, &corners[..1]].concat()
}

/// Positive for a turn to the left.
pub fn turn(a: Grid, b: Grid, c: Grid) -> i128 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

fn any_point(below: Below<'_>, size: u32) -> Grid {
    (i128::from(below(size)), i128::from(below(size)))
}

fn any_area(below: Below<'_>, size: u32) -> Vec<Vec<Grid>> {
    loop {
        let (a, b, c) = (any_point(below, size), any_point(below, size), any_point(below, size));
        if below(2) == 0 && a.0 < b.0 && a.1 < b.1 {
            let shell = ring(&[a, (b.0, a.1), b, (a.0, b.1)]);
            let has_room = b.0 - a.0 > 2 && b.1 - a.1 > 2 && below(2) == 0;
            let hole = ring(&[(a.0 + 1, a.1 + 1), (a.0 + 2, a.1 + 1), (b.0 - 1, b.1 - 1)]);
            // A hole that touches the shell in one point.
            let touching = ring(&[(a.0, a.1 + 1), (a.0 + 1, a.1 + 1), (a.0 + 2, a.1 + 2)]);
            return match (has_room, below(2)) {
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
fn any_areas(below: Below<'_>, size: u32) -> Model {
    let first = any_area(below, size);
    let second = any_area(below, size);
    let matrix = relate(&Model::Areas(vec![first.clone()]), &Model::Areas(vec![second.clone()]));
    let apart = matrix.get(Location::Interior, Location::Interior) == Dimension::Empty
        && matrix.get(Location::Boundary, Location::Boundary) <= Dimension::Point;
    Model::Areas(if apart { vec![first, second] } else { vec![first] })
}

fn any_line(below: Below<'_>, size: u32) -> Vec<Grid> {
    loop {
        let mut line: Vec<Grid> = (0..2 + below(3)).map(|_| any_point(below, size)).collect();
        if below(4) == 0 {
            line.push(line[0]);
        }
        if line.iter().any(|point| *point != line[0]) {
            return line;
        }
    }
}

/// Points, lines or areas, several or one.
pub fn any_model(below: Below<'_>, size: u32) -> Model {
    match below(6) {
        0 => Model::Points((0..=below(3)).map(|_| any_point(below, size)).collect()),
        1 | 2 => Model::Lines((0..=below(3)).map(|_| any_line(below, size)).collect()),
        _ => any_areas(below, size),
    }
}
