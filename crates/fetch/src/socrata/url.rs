//! Addresses of datasets.

use url::Url;

use super::given::Given;
use crate::error::{FetchError, Result};
use crate::reference::{Target, shown};

/// What may follow the id on a dataset's pages and endpoints.
const TAILS: [&str; 9] =
    ["about_data", "about", "data", "data_preview", "explore", "rows", "query", "export", "columns"];

/// `socrata:HOST/ID`, or any address of a dataset.
pub(super) fn parse(text: &str) -> Option<Result<Target>> {
    if let Some(rest) =
        text.get(..8).filter(|scheme| scheme.eq_ignore_ascii_case("socrata:")).map(|_| &text[8..])
    {
        return Some(short(text, rest));
    }
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let segments: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let at = segments.iter().rposition(|part| id(part).is_some())?;
    let tail =
        segments.get(at + 1).map(|tail| tail.split('.').next().unwrap_or_default().to_ascii_lowercase());
    if tail.is_some_and(|tail| !TAILS.contains(&tail.as_str())) {
        return None;
    }
    let (given, dropped) = Given::read(&url);
    let mut root = match (url.host_str(), segments.as_slice()) {
        // The documentation's own pages name the portal in the path.
        (Some("dev.socrata.com"), ["foundry", host, _]) => Url::parse(&format!("https://{host}/")).ok()?,
        _ => root_of(&url),
    };
    given.write(&mut root);
    let dropped = (!dropped.is_empty()).then(|| format!("query part ({})", dropped.join(", ")));
    Some(Ok(Target { url: root, dataset: id(segments[at]), dropped }))
}

fn short(text: &str, rest: &str) -> Result<Target> {
    let problem = |reason: &str| FetchError::Reference {
        text: shown(text),
        reason: reason.to_owned(),
        hint: Some("write socrata:HOST/ID, such as socrata:data.lacity.org/s49e-q6j2".to_owned()),
    };
    let (host, last) =
        rest.trim_end_matches('/').rsplit_once('/').ok_or_else(|| problem("it has no host"))?;
    let dataset = id(last).ok_or_else(|| problem("an id is two groups of four letters and digits"))?;
    let address = if host.contains("://") { host.to_owned() } else { format!("https://{host}") };
    let url = Url::parse(&address).map_err(|error| problem(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(problem("it has no host"));
    }
    Ok(Target { url: root_of(&url), dataset: Some(dataset), dropped: None })
}

fn root_of(url: &Url) -> Url {
    let mut root = url.clone();
    root.set_path("/");
    root.set_query(None);
    root.set_fragment(None);
    root
}

/// The 4x4 id in a path segment, its extension and draft mark cut.
fn id(segment: &str) -> Option<String> {
    let name = segment.split(['.', ':']).next()?.to_ascii_lowercase();
    let group = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.split_once('-').is_some_and(|(a, b)| group(a) && group(b)).then_some(name)
}

/// Whether a text is a 4x4 id as portals write it.
pub(super) fn is_id(text: &str) -> bool {
    id(text).is_some_and(|id| id == text)
}

/// An address within a portal.
pub(super) fn within(root: &Url, path: &str) -> Url {
    let mut url = root.clone();
    url.set_path(path);
    url.set_query(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_a_dataset_names_host_and_id() {
        for text in [
            "socrata:data.lacity.org/s49e-q6j2",
            "https://data.lacity.org/Transportation/LADOT-Metered-Parking/s49e-q6j2",
            "https://data.lacity.org/Transportation/LADOT-Metered-Parking/S49E-Q6J2/about_data",
            "https://data.lacity.org/d/s49e-q6j2",
            "https://data.lacity.org/dataset/slug/s49e-q6j2/",
            "https://data.lacity.org/resource/s49e-q6j2.json",
            "https://data.lacity.org/api/views/s49e-q6j2/rows.csv?accessType=DOWNLOAD",
            "https://data.lacity.org/api/v3/views/s49e-q6j2/query.json",
            "https://dev.socrata.com/foundry/data.lacity.org/s49e-q6j2",
        ] {
            let target = parse(text).unwrap().unwrap();
            assert_eq!(target.url.as_str(), "https://data.lacity.org/", "{text}");
            assert_eq!(target.dataset.as_deref(), Some("s49e-q6j2"), "{text}");
        }
        let target = parse("socrata:http://127.0.0.1:8080/abcd-1234").unwrap().unwrap();
        assert_eq!(target.url.as_str(), "http://127.0.0.1:8080/");
        let pasted = parse("https://h/resource/abcd-1234.json?$where=a=1&$limit=7").unwrap().unwrap();
        assert_eq!(pasted.dropped.as_deref(), Some("query part ($limit)"));
        assert_eq!(pasted.url.as_str(), "https://h/?%24where=a%3D1");
    }

    #[test]
    fn other_texts_are_refused_or_left_to_others() {
        for text in ["socrata:abcd-1234", "socrata:host/abc", "socrata:ftp://h/abcd-1234", "socrata:"] {
            assert!(parse(text).unwrap().is_err(), "{text}");
        }
        for text in ["https://h/browse?q=x", "https://h/data-sets/other/page", "file.csv", "sö"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
