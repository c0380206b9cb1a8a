//! The sample city of the project's `data/` folder.

use std::fmt::Write;
use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Format, Layer, write};
use crate::{Error, Result};

/// The seed of all of it.
pub const SEED: u64 = 2026;

/// File, layer, number of features and format.
pub const FILES: [(&str, Layer, usize, Format); 6] = [
    ("neighborhoods.geojson", Layer::Neighborhoods, 40, Format::GeoJson),
    ("meters.csv", Layer::Meters, 1500, Format::Csv),
    ("meters.geojson", Layer::Meters, 1500, Format::GeoJson),
    ("parcels.geojson", Layer::Parcels, 600, Format::GeoJson),
    ("streets.geojson", Layer::Streets, 300, Format::GeoJson),
    ("permits.csv", Layer::Permits, 400, Format::Csv),
];

/// Every file with its bytes, and `manifest.json` as the last.
pub fn files() -> Result<Vec<(&'static str, Vec<u8>)>> {
    let (mut out, mut manifest) = (Vec::new(), Vec::new());
    for (file, layer, count, format) in FILES {
        let mut bytes = Vec::new();
        let features = write(layer, count, SEED, format, &mut bytes)?;
        let sha256 = Sha256::digest(&bytes).iter().fold(String::new(), |mut text, byte| {
            // Writing to a `String` cannot fail.
            let _written = write!(text, "{byte:02x}");
            text
        });
        manifest.push(json!({"file": file, "layer": layer.name(), "features": features, "seed": SEED, "sha256": sha256}));
        out.push((file, bytes));
    }
    let text = serde_json::to_string_pretty(&manifest)
        .map_err(|source| Error::Json { what: "manifest".to_owned(), source })?;
    out.push(("manifest.json", (text + "\n").into_bytes()));
    Ok(out)
}

/// Writes them into a folder.
pub fn write_all(folder: &Path) -> Result<()> {
    for (file, bytes) in files()? {
        let path = folder.join(file);
        std::fs::write(&path, bytes).map_err(|source| Error::File { path, source })?;
    }
    Ok(())
}
