//! Distances and nearest rows against an oracle that knows nothing of planes, bounds and trees.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod bounds;
mod oracle;
mod pairs;
mod rows;
mod shapes;
