//! Units of coordinates.

use crate::proj_string::ProjString;

/// Metres in a foot of 1893, in which most of the United States' plane coordinates are.
pub const US_SURVEY_FOOT_M: f64 = 1200.0 / 3937.0;
/// Metres in the international foot.
pub const FOOT_M: f64 = 0.3048;

/// What one step along an axis is.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its name: `degree`, `metre`, `US survey foot`, `foot`, ...
    pub name: String,
    /// Metres per unit; none for degrees.
    pub metres: Option<f64>,
}

impl Unit {
    /// The degree.
    pub fn degree() -> Self {
        Self { name: "degree".to_owned(), metres: None }
    }

    /// A length of so many metres, named where it is a usual one.
    pub fn length(metres: f64) -> Self {
        let near = |value: f64| (metres / value - 1.0).abs() < 1e-9;
        let name = match () {
            () if near(1.0) => "metre".to_owned(),
            () if near(US_SURVEY_FOOT_M) => "US survey foot".to_owned(),
            () if near(FOOT_M) => "foot".to_owned(),
            () => format!("{metres} m"),
        };
        Self { name, metres: Some(metres) }
    }

    /// The unit a PROJ.4 string projects to; `None` for a name not known here.
    pub(crate) fn of_proj(proj: &ProjString<'_>) -> Option<Self> {
        if let Some(metres) = proj.number("to_meter") {
            return Some(Self::length(metres));
        }
        Some(Self::length(match proj.get("units").unwrap_or("m") {
            "m" => 1.0,
            "km" => 1000.0,
            "ft" => FOOT_M,
            "us-ft" => US_SURVEY_FOOT_M,
            "yd" => 0.9144,
            "link" => 0.201_168,
            _ => return None,
        }))
    }
}
