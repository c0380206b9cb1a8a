//! The little command line the binaries share: `--name value` pairs and words.

use std::io::Write;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::net::{Fault, Options};
use crate::{Error, Result};

/// Arguments taken apart.
#[derive(Debug, Default)]
pub struct Args {
    pairs: Vec<(String, String)>,
    /// What is not an option, in order.
    pub words: Vec<String>,
}

impl Args {
    /// Takes the process's arguments apart; every option must be in `known` and has a value.
    pub fn parse(arguments: impl Iterator<Item = String>, known: &[&str]) -> Result<Self> {
        let mut out = Self::default();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let named = if argument == "-o" { Some("output") } else { argument.strip_prefix("--") };
            let Some(name) = named else {
                out.words.push(argument);
                continue;
            };
            if !known.contains(&name) {
                return Err(Error::Usage(format!(
                    "unknown option --{name}; there are: --{}",
                    known.join(", --")
                )));
            }
            let value = arguments.next().ok_or_else(|| Error::Usage(format!("--{name} needs a value")))?;
            out.pairs.push((name.to_owned(), value));
        }
        Ok(out)
    }

    /// The last value of an option.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// A value that must be there.
    pub fn need(&self, name: &str) -> Result<&str> {
        self.get(name).ok_or_else(|| Error::Usage(format!("--{name} is needed")))
    }

    /// A value read as a number or the like.
    pub fn number<T: std::str::FromStr>(&self, name: &str, default: T) -> Result<T> {
        let Some(value) = self.get(name) else { return Ok(default) };
        value.parse().map_err(|_| Error::Usage(format!("--{name} {value}: not a number it takes")))
    }

    /// A JSON file named by an option.
    pub fn json<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T> {
        let Some(file) = self.get(name) else { return Ok(T::default()) };
        let path = Path::new(file);
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::File { path: path.to_path_buf(), source })?;
        serde_json::from_str(&text).map_err(|source| Error::Json { what: file.to_owned(), source })
    }

    /// Port, `--net FILE` (all of [`Options`]) and `--faults FILE` (a list) for a stand-in.
    pub fn net(&self) -> Result<Options> {
        let mut options: Options = self.json("net")?;
        options.port = self.number("port", options.port)?;
        let faults: Vec<Fault> = self.json("faults")?;
        options.faults.extend(faults);
        Ok(options)
    }
}

/// Writes a line to standard output, which nobody need be reading.
pub fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// The end of a binary: an error goes to standard error and gives status 2 for usage, 1 otherwise.
pub fn finish(outcome: Result<()>) -> std::process::ExitCode {
    let Err(error) = outcome else { return std::process::ExitCode::SUCCESS };
    // Nothing is left to tell when standard error is closed too.
    let _told = writeln!(std::io::stderr(), "error: {error}");
    std::process::ExitCode::from(if matches!(error, Error::Usage(_)) { 2 } else { 1 })
}
