//! `geohub request access`.

use std::path::{Path, PathBuf};

use clap::Args;
use geohub_fetch::{Receipt, TokenHost, Tokens};
use geohub_portals::{HostFacts, Taken, Volume, access, host_name};
use serde_json::json;

use super::dialogue::Dialogue;
use super::out::OutArgs;
use crate::failure::Failure;
use crate::session::Session;
use crate::sync::LockFile;
use crate::{portals, tokens};

const ENDING: &str = ".receipt.json";

/// Draft a request for a higher rate or other access to a host.
///
/// The volume so far comes from the receipts of downloads from that host: requests, bytes, rows, layers, days. Of a token
/// only the kind is named, never the token. Nothing is sent.
#[derive(Args, Debug)]
pub struct Access {
    /// The host, or an address there
    #[arg(value_name = "HOST")]
    host: String,

    /// Receipts, or folders of them [default: those of this folder and of the outputs of geohub.lock]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    receipts: Vec<PathBuf>,

    /// What for
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,

    /// What is needed: a rate, a number of requests a day, a layer that is not public
    #[arg(long, value_name = "TEXT")]
    need: Option<String>,

    /// Who asks: name, and mail address or phone
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,

    /// What the portal calls the token or application; never the token itself
    #[arg(long, value_name = "NAME")]
    token_name: Option<String>,

    #[command(flatten)]
    out: OutArgs,
}

impl Access {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        self.out.check(session)?;
        let known = portals::all()?;
        let host = host_name(&self.host);
        let parsed = TokenHost::parse(&self.host)?;
        let mut taken = Vec::new();
        for path in self.paths(session)? {
            let bytes = std::fs::read(&path).map_err(geohub_core::Error::io("read", &path))?;
            match Taken::read(&bytes) {
                Ok(Some(one)) if one.host() == host => taken.push(one),
                Ok(_) => session.context.detail(format!("{}: no download from {host}", path.display())),
                Err(error) => session.context.warn(format!("{} is left out: {error}", path.display())),
            }
        }
        let volume = Volume::of(&taken);
        let mut lints = Vec::new();
        if taken.is_empty() {
            lints.push(format!(
                "volume: no receipt of a download from {host}; --receipts names files or folders"
            ));
        }
        let facts = HostFacts::of(&known, &self.host);
        let mut dialogue = Dialogue::here(session, false);
        if dialogue.is_person() {
            session.end_progress();
        }
        let [mut purpose, mut need, mut contact] =
            [self.purpose, self.need, self.contact].map(Option::unwrap_or_default);
        dialogue.fill(&mut purpose, "Purpose", "")?;
        dialogue.fill(&mut need, "What is needed (a rate, requests a day, a layer)", "")?;
        dialogue.fill(&mut contact, "Your name and mail address", "")?;
        for (name, text) in [("purpose", &purpose), ("need", &need), ("contact", &contact)] {
            if text.trim().is_empty() {
                lints.push(format!("{name}: not said"));
            }
        }
        self.out.judge(session, &lints)?;
        let token = credential(session, &parsed, self.token_name.as_deref())?;
        let draft = access(&host, facts.as_ref(), &volume, [&purpose, &need, &contact, &token]);
        self.out.write(
            session,
            &draft,
            json!({"host": host, "volume": volume, "credential": token, "lint": lints}),
        )
    }

    /// The receipts to look at, each once.
    fn paths(&self, session: &Session) -> Result<Vec<PathBuf>, Failure> {
        let mut found = Vec::new();
        for path in &self.receipts {
            if path.is_dir() {
                found.extend(receipts_in(path)?);
            } else {
                found.push(path.clone());
            }
        }
        if self.receipts.is_empty() {
            found.extend(receipts_in(Path::new("."))?);
            match LockFile::read(Path::new("geohub.lock")) {
                Ok(lock) => {
                    let outputs = lock.layers.values().map(|layer| Receipt::path(Path::new(&layer.output)));
                    found.extend(outputs.filter(|path| path.is_file()));
                }
                Err(failure) => session.context.warn(failure.message),
            }
        }
        let mut seen = std::collections::HashSet::new();
        found.retain(|path| seen.insert(std::fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
        Ok(found)
    }
}

fn receipts_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(geohub_core::Error::io("read", folder))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(geohub_core::Error::io("read", folder))?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ENDING)) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The kind of credential in use, and what the portal calls it. No secret is read.
fn credential(session: &Session, host: &TokenHost, name: Option<&str>) -> Result<String, Failure> {
    let stored = match tokens::store() {
        Ok(store) => store.entries(&session.context)?.into_iter().find(|entry| entry.host == host.name()),
        Err(_) => None,
    };
    let kind = match stored {
        Some(entry) => format!("{}, in use since {}", entry.kind.title(), entry.added),
        None if Tokens::variables().contains(&host.variable()) => "a token".to_owned(),
        None if name.is_some() => "a token".to_owned(),
        None => return Ok(String::new()),
    };
    Ok(name.map_or_else(|| kind.clone(), |name| format!("{kind}; its name is \"{name}\"")))
}
