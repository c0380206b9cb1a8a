//! A portal with a fault, and a second one that it may send clients on to.

use geohub_testkit::net::{Act, Server};
use geohub_testkit::{arcgis, socrata};
use serde_json::{Value, json};

use crate::case::{Case, Habits};
use crate::rows::{ROWS, State, table};

/// A kind of portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Portal {
    /// Pages in protocol buffers, whose coordinates lie on a grid of 1e-9 degrees.
    ArcGis,
    /// Pages in JSON.
    ArcGisJson,
    Socrata,
}

impl Portal {
    pub fn name(self) -> &'static str {
        match self {
            Self::ArcGis => "ArcGIS",
            Self::ArcGisJson => "ArcGIS, JSON",
            Self::Socrata => "Socrata",
        }
    }

    pub fn is_arcgis(self) -> bool {
        self != Self::Socrata
    }
}

enum Running {
    ArcGis(arcgis::Server),
    Socrata(socrata::Server),
}

impl Running {
    fn server(&self) -> &Server {
        match self {
            Self::ArcGis(server) => server,
            Self::Socrata(server) => server,
        }
    }
}

/// What a case runs against.
pub struct Scene {
    pub portal: Portal,
    /// The ids of the rows, in table order.
    pub ids: Vec<String>,
    /// What the portal holds at first and at last.
    pub before: State,
    pub after: State,
    main: Running,
    other: Running,
}

const DATASET: &str = "abcd-1234";

fn start(portal: Portal, mut habits: Habits) -> (Running, Vec<String>) {
    match portal {
        Portal::ArcGis | Portal::ArcGisJson => {
            habits.arcgis.pbf = portal == Portal::ArcGis;
            let config = arcgis::Config::one("parcels", table(), habits.arcgis);
            let ids = config.services[0].layers[0].object_ids().iter().map(ToString::to_string).collect();
            (Running::ArcGis(arcgis::Server::start(config).unwrap()), ids)
        }
        Portal::Socrata => {
            let source = socrata::Source::new(DATASET, table());
            let ids = source.row_ids();
            let config = socrata::Config::one(source).switches(habits.socrata);
            (Running::Socrata(socrata::Server::start(config).unwrap()), ids)
        }
    }
}

impl Scene {
    /// Starts the portals and sets the faults.
    pub fn start(case: &Case, portal: Portal) -> Self {
        let mut habits = Habits::default();
        (case.habits)(&mut habits);
        let ((main, ids), (other, _)) = (start(portal, habits), start(portal, Habits::default()));
        let shown = |id: &String| portal.is_arcgis().then(|| id.parse().unwrap());
        let before = State(ids.iter().map(shown).zip(0..ROWS).collect());
        let mut scene = Self { portal, after: before.clone(), before, ids, main, other };
        for fault in (case.faults)(&scene) {
            if let Act::Then(edit) = &fault.act {
                scene.after.edit(edit);
            }
            scene.main.server().fault(fault);
        }
        scene
    }

    /// What `geohub fetch` is given.
    pub fn reference(&self) -> String {
        match &self.main {
            Running::ArcGis(server) => server.layer_url("parcels", "FeatureServer", 0),
            Running::Socrata(server) => format!("socrata:{}/{DATASET}", server.url()),
        }
    }

    /// The second portal's address under another host name.
    pub fn elsewhere(&self) -> String {
        format!("http://localhost:{}", self.other.server().address().port())
    }

    /// The portal's own address.
    pub fn here(&self) -> String {
        self.main.server().url()
    }

    /// The requests that both got.
    pub fn requests(&self) -> usize {
        [&self.main, &self.other].iter().map(|running| running.server().log().entries().len()).sum()
    }

    /// An error in the portal's own words.
    pub fn error(&self, code: u16, words: &str) -> Value {
        if self.portal.is_arcgis() {
            return json!({"error": {"code": code, "message": words, "details": []}});
        }
        json!({"error": true, "message": words, "status": code})
    }
}
