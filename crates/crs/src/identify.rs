//! From a definition text to a code.

use geohub_core::Crs;

use crate::CrsError;
use crate::parameters::{Method, Parameters};
use crate::proj_string::ProjString;
use crate::registry::{self, Entry};
use crate::wkt::{DatumKey, Described};

/// Reads a WKT text (WKT1 of OGC or Esri, WKT2; the content of a `.prj` file) and names the CRS it means.
///
/// In this order: the authority's code in the text; the code whose name and parameters are the text's; the code whose
/// parameters alone are. False origins within a millimetre count as equal, for Esri's and EPSG's texts of one system
/// differ in rounding; the closest wins, then EPSG before ESRI, then the lowest code. A text that no code matches
/// gives a CRS known by its text only, which transforms all the same if its projection is one of ours.
/// The text itself is kept in the CRS.
pub fn identify(text: &str) -> Result<Crs, CrsError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
    let described = Described::read(text)?;
    Ok(match entry_of(&described) {
        Some(entry) if entry.id() == "EPSG:4326" && described.longitude_first => {
            Crs::crs84().with_name(&described.name).with_wkt(text)
        }
        Some(entry) => {
            Crs::coded(entry.authority, &entry.code.to_string()).with_name(entry.name).with_wkt(text)
        }
        None => Crs::from_wkt(text).with_name(&described.name),
    })
}

fn entry_of(described: &Described) -> Option<Entry> {
    if let Some((authority, code)) = &described.id
        && let Some(entry) = registry::find(authority, code)
    {
        return Some(entry);
    }
    let described_parameters = parameters_of(described)?;
    if described_parameters.method == Method::WebMercator {
        return registry::find("EPSG", "3857");
    }
    best(described, &described_parameters, registry::epsg())
        .or_else(|| best(described, &described_parameters, registry::esri()))
}

/// The parameters to compare; none where the angles are not degrees or the meridian is not Greenwich's.
fn parameters_of(described: &Described) -> Option<Parameters> {
    if let Some(text) = &described.extension {
        return Parameters::of_proj(&ProjString::parse(text));
    }
    let usual = described.meridian == 0.0 && (described.degrees_per_unit - 1.0).abs() < 1e-9;
    described.parameters.clone().filter(|_| usual)
}

fn best(
    described: &Described,
    parameters: &Parameters,
    entries: impl Iterator<Item = Entry>,
) -> Option<Entry> {
    let starts = parameters.method.proj4_starts();
    entries
        .filter(|entry| starts.iter().any(|start| entry.proj4.starts_with(start)))
        .filter(|entry| !entry.wkt.is_some_and(has_height))
        .filter_map(|entry| {
            let apart = Parameters::of_proj(&ProjString::parse(entry.proj4))?.apart_m(parameters)?;
            let same_name = entry.name == described.name;
            let deprecated = entry.name.contains("(deprecated)");
            let same_datum = datum_of(&entry)? == described.datum;
            same_datum.then_some(((!same_name, deprecated, apart), entry))
        })
        .min_by(|(a, _), (b, _)| a.0.cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2)))
        .map(|(_, entry)| entry)
}

/// True for compound systems and those of three dimensions, which a text of two does not mean.
fn has_height(wkt: &str) -> bool {
    wkt.starts_with("COMP") || wkt.contains("CS[ellipsoidal,3]")
}

/// The datum an entry is on: by its text, or for ESRI's by its parameters.
fn datum_of(entry: &Entry) -> Option<DatumKey> {
    let Some(wkt) = entry.wkt else { return esri_datum(entry) };
    let tail = ["DATUM[\"", "ENSEMBLE[\""].into_iter().find_map(|word| wkt.split_once(word))?.1;
    Some(DatumKey::of(tail.split('"').next()?))
}

fn esri_datum(entry: &Entry) -> Option<DatumKey> {
    let words = entry.proj4;
    let name = if words.contains("+datum=NAD83") {
        "D_North_American_1983"
    } else if words.contains("+datum=WGS84") {
        "D_WGS_1984"
    } else if entry.name.contains("HARN") {
        "D_North_American_1983_HARN"
    } else if entry.name.contains("2011") {
        "D_NAD_1983_2011"
    } else if entry.name.contains("NSRS2007") {
        "D_NAD_1983_NSRS2007"
    } else {
        return None;
    };
    Some(DatumKey::of(name))
}

/// The datum in PROJ.4's words: by its name, its own shift, the shift of a listed system on it, or its ellipsoid alone.
pub(crate) fn datum_words(described: &Described) -> String {
    let meridian =
        if described.meridian == 0.0 { String::new() } else { format!(" +pm={}", described.meridian) };
    if let Some(words) = described.datum.proj4() {
        return format!("{words}{meridian}");
    }
    let ellipsoid = &described.ellipsoid;
    if let Some(shift) = &described.shift {
        return format!("{ellipsoid} {shift}{meridian}");
    }
    let listed = registry::epsg()
        .filter(|entry| entry.proj4.starts_with("+proj=longlat"))
        .find(|entry| datum_of(entry).as_ref() == Some(&described.datum))
        .map(|entry| ProjString::parse(entry.proj4).datum_part());
    listed.unwrap_or_else(|| format!("{ellipsoid}{meridian}"))
}
