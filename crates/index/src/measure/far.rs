//! Long edges and long distances: slow and sure.

use std::ops::Range;

use geohub_crs::{Ellipsoid, Metric};

use super::foot::{Foot, foot};
use super::spot::{MAX_CHORD_M, Spot};
use crate::relate::Xy;

/// Longest piece of an edge in which one minimum is looked for, in degrees.
const PIECE_DEGREES: f64 = 1.0;
/// Golden sections: the last is 1e-9 of the piece, and the distance at a minimum known to the square of that.
const SECTIONS: usize = 45;

/// The distance from a point to an edge of any length, and how far along it.
pub(super) fn nearest_on(spot: &Spot<'_>, a: Xy, b: Xy) -> (f64, f64) {
    let Metric::Ellipsoidal(ellipsoid) = spot.metric else { return (f64::NAN, 0.0) };
    let latitude = ellipsoid.latitude(spot.at[1]);
    let (from, along) = (spot.offset(a), [b[0] - a[0], b[1] - a[1]]);
    let at = |part: f64| {
        let offset = [from[0] + part * along[0], from[1] + part * along[1]];
        ellipsoid.distance_from(spot.at[1], &latitude, offset)
    };
    let pieces = (along[0].abs().max(along[1].abs()) / PIECE_DEGREES).ceil().max(4.0) as usize;
    let place = |piece: usize| piece as f64 / pieces as f64;
    let samples: Vec<f64> = (0..=pieces).map(|piece| at(place(piece))).collect();
    let ends = [(spot.distance_to(a), 0.0), (spot.distance_to(b), 1.0)];
    let mut best = if ends[0].0 <= ends[1].0 { ends[0] } else { ends[1] };
    for piece in 0..=pieces {
        let (low, high) = (piece.saturating_sub(1), (piece + 1).min(pieces));
        if samples[piece] <= samples[low] && samples[piece] <= samples[high] {
            let (low, high) = (place(low), place(high));
            let found = if samples[piece] < MAX_CHORD_M {
                by_foot(ellipsoid, spot.at[1], from, along, low..high)
                    .unwrap_or((samples[piece], place(piece)))
            } else {
                least(low, high, &at)
            };
            if found.0 < best.0 {
                best = found;
            }
        }
    }
    best
}

/// The nearest point of a piece of an edge; `None` where it is an end of the piece, or far.
fn by_foot(
    ellipsoid: &Ellipsoid,
    degrees: f64,
    from: Xy,
    along: Xy,
    piece: Range<f64>,
) -> Option<(f64, f64)> {
    let share = piece.end - piece.start;
    let start = [from[0] + piece.start * along[0], from[1] + piece.start * along[1]];
    match foot(ellipsoid, degrees, &ellipsoid.latitude(degrees), start, along.map(|part| part * share)) {
        Foot::Inside { distance: Some(distance), part } => Some((distance, piece.start + part * share)),
        _ => None,
    }
}

/// The least value of a function with one minimum in a range, and where it is, by golden section.
pub(super) fn least(mut low: f64, mut high: f64, value: &impl Fn(f64) -> f64) -> (f64, f64) {
    let golden = f64::midpoint(5f64.sqrt(), -1.0);
    let (mut left, mut right) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_left, mut at_right) = (value(left), value(right));
    for _ in 0..SECTIONS {
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - golden * (high - low);
            at_left = value(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + golden * (high - low);
            at_right = value(right);
        }
    }
    if at_left <= at_right { (at_left, left) } else { (at_right, right) }
}
