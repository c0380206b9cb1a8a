//! Which rows answer a query, in which order.

use std::cmp::Ordering;
use std::collections::HashSet;

use geo::{Contains, Intersects};
use geo_types::{Coord, Rect};

use super::errors::Refusal;
use super::layer::{Layer, Stored};
use super::params::{Query, Window};
use crate::hash::combine;
use crate::net::Tweaks;
use crate::sql::compare::sort_key;
use crate::sql::eval::Cells;
use crate::sql::{eval, holds};
use crate::table::Value;

/// One row to the expression evaluator.
pub(super) struct View<'a> {
    pub(super) layer: &'a Layer,
    pub(super) stored: &'a Stored,
}

impl Cells for View<'_> {
    fn cell(&self, index: usize) -> Value {
        match self.layer.value(self.stored, index) {
            Value::Bool(yes) => Value::Int(i64::from(yes)),
            value => value,
        }
    }
}

fn boxes_meet(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

impl Window {
    /// Null geometries meet nothing.
    fn meets(&self, stored: &Stored) -> bool {
        let Some(shape) = &stored.row.shape else { return false };
        let b = &self.bounds;
        if !boxes_meet(&stored.bounds, b) {
            return false;
        }
        let rect = Rect::new(Coord { x: b[0], y: b[1] }, Coord { x: b[2], y: b[3] }).to_polygon();
        match self.relation.as_str() {
            "EnvelopeIntersects" | "IndexIntersects" => true,
            "Contains" => rect.contains(&shape.to_geo()),
            "Within" => shape.to_geo().contains(&rect),
            _ => rect.intersects(&shape.to_geo()),
        }
    }
}

/// All rows of the query, ordered; without an order they start somewhere else at each request.
pub(super) fn select<'a>(
    layer: &'a Layer,
    rows: &'a [Stored],
    query: &Query,
    tweaks: &Tweaks,
) -> Result<Vec<&'a Stored>, Refusal> {
    let wanted: Option<HashSet<i64>> = query.ids.as_ref().map(|ids| ids.iter().copied().collect());
    let mut found = Vec::new();
    for stored in rows {
        let named = wanted.as_ref().is_none_or(|ids| ids.contains(&stored.oid));
        let met = named && query.window.as_ref().is_none_or(|window| window.meets(stored));
        if met && holds(&query.filter, &View { layer, stored })? {
            found.push(stored);
        }
    }
    if query.order.is_empty() {
        if !layer.switches.stable_unordered {
            scatter(&mut found, tweaks.request);
        }
    } else {
        sort(layer, &mut found, query)?;
    }
    Ok(found)
}

/// Another order for each request: a rotation, every other time backwards.
fn scatter(rows: &mut [&Stored], request: u64) {
    if rows.is_empty() {
        return;
    }
    let roll = combine(&[11, request]);
    rows.rotate_left((roll % rows.len() as u64) as usize);
    if roll & (1 << 40) != 0 {
        rows.reverse();
    }
}

fn sort(layer: &Layer, rows: &mut Vec<&Stored>, query: &Query) -> Result<(), Refusal> {
    let mut keyed = Vec::with_capacity(rows.len());
    for stored in rows.drain(..) {
        let view = View { layer, stored };
        let keys = query.order.iter().map(|(expr, _)| eval(expr, &view)).collect::<Result<Vec<_>, _>>()?;
        keyed.push((keys, stored));
    }
    keyed.sort_by(|(a, _), (b, _)| {
        let pairs = a.iter().zip(b).zip(&query.order);
        pairs.fold(Ordering::Equal, |so_far, ((a, b), (_, descending))| {
            so_far.then_with(|| sort_key(a, b, *descending, false))
        })
    });
    rows.extend(keyed.into_iter().map(|(_, stored)| stored));
    Ok(())
}
