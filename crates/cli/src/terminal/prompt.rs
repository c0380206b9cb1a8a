//! Asking for a line on a terminal.

use std::io::{BufRead, Write};

use crate::failure::Failure;

/// The line typed after a prompt on standard error, without blanks around it; `None` at the end of the input.
pub fn line(prompt: &str) -> Result<Option<String>, Failure> {
    let mut stderr = std::io::stderr().lock();
    // Nobody is left to ask when standard error is closed.
    let _ = write!(stderr, "{prompt}").and_then(|()| stderr.flush());
    drop(stderr);
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    let read = read.map_err(|error| Failure::usage(format!("the terminal cannot be read: {error}")))?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}
