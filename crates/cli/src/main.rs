//! `geohub`: city map data, fetched whole, asked, joined, converted.

mod aliases;
mod app;
mod args;
mod commands;
mod exit;
mod failure;
mod folders;
mod input;
mod kept;
mod mask;
mod origin;
mod output;
mod place;
mod plugin;
mod portals;
mod remote;
mod report;
mod session;
mod signals;
mod successors;
mod sync;
mod table;
mod terminal;
mod terms;
mod tokens;

fn main() -> std::process::ExitCode {
    app::run(std::env::args_os().collect())
}
