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
