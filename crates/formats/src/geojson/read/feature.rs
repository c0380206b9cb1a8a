//! Features and bare geometries, member by member.

use super::geometry::{kind_of, plain};
use crate::geojson::json::{Cursor, Flaw, Parsed, Span};

/// Takes the parts of a feature as they come.
pub(super) trait Visitor {
    /// The cursor is at the geometry, or null. Comes at most once.
    fn geometry(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()>;
    /// The cursor is at the properties, or null. Comes at most once.
    fn properties(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()>;
    /// The cursor is at the id.
    fn id(&mut self, cursor: &mut Cursor<'_>) -> Parsed<()>;
    /// A member that RFC 7946 does not know.
    fn foreign(&mut self, name: &str);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Feature,
    Geometry,
}

#[derive(Default)]
struct Seen {
    geometry: bool,
    properties: bool,
    /// What the `type` says.
    kind: Option<Is>,
    foreign: Option<Span>,
}

/// Walks the feature or bare geometry at the cursor.
pub(super) fn walk(cursor: &mut Cursor<'_>, visitor: &mut impl Visitor) -> Parsed<()> {
    cursor.peek();
    let begin = cursor.at();
    cursor.expect(b'{')?;
    let (mut seen, mut first) = (Seen::default(), true);
    while let Some(key) = cursor.member(&mut first)? {
        member(cursor, key, visitor, &mut seen)?;
    }
    if seen.kind == Some(Is::Geometry) {
        if seen.geometry || seen.properties {
            return Err(Flaw::rule(
                begin,
                "a geometry has `geometry` or `properties`, which only features have",
            ));
        }
        cursor.seek(begin);
        return visitor.geometry(cursor);
    }
    if seen.kind.is_none() && !seen.geometry && !seen.properties {
        return Err(Flaw::rule(begin, "an object is neither a feature nor a geometry: it has no `type`"));
    }
    if let Some(name) = seen.foreign {
        visitor.foreign(cursor.slice(name));
    }
    Ok(())
}

#[inline]
fn member(cursor: &mut Cursor<'_>, key: Span, visitor: &mut impl Visitor, seen: &mut Seen) -> Parsed<()> {
    let mut scratch = String::new();
    match plain(cursor, key, &mut scratch)? {
        "type" => type_of(cursor, seen),
        "geometry" => {
            once(&mut seen.geometry, key, "geometry")?;
            visitor.geometry(cursor)
        }
        "properties" => {
            once(&mut seen.properties, key, "properties")?;
            visitor.properties(cursor)
        }
        "id" => visitor.id(cursor),
        "bbox" => cursor.value(),
        _ => {
            seen.foreign.get_or_insert(key);
            cursor.value()
        }
    }
}

fn once(seen: &mut bool, key: Span, name: &str) -> Parsed<()> {
    if std::mem::replace(seen, true) {
        return Err(Flaw::rule(key.start, format!("a feature has a second `{name}`")));
    }
    Ok(())
}

fn type_of(cursor: &mut Cursor<'_>, seen: &mut Seen) -> Parsed<()> {
    let name = cursor.string()?;
    let mut scratch = String::new();
    let text = plain(cursor, name, &mut scratch)?;
    let kind = match text {
        "Feature" => Is::Feature,
        text if kind_of(text).is_some() => Is::Geometry,
        text => {
            let message = format!("expected a feature, found an object of type `{}`", text.escape_debug());
            return Err(Flaw::rule(name.start, message));
        }
    };
    match seen.kind.replace(kind) {
        None => Ok(()),
        Some(_) => Err(Flaw::rule(name.start, "an object has a second `type`")),
    }
}
