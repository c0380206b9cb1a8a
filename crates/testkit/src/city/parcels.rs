//! Parcels: every lot with what the assessor says of it.

use std::sync::Arc;

use super::Feature;
use super::lots::{Lot, Ring, of};
use super::warp::{BLOCKS, Block, lonlat};
use super::words::{CITIES, STREETS, USES};
use crate::hash::Rng;
use crate::table::{Position, Shape, Value};

pub(super) const COLUMNS: [&str; 18] = [
    "OBJECTID",
    "AIN",
    "APN",
    "SitusHouseNo",
    "SitusStreet",
    "SitusUnit",
    "SitusCity",
    "SitusZIP",
    "UseCode",
    "UseType",
    "UseDescription",
    "Zoning",
    "YearBuilt",
    "Units",
    "SQFTmain",
    "LandValue",
    "LotAreaSqFt",
    "LastDocNumber",
];

fn ring(metres: &Ring) -> Vec<Position> {
    let first = metres.first().copied();
    metres.iter().copied().chain(first).map(|(x, y)| lonlat(x, y)).collect()
}

fn shape(lot: &Lot) -> Shape {
    let mut polygons: Vec<Vec<Vec<Position>>> =
        lot.polygons.iter().map(|rings| rings.iter().map(ring).collect()).collect();
    match polygons.len() {
        1 => Shape::Polygon(polygons.remove(0)),
        _ => Shape::MultiPolygon(polygons),
    }
}

/// Where a parcel is and what it is called.
struct Place {
    block: Block,
    number: usize,
    unit: Option<usize>,
}

impl Place {
    fn address(&self, rng: &mut Rng) -> [Value; 5] {
        let street = STREETS[(self.block.row * 13 + self.block.column / 4 * 7) % STREETS.len()];
        let city = CITIES[(self.block.column / 40 + self.block.row / 90) % CITIES.len()];
        let house = (1 + self.block.column) * 100 + self.number * 4;
        let unknown = rng.below(53) == 0;
        let zip = 90_001 + (self.block.row / 8 * 37 + self.block.column / 4) % 99;
        let zip_text =
            if rng.below(2) == 0 { zip.to_string() } else { format!("{zip}-{:04}", rng.below(10_000)) };
        [
            if unknown { Value::Null } else { Value::Int(house as i64) },
            Value::text(street),
            self.unit.map_or(Value::Null, |unit| Value::text((101 + unit).to_string())),
            if unknown { Value::Null } else { Value::text(city) },
            if unknown { Value::Null } else { Value::text(zip_text) },
        ]
    }

    fn assessor_number(&self, copy: usize) -> String {
        let book = 2000 + self.block.number / 32 % 6900;
        format!("{book:04}{:03}{:03}", self.block.number % 90 + 1, (self.number * 13 + copy) % 1000)
    }
}

fn assessed(lot: &Lot, rng: &mut Rng, condominium: bool) -> Vec<Value> {
    let (code, kind, description, zoning) = if condominium { USES[5] } else { *rng.pick(&USES) };
    let vacant = code == "100V";
    let area = lot.area_m2 / lot.stacked as f64;
    let built = 1887 + (138.0 * (1.0 - rng.unit() * rng.unit())) as i64;
    let units = if code == "0500" { 5 + rng.below(40) as i64 } else { i64::from(!vacant) };
    let floor = if vacant { 0 } else { (area * (3.0 + 8.0 * rng.unit())) as i64 };
    // Recorder's numbers do not fit a double exactly.
    let document = 19_750_101_000_000_001 + (rng.bits() % 510_000_000_000_000) as i64;
    let square_feet = (lot.area_m2 * 107.639).round() / 10.0;
    vec![
        Value::text(code),
        Value::text(kind),
        Value::text(description),
        Value::text(zoning),
        if vacant || rng.below(41) == 0 { Value::Null } else { Value::Int(built) },
        Value::Int(units),
        Value::Int(floor),
        Value::Int((area * (120.0 + 2500.0 * rng.unit())) as i64),
        Value::Float(square_feet),
        if rng.below(7) == 0 { Value::Null } else { Value::Int(document) },
    ]
}

fn block_features(seed: u64, n: usize) -> Vec<Feature> {
    let block = Block::nth(seed, n);
    let mut rng = Rng::new(&[seed, 2, block.number as u64]);
    let mut out = Vec::new();
    for (number, lot) in of(block, &mut rng).iter().enumerate() {
        let shape = Arc::new(shape(lot));
        for copy in 0..lot.stacked {
            let place = Place { block, number, unit: (lot.stacked > 1).then_some(copy) };
            let ain = place.assessor_number(copy);
            let mut values = vec![Value::Int((n * 1000 + out.len() + 1) as i64), Value::text(&ain)];
            values.push(Value::text(format!("{}-{}-{}", &ain[..4], &ain[4..7], &ain[7..])));
            values.extend(place.address(&mut rng));
            values.extend(assessed(lot, &mut rng, lot.stacked > 1));
            out.push(Feature { shape: Some(Arc::clone(&shape)), values });
        }
    }
    out
}

/// All parcels of the city, block by block in a scattered order.
pub(super) fn all(seed: u64) -> impl Iterator<Item = Feature> {
    (0..BLOCKS).flat_map(move |n| block_features(seed, n))
}
