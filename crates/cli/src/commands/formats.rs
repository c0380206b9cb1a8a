//! `geohub formats`.

use clap::Args;
use geohub_formats::FORMATS;
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;

/// List the file formats.
#[derive(Args, Debug)]
pub struct Formats {}

impl Formats {
    #[expect(clippy::unused_self, reason = "every command is run the same way")]
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        if session.global.json {
            let formats: Vec<_> = FORMATS
                .iter()
                .map(|format| {
                    json!({
                        "name": format.name, "title": format.title, "extensions": format.extensions,
                        "read": format.open.is_some(), "write": format.create.is_some(), "gzip": format.text, "about": format.about,
                    })
                })
                .collect();
            return terminal::print(&format!("{}\n", json!({ "formats": formats })));
        }
        let line = |format: &&geohub_formats::Format| {
            let verbs = match (format.open.is_some(), format.create.is_some()) {
                (true, true) => "read, write",
                (true, false) => "read",
                _ => "write",
            };
            let extensions: Vec<String> =
                format.extensions.iter().map(|extension| format!(".{extension}")).collect();
            format!("{:<12} {:<12} {:<20} {}\n", format.name, verbs, extensions.join(" "), format.about)
        };
        terminal::print(&FORMATS.iter().map(line).collect::<String>())
    }
}
