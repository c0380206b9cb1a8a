//! `geohub token remove`.

use clap::Args;
use geohub_fetch::TokenHost;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::tokens;

/// Forget the token, API key or login of a host.
#[derive(Args, Debug)]
pub struct Remove {
    /// HOST, HOST:PORT, or the address of a layer there
    host: String,
}

impl Remove {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let host = TokenHost::parse(&self.host)?;
        let variable = host.variable();
        if std::env::var_os(&variable).is_some() {
            session.context.warn(format!("the environment variable {variable} stays"));
        }
        let removed = tokens::store()?.remove(host.name(), &session.context)?.ok_or_else(|| {
            Failure::new("not-found", Exit::NotFound, format!("no token is stored for {host}"))
                .hint("geohub token list shows which hosts have one")
        })?;
        let value =
            json!({ "host": host.name(), "kind": removed.kind.name(), "store": removed.store.words() });
        let line = format!("{host}: {} removed from the {}", removed.kind.title(), removed.store.words());
        session.finish(&value, &line, false)
    }
}
