//! Outputs of text formats, gzipped when the name says so.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use geohub_core::{Error, Output, OutputFile, Result};

use crate::io_output::IoOutput;

/// An output file that compresses when its name ends in `.gz`.
pub struct TextOutput {
    sink: Sink,
    name: String,
    is_stream: bool,
}

enum Sink {
    Plain(OutputFile),
    Gzip(Box<GzEncoder<IoOutput>>),
}

impl TextOutput {
    /// Starts an output.
    pub fn create(output: &Output, fsync: bool) -> Result<Self> {
        let name = output.name();
        let file = OutputFile::create(output, fsync)?;
        let gzip = matches!(output, Output::Path(path) if path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("gz")));
        let sink = if gzip {
            Sink::Gzip(Box::new(GzEncoder::new(IoOutput::new(file), Compression::new(6))))
        } else {
            Sink::Plain(file)
        };
        Ok(Self { sink, name, is_stream: output.is_stream() })
    }

    /// Whether bytes are gone once written.
    pub fn is_stream(&self) -> bool {
        self.is_stream
    }

    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.sink {
            Sink::Plain(file) => file.write(bytes),
            Sink::Gzip(encoder) => encoder.write_all(bytes).map_err(|error| {
                let own = encoder.get_mut().take_error();
                own.unwrap_or_else(|| Error::io_named("compress", &self.name)(error))
            }),
        }
    }

    /// Ends the output and gives it its name. Returns the bytes on disk.
    pub fn finish(self) -> Result<u64> {
        match self.sink {
            Sink::Plain(file) => file.finish(),
            Sink::Gzip(encoder) => {
                encoder.finish().map_err(Error::io_named("compress", &self.name))?.finish()
            }
        }
    }
}
