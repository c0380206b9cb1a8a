//! What a command has at hand: the context, the messages, the global options.

use std::io::IsTerminal;
use std::sync::Arc;

use geohub_core::context::NoteLevel;
use geohub_core::{Budget, Context};
use serde_json::Value;

use crate::args::Global;
use crate::failure::Failure;
use crate::terminal::{self, Messages, ProgressLine};

/// What a command has at hand.
pub struct Session {
    /// The global options.
    pub global: Global,
    /// Threads, budget, notes.
    pub context: Context,
    /// Standard error.
    pub messages: Arc<Messages>,
}

impl Session {
    /// A session as the global options ask.
    pub fn new(global: Global) -> Self {
        let messages = Arc::new(Messages::new(&global));
        let jobs = global
            .jobs
            .map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
        let reporter = Arc::clone(&messages);
        let mut context =
            Context::new(jobs).with_reporter(Arc::new(move |level, message| reporter.note(level, message)));
        if let Some(bytes) = global.memory {
            context.budget = Budget::new(bytes);
        }
        if let Some(bytes) = global.max_feature {
            context.max_feature_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        }
        Self { global, context, messages }
    }

    /// Says how the work is done, for `--explain`.
    pub fn explain(&self, message: impl AsRef<str>) {
        if self.global.explain {
            self.messages.note(NoteLevel::Note, message.as_ref());
        }
    }

    /// Shows progress until the returned value is dropped.
    pub fn progress(&self, total_rows: Option<u64>) -> ProgressLine {
        ProgressLine::start(
            self.shows_progress(),
            Arc::clone(&self.messages),
            Arc::clone(&self.context.progress),
            total_rows,
        )
    }

    /// True when progress is wanted and standard error is a terminal.
    pub fn shows_progress(&self) -> bool {
        !(self.global.quiet || self.global.json || self.global.no_progress) && std::io::stderr().is_terminal()
    }

    /// Hands out a command's result: the object with `--json`, else the line for people.
    ///
    /// With `--json` the object goes to standard output, or to standard error where standard output carries data.
    pub fn finish(&self, result: &Value, line: &str, stdout_has_data: bool) -> Result<(), Failure> {
        if !self.global.json {
            self.messages.say(line);
            return Ok(());
        }
        if stdout_has_data {
            self.messages.result(result);
            return Ok(());
        }
        terminal::print(&format!("{result}\n"))
    }
}
