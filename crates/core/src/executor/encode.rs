//! Encoding behind the in-order point, for outputs with a limit or fixed batch sizes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::drive::panicked;
use super::order::Reorder;
use super::regroup::Group;
use super::write::WriteThread;
use crate::{Context, Encoded, Encoder, Result};

/// Encodes ordered groups on the workers and writes them in the same order, a bounded number at a time.
pub(super) struct EncodeStage<'a> {
    context: &'a Context,
    encoder: Arc<dyn Encoder>,
    writer: &'a WriteThread,
    sender: Sender<(u64, Result<Encoded>)>,
    receiver: Receiver<(u64, Result<Encoded>)>,
    order: Reorder<Result<Encoded>>,
    submitted: u64,
    received: u64,
}

impl<'a> EncodeStage<'a> {
    pub(super) fn new(context: &'a Context, encoder: Arc<dyn Encoder>, writer: &'a WriteThread) -> Self {
        let (sender, receiver) = unbounded();
        Self { context, encoder, writer, sender, receiver, order: Reorder::new(), submitted: 0, received: 0 }
    }

    /// Starts encoding a group; waits while twice as many as workers are under way. `false` when writing failed.
    pub(super) fn submit(&mut self, group: Group) -> Result<bool> {
        while self.submitted - self.received >= 2 * self.context.jobs as u64 {
            if !self.receive()? {
                return Ok(false);
            }
        }
        let (encoder, sender, sequence) = (Arc::clone(&self.encoder), self.sender.clone(), self.submitted);
        self.context.pool()?.spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| encoder.encode_group(group)))
                .unwrap_or_else(|panic| Err(panicked(&*panic)));
            // A closed channel means that the run has ended.
            let _ = sender.send((sequence, result));
        });
        self.submitted += 1;
        Ok(true)
    }

    /// Waits for everything under way.
    pub(super) fn finish(&mut self) -> Result<()> {
        while self.received < self.submitted && self.receive()? {}
        Ok(())
    }

    fn receive(&mut self) -> Result<bool> {
        if let Ok((sequence, result)) = self.receiver.recv() {
            self.received += 1;
            self.order.put(sequence, result);
        }
        while let Some(encoded) = self.order.pop() {
            if !self.writer.send((vec![encoded?], None)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
