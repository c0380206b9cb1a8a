//! Scalar functions: text, and the spatial ones of `SoQL`.

use geo::{Contains, Distance, Haversine, Intersects};
use geo_types::{Coord, Geometry, Point, Rect};

use super::SqlError;
use crate::table::{Shape, Value};

/// Functions over groups of rows.
pub fn is_aggregate(name: &str) -> bool {
    matches!(name, "count" | "sum" | "min" | "max" | "avg" | "extent")
}

/// Name and number of arguments of every function there is.
pub fn arity(name: &str) -> Option<usize> {
    Some(match name {
        "upper" | "lower" | "count" | "sum" | "min" | "max" | "avg" | "extent" | "char_length" => 1,
        "starts_with" | "contains" | "within_polygon" | "intersects" | "distance_in_meters" => 2,
        "within_circle" => 4,
        "within_box" => 5,
        _ => return None,
    })
}

fn shape(value: &Value) -> Option<Geometry<f64>> {
    match value {
        Value::Shape(shape) => Some(shape.to_geo()),
        _ => None,
    }
}

/// A WKT literal; the kinds that `SoQL` filters take.
pub fn wkt(text: &str) -> Option<Shape> {
    let (name, body) = text.trim().split_at(text.trim().find('(')?);
    let mut json = String::from("[");
    for c in body.chars() {
        match c {
            '(' => json.push('['),
            ')' => json.push(']'),
            c => json.push(c),
        }
    }
    json.push(']');
    positions_of(&json, name.trim())
}

fn positions_of(json: &str, name: &str) -> Option<Shape> {
    let quoted: Vec<String> = json
        .split_inclusive(['[', ']', ','])
        .map(|piece| {
            let body = piece.strip_suffix(['[', ']', ',']).unwrap_or(piece);
            let end = &piece[body.len()..];
            if body.trim().is_empty() {
                end.to_owned()
            } else {
                format!("[{}]{end}", body.split_whitespace().collect::<Vec<_>>().join(","))
            }
        })
        .collect();
    let coordinates: serde_json::Value = serde_json::from_str(&quoted.concat()).ok()?;
    let inner = coordinates.get(0)?;
    let (kind, coordinates) = match name.to_ascii_uppercase().as_str() {
        "POINT" => ("Point", inner.get(0)?),
        "LINESTRING" => ("LineString", inner),
        "POLYGON" => ("Polygon", inner),
        "MULTIPOLYGON" => ("MultiPolygon", inner),
        _ => return None,
    };
    Shape::from_geojson(&serde_json::json!({"type": kind, "coordinates": coordinates}))
}

fn within_box(arguments: &[Value]) -> Option<bool> {
    let at = |i: usize| arguments[i].number();
    let rect = Rect::new(Coord { x: at(2)?, y: at(3)? }, Coord { x: at(4)?, y: at(1)? });
    Some(rect.to_polygon().intersects(&shape(&arguments[0])?))
}

fn point(value: &Value) -> Option<Point<f64>> {
    match value {
        Value::Shape(shape) => shape.positions().next().map(|at| Point::new(at[0], at[1])),
        Value::Text(text) => wkt(text)?.positions().next().map(|at| Point::new(at[0], at[1])),
        _ => None,
    }
}

fn within_circle(arguments: &[Value]) -> Option<bool> {
    let centre = Point::new(arguments[2].number()?, arguments[1].number()?);
    Some(Haversine.distance(point(&arguments[0])?, centre) <= arguments[3].number()?)
}

fn literal(value: &Value) -> Option<Geometry<f64>> {
    match value {
        Value::Text(text) => Some(wkt(text)?.to_geo()),
        other => shape(other),
    }
}

fn spatial(name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match name {
        "within_box" => Value::Bool(within_box(arguments)?),
        "within_circle" => Value::Bool(within_circle(arguments)?),
        "within_polygon" => Value::Bool(literal(&arguments[1])?.contains(&shape(&arguments[0])?)),
        "intersects" => Value::Bool(literal(&arguments[1])?.intersects(&shape(&arguments[0])?)),
        "distance_in_meters" => {
            Value::Float(Haversine.distance(point(&arguments[0])?, point(&arguments[1])?))
        }
        _ => return None,
    })
}

/// Runs a scalar function; null where an argument is null.
pub fn call(name: &str, arguments: &[Value]) -> Result<Value, SqlError> {
    if arguments.iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    let text = |i: usize| arguments[i].display();
    Ok(match name {
        "upper" => Value::text(text(0).to_uppercase()),
        "lower" => Value::text(text(0).to_lowercase()),
        "char_length" => Value::Int(text(0).chars().count() as i64),
        "starts_with" => Value::Bool(text(0).starts_with(&text(1))),
        "contains" => Value::Bool(text(0).contains(&text(1))),
        other if arity(other).is_some() => spatial(other, arguments).unwrap_or(Value::Null),
        other => return Err(SqlError::NoSuchFunction(other.to_owned())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wkt_literals() {
        let text = |literal: &str| wkt(literal).map(|shape| shape.to_wkt());
        assert_eq!(text("point(-118.25  34.05)").as_deref(), Some("POINT (-118.25 34.05)"));
        let square = wkt("MULTIPOLYGON(((0 0, 2 0, 2 2,0 2, 0 0),(0.5 0.5,1 0.5,1 1,0.5 0.5)))").unwrap();
        let Shape::MultiPolygon(parts) = &square else { panic!("{square:?}") };
        assert_eq!((parts.len(), parts[0].len(), parts[0][0].len()), (1, 2, 5));
        assert!(
            wkt("POLYGON((0 0, 1 x))").is_none() && wkt("SPHERE(0)").is_none() && wkt("POINT(").is_none()
        );
    }
}
