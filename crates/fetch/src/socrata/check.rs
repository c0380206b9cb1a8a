//! Whether a portal takes its token or key.

use serde_json::Value;
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
    http.get(&request, |answer| read(answer, credential.kind)).await?;
    Ok(words.to_owned())
}

/// A list of datasets, or a user. Servers of other kinds answer anything with an error in JSON and status 200.
fn read(answer: &Answer, kind: TokenKind) -> Result<(), Fault> {
    answer.check_status(&answer.words())?;
    let found: Value = serde_json::from_str(answer.json_text()?).map_err(|error| answer.broken(&error))?;
    let is_it = match kind {
        TokenKind::SocrataKey => found.get("id").is_some(),
        _ => found.is_array(),
    };
    if is_it { Ok(()) } else { Err(answer.again("an answer of another kind of server".to_owned())) }
}
