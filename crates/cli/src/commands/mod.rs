//! The sub-commands: a file each, and the list of them.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

mod cite;
mod completions;
mod convert;
mod count;
mod diff;
pub mod fetch;
mod formats;
mod head;
mod info;
mod join;
mod layers;
mod plugin;
mod portal;
mod query;
mod reproject;
mod request;
mod search;
mod sync;
mod terms;
mod token;
pub mod transfer;
mod verify;

/// Every sub-command.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Search the catalogues of a city's portals
    Search(search::Search),
    /// Show a layer's schema, rows, CRS and extent
    Info(info::Info),
    /// Show the first rows of a layer
    Head(head::Head),
    /// Count the rows of a layer
    Count(count::Count),
    /// Bring a layer from a city's portal, whole and proved whole
    Fetch(fetch::Fetch),
    /// Bring the layers of geohub.toml up to date, or see which are stale
    Sync(sync::Sync),
    /// Convert a layer to another format
    Convert(convert::Convert),
    /// Select rows of a layer by rectangle, area, distance, expression
    Query(query::Query),
    /// Bring a layer to another coordinate reference system
    Reproject(reproject::Reproject),
    /// Join two layers by where their features lie
    Join(join::Join),
    /// Compare two layers: rows added, removed, changed
    Diff(diff::Diff),
    /// Check files against their receipts
    Verify(verify::Verify),
    /// Print the credits and licences of what files were made of
    Cite(cite::Cite),
    /// List the layers of a service
    Layers(layers::LayersCommand),
    /// List, show, add or check the portals of cities
    Portal(portal::PortalCommand),
    /// Draft a request to a city: for a dataset, or for access
    Request(request::Request),
    /// Show the terms of use and the limits of a host
    Terms(terms::TermsCommand),
    /// Keep tokens, API keys and logins of portals, and check them
    Token(token::Token),
    /// List the file formats
    Formats(formats::Formats),
    /// List, check or run plug-ins
    Plugin(plugin::PluginCommand),
    /// Print completions for a shell
    Completions(completions::Completions),
    /// A plug-in
    #[command(external_subcommand)]
    External(Vec<OsString>),
}

impl Command {
    /// Runs the command.
    pub fn run(self, session: &Session) -> Result<ExitCode, Failure> {
        let done = match self {
            Self::Info(command) => command.run(session),
            Self::Head(command) => command.run(session),
            Self::Fetch(command) => command.run(session),
            Self::Join(command) => command.run(session),
            Self::Query(command) => command.run(session),
            Self::Reproject(command) => command.run(session),
            Self::Count(command) => command.run(session),
            Self::Convert(command) => command.run(session),
            Self::Layers(command) => command.run(session),
            Self::Search(command) => command.run(session),
            Self::Portal(command) => command.run(session),
            Self::Terms(command) => command.run(session),
            Self::Request(command) => command.run(session),
            Self::Formats(command) => command.run(session),
            Self::Completions(command) => command.run(session),
            Self::Sync(command) => return command.run(session),
            Self::Cite(command) => command.run(session),
            Self::Verify(command) => return command.run(session),
            Self::Diff(command) => return command.run(session),
            Self::Token(command) => return command.run(session),
            Self::Plugin(command) => return command.run(session),
            Self::External(words) => return plugin::run_named(&words),
        };
        done.map(|()| ExitCode::SUCCESS)
    }
}
