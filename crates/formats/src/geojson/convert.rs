//! Bridges to the `geojson` crate, for small documents and for programs that use its types.

use geohub_core::{Batch, DataError, Encoded, Encoder, Error, Result};

use super::write::FeatureEncoder;

/// Reads one geometry, or the geometry of one feature, given as text; such as the argument of `--within`.
///
/// # Errors
/// [`Error::Data`] with the words of the `geojson` crate when the text is no `GeoJSON`, holds a collection of
/// features, or has no geometry.
pub fn parse_geometry(text: &str) -> Result<geo_types::Geometry<f64>> {
    let refuse = |message: String| Error::from(DataError::new(message).in_target("GeoJSON text"));
    let document: geojson::GeoJson =
        text.parse().map_err(|error: geojson::Error| refuse(error.to_string()))?;
    let geometry = match document {
        geojson::GeoJson::Geometry(geometry) => Some(geometry),
        geojson::GeoJson::Feature(feature) => feature.geometry,
        geojson::GeoJson::FeatureCollection(_) => {
            return Err(refuse("expected one geometry, found a collection of features".to_owned()));
        }
    };
    let geometry = geometry.ok_or_else(|| refuse("the feature has no geometry".to_owned()))?;
    geometry.try_into().map_err(|error: geojson::Error| refuse(error.to_string()))
}

/// The rows of a batch as features of the `geojson` crate.
///
/// # Errors
/// As the writer: coordinates that are not finite, curves and surfaces, columns without a form in JSON.
pub fn features(batch: &Batch) -> Result<Vec<geojson::Feature>> {
    let Encoded::Bytes(bytes) = FeatureEncoder::lines(None).encode(batch.clone())? else {
        return Err(Error::Internal("features were not encoded as text".to_owned()));
    };
    let parse = |line: &[u8]| {
        serde_json::from_slice(line).map_err(|error| Error::Internal(format!("a feature we wrote: {error}")))
    };
    bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geometries_come_out_of_features_too() {
        let point = geo_types::Point::new(1.5, 2.0).into();
        let bare = r#"{"type":"Point","coordinates":[1.5,2]}"#;
        assert_eq!(parse_geometry(bare).unwrap(), point);
        assert_eq!(parse_geometry(&format!(r#"{{"type":"Feature","geometry":{bare}}}"#)).unwrap(), point);
        let empty = r#"{"type":"FeatureCollection","features":[]}"#;
        for bad in ["", "{", empty, r#"{"type":"Feature","geometry":null,"properties":null}"#] {
            assert!(parse_geometry(bad).is_err(), "{bad}");
        }
    }
}
