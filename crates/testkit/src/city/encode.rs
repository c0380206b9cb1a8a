//! Features as GeoJSON, GeoJSON text sequences and CSV, written as they come.

use std::io::Write;

use serde_json::Value as Json;

use super::{Feature, Layer};
use crate::table::{Shape, Value};
use crate::{Error, Result};

/// A text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One `FeatureCollection`, a feature a line.
    GeoJson,
    /// A feature a line.
    GeoJsonLines,
    /// A feature a line, each after a record separator (RFC 8142).
    GeoJsonSeq,
    /// CSV: points as `Lat` and `Long`, other shapes as WKT in `wkt`.
    Csv,
}

impl Format {
    /// The format of a name or file ending.
    pub fn named(name: &str) -> Result<Self> {
        Ok(match name {
            "geojson" | "json" => Self::GeoJson,
            "geojsonl" | "ndjson" => Self::GeoJsonLines,
            "geojsons" | "geojsonseq" => Self::GeoJsonSeq,
            "csv" => Self::Csv,
            _ => {
                let known = "geojson, geojsonl, geojsons, csv";
                return Err(Error::Usage(format!("no format `{name}`; there are: {known}")));
            }
        })
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Int(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Null => Json::Null,
        other => Json::from(other.display()),
    }
}

fn write_feature(out: &mut dyn Write, columns: &[&str], feature: &Feature) -> Result<()> {
    out.write_all(br#"{"type":"Feature","properties":{"#)?;
    for (i, (name, value)) in columns.iter().zip(&feature.values).enumerate() {
        let comma = if i == 0 { "" } else { "," };
        write!(out, "{comma}\"{name}\":{}", json(value))?;
    }
    let geometry = feature.shape.as_ref().map_or(Json::Null, |shape| shape.to_geojson());
    write!(out, "}},\"geometry\":{geometry}}}")?;
    Ok(())
}

fn csv_cell(value: &Value) -> String {
    let text = value.display();
    let awkward = text.contains([',', '"', '\n', '\r']) || text.trim() != text;
    if awkward { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn csv_geometry(layer: Layer, shape: Option<&Shape>) -> String {
    match (layer.is_points(), shape) {
        (true, Some(Shape::Point(at))) => format!("{},{}", at[1], at[0]),
        (true, _) => ",".to_owned(),
        (false, Some(shape)) => format!("\"{}\"", shape.to_wkt()),
        (false, None) => String::new(),
    }
}

fn write_csv(out: &mut dyn Write, layer: Layer, features: impl Iterator<Item = Feature>) -> Result<usize> {
    let geometry = if layer.is_points() { "Lat,Long" } else { "wkt" };
    writeln!(out, "{},{geometry}", layer.columns().join(","))?;
    let mut count = 0;
    for feature in features {
        let cells: Vec<String> = feature.values.iter().map(csv_cell).collect();
        writeln!(out, "{},{}", cells.join(","), csv_geometry(layer, feature.shape.as_deref()))?;
        count += 1;
    }
    Ok(count)
}

/// Writes the first `count` features of a layer; returns how many there were.
pub fn write(layer: Layer, count: usize, seed: u64, format: Format, out: &mut dyn Write) -> Result<usize> {
    let features = layer.features(count, seed);
    if format == Format::Csv {
        return write_csv(out, layer, features);
    }
    let whole = format == Format::GeoJson;
    if whole {
        writeln!(out, "{{\"type\":\"FeatureCollection\",\"name\":\"{}\",\"features\":[", layer.name())?;
    }
    let mut written = 0;
    for feature in features {
        match (format, written) {
            (Format::GeoJson, 0) | (Format::GeoJsonLines, _) => {}
            (Format::GeoJson, _) => out.write_all(b",\n")?,
            _ => out.write_all(b"\x1e")?,
        }
        write_feature(out, layer.columns(), &feature)?;
        if !whole {
            out.write_all(b"\n")?;
        }
        written += 1;
    }
    if whole {
        out.write_all(b"\n]}\n")?;
    }
    Ok(written)
}
