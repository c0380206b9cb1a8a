//! Outputs for libraries that write through `io::Write`.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use geohub_core::{Error, OutputFile, Result};

/// A handle on an output file. One is given to the library, one kept to end the file and for the first error as it was:
/// libraries wrap errors, or make texts of them.
#[derive(Clone)]
pub(crate) struct IoOutput(Arc<Mutex<State>>);

struct State {
    output: Option<OutputFile>,
    error: Option<Error>,
}

impl IoOutput {
    pub(crate) fn new(output: OutputFile) -> Self {
        Self(Arc::new(Mutex::new(State { output: Some(output), error: None })))
    }

    /// The error that made a write fail.
    pub(crate) fn take_error(&self) -> Option<Error> {
        self.lock().error.take()
    }

    /// Ends the output and gives it its name. Returns the bytes on disk.
    pub(crate) fn finish(&self) -> Result<u64> {
        let output = self.lock().output.take();
        output.ok_or_else(|| Error::Internal("an output was ended twice".to_owned()))?.finish()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for IoOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.lock();
        let Some(output) = &mut state.output else { return Err(io::Error::other("the output has ended")) };
        match output.write(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                state.error = Some(error);
                Err(io::Error::other("see the kept error"))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
