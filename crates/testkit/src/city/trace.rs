//! Unions of lattice cells traced as polygons.
//!
//! Each part joined over cell edges becomes one polygon. Its boundary edges, region on their left, are chained
//! into loops; a loop that meets a point twice is split there, so every ring is simple: counter-clockwise ones are
//! shells, clockwise ones holes.

use std::collections::HashMap;

/// A lattice point or cell: column, row.
pub(super) type At = (usize, usize);

/// The boundary edges of a set of cells, the set on their left.
fn edges(cells: &[At], inside: impl Fn(i64, i64) -> bool) -> HashMap<At, Vec<At>> {
    let mut out: HashMap<At, Vec<At>> = HashMap::new();
    for &(x, y) in cells {
        let (i, j) = (x as i64, y as i64);
        let sides = [
            ((i, j - 1), (x, y), (x + 1, y)),
            ((i + 1, j), (x + 1, y), (x + 1, y + 1)),
            ((i, j + 1), (x + 1, y + 1), (x, y + 1)),
            ((i - 1, j), (x, y + 1), (x, y)),
        ];
        for ((u, v), from, to) in sides {
            if !inside(u, v) {
                out.entry(from).or_default().push(to);
            }
        }
    }
    out
}

/// Loops that pass no point twice, not closed.
fn loops(mut edges: HashMap<At, Vec<At>>, cells: &[At]) -> Vec<Vec<At>> {
    let mut out = Vec::new();
    // Cells in their order, and not the map's, decide where loops start.
    let starts = cells.iter().flat_map(|&(x, y)| [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]);
    for start in starts {
        let mut path = vec![start];
        while let Some(to) = path.last().and_then(|at| edges.get_mut(at)).and_then(Vec::pop) {
            match path.iter().position(|at| *at == to) {
                Some(again) => {
                    out.push(path.split_off(again));
                    path.push(to);
                }
                None => path.push(to),
            }
        }
    }
    out
}

fn doubled_area(ring: &[At]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.0 as i64 * b.1 as i64 - b.0 as i64 * a.1 as i64).sum()
}

/// The rings of one connected part: the shell, then the holes.
fn part(cells: &[At], inside: impl Fn(i64, i64) -> bool) -> Vec<Vec<At>> {
    let mut rings = loops(edges(cells, inside), cells);
    rings.sort_by_key(|ring| std::cmp::Reverse(doubled_area(ring)));
    rings
}

/// The cells of each number, joined over edges: for each number a list of parts, each a list of rings.
pub(super) fn regions(owner: &[u32], width: usize, count: usize) -> Vec<Vec<Vec<Vec<At>>>> {
    let mut out = vec![Vec::new(); count];
    let mut seen = vec![false; owner.len()];
    for start in 0..owner.len() {
        let number = owner[start];
        if number == 0 || seen[start] {
            continue;
        }
        let mut cells = vec![(start % width, start / width)];
        seen[start] = true;
        let mut next = 0;
        while next < cells.len() {
            let (x, y) = cells[next];
            next += 1;
            for (i, j) in [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)] {
                let index = if i < width { j.wrapping_mul(width).wrapping_add(i) } else { usize::MAX };
                if owner.get(index) == Some(&number) && !std::mem::replace(&mut seen[index], true) {
                    cells.push((i, j));
                }
            }
        }
        let members: std::collections::HashSet<(i64, i64)> =
            cells.iter().map(|&(x, y)| (x as i64, y as i64)).collect();
        out[number as usize - 1].push(part(&cells, |x, y| members.contains(&(x, y))));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(picture: &[&str]) -> (Vec<u32>, usize) {
        let cells = picture.iter().flat_map(|row| row.bytes().map(|b| u32::from(b == b'#'))).collect();
        (cells, picture[0].len())
    }

    #[test]
    fn a_ring_open_at_a_corner_is_a_shell_and_a_hole_that_touch() {
        let (owner, width) = rows(&["###", "#.#", "##."]);
        let regions = regions(&owner, width, 1);
        assert_eq!(regions[0].len(), 1);
        let rings = &regions[0][0];
        assert_eq!(rings.iter().map(|ring| doubled_area(ring)).collect::<Vec<_>>(), [16, -2]);
        for ring in rings {
            let mut points = ring.clone();
            points.sort_unstable();
            points.dedup();
            assert_eq!(points.len(), ring.len(), "a point twice");
        }
    }

    #[test]
    fn cells_that_meet_in_a_corner_only_are_two_parts() {
        let (owner, width) = rows(&["#.", ".#"]);
        assert_eq!(regions(&owner, width, 1)[0].len(), 2);
    }
}
