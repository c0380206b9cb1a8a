//! Where tokens are made.

use geohub_fetch::{Platform, TokenHost};

/// Where the tokens of a host are made, in a line.
pub fn place(host: &TokenHost, platform: Option<Platform>) -> String {
    let is_online = host.name() == "arcgis.com" || host.name().ends_with(".arcgis.com");
    let path = host.url().path().to_ascii_lowercase();
    let is_server = path.contains("/rest/") || path.contains("featureserver") || path.contains("mapserver");
    let root = host.url().origin().ascii_serialization();
    match platform {
        Some(Platform::ArcGis) | None if is_online => {
            "API keys of ArcGIS Online are made at https://www.arcgis.com: Content, New item, Developer credentials"
                .to_owned()
        }
        Some(Platform::ArcGis) => server(&root),
        None if is_server => server(&root),
        Some(Platform::Socrata) | None => {
            format!(
                "app tokens and API keys of Socrata portals are made at {root}/profile/edit/developer_settings, free, \
                 once you have signed in"
            )
        }
    }
}

fn server(root: &str) -> String {
    format!(
        "tokens of a city's ArcGIS server are made at {root}/arcgis/tokens/ with an account that the city gives out"
    )
}
