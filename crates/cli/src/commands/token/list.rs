//! `geohub token list`.

use geohub_fetch::{TokenEntry, Tokens};
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;
use crate::tokens;

/// Prints the hosts, and the names of variables; no secret is read.
pub fn run(session: &Session) -> Result<(), Failure> {
    let store = tokens::store()?;
    let entries = store.entries(&session.context)?;
    let variables = Tokens::variables();
    if session.global.json {
        let listed: Vec<_> = entries
            .iter()
            .map(|entry| {
                json!({
                    "host": entry.host, "kind": entry.kind.name(), "title": entry.kind.title(),
                    "store": entry.store.words(), "added": entry.added,
                })
            })
            .collect();
        return session.print(&format!("{}\n", json!({ "tokens": listed, "variables": variables })));
    }
    if entries.is_empty() && variables.is_empty() {
        session.messages.say("no token is stored; geohub token add HOST takes one in");
    }
    let width = |of: &dyn Fn(&TokenEntry) -> usize| entries.iter().map(of).max().unwrap_or(0);
    let (hosts, kinds) = (width(&|entry| entry.host.len()), width(&|entry| entry.kind.title().len()));
    let stored = entries.iter().map(|entry| {
        let (host, kind, store) = (&entry.host, entry.kind.title(), entry.store.words());
        format!("{host:<hosts$}  {kind:<kinds$}  {store:<7}  {}\n", entry.added)
    });
    let named = variables.iter().map(|variable| format!("{variable}  (environment)\n"));
    session.print(&stored.chain(named).collect::<Vec<_>>().concat())
}
