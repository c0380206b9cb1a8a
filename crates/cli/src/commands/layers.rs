//! `geohub layers`.

use clap::Args;
use serde_json::json;

use crate::args::RemoteArgs;
use crate::failure::Failure;
use crate::remote;
use crate::session::Session;

/// List the layers and tables of a service: number, name, type, geometry.
///
/// Of a layer, the service it is in is listed. `--layer NUMBER` of the other commands names one of them.
#[derive(Args, Debug)]
pub struct LayersCommand {
    /// Address of a FeatureServer or MapServer, or whatever leads to one: alias, item, page of a Hub site
    #[arg(value_name = "REF")]
    reference: String,
}

impl LayersCommand {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let reference = remote::reference(session, &self.reference)?.ok_or_else(|| {
            Failure::usage(format!("{} is a file; layers lists those of a service", self.reference))
                .hint("geohub info describes a file")
        })?;
        remote::must_be_online(session, &reference)?;
        let settings = RemoteArgs::default().settings(session, std::env::temp_dir());
        let listed = geohub_fetch::layers(&reference, &settings, &session.context)?;
        if session.global.json {
            return session.print(&format!("{}\n", json!({"service": listed.url, "layers": listed.entries})));
        }
        session.print(&listed.entries.iter().map(|entry| entry.line() + "\n").collect::<String>())
    }
}
