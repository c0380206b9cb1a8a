//! Codes: the EPSG registry of crs-definitions, and the ESRI codes of our own table.
//!
//! Nothing is built at start; a look-up by code is a match, a search by content scans.

use crs_definitions::Def;
use geohub_core::Crs;

use crate::esri_table::ESRI;

/// What the tables say of a code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) authority: &'static str,
    pub(crate) code: u32,
    pub(crate) name: &'static str,
    pub(crate) proj4: &'static str,
    /// None for ESRI codes.
    pub(crate) wkt: Option<&'static str>,
}

impl Entry {
    fn of_epsg(def: Def) -> Self {
        let name = def.wkt.split('"').nth(1).unwrap_or("");
        Self { authority: "EPSG", code: u32::from(def.code), name, proj4: def.proj4, wkt: Some(def.wkt) }
    }

    fn of_esri(&(code, name, proj4): &'static (u32, &'static str, &'static str)) -> Self {
        Self { authority: "ESRI", code, name, proj4, wkt: None }
    }

    pub(crate) fn id(&self) -> String {
        format!("{}:{}", self.authority, self.code)
    }
}

/// Every spelling under which the same coordinates are known, and the EPSG code used here for it.
fn alias(authority: &str, code: &str) -> Option<u16> {
    Some(match (authority, code) {
        ("OGC", "CRS84" | "84") => 4326,
        ("OGC", "CRS83" | "83") => 4269,
        ("OGC", "CRS27" | "27") => 4267,
        ("ESRI" | "EPSG", "102100" | "102113" | "900913" | "3785") | ("OSGEO", "41001") => 3857,
        _ => return None,
    })
}

/// What is listed under a code, its aliases resolved.
pub(crate) fn find(authority: &str, code: &str) -> Option<Entry> {
    if let Some(epsg) = alias(authority, code) {
        return epsg_entry(epsg);
    }
    let number: u32 = code.parse().ok()?;
    match authority {
        "EPSG" => epsg_entry(u16::try_from(number).ok()?),
        // Esri uses EPSG's numbers wherever EPSG has one.
        "ESRI" => esri_entry(number).or_else(|| epsg_entry(u16::try_from(number).ok()?)),
        _ => None,
    }
}

fn epsg_entry(code: u16) -> Option<Entry> {
    crs_definitions::from_code(code).map(Entry::of_epsg)
}

fn esri_entry(code: u32) -> Option<Entry> {
    let at = ESRI.binary_search_by_key(&code, |entry| entry.0).ok()?;
    Some(Entry::of_esri(&ESRI[at]))
}

/// All EPSG entries in order of their codes, found one by one.
pub(crate) fn epsg() -> impl Iterator<Item = Entry> {
    (1024..=u16::MAX).filter_map(epsg_entry)
}

/// All ESRI entries in order of their codes.
pub(crate) fn esri() -> impl Iterator<Item = Entry> {
    ESRI.iter().map(Entry::of_esri)
}

/// Every CRS that can be named by a code here, with its name, EPSG's before ESRI's.
pub fn known() -> impl Iterator<Item = (Crs, &'static str)> {
    epsg().chain(esri()).map(|entry| (Crs::coded(entry.authority, &entry.code.to_string()), entry.name))
}

/// Up to three codes that an unknown one may have been meant for, with their names.
pub(crate) fn nearest(authority: &str, code: &str) -> Vec<String> {
    let elsewhere = ["EPSG", "ESRI", "OGC"]
        .into_iter()
        .filter(|other| *other != authority)
        .filter_map(|other| find(other, code).map(|entry| (other, entry)))
        .map(|(other, entry)| format!("{other}:{code} ({})", entry.name));
    let mut close: Vec<(usize, Entry)> = epsg()
        .chain(esri())
        .filter(|entry| entry.authority == authority)
        .map(|entry| (strsim::damerau_levenshtein(code, &entry.code.to_string()), entry))
        .filter(|(distance, _)| *distance <= 1)
        .collect();
    close.sort_by_key(|(distance, entry)| (*distance, entry.code));
    elsewhere
        .chain(close.into_iter().map(|(_, entry)| format!("{} ({})", entry.id(), entry.name)))
        .take(3)
        .collect()
}
