//! Notes and errors on standard error.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use geohub_core::context::NoteLevel;
use geohub_core::text;
use serde_json::{Value, json};

use crate::args::{ColorChoice, Global};
use crate::failure::Failure;

/// Prints notes, warnings and errors; as JSON lines with `--json`.
pub struct Messages {
    json: bool,
    color: bool,
    least: Option<NoteLevel>,
    /// Width of the progress line that the next message must wipe.
    line: Mutex<usize>,
}

impl Messages {
    /// As the global options ask.
    pub fn new(global: &Global) -> Self {
        let color = match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        };
        let least = match (global.quiet, global.verbose) {
            (true, _) => None,
            (false, false) => Some(NoteLevel::Note),
            (false, true) => Some(NoteLevel::Detail),
        };
        Self { json: global.json, color, least, line: Mutex::default() }
    }

    /// Prints a note if its level is asked for.
    pub fn note(&self, level: NoteLevel, message: &str) {
        if self.least.is_none_or(|least| level > least) {
            return;
        }
        let (word, code) = match level {
            NoteLevel::Warning => ("warning", "33"),
            NoteLevel::Note => ("note", "36"),
            NoteLevel::Detail => ("detail", "2"),
        };
        if self.json {
            self.print(&json!({ word: message }).to_string());
        } else {
            self.print(&format!("{} {}", self.paint(code, &format!("{word}:")), text::clean(message)));
        }
    }

    /// Prints a line for people, unless quiet; nothing with `--json`, whose result object says it.
    pub fn say(&self, message: &str) {
        if self.least.is_some() && !self.json {
            self.print(&text::clean(message));
        }
    }

    /// Prints an error.
    pub fn error(&self, failure: &Failure) {
        if self.json {
            self.print(&failure.json().to_string());
        } else {
            self.print(&format!("{} {}", self.paint("1;31", "error:"), failure.text()));
        }
    }

    /// Prints the result object on standard error, where standard output carries data.
    pub fn result(&self, value: &Value) {
        self.print(&value.to_string());
    }

    /// Replaces the progress line; an empty one wipes it.
    pub fn progress(&self, line: &str) {
        draw(&mut self.line(), line);
    }

    /// Wipes the progress line if there is one.
    pub fn wipe(&self) {
        draw(&mut self.line(), "");
    }

    fn print(&self, line: &str) {
        // Held until the message is out: the display draws from a thread of its own.
        let mut width = self.line();
        draw(&mut width, "");
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }

    fn line(&self) -> MutexGuard<'_, usize> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn paint(&self, code: &str, word: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{word}\u{1b}[0m") } else { word.to_owned() }
    }
}

/// Puts a line in place of one of `width` columns.
fn draw(width: &mut usize, line: &str) {
    if *width == 0 && line.is_empty() {
        return;
    }
    let blank = width.saturating_sub(line.chars().count());
    // A terminal that is gone cannot show progress, and nothing depends on it.
    let _ = write!(std::io::stderr().lock(), "\r{line}{:blank$}\r", "");
    *width = line.chars().count();
}
