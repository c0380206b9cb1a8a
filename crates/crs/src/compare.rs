//! Questions about one CRS or two.

use geohub_core::Crs;

use crate::definition::{Definition, Kind, definition};
use crate::parameters::{Method, Parameters};
use crate::proj_string::ProjString;
use crate::{CrsError, registry};

/// True where coordinates are longitude and latitude in degrees, on whatever datum.
pub fn is_lonlat(crs: &Crs) -> bool {
    crs.is_crs84() || definition(crs).is_ok_and(|it| it.kind == Kind::Geographic)
}

/// True where coordinates of the two need no transformation by definition: one code under two names (OGC:CRS84 and
/// EPSG:4326, x being longitude here; EPSG:3857 and ESRI:102100), or texts with the same parameters.
///
/// NAD83 and WGS 84 are not the same, although [`crate::Transform`] between them changes nothing; nor are EPSG:2229
/// and ESRI:102645, whose false origins differ by a tenth of a millimetre.
pub fn same(a: &Crs, b: &Crs) -> bool {
    if a == b || (a.is_crs84() && b.is_crs84()) {
        return true;
    }
    if let (Some(a), Some(b)) = (listed(a), listed(b)) {
        return a == b;
    }
    match (definition(a), definition(b)) {
        (Ok(a), Ok(b)) => alike(&a, &b),
        _ => a.wkt().is_some() && a.wkt() == b.wkt(),
    }
}

/// Authority and code with their aliases resolved.
fn listed(crs: &Crs) -> Option<(&'static str, u32)> {
    let entry = registry::find(crs.authority()?, crs.code()?)?;
    Some((entry.authority, entry.code))
}

fn alike(a: &Definition, b: &Definition) -> bool {
    let (a_words, b_words) = (ProjString::parse(&a.proj4), ProjString::parse(&b.proj4));
    let same_numbers = match (Parameters::of_proj(&a_words), Parameters::of_proj(&b_words)) {
        (Some(a), Some(b)) => a.apart_m(&b) == Some(0.0),
        _ => a.proj4 == b.proj4,
    };
    same_numbers && a_words.datum_part() == b_words.datum_part()
}

/// Metres per unit of the coordinates; `None` where they are degrees.
pub fn metres_per_unit(crs: &Crs) -> Result<Option<f64>, CrsError> {
    Ok(definition(crs)?.unit.metres)
}

/// The CRS of an Esri `spatialReference`: `latestWkid` (EPSG's number) where it is known, else `wkid`, else `wkt`.
pub fn esri_spatial_reference(
    wkid: Option<u32>,
    latest_wkid: Option<u32>,
    wkt: Option<&str>,
) -> Result<Crs, CrsError> {
    for code in [latest_wkid, wkid].into_iter().flatten() {
        for authority in ["EPSG", "ESRI"] {
            if let Some(entry) = registry::find(authority, &code.to_string()) {
                return Ok(Crs::coded(entry.authority, &entry.code.to_string()).with_name(entry.name));
            }
        }
    }
    match (wkt, latest_wkid.or(wkid)) {
        (Some(text), _) => crate::identify(text),
        (None, Some(code)) => {
            let nearest = registry::nearest("ESRI", &code.to_string());
            Err(CrsError::Unknown { id: format!("ESRI:{code}"), nearest })
        }
        (None, None) => Err(CrsError::Missing),
    }
}

/// True for the Mercator of a sphere that web maps are drawn in.
pub(crate) fn is_web_mercator(definition: &Definition) -> bool {
    Parameters::of_proj(&ProjString::parse(&definition.proj4))
        .is_some_and(|it| it.apart_m(&Parameters::new(Method::WebMercator)).is_some())
}
