//! Standard error: notes, colours, progress. Standard output belongs to data.

mod bar;
mod messages;
mod progress;
mod prompt;
mod stdout;

pub use messages::Messages;
pub use progress::ProgressLine;
pub use prompt::line;
pub use stdout::print;
