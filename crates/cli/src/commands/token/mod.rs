//! `geohub token`.

mod add;
mod check;
mod input;
mod list;
pub(super) mod register;
mod remove;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::session::Session;

/// Keep tokens, API keys and logins of portals, and check them.
///
/// A token lies in the system's keyring where there is one, else in a file that its owner alone can read. It is sent to its
/// host only and never shown. For CI, an environment variable holds it: `GEOHUB_TOKEN_<HOST>`, such as
/// `GEOHUB_TOKEN_DATA_LACITY_ORG`. It goes before what is stored.
#[derive(Args, Debug)]
pub struct Token {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Take in the token, API key or login of a host
    Add(add::Add),
    /// List the hosts that have one; never shows it
    List,
    /// Ask hosts whether they take theirs; exit 4 when one does not
    Check(check::Check),
    /// Forget the one of a host
    Remove(remove::Remove),
}

impl Token {
    pub fn run(self, session: &Session) -> Result<ExitCode, Failure> {
        let done = match self.verb {
            Verb::Add(add) => add.run(session),
            Verb::List => list::run(session),
            Verb::Remove(remove) => remove.run(session),
            Verb::Check(check) => return check.run(session),
        };
        done.map(|()| ExitCode::SUCCESS)
    }
}
