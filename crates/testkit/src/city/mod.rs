//! A synthetic Los Angeles of any size, always the same for a seed.
//!
//! The city is a grid of 800 m tracts, each of 4 x 8 blocks of 200 x 100 m, bent as a whole ([`warp`]), so that
//! neighbours keep their shared corners. Streets run on the block edges, lots fill the blocks, meters stand along
//! block faces, permits lie on lots, neighbourhoods cover most of it. Only plain arithmetic is used, no `sin` of a
//! system's library, so that the bytes are the same on every machine.
//!
//! Where a lot ends in the middle of its neighbour's rear line, the bend of the city leaves slivers of a few square
//! metres between them, as in real cadastres; all geometry is valid.

mod encode;
mod hoods;
mod lots;
mod outline;
mod parcels;
mod permits;
mod points;
pub mod sample;
mod streets;
mod trace;
mod warp;
mod words;

pub use encode::{Format, write};

use std::sync::Arc;

use crate::table::{Shape, Value};
use crate::{Error, Result};

/// A layer of the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Parking meters: points along block faces, some without a position.
    Meters,
    /// Lots: polygons with shared corners, donuts and what fills them, multipolygons.
    Parcels,
    /// Street segments: lines that meet in shared nodes.
    Streets,
    /// Building permits: points with long text.
    Permits,
    /// Neighbourhoods: a coverage without overlap, with enclaves, holes and exclaves.
    Neighborhoods,
}

/// One feature: a value for each of the layer's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// The geometry; `None` is null.
    pub shape: Option<Arc<Shape>>,
    /// The values in column order.
    pub values: Vec<Value>,
}

impl Layer {
    /// Every layer.
    pub const ALL: [Self; 5] =
        [Self::Meters, Self::Parcels, Self::Streets, Self::Permits, Self::Neighborhoods];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meters => "meters",
            Self::Parcels => "parcels",
            Self::Streets => "streets",
            Self::Permits => "permits",
            Self::Neighborhoods => "neighborhoods",
        }
    }

    /// The layer of a name.
    pub fn named(name: &str) -> Result<Self> {
        let names = Self::ALL.map(Self::name).join(", ");
        let unknown = || Error::Usage(format!("no layer `{name}`; there are: {names}"));
        Self::ALL.into_iter().find(|layer| layer.name() == name).ok_or_else(unknown)
    }

    /// The names of its columns.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Meters => &points::COLUMNS,
            Self::Parcels => &parcels::COLUMNS,
            Self::Streets => &streets::COLUMNS,
            Self::Permits => &permits::COLUMNS,
            Self::Neighborhoods => &hoods::COLUMNS,
        }
    }

    /// Whether its features are points.
    pub fn is_points(self) -> bool {
        matches!(self, Self::Meters | Self::Permits)
    }

    /// The first `count` features of the city with this seed, made as they are taken. The room for parcels and
    /// streets is that of the city (some two million and 366,000); neighbourhoods depend on how many there are.
    pub fn features(self, count: usize, seed: u64) -> Box<dyn Iterator<Item = Feature>> {
        match self {
            Self::Meters => Box::new(points::meters(seed).take(count)),
            Self::Parcels => Box::new(parcels::all(seed).take(count)),
            Self::Streets => Box::new(streets::all(seed).take(count)),
            Self::Permits => Box::new(permits::all(seed).take(count)),
            Self::Neighborhoods => Box::new(hoods::all(count, seed)),
        }
    }
}
