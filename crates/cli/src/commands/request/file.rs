//! The answers in a TOML file.

use std::path::Path;

use serde::Deserialize;

use crate::exit::Exit;
use crate::failure::Failure;

/// The keys of the file, all of them optional; docs/requests.md describes them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answers {
    pub portal: Option<String>,
    pub words: Option<String>,
    pub dataset: Option<String>,
    #[serde(rename = "use")]
    pub purpose: Option<String>,
    pub format: Option<String>,
    pub frequency: Option<String>,
    pub sample: Option<String>,
    pub metadata: Option<String>,
    pub personal: Option<bool>,
    pub legal: Option<String>,
    pub contact: Option<String>,
    pub like: Vec<String>,
}

/// Reads the file; whatever is wrong is told with line and column.
pub fn read(path: &Path) -> Result<Answers, Failure> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::new("not-found", Exit::NotFound, format!("{name}: no such file"))
        }
        _ => Failure::new("io", Exit::Failure, format!("cannot read {name}: {error}")),
    })?;
    toml::from_str(&text).map_err(|error| {
        let at = text.floor_char_boundary(error.span().map_or(0, |span| span.start));
        let line = text[..at].matches('\n').count() + 1;
        let column = text[..at].rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let problem = error.message().lines().collect::<Vec<_>>().join("; ");
        Failure::new("request-file", Exit::Usage, format!("{name}:{line}:{column}: {problem}"))
    })
}
