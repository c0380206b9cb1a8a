//! Options every command takes.

use clap::{Args, ValueEnum};

use super::size;

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Options every command takes.
#[derive(Args, Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the command line")]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Say more
    #[arg(short, long, global = true)]
    pub verbose: bool,

    /// Print one result object, and notes as JSON lines
    #[arg(long, global = true)]
    pub json: bool,

    /// When to colour messages
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,

    /// Show no progress
    #[arg(long, global = true)]
    pub no_progress: bool,

    /// Use no network
    #[arg(long, global = true)]
    pub offline: bool,

    /// Worker threads [default: one per core]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,

    /// Memory for what must be held, such as a join's smaller side: 500MB, 2GiB, 40% [default: 70% of the machine's]
    #[arg(long, global = true, value_name = "SIZE", value_parser = size::memory)]
    pub memory: Option<u64>,

    /// Largest feature that is read [default: 256MB]
    #[arg(long, global = true, value_name = "SIZE", value_parser = size::bytes)]
    pub max_feature: Option<u64>,

    /// Replace outputs that exist
    #[arg(long, global = true)]
    pub overwrite: bool,

    /// Say how the work is done: what the input selects itself, which side is built
    #[arg(long, global = true)]
    pub explain: bool,
}
