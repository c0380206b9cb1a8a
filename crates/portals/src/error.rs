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
    /// A text that is no place.
    #[error("`{}` is no place", clean(text))]
    PlaceText {
        /// What was given.
        text: String,
    },
    /// No portal, or not the one that is meant, has places of that kind.
    #[error("{}", no_kind(portal.as_deref(), kind, kinds))]
    NoPlaceKind {
        /// What was asked for.
        kind: String,
        /// The portal that is meant.
        portal: Option<String>,
        /// Kinds like it, best first.
        near: Vec<String>,
        /// The kinds there are.
        kinds: Vec<String>,
    },
    /// No place of that name, or names were asked for.
    #[error("{}", no_place(name.as_deref(), kind, portal, *count, names))]
    NoPlace {
        /// What was asked for; nothing where names are.
        name: Option<String>,
        /// The kind of place.
        kind: String,
        /// The portal.
        portal: String,
        /// How many names there are.
        count: usize,
        /// Names like it, best first, or all.
        names: Vec<String>,
    },
    /// A place of several portals, or several of a portal.
    #[error("`{}` may be {} places:{}", clean(what), choices.len(), listed(choices))]
    AmbiguousPlace {
        /// What was given.
        what: String,
        /// What to type for each, and whose it is.
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
    let line = |(reference, title): &(String, String)| {
        let gap = if title.is_empty() { "" } else { "  " };
        format!("\n  {}{gap}{}", clean(reference), clean(title))
    };
    choices.iter().map(line).collect::<Vec<_>>().concat()
}

fn no_kind(portal: Option<&str>, kind: &str, kinds: &[String]) -> String {
    let whose = portal.map_or_else(|| "no portal".to_owned(), |portal| format!("portal `{portal}`"));
    match (kind, portal) {
        ("" | "?", None) => format!("kinds of places of all portals: {}", some(kinds)),
        ("" | "?", Some(_)) => format!("kinds of places of {whose}: {}", some(kinds)),
        _ => format!("{whose} has no places of the kind `{}`; kinds: {}", clean(kind), some(kinds)),
    }
}

fn some(words: &[String]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

fn no_place(name: Option<&str>, kind: &str, portal: &str, count: usize, names: &[String]) -> String {
    let Some(name) = name else {
        let all: Vec<String> = names.iter().map(|name| clean(name)).collect();
        let more = if count > all.len() { format!(" and {} more", count - all.len()) } else { String::new() };
        return format!("{kind} of {portal} is one of {}{more}", some(&all));
    };
    format!("there is no {kind} `{}` in portal `{portal}`", clean(name))
}
