//! A city's portal as data: a TOML file of facts, each with the page it was read at.

mod add;
mod builtin;
mod read;
mod set;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use add::add;
pub use set::Portals;
pub use words::{Date, Host, Id, Name, PageUrl, Reference};

/// A city's portal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portal {
    /// The prefix of its aliases: `la` in `la:parking-meters`.
    pub id: Id,
    /// The city's name.
    pub name: String,
    /// The CRS the city measures in, such as `EPSG:2229`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_crs: Option<String>,
    /// West, south, east, north in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
    /// When the sources were read.
    pub read: Date,
    /// Its ArcGIS Hub site and organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub: Option<HubSite>,
    /// Its Socrata portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub socrata: Option<SocrataSite>,
    /// Its DCAT-US feeds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dcat: Vec<Feed>,
    /// Whom to write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Where to ask for datasets and for access.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request: Vec<RequestChannel>,
    /// Where to register a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenPages>,
    /// Terms of use, one a host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Terms>,
    /// Rate limits that were made public.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limit: Vec<Limit>,
    /// Short names of datasets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<Name, Alias>,
    /// Layers of areas that have names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub place: Vec<PlaceLayer>,
}

/// An ArcGIS Hub site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubSite {
    /// Its hosts.
    pub hosts: Vec<Host>,
    /// The organisation's id in ArcGIS Online.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The host with the sharing API; ArcGIS Online when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Host>,
    /// Where this was read.
    pub source: PageUrl,
}

/// A Socrata portal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SocrataSite {
    /// Its hosts.
    pub hosts: Vec<Host>,
    /// The host with the catalogue; the portal's own when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<Host>,
    /// Where this was read.
    pub source: PageUrl,
}

/// A DCAT-US feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// Its address.
    pub url: PageUrl,
    /// Where this was read.
    pub source: PageUrl,
}

/// Whom to write to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Contact {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<PageUrl>,
    /// Where this was read.
    pub source: PageUrl,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestKind {
    /// A dataset that is not published.
    Dataset,
    /// More than the limits allow.
    Access,
}

/// Where to ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct RequestChannel {
    pub kind: RequestKind,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<PageUrl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where this was read.
    pub source: PageUrl,
}

/// Where to register a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPages {
    /// For the Socrata portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub socrata_url: Option<PageUrl>,
    /// For ArcGIS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arcgis_url: Option<PageUrl>,
    /// Where this was read.
    pub source: PageUrl,
}

/// The terms of a host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The host.
    pub host: Host,
    /// The terms of use.
    pub url: PageUrl,
    /// The licence of what it publishes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence_url: Option<PageUrl>,
    /// What they say, in our words.
    pub summary: String,
    /// Where this was read.
    pub source: PageUrl,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Date>,
}

/// A rate limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The host.
    pub host: Host,
    /// What is known, in our words.
    pub text: String,
    /// Where this was read.
    pub source: PageUrl,
}

/// A short name of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// What it stands for.
    #[serde(rename = "ref")]
    pub reference: Reference,
    /// The publisher's title.
    pub title: String,
    /// Where this was read.
    pub source: PageUrl,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Date>,
}

/// A layer of areas that have names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceLayer {
    /// `neighborhood`, `council-district`.
    pub kind: Name,
    /// The layer.
    #[serde(rename = "ref")]
    pub reference: Reference,
    /// The column with the names.
    pub field: String,
    /// The publisher's title.
    pub title: String,
    /// Where this was read.
    pub source: PageUrl,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Date>,
}

impl Portal {
    /// Every host of the portal, for `terms HOST` and for telling whose a page is.
    pub fn hosts(&self) -> impl Iterator<Item = &Host> {
        let hub = self.hub.iter().flat_map(|hub| &hub.hosts);
        hub.chain(self.socrata.iter().flat_map(|site| &site.hosts))
            .chain(self.terms.iter().map(|terms| &terms.host))
    }
}
