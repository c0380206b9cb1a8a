//! What can go wrong with portals and their catalogues, named by situation.

use std::path::PathBuf;

use geohub_core::text::clean;
use geohub_fetch::FetchError;

/// The result of everything here.
pub type Result<T, E = PortalsError> = std::result::Result<T, E>;

/// An error of a portal's file, of its catalogues, or of a reference to it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortalsError {
    /// A portal file that cannot be used.
    #[error("{file}:{line}:{column}: {problem}")]
    File {
        /// Path of the file, or its name inside the program.
        file: String,
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What is wrong there.
        problem: String,
    },
    /// A portal file that exists already.
    #[error("{}: there is such a portal already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// No portal of that name.
    #[error("there is no portal `{}`", clean(id))]
    NoPortal {
        /// What was asked for.
        id: String,
        /// Names like it, best first.
        near: Vec<String>,
    },
    /// The portal has no such alias.
    #[error("portal `{portal}` has no alias `{}`", clean(alias))]
    NoAlias {
        /// The portal.
        portal: String,
        /// What was asked for.
        alias: String,
        /// Names like it, best first.
        near: Vec<String>,
    },
    /// Nothing was asked of any catalogue, for the network is forbidden and nothing is kept.
    #[error("no catalogue of {} has been read on this machine yet, and --offline forbids the network", portals.join(", "))]
    NothingKept {
        /// The portals.
        portals: Vec<String>,
    },
    /// None of the catalogues answered.
    #[error("no catalogue answered: {}", clean(name))]
    AllDown {
        /// The first of them.
        name: String,
        /// Why it did not.
        #[source]
        cause: Box<FetchError>,
    },
    /// An item or page of a portal that has no rows.
    #[error("{what}")]
    NoDataset {
        /// What it is.
        what: String,
        /// What to do instead.
        hint: String,
    },
    /// A name of several datasets.
    #[error("`{}` is the name of {} datasets:{}", clean(what), choices.len(), listed(choices))]
    Ambiguous {
        /// What was given.
        what: String,
        /// What to type for each, and its title.
        choices: Vec<(String, String)>,
    },
    /// What a portal or the network says.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// An error of this machine.
    #[error(transparent)]
    Core(#[from] geohub_core::Error),
}

fn listed(choices: &[(String, String)]) -> String {
    choices.iter().map(|(reference, title)| format!("\n  {}  {}", clean(reference), clean(title))).collect()
}
