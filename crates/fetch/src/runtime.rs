//! The thread that waits for the network.

use geohub_core::Error;
use tokio::runtime::{Builder, Runtime};

use crate::error::Result;

/// A runtime for whoever calls `block_on`, with one thread beside it for the connections. Not more: where a second one
/// finds no room for its stack, tokio panics and then waits for the first one for ever (seen with tokio 1.54).
///
/// # Errors
/// This machine cannot start it.
pub(crate) fn start(name: &str) -> Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name(name)
        .enable_all()
        .build()
        .map_err(|error| Error::io_named("start", "the network threads")(error).into())
}
