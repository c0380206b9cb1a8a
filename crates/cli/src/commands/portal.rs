//! `geohub portal`.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand};
use geohub_core::text;
use geohub_fetch::FetchError;
use geohub_portals::{Portal, Portals, RequestKind, Source};
use serde_json::{Value, json};

use crate::args::RemoteArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::portals;
use crate::session::Session;
use crate::table::{self, Column};

/// List, show, add or check the portals of cities.
///
/// A portal is a file of facts: its hosts and catalogues, terms, contacts, short names of datasets. Some are inside the
/// program; those in the folder `portals` of the configuration come first (docs/portals.md).
#[derive(Args, Debug)]
pub struct PortalCommand {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// List the portals
    List,
    /// Show everything known of a portal, each fact with the page it was read at
    Show {
        /// Its id
        id: String,
    },
    /// Check a portal file and copy it into the configuration
    Add {
        /// A TOML file
        file: PathBuf,
    },
    /// Call each endpoint of a portal once and say what answers
    Check {
        /// Its id
        id: String,
    },
}

impl PortalCommand {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        match self.verb {
            Verb::List => list(session, &portals::all()?),
            Verb::Show { id } => show(session, &portals::all()?, &id),
            Verb::Add { file } => add(session, &file),
            Verb::Check { id } => check(session, portals::all()?.get(&id)?),
        }
    }
}

fn list(session: &Session, portals: &Portals) -> Result<(), Failure> {
    let file = |portal: &Portal| portals.file_of(portal.id.as_str()).map(|path| path.display().to_string());
    let hosts = |portal: &Portal| {
        // A host has a catalogue and a feed of its own.
        let mut seen = HashSet::new();
        let names = Source::all(portal).into_iter().map(|source| source.host);
        names.filter(|name| seen.insert(name.clone())).collect::<Vec<String>>()
    };
    if session.global.json {
        let one = |portal: &Portal| {
            json!({
                "id": portal.id, "name": portal.name, "hosts": hosts(portal), "aliases": portal.aliases.len(),
                "read": portal.read, "file": file(portal),
            })
        };
        return session
            .print(&format!("{}\n", json!({"portals": portals.iter().map(one).collect::<Vec<_>>()})));
    }
    let column = |head, elastic, right| Column { head, elastic, right };
    let columns = [
        column("ID", false, false),
        column("NAME", true, false),
        column("ALIASES", false, true),
        column("READ", false, false),
        column("HOSTS", true, false),
        column("FILE", true, false),
    ];
    let row = |portal: &Portal| {
        let texts = [
            portal.id.to_string(),
            portal.name.clone(),
            portal.aliases.len().to_string(),
            portal.read.to_string(),
            hosts(portal).join(" "),
            file(portal).unwrap_or_default(),
        ];
        texts.iter().map(|text| text::clean(text)).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<String>> = portals.iter().map(row).collect();
    let lines = table::lines(&columns, &rows, table::width()).or_else(|| table::lines(&columns, &rows, None));
    session.print(&lines.unwrap_or_default().into_iter().map(|line| line + "\n").collect::<String>())
}

fn show(session: &Session, portals: &Portals, id: &str) -> Result<(), Failure> {
    let portal = portals.get(id)?;
    if session.global.json {
        return session.print(&format!("{}\n", json!({ "portal": portal })));
    }
    let mut lines = Vec::new();
    let mut say = |word: &str, text: String| lines.push(format!("{word:<10} {text}"));
    say("portal", format!("{} ({})", portal.name, portal.id));
    say("read", portal.read.to_string());
    if let Some(path) = portals.file_of(id) {
        say("file", path.display().to_string());
    }
    portal.default_crs.iter().for_each(|crs| say("crs", crs.clone()));
    portal.bbox.iter().for_each(|b| say("extent", format!("{},{},{},{}", b[0], b[1], b[2], b[3])));
    for source in Source::all(portal) {
        say("catalogue", source.name());
    }
    if let Some(contact) = &portal.contact {
        let parts =
            [&contact.name, &contact.email, &contact.phone, &contact.url.as_ref().map(ToString::to_string)];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        say("contact", format!("{} [{}]", parts.join(", "), contact.source));
    }
    for channel in &portal.request {
        let what = match channel.kind {
            RequestKind::Dataset => "a dataset",
            RequestKind::Access => "access",
        };
        let ways = [&channel.url.as_ref().map(ToString::to_string), &channel.email, &channel.phone];
        let ways: Vec<&str> = ways.into_iter().flatten().map(String::as_str).collect();
        say("ask for", format!("{what}: {}, {} [{}]", channel.name, ways.join(", "), channel.source));
    }
    if let Some(token) = &portal.token {
        let pages = [&token.socrata_url, &token.arcgis_url].into_iter().flatten();
        pages.for_each(|page| say("token", format!("{page} [{}]", token.source)));
    }
    for terms in &portal.terms {
        say("terms", format!("{}: {} {}", terms.host, terms.summary, terms.url));
    }
    for limit in &portal.limit {
        say("limit", format!("{}: {} [{}]", limit.host, limit.text, limit.source));
    }
    for place in &portal.place {
        say("places", format!("{}: {} of {} ({})", place.kind, place.field, place.reference, place.title));
    }
    for (name, alias) in &portal.aliases {
        say("alias", format!("{}:{name} = {} ({})", portal.id, alias.reference, alias.title));
    }
    session.print(&lines.iter().map(|line| text::clean(line) + "\n").collect::<String>())
}

fn add(session: &Session, file: &std::path::Path) -> Result<(), Failure> {
    let folder = portals::folder().ok_or_else(|| {
        Failure::new("no-config", Exit::Failure, "this machine has no folder for configuration")
            .hint("GEOHUB_CONFIG_DIR names one")
    })?;
    let replaces = Portals::built_in()?;
    let (portal, path) = geohub_portals::add(file, &folder, session.global.overwrite)?;
    if replaces.get(portal.id.as_str()).is_ok() {
        session
            .context
            .note(format!("{} stands in place of the portal of that id inside the program", portal.id));
    }
    let value = json!({"id": portal.id, "file": path.display().to_string(), "aliases": portal.aliases.len()});
    session.finish(&value, &format!("{} ({}) added as {}", portal.name, portal.id, path.display()), false)
}

/// Calls each catalogue once.
fn check(session: &Session, portal: &Portal) -> Result<(), Failure> {
    if session.global.offline && portal.id.as_str() != "demo" {
        return Err(Failure::new(
            "offline",
            Exit::Network,
            "check asks the portal, and --offline forbids the network",
        ));
    }
    let client = portals::client(session, &RemoteArgs::default())?;
    let (mut lines, mut values, mut failed) = (Vec::new(), Vec::new(), None);
    for source in Source::all(portal) {
        let begun = Instant::now();
        let answer = source.check(&client);
        let ms = begun.elapsed().as_millis() as u64;
        lines.push(line(&source, &answer, ms));
        values.push(value(&source, &answer, ms));
        failed = failed.or(answer.err());
    }
    if session.global.json {
        session.print(&format!("{}\n", json!({"portal": portal.id, "endpoints": values})))?;
    } else {
        session.print(&lines.concat())?;
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}

fn line(source: &Source, answer: &Result<Option<usize>, FetchError>, ms: u64) -> String {
    let said = match answer {
        Ok(Some(count)) => format!("answers in {ms} ms, has {}", entries(*count)),
        Ok(None) => format!("answers in {ms} ms"),
        Err(error) => format!("FAILS: {error}"),
    };
    text::clean(&format!("{}: {said}", source.name())) + "\n"
}

fn entries(count: usize) -> String {
    let word = if count == 1 { "entry" } else { "entries" };
    format!("{} {word}", text::grouped(count as u64))
}

fn value(source: &Source, answer: &Result<Option<usize>, FetchError>, ms: u64) -> Value {
    let (entries, error) = match answer {
        Ok(count) => (*count, None),
        Err(error) => (None, Some(error.to_string())),
    };
    json!({"name": source.name(), "answers": error.is_none(), "ms": ms, "entries": entries, "error": error})
}
