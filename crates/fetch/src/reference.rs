//! What a user types for a layer of a portal.

use url::Url;

use crate::error::{FetchError, Result};
use crate::http::visible;
use crate::provider::{PROVIDERS, Provider};

/// A layer of a portal, told by its text alone; no server has been asked.
#[derive(Clone)]
pub struct Reference {
    text: String,
    provider: &'static dyn Provider,
    target: Target,
}

/// The layer in a provider's own terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The layer's address (`ArcGIS`) or the portal's root (Socrata).
    pub(crate) url: Url,
    /// The dataset within the portal.
    pub(crate) dataset: Option<String>,
    /// What of the pasted URL is not used, for a note.
    pub(crate) dropped: Option<String>,
}

impl Reference {
    /// Reads `https://.../FeatureServer/0`, `.../MapServer/3`, `socrata:HOST/ID` or the page of a Socrata dataset.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        for provider in PROVIDERS {
            if let Some(target) = provider.parse(text) {
                return Ok(Self { text: text.to_owned(), provider: *provider, target: target? });
            }
        }
        Err(later(text).unwrap_or_else(|| FetchError::Reference {
            text: shown(text),
            reason: "it names no file and no kind of portal".to_owned(),
            hint: Some(EXAMPLES.to_owned()),
        }))
    }

    /// True for a text that speaks of a portal rather than of a file.
    pub fn looks_remote(text: &str) -> bool {
        let lower = text.trim().to_ascii_lowercase();
        let schemes = ["http://", "https://", "socrata:", "hub:", "item:", "la:"];
        schemes.iter().any(|scheme| lower.starts_with(scheme))
    }

    /// The text as typed, without secrets.
    pub fn text(&self) -> String {
        shown(&self.text)
    }

    /// The same layer, as somebody else's text for it: an alias or a page that was resolved to it.
    #[must_use]
    pub fn typed_as(mut self, text: &str) -> Self {
        text.trim().clone_into(&mut self.text);
        self
    }

    /// True for layers of the portal inside the program, which take no network.
    pub fn is_embedded(&self) -> bool {
        crate::demo::is_demo(&self.target.url)
    }

    /// The layer's address, or the page of the dataset, without secrets: the same however it was typed.
    pub fn address(&self) -> String {
        let root = visible(&self.target.url);
        match &self.target.dataset {
            Some(id) => format!("{}/d/{id}", root.trim_end_matches('/')),
            None => root,
        }
    }

    /// What a pasted query asks for, its conditions and columns; `None` for a layer as it is.
    pub fn narrowing(&self) -> Option<&str> {
        self.target.url.query().filter(|query| !query.is_empty())
    }

    /// The provider's name.
    pub fn provider(&self) -> &'static str {
        self.provider.name()
    }

    pub(crate) fn opener(&self) -> (&'static dyn Provider, &Target) {
        (self.provider, &self.target)
    }
}

/// A reference as messages and files may show it, whether or not it makes sense: no credentials, query or fragment.
pub fn shown(text: &str) -> String {
    let text = text.trim();
    if let Some(url) = Url::parse(text).ok().filter(Url::has_host) {
        return visible(&url);
    }
    let shown = text.split(['?', '#']).next().unwrap_or_default();
    let scheme = shown.find("://").map(|at| at + 3).or_else(|| shown.find(':').map(|at| at + 1)).unwrap_or(0);
    let host = shown[scheme..].split('/').next().unwrap_or_default();
    match host.rfind('@') {
        Some(at) => format!("{}{}", &shown[..scheme], &shown[scheme + at + 1..]),
        None => shown.to_owned(),
    }
}

impl std::fmt::Debug for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reference")
            .field("text", &self.text())
            .field("dataset", &self.target.dataset)
            .finish_non_exhaustive()
    }
}

const EXAMPLES: &str =
    "write https://HOST/.../FeatureServer/0, https://HOST/.../MapServer/3 or socrata:HOST/ID";

/// References that a later version resolves.
fn later(text: &str) -> Option<FetchError> {
    let lower = text.to_ascii_lowercase();
    let not_yet = |kind: &'static str, hint: &str| {
        Some(FetchError::NotYet { text: shown(text), kind, hint: hint.to_owned() })
    };
    let layer_url =
        "paste the layer's own address, .../FeatureServer/0; the portal's page of the layer shows it";
    for (scheme, kind) in
        [("hub:", "an ArcGIS Hub item"), ("item:", "an ArcGIS Online item"), ("la:", "an alias")]
    {
        if lower.starts_with(scheme) {
            return not_yet(kind, layer_url);
        }
    }
    let words =
        |text: &str| text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if lower.split_once(':').is_some_and(|(portal, name)| portal != "file" && words(portal) && words(name)) {
        return not_yet("an alias", "geohub portal list shows the portals that have aliases");
    }
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let path = url.path().trim_end_matches('/').to_ascii_lowercase();
    if path.contains("/rest/services") {
        return not_yet("a catalog of services", "name a layer: .../FeatureServer/0");
    }
    if path.contains("/datasets/") || path.contains("/maps/") || path.contains("/home/item.html") {
        return not_yet("a page of an ArcGIS portal", layer_url);
    }
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    if ["fgb", "parquet", "geojson", "csv", "zip", "json"].contains(&extension) {
        return not_yet("a remote file", "download it first");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_shows_what_may_be_secret() {
        for (text, seen) in [
            ("https://me:pw@h/a/FeatureServer/0?token=x#y", "https://h/a/FeatureServer/0"),
            ("https://me:pw@h/nothing?token=x", "https://h/nothing"),
            ("socrata:http://me:pw@h/abcd-123?$$app_token=x", "socrata:http://h/abcd-123"),
            ("socrata:me:pw@h/abcd-1234", "socrata:h/abcd-1234"),
            ("hub:h/item?token=x", "hub:h/item"),
            ("https://me:pw@:bad/x?token=x", "https://:bad/x"),
            ("la:parking-meters", "la:parking-meters"),
        ] {
            assert_eq!(shown(text), seen);
            match Reference::parse(text) {
                Ok(reference) => assert!(!format!("{reference:?} {}", reference.text()).contains("pw")),
                Err(error) => {
                    let all = format!("{error} {error:?} {:?}", error.hint());
                    assert!(!all.contains("pw") && !all.contains("token=x"), "{all}");
                }
            }
        }
    }
}
