//! Catalogues: which a portal has, and reading each of them whole.

mod arcgis;
mod dcat;
mod hub;
mod online;
mod pages;
mod prune;
mod socrata;
mod value;

use geohub_fetch::{Client, FetchError, Result};

use crate::entry::Entry;
use crate::portal::Portal;

/// Most entries that are taken of one catalogue.
pub(crate) const MOST_ENTRIES: usize = 100_000;
/// Most bytes of text that entries of one catalogue may have; a usual one has a thousand an entry.
const MOST_TEXT_BYTES: usize = 256 << 20;
/// The largest page of a catalogue that is taken: a thousand usual entries have three megabytes.
const PAGE_BYTES: usize = 64 << 20;
/// The largest feed that is taken. It comes in one answer, and is in memory as a whole while it is read.
const FEED_BYTES: usize = 256 << 20;

/// The sharing API of ArcGIS Online.
pub(crate) const ARCGIS_ONLINE: &str = "https://www.arcgis.com";

/// A catalogue of a portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The id of the portal.
    pub portal: String,
    /// The host, as people say it.
    pub host: String,
    catalogue: Catalogue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Catalogue {
    Hub(hub::Hub),
    Online(online::Online),
    Socrata(socrata::Socrata),
    Dcat(dcat::Dcat),
}

/// What a catalogue has.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Read {
    pub(crate) entries: Vec<Entry>,
    /// Lines that make no sense.
    pub(crate) unreadable: usize,
    /// How many it says it has.
    pub(crate) total: Option<usize>,
    /// Bytes of text in the entries.
    pub(crate) text: usize,
}

impl Read {
    /// Takes an entry in, unless that is one too many.
    pub(crate) fn push(&mut self, entry: Entry) {
        if !self.is_full() {
            self.text += entry.text_bytes();
            self.entries.push(entry);
        }
    }

    /// No more entries are taken.
    pub(crate) fn is_full(&self) -> bool {
        self.entries.len() >= MOST_ENTRIES || self.text >= MOST_TEXT_BYTES
    }
}

impl Source {
    /// The catalogues of a portal.
    pub fn all(portal: &Portal) -> Vec<Self> {
        let mut all = Vec::new();
        let mut add = |host: String, catalogue| {
            all.push(Self { portal: portal.id.as_str().to_owned(), host, catalogue });
        };
        if let Some(site) = &portal.hub {
            let sharing =
                site.sharing.as_ref().map_or_else(|| ARCGIS_ONLINE.to_owned(), crate::portal::Host::base);
            for host in &site.hosts {
                let hub = hub::Hub { base: host.base(), sharing: sharing.clone() };
                add(host.name(), Catalogue::Hub(hub));
            }
            if let Some(organisation) = &site.organisation {
                let host = sharing.split_once("://").map_or("", |(_, host)| host).to_owned();
                let organisation = organisation.clone();
                add(host, Catalogue::Online(online::Online { sharing, organisation }));
            }
        }
        for host in portal.socrata.iter().flat_map(|site| &site.hosts) {
            let catalogue = portal.socrata.as_ref().and_then(|site| site.catalogue.as_ref());
            let base = catalogue.unwrap_or(host).base();
            add(host.name(), Catalogue::Socrata(socrata::Socrata { base, host: host.clone() }));
        }
        for feed in &portal.dcat {
            let url = feed.url.as_str().to_owned();
            let host = url
                .split("://")
                .nth(1)
                .and_then(|rest| rest.split('/').next())
                .unwrap_or_default()
                .to_owned();
            add(host, Catalogue::Dcat(dcat::Dcat { url }));
        }
        all
    }

    /// What kind of catalogue it is.
    pub fn kind(&self) -> &'static str {
        match self.catalogue {
            Catalogue::Hub(_) => "Hub search",
            Catalogue::Online(_) => "ArcGIS organisation",
            Catalogue::Socrata(_) => "Socrata catalogue",
            Catalogue::Dcat(_) => "DCAT feed",
        }
    }

    /// `Hub search of geohub.lacity.org`.
    pub fn name(&self) -> String {
        format!("{} of {}", self.kind(), self.host)
    }

    /// What tells it from all others; letters, digits and hyphens.
    pub(crate) fn slug(&self) -> String {
        let text = match &self.catalogue {
            Catalogue::Hub(hub) => format!("hub {} {}", hub.base, hub.sharing),
            Catalogue::Online(online) => format!("org {} {}", online.sharing, online.organisation),
            Catalogue::Socrata(socrata) => format!("soda {} {}", socrata.base, socrata.host),
            Catalogue::Dcat(dcat) => format!("dcat {}", dcat.url),
        };
        // Words joined by single hyphens may be the same for two addresses: a sum tells them apart.
        let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let plain = text.replace("https", "").to_ascii_lowercase();
        let words: Vec<&str> =
            plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let short: String = words.join("-").chars().take(80).collect();
        format!("{}-{short}-{sum:016x}", self.portal)
    }

    /// Reads all of it.
    pub(crate) fn read(&self, client: &Client) -> Result<Read> {
        match &self.catalogue {
            Catalogue::Hub(hub) => pages::read(hub, client),
            Catalogue::Online(online) => pages::read(online, client),
            Catalogue::Socrata(socrata) => socrata.read(client),
            Catalogue::Dcat(dcat) => dcat.read(client),
        }
    }

    /// Calls it once, for little; says how much it has.
    ///
    /// # Errors
    /// What the server or the network says.
    pub fn check(&self, client: &Client) -> Result<Option<usize>, FetchError> {
        match &self.catalogue {
            Catalogue::Hub(hub) => pages::count(hub, client),
            Catalogue::Online(online) => pages::count(online, client),
            Catalogue::Socrata(socrata) => socrata.count(client),
            Catalogue::Dcat(dcat) => dcat.read(client).map(|read| Some(read.entries.len())),
        }
    }
}
