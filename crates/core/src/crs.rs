//! The identity of a coordinate reference system; what it means is `geohub-crs`'s business.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Which coordinate reference system a layer's coordinates are in.
///
/// Only its identity: authority and code where known, the definition text it came with, its name. Whatever the
/// authority says of axis order, x is longitude or easting here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crs {
    authority: Option<Arc<str>>,
    code: Option<Arc<str>>,
    wkt: Option<Arc<str>>,
    name: Option<Arc<str>>,
}

impl Crs {
    /// A CRS nothing is known about.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// Longitude and latitude on WGS 84, the default of RFC 7946.
    pub fn crs84() -> Self {
        Self::coded("OGC", "CRS84")
    }

    /// The CRS an authority lists under a code, such as `EPSG` and `2229`.
    pub fn coded(authority: &str, code: &str) -> Self {
        Self {
            authority: Some(authority.to_ascii_uppercase().into()),
            code: Some(code.into()),
            ..Self::default()
        }
    }

    /// The CRS with a number in the EPSG registry.
    pub fn epsg(code: u32) -> Self {
        Self::coded("EPSG", &code.to_string())
    }

    /// A CRS known by its definition text only.
    pub fn from_wkt(wkt: &str) -> Self {
        Self { wkt: Some(wkt.into()), ..Self::default() }
    }

    /// The same CRS with its definition text kept beside the code.
    #[must_use]
    pub fn with_wkt(mut self, wkt: &str) -> Self {
        self.wkt = Some(wkt.into());
        self
    }

    /// The same CRS with a name for people.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = Some(name.into());
        self
    }

    /// `EPSG`, `ESRI`, `OGC`, in capitals.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The code within the authority.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The definition text the layer came with, whichever WKT dialect it is.
    pub fn wkt(&self) -> Option<&str> {
        self.wkt.as_deref()
    }

    /// The name for people.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// `EPSG:2229`, where authority and code are known.
    pub fn id(&self) -> Option<String> {
        Some(format!("{}:{}", self.authority()?, self.code()?))
    }

    /// True when neither code nor definition is known.
    pub fn is_unknown(&self) -> bool {
        self.code.is_none() && self.wkt.is_none()
    }

    /// True for longitude and latitude on WGS 84 under either of its usual names.
    pub fn is_crs84(&self) -> bool {
        matches!((self.authority(), self.code()), (Some("OGC"), Some("CRS84")) | (Some("EPSG"), Some("4326")))
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.id(), self.name(), &self.wkt) {
            (Some(id), ..) => f.write_str(&id),
            (None, Some(name), _) => f.write_str(name),
            (None, None, Some(_)) => f.write_str("a CRS without a code"),
            (None, None, None) => f.write_str("unknown CRS"),
        }
    }
}

/// Why a text names no CRS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no CRS; write an authority and a code, such as EPSG:2229, ESRI:102645 or OGC:CRS84")]
pub struct CrsNameError(pub String);

impl FromStr for Crs {
    type Err = CrsNameError;

    /// Reads `EPSG:2229`, `urn:ogc:def:crs:EPSG::2229`, `urn:ogc:def:crs:OGC:1.3:CRS84` and
    /// `http://www.opengis.net/def/crs/EPSG/0/2229`.
    fn from_str(text: &str) -> Result<Self, CrsNameError> {
        let trimmed = text.trim();
        let lower = trimmed.to_ascii_lowercase();
        let parts: Vec<&str> = if lower.starts_with("urn:") {
            trimmed.split(':').skip(4).collect()
        } else if let Some(at) = lower.find("/def/crs/") {
            trimmed[at + "/def/crs/".len()..].split('/').collect()
        } else {
            trimmed.split(':').collect()
        };
        let (authority, code) = match parts[..] {
            [authority, code] | [authority, _, code] => (authority.trim(), code.trim()),
            _ => return Err(CrsNameError(text.to_owned())),
        };
        let word =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if word(authority) && word(code) && !authority.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self::coded(authority, &code.to_ascii_uppercase()))
        } else {
            Err(CrsNameError(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_names_the_same_crs() {
        for text in [
            "EPSG:2229",
            "epsg:2229",
            "urn:ogc:def:crs:EPSG::2229",
            "http://www.opengis.net/def/crs/EPSG/0/2229",
        ] {
            assert_eq!(text.parse::<Crs>().unwrap(), Crs::epsg(2229), "{text}");
        }
        assert!("urn:ogc:def:crs:OGC:1.3:CRS84".parse::<Crs>().unwrap().is_crs84());
        for bad in ["", "2229", "EPSG:", "EPSG:22 29", ":", "urn:ogc:def:crs", "4:5"] {
            assert!(bad.parse::<Crs>().is_err(), "{bad}");
        }
    }
}
