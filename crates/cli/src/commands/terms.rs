//! `geohub terms`.

use clap::Args;
use geohub_core::text;
use geohub_fetch::{Platform, Settings, TokenHost};
use geohub_portals::{HostFacts, Meaning, Portals, PortalsError, Site, meaning, near_hosts};
use serde_json::{Value, json};

use super::token::register;
use crate::exit::Exit;
use crate::failure::{Failure, did_you_mean};
use crate::portals;
use crate::session::Session;

/// Show the terms of use of a host, its licence page and its rate limits, as far as they are known.
///
/// They come from the portal files (docs/portals.md); each fact names the page it was read at and when. No page is read
/// now. Exit code 3 for hosts that no portal file knows. Not legal advice.
#[derive(Args, Debug)]
pub struct TermsCommand {
    /// A host, the address of a layer or page, a reference, an alias, or the id of a portal for all its hosts
    #[arg(value_name = "HOST")]
    host: String,
}

impl TermsCommand {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        let known = portals::all()?;
        let text = self.host.trim();
        let found = if let Ok(portal) = known.get(text) {
            HostFacts::of_portal(portal)
        } else {
            let address = address(&known, text)?;
            vec![HostFacts::of(&known, &address).ok_or_else(|| unknown(&known, &address))?]
        };
        if session.global.json {
            let hosts: Vec<Value> = found.iter().map(|facts| value(&known, facts)).collect();
            return session.print(&format!("{}\n", json!({ "hosts": hosts })));
        }
        let shown: Vec<String> = found.iter().map(shown).collect();
        session.print(&shown.join("\n"))
    }
}

/// The address that a reference speaks of; nobody is asked.
fn address(known: &Portals, text: &str) -> Result<String, Failure> {
    let text = match meaning(text, known) {
        Ok(Some(Meaning::Plain(text))) => text,
        Ok(Some(Meaning::Item { sharing, .. })) => sharing,
        Ok(Some(Meaning::Slug { site, .. })) => site,
        // A site's front page is as good as its name.
        Ok(None) | Err(PortalsError::NoDataset { .. }) => text.to_owned(),
        Err(error) => return Err(error.into()),
    };
    let rest = ["socrata:", "hub:"].iter().find_map(|scheme| {
        let head = text.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| text[scheme.len()..].to_owned())
    });
    Ok(rest.unwrap_or(text))
}

fn unknown(known: &Portals, address: &str) -> Failure {
    let shown = geohub_fetch::shown(address);
    let host =
        shown.split_once("://").map_or(&*shown, |(_, rest)| rest).split('/').next().unwrap_or_default();
    let online = host == "arcgis.com" || host.ends_with(".arcgis.com");
    let failure = Failure::new("no-terms", Exit::NotFound, format!("no portal file knows the host {host}"));
    if online {
        return failure.hint(
            "layers hosted in ArcGIS Online have no terms in common: each layer's item states its own, which geohub info \
             REF shows; an address with its organisation (HOST/ORGANISATION/...) leads to the city's Hub site",
        );
    }
    let near = did_you_mean(&near_hosts(known, host));
    failure.hint(near.unwrap_or_else(|| {
        "what a dataset itself states is shown by geohub info REF; geohub portal add takes a file that names terms \
         (docs/portals.md)"
            .to_owned()
    }))
}

fn shown(facts: &HostFacts<'_>) -> String {
    let portal = facts.portal;
    let mut lines = Vec::new();
    let mut say = |word: &str, text: String| lines.push(format!("{word:<9} {text}"));
    say("host", format!("{} ({}, portal {})", facts.host, portal.name, portal.id));
    if facts.by_organisation {
        say(
            "",
            "found by its organisation in ArcGIS Online; the layer's own item may state other terms"
                .to_owned(),
        );
    }
    for terms in &facts.terms {
        say("terms", terms.url.to_string());
        terms.licence_url.iter().for_each(|url| say("licence", url.to_string()));
        say("summary", terms.summary.clone());
        say("", format!("read {} at {}", facts.read(terms), terms.source));
    }
    if facts.terms.is_empty() {
        say("terms", "none found; each dataset may state its own, which geohub info REF shows".to_owned());
    }
    for limit in &facts.limits {
        say("limit", limit.text.clone());
        say("", format!("read {} at {}", portal.read, limit.source));
    }
    if facts.limits.is_empty() {
        say("limit", "none found".to_owned());
    }
    let (connections, ms) = pace(facts);
    if ms > 0 {
        say(
            "geohub",
            format!(
                "asks it {connections} times at once at most, {ms} ms apart, and waits when it is told to"
            ),
        );
    }
    match facts.token_page() {
        Some((page, source)) => {
            say("token", page.to_string());
            say("", format!("read {} at {source}", portal.read));
        }
        None => general(facts).iter().for_each(|line| say("token", line.clone())),
    }
    lines.iter().map(|line| text::clean(line) + "\n").collect()
}

/// What geohub does by itself: requests at once, and milliseconds between their starts.
fn pace(facts: &HostFacts<'_>) -> (usize, u64) {
    let settings = Settings::new(std::env::temp_dir());
    let host = if facts.by_organisation { "arcgis.com" } else { &facts.host };
    let host = host.split([':', '/']).next().unwrap_or_default();
    (settings.connections(host), settings.spacing(host).as_millis() as u64)
}

/// Where tokens of such hosts are made, where the file does not say.
fn general(facts: &HostFacts<'_>) -> Option<String> {
    let platform = match facts.site() {
        Site::Socrata => Platform::Socrata,
        Site::ArcGis => Platform::ArcGis,
        Site::Other => return None,
    };
    // Layers of Hub sites lie in ArcGIS Online.
    let host = if facts.site() == Site::ArcGis { "www.arcgis.com" } else { &facts.host };
    (facts.portal.id.as_str() != "demo")
        .then(|| Some(register::place(&TokenHost::parse(host).ok()?, Some(platform))))
        .flatten()
}

fn value(known: &Portals, facts: &HostFacts<'_>) -> Value {
    let portal = facts.portal;
    let terms = |terms: &&geohub_portals::Terms| {
        json!({
            "url": terms.url, "licence_url": terms.licence_url, "summary": terms.summary, "source": terms.source,
            "read": facts.read(terms),
        })
    };
    let limit = |limit: &&geohub_portals::Limit| json!({"text": limit.text, "source": limit.source, "read": portal.read});
    let token =
        facts.token_page().map(|(url, source)| json!({"url": url, "source": source, "read": portal.read}));
    let (connections, ms) = pace(facts);
    json!({
        "host": facts.host, "portal": portal.id, "name": portal.name,
        "file": known.file_of(portal.id.as_str()).map(|path| path.display().to_string()),
        "by_organisation": facts.by_organisation, "terms": facts.terms.iter().map(terms).collect::<Vec<_>>(),
        "limits": facts.limits.iter().map(limit).collect::<Vec<_>>(), "token": token, "register": general(facts),
        "geohub": {"requests_at_once": connections, "ms_between_starts": ms},
    })
}
