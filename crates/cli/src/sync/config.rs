//! `geohub.toml`.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::entry::{Entry, Wrong};
use crate::commands::fetch::Fetch;
use crate::exit::Exit;
use crate::failure::{Failure, did_you_mean};

/// The file, with the layers in order of their names.
#[derive(Debug)]
pub struct Config {
    /// Where it is.
    pub path: PathBuf,
    /// Its layers.
    pub layers: Vec<Layer>,
}

/// One layer.
#[derive(Debug)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// What is fetched, as typed for `geohub fetch`.
    pub fetch: Fetch,
    /// The output as the file has it, from the file's folder.
    pub output: String,
    /// What decides the content of the output beside the layer itself.
    pub asked: String,
    /// Its pages are kept, so that only changes need be brought.
    pub keep: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    keep: Option<bool>,
    #[serde(default)]
    layers: BTreeMap<Spanned<String>, Entry>,
}

impl Config {
    /// Reads it. Whatever is wrong is an error with file, line and column.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| missing(path, &error))?;
        Self::parse(path, &text).map_err(|wrong| told(path, &text, &wrong))
    }

    fn parse(path: &Path, text: &str) -> Result<Self, Wrong> {
        let file: File = toml::from_str(text).map_err(|error| {
            Wrong::new(error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        let folder = folder_of(path);
        let mut outputs: HashMap<PathBuf, String> = HashMap::new();
        let mut layers = Vec::with_capacity(file.layers.len());
        for (name, entry) in file.layers {
            check_name(&name)?;
            let output = plain(&folder.join(entry.output.get_ref()));
            if let Some(other) = outputs.insert(output, name.get_ref().clone()) {
                let message = format!("`{other}` has the same output");
                return Err(Wrong::new(entry.output.span().start, message));
            }
            layers.push(Layer {
                fetch: entry.fetch(&folder)?,
                output: entry.output.get_ref().clone(),
                asked: entry.asked(&folder),
                keep: entry.keep.or(file.keep).unwrap_or(true),
                name: name.into_inner(),
            });
        }
        Ok(Self { path: path.to_owned(), layers })
    }

    /// The folder that its paths are relative to.
    pub fn folder(&self) -> PathBuf {
        folder_of(&self.path)
    }

    /// The layers of these names; all of them when there is none.
    pub fn chosen(&self, names: &[String]) -> Result<Vec<&Layer>, Failure> {
        if names.is_empty() {
            return Ok(self.layers.iter().collect());
        }
        let find = |name: &String| {
            let found = self.layers.iter().find(|layer| layer.name == *name);
            found.ok_or_else(|| {
                let near =
                    geohub_core::text::nearest(name, self.layers.iter().map(|layer| layer.name.as_str()));
                let message = format!("{} has no layer `{name}`", self.path.display());
                let failure = Failure::usage(message);
                match did_you_mean(&near.iter().map(ToString::to_string).collect::<Vec<_>>()) {
                    Some(hint) => failure.hint(hint),
                    None => failure,
                }
            })
        };
        let mut chosen = names.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        chosen.sort_by(|a, b| a.name.cmp(&b.name));
        chosen.dedup_by(|a, b| a.name == b.name);
        Ok(chosen)
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A name is also that of a folder.
fn check_name(name: &Spanned<String>) -> Result<(), Wrong> {
    let text = name.get_ref();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() || text.starts_with('.') || !text.chars().all(plain) {
        let message = format!("`{text}` is no name of a layer: letters, digits, `-`, `_` and `.` make one");
        return Err(Wrong::new(name.span().start, message));
    }
    Ok(())
}

/// A path without `.` and without `..` where something is before it.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

fn missing(path: &Path, error: &std::io::Error) -> Failure {
    let message = format!("cannot read {}: {error}", path.display());
    if error.kind() == std::io::ErrorKind::NotFound {
        return Failure::new("not-found", Exit::NotFound, message)
            .hint("--config names another file; docs/sync.md tells what is in it");
    }
    Failure::new("io", Exit::Failure, message)
}

/// `geohub.toml:3:12: ...`
fn told(path: &Path, text: &str, wrong: &Wrong) -> Failure {
    let mut at = wrong.at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let message = wrong.message.lines().collect::<Vec<_>>().join(" ");
    Failure::new("config", Exit::Usage, format!("{}:{line}:{column}: {message}", path.display()))
}
