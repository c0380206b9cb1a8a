//! The layers of `geohub.toml`, kept up to date.

mod check;
mod config;
mod dead;
mod entry;
mod hold;
mod lock;
mod output;
mod status;
mod work;

pub use config::{Config, Layer};
pub use hold::Hold;
pub use lock::LockFile;
pub use status::{State, Status};
pub use work::{Places, Work};

/// A hash in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
