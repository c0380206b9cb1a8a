//! Whether a server takes its token, or user and password.

use serde_json::Value;
use url::Url;

use super::answer;
use super::ask::Pass;
use super::login::{below, root};
use super::url::service_of;
use crate::error::{FetchError, Result};
use crate::http::{Http, Request};
use crate::token::Credential;

/// Asks for the service of an address, or for the list of services where no address is known. The token goes into a form:
/// a server that does not know the header would answer as if there were no token.
pub(crate) async fn ask(http: &Http, url: &Url, credential: &Credential) -> Result<String> {
    let pass = Pass::new(http, url, credential).await?.in_form();
    let lower = url.path().to_ascii_lowercase();
    let place = if lower.contains("/featureserver") || lower.contains("/mapserver") {
        service_of(url)
    } else {
        below(&root(url), "rest/services")
    };
    let request = Request::new(place).with("f", "json").with_auth(pass.auth());
    let found: Value = http.get(&request, answer::json).await?;
    let known = ["currentVersion", "services", "folders", "layers"];
    if known.iter().any(|name| found.get(name).is_some()) {
        return Ok("the server answers with it".to_owned());
    }
    Err(FetchError::bad(&request.name(), "no list of services"))
}
