//! Where a request goes: files, or standard output.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use geohub_core::{Output, OutputFile};
use geohub_portals::{Draft, mail, markdown};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Where a request goes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output options")]
pub struct OutArgs {
    /// Write OUT.md and, as the text of a mail, OUT.txt; with --format that one file
    #[arg(short = 'o', value_name = "OUT")]
    out: Option<String>,

    /// Markdown, plain text of a mail, or JSON [default: md on standard output]
    #[arg(short = 'f', long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,

    /// Exit code 2 where something is missing or weak, and nothing is written
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Md,
    Mail,
    Json,
}

impl OutArgs {
    /// The files; none for standard output.
    fn files(&self) -> Vec<(PathBuf, Format)> {
        let Some(out) = self.out.as_deref().filter(|out| *out != "-") else { return Vec::new() };
        if let Some(format) = self.format {
            return vec![(PathBuf::from(out), format)];
        }
        let stem = out.strip_suffix(".md").or_else(|| out.strip_suffix(".txt")).unwrap_or(out);
        vec![(format!("{stem}.md").into(), Format::Md), (format!("{stem}.txt").into(), Format::Mail)]
    }

    /// Fails where a file exists already, before anybody is asked anything.
    pub fn check(&self, session: &Session) -> Result<(), Failure> {
        for (path, _) in self.files() {
            Output::Path(path).check(session.global.overwrite)?;
        }
        Ok(())
    }

    /// Warns of what makes the request weak; with --strict that is the end.
    pub fn judge(&self, session: &Session, lints: &[String]) -> Result<(), Failure> {
        if self.strict && !lints.is_empty() {
            let message = format!("the request is weak:\n  {}", lints.join("\n  "));
            return Err(Failure::new("lint", Exit::Usage, message)
                .hint("nothing was written; without --strict these are warnings"));
        }
        for lint in lints {
            session.context.warn(lint);
        }
        Ok(())
    }

    /// Writes the request, each file whole or not at all, and says where it goes.
    pub fn write(&self, session: &Session, draft: &Draft, mut result: Value) -> Result<(), Failure> {
        let files = self.files();
        let written: Vec<OutputFile> = files
            .iter()
            .map(|(path, format)| write(path, &text(draft, *format)))
            .collect::<Result<_, _>>()?;
        // Both have found their room before one of them gets its name.
        written.into_iter().try_for_each(|file| file.finish().map(|_| ()))?;
        let names: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
        result["outputs"] = json!(names);
        result["subject"] = json!(draft.subject);
        result["to"] = json!(draft.to);
        for to in &draft.to {
            let ways: Vec<&str> =
                [&to.email, &to.url, &to.phone].into_iter().flatten().map(String::as_str).collect();
            let (name, ways) = (&to.name, ways.join(", "));
            session.context.note(format!("send it to {name}: {ways} (read on {} at {})", to.read, to.source));
        }
        if draft.to.is_empty() {
            session
                .context
                .note("the portal's file names no address for it; geohub portal show ID tells what it has");
        }
        if files.is_empty() {
            session.print(&text(draft, self.format.unwrap_or(Format::Md)))?;
            return session.finish(&result, "nothing was sent", true);
        }
        session.finish(
            &result,
            &format!("request written to {}; nothing was sent", names.join(" and ")),
            false,
        )
    }
}

fn text(draft: &Draft, format: Format) -> String {
    match format {
        Format::Md => markdown(draft),
        Format::Mail => mail(draft),
        Format::Json => format!("{}\n", json!(draft)),
    }
}

fn write(path: &Path, text: &str) -> Result<OutputFile, Failure> {
    let mut file = OutputFile::create(&Output::Path(path.to_owned()), false)?;
    file.write(text.as_bytes())?;
    Ok(file)
}
