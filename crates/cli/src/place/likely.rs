//! The portal that is meant where a place does not name one.

use std::path::Path;

use geohub_core::Context;
use geohub_fetch::Claim;
use geohub_formats::OpenOptions;
use geohub_portals::{PlaceText, Portal, Portals, choose, portal_of};

use crate::failure::Failure;

/// The portal of a command's input, else the one of `GEOHUB_PORTAL` that has such places.
pub(super) fn portal<'a>(
    known: &'a Portals,
    wanted: &PlaceText,
    input: &str,
) -> Result<Option<&'a Portal>, Failure> {
    let path = Path::new(input);
    let of_input = if path.is_file() { of_file(known, path) } else { portal_of(input, known) };
    if of_input.is_some() {
        return Ok(of_input);
    }
    let variable = std::env::var("GEOHUB_PORTAL").unwrap_or_default();
    let ids = variable.split(',').map(str::trim).filter(|id| !id.is_empty() && *id != "all");
    let named = ids.map(|id| known.get(id)).collect::<Result<Vec<_>, _>>()?;
    let having = named.iter().find(|portal| choose(wanted, Some(portal), known).is_ok());
    Ok(having.or(named.first()).copied())
}

/// The portal that a file's rows came from, as its receipt or header says. It only says which portal is asked for a place;
/// so the file is not hashed.
fn of_file<'a>(known: &'a Portals, path: &Path) -> Option<&'a Portal> {
    let origin = match Claim::beside(path) {
        Ok(Some(claim)) => claim.origin(),
        _ => of_header(path)?,
    };
    let sources = origin.sources();
    let texts = sources.iter().flat_map(|source| [&source.origin.reference, &source.origin.service_url]);
    texts.flatten().find_map(|text| portal_of(text, known))
}

/// What the header of a file says; other formats than these say nothing, and may have to be read whole to open.
fn of_header(path: &Path) -> Option<geohub_core::Provenance> {
    let extension = path.extension()?.to_string_lossy().to_ascii_lowercase();
    if !["fgb", "parquet", "geoparquet"].contains(&extension.as_str()) {
        return None;
    }
    let reader =
        geohub_formats::open(&path.to_string_lossy(), &OpenOptions::default(), &Context::new(1)).ok()?;
    Some((*reader.layer().provenance).clone())
}
