//! Where a command's rows go.

use std::io::IsTerminal;

use geohub_core::{Output, Result, Writer};
use geohub_formats::{CreateOptions, Format};

use crate::args::OutputArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// An output with its format, checked before any work is done.
pub struct Target {
    /// File or standard output.
    pub output: Output,
    format: &'static Format,
    options: CreateOptions,
}

impl Target {
    /// The output of `-o` or of the word after the input; `default_format` is that of standard output.
    pub fn resolve(
        session: &Session,
        args: &OutputArgs,
        word: Option<&str>,
        default_format: &str,
    ) -> Result<Self, Failure> {
        if let (Some(out), Some(word)) = (&args.out, word) {
            return Err(Failure::usage(format!("two outputs: -o {out} and {word}")));
        }
        let output = args.target(word);
        let format = match &args.format {
            Some(name) => geohub_formats::named(name)?,
            None => match geohub_formats::format_of_output(&output)? {
                Some(format) => format,
                None => geohub_formats::named(default_format)?,
            },
        };
        output.check(session.global.overwrite)?;
        in_a_folder(&output)?;
        if output == Output::Stdout && std::io::stdout().is_terminal() {
            if !format.text {
                let message = format!("{} is not for a terminal", format.title);
                return Err(Failure::usage(message).hint("name a file with -o, or pipe it to a program"));
            }
            // Rows and a progress line do not go together on one screen.
            session.end_progress();
        }
        Ok(Self { output, format, options: args.options(&session.context) })
    }

    /// A new writer; called again when a run restarts.
    pub fn create(&self) -> Result<Box<dyn Writer>> {
        geohub_formats::create(self.format, &self.output, &self.options)
    }

    /// True when the rows go to standard output.
    pub fn is_stdout(&self) -> bool {
        self.output == Output::Stdout
    }
}

/// A folder that is missing is told before any work is done, and not made: it may be a slip.
fn in_a_folder(output: &Output) -> Result<(), Failure> {
    let Output::Path(path) = output else { return Ok(()) };
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.exists() => {
            let message = format!("{}: there is no folder {}", path.display(), folder.display());
            Err(Failure::new("not-found", Exit::NotFound, message).hint("mkdir -p makes it"))
        }
        _ => Ok(()),
    }
}
