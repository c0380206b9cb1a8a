//! Whether a layer is up to date.

use geohub_fetch::{FetchError, Freshness};

use super::config::Layer;
use super::lock::Locked;
use super::output::Found;

/// Why a layer is stale whatever its server says; `None` where only the server can tell.
/// `asked` is what decides the content beside the layer itself.
pub(super) fn here(layer: &Layer, asked: &str, locked: Option<&Locked>, found: Found) -> Option<String> {
    let Some(locked) = locked else { return Some("not fetched yet".to_owned()) };
    if locked.asked != asked || locked.output != layer.output {
        return Some("its options in the configuration, or this program, are others".to_owned());
    }
    match found {
        Found::Missing => Some(format!("{} is gone", layer.output)),
        Found::Changed => Some(format!("{} was changed by others", layer.output)),
        Found::Same(_) => None,
    }
}

/// What a comparison of marks, or a server that does not list ids, comes to.
pub(super) fn verdict(
    locked: &Locked,
    looked: Result<&geohub_fetch::Looked, &FetchError>,
) -> Option<Freshness> {
    match looked {
        Ok(looked) => Some(locked.marks.compare(&looked.marks)),
        Err(FetchError::Unsupported { .. }) => Some(Freshness::Unknown(
            "rows come and go by the condition, and the server does not list them".to_owned(),
        )),
        Err(_) => None,
    }
}
