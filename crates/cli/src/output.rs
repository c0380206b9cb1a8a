//! Where a command's rows go.

use std::io::IsTerminal;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use geohub_core::{Context, Output, Provenance, Result, Writer};
use geohub_fetch::DerivedReceipt;
use geohub_formats::{CreateOptions, Format};

use crate::args::OutputArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::origin::{self, Input, Lineage, Signed};
use crate::session::Session;

/// An output with its format, checked before any work is done.
pub struct Target {
    /// File or standard output.
    pub output: Output,
    format: &'static Format,
    options: CreateOptions,
    receipt: bool,
    context: Context,
    lineage: OnceLock<Arc<Lineage>>,
    personal: Arc<AtomicBool>,
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
        if args.receipt && (output == Output::Stdout || output.is_stream()) {
            let message = format!("--receipt: there is no place for a receipt beside {}", output.name());
            return Err(Failure::usage(message).hint("name a file with -o"));
        }
        Ok(Self {
            output,
            format,
            options: args.options(&session.context),
            receipt: args.receipt,
            context: session.context.clone(),
            lineage: OnceLock::new(),
            personal: Arc::default(),
        })
    }

    /// Says what the rows are made of: every input with its role, where there are several. Readers of which receipts must
    /// be hashed are looked into beside the run.
    pub fn made_of(&self, session: &Session, verb: &'static str, inputs: &[Input<'_>]) {
        let has_place = match self.output {
            Output::Stdout => !self.format.text,
            Output::Path(_) => !self.format.text || !self.output.is_stream(),
        };
        if has_place {
            let lineage = Lineage::begin(session, verb, inputs);
            // Said once a command.
            let _ = self.lineage.set(Arc::new(lineage));
        }
    }

    /// What the output was made of, once it is known.
    pub fn origin(&self) -> Option<&Provenance> {
        self.lineage.get().map(|lineage| &**lineage.provenance())
    }

    /// Writes the receipt of the finished output where its format has no room for its origin, or it is asked for, and
    /// removes that of a file that was replaced. Its path, if there is one.
    pub fn write_receipt(&self, rows: u64) -> Result<Option<String>, Failure> {
        let Output::Path(path) = &self.output else { return Ok(None) };
        if self.output.is_stream() {
            return Ok(None);
        }
        let nothing = Provenance::default();
        let origin = self.origin().unwrap_or(&nothing);
        let wanted = self.receipt || (self.format.text && origin.names_a_source());
        if !wanted {
            origin::remove_stale(&self.context, path)?;
            return Ok(None);
        }
        let receipt = DerivedReceipt::new(origin, path, rows)?;
        Ok(Some(receipt.write(path, self.options.fsync)?.display().to_string()))
    }

    /// A new writer; called again when a run restarts.
    pub fn create(&self) -> Result<Box<dyn Writer>> {
        let writer = geohub_formats::create(self.format, &self.output, &self.options)?;
        let lineage = self.lineage.get().map(Arc::clone);
        Ok(Box::new(Signed::new(writer, lineage, self.context.clone(), Arc::clone(&self.personal))))
    }

    /// The name of its format.
    pub fn format(&self) -> &'static str {
        self.format.name
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
