//! From the typed words to an exit code.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser};

use crate::args::Global;
use crate::commands::Command;
use crate::exit::{Exit, MEANINGS};
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal::Messages;
use crate::{aliases, plugin};

/// City map data, fetched whole, asked, joined and converted
#[derive(Parser, Debug)]
#[command(name = "geohub", version, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(allow_external_subcommands = true, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: Global,

    #[command(subcommand)]
    command: Command,
}

/// Runs the program.
pub fn run(args: Vec<OsString>) -> ExitCode {
    geohub_core::panics::hush();
    let args = aliases::rewrite(args);
    match parse(&args) {
        Ok(cli) => dispatch(cli),
        Err(error) => refused(&error, &args),
    }
}

fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let mut command = Cli::command();
    // Plug-ins are looked for only when they are shown: start-up stays fast.
    if args.len() < 2 || args.iter().any(|arg| arg == "--help" || arg == "-h") {
        command = command.after_help(epilogue());
    }
    Cli::from_arg_matches(&command.try_get_matches_from(args)?)
}

fn dispatch(cli: Cli) -> ExitCode {
    let session = Session::new(cli.global);
    if !matches!(cli.command, Command::External(_)) {
        crate::signals::watch(&session.messages);
        session.begin_progress();
    }
    let result = catch_unwind(AssertUnwindSafe(|| cli.command.run(&session)))
        .unwrap_or_else(|panic| Err(Failure::defect(&*panic)));
    geohub_core::output::go_on_unless_interrupted();
    result.unwrap_or_else(|failure| {
        session.end_progress();
        if failure.closed_pipe {
            return ExitCode::SUCCESS;
        }
        session.messages.error(&failure);
        ExitCode::from(failure.exit as u8)
    })
}

/// The names of the built-in commands.
pub fn built_in() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// Help and version go to standard output; everything else is a usage error.
fn refused(error: &clap::Error, args: &[OsString]) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A closed pipe is success, here too.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if args.iter().any(|arg| arg == "--json") {
        let rendered = error.render().to_string();
        let message = rendered.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Messages::new(&Global { json: true, ..Global::default() }).error(&Failure::usage(message));
    } else {
        let _ = error.print();
    }
    ExitCode::from(Exit::Usage as u8)
}

fn epilogue() -> String {
    let plugins = plugin::find_all(&built_in());
    let mut lines = Vec::new();
    for found in plugins.iter().filter(|found| found.executable && found.shadowed_by.is_none()) {
        lines.push(format!("  {:<12} {}", found.name, found.path.display()));
    }
    if !lines.is_empty() {
        lines.insert(0, "Plug-ins:".to_owned());
        lines.push(String::new());
    }
    lines.push("Exit codes:".to_owned());
    lines.extend(MEANINGS.iter().map(|(code, meaning)| format!("  {code:<4} {meaning}")));
    lines.join("\n")
}
