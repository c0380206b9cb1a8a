//! What geometry a cell's text seems to hold, without parsing all of it.

use geohub_core::{Dimensions, GeometryKind};
use memchr::{memchr, memmem, memrchr};

use super::number::{coordinate, trim};

/// The first look at a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) form: Form,
    pub(super) kind: GeometryKind,
    pub(super) dimensions: Dimensions,
    /// The first coordinate is no longitude and latitude.
    pub(super) far: bool,
    /// The number in front of extended WKT.
    pub(super) srid: Option<u32>,
}

/// How a text spells a geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `POINT (x y)`
    Wkt,
    /// `{"type": "Point", "coordinates": [x, y]}`
    GeoJson,
    /// `(lat, lon)`, possibly behind an address.
    LatLon,
}

/// Names of RFC 7946 first, then those only WKT has.
const KINDS: [(&str, GeometryKind); 15] = [
    ("Point", GeometryKind::Point),
    ("LineString", GeometryKind::LineString),
    ("Polygon", GeometryKind::Polygon),
    ("MultiPoint", GeometryKind::MultiPoint),
    ("MultiLineString", GeometryKind::MultiLineString),
    ("MultiPolygon", GeometryKind::MultiPolygon),
    ("GeometryCollection", GeometryKind::GeometryCollection),
    ("CircularString", GeometryKind::Other),
    ("CompoundCurve", GeometryKind::Other),
    ("CurvePolygon", GeometryKind::Other),
    ("MultiCurve", GeometryKind::Other),
    ("MultiSurface", GeometryKind::Other),
    ("PolyhedralSurface", GeometryKind::Other),
    ("TIN", GeometryKind::Other),
    ("Triangle", GeometryKind::Other),
];

/// The shape of a text, if it looks like a geometry.
pub(super) fn shape(text: &[u8]) -> Option<Shape> {
    let text = trim_ascii(text);
    match text.first()? {
        b'{' => geojson(text),
        first if first.is_ascii_alphabetic() => wkt(text).or_else(|| lat_lon_shape(text)),
        _ => lat_lon_shape(text),
    }
}

fn trim_ascii(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

/// Latitude and longitude of a text that ends in `(lat, lon)`.
pub(super) fn lat_lon(text: &[u8]) -> Option<(f64, f64)> {
    let inner = trim_ascii(text).strip_suffix(b")")?;
    let inner = &inner[memrchr(b'(', inner)? + 1..];
    let comma = memchr(b',', inner)?;
    let (lat, lon) = (coordinate(&inner[..comma], false)?, coordinate(&inner[comma + 1..], false)?);
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lat, lon))
}

fn lat_lon_shape(text: &[u8]) -> Option<Shape> {
    lat_lon(text)?;
    let (kind, dimensions) = (GeometryKind::Point, Dimensions::XY);
    Some(Shape { form: Form::LatLon, kind, dimensions, far: false, srid: None })
}

fn wkt(text: &[u8]) -> Option<Shape> {
    let (srid, text) = split_srid(text);
    let word_end = text.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(word_end);
    let (name, kind) = KINDS.into_iter().find(|(name, _)| starts_with(word, name))?;
    let mut flags: Vec<u8> = word[name.len()..].to_ascii_uppercase();
    let mut rest = trim(rest);
    if flags.is_empty() {
        let end = rest.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(rest.len());
        if !rest[..end].eq_ignore_ascii_case(b"EMPTY") {
            flags = rest[..end].to_ascii_uppercase();
            rest = trim(&rest[end..]);
        }
    }
    let dimensions = match flags.as_slice() {
        b"" => Dimensions { z: ordinates(rest) > 2, m: ordinates(rest) > 3 },
        b"Z" => Dimensions { z: true, m: false },
        b"M" => Dimensions { z: false, m: true },
        b"ZM" => Dimensions { z: true, m: true },
        _ => return None,
    };
    let far = match rest.first() {
        Some(b'(') => first_pair_is_far(rest),
        _ if rest.eq_ignore_ascii_case(b"EMPTY") => false,
        _ => return None,
    };
    Some(Shape { form: Form::Wkt, kind, dimensions, far, srid })
}

fn starts_with(word: &[u8], name: &str) -> bool {
    word.len() >= name.len()
        && word.len() <= name.len() + 2
        && word[..name.len()].eq_ignore_ascii_case(name.as_bytes())
}

/// The number and the rest of extended WKT, `SRID=4326;POINT (1 2)`.
fn split_srid(text: &[u8]) -> (Option<u32>, &[u8]) {
    if text.len() > 5 && text[..5].eq_ignore_ascii_case(b"SRID=") {
        let Some(end) = memchr(b';', text) else { return (None, text) };
        let number = std::str::from_utf8(&text[5..end]).ok().and_then(|number| number.trim().parse().ok());
        return (number, trim(&text[end + 1..]));
    }
    (None, text)
}

/// The numbers of the first coordinate.
fn first_coordinate(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.'));
    let rest = &text[start.unwrap_or(text.len())..];
    &rest[..rest.iter().position(|byte| matches!(byte, b',' | b')' | b'(')).unwrap_or(rest.len())]
}

fn ordinates(text: &[u8]) -> usize {
    first_coordinate(text).split(u8::is_ascii_whitespace).filter(|part| !part.is_empty()).count()
}

fn first_pair_is_far(text: &[u8]) -> bool {
    let mut parts = first_coordinate(text).split(u8::is_ascii_whitespace).filter(|part| !part.is_empty());
    let mut far = |most: f64| {
        parts.next().and_then(|part| coordinate(part, false)).is_some_and(|value| value.abs() > most)
    };
    far(180.0) || far(90.0)
}

fn geojson(text: &[u8]) -> Option<Shape> {
    if memmem::find(text, b"\"coordinates\"").is_none() && memmem::find(text, b"\"geometries\"").is_none() {
        return None;
    }
    let after = &text[memmem::find(text, b"\"type\"")? + 6..];
    let open = memchr(b'"', after)?;
    let name = &after[open + 1..];
    let name = &name[..memchr(b'"', name)?];
    let (_, kind) = KINDS[..7].iter().find(|(known, _)| known.as_bytes() == name).copied()?;
    let dimensions = Dimensions { z: position_len(text) > 2, m: false };
    Some(Shape { form: Form::GeoJson, kind, dimensions, far: false, srid: None })
}

/// Numbers in the first position of a `GeoJSON` geometry.
fn position_len(text: &[u8]) -> usize {
    let Some(at) = memmem::find(text, b"\"coordinates\"") else { return 0 };
    let is_skipped = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b':' | b'[');
    let rest = &text[at + 13..];
    let rest = &rest[rest.iter().position(|byte| !is_skipped(byte)).unwrap_or(rest.len())..];
    let end = memchr(b']', rest).unwrap_or(rest.len());
    if end == 0 { 0 } else { memchr::memchr_iter(b',', &rest[..end]).count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Option<(Form, GeometryKind, bool, bool)> {
        shape(text.as_bytes()).map(|shape| (shape.form, shape.kind, shape.dimensions.z, shape.far))
    }

    #[test]
    fn the_first_look_tells_form_type_and_range() {
        use GeometryKind::{LineString, Point, Polygon};
        assert_eq!(seen(" Point(-118.2 34) "), Some((Form::Wkt, Point, false, false)));
        assert_eq!(seen("POINT Z (6487985 1837432 3)"), Some((Form::Wkt, Point, true, true)));
        assert_eq!(
            seen("SRID=4326;LINESTRINGZM(1 2 3 4, 5 6 7 8)"),
            Some((Form::Wkt, LineString, true, false))
        );
        assert_eq!(seen("POLYGON EMPTY"), Some((Form::Wkt, Polygon, false, false)));
        assert_eq!(
            seen("{\"type\": \"Point\", \"coordinates\": [1, 2]}"),
            Some((Form::GeoJson, Point, false, false))
        );
        assert_eq!(
            seen("1 MAIN ST\nLOS ANGELES, CA\n(34.05, -118.2)"),
            Some((Form::LatLon, Point, false, false))
        );
        for text in
            ["", "POINT", "POINTS (1 2)", "Polygon road", "(1.5)", "(91, 0)", "(a, b)", "{\"a\": 1}", "-"]
        {
            assert_eq!(seen(text), None, "{text}");
        }
    }
}
