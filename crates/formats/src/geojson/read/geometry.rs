//! Geometry objects.

use geohub_core::{Bbox, Dimensions, GeometryBuilder, GeometryKind};

use super::coordinates::coordinates;
use super::wkb;
use crate::geojson::json::{Cursor, Flaw, Parsed, Span, unescape};

/// Deepest nesting of collections in collections.
const MAX_COLLECTIONS: usize = 32;

const ESRI: &str = "this may be Esri JSON; ask the server for f=geojson";

/// A geometry read into the builder's open row, or beside it.
pub(super) enum Shape {
    Null,
    /// The coordinates are in the open row.
    Flat(GeometryKind),
    /// A collection as ISO WKB.
    Collection {
        bbox: Bbox,
        dimensions: Dimensions,
        wkb: Vec<u8>,
    },
}

/// The kind a `type` names.
pub(super) fn kind_of(name: &str) -> Option<GeometryKind> {
    let kinds = &GeometryKind::ROW_KINDS[..7];
    kinds.iter().copied().find(|kind| kind.name() == name)
}

/// Reads the geometry, or null, at the cursor.
pub(super) fn geometry(cursor: &mut Cursor<'_>, builder: &mut GeometryBuilder) -> Parsed<Shape> {
    nested(cursor, builder, 0)
}

fn nested(cursor: &mut Cursor<'_>, builder: &mut GeometryBuilder, depth: usize) -> Parsed<Shape> {
    match cursor.peek() {
        b'n' => {
            cursor.word("null")?;
            return Ok(Shape::Null);
        }
        b'{' => {}
        _ => return Err(cursor.unexpected("a geometry object or null")),
    }
    let begin = cursor.at();
    let found = members(cursor, builder)?;
    let Some(kind) = found.kind else {
        return Err(Flaw::hinted(begin, "a geometry has no `type`", ESRI));
    };
    let after = cursor.at();
    let shape = if kind == GeometryKind::GeometryCollection {
        cursor.seek(found.geometries.ok_or_else(|| missing(begin, kind, "geometries"))?);
        collection(cursor, depth)?
    } else {
        let at = found.coordinates.ok_or_else(|| missing(begin, kind, "coordinates"))?;
        if !found.done {
            cursor.seek(at);
            coordinates(cursor, kind, builder)?;
        }
        Shape::Flat(kind)
    };
    cursor.seek(after);
    Ok(shape)
}

fn missing(at: usize, kind: GeometryKind, member: &str) -> Flaw {
    Flaw::rule(at, format!("a {kind} has no `{member}`"))
}

#[derive(Default)]
struct Found {
    kind: Option<GeometryKind>,
    /// Where the coordinates are.
    coordinates: Option<usize>,
    /// The coordinates are in the builder.
    done: bool,
    /// Where the members of a collection are.
    geometries: Option<usize>,
}

/// Reads the members of a geometry: coordinates at once where the type is known, else it keeps their place.
fn members(cursor: &mut Cursor<'_>, builder: &mut GeometryBuilder) -> Parsed<Found> {
    cursor.expect(b'{')?;
    let (mut found, mut first) = (Found::default(), true);
    while let Some(key) = cursor.member(&mut first)? {
        cursor.peek();
        let at = cursor.at();
        let again = match cursor.slice(key) {
            "type" => found.kind.replace(kind(cursor)?).is_some(),
            "coordinates" => {
                let again = found.coordinates.replace(at).is_some();
                match found.kind {
                    Some(kind) if kind != GeometryKind::GeometryCollection && !again => {
                        coordinates(cursor, kind, builder)?;
                        found.done = true;
                    }
                    _ => cursor.value()?,
                }
                again
            }
            "geometries" => {
                cursor.value()?;
                found.geometries.replace(at).is_some()
            }
            _ => {
                cursor.value()?;
                false
            }
        };
        if again {
            return Err(Flaw::rule(key.start, format!("a geometry has a second `{}`", cursor.slice(key))));
        }
    }
    Ok(found)
}

fn kind(cursor: &mut Cursor<'_>) -> Parsed<GeometryKind> {
    let name = cursor.string()?;
    let mut scratch = String::new();
    let text = plain(cursor, name, &mut scratch)?;
    kind_of(text)
        .ok_or_else(|| Flaw::rule(name.start, format!("`{}` is no geometry type", text.escape_debug())))
}

/// A string token without its escapes.
pub(super) fn plain<'a>(cursor: &Cursor<'a>, span: Span, scratch: &'a mut String) -> Parsed<&'a str> {
    if span.escaped { unescape(cursor.slice(span), span.start, scratch) } else { Ok(cursor.slice(span)) }
}

fn collection(cursor: &mut Cursor<'_>, depth: usize) -> Parsed<Shape> {
    if depth == MAX_COLLECTIONS {
        let message = format!("collections are nested deeper than {MAX_COLLECTIONS}");
        return Err(Flaw::rule(cursor.at(), message));
    }
    cursor.expect(b'[')?;
    let (mut bbox, mut dimensions) = (Bbox::EMPTY, Dimensions::XY);
    let (mut members, mut count, mut first) = (Vec::new(), 0, true);
    while cursor.element(&mut first)? {
        let at = cursor.at();
        let mut builder = GeometryBuilder::default();
        match nested(cursor, &mut builder, depth + 1)? {
            Shape::Null => return Err(Flaw::rule(at, "a collection has a null geometry")),
            Shape::Flat(kind) => builder.finish_row(kind),
            Shape::Collection { bbox, dimensions, wkb } => {
                builder.push_wkb(GeometryKind::GeometryCollection, dimensions, bbox, &wkb);
            }
        }
        let column = builder.finish();
        let row = column.row(0);
        wkb::append(&row, &mut members);
        bbox = bbox.union(&row.bbox());
        dimensions.z |= row.dimensions().z;
        dimensions.m |= row.dimensions().m;
        count += 1;
    }
    let mut wkb = Vec::with_capacity(members.len() + 9);
    wkb::header(GeometryKind::GeometryCollection, dimensions, count, &mut wkb);
    wkb.extend_from_slice(&members);
    Ok(Shape::Collection { bbox, dimensions, wkb })
}
