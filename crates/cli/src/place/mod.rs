//! The place of `--place`: a name looked up in a portal's layer of places.

mod kept;
mod likely;

use std::sync::Arc;

use geohub_core::{Layer, Plan, collect};
use geohub_ops::{Mask, Named};
use geohub_portals::{Names, PlaceSource, PlaceText, PortalsError, choose};

use crate::args::Area;
use crate::failure::Failure;
use crate::origin::Beside;
use crate::portals;
use crate::session::Session;
use kept::{Kept, Wish};

/// Reads the place that a text names; `input` tells the portal where the text does not.
pub fn read(session: &Session, text: &str, input: &str) -> Result<Area, Failure> {
    let known = portals::all()?;
    let wanted = PlaceText::parse(text, &known)?;
    let likely = if wanted.portal.is_some() { None } else { likely::portal(&known, &wanted, input)? };
    let source = choose(&wanted, likely, &known)?;
    let kept = Kept::of(&source, &known);
    let layer = kept.layer(session, &source, Wish::NotOld)?;
    let error = match area(session, &layer, &source, &wanted)? {
        Ok(area) => return Ok(area),
        Err(error) => error,
    };
    let unknown = matches!(error, PortalsError::NoPlace { name: Some(_), .. });
    if unknown {
        // It may have come since.
        let newer = kept.layer(session, &source, Wish::OfToday)?;
        if newer.sha256 != layer.sha256 {
            return Ok(area(session, &newer, &source, &wanted)??);
        }
    }
    Err(error.into())
}

/// The rows that have the name; the inner error is that none or several have.
fn area(
    session: &Session,
    kept: &kept::Layer,
    source: &PlaceSource<'_>,
    wanted: &PlaceText,
) -> Result<Result<Area, PortalsError>, Failure> {
    let reader = kept.open(session)?;
    let (crs, provenance) = (reader.layer().crs.clone(), Arc::clone(&reader.layer().provenance));
    let what = format!("the layer {}", source.what());
    let begin = &mut |layer: &Layer| Named::new(&what, &source.layer.field, layer, &session.context);
    let named = collect(Plan::all(reader), begin, &session.context)?.collector;
    let names = Names::new(&named.names);
    let (name, rows) = match names.find(wanted, source) {
        Ok(found) => found,
        Err(error) => return Ok(Err(error)),
    };
    let mut mask = Mask::new(crs);
    for column in named.geometries_of(rows) {
        mask.add_column(&column)?;
    }
    let reference = source.reference(name);
    session.context.detail(format!("the place is {reference}"));
    session.add_beside(Beside::of(&format!("place {}:{name}", source.layer.kind), &reference, provenance));
    Ok(Ok(Area { mask, place: Some(kept.sha256.clone()) }))
}
