//! The records as Socrata's catalogue has them.

use serde_json::{Value as Json, json};

use super::Record;

/// A date as the catalogue writes it.
fn moment(ms: i64) -> String {
    format!("{}Z", crate::table::format_floating(ms))
}

/// A dataset of its own, or a link to Hub.
pub(super) fn entry(record: &Record, origin: &str) -> Option<Json> {
    let id = record.soda.as_ref()?;
    let domain = origin.trim_start_matches("http://").split(':').next().unwrap_or_default();
    let federated = record.is_on_hub();
    let link =
        if federated { format!("{origin}/datasets/{}", record.slug) } else { format!("{origin}/d/{id}") };
    let types: Vec<&str> = record.fields.iter().map(|_| "Text").collect();
    Some(json!({
        "resource": {
            "name": record.title, "id": id, "resource_name": null, "parent_fxf": [], "description": record.description,
            "attribution": "City of Stand-in", "attribution_link": null, "contact_email": null,
            "type": if federated { "federated_href" } else { "dataset" }, "updatedAt": moment(record.modified),
            "createdAt": moment(record.modified - 1_000_000), "data_updated_at": moment(record.modified),
            "columns_name": record.fields, "columns_field_name": record.fields, "columns_datatype": types,
            "provenance": if record.authoritative { "official" } else { "community" }, "lens_view_type": "tabular",
        },
        "classification": {"categories": [], "tags": [], "domain_category": "Transportation", "domain_tags": record.tags,
                           "domain_metadata": []},
        "metadata": {"domain": domain, "license": record.licence},
        "permalink": format!("{origin}/d/{id}"), "link": link, "owner": {"id": "aaaa-aaaa", "display_name": "Open Data"},
    }))
}
