//! A line of a catalogue, whichever kind of catalogue it is from.

use serde::{Deserialize, Serialize};

use crate::address::{Address, address_of};

/// What a line of a catalogue stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Rows with a geometry.
    Layer,
    /// Rows, perhaps with coordinates among their columns.
    Table,
    /// A service of layers, not known how many.
    Service,
    /// A view, chart or filter of another dataset.
    View,
    /// A file that is downloaded as it is.
    File,
    /// A map of several layers.
    Map,
    /// An application, dashboard or story.
    App,
    /// A text for people.
    Document,
    /// An address elsewhere.
    Link,
    /// Anything else.
    #[default]
    Other,
}

impl Kind {
    /// Every kind, as `--type` takes them.
    pub const ALL: [Self; 10] = [
        Self::Layer,
        Self::Table,
        Self::Service,
        Self::View,
        Self::File,
        Self::Map,
        Self::App,
        Self::Document,
        Self::Link,
        Self::Other,
    ];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Layer => "layer",
            Self::Table => "table",
            Self::Service => "service",
            Self::View => "view",
            Self::File => "file",
            Self::Map => "map",
            Self::App => "app",
            Self::Document => "document",
            Self::Link => "link",
            Self::Other => "other",
        }
    }

    /// True for what `fetch` takes.
    pub fn has_rows(self) -> bool {
        matches!(self, Self::Layer | Self::Table | Self::Service | Self::View)
    }
}

/// A line of a catalogue. Text is plain and short ([`crate::plain`]); what the catalogue does not say is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Its id in the catalogue.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What it is about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Keywords and categories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Names and aliases of its columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// What it stands for.
    pub kind: Kind,
    /// The same in the catalogue's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// Who publishes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Under which licence, as stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// When it was last changed, in milliseconds since 1970; of the rows where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<i64>,
    /// How many rows it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// West, south, east, north in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
    /// Addresses that mean it, or what it is federated from: layer, service, item, page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// What the addresses mean; read once, when the catalogue is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<Address>,
    /// The portal calls it official.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub authoritative: bool,
    /// Not everybody may read it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// Only an address here; the rows are another catalogue's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub federated: bool,
}

/// Addresses of one entry, and the bytes of one.
const MOST_ADDRESSES: usize = 40;
const MOST_ADDRESS_BYTES: usize = 2000;

impl Entry {
    /// True where one of its addresses means this, or the one layer of it.
    pub fn means(&self, address: &Address) -> bool {
        let whole = address.whole();
        self.keys.iter().any(|key| key == address || Some(key) == whole.as_ref())
    }

    /// Bytes of all its text.
    pub(crate) fn text_bytes(&self) -> usize {
        let lists = [&self.tags, &self.fields, &self.addresses];
        let listed: usize = lists.into_iter().flatten().map(String::len).sum();
        self.id.len() + self.title.len() + self.description.len() + listed
    }

    /// What it is known by. Of addresses no more are kept than any dataset has.
    pub(crate) fn find_keys(&mut self) {
        self.addresses.retain(|address| address.len() <= MOST_ADDRESS_BYTES);
        self.addresses.truncate(MOST_ADDRESSES);
        self.keys = self.addresses.iter().filter_map(|address| address_of(address)).collect();
    }
}
