//! The layers: data of the synthetic sample city, embedded.

use std::sync::OnceLock;

use super::table::Table;

/// A layer of the portal.
pub(super) struct DemoLayer {
    /// The service's name.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    /// An item id as ArcGIS has them.
    pub(super) item: &'static str,
    pub(super) geometry_type: &'static str,
    pub(super) tags: &'static [&'static str],
    geojson: &'static str,
    rows: OnceLock<Table>,
}

/// Every layer.
pub(super) static LAYERS: [DemoLayer; 3] = [
    DemoLayer {
        name: "neighborhoods",
        title: "Neighborhoods",
        description: "The 40 neighborhoods of a made-up city, with population and council district.",
        item: "d0000000000000000000000000000001",
        geometry_type: "esriGeometryPolygon",
        tags: &["boundaries", "neighborhoods", "districts"],
        geojson: include_str!("../../../../data/neighborhoods.geojson"),
        rows: OnceLock::new(),
    },
    DemoLayer {
        name: "parking-meters",
        title: "Parking Meters",
        description: "The 1,500 parking meters of a made-up city: kind, rate and time limit.",
        item: "d0000000000000000000000000000002",
        geometry_type: "esriGeometryPoint",
        tags: &["parking", "meters", "transportation"],
        geojson: include_str!("../../../../data/meters.geojson"),
        rows: OnceLock::new(),
    },
    DemoLayer {
        name: "streets",
        title: "Street Centerlines",
        description: "300 street segments of a made-up city that meet in shared nodes.",
        item: "d0000000000000000000000000000003",
        geometry_type: "esriGeometryPolyline",
        tags: &["streets", "centerlines", "transportation"],
        geojson: include_str!("../../../../data/streets.geojson"),
        rows: OnceLock::new(),
    },
];

/// The layer of a service.
pub(super) fn named(name: &str) -> Option<&'static DemoLayer> {
    LAYERS.iter().find(|layer| layer.name.eq_ignore_ascii_case(name))
}

impl DemoLayer {
    pub(super) fn rows(&self) -> &Table {
        self.rows.get_or_init(|| Table::read(self.geojson))
    }

    /// The service's address.
    pub(super) fn service(&self) -> String {
        format!("https://{}/arcgis/rest/services/{}/FeatureServer", super::HOST, self.name)
    }
}
