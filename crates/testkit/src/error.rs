//! What can go wrong while test material is loaded or a stand-in is started.

use std::path::PathBuf;

/// The crate's result.
pub type Result<T> = std::result::Result<T, Error>;

/// The crate's error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read, or an output not written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// Writing to an already open output failed.
    #[error("cannot write: {0}")]
    Write(#[from] std::io::Error),
    /// Text that is not the JSON it should be.
    #[error("{what}: {source}")]
    Json {
        /// What was being read.
        what: String,
        /// The parser's words.
        source: serde_json::Error,
    },
    /// A GeoJSON document of a shape the loader does not take.
    #[error("feature {feature}: {what}")]
    GeoJson {
        /// The feature's position, from 0.
        feature: usize,
        /// What is wrong.
        what: String,
    },
    /// A CSV document whose rows do not fit its header.
    #[error("record {record}: {what}")]
    Csv {
        /// The record's position, the header being 0.
        record: usize,
        /// What is wrong.
        what: String,
    },
    /// A word on the command line or in a configuration that is not known.
    #[error("{0}")]
    Usage(String),
    /// The loopback socket or the runtime could not be had.
    #[error("cannot start a server: {0}")]
    Start(std::io::Error),
}
