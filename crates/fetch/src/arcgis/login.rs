//! From user and password to a token (`generateToken`).

use serde::Deserialize;
use url::{Host, Url};

use super::answer;
use crate::error::{FetchError, Result};
use crate::http::{Auth, Http, Request, is_loopback, visible};
use crate::settings::is_hosted;
use crate::token::{Credential, Secret, Session, TokenKind, host_name};

/// The web page that our tokens are made for and sent from. Bound to an address they would fail behind proxies with
/// several.
pub(super) const PAGE: &str = env!("CARGO_PKG_REPOSITORY");
const MINUTES: u32 = 60;
const ONLINE: &str = "https://www.arcgis.com/sharing/rest/generateToken";

#[derive(Deserialize)]
struct Info {
    #[serde(rename = "authInfo")]
    auth: Option<AuthInfo>,
}

#[derive(Deserialize)]
struct AuthInfo {
    #[serde(rename = "tokenServicesUrl")]
    service: Option<String>,
}

#[derive(Deserialize)]
struct Given {
    token: Option<String>,
}

/// The token to show: the credential itself, or the one that was last given for it.
pub(super) async fn session(http: &Http, url: &Url, credential: &Credential) -> Result<Session> {
    if credential.kind != TokenKind::ArcgisLogin {
        return Ok(Session { token: credential.secret.clone(), number: 0 });
    }
    let mut sessions = http.settings.tokens.state.sessions.lock().await;
    let host = host_name(url);
    if let Some(session) = sessions.get(&host) {
        return Ok(session.clone());
    }
    let session = Session { token: sign_in(http, url, credential).await?, number: 1 };
    sessions.insert(host, session.clone());
    Ok(session)
}

/// A token in place of one that is no longer good, unless another request has brought one meanwhile.
pub(super) async fn renew(http: &Http, url: &Url, credential: &Credential, old: &Session) -> Result<Session> {
    let mut sessions = http.settings.tokens.state.sessions.lock().await;
    let host = host_name(url);
    if let Some(newer) = sessions.get(&host).filter(|newer| newer.number > old.number) {
        return Ok(newer.clone());
    }
    http.context.detail(format!("{host}: the token has run out; asking for another"));
    let session = Session { token: sign_in(http, url, credential).await?, number: old.number + 1 };
    sessions.insert(host, session.clone());
    Ok(session)
}

/// Asks the token service.
async fn sign_in(http: &Http, url: &Url, credential: &Credential) -> Result<Secret> {
    let service = token_service(http, url, credential).await?;
    let request = Request::new(service.clone())
        .with("client", "referer")
        .with("referer", PAGE)
        .with("expiration", MINUTES.to_string())
        .with("f", "json")
        .with_auth(Auth::login(&credential.name, &credential.secret));
    let given: Result<Given> = http.get(&request, answer::json).await;
    let refused = |words: String| FetchError::Login { url: visible(&service), words, host: host_name(url) };
    match given {
        Ok(Given { token: Some(token) }) if !token.is_empty() => Ok(Secret::new(token)),
        Ok(_) => Err(FetchError::bad(&visible(&service), "an answer without a token")),
        // Wrong passwords are a 400 or 401 in the body.
        Err(FetchError::Credentials { words, .. } | FetchError::Server { code: 400, words, .. }) => {
            Err(refused(words))
        }
        Err(error) => Err(error),
    }
}

/// Where passwords may go: to the address the user gave, to the server itself, or from hosted layers to `ArcGIS` Online.
async fn token_service(http: &Http, url: &Url, credential: &Credential) -> Result<Url> {
    if let Some(given) = &credential.token_url {
        let parsed = Url::parse(given).ok().filter(may_have_password);
        return parsed.ok_or_else(|| elsewhere(url, given, "it is no https address"));
    }
    if url.host_str().is_some_and(is_hosted) {
        return Url::parse(ONLINE).map_err(|error| FetchError::bad(ONLINE, error.to_string()));
    }
    let root = root(url);
    let named = match named_service(http, &root).await {
        Ok(named) => named,
        Err(FetchError::NotFound { .. } | FetchError::Server { .. } | FetchError::BadAnswer { .. }) => None,
        Err(error) => return Err(error),
    };
    let Some(named) = named else { return Ok(below(&root, "tokens/generateToken")) };
    let service = Url::parse(&named).ok().filter(may_have_password);
    let service = service.ok_or_else(|| elsewhere(url, &named, "it is no https address"))?;
    if service.host() == url.host() { Ok(service) } else { Err(elsewhere(url, &named, "it is another host")) }
}

/// Where the server says that its tokens come from.
async fn named_service(http: &Http, root: &Url) -> Result<Option<String>> {
    let request = Request::new(below(root, "rest/info")).with("f", "json");
    let info: Info = http.get(&request, answer::json).await?;
    Ok(info.auth.and_then(|auth| auth.service).filter(|service| !service.is_empty()))
}

fn may_have_password(url: &Url) -> bool {
    (url.scheme() == "https" || is_loopback(url)) && !matches!(url.host(), None | Some(Host::Domain("")))
}

fn elsewhere(url: &Url, named: &str, why: &str) -> FetchError {
    let host = host_name(url);
    let named = crate::reference::shown(named);
    FetchError::Unsupported {
        what: format!("{host} wants its passwords sent to {named}, and {why}"),
        hint: Some(format!(
            "if that is right: geohub token add {host} --kind arcgis-login --token-url https://..."
        )),
    }
}

/// The server's own place: all before `/rest`.
pub(super) fn root(url: &Url) -> Url {
    let mut root = url.clone();
    let path = url.path();
    let cut = path.to_ascii_lowercase().find("/rest/").unwrap_or(0);
    // Servers that are not told by their address are where servers usually are.
    let path = if cut > 0 { path[..cut].to_owned() } else { "/arcgis".to_owned() };
    root.set_path(&path);
    root.set_query(None);
    root
}

/// An address below a server's place.
pub(super) fn below(root: &Url, path: &str) -> Url {
    let mut url = root.clone();
    url.set_path(&format!("{}/{path}", root.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_found_in_addresses() {
        for (text, expected) in [
            ("https://h.example/lahub/rest/services/S/MapServer/3", "https://h.example/lahub"),
            (
                "https://s5.arcgis.com/Org/ArcGIS/rest/services/S/FeatureServer",
                "https://s5.arcgis.com/Org/ArcGIS",
            ),
            ("https://h.example/", "https://h.example/arcgis"),
            ("http://127.0.0.1:81/arcgis/REST/services?x=1", "http://127.0.0.1:81/arcgis"),
        ] {
            assert_eq!(root(&Url::parse(text).unwrap()).as_str(), expected);
        }
        let root = root(&Url::parse("https://h.example/a/rest/x").unwrap());
        assert_eq!(below(&root, "tokens/generateToken").as_str(), "https://h.example/a/tokens/generateToken");
    }

    #[test]
    fn passwords_go_nowhere_unencrypted() {
        for (text, may) in [
            ("https://h/t", true),
            ("http://h/t", false),
            ("http://127.0.0.1:1/t", true),
            ("ftp://h/t", false),
        ] {
            assert_eq!(may_have_password(&Url::parse(text).unwrap()), may, "{text}");
        }
    }
}
