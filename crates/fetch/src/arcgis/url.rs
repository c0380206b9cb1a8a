//! Addresses of layers.

use url::Url;

use crate::error::Result;
use crate::reference::Target;

/// Parameters of a pasted URL that change nothing for us.
const IDLE: [&str; 5] = ["f", "token", "outfields", "returngeometry", "outsr"];

/// The layer of `.../FeatureServer/0` or `.../MapServer/3`, whatever follows the number.
pub(super) fn parse(text: &str) -> Option<Result<Target>> {
    let mut url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let segments: Vec<String> = url.path_segments()?.map(str::to_owned).collect();
    let service = segments.windows(2).position(|pair| {
        let [kind, number] = pair else { return false };
        let served = kind.eq_ignore_ascii_case("FeatureServer") || kind.eq_ignore_ascii_case("MapServer");
        served && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })?;
    let dropped = url.query_pairs().any(|(name, value)| {
        let idle = IDLE.contains(&name.to_ascii_lowercase().as_str()) || value.is_empty();
        !idle && value.replace(' ', "") != "1=1"
    });
    url.set_path(&segments[..=service + 1].join("/"));
    url.set_query(None);
    url.set_fragment(None);
    Some(Ok(Target { url, dataset: None, dropped: dropped.then(|| "query part".to_owned()) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_follows_the_layer_is_cut() {
        let layer = "https://maps.example.org/lahub/rest/services/Streets/MapServer/3";
        for tail in ["", "/", "/query", "/query?where=1%3D1&f=json", "?f=pjson", "#x"] {
            let target = parse(&format!("{layer}{tail}")).unwrap().unwrap();
            assert_eq!(target.url.as_str(), layer, "{tail}");
            assert_eq!(target.dropped, None, "{tail}");
        }
        let target = parse("http://127.0.0.1:80/a/featureserver/12?where=A%3D2").unwrap().unwrap();
        assert_eq!(target.url.as_str(), "http://127.0.0.1/a/featureserver/12");
        assert!(target.dropped.is_some());
    }

    #[test]
    fn services_and_other_pages_are_not_layers() {
        for text in
            ["https://h/a/FeatureServer", "https://h/a/FeatureServer/layers", "ftp://h/FeatureServer/0", "x"]
        {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
