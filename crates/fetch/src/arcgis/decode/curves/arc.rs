//! Arcs of circles.

use std::f64::consts::TAU;

use geohub_core::Bbox;

/// An arc by three of its points; a whole circle where the first is the last, and then the second lies opposite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Arc {
    pub(super) start: [f64; 2],
    pub(super) through: [f64; 2],
    pub(super) end: [f64; 2],
}

/// Where an arc lies: its circle, where it starts and how far it turns, counter-clockwise positive.
struct Turn {
    centre: [f64; 2],
    radius: f64,
    from: f64,
    sweep: f64,
}

impl Turn {
    fn at(&self, part: f64) -> [f64; 2] {
        let angle = self.from + self.sweep * part;
        [self.centre[0] + self.radius * angle.cos(), self.centre[1] + self.radius * angle.sin()]
    }
}

fn angle(centre: [f64; 2], at: [f64; 2]) -> f64 {
    (at[1] - centre[1]).atan2(at[0] - centre[0])
}

impl Arc {
    /// The arc about a centre.
    pub(super) fn about(start: [f64; 2], end: [f64; 2], centre: [f64; 2], clockwise: bool) -> Self {
        let radius = (start[0] - centre[0]).hypot(start[1] - centre[1]);
        let from = angle(centre, start);
        let turned = (angle(centre, end) - from).rem_euclid(TAU);
        let sweep = match (start == end, clockwise) {
            (true, _) => TAU,
            (false, true) => turned - TAU,
            (false, false) => turned,
        };
        Self { start, through: Turn { centre, radius, from, sweep }.at(0.5), end }
    }

    /// `None` where the three points are in line.
    fn turn(&self) -> Option<Turn> {
        let [sx, sy] = self.start;
        if self.start == self.end {
            let centre = [f64::midpoint(sx, self.through[0]), f64::midpoint(sy, self.through[1])];
            let radius = (sx - centre[0]).hypot(sy - centre[1]);
            return Some(Turn { centre, radius, from: angle(centre, self.start), sweep: TAU });
        }
        // Relative to the start, so that large coordinates do not eat the digits.
        let (bx, by) = (self.through[0] - sx, self.through[1] - sy);
        let (cx, cy) = (self.end[0] - sx, self.end[1] - sy);
        let twice = 2.0 * (bx * cy - by * cx);
        if twice == 0.0 {
            return None;
        }
        let (b, c) = (bx * bx + by * by, cx * cx + cy * cy);
        let (ux, uy) = ((cy * b - by * c) / twice, (bx * c - cx * b) / twice);
        let centre = [sx + ux, sy + uy];
        let from = (-uy).atan2(-ux);
        let turned = (angle(centre, self.end) - from).rem_euclid(TAU);
        // The through point is left of the chord on a clockwise arc.
        let sweep = if twice < 0.0 { turned - TAU } else { turned };
        Some(Turn { centre, radius: ux.hypot(uy), from, sweep })
    }

    /// Points on the arc behind its start, its end the last.
    pub(super) fn points(&self, count: usize) -> Vec<[f64; 2]> {
        let inner = |turn: Turn| (1..count).map(move |step| turn.at(step as f64 / count as f64));
        let mut points: Vec<[f64; 2]> = self.turn().into_iter().flat_map(inner).collect();
        points.push(self.end);
        points
    }

    /// Grows a box around the arc.
    pub(super) fn extend(&self, bbox: &mut Bbox) {
        for [x, y] in [self.start, self.through, self.end] {
            bbox.add(x, y);
        }
        let Some(turn) = self.turn() else { return };
        for quarter in 0..4 {
            let angle = f64::from(quarter) * TAU / 4.0;
            let turned = if turn.sweep > 0.0 { angle - turn.from } else { turn.from - angle };
            if turned.rem_euclid(TAU) <= turn.sweep.abs() {
                let [x, y] = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][quarter as usize].into();
                bbox.add(turn.centre[0] + turn.radius * x, turn.centre[1] + turn.radius * y);
            }
        }
    }
}
