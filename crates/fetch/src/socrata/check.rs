//! Whether a portal takes its token or key.

use serde::de::IgnoredAny;
use url::Url;

use super::ask::auth;
use crate::error::Result;
use crate::http::{Answer, Fault, Http, Request};
use crate::token::{Credential, TokenKind};

/// Asks for one row of the portal's list of datasets, which is refused with a token that the portal does not know, or for
/// the owner of a key.
pub(crate) async fn ask(http: &Http, url: &Url, credential: &Credential) -> Result<String> {
    let (path, words) = match credential.kind {
        TokenKind::SocrataKey => ("/api/users/current.json", "the portal knows the key's owner"),
        _ => ("/api/views/metadata/v1", "the portal answers with it"),
    };
    let mut place = url.clone();
    place.set_path(path);
    let request = Request::new(place).with_auth(auth(credential));
    let request = if credential.kind == TokenKind::SocrataKey { request } else { request.with("limit", "1") };
    http.get(&request, |answer| read(answer)).await?;
    Ok(words.to_owned())
}

/// Any JSON that is no refusal.
fn read(answer: &Answer) -> Result<(), Fault> {
    answer.check_status(&answer.words())?;
    let text = answer.json_text()?;
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| answer.broken(&error))?;
    Ok(())
}
