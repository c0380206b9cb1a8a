//! The item that stands for a layer in its portal: whose the layer is and under which terms.

use geohub_core::licence::plain;
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use super::answer;
use super::ask::send;
use super::fate::json_if_any;
use super::url::{catalog_of, service_of};
use crate::error::{FetchError, Result};
use crate::http::{Http, Request, is_loopback, visible};
use crate::item::ItemFacts;
use crate::settings::is_hosted;

/// The portal of hosted layers.
const ONLINE: &str = "https://www.arcgis.com";
/// Longest text of an item that goes into files, in characters: some licences are whole contracts.
const MOST_CHARS: usize = 4000;

/// The item's address: at `ArcGIS` Online for hosted layers, else in the portal that the server names as its own
/// (`owningSystemUrl` of `/rest/info`). `None` where it names none. Requests go as `sent` makes them.
pub(super) async fn place(
    url: &Url,
    item: &str,
    http: &Http,
    sent: impl Fn(Request) -> Request,
) -> Result<Option<Url>> {
    if !item.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(None);
    }
    let named = if url.host_str().is_some_and(is_hosted) {
        Some(ONLINE.to_owned())
    } else {
        let Some((services, _)) = catalog_of(&service_of(url)) else { return Ok(None) };
        let mut info = services.clone();
        info.set_path(&format!("{}/info", services.path().trim_end_matches("/services")));
        let found = json_if_any(&sent(Request::new(info).with("f", "json")), http).await?;
        found.as_ref().and_then(|info| text(info, "owningSystemUrl"))
    };
    let portal = named.and_then(|text| Url::parse(&text).ok()).filter(|portal| may_be_asked(url, portal));
    Ok(portal.map(|mut portal| {
        let root = portal.path().trim_end_matches('/').to_owned();
        portal.set_query(None);
        portal.set_path(&format!("{root}/sharing/rest/content/items/{item}"));
        portal
    }))
}

/// A server far away does not send us to this machine, nor one with encryption to one without.
fn may_be_asked(server: &Url, portal: &Url) -> bool {
    match portal.scheme() {
        "https" => is_loopback(server) || !is_loopback(portal),
        "http" => server.scheme() == "http" && (is_loopback(server) || !is_loopback(portal)),
        _ => false,
    }
}

/// What the item says, asked once and not for long.
pub(super) async fn ask(url: &Url, item: &str, http: &Http) -> Result<ItemFacts> {
    let limit = http.settings.aside_limit();
    let asking = async {
        let Some(place) = place(url, item, http, Request::aside).await? else {
            let what = format!("{}: its server names no portal that has its item", visible(url));
            return Err(FetchError::Unsupported { what, hint: None });
        };
        let request = Request::new(place).with("f", "json").aside();
        let raw: Value = send(http, &request, answer::json).await?;
        let is_it = text(&raw, "id").is_some_and(|id| id.eq_ignore_ascii_case(item));
        if is_it {
            Ok(read(&raw))
        } else {
            Err(FetchError::bad(&request.name(), "another item than asked for"))
        }
    };
    timeout(limit, asking).await.unwrap_or_else(|_| {
        let words = format!("the portal of its item had not answered in {:.1} s", limit.as_secs_f64());
        Err(FetchError::Deadline(words))
    })
}

fn read(raw: &Value) -> ItemFacts {
    let said = |name: &str| {
        let html = raw.get(name)?.as_str()?;
        Some(short(&plain(html))).filter(|text| !text.is_empty())
    };
    let licence = said("licenseInfo");
    ItemFacts {
        title: said("title"),
        owner: said("owner"),
        terms: licence.as_deref().and_then(first_link),
        licence,
        credit: said("accessInformation"),
        description: said("description").or_else(|| said("snippet")),
        modified_ms: raw.get("modified").and_then(Value::as_i64).filter(|ms| *ms > 0),
    }
}

fn text(raw: &Value, name: &str) -> Option<String> {
    raw.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn short(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARS) {
        Some((at, _)) => format!("{} [...]", &text[..at]),
        None => text.to_owned(),
    }
}

fn first_link(text: &str) -> Option<String> {
    let at = text.find("https://").into_iter().chain(text.find("http://")).min()?;
    let word = text[at..].split_whitespace().next()?;
    let link = word.trim_end_matches(|c: char| ".,;:!?)]}>\"'".contains(c));
    Url::parse(link).ok().filter(Url::has_host).map(|_| link.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn licence_and_terms_come_out_of_html_and_nothing_out_of_nothing() {
        let raw = json!({
            "title": "Trees", "owner": "lahub_admin", "accessInformation": "City &amp; County", "modified": 5,
            "licenseInfo": "<p>Under <a href=\"https://a.org/terms\">these terms</a> (https://b.org).</p>",
            "description": " <br> ", "snippet": "All <b>trees</b>",
        });
        let facts = read(&raw);
        assert_eq!(facts.licence.as_deref(), Some("Under https://a.org/terms these terms (https://b.org)."));
        assert_eq!(facts.terms.as_deref(), Some("https://a.org/terms"));
        assert_eq!(facts.credit.as_deref(), Some("City & County"));
        assert_eq!(facts.description.as_deref(), Some("All trees"));
        assert_eq!(first_link("see (https://b.org/x)."), Some("https://b.org/x".to_owned()));
        assert_eq!(first_link("see http:// or not"), None);
        for raw in [json!(null), json!([]), json!({"licenseInfo": 5, "owner": null, "title": {}})] {
            assert_eq!(read(&raw), ItemFacts::default());
        }
        assert_eq!(short(&"ü".repeat(5000)).chars().count(), MOST_CHARS + 6);
    }

    #[test]
    fn a_recorded_item_tells_whose_it_is() {
        let raw = json!({
            "id": "eda6e08848924887b00a67ca319ec1bf", "owner": "dmfenton", "modified": 1_549_114_505_000_i64,
            "accessInformation": "MD iMAP, DoIT, MCAC, MSFA", "licenseInfo": null, "documentation": null,
        });
        let facts = read(&raw);
        assert_eq!((facts.owner.as_deref(), facts.licence), (Some("dmfenton"), None));
        assert_eq!(facts.modified_ms, Some(1_549_114_505_000));
    }

    #[test]
    fn portals_are_not_sought_on_this_machine_or_without_encryption() {
        let url = |text: &str| Url::parse(text).unwrap();
        for (server, portal, fine) in [
            ("https://gis.example.org/a", "https://portal.example.org", true),
            ("http://gis.example.org/a", "http://portal.example.org", true),
            ("https://gis.example.org/a", "http://portal.example.org", false),
            ("https://gis.example.org/a", "https://127.0.0.1/portal", false),
            ("http://127.0.0.1:1/a", "http://127.0.0.1:2/portal", true),
            ("https://gis.example.org/a", "ftp://x", false),
        ] {
            assert_eq!(may_be_asked(&url(server), &url(portal)), fine, "{server} {portal}");
        }
    }
}
