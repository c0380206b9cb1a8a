//! Projection clauses of the dialects, read into one set of parameters.

use super::Node;
use crate::parameters::{Method, Parameters};

/// Degrees per radian, in which WKT gives angular units.
const DEGREES_PER_RADIAN: f64 = 180.0 / std::f64::consts::PI;

/// A name without case, blanks and underscores.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The method of a projected system: WKT1's `PROJECTION`, WKT2's `CONVERSION[.., METHOD[..]]`.
pub(super) fn method_name(projected: &Node) -> Option<&str> {
    let method = projected.child(&["PROJECTION"]).or_else(|| {
        projected.child(&["CONVERSION", "DERIVINGCONVERSION"])?.child(&["METHOD", "PROJECTION"])
    })?;
    Some(method.name())
}

fn method(name: &str) -> Option<Method> {
    Some(match plain(name).as_str() {
        "lambertconformalconic"
        | "lambertconformalconic1sp"
        | "lambertconformalconic2sp"
        | "lambertconicconformal1sp"
        | "lambertconicconformal2sp" => Method::LambertConformal,
        "transversemercator" | "gausskruger" => Method::TransverseMercator,
        "mercator" | "mercator1sp" | "mercator2sp" | "mercatorvarianta" | "mercatorvariantb" => {
            Method::Mercator
        }
        "mercatorauxiliarysphere" | "popularvisualisationpseudomercator" => Method::WebMercator,
        "albers" | "albersconicequalarea" | "albersequalarea" => Method::Albers,
        _ => return None,
    })
}

/// Reads a projected system; `None` where its method is not one of ours or a number is missing its meaning.
pub(super) fn parameters(projected: &Node, degree_factor: f64) -> Option<Parameters> {
    let mut it = Parameters::new(method(method_name(projected)?)?);
    it.metres_per_unit = linear_unit(projected)?;
    let clauses = projected.child(&["CONVERSION", "DERIVINGCONVERSION"]).unwrap_or(projected);
    let mut second_parallel = None;
    for clause in clauses.nodes().filter(|node| node.keyword == "PARAMETER") {
        let value = clause.number(0)?;
        let degrees = || degrees(value, angle_factor(clause).unwrap_or(degree_factor));
        let metres = || value * length_factor(clause).unwrap_or(it.metres_per_unit);
        match plain(clause.name()).as_str() {
            "latitudeoforigin" | "latitudeofcenter" | "latitudeoffalseorigin" | "latitudeofnaturalorigin" => {
                it.lat_0 = degrees();
            }
            "centralmeridian"
            | "longitudeofcenter"
            | "longitudeoforigin"
            | "longitudeoffalseorigin"
            | "longitudeofnaturalorigin" => it.lon_0 = degrees(),
            "standardparallel1" | "latitudeof1ststandardparallel" => it.lat_1 = degrees(),
            "standardparallel2" | "latitudeof2ndstandardparallel" => second_parallel = Some(degrees()),
            "scalefactor" | "scalefactoratnaturalorigin" => it.k = value,
            "falseeasting" | "eastingatfalseorigin" => it.x_0_m = metres(),
            "falsenorthing" | "northingatfalseorigin" => it.y_0_m = metres(),
            "auxiliaryspheretype" if value == 0.0 => {}
            _ => return None,
        }
    }
    finish(it, second_parallel)
}

/// Fills in what one standard parallel implies.
fn finish(mut it: Parameters, second_parallel: Option<f64>) -> Option<Parameters> {
    if it.method == Method::LambertConformal && second_parallel.is_none() && it.lat_1 == 0.0 {
        it.lat_1 = it.lat_0;
    }
    it.lat_2 = second_parallel.unwrap_or(it.lat_1);
    if it.method == Method::WebMercator {
        let plain = Parameters::new(Method::WebMercator);
        return (it == plain).then_some(plain);
    }
    Some(it.settled())
}

fn degrees(value: f64, factor: f64) -> f64 {
    // Degrees as written, not through radians and back.
    if (factor - 1.0).abs() < 1e-9 { value } else { value * factor }
}

/// Degrees per unit of an angle clause's own `ANGLEUNIT`.
fn angle_factor(clause: &Node) -> Option<f64> {
    Some(clause.child(&["ANGLEUNIT"])?.number(0)? * DEGREES_PER_RADIAN)
}

fn length_factor(clause: &Node) -> Option<f64> {
    clause.child(&["LENGTHUNIT"])?.number(0)
}

/// Metres per unit: WKT1's `UNIT`; in WKT2 the `LENGTHUNIT` of the system or of its axes.
fn linear_unit(projected: &Node) -> Option<f64> {
    let direct = projected.child(&["UNIT", "LENGTHUNIT"]);
    let of_axis = || projected.child(&["AXIS"])?.child(&["UNIT", "LENGTHUNIT"]);
    let metres = direct.or_else(of_axis)?.number(0)?;
    (metres > 0.0).then_some(metres)
}

/// Degrees per angular unit of a geographic system.
pub(super) fn angular_unit(geographic: &Node) -> f64 {
    let direct = geographic.child(&["UNIT", "ANGLEUNIT"]);
    let of_axis = || geographic.child(&["AXIS"])?.child(&["UNIT", "ANGLEUNIT"]);
    let of_meridian = || geographic.child(&["PRIMEM"])?.child(&["UNIT", "ANGLEUNIT"]);
    let radians = direct.or_else(of_axis).or_else(of_meridian).and_then(|unit| unit.number(0));
    radians.map_or(1.0, |radians| radians * DEGREES_PER_RADIAN)
}
