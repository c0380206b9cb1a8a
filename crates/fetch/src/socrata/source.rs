//! What the geometry of a dataset's rows is made of.

use geohub_core::{Error, GeometryKind, text};

use super::columns::SodaColumn;
use crate::choice::GeometryChoice;
use crate::error::Result;

/// Names of columns with degrees, latitude and longitude.
const PAIRS: [(&str, &str); 5] =
    [("latitude", "longitude"), ("lat", "lon"), ("lat", "lng"), ("lat", "long"), ("y", "x")];

/// What the geometry is; numbers are positions in the list of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// There is none: a table.
    Nothing,
    /// A column of geometries or locations, which then is no attribute.
    Column(usize),
    /// Points of two columns of degrees, which stay attributes.
    Pair { latitude: usize, longitude: usize },
}

impl Source {
    /// The choice asked for; without one the first column of geometries, else the first `location`, else latitude and
    /// longitude. The words tell what was chosen among several.
    pub(super) fn choose(
        columns: &[SodaColumn],
        choice: Option<&GeometryChoice>,
    ) -> Result<(Self, Option<String>)> {
        match choice {
            None => Ok(Self::first(columns)),
            Some(GeometryChoice::Nothing) => Ok((Self::Nothing, None)),
            Some(GeometryChoice::Column(name)) => {
                let at = find(columns, name)?;
                match columns[at].geometry() {
                    Some(_) => Ok((Self::Column(at), None)),
                    None => Err(no_geometry(columns, at)),
                }
            }
            Some(GeometryChoice::Pair { latitude, longitude }) => {
                let [latitude, longitude] = [find(columns, latitude)?, find(columns, longitude)?];
                for at in [latitude, longitude] {
                    if !columns[at].is_number() && columns[at].kind != "text" {
                        return Err(no_degrees(&columns[at]));
                    }
                }
                Ok((Self::Pair { latitude, longitude }, None))
            }
        }
    }

    fn first(columns: &[SodaColumn]) -> (Self, Option<String>) {
        let geometries = |location: bool| {
            let wanted =
                move |column: &&SodaColumn| column.geometry().is_some() && column.is_location() == location;
            columns.iter().filter(wanted)
        };
        if let Some(first) = geometries(false).chain(geometries(true)).next() {
            let others: Vec<&str> = geometries(false)
                .chain(geometries(true))
                .skip(1)
                .map(|column| column.field.as_str())
                .collect();
            let words = (!others.is_empty()).then(|| {
                format!(
                    "the geometry is column {}; --geometry takes another: {}",
                    first.field,
                    others.join(", ")
                )
            });
            let at = columns.iter().position(|column| column == first);
            return (at.map_or(Self::Nothing, Self::Column), words);
        }
        Self::first_pair(columns)
    }

    fn first_pair(columns: &[SodaColumn]) -> (Self, Option<String>) {
        let pairs = pairs(columns);
        let name = |(latitude, longitude): &(usize, usize)| {
            format!("{},{}", columns[*latitude].field, columns[*longitude].field)
        };
        match pairs.as_slice() {
            [] => (Self::Nothing, None),
            [(latitude, longitude)] => {
                let (lat, lon) = (&columns[*latitude].field, &columns[*longitude].field);
                let words = format!("points are made of columns {lat} and {lon}; --geometry none makes none");
                (Self::Pair { latitude: *latitude, longitude: *longitude }, Some(words))
            }
            several => {
                let names: Vec<String> = several.iter().map(name).collect();
                let words =
                    format!("several columns hold degrees; --geometry makes points: {}", names.join(" or "));
                (Self::Nothing, Some(words))
            }
        }
    }

    /// The type of the geometries.
    pub(super) fn kind(self, columns: &[SodaColumn]) -> GeometryKind {
        match self {
            Self::Nothing => GeometryKind::None,
            Self::Column(at) => columns[at].geometry().unwrap_or(GeometryKind::None),
            Self::Pair { .. } => GeometryKind::Point,
        }
    }

    /// The columns it needs.
    pub(super) fn columns(self) -> Vec<usize> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Column(at) => vec![at],
            Self::Pair { latitude, longitude } => vec![latitude, longitude],
        }
    }

    /// Its name in queries and receipts.
    pub(super) fn name(self, columns: &[SodaColumn]) -> String {
        let names: Vec<&str> = self.columns().iter().map(|&at| columns[at].field.as_str()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(",") }
    }
}

/// Pairs of number columns named as degrees: those of bare names, else those with something common before them.
fn pairs(columns: &[SodaColumn]) -> Vec<(usize, usize)> {
    let number = |name: &str| {
        columns.iter().position(|column| column.is_number() && column.field.eq_ignore_ascii_case(name))
    };
    let bare = PAIRS.iter().filter_map(|(lat, lon)| number(lat).zip(number(lon)));
    let bare: Vec<(usize, usize)> = bare
        .filter(|&(lat, lon)| columns[lat].field != "y" || is_degrees(&columns[lat], &columns[lon]))
        .collect();
    if let Some(first) = bare.first() {
        return vec![*first];
    }
    let mut found = Vec::new();
    for (at, column) in columns.iter().enumerate().filter(|(_, column)| column.is_number()) {
        let lower = column.field.to_ascii_lowercase();
        for (lat, lon) in &PAIRS[..4] {
            let before = lower.strip_suffix(lat).filter(|before| before.ends_with('_'));
            if let Some(other) = before.and_then(|before| number(&format!("{before}{lon}"))) {
                found.push((at, other));
            }
        }
    }
    found
}

/// The portal's own summary says that the values are degrees, and not all of them small whole numbers.
fn is_degrees(latitude: &SodaColumn, longitude: &SodaColumn) -> bool {
    let (Some((south, north)), Some((west, east))) = (latitude.range, longitude.range) else { return false };
    let within = south >= -90.0 && north <= 90.0 && west >= -180.0 && east <= 180.0;
    within && [south, north, west, east].iter().any(|value| value.fract() != 0.0)
}

fn find(columns: &[SodaColumn], name: &str) -> Result<usize> {
    let exact = columns.iter().position(|column| column.field == name);
    let folded = || columns.iter().position(|column| column.field.eq_ignore_ascii_case(name));
    exact.or_else(folded).ok_or_else(|| {
        let near = text::nearest(name, columns.iter().map(|column| column.field.as_str()));
        let hint = (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")));
        Error::Request { message: format!("the dataset has no column `{name}`"), hint }.into()
    })
}

fn no_geometry(columns: &[SodaColumn], at: usize) -> crate::error::FetchError {
    let SodaColumn { field, kind, .. } = &columns[at];
    let geometries: Vec<&str> = columns
        .iter()
        .filter(|column| column.geometry().is_some())
        .map(|column| column.field.as_str())
        .collect();
    let hint = if geometries.is_empty() {
        "the dataset has no column of geometries; points come from --geometry LAT,LON".to_owned()
    } else {
        format!("its geometries are in {}", geometries.join(", "))
    };
    Error::Request { message: format!("column `{field}` is of type {kind}, no geometry"), hint: Some(hint) }
        .into()
}

fn no_degrees(column: &SodaColumn) -> crate::error::FetchError {
    let message = format!("column `{}` is of type {}, no number", column.field, column.kind);
    Error::Request { message, hint: Some("--geometry LAT,LON takes two columns of degrees".to_owned()) }
        .into()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn columns(specs: &[(&str, &str)]) -> Vec<SodaColumn> {
        let all: Vec<Value> = specs
            .iter()
            .enumerate()
            .map(|(at, (field, kind))| json!({"fieldName": field, "dataTypeName": kind, "position": at + 1}))
            .collect();
        SodaColumn::all(&json!({ "columns": all }))
    }

    fn chosen(specs: &[(&str, &str)], choice: Option<&str>) -> (String, String) {
        let columns = columns(specs);
        let choice = choice.map(|text| text.parse().unwrap());
        let (source, words) = Source::choose(&columns, choice.as_ref()).unwrap();
        (source.name(&columns), words.unwrap_or_default())
    }

    #[test]
    fn geometries_come_before_locations_and_these_before_degrees() {
        let all =
            [("lat", "number"), ("lon", "number"), ("place", "location"), ("a", "multiline"), ("b", "point")];
        let (name, words) = chosen(&all, None);
        assert_eq!(name, "a");
        assert!(words.contains("b, place"), "{words}");
        assert_eq!(chosen(&all, Some("b")), ("b".to_owned(), String::new()));
        assert_eq!(chosen(&all, Some("none")).0, "none");
        assert_eq!(chosen(&all, Some("LAT,lon")).0, "lat,lon");
        assert_eq!(chosen(&all[..3], None), ("place".to_owned(), String::new()));
        let (name, words) = chosen(&all[..2], None);
        assert_eq!(name, "lat,lon");
        assert!(words.contains("lat and lon"), "{words}");
    }

    #[test]
    fn degrees_are_told_by_name_and_type() {
        assert_eq!(chosen(&[("latitude", "text"), ("longitude", "text")], None).0, "none");
        assert_eq!(
            chosen(&[("latitude", "text"), ("longitude", "text")], Some("latitude,longitude")).0,
            "latitude,longitude"
        );
        assert_eq!(chosen(&[("stop_lat", "number"), ("stop_lon", "number")], None).0, "stop_lat,stop_lon");
        let two = [("a_lat", "number"), ("a_lng", "number"), ("b_lat", "number"), ("b_lng", "number")];
        let (name, words) = chosen(&two, None);
        assert!(name == "none" && words.contains("a_lat,a_lng or b_lat,b_lng"), "{words}");
        assert_eq!(chosen(&[("flat", "number"), ("flon", "number")], None).0, "none");
    }

    #[test]
    fn x_and_y_are_degrees_only_where_the_portal_says_so() {
        let with = |y: Value, x: Value| {
            let column = |name: &str, cached: &Value| json!({"fieldName": name, "dataTypeName": "number", "cachedContents": cached});
            let columns = SodaColumn::all(&json!({"columns": [column("x", &x), column("y", &y)]}));
            Source::choose(&columns, None).unwrap().0.name(&columns)
        };
        let degrees = json!({"smallest": "33.7", "largest": "34.3"});
        assert_eq!(with(degrees.clone(), json!({"smallest": -118.6, "largest": -118.1})), "y,x");
        assert_eq!(with(degrees.clone(), json!({"smallest": "6400000.5", "largest": "6500000"})), "none");
        assert_eq!(with(degrees, json!({})), "none");
        assert_eq!(
            with(json!({"smallest": "0", "largest": "9"}), json!({"smallest": "0", "largest": "9"})),
            "none"
        );
    }

    #[test]
    fn columns_that_are_none_are_refused() {
        let columns = columns(&[("name", "text"), ("shape", "polygon")]);
        let error =
            |choice: &str| Source::choose(&columns, Some(&choice.parse().unwrap())).unwrap_err().to_string();
        assert!(error("name").contains("type text, no geometry"));
        assert!(error("shapes").contains("no column `shapes`"));
        assert!(error("shape,name").contains("no number"));
    }
}
