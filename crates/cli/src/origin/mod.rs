//! What an output is made of: the origins of a command's inputs, and the receipts beside them.

mod lineage;
mod signed;

use std::path::Path;

use geohub_core::{Context, Provenance};
use geohub_fetch::{Claim, Match, Receipt};

pub use lineage::{Beside, Input, Lineage};
pub use signed::Signed;

use crate::exit::Exit;
use crate::failure::Failure;

/// The origin that the receipt beside a file tells, if it is the file's own: of the same size and hash. One that is not
/// is told of and left alone.
pub fn beside(context: &Context, path: &Path) -> Option<Provenance> {
    let receipt = Receipt::path(path);
    let ignored = |why: &str| context.note(format!("{} is not used: {why}", receipt.display()));
    let claim = match Claim::beside(path) {
        Ok(claim) => claim?,
        Err(error) => {
            ignored(&error.to_string());
            return None;
        }
    };
    match claim.compare(path) {
        Ok(Match::Same) => return Some(claim.origin()),
        Ok(Match::Size { bytes }) => {
            let said = claim.output_bytes;
            ignored(&format!("it is of a file of {said} bytes, this one has {bytes}"));
        }
        Ok(Match::Hash { .. }) => ignored("it is of a file with another hash"),
        Err(error) => ignored(&error.to_string()),
    }
    None
}

/// Removes the receipt of a file that an output has replaced.
pub fn remove_stale(context: &Context, output: &Path) -> Result<(), Failure> {
    let receipt = Receipt::path(output);
    // Anything but a receipt of ours is somebody else's.
    if !matches!(Claim::beside(output), Ok(Some(_))) {
        return Ok(());
    }
    std::fs::remove_file(&receipt).map_err(|error| {
        Failure::new("io", Exit::Failure, format!("cannot remove {}: {error}", receipt.display()))
    })?;
    context.note(format!("{} was of the file that is replaced, and is removed", receipt.display()));
    Ok(())
}
