//! What an address means, told by its text alone: the same dataset has the same [`Address`] wherever it is listed.

use serde::{Deserialize, Serialize};
use url::Url;

/// What an address means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Address {
    /// A layer of an ArcGIS service: `host/path/FeatureServer`, and its number.
    Layer(String, u32),
    /// An ArcGIS service.
    Service(String),
    /// A layer of an item of an ArcGIS portal: 32 hexadecimal digits.
    ItemLayer(String, u32),
    /// An item of an ArcGIS portal.
    Item(String),
    /// A dataset of a Socrata portal: `host/abcd-1234`.
    Dataset(String),
    /// A page of a Hub site that names its dataset in words: `host/name`.
    Slug(String),
}

impl Address {
    /// What this is a part of, when it is a layer.
    pub fn whole(&self) -> Option<Self> {
        match self {
            Self::Layer(service, _) => Some(Self::Service(service.clone())),
            Self::ItemLayer(item, _) => Some(Self::Item(item.clone())),
            _ => None,
        }
    }
}

/// What an address means; `None` for those that mean no dataset.
pub fn address_of(text: &str) -> Option<Address> {
    let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    service(&url, &parts).or_else(|| item(&url, &parts)).or_else(|| dataset(&url, &parts))
}

fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default().to_ascii_lowercase();
    url.port().map_or_else(|| name.clone(), |port| format!("{name}:{port}"))
}

fn service(url: &Url, parts: &[&str]) -> Option<Address> {
    let kinds = ["featureserver", "mapserver"];
    let at = parts.iter().position(|part| kinds.contains(&part.to_ascii_lowercase().as_str()))?;
    let path = parts[..=at].join("/").to_ascii_lowercase();
    let service = format!("{}/{path}", host(url));
    Some(match parts.get(at + 1).and_then(|part| part.parse().ok()) {
        Some(number) => Address::Layer(service, number),
        None => Address::Service(service),
    })
}

/// `ID` or `ID_LAYER`.
pub(crate) fn item_id(text: &str) -> Option<Address> {
    let (id, layer) = match text.split_once('_') {
        Some((id, layer)) => (id, Some(layer.parse().ok()?)),
        None => (text, None),
    };
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let id = is_id.then(|| id.to_ascii_lowercase())?;
    Some(layer.map_or_else(|| Address::Item(id.clone()), |layer| Address::ItemLayer(id.clone(), layer)))
}

fn item(url: &Url, parts: &[&str]) -> Option<Address> {
    let param = |wanted: &str| {
        url.query_pairs()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.into_owned())
    };
    let with_layer =
        |item: Address, layer: Option<String>| match (item, layer.and_then(|layer| layer.parse().ok())) {
            (Address::Item(id), Some(layer)) => Address::ItemLayer(id, layer),
            (item, _) => item,
        };
    match app(parts, &param) {
        Some(App::Of(id)) => return item_id(&id),
        Some(App::Unknown) => return None,
        None => {}
    }
    match parts {
        [.., "home", page] if matches!(*page, "item.html" | "webmap.html") => {
            Some(with_layer(item_id(&param("id").or_else(|| param("webmap"))?)?, param("sublayer")))
        }
        [.., "sharing", "rest", "content", "items", id] | [.., "content", "items", id, "data"] => item_id(id),
        ["api", "download", _, "items", id, ..] => Some(with_layer(item_id(id)?, param("layers"))),
        [.., "home", "webmap" | "webscene", "viewer.html"] => {
            item_id(&param("webmap").or_else(|| param("webscene"))?)
        }
        ["experience" | "stories" | "collections", id, ..] => item_id(id),
        ["datasets" | "maps" | "apps" | "documents" | "content", name, ..] => {
            // Old addresses of files: ID_0.geojson.
            let id = name.split('.').next().unwrap_or_default();
            item_id(id).or_else(|| slug(url, parts[0], name))
        }
        _ => None,
    }
}

/// Where an application of an ArcGIS portal runs.
enum App {
    /// It tells its item.
    Of(String),
    /// It does not.
    Unknown,
}

/// What the address of an application says; `None` for what may be the page of an item on a Hub site, where a view of the
/// page stands behind its name.
fn app(parts: &[&str], param: &dyn Fn(&str) -> Option<String>) -> Option<App> {
    let at = parts.iter().position(|part| *part == "apps")?;
    let own = || param("appid").or_else(|| param("id"));
    match &parts[at + 1..] {
        ["dashboards", id, ..] => Some(App::Of((*id).to_owned())),
        ["mapviewer", ..] => Some(param("webmap").map_or(App::Unknown, App::Of)),
        [_, view @ ..] => {
            let is_view = |view: &&str| ["about", "explore", "api", "data", "map"].contains(view);
            let elsewhere = view.first().is_some_and(|view| !is_view(view));
            own().map(App::Of).or_else(|| elsewhere.then_some(App::Unknown))
        }
        [] => None,
    }
}

fn slug(url: &Url, section: &str, name: &str) -> Option<Address> {
    // What stands behind `content` on other sites is no dataset's name.
    let named = section != "content" && !name.contains('.');
    named.then(|| Address::Slug(format!("{}/{}", host(url), name.to_ascii_lowercase())))
}

fn dataset(url: &Url, parts: &[&str]) -> Option<Address> {
    let group = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let id = |part: &&str| {
        let name = part.split(['.', ':']).next().unwrap_or_default();
        name.split_once('-').is_some_and(|(a, b)| group(a) && group(b)).then(|| name.to_ascii_lowercase())
    };
    let found = parts.iter().rev().find_map(id)?;
    let owner = match parts {
        ["foundry", owner, _] if url.host_str() == Some("dev.socrata.com") => owner.to_ascii_lowercase(),
        _ => host(url),
    };
    Some(Address::Dataset(format!("{owner}/{found}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "23f48820904b46c38f0d4f2d75c69d23";

    #[test]
    fn the_same_dataset_has_one_address() {
        let layer = Address::ItemLayer(ID.to_owned(), 2);
        for text in [
            format!("https://storymaps.arcgis.com/stories/{ID}?cover=false"),
            format!("https://experience.arcgis.com/experience/{ID}/page/Start/"),
            format!("https://city.maps.arcgis.com/apps/dashboards/{ID}#mode=edit"),
            format!("https://city.maps.arcgis.com/apps/webappviewer/index.html?id={ID}"),
            format!("https://city.maps.arcgis.com/apps/View/index.html?appid={ID}&webmap=0"),
            format!("https://www.arcgis.com/apps/mapviewer/index.html?webmap={ID}"),
            format!("https://www.arcgis.com/home/webmap/viewer.html?webmap={ID}&extent=1,2"),
            format!("https://hub.example.org/apps/{ID}/explore"),
        ] {
            assert_eq!(address_of(&text), Some(Address::Item(ID.to_owned())), "{text}");
        }
        for text in [
            format!("https://www.arcgis.com/home/item.html?id={ID}&sublayer=2"),
            format!("https://hub.example.org/datasets/{ID}_2/explore?location=1,2"),
            format!("https://opendata.arcgis.com/datasets/{ID}_2.geojson"),
            format!("https://hub.example.org/api/download/v1/items/{ID}/csv?layers=2"),
            format!("http://hub.example.org/maps/{}_2", ID.to_uppercase()),
        ] {
            assert_eq!(address_of(&text).as_ref(), Some(&layer), "{text}");
        }
        assert_eq!(layer.whole(), Some(Address::Item(ID.to_owned())));
        let service = Address::Layer("h.example/arcgis/rest/services/a/featureserver".to_owned(), 3);
        for text in [
            "https://H.example/ArcGIS/rest/services/A/FeatureServer/3",
            "http://h.example/arcgis/rest/services/A/FeatureServer/3/query?where=1",
        ] {
            assert_eq!(address_of(text).as_ref(), Some(&service), "{text}");
        }
        let dataset = Address::Dataset("data.example.org/abcd-1234".to_owned());
        for text in [
            "https://data.example.org/d/ABCD-1234",
            "https://data.example.org/resource/abcd-1234.json?$limit=1",
            "https://dev.socrata.com/foundry/data.example.org/abcd-1234",
        ] {
            assert_eq!(address_of(text).as_ref(), Some(&dataset), "{text}");
        }
        for text in [
            "https://geohub.example.org/datasets/Lahub::meters/about",
            "http://geohub.example.org/maps/lahub::meters",
        ] {
            assert_eq!(
                address_of(text),
                Some(Address::Slug("geohub.example.org/lahub::meters".to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn other_addresses_mean_no_dataset() {
        for text in [
            "",
            "mailto:a@b",
            "https://h/",
            "https://h/browse?q=x",
            "https://city.maps.arcgis.com/apps/instant/basic/index.html",
            "https://city.maps.arcgis.com/apps/MapSeries/index.html?folderid=1",
            "https://h/pages/about",
            "ftp://h/datasets/x",
        ] {
            assert_eq!(address_of(text), None, "{text}");
        }
    }
}
