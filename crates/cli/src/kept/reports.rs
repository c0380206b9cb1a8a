//! Descriptions of layers as they were when they were last asked for.

use geohub_fetch::{Description, Reference};

use super::{LayerKey, Store, offline};
use crate::args::RemoteArgs;
use crate::failure::Failure;
use crate::portals::moment;
use crate::report::Report;
use crate::session::Session;

fn store() -> Store {
    Store::named("layers")
}

/// Keeps what a service says of its layer.
pub fn keep(
    session: &Session,
    reference: &Reference,
    args: &RemoteArgs,
    description: &Description,
) -> Report {
    let report = Report::of_service(description);
    let key = LayerKey::new(reference, args);
    let own = key.at(&description.url).map(|key| key.text());
    let typed = key.text();
    // A selection's description does not have all rows counted.
    let better = report.features.is_none() && store().get::<Report>(&typed).is_some();
    if !reference.is_embedded() && !better {
        for key in own.iter().filter(|own| **own != typed).chain([&typed]) {
            store().put(&session.context, key, &report);
        }
    }
    report
}

/// The description of a layer as it was; when that was is said.
///
/// # Errors
/// Nothing is kept of it.
pub fn report(session: &Session, reference: &Reference, args: &RemoteArgs) -> Result<Report, Failure> {
    let Some((at, mut report)) = store().get::<Report>(&LayerKey::new(reference, args).text()) else {
        let text = reference.text();
        return Err(offline(&text).hint(format!("geohub info {text} once with a network keeps what it says")));
    };
    report.as_of = Some(geohub_fetch::iso_ms(at));
    session.context.note(format!("{}: as it was on {}", reference.text(), moment(at)));
    Ok(report)
}
