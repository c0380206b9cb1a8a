//! The write thread.

use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::window::Permit;
use crate::{Context, Encoded, Error, Result, Writer, Written};

/// What the write thread takes: encoded batches, and the room in the window that they give back once written.
pub(super) type Item = (Vec<Encoded>, Option<Permit>);

/// A writer on its own thread, so that a slow disk never holds up a worker.
pub(super) struct WriteThread {
    sender: Sender<Item>,
    handle: JoinHandle<(Box<dyn Writer>, Result<()>)>,
}

impl WriteThread {
    pub(super) fn spawn(writer: Box<dyn Writer>) -> Result<Self> {
        let (sender, receiver) = bounded(8);
        let handle = std::thread::Builder::new()
            .name("geohub-write".to_owned())
            .spawn(move || write_all(writer, &receiver))
            .map_err(Error::io_named("start", "the write thread"))?;
        Ok(Self { sender, handle })
    }

    /// Queues a batch; `false` when the thread has stopped on an error, which [`Self::close`] brings.
    pub(super) fn send(&self, item: Item) -> bool {
        self.sender.send(item).is_ok()
    }

    /// Ends the output well when `result` is well, else gives it up. A write error comes first: it is what
    /// stopped the rest.
    pub(super) fn close(self, result: Result<()>, context: &Context) -> Result<Written> {
        drop(self.sender);
        let Ok((writer, written)) = self.handle.join() else {
            return Err(Error::Internal("the write thread panicked".to_owned()));
        };
        match written.and(result) {
            Ok(()) => {
                for (level, note) in writer.notes() {
                    context.report(level, note);
                }
                writer.finish(context)
            }
            Err(error) => {
                writer.abort();
                Err(error)
            }
        }
    }
}

fn write_all(mut writer: Box<dyn Writer>, receiver: &Receiver<Item>) -> (Box<dyn Writer>, Result<()>) {
    for (encoded, permit) in receiver {
        for part in encoded {
            if let Err(error) = writer.write(part) {
                return (writer, Err(error));
            }
        }
        drop(permit);
    }
    (writer, Ok(()))
}
