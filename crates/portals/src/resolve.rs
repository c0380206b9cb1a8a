//! From what people paste to what the providers read: aliases, items, Hub pages. Only documented calls are made: the
//! sharing API's items and search, and the search of the Hub site; no page is read.

use geohub_core::text::clean;
use geohub_fetch::{Client, Dialect, FetchError, Question};
use serde_json::Value;

use crate::address::{Address, address_of, item_id};
use crate::clean::plain;
use crate::error::{PortalsError, Result};
use crate::page;
use crate::portal::{Host, Portal, Portals};
use crate::source::ARCGIS_ONLINE;

/// Aliases of aliases of aliases.
const STEPS: usize = 4;

/// What a reference stands for before any server is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Something the providers read as it is.
    Plain(String),
    /// An item of an ArcGIS portal, perhaps a layer of it.
    Item {
        /// The address of the portal, without a slash at the end.
        sharing: String,
        /// 32 hexadecimal digits.
        id: String,
        /// The layer's number.
        layer: Option<u32>,
    },
    /// A dataset that a Hub site knows by words.
    Slug {
        /// The site's address, without a slash at the end.
        site: String,
        /// The address of the portal of its items.
        sharing: String,
        /// `lahub::parking-meters`, or without the part before `::`.
        slug: String,
    },
}

/// True for a text that may take portals to be understood. The address of a layer or dataset needs none of their files.
pub fn needs_portals(text: &str) -> bool {
    let scheme = text.trim().split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        None | Some("socrata") => false,
        Some("http" | "https") => {
            let address = address_of(text);
            matches!(address, Some(Address::Item(_) | Address::ItemLayer(..) | Address::Slug(_)))
                || (address.is_none() && page::is_one(text))
        }
        Some(_) => true,
    }
}

/// What a text means; `None` for one that speaks of none of these.
///
/// # Errors
/// An alias that the portal does not have; `item:` and `hub:` without an id; aliases that lead in circles.
pub fn meaning(text: &str, portals: &Portals) -> Result<Option<Meaning>> {
    let (mut text, mut of) = (text.trim().to_owned(), None);
    for _ in 0..STEPS {
        match portals.alias(&text) {
            Some(found) => {
                let (portal, _, alias) = found?;
                of = Some(portal);
                text = alias.reference.as_str().to_owned();
            }
            None => return direct(&text, portals, of),
        }
    }
    Err(unreadable(&text, "the aliases lead in circles"))
}

fn direct(text: &str, portals: &Portals, of: Option<&Portal>) -> Result<Option<Meaning>> {
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    match scheme.to_ascii_lowercase().as_str() {
        "item" => {
            let (host, id) = rest.rsplit_once('/').map_or((None, rest), |(host, id)| (Some(host), id));
            let sharing = match host {
                Some(host) => base(host).ok_or_else(|| unreadable(text, ITEM))?,
                None => sharing_of(of),
            };
            item(sharing, item_id(id)).ok_or_else(|| unreadable(text, ITEM)).map(Some)
        }
        "hub" => {
            let (host, id) =
                rest.trim_end_matches('/').rsplit_once('/').ok_or_else(|| unreadable(text, HUB))?;
            let site = base(host).filter(|_| !id.is_empty()).ok_or_else(|| unreadable(text, HUB))?;
            let sharing = sharing_of(portals.of_host(host).or(of));
            let slug = || Meaning::Slug { site, sharing: sharing.clone(), slug: id.to_ascii_lowercase() };
            Ok(Some(item(sharing.clone(), item_id(id)).unwrap_or_else(slug)))
        }
        "http" | "https" => of_page(text, portals, of),
        _ => Ok(of.map(|_| Meaning::Plain(text.to_owned()))),
    }
}

const ITEM: &str = "an item is item:ID[_LAYER], the id being 32 hexadecimal digits";
const HUB: &str = "a Hub dataset is hub:HOST/ITEM[_LAYER]";

fn unreadable(text: &str, reason: &str) -> PortalsError {
    FetchError::Reference { text: geohub_fetch::shown(text), reason: reason.to_owned(), hint: None }.into()
}

fn base(host: &str) -> Option<String> {
    Some(Host::try_from(host.to_owned()).ok()?.base())
}

fn sharing_of(portal: Option<&Portal>) -> String {
    let hub = portal.and_then(|portal| portal.hub.as_ref());
    hub.and_then(|hub| hub.sharing.as_ref()).map_or_else(|| ARCGIS_ONLINE.to_owned(), Host::base)
}

fn item(sharing: String, address: Option<Address>) -> Option<Meaning> {
    match address? {
        Address::Item(id) => Some(Meaning::Item { sharing, id, layer: None }),
        Address::ItemLayer(id, layer) => Some(Meaning::Item { sharing, id, layer: Some(layer) }),
        _ => None,
    }
}

/// An address: of an item's page, of a Hub page, or one that the providers read themselves.
fn of_page(text: &str, portals: &Portals, of: Option<&Portal>) -> Result<Option<Meaning>> {
    let address = address_of(text);
    let Some((scheme, rest)) = text.split_once("://") else { return Ok(None) };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let site = format!("{}://{host}", scheme.to_ascii_lowercase());
    Ok(match address {
        None if of.is_none() && page::is_one(text) => match page::no_dataset(text, portals) {
            Some(error) => return Err(error),
            None => None,
        },
        Some(Address::Slug(named)) => {
            let slug = named.rsplit('/').next().unwrap_or_default().replace("%3a", ":");
            Some(Meaning::Slug { sharing: sharing_of(portals.of_host(host)), site, slug })
        }
        Some(found @ (Address::Item(_) | Address::ItemLayer(..))) => {
            // An item's own page says which portal it is of; `https://gis.example.org/portal/home/item.html?id=`.
            let before = ["/home/", "/sharing/"].iter().find_map(|mark| Some(rest.split_once(mark)?.0));
            let sharing = before.map_or_else(
                || sharing_of(portals.of_host(host)),
                |before| format!("{}://{before}", scheme.to_ascii_lowercase()),
            );
            item(sharing, Some(found))
        }
        _ => of.map(|_| Meaning::Plain(text.to_owned())),
    })
}

impl Meaning {
    /// The host that must be asked; none where nothing must.
    pub fn asks(&self) -> Option<&str> {
        let address = match self {
            Self::Plain(_) => return None,
            Self::Item { sharing, .. } => sharing,
            Self::Slug { site, .. } => site,
        };
        address.split("://").nth(1)
    }

    /// The address that the providers read.
    ///
    /// # Errors
    /// There is no such item, or it is no dataset; a slug of several datasets; what the portals say.
    pub fn resolve(&self, client: &Client) -> Result<String> {
        match self {
            Self::Plain(text) => Ok(text.clone()),
            Self::Item { sharing, id, layer } => of_item(client, sharing, id, *layer),
            Self::Slug { site, sharing, slug } => of_slug(client, site, sharing, slug),
        }
    }
}

/// The service of an item, or its layer.
fn of_item(client: &Client, sharing: &str, id: &str, layer: Option<u32>) -> Result<String> {
    let address = format!("{sharing}/sharing/rest/content/items/{id}");
    let raw = client.json(&Question::new(&address, Dialect::ArcGis)?.with("f", "json"))?;
    let url =
        raw.get("url").and_then(Value::as_str).map(str::trim).and_then(|url| Some((url, address_of(url)?)));
    match (url, layer) {
        (Some((url, Address::Service(_))), Some(layer)) => {
            Ok(format!("{}/{layer}", url.trim_end_matches('/')))
        }
        (Some((url, Address::Service(_) | Address::Layer(..) | Address::Dataset(_))), _) => {
            Ok(url.to_owned())
        }
        _ => Err(no_data(&raw, sharing, id)),
    }
}

/// What an item is that has no rows.
fn no_data(raw: &Value, sharing: &str, id: &str) -> PortalsError {
    let text = |name: &str| {
        raw.get(name).and_then(Value::as_str).map(|text| plain(text, 120)).filter(|text| !text.is_empty())
    };
    let kind = text("type").unwrap_or_else(|| "item without a type".to_owned());
    let title = text("title").unwrap_or_else(|| id.to_owned());
    let page = format!("{sharing}/home/item.html?id={id}");
    let hint = match kind.as_str() {
        "Web Map" | "Web Scene" | "Map Document" => {
            format!("the layers it shows are items of their own; {page} names them")
        }
        "CSV" | "Shapefile" | "File Geodatabase" | "GeoJson" | "KML" | "Microsoft Excel" | "GeoPackage" => {
            format!("it is a file; download it: {sharing}/sharing/rest/content/items/{id}/data")
        }
        _ => page,
    };
    PortalsError::NoDataset { what: format!("`{title}` is no dataset but a {kind}"), hint }
}

/// The dataset that a site knows by words.
fn of_slug(client: &Client, site: &str, sharing: &str, slug: &str) -> Result<String> {
    let words = slug.rsplit("::").next().unwrap_or(slug).replace('-', " ");
    let words = words.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let question = Question::new(&format!("{site}/api/search/v1/collections/all/items"), Dialect::Plain)?
        .with("q", words)
        .with("limit", "100");
    let raw = client.json(&question)?;
    let mut same: Vec<(String, String)> = Vec::new();
    for record in raw.get("features").and_then(Value::as_array).into_iter().flatten() {
        let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str);
        let found = text("/properties/slug").unwrap_or_default().to_ascii_lowercase();
        let own = found == slug || (!slug.contains("::") && found.rsplit("::").next() == Some(slug));
        if let (true, Some(id)) = (own, text("/id")) {
            let title = plain(text("/properties/title").unwrap_or_default(), 120);
            let entry = (id.to_owned(), title);
            if !same.contains(&entry) {
                same.push(entry);
            }
        }
    }
    if same.is_empty() {
        same = by_keyword(client, sharing, slug)?;
    }
    match &same[..] {
        [] => Err(FetchError::NotFound {
            url: format!("{site}/datasets/{slug}"),
            words: format!(
                "the site's search knows no dataset of that name; geohub search {} looks for it",
                clean(words)
            ),
        }
        .into()),
        [(id, _)] => match item(sharing.to_owned(), item_id(id)) {
            Some(Meaning::Item { id, layer, .. }) => of_item(client, sharing, &id, layer),
            _ => Err(unreadable(id, ITEM)),
        },
        several => {
            let choice = |(id, title): &(String, String)| (format!("item:{id}"), title.clone());
            Err(PortalsError::Ambiguous {
                what: slug.to_owned(),
                choices: several.iter().map(choice).collect(),
            })
        }
    }
}

/// Items that have the slug among their keywords, where `::` is written `|`.
fn by_keyword(client: &Client, sharing: &str, slug: &str) -> Result<Vec<(String, String)>> {
    let question = Question::new(&format!("{sharing}/sharing/rest/search"), Dialect::ArcGis)?
        .with("q", format!("typekeywords:\"slug|{}\"", slug.replace("::", "|").replace('"', "")))
        .with("num", "10")
        .with("f", "json");
    let raw = client.json(&question)?;
    let listed = raw.get("results").and_then(Value::as_array).into_iter().flatten();
    let read = |item: &Value| {
        let title = item.get("title").and_then(Value::as_str).unwrap_or_default();
        Some((item.get("id")?.as_str()?.to_owned(), plain(title, 120)))
    };
    Ok(listed.filter_map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "23f48820904b46c38f0d4f2d75c69d23";

    fn of(text: &str) -> Option<Meaning> {
        meaning(text, &Portals::built_in().unwrap()).unwrap()
    }

    fn item(sharing: &str, layer: Option<u32>) -> Meaning {
        Meaning::Item { sharing: sharing.to_owned(), id: ID.to_owned(), layer }
    }

    #[test]
    fn the_address_of_a_layer_takes_no_portals() {
        for text in [
            "https://h.example/arcgis/rest/services/a/FeatureServer/0",
            "socrata:data.example.org/abcd-1234",
            "https://data.example.org/resource/abcd-1234.json",
            "meters.fgb",
        ] {
            assert!(!needs_portals(text), "{text}");
        }
        for text in ["la:parking-meters", "item:0123", "hub:h.example/x", "https://h.example/datasets/a::b"] {
            assert!(needs_portals(text), "{text}");
        }
    }

    #[test]
    fn everything_people_paste_is_understood() {
        for (text, layer) in [
            (format!("item:{ID}_3"), Some(3)),
            (format!("item:{ID}"), None),
            (format!("hub:geohub.lacity.org/{ID}_3"), Some(3)),
            (format!("https://geohub.lacity.org/datasets/{ID}_3/explore?location=34,-118,10"), Some(3)),
            (format!("https://geohub.lacity.org/maps/{ID}/about"), None),
            (format!("https://geohub.lacity.org/apps/{ID}"), None),
            (format!("https://www.arcgis.com/home/item.html?id={ID}&sublayer=3#overview"), Some(3)),
            (format!("https://www.arcgis.com/sharing/rest/content/items/{ID}?f=json"), None),
        ] {
            assert_eq!(of(&text), Some(item(ARCGIS_ONLINE, layer)), "{text}");
        }
        let enterprise = "https://gis.example.org/portal";
        assert_eq!(of(&format!("{enterprise}/home/item.html?id={ID}")), Some(item(enterprise, None)));
        assert_eq!(of(&format!("item:gis.example.org/portal/{ID}_0")), Some(item(enterprise, Some(0))));
        let slug = |slug: &str| {
            let site = "https://geohub.lacity.org".to_owned();
            Some(Meaning::Slug { site, sharing: ARCGIS_ONLINE.to_owned(), slug: slug.to_owned() })
        };
        for text in [
            "https://geohub.lacity.org/datasets/lahub::lapd-divisions/explore?x=1",
            "hub:geohub.lacity.org/lahub::lapd-divisions",
        ] {
            assert_eq!(of(text), slug("lahub::lapd-divisions"), "{text}");
        }
        assert_eq!(of("https://geohub.lacity.org/datasets/trees/about"), slug("trees"));
        let plain = |text: &str| Some(Meaning::Plain(text.to_owned()));
        assert_eq!(of("la:parking-meters"), plain("socrata:data.lacity.org/s49e-q6j2"));
        for text in [
            "socrata:data.lacity.org/s49e-q6j2",
            "https://h/arcgis/rest/services/A/FeatureServer/0",
            "a.geojson",
            "-",
            "C:\\a.csv",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn wrong_ones_are_told() {
        let portals = Portals::built_in().unwrap();
        let told = |text: &str| meaning(text, &portals).unwrap_err();
        assert!(
            matches!(told("la:parking-meter"), PortalsError::NoAlias { near, .. } if near[0] == "la:parking-meters")
        );
        assert!(
            matches!(told("la:meters"), PortalsError::NoAlias { near, .. } if near[0] == "la:parking-meters")
        );
        for text in ["item:abc", "hub:nothing", "item:h ost/x"] {
            assert!(matches!(told(text), PortalsError::Fetch(FetchError::Reference { .. })), "{text}");
        }
    }
}
