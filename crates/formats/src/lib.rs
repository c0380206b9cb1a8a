//! Files: one folder per format, and the list of them.
//!
//! A format is a folder of its own plus one line in [`FORMATS`]; help, documentation and round-trip tests derive
//! from that list.

mod date_time;
mod format;
mod gzip;
mod io_output;
mod open;
mod text_output;

pub mod csv;
pub mod fgb;
pub mod geojson;
pub mod geojsonseq;
pub mod geoparquet;

pub use format::{CreateOptions, FORMATS, Format, OpenOptions, TextGeometry};
pub use gzip::GzipSource;
pub use open::{create, format_of_output, named, open, open_source};
pub use text_output::TextOutput;
