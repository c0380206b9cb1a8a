//! Which datums can be related to each other without grid files.

use crate::proj_string::ProjString;

/// How a datum is related to WGS 84.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Relation {
    /// Equal within a metre or two, and by convention not shifted: NAD83 and its realisations, ETRS89, spheres.
    Null,
    /// By three or seven parameters.
    Helmert,
    /// By a grid file only.
    Grid(String),
    /// Not known.
    Unknown,
}

impl Relation {
    pub(super) fn of(proj: &ProjString<'_>) -> Self {
        if let Some(grids) = proj.get("nadgrids") {
            return if grids == "@null" { Self::Null } else { Self::Grid(grids.to_owned()) };
        }
        if let Some(shift) = proj.get("towgs84") {
            let zero = shift.split(',').all(|number| number.trim().parse() == Ok(0.0));
            return if zero && modern(proj) { Self::Null } else { Self::Helmert };
        }
        match proj.get("datum") {
            Some("WGS84" | "NAD83") => Self::Null,
            Some("NAD27") => Self::Grid("NAD27".to_owned()),
            Some(_) => Self::Helmert,
            None if modern(proj) || sphere(proj) => Self::Null,
            None => Self::Unknown,
        }
    }
}

fn modern(proj: &ProjString<'_>) -> bool {
    matches!(proj.get("ellps"), Some("GRS80" | "WGS84"))
}

fn sphere(proj: &ProjString<'_>) -> bool {
    proj.get("R").is_some() || proj.get("a").is_some_and(|a| Some(a) == proj.get("b"))
}
