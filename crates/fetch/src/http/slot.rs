//! A slot of a host, held while a request is on its way.

use std::fs::File;
use std::sync::{Arc, Weak};
use std::time::SystemTime;

use tokio::task::AbortHandle;
use tokio::time::{Instant, interval_at};

use super::shared::UNTOUCHED;

/// The lock on a slot's file, which is touched now and then to show that its holder is alive.
#[derive(Debug)]
pub(super) struct Slot {
    /// The lock is dropped with it.
    _file: Arc<File>,
    touching: AbortHandle,
}

impl Slot {
    pub(super) fn new(file: File) -> Self {
        let file = Arc::new(file);
        let touching = tokio::spawn(touch(Arc::downgrade(&file))).abort_handle();
        Self { _file: file, touching }
    }
}

/// Holds the file only while it touches it: an aborted task is dropped some time later.
async fn touch(file: Weak<File>) {
    let every = UNTOUCHED / 4;
    let mut ticks = interval_at(Instant::now() + every, every);
    loop {
        ticks.tick().await;
        let Some(file) = file.upgrade() else { return };
        // A file that cannot be touched looks abandoned, at worst.
        let _ = tokio::task::spawn_blocking(move || file.set_modified(SystemTime::now())).await;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.touching.abort();
    }
}
