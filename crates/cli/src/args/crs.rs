//! Coordinate reference systems on the command line.

use std::path::Path;

use clap::Args;
use geohub_core::Crs;
use geohub_crs::{definition, identify};
use geohub_ops::BboxCrs;

/// Which CRS comes in, and which goes out.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Coordinate reference systems")]
pub struct CrsArgs {
    /// Bring the geometries to this CRS: EPSG:2229, 2229, ESRI:102645, OGC:CRS84, WKT or a .prj file
    #[arg(long, value_name = "CRS", value_parser = crs)]
    pub to_crs: Option<Crs>,

    /// Take the input's coordinates to be in this CRS, whatever it says itself
    #[arg(long, value_name = "CRS", value_parser = crs)]
    pub from_crs: Option<Crs>,
}

/// Reads a CRS as people type it: a code with or without its authority, a WKT text, the name of a file with one.
pub fn crs(text: &str) -> Result<Crs, String> {
    let text = text.trim();
    let found = if text.contains('[') {
        identify(text).map_err(|error| error.to_string())?
    } else if let Some(written) = of_file(text) {
        identify(&written?).map_err(|error| error.to_string())?
    } else {
        of_code(text)?
    };
    let means = definition(&found).map_err(|error| error.to_string())?;
    Ok(if found.name().is_some() { found } else { found.with_name(&means.name) })
}

/// The content of a file that exists or has the name of one.
fn of_file(text: &str) -> Option<Result<String, String>> {
    let path = Path::new(text);
    let named =
        path.extension().is_some_and(|it| it.eq_ignore_ascii_case("prj") || it.eq_ignore_ascii_case("wkt"));
    (named || path.is_file())
        .then(|| std::fs::read_to_string(path).map_err(|error| format!("cannot read {text}: {error}")))
}

fn of_code(text: &str) -> Result<Crs, String> {
    if text.starts_with('+') {
        return Err("PROJ strings are not read; give a code such as EPSG:2229, or WKT".to_owned());
    }
    if ["CRS84", "WGS84"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return Ok(Crs::crs84());
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let epsg = Crs::coded("EPSG", text);
        let esri = Crs::coded("ESRI", text);
        return Ok(if definition(&epsg).is_err() && definition(&esri).is_ok() { esri } else { epsg });
    }
    text.parse::<Crs>().map_err(|error| error.to_string())
}

/// Reads the CRS of a rectangle: `layer`, or a CRS.
pub fn bbox_crs(text: &str) -> Result<BboxCrs, String> {
    if text.eq_ignore_ascii_case("layer") { Ok(BboxCrs::Layer) } else { crs(text).map(BboxCrs::Crs) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let id = |text: &str| crs(text).map(|crs| crs.id().unwrap_or_default());
        for (text, meant) in [
            ("2229", "EPSG:2229"),
            (" epsg:2229 ", "EPSG:2229"),
            ("102645", "ESRI:102645"),
            ("esri:102645", "ESRI:102645"),
            ("OGC:CRS84", "OGC:CRS84"),
            ("crs84", "OGC:CRS84"),
            ("urn:ogc:def:crs:EPSG::3310", "EPSG:3310"),
        ] {
            assert_eq!(id(text).as_deref(), Ok(meant), "{text}");
        }
        for (text, word) in [
            ("222999", "unknown"),
            ("EPSG:2228900", "EPSG:2228900"),
            ("FOO:1", "FOO:1"),
            ("+proj=utm +zone=11", "PROJ strings"),
            ("", "CRS"),
            ("nowhere.prj", "cannot read nowhere.prj"),
            ("PROJCS[", "WKT"),
        ] {
            let refusal = crs(text).unwrap_err();
            assert!(refusal.contains(word), "{text}: {refusal}");
        }
        let wkt = geohub_crs::wkt_of(&Crs::epsg(2229)).unwrap();
        assert_eq!(id(&wkt).as_deref(), Ok("EPSG:2229"));
        assert_eq!(bbox_crs("Layer"), Ok(BboxCrs::Layer));
    }
}
