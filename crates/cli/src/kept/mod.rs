//! What earlier commands left in the cache folder, for those that may not use the network: descriptions of layers, addresses
//! that references led to, and where the downloads of layers lie.

mod key;
mod outputs;
mod reports;
mod store;

pub use key::{Asked, LayerKey};
pub use outputs::{find, open, remember};
pub use reports::{keep as keep_report, report};
pub use store::Store;

use crate::exit::Exit;
use crate::failure::Failure;

/// The refusal of what needs the network.
pub fn offline(reference: &str) -> Failure {
    let message = format!("{reference} is a layer of a portal, and --offline forbids the network");
    Failure::new("offline", Exit::Network, message)
}

/// `2026-11-26 10:15 UTC` of `2026-11-26T10:15:00Z`.
fn moment(iso: &str) -> String {
    match (iso.get(..10), iso.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => iso.to_owned(),
    }
}
