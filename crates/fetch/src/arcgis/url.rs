//! Addresses of layers and services.

use url::Url;

use crate::error::Result;
use crate::reference::Target;

/// Parameters of a pasted URL that change nothing for us, or that are ours to choose.
const IDLE: [&str; 8] = [
    "f",
    "token",
    "returngeometry",
    "outsr",
    "resultoffset",
    "resultrecordcount",
    "orderbyfields",
    "resulttype",
];

/// The layer of `.../FeatureServer/0` or `.../MapServer/3`, or the service where no number follows, whatever else does.
///
/// A pasted query's `where` and `outFields` stay in the address; [`Given`] takes them off.
pub(super) fn parse(text: &str) -> Option<Result<Target>> {
    let mut url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let segments: Vec<String> = url.path_segments()?.map(str::to_owned).collect();
    let kinds = ["FeatureServer", "MapServer"];
    let service =
        segments.iter().position(|part| kinds.iter().any(|kind| part.eq_ignore_ascii_case(kind)))?;
    let numbered = segments.get(service + 1).is_some_and(|part| is_number(part));
    let given = Given::read(&url);
    let idle = |name: &str| IDLE.contains(&name.to_ascii_lowercase().as_str());
    let dropped: Vec<String> = url
        .query_pairs()
        .filter(|(name, value)| !idle(name) && !value.is_empty() && !Given::has(name))
        .map(|(name, _)| name.into_owned())
        .collect();
    url.set_path(&segments[..=service + usize::from(numbered)].join("/"));
    url.set_fragment(None);
    given.write(&mut url);
    let dropped = (!dropped.is_empty()).then(|| format!("query part ({})", dropped.join(", ")));
    Some(Ok(Target { url, dataset: None, dropped }))
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number at the end of a layer's address; `None` for a service.
pub(super) fn layer_number(url: &Url) -> Option<u64> {
    url.path_segments()?.next_back().filter(|part| is_number(part))?.parse().ok()
}

/// The address of another layer of the same service.
pub(super) fn with_layer(url: &Url, number: u64) -> Url {
    let root = service_of(url);
    let mut layer = root.clone();
    layer.set_path(&format!("{}/{number}", root.path()));
    layer
}

/// The service of a layer.
pub(super) fn service_of(url: &Url) -> Url {
    let mut root = url.clone();
    let path = url.path().trim_end_matches('/');
    let cut = match (layer_number(url), path.rfind('/')) {
        (Some(_), Some(at)) => &path[..at],
        _ => path,
    };
    root.set_path(cut);
    root
}

/// `.../rest/services`, and the name of a service below it, its folder included.
pub(super) fn catalog_of(root: &Url) -> Option<(Url, String)> {
    let path = root.path();
    let at = path.to_ascii_lowercase().find("/rest/services/")? + "/rest/services".len();
    let mut services = root.clone();
    services.set_path(&path[..at]);
    let (name, _) = path[at + 1..].trim_end_matches('/').rsplit_once('/')?;
    Some((services, name.to_owned()))
}

/// What a pasted query asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    /// Its `where`, unless it means all rows.
    pub(super) condition: Option<String>,
    /// Its `outFields`, unless they are all.
    pub(super) fields: Option<Vec<String>>,
}

impl Given {
    fn has(name: &str) -> bool {
        name.eq_ignore_ascii_case("where") || name.eq_ignore_ascii_case("outFields")
    }

    /// What the query part of an address says.
    pub(super) fn read(url: &Url) -> Self {
        let value = |wanted: &str| {
            let found = url.query_pairs().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let fields = value("outFields").filter(|list| !list.split(',').any(|name| name.trim() == "*"));
        Self {
            condition: value("where").filter(|text| text.replace(' ', "") != "1=1"),
            fields: fields.map(|list| list.split(',').map(|name| name.trim().to_owned()).collect()),
        }
    }

    fn write(&self, url: &mut Url) {
        url.set_query(None);
        if let Some(condition) = &self.condition {
            url.query_pairs_mut().append_pair("where", condition);
        }
        if let Some(fields) = &self.fields {
            url.query_pairs_mut().append_pair("outFields", &fields.join(","));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_follows_the_layer_is_cut() {
        let layer = "https://maps.example.org/lahub/rest/services/Streets/MapServer/3";
        for tail in ["", "/", "/query", "/query?where=1%3D1&f=json&outFields=*", "?f=pjson", "#x"] {
            let target = parse(&format!("{layer}{tail}")).unwrap().unwrap();
            assert_eq!(target.url.as_str(), layer, "{tail}");
            assert_eq!(target.dropped, None, "{tail}");
        }
        let target = parse("http://127.0.0.1:80/a/featureserver/12?geometry=1,2").unwrap().unwrap();
        assert_eq!(target.url.as_str(), "http://127.0.0.1/a/featureserver/12");
        assert_eq!(target.dropped.as_deref(), Some("query part (geometry)"));
    }

    #[test]
    fn a_pasted_condition_is_kept() {
        let target = parse("https://h/a/FeatureServer/0/query?where=A+%3E+2&outfields=A,%20B&f=json")
            .unwrap()
            .unwrap();
        let given = Given::read(&target.url);
        assert_eq!(given.condition.as_deref(), Some("A > 2"));
        assert_eq!(given.fields, Some(vec!["A".to_owned(), "B".to_owned()]));
        assert_eq!(target.dropped, None);
        assert_eq!(Given::read(&Url::parse("https://h/FeatureServer/0").unwrap()), Given::default());
    }

    #[test]
    fn services_are_told_from_layers_and_other_pages_from_both() {
        let service = parse("https://h/a/FeatureServer/?f=pjson").unwrap().unwrap().url;
        assert_eq!((service.as_str(), layer_number(&service)), ("https://h/a/FeatureServer", None));
        assert_eq!(with_layer(&service, 4).as_str(), "https://h/a/FeatureServer/4");
        let layer = parse("https://h/a/MapServer/12/query").unwrap().unwrap().url;
        assert_eq!(layer_number(&layer), Some(12));
        assert_eq!(service_of(&layer).as_str(), "https://h/a/MapServer");
        assert_eq!(with_layer(&layer, 4).as_str(), "https://h/a/MapServer/4");
        for text in ["https://h/a/ImageServer", "https://h/a/rest/services", "ftp://h/FeatureServer/0", "x"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
