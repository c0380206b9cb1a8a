//! Distances in a layer: how they are measured, and in which box what is near lies.

use geohub_core::{Bbox, Context, Crs, Error, Layer, Result};
use geohub_crs::{CrsError, Metric, stretches};

/// How distances are measured in a CRS.
///
/// # Errors
/// [`Error::CrsMismatch`] for one that is not known or has no distances in metres.
pub(crate) fn metric(crs: &Crs) -> Result<Metric> {
    Metric::of(crs).map_err(|error| no_metres(crs, &error))
}

/// Refuses a CRS without distances, and warns of one whose distances are not those on the ground.
pub(crate) fn check(crs: &Crs, context: &Context) -> Result<()> {
    metric(crs)?;
    if stretches(crs) {
        context.warn(format!(
            "distances in {crs} are those of its plane, which is stretched away from the equator: at 34 degrees by a \
             fifth; bring the layer to OGC:CRS84 or a local system for distances on the ground"
        ));
    }
    Ok(())
}

fn no_metres(crs: &Crs, error: &CrsError) -> Error {
    let reason = if crs.is_unknown() {
        "its CRS is not known; geohub convert --from-crs makes a copy that says it".to_owned()
    } else {
        error.to_string()
    };
    Error::CrsMismatch(format!("distances in metres cannot be told in the layer: {reason}"))
}

/// True where a box in a layer's coordinates holds all that it means: x is no longitude, or neither the box nor the layer
/// goes beyond 180 degrees, where the same place has another longitude.
pub(crate) fn is_plain(metric: &Metric, window: &Bbox, layer: &Layer) -> bool {
    let plain = |bbox: &Bbox| bbox.min_x >= -180.0 && bbox.max_x <= 180.0;
    matches!(metric, Metric::Planar { .. }) || (plain(window) && layer.extent.as_ref().is_some_and(plain))
}
