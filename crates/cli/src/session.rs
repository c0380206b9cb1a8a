//! What a command has at hand: the context, the messages, the global options.

use std::collections::HashSet;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use geohub_core::context::NoteLevel;
use geohub_core::{Budget, Context};
use geohub_portals::Portals;
use serde_json::Value;

use crate::args::Global;
use crate::failure::Failure;
use crate::origin::Beside;
use crate::terminal::{self, Messages, ProgressLine};

/// What a command has at hand.
pub struct Session {
    /// The global options.
    pub global: Global,
    /// Threads, budget, notes.
    pub context: Context,
    /// Standard error.
    pub messages: Arc<Messages>,
    /// When the command began.
    pub begun: Instant,
    /// Notes that need not be said again.
    said: Mutex<HashSet<String>>,
    /// Layers that have a part in what comes out beside the main inputs: those of `--within` and `--near`.
    beside: Mutex<Vec<Beside>>,
    /// The portals whose files are sound, once they are needed.
    known: Arc<OnceLock<Portals>>,
    /// The progress line, as long as there is one.
    progress: Mutex<Option<ProgressLine>>,
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
        let begun = Instant::now();
        Self {
            global,
            context,
            messages,
            begun,
            said: Mutex::default(),
            beside: Mutex::default(),
            known: Arc::default(),
            progress: Mutex::default(),
        }
    }

    /// A session for one of several layers: its notes begin with the layer's name, its progress is not shown, and what it
    /// writes may be there already.
    pub fn of_layer(&self, name: &str) -> Self {
        let (messages, name) = (Arc::clone(&self.messages), name.to_owned());
        let reporter = move |level, message: &str| messages.note(level, &format!("{name}: {message}"));
        let mut context = self.context.clone().with_reporter(Arc::new(reporter));
        context.progress = Arc::default();
        Self {
            global: Global { overwrite: true, ..self.global.clone() },
            context,
            messages: Arc::clone(&self.messages),
            begun: self.begun,
            said: Mutex::default(),
            beside: Mutex::default(),
            known: Arc::clone(&self.known),
            progress: Mutex::default(),
        }
    }

    /// Where the portals whose files are sound are kept, once read.
    pub fn known_portals(&self) -> Arc<OnceLock<Portals>> {
        Arc::clone(&self.known)
    }

    /// Says how the work is done, for `--explain`.
    pub fn explain(&self, message: impl AsRef<str>) {
        if self.global.explain {
            self.messages.note(NoteLevel::Note, message.as_ref());
        }
    }

    /// Says something once, however often a command comes by.
    pub fn note_once(&self, message: String) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if !said.contains(&message) {
            self.context.note(&message);
            said.insert(message);
        }
    }

    /// Notes a layer that has a part in what comes out.
    pub fn add_beside(&self, layer: Beside) {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner).push(layer);
    }

    /// The layers that have a part in what comes out beside the main inputs.
    pub fn beside(&self) -> Vec<Beside> {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows progress from now on, where it is wanted and standard error is a terminal that can go back in a line.
    pub fn begin_progress(&self) {
        let unwanted = self.global.quiet || self.global.json || self.global.no_progress;
        if unwanted
            || !std::io::stderr().is_terminal()
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb")
        {
            return;
        }
        *self.progress_line() =
            ProgressLine::start(Arc::clone(&self.messages), Arc::clone(&self.context.progress));
    }

    /// Wipes the progress line for good: what comes now must stand alone.
    pub fn end_progress(&self) {
        *self.progress_line() = None;
    }

    fn progress_line(&self) -> MutexGuard<'_, Option<ProgressLine>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints a command's data on standard output.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        self.end_progress();
        terminal::print(text)
    }

    /// Hands out a command's result: the object with `--json`, else the line for people.
    ///
    /// With `--json` the object goes to standard output, or to standard error where standard output carries data.
    pub fn finish(&self, result: &Value, line: &str, stdout_has_data: bool) -> Result<(), Failure> {
        self.end_progress();
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
