//! Datum names: OGC's, Esri's and WKT2's spellings of one datum compare equal.

/// A datum's name with everything removed that differs between dialects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DatumKey(String);

/// Spellings that normalising alone does not bring together: (normalised, key).
const SPELLINGS: &[(&str, &str)] = &[
    ("wgs1984", "wgs84"),
    ("worldgeodeticsystem1984", "wgs84"),
    ("northamerican1983", "nad83"),
    ("nad1983", "nad83"),
    ("northamerican1927", "nad27"),
    ("nad1927", "nad27"),
    ("northamerican1983harn", "nad83highaccuracyreferencenetwork"),
    ("nad83highaccuracyregionalnetwork", "nad83highaccuracyreferencenetwork"),
    ("nad83harn", "nad83highaccuracyreferencenetwork"),
    ("nad19832011", "nad83nationalspatialreferencesystem2011"),
    ("nad1983nsrs2007", "nad83nationalspatialreferencesystem2007"),
    ("nad1983cors96", "nad83continuouslyoperatingreferencestation1996"),
    ("northamerican1983csrs", "nad83canadianspatialreferencesystem"),
    ("etrs1989", "europeanterrestrialreferencesystem1989"),
    ("etrs89", "europeanterrestrialreferencesystem1989"),
    ("european1950", "europeandatum1950"),
    ("ordnancesurveyofgreatbritain1936", "osgb1936"),
    ("gda1994", "geocentricofaustralia1994"),
    ("gda2020", "geocentricofaustralia2020"),
    ("nzgd2000", "newzealandgeodetic2000"),
    ("newzealand1949", "newzealandgeodetic1949"),
    ("jgd2000", "japanesegeodetic2000"),
    ("jgd2011", "japanesegeodetic2011"),
];

impl DatumKey {
    pub(crate) fn of(name: &str) -> Self {
        let name = name.strip_prefix("D_").unwrap_or(name);
        let mut key: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        for dropped in ["ensemble", "datum"] {
            key = key.replace(dropped, "");
        }
        match SPELLINGS.iter().find(|(spelling, _)| *spelling == key) {
            Some((_, usual)) => Self(usual.replace("datum", "")),
            None => Self(key),
        }
    }

    /// PROJ.4 words for the datums that have a name there.
    pub(crate) fn proj4(&self) -> Option<&'static str> {
        Some(match self.0.as_str() {
            "wgs84" => "+datum=WGS84",
            "nad83" => "+datum=NAD83",
            "nad27" => "+datum=NAD27",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_agree() {
        for (a, b) in [
            ("WGS_1984", "D_WGS_1984"),
            ("WGS84", "World Geodetic System 1984 ensemble"),
            ("North_American_Datum_1983", "D_North_American_1983"),
            ("NAD83_High_Accuracy_Reference_Network", "D_North_American_1983_HARN"),
            ("European_Datum_1950", "D_European_1950"),
            ("OSGB_1936", "D_OSGB_1936"),
        ] {
            assert_eq!(DatumKey::of(a), DatumKey::of(b), "{a} and {b}");
        }
        assert_ne!(DatumKey::of("WGS_1984"), DatumKey::of("WGS_1972"));
        assert_ne!(DatumKey::of("D_North_American_1983"), DatumKey::of("D_North_American_1983_HARN"));
    }
}
