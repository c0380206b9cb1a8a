//! `f=pbf`: answers as protocol buffers, written by hand from the published message definitions
//! (`protocols/arcgis.md` section 3.4), so that no decoder is tested with its own encoder.

mod page;
mod shape;
mod transcribe;
mod wire;

pub(super) use page::{count, ids, page};
pub use transcribe::transcribe;
