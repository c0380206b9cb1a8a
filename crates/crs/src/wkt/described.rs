//! What a definition text says.

use super::projection::{angular_unit, method_name, parameters};
use super::{DatumKey, Node};
use crate::CrsError;
use crate::parameters::{Method, Parameters};

/// A definition text, understood as far as this crate goes.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) name: String,
    /// Authority and code of the whole definition.
    pub(crate) id: Option<(String, String)>,
    /// None where the projection is not one of ours.
    pub(crate) parameters: Option<Parameters>,
    /// The projection's name in the text; empty for geographic systems.
    pub(crate) method: String,
    pub(crate) datum: DatumKey,
    /// The ellipsoid in PROJ.4's words.
    pub(crate) ellipsoid: String,
    /// `+towgs84=..` where the text has one.
    pub(crate) shift: Option<String>,
    /// Prime meridian east of Greenwich in degrees.
    pub(crate) meridian: f64,
    /// Degrees per angular unit.
    pub(crate) degrees_per_unit: f64,
    /// PROJ.4 parameters that GDAL left in the text; they win over the rest.
    pub(crate) extension: Option<String>,
    /// An `AXIS` clause says that longitude comes first.
    pub(crate) longitude_first: bool,
    /// West, south, east, north of the area of use.
    pub(crate) area: Option<[f64; 4]>,
}

const PROJECTED: &[&str] = &["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const GEOGRAPHIC: &[&str] =
    &["GEOGCS", "GEOGCRS", "GEODCRS", "GEOGRAPHICCRS", "GEODETICCRS", "BASEGEOGCRS", "BASEGEODCRS"];

impl Described {
    pub(crate) fn read(text: &str) -> Result<Self, CrsError> {
        let root = Node::parse(text)?;
        let whole = horizontal(&root, 0).ok_or_else(|| CrsError::Unsupported {
            id: shown(root.name()),
            reason: format!("{} is neither a geographic nor a projected system", shown(&root.keyword)),
        })?;
        let projected = PROJECTED.contains(&whole.keyword.as_str());
        let geographic = if projected { whole.child(GEOGRAPHIC) } else { Some(whole) };
        let geographic = geographic.ok_or_else(|| missing(whole, "its geographic system"))?;
        let datum = geographic
            .child(&["DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"])
            .ok_or_else(|| missing(whole, "its datum"))?;
        let degrees_per_unit = angular_unit(geographic);
        Ok(Self {
            name: whole.name().to_owned(),
            id: id(whole),
            parameters: if projected {
                parameters(whole, degrees_per_unit)
            } else {
                Some(Parameters::new(Method::Geographic))
            },
            method: method_name(whole).unwrap_or_default().to_owned(),
            datum: DatumKey::of(datum.name()),
            ellipsoid: ellipsoid(datum).ok_or_else(|| missing(whole, "its ellipsoid"))?,
            shift: shift(datum),
            meridian: geographic.child(&["PRIMEM"]).and_then(|node| node.number(0)).unwrap_or(0.0),
            degrees_per_unit,
            extension: extension(whole),
            longitude_first: longitude_first(whole),
            area: area(whole),
        })
    }
}

/// A name out of the text, short enough for a message.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}

fn missing(node: &Node, what: &str) -> CrsError {
    CrsError::Unsupported { id: shown(node.name()), reason: format!("its definition lacks {what}") }
}

/// The horizontal part of a compound or bound system.
fn horizontal(node: &Node, depth: usize) -> Option<&Node> {
    match node.keyword.as_str() {
        word if PROJECTED.contains(&word) || GEOGRAPHIC.contains(&word) => Some(node),
        "COMPD_CS" | "COMPOUNDCRS" | "BOUNDCRS" | "SOURCECRS" if depth < 4 => {
            node.nodes().find_map(|child| horizontal(child, depth + 1))
        }
        _ => None,
    }
}

fn id(node: &Node) -> Option<(String, String)> {
    let clause = node.child(&["AUTHORITY", "ID"])?;
    Some((clause.text(0)?.to_ascii_uppercase(), clause.text(1)?))
}

fn ellipsoid(datum: &Node) -> Option<String> {
    let clause = datum.child(&["SPHEROID", "ELLIPSOID"])?;
    let unit = clause.child(&["LENGTHUNIT", "UNIT"]).and_then(|unit| unit.number(0)).unwrap_or(1.0);
    let (a, flattening) = (clause.number(0)? * unit, clause.number(1)?);
    if !(a > 0.0 && (flattening == 0.0 || flattening > 1.0)) {
        return None;
    }
    let near = |value: f64| (flattening - value).abs() < 1e-8 && a == 6_378_137.0;
    Some(match () {
        () if near(298.257_222_101) => "+ellps=GRS80".to_owned(),
        () if near(298.257_223_563) => "+ellps=WGS84".to_owned(),
        () if flattening == 0.0 => format!("+a={a} +b={a}"),
        () => format!("+a={a} +rf={flattening}"),
    })
}

fn shift(datum: &Node) -> Option<String> {
    let clause = datum.child(&["TOWGS84"])?;
    let numbers: Vec<String> =
        (0..7).map_while(|index| clause.number(index)).map(|n| n.to_string()).collect();
    matches!(numbers.len(), 3 | 7).then(|| format!("+towgs84={}", numbers.join(",")))
}

fn extension(node: &Node) -> Option<String> {
    let clause = node.nodes().find(|child| child.keyword == "EXTENSION" && child.name() == "PROJ4")?;
    clause.text(1)
}

fn longitude_first(node: &Node) -> bool {
    node.child(&["AXIS"]).is_some_and(|axis| axis.text(1).is_some_and(|way| way.eq_ignore_ascii_case("east")))
}

fn area(node: &Node) -> Option<[f64; 4]> {
    let clause = node.child(&["BBOX"]).or_else(|| node.child(&["USAGE"])?.child(&["BBOX"]))?;
    let [south, west, north, east] = [0, 1, 2, 3].map(|index| clause.number(index));
    Some([west?, south?, east?, north?])
}
