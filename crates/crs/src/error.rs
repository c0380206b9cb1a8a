//! What can go wrong with a coordinate reference system.

/// Why a coordinate reference system cannot be read or used.
#[derive(Debug, thiserror::Error)]
pub enum CrsError {
    /// The authority lists no such code, or it is not in the tables here.
    #[error("unknown coordinate reference system {id}{}", nearest_text(nearest))]
    Unknown {
        /// The code as asked for.
        id: String,
        /// Codes that look alike, with their names.
        nearest: Vec<String>,
    },
    /// The layer does not say which system its coordinates are in.
    #[error(
        "the coordinate reference system is not known; say it with --from-crs, such as --from-crs EPSG:4326"
    )]
    Missing,
    /// The system is known, and of a kind that cannot be computed here.
    #[error("cannot compute with {id}: {reason}")]
    Unsupported {
        /// Its code or name.
        id: String,
        /// What stands in the way.
        reason: String,
    },
    /// The definition text is not well-formed WKT.
    #[error("bad WKT of a coordinate reference system at byte {at}: {reason}")]
    Wkt {
        /// Byte offset in the text.
        at: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// The two datums are related by a grid file only.
    #[error(
        "{id} is on {datum}, which needs a shift grid that geohub does not carry; reproject it with PROJ or GDAL"
    )]
    NeedsGrid {
        /// Code or name of the system.
        id: String,
        /// The datum.
        datum: String,
    },
    /// No relation between the datum and WGS 84 is known.
    #[error("no datum shift is known between {from} and {to}; reproject with PROJ or GDAL")]
    NoDatumShift {
        /// Code or name of the first system.
        from: String,
        /// Code or name of the second.
        to: String,
    },
    /// The projection refuses its parameters.
    #[error("cannot set up {id} from `{proj4}`")]
    Setup {
        /// Code or name of the system.
        id: String,
        /// Its parameters.
        proj4: String,
        /// The projection library's own words.
        source: Box<proj4rs::errors::Error>,
    },
}

fn nearest_text(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; did you mean {}?", nearest.join(" or ")) }
}

/// The first coordinate pair of a batch that cannot be transformed.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("coordinate pair {index} ({x}, {y}) lies outside the domain of the transformation")]
pub struct PointError {
    /// Ordinal of the pair in the slice.
    pub index: usize,
    /// Its first ordinate, as given.
    pub x: f64,
    /// Its second ordinate, as given.
    pub y: f64,
}
