//! True curves: kept as the curves of SQL/MM in WKB, or refused; never straightened.

mod arc;
mod chain;
mod wkb;

use geohub_core::{Bbox, Dimensions, GeometryBuilder, GeometryKind};
use serde_json::Value;

use super::geometry::{Ordinates, push_paths, push_polygons};
use super::rings::{Ring, polygons};
use crate::position::Position;
use chain::Chain;

/// Adds lines of which some may be curves.
pub(super) fn push_curve_paths(
    paths: &[Vec<Value>],
    ordinates: Ordinates,
    builder: &mut GeometryBuilder,
) -> Result<(), String> {
    let chains = chains(paths, ordinates)?;
    if let Some(straight) = straight(&chains) {
        push_paths(straight.iter().map(Vec::as_slice), ordinates, builder);
        return Ok(());
    }
    let lines: Vec<Vec<u8>> = chains.iter().map(|chain| wkb::chain(chain, false)).collect();
    let bytes = match <[Vec<u8>; 1]>::try_from(lines) {
        Ok([only]) => only,
        Err(several) => wkb::collection(wkb::MULTI_CURVE, &several),
    };
    finish(&chains, &bytes, builder);
    Ok(())
}

/// Adds the polygons of rings of which some may be curves.
pub(super) fn push_curve_rings(
    rings: &[Vec<Value>],
    ordinates: Ordinates,
    builder: &mut GeometryBuilder,
) -> Result<(), String> {
    let chains = chains(rings, ordinates)?;
    if let Some(straight) = straight(&chains) {
        push_polygons(straight.iter().map(Vec::as_slice), ordinates, builder);
        return Ok(());
    }
    // Which ring is a hole of which is told by chords so short that no arc strays from them.
    let chords: Vec<Vec<Position>> = chains.iter().map(Chain::chords).collect();
    let closed = chords.iter().filter_map(|ring| Ring::new(ring));
    let ring_wkb = |ring: &Ring<'_>| {
        let at = chords.iter().position(|chords| std::ptr::eq(chords.as_slice(), ring.vertices()));
        at.map(|at| wkb::chain(&chains[at].closed(), ring.backwards()))
    };
    let polygons: Vec<Vec<u8>> = polygons(closed.collect())
        .iter()
        .map(|polygon| {
            wkb::collection(wkb::CURVE_POLYGON, &polygon.iter().filter_map(ring_wkb).collect::<Vec<_>>())
        })
        .collect();
    let bytes = match <[Vec<u8>; 1]>::try_from(polygons) {
        Ok([only]) => only,
        Err(none) if none.is_empty() => {
            builder.push_null();
            return Ok(());
        }
        Err(several) => wkb::collection(wkb::MULTI_SURFACE, &several),
    };
    finish(&chains, &bytes, builder);
    Ok(())
}

fn chains(parts: &[Vec<Value>], ordinates: Ordinates) -> Result<Vec<Chain>, String> {
    let chains: Vec<Chain> = parts.iter().map(|part| Chain::read(part)).collect::<Result<_, _>>()?;
    let curved = chains.iter().any(|chain| !chain.is_straight());
    // Of the point that an arc goes through neither is known.
    if curved && (ordinates.z || ordinates.m) {
        return Err("its geometry has true curves with z or m, which cannot be kept".to_owned());
    }
    Ok(chains)
}

/// The vertices where there is no curve at all.
fn straight(chains: &[Chain]) -> Option<Vec<Vec<Position>>> {
    chains.iter().all(Chain::is_straight).then(|| chains.iter().map(Chain::chords).collect())
}

fn finish(chains: &[Chain], bytes: &[u8], builder: &mut GeometryBuilder) {
    let mut bbox = Bbox::EMPTY;
    for chain in chains {
        chain.extend(&mut bbox);
    }
    builder.push_wkb(GeometryKind::Other, Dimensions::XY, bbox, bytes);
}

#[cfg(test)]
mod tests {
    use geohub_core::GeometryColumn;
    use geohub_core::wkt::write_wkt;

    use super::*;

    fn read(json: &str, rings: bool, z: bool) -> Result<GeometryColumn, String> {
        let parts: Vec<Vec<Value>> = serde_json::from_str(json).unwrap();
        let mut builder = GeometryBuilder::default();
        let ordinates = Ordinates { z, m: false };
        let push = if rings { push_curve_rings } else { push_curve_paths };
        push(&parts, ordinates, &mut builder).map(|()| builder.finish())
    }

    fn text(json: &str, rings: bool) -> String {
        let mut out = Vec::new();
        write_wkt(&read(json, rings, false).unwrap().row(0), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn arcs_are_circular_strings() {
        let arc = r#"[[[0,0],{"c":[[2,0],[1,1]]}]]"#;
        assert_eq!(text(arc, false), "CIRCULARSTRING (0 0, 1 1, 2 0)");
        let mixed = r#"[[[0,0],[1,0],{"c":[[3,0],[2,1]]},{"c":[[5,0],[4,-1]]},[6,0]]]"#;
        assert_eq!(
            text(mixed, false),
            "COMPOUNDCURVE ((0 0, 1 0), CIRCULARSTRING (1 0, 2 1, 3 0, 4 -1, 5 0), (5 0, 6 0))"
        );
        let two = r#"[[[0,0],{"c":[[2,0],[1,1]]}],[[9,9],[8,8]]]"#;
        assert_eq!(text(two, false), "MULTICURVE (CIRCULARSTRING (0 0, 1 1, 2 0), (9 9, 8 8))");
    }

    #[test]
    fn arcs_about_a_centre_get_a_point_to_go_through() {
        // A quarter, counter-clockwise, and the other three.
        let column = read(r#"[[[1,0],{"a":[[0,1],[0,0],1,0]}]]"#, false, false).unwrap();
        let row = column.row(0);
        let bbox = row.bbox();
        assert!((bbox.max_x - 1.0).abs() < 1e-12 && (bbox.min_x).abs() < 1e-12, "{bbox}");
        let bbox = read(r#"[[[1,0],{"a":[[0,1],[0,0],0,1]}]]"#, false, false).unwrap().row(0).bbox();
        assert!((bbox.min_x + 1.0).abs() < 1e-12 && (bbox.min_y + 1.0).abs() < 1e-12, "{bbox}");
        let circle = text(r#"[[[1,0],{"a":[[1,0],[0,0],0,1,0,1,1]}]]"#, false);
        assert!(circle.starts_with("CIRCULARSTRING (1 0, -1 "), "{circle}");
    }

    #[test]
    fn the_box_holds_the_bulge() {
        let bbox = read(r#"[[[0,0],{"c":[[2,0],[1.8,0.6]]}]]"#, false, false).unwrap().row(0).bbox();
        assert!((bbox.max_y - 1.0).abs() < 1e-9 && (bbox.max_x - 2.0).abs() < 1e-9, "{bbox}");
    }

    #[test]
    fn rings_of_curves_find_their_shells() {
        let lens = r#"[[[0,0],{"c":[[4,0],[2,-2]]},{"c":[[0,0],[2,2]]}],[[1,0],[3,0],[2,1],[1,0]]]"#;
        let expected = "CURVEPOLYGON (CIRCULARSTRING (0 0, 2 -2, 4 0, 2 2, 0 0), (1 0, 2 1, 3 0, 1 0))";
        assert_eq!(text(lens, true), expected);
        let apart = r#"[[[0,0],{"c":[[4,0],[2,2]]},{"c":[[0,0],[2,-2]]}],[[10,0],[10,1],[11,1],[10,0]]]"#;
        let found = text(apart, true);
        assert!(found.starts_with("MULTISURFACE (CURVEPOLYGON (CIRCULARSTRING (0 0, 2 -2, 4 0, 2 2, 0 0)), CURVEPOLYGON ((10 0, 11 1, 10 1, 10 0"), "{found}");
    }

    #[test]
    fn what_wkb_has_no_form_for_is_refused_and_what_is_straight_is_not() {
        for curve in [r#"{"b":[[2,0],[0,1],[2,1]]}"#, r#"{"a":[[0,1],[0,0],1,0,0.5,2,0.5]}"#, r#"{"q":1}"#] {
            let error = read(&format!("[[[1,0],{curve}]]"), false, false).unwrap_err();
            assert!(error.contains("cannot be kept"), "{error}");
        }
        assert!(read(r#"[[[0,0,1],{"c":[[2,0,1],[1,1]]}]]"#, false, true).unwrap_err().contains("z or m"));
        assert!(read(r#"[[{"c":[[2,0],[1,1]]}]]"#, false, false).is_err());
        assert_eq!(read("[[[0,0,1],[1,1,2]]]", false, true).unwrap().row(0).z(), Some(&[1.0, 2.0][..]));
        assert_eq!(text("[[[0,0],[0,1],[1,1],[0,0]]]", true), "POLYGON ((0 0, 1 1, 0 1, 0 0))");
    }
}
