//! The DCAT-US feed of the Hub site, as the recorded one of Southern California Edison.

use serde_json::{Value as Json, json};

use super::Record;

pub(super) fn feed(records: &[Record], odd: &[Json], origin: &str) -> Json {
    let listed = records.iter().filter(|record| record.is_on_hub() && !record.private);
    let datasets: Vec<Json> =
        odd.iter().cloned().chain(listed.map(|record| dataset(record, origin))).collect();
    json!({
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld", "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json", "dataset": datasets,
    })
}

fn dataset(record: &Record, origin: &str) -> Json {
    let sublayer = record.layer.map_or_else(String::new, |layer| format!("&sublayer={layer}"));
    let page = format!("{origin}/datasets/{}", record.slug);
    let mut distribution = vec![json!({
        "@type": "dcat:Distribution", "title": "ArcGIS Hub Dataset", "format": "Web Page", "mediaType": "text/html",
        "accessURL": page,
    })];
    if let Some(url) = &record.url {
        distribution.push(json!({
            "@type": "dcat:Distribution", "title": "ArcGIS GeoService", "format": "ArcGIS GeoServices REST API",
            "mediaType": "application/json", "accessURL": url,
        }));
    }
    json!({
        "@type": "dcat:Dataset", "identifier": format!("{origin}/home/item.html?id={}{sublayer}", record.item),
        "landingPage": page, "title": record.title, "description": record.description, "keyword": record.tags,
        "issued": "2020-01-01T00:00:00.000Z",
        "modified": format!("{}Z", crate::table::format_floating(record.modified)),
        "publisher": {"name": "City of Stand-in"}, "accessLevel": "public",
        "contactPoint": {"@type": "vcard:Contact", "fn": "city_gis", "hasEmail": "mailto:gis@stand-in.invalid"},
        "spatial": record.bbox.map_or_else(String::new, |[w, s, e, n]| format!("{w:.4},{s:.4},{e:.4},{n:.4}")),
        "license": record.licence.clone().unwrap_or_default(), "distribution": distribution,
    })
}
