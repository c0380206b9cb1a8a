//! `geohub plugin`.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use geohub_core::text;
use serde_json::json;

use crate::app::built_in;
use crate::exit::Exit;
use crate::failure::{Failure, did_you_mean};
use crate::plugin::{self, PREFIX, Plugin};
use crate::session::Session;
use crate::terminal;

/// List, check or run plug-ins.
///
/// An executable geohub-NAME on PATH runs as `geohub NAME`. It finds the path of this binary in GEOHUB and the
/// version in `GEOHUB_VERSION`; standard streams and exit code are its own.
#[derive(Args, Debug)]
pub struct PluginCommand {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// List the plug-ins on PATH, with what shadows them
    List,
    /// Say which plug-ins cannot be run, and why; exit 1 when there are any
    Check,
    /// Run a plug-in, also one that a built-in command shadows
    Exec {
        /// Name of the plug-in and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        words: Vec<OsString>,
    },
}

impl PluginCommand {
    pub fn run(self, session: &Session) -> Result<ExitCode, Failure> {
        match self.verb {
            Verb::List => list(session).map(|()| ExitCode::SUCCESS),
            Verb::Check => check(session).map(|()| ExitCode::SUCCESS),
            Verb::Exec { words } => exec(&words),
        }
    }
}

fn list(session: &Session) -> Result<(), Failure> {
    let plugins = plugin::find_all(&built_in());
    if session.global.json {
        let listed: Vec<_> = plugins
            .iter()
            .map(|found| {
                json!({
                    "name": found.name, "path": found.path.display().to_string(),
                    "executable": found.executable, "shadowed_by": found.shadowed_by,
                })
            })
            .collect();
        return terminal::print(&format!("{}\n", json!({ "plugins": listed })));
    }
    if plugins.is_empty() {
        session.messages.say(&format!("no file {PREFIX}NAME is on PATH"));
    }
    let line = |found: &Plugin| {
        let state = trouble(found).map_or(String::new(), |trouble| format!("  ({trouble})"));
        format!("{:<12} {}{state}\n", found.name, found.path.display())
    };
    terminal::print(&plugins.iter().map(line).collect::<String>())
}

fn check(session: &Session) -> Result<(), Failure> {
    let plugins = plugin::find_all(&built_in());
    let troubled: Vec<String> = plugins
        .iter()
        .filter_map(|found| trouble(found).map(|trouble| format!("{}: {trouble}", found.path.display())))
        .collect();
    if troubled.is_empty() {
        session
            .messages
            .say(&format!("{} checked, none in trouble", text::plural(plugins.len() as u64, "plug-in")));
        return Ok(());
    }
    Err(Failure::new("plugin", Exit::Failure, troubled.join("\n"))
        .hint("chmod +x makes a file executable; rename a shadowed one"))
}

fn trouble(found: &Plugin) -> Option<String> {
    if !found.executable {
        return Some("not executable".to_owned());
    }
    found.shadowed_by.as_ref().map(|by| format!("shadowed by {by}"))
}

fn exec(words: &[OsString]) -> Result<ExitCode, Failure> {
    let Some((name, args)) = words.split_first() else { return Err(Failure::usage("name a plug-in")) };
    let name = name.to_string_lossy();
    let missing =
        || Failure::new("not-found", Exit::NotFound, format!("no executable {PREFIX}{name} is on PATH"));
    let found = plugin::find_one(&name).ok_or_else(missing)?;
    plugin::run(&found, args)
}

/// Runs the plug-in that an unknown command word names, or says which commands are near it.
pub fn run_named(words: &[OsString]) -> Result<ExitCode, Failure> {
    let Some((name, args)) = words.split_first() else { return Err(Failure::usage("no command given")) };
    let name = name.to_string_lossy();
    if let Some(found) = plugin::find_one(&name) {
        return plugin::run(&found, args);
    }
    let known = built_in();
    let plugins = plugin::find_all(&known);
    let names = known.iter().map(String::as_str).chain(plugins.iter().map(|found| found.name.as_str()));
    let near = text::nearest(&name, names);
    let failure = Failure::usage(format!("`{name}` is no command, and no {PREFIX}{name} is on PATH"));
    Err(failure.hint(did_you_mean(&near).unwrap_or_else(|| "geohub --help lists the commands".to_owned())))
}
