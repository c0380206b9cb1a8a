//! Adding a portal to the user's own.

use std::path::{Path, PathBuf};

use geohub_core::{Error, Output, OutputFile};

use super::{Portal, Portals};
use crate::error::{PortalsError, Result};

/// Copies a portal file, once it proves sound, into the user's folder, under its id.
///
/// # Errors
/// The file is no portal; there is one of that id and `replace` is not set; the folder cannot be written.
pub fn add(file: &Path, folder: &Path, replace: bool) -> Result<(Portal, PathBuf)> {
    let portal = Portals::read_file(file)?;
    let path = folder.join(format!("{}.toml", portal.id));
    if path.exists() && !replace {
        return Err(PortalsError::Exists { path });
    }
    std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    let bytes = std::fs::read(file).map_err(Error::io("read", file))?;
    let mut output = OutputFile::create(&Output::Path(path.clone()), true)?;
    output.write(&bytes)?;
    output.finish()?;
    Ok((portal, path))
}
