//! What portal files say of a host: its terms, its limits, where tokens for it are made.

use geohub_core::text::nearest;

use crate::portal::{Host, Limit, PageUrl, Portal, Portals, Terms};

/// What is known of a host.
#[derive(Clone, Debug)]
pub struct HostFacts<'a> {
    /// The portal that it belongs to.
    pub portal: &'a Portal,
    /// The host as the portal's file names it, with its port.
    pub host: String,
    /// It is no host of the portal's but one of ArcGIS Online, with a layer of the portal's organisation; `host` is the
    /// portal's Hub site then.
    pub by_organisation: bool,
    /// Its terms; none where none were found.
    pub terms: Vec<&'a Terms>,
    /// What is known of rate limits.
    pub limits: Vec<&'a Limit>,
}

/// Which platform a host of a portal is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// A Hub site, or a server of layers.
    ArcGis,
    /// A Socrata portal.
    Socrata,
    /// Any other.
    Other,
}

impl<'a> HostFacts<'a> {
    /// What is known of the host of an address, or of one named alone. An address in ArcGIS Online belongs to the portal
    /// whose organisation it names: `services5.arcgis.com/ORGANISATION/...`.
    pub fn of(portals: &'a Portals, address: &str) -> Option<Self> {
        let (host, path) = split(address);
        let found = portals.iter().find_map(|portal| {
            let own = hosts(portal).into_iter().find(|own| split(own).0 == host)?;
            Some(Self::new(portal, own, false))
        });
        found.or_else(|| {
            let is_online = host.ends_with(".arcgis.com");
            let named = path.split('/').next().filter(|named| is_online && !named.is_empty())?;
            portals.iter().find_map(|portal| {
                let hub = portal.hub.as_ref()?;
                let is_own = hub.organisation.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(named));
                is_own.then(|| Self::new(portal, hub.hosts.first().map_or(host.clone(), Host::name), true))
            })
        })
    }

    /// Every host of a portal.
    pub fn of_portal(portal: &'a Portal) -> Vec<Self> {
        hosts(portal).into_iter().map(|host| Self::new(portal, host, false)).collect()
    }

    fn new(portal: &'a Portal, host: String, by_organisation: bool) -> Self {
        let same = |other: &Host| split(&other.name()).0 == split(&host).0;
        let terms = portal.terms.iter().filter(|terms| same(&terms.host)).collect();
        let limits = portal.limit.iter().filter(|limit| same(&limit.host)).collect();
        Self { portal, host, by_organisation, terms, limits }
    }

    /// Which platform the host is of, as far as the file says.
    pub fn site(&self) -> Site {
        let has = |hosts: &[Host]| hosts.iter().any(|own| own.name() == self.host);
        if self.portal.socrata.as_ref().is_some_and(|site| has(&site.hosts)) {
            Site::Socrata
        } else if self.by_organisation || self.portal.hub.as_ref().is_some_and(|hub| has(&hub.hosts)) {
            Site::ArcGis
        } else {
            Site::Other
        }
    }

    /// Where a token for it is made, if the file says so.
    pub fn token_page(&self) -> Option<(&'a PageUrl, &'a PageUrl)> {
        let pages = self.portal.token.as_ref()?;
        let page = match self.site() {
            Site::Socrata => pages.socrata_url.as_ref(),
            Site::ArcGis => pages.arcgis_url.as_ref(),
            Site::Other => None,
        };
        Some((page?, &pages.source))
    }

    /// When terms were read, as `2026-11-26`.
    pub fn read(&self, terms: &'a Terms) -> &'a str {
        terms.read.as_ref().unwrap_or(&self.portal.read).as_str()
    }
}

/// Hosts and portals like a name that no portal file knows, best first.
pub fn near_hosts(portals: &Portals, name: &str) -> Vec<String> {
    let mut all: Vec<String> = portals.iter().flat_map(hosts).collect();
    if !name.contains('.') {
        all = portals.iter().map(|portal| portal.id.to_string()).collect();
    }
    nearest(&split(name).0, all.iter().map(String::as_str))
}

/// Every host of a portal, once: those of its sites, of its feeds, and those that terms or limits speak of.
fn hosts(portal: &Portal) -> Vec<String> {
    let limits = portal.limit.iter().map(|limit| &limit.host);
    let feeds = portal.dcat.iter().map(|feed| split(feed.url.as_str()).0);
    let mut all: Vec<String> = Vec::new();
    for host in portal.hosts().chain(limits).map(Host::name).chain(feeds) {
        if !all.iter().any(|known| split(known).0 == split(&host).0) {
            all.push(host);
        }
    }
    all
}

/// Name and port of an address, in small letters.
pub fn host_name(address: &str) -> String {
    split(address).0
}

/// Name and port in small letters, and the path behind them.
fn split(address: &str) -> (String, &str) {
    let address = address.trim();
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next().unwrap_or_default();
    (host.to_ascii_lowercase(), rest[end..].trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_by_name_address_and_organisation() {
        let portals = Portals::built_in().unwrap();
        let of = |text: &str| HostFacts::of(&portals, text).map(|facts| (facts.host, facts.by_organisation));
        for text in
            ["data.lacity.org", "https://Data.LACity.org/d/s49e-q6j2?x=1", "http://me:pw@data.lacity.org"]
        {
            assert_eq!(of(text), Some(("data.lacity.org".to_owned(), false)), "{text}");
        }
        assert_eq!(
            of("https://services5.arcgis.com/7nspwemp38bskcjy/arcgis/rest/services/a/FeatureServer/0"),
            Some(("geohub.lacity.org".to_owned(), true))
        );
        for text in ["services5.arcgis.com", "https://services5.arcgis.com/other/x", "lacity.org", ""] {
            assert_eq!(of(text), None, "{text}");
        }
        assert!(near_hosts(&portals, "data.lacity.com").contains(&"data.lacity.org".to_owned()));
    }

    #[test]
    fn every_host_of_a_portal_is_told_once_with_its_own_facts() {
        let portals = Portals::built_in().unwrap();
        let facts = HostFacts::of_portal(portals.get("la").unwrap());
        let hosts: Vec<&str> = facts.iter().map(|facts| facts.host.as_str()).collect();
        assert_eq!(hosts, ["geohub.lacity.org", "data.lacity.org"]);
        let soda = &facts[1];
        assert_eq!((soda.site(), soda.terms.len(), soda.limits.len()), (Site::Socrata, 1, 1));
        assert!(soda.token_page().is_some() && facts[0].token_page().is_none());
        assert_eq!(soda.read(soda.terms[0]), "2026-11-26");
    }
}
