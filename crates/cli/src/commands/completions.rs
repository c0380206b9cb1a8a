//! `geohub completions`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::app::Cli;
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;

/// Print completions for a shell.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self, _session: &Session) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "geohub", &mut script);
        terminal::print(&String::from_utf8_lossy(&script))
    }
}
