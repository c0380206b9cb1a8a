//! Geometries on a grid of whole numbers.

use super::wire::{Message, put_varint, zigzag};
use crate::arcgis::layer::Layer;
use crate::arcgis::serialise::rings;
use crate::table::{Position, Shape};

/// Where the grid has its corner, and its steps to the unit: as hosted layers have them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    x: f64,
    y: f64,
    steps: f64,
    pub(super) z: bool,
    pub(super) m: bool,
}

const ZM: f64 = -100_000.0;
const ZM_STEPS: f64 = 1e4;

impl Grid {
    pub(super) fn new(layer: &Layer, wkid: u32) -> Self {
        Self::of(wkid, layer.has_z, layer.has_m)
    }

    /// Degrees in billionths, all else in ten-thousandths.
    pub(super) fn of(wkid: u32, z: bool, m: bool) -> Self {
        let (x, y, steps) =
            if wkid == 4326 { (-400.0, -400.0, 1e9) } else { (-20_037_700.0, -30_241_100.0, 1e4) };
        Self { x, y, steps, z, m }
    }

    /// `Transform`: the origin is upper left, which is 0 and left out; m comes before z.
    pub(super) fn transform(&self) -> Message {
        let (mut scale, mut translate) = (Message::default(), Message::default());
        for (field, steps, corner, used) in [
            (1, self.steps, self.x, true),
            (2, self.steps, self.y, true),
            (3, ZM_STEPS, ZM, self.m),
            (4, ZM_STEPS, ZM, self.z),
        ] {
            if used {
                scale.double(field, 1.0 / steps);
                translate.double(field, corner);
            }
        }
        let mut transform = Message::default();
        transform.message(2, &scale);
        transform.message(3, &translate);
        transform
    }

    /// Steps right of and below the corner.
    fn steps(&self, at: &Position) -> (i64, i64) {
        let right = (at[0] * self.steps).round() - self.x * self.steps;
        let down = self.y * self.steps - (at[1] * self.steps).round();
        (right as i64, down as i64)
    }

    /// z and m stand for themselves; an m that is not there is 0.
    fn more(&self, at: &Position) -> impl Iterator<Item = i64> + use<> {
        let step = |number: f64| if number.is_nan() { 0 } else { ((number - ZM) * ZM_STEPS).round() as i64 };
        let (z, m) = (self.z.then(|| step(at[2])), self.m.then(|| step(at[3])));
        z.into_iter().chain(m)
    }

    /// A `Geometry`; lines and rings each start anew from the corner.
    pub(super) fn geometry(&self, shape: &Shape) -> Message {
        let parts: Vec<Vec<Position>> = match shape {
            Shape::Point(at) => vec![vec![*at]],
            Shape::MultiPoint(all) | Shape::Line(all) => vec![all.clone()],
            Shape::MultiLine(parts) => parts.clone(),
            Shape::Polygon(polygon) => rings(std::iter::once(polygon)),
            Shape::MultiPolygon(all) => rings(all.iter()),
        };
        self.parts(&parts, matches!(shape, Shape::Point(_)))
    }

    /// The same of parts; a single point says no lengths.
    pub(super) fn parts(&self, parts: &[Vec<Position>], point: bool) -> Message {
        let (mut lengths, mut numbers) = (Vec::new(), Vec::new());
        for part in parts {
            put_varint(&mut lengths, part.len() as u64);
            let (mut x, mut y) = (0, 0);
            for at in part {
                let (right, down) = self.steps(at);
                put_varint(&mut numbers, zigzag(right - x));
                put_varint(&mut numbers, zigzag(down - y));
                (x, y) = (right, down);
                self.more(at).for_each(|number| put_varint(&mut numbers, zigzag(number)));
            }
        }
        let mut out = Message::default();
        if !point {
            out.bytes(2, &lengths);
        }
        out.bytes(3, &numbers);
        out
    }
}
