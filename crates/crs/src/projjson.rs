//! PROJJSON (PROJ's JSON encoding of ISO 19162), which `GeoParquet` states its CRS in.

use geohub_core::Crs;
use serde_json::{Value, json};

use crate::definition::{definition, wkt_of};
use crate::parameters::{Method, Parameters};
use crate::proj_string::ProjString;
use crate::unit::Unit;
use crate::wkt::Node;

/// The CRS as PROJJSON; `None` where its datum or method is none that can be written truthfully.
pub fn projjson_of(crs: &Crs) -> Option<Value> {
    // The registry's text rather than the layer's own: texts of other programs leave out or rename what is needed.
    let listed =
        crs.authority().zip(crs.code()).and_then(|(authority, code)| wkt_of(&Crs::coded(authority, code)));
    let wkt = Node::parse(&listed.or_else(|| wkt_of(crs))?).ok()?;
    let definition = definition(crs).ok()?;
    let words = ProjString::parse(&definition.proj4);
    let mut parameters = Parameters::of_proj(&words)?;
    if let (Some(first), Some(second)) = (words.number("lat_1"), words.number("lat_2")) {
        // Which parallel is the first makes no difference to coordinates, but one to whoever compares definitions.
        (parameters.lat_1, parameters.lat_2) = (first, second);
    }
    let (geographic, outer) = geographic_parts(&wkt)?;
    let mut json = if parameters.method == Method::Geographic {
        let mut json = geographic;
        json["type"] = json!("GeographicCRS");
        json
    } else {
        json!({
            "type": "ProjectedCRS",
            "name": outer,
            "base_crs": geographic,
            "conversion": conversion(&parameters)?,
            "coordinate_system": cartesian(&parameters),
        })
    };
    json["$schema"] = json!("https://proj.org/schemas/v0.7/projjson.schema.json");
    if let (Some(authority), Some(code)) = (crs.authority(), crs.code()) {
        json["id"] = id(authority, code);
    }
    Some(json)
}

/// The CRS that a PROJJSON object identifies by its `id`; else one known by name only.
pub fn crs_of_projjson(json: &Value) -> Crs {
    let member = |key: &str| json.get("id")?.get(key);
    let authority = member("authority").and_then(Value::as_str);
    let code = member("code").map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned));
    let crs = match (authority, code) {
        (Some(authority), Some(code)) => Crs::coded(authority, &code),
        _ => Crs::unknown(),
    };
    match json.get("name").and_then(Value::as_str) {
        Some(name) => crs.with_name(name),
        None => crs,
    }
}

fn id(authority: &str, code: &str) -> Value {
    match code.parse::<u32>() {
        Ok(number) => json!({ "authority": authority, "code": number }),
        Err(_) => json!({ "authority": authority, "code": code }),
    }
}

/// The geographic system, without its type, and the name of the whole.
fn geographic_parts(wkt: &Node) -> Option<(Value, String)> {
    const GEOGRAPHIC: &[&str] = &["GEOGCS", "GEOGCRS", "BASEGEOGCRS", "GEODCRS", "BASEGEODCRS"];
    let base = if GEOGRAPHIC.contains(&wkt.keyword.as_str()) { wkt } else { wkt.child(GEOGRAPHIC)? };
    let datum = base.child(&["DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"])?;
    let ellipsoid = datum.child(&["SPHEROID", "ELLIPSOID"])?;
    let meridian = base.child(&["PRIMEM", "PRIMEMERIDIAN"]).and_then(|node| node.number(0)).unwrap_or(0.0);
    if meridian != 0.0 {
        return None;
    }
    let words = |name: &str| name.trim_start_matches("D_").replace('_', " ");
    let axis = |name: &str, abbreviation: &str, direction: &str| json!({ "name": name, "abbreviation": abbreviation, "direction": direction, "unit": "degree" });
    let mut json = json!({
        "name": base.name(),
        "datum": {
            "type": "GeodeticReferenceFrame",
            "name": match words(datum.name()).as_str() {
                "WGS 1984" | "WGS 84" => "World Geodetic System 1984".to_owned(),
                name => name.to_owned(),
            },
            "ellipsoid": {
                "name": words(ellipsoid.name()),
                "semi_major_axis": ellipsoid.number(0)?,
                "inverse_flattening": ellipsoid.number(1)?,
            },
        },
        "coordinate_system": {
            "subtype": "ellipsoidal",
            "axis": [axis("Geodetic latitude", "Lat", "north"), axis("Geodetic longitude", "Lon", "east")],
        },
    });
    if let Some(authority) = base.child(&["AUTHORITY", "ID"]) {
        json["id"] = id(authority.name(), &authority.text(1)?);
    }
    Some((json, wkt.name().to_owned()))
}

fn conversion(it: &Parameters) -> Option<Value> {
    let (false_easting, false_northing) = match it.method {
        Method::LambertConformal if it.lat_1 != it.lat_2 => {
            ("Easting at false origin", "Northing at false origin")
        }
        Method::Albers => ("Easting at false origin", "Northing at false origin"),
        _ => ("False easting", "False northing"),
    };
    let (method, numbers): (&str, Vec<(&str, f64, Value)>) = match it.method {
        Method::LambertConformal if it.lat_1 != it.lat_2 => {
            ("Lambert Conic Conformal (2SP)", two_parallels(it))
        }
        Method::LambertConformal => ("Lambert Conic Conformal (1SP)", natural_origin(it)),
        Method::Albers => ("Albers Equal Area", two_parallels(it)),
        Method::TransverseMercator => ("Transverse Mercator", natural_origin(it)),
        Method::Mercator if it.lat_1 == 0.0 => ("Mercator (variant A)", natural_origin(it)),
        Method::WebMercator => {
            ("Popular Visualisation Pseudo Mercator", { natural_origin(it).into_iter().take(2).collect() })
        }
        Method::Mercator | Method::Geographic => return None,
    };
    let metres = |name: &'static str, value: f64| (name, value / it.metres_per_unit, unit(it));
    let all = numbers.into_iter().chain([metres(false_easting, it.x_0_m), metres(false_northing, it.y_0_m)]);
    let parameters: Vec<Value> =
        all.map(|(name, value, unit)| json!({ "name": name, "value": value, "unit": unit })).collect();
    Some(json!({ "name": "unnamed", "method": { "name": method }, "parameters": parameters }))
}

fn two_parallels(it: &Parameters) -> Vec<(&'static str, f64, Value)> {
    vec![
        ("Latitude of false origin", it.lat_0, json!("degree")),
        ("Longitude of false origin", it.lon_0, json!("degree")),
        ("Latitude of 1st standard parallel", it.lat_1, json!("degree")),
        ("Latitude of 2nd standard parallel", it.lat_2, json!("degree")),
    ]
}

fn natural_origin(it: &Parameters) -> Vec<(&'static str, f64, Value)> {
    vec![
        ("Latitude of natural origin", it.lat_0, json!("degree")),
        ("Longitude of natural origin", it.lon_0, json!("degree")),
        ("Scale factor at natural origin", it.k, json!("unity")),
    ]
}

fn unit(it: &Parameters) -> Value {
    if it.metres_per_unit == 1.0 {
        return json!("metre");
    }
    let name = Unit::length(it.metres_per_unit).name;
    json!({ "type": "LinearUnit", "name": name, "conversion_factor": it.metres_per_unit })
}

fn cartesian(it: &Parameters) -> Value {
    let axis = |name: &str, abbreviation: &str, direction: &str| json!({ "name": name, "abbreviation": abbreviation, "direction": direction, "unit": unit(it) });
    json!({
        "subtype": "Cartesian",
        "axis": [axis("Easting", "X", "east"), axis("Northing", "Y", "north")],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identified_system_comes_back() {
        for code in [4326, 4269, 2229, 3310, 26945, 32611, 3857] {
            let crs = Crs::epsg(code);
            let json = projjson_of(&crs).unwrap_or_else(|| panic!("EPSG:{code}"));
            assert_eq!(crs_of_projjson(&json).id(), crs.id());
        }
        let feet = projjson_of(&Crs::epsg(2229)).unwrap_or_default();
        assert_eq!(feet["coordinate_system"]["axis"][0]["unit"]["name"], "US survey foot");
        assert_eq!(feet["conversion"]["method"]["name"], "Lambert Conic Conformal (2SP)");
    }

    #[test]
    fn what_has_no_id_keeps_its_name() {
        let crs = crs_of_projjson(&json!({ "type": "GeographicCRS", "name": "Somewhere" }));
        assert_eq!((crs.id(), crs.name()), (None, Some("Somewhere")));
    }
}
