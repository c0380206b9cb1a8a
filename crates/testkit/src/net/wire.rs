//! The body on the wire: whole, paced, or cut.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use super::log::Ticket;

/// Bytes given to hyper at once.
const CHUNK: usize = 64 * 1024;

/// Time enough for what is written to leave.
const FLUSH: Duration = Duration::from_millis(20);

/// A body that can be slow and can break off.
pub(super) struct Wire {
    left: Bytes,
    /// The announced length, if any.
    length: Option<u64>,
    /// Break the connection when nothing is left.
    cut: bool,
    bytes_per_s: u64,
    sleep: Option<Pin<Box<Sleep>>>,
    ticket: Option<Ticket>,
}

impl Wire {
    pub(super) fn new(body: Bytes, announce: bool, ticket: Option<Ticket>) -> Self {
        let length = announce.then_some(body.len() as u64);
        Self { left: body, length, cut: false, bytes_per_s: 0, sleep: None, ticket }
    }

    /// Breaks off after so many bytes.
    pub(super) fn cut_after(mut self, bytes: usize) -> Self {
        self.left.truncate(bytes);
        self.cut = true;
        self
    }

    /// Sends so many bytes a second.
    pub(super) fn paced(mut self, bytes_per_s: u64) -> Self {
        self.bytes_per_s = bytes_per_s;
        self
    }

    /// The next piece; a paced body sends a tenth of a second's worth and then rests.
    fn piece(&mut self) -> Bytes {
        let most = match self.bytes_per_s {
            0 => CHUNK,
            rate => usize::try_from(rate / 10).unwrap_or(CHUNK).clamp(1, CHUNK),
        };
        let piece = self.left.split_to(most.min(self.left.len()));
        if self.bytes_per_s > 0 {
            let rest = Duration::from_secs_f64(piece.len() as f64 / self.bytes_per_s as f64);
            self.sleep = Some(Box::pin(tokio::time::sleep(rest)));
        }
        if self.cut && self.left.is_empty() {
            // What was handed over leaves the socket while hyper waits, so that the client sees a broken body and not
            // a broken connection.
            self.sleep = Some(Box::pin(tokio::time::sleep(FLUSH)));
        }
        if let Some(ticket) = &self.ticket {
            ticket.note(|entry| entry.bytes += piece.len());
        }
        piece
    }
}

impl Body for Wire {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(sleep) = self.sleep.as_mut() {
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.sleep = None;
        }
        if !self.left.is_empty() {
            let piece = self.piece();
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        if self.cut {
            self.cut = false;
            self.length = None;
            return Poll::Ready(Some(Err(std::io::Error::other("cut by the fault script"))));
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && !self.cut
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
