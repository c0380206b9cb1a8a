//! A command's data on standard output.

use std::io::Write;

use geohub_core::Error;

use crate::failure::Failure;

/// Prints data on standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    written.map_err(|error| Error::io_named("write", "standard output")(error).into())
}
