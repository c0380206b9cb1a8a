//! Slots of a left build side, filled from streamed right rows.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use geohub_core::{Batch, Budget, Collector, Reservation, Result, Sink};

use super::build::Built;
use super::columns::RightColumns;
use super::matcher::Matcher;
use super::options::JoinOptions;
use super::slots::{RightValues, Slots};
use super::stats::Gaps;

const WHAT: &str = "the join's slots";

/// Streams right rows into a slot per left row. The pairs are never held.
pub(super) struct SlotCollector {
    shared: Arc<Shared>,
    slots: Slots,
    pub(super) gaps: Gaps,
    /// Right areas that cross themselves.
    pub(super) crossing: u64,
    reservation: Reservation,
}

struct Shared {
    options: JoinOptions,
    matcher: Matcher,
    right: RightColumns,
    left: Arc<Built>,
}

/// The slots that the right rows of one chunk reach.
pub(super) struct SlotPart {
    shared: Arc<Shared>,
    numbers: HashMap<u64, usize>,
    slots: Slots,
    gaps: Gaps,
    crossing: u64,
}

impl SlotCollector {
    pub(super) fn new(
        options: &JoinOptions,
        matcher: &Matcher,
        right: RightColumns,
        left: &Arc<Built>,
        budget: &Budget,
    ) -> Result<Self> {
        let slots = Slots::new(options, left.gaps.rows as usize);
        let reservation = budget.reserve(WHAT, slots.memory_bytes() as u64)?;
        let (options, matcher) = (options.clone(), matcher.clone());
        let shared = Shared { options, matcher, right, left: Arc::clone(left) };
        Ok(Self { shared: Arc::new(shared), slots, gaps: Gaps::default(), crossing: 0, reservation })
    }

    /// The filled slots, one for each row of the left side.
    pub(super) fn slots(&self) -> &Slots {
        &self.slots
    }
}

impl Collector for SlotCollector {
    type Part = SlotPart;

    fn part(&self) -> SlotPart {
        let slots = Slots::new(&self.shared.options, 0);
        SlotPart {
            shared: Arc::clone(&self.shared),
            numbers: HashMap::new(),
            slots,
            gaps: Gaps::default(),
            crossing: 0,
        }
    }

    fn merge(&mut self, part: SlotPart) -> Result<()> {
        self.gaps.add(&part.gaps);
        self.crossing += part.crossing;
        for (left, number) in part.numbers {
            self.slots.merge(left as usize, &part.slots, number);
        }
        // Texts and sums grow after the slots were reserved.
        let held = self.slots.memory_bytes() as u64;
        self.reservation.grow(WHAT, held.saturating_sub(self.reservation.bytes()))
    }
}

impl Sink for SlotPart {
    fn push(&mut self, batch: Batch) -> Result<ControlFlow<()>> {
        let Shared { options, matcher, right, left } = &*self.shared;
        self.gaps.add(&Gaps::of(&batch.geometry));
        let values = RightValues::new(options, right, &batch.attributes.project(&right.read)?)?;
        let (numbers, slots) = (&mut self.numbers, &mut self.slots);
        // Probes that lie close together mostly reach the same row.
        let mut last = None;
        self.crossing += matcher.for_each(left, &batch.geometry, |found| {
            let slot = match last {
                Some((row, slot)) if row == found.row => slot,
                _ => *numbers.entry(found.row).or_insert_with(|| slots.push_slot()),
            };
            last = Some((found.row, slot));
            // That one left row has enough says nothing of the probe's other left rows.
            let _ = slots.add(slot, &values, found.probe as usize);
            ControlFlow::Continue(())
        })?;
        Ok(ControlFlow::Continue(()))
    }
}
