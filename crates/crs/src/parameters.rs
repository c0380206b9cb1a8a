//! The parameters of the projections that a definition without a code can be understood by.

use std::fmt::Write as _;

use crate::proj_string::ProjString;
use crate::unit::Unit;

/// How coordinates come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// Longitude and latitude in degrees.
    Geographic,
    /// Lambert conformal conic, one or two standard parallels.
    LambertConformal,
    /// Transverse Mercator; UTM is one.
    TransverseMercator,
    /// Mercator on the ellipsoid.
    Mercator,
    /// Mercator of a sphere, given latitudes of WGS 84: EPSG:3857.
    WebMercator,
    /// Albers equal area.
    Albers,
}

/// A method and its numbers: degrees, and metres whatever the unit of the coordinates.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameters {
    pub(crate) method: Method,
    pub(crate) lat_0: f64,
    pub(crate) lon_0: f64,
    /// First standard parallel; Mercator's latitude of true scale.
    pub(crate) lat_1: f64,
    pub(crate) lat_2: f64,
    pub(crate) k: f64,
    pub(crate) x_0_m: f64,
    pub(crate) y_0_m: f64,
    pub(crate) metres_per_unit: f64,
}

impl Method {
    /// Beginnings of the PROJ.4 strings that may mean this method: a cheap test before reading one.
    pub(crate) fn proj4_starts(self) -> &'static [&'static str] {
        match self {
            Self::Geographic => &["+proj=longlat"],
            Self::LambertConformal => &["+proj=lcc"],
            Self::TransverseMercator => &["+proj=tmerc", "+proj=utm"],
            Self::Mercator | Self::WebMercator => &["+proj=merc"],
            Self::Albers => &["+proj=aea"],
        }
    }
}

impl Parameters {
    pub(crate) fn new(method: Method) -> Self {
        let zero = 0.0;
        Self {
            method,
            lat_0: zero,
            lon_0: zero,
            lat_1: zero,
            lat_2: zero,
            k: 1.0,
            x_0_m: zero,
            y_0_m: zero,
            metres_per_unit: 1.0,
        }
    }

    /// Reads a PROJ.4 string; `None` for the methods not listed here.
    pub(crate) fn of_proj(proj: &ProjString<'_>) -> Option<Self> {
        let sphere = proj.get("a").is_some_and(|a| Some(a) == proj.get("b"));
        let method = match proj.get("proj")? {
            "longlat" | "latlong" => Method::Geographic,
            "lcc" => Method::LambertConformal,
            "tmerc" | "utm" | "etmerc" => Method::TransverseMercator,
            "webmerc" => Method::WebMercator,
            "merc" if sphere && proj.number("a") == Some(6_378_137.0) => Method::WebMercator,
            "merc" if !sphere => Method::Mercator,
            "aea" => Method::Albers,
            _ => return None,
        };
        let number = |key: &str| proj.number(key).unwrap_or(0.0);
        let mut it = Self::new(method);
        (it.lat_0, it.lon_0, it.x_0_m, it.y_0_m) =
            (number("lat_0"), number("lon_0"), number("x_0"), number("y_0"));
        it.lat_1 = if method == Method::Mercator { number("lat_ts") } else { number("lat_1") };
        it.lat_2 = proj.number("lat_2").unwrap_or(it.lat_1);
        it.k = proj.number("k").or_else(|| proj.number("k_0")).unwrap_or(1.0);
        if let Some(zone) = proj.number("zone") {
            (it.lon_0, it.k, it.x_0_m) = (zone * 6.0 - 183.0, 0.9996, 500_000.0);
            it.y_0_m = if proj.get("south").is_some() { 10_000_000.0 } else { 0.0 };
        }
        it.metres_per_unit = if method == Method::Geographic { 1.0 } else { Unit::of_proj(proj)?.metres? };
        Some(it.settled())
    }

    /// The same parameters in the one form that comparing needs.
    pub(crate) fn settled(mut self) -> Self {
        if matches!(self.method, Method::LambertConformal | Method::Albers) && self.lat_1 < self.lat_2 {
            std::mem::swap(&mut self.lat_1, &mut self.lat_2);
        }
        self
    }

    /// How far two false origins lie apart, in metres, where all else is equal; `None` where it is not.
    pub(crate) fn apart_m(&self, other: &Self) -> Option<f64> {
        let angle = |a: f64, b: f64| (a - b).abs() < 1e-9;
        let alike = self.method == other.method
            && angle(self.lat_0, other.lat_0)
            && angle(self.lon_0, other.lon_0)
            && angle(self.lat_1, other.lat_1)
            && angle(self.lat_2, other.lat_2)
            && (self.k - other.k).abs() < 1e-11
            && (self.metres_per_unit / other.metres_per_unit - 1.0).abs() < 1e-8;
        let apart = (self.x_0_m - other.x_0_m).abs().max((self.y_0_m - other.y_0_m).abs());
        (alike && apart < 1e-3).then_some(apart)
    }

    /// The PROJ.4 string, on the datum given as such words.
    pub(crate) fn to_proj4(&self, datum: &str) -> String {
        let Self { lat_0, lon_0, lat_1, lat_2, k, x_0_m, y_0_m, .. } = self;
        let mut text = match self.method {
            Method::Geographic => return format!("+proj=longlat {datum} +no_defs"),
            Method::WebMercator => return WEB_MERCATOR.to_owned(),
            Method::LambertConformal => {
                format!("+proj=lcc +lat_1={lat_1} +lat_2={lat_2} +lat_0={lat_0} +lon_0={lon_0} +k_0={k}")
            }
            Method::TransverseMercator => format!("+proj=tmerc +lat_0={lat_0} +lon_0={lon_0} +k={k}"),
            Method::Mercator if *lat_1 != 0.0 => format!("+proj=merc +lat_ts={lat_1} +lon_0={lon_0}"),
            Method::Mercator => format!("+proj=merc +lon_0={lon_0} +k={k}"),
            Method::Albers => {
                format!("+proj=aea +lat_1={lat_1} +lat_2={lat_2} +lat_0={lat_0} +lon_0={lon_0}")
            }
        };
        let unit = self.metres_per_unit;
        // Writing to a String cannot fail.
        let _ = write!(text, " +x_0={x_0_m} +y_0={y_0_m} {datum} +to_meter={unit} +no_defs");
        text
    }
}

/// EPSG:3857 in PROJ.4's words.
const WEB_MERCATOR: &str = "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m \
                            +nadgrids=@null +wktext +no_defs";
