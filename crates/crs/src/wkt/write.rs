//! WKT1 for the definitions that the tables give no text for.

use crate::parameters::{Method, Parameters};
use crate::unit::Unit;

/// Writes a projected system of one of our methods on NAD83, WGS 84 or a GRS 80 datum.
///
/// `None` for datums and methods beside these: a wrong text is worse than none.
pub(crate) fn write(name: &str, id: (&str, u32), datum: &str, it: &Parameters) -> Option<String> {
    let geographic = geographic(datum)?;
    let projection = projection(it)?;
    let unit = Unit::length(it.metres_per_unit);
    let metres = it.metres_per_unit;
    let (easting, northing) = (it.x_0_m / metres, it.y_0_m / metres);
    Some(format!(
        "PROJCS[\"{name}\",{geographic},{projection},PARAMETER[\"false_easting\",{easting}],\
         PARAMETER[\"false_northing\",{northing}],UNIT[\"{}\",{metres}],AXIS[\"Easting\",EAST],\
         AXIS[\"Northing\",NORTH],AUTHORITY[\"{}\",\"{}\"]]",
        unit.name, id.0, id.1
    ))
}

fn projection(it: &Parameters) -> Option<String> {
    let (name, numbers): (&str, Vec<(&str, f64)>) = match it.method {
        Method::LambertConformal if it.lat_1 == it.lat_2 => (
            "Lambert_Conformal_Conic_1SP",
            vec![("latitude_of_origin", it.lat_0), ("central_meridian", it.lon_0), ("scale_factor", it.k)],
        ),
        Method::LambertConformal => (
            "Lambert_Conformal_Conic_2SP",
            vec![
                ("standard_parallel_1", it.lat_1),
                ("standard_parallel_2", it.lat_2),
                ("latitude_of_origin", it.lat_0),
                ("central_meridian", it.lon_0),
            ],
        ),
        Method::TransverseMercator => (
            "Transverse_Mercator",
            vec![("latitude_of_origin", it.lat_0), ("central_meridian", it.lon_0), ("scale_factor", it.k)],
        ),
        Method::Albers => (
            "Albers_Conic_Equal_Area",
            vec![
                ("standard_parallel_1", it.lat_1),
                ("standard_parallel_2", it.lat_2),
                ("latitude_of_center", it.lat_0),
                ("longitude_of_center", it.lon_0),
            ],
        ),
        Method::Mercator | Method::WebMercator | Method::Geographic => return None,
    };
    let clauses: Vec<String> =
        numbers.into_iter().map(|(key, value)| format!("PARAMETER[\"{key}\",{value}]")).collect();
    Some(format!("PROJECTION[\"{name}\"],{}", clauses.join(",")))
}

/// The geographic system, from the EPSG entry of the datum.
fn geographic(datum: &str) -> Option<&'static str> {
    let code = match datum {
        "+datum=NAD83" => 4269,
        "+datum=WGS84" => 4326,
        _ => return None,
    };
    Some(crs_definitions::from_code(code)?.wkt)
}
