//! Records made up from a seed.

use super::Record;
use crate::hash::Rng;

const SUBJECTS: [&str; 40] = [
    "Parking Meters",
    "Parcels",
    "Building Permits",
    "Street Trees",
    "Bike Lanes",
    "Crosswalks",
    "Storm Drains",
    "Zoning",
    "Council Districts",
    "Neighborhoods",
    "Fire Stations",
    "Police Reports",
    "Libraries",
    "Schools",
    "Parks",
    "Bus Stops",
    "Traffic Signals",
    "Street Lights",
    "Sewer Mains",
    "Water Meters",
    "Business Licenses",
    "Restaurants",
    "Contours",
    "Building Footprints",
    "Address Points",
    "Sidewalks",
    "Potholes",
    "Speed Limits",
    "Flood Zones",
    "Historic Places",
    "Farmers Markets",
    "Film Permits",
    "Noise Complaints",
    "Election Precincts",
    "Census Tracts",
    "Landslides",
    "Oil Wells",
    "Murals",
    "Playgrounds",
    "Recycling Centers",
];
const PLACES: [&str; 25] = [
    "Harbor",
    "Valley",
    "Eastside",
    "Westside",
    "Downtown",
    "Hillside",
    "Riverside",
    "Northern",
    "Southern",
    "Central",
    "Citywide",
    "Coastal",
    "Airport",
    "Old Town",
    "Lakeview",
    "Mission",
    "Heights",
    "Canyon",
    "Bayside",
    "Foothill",
    "Midtown",
    "Uptown",
    "Parkside",
    "Ocean",
    "Mesa",
];
const KINDS: [&str; 8] = [
    "Feature Service",
    "Feature Service",
    "Feature Service",
    "Feature Service",
    "Map Service",
    "CSV",
    "Web Map",
    "Web Mapping Application",
];
const COLUMNS: [&str; 12] = [
    "OBJECTID",
    "METER_ID",
    "StreetName",
    "zip_code",
    "Status",
    "LAST_INSPECTED",
    "councilDistrict",
    "OwnerName",
    "APN",
    "Shape__Area",
    "rate_per_hour",
    "Comments",
];
const SENTENCES: [&str; 6] = [
    "Kept by the department of transportation and changed every night from its asset register.",
    "<p>Digitised from aerial photographs; positions are good to about three feet.</p>",
    "One row is one inspection, so that a place may be there several times.",
    "See the data dictionary for the meaning of the codes &amp; the years they hold for.",
    "The city makes no warranty of any kind, express or implied, as to its content, accuracy or timeliness.",
    "Compiled for planners and residents who want to know what is built, mended and measured around them.",
];

fn id4(rng: &mut Rng) -> String {
    let letters = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut group = || (0..4).map(|_| char::from(*rng.pick(letters))).collect::<String>();
    let (a, b) = (group(), group());
    format!("{a}-{b}")
}

pub(super) fn records(count: usize, seed: u64) -> Vec<Record> {
    (0..count).map(|at| record(at, seed)).collect()
}

fn record(at: usize, seed: u64) -> Record {
    let mut rng = Rng::new(&[seed, at as u64]);
    let title = format!("{} {} {}", rng.pick(&PLACES), rng.pick(&SUBJECTS), 1990 + rng.below(37));
    let soda_only = at % 7 == 3;
    let soda = (soda_only || at.is_multiple_of(10)).then(|| id4(&mut rng));
    let item = if soda_only { String::new() } else { format!("{:016x}{:016x}", rng.bits(), rng.bits()) };
    let kind = (*rng.pick(&KINDS)).to_owned();
    let service = format!("https://services.stand-in.invalid/city/arcgis/rest/services/S{at}/FeatureServer");
    let (west, south) = (-118.7 + rng.unit() * 0.4, 33.7 + rng.unit() * 0.4);
    let sentences = 1 + rng.below(5);
    Record {
        layer: (kind == "Feature Service").then_some(0),
        url: kind
            .ends_with("Service")
            .then(|| if kind == "Feature Service" { format!("{service}/0") } else { service }),
        slug: format!("city::{}-{at}", title.to_lowercase().replace(' ', "-")),
        description: (0..sentences).map(|_| *rng.pick(&SENTENCES)).collect::<Vec<_>>().join(" "),
        tags: (0..rng.below(6)).map(|_| rng.pick(&SUBJECTS).to_lowercase()).collect(),
        fields: COLUMNS.iter().take(3 + rng.below(10)).map(|name| (*name).to_owned()).collect(),
        modified: 1_400_000_000_000 + (rng.unit() * 390e9) as i64,
        licence: [None, Some("CC0 1.0"), Some("<a href='x'>CC BY 4.0</a>")][rng.below(3)].map(str::to_owned),
        bbox: Some([west, south, west + 0.2, south + 0.2]),
        authoritative: rng.below(10) == 0,
        private: at % 211 == 5,
        dead: at % 199 == 7,
        item,
        soda,
        title,
        kind,
    }
}
