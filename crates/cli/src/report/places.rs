//! Who lists a layer, by the catalogues that were read on this machine.

use geohub_portals::{Place, carriers};
use serde::{Deserialize, Serialize};

use crate::portals;
use crate::session::Session;

/// A catalogue that lists a layer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceReport {
    /// The portal's id.
    pub portal: String,
    /// The host.
    pub host: String,
    /// `Hub search`, `Socrata catalogue`.
    pub catalogue: String,
    /// The layer's id there.
    pub id: String,
}

/// Nobody is asked. A portal's file that cannot be read is told by the commands that need it.
pub(super) fn of(session: &Session, url: &str, item: Option<&str>) -> Vec<PlaceReport> {
    let portals = match portals::all() {
        Ok(portals) => portals,
        Err(failure) => {
            session.context.detail(format!("no portal is looked into: {}", failure.message));
            return Vec::new();
        }
    };
    let report = |place: Place| PlaceReport {
        portal: place.portal,
        host: place.host,
        catalogue: place.catalogue.to_owned(),
        id: place.id,
    };
    carriers(url, item, &portals, &portals::cache()).into_iter().map(report).collect()
}
