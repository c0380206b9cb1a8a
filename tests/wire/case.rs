//! One fault: what differs from a healthy portal, and what the program must say when it gives up.

use geohub_testkit::net::{Act, Fault, Kind};
use geohub_testkit::{arcgis, socrata};

use crate::scene::{Portal, Scene};

/// The habits of both portals.
pub struct Habits {
    pub arcgis: arcgis::Switches,
    pub socrata: socrata::Switches,
}

impl Default for Habits {
    /// Pages of 50 rows, advertised where that can be said.
    fn default() -> Self {
        Self {
            arcgis: arcgis::Switches { cap: 50, ..arcgis::Switches::default() },
            socrata: socrata::Switches { cap_limit: Some(50), ..socrata::Switches::default() },
        }
    }
}

/// A line of the matrix.
pub struct Case {
    pub name: &'static str,
    pub portals: &'static [Portal],
    pub habits: fn(&mut Habits),
    pub faults: fn(&Scene) -> Vec<Fault>,
    /// What a message must hold when there is no file: the cause.
    pub says: &'static str,
}

impl Case {
    /// Nothing is wrong.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            portals: &[Portal::ArcGis, Portal::ArcGisJson, Portal::Socrata],
            habits: |_| {},
            faults: |_| Vec::new(),
            says: "it must not fail",
        }
    }

    /// On one portal only.
    pub fn only(mut self, portals: &'static [Portal]) -> Self {
        self.portals = portals;
        self
    }

    /// The portal's lasting habits.
    pub fn habits(mut self, habits: fn(&mut Habits)) -> Self {
        self.habits = habits;
        self
    }

    /// What happens while it is read.
    pub fn faults(mut self, faults: fn(&Scene) -> Vec<Fault>) -> Self {
        self.faults = faults;
        self
    }

    /// What must be said when there is no file.
    pub fn says(mut self, words: &'static str) -> Self {
        self.says = words;
        self
    }
}

/// At the `nth` page, once.
pub fn page(nth: u64, act: Act) -> Vec<Fault> {
    vec![Fault::at(Kind::Page, nth, act)]
}

/// At every page from the `nth` on.
pub fn pages(nth: u64, act: Act) -> Vec<Fault> {
    vec![Fault::at(Kind::Page, nth, act).times(0)]
}

/// At every count.
pub fn counts(act: Act) -> Vec<Fault> {
    vec![Fault::at(Kind::Count, 1, act).times(0)]
}

/// A status with the portal's own kind of body.
pub fn status(scene: &Scene, code: u16, words: &str) -> Act {
    let body = scene.error(code, words).to_string();
    Act::Status { code, body, headers: std::collections::BTreeMap::default() }
}
