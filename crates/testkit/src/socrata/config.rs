//! What is served.

use crate::net::Options;
use crate::table::Table;
use crate::{Error, Result};

use super::Switches;

/// A dataset's table and what is said about it.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its 4x4 id.
    pub id: String,
    /// Its title.
    pub name: String,
    /// Its rows.
    pub table: Table,
    /// Two columns, latitude and longitude, that become one `location` column.
    pub location: Option<(String, String)>,
    /// The `location` column's field name.
    pub location_field: String,
    /// The licence's name, when one is given.
    pub license: Option<String>,
    /// A second geometry column of this name: points in the middle of each shape's box.
    pub centres: Option<String>,
    /// Columns with the type that `/api/views` gives them, where it is not the one of their cells.
    pub declared: Vec<(String, &'static str)>,
    /// The column that the publisher made the row identifier.
    pub identifier: Option<String>,
    /// Columns that the description flags as hidden; SODA does not have them.
    pub hidden: Vec<String>,
}

/// An asset that is no dataset of its own.
#[derive(Debug, Clone)]
pub enum Asset {
    /// A filtered view of a dataset: a condition, and columns it hides.
    Filter {
        /// Its own id.
        id: String,
        /// The dataset's id.
        parent: String,
        /// A `SoQL` condition.
        condition: String,
        /// Field names it hides.
        hidden: Vec<String>,
    },
    /// An uploaded shape whose rows live in child views: SODA on it answers no rows.
    GeoParent {
        /// Its own id.
        id: String,
        /// Ids of its layers.
        children: Vec<String>,
    },
    /// A dataset of the old backend that was moved: `/api/migrations/ID` names the new one.
    Moved {
        /// Its own id.
        id: String,
        /// The dataset's new id.
        to: String,
    },
    /// A dataset of another portal that this one's catalogue lists.
    Foreign {
        /// Its id.
        id: String,
        /// Its page on the other portal.
        permalink: String,
    },
    /// Anything, described word for word; SODA does not know it.
    Described {
        /// Its own id.
        id: String,
        /// What `/api/views/ID.json` answers.
        view: serde_json::Value,
        /// The datasets it was made from, as the catalogue has them.
        parents: Vec<String>,
    },
    /// An asset without rows: `blob`, `href`, `federated_href`, `story`, `chart`, ...
    Other {
        /// Its own id.
        id: String,
        /// Its type as the catalogue says it.
        kind: String,
        /// Where it points, for links.
        url: Option<String>,
    },
}

impl Asset {
    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Filter { id, .. }
            | Self::GeoParent { id, .. }
            | Self::Moved { id, .. }
            | Self::Described { id, .. }
            | Self::Foreign { id, .. }
            | Self::Other { id, .. } => id,
        }
    }
}

/// The whole stand-in.
#[derive(Debug, Default)]
pub struct Config {
    /// The datasets.
    pub datasets: Vec<Source>,
    /// Everything else there is.
    pub assets: Vec<Asset>,
    /// How it behaves.
    pub switches: Switches,
    /// Port, faults, rate limit, latency.
    pub net: Options,
}

/// Whether a text is an id: `^[a-z0-9]{4}-[a-z0-9]{4}$`.
pub(super) fn is_id(text: &str) -> bool {
    let part =
        |part: &str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.split_once('-').is_some_and(|(a, b)| part(a) && part(b))
}

impl Source {
    /// A dataset named like its id.
    pub fn new(id: &str, table: Table) -> Self {
        Self {
            id: id.to_owned(),
            name: format!("Dataset {id}"),
            table,
            location: None,
            location_field: "location".to_owned(),
            license: Some("Public Domain".to_owned()),
            centres: None,
            declared: Vec::new(),
            identifier: None,
            hidden: Vec::new(),
        }
    }

    /// The row ids, in table order: what a test compares with.
    pub fn row_ids(&self) -> Vec<String> {
        let seed = crate::hash::text(self.id.as_bytes());
        (0..self.table.rows.len() as u64).map(|n| super::ids::nth(seed, n).display()).collect()
    }

    /// The same, two of its columns made one `location`.
    #[must_use]
    pub fn location(mut self, latitude: &str, longitude: &str) -> Self {
        self.location = Some((latitude.to_owned(), longitude.to_owned()));
        self
    }
}

impl Config {
    /// One dataset.
    pub fn one(source: Source) -> Self {
        Self { datasets: vec![source], ..Self::default() }
    }

    /// The same and one more dataset.
    #[must_use]
    pub fn and(mut self, source: Source) -> Self {
        self.datasets.push(source);
        self
    }

    /// The same with other habits.
    #[must_use]
    pub fn switches(mut self, switches: Switches) -> Self {
        self.switches = switches;
        self
    }

    /// The same with other network options.
    #[must_use]
    pub fn net(mut self, net: Options) -> Self {
        self.net = net;
        self
    }

    /// Refuses ids that are none.
    pub(super) fn check(&self) -> Result<()> {
        let ids =
            self.datasets.iter().map(|source| source.id.as_str()).chain(self.assets.iter().map(Asset::id));
        for id in ids {
            if !is_id(id) {
                return Err(Error::Usage(format!(
                    "`{id}` is no dataset id: four, a dash, four of a-z and 0-9"
                )));
            }
        }
        Ok(())
    }
}
