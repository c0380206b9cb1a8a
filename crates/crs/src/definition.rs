//! What a CRS means.

use geohub_core::Crs;

use crate::identify::datum_words;
use crate::parameters::Parameters;
use crate::proj_string::ProjString;
use crate::registry::{self, Entry};
use crate::unit::Unit;
use crate::wkt::{self, Described};
use crate::{CrsError, identify};

/// Whether coordinates are angles or lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Longitude and latitude.
    Geographic,
    /// Easting and northing.
    Projected,
}

/// A coordinate reference system as this crate computes with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Parameters in PROJ.4's words.
    pub proj4: String,
    /// The authority's name, such as `NAD83 / California zone 5 (ftUS)`.
    pub name: String,
    /// Angles or lengths.
    pub kind: Kind,
    /// Unit of both ordinates.
    pub unit: Unit,
    /// West, south, east, north in degrees, where the source says so.
    pub area: Option<[f64; 4]>,
}

/// Looks a CRS up: by its code, else by its definition text.
pub fn definition(crs: &Crs) -> Result<Definition, CrsError> {
    if let (Some(authority), Some(code)) = (crs.authority(), crs.code()) {
        if let Some(entry) = registry::find(authority, code) {
            return of_entry(&entry);
        }
        if crs.wkt().is_none() {
            let nearest = registry::nearest(authority, code);
            return Err(CrsError::Unknown { id: format!("{authority}:{code}"), nearest });
        }
    }
    let text = crs.wkt().ok_or(CrsError::Missing)?;
    let known = identify(text)?;
    match (known.authority(), known.code()) {
        (Some(authority), Some(code)) if registry::find(authority, code).is_some() => {
            definition(&Crs::coded(authority, code))
        }
        _ => of_text(&Described::read(text)?),
    }
}

fn of_entry(entry: &Entry) -> Result<Definition, CrsError> {
    let described = entry.wkt.and_then(|wkt| Described::read(wkt).ok());
    if let Some(described) = &described {
        degrees_only(&entry.id(), described)?;
    }
    let area = described.and_then(|described| described.area);
    build(&entry.id(), entry.name, entry.proj4.to_owned(), area)
}

fn of_text(described: &Described) -> Result<Definition, CrsError> {
    degrees_only(&described.name, described)?;
    let proj4 = match (&described.extension, &described.parameters) {
        (Some(text), _) => text.clone(),
        (None, Some(parameters)) => parameters.to_proj4(&datum_words(described)),
        (None, None) => {
            return Err(CrsError::Unsupported {
                id: described.name.clone(),
                reason: format!(
                    "its projection `{}` or one of its parameters is not known",
                    described.method
                ),
            });
        }
    };
    build(&described.name, &described.name, proj4, described.area)
}

/// PROJ.4 knows degrees only; coordinates in grads would be read as degrees.
fn degrees_only(id: &str, described: &Described) -> Result<(), CrsError> {
    let geographic = described.method.is_empty();
    if geographic && (described.degrees_per_unit - 1.0).abs() > 1e-9 {
        let reason = "its angles are not in degrees".to_owned();
        return Err(CrsError::Unsupported { id: id.to_owned(), reason });
    }
    Ok(())
}

fn build(id: &str, name: &str, proj4: String, area: Option<[f64; 4]>) -> Result<Definition, CrsError> {
    let unsupported = |reason: String| CrsError::Unsupported { id: id.to_owned(), reason };
    let words = ProjString::parse(&proj4);
    let (kind, unit) = match words.get("proj") {
        Some("longlat" | "latlong") => (Kind::Geographic, Unit::degree()),
        None | Some("") => return Err(unsupported("it is not a horizontal system".to_owned())),
        Some("geocent") => return Err(unsupported("it is geocentric, not a map".to_owned())),
        Some(_) => {
            let unit = Unit::of_proj(&words);
            (Kind::Projected, unit.ok_or_else(|| unsupported("its unit is not known".to_owned()))?)
        }
    };
    Ok(Definition { name: name.to_owned(), kind, unit, area, proj4 })
}

/// The definition text to write into a file: the layer's own, else the registry's, else one written here (WKT1).
///
/// `None` where none can be given truthfully.
pub fn wkt_of(crs: &Crs) -> Option<String> {
    if let Some(own) = crs.wkt() {
        return Some(own.to_owned());
    }
    let entry = registry::find(crs.authority()?, crs.code()?)?;
    if let Some(wkt) = entry.wkt {
        return Some(wkt.to_owned());
    }
    let words = ProjString::parse(entry.proj4);
    wkt::write(entry.name, (entry.authority, entry.code), &words.datum_part(), &Parameters::of_proj(&words)?)
}
