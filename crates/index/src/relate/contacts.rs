//! Pairs of edges that meet.

use std::ops::ControlFlow;

use super::locate::Side;
use super::segment::{Contact, contact};
use super::shape::Segment;

/// Two edges, by their numbers, that meet.
pub(crate) struct Meeting {
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) contact: Contact,
}

/// Calls `visit` with every pair of edges that meet, until it breaks.
pub(crate) fn for_each_meeting(
    left: Side<'_>,
    right: Side<'_>,
    mut visit: impl FnMut(Meeting) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let left_is_listed = match (left.bands, right.bands) {
        (Some(_), Some(_)) => left.shape.segments.len() > right.shape.segments.len(),
        (bands, _) => bands.is_some(),
    };
    if left_is_listed {
        scan(right, left, |probe, listed, contact| visit(Meeting { left: listed, right: probe, contact }))
    } else {
        scan(left, right, |probe, listed, contact| visit(Meeting { left: probe, right: listed, contact }))
    }
}

fn scan(
    probe: Side<'_>,
    listed: Side<'_>,
    mut visit: impl FnMut(u32, u32, Contact) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for (number, segment) in (0..).zip(&probe.shape.segments) {
        if misses_box(segment, listed) {
            continue;
        }
        let mut flow = ControlFlow::Continue(());
        let mut test = |other: u32| {
            let against = &listed.shape.segments[other as usize];
            let contact = contact((segment.a, segment.b), (against.a, against.b));
            if flow.is_continue() && contact != Contact::None {
                flow = visit(number, other, contact);
            }
        };
        match listed.bands {
            Some(bands) => bands.near(segment.a, segment.b, test),
            None => (0..listed.shape.segments.len() as u32).for_each(&mut test),
        }
        flow?;
    }
    ControlFlow::Continue(())
}

fn misses_box(segment: &Segment, other: Side<'_>) -> bool {
    let bbox = &other.shape.bbox;
    let (a, b) = (segment.a, segment.b);
    a[0].max(b[0]) < bbox.min_x
        || a[0].min(b[0]) > bbox.max_x
        || a[1].max(b[1]) < bbox.min_y
        || a[1].min(b[1]) > bbox.max_y
}
