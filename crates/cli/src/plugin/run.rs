//! Running a plug-in.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use super::find::Plugin;
use crate::exit::Exit;
use crate::failure::Failure;

/// Runs a plug-in with our standard streams and hands its exit code on.
///
/// In its environment: `GEOHUB` (path of the running binary), `GEOHUB_VERSION`, `GEOHUB_CONFIG_DIR` and
/// `GEOHUB_CACHE_DIR`.
pub fn run(plugin: &Plugin, args: &[OsString]) -> Result<ExitCode, Failure> {
    let fail = |error: std::io::Error| {
        let message = format!("cannot run {}: {error}", plugin.path.display());
        Failure::new("plugin", Exit::Failure, message)
            .hint("geohub plugin check shows what is wrong with plug-ins")
    };
    let mut command = Command::new(&plugin.path);
    command.args(args).env("GEOHUB_VERSION", env!("CARGO_PKG_VERSION"));
    command.env("GEOHUB", std::env::current_exe().map_err(fail)?);
    for (variable, folder) in
        [("GEOHUB_CONFIG_DIR", crate::folders::config()), ("GEOHUB_CACHE_DIR", crate::folders::cache())]
    {
        if let Some(folder) = folder {
            command.env(variable, folder);
        }
    }
    let status = command.status().map_err(fail)?;
    Ok(ExitCode::from(code_of(status)))
}

#[cfg(unix)]
fn code_of(status: std::process::ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    u8::try_from(code.unwrap_or(1)).unwrap_or(1)
}

#[cfg(not(unix))]
fn code_of(status: std::process::ExitStatus) -> u8 {
    u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)
}
