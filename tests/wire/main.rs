//! The program against portals that misbehave: what it writes is right, or it says loudly why there is nothing.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod case;
mod cases;
mod compare;
mod matrix;
mod rows;
#[allow(dead_code, reason = "shared with the tests of the command line")]
#[path = "../cli/run.rs"]
mod run;
mod scene;
mod table;
