//! Pages of portals that people paste and that are no dataset, told by their address alone.

use geohub_core::text::clean;
use url::Url;

use crate::error::PortalsError;
use crate::portal::Portals;

/// What a page is and what to do instead; `None` for pages that may be a dataset's.
pub(crate) fn no_dataset(text: &str, portals: &Portals) -> Option<PortalsError> {
    let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let (what, search) = kind(&url)?;
    let shown = geohub_fetch::shown(text);
    let host = url.host_str().unwrap_or_default();
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let portal = portals.of_host(&host).map_or_else(
        || "--portal ID, an id of geohub portal list".to_owned(),
        |portal| format!("--portal {}", portal.id),
    );
    let words = search.unwrap_or_else(|| "WORDS".to_owned());
    Some(PortalsError::NoDataset {
        what: format!("{shown} is no dataset but {what}"),
        hint: format!("geohub search {words} {portal} finds the datasets there are"),
    })
}

/// True for an address of such a page.
pub(crate) fn is_one(text: &str) -> bool {
    Url::parse(text.trim()).is_ok_and(|url| kind(&url).is_some())
}

/// What a page is, and the words that it searches for.
fn kind(url: &Url) -> Option<(&'static str, Option<String>)> {
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let words = || {
        let own = |name: &str| matches!(name, "q" | "query" | "search" | "t");
        let found = url.query_pairs().find(|(name, value)| own(name) && !value.trim().is_empty())?;
        Some(clean(found.1.trim()))
    };
    let lower: Vec<String> = parts.iter().map(|part| part.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    Some(match lower[..] {
        [] => ("the front page of a site", None),
        ["search" | "browse", ..] | [.., "home", "search.html"] => ("a search of a portal", words()),
        ["explore" | "datasets" | "data" | "catalog"] => ("a list of datasets", words()),
        ["pages", ..] => ("a page of a Hub site", None),
        [.., "home", "group.html"] => ("the page of a group", None),
        ["profile", ..] | [.., "home", "user.html"] => ("the page of a user", None),
        [.., "home", "gallery.html" | "content.html" | "organization.html"] => ("a list of items", None),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_say_what_they_are_and_what_to_search_for() {
        let portals = Portals::built_in().unwrap();
        for (text, what, hint) in [
            (
                "https://geohub.lacity.org/search?q=parking%20meters&type=feature",
                "a search",
                "search parking meters --portal la ",
            ),
            (
                "https://data.lacity.org/browse?limitTo=datasets&q=trees",
                "a search",
                "search trees --portal la ",
            ),
            ("https://geohub.lacity.org/pages/about", "a page of a Hub", "search WORDS --portal la "),
            ("https://geohub.lacity.org/", "the front page", "--portal la "),
            ("https://www.arcgis.com/home/group.html?id=1#overview", "a group", "--portal ID"),
        ] {
            assert!(is_one(text), "{text}");
            let Some(PortalsError::NoDataset { what: told, hint: typed }) = no_dataset(text, &portals) else {
                panic!("{text}")
            };
            assert!(told.contains(what) && typed.contains(hint), "{told} {typed}");
        }
        for text in ["https://h.example/datasets/a", "https://h.example/d/abcd-1234", "a.geojson", "la:x"] {
            assert!(!is_one(text), "{text}");
        }
    }
}
