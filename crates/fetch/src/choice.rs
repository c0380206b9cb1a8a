//! Which column is the geometry, where a dataset leaves it open.

use std::fmt;
use std::str::FromStr;

/// What is to be the geometry of a table's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeometryChoice {
    /// Nothing: the layer becomes a table.
    Nothing,
    /// A column of geometries.
    Column(String),
    /// Points of two columns of degrees.
    Pair {
        /// The column of latitudes.
        latitude: String,
        /// The column of longitudes.
        longitude: String,
    },
}

impl FromStr for GeometryChoice {
    type Err = String;

    /// Reads `none`, `COLUMN` or `LAT,LON`.
    fn from_str(text: &str) -> Result<Self, String> {
        let names: Vec<&str> = text.split(',').map(str::trim).collect();
        match names.as_slice() {
            ["none"] => Ok(Self::Nothing),
            [name] if !name.is_empty() => Ok(Self::Column((*name).to_owned())),
            [latitude, longitude] if !latitude.is_empty() && !longitude.is_empty() => {
                Ok(Self::Pair { latitude: (*latitude).to_owned(), longitude: (*longitude).to_owned() })
            }
            _ => Err("write a column, two columns LATITUDE,LONGITUDE, or none".to_owned()),
        }
    }
}

impl fmt::Display for GeometryChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("none"),
            Self::Column(name) => f.write_str(name),
            Self::Pair { latitude, longitude } => write!(f, "{latitude},{longitude}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_as_it_is_written() {
        for text in ["none", "the_geom", "lat,lon"] {
            assert_eq!(text.parse::<GeometryChoice>().unwrap().to_string(), text);
        }
        assert_eq!(
            " lat , lon ".parse(),
            Ok(GeometryChoice::Pair { latitude: "lat".to_owned(), longitude: "lon".to_owned() })
        );
        for text in ["", ",", "a,", ",b", "a,b,c"] {
            assert!(text.parse::<GeometryChoice>().is_err(), "{text}");
        }
    }
}
