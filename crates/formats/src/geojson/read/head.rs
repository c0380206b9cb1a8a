//! The members of the top object around `features`.

use geohub_core::Crs;

use super::geometry::{kind_of, plain};
use crate::geojson::json::{Cursor, Flaw, Parsed, Span};

/// What the members of a collection before or behind `features` say.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    /// `None` where there is no `crs` member.
    pub(super) crs: Option<CrsMember>,
    pub(super) name: Option<String>,
    /// Names of members that RFC 7946 does not know.
    pub(super) foreign: Vec<String>,
    is_collection: bool,
    /// A member only features or geometries have was seen.
    is_object: bool,
}

/// What a `crs` member says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CrsMember {
    Known(Crs),
    /// A form or name that is not understood, as written.
    Unknown(String),
}

impl CrsMember {
    pub(super) fn crs(&self) -> Crs {
        match self {
            Self::Known(crs) => crs.clone(),
            Self::Unknown(_) => Crs::unknown(),
        }
    }
}

/// What a text begins with.
#[derive(Clone, Debug)]
pub(super) enum Start {
    /// A collection whose features begin at this byte, behind the bracket.
    Collection { features: usize, head: Head },
    /// Features or geometries one after another, perhaps only one.
    Sequence,
}

/// Reads up to the features, from the start of the text.
pub(super) fn start(text: &str) -> Parsed<Start> {
    let mut cursor = Cursor::new(text);
    let byte_order_mark = text.starts_with('\u{feff}');
    cursor.seek(if byte_order_mark { '\u{feff}'.len_utf8() } else { 0 });
    match cursor.peek() {
        b'{' => cursor.advance(1),
        0x1e => return Ok(Start::Sequence),
        _ => return Err(no_object(&mut cursor)),
    }
    let (mut head, mut first) = (Head::default(), true);
    while let Some(key) = cursor.member(&mut first)? {
        match head.member(&mut cursor, key)? {
            Next::Member => {}
            Next::Features => return Ok(Start::Collection { features: cursor.at(), head }),
            Next::Object => return Ok(Start::Sequence),
        }
    }
    if head.is_object && !head.is_collection {
        return Ok(Start::Sequence);
    }
    Err(Flaw::hinted(cursor.at(), "the top object has no `features`", "is this GeoJSON at all?"))
}

/// Reads the members behind the features, with the brace; the text begins behind their bracket. Returns the bytes
/// used.
pub(super) fn end(text: &str, head: &mut Head) -> Parsed<usize> {
    let mut cursor = Cursor::new(text);
    // The features were a member already.
    let mut first = false;
    while let Some(key) = cursor.member(&mut first)? {
        match head.member(&mut cursor, key)? {
            Next::Member => {}
            Next::Features => return Err(Flaw::rule(key.start, "the top object has a second `features`")),
            Next::Object => {
                return Err(Flaw::rule(
                    key.start,
                    "an object with `features` is no collection by its `type`",
                ));
            }
        }
    }
    Ok(cursor.at())
}

enum Next {
    /// Another member.
    Member,
    /// The cursor is behind the bracket of the features.
    Features,
    /// This is a feature or a geometry.
    Object,
}

impl Head {
    fn member(&mut self, cursor: &mut Cursor<'_>, key: Span) -> Parsed<Next> {
        let mut scratch = String::new();
        match plain(cursor, key, &mut scratch)? {
            "type" => return self.type_of(cursor),
            "features" => {
                if !cursor.eat(b'[') {
                    return Err(cursor.unexpected("an array of features"));
                }
                return Ok(Next::Features);
            }
            "crs" => self.crs = Some(crs_member(cursor)?),
            "name" if cursor.peek() == b'"' => {
                let span = cursor.string()?;
                self.name = Some(plain(cursor, span, &mut scratch)?.to_owned());
            }
            "bbox" => cursor.value()?,
            name => {
                self.is_object |= matches!(name, "geometry" | "properties" | "coordinates" | "geometries");
                self.foreign.push(name.to_owned());
                cursor.value()?;
            }
        }
        Ok(Next::Member)
    }

    fn type_of(&mut self, cursor: &mut Cursor<'_>) -> Parsed<Next> {
        let span = cursor.string()?;
        let mut scratch = String::new();
        match plain(cursor, span, &mut scratch)? {
            "FeatureCollection" => {
                self.is_collection = true;
                Ok(Next::Member)
            }
            "Feature" => Ok(Next::Object),
            name if kind_of(name).is_some() => Ok(Next::Object),
            name => {
                let message = format!("an object of type `{}` is no GeoJSON", name.escape_debug());
                let hint = "GeoJSON is a FeatureCollection, a Feature or a geometry";
                Err(Flaw::hinted(span.start, message, hint))
            }
        }
    }
}

#[cold]
fn no_object(cursor: &mut Cursor<'_>) -> Flaw {
    match cursor.peek() {
        b'<' => Flaw::hinted(
            cursor.at(),
            "expected a JSON object, found `<`",
            "this may be an HTML error page of the server it came from",
        ),
        _ => cursor.unexpected("a JSON object"),
    }
}

/// The `crs` member of `GeoJSON` 2008, section 3.
fn crs_member(cursor: &mut Cursor<'_>) -> Parsed<CrsMember> {
    cursor.peek();
    let begin = cursor.at();
    cursor.value()?;
    let text = cursor.raw(begin, cursor.at());
    let value: serde_json::Value = serde_json::from_str(text)
        .map_err(|error| Flaw::rule(begin, format!("the `crs` member cannot be read: {error}")))?;
    let properties = &value["properties"];
    let name = match (value["type"].as_str(), properties["name"].as_str(), properties["code"].as_u64()) {
        (_, Some(name), _) => name.to_owned(),
        (Some("EPSG"), None, Some(code)) => format!("EPSG:{code}"),
        _ if value.is_null() => return Ok(CrsMember::Known(Crs::unknown())),
        _ => return Ok(CrsMember::Unknown(text.to_owned())),
    };
    Ok(name.parse().map_or(CrsMember::Unknown(name), CrsMember::Known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> (usize, Head) {
        match start(text).unwrap() {
            Start::Collection { features, head } => (features, head),
            Start::Sequence => panic!("a sequence"),
        }
    }

    #[test]
    fn features_are_found_by_parsing() {
        let text = r#"{"note":{"features":[1]},"x":"\"features\":[","name":"a","features":[]}"#;
        let (at, head) = head(text);
        assert_eq!((&text[at..], head.name.as_deref()), ("]}", Some("a")));
        assert_eq!(head.foreign, ["note", "x"]);
        for one in [
            r#"{"type":"Feature""#,
            r#"{"coordinates":[1,2],"type":"Point"}"#,
            "\u{feff} {\"geometry\":null}",
            "\u{1e}{",
        ] {
            assert!(matches!(start(one), Ok(Start::Sequence)), "{one}");
        }
        for bad in [
            "[]",
            "{}",
            "<html>",
            r#"{"type":"Topology"}"#,
            r#"{"type":"FeatureCollection"}"#,
            "x",
            r#"{"features":{}}"#,
        ] {
            assert!(!start(bad).unwrap_err().is_end(), "{bad}");
        }
        assert!(start(r#"{"type":"FeatureCollection","feat"#).unwrap_err().is_end());
    }

    #[test]
    fn every_form_of_crs_is_told() {
        let crs = |member: &str| head(&format!(r#"{{"crs":{member},"features":["#)).1.crs.unwrap();
        let name = |name: &str| format!(r#"{{"type":"name","properties":{{"name":"{name}"}}}}"#);
        assert_eq!(crs(&name("urn:ogc:def:crs:EPSG::2229")), CrsMember::Known(Crs::epsg(2229)));
        assert_eq!(crs(r#"{"type":"EPSG","properties":{"code":4326}}"#), CrsMember::Known(Crs::epsg(4326)));
        assert_eq!(crs("null"), CrsMember::Known(Crs::unknown()));
        assert_eq!(crs(&name("my grid")), CrsMember::Unknown("my grid".to_owned()));
        assert!(matches!(crs(r#"{"type":"link","properties":{"href":"x"}}"#), CrsMember::Unknown(_)));
    }
}
